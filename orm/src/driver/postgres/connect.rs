//! Opening a connection and its session.

use std::fmt;
use std::path::PathBuf;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection, Row as _};

use super::error::from_sqlx;
use crate::driver::fault::{Phase, refused, unreadable};
use crate::driver::several::{self, Choice, Place, Role};
use crate::driver::{Backend, ConnectTime, Server};
use crate::error::{ConnectCause, Error, Result};

/// Where to connect to, as whom, and how many statements the connection keeps prepared.
#[derive(Clone)]
pub(crate) struct ConnectOptions {
    /// One at least.
    servers: Vec<PgConnectOptions>,
    choice: Choice,
    /// Where it does not work without TLS, try with it.
    allow_tls: bool,
    /// Files that are read for each connection, by the options that name them.
    files: Vec<(&'static str, PathBuf)>,
    statement_cache: usize,
}

impl ConnectOptions {
    /// Statements kept prepared per connection, unless said otherwise.
    pub(crate) const STATEMENT_CACHE: usize = 1024;

    #[cfg(test)]
    pub(crate) fn from_sqlx(options: PgConnectOptions) -> Self {
        Self::several(vec![options], Choice::default())
    }

    /// One of these servers, of which there is one at least.
    pub(in crate::driver) fn several(servers: Vec<PgConnectOptions>, choice: Choice) -> Self {
        let statement_cache = Self::STATEMENT_CACHE;
        Self { servers, choice, allow_tls: false, files: Vec::new(), statement_cache }
    }

    /// Sets how many statements the connection keeps prepared: at least one.
    pub(crate) fn with_statement_cache(self, statements: usize) -> Self {
        Self { statement_cache: statements.max(1), ..self }
    }

    /// Where it does not work without TLS, tries with it.
    pub(in crate::driver) fn allowing_tls(self) -> Self {
        Self { allow_tls: true, ..self }
    }

    /// Knows which files are read, to name one that cannot be.
    pub(in crate::driver) fn with_files(self, files: Vec<(&'static str, PathBuf)>) -> Self {
        Self { files, ..self }
    }

    pub(super) fn statement_cache(&self) -> usize {
        self.statement_cache
    }

    #[cfg(test)]
    pub(in crate::driver) fn all(&self) -> impl Iterator<Item = &PgConnectOptions> {
        self.servers.iter()
    }

    #[cfg(test)]
    pub(in crate::driver) fn first(&self) -> &PgConnectOptions {
        self.servers.first().expect("one at least")
    }
}

/// Without the password, which sqlx would show.
impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<_> = self.servers.iter().map(place).collect();
        let first = self.servers.first();
        f.debug_struct("ConnectOptions")
            .field("servers", &servers)
            .field("choice", &self.choice)
            .field("user", &first.map(PgConnectOptions::get_username))
            .field("database", &first.and_then(PgConnectOptions::get_database))
            .field("statement_cache", &self.statement_cache)
            .finish_non_exhaustive()
    }
}

/// A server as errors name it.
fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => format!("{}:{}", folder.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// One of the servers.
struct One<'o> {
    sqlx: &'o PgConnectOptions,
    all: &'o ConnectOptions,
}

impl fmt::Display for One<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&place(self.sqlx))
    }
}

impl Place for One<'_> {
    type Connection = (PgConnection, Server);

    async fn open(&self) -> Result<Self::Connection> {
        // The startup message that sqlx sends asks for UTF-8 and the time zone UTC, and what it asks for goes
        // before the settings of the role and the database. Nothing is left to set by a statement.
        let mut sqlx =
            self.sqlx.clone().statement_cache_capacity(self.all.statement_cache).disable_statement_logging();
        if sqlx.get_application_name().is_none() {
            sqlx = sqlx.application_name("orm");
        }
        // Boxed: the futures of the handshake are far larger than those of a statement.
        let mut opened = Box::pin(sqlx.connect()).await;
        if self.all.allow_tls && matches!(opened, Err(sqlx::Error::Database(_))) {
            let secure = sqlx.ssl_mode(PgSslMode::Require);
            // What it said without TLS is the better reason, if it does not help.
            opened = Box::pin(secure.connect()).await.or(opened);
        }
        let mut connection = opened.map_err(|error| self.failed(&error))?;
        let server = server_of(&mut connection).await?;
        Ok((connection, server))
    }

    async fn role((connection, _): &mut Self::Connection) -> Result<Role> {
        let sql = "SELECT pg_is_in_recovery()::text || ' ' || current_setting('transaction_read_only')";
        let rows = connection
            .fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .map_err(|error| from_sqlx(&error, Phase::Connect))?;
        let said = rows.first().and_then(|row| row.try_get::<String, _>(0).ok());
        match said.as_deref().and_then(|said| said.split_once(' ')) {
            Some((standby, read_only)) => {
                Ok(Role { standby: standby == "true", read_only: read_only == "on" })
            }
            None => Err(refused(ConnectCause::Other, "the server does not tell whether it is a standby")),
        }
    }
}

impl One<'_> {
    #[cold]
    fn failed(&self, error: &sqlx::Error) -> Error {
        unreadable(&self.all.files, error).unwrap_or_else(|| from_sqlx(error, Phase::Connect))
    }
}

pub(super) async fn open(options: &ConnectOptions, time: ConnectTime) -> Result<(PgConnection, Server)> {
    let places: Vec<_> = options.servers.iter().map(|sqlx| One { sqlx, all: options }).collect();
    several::open(&places, options.choice, time).await
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
        .ok_or_else(|| refused(ConnectCause::Other, "the server tells no version"))
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
