//! What all handles of one database have in common: its name, and the pool it is bound to at the moment.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::blocks::Blocks;
use super::options::DatabaseOptions;
use super::registry::{self, Names};
use super::replicas::{Group, Health};
use super::scope;
use crate::error::{Error, ErrorKind, Result};
use crate::pool::{Pool, Pooled, waits_for_itself};
use crate::transaction::{Running, ambient};

/// One database, bound or not.
///
/// Binding and closing never hold a lock across an await: a pool is opened first and put in place afterwards, so a
/// task that is stuck while it connects keeps nobody waiting. Calls take effect in the order in which they began:
/// each draws a ticket, and one that is overtaken counts as having happened just before the one that overtook it.
pub(crate) struct Shared {
    name: Arc<str>,
    /// Whether the name is an alias while the database is open.
    listed: bool,
    tickets: AtomicU64,
    state: RwLock<State>,
    /// As a replica.
    pub(crate) health: Health,
    running: Running,
    /// The blocks that need it open.
    pub(super) blocks: Blocks,
}

#[derive(Default)]
struct State {
    open: Option<Arc<Open>>,
    /// The ticket of the last call that took effect.
    ticket: u64,
    /// The names that it was registered under since it was opened. Kept at the close, for transactions that still run.
    aliases: Vec<Arc<str>>,
    /// How it was opened the last time. Kept at the close, for a block that opens it again.
    options: Option<Arc<DatabaseOptions>>,
}

/// A pool in place.
pub(crate) struct Open {
    pub(crate) pool: Pool,
    /// As it may be shown.
    pub(crate) url: String,
    /// What is read in its place.
    pub(crate) replicas: Option<Arc<Group>>,
    options: Arc<DatabaseOptions>,
}

/// When a call began.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Ticket(u64);

impl Shared {
    pub(super) fn new(name: &str, listed: bool) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            listed,
            tickets: AtomicU64::new(0),
            state: RwLock::default(),
            health: Health::default(),
            running: Running::default(),
            blocks: Blocks::default(),
        })
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    /// The transactions that are open on it.
    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Whether this name leads to it, or did before it was closed.
    pub(crate) fn has_alias(&self, name: &str) -> bool {
        self.read().aliases.iter().any(|alias| **alias == *name)
    }

    /// Notes that a name is to lead to it.
    ///
    /// # Errors
    ///
    /// `NotInitialized` if it is not open.
    pub(super) fn gain_alias(&self, name: &str) -> Result<Arc<str>> {
        let mut state = self.write();
        if state.open.is_none() {
            drop(state);
            return Err(self.not_initialized());
        }
        if let Some(known) = state.aliases.iter().find(|known| ***known == *name) {
            return Ok(Arc::clone(known));
        }
        let name: Arc<str> = name.into();
        state.aliases.push(Arc::clone(&name));
        Ok(name)
    }

    /// Notes that a name leads to it no more.
    pub(super) fn lose_alias(&self, name: &str) {
        self.write().aliases.retain(|alias| **alias != *name);
    }

    /// The pool in place.
    pub(crate) fn open(&self) -> Option<Arc<Open>> {
        self.read().open.clone()
    }

    /// Whether this is its pool, or that of one of its replicas.
    pub(super) fn has_pool(&self, id: usize) -> bool {
        let Some(open) = self.open() else { return false };
        let replicas = open.replicas.as_deref().map_or(&[][..], Group::members);
        open.pool.id() == id
            || replicas.iter().any(|replica| replica.open().is_some_and(|open| open.pool.id() == id))
    }

    pub(super) fn ticket(&self) -> Ticket {
        // Ordered by the lock that it is compared under; all that matters here is that no two are the same.
        Ticket(self.tickets.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// A connection of the pool in place. If the database is re-targeted while the caller waits, of the new one.
    ///
    /// # Errors
    ///
    /// `NotInitialized` without a pool; `InvalidQuery` inside a transaction that has its only connection; else as the
    /// pool's.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Result<Pooled> {
        self.acquire_within(None).await
    }

    /// The same for a caller that has less patience than the pool.
    ///
    /// # Errors
    ///
    /// As for [`acquire`](Self::acquire).
    pub(super) async fn acquire_within(self: &Arc<Self>, limit: Option<Duration>) -> Result<Pooled> {
        let Some(mut open) = self.open() else { return Err(self.not_initialized()) };
        let limit = limit.map(|limit| (Instant::now(), limit));
        let left = || limit.map(|(begun, limit)| limit.saturating_sub(begun.elapsed()));
        loop {
            if open.pool.has_one_seat() && ambient::on(self).is_some_and(|tx| !tx.is_over()) {
                return Err(waits_for_itself().with_database(&self.name));
            }
            let error = match open.pool.acquire_within(left()).await {
                Ok(pooled) => return Ok(pooled),
                Err(error) => error,
            };
            open = match (error.kind(), self.open()) {
                (ErrorKind::PoolClosed, Some(now)) if !Arc::ptr_eq(&now, &open) => now,
                _ => return Err(error.with_database(&self.name)),
            };
        }
    }

    #[cold]
    pub(crate) fn not_initialized(&self) -> Error {
        Error::new(ErrorKind::NotInitialized).with_database(&self.name)
    }

    /// Opens a pool for this database, without putting it in place.
    pub(super) async fn connect(&self, mut options: DatabaseOptions, lazy: bool) -> Result<Open> {
        let named = |error: Error| error.with_database(&self.name);
        let said = Arc::new(options.clone());
        let replicas = std::mem::take(&mut options.replicas).open(&self.name, &options).await?;
        let config = options.parse().map_err(named)?;
        let pool = Pool::open(Arc::clone(&self.name), &config.pool, config.connect).map_err(named)?;
        let open = Open { pool, url: config.url, replicas, options: said };
        if !lazy && let Err(error) = open.pool.connect_now().await {
            open.retire().await;
            return Err(named(error));
        }
        Ok(open)
    }

    /// Puts `open` in place and makes the name an alias. Gives back the pool that is to be retired: the old one, or
    /// `open` itself if a later call was faster.
    ///
    /// # Errors
    ///
    /// `AlreadyInitialized` with `open`, if another database of this name is open.
    pub(super) fn install(
        self: &Arc<Self>,
        names: &mut Names,
        ticket: Ticket,
        open: Open,
    ) -> Result<Option<Arc<Open>>, (Error, Open)> {
        let mut state = self.write();
        if ticket.0 < state.ticket {
            return Ok(Some(Arc::new(open)));
        }
        if self.listed
            && let Err(error) = names.claim(self)
        {
            return Err((error, open));
        }
        state.ticket = ticket.0;
        state.options = Some(Arc::clone(&open.options));
        if open.replicas.is_some() {
            scope::use_it();
        }
        if state.open.is_none() {
            state.aliases.clear();
        }
        if self.listed && !state.aliases.contains(&self.name) {
            state.aliases.push(Arc::clone(&self.name));
        }
        // As a replica it is another one now.
        self.health.answered();
        Ok(state.open.replace(Arc::new(open)))
    }

    /// How it is open, or was before it was closed.
    pub(super) fn last_options(&self) -> Option<DatabaseOptions> {
        self.read().options.as_deref().cloned()
    }

    /// Puts `open` in place of a new database without an alias.
    pub(super) fn put(&self, open: Open) -> Arc<Open> {
        let open = Arc::new(open);
        self.write().open = Some(Arc::clone(&open));
        open
    }

    /// Takes the pool out of place and gives all its names free.
    pub(super) fn uninstall(self: &Arc<Self>, ticket: Ticket) -> Option<Arc<Open>> {
        registry::change(|names| {
            let mut state = self.write();
            if ticket.0 < state.ticket {
                return None;
            }
            names.release(self);
            state.ticket = ticket.0;
            state.open.take()
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // Never left half-written.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes what is idle; what is at work is closed when it comes back. All is closed by the first poll.
    pub(super) async fn retire(&self) {
        let replicas = self.take_replicas();
        let pools = replicas.iter().map(|(_, open)| &open.pool).chain([&self.pool]);
        join_all(pools.map(|pool| pool.close(Some(Duration::ZERO)))).await;
    }

    /// Closes the pool and those of its replicas, and waits for what is at work. Transactions that are open when there is no
    /// more patience are rolled back. All are closed by the first poll.
    pub(super) async fn close(&self, owner: &Shared, patience: Duration) {
        let replicas = self.take_replicas();
        let pools =
            replicas.iter().map(|(replica, open)| (&**replica, &open.pool)).chain([(owner, &self.pool)]);
        join_all(pools.map(|(database, pool)| pool.close_or(patience, || database.running.end(pool.id()))))
            .await;
    }

    /// Takes the pools of the replicas out of place.
    fn take_replicas(&self) -> Vec<(Arc<Shared>, Arc<Self>)> {
        let members = self.replicas.as_deref().map_or(&[][..], Group::members);
        let taken = |replica: &Arc<Shared>| Some((Arc::clone(replica), replica.write().open.take()?));
        members.iter().filter_map(taken).collect()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.open();
        f.debug_struct("Database")
            .field("name", &self.name)
            .field("url", &open.as_ref().map(|open| open.url.as_str()))
            .finish_non_exhaustive()
    }
}
