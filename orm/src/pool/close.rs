//! The end of a pool.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::clock;
use super::connect::{Connector, Link};
use super::runtime::{self, Relation};
use super::state::Live;
use super::{Pool, Shared};

/// What a good-bye to the server may take when there is no more patience.
pub(super) const GOOD_BYE: Duration = Duration::from_secs(1);

impl<C: Connector> Pool<C> {
    /// Closes the pool: nobody gets a connection any more, those who wait learn it at once, idle connections are
    /// closed politely, and those at work when they come back.
    ///
    /// Waits until all are back, or for as long as `patience` says; none is for ever. The good-byes themselves may
    /// take a second more. Returns how many are still
    /// out, which are closed when they come back, too. Can be called again, also by several at once. Outside of a
    /// Tokio runtime there is nothing to measure patience with, and none is had.
    pub(crate) async fn close(&self, patience: Option<Duration>) -> usize {
        self.shut();
        Closer::new(&self.shared).wait(patience).await
    }

    /// The same, and when there is no more patience it calls `end`, which has those give their connections back that have
    /// no statement under way: they are closed politely, too. Whoever is about to begin something is told by
    /// [`Pooled::is_ended`](super::Pooled::is_ended).
    ///
    /// # Cancel safety
    ///
    /// As for [`close`](Self::close). Dropped before, it calls nothing.
    pub(crate) async fn close_or(&self, patience: Duration, end: impl FnOnce()) -> usize {
        self.shut();
        let closer = Closer::new(&self.shared);
        if closer.wait(Some(patience)).await == 0 {
            return 0;
        }
        // Said first: whoever `end` does not find finds this.
        self.shared.ended.store(true, Ordering::SeqCst);
        end();
        closer.wait(Some(Duration::ZERO)).await
    }

    /// Lends nothing any more.
    fn shut(&self) {
        let mut state = self.shared.state();
        state.closed = true;
        state.line.clear();
        drop(state);
        self.shared.seats.close();
    }
}

impl<C: Connector> Shared<C> {
    /// Takes what is idle; each counts as out until its [`Leaving`] is dropped.
    fn drain_for_closing(&self) -> Vec<Leaving<'_, C>> {
        let mut state = self.state();
        let idle = state.drain();
        state.in_use += idle.len();
        drop(state);
        idle.into_iter().map(|live| Leaving { live: Some(live), shared: self }).collect()
    }

    /// Takes what was idle for longer than `age`, oldest return first, as far as nobody is just about to take it: each
    /// with a seat, so that there are never more connections than there may be.
    pub(super) fn take_idle(&self, age: Option<Duration>) -> Vec<Leaving<'_, C>> {
        let now = clock::now();
        let mut leaving = Vec::new();
        let mut state = self.state();
        while let Ok(permit) = self.seats.try_acquire() {
            let Some(live) = state.take_oldest(age, now) else { break };
            permit.forget();
            state.in_use += 1;
            leaving.push(Leaving { live: Some(live), shared: self });
        }
        drop(state);
        leaving
    }

    /// Closes connections, politely where it can be done in this runtime and before `limit`.
    pub(super) async fn say_good_bye(&self, leaving: Vec<Leaving<'_, C>>, limit: Option<Instant>) {
        let here = runtime::here();
        let closing = leaving.into_iter().map(|mut leaving| async move {
            match leaving.live.take() {
                // Whether the server heard the good-bye changes nothing: the connection is gone.
                Some(live) if live.relation(here) == Relation::Here => {
                    drop(clock::until(limit, live.link.close()).await);
                }
                other => drop(other),
            }
            drop(leaving);
        });
        join_all(closing).await;
    }
}

/// A call of `close` that waits: what comes back meanwhile is left for it to close politely.
struct Closer<'p, C: Connector>(&'p Shared<C>);

impl<'p, C: Connector> Closer<'p, C> {
    fn new(shared: &'p Shared<C>) -> Self {
        shared.state().closers += 1;
        Self(shared)
    }

    /// Closes what is idle and what comes back, until all are back or there is no more patience. Returns how many are still
    /// out.
    async fn wait(&self, patience: Option<Duration>) -> usize {
        let shared = self.0;
        let deadline = patience.map(|patience| (patience, clock::later(clock::now(), patience)));
        loop {
            // Made before looking, so that it hears of every return from here on.
            let returned = shared.returned.notified();
            self.close_idle(deadline.and_then(|(_, deadline)| deadline)).await;
            let (in_use, idle) = {
                let state = shared.state();
                (state.in_use, state.idle())
            };
            if in_use == 0 && idle == 0 {
                return 0;
            }
            match deadline {
                // Something came back just now.
                _ if idle > 0 => {}
                Some((patience, _)) if patience.is_zero() || !clock::has_timers() => return in_use,
                Some((_, deadline)) => {
                    if clock::until(deadline, returned).await.is_err() {
                        return shared.state().in_use;
                    }
                }
                None => returned.await,
            }
        }
    }

    /// Closes what is idle, politely where it can be done in this runtime and in time. What is being closed
    /// counts as out, so that nobody takes the pool for closed before it is.
    async fn close_idle(&self, deadline: Option<Instant>) {
        let now = clock::now();
        // Idle connections are closed politely even without patience; a server that does not listen costs little.
        let limit = match deadline {
            Some(deadline) => clock::later(now, GOOD_BYE).map(|least| deadline.max(least)),
            None => clock::later(now, self.0.limits.connect),
        };
        self.0.say_good_bye(self.0.drain_for_closing(), limit).await;
    }
}

/// A connection that is being closed, and its seat.
pub(super) struct Leaving<'p, C: Connector> {
    live: Option<Box<Live<C::Connection>>>,
    shared: &'p Shared<C>,
}

impl<C: Connector> Drop for Leaving<'_, C> {
    fn drop(&mut self) {
        drop(self.live.take());
        self.shared.vacate();
    }
}

impl<C: Connector> Drop for Closer<'_, C> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closers -= 1;
        let rest = if state.closers == 0 { state.drain() } else { Vec::new() };
        drop(state);
        drop(rest);
    }
}
