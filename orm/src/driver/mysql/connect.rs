//! Opening a connection and its session.

use std::fmt;
use std::path::PathBuf;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions as _, MySqlConnection};

use super::error::from_sqlx;
use super::flavor::{Asked, NO_VERSION, ask, read_only};
use crate::driver::fault::{Phase, refused, unreadable};
use crate::driver::several::{self, Choice, Place, Role};
use crate::driver::{ConnectTime, Server};
use crate::error::{ConnectCause, Error, Result};

/// What a session is set to, in one round trip with the question for the version.
///
/// - Text compares by code point even where no column brings a collation. The two servers name that collation
///   differently: each reads only its own comment, and servers too old for both keep their default.
/// - `sql_mode` is set as a whole, so that nothing is left of the server's own:
///   - what does not fit is an error, never cut, rounded or made zero (`STRICT_ALL_TABLES` and kin);
///   - `||` joins text as on the other backends and as sqlx sets it (`PIPES_AS_CONCAT`);
///   - zero is a key like any other, as on the other backends (`NO_AUTO_VALUE_ON_ZERO`);
///   - differences of unsigned columns may be negative as on the other backends (`NO_UNSIGNED_SUBTRACTION`);
///   - backslashes escape in literals (no `NO_BACKSLASH_ESCAPES`): our SQL writer relies on it.
const SESSION: &str = "SET NAMES utf8mb4 /*!80017 COLLATE utf8mb4_0900_bin */ /*M!100202 COLLATE utf8mb4_nopad_bin */, \
     time_zone = '+00:00', \
     sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY,PIPES_AS_CONCAT,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION'; \
     SELECT VERSION()";

/// Where to connect to, as whom, and how many statements the connection keeps prepared.
#[derive(Clone)]
pub(crate) struct ConnectOptions {
    /// One at least.
    servers: Vec<MySqlConnectOptions>,
    choice: Choice,
    /// Files that are read for each connection, by the options that name them.
    files: Vec<(&'static str, PathBuf)>,
    statement_cache: usize,
}

impl ConnectOptions {
    /// Statements kept prepared per connection, unless said otherwise.
    pub(crate) const STATEMENT_CACHE: usize = 1024;

    #[cfg(test)]
    pub(crate) fn from_sqlx(options: MySqlConnectOptions) -> Self {
        Self::several(vec![options], Choice::default())
    }

    /// One of these servers, of which there is one at least.
    pub(in crate::driver) fn several(servers: Vec<MySqlConnectOptions>, choice: Choice) -> Self {
        Self { servers, choice, files: Vec::new(), statement_cache: Self::STATEMENT_CACHE }
    }

    /// Sets how many statements the connection keeps prepared: at least one, because closing a statement after
    /// each use costs a delayed acknowledgement (some 40 ms) every time.
    pub(crate) fn with_statement_cache(self, statements: usize) -> Self {
        Self { statement_cache: statements.max(1), ..self }
    }

    /// Knows which files are read, to name one that cannot be.
    pub(in crate::driver) fn with_files(self, files: Vec<(&'static str, PathBuf)>) -> Self {
        Self { files, ..self }
    }

    #[cfg(test)]
    pub(in crate::driver) fn first(&self) -> &MySqlConnectOptions {
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
            .field("user", &first.map(MySqlConnectOptions::get_username))
            .field("database", &first.and_then(MySqlConnectOptions::get_database))
            .field("statement_cache", &self.statement_cache)
            .finish_non_exhaustive()
    }
}

/// A server as errors name it.
fn place(options: &MySqlConnectOptions) -> String {
    match options.get_socket() {
        Some(path) => path.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// One of the servers.
struct One<'o> {
    sqlx: &'o MySqlConnectOptions,
    all: &'o ConnectOptions,
}

impl fmt::Display for One<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&place(self.sqlx))
    }
}

impl Place for One<'_> {
    type Connection = (MySqlConnection, Server);

    async fn open(&self) -> Result<Self::Connection> {
        // What sqlx would set by itself is switched off: `SESSION` sets it with the rest.
        let sqlx = self
            .sqlx
            .clone()
            .statement_cache_capacity(self.all.statement_cache)
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None)
            .set_names(false)
            .disable_statement_logging();
        // Boxed: the futures of the handshake are far larger than those of a statement.
        let mut connection = Box::pin(sqlx.connect()).await.map_err(|error| self.failed(&error))?;
        match ask(&mut connection, SESSION).await {
            Ok(server) => Ok((connection, server)),
            Err(Asked::Driver(error)) => Err(from_sqlx(&error, Phase::Connect)),
            Err(Asked::Nothing) => Err(refused(ConnectCause::Other, NO_VERSION)),
        }
    }

    /// These servers do not say whether they are a replica to those who may not know; but who replicates sets this.
    async fn role((connection, _): &mut Self::Connection) -> Result<Role> {
        let read_only = read_only(connection).await?;
        Ok(Role { read_only, standby: read_only })
    }
}

impl One<'_> {
    #[cold]
    fn failed(&self, error: &sqlx::Error) -> Error {
        unreadable(&self.all.files, error).unwrap_or_else(|| from_sqlx(error, Phase::Connect))
    }
}

pub(super) async fn open(options: &ConnectOptions, time: ConnectTime) -> Result<(MySqlConnection, Server)> {
    let places: Vec<_> = options.servers.iter().map(|sqlx| One { sqlx, all: options }).collect();
    several::open(&places, options.choice, time).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_shown() {
        let options = MySqlConnectOptions::new().username("me").password("s3cret");
        let shown = format!("{:?}", ConnectOptions::from_sqlx(options));
        assert!(shown.contains("me") && !shown.contains("s3cret"), "{shown}");
    }
}
