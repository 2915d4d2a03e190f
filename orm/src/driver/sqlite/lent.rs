//! The same on a connection that belongs to the user.

use std::ffi::c_int;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::{LockedSqliteHandle, SqliteConnection};

use super::error::from_sqlx;
use super::handle::Handle;
use super::run;
use super::wait::Patience;
use crate::driver::{Outcome, Sink, Statement};
use crate::error::{ConnectCause, Error, ErrorKind, Result};

/// Runs one statement on a connection that is lent, and hands its rows to `sink`.
///
/// What sqlx still has to do on it, as rolling a dropped transaction back, is done first. Its own waiting time for
/// other writers holds, but the task waits, not the thread.
///
/// # Errors
///
/// As for [`Connection::run`](super::Connection::run); [`ErrorKind::ConnectionLost`] if sqlx's thread is gone.
///
/// # Cancel safety
///
/// A drop ends the statement: nothing stays open but a transaction that was open before.
pub(crate) async fn run_lent(
    connection: &mut SqliteConnection,
    statement: Statement<'_>,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    let mut lent = Lent::take(connection).await?;
    let mut patience = lent.patience();
    let mut prepared = run::prepare(&mut lent.handle, statement.sql, false, &mut patience).await?;
    run::run(&mut lent.handle, &mut prepared, statement, sink, &mut patience).await
}

/// Runs text of any number of statements without arguments on a connection that is lent.
///
/// # Errors
///
/// As for [`run_lent`].
///
/// # Cancel safety
///
/// As for [`run_lent`]; statements before the one under way have had their effect.
pub(crate) async fn batch_lent(connection: &mut SqliteConnection, sql: &str) -> Result<()> {
    let mut lent = Lent::take(connection).await?;
    let limit = lent.limit();
    run::batch(&mut lent.handle, sql, || Patience::new(limit)).await
}

/// A lent connection, locked against sqlx's own thread. As it was before when dropped.
struct Lent<'c> {
    handle: Handle,
    busy_timeout: c_int,
    _locked: LockedSqliteHandle<'c>,
}

impl<'c> Lent<'c> {
    /// See the [module](super) for why the ping has to come first.
    async fn take(connection: &'c mut SqliteConnection) -> Result<Self> {
        connection.ping().await.map_err(from_sqlx)?;
        let mut locked = connection.lock_handle().await.map_err(from_sqlx)?;
        if !Handle::is_thread_safe() {
            return Err(single_threaded());
        }
        #[expect(unsafe_code, reason = "the handle belongs to sqlx")]
        // SAFETY: while the lock is held sqlx does not touch the database, and it cannot be closed. The handle is
        // kept beside the lock and never handed out, and statements made with it live in the two functions above,
        // behind this and so dropped before it.
        let mut handle = unsafe { Handle::new(locked.as_raw_handle()) };
        // Zero if the user wants no waiting, or has a busy handler of another kind, which then goes on working.
        let busy_timeout = handle.integer(c"PRAGMA busy_timeout").map_err(|failure| failure.into_error())?;
        let busy_timeout = busy_timeout.and_then(|time| c_int::try_from(time).ok()).unwrap_or(0);
        if busy_timeout > 0 {
            handle.set_busy_timeout(0);
        }
        Ok(Self { handle, busy_timeout, _locked: locked })
    }

    fn limit(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.busy_timeout).unwrap_or(0))
    }

    fn patience(&self) -> Patience {
        Patience::new(self.limit())
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if self.busy_timeout > 0 {
            self.handle.set_busy_timeout(self.busy_timeout);
        }
    }
}

/// The error for a C library that allows one thread only.
#[cold]
pub(super) fn single_threaded() -> Error {
    Error::new(ErrorKind::Connect {
        cause: ConnectCause::Other,
        reason: "the SQLite library was compiled for a single thread (SQLITE_THREADSAFE=0)".to_owned(),
    })
}
