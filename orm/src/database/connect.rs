//! A database for as long as a guard lives.

use std::future::IntoFuture;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::handle::{self, Database};
use super::operation::{Operation, OperationFuture};
use super::options::DatabaseOptions;
use super::shared::Shared;
use super::using::{Auto, Using};
use crate::error::Result;

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
        Operation::new(async move { handle::close(self.0.shared()).await })
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
        let shared = Arc::clone(self.0.shared());
        if let Some(open) = shared.uninstall(shared.ticket()) {
            // One poll closes the pool; whatever good-byes it would wait for are left unsaid.
            let _ = open.close(Duration::ZERO).now_or_never();
        }
    }
}

#[diagnostic::do_not_recommend]
impl Using for &Connected {
    type Executor = Auto;

    fn executor(self) -> Auto {
        (&self.0).executor()
    }
}
