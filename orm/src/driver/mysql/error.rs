//! The server's errors as ours.

use sqlx::mysql::MySqlDatabaseError;

use crate::driver::fault::{Phase, Report, from_driver, lost, one_line, refused, without_quoted};
use crate::error::{ConnectCause, ConstraintKind, ConstraintViolation, Error, ErrorKind};

/// Our error for one of sqlx's, which is not kept: see [`Report`].
#[cold]
pub(super) fn from_sqlx(error: &sqlx::Error, phase: Phase) -> Error {
    let server = error.as_database_error().and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>());
    match server {
        None => from_driver(error, phase),
        Some(error) => from_server(error.number(), error.code().unwrap_or("HY000"), error.message(), phase),
    }
}

fn from_server(number: u16, state: &str, message: &str, phase: Phase) -> Error {
    let code = format!("{state}, {number}");
    if phase == Phase::Connect {
        // Says who may not, or what is missing; never a password.
        return refused(cause(number), format!("{} ({code})", one_line(message)));
    }
    if let Some(violation) = violation(number, state, message) {
        // The server's own words repeat the row.
        let report = Report::new(code, format!("{violation}"));
        return Error::new(ErrorKind::Constraint(violation)).with_source(report);
    }
    let message = match number {
        // Those about data that repeat it: TRUNCATED_WRONG_VALUE, TRUNCATED_WRONG_VALUE_FOR_FIELD,
        // WRONG_VALUE_FOR_TYPE, WRONG_VALUE, DATA_OUT_OF_RANGE, JSON texts and paths.
        1292 | 1366 | 1411 | 1525 | 1690 | 3140..=3150 => without_quoted(message),
        _ => one_line(message),
    };
    let report = Report::new(code.as_str(), message.clone());
    let kind = match number {
        // SERVER_SHUTDOWN, network errors, NEW_ABORTING_CONNECTION, CONNECTION_KILLED, SESSION_WAS_KILLED,
        // CLIENT_INTERACTION_TIMEOUT; a packet that is too large ends the connection as well.
        1053 | 1153 | 1155..=1161 | 1184 | 1927 | 2006 | 2013 | 3169 | 4031 => return lost(report),
        // LOCK_DEADLOCK, XA_RBDEADLOCK
        1213 | 1614 => ErrorKind::Deadlock,
        // CHECKREAD: the row has changed since this transaction's snapshot (MariaDB).
        1020 => ErrorKind::Serialization,
        // LOCK_WAIT_TIMEOUT, LOCK_NOWAIT
        1205 | 3572 => ErrorKind::Busy,
        // QUERY_INTERRUPTED, STATEMENT_TIMEOUT (MariaDB), QUERY_TIMEOUT
        1317 | 1969 | 3024 => ErrorKind::StatementTimeout,
        // WARN_DATA_OUT_OF_RANGE, WARN_DATA_TRUNCATED, DATA_TOO_LONG, the above about data, and INVALID_JSON
        1264 | 1265 | 1406 | 1292 | 1366 | 1411 | 1525 | 1690 | 3140..=3150 => {
            ErrorKind::InvalidValue { reason: message }
        }
        _ if state == "40001" => ErrorKind::Serialization,
        _ => return Error::new(ErrorKind::Database { code: Some(code), message }),
    };
    Error::new(kind).with_source(report)
}

/// Why the server does not let us in.
fn cause(number: u16) -> ConnectCause {
    match number {
        // DBACCESS_DENIED, ACCESS_DENIED, NOT_SUPPORTED_AUTH_MODE, ACCESS_DENIED_NO_PASSWORD, MUST_CHANGE_PASSWORD_LOGIN,
        // ACCOUNT_HAS_BEEN_LOCKED; HOST_IS_BLOCKED, HOST_NOT_PRIVILEGED
        1044 | 1045 | 1251 | 1698 | 1862 | 3118 | 1129 | 1130 => ConnectCause::Denied,
        // BAD_DB
        1049 => ConnectCause::NoDatabase,
        // CON_COUNT, TOO_MANY_USER_CONNECTIONS, USER_LIMIT_REACHED
        1040 | 1203 | 1226 => ConnectCause::Full,
        // SECURE_TRANSPORT_REQUIRED
        3159 => ConnectCause::Tls,
        // SERVER_SHUTDOWN
        1053 => ConnectCause::Unreachable,
        _ => ConnectCause::Other,
    }
}

/// The broken constraint, as far as the message names it. The message is made to be read by people and may be
/// in any language: what is not found is left out.
fn violation(number: u16, state: &str, message: &str) -> Option<ConstraintViolation> {
    let kind = match number {
        1062 | 1022 | 1169 | 1586 | 1859 => ConstraintKind::Unique,
        1216 | 1217 | 1451 | 1452 => ConstraintKind::ForeignKey,
        1048 | 1364 | 1263 | 1121 => ConstraintKind::NotNull,
        3819 => ConstraintKind::Check,
        // MariaDB; MySQL uses the number for something else.
        4025 if state == "23000" => ConstraintKind::Check,
        _ => return None,
    };
    let mut violation = ConstraintViolation::new(kind);
    match kind {
        ConstraintKind::Unique => unique(message, &mut violation),
        ConstraintKind::ForeignKey => foreign_key(message, &mut violation),
        ConstraintKind::NotNull => violation.columns.extend(column(message)),
        ConstraintKind::Check => check(message, &mut violation),
        ConstraintKind::Exclusion => {}
    }
    Some(violation)
}

/// `Duplicate entry 'value' for key 'users.users_email_uq'`; MariaDB leaves the table out.
///
/// The value comes first and may hold anything, so the key is looked for from the end.
fn unique(message: &str, violation: &mut ConstraintViolation) {
    const BEFORE: &str = "' for key '";
    let Some(key) = message
        .rfind(BEFORE)
        .and_then(|at| message.get(at + BEFORE.len()..))
        .and_then(|key| key.strip_suffix('\''))
    else {
        return;
    };
    match key.split_once('.') {
        // With two points nobody can tell where the table's name ends.
        Some((_, rest)) if rest.contains('.') => {}
        Some((table, key)) => {
            violation.table = Some(table.to_owned());
            violation.constraint = Some(key.to_owned());
        }
        None => violation.constraint = Some(key.to_owned()),
    }
}

/// ``… fails (`db`.`posts`, CONSTRAINT `posts_author_fk` FOREIGN KEY (`author_id`) REFERENCES `users` (`id`))``
fn foreign_key(message: &str, violation: &mut ConstraintViolation) {
    let Some((table, rest)) = message.split_once(", CONSTRAINT ") else { return };
    violation.table = names(table).pop();
    let Some((constraint, rest)) = rest.split_once(" FOREIGN KEY (") else { return };
    violation.constraint = names(constraint).pop();
    let Some((columns, _)) = rest.split_once(") REFERENCES ") else { return };
    violation.columns = names(columns);
}

/// `Check constraint 'users_age_ck' is violated.`, or of MariaDB
/// ``CONSTRAINT `users_age_ck` failed for `db`.`users` ``.
fn check(message: &str, violation: &mut ConstraintViolation) {
    // A name may hold quotation marks itself: those of MariaDB are doubled, and of MySQL's the outer ones count.
    if message.starts_with("CONSTRAINT `")
        && let [constraint, _, table] = names(message).as_slice()
    {
        violation.constraint = Some(constraint.clone());
        violation.table = Some(table.clone());
        return;
    }
    if let (Some(first), Some(last)) = (message.find('\''), message.rfind('\''))
        && first < last
    {
        violation.constraint = message.get(first + 1..last).map(str::to_owned);
    }
}

/// `Column 'name' cannot be null`, `Field 'name' doesn't have a default value`
fn column(message: &str) -> Option<String> {
    match message.strip_prefix("Field '") {
        Some(rest) => rest.split_once("' doesn't ").map(|(name, _)| name.to_owned()),
        None => quoted(message),
    }
}

/// What stands between the only two quotation marks.
fn quoted(message: &str) -> Option<String> {
    let mut parts = message.split('\'');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(name), Some(_), None) => Some(name.to_owned()),
        _ => None,
    }
}

/// The names between backticks; a backtick inside a name is doubled.
fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text.chars().peekable();
    while rest.any(|c| c == '`') {
        let mut name = String::new();
        while let Some(c) = rest.next() {
            if c == '`' && rest.next_if_eq(&'`').is_none() {
                break;
            }
            name.push(c);
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(number: u16, message: &str) -> ConstraintViolation {
        violation(number, "23000", message).expect("a violation")
    }

    #[test]
    fn the_key_is_found_behind_any_value() {
        let both = parsed(1062, "Duplicate entry 'x' for key 'users.users_email_uq'");
        assert_eq!(
            (both.table.as_deref(), both.constraint.as_deref()),
            (Some("users"), Some("users_email_uq"))
        );
        let maria = parsed(1062, "Duplicate entry 'x' for key 'users_email_uq'");
        assert_eq!((maria.table, maria.constraint.as_deref()), (None, Some("users_email_uq")));
        let sly = parsed(1062, "Duplicate entry 'a' for key 'b' for key 'PRIMARY'");
        assert_eq!(sly.constraint.as_deref(), Some("PRIMARY"));
        let unclear = parsed(1062, "Duplicate entry 'a' for key 'a.b.c'");
        assert_eq!((unclear.table, unclear.constraint), (None, None));
        let foreign = parsed(1062, "Doppelter Eintrag 'a'");
        assert_eq!(foreign.constraint, None);
    }

    #[test]
    fn foreign_keys_are_taken_apart() {
        let key = parsed(
            1452,
            "Cannot add or update a child row: a foreign key constraint fails (`d`.`po``sts`, CONSTRAINT \
             `posts_fk` FOREIGN KEY (`a`, `b`) REFERENCES `users` (`a`, `b`) ON DELETE CASCADE)",
        );
        assert_eq!(key.table.as_deref(), Some("po`sts"));
        assert_eq!(key.constraint.as_deref(), Some("posts_fk"));
        assert_eq!(key.columns, ["a", "b"]);
        assert_eq!(parsed(1216, "Cannot add or update a child row").table, None);
    }

    #[test]
    fn checks_and_columns_are_named() {
        let mysql = parsed(3819, "Check constraint 'age_ck' is violated.");
        assert_eq!(mysql.constraint.as_deref(), Some("age_ck"));
        let maria = parsed(4025, "CONSTRAINT `age_ck` failed for `test`.`users`");
        assert_eq!((maria.constraint.as_deref(), maria.table.as_deref()), (Some("age_ck"), Some("users")));
        let odd = parsed(3819, "Check constraint 'it's \"odd\" `x`' is violated.");
        assert_eq!(odd.constraint.as_deref(), Some("it's \"odd\" `x`"));
        let odd = parsed(4025, "CONSTRAINT `it's 'odd' ``x``` failed for `test`.`users`");
        assert_eq!(
            (odd.constraint.as_deref(), odd.table.as_deref()),
            (Some("it's 'odd' `x`"), Some("users"))
        );
        assert_eq!(parsed(1048, "Column 'name' cannot be null").columns, ["name"]);
        assert_eq!(parsed(1364, "Field 'name' doesn't have a default value").columns, ["name"]);
    }

    #[test]
    fn values_do_not_leak() {
        for (number, message) in [
            (1062, "Duplicate entry 's3cret' for key 'users.email'"),
            (1366, "Incorrect integer value: 's3cret' for column `d`.`t`.`n` at row 1"),
            (1292, "Truncated incorrect DOUBLE value: 's3cret'"),
        ] {
            let error = from_server(number, "23000", message, Phase::Run);
            let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
