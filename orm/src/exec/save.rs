//! The changes of one row, and what the database makes of them.

use super::{Lease, perform};
use crate::driver::Sink;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Plan, Select, Update};

/// One row to be changed.
#[derive(Debug, Clone)]
pub(crate) struct Save {
    pub(crate) update: Update,
    /// How the row is read back, where an update changes more of it than is said.
    pub(crate) again: Option<Select>,
}

/// Changes the row, and hands it to `sink` if it is to be read back: both or nothing.
pub(super) async fn save(lease: &mut Lease<'_>, save: Save, sink: &mut dyn Sink) -> Result<u64> {
    let update = Plan::Update(Box::new(save.update));
    let Some(again) = save.again else {
        return found(perform::execute(lease, &update, &mut ()).await?.affected);
    };
    let again = Plan::Select(Box::new(again));
    // Whoever is in a transaction has what he needs, and a row that is gone need not break it.
    if lease.in_transaction() {
        let affected = found(perform::execute(lease, &update, &mut ()).await?.affected)?;
        perform::execute(lease, &again, sink).await?;
        return Ok(affected);
    }
    lease.begin().await?;
    let result = async {
        let affected = found(perform::execute(lease, &update, &mut ()).await?.affected)?;
        perform::execute(lease, &again, sink).await?;
        Ok(affected)
    }
    .await;
    match &result {
        Ok(_) => lease.commit().await?,
        Err(error) => lease.rollback(error).await,
    }
    result
}

fn found(affected: u64) -> Result<u64> {
    if affected == 0 { Err(Error::new(ErrorKind::NotFound)) } else { Ok(affected) }
}
