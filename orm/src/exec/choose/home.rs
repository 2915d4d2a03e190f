//! Where a model is: where the task says, else where a router says, else where its `Meta` says, else on `"default"`.

use std::sync::Arc;

use super::Place;
use crate::database::{Access, DatabaseRef, Owned, Shared, registry, router, scope};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Table;

/// Where something is.
pub(super) struct Found {
    pub(super) on: Owned,
    /// The error if no open database has that name.
    pub(super) unknown: fn(&str) -> Error,
    pub(super) by: By,
}

/// Who says where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The query: exactly there.
    Query,
    /// The task, or a router.
    Task,
    /// The model.
    Model,
}

/// What a model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Where its rows are written.
    Write(Access),
    /// Where they are read.
    Read,
}

/// Where the rows of a model are, if the query says nothing itself. Without a model: where a transaction is begun.
pub(super) fn home(table: Option<&'static Table>, side: Side) -> Found {
    if scope::is_used()
        && let Some(on) = said(table, side)
    {
        return Found { on, unknown: registry::unknown, by: By::Task };
    }
    let source = table.and_then(|table| table.meta.database);
    let on = Owned::Database(source.map_or(DatabaseRef::DEFAULT, |source| source()));
    Found { on, unknown: closed, by: By::Model }
}

#[cold]
fn said(table: Option<&'static Table>, side: Side) -> Option<Owned> {
    scope::database_of(table).or_else(|| {
        let (table, router) = (table?, router::current()?);
        let answer = match side {
            Side::Read => router.read(table),
            Side::Write(access) => router.write(table, access),
        };
        answer.map(Owned::Database)
    })
}

/// A name that was declared, by a `Meta` or as the default, but is not open.
#[cold]
fn closed(name: &str) -> Error {
    Error::new(ErrorKind::NotInitialized).with_database(name)
}

/// The place that the rows of a model are written to, whatever only reads them elsewhere; its name, if it is not open.
///
/// # Errors
///
/// `ProxyUninitialized`.
pub(super) fn place_of(table: Option<&'static Table>) -> Result<Result<Place, Arc<str>>> {
    Ok(match home(table, Side::Write(Access::Select)).on {
        Owned::Tx(tx) => Ok(tx.core().place.clone()),
        Owned::Pool(pool) => Ok(Place::Pool(pool)),
        Owned::Database(reference) => reference.resolve()?.map(Place::Database).map_err(Arc::from),
    })
}

/// The name of the database that a model's table is to be made on, open or not.
pub(crate) fn name_of(table: &'static Table) -> Option<Arc<str>> {
    match home(Some(table), Side::Write(Access::Insert)).on {
        Owned::Database(reference) => match reference.resolve() {
            Ok(Ok(database)) => Some(Arc::clone(database.name())),
            Ok(Err(name)) => Some(name.into()),
            Err(_) => None,
        },
        Owned::Tx(_) | Owned::Pool(_) => None,
    }
}

/// Where a router writes the rows of a model, if there is a router and that is open.
pub(crate) fn written_by_router(table: &'static Table) -> Option<Arc<Shared>> {
    router::current()?;
    match place_of(Some(table)) {
        Ok(Ok(Place::Database(database))) => Some(database),
        _ => None,
    }
}

/// The database of a model, for its table to be made there.
///
/// # Errors
///
/// `NotInitialized` or `UnknownDatabase` if no open database has the name; `ProxyUninitialized`; `InvalidQuery` if it is said
/// to be in a pool or a transaction. All name the model.
pub(crate) fn database_of(table: &'static Table) -> Result<Arc<Shared>> {
    let Found { on, unknown, .. } = home(Some(table), Side::Write(Access::Insert));
    let found = match on {
        Owned::Database(reference) => reference.resolve().and_then(|found| found.map_err(unknown)),
        Owned::Tx(_) | Owned::Pool(_) => {
            let reason =
                "tables are made on a database, not in a pool or a transaction that a task has for it";
            Err(Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }))
        }
    };
    found.map_err(|error| error.with_model(table.model))
}

/// Where a model is, seen from another one.
#[derive(Debug)]
pub(crate) enum Referred {
    /// In the same database, or in none yet.
    Same,
    /// In another one: the names of both.
    Other { own: Arc<str>, theirs: Arc<str> },
}

/// Whether the databases of two models are the same.
pub(crate) fn refers_to(own: &'static Table, other: &'static Table) -> Referred {
    let (one, two) = (place_of(Some(own)), place_of(Some(other)));
    match (one, two) {
        (Ok(Ok(one)), Ok(Ok(two))) if one.is(&two) => Referred::Same,
        (Ok(Ok(one)), Ok(Ok(two))) => Referred::Other { own: one.name(), theirs: two.name() },
        (Ok(one), Ok(two)) => {
            let [own, theirs] = [one, two].map(|place| place.map_or_else(|name| name, |place| place.name()));
            if own == theirs { Referred::Same } else { Referred::Other { own, theirs } }
        }
        // A proxy that leads nowhere: the query itself says so, where it is its own.
        (Err(_), _) | (_, Err(_)) => Referred::Same,
    }
}
