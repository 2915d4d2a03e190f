//! Opening a tenant once for all who ask, and making room for it.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{FutureExt as _, Shared as SharedFuture};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::guard::Tenant;
use super::state::{Entry, Kept};
use super::{Inner, Opening, no_room};
use crate::database::shared::{Open, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::runtime;

/// How often somebody who waits looks whether a tenant is used no more: of queries and clones nobody tells.
const LOOK: Duration = Duration::from_millis(50);

pub(super) async fn get<K: Eq + Hash + Clone + Send + Sync + 'static>(
    inner: &Arc<Inner<K>>,
    key: K,
) -> Result<Tenant<K>> {
    loop {
        let opening = match find(inner, &key) {
            Found::Open(tenant) => return Ok(tenant),
            Found::Opening(opening) => opening,
        };
        let database = opening.await?;
        // Handed over by whoever finished it; closed since then, perhaps.
        if database.open().is_some() {
            return Ok(Tenant::new(database, inner));
        }
    }
}

enum Found<K> {
    Open(Tenant<K>),
    Opening(SharedFuture<Opening>),
}

/// The tenant, or the one attempt to open it, begun if need be.
fn find<K: Eq + Hash + Clone + Send + Sync + 'static>(inner: &Arc<Inner<K>>, key: &K) -> Found<K> {
    let mut state = inner.state();
    state.clock += 1;
    let (now, era) = (state.clock, state.era);
    match state.tenants.get_mut(key) {
        // Closed by one of its handles: opened anew.
        Some(Entry::Open(kept)) if kept.database.open().is_some() => {
            kept.used = now;
            return Found::Open(Tenant::new(Arc::clone(&kept.database), inner));
        }
        Some(Entry::Opening(opening)) => {
            if let Some(opening) = opening.upgrade() {
                return Found::Opening(opening);
            }
        }
        _ => {}
    }
    let future: Opening = Box::pin(open(Arc::clone(inner), key.clone(), era));
    let opening = future.shared();
    if let Some(weak) = opening.downgrade() {
        state.tenants.insert(key.clone(), Entry::Opening(weak));
    }
    Found::Opening(opening)
}

async fn open<K: Eq + Hash + Clone + Send + Sync + 'static>(
    inner: Arc<Inner<K>>,
    key: K,
    era: u64,
) -> Result<Arc<Shared>> {
    let name = inner.name(&key);
    let result = try_open(&inner, &key, &name, era).await.map_err(|error| error.with_database(&name));
    if result.is_err() {
        inner.totals.failed.fetch_add(1, Ordering::Relaxed);
        let mut state = inner.state();
        // Those who asked get the error; whoever asks from here on tries again.
        if state.era == era && matches!(state.tenants.get(&key), Some(Entry::Opening(_))) {
            state.tenants.remove(&key);
        }
    }
    result
}

async fn try_open<K: Eq + Hash + Clone + Send + Sync + 'static>(
    inner: &Arc<Inner<K>>,
    key: &K,
    name: &str,
    era: u64,
) -> Result<Arc<Shared>> {
    let options = (inner.resolve)(key.clone()).await?;
    let begun = Instant::now();
    let place = room(inner, &inner.places, 1, begun).await?;
    let database = Shared::new(name, false);
    let open = database.connect(options, true).await?;
    let connections = match budget(inner, &open)? {
        Some(connections) => Some(room(inner, &inner.connections, connections, begun).await?),
        None => None,
    };
    if let Err(error) = open.pool.connect_now().await {
        open.retire().await;
        return Err(error);
    }
    let late = {
        let mut state = inner.state();
        if state.era == era {
            database.put(open);
            state.clock += 1;
            let used = state.clock;
            let kept =
                Kept { database: Arc::clone(&database), used, _place: place, _connections: connections };
            let old = state.tenants.insert(key.clone(), Entry::Open(kept));
            drop(state);
            // Whatever it held, room or nothing, is free.
            drop(old);
            None
        } else {
            Some(open)
        }
    };
    match late {
        None => {
            inner.totals.opened.fetch_add(1, Ordering::Relaxed);
            Ok(database)
        }
        Some(open) => {
            open.retire().await;
            Err(Error::new(ErrorKind::PoolClosed))
        }
    }
}

/// How many connections a tenant may open, where they are counted.
fn budget<K>(inner: &Inner<K>, open: &Open) -> Result<Option<u32>> {
    let Some(all) = inner.limits.connections else { return Ok(None) };
    let own = open.pool.stats().hard_limit;
    match u32::try_from(own) {
        Ok(count) if own <= all => Ok(Some(count)),
        _ => {
            let reason = format!(
                "a tenant may open {own} connections, and all of them together {all}: set `max_connections` of its pool"
            );
            Err(Error::new(ErrorKind::Config { reason }))
        }
    }
}

/// Waits for so much room, and closes tenants that nobody uses for it.
async fn room<K: Eq + Hash + Clone>(
    inner: &Inner<K>,
    of: &Arc<Semaphore>,
    count: u32,
    begun: Instant,
) -> Result<OwnedSemaphorePermit> {
    // Only where nobody waits: the semaphore is fair.
    if let Ok(permit) = Arc::clone(of).try_acquire_many_owned(count) {
        return Ok(permit);
    }
    let _waiter = Waiter::new(&inner.waiting);
    let mut permit = std::pin::pin!(Arc::clone(of).acquire_many_owned(count));
    loop {
        // Before looking, so that it hears of whatever is released from here on.
        let mut released = std::pin::pin!(inner.released.notified());
        released.as_mut().enable();
        // In the queue first, then make room.
        if let Some(permit) = permit.as_mut().now_or_never() {
            return permit.map_err(|_| Error::new(ErrorKind::PoolClosed));
        }
        if let Some(kept) = unused(inner) {
            close(kept).await;
            inner.totals.evicted.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let waited = begun.elapsed();
        let left = match inner.limits.patience {
            Some(patience) if waited >= patience => return Err(no_room(inner.limits, waited)),
            Some(patience) => patience.saturating_sub(waited).min(LOOK),
            None => LOOK,
        };
        let next = futures_util::future::select(permit.as_mut(), released);
        if let Some(futures_util::future::Either::Left((permit, _))) = runtime::within(left, next).await {
            return permit.map_err(|_| Error::new(ErrorKind::PoolClosed));
        }
    }
}

/// Takes the tenant that was unused for longest.
fn unused<K: Eq + Hash + Clone>(inner: &Inner<K>) -> Option<Kept> {
    let mut state = inner.state();
    let unused = state.tenants.iter().filter_map(|(key, entry)| match entry {
        Entry::Open(kept) if !kept.is_used() => Some((kept.used, key)),
        _ => None,
    });
    let key = unused.min_by_key(|(used, _)| *used).map(|(_, key)| key.clone())?;
    state.take(&key)
}

/// Closes it; then its room is free.
async fn close(kept: Kept) {
    if let Some(open) = kept.database.uninstall(kept.database.ticket()) {
        open.retire().await;
    }
}

/// Counts one caller that waits, for as long as it does.
struct Waiter<'w>(&'w AtomicUsize);

impl<'w> Waiter<'w> {
    fn new(waiting: &'w AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
