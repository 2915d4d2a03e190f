//! Which servers there are to test on.

use std::fmt;
use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _};

/// A backend that the tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Always there: it is linked in.
    Sqlite,
    /// A server at `ORM_TEST_POSTGRES_URL`.
    Postgres,
    /// A server at `ORM_TEST_MARIADB_URL`.
    MariaDb,
    /// A server at `ORM_TEST_MYSQL_URL`.
    MySql,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::Postgres, Self::MariaDb, Self::MySql];

    /// The name that test names and coverage lines use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
            Self::MySql => "mysql",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "ORM_TEST_POSTGRES_URL",
            Self::MariaDb => "ORM_TEST_MARIADB_URL",
            Self::MySql => "ORM_TEST_MYSQL_URL",
        }
    }

    /// The variable with the URL of a user who needs a password.
    fn password_variable(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "ORM_TEST_POSTGRES_PASSWORD_URL",
            Self::MariaDb => "ORM_TEST_MARIADB_PASSWORD_URL",
            Self::MySql => "ORM_TEST_MYSQL_PASSWORD_URL",
        }
    }

    /// Where a server of this kind usually is.
    fn usual_url(self) -> Option<&'static str> {
        match self {
            Self::Sqlite | Self::MySql => None,
            Self::Postgres => Some("postgres://postgres@127.0.0.1:5432/postgres"),
            Self::MariaDb => Some("mysql://root@127.0.0.1:3306/mysql"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server that answered.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) kind: Kind,
    /// Where to create databases; empty for SQLite.
    pub(crate) url: String,
    /// The URL of a user who needs a password, or why there is none.
    pub(crate) password_url: Result<String, String>,
    pub(crate) version: String,
}

/// The server of a kind, or why there is none.
pub(crate) async fn find(kind: Kind) -> Result<Server, String> {
    if kind == Kind::Sqlite {
        let version = sqlite_version().await.map_err(|error| error.to_string())?;
        return Ok(Server {
            kind,
            url: String::new(),
            password_url: Err("SQLite has no users".to_owned()),
            version,
        });
    }
    let url = match (std::env::var(kind.variable()), kind.usual_url()) {
        (Ok(url), _) => url,
        (Err(_), Some(url)) => url.to_owned(),
        (Err(_), None) => return Err(format!("{} is not set", kind.variable())),
    };
    let version = tokio::time::timeout(Duration::from_secs(5), version(kind, &url))
        .await
        .map_err(|_| "no answer within 5 s".to_owned())?
        .map_err(|error| error.to_string())?;
    if (kind == Kind::MySql) == version.contains("MariaDB") && kind != Kind::Postgres {
        return Err(format!("the server says that it is {version}"));
    }
    let password_url = password_url(kind).await;
    Ok(Server { kind, url, password_url, version })
}

/// The URL of a user who needs a password: one whom the server lets in with any is of no use.
async fn password_url(kind: Kind) -> Result<String, String> {
    let variable = kind.password_variable();
    let url = std::env::var(variable).map_err(|_| format!("{variable} is not set"))?;
    let wrong = url.rsplit_once('@').map(|(login, place)| format!("{login}-but-wrong@{place}"));
    let wrong = wrong.ok_or_else(|| format!("{variable} has no password"))?;
    match tokio::time::timeout(Duration::from_secs(5), version(kind, &wrong)).await {
        Ok(Err(_)) => Ok(url),
        Ok(Ok(_)) => Err("the server lets everybody in with any password".to_owned()),
        Err(_) => Err("no answer within 5 s".to_owned()),
    }
}

async fn sqlite_version() -> Result<String, sqlx::Error> {
    let mut connection = sqlx::SqliteConnection::connect("sqlite::memory:").await?;
    sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await
}

async fn version(kind: Kind, url: &str) -> Result<String, sqlx::Error> {
    match kind {
        Kind::Postgres => {
            let options: sqlx::postgres::PgConnectOptions = url.parse()?;
            let mut connection = options.connect().await?;
            sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await
        }
        _ => {
            let options: sqlx::mysql::MySqlConnectOptions = url.parse()?;
            let mut connection = options.connect().await?;
            sqlx::query_scalar("SELECT VERSION()").fetch_one(&mut connection).await
        }
    }
}
