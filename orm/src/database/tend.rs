//! What a handle can do with its pool: look at its books, open connections ahead, close them.

use std::sync::Arc;
use std::time::Duration;

use super::handle::Database;
use super::operation::Operation;
use super::shared::Shared;
use crate::driver::{Capability, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::pool::PoolStats;

/// What the first connection found.
async fn server(shared: &Shared) -> Result<Server> {
    let open = shared.open().ok_or_else(|| shared.not_initialized())?;
    if open.pool.server().is_none() {
        open.pool.connect_now().await.map_err(|error| error.with_database(shared.name()))?;
    }
    // A pool knows its server from the first connection on.
    open.pool.server().ok_or_else(|| Error::new(ErrorKind::ConnectionLost).with_database(shared.name()))
}

impl Database {
    /// A snapshot of its pool. None while it is not bound.
    #[must_use]
    pub fn pool_stats(&self) -> Option<PoolStats> {
        Some(self.opened()?.pool.stats())
    }

    /// Whether the database can do that, in the version that its server has; opens a connection if there was none yet to ask.
    ///
    /// # Examples
    ///
    /// ```
    /// use orm::{Capability, Database};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let db = Database::open("main", "sqlite::memory:").await?;
    /// assert!(!db.supports(Capability::RowLocks).await?);
    /// assert!(db.require(Capability::RowLocks).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `NotInitialized`; those of connecting.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future costs one connection at most.
    pub fn supports(&self, capability: Capability) -> Operation<'static, bool> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move { Ok(server(&shared).await?.has(capability)) })
    }

    /// As [`supports`](Database::supports), where the program cannot do without.
    ///
    /// # Errors
    ///
    /// `Unsupported` if it is not there; else as [`supports`](Database::supports).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future costs one connection at most.
    pub fn require(&self, capability: Capability) -> Operation<'static, ()> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            let server = server(&shared).await?;
            if server.has(capability) {
                return Ok(());
            }
            let kind = ErrorKind::Unsupported { feature: capability.name(), backend: server.backend.name() };
            Err(Error::new(kind).with_database(shared.name()))
        })
    }

    /// Opens connections before they are needed, until there are `connections`, those at work included; no more than
    /// are kept (`pool_size`). Gives the number that it opened, which are idle.
    ///
    /// # Errors
    ///
    /// `NotInitialized`; those of connecting; what was opened before stays.
    ///
    /// # Cancel safety
    ///
    /// What was opened before stays.
    pub fn warmup(&self, connections: usize) -> Operation<'static, usize> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            let open = shared.open().ok_or_else(|| shared.not_initialized())?;
            open.pool.warm_up(connections).await.map_err(|error| error.with_database(shared.name()))
        })
    }

    /// Closes the connections that are idle now, and leaves those at work. Gives the number of them: none if the
    /// database is not bound. The one connection of a database in memory stays, for it is the database.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Cancel safety
    ///
    /// Those that it was about to close are closed without a good-bye.
    pub fn clear_idle(&self) -> Operation<'static, usize> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            match shared.open() {
                Some(open) => Ok(open.pool.close_idle(None).await),
                None => Ok(0),
            }
        })
    }

    /// Closes the connections that were idle for longer than `age`, as [`clear_idle`](Database::clear_idle) does. Those
    /// at work are left alone, however long they are: nobody but the server can end a statement.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Cancel safety
    ///
    /// As for [`clear_idle`](Database::clear_idle).
    pub fn close_stale(&self, age: Duration) -> Operation<'static, usize> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            match shared.open() {
                Some(open) => Ok(open.pool.close_idle(Some(age)).await),
                None => Ok(0),
            }
        })
    }

    /// Closes every connection, and opens new ones for whatever comes: idle ones are closed now, those at work when they
    /// come back. Gives the number of those that were idle. The database stays bound; [`close`](Database::close) unbinds
    /// it. The one connection of a database in memory stays.
    ///
    /// # Errors
    ///
    /// None.
    ///
    /// # Cancel safety
    ///
    /// As for [`clear_idle`](Database::clear_idle); those at work are closed all the same once it was polled.
    pub fn close_all(&self) -> Operation<'static, usize> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            match shared.open() {
                Some(open) => Ok(open.pool.close_all().await),
                None => Ok(0),
            }
        })
    }
}
