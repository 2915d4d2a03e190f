//! Work on a database as a value: awaited or blocking.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use crate::error::{Error, Result};
use crate::exec::runtime;

/// The future of an [`Operation`].
pub type OperationFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Something to do with a database: `.await` it, or call [`blocking`](Operation::blocking).
///
/// Nothing happens before that.
#[must_use = "nothing happens until it is awaited, or `.blocking()` is called"]
pub struct Operation<'a, T>(OperationFuture<'a, T>);

impl<'a, T> Operation<'a, T> {
    pub(crate) fn new(future: impl Future<Output = Result<T>> + Send + 'a) -> Self {
        Self(Box::pin(future))
    }

    /// Does it on this thread, outside of any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one; else as when awaited.
    pub fn blocking(self) -> Result<T> {
        runtime::block_on(self.0)?
    }
}

impl<'a, T> IntoFuture for Operation<'a, T> {
    type Output = Result<T>;
    type IntoFuture = OperationFuture<'a, T>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

/// Something to do with a closure of the program's own: `.await` it, or call [`blocking`](Procedure::blocking).
///
/// Nothing happens before that. It is `Send` if the closure is, and what it gives.
#[must_use = "nothing happens until it is awaited, or `.blocking()` is called"]
pub struct Procedure<F>(F);

impl<F> Procedure<F> {
    pub(crate) fn new(future: F) -> Self {
        Self(future)
    }

    /// Does it on this thread, outside of any asynchronous runtime. The closure is polled on this thread too.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one; else as when awaited.
    pub fn blocking<T, E>(self) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        runtime::block_on(self.0).map_err(E::from)?
    }
}

impl<F: Future> IntoFuture for Procedure<F> {
    type Output = F::Output;
    type IntoFuture = F;

    fn into_future(self) -> F {
        self.0
    }
}

impl<F> fmt::Debug for Procedure<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Procedure")
    }
}

impl<T> fmt::Debug for Operation<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation")
    }
}
