//! Databases for as long as a program serves: opened before it, closed after it.

use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::close;
use super::connect::close_now;
use super::db::open_all;
use super::operation::Operation;
use super::options::DatabaseOptions;
use super::shared::Shared;
use crate::error::{Error, Result};

/// Databases about to be opened for as long as a program serves: see [`db::lifespan`](crate::db::lifespan).
#[derive(Debug)]
#[must_use = "nothing is opened until `run` or `start` is awaited"]
pub struct Lifespan {
    databases: Vec<(String, DatabaseOptions)>,
    patience: Duration,
}

impl Lifespan {
    pub(super) fn new(databases: Vec<(String, DatabaseOptions)>) -> Self {
        Self { databases, patience: close::PATIENCE }
    }

    /// At the end, waits no longer than this for queries and transactions that still run: see
    /// [`Close::patience`](crate::db::Close::patience). 30 seconds by default.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Opens the databases, runs `app`, and closes them when it has ended: with a value, with an error, which goes before
    /// one of closing, or with a panic, which goes on afterwards.
    ///
    /// What a web framework still answers when it is told to stop belongs to `app`: it ends when the last request has.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use orm::db;
    ///
    /// # async fn serve() -> orm::Result<()> { db::get("analytics")?.ping().await }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let databases = db::lifespan([("default", "sqlite::memory:"), ("analytics", "sqlite::memory:")]);
    /// databases.run(serve).await?;
    /// assert!(db::names().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`db::init`](crate::db::init), and then nothing runs; whatever `app` gives; as
    /// [`Database::close`](crate::Database::close).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops `app` and closes the databases as a drop of [`Started`] does.
    pub async fn run<F, Fut, T, E>(self, app: F) -> Result<T, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let started = self.start().await?;
        // The closure itself may panic, not only the future that it gives.
        let output = AssertUnwindSafe(async { app().await }).catch_unwind().await;
        let closed = started.stop().await;
        match output {
            Ok(output) => {
                let output = output?;
                closed?;
                Ok(output)
            }
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Opens the databases, all or none, until the guard that it gives is stopped or dropped: where a framework wants a
    /// function for its start and one for its end.
    ///
    /// # Errors
    ///
    /// As [`db::init`](crate::db::init).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before its end opens none.
    pub fn start(self) -> Operation<'static, Started> {
        Operation::new(async move {
            let databases = open_all(self.databases).await?;
            Ok(Started { databases, patience: self.patience })
        })
    }
}

/// Open databases that are closed when this is stopped.
///
/// A drop does not wait: the names are free and idle connections are closed at once, those at work when they come back.
#[must_use = "the databases are closed when this is dropped"]
pub struct Started {
    databases: Vec<Arc<Shared>>,
    patience: Duration,
}

impl Started {
    /// Closes the databases, and waits for what still runs.
    ///
    /// # Errors
    ///
    /// As [`Database::close`](crate::Database::close), for the first that could not be closed; the others are closed all
    /// the same.
    ///
    /// # Cancel safety
    ///
    /// The databases are closed as soon as the future was polled once; dropped later, or never awaited, it waits no more.
    pub fn stop(self) -> Operation<'static, ()> {
        Operation::new(async move {
            let closing = self.databases.iter().map(|database| close::close(database, self.patience));
            join_all(closing).await.into_iter().try_for_each(|closed| closed.map(drop))
        })
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.databases.iter().for_each(close_now);
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").field("databases", &self.databases).finish_non_exhaustive()
    }
}
