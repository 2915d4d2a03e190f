//! SQLite, said without a URL.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::{DatabaseOptions, Source, set};
use crate::driver::DatabaseUrl;
#[cfg(feature = "sqlite")]
use crate::driver::SqliteFunctions;
use crate::error::Result;
use crate::pool::PoolOptions;

/// A SQLite database, in a file or in memory: [`DatabaseOptions::sqlite`], [`DatabaseOptions::memory`].
///
/// Unless something else is said, every connection has `journal_mode` WAL (of a file), `synchronous` NORMAL, a cache of
/// 10000 pages and `foreign_keys` on, and waits up to 5 seconds for a lock. A file that is missing is made.
///
/// # Examples
///
/// ```
/// use orm::{Database, DatabaseOptions};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let options = DatabaseOptions::memory().pragma("cache_size", -64_000).pragma("temp_store", "MEMORY");
/// let db = Database::open("notes", options).await?;
/// # db.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "it is to be given to `init`, `open` or `connect`"]
pub struct SqliteOptions {
    /// None in memory.
    file: Option<PathBuf>,
    options: Vec<(String, String)>,
    pragmas: Vec<(String, String)>,
    pool: PoolOptions,
    #[cfg(feature = "sqlite")]
    functions: SqliteFunctions,
}

impl SqliteOptions {
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            options: Vec::new(),
            pragmas: Vec::new(),
            pool: PoolOptions::new(),
            #[cfg(feature = "sqlite")]
            functions: SqliteFunctions::new(),
        }
    }

    /// Sets a pragma on every connection, in the order in which they are said. One of the same name as a default replaces
    /// it.
    ///
    /// A name that SQLite does not know, or a value that is neither a word, a number nor text in single quotes, is a
    /// `Config` error when the database is opened.
    pub fn pragma(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        set(&mut self.pragmas, name.into(), value.to_string());
        self
    }

    /// How long a statement waits for a lock of the file. 5 seconds by default; zero does not wait.
    pub fn busy_timeout(self, limit: Duration) -> Self {
        self.option("busy_timeout", limit.as_millis())
    }

    /// Only reads: the file has to be there.
    pub fn read_only(self) -> Self {
        self.option("mode", "ro")
    }

    /// Whether a file that is missing is made. True by default.
    pub fn create_if_missing(self, create: bool) -> Self {
        self.option("mode", if create { "rwc" } else { "rw" })
    }

    /// An option as in the query of a URL. Said again, the last one counts.
    pub fn option(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        set(&mut self.options, key.into(), value.to_string());
        self
    }

    /// With these functions, aggregates and collations of the program's own on every connection.
    #[cfg(feature = "sqlite")]
    pub fn functions(mut self, functions: SqliteFunctions) -> Self {
        self.functions = functions;
        self
    }

    /// With these options of the pool.
    pub fn pool(mut self, options: PoolOptions) -> Self {
        self.pool = options;
        self
    }

    /// What a URL would say.
    pub(super) fn url(&self) -> Result<DatabaseUrl> {
        let url = match &self.file {
            Some(path) => DatabaseUrl::file(path)?,
            None => DatabaseUrl::memory()?,
        };
        url.with_params(self.options.clone())
    }

    pub(super) fn pragmas(&self) -> &[(String, String)] {
        &self.pragmas
    }
}

impl From<SqliteOptions> for DatabaseOptions {
    fn from(options: SqliteOptions) -> Self {
        let pool = options.pool.clone();
        #[cfg(feature = "sqlite")]
        let functions = options.functions.clone();
        let options = Self::new(Source::Sqlite(options), pool);
        #[cfg(feature = "sqlite")]
        let options = options.functions(functions);
        options
    }
}

/// Options and pragmas by their names alone: some builds of SQLite take a key that way.
impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |list: &[(String, String)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("SqliteOptions")
            .field("file", &self.file)
            .field("options", &names(&self.options))
            .field("pragmas", &names(&self.pragmas))
            .field("pool", &self.pool)
            .finish()
    }
}
