//! How a caller comes to a connection.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::TryAcquireError;
use tokio::time::Instant;

use super::caller::Caller;
use super::clock::{self, Elapsed};
use super::connect::Connector;
use super::full::Full;
use super::pooled::Pooled;
use super::runtime;
use super::seat::{Failure, Next, Seat};
use super::{Pool, Shared};
use crate::error::{Error, ErrorKind, Result};

impl<C: Connector> Pool<C> {
    /// Lends a connection: an idle one, or a new one if there is room, or else the next that comes back.
    /// Callers that wait are served in the order they came.
    ///
    /// # Errors
    ///
    /// `PoolTimeout` after `acquire_timeout`, or `limit` if that is less, with the reason as far as it is known; `PoolExhausted` if that is zero.
    /// `Connect` or whatever else the attempt to connect ended with, at once: it is not repeated; but if the server takes
    /// no more connections, and the pool has some, it waits for one of those (full.rs). `PoolClosed`. `NoRuntime` outside of a
    /// Tokio runtime, where one is needed: always, except for SQLite without waiting. `ConnectionLost` if the
    /// database lived in its only connection and that is gone; `InvalidQuery` if the
    /// caller holds that in a guard.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses neither a connection nor the room for one.
    pub(crate) async fn acquire_within(&self, limit: Option<Duration>) -> Result<Pooled<C>> {
        let is_patient = self.shared.limits.acquire != Some(Duration::ZERO);
        self.lend(limit, if is_patient { Full::IsWaitedOut } else { Full::IsAnError }).await
    }

    #[cfg(test)]
    pub(crate) async fn acquire(&self) -> Result<Pooled<C>> {
        self.acquire_within(None).await
    }

    /// The same, whatever the caller makes of a server that is full.
    ///
    /// # Errors
    ///
    /// As for [`acquire_within`](Self::acquire_within).
    pub(super) async fn lend(&self, limit: Option<Duration>, full: Full) -> Result<Pooled<C>> {
        let shared = &self.shared;
        let here = if shared.connector.needs_runtime() {
            let here = runtime::here();
            if here.is_none() {
                return Err(shared.error(Error::new(ErrorKind::NoRuntime)));
            }
            here
        } else {
            None
        };
        // The way most calls go: no waiting, no timer, no allocation.
        let taken = match shared.seats.try_acquire() {
            Ok(permit) => match Seat::take(shared, permit, here)? {
                (seat, Next::Use(live)) => return Ok(seat.hand_out(live)),
                taken => Some(taken),
            },
            Err(TryAcquireError::NoPermits) => None,
            Err(TryAcquireError::Closed) => return Err(shared.error(Error::new(ErrorKind::PoolClosed))),
        };
        // Boxed, as the future of an attempt to connect is large and would be part of every caller's.
        Box::pin(self.lend_slowly(taken, here, limit, full)).await
    }

    async fn lend_slowly(
        &self,
        taken: Option<(Seat<C>, Next<C::Connection>)>,
        here: Option<tokio::runtime::Id>,
        limit: Option<Duration>,
        full: Full,
    ) -> Result<Pooled<C>> {
        let shared = &self.shared;
        let begun = clock::now();
        let limit = limit.and_then(|limit| clock::later(begun, limit));
        let deadline = clock::earlier(shared.deadline(begun), limit);
        let (seat, next) = match taken {
            Some(taken) => taken,
            None => {
                let Some(permit) = self.queue(deadline).await? else {
                    return Err(match shared.limits.acquire {
                        Some(Duration::ZERO) => shared.exhausted(),
                        _ => shared.timed_out(begun),
                    });
                };
                Seat::take(shared, permit, here)?
            }
        };
        seat.fill(next, here, deadline, full).await.map_err(|failure| match failure {
            Failure::Error(error) => error,
            Failure::OutOfTime => shared.timed_out(begun),
        })
    }

    /// Waits for a seat. None if the time was over before.
    async fn queue(&self, deadline: Option<Instant>) -> Result<Option<tokio::sync::SemaphorePermit<'_>>> {
        let shared = &*self.shared;
        if shared.single && shared.state().guarded_by == Some(Caller::here()) {
            return Err(shared.error(waits_for_itself()));
        }
        if shared.limits.acquire == Some(Duration::ZERO) {
            return Ok(None);
        }
        if deadline.is_some() && !clock::has_timers() {
            return Err(shared.error(Error::new(ErrorKind::NoRuntime)));
        }
        let _waiter = Waiter::new(&shared.waiting);
        match clock::until(deadline, shared.seats.acquire()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_closed)) => Err(shared.error(Error::new(ErrorKind::PoolClosed))),
            Err(Elapsed) => Ok(None),
        }
    }
}

impl<C: Connector> Shared<C> {
    /// When a caller has waited long enough for a connection. Without patience for the queue there is still the time that it
    /// takes to connect.
    pub(super) fn deadline(&self, begun: Instant) -> Option<Instant> {
        let limit = self.limits.acquire.filter(|limit| !limit.is_zero());
        limit.and_then(|limit| clock::later(begun, limit))
    }

    /// What a caller learns whose time is over.
    #[cold]
    pub(super) fn timed_out(&self, begun: Instant) -> Error {
        let waited = clock::now().saturating_duration_since(begun);
        let mut state = self.state();
        state.totals.timeouts += 1;
        self.error(Error::new(ErrorKind::PoolTimeout {
            waited,
            in_use: state.in_use,
            idle: state.idle(),
            max: self.limits.max,
            waiting: self.waiting.load(Ordering::Relaxed),
            last_connect_error: state.last_connect_error.clone(),
        }))
    }

    /// What a caller learns who does not wait.
    #[cold]
    fn exhausted(&self) -> Error {
        let mut state = self.state();
        state.totals.timeouts += 1;
        self.error(Error::new(ErrorKind::PoolExhausted {
            in_use: state.in_use,
            idle: state.idle(),
            max: self.limits.max,
            waiting: self.waiting.load(Ordering::Relaxed),
        }))
    }
}

/// The error for who has the only connection and asks for another.
#[cold]
pub(crate) fn waits_for_itself() -> Error {
    let reason = "the database has one connection, and this task holds it in a transaction or a stream: send the \
                  query to the transaction, or end it first";
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() })
}

/// Counts one caller that waits, for as long as it does.
pub(super) struct Waiter<'p>(&'p AtomicUsize);

impl<'p> Waiter<'p> {
    pub(super) fn new(waiting: &'p AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
