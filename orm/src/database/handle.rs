//! The handle of a database.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::close::Close;
use super::create;
use super::operation::Operation;
use super::options::DatabaseOptions;
use super::registry;
use super::shared::{Open, Shared};
use crate::driver::Backend;
use crate::error::Result;
use crate::exec::held::Held;
use crate::transaction::{Tx, ambient};

/// A database: a cheap handle, whose clones are all the same database.
///
/// A deferred one is declared in a static and bound to a URL when the program runs:
///
/// ```
/// use orm::Database;
///
/// static DB: Database = Database::deferred("default");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// DB.init("sqlite::memory:").await?;
/// DB.ping().await?;
/// DB.close().await?;
/// # Ok(())
/// # }
/// ```
///
/// From `init` to `close` its name is an alias that `.using("…")` and [`db::get`](crate::db::get) know; two open
/// databases of one name are an error. [`Database::open`] makes one that no alias leads to, unless
/// [`db::register`](crate::db::register) gives it one.
pub struct Database {
    /// Of a deferred database; else the name is in `shared`.
    name: &'static str,
    shared: OnceLock<Arc<Shared>>,
}

impl Database {
    /// A database that is bound later, by [`init`](Database::init).
    #[must_use]
    pub const fn deferred(name: &'static str) -> Self {
        Self { name, shared: OnceLock::new() }
    }

    /// Opens a database that is reached by this handle and its clones alone: the name is for messages, and any
    /// number of databases may have it. It is closed by `close`, or when the last handle is dropped.
    ///
    /// Takes a URL or [`DatabaseOptions`]. Opens one connection, so that a wrong URL, host or password fails here.
    ///
    /// # Errors
    ///
    /// As for [`init`](Database::init).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future opens nothing.
    pub fn open(name: &str, options: impl Into<DatabaseOptions>) -> Operation<'static, Self> {
        let shared = Shared::new(name, false);
        let options = options.into();
        Operation::new(async move {
            init(&shared, options, false).await?;
            Ok(Self::from(shared))
        })
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        self.shared.get_or_init(|| Shared::new(self.name, true))
    }

    /// Binds the database to a URL, or to [`DatabaseOptions`], and makes its name an alias. A database that is bound
    /// already is re-targeted: queries that run finish where they are, later ones go to the new place, and the old
    /// connections are closed as they come back.
    ///
    /// Opens one connection first, so that a wrong URL, host or password fails here, with its cause; then everything
    /// stays as it was.
    ///
    /// # Errors
    ///
    /// `Config`, `UnsupportedScheme` or `Unsupported` for the URL; `AlreadyInitialized` if another open database has
    /// the name; `Connect` or `PoolTimeout` if there is no connection to be had.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before its end leaves the database bound as it was, or as it is to be; never in between.
    pub fn init(&self, options: impl Into<DatabaseOptions>) -> Operation<'static, ()> {
        self.init_with(options.into(), false)
    }

    /// Binds the database as [`init`](Database::init) does, but leaves connecting to the first query.
    ///
    /// # Errors
    ///
    /// As for [`init`](Database::init), but those of connecting.
    ///
    /// # Cancel safety
    ///
    /// As for [`init`](Database::init).
    pub fn init_lazy(&self, options: impl Into<DatabaseOptions>) -> Operation<'static, ()> {
        self.init_with(options.into(), true)
    }

    fn init_with(&self, options: DatabaseOptions, lazy: bool) -> Operation<'static, ()> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move { init(&shared, options, lazy).await })
    }

    /// Opens a connection, unless one is open: whether it did. For a database that was bound by
    /// [`init_lazy`](Database::init_lazy), before its first query would.
    ///
    /// # Errors
    ///
    /// `NotInitialized` if it is not bound, or was closed: it is never opened again silently. `Connect` or `PoolTimeout`
    /// if there is no connection to be had.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future costs one connection at most.
    pub fn connect(&self) -> Operation<'static, bool> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            let open = shared.open().ok_or_else(|| shared.not_initialized())?;
            if open.pool.stats().size > 0 {
                return Ok(false);
            }
            open.pool.connect_now().await.map_err(|error| error.with_database(shared.name()))?;
            Ok(true)
        })
    }

    /// Closes the database and frees its names: whether it was open. It can be bound again.
    ///
    /// New queries fail at once, those that wait for a connection too. Waits for queries and transactions that run, for
    /// 30 seconds, or as long as [`patience`](Close::patience) says; transactions that are open then are rolled back.
    ///
    /// # Errors
    ///
    /// `CloseInTransaction` inside a transaction on this database, which it would wait for.
    ///
    /// # Cancel safety
    ///
    /// The database is closed as soon as the future was polled once; dropped later, it only waits no more.
    pub fn close(&self) -> Close {
        Close::one(Arc::clone(self.shared()))
    }

    /// Whether the database is bound.
    #[must_use]
    pub fn is_initialized(&self) -> bool {
        self.opened().is_some()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.shared.get().map_or(self.name, |shared| shared.name())
    }

    /// The URL it is bound to, without password and options. None while it is not bound.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        self.opened().map(|open| open.url.clone())
    }

    /// The database system, as the first connection found it. None before that.
    #[must_use]
    pub fn backend(&self) -> Option<Backend> {
        Some(self.opened()?.pool.server()?.backend)
    }

    /// Major, minor and patch version of the server, as the first connection found it. None before that.
    #[must_use]
    pub fn server_version(&self) -> Option<(u16, u16, u16)> {
        Some(self.opened()?.pool.server()?.version)
    }

    /// The replicas that it was opened with ([`DatabaseOptions::replica`]), in order. None while it is not bound.
    ///
    /// They are closed together with it. `.using(..)` reads from one of them.
    #[must_use]
    pub fn replicas(&self) -> Vec<Self> {
        let open = self.opened();
        let group = open.as_ref().and_then(|open| open.replicas.as_deref());
        group.map_or_else(Vec::new, |group| group.members().iter().cloned().map(Self::from).collect())
    }

    /// Asks the server for a sign of life, on a connection of the pool.
    ///
    /// # Errors
    ///
    /// `NotInitialized`; those of getting a connection; `ConnectionLost`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future costs one connection at most.
    pub fn ping(&self) -> Operation<'static, ()> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move {
            let mut held = Held::from(shared.acquire().await?);
            held.ping().await.map_err(|error| error.with_database(shared.name()))
        })
    }

    /// The transaction that is open around this task on this database, the innermost block of it: the one that queries join
    /// without being told. None outside of one, in a task that was spawned inside of one, and beside a
    /// [`Transaction`](crate::Transaction), which nobody joins.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// use orm::Database;
    ///
    /// let db = Database::open("main", "sqlite::memory:").await?;
    /// assert!(db.current_transaction().is_none());
    /// let depth = orm::atomic(async |_| Ok::<_, orm::Error>(db.current_transaction().map(|tx| tx.depth()))).using(&db);
    /// assert_eq!(depth.await?, Some(0));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn current_transaction(&self) -> Option<Tx> {
        ambient::on(self.shared.get()?)
    }

    /// Creates the tables of every model of the program on this database, where they are missing. A table stays out if
    /// a router does not allow it here ([`Router::allow_migrate`](crate::Router::allow_migrate)).
    ///
    /// All or nothing where the backend can roll tables back: on SQLite and PostgreSQL.
    ///
    /// # Errors
    ///
    /// `Schema` if two models use one table; whatever the database says.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future rolls back on SQLite and PostgreSQL; on MySQL and MariaDB some tables may be there.
    pub fn create_all(&self) -> Operation<'static, ()> {
        let shared = Arc::clone(self.shared());
        Operation::new(async move { create::create_allowed(&shared).await })
    }

    pub(super) fn opened(&self) -> Option<Arc<Open>> {
        self.shared.get()?.open()
    }
}

pub(super) async fn init(shared: &Arc<Shared>, options: DatabaseOptions, lazy: bool) -> Result<()> {
    let ticket = shared.ticket();
    if shared.is_listed() {
        // Not worth a connection if it cannot succeed.
        registry::change(|names| names.check(shared))?;
    }
    let open = shared.connect(options, lazy).await?;
    match registry::change(|names| shared.install(names, ticket, open)) {
        Ok(None) => Ok(()),
        Ok(Some(old)) => {
            old.retire().await;
            Ok(())
        }
        Err((error, open)) => {
            open.retire().await;
            Err(error)
        }
    }
}

impl From<Arc<Shared>> for Database {
    fn from(shared: Arc<Shared>) -> Self {
        Self { name: "", shared: OnceLock::from(shared) }
    }
}

impl Clone for Database {
    fn clone(&self) -> Self {
        Self::from(Arc::clone(self.shared()))
    }
}

/// Two handles are equal if they are the same database.
impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.shared(), other.shared())
    }
}

impl Eq for Database {}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("name", &self.name())
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}
