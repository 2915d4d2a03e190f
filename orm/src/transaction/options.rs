//! How a transaction is begun.

use crate::driver::Backend;

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

/// What was said about a transaction before it begins. Only the outermost block may say something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) read_only: bool,
}

impl Options {
    /// The statements that begin such a transaction, each to be sent by itself.
    ///
    /// SQLite takes the write lock at once unless nothing is to be written: a transaction that reads first and writes
    /// later can otherwise fail at the write, with nothing left to do but to begin again.
    pub(crate) fn begin(self, backend: Backend) -> Vec<String> {
        match backend {
            Backend::Sqlite if self.read_only => vec!["BEGIN".into(), "PRAGMA query_only = ON".into()],
            Backend::Sqlite => vec!["BEGIN IMMEDIATE".into()],
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
