//! What one statement, or a short sequence of statements, runs on.

use std::sync::Arc;

use super::choose::{self, Place};
use super::held::Held;
use super::log;
use super::source::Source;
use super::stream::Pause;
use crate::database::{BORROWED, Lent, Writing};
use crate::driver::{Backend, Outcome, Server, Sink, Statement};
use crate::error::{Error, Result};
use crate::model::Table;
use crate::transaction::{Options, Turn, Tx};
use crate::types::Origin;

/// A connection, for as long as a query needs it. Errors that leave it name the database.
#[derive(Debug)]
pub(crate) enum Lease<'c> {
    /// Of a pool.
    Pooled(PooledLease),
    /// Of a transaction of ours, whose other statements wait meanwhile.
    Transaction(Turn),
    /// Lent by the user.
    Lent(LentLease<'c>),
}

#[derive(Debug)]
pub(crate) struct PooledLease {
    held: Held,
    place: Place,
    begun: bool,
    /// Last: noted when the connection is back.
    writing: Option<Box<Writing>>,
}

#[derive(Debug)]
pub(crate) struct LentLease<'c> {
    lent: Lent<'c>,
    server: Server,
}

impl<'c> Lease<'c> {
    pub(super) fn pooled(held: Held, place: Place) -> Self {
        Self::Pooled(PooledLease { held, place, begun: false, writing: None })
    }

    pub(super) async fn transaction(tx: &Tx, stream: Option<&Arc<Pause>>) -> Result<Self> {
        Turn::take(tx, stream).await.map(Self::Transaction)
    }

    /// May take a round trip; see `database::borrowed`.
    pub(super) async fn lent(mut lent: Lent<'c>) -> Result<Self> {
        match lent.server().await {
            Ok(server) => Ok(Self::Lent(LentLease { lent, server })),
            Err(error) => Err(error.with_database(BORROWED)),
        }
    }

    /// Which server it is: decides which SQL is written.
    pub(crate) fn server(&self) -> Server {
        match self {
            Self::Pooled(lease) => lease.held.server(),
            Self::Transaction(turn) => turn.server(),
            Self::Lent(lease) => lease.server,
        }
    }

    /// The name of the database, as errors give it.
    pub(crate) fn database(&self) -> &str {
        match self {
            Self::Pooled(lease) => lease.place.label(),
            Self::Transaction(turn) => turn.database(),
            Self::Lent(_) => BORROWED,
        }
    }

    /// Where rows that are read on it came from.
    pub(crate) fn origin(&self) -> Origin {
        Origin::new(match self {
            Self::Pooled(lease) => Source::new(&lease.place, None),
            Self::Transaction(turn) => Source::new(&turn.tx().core().place, Some(turn.tx().clone())),
            Self::Lent(_) => Source::UNKNOWN,
        })
    }

    /// The same of rows of a query that said no database: those that a router has read elsewhere belong to where it writes
    /// them.
    pub(super) fn origin_of(&self, table: &'static Table) -> Origin {
        match self {
            Self::Pooled(lease) => match choose::written_by_router(table) {
                Some(database) => Origin::new(Source::primary(&database)),
                None => Origin::new(Source::new(&lease.place, None)),
            },
            Self::Transaction(_) | Self::Lent(_) => self.origin(),
        }
    }

    /// Whether statements run in a transaction, as far as that is known: of a lent connection on which a transaction
    /// was begun in plain SQL it is not.
    pub(crate) fn in_transaction(&self) -> bool {
        match self {
            Self::Pooled(lease) => lease.begun,
            Self::Transaction(_) => true,
            Self::Lent(lease) => lease.lent.in_transaction(),
        }
    }

    /// Whether what fails on it has undone nothing but what was sent on it, and may be begun anew.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Pooled(_))
    }

    /// The next statement on it is a stream: whoever runs now holds it for as long as it takes rows.
    pub(super) fn stream(&self, pause: &Pause) {
        match self {
            Self::Pooled(lease) => lease.held.guard(),
            // sqlx reads a packet of MySQL in two steps, and cannot go on if it is given up between them.
            Self::Transaction(_) | Self::Lent(_) => {
                if matches!(self.server().backend, Backend::MySql | Backend::MariaDb) {
                    pause.hold_rows();
                }
            }
        }
    }

    /// From here on something may be written on it, which is noted when it is dropped, for those who remember that. Inside
    /// a transaction the commit says so.
    pub(crate) fn writes(&mut self) {
        match self {
            Self::Pooled(lease) => {
                if let Place::Database(database) = &lease.place {
                    lease.writing = Writing::begin(database);
                }
            }
            Self::Transaction(turn) => turn.tx().core().writes(),
            Self::Lent(_) => {}
        }
    }

    /// Has the connection closed when the lease is dropped, on a server: what a session keeps there is gone with it.
    #[cfg(feature = "migrate")]
    pub(crate) fn give_up_on_drop(&mut self) {
        if let Self::Pooled(lease) = self
            && lease.held.server().backend != Backend::Sqlite
        {
            lease.held.close_on_return();
        }
    }

    /// Runs one statement and hands its rows to `sink`.
    ///
    /// # Errors
    ///
    /// The driver's and the sink's; in a transaction `TransactionClosed` and `TransactionBroken` too, and any error
    /// breaks its innermost block.
    ///
    /// # Cancel safety
    ///
    /// A drop in the middle of a statement costs a server's connection, and breaks the whole transaction if there is
    /// one.
    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        match self {
            Self::Pooled(lease) => lease.held.run(statement, sink).await.map_err(named(lease.place.label())),
            // Boxed, as all but the usual way: the future of every query has room for it.
            Self::Transaction(turn) => Box::pin(turn.run(statement, sink)).await,
            Self::Lent(lease) => {
                log::statement(lease.server, None, statement.sql, false);
                Box::pin(lease.lent.run(statement, sink)).await.map_err(named(BORROWED))
            }
        }
    }

    /// Says in other words what a statement failed with, where a transaction remembers it.
    pub(crate) fn restate(&mut self, said: &Error, error: &Error) {
        if let Self::Transaction(turn) = self {
            turn.restate(said, error);
        }
    }

    /// Runs text without arguments: DDL. May hold several statements.
    ///
    /// # Errors
    ///
    /// As for [`Lease::run`].
    ///
    /// # Cancel safety
    ///
    /// As for [`Lease::run`].
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Pooled(lease) => lease.held.batch(sql).await.map_err(named(lease.place.label())),
            Self::Transaction(turn) => turn.batch(sql).await,
            Self::Lent(lease) => {
                log::statement(lease.server, None, sql, false);
                lease.lent.batch(sql).await.map_err(named(BORROWED))
            }
        }
    }

    /// From here to [`commit`](Lease::commit) the statements count as one: all of them have an effect or none. If the
    /// lease is dropped before, none.
    ///
    /// A transaction of the pool's connection; on a lent connection a transaction or, inside of one, a savepoint. In a
    /// transaction of ours it takes no savepoint: what fails or is given up there breaks the block, and so undoes it.
    ///
    /// # Errors
    ///
    /// The driver's; those of the transaction.
    ///
    /// # Cancel safety
    ///
    /// As for [`Lease::run`].
    pub(crate) async fn begin(&mut self) -> Result<()> {
        match self {
            Self::Pooled(lease) => lease.begin().await.map_err(named(lease.place.label())),
            Self::Transaction(turn) => turn.begin(),
            Self::Lent(lease) => lease.lent.begin().await.map_err(named(BORROWED)),
        }
    }

    /// As [`begin`](Lease::begin), for SQLite on a connection of the pool: until [`commit`](Lease::commit) or
    /// [`rollback`](Lease::rollback) it enforces no foreign keys. Not to be asked for where a transaction is open already,
    /// in which SQLite cannot do that.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Lease::begin).
    ///
    /// # Cancel safety
    ///
    /// As for [`Lease::run`]: nobody gets the connection with its foreign keys off.
    pub(crate) async fn begin_unchecked(&mut self) -> Result<()> {
        match self {
            Self::Pooled(lease) => lease.begin_unchecked().await.map_err(named(lease.place.label())),
            Self::Transaction(_) | Self::Lent(_) => self.begin().await,
        }
    }

    /// Ends what [`begin`](Lease::begin) began. A lent connection can run nothing more.
    ///
    /// # Errors
    ///
    /// What the server says to the commit; then nothing had an effect, unless it is `ConnectionLost`.
    ///
    /// # Cancel safety
    ///
    /// After a drop nobody knows whether it was committed.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        match self {
            Self::Pooled(lease) => lease.commit().await.map_err(named(lease.place.label())),
            Self::Transaction(turn) => turn.commit(),
            Self::Lent(lease) => lease.lent.end(true).await.map_err(named(BORROWED)),
        }
    }

    /// Undoes what was done since [`begin`](Lease::begin), because of `error`: the block of a transaction around it is
    /// broken by that. Does not fail: where the server does not confirm it, the connection is given up. A lent
    /// connection can run nothing more.
    ///
    /// # Cancel safety
    ///
    /// As for [`Lease::run`].
    pub(crate) async fn rollback(&mut self, error: &Error) {
        match self {
            Self::Pooled(lease) => lease.rollback().await,
            Self::Transaction(turn) => turn.rollback(error),
            // What is left of it, sqlx rolls back before the connection is used again.
            Self::Lent(lease) => drop(lease.lent.end(false).await),
        }
    }
}

fn named(name: &str) -> impl FnOnce(Error) -> Error {
    move |error| error.with_database(name)
}

impl PooledLease {
    async fn begin_unchecked(&mut self) -> Result<()> {
        self.held.pin(false);
        self.held.uncheck().await?;
        self.begin().await
    }

    async fn begin(&mut self) -> Result<()> {
        let backend = self.held.server().backend;
        self.held.pin(false);
        self.begun = true;
        for sql in Options::default().begin(backend) {
            if let Err(error) = self.held.batch(&sql).await {
                self.rollback().await;
                return Err(error);
            }
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<()> {
        if let Err(error) = self.held.batch("COMMIT").await {
            // Some servers keep the transaction open when they refuse to commit it.
            self.rollback().await;
            return Err(error);
        }
        self.held.unpin().await;
        self.begun = false;
        Ok(())
    }

    async fn rollback(&mut self) {
        // Otherwise it stays pinned, and the drop does it.
        if self.held.in_transaction() == Some(false) || self.held.batch("ROLLBACK").await.is_ok() {
            self.held.unpin().await;
            self.begun = false;
        }
    }
}
