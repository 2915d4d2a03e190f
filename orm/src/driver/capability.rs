//! What one database can do and another cannot.

use std::fmt;

use super::server::{Backend, Server};

/// Something that not every database can do. Asked by [`Database::supports`](crate::Database::supports), so that a program
/// can choose another way.
///
/// A query that needs what is not there is [`Unsupported`](crate::ErrorKind::Unsupported) before anything is sent, whether it
/// was asked or not. The guide has the whole list of what differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Capability {
    /// `for_update` and `for_share`
    RowLocks,
    /// The lock of [`SqliteLock`](crate::SqliteLock)
    DatabaseLocks,
    /// `schema` of a model or a `Meta`, whatever the connection
    Schemas,
    /// Fields of type `Vec<T>`
    Arrays,
    /// Fields of type [`Hstore`](crate::Hstore)
    Hstore,
    /// `eq` and `ne` of JSON
    JsonEquality,
    /// An `update` that sets a column from other rows
    UpdateFromRows,
    /// Tables made and changed inside of a transaction, and rolled back with it
    TransactionalDdl,
    /// Foreign keys that are set to their default
    SetDefault,
    /// Indexes with a condition
    PartialIndexes,
    /// Indexes on expressions
    ExpressionIndexes,
    /// Index methods but `btree`
    IndexMethods,
    /// Descending parts of an index
    DescendingIndexes,
    /// Generated columns that are not stored
    VirtualColumns,
    /// Full-text indexes
    FullText,
    /// `lower`, `upper` and look-ups that ignore case
    CaseMapping,
    /// Functions of the program's own, [`SqliteFunctions`](crate::SqliteFunctions)
    #[cfg(feature = "sqlite")]
    OwnFunctions,
}

impl Capability {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::RowLocks,
        Self::DatabaseLocks,
        Self::Schemas,
        Self::Arrays,
        Self::Hstore,
        Self::JsonEquality,
        Self::UpdateFromRows,
        Self::TransactionalDdl,
        Self::SetDefault,
        Self::PartialIndexes,
        Self::ExpressionIndexes,
        Self::IndexMethods,
        Self::DescendingIndexes,
        Self::VirtualColumns,
        Self::FullText,
        Self::CaseMapping,
        #[cfg(feature = "sqlite")]
        Self::OwnFunctions,
    ];

    /// What it is called in an error.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RowLocks => "row locks",
            Self::DatabaseLocks => "a lock of the whole database: servers lock rows as statements need them",
            Self::Schemas => "schemas",
            Self::Arrays => "arrays",
            Self::Hstore => "hstore",
            Self::JsonEquality => "comparison of JSON values",
            Self::UpdateFromRows => "updates from other rows",
            Self::TransactionalDdl => "tables made inside of a transaction",
            Self::SetDefault => "foreign keys that are set to their default",
            Self::PartialIndexes => "partial indexes",
            Self::ExpressionIndexes => "indexes on expressions",
            Self::IndexMethods => "index methods but `btree`",
            Self::DescendingIndexes => "descending parts of an index",
            Self::VirtualColumns => "virtual generated columns",
            Self::FullText => "full-text indexes",
            Self::CaseMapping => "upper and lower case",
            #[cfg(feature = "sqlite")]
            Self::OwnFunctions => "functions of the program's own",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Server {
    /// Whether this version has it.
    pub(crate) const fn has(self, capability: Capability) -> bool {
        use Backend::{MariaDb, MySql, Postgres, Sqlite};
        let backend = self.backend;
        match capability {
            Capability::RowLocks | Capability::Schemas => !matches!(backend, Sqlite),
            Capability::DatabaseLocks => matches!(backend, Sqlite),
            #[cfg(feature = "sqlite")]
            Capability::OwnFunctions => matches!(backend, Sqlite),
            Capability::Arrays | Capability::Hstore | Capability::JsonEquality | Capability::IndexMethods => {
                matches!(backend, Postgres)
            }
            Capability::UpdateFromRows
            | Capability::TransactionalDdl
            | Capability::SetDefault
            | Capability::PartialIndexes => matches!(backend, Sqlite | Postgres),
            Capability::ExpressionIndexes => !matches!(backend, MariaDb),
            Capability::DescendingIndexes => !matches!(backend, MariaDb) || self.is_at_least(10, 8, 0),
            Capability::VirtualColumns => !matches!(backend, Postgres) || self.is_at_least(18, 0, 0),
            Capability::FullText => match backend {
                // Columns that nobody sees who does not ask for them.
                MySql => self.is_at_least(8, 0, 23),
                // Letters are made small.
                MariaDb => self.is_at_least(10, 10, 1),
                Sqlite | Postgres => true,
            },
            Capability::CaseMapping => !matches!(backend, MariaDb) || self.is_at_least(10, 10, 1),
        }
    }

    /// Whether its version is this one or a later one.
    const fn is_at_least(self, major: u16, minor: u16, patch: u16) -> bool {
        let (has, wants) = (self.version, (major, minor, patch));
        if has.0 != wants.0 {
            return has.0 > wants.0;
        }
        if has.1 != wants.1 { has.1 > wants.1 } else { has.2 >= wants.2 }
    }
}

impl Backend {
    /// Whether the oldest supported version of the database system can do that, and so every other.
    ///
    /// # Examples
    ///
    /// ```
    /// use orm::{Backend, Capability};
    ///
    /// assert!(Backend::MySql.supports(Capability::RowLocks) && !Backend::Sqlite.supports(Capability::RowLocks));
    /// ```
    #[must_use]
    pub const fn supports(self, capability: Capability) -> bool {
        Server::oldest_supported(self).has(capability)
    }
}
