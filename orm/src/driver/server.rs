//! Which server a connection talks to.

use std::fmt;

/// A database system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Backend {
    /// SQLite, linked into the program
    Sqlite,
    /// PostgreSQL
    Postgres,
    /// MySQL
    MySql,
    /// MariaDB
    MariaDb,
}

impl Backend {
    /// Those that this build of the crate can talk to.
    #[must_use]
    pub fn compiled_in() -> Vec<Self> {
        let all = [
            (Self::Sqlite, cfg!(feature = "sqlite")),
            (Self::Postgres, cfg!(feature = "postgres")),
            (Self::MySql, cfg!(feature = "mysql")),
            (Self::MariaDb, cfg!(feature = "mysql")),
        ];
        all.into_iter().filter(|(_, there)| *there).map(|(backend, _)| backend).collect()
    }

    /// The system's own name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A database system and its version: what decides which SQL is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    pub(crate) backend: Backend,
    /// Major, minor, patch.
    pub(crate) version: (u16, u16, u16),
}

impl Server {
    /// A version of a backend that has everything that any has.
    pub(crate) const fn with_everything(backend: Backend) -> Self {
        Self { backend, version: (u16::MAX, 0, 0) }
    }

    /// The oldest version of a backend that is supported: SQL without a connection is written for it.
    pub(crate) const fn oldest_supported(backend: Backend) -> Self {
        let version = match backend {
            Backend::Sqlite => (3, 37, 0),
            Backend::Postgres => (13, 0, 0),
            Backend::MySql => (8, 0, 16),
            Backend::MariaDb => (10, 6, 0),
        };
        Self { backend, version }
    }
}
