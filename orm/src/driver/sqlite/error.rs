//! What SQLite says when it refuses, and what that means.

use std::ffi::c_int;
use std::fmt;

use libsqlite3_sys as ffi;

use super::function::PREFIX;
use crate::error::{ConstraintKind, ConstraintViolation, Error, ErrorKind};

/// A failure as SQLite told it: the source of the errors that this driver returns.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The extended result code.
    code: c_int,
    message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLite code {})", self.message, self.code)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    #[cold]
    pub(super) fn new(code: c_int, message: String) -> Self {
        Self { code, message }
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// True if another connection is in the way and will get out of it.
    pub(super) fn may_pass(&self) -> bool {
        is_passing(self.code)
    }

    /// True if the statement calls a function of ours that the connection does not have yet.
    pub(super) fn lacks_function(&self) -> bool {
        self.message.strip_prefix("no such function: ").is_some_and(|name| name.starts_with(PREFIX))
    }

    #[cold]
    pub(super) fn into_error(self) -> Error {
        Error::new(kind(self.code, &self.message)).with_source(self)
    }
}

/// True if another connection is in the way and will get out of it.
///
/// A snapshot that another writer made stale is not among them: however long one waits, it stays stale.
/// `SQLITE_LOCKED` by this connection's own statements is not either; with a shared cache it is another's.
pub(super) fn is_passing(code: c_int) -> bool {
    code == ffi::SQLITE_LOCKED_SHAREDCACHE
        || (primary(code) == ffi::SQLITE_BUSY && code != ffi::SQLITE_BUSY_SNAPSHOT)
}

/// The lower eight bits of an extended code.
fn primary(code: c_int) -> c_int {
    code & 0xff
}

fn kind(code: c_int, message: &str) -> ErrorKind {
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ErrorKind::Constraint(named(ConstraintKind::Unique, message))
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::Constraint(named(ConstraintKind::NotNull, message)),
        ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::Constraint(named(ConstraintKind::Check, message)),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => foreign_key(),
        // `ON DELETE RESTRICT` is a trigger inside, with a message of SQLite's own.
        ffi::SQLITE_CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => foreign_key(),
        // The message names the types and the column.
        ffi::SQLITE_CONSTRAINT_DATATYPE => ErrorKind::InvalidValue { reason: message.to_owned() },
        _ => match primary(code) {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => ErrorKind::Busy,
            ffi::SQLITE_TOOBIG | ffi::SQLITE_MISMATCH => {
                ErrorKind::InvalidValue { reason: message.to_owned() }
            }
            // What `abs` says, by which our arithmetic refuses what leaves the integers, and `sum`.
            ffi::SQLITE_ERROR if message == "integer overflow" => ErrorKind::InvalidValue {
                reason: "a calculation left the range of 64-bit integers".to_owned(),
            },
            _ => ErrorKind::Database { code: Some(code.to_string()), message: message.to_owned() },
        },
    }
}

fn foreign_key() -> ErrorKind {
    ErrorKind::Constraint(ConstraintViolation::new(ConstraintKind::ForeignKey))
}

/// Reads what SQLite names behind the colon: `table.column, table.column`, `index 'name'`, or for a check its
/// name or, without one, its text.
fn named(kind: ConstraintKind, message: &str) -> ConstraintViolation {
    let mut violation = ConstraintViolation::new(kind);
    let Some((_, named)) = message.split_once(" constraint failed: ") else { return violation };
    if kind == ConstraintKind::Check {
        if is_word(named) {
            violation.constraint = Some(named.to_owned());
        } else {
            violation.said = Some(named.to_owned());
        }
    } else if let Some(index) = named.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        violation.constraint = Some(index.to_owned());
    } else if let Some((table, columns)) = table_and_columns(named) {
        violation.table = Some(table.to_owned());
        violation.columns = columns;
    }
    violation
}

/// Names are not quoted in messages: with further dots or several tables it is not certain what is meant.
fn table_and_columns(named: &str) -> Option<(&str, Vec<String>)> {
    let mut table = None;
    let mut columns = Vec::new();
    for part in named.split(", ") {
        let (of, column) = part.split_once('.')?;
        if column.contains('.') || *table.get_or_insert(of) != of {
            return None;
        }
        columns.push(column.to_owned());
    }
    table.map(|table| (table, columns))
}

/// True for a bare name, which the text of a check hardly ever is.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// The error for what sqlx says about its worker.
#[cold]
pub(super) fn from_sqlx(error: sqlx::Error) -> Error {
    let kind = match &error {
        sqlx::Error::WorkerCrashed => ErrorKind::ConnectionLost,
        other => match from_sqlx_database(other) {
            Some(failure) => return failure.into_error(),
            None => ErrorKind::Database { code: None, message: other.to_string() },
        },
    };
    Error::new(kind).with_source(error)
}

/// SQLite's own words, if it is SQLite that sqlx had trouble with.
pub(super) fn from_sqlx_database(error: &sqlx::Error) -> Option<Failure> {
    let error = error.as_database_error()?;
    let code = error.code()?.parse().ok()?;
    Some(Failure::new(code, error.message().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(code: c_int, message: &str) -> ConstraintViolation {
        match Failure::new(code, message.to_owned()).into_error().kind() {
            ErrorKind::Constraint(violation) => violation.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_are_read_where_they_are_certain() {
        let unique = |named: &str| {
            violation(ffi::SQLITE_CONSTRAINT_UNIQUE, &format!("UNIQUE constraint failed: {named}"))
        };
        let two = unique("users.first, users.last");
        assert_eq!(two.table.as_deref(), Some("users"));
        assert_eq!(two.columns, ["first", "last"]);
        assert_eq!(unique("index 'lower_name'").constraint.as_deref(), Some("lower_name"));
        // A dot in a name, or a comma: nothing is guessed.
        for unclear in ["my.users.name", "users.a, b", "users.a, posts.b"] {
            let unclear = unique(unclear);
            assert_eq!((unclear.table, unclear.columns), (None, vec![]));
        }
        let check = |named: &str| {
            violation(ffi::SQLITE_CONSTRAINT_CHECK, &format!("CHECK constraint failed: {named}")).constraint
        };
        assert_eq!(check("users_age_check").as_deref(), Some("users_age_check"));
        assert_eq!(check("age > 0"), None);
    }

    #[test]
    fn waiting_helps_against_locks_but_not_against_stale_snapshots() {
        assert!(is_passing(ffi::SQLITE_BUSY));
        assert!(is_passing(ffi::SQLITE_BUSY_RECOVERY));
        assert!(!is_passing(ffi::SQLITE_BUSY_SNAPSHOT));
        assert!(!is_passing(ffi::SQLITE_LOCKED));
        assert!(!is_passing(ffi::SQLITE_CONSTRAINT_UNIQUE));
        let stale = Failure::new(ffi::SQLITE_BUSY_SNAPSHOT, "database is locked".to_owned()).into_error();
        assert_eq!(*stale.kind(), ErrorKind::Busy);
        assert!(stale.is_retryable());
    }
}
