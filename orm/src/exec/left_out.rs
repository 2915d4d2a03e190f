//! Many new rows, without those that are in the way of others.

use std::sync::{Arc, LazyLock};

use super::{Lease, bulk, identity, perform};
use crate::driver::{Backend, Cursor, Server, Sink, Statement};
use crate::error::Result;
use crate::model::{Field, Table, Values};
use crate::plan::{Conflict, Plan, Told};
use crate::sql;

/// Inserts the rows that agree in no unique key with one that is there, and says how many they were.
pub(super) async fn create(lease: &mut Lease<'_>, table: &'static Table, values: Values) -> Result<u64> {
    identity::advance(lease, table, &values.0).await?;
    let rows = values.0.len() / table.fields.len().max(1);
    let plans = plans(table, values, lease.server());
    run(lease, &plans, rows).await
}

/// The statements.
pub(super) fn plans(table: &'static Table, values: Values, server: Server) -> Vec<Plan> {
    bulk::plans(table, values, server, &conflict(Vec::new(), server))
}

/// What becomes of a row that agrees in this key, or in any, with one that is there.
pub(super) fn conflict(key: Vec<&'static Field>, server: Server) -> Conflict {
    let told = if counts_itself(server) { Told::Not } else { Told::Counted };
    Conflict::LeftOut { key, told }
}

/// Whether the server counts the rows that are inserted, and no others.
fn counts_itself(server: Server) -> bool {
    !matches!(server.backend, Backend::MySql | Backend::MariaDb)
}

/// Runs the statements, all or none; `rows` is how many rows they would insert at most.
pub(super) async fn run(lease: &mut Lease<'_>, plans: &[Plan], rows: usize) -> Result<u64> {
    if counts_itself(lease.server()) || plans.is_empty() {
        return bulk::run(lease, plans).await;
    }
    lease.begin().await?;
    let result = counted(lease, plans).await;
    match &result {
        Ok(_) => lease.commit().await?,
        Err(error) => lease.rollback(error).await,
    }
    Ok(u64::try_from(rows).unwrap_or(u64::MAX).saturating_sub(result?))
}

/// How many rows the statements left out, or changed by another key than theirs.
pub(super) async fn counted(lease: &mut Lease<'_>, plans: &[Plan]) -> Result<u64> {
    static COUNTED: LazyLock<Arc<str>> = LazyLock::new(|| sql::counted().into());

    lease.batch(&sql::begin_to_count()).await?;
    for plan in plans {
        perform::execute(lease, plan, &mut ()).await?;
    }
    let mut count = Count(0);
    lease.run(Statement { sql: &COUNTED, args: &[], scales: &[] }, &mut count).await?;
    Ok(count.0)
}

struct Count(u64);

impl Sink for Count {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.0 = row.int("u64")?.and_then(|count: i64| u64::try_from(count).ok()).unwrap_or(0);
        Ok(())
    }
}
