//! Tables from models: made and removed.

use std::sync::Arc;

use super::reference::DatabaseRef;
use super::router::{self, Access};
use super::shared::Shared;
use super::using::To;
use crate::driver::{Backend, Cursor, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{Lease, choose, relations};
use crate::model::{self, Field, Table};
use crate::sql;

/// Creates the tables of all models, each on its own database.
pub(super) async fn create_everywhere() -> Result<()> {
    let mut groups: Vec<(Arc<Shared>, Vec<&'static Table>)> = Vec::new();
    let router = router::current();
    for table in model::tables() {
        // Asked first: a database that the table stays out of need not be open.
        if let Some(router) = &router
            && let Some(name) = choose::name_of(table)
            && router.allow_migrate(&name, table) == Some(false)
        {
            continue;
        }
        let database = choose::database_of(table)?;
        match groups.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &database)) {
            Some((_, tables)) => tables.push(table),
            None => groups.push((database, vec![table])),
        }
    }
    // All of them before the first is made.
    let groups: Vec<_> = groups
        .into_iter()
        .map(|(database, tables)| {
            let apart = apart(&tables)?;
            Ok((database, tables, apart))
        })
        .collect::<Result<_>>()?;
    for (database, tables, apart) in &groups {
        create(database, tables, apart).await?;
    }
    Ok(())
}

/// The foreign keys that lead to other databases, and that a router allows.
///
/// # Errors
///
/// `Schema` for those that none allows.
pub(crate) fn apart(tables: &[&'static Table]) -> Result<Vec<&'static Field>> {
    let mut apart = Vec::new();
    for table in tables.iter().filter(|table| table.managed) {
        for field in table.foreign_keys() {
            if let Some(reference) = &field.reference
                && !relations::may_declare(table, field.name, (reference.target)())?
            {
                apart.push(field);
            }
        }
    }
    Ok(apart)
}

/// Creates the tables of all models on one database, but for those that a router keeps out.
pub(super) async fn create_allowed(database: &Arc<Shared>) -> Result<()> {
    let Some(router) = router::current() else { return create(database, &model::tables(), &[]).await };
    let is_allowed = |table: &'static Table| router.allow_migrate(database.name(), table) != Some(false);
    let tables: Vec<_> = model::tables().into_iter().filter(|table| is_allowed(table)).collect();
    let mut apart = Vec::new();
    for table in tables.iter().filter(|table| table.managed) {
        for field in table.foreign_keys() {
            let Some(reference) = &field.reference else { continue };
            let target = (reference.target)();
            if is_allowed(target) {
                continue;
            }
            if router.allow_relation(table, target) != Some(true) {
                let (model, other, name) = (table.model, target.model, database.name());
                let reason = format!(
                    "`{}` leads from `{model}` to `{other}`, which a router keeps out of the database `{name}`: let it allow the \
                     relation, for a foreign key that is not declared",
                    field.name
                );
                let error = Error::new(ErrorKind::Schema { reason });
                return Err(error.with_model(model).with_field(field.name).with_database(name));
            }
            apart.push(field);
        }
    }
    create(database, &tables, &apart).await
}

/// Creates `tables` on one database: in one transaction where tables can be rolled back.
///
/// `apart` are foreign keys that are not declared.
pub(super) async fn create(
    database: &Arc<Shared>,
    tables: &[&'static Table],
    apart: &[&'static Field],
) -> Result<()> {
    change(database, |server| {
        let statements = sql::create_all(tables, apart, server)?;
        let what = "creation of tables inside a transaction";
        let extension = if server.backend == Backend::Postgres { sql::extension(tables) } else { None };
        Ok(Change { tables, extension, statements, refused: None, unchecked: false, what })
    })
    .await
}

/// Removes `tables` from one database: in one transaction where tables can be rolled back.
pub(super) async fn remove(database: &Arc<Shared>, tables: &[&'static Table]) -> Result<()> {
    change(database, |server| {
        let sql::Removal { statements, unchecked } = sql::drop_all(tables, server)?;
        let refused = sql::referrers(tables, server);
        let what = match server.backend {
            Backend::Sqlite => "removal of tables that refer to each other inside a transaction",
            _ => "removal of tables inside a transaction",
        };
        Ok(Change { tables, extension: None, statements, refused, unchecked, what })
    })
    .await
}

/// What is done to the tables of a database.
struct Change<'t> {
    tables: &'t [&'static Table],
    /// What makes an extension that the tables need, and the error for a role that may not.
    extension: Option<(String, Error)>,
    statements: Vec<String>,
    /// A query of the tables that stand in the way.
    refused: Option<String>,
    /// Foreign keys must not be enforced meanwhile.
    unchecked: bool,
    /// As it is called where it cannot be done.
    what: &'static str,
}

async fn change<'t>(database: &Arc<Shared>, change: impl FnOnce(Server) -> Result<Change<'t>>) -> Result<()> {
    let target = To::Database(DatabaseRef::from(super::Database::from(Arc::clone(database))));
    let mut lease = choose::lease(target.into(), None, Access::Update).await?;
    let server = lease.server();
    let change = change(server).map_err(|error| error.with_database(database.name()))?;
    let transactional = match server.backend {
        Backend::Sqlite | Backend::Postgres => true,
        Backend::MySql | Backend::MariaDb => false,
    };
    // It would commit the transaction silently, or SQLite would go on to enforce foreign keys.
    if (!transactional || change.unchecked) && lease.in_transaction() {
        let kind = ErrorKind::Unsupported { feature: change.what, backend: server.backend.name() };
        return Err(Error::new(kind).with_database(database.name()));
    }
    // A replica has not got them yet.
    lease.writes();
    if !transactional {
        return apply(&mut lease, &change).await;
    }
    if change.unchecked {
        lease.begin_unchecked().await?
    } else {
        lease.begin().await?
    }
    if let Err(error) = apply(&mut lease, &change).await {
        lease.rollback(&error).await;
        return Err(error.with_database(database.name()));
    }
    lease.commit().await
}

async fn apply(lease: &mut Lease<'_>, change: &Change<'_>) -> Result<()> {
    let (before, behind) = sql::turn(lease.server());
    if let Some(statement) = before {
        lease.batch(statement).await?;
    }
    let outcome = run(lease, change).await;
    if let Some(statement) = behind { outcome.and(lease.batch(statement).await) } else { outcome }
}

async fn run(lease: &mut Lease<'_>, change: &Change<'_>) -> Result<()> {
    if let Some(query) = &change.refused {
        let mut names = Names::default();
        lease.run(Statement { sql: &query.as_str().into(), args: &[], scales: &[] }, &mut names).await?;
        if let Some(name) = names.0.first() {
            let reason = format!("the table `{name}` refers to one that is to be removed: remove both");
            return Err(Error::new(ErrorKind::Schema { reason }));
        }
    }
    if let Some((sql, error)) = &change.extension {
        lease
            .batch(sql)
            .await
            .map_err(|cause| if is_denied(&cause) { error.clone().with_source(cause) } else { cause })?;
    }
    for statement in &change.statements {
        lease.batch(statement).await.map_err(|error| match subject(statement, change.tables) {
            Some(table) => error.with_model(table.model),
            None => error,
        })?;
    }
    Ok(())
}

/// The table that a statement is about: the first that it names.
#[cold]
fn subject(statement: &str, tables: &[&'static Table]) -> Option<&'static Table> {
    let place = |table: &Table| {
        let name = table.full_name();
        ['"', '`'].iter().filter_map(|quote| statement.find(&format!("{quote}{name}{quote}"))).min()
    };
    tables
        .iter()
        .copied()
        .filter_map(|table| Some((place(table)?, table)))
        .min_by_key(|(at, _)| *at)
        .map(|(_, table)| table)
}

/// Whether the role may not make an extension, or the server does not bring it along.
fn is_denied(error: &Error) -> bool {
    let code = match error.kind() {
        ErrorKind::Database { code, .. } => code.as_deref(),
        _ => None,
    };
    matches!(code, Some("42501" | "58P01" | "0A000"))
}

/// The first column of each row.
#[derive(Default)]
struct Names(Vec<String>);

impl Sink for Names {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.0.extend(row.text()?);
        Ok(())
    }
}
