//! The future of a transaction around a closure. Named, so that it is `Send` exactly when its parts are.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;

use super::ambient::Ambient;
use super::block::{self, Holder, Open};
use super::options::Options;
use super::tx::Tx;
use crate::database::Auto;
use crate::error::{Error, ErrorKind, Result};

/// How often a body can run.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the body of a transaction that gives a `Result<{T}, {E}>`",
    label = "not a body",
    note = "a body is given to `orm::atomic(async |tx| ..)`"
)]
pub trait Body<T, E> {
    /// What a run gives.
    type Fut: Future<Output = Result<T, E>>;
    /// Runs it. None if it cannot run any more.
    fn start(&mut self, tx: Tx) -> Option<Self::Fut>;
    /// Whether it may run once more; counts down.
    fn again(&mut self) -> bool;
}

/// A body that runs once.
pub struct Once<F>(Option<F>);

impl<F> Once<F> {
    pub(super) fn new(body: F) -> Self {
        Self(Some(body))
    }
}

impl<F, Fut, T, E> Body<T, E> for Once<F>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    type Fut = Fut;

    fn start(&mut self, tx: Tx) -> Option<Fut> {
        self.0.take().map(|body| body(tx))
    }

    fn again(&mut self) -> bool {
        false
    }
}

/// A body that runs again when the database asks for it, each time from a fresh copy.
pub struct Repeat<F> {
    body: F,
    left: u32,
    /// Not a bound: that would be repeated in every message about the closure.
    clone: fn(&F) -> F,
}

impl<F> Repeat<F> {
    pub(super) fn new(body: F, times: u32, clone: fn(&F) -> F) -> Self {
        Self { body, left: times, clone }
    }
}

impl<F, Fut, T, E> Body<T, E> for Repeat<F>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    type Fut = Fut;

    fn start(&mut self, tx: Tx) -> Option<Fut> {
        Some((self.clone)(&self.body)(tx))
    }

    fn again(&mut self) -> bool {
        let left = self.left.checked_sub(1);
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The future of [`Atomic`](super::Atomic).
///
/// `Send` if the closure, its future, its value and its error are.
#[must_use = "a transaction does nothing until it is awaited"]
pub struct AtomicFuture<B, Fut, T, E> {
    body: B,
    on: Auto,
    options: Options,
    attempts: u32,
    state: State<Fut, T, E>,
}

enum State<Fut, T, E> {
    Start,
    Beginning(Boxed<Result<Open>>),
    /// In this order: the body ends what it has under way before the block is given up.
    Running(Pin<Box<Fut>>, Open, Arc<Ambient>),
    /// What the body gave, and the block that it gave it in.
    Ending(Boxed<Result<()>>, Result<T, E>, Tx),
    Waiting(Pin<Box<tokio::time::Sleep>>),
    Done,
}

// Whatever has to stay where it is, is in a box.
impl<B, Fut, T, E> Unpin for AtomicFuture<B, Fut, T, E> {}

impl<B, Fut, T, E> AtomicFuture<B, Fut, T, E> {
    pub(super) fn new(body: B, on: Auto, options: Options) -> Self {
        Self { body, on, options, attempts: 0, state: State::Start }
    }
}

impl<B, Fut, T, E> AtomicFuture<B, Fut, T, E>
where
    B: Body<T, E, Fut = Fut>,
    Fut: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    /// What to do after a failure: wait and begin anew, or give up.
    fn after(&mut self, failure: Option<&Error>) -> bool {
        let again = failure.is_some_and(Error::is_retryable) && self.body.again();
        if again {
            self.attempts = self.attempts.saturating_add(1);
            self.state = match Handle::try_current() {
                Ok(_) => State::Waiting(Box::pin(tokio::time::sleep(pause(self.attempts)))),
                // Without a runtime there are no timers; SQLite needs none.
                Err(_) => State::Start,
            };
        }
        again
    }
}

impl<B, Fut, T, E> Future for AtomicFuture<B, Fut, T, E>
where
    B: Body<T, E, Fut = Fut>,
    Fut: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Start => {
                    this.state = State::Beginning(Box::pin(block::begin(
                        this.on.clone(),
                        this.options,
                        Holder::Future,
                    )));
                }
                State::Beginning(beginning) => match ready!(beginning.as_mut().poll(cx)) {
                    Ok(open) => {
                        let tx = open.tx().clone();
                        let ambient = Ambient::inside(tx.clone());
                        // The closure itself is inside too, not only the future that it gives.
                        let Some(running) = ambient.enter(|| this.body.start(tx)) else {
                            this.state = State::Done;
                            return Poll::Ready(Err(over()));
                        };
                        this.state = State::Running(Box::pin(running), open, ambient);
                    }
                    Err(error) => {
                        if !this.after(Some(&error)) {
                            this.state = State::Done;
                            return Poll::Ready(Err(error.into()));
                        }
                    }
                },
                State::Running(body, _, ambient) => {
                    let output = ready!(ambient.enter(|| body.as_mut().poll(cx)));
                    let State::Running(body, open, ambient) = std::mem::replace(&mut this.state, State::Done)
                    else {
                        return Poll::Ready(Err(over()));
                    };
                    // What the body kept is gone before the transaction ends, inside as everything of it.
                    ambient.enter(|| drop(body));
                    let tx = open.tx().clone();
                    let ending: Boxed<Result<()>> = match &output {
                        Ok(_) if tx.is_marked() => Box::pin(open.roll_back_marked()),
                        Ok(_) => Box::pin(open.commit()),
                        Err(_) => Box::pin(async move {
                            open.roll_back().await;
                            Ok(())
                        }),
                    };
                    this.state = State::Ending(ending, output, tx);
                }
                State::Ending(ending, ..) => {
                    let ended = ready!(ending.as_mut().poll(cx));
                    let State::Ending(_, output, tx) = std::mem::replace(&mut this.state, State::Done) else {
                        return Poll::Ready(Err(over()));
                    };
                    let failed = output.is_err() || ended.is_err();
                    let failure = tx.first_error().or_else(|| ended.as_ref().err().cloned());
                    // A nested block's failure is for the outermost one to repeat; what is committed already cannot be.
                    let whole = tx.depth() == 0 && !tx.core().is_chained();
                    if failed && whole && this.after(failure.as_ref()) {
                        continue;
                    }
                    return Poll::Ready(match (output, ended) {
                        (Ok(value), Ok(())) => Ok(value),
                        (Ok(_), Err(error)) => Err(error.into()),
                        (Err(error), _) => Err(error),
                    });
                }
                State::Waiting(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    this.state = State::Start;
                }
                State::Done => return Poll::Ready(Err(over())),
            }
        }
    }
}

/// Polled after its end.
#[cold]
fn over<E: From<Error>>() -> E {
    Error::new(ErrorKind::TransactionClosed).into()
}

/// How long to wait before this attempt: 10 ms, then twice as long each time up to a second, each a little off so that
/// those who stood in each other's way do not meet again.
fn pause(attempt: u32) -> Duration {
    use std::hash::BuildHasher as _;
    let longest = 10_u64.saturating_mul(1 << attempt.saturating_sub(1).min(7)).min(1_000);
    // The standard library's own source of randomness.
    let random = std::hash::RandomState::new().hash_one(attempt);
    Duration::from_millis(longest / 2 + random % (longest / 2 + 1))
}

impl<F> fmt::Debug for Once<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}

impl<F> fmt::Debug for Repeat<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repeat").field("left", &self.left).finish_non_exhaustive()
    }
}

impl<B, Fut, T, E> fmt::Debug for AtomicFuture<B, Fut, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtomicFuture")
            .field("on", &self.on)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
