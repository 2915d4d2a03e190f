//! The one rule that picks a database and a connection.
//!
//! *Which database*: what `.using(..)` said, else what `with_database` says for the task, else a router, else the model's
//! `Meta`, else `"default"` (`home`). *Which connection*: one that was
//! given explicitly, or that of a transaction that was; else that of the transaction that is open around this task on
//! that database, unless the query asked for one outside of it; else one of the pool. Reads that name no database may have
//! replicas, and then they are the ones that a connection comes from (`spread`).

mod home;
mod spread;

use std::sync::Arc;

use super::held::Held;
use super::lease::Lease;
use super::stream::Pause;
use crate::database::{
    Access, Auto, BORROWED, DatabaseRef, ForeignPool, Lent, Owned, Shared, Spread, Target, To, registry,
    scope,
};
use crate::driver::Server;
use crate::error::Result;
use crate::model::Table;
use crate::transaction::{Tx, ambient};

use home::{By, Found, Side, home, place_of};
pub(crate) use home::{Referred, database_of, name_of, refers_to, written_by_router};

/// Where connections come from.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A database of ours.
    Database(Arc<Shared>),
    /// A pool of the user's.
    Pool(ForeignPool),
}

/// Which server the database of a model is on, as far as that is known without asking anybody.
pub(crate) fn server_of(table: &'static Table) -> Option<Server> {
    let source = table.meta.database.map_or(DatabaseRef::DEFAULT, |source| source());
    let database = source.resolve().ok()?.ok()?;
    database.open()?.pool.server()
}

impl Place {
    /// As errors name it.
    pub(crate) fn name(&self) -> Arc<str> {
        match self {
            Self::Database(database) => Arc::clone(database.name()),
            Self::Pool(_) => BORROWED.into(),
        }
    }

    /// The same, borrowed.
    pub(crate) fn label(&self) -> &str {
        match self {
            Self::Database(database) => database.name(),
            Self::Pool(_) => BORROWED,
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
        matches!(self, Self::Database(database) if database.has_alias(name))
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
    /// To one of a replica, or of their primary: for reads of models alone.
    Among(Spread),
}

impl Start {
    /// The place of a connection of its own: what is not spread over replicas is on the primary.
    pub(crate) fn into_place(self) -> Place {
        match self {
            Self::In(tx) => tx.core().place.clone(),
            Self::At(place) => place,
            Self::Among(spread) => Place::Database(spread.primary),
        }
    }
}

/// Where a transaction is to be begun.
///
/// # Errors
///
/// `NotInitialized`, `UnknownDatabase`, `ProxyUninitialized`.
pub(crate) fn start(executor: Auto) -> Result<Start> {
    choose(executor.0, None, false, Access::Update)
}

fn choose(on: Option<Owned>, table: Option<&'static Table>, outside: bool, access: Access) -> Result<Start> {
    let Found { on, unknown, by } = match on {
        Some(on) => Found { on, unknown: registry::unknown, by: By::Query },
        None => {
            let side = if access.is_read() { Side::Read } else { Side::Write(access) };
            if side == Side::Read
                && !outside
                && scope::is_used()
                && let Some(tx) = stays_in(table)?
            {
                return Ok(Start::In(tx));
            }
            home(table, side)
        }
    };
    let reference = match on {
        Owned::Tx(tx) => return Ok(Start::In(tx)),
        Owned::Pool(pool) => return Ok(join(Place::Pool(pool), outside)),
        Owned::Database(reference) => reference,
    };
    match reference.resolve()? {
        Ok(database) => Ok(match join(Place::Database(database), outside) {
            Start::At(Place::Database(primary)) if by != By::Query && access.is_read() => {
                spread::start(table, primary, outside, by)
            }
            start => start,
        }),
        // Closed under an open transaction, which may go on.
        Err(name) => match if outside { None } else { ambient::named(name) } {
            Some(tx) => Ok(Start::In(tx)),
            None => Err(unknown(name)),
        },
    }
}

/// The transaction around this task on the database that a model is written to: what reads it stays in there, wherever it
/// would be read otherwise.
#[cold]
fn stays_in(table: Option<&'static Table>) -> Result<Option<Tx>> {
    if !ambient::is_any() {
        return Ok(None);
    }
    Ok(match place_of(table)? {
        Ok(place) => ambient::at(&place),
        Err(name) => ambient::named(&name),
    })
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
pub(crate) async fn lease<'c>(
    target: Target<'c>,
    table: Option<&'static Table>,
    access: Access,
) -> Result<Lease<'c>> {
    let result = lease_unnamed(target, table, access).await;
    match table {
        Some(table) => result.map_err(|error| error.with_model(table.model)),
        None => result,
    }
}

async fn lease_unnamed<'c>(
    target: Target<'c>,
    table: Option<&'static Table>,
    access: Access,
) -> Result<Lease<'c>> {
    decide(target, table, access)?.lease(None).await
}

/// What was decided for a query.
#[derive(Debug)]
pub(crate) enum Decided<'c> {
    /// The connection that the user lent.
    Lent(Lent<'c>),
    Start(Start),
}

/// Decides where a query goes.
///
/// # Errors
///
/// `NotInitialized`, `UnknownDatabase`, `ProxyUninitialized`.
pub(crate) fn decide<'c>(
    target: Target<'c>,
    table: Option<&'static Table>,
    access: Access,
) -> Result<Decided<'c>> {
    let on = match target.to {
        To::Lent(lent) => return Ok(Decided::Lent(lent)),
        To::Auto => None,
        To::Origin(source) => source.place(target.outside),
        To::Database(reference) => Some(Owned::Database(reference)),
        To::Tx(tx) => Some(Owned::Tx(tx)),
        To::Pool(pool) => Some(Owned::Pool(pool)),
    };
    choose(on, table, target.outside, access).map(Decided::Start)
}

impl<'c> Decided<'c> {
    /// A connection there, for a stream if it says how it pauses. See [`lease`].
    pub(crate) async fn lease(self, stream: Option<&Arc<Pause>>) -> Result<Lease<'c>> {
        let lease = match self {
            Self::Lent(lent) => Box::pin(Lease::lent(lent)).await?,
            Self::Start(Start::In(tx)) => Box::pin(Lease::transaction(&tx, stream)).await?,
            Self::Start(start) => {
                let place = start.into_place();
                Lease::pooled(place.acquire().await?, place)
            }
        };
        if let Some(stream) = stream {
            lease.stream(stream);
        }
        Ok(lease)
    }
}
