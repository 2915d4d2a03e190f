//! A seat: the right to have one connection. Whoever holds one may wait, fail or be dropped at any time; the
//! seat goes back by itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::runtime::Id;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::caller::Caller;
use super::clock;
use super::connect::{Connector, Link};
use super::full::Full;
use super::options::{PingPolicy, TransactionLimits};
use super::pooled::Pooled;
use super::runtime::Home;
use super::state::Live;
use super::{Condition, Shared};
use crate::driver::ConnectTime;
use crate::error::{ConnectCause, Error, ErrorKind, Result};

/// The right to have one connection, and the connection once there is one.
pub(super) struct Seat<C: Connector> {
    shared: Arc<Shared<C>>,
    live: Option<Box<Live<C::Connection>>>,
    /// Somebody is in the middle of using the connection: what state it is in is not known.
    pub(super) busy: bool,
    /// The connection is to be closed when it comes back.
    pub(super) unwanted: bool,
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

impl<T> Next<T> {
    /// What to do with a connection that nobody used for so long.
    pub(super) fn of(live: Box<Live<T>>, idle: Duration, ping: PingPolicy) -> Self {
        let ping = match ping {
            PingPolicy::Never => false,
            PingPolicy::Always => true,
            PingPolicy::IdleLongerThan(limit) => idle > limit,
        };
        if ping { Self::Ping(live) } else { Self::Use(live) }
    }
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
        let seat = Self { shared: Arc::clone(shared), live: None, busy: false, unwanted: false };
        let next = Self::look(shared, &mut state, here);
        drop(state);
        next.map(|next| (seat, next))
    }

    /// A taken seat that somebody else has handed on, with the connection in it or room for one.
    pub(super) fn handed_on(
        shared: &Arc<Shared<C>>,
        live: Option<Box<Live<C::Connection>>>,
    ) -> (Self, Next<C::Connection>) {
        let seat = Self { shared: Arc::clone(shared), live: None, busy: false, unwanted: false };
        let next = |live| Next::of(live, Duration::ZERO, shared.limits.ping);
        (seat, live.map_or(Next::Open, next))
    }

    pub(super) fn shared(&self) -> &Arc<Shared<C>> {
        &self.shared
    }

    /// Which pool it is in.
    pub(super) fn pool(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// A seat for a connection that nobody asked for yet. None if there are `wanted` connections already, or no seat is
    /// free.
    ///
    /// # Errors
    ///
    /// `PoolClosed`; `ConnectionLost` if the database lived in a connection that is gone.
    pub(super) fn ahead(shared: &Arc<Shared<C>>, wanted: usize) -> Result<Option<Self>> {
        let mut state = shared.state();
        if state.closed {
            return Err(shared.error(Error::new(ErrorKind::PoolClosed)));
        }
        if state.lost {
            return Err(shared.error(Error::new(ErrorKind::ConnectionLost)));
        }
        if state.size() >= wanted {
            return Ok(None);
        }
        let Ok(permit) = shared.seats.try_acquire() else { return Ok(None) };
        permit.forget();
        state.in_use += 1;
        Ok(Some(Self { shared: Arc::clone(shared), live: None, busy: false, unwanted: false }))
    }

    /// Opens a connection and leaves it idle.
    pub(super) async fn open_ahead(self, deadline: Option<Instant>) -> Result<(), Failure> {
        let live = Self::open(&self.shared, deadline, None).await?;
        drop(self.hand_out(live));
        Ok(())
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
        Ok(Next::of(live, idle, shared.limits.ping))
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
        full: Full,
    ) -> Result<Pooled<C>, Failure> {
        let mut attempt = 0;
        let mut heard = None;
        loop {
            match next {
                Next::Use(live) => return Ok(self.hand_out(live)),
                Next::Open => match Self::open(&self.shared, deadline, heard.as_ref()).await {
                    Ok(live) => return Ok(self.hand_out(live)),
                    Err(Failure::Error(error)) if full == Full::IsWaitedOut && Full::is_said_by(&error) => {
                        heard = Some(error.clone());
                        (self, next) = self.wait_in_line(error, here, deadline, attempt).await?;
                        attempt += 1;
                    }
                    Err(failure) => return Err(failure),
                },
                Next::Ping(live) => {
                    let limit =
                        clock::earlier(deadline, clock::later(clock::now(), self.shared.limits.connect));
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
    ///
    /// `heard`: why there was none before. It says more than that the rest of the caller's time was too short for an answer.
    async fn open(
        shared: &Shared<C>,
        deadline: Option<Instant>,
        heard: Option<&Error>,
    ) -> Result<Box<Live<C::Connection>>, Failure> {
        // Of now: if all are closed while this one is being opened, it is one of them.
        let generation = shared.state().generation;
        let opened = shared.connector.open(ConnectTime::new(shared.limits.connect, deadline)).await;
        let error = match opened {
            Ok(link) => {
                let admitted = Self::admit(shared, link, generation);
                return admitted.map_err(|error| Failure::Error(shared.error(error)));
            }
            Err(error) => error,
        };
        let out_of_time = deadline.is_some_and(|deadline| clock::now() >= deadline);
        let timed_out = matches!(error.kind(), ErrorKind::Connect { cause: ConnectCause::TimedOut, .. });
        let telling = heard.filter(|_| out_of_time && timed_out).unwrap_or(&error);
        let mut state = shared.state();
        state.last_connect_error = Some(telling.kind().to_string());
        if out_of_time {
            return Err(Failure::OutOfTime);
        }
        state.totals.connect_errors += 1;
        drop(state);
        Err(Failure::Error(shared.error(error)))
    }

    /// Books a new connection.
    fn admit(shared: &Shared<C>, link: C::Connection, generation: u64) -> Result<Box<Live<C::Connection>>> {
        let home = if link.needs_its_runtime() { Some(Home::current()?) } else { None };
        shared.server.get_or_init(|| link.server());
        let mut state = shared.state();
        if state.closed {
            return Err(Error::new(ErrorKind::PoolClosed));
        }
        state.totals.opened += 1;
        state.last_connect_error = None;
        Ok(Box::new(Live { link, opened_at: clock::now(), home, generation }))
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

    /// Whoever runs now holds the connection in a guard, and would wait for itself if it asked for another.
    pub(super) fn guard(&self) {
        if self.shared.single {
            self.shared.state().guarded_by = Some(Caller::here());
        }
    }

    /// Whether the pool was closed, and waits no more for what is out.
    pub(super) fn is_ended(&self) -> bool {
        self.shared.ended.load(Ordering::SeqCst)
    }

    /// How long a transaction may take.
    pub(super) fn transaction_limits(&self) -> TransactionLimits {
        self.shared.limits.transaction
    }

    /// Whether statements on the connection are shown at level info.
    pub(super) fn echo(&self) -> bool {
        self.shared.limits.echo
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
                let condition = match !self.busy || live.link.reset_now() {
                    true if self.unwanted => Condition::Unwanted,
                    true => Condition::Clean,
                    false => Condition::Dirty,
                };
                self.shared.take_back(live, condition);
            }
            None => self.shared.leave(),
        }
    }
}
