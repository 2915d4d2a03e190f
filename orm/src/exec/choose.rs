//! The one rule that picks a database and a connection.
//!
//! *Which database*: what `.using(..)` said, else the model's `Meta`, else `"default"`. *Which connection*: one that was
//! given explicitly, or that of a transaction that was; else that of the transaction that is open around this task on
//! that database, unless the query asked for one outside of it; else one of the pool.

use std::sync::Arc;

use super::held::Held;
use super::lease::Lease;
use crate::database::{Auto, BORROWED, DatabaseRef, ForeignPool, Owned, Shared, Target, To, registry};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Table;
use crate::transaction::{Tx, ambient};

/// Where connections come from.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A database of ours.
    Database(Arc<Shared>),
    /// A pool of the user's.
    Pool(ForeignPool),
}

impl Place {
    /// As errors name it.
    pub(crate) fn name(&self) -> Arc<str> {
        match self {
            Self::Database(database) => Arc::clone(database.name()),
            Self::Pool(_) => BORROWED.into(),
        }
    }

    /// Whether both are the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Database(one), Self::Database(other)) => Arc::ptr_eq(one, other),
            (Self::Pool(one), Self::Pool(other)) => one.identity() == other.identity(),
            (Self::Database(_), Self::Pool(_)) | (Self::Pool(_), Self::Database(_)) => false,
        }
    }

    /// Whether it is this database.
    pub(crate) fn is_database(&self, other: &Arc<Shared>) -> bool {
        matches!(self, Self::Database(database) if Arc::ptr_eq(database, other))
    }

    /// Whether it is a database with this alias.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        matches!(self, Self::Database(database) if database.is_listed() && **database.name() == *name)
    }

    /// A connection of the pool.
    pub(crate) async fn acquire(&self) -> Result<Held> {
        match self {
            Self::Database(database) => database.acquire().await.map(Held::from),
            // Boxed, as all that is seldom: the future of every query has room for it.
            Self::Pool(pool) => match Box::pin(pool.acquire()).await {
                Ok(connection) => Ok(connection.into()),
                Err(error) => Err(error.with_database(BORROWED)),
            },
        }
    }
}

/// Where work goes that needs no lent connection.
#[derive(Debug)]
pub(crate) enum Start {
    /// Into this transaction.
    In(Tx),
    /// To a connection of its own, from here.
    At(Place),
}

/// The database of a model.
///
/// # Errors
///
/// `NotInitialized` if no open database has the name; `ProxyUninitialized`. Both name the model.
pub(crate) fn database_of(table: &'static Table) -> Result<Arc<Shared>> {
    let found = reference_of(Some(table)).resolve().and_then(|found| found.map_err(closed));
    found.map_err(|error| error.with_model(table.model))
}

fn reference_of(table: Option<&'static Table>) -> DatabaseRef {
    table.and_then(|table| table.meta.database).map_or(DatabaseRef::DEFAULT, |source| source())
}

/// A name that was declared, by a `Meta` or as the default, but is not open.
#[cold]
fn closed(name: &str) -> Error {
    Error::new(ErrorKind::NotInitialized).with_database(name)
}

/// Where a model is, seen from another one.
#[derive(Debug)]
pub(crate) enum Referred {
    /// In the same database, or in none yet.
    Same,
    /// In another one: the names of both.
    Other { own: Arc<str>, theirs: Arc<str> },
}

/// Whether the databases that two models say are theirs are the same.
pub(crate) fn refers_to(own: &'static Table, other: &'static Table) -> Referred {
    let name = |database: &Arc<Shared>| Arc::clone(database.name());
    let (one, two) = (reference_of(Some(own)), reference_of(Some(other)));
    match (one.resolve(), two.resolve()) {
        (Ok(Ok(one)), Ok(Ok(two))) if Arc::ptr_eq(&one, &two) => Referred::Same,
        (Ok(Ok(one)), Ok(Ok(two))) => Referred::Other { own: name(&one), theirs: name(&two) },
        (Ok(Ok(one)), Ok(Err(two))) | (Ok(Err(two)), Ok(Ok(one))) if **one.name() == *two => Referred::Same,
        (Ok(Err(one)), Ok(Err(two))) if one == two => Referred::Same,
        (Ok(Ok(one)), Ok(Err(two))) => Referred::Other { own: name(&one), theirs: two.into() },
        (Ok(Err(one)), Ok(Ok(two))) => Referred::Other { own: one.into(), theirs: name(&two) },
        (Ok(Err(one)), Ok(Err(two))) => Referred::Other { own: one.into(), theirs: two.into() },
        // A proxy that leads nowhere: the query itself says so, where it is its own.
        (Err(_), _) | (_, Err(_)) => Referred::Same,
    }
}

/// Where a transaction is to be begun.
///
/// # Errors
///
/// `NotInitialized`, `UnknownDatabase`, `ProxyUninitialized`.
pub(crate) fn start(executor: Auto) -> Result<Start> {
    choose(executor.0, None, false)
}

fn choose(on: Option<Owned>, table: Option<&'static Table>, outside: bool) -> Result<Start> {
    let (reference, unknown): (_, fn(&str) -> Error) = match on {
        Some(Owned::Tx(tx)) => return Ok(Start::In(tx)),
        Some(Owned::Pool(pool)) => return Ok(join(Place::Pool(pool), outside)),
        Some(Owned::Database(reference)) => (reference, registry::unknown),
        None => (reference_of(table), closed),
    };
    match reference.resolve()? {
        Ok(database) => Ok(join(Place::Database(database), outside)),
        // Closed under an open transaction, which may go on.
        Err(name) => match if outside { None } else { ambient::named(name) } {
            Some(tx) => Ok(Start::In(tx)),
            None => Err(unknown(name)),
        },
    }
}

fn join(place: Place, outside: bool) -> Start {
    match if outside { None } else { ambient::at(&place) } {
        Some(tx) => Start::In(tx),
        None => Start::At(place),
    }
}

/// A connection for one statement, or for a short sequence of them, of a query on `table`.
///
/// Whoever has a lease must not ask for another before it is dropped: it might be the same connection.
///
/// # Errors
///
/// `NotInitialized`, `UnknownDatabase`, `ProxyUninitialized`; those of getting a connection; `TransactionClosed` and
/// `TransactionBroken`. They name the model.
///
/// # Cancel safety
///
/// Dropping the future loses nothing; inside a transaction it gives the place in the queue back.
pub(crate) async fn lease<'c>(target: Target<'c>, table: Option<&'static Table>) -> Result<Lease<'c>> {
    let result = lease_unnamed(target, table).await;
    match table {
        Some(table) => result.map_err(|error| error.with_model(table.model)),
        None => result,
    }
}

async fn lease_unnamed<'c>(target: Target<'c>, table: Option<&'static Table>) -> Result<Lease<'c>> {
    let on = match target.to {
        To::Lent(lent) => return Box::pin(Lease::lent(lent)).await,
        To::Auto => None,
        To::Database(reference) => Some(Owned::Database(reference)),
        To::Tx(tx) => Some(Owned::Tx(tx)),
        To::Pool(pool) => Some(Owned::Pool(pool)),
    };
    match choose(on, table, target.outside)? {
        Start::In(tx) => Box::pin(Lease::transaction(&tx)).await,
        Start::At(place) => Ok(Lease::pooled(place.acquire().await?, place.name())),
    }
}
