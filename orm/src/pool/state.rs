//! The pool's books: which connections are idle, how many are out. No waiting; the lock around them is held for a
//! few instructions, and for the drop of a connection that goes.
//!
//! A connection is dropped under the lock, so that what the books say is there and what is there are never
//! different: whoever finds room for a new connection may open it at once.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::runtime::Id;
use tokio::time::Instant;

use super::caller::Caller;
use super::full::Line;
use super::options::Limits;
use super::runtime::{Home, Relation};
use super::stats::Totals;

/// An open connection and what the pool knows of it. Boxed wherever it is handed on: it is large.
#[derive(Debug)]
pub(super) struct Live<T> {
    pub(super) link: T,
    pub(super) opened_at: Instant,
    /// The runtime it needs; none if it works everywhere.
    pub(super) home: Option<Home>,
    /// Of [`State::generation`], when it was begun to be opened.
    pub(super) generation: u64,
}

impl<T> Live<T> {
    pub(super) fn relation(&self, here: Option<Id>) -> Relation {
        self.home.as_ref().map_or(Relation::Here, |home| home.relation(here))
    }

    fn is_too_old(&self, limits: &Limits, now: Instant) -> bool {
        limits.lifetime.is_some_and(|limit| now.saturating_duration_since(self.opened_at) > limit)
    }
}

#[derive(Debug)]
struct Idle<T> {
    live: Box<Live<T>>,
    since: Instant,
}

/// The books.
#[derive(Debug)]
pub(super) struct State<T> {
    /// Oldest return first. Handed out from the back, so that the surplus grows old in front.
    idle: VecDeque<Idle<T>>,
    /// Seats taken: connections at work or being opened.
    pub(super) in_use: usize,
    /// Who waits for a connection of this pool because the server takes no more.
    pub(super) line: Line<T>,
    pub(super) closed: bool,
    /// Who has the only connection of a database in memory in a guard, in the middle of its code.
    pub(super) guarded_by: Option<Caller>,
    /// Connections of an earlier one are not kept.
    pub(super) generation: u64,
    /// Calls of `close` that wait and will close what comes back politely.
    pub(super) closers: usize,
    /// The only connection of a database that lived in it is gone, and its data with it.
    pub(super) lost: bool,
    pub(super) totals: Totals,
    pub(super) last_connect_error: Option<String>,
}

impl<T> State<T> {
    pub(super) fn new() -> Self {
        Self {
            idle: VecDeque::new(),
            in_use: 0,
            line: Line::default(),
            closed: false,
            guarded_by: None,
            generation: 0,
            closers: 0,
            lost: false,
            totals: Totals::default(),
            last_connect_error: None,
        }
    }

    pub(super) fn idle(&self) -> usize {
        self.idle.len()
    }

    pub(super) fn size(&self) -> usize {
        self.idle.len() + self.in_use
    }

    /// The connection that came back last and can be used `here`, with the time it was idle. If there is none,
    /// makes room for a new one; the caller's seat counts already.
    pub(super) fn take(
        &mut self,
        limits: &Limits,
        here: Option<Id>,
        now: Instant,
    ) -> Option<(Box<Live<T>>, Duration)> {
        // The caller's seat holds no connection yet.
        self.prune(limits, 1, now);
        let mut next = self.idle.len();
        while next > 0 {
            next -= 1;
            let Some(entry) = self.idle.get(next) else { break };
            match entry.live.relation(here) {
                Relation::Elsewhere => {}
                Relation::Gone => {
                    drop(self.idle.remove(next));
                    self.totals.discarded += 1;
                }
                Relation::Here if entry.live.is_too_old(limits, now) => {
                    drop(self.idle.remove(next));
                    self.totals.retired += 1;
                }
                Relation::Here => {
                    let idle = now.saturating_duration_since(entry.since);
                    return self.idle.remove(next).map(|entry| (entry.live, idle));
                }
            }
        }
        while self.size() > limits.max {
            // What is left belongs to other runtimes. There is one at least, as no more than `max` seats are given.
            let Some(_oldest) = self.idle.pop_front() else { break };
            self.totals.retired += 1;
        }
        None
    }

    /// A connection that came back, if it may be used again.
    pub(super) fn still_good(
        &mut self,
        live: Box<Live<T>>,
        limits: &Limits,
        now: Instant,
    ) -> Option<Box<Live<T>>> {
        if live.relation(None) == Relation::Gone {
            self.totals.discarded += 1;
        } else if live.is_too_old(limits, now) || live.generation != self.generation {
            self.totals.retired += 1;
        } else {
            return Some(live);
        }
        None
    }

    /// Books a connection that came back and is [`still_good`](Self::still_good), whose seat is free already.
    pub(super) fn put(&mut self, live: Box<Live<T>>, limits: &Limits, wanted: bool, now: Instant) {
        self.idle.push_back(Idle { live, since: now });
        self.prune(limits, 0, now);
        while !wanted && self.size() > limits.keep {
            let Some(_oldest) = self.idle.pop_front() else { break };
            self.totals.retired += 1;
        }
    }

    /// Books a connection that came back, and is to be closed by whoever closes all of them.
    pub(super) fn put_to_close(&mut self, live: Box<Live<T>>, now: Instant) {
        self.idle.push_back(Idle { live, since: now });
    }

    /// Closes the connection that came back first: true if there was one.
    pub(super) fn drop_oldest(&mut self) -> bool {
        let oldest = self.idle.pop_front();
        self.totals.retired += u64::from(oldest.is_some());
        oldest.is_some()
    }

    /// Takes all idle connections, to close them.
    pub(super) fn drain(&mut self) -> Vec<Box<Live<T>>> {
        self.idle.drain(..).map(|entry| entry.live).collect()
    }

    /// Takes the connection that came back first, if it was idle for longer than `age`, to close it.
    pub(super) fn take_oldest(&mut self, age: Option<Duration>, now: Instant) -> Option<Box<Live<T>>> {
        let oldest = self.idle.front()?;
        if age.is_some_and(|age| now.saturating_duration_since(oldest.since) <= age) {
            return None;
        }
        self.totals.retired += 1;
        self.idle.pop_front().map(|entry| entry.live)
    }

    /// Lets go of those that were idle for too long, and of those whose runtime is gone. `empty` is how many of
    /// the seats taken are known to hold no connection.
    fn prune(&mut self, limits: &Limits, empty: usize, now: Instant) {
        while let Some(oldest) = self.idle.front() {
            if oldest.live.relation(None) == Relation::Gone {
                self.totals.discarded += 1;
            } else if self.size() > limits.min.saturating_add(empty)
                && limits.idle.is_some_and(|limit| now.saturating_duration_since(oldest.since) > limit)
            {
                self.totals.retired += 1;
            } else {
                break;
            }
            drop(self.idle.pop_front());
        }
    }
}
