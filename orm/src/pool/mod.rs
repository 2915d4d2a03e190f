//! The one pool of the ORM: connections are opened on demand, lent one at a time, taken back, and never lent
//! again unless they are known to be clean.
//!
//! Callers are `database`, `transaction` and `exec`; the pool itself uses `driver` alone. A call goes
//! [`Pool::acquire_within`] (acquire.rs) → a *seat*, of which there are as many as connections may exist (seat.rs) → an
//! idle connection from the books (state.rs), or a new one → [`Pooled`] (pooled.rs), whose drop books it back
//! without waiting for anything. Seats come from a fair semaphore, so callers are served in the order they came,
//! from whichever runtime they come. A server that takes no more connections is full.rs. `close` is in close.rs, opening ahead and closing what is idle in tend.rs.
//!
//! Three places see every connection once per event, and whatever is to hook in there belongs there: `Seat::open`
//! (opened), `Seat::hand_out` (lent), `Shared::take_back` (came back).
//!
//! There is no background task. Age and idleness are looked at when connections come and go, so a pool that
//! nobody uses keeps what it has.

mod acquire;
mod caller;
mod clock;
mod close;
mod config;
mod connect;
mod full;
mod options;
mod pooled;
mod runtime;
mod seat;
mod state;
mod stats;
mod tend;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{Notify, Semaphore};

pub(crate) use acquire::waits_for_itself;
pub(crate) use caller::Caller;
pub(crate) use config::{Config, option_names, set_option};
pub(crate) use options::TransactionLimits;
pub use options::{PingPolicy, PoolOptions, PoolProfile, TimeLimit};
pub(crate) use pooled::Pooled;
pub use stats::PoolStats;

use crate::driver::{ConnectOptions, Server};
use crate::error::{Error, Result};
use connect::Connector;
use full::Full;
use options::Limits;
use state::{Live, State};

/// The connections of one database. Cheap to clone; all clones are the same pool.
pub(crate) struct Pool<C: Connector = ConnectOptions> {
    shared: Arc<Shared<C>>,
}

/// What a connection is like that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Ready for the next statement.
    Clean,
    /// Nobody knows: it cannot be used again.
    Dirty,
    /// Ready, but its borrower wants it closed.
    Unwanted,
}

/// What all handles, and the connections that are out, have in common.
struct Shared<C: Connector> {
    name: Arc<str>,
    connector: C,
    limits: Limits,
    /// The data live in the only connection.
    single: bool,
    /// One permit a free seat. Closed with the pool.
    seats: Semaphore,
    state: Mutex<State<C::Connection>>,
    waiting: AtomicUsize,
    server: OnceLock<Server>,
    /// Told whenever a seat of a closed pool gets free.
    returned: Notify,
    /// It is closed, and nobody waits any more for what is out.
    ended: AtomicBool,
}

impl<C: Connector> Pool<C> {
    /// A pool that has opened nothing yet.
    ///
    /// # Errors
    ///
    /// `Config` if the options contradict each other.
    pub(crate) fn open(name: Arc<str>, options: &PoolOptions, connector: C) -> Result<Self> {
        let limits = options.limits().map_err(|error| error.with_database(&name))?;
        let single = connector.keeps_data_in_connection();
        let limits = if single { limits.single() } else { limits };
        Ok(Self {
            shared: Arc::new(Shared {
                name,
                connector,
                limits,
                single,
                seats: Semaphore::new(limits.max),
                state: Mutex::new(State::new()),
                waiting: AtomicUsize::new(0),
                server: OnceLock::new(),
                returned: Notify::new(),
                ended: AtomicBool::new(false),
            }),
        })
    }

    /// Opens a connection and keeps it, or as many as `min_connections` says: so that a wrong host or password
    /// fails here, with its cause.
    ///
    /// # Errors
    ///
    /// As for [`Pool::acquire_within`].
    ///
    /// # Cancel safety
    ///
    /// What was opened before is kept.
    pub(crate) async fn connect_now(&self) -> Result<()> {
        let wanted = self.shared.limits.min.max(1);
        let mut held = Vec::with_capacity(wanted);
        while held.len() < wanted {
            // It would wait for those that it holds itself.
            held.push(self.lend(None, Full::IsAnError).await?);
        }
        Ok(())
    }

    /// Throws away what is idle: it is known to be of no use.
    pub(crate) fn forget_idle(&self) {
        let mut state = self.shared.state();
        let idle = state.drain();
        state.totals.discarded += u64::try_from(idle.len()).unwrap_or(u64::MAX);
        state.lost |= self.shared.single && !idle.is_empty();
    }

    /// Tells this pool from all others, for as long as it or a connection of it is there.
    pub(crate) fn id(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// Whether there is one connection at most: who has it in hand and asks for another would wait for itself.
    pub(crate) fn has_one_seat(&self) -> bool {
        self.shared.limits.max == 1
    }

    /// Whether it is closed, and the last of its connections gone.
    pub(crate) fn is_gone(&self) -> bool {
        let state = self.shared.state();
        state.closed && state.size() == 0
    }

    /// The server, as the first connection found it. None before that.
    pub(crate) fn server(&self) -> Option<Server> {
        self.shared.server.get().copied()
    }

    /// A snapshot of the books.
    pub(crate) fn stats(&self) -> PoolStats {
        let shared = &*self.shared;
        let state = shared.state();
        PoolStats {
            size: state.size(),
            idle: state.idle(),
            in_use: state.in_use,
            soft_limit: shared.limits.keep,
            hard_limit: shared.limits.max,
            waiting: shared.waiting.load(Ordering::Relaxed),
            opened: state.totals.opened,
            connect_errors: state.totals.connect_errors,
            timeouts: state.totals.timeouts,
            discarded: state.totals.discarded,
            retired: state.totals.retired,
        }
    }
}

impl<C: Connector> Shared<C> {
    fn state(&self) -> MutexGuard<'_, State<C::Connection>> {
        // The books are never left half-written, so a panic elsewhere does not spoil them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cold]
    fn error(&self, error: Error) -> Error {
        error.with_database(&self.name)
    }

    /// Books a connection back and frees its seat. The one way back; nothing here waits.
    fn take_back(&self, live: Box<Live<C::Connection>>, state_of: Condition) {
        let now = clock::now();
        let mut state = self.state();
        state.guarded_by = None;
        if state_of == Condition::Dirty {
            self.lose(&mut state);
        }
        // What is not kept is closed before its seat is free, see state.rs.
        let kept = match state_of {
            // Whoever closes the pool says good-bye, whatever the connection is like.
            _ if state.closed && state.closers > 0 => Some(live),
            Condition::Unwanted if !self.single && !state.closed => {
                state.totals.retired += 1;
                drop(live);
                None
            }
            Condition::Clean | Condition::Unwanted if !state.closed => {
                state.still_good(live, &self.limits, now)
            }
            _ => {
                drop(live);
                None
            }
        };
        let Err(kept) = state.hand_on(kept) else { return };
        state.in_use -= 1;
        match kept {
            Some(live) if state.closed => state.put_to_close(live, now),
            Some(live) => {
                let wanted = self.waiting.load(Ordering::Relaxed) > 0;
                state.put(live, &self.limits, wanted, now);
            }
            None => {}
        }
        drop(state);
        self.free_seat();
    }

    /// Books that a connection was discarded from a seat that stays taken.
    fn book_loss(&self) {
        self.lose(&mut self.state());
    }

    fn lose(&self, state: &mut State<C::Connection>) {
        state.totals.discarded += 1;
        state.lost |= self.single;
    }

    /// Frees a seat in which no connection could be opened.
    fn leave(&self) {
        let mut state = self.state();
        state.in_use -= 1;
        if state.size() == 0 && state.totals.opened == 0 {
            // There was none that could come back. Who has seen one looks again from time to time.
            state.line.clear();
        }
        drop(state);
        self.free_seat();
    }

    /// Frees a seat whose connection is closed.
    fn vacate(&self) {
        let mut state = self.state();
        if state.hand_on(None).is_err() {
            state.in_use -= 1;
            drop(state);
            self.free_seat();
        }
    }

    fn free_seat(&self) {
        self.seats.add_permits(1);
        if self.seats.is_closed() {
            self.returned.notify_waiters();
        }
    }
}

impl<C: Connector> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<C: Connector> fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the options to connect with nor the connections: there may be secrets in them.
        f.debug_struct("Pool").field("name", &self.shared.name).field("stats", &self.stats()).finish()
    }
}
