//! A database for as long as a guard lives.

use std::future::IntoFuture;
use std::ops::Deref;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::close;
use super::handle::{self, Database};
use super::operation::{Operation, OperationFuture};
use super::options::DatabaseOptions;
use super::shared::Shared;
use super::using::{Auto, Using};
use crate::error::{Error, Result};

/// What a database is called that has no name.
const UNNAMED: &str = "(unnamed)";

/// A database about to be opened by [`db::connect`](crate::db::connect): name it, then `.await` it or call
/// [`blocking`](Connect::blocking).
#[derive(Debug)]
#[must_use = "nothing is opened until it is awaited, or `.blocking()` is called"]
pub struct Connect {
    options: DatabaseOptions,
    name: Option<String>,
}

impl Connect {
    pub(super) fn new(options: DatabaseOptions) -> Self {
        Self { options, name: None }
    }

    /// Makes this name an alias of the database for as long as it is open.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn operation(self) -> Operation<'static, Connected> {
        Operation::new(async move {
            let shared = match &self.name {
                Some(name) => Shared::new(name, true),
                None => Shared::new(UNNAMED, false),
            };
            handle::init(&shared, self.options, false).await?;
            Ok(Connected(Database::from(shared)))
        })
    }

    /// Opens the database for as long as `body` runs, and closes it then: also after an error, which goes before one of
    /// closing, and after a panic. Nothing is committed that the body does not commit.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use orm::db;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let answer = db::connect("sqlite::memory:").name("reports").scope(async |reports| reports.ping().await).await;
    /// assert!(answer.is_ok() && db::get("reports").is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Database::init`]; whatever the body gives; as [`Database::close`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the body and closes the database as a drop of the guard does.
    pub async fn scope<F, Fut, T, E>(self, body: F) -> Result<T, E>
    where
        F: FnOnce(Database) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let guard = self.operation().await?;
        let output = body((*guard).clone()).await;
        let closed = guard.close().await;
        let output = output?;
        closed?;
        Ok(output)
    }

    /// Opens the database on this thread, outside of any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one; else as [`Database::init`].
    pub fn blocking(self) -> Result<Connected> {
        self.operation().blocking()
    }
}

impl IntoFuture for Connect {
    type Output = Result<Connected>;
    type IntoFuture = OperationFuture<'static, Connected>;

    fn into_future(self) -> Self::IntoFuture {
        self.operation().into_future()
    }
}

/// An open database that is closed when this is dropped.
///
/// The drop does not wait: the name is free and idle connections are closed at once, those at work when they come
/// back. [`close`](Connected::close) waits.
#[derive(Debug)]
#[must_use = "the database is closed when this is dropped"]
pub struct Connected(Database);

impl Connected {
    /// Closes the database and waits for what still runs, as [`Database::close`].
    ///
    /// # Errors
    ///
    /// As [`Database::close`]; then the database is closed without waiting.
    ///
    /// # Cancel safety
    ///
    /// Dropped early or never awaited, it closes the database as a drop of the guard does.
    pub fn close(self) -> Operation<'static, ()> {
        Operation::new(async move { close::close(self.0.shared(), close::PATIENCE).await.map(drop) })
    }
}

impl Deref for Connected {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        close_now(self.0.shared());
    }
}

/// Closes without waiting.
pub(super) fn close_now(shared: &Arc<Shared>) {
    if let Some(open) = shared.uninstall(shared.ticket()) {
        // One poll closes the pool; whatever good-byes it would wait for are left unsaid.
        let _ = open.retire().now_or_never();
    }
}

#[diagnostic::do_not_recommend]
impl Using for &Connected {
    type Executor = Auto;

    fn executor(self) -> Auto {
        (&self.0).executor()
    }
}
