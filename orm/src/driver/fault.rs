//! What went wrong on the way to a server, as an error of ours without the values of any row.
//!
//! [`ErrorKind::ConnectionLost`] says that the connection must not be used again. Every other kind leaves it
//! ready for the next statement.

use std::fmt;
use std::path::PathBuf;

use crate::error::{ConnectCause, Error, ErrorKind};

/// What a server or the way to it said, without the values of any row: the source of our errors.
///
/// sqlx's own errors are not kept: they hold the server's message whole, and with it the values of the row.
#[derive(Debug)]
pub(super) struct Report {
    /// The SQLSTATE, and for MySQL the error number.
    code: Option<String>,
    message: String,
}

impl Report {
    pub(super) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Some(code.into()), message: message.into() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Report {}

/// Where an error came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// While the connection was being opened.
    Connect,
    /// On an open connection.
    Run,
}

/// The error for everything that the server did not say itself.
#[cold]
pub(super) fn from_driver(error: &sqlx::Error, phase: Phase) -> Error {
    if phase == Phase::Connect {
        return refused(cause(error), one_line(&error.to_string()));
    }
    match error {
        // Raised before or between statements: nothing is left half read.
        sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::Configuration(_)
        | sqlx::Error::InvalidArgument(_) => {
            Error::new(ErrorKind::Database { code: None, message: error.to_string() })
        }
        // Anything else may have ended in the midst of an answer.
        _ => lost(Report { code: None, message: error.to_string() }),
    }
}

/// Why there is no connection, if the server did not say.
fn cause(error: &sqlx::Error) -> ConnectCause {
    match error {
        sqlx::Error::Tls(_) => ConnectCause::Tls,
        sqlx::Error::Io(error) => match error.kind() {
            std::io::ErrorKind::TimedOut => ConnectCause::TimedOut,
            // What the handshake of TLS ends with: no other part of connecting says so.
            std::io::ErrorKind::InvalidData => ConnectCause::Tls,
            _ => ConnectCause::Unreachable,
        },
        _ => ConnectCause::Other,
    }
}

/// The error for a file of an option that cannot be read, if that is why there is no connection: sqlx does not say
/// which.
#[cold]
pub(super) fn unreadable(files: &[(&'static str, PathBuf)], error: &sqlx::Error) -> Option<Error> {
    if !matches!(error, sqlx::Error::Io(_)) {
        return None;
    }
    files.iter().find_map(|(key, path)| {
        let error = std::fs::File::open(path).err()?;
        Some(refused(
            ConnectCause::Tls,
            format!("`{key}` names `{}`: {}", path.display(), one_line(&error.to_string())),
        ))
    })
}

/// The error for a connection that could not be opened.
#[cold]
pub(super) fn refused(cause: ConnectCause, reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Connect { cause, reason: reason.into() })
}

#[cold]
pub(super) fn lost(report: Report) -> Error {
    Error::new(ErrorKind::ConnectionLost).with_source(report)
}

/// A message on one line: some servers break theirs.
pub(super) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message without what stands between its first and its last quotation mark: where a value is, and
/// however many quotation marks the value itself has.
pub(super) fn without_quoted(message: &str) -> String {
    let quote = |c: char| matches!(c, '"' | '\'');
    match (message.find(quote), message.rfind(quote)) {
        (Some(first), Some(last)) => {
            let before = message.get(..first).unwrap_or_default();
            let after = message.get(last + 1..).unwrap_or_default();
            one_line(&format!("{before}…{after}"))
        }
        _ => one_line(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_are_left_out() {
        assert_eq!(
            without_quoted("invalid input syntax for type integer: \"secret: \"x\"\""),
            "invalid input syntax for type integer: …"
        );
        assert_eq!(
            without_quoted("value \"99\" is out of range for type integer"),
            "value … is out of range for type integer"
        );
        assert_eq!(
            without_quoted("Incorrect integer value: 'it's' for column `d`.`t`.`n` at row 1"),
            "Incorrect integer value: … for column `d`.`t`.`n` at row 1"
        );
        assert_eq!(without_quoted("value too long\nfor type"), "value too long for type");
    }
}
