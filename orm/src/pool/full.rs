//! A server that takes no more connections: whoever wanted a new one waits for one of the pool's own to come back.
//!
//! Those who wait have no seat. What comes back goes to them, with its seat, before anybody else can have it, in the order
//! in which they came; so that who came later, and finds a seat free, does not go before them. A connection that does not
//! come back, because it was lost or closed, leaves room at the server: then the seat alone is handed on. A server notices
//! later than we do that somebody has left, and others leave it too: so those who wait look again from time to time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Id;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::acquire::Waiter;
use super::clock::{self, Elapsed};
use super::connect::Connector;
use super::runtime::Relation;
use super::seat::{Failure, Next, Seat};
use super::state::{Live, State};
use super::{Condition, Shared};
use crate::error::{ConnectCause, Error, ErrorKind};

/// How long the first wait takes before the server is asked again; each later one twice as long, up to sixteen times.
const FIRST_LOOK: Duration = Duration::from_millis(100);

/// What a caller makes of a server that is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// It waits for a connection of the pool, if there is one.
    IsWaitedOut,
    IsAnError,
}

impl Full {
    pub(super) fn is_said_by(error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Connect { cause: ConnectCause::Full, .. })
    }
}

/// Who waits.
#[derive(Debug)]
pub(super) struct Line<T> {
    places: VecDeque<Place<T>>,
    /// So many places there have been.
    count: u64,
}

#[derive(Debug)]
struct Place<T> {
    number: u64,
    here: Option<Id>,
    /// Of the seat that is handed on: the connection in it, if there is one.
    turn: oneshot::Sender<Option<Box<Live<T>>>>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self { places: VecDeque::new(), count: 0 }
    }
}

impl<T> Line<T> {
    /// Sends all away.
    pub(super) fn clear(&mut self) {
        self.places.clear();
    }

    /// Takes a place, the first one again or the last.
    fn enter(&mut self, here: Option<Id>, first: bool) -> (u64, oneshot::Receiver<Option<Box<Live<T>>>>) {
        let (turn, told) = oneshot::channel();
        self.count += 1;
        let place = Place { number: self.count, here, turn };
        if first {
            self.places.push_front(place);
        } else {
            self.places.push_back(place);
        }
        (self.count, told)
    }

    /// Whether nobody before this place still waits.
    fn is_first(&self, number: u64) -> bool {
        self.places.iter().find(|place| !place.turn.is_closed()).is_some_and(|place| place.number == number)
    }

    /// Who is next: with a connection the first who can use it in its runtime.
    fn next(&mut self, live: Option<&Live<T>>) -> Option<Place<T>> {
        let fits = |place: &Place<T>| live.is_none_or(|live| live.relation(place.here) == Relation::Here);
        let at = self.places.iter().position(fits)?;
        self.places.remove(at)
    }
}

impl<T> State<T> {
    /// Hands a taken seat on to who is next in the line, with the connection in it. One that nobody there can use makes
    /// room for another, if anybody waits.
    ///
    /// # Errors
    ///
    /// The connection, if nobody took the seat.
    pub(super) fn hand_on(&mut self, mut live: Option<Box<Live<T>>>) -> Result<(), Option<Box<Live<T>>>> {
        // For who has left, no connection is closed.
        self.line.places.retain(|place| !place.turn.is_closed());
        loop {
            let Some(place) = self.line.next(live.as_deref()) else {
                if live.is_none() || self.line.places.is_empty() {
                    return Err(live);
                }
                live = None;
                self.totals.retired += 1;
                continue;
            };
            match place.turn.send(live) {
                Ok(()) => return Ok(()),
                // It waits no more.
                Err(back) => live = back,
            }
        }
    }
}

/// What there is for who has heard that the server is full.
enum Answer<T> {
    Now(Next<T>),
    Later(u64, oneshot::Receiver<Option<Box<Live<T>>>>),
    Never(Error),
}

/// A place in the line. What was handed on to who has left meanwhile goes on to the next.
struct Waiting<C: Connector> {
    shared: Arc<Shared<C>>,
    turn: oneshot::Receiver<Option<Box<Live<C::Connection>>>>,
}

impl<C: Connector> Drop for Waiting<C> {
    fn drop(&mut self) {
        self.turn.close();
        match self.turn.try_recv() {
            Ok(Some(live)) => self.shared.take_back(live, Condition::Clean),
            Ok(None) => self.shared.vacate(),
            Err(_) => {}
        }
    }
}

impl<C: Connector> Shared<C> {
    /// Looks for another way, from a seat in which no connection could be opened.
    fn look_around(&self, full: &Error, here: Option<Id>, attempt: u32) -> Answer<C::Connection> {
        let mut state = self.state();
        if state.closed {
            return Answer::Never(self.error(Error::new(ErrorKind::PoolClosed)));
        }
        // One may have come back meanwhile.
        if let Some((live, idle)) = state.take(&self.limits, here, clock::now()) {
            return Answer::Now(Next::of(live, idle, self.limits.ping));
        }
        // What is idle is of another runtime.
        if state.drop_oldest() {
            return Answer::Now(Next::Open);
        }
        // The seat is one of those that are taken. Others that are just being filled may come back as connections, and for
        // who has waited before there was one.
        if attempt == 0 && state.size() <= 1 {
            return Answer::Never(full.clone());
        }
        let (number, turn) = state.line.enter(here, attempt > 0);
        Answer::Later(number, turn)
    }
}

impl<C: Connector> Seat<C> {
    /// Waits until there is a connection of the pool, or room for one, or for a while. `attempt`: how often it has waited before.
    ///
    /// # Errors
    ///
    /// `full` if the pool has no connection that could come back; `PoolClosed`.
    ///
    /// # Cancel safety
    ///
    /// The place in the line is given up, and nothing is lost.
    pub(super) async fn wait_in_line(
        self,
        full: Error,
        here: Option<Id>,
        deadline: Option<Instant>,
        attempt: u32,
    ) -> Result<(Self, Next<C::Connection>), Failure> {
        let (number, turn) = match self.shared().look_around(&full, here, attempt) {
            Answer::Now(next) => return Ok((self, next)),
            Answer::Never(error) => return Err(Failure::Error(error)),
            Answer::Later(number, turn) => (number, turn),
        };
        let mut waiting = Waiting { shared: Arc::clone(self.shared()), turn };
        drop(self);
        let _waiter = Waiter::new(&waiting.shared.waiting);
        loop {
            let look = clock::later(clock::now(), FIRST_LOOK.saturating_mul(1 << attempt.min(4)));
            match clock::until(clock::earlier(deadline, look), &mut waiting.turn).await {
                Ok(Ok(live)) => return Ok(Self::handed_on(&waiting.shared, live)),
                Ok(Err(_sent_away)) => {
                    return Err(Failure::Error(match waiting.shared.state().closed {
                        true => waiting.shared.error(Error::new(ErrorKind::PoolClosed)),
                        false => full,
                    }));
                }
                Err(Elapsed) if deadline.is_some_and(|deadline| clock::now() >= deadline) => {
                    // Others may have connected meanwhile.
                    waiting.shared.state().last_connect_error = Some(full.kind().to_string());
                    return Err(Failure::OutOfTime);
                }
                // The first alone, so that the others keep their places behind it. Without a free seat all of them have
                // connections, one of which will come back.
                Err(Elapsed) => {
                    if waiting.shared.state().line.is_first(number)
                        && let Ok(permit) = waiting.shared.seats.try_acquire()
                    {
                        return Self::take(&waiting.shared, permit, here).map_err(Failure::Error);
                    }
                }
            }
        }
    }
}
