//! What `init` takes.

use std::fmt;

use super::replicas::ReplicaOptions;
use crate::error::Result;
use crate::pool::{Config, Pool, PoolOptions};

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
/// ```
#[derive(Clone)]
pub struct DatabaseOptions {
    url: String,
    pool: PoolOptions,
    pub(super) replicas: ReplicaOptions,
}

impl DatabaseOptions {
    /// The database behind this URL.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self { url: url.into(), pool: PoolOptions::new(), replicas: ReplicaOptions::default() }
    }

    /// With these options of the pool.
    #[must_use]
    pub fn pool(mut self, options: PoolOptions) -> Self {
        self.pool = options;
        self
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

    /// Takes the URL apart.
    ///
    /// # Errors
    ///
    /// `Config`, `UnsupportedScheme` or `Unsupported`.
    pub(super) fn parse(self) -> Result<Config> {
        let config = Config::parse(&self.url)?;
        Ok(Config { pool: self.pool.or(config.pool), ..config })
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
        match Config::parse(&self.url) {
            Ok(config) => out.field("url", &config.url),
            // Whatever is wrong with it may be a piece of a password.
            Err(_) => out.field("url", &format_args!("(not a valid URL)")),
        };
        out.field("pool", &self.pool).field("replicas", &self.replicas).finish()
    }
}
