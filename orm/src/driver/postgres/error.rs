//! The server's errors as ours.

use sqlx::postgres::{PgDatabaseError, PgSeverity};

use crate::driver::fault::{Phase, Report, from_driver, lost, one_line, refused, without_quoted};
use crate::error::{ConnectCause, ConstraintKind, ConstraintViolation, Error, ErrorKind};

/// Our error for one of sqlx's, which is not kept: see [`Report`].
#[cold]
pub(super) fn from_sqlx(error: &sqlx::Error, phase: Phase) -> Error {
    let server = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    match server {
        None => from_driver(error, phase),
        Some(error) => from_server(error, phase),
    }
}

fn from_server(error: &PgDatabaseError, phase: Phase) -> Error {
    let code = error.code();
    if phase == Phase::Connect {
        // Says who may not, or what is missing; never a password.
        return refused(cause(code, error.message()), format!("{} ({code})", one_line(error.message())));
    }
    if let Some(kind) = constraint(code) {
        return violation(error, kind);
    }
    let message = message(code, error.message());
    let report = Report::new(code, message.clone());
    let kind = match code {
        // The server ends a session for these; a protocol violation alone it survives.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => return lost(report),
        _ if code.starts_with("08") && code != "08P01" => return lost(report),
        _ if matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic) => return lost(report),
        "40P01" => ErrorKind::Deadlock,
        "40001" => ErrorKind::Serialization,
        "55P03" => ErrorKind::Busy,
        "57014" => ErrorKind::StatementTimeout,
        // Division by zero is no fault of a value that was given.
        _ if is_data(code) && code != "22012" => ErrorKind::InvalidValue { reason: message },
        _ => {
            return Error::new(ErrorKind::Database { code: Some(code.to_owned()), message });
        }
    };
    Error::new(kind).with_source(report)
}

/// Why the server does not let us in.
fn cause(code: &str, message: &str) -> ConnectCause {
    match code {
        // A rule of pg_hba.conf that lets nobody in without TLS; the message is in the language of the server.
        "28000" if message.contains("no encryption") => ConnectCause::Tls,
        "28000" | "28P01" | "42501" => ConnectCause::Denied,
        "3D000" => ConnectCause::NoDatabase,
        "53300" => ConnectCause::Full,
        // It is starting or stopping.
        "57P01" | "57P03" => ConnectCause::Unreachable,
        _ => ConnectCause::Other,
    }
}

fn constraint(code: &str) -> Option<ConstraintKind> {
    Some(match code {
        "23505" => ConstraintKind::Unique,
        // Also: RESTRICT, which differs from NO ACTION in when it is checked.
        "23503" | "23001" => ConstraintKind::ForeignKey,
        "23502" => ConstraintKind::NotNull,
        "23514" => ConstraintKind::Check,
        "23P01" => ConstraintKind::Exclusion,
        _ => return None,
    })
}

/// The server names constraint, table and, for NOT NULL, the column. The columns of a key it names only
/// together with their values, in a text that is not made to be read: they are left out.
fn violation(error: &PgDatabaseError, kind: ConstraintKind) -> Error {
    let mut violation = ConstraintViolation::new(kind);
    // From version 18 on NOT NULL has a constraint's name as well.
    violation.constraint = error.constraint().map(str::to_owned);
    violation.table = error.table().map(str::to_owned);
    violation.columns.extend(error.column().map(str::to_owned));
    // None of these messages holds a value: that is what the detail is for, which is not read.
    let report = Report::new(error.code(), one_line(error.message()));
    Error::new(ErrorKind::Constraint(violation)).with_source(report)
}

/// Class 22: a value is wrong.
fn is_data(code: &str) -> bool {
    code.starts_with("22")
}

/// The server's message without the value that those about data repeat.
fn message(code: &str, message: &str) -> String {
    if is_data(code) { without_quoted(message) } else { one_line(message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_left_out_and_names_are_not() {
        assert_eq!(
            message("22P02", "invalid input syntax for type uuid: \"x\""),
            "invalid input syntax for type uuid: …"
        );
        assert_eq!(
            message("42P01", "relation \"users\" does not exist"),
            "relation \"users\" does not exist"
        );
    }
}
