//! A seat: the right to have one connection. Whoever holds one may wait, fail or be dropped at any time; the
//! seat goes back by itself.

use std::sync::Arc;

use tokio::runtime::Id;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::Shared;
use super::clock::{self, Elapsed};
use super::connect::{Connector, Link};
use super::options::PingPolicy;
use super::pooled::Pooled;
use super::runtime::Home;
use super::state::Live;
use crate::error::{Error, ErrorKind, Result};

/// The right to have one connection, and the connection once there is one.
pub(super) struct Seat<C: Connector> {
    shared: Arc<Shared<C>>,
    live: Option<Box<Live<C::Connection>>>,
    /// Somebody is in the middle of using the connection: what state it is in is not known.
    pub(super) busy: bool,
}

/// What to do on a seat.
pub(super) enum Next<T> {
    /// Hand this one out.
    Use(Box<Live<T>>),
    /// Ask this one for a sign of life first.
    Ping(Box<Live<T>>),
    /// Open a new one.
    Open,
}

/// Why there is no connection.
pub(super) enum Failure {
    /// For this reason.
    Error(Error),
    /// The caller's time is over.
    OutOfTime,
}

impl<C: Connector> Seat<C> {
    /// Takes a seat and looks what it can be filled with.
    ///
    /// # Errors
    ///
    /// `PoolClosed`; `ConnectionLost` if the database lived in a connection that is gone.
    pub(super) fn take(
        shared: &Arc<Shared<C>>,
        permit: SemaphorePermit<'_>,
        here: Option<Id>,
    ) -> Result<(Self, Next<C::Connection>)> {
        let mut state = shared.state();
        if state.closed {
            return Err(shared.error(Error::new(ErrorKind::PoolClosed)));
        }
        permit.forget();
        state.in_use += 1;
        let seat = Self { shared: Arc::clone(shared), live: None, busy: false };
        let next = Self::look(shared, &mut state, here);
        drop(state);
        next.map(|next| (seat, next))
    }

    /// Which pool it is in.
    pub(super) fn pool(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// Looks again, after a connection turned out to be dead.
    fn look_again(&self, here: Option<Id>) -> Result<Next<C::Connection>> {
        Self::look(&self.shared, &mut self.shared.state(), here)
    }

    fn look(
        shared: &Shared<C>,
        state: &mut super::State<C::Connection>,
        here: Option<Id>,
    ) -> Result<Next<C::Connection>> {
        if state.lost {
            return Err(shared.error(Error::new(ErrorKind::ConnectionLost)));
        }
        let Some((live, idle)) = state.take(&shared.limits, here, clock::now()) else {
            return Ok(Next::Open);
        };
        let ping = match shared.limits.ping {
            PingPolicy::Never => false,
            PingPolicy::Always => true,
            PingPolicy::IdleLongerThan(limit) => idle > limit,
        };
        Ok(if ping { Next::Ping(live) } else { Next::Use(live) })
    }

    /// Fills the seat: pings, opens, until there is a connection or a reason why there is none.
    ///
    /// # Cancel safety
    ///
    /// A connection in the middle of a ping or half open is dropped; the seat is free again.
    pub(super) async fn fill(
        mut self,
        mut next: Next<C::Connection>,
        here: Option<Id>,
        deadline: Option<Instant>,
    ) -> Result<Pooled<C>, Failure> {
        loop {
            match next {
                Next::Use(live) => return Ok(self.hand_out(live)),
                Next::Open => {
                    let live = Self::open(&self.shared, deadline).await?;
                    return Ok(self.hand_out(live));
                }
                Next::Ping(live) => {
                    let limit = earlier(deadline, clock::later(clock::now(), self.shared.limits.connect));
                    self.busy = true;
                    let link = &mut self.live.insert(live).link;
                    // If this is given up, the drop finds the connection busy and discards it.
                    let answer = clock::until(limit, link.ping()).await;
                    self.busy = false;
                    if let Ok(Ok(())) = answer
                        && let Some(live) = self.live.take()
                    {
                        return Ok(self.hand_out(live));
                    }
                    self.discard();
                    if deadline.is_some_and(|deadline| clock::now() >= deadline) {
                        return Err(Failure::OutOfTime);
                    }
                    next = self.look_again(here).map_err(Failure::Error)?;
                }
            }
        }
    }

    /// Opens a connection. The one place where connections come from. Not a method of a seat: a connection need
    /// not be `Sync`, so no reference to a seat may be held while waiting.
    async fn open(
        shared: &Shared<C>,
        deadline: Option<Instant>,
    ) -> Result<Box<Live<C::Connection>>, Failure> {
        let begun = clock::now();
        let own = clock::later(begun, shared.limits.connect);
        let opened = clock::until(earlier(deadline, own), shared.connector.open()).await;
        let limit = shared.limits.connect;
        let error = match opened {
            Ok(Ok(link)) => match Self::admit(shared, link) {
                Ok(live) => return Ok(live),
                Err(error) => error,
            },
            Ok(Err(error)) => error,
            Err(Elapsed) if own.is_some_and(|own| clock::now() >= own) => {
                Error::new(ErrorKind::Connect { reason: format!("timed out after {limit:?}") })
            }
            Err(Elapsed) => {
                let took = clock::now().saturating_duration_since(begun);
                shared.state().last_connect_error = Some(format!("no answer within {took:?}"));
                return Err(Failure::OutOfTime);
            }
        };
        let mut state = shared.state();
        state.totals.connect_errors += 1;
        state.last_connect_error = Some(error.to_string());
        drop(state);
        Err(Failure::Error(shared.error(error)))
    }

    /// Books a new connection.
    fn admit(shared: &Shared<C>, link: C::Connection) -> Result<Box<Live<C::Connection>>> {
        let home = if link.needs_its_runtime() { Some(Home::current()?) } else { None };
        shared.server.get_or_init(|| link.server());
        let mut state = shared.state();
        if state.closed {
            return Err(Error::new(ErrorKind::PoolClosed));
        }
        state.totals.opened += 1;
        state.last_connect_error = None;
        Ok(Box::new(Live { link, opened_at: clock::now(), home }))
    }

    /// Lends a connection. Every one passes here, each time it is lent.
    pub(super) fn hand_out(mut self, live: Box<Live<C::Connection>>) -> Pooled<C> {
        self.live = Some(live);
        Pooled::new(self)
    }

    /// The connection, which there is once the seat was handed out.
    pub(super) fn link(&self) -> Option<&C::Connection> {
        self.live.as_ref().map(|live| &live.link)
    }

    pub(super) fn link_mut(&mut self) -> Option<&mut C::Connection> {
        self.live.as_mut().map(|live| &mut live.link)
    }

    /// Drops the connection and keeps the seat.
    fn discard(&mut self) {
        let live = self.live.take();
        if live.is_some() {
            self.shared.book_loss();
        }
    }
}

impl<C: Connector> Drop for Seat<C> {
    fn drop(&mut self) {
        match self.live.take() {
            Some(mut live) => {
                let clean = !self.busy || live.link.reset_now();
                self.shared.take_back(live, clean);
            }
            None => self.shared.leave(),
        }
    }
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
