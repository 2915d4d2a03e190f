//! Opening a tenant once for all who ask, and making room for it.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{Either, FutureExt as _, Shared as SharedFuture, select};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::guard::Tenant;
use super::state::{Attempted, Entry, Kept, Room};
use super::{Inner, NAME, Opening, close, no_room};
use crate::database::scope;
use crate::database::shared::{Open, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::runtime;

/// How often somebody who waits looks whether a tenant is used no more: of queries and clones nobody tells.
const LOOK: Duration = Duration::from_millis(50);

pub(super) async fn get<K: Eq + Hash + Clone + Send + Sync + 'static>(
    inner: &Arc<Inner<K>>,
    key: K,
) -> Result<Tenant<K>> {
    // What was waited for last: the attempt lives on until it was found again.
    let mut before = None;
    loop {
        // Before looking, so that it hears of whatever is opened from here on.
        let mut settled = std::pin::pin!(inner.settled.notified());
        settled.as_mut().enable();
        let opening = match find(inner, &key) {
            Found::Open(tenant) => return Ok(tenant),
            Found::Opening(opening) => opening,
        };
        drop(before.take());
        match select(opening, settled).await {
            Either::Left((Ok(database), _)) => {
                // Handed over by whoever finished it; closed since then, perhaps.
                if database.open().is_some() {
                    return Ok(Tenant::new(database, inner));
                }
            }
            // Another runtime was luckier, perhaps.
            Either::Left((Err(error), _)) => return opened(inner, &key).ok_or(error),
            Either::Right(((), opening)) => before = Some(opening),
        }
    }
}

/// The tenant, if it is open.
fn opened<K: Eq + Hash>(inner: &Arc<Inner<K>>, key: &K) -> Option<Tenant<K>> {
    let database = inner.state().opened(key)?;
    Some(Tenant::new(database, inner))
}

enum Found<K> {
    Open(Tenant<K>),
    Opening(SharedFuture<Opening>),
}

/// The tenant, or the one attempt of this runtime to open it, begun if need be.
fn find<K: Eq + Hash + Clone + Send + Sync + 'static>(inner: &Arc<Inner<K>>, key: &K) -> Found<K> {
    let runtime = Handle::try_current().ok().map(|here| here.id());
    let mut state = inner.state();
    if let Some(database) = state.opened(key) {
        return Found::Open(Tenant::new(database, inner));
    }
    if let Some(Entry::Opening(attempts)) = state.tenants.get(key)
        && let Some(own) = attempts.iter().find(|attempt| attempt.runtime == runtime)
        && let Some(opening) = own.opening.upgrade()
    {
        return Found::Opening(opening);
    }
    let (now, era) = (state.clock, state.era);
    // Before there is an attempt, whose drop takes the lock.
    let (its_key, key) = (key.clone(), key.clone());
    let attempt = Attempt { inner: Arc::clone(inner), key: its_key, number: now, era };
    let future: Opening = Box::pin(scope::outside(open(attempt)));
    let opening = future.shared();
    let mut old = None;
    if let Some(weak) = opening.downgrade() {
        old = state.attempt(key, Attempted { number: now, runtime, opening: weak });
    }
    drop(state);
    close::forgotten(inner, old);
    Found::Opening(opening)
}

/// An attempt to open a tenant, whose place in the map goes with it unless it is open then: those who asked get the error,
/// and whoever asks from here on tries again.
struct Attempt<K: Eq + Hash> {
    inner: Arc<Inner<K>>,
    key: K,
    number: u64,
    era: u64,
}

impl<K: Eq + Hash> Drop for Attempt<K> {
    fn drop(&mut self) {
        self.inner.state().give_up(&self.key, self.number);
    }
}

async fn open<K: Eq + Hash + Clone + Send + Sync + 'static>(attempt: Attempt<K>) -> Result<Arc<Shared>> {
    let inner = &attempt.inner;
    let name = catch_unwind(AssertUnwindSafe(|| inner.name(&attempt.key))).ok();
    let result = match &name {
        Some(name) => {
            let opening = try_open(inner, &attempt.key, name, attempt.era);
            AssertUnwindSafe(opening).catch_unwind().await.unwrap_or_else(|_| Err(panicked()))
        }
        None => Err(panicked()),
    };
    result.map_err(|error| {
        inner.totals.failed.fetch_add(1, Ordering::Relaxed);
        error.with_database(name.as_deref().unwrap_or(NAME))
    })
}

/// What was said is in the program's own report of the panic: it may be a secret.
#[cold]
fn panicked() -> Error {
    Error::new(ErrorKind::Panicked { what: "the opening of a tenant" })
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
    let end = {
        let mut state = inner.state();
        if state.era != era {
            End::Closed(open)
        } else if let Some(theirs) = state.opened(key) {
            End::Beaten(open, theirs)
        } else {
            let room = Room { open: database.put(open), _place: place, _connections: connections };
            let kept = Kept { database: Arc::clone(&database), used: state.clock, room };
            End::Kept(state.tenants.insert(key.clone(), Entry::Open(kept)))
        }
    };
    match end {
        End::Kept(old) => {
            close::forgotten(inner, old);
            inner.totals.opened.fetch_add(1, Ordering::Relaxed);
            inner.settled.notify_waiters();
            Ok(database)
        }
        End::Beaten(open, database) => {
            open.retire().await;
            Ok(database)
        }
        End::Closed(open) => {
            open.retire().await;
            Err(Error::new(ErrorKind::PoolClosed))
        }
    }
}

/// What becomes of a tenant that was opened.
enum End {
    /// It is in the map, in place of this.
    Kept(Option<Entry>),
    /// Another runtime was faster.
    Beaten(Open, Arc<Shared>),
    /// All were closed meanwhile.
    Closed(Open),
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
        close::free(inner);
        if let Some(permit) = permit.as_mut().now_or_never() {
            return permit.map_err(|_| Error::new(ErrorKind::PoolClosed));
        }
        if let Some(kept) = unused(inner) {
            close::unused(inner, kept).await;
            inner.totals.evicted.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let waited = begun.elapsed();
        let left = match inner.limits.patience {
            Some(patience) if waited >= patience => return Err(no_room(inner.limits, waited)),
            Some(patience) => patience.saturating_sub(waited).min(LOOK),
            None => LOOK,
        };
        let next = select(permit.as_mut(), released);
        if let Some(Either::Left((permit, _))) = runtime::within(left, next).await {
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
