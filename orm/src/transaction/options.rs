//! How a transaction is begun.

use crate::driver::{Backend, Capability};
use crate::error::{Error, ErrorKind, Result};

/// What a transaction sees of others that run at the same time.
///
/// Each level promises at least what its name says. SQLite runs every transaction serializable, so that any level will
/// do there; PostgreSQL reads nothing uncommitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// May see what others have not committed yet.
    ReadUncommitted,
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see the same.
    RepeatableRead,
    /// As if the transactions had run one after the other.
    Serializable,
}

impl Isolation {
    const fn sql(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "ISOLATION LEVEL READ UNCOMMITTED",
            Self::ReadCommitted => "ISOLATION LEVEL READ COMMITTED",
            Self::RepeatableRead => "ISOLATION LEVEL REPEATABLE READ",
            Self::Serializable => "ISOLATION LEVEL SERIALIZABLE",
        }
    }
}

/// Which lock of the whole file a transaction on SQLite takes when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SqliteLock {
    /// None: the first read takes the one for reading, the first write that for writing. A transaction that reads before it
    /// writes fails with `Busy` at the write if somebody else wrote in between, however long it waits.
    Deferred,
    /// That for writing, while others may still read: what a transaction takes unless it is read-only.
    Immediate,
    /// That for all: nobody else reads either, but in WAL mode, where it is [`Immediate`](Self::Immediate).
    Exclusive,
}

/// What was said about a transaction before it begins. Only the outermost block may say something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) read_only: bool,
    pub(crate) lock: Option<SqliteLock>,
}

impl Options {
    /// Refuses what the backend does not have.
    ///
    /// # Errors
    ///
    /// `Unsupported` for a lock of the whole database on a server.
    pub(crate) fn check(self, backend: Backend) -> Result<()> {
        if self.lock.is_some() && !backend.supports(Capability::DatabaseLocks) {
            let feature = Capability::DatabaseLocks.name();
            return Err(Error::new(ErrorKind::Unsupported { feature, backend: backend.name() }));
        }
        Ok(())
    }

    /// The statements that begin such a transaction, each to be sent by itself.
    ///
    /// SQLite takes the write lock at once unless nothing is to be written: a transaction that reads first and writes
    /// later can otherwise fail at the write, with nothing left to do but to begin again.
    pub(crate) fn begin(self, backend: Backend) -> Vec<String> {
        match backend {
            Backend::Sqlite => {
                let lock = match self.lock {
                    Some(SqliteLock::Deferred) => "BEGIN",
                    Some(SqliteLock::Immediate) => "BEGIN IMMEDIATE",
                    Some(SqliteLock::Exclusive) => "BEGIN EXCLUSIVE",
                    None if self.read_only => "BEGIN",
                    None => "BEGIN IMMEDIATE",
                };
                let mut statements = vec![lock.into()];
                if self.read_only {
                    statements.push("PRAGMA query_only = ON".into());
                }
                statements
            }
            Backend::Postgres => {
                let level = self.isolation.map(|level| format!(" {}", level.sql())).unwrap_or_default();
                vec![format!("BEGIN{level}{}", if self.read_only { " READ ONLY" } else { "" })]
            }
            Backend::MySql | Backend::MariaDb => {
                let mut statements = Vec::new();
                // Holds for the next transaction alone.
                statements.extend(self.isolation.map(|level| format!("SET TRANSACTION {}", level.sql())));
                statements.push(
                    if self.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" }.into(),
                );
                statements
            }
        }
    }
}
