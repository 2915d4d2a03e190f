//! Which tenants are open, or being opened.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use futures_util::future::WeakShared;
use tokio::runtime::Id;
use tokio::sync::OwnedSemaphorePermit;

use super::Opening;
use crate::database::close;
use crate::database::shared::{Open, Shared};
use crate::error::Result;

pub(super) struct State<K> {
    pub(super) tenants: HashMap<K, Entry>,
    /// Counts uses, and attempts to open.
    pub(super) clock: u64,
    /// Counts calls of `close_all`: what was begun before is not kept.
    pub(super) era: u64,
    /// The room of tenants that are in the map no more, until the last of their connections is gone.
    pub(super) leaving: Vec<Room>,
}

pub(super) enum Entry {
    /// One attempt on each runtime that asks.
    Opening(Vec<Attempted>),
    Open(Kept),
}

/// An attempt to open a tenant.
pub(super) struct Attempted {
    /// Tells it from those before and behind.
    pub(super) number: u64,
    /// What drives it, and its connection.
    pub(super) runtime: Option<Id>,
    pub(super) opening: WeakShared<Opening>,
}

/// An open tenant, and the room that it takes.
pub(super) struct Kept {
    pub(super) database: Arc<Shared>,
    /// When it was last asked for.
    pub(super) used: u64,
    pub(super) room: Room,
}

/// The room that a tenant takes, free when this is dropped.
pub(super) struct Room {
    /// What takes it.
    pub(super) open: Arc<Open>,
    pub(super) _place: OwnedSemaphorePermit,
    pub(super) _connections: Option<OwnedSemaphorePermit>,
}

impl Kept {
    /// Whether anybody but the map has it. Said under the lock of the map, where alone handles come from nothing: who has
    /// none then cannot make one.
    pub(super) fn is_used(&self) -> bool {
        Arc::strong_count(&self.database) > 1
            || self.database.open().is_some_and(|open| open.pool.stats().in_use > 0)
    }
}

impl<K> State<K> {
    pub(super) fn new() -> Self {
        Self { tenants: HashMap::new(), clock: 0, era: 0, leaving: Vec::new() }
    }

    /// Takes the room of closed tenants that is free by now, to be dropped outside of the lock.
    pub(super) fn freed(&mut self) -> Vec<Room> {
        self.leaving.extract_if(.., |room| room.open.pool.is_gone()).collect()
    }
}

impl<K: Eq + Hash> State<K> {
    /// Takes all tenants that are open, and lets none come that is just being opened. Those stay that cannot be closed here.
    pub(super) fn take_all(&mut self) -> (Vec<Kept>, Result<()>) {
        self.era += 1;
        let (mut taken, mut refused) = (Vec::new(), Ok(()));
        for (key, entry) in std::mem::take(&mut self.tenants) {
            let Entry::Open(kept) = entry else { continue };
            match close::check(&kept.database) {
                Ok(()) => taken.push(kept),
                Err(error) => {
                    refused = refused.and(Err(error));
                    self.tenants.insert(key, Entry::Open(kept));
                }
            }
        }
        (taken, refused)
    }

    /// The database of a tenant that is open, used now. One that its handles closed is opened anew.
    pub(super) fn opened(&mut self, key: &K) -> Option<Arc<Shared>> {
        self.clock += 1;
        match self.tenants.get_mut(key) {
            Some(Entry::Open(kept)) if kept.database.open().is_some() => {
                kept.used = self.clock;
                Some(Arc::clone(&kept.database))
            }
            _ => None,
        }
    }

    /// Notes an attempt to open a tenant. Gives what is kept of the tenant no more.
    pub(super) fn attempt(&mut self, key: K, attempt: Attempted) -> Option<Entry> {
        if let Some(Entry::Opening(attempts)) = self.tenants.get_mut(&key) {
            attempts.retain(|other| other.runtime != attempt.runtime);
            attempts.push(attempt);
            return None;
        }
        self.tenants.insert(key, Entry::Opening(vec![attempt]))
    }

    /// Forgets an attempt to open a tenant.
    pub(super) fn give_up(&mut self, key: &K, number: u64) {
        if let Some(Entry::Opening(attempts)) = self.tenants.get_mut(key) {
            attempts.retain(|attempt| attempt.number != number);
            if attempts.is_empty() {
                self.tenants.remove(key);
            }
        }
    }

    /// Takes a tenant that is open.
    pub(super) fn take(&mut self, key: &K) -> Option<Kept> {
        match self.tenants.remove_entry(key)? {
            (_, Entry::Open(kept)) => Some(kept),
            (key, opening) => {
                self.tenants.insert(key, opening);
                None
            }
        }
    }
}
