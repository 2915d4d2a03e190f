//! Tables from models.

use std::sync::Arc;

use super::reference::DatabaseRef;
use super::shared::Shared;
use super::using::To;
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::choose;
use crate::model::{self, Table};
use crate::sql;

/// Creates the tables of all models, each on its own database.
pub(super) async fn create_everywhere() -> Result<()> {
    let mut groups: Vec<(Arc<Shared>, Vec<&'static Table>)> = Vec::new();
    for table in model::tables() {
        let database = choose::database_of(table)?;
        match groups.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &database)) {
            Some((_, tables)) => tables.push(table),
            None => groups.push((database, vec![table])),
        }
    }
    for (database, tables) in &groups {
        create(database, tables).await?;
    }
    Ok(())
}

/// Creates `tables` on one database: in one transaction where tables can be rolled back.
pub(super) async fn create(database: &Arc<Shared>, tables: &[&'static Table]) -> Result<()> {
    let target = To::Database(DatabaseRef::from(super::Database::from(Arc::clone(database))));
    let mut lease = choose::lease(target.into(), None).await?;
    let server = lease.server();
    let statements = sql::create_all(tables, server).map_err(|error| error.with_database(database.name()))?;
    let transactional = match server.backend {
        Backend::Sqlite | Backend::Postgres => true,
        Backend::MySql | Backend::MariaDb => false,
    };
    if !transactional {
        if lease.in_transaction() {
            // It would commit the transaction silently.
            let feature = "creation of tables inside a transaction";
            let error = Error::new(ErrorKind::Unsupported { feature, backend: server.backend.name() });
            return Err(error.with_database(database.name()));
        }
        for statement in &statements {
            lease.batch(statement).await?;
        }
        return Ok(());
    }
    lease.begin().await?;
    for statement in &statements {
        if let Err(error) = lease.batch(statement).await {
            lease.rollback(&error).await;
            return Err(error);
        }
    }
    lease.commit().await
}
