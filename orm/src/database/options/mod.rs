//! What `init` takes: a URL, or the same said without one.

mod secret;
mod server;
mod sqlite;

use std::fmt;
use std::path::PathBuf;

use super::replicas::ReplicaOptions;
#[cfg(feature = "sqlite")]
use crate::driver::SqliteFunctions;
use crate::error::Result;
use crate::pool::{Config, Pool, PoolOptions};
pub use secret::Secret;
pub use server::{ServerOptions, TargetSession, TlsMode};
pub use sqlite::SqliteOptions;

/// Where a database is, and how its connections are pooled.
///
/// A URL alone will do wherever options are taken. What is said here goes before what the URL says in its query.
///
/// # Examples
///
/// ```
/// use orm::{DatabaseOptions, PoolOptions};
///
/// let options = DatabaseOptions::url("postgres://me:secret@localhost/shop")
///     .pool(PoolOptions::new().max_connections(20));
/// assert!(!format!("{options:?}").contains("secret"));
///
/// let same: DatabaseOptions = DatabaseOptions::postgres("shop").user("me").password("secret").host("localhost").into();
/// # let _ = same;
/// ```
#[derive(Clone)]
pub struct DatabaseOptions {
    source: Source,
    pool: PoolOptions,
    pub(super) replicas: ReplicaOptions,
    #[cfg(feature = "sqlite")]
    functions: SqliteFunctions,
}

/// Where the database is.
#[derive(Clone)]
enum Source {
    Url(String),
    Sqlite(SqliteOptions),
    Server(ServerOptions),
}

impl DatabaseOptions {
    /// The database behind this URL.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self::new(Source::Url(url.into()), PoolOptions::new())
    }

    fn new(source: Source, pool: PoolOptions) -> Self {
        Self {
            source,
            pool,
            replicas: ReplicaOptions::default(),
            #[cfg(feature = "sqlite")]
            functions: SqliteFunctions::new(),
        }
    }

    /// SQLite in this file. Every path is one; `:memory:` is, as everywhere, a database in memory.
    pub fn sqlite(path: impl Into<PathBuf>) -> SqliteOptions {
        let path = path.into();
        if path.as_os_str() == ":memory:" { Self::memory() } else { SqliteOptions::new(Some(path)) }
    }

    /// SQLite in memory: a database of its own, gone when it is closed.
    pub fn memory() -> SqliteOptions {
        SqliteOptions::new(None)
    }

    /// A database of a PostgreSQL server, by its name.
    pub fn postgres(database: impl Into<String>) -> ServerOptions {
        ServerOptions::new("postgres", database.into())
    }

    /// A database of a MySQL server, by its name.
    pub fn mysql(database: impl Into<String>) -> ServerOptions {
        ServerOptions::new("mysql", database.into())
    }

    /// A database of a MariaDB server, by its name.
    pub fn mariadb(database: impl Into<String>) -> ServerOptions {
        ServerOptions::new("mariadb", database.into())
    }

    /// With these options of the pool.
    #[must_use]
    pub fn pool(mut self, options: PoolOptions) -> Self {
        self.pool = options;
        self
    }

    /// With these functions, aggregates and collations of the program's own on every connection. For SQLite alone: a server is
    /// a `Config` error.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn functions(mut self, functions: SqliteFunctions) -> Self {
        self.functions = functions;
        self
    }

    /// As a replica of a database with these options: the same queries are sent to it.
    pub(super) fn follow(&mut self, primary: &Self) {
        #[cfg(feature = "sqlite")]
        if self.functions.is_empty() && self.source.config().is_ok_and(|config| config.connect.is_sqlite()) {
            self.functions = primary.functions.clone();
        }
        #[cfg(not(feature = "sqlite"))]
        let _ = primary;
    }

    /// Whether a database could be opened by them, as far as that can be told without asking it.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse); `Config` for options that contradict each other.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let config = self.clone().parse()?;
        Pool::open(name.into(), &config.pool, config.connect).map(drop)
    }

    /// Understands it.
    ///
    /// # Errors
    ///
    /// `Config`, `UnsupportedScheme` or `Unsupported`.
    pub(super) fn parse(self) -> Result<Config> {
        let config = self.source.config()?;
        #[cfg(feature = "sqlite")]
        let config = Config { connect: config.connect.with_functions(self.functions)?, ..config };
        Ok(Config { pool: self.pool.or(config.pool), ..config })
    }
}

impl Source {
    fn config(&self) -> Result<Config> {
        match self {
            Self::Url(url) => Config::parse(url),
            Self::Sqlite(options) => Config::new(&options.url()?, options.pragmas()),
            Self::Server(options) => Config::new(&options.url()?, &[]),
        }
    }
}

/// Sets an option in a list; one that is there already is replaced.
fn set(list: &mut Vec<(String, String)>, key: String, value: String) {
    match list.iter_mut().find(|(known, _)| *known == key) {
        Some((_, known)) => *known = value,
        None => list.push((key, value)),
    }
}

impl From<&str> for DatabaseOptions {
    fn from(url: &str) -> Self {
        Self::url(url)
    }
}

impl From<String> for DatabaseOptions {
    fn from(url: String) -> Self {
        Self::url(url)
    }
}

impl From<&String> for DatabaseOptions {
    fn from(url: &String) -> Self {
        Self::url(url)
    }
}

impl fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("DatabaseOptions");
        match self.source.config() {
            Ok(config) => out.field("url", &config.url),
            // Whatever is wrong with it may be a piece of a password.
            Err(_) => out.field("url", &format_args!("(not a valid URL)")),
        };
        out.field("pool", &self.pool).field("replicas", &self.replicas).finish()
    }
}
