//! A database for each tenant, opened when it is first asked for, and closed when others need the room.
//!
//! What is open stands in one map, under a lock that is never held across an await. A tenant that is being opened is one
//! shared future, of which the map holds a weak handle: whoever asks meanwhile drives the same one, and if all give up, it
//! is gone, takes its place in the map along, and the next begins anew. It belongs to none of those who drive it: it runs
//! outside of their transactions and scopes, and never panics, which would poison it for all. It does belong to a runtime, as
//! the sockets and timers in it do: who asks on another one has an attempt there, and the first that succeeds is the tenant of
//! all. Room is a fair semaphore of tenants, and one of connections; a tenant that is open holds its part of both, and one that
//! is closed as long as a connection of it is out. `open` opens and makes room, `close` closes, `guard` is what callers get,
//! `state` what is kept, `stats` what can be told of it.

mod close;
mod guard;
mod open;
mod state;
mod stats;

use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};

#[cfg(doc)]
use super::handle::Database;
use super::operation::Operation;
use super::options::DatabaseOptions;
use super::shared::Shared;
use crate::error::{Error, ErrorKind, Result};

pub use guard::Tenant;
use state::State;
pub use stats::TenantStats;

type Resolving = Pin<Box<dyn Future<Output = Result<DatabaseOptions>> + Send>>;
type Opening = Pin<Box<dyn Future<Output = Result<Arc<Shared>>> + Send>>;

type Resolve<K> = Arc<dyn Fn(K) -> Resolving + Send + Sync>;
type Name<K> = Arc<dyn Fn(&K) -> String + Send + Sync>;

/// How many tenants are open at once, if nothing else is said.
const MOST: usize = 100;
/// What the database of a tenant is called, if nothing else is said: keys may be secrets.
const NAME: &str = "(tenant)";
/// How long a tenant waits for room, if nothing else is said.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database for each tenant: opened when it is first asked for, and closed when others need the room.
///
/// What a tenant's database is, says a function from its key to [`DatabaseOptions`], which may itself ask a database. Any
/// number of callers that ask for one tenant at once open it once; all of them get the same error if that fails, and the
/// next call tries again. Callers on several runtimes depend on each other in nothing: each runtime makes its own attempt, and
/// all get what was opened first. At most [`max_open`](Self::max_open) tenants are open: where there is no room, the one that was
/// unused for longest is closed, but never one that is in use. If all are, callers wait, and at last get
/// [`ErrorKind::TenantLimit`].
///
/// A tenant is in use as long as somebody holds the [`Tenant`] that `get` gave, a clone of its database, a query on it or a
/// connection of it. Cheap to clone; all clones are the same pools.
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// use orm::{DatabaseOptions, TenantPools};
///
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 40)]
/// #     name: String,
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let tenants = TenantPools::new(|_name: String| async move {
///     Ok(DatabaseOptions::url("sqlite::memory:")) // format!("postgres://localhost/{name}")
/// })
/// .max_open(50);
///
/// let acme = tenants.get(&"acme".to_owned()).await?;
/// acme.create_tables(&[User::TABLE]).await?;
/// User::objects().using(&acme).create(NewUser::new("ann")).await?;
/// drop(acme);
/// let count = User::objects().using(&tenants.get(&"acme".to_owned()).await?).count().await?;
/// assert_eq!(count, 1);
/// tenants.close_all().await?;
/// # Ok(())
/// # }
/// ```
pub struct TenantPools<K> {
    inner: Arc<Inner<K>>,
}

struct Inner<K> {
    resolve: Resolve<K>,
    name: Option<Name<K>>,
    limits: Limits,
    state: Mutex<State<K>>,
    /// Free places for tenants.
    places: Arc<Semaphore>,
    /// Free connections, where they are limited.
    connections: Arc<Semaphore>,
    /// Told when a tenant is used no more.
    released: Notify,
    /// Told when a tenant was opened.
    settled: Notify,
    waiting: AtomicUsize,
    totals: Totals,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    open: usize,
    connections: Option<usize>,
    patience: Option<Duration>,
}

#[derive(Debug, Default)]
struct Totals {
    opened: AtomicU64,
    failed: AtomicU64,
    evicted: AtomicU64,
}

impl<K: Eq + Hash + Clone + Send + Sync + 'static> TenantPools<K> {
    /// Pools of tenants whose databases are what `resolve` says: up to 100 open at once, with any number of connections,
    /// and callers that wait 30 seconds for room.
    ///
    /// `resolve` is called each time that a tenant is opened. As it is called for all who ask, it runs outside of what is said
    /// for the task of one of them: of transactions, [`with_database`](crate::with_database),
    /// [`with_router`](crate::with_router) and [`ReadYourWrites`](crate::ReadYourWrites).
    #[must_use]
    pub fn new<F, Fut, O>(resolve: F) -> Self
    where
        F: Fn(K) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<O>> + Send + 'static,
        O: Into<DatabaseOptions>,
    {
        let limits = Limits { open: MOST, connections: None, patience: Some(PATIENCE) };
        let resolve = move |key| -> Resolving {
            let resolving = resolve(key);
            Box::pin(async move { resolving.await.map(Into::into) })
        };
        Self::with(Arc::new(resolve), None, limits)
    }

    fn with(resolve: Resolve<K>, name: Option<Name<K>>, limits: Limits) -> Self {
        let connections = limits.connections.unwrap_or(0).min(Semaphore::MAX_PERMITS);
        Self {
            inner: Arc::new(Inner {
                resolve,
                name,
                limits,
                state: Mutex::new(State::new()),
                places: Arc::new(Semaphore::new(limits.open.clamp(1, Semaphore::MAX_PERMITS))),
                connections: Arc::new(Semaphore::new(connections)),
                released: Notify::new(),
                settled: Notify::new(),
                waiting: AtomicUsize::new(0),
                totals: Totals::default(),
            }),
        }
    }

    /// The same with other limits: before anything was opened.
    fn limited(self, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = self.inner.limits;
        change(&mut limits);
        // A clone may be in use: its pools stay what they are, and these begin with none.
        Self::with(Arc::clone(&self.inner.resolve), self.inner.name.clone(), limits)
    }

    /// With a name for the database of each tenant, as errors and logs give it; without, all are `(tenant)`, because a key
    /// may be a secret. It is no alias.
    ///
    /// To be said first, as [`max_open`](Self::max_open).
    #[must_use]
    pub fn named(self, name: impl Fn(&K) -> String + Send + Sync + 'static) -> Self {
        Self::with(Arc::clone(&self.inner.resolve), Some(Arc::new(name)), self.inner.limits)
    }

    /// With so many tenants open at once at most; at least one.
    ///
    /// To be said first: of tenants that are open already, the result knows nothing.
    #[must_use]
    pub fn max_open(self, tenants: usize) -> Self {
        self.limited(|limits| limits.open = tenants)
    }

    /// With so many connections of all tenants together at most: a tenant is opened only if as many are left as its own
    /// pool may open, and tenants that are not in use are closed for it.
    ///
    /// To be said first, as [`max_open`](Self::max_open). Replicas that a tenant has are not counted.
    #[must_use]
    pub fn max_connections(self, connections: usize) -> Self {
        self.limited(|limits| limits.connections = Some(connections))
    }

    /// With so much patience of callers for whom there is no room: none of it gives an error at once, `None` waits for ever.
    ///
    /// To be said first, as [`max_open`](Self::max_open).
    #[must_use]
    pub fn open_timeout(self, patience: impl Into<Option<Duration>>) -> Self {
        let patience = patience.into();
        self.limited(|limits| limits.patience = patience)
    }

    /// The database of a tenant, opened if need be.
    ///
    /// # Errors
    ///
    /// Whatever `resolve` gives; as [`Database::init`] for what it says; `TenantLimit` if there is no room in time;
    /// `Config` for a tenant that may open more connections than all may together; `PoolClosed` if `close_all` comes in
    /// between; `Panicked` if `resolve`, or the function that names tenants, panics.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future takes nothing from others that wait for the same tenant. If nobody does, what was begun is undone.
    pub fn get(&self, key: &K) -> Operation<'static, Tenant<K>> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        Operation::new(async move { open::get(&inner, key).await })
    }

    /// Closes a tenant, and waits for what runs on it, as [`Database::close`]. One that is not open is left as it is.
    ///
    /// Its room is free for others when the last of its connections is gone.
    ///
    /// # Errors
    ///
    /// As [`Database::close`]: inside a transaction on it the tenant stays open.
    ///
    /// # Cancel safety
    ///
    /// As [`Database::close`]; its room stays taken as long as connections are out.
    pub fn close(&self, key: &K) -> Operation<'static, ()> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        Operation::new(async move { close::one(&inner, &key).await })
    }

    /// Closes all tenants at once, and waits for what runs on them, as [`Database::close`]. What is just being opened is not
    /// kept. Whoever asks afterwards opens anew.
    ///
    /// # Errors
    ///
    /// That of the first that could not be closed; the others are closed all the same. Inside a transaction on a tenant that
    /// one stays open.
    ///
    /// # Cancel safety
    ///
    /// As soon as the future was polled once the tenants are closed; dropped later, it only waits no more.
    pub fn close_all(&self) -> Operation<'static, ()> {
        let inner = Arc::clone(&self.inner);
        Operation::new(async move { close::all(&inner).await })
    }

    /// What can be told of them at the moment.
    #[must_use]
    pub fn stats(&self) -> TenantStats {
        stats::of(&self.inner)
    }
}

impl<K> Inner<K> {
    fn name(&self, key: &K) -> String {
        self.name.as_ref().map_or_else(|| NAME.to_owned(), |name| name(key))
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        // Never left half-written: nothing of the user's runs under the lock but `Eq` and `Hash` of keys.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Clone for TenantPools<K> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<K> fmt::Debug for TenantPools<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys may be secrets.
        f.debug_struct("TenantPools").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}

/// The error for whoever finds no room.
#[cold]
fn no_room(limits: Limits, waited: Duration) -> Error {
    Error::new(ErrorKind::TenantLimit { waited, open: limits.open, connections: limits.connections })
}
