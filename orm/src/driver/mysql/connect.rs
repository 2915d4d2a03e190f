//! Opening a connection and its session.

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions as _, MySqlConnection};

use super::error::from_sqlx;
use super::flavor::{Asked, ask};
use crate::driver::Server;
use crate::driver::fault::Phase;
use crate::error::{Error, ErrorKind, Result};

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
    inner: MySqlConnectOptions,
    statement_cache: usize,
}

impl ConnectOptions {
    /// Statements kept prepared per connection, unless said otherwise.
    pub(crate) const STATEMENT_CACHE: usize = 1024;

    pub(crate) fn from_sqlx(options: MySqlConnectOptions) -> Self {
        Self { inner: options, statement_cache: Self::STATEMENT_CACHE }
    }

    /// Sets how many statements the connection keeps prepared: at least one, because closing a statement after
    /// each use costs a delayed acknowledgement (some 40 ms) every time.
    pub(crate) fn with_statement_cache(self, statements: usize) -> Self {
        Self { statement_cache: statements.max(1), ..self }
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

pub(super) async fn open(options: &ConnectOptions) -> Result<(MySqlConnection, Server)> {
    // What sqlx would set by itself is switched off: `SESSION` sets it with the rest.
    let inner = options
        .inner
        .clone()
        .statement_cache_capacity(options.statement_cache)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .disable_statement_logging();
    // Boxed: the futures of the handshake are far larger than those of a statement.
    let mut connection =
        Box::pin(inner.connect()).await.map_err(|error| from_sqlx(&error, Phase::Connect))?;
    match ask(&mut connection, SESSION).await {
        Ok(server) => Ok((connection, server)),
        Err(Asked::Driver(error)) => Err(from_sqlx(&error, Phase::Connect)),
        Err(Asked::Nothing) => {
            Err(Error::new(ErrorKind::Connect { reason: "the server tells no version".to_owned() }))
        }
    }
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
