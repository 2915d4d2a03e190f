//! Closing tenants, and when their room is free.

use std::hash::Hash;

use futures_util::future::join_all;

use super::Inner;
use super::state::{Entry, Kept, Room};
use crate::database::close::{self, PATIENCE};
use crate::error::Result;

/// Closes one, if it is open, and waits for what runs on it.
pub(super) async fn one<K: Eq + Hash>(inner: &Inner<K>, key: &K) -> Result<()> {
    let kept = {
        let mut state = inner.state();
        if let Some(Entry::Open(kept)) = state.tenants.get(key) {
            close::check(&kept.database)?;
        }
        state.take(key)
    };
    if let Some(kept) = kept {
        patiently(inner, kept).await;
    }
    Ok(())
}

/// Closes all that are open, and waits for what runs on them.
pub(super) async fn all<K: Eq + Hash>(inner: &Inner<K>) -> Result<()> {
    let (kept, refused) = inner.state().take_all();
    join_all(kept.into_iter().map(|kept| patiently(inner, kept))).await;
    refused
}

async fn patiently<K>(inner: &Inner<K>, Kept { database, room, .. }: Kept) {
    let _leaving = Leaving::new(inner, room);
    if let Some(open) = database.uninstall(database.ticket()) {
        open.close(&database, PATIENCE).await;
    }
}

/// Closes one that nobody uses.
pub(super) async fn unused<K>(inner: &Inner<K>, Kept { database, room, .. }: Kept) {
    let _leaving = Leaving::new(inner, room);
    if let Some(open) = database.uninstall(database.ticket()) {
        open.retire().await;
    }
}

/// Lets go of what was kept of a tenant that one of its handles closed.
pub(super) fn forgotten<K>(inner: &Inner<K>, entry: Option<Entry>) {
    if let Some(Entry::Open(kept)) = entry {
        drop(Leaving::new(inner, kept.room));
    }
}

/// Frees the room of closed tenants whose connections are gone. Nobody tells of one that comes back, so whoever wants room
/// looks.
pub(super) fn free<K>(inner: &Inner<K>) {
    // Dropped outside of the lock: it wakes those who wait.
    let freed = inner.state().freed();
    drop(freed);
}

/// A tenant that is being closed. Its room is free when its connections are gone, whether that is waited for or given up.
struct Leaving<'i, K>(&'i Inner<K>);

impl<'i, K> Leaving<'i, K> {
    fn new(inner: &'i Inner<K>, room: Room) -> Self {
        inner.state().leaving.push(room);
        Self(inner)
    }
}

impl<K> Drop for Leaving<'_, K> {
    fn drop(&mut self) {
        free(self.0);
        self.0.released.notify_waiters();
    }
}
