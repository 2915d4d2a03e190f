//! Every reason an operation can fail for.

use std::fmt;
use std::time::Duration;

use super::{ConnectCause, ConstraintViolation, Invalid};

/// The reason of an [`Error`](crate::Error), as data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A query ran on a deferred database before its `init`, or after its `close`.
    NotInitialized,
    /// A query ran on a proxy before its `initialize`.
    ProxyUninitialized,
    /// No database has this name.
    UnknownDatabase {
        /// The names that are known.
        known: Vec<String>,
    },
    /// A database of this name is open already.
    AlreadyInitialized,
    /// A database was to be closed inside of a transaction on it, which closing would wait for.
    CloseInTransaction,
    /// A URL or an option is wrong.
    Config {
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// The URL's scheme is none that this build supports.
    UnsupportedScheme {
        /// The scheme as written.
        scheme: String,
        /// What to do about it.
        hint: String,
    },
    /// The backend has no such feature.
    Unsupported {
        /// What was asked for.
        feature: &'static str,
        /// The backend that lacks it.
        backend: &'static str,
    },
    /// No connection could be opened.
    Connect {
        /// Why, as far as it is known.
        cause: ConnectCause,
        /// What the driver or the operating system said, without secrets.
        reason: String,
    },
    /// An open connection was lost.
    ConnectionLost,
    /// No connection became free in time.
    PoolTimeout {
        /// How long the caller waited.
        waited: Duration,
        /// Connections in use.
        in_use: usize,
        /// Connections open but idle.
        idle: usize,
        /// The most connections the pool may open.
        max: usize,
        /// Callers still waiting.
        waiting: usize,
        /// Why the last attempt to open a connection failed, if it did.
        last_connect_error: Option<String>,
    },
    /// All connections are in use, and `acquire_timeout` is zero: nobody waits.
    PoolExhausted {
        /// Connections in use.
        in_use: usize,
        /// Connections open but idle.
        idle: usize,
        /// The most connections the pool may open.
        max: usize,
        /// Callers waiting.
        waiting: usize,
    },
    /// The pool was closed.
    PoolClosed,
    /// No more tenants can be open at once, and none of them was given up in time.
    TenantLimit {
        /// How long the caller waited.
        waited: Duration,
        /// The most tenants that may be open.
        open: usize,
        /// The most connections that they may have together, if that is limited.
        connections: Option<usize>,
    },
    /// A function of the program panicked that was called for several callers: all of them get this.
    Panicked {
        /// What was going on.
        what: &'static str,
    },
    /// A look-up that demands a row found none.
    NotFound,
    /// A look-up that demands one row found several.
    MultipleObjects,
    /// A write broke a constraint.
    Constraint(ConstraintViolation),
    /// The database chose this transaction as the victim of a deadlock.
    Deadlock,
    /// The transaction could not be serialized.
    Serialization,
    /// The database is locked by another writer.
    Busy,
    /// A statement took longer than it was allowed to.
    StatementTimeout,
    /// A value does not fit where it should go.
    InvalidValue {
        /// What is wrong with it; the value itself is not repeated.
        reason: String,
    },
    /// Values break rules of their fields, and nothing was sent: all of them at once.
    Validation {
        /// The fields, in order, and what is wrong with each.
        invalid: Vec<Invalid>,
    },
    /// A stored value does not fit the Rust type it is read into.
    Decode {
        /// The column, by ordinal from 0.
        column: usize,
        /// The Rust type it should become.
        expected: &'static str,
        /// What was found instead.
        found: String,
    },
    /// The place of a page is not one that this program has given, for this query.
    InvalidCursor {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A client asked for something by name that it may not ask for, or with a value that is none.
    InvalidLookup {
        /// The name, cut if it is long.
        name: String,
        /// What is wrong; the value is not repeated.
        reason: String,
    },
    /// The query itself is wrong in a way that types cannot show.
    InvalidQuery {
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// SQL names a value that was not given.
    MissingParameter {
        /// The name, without the colon.
        name: String,
    },
    /// SQL of one's own holds more than one statement.
    MultipleStatements {
        /// The byte at which the first one ends.
        at: usize,
    },
    /// Columns of a row have the same name, and are to be read by it.
    DuplicateColumn {
        /// The names that are there more than once.
        columns: Vec<String>,
    },
    /// A field was to be written that the model lets nobody write.
    ReadOnly {
        /// Whether an insert may write it, and only updates may not.
        once: bool,
    },
    /// An update or delete without a filter, not said to be for all rows.
    UnfilteredWrite,
    /// The fields that an upsert was to go by are no unique key of the model.
    NotUnique {
        /// The fields, by their Rust names.
        fields: Vec<&'static str>,
        /// The unique keys that there are, each by the Rust names of its fields.
        keys: Vec<Vec<&'static str>>,
    },
    /// `blocking()` was called inside an asynchronous runtime.
    BlockingInsideRuntime,
    /// An asynchronous call was made outside of a Tokio runtime.
    NoRuntime,
    /// The transaction has ended already.
    TransactionClosed,
    /// The transaction took longer than its database allows, and was rolled back.
    TransactionTimeout {
        /// The limit that was passed.
        limit: Duration,
        /// Whether it was idle for so long, or open.
        idle: bool,
    },
    /// An earlier statement of the transaction failed; `source` is its error.
    TransactionBroken,
    /// The future of an earlier statement of the transaction was dropped before its end. Found as the source of
    /// `TransactionBroken`.
    Cancelled,
    /// Two models use one table, or a model uses one in a way that cannot be created.
    Schema {
        /// What is wrong.
        reason: String,
    },
    /// The database refused the statement for another reason.
    Database {
        /// The SQLSTATE or the backend's own code.
        code: Option<String>,
        /// What the database said.
        message: String,
    },
}

impl ErrorKind {
    /// What a database or a driver said, where that is part of the kind.
    pub(super) fn message_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::InvalidValue { reason } => Some(reason),
            Self::Decode { found, .. } => Some(found),
            Self::Database { message, .. } => Some(message),
            _ => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInitialized => f.write_str("the database is not initialized, call `init` first"),
            Self::ProxyUninitialized => {
                f.write_str("the database proxy is not bound, call `initialize` first")
            }
            Self::UnknownDatabase { known } if known.is_empty() => {
                f.write_str("no database of this name, and none is open")
            }
            Self::UnknownDatabase { known } => {
                write!(f, "no database of this name, known are `{}`", known.join("`, `"))
            }
            Self::AlreadyInitialized => f.write_str("a database of this name is open already"),
            Self::CloseInTransaction => {
                f.write_str("a database cannot be closed inside of a transaction on it, close it afterwards")
            }
            Self::Config { reason } => write!(f, "wrong configuration: {reason}"),
            Self::UnsupportedScheme { scheme, hint } => {
                write!(f, "no support for `{scheme}` databases, {hint}")
            }
            Self::Unsupported { feature, backend } => write!(f, "{backend} has no {feature}"),
            Self::Connect { reason, .. } => write!(f, "cannot connect: {reason}"),
            Self::ConnectionLost => f.write_str("the connection was lost"),
            Self::PoolTimeout { waited, in_use, idle, max, waiting, last_connect_error } => {
                write!(
                    f,
                    "no connection within {waited:?}: {in_use} in use, {idle} idle, at most {max}, {waiting} waiting"
                )?;
                match last_connect_error {
                    Some(error) => write!(f, ", last attempt to connect: {error}"),
                    None => Ok(()),
                }
            }
            Self::TenantLimit { waited, open, connections } => {
                write!(f, "no room for another tenant within {waited:?}: at most {open} open")?;
                match connections {
                    Some(connections) => write!(f, ", with {connections} connections, and all in use"),
                    None => f.write_str(", and all in use"),
                }
            }
            Self::PoolExhausted { in_use, idle, max, waiting } => {
                write!(
                    f,
                    "all connections are in use: {in_use} in use, {idle} idle, at most {max}, {waiting} waiting"
                )
            }
            Self::Panicked { what } => write!(f, "{what} panicked"),
            Self::PoolClosed => f.write_str("the database was closed"),
            Self::NotFound => f.write_str("no row matches"),
            Self::MultipleObjects => f.write_str("more than one row matches"),
            Self::Constraint(violation) => write!(f, "{violation}"),
            Self::Deadlock => f.write_str("deadlock, the database gave up this transaction"),
            Self::Serialization => f.write_str("the transaction could not be serialized"),
            Self::Busy => f.write_str("the database is locked"),
            Self::StatementTimeout => f.write_str("the statement took too long"),
            Self::InvalidValue { reason } => write!(f, "{reason}"),
            Self::Validation { invalid } => super::validation::display(invalid, f),
            Self::Decode { column, expected, found } => {
                write!(f, "column {column} cannot be read as `{expected}`: found {found}")
            }
            Self::InvalidLookup { name, reason } => write!(f, "`{name}` cannot be looked up: {reason}"),
            Self::InvalidCursor { reason } => write!(f, "the page cursor is not valid: {reason}"),
            Self::InvalidQuery { reason } => write!(f, "{reason}"),
            Self::MissingParameter { name } => write!(f, "no value for `:{name}`"),
            Self::MultipleStatements { at } => {
                write!(f, "more than one statement: the first ends at byte {at}, send each by itself")
            }
            Self::DuplicateColumn { columns } => {
                write!(f, "several columns are called `{}`, name them apart with `AS`", columns.join("`, `"))
            }
            Self::ReadOnly { once: true } => {
                f.write_str("the field is written once, by the insert of its row")
            }
            Self::ReadOnly { once: false } => f.write_str("the field is read only, the database fills it"),
            Self::UnfilteredWrite => {
                f.write_str("no filter: say `update_all` or `delete_all` to mean every row")
            }
            Self::NotUnique { fields, keys } if keys.is_empty() => {
                write!(f, "`{}` is no unique key, and the model has none", fields.join("` with `"))
            }
            Self::NotUnique { fields, keys } => {
                let keys: Vec<_> = keys.iter().map(|key| format!("`{}`", key.join("` with `"))).collect();
                write!(f, "`{}` is no unique key: there are {}", fields.join("` with `"), keys.join(", "))
            }
            Self::BlockingInsideRuntime => {
                f.write_str("`blocking()` inside an asynchronous runtime, use `.await`")
            }
            Self::NoRuntime => f.write_str("no Tokio runtime is running, use `.blocking()`"),
            Self::TransactionClosed => f.write_str("the transaction has ended"),
            Self::TransactionTimeout { limit, idle } => {
                let how = if *idle { "idle" } else { "open" };
                write!(f, "the transaction was {how} for longer than {limit:?}, and was rolled back")
            }
            Self::TransactionBroken => {
                f.write_str("an earlier statement of this transaction failed, nothing more can run in it")
            }
            Self::Cancelled => {
                f.write_str("an earlier statement of this transaction was given up before its end")
            }
            Self::Schema { reason } => write!(f, "{reason}"),
            Self::Database { code: Some(code), message } => write!(f, "{message} ({code})"),
            Self::Database { code: None, message } => write!(f, "{message}"),
        }
    }
}
