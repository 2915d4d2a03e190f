//! Opening a connection and its session.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, Row as _};

use super::error::from_sqlx;
use crate::driver::fault::Phase;
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};

/// Where to connect to, as whom, and how many statements the connection keeps prepared.
#[derive(Clone)]
pub(crate) struct ConnectOptions {
    inner: PgConnectOptions,
    statement_cache: usize,
}

impl ConnectOptions {
    /// Statements kept prepared per connection, unless said otherwise.
    pub(crate) const STATEMENT_CACHE: usize = 1024;

    pub(crate) fn from_sqlx(options: PgConnectOptions) -> Self {
        Self { inner: options, statement_cache: Self::STATEMENT_CACHE }
    }

    /// Sets how many statements the connection keeps prepared: at least one.
    pub(crate) fn with_statement_cache(self, statements: usize) -> Self {
        Self { statement_cache: statements.max(1), ..self }
    }

    pub(super) fn statement_cache(&self) -> usize {
        self.statement_cache
    }
}

/// Without the password, which sqlx would show.
impl std::fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("host", &self.inner.get_host())
            .field("port", &self.inner.get_port())
            .field("user", &self.inner.get_username())
            .field("database", &self.inner.get_database())
            .field("statement_cache", &self.statement_cache)
            .finish_non_exhaustive()
    }
}

pub(super) async fn open(options: &ConnectOptions) -> Result<(PgConnection, Server)> {
    // The startup message that sqlx sends asks for UTF-8 and the time zone UTC, and what it asks for goes
    // before the settings of the role and the database. Nothing is left to set by a statement.
    let mut inner =
        options.inner.clone().statement_cache_capacity(options.statement_cache).disable_statement_logging();
    if inner.get_application_name().is_none() {
        inner = inner.application_name("orm");
    }
    // Boxed: the futures of the handshake are far larger than those of a statement.
    let mut connection =
        Box::pin(inner.connect()).await.map_err(|error| from_sqlx(&error, Phase::Connect))?;
    let server = server_of(&mut connection).await?;
    Ok((connection, server))
}

/// The server that a connection talks to. The caller keeps the answer: it may take a round trip.
///
/// # Cancel safety
///
/// Not cancel-safe: after a drop the state of the connection is unknown.
pub(crate) async fn server_of(connection: &mut PgConnection) -> Result<Server> {
    let number = match connection.server_version_num() {
        Some(number) => number,
        None => ask(connection).await?,
    };
    Ok(Server { backend: Backend::Postgres, version: version(number) })
}

/// Asks for the version that the server left out of its greeting.
async fn ask(connection: &mut PgConnection) -> Result<u32> {
    let rows = connection
        .fetch_all(sqlx::raw_sql(AssertSqlSafe("SHOW server_version_num")))
        .await
        .map_err(|error| from_sqlx(&error, Phase::Run))?;
    rows.first()
        .and_then(|row| row.try_get::<String, _>(0).ok())
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| Error::new(ErrorKind::Connect { reason: "the server tells no version".to_owned() }))
}

/// The parts of `server_version_num`: 150004 is 15.4, 90603 was 9.6.3.
fn version(number: u32) -> (u16, u16, u16) {
    let part = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    if number >= 100_000 {
        (part(number / 10_000), part(number % 10_000), 0)
    } else {
        (part(number / 10_000), part(number / 100 % 100), part(number % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_taken_apart() {
        assert_eq!(version(150_019), (15, 19, 0));
        assert_eq!(version(90_603), (9, 6, 3));
    }

    #[test]
    fn the_password_is_not_shown() {
        let options = PgConnectOptions::new_without_pgpass().username("me").password("s3cret");
        let shown = format!("{:?}", ConnectOptions::from_sqlx(options));
        assert!(shown.contains("me") && !shown.contains("s3cret"), "{shown}");
    }
}
