//! Which of the two servers it is, and which version.

use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection, Row as _};

use super::error::from_sqlx;
use crate::driver::fault::{Phase, refused};
use crate::driver::{Backend, Server};
use crate::error::{ConnectCause, Result};

/// The server that a connection talks to. A round trip: the caller keeps the answer.
///
/// # Cancel safety
///
/// Not cancel-safe: after a drop the state of the connection is unknown.
pub(crate) async fn server_of(connection: &mut MySqlConnection) -> Result<Server> {
    ask(connection, "SELECT VERSION()").await.map_err(|error| match error {
        Asked::Driver(error) => from_sqlx(&error, Phase::Run),
        Asked::Nothing => refused(ConnectCause::Other, NO_VERSION),
    })
}

pub(super) const NO_VERSION: &str = "the server tells no version";

/// Why the version is not known.
pub(super) enum Asked {
    Driver(sqlx::Error),
    Nothing,
}

/// Sends text whose only rows are the version.
pub(super) async fn ask(connection: &mut MySqlConnection, sql: &'static str) -> Result<Server, Asked> {
    // All rows, not the first: a stream dropped early leaves the rest of the answer in the way.
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.map_err(Asked::Driver)?;
    let version = rows.last().and_then(|row| row.try_get_unchecked::<String, _>(0).ok());
    version.as_deref().map(server).ok_or(Asked::Nothing)
}

/// Whether the server takes no writes, but those of its administrators.
pub(super) async fn read_only(connection: &mut MySqlConnection) -> Result<bool> {
    let sql = sqlx::raw_sql(AssertSqlSafe("SELECT CONCAT('', @@global.read_only)"));
    let rows = connection.fetch_all(sql).await.map_err(|error| from_sqlx(&error, Phase::Connect))?;
    let said = rows.last().and_then(|row| row.try_get_unchecked::<String, _>(0).ok());
    match said {
        // Newer versions of MariaDB have more than two answers.
        Some(said) => Ok(!matches!(said.to_ascii_uppercase().as_str(), "0" | "OFF")),
        None => Err(refused(ConnectCause::Other, "the server does not tell whether it is read only")),
    }
}

/// Takes apart what `VERSION()` says: `9.4.0`, `8.0.36-28`, `10.11.19-MariaDB-0+deb12u1`.
fn server(version: &str) -> Server {
    let maria = version.to_ascii_lowercase().contains("mariadb");
    // Some MariaDB servers pretend to be an old MySQL for the sake of old replicas.
    let version = if maria { version.strip_prefix("5.5.5-").unwrap_or(version) } else { version };
    let mut parts = version.splitn(3, '.').map(|part| {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part.get(..digits).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    });
    let mut part = || parts.next().unwrap_or(0);
    Server {
        backend: if maria { Backend::MariaDb } else { Backend::MySql },
        version: (part(), part(), part()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_servers_are_told_apart() {
        for (text, backend, version) in [
            ("9.4.0", Backend::MySql, (9, 4, 0)),
            ("8.0.36-28", Backend::MySql, (8, 0, 36)),
            ("8.4.2-commercial", Backend::MySql, (8, 4, 2)),
            ("10.11.19-MariaDB-0+deb12u1", Backend::MariaDb, (10, 11, 19)),
            ("5.5.5-10.6.16-MariaDB-log", Backend::MariaDb, (10, 6, 16)),
            ("unknown", Backend::MySql, (0, 0, 0)),
        ] {
            assert_eq!(server(text), Server { backend, version }, "{text}");
        }
    }
}
