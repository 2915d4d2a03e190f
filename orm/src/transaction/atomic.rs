//! Transactions around a closure.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;

use super::future::{AtomicFuture, Once, Repeat};
use super::options::{Isolation, Options, SqliteLock};
use super::tx::Tx;
use crate::database::{Auto, Using};
use crate::error::{Error, Result};
use crate::exec::runtime;

/// A transaction around a closure: set options, then `.await` it or call [`blocking`](Atomic::blocking).
#[must_use = "a transaction does nothing until it is awaited, or `.blocking()` is called"]
pub struct Atomic<F, T, E> {
    body: F,
    on: Auto,
    options: Options,
    _of: PhantomData<fn() -> (T, E)>,
}

/// Runs `body` in a transaction: committed if it gives `Ok`, rolled back if it gives `Err` or is dropped.
///
/// On the database `"default"`, unless [`using`](Atomic::using) says otherwise. The body gets a handle, but queries on
/// that database join without being told, as long as they run in the body's own task; what it spawns does not. Inside of
/// a transaction on the same database it is a nested block: a savepoint.
///
/// A failed statement breaks its innermost block, on every backend: later statements in it give `TransactionBroken`, and
/// so does its end, even if the body gives `Ok`. To go on after a failure that is expected, nest a block around it.
///
/// The error is of any type that an [`Error`] turns into; where nothing else says which, write
/// `async |tx| -> Result<_, AppError> { .. }`. The future is `Send` if the body's future, its value and its error are.
///
/// # Errors
///
/// Those of the body. Those of getting a connection, before the body is called. `TransactionBroken`, and whatever the
/// database says to the commit, after it.
///
/// # Cancel safety
///
/// Dropped before its end, nothing of it has had an effect, unless the database had the commit already.
pub fn atomic<F, Fut, T, E>(body: F) -> Atomic<F, T, E>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    nested(Auto::default(), body)
}

/// The same on `on`.
pub(super) fn nested<F, T, E>(on: Auto, body: F) -> Atomic<F, T, E> {
    Atomic { body, on, options: Options::default(), _of: PhantomData }
}

impl<F, T, E> Atomic<F, T, E> {
    /// On this database, or nested in this transaction.
    pub fn using<X: Using<Executor = Auto>>(mut self, on: X) -> Self {
        self.on = on.executor();
        self
    }

    /// With this isolation. A nested block has that of the outermost one: to ask for another is `InvalidQuery`.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.options.isolation = Some(isolation);
        self
    }

    /// Refuses writes. For the outermost block alone, as [`isolation`](Atomic::isolation).
    pub fn read_only(mut self) -> Self {
        self.options.read_only = true;
        self
    }

    /// Takes this lock when it begins, on SQLite; on a server it is `Unsupported`. For the outermost block alone, as
    /// [`isolation`](Atomic::isolation).
    pub fn lock(mut self, lock: SqliteLock) -> Self {
        self.options.lock = Some(lock);
        self
    }

    /// Runs the closure up to `times` times again, each time from a fresh copy of what it captured, if the database
    /// asks for it: after a deadlock, a serialization failure, a lock or a connection waited for in vain
    /// ([`Error::is_retryable`]). Between two attempts it waits, longer each time.
    ///
    /// What counts is why the transaction failed, not what the body made of it. Only an outermost block is run again:
    /// a nested one has to leave it to that.
    pub fn retry(self, times: u32) -> Atomic<Repeat<F>, T, E>
    where
        F: Repeatable,
    {
        Atomic {
            body: Repeat::new(self.body, times, F::clone),
            on: self.on,
            options: self.options,
            _of: PhantomData,
        }
    }

    /// Runs the transaction on this thread, outside of any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one; else as when awaited.
    pub fn blocking(self) -> Result<T, E>
    where
        Self: IntoFuture<Output = Result<T, E>>,
        E: From<Error>,
    {
        match runtime::block_on(self.into_future()) {
            Ok(result) => result,
            Err(error) => Err(error.into()),
        }
    }
}

impl<F, Fut, T, E> IntoFuture for Atomic<F, T, E>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    type Output = Result<T, E>;
    type IntoFuture = AtomicFuture<Once<F>, Fut, T, E>;

    fn into_future(self) -> Self::IntoFuture {
        AtomicFuture::new(Once::new(self.body), self.on, self.options)
    }
}

impl<F, Fut, T, E> IntoFuture for Atomic<Repeat<F>, T, E>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    type Output = Result<T, E>;
    type IntoFuture = AtomicFuture<Repeat<F>, Fut, T, E>;

    fn into_future(self) -> Self::IntoFuture {
        AtomicFuture::new(self.body, self.on, self.options)
    }
}

/// A closure that can run more than once: each run gets a clone of what it captured.
#[diagnostic::on_unimplemented(
    message = "this closure cannot be run again, so it cannot be retried",
    label = "captures something that is not `Clone`, or `&mut`",
    note = "capture by reference, or put the value into an `Arc`"
)]
pub trait Repeatable: Clone {}

impl<F: Clone> Repeatable for F {}

impl<F, T, E> fmt::Debug for Atomic<F, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Atomic").field("on", &self.on).field("options", &self.options).finish_non_exhaustive()
    }
}
