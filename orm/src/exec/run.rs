//! The value that a terminal gives: awaited, or run blocking.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::collect::{Collect, Expect, Finish, Response, affected};
use super::{Job, perform, runtime};
use crate::database::{Executor, Target, To, Using};
use crate::driver::Backend;
use crate::error::{Error, Result};
use crate::plan::Plan;

/// A query ready to run: `.await` it, or call [`blocking`](Self::blocking).
///
/// `S` stands for what else may be said before it runs, and seldom shows.
///
/// # Cancel safety
///
/// The future may be dropped at any point. A connection on which a statement had begun is not used again
/// before it is known to be clean, and nothing is left open on the server.
#[must_use = "a query does nothing until it is awaited (or `.blocking()` is called)"]
pub struct Run<'c, T, S = ()> {
    job: Job,
    target: Target<'c>,
    sink: Box<dyn Collect>,
    expect: Expect,
    finish: fn(Response) -> Result<T>,
    of: PhantomData<fn() -> S>,
}

impl<T, S> fmt::Debug for Run<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("model", &self.job.table().map(|table| table.model))
            .finish_non_exhaustive()
    }
}

impl<'c, T> Run<'c, T> {
    pub(crate) fn rows(plan: Plan, target: Target<'c>, finish: Finish<T>) -> Self {
        Self::rows_of(Job::Plan(plan), target, finish)
    }

    pub(crate) fn rows_of(job: Job, target: Target<'c>, finish: Finish<T>) -> Self {
        Run::said(job, target, finish)
    }

    /// Where nobody said yet what it is to run on.
    pub(crate) fn on_its_own(job: Job, finish: Finish<T>) -> Self {
        Self::rows_of(job, Target::from(To::Auto), finish)
    }

    /// A query that cannot be meant: it fails when it runs.
    pub(crate) fn refused(error: Error) -> Self
    where
        T: crate::types::Decode,
    {
        Self::on_its_own(Job::Refused(error), super::one())
    }
}

impl<'c, T, S> Run<'c, T, S> {
    /// One about which more may be said.
    pub(crate) fn said(job: Job, target: Target<'c>, finish: Finish<T>) -> Self {
        let Finish { sink, expect, finish } = finish;
        Self { job, target, sink, expect, finish, of: PhantomData }
    }

    /// What is wanted, and what it is to run on.
    pub(super) fn into_job(self) -> (Job, Target<'c>) {
        (self.job, self.target)
    }

    /// The same with something said about its job.
    pub(crate) fn change(mut self, say: impl FnOnce(&mut Job)) -> Self {
        say(&mut self.job);
        self
    }

    /// The same with something said about its job, and with this output.
    pub(crate) fn say<U>(mut self, say: impl FnOnce(&mut Job), finish: Finish<U>) -> Run<'c, U, S> {
        say(&mut self.job);
        Run::said(self.job, self.target, finish)
    }

    /// Runs on this database, transaction or connection instead of what was said before, and of the model's own.
    ///
    /// Takes what [`QuerySet::using`](crate::QuerySet::using) takes.
    pub fn using<'d, X: Using>(self, executor: X) -> Run<'d, T, S>
    where
        X::Executor: Executor<'d>,
    {
        let target = Target { outside: self.target.outside, ..executor.executor().target() };
        let Self { job, sink, expect, finish, of, .. } = self;
        Run { job, target, sink, expect, finish, of }
    }

    /// Runs on a connection of its own, even where a transaction is open that it would join.
    ///
    /// A transaction or a connection that was given explicitly stays what it is.
    pub fn outside_transaction(mut self) -> Self {
        self.target = self.target.outside_transaction();
        self
    }

    /// Runs on this thread and waits.
    ///
    /// I/O is driven by a runtime thread of the ORM's own, so that it works in threads without a runtime.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BlockingInsideRuntime`](crate::ErrorKind::BlockingInsideRuntime) inside an asynchronous
    /// runtime, where waiting would stall other tasks; otherwise as for awaiting.
    pub fn blocking(self) -> Result<T> {
        runtime::block_on(self.into_future())?
    }

    /// The SQL that would be sent, for the oldest supported version of a backend; the first statement, where
    /// there are several.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) and
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) as when it runs.
    pub fn to_sql(&self, backend: Backend) -> Result<String> {
        perform::to_sql(&self.job, backend)
    }
}

impl Run<'_, u64> {
    pub(crate) fn affected(job: Job, target: Target<'_>) -> Run<'_, u64> {
        Run::rows_of(job, target, affected())
    }
}

impl<'c, T, S> IntoFuture for Run<'c, T, S> {
    type Output = Result<T>;
    type IntoFuture = RunFuture<'c, T>;

    fn into_future(self) -> RunFuture<'c, T> {
        RunFuture { inner: start(self.job, self.target, self.sink, self.expect), finish: self.finish }
    }
}

pub(super) type Running<'c> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'c>>;

/// Not generic: one copy in the program.
pub(super) fn start<'c>(job: Job, target: Target<'c>, sink: Box<dyn Collect>, expect: Expect) -> Running<'c> {
    Box::pin(perform::perform(job, target, sink, expect))
}

pub(super) fn poll(inner: &mut Running<'_>, context: &mut Context<'_>) -> Poll<Result<Response>> {
    inner.as_mut().poll(context)
}

/// A running query.
///
/// # Cancel safety
///
/// As for [`Run`].
#[must_use = "a future does nothing until it is awaited"]
pub struct RunFuture<'c, T> {
    inner: Running<'c>,
    finish: fn(Response) -> Result<T>,
}

impl<T> fmt::Debug for RunFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunFuture").finish_non_exhaustive()
    }
}

impl<T> Future for RunFuture<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match poll(&mut self.inner, context) {
            Poll::Ready(Ok(response)) => Poll::Ready((self.finish)(response)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}
