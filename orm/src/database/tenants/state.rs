//! Which tenants are open, or being opened.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use futures_util::future::WeakShared;
use tokio::sync::OwnedSemaphorePermit;

use super::Opening;
use crate::database::close;
use crate::database::shared::Shared;
use crate::error::Result;

pub(super) struct State<K> {
    pub(super) tenants: HashMap<K, Entry>,
    /// Counts uses, and attempts to open.
    pub(super) clock: u64,
    /// Counts calls of `close_all`: what was begun before is not kept.
    pub(super) era: u64,
}

pub(super) enum Entry {
    Opening {
        /// Tells the attempt from those before and behind.
        number: u64,
        opening: WeakShared<Opening>,
    },
    Open(Kept),
}

/// An open tenant, and the room that it takes.
pub(super) struct Kept {
    pub(super) database: Arc<Shared>,
    /// When it was last asked for.
    pub(super) used: u64,
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
        Self { tenants: HashMap::new(), clock: 0, era: 0 }
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

    /// Forgets an attempt to open a tenant, if it is still the last.
    pub(super) fn give_up(&mut self, key: &K, number: u64) {
        if matches!(self.tenants.get(key), Some(Entry::Opening { number: last, .. }) if *last == number) {
            self.tenants.remove(key);
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
