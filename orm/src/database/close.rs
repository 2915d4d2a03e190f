//! Closing databases: waiting for what runs, and then no longer.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::operation::{Operation, OperationFuture};
use super::registry;
use super::shared::Shared;
use crate::error::{Error, ErrorKind, Result};
use crate::transaction::ambient;

/// How long is waited for queries and transactions that still run, where nothing else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// One database about to be closed, or all of them: say how long it may take, then `.await` it or call
/// [`blocking`](Close::blocking).
///
/// # Cancel safety
///
/// The databases are closed as soon as the future was polled once. Dropped later, it waits no more, and ends no
/// transaction.
#[must_use = "nothing is closed until it is awaited, or `.blocking()` is called"]
pub struct Close<T = bool> {
    of: Which,
    patience: Duration,
    finish: fn(usize) -> T,
}

enum Which {
    One(Arc<Shared>),
    Named,
}

impl Close {
    pub(super) fn one(database: Arc<Shared>) -> Self {
        Self { of: Which::One(database), patience: PATIENCE, finish: |closed| closed > 0 }
    }
}

impl Close<usize> {
    pub(super) fn named() -> Self {
        Self { of: Which::Named, patience: PATIENCE, finish: |closed| closed }
    }
}

impl<T: 'static> Close<T> {
    /// Waits no longer than this for queries and transactions that run. 30 seconds by default; zero does not wait.
    ///
    /// Transactions that are open then are rolled back: whoever goes on with one gets `TransactionBroken`, with
    /// `PoolClosed` as its source; whoever is just beginning one gets that itself. A statement that is under way then is
    /// not interrupted; its connection is closed when it comes back.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn operation(self) -> Operation<'static, T> {
        Operation::new(async move {
            let all = match self.of {
                Which::One(database) => vec![database],
                Which::Named => registry::all().into_iter().map(|(database, _)| database).collect(),
            };
            let (mut closed, mut failed) = (0, None);
            for one in join_all(all.iter().map(|database| close(database, self.patience))).await {
                match one {
                    Ok(was_open) => closed += usize::from(was_open),
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
            failed.map_or(Ok((self.finish)(closed)), Err)
        })
    }

    /// Closes on this thread, outside of any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one; else as when awaited.
    pub fn blocking(self) -> Result<T> {
        self.operation().blocking()
    }
}

impl<T: 'static> IntoFuture for Close<T> {
    type Output = Result<T>;
    type IntoFuture = OperationFuture<'static, T>;

    fn into_future(self) -> Self::IntoFuture {
        self.operation().into_future()
    }
}

impl<T> fmt::Debug for Close<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = match &self.of {
            Which::One(database) => Some(&**database.name()),
            Which::Named => None,
        };
        f.debug_struct("Close")
            .field("database", &database)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// Whether one may be closed here.
///
/// # Errors
///
/// `CloseInTransaction` inside a transaction on it.
pub(super) fn check(database: &Arc<Shared>) -> Result<()> {
    match ambient::on(database) {
        Some(_) => Err(Error::new(ErrorKind::CloseInTransaction).with_database(database.name())),
        None => Ok(()),
    }
}

/// Closes one, and says whether it was open.
pub(super) async fn close(database: &Arc<Shared>, patience: Duration) -> Result<bool> {
    check(database)?;
    let Some(open) = database.uninstall(database.ticket()) else { return Ok(false) };
    open.close(database, patience).await;
    Ok(true)
}
