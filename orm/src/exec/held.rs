//! A connection in our hands: one of our pool, or one of a pool that the user owns.

use futures_util::FutureExt as _;

use super::log;
use crate::database::ForeignConnection;
use crate::driver::{Backend, Cursor, Outcome, Server, Sink, Statement};
use crate::error::{ErrorKind, Result};
use crate::pool::{Pooled, TransactionLimits};

/// A connection that goes back to its pool when it is dropped, if it is clean; else it is cleaned on the spot
/// (SQLite) or closed (servers), so that whatever was open on it is rolled back.
#[derive(Debug)]
pub(crate) struct Held {
    connection: Connection,
    /// A transaction of ours is open on it: between statements it is not clean either.
    pinned: bool,
    /// SQLite was told to refuse writes, and has to be told that the transaction is over: it knows no read-only
    /// transactions.
    query_only: bool,
    /// SQLite was told not to mind foreign keys, and has to be told when the transaction is over.
    unchecked: bool,
}

const WRITABLE: &str = "PRAGMA query_only = OFF";
const UNCHECKED: &str = "PRAGMA foreign_keys = OFF";
const CHECKED: &str = "PRAGMA foreign_keys = ON";

#[derive(Debug)]
enum Connection {
    Pooled(Pooled),
    Foreign(ForeignConnection),
}

impl From<Pooled> for Held {
    fn from(connection: Pooled) -> Self {
        Self {
            connection: Connection::Pooled(connection),
            pinned: false,
            query_only: false,
            unchecked: false,
        }
    }
}

impl From<ForeignConnection> for Held {
    fn from(connection: ForeignConnection) -> Self {
        Self {
            connection: Connection::Foreign(connection),
            pinned: false,
            query_only: false,
            unchecked: false,
        }
    }
}

impl Held {
    /// Which pool of ours it is from.
    pub(crate) fn pool(&self) -> Option<usize> {
        match &self.connection {
            Connection::Pooled(connection) => Some(connection.pool()),
            Connection::Foreign(_) => None,
        }
    }

    /// Whether the database was closed, and waits no more for what runs on it.
    pub(crate) fn is_ended(&self) -> bool {
        match &self.connection {
            Connection::Pooled(connection) => connection.is_ended(),
            Connection::Foreign(_) => false,
        }
    }

    pub(crate) fn server(&self) -> Server {
        match &self.connection {
            Connection::Pooled(connection) => connection.server(),
            Connection::Foreign(connection) => connection.server(),
        }
    }

    /// Whoever runs now holds it in a guard.
    pub(crate) fn guard(&self) {
        match &self.connection {
            Connection::Pooled(connection) => connection.guard(),
            Connection::Foreign(_) => {}
        }
    }

    /// How long a transaction on it may take.
    pub(crate) fn transaction_limits(&self) -> TransactionLimits {
        match &self.connection {
            Connection::Pooled(connection) => connection.transaction_limits(),
            Connection::Foreign(_) => TransactionLimits::default(),
        }
    }

    /// Whether the database is told to show its statements.
    fn echo(&self) -> bool {
        match &self.connection {
            Connection::Pooled(connection) => connection.echo(),
            Connection::Foreign(_) => false,
        }
    }

    /// Has the connection closed instead of kept, if it is of a pool of ours.
    pub(crate) fn close_on_return(&mut self) {
        match &mut self.connection {
            Connection::Pooled(connection) => connection.close_on_return(),
            Connection::Foreign(_) => {}
        }
    }

    /// Runs one statement.
    ///
    /// # Cancel safety
    ///
    /// After a drop before the end the connection is not clean, and the owner has to drop it too.
    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        log::statement(self.server(), self.pool(), statement.sql, self.echo());
        let result = match &mut self.connection {
            Connection::Pooled(connection) => connection.begin_use().run(statement, sink).await,
            // Boxed, so that the futures of all other queries need no room for it.
            Connection::Foreign(connection) => Box::pin(connection.begin_use().run(statement, sink)).await,
        };
        if result.is_err() && sink.left_rows() {
            // They are still on their way: the connection stays in use, and is not used again.
            return result;
        }
        self.settle(result.as_ref().err().map(|error| error.kind()));
        result
    }

    /// Runs text without arguments.
    ///
    /// # Cancel safety
    ///
    /// As for [`Held::run`].
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        log::statement(self.server(), self.pool(), sql, self.echo());
        let result = match &mut self.connection {
            Connection::Pooled(connection) => connection.begin_use().batch(sql).await,
            Connection::Foreign(connection) => connection.begin_use().batch(sql).await,
        };
        self.settle(result.as_ref().err().map(|error| error.kind()));
        result
    }

    /// Asks for a sign of life.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        let result = match &mut self.connection {
            Connection::Pooled(connection) => connection.begin_use().ping().await,
            Connection::Foreign(connection) => connection.begin_use().ping().await,
        };
        if result.is_ok() {
            self.settle(None);
        }
        result
    }

    /// From now on a drop means a roll-back, until [`Held::unpin`]. Said before the transaction is begun.
    pub(crate) fn pin(&mut self, read_only: bool) {
        self.pinned = true;
        self.query_only = read_only && self.server().backend == Backend::Sqlite;
        match &mut self.connection {
            Connection::Pooled(connection) => _ = connection.begin_use(),
            Connection::Foreign(connection) => _ = connection.begin_use(),
        }
    }

    /// From now on SQLite does not enforce foreign keys, until [`Held::unpin`]. To be said between [`Held::pin`] and the
    /// begin: inside of a transaction SQLite would pass over it without a word.
    ///
    /// # Cancel safety
    ///
    /// The connection is pinned, so that a drop makes it as it was, or throws it away.
    pub(crate) async fn uncheck(&mut self) -> Result<()> {
        let mut enforced = Flag(false);
        let sql = "PRAGMA foreign_keys".into();
        self.run(Statement { sql: &sql, args: &[], scales: &[] }, &mut enforced).await?;
        // Where the user wants none, they stay off.
        if enforced.0 {
            self.unchecked = true;
            self.batch(UNCHECKED).await?;
        }
        Ok(())
    }

    /// The transaction has ended, and nothing of it is left.
    ///
    /// # Cancel safety
    ///
    /// A drop before the end leaves the connection pinned.
    pub(crate) async fn unpin(&mut self) {
        if self.unchecked {
            if self.batch(CHECKED).await.is_err() {
                return;
            }
            self.unchecked = false;
        }
        if self.query_only {
            if self.batch(WRITABLE).await.is_err() {
                return;
            }
            self.query_only = false;
        }
        self.pinned = false;
        self.settle(None);
    }

    /// Whether a transaction is open, where the driver can say so without asking the server.
    pub(crate) fn in_transaction(&self) -> Option<bool> {
        match &self.connection {
            Connection::Pooled(connection) => connection.in_transaction(),
            Connection::Foreign(_) => None,
        }
    }

    /// After a statement that ended, with or without an error.
    fn settle(&mut self, error: Option<&ErrorKind>) {
        if self.pinned || matches!(error, Some(ErrorKind::ConnectionLost)) {
            return;
        }
        match &mut self.connection {
            Connection::Pooled(connection) => connection.end_use(),
            Connection::Foreign(connection) => connection.end_use(),
        }
    }
}

/// The truth value of the last row.
struct Flag(bool);

impl Sink for Flag {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.0 = row.bool()?.unwrap_or_default();
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.pinned
            && self.server().backend == Backend::Sqlite
            && let Connection::Foreign(connection) = &mut self.connection
        {
            // Nothing is left on it: a statement of SQLite ends with the future that ran it. It may be the only one of a database
            // in memory.
            connection.end_use();
        }
        if self.query_only
            && let Connection::Pooled(connection) = &mut self.connection
        {
            // Given up in a read-only transaction. SQLite needs no waiting for this; the pool does the rest.
            let _ = connection.begin_use().batch(WRITABLE).now_or_never();
        }
    }
}
