//! How a database is opened.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::own::SqliteFunctions;

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// In memory, private to the connection, gone when it is closed.
    Memory,
    File(PathBuf),
}

/// How to open a connection.
#[derive(Clone)]
pub(crate) struct ConnectOptions {
    pub(crate) location: Location,
    /// Whether to create the file if there is none. On by default.
    pub(crate) create_if_missing: bool,
    pub(crate) read_only: bool,
    /// The file is known not to change, by anybody: SQLite takes no locks. Implies `read_only`.
    pub(crate) immutable: bool,
    /// How long a statement waits for another writer. 5 seconds by default.
    pub(crate) busy_timeout: Duration,
    /// Pragmas to set, in this order, behind the defaults: WAL if it is a file that can be written,
    /// `synchronous = NORMAL`, `cache_size = 10000` (pages), `foreign_keys = ON`. One of the same name replaces
    /// the default; `busy_timeout`, in milliseconds, replaces the option above.
    pub(crate) pragmas: Vec<(String, String)>,
    /// How many statements to keep prepared. 256 by default.
    pub(crate) statement_cache: usize,
    /// What the program adds.
    pub(crate) functions: SqliteFunctions,
}

impl ConnectOptions {
    /// A database in memory, private to the connection.
    pub(crate) fn memory() -> Self {
        Self::at(Location::Memory)
    }

    /// A database in a file.
    pub(crate) fn file(path: impl Into<PathBuf>) -> Self {
        Self::at(Location::File(path.into()))
    }

    fn at(location: Location) -> Self {
        Self {
            location,
            create_if_missing: true,
            read_only: false,
            immutable: false,
            busy_timeout: Duration::from_secs(5),
            pragmas: Vec::new(),
            statement_cache: 256,
            functions: SqliteFunctions::new(),
        }
    }
}

/// Names the pragmas without their values: some builds of SQLite take a key that way.
impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pragmas: Vec<_> = self.pragmas.iter().map(|(name, _)| name).collect();
        f.debug_struct("ConnectOptions")
            .field("location", &self.location)
            .field("create_if_missing", &self.create_if_missing)
            .field("read_only", &self.read_only)
            .field("immutable", &self.immutable)
            .field("busy_timeout", &self.busy_timeout)
            .field("pragmas", &pragmas)
            .field("statement_cache", &self.statement_cache)
            .field("functions", &self.functions)
            .finish()
    }
}
