//! A database of its own for each run of a case.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::{Database, DatabaseOptions, PoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::oracle::{Oracle, Row};
use crate::server::{Kind, Server};

/// A database that one run of a case has for itself.
///
/// A file on SQLite, a schema on PostgreSQL, a database on MySQL and MariaDB.
#[derive(Debug)]
pub struct TestDb {
    kind: Kind,
    database: Database,
    url: String,
    name: String,
    admin_url: String,
    password_url: Option<String>,
    directory: Option<tempfile::TempDir>,
    /// The names of others that were made for the case.
    others: Mutex<Vec<String>>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl TestDb {
    pub(crate) async fn create(server: &Server) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let name = format!("orm_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut directory = None;
        let url = match server.kind {
            Kind::Sqlite => {
                let path = directory.insert(tempfile::tempdir()?).path().join("test.db");
                format!("sqlite:///{}", path.display())
            }
            Kind::Postgres => {
                let mut admin = sqlx::PgConnection::connect(&server.url).await?;
                admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await?;
                own_url(server.kind, &server.url, &name)
            }
            Kind::MariaDb | Kind::MySql => {
                let mut admin = sqlx::MySqlConnection::connect(&server.url).await?;
                admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
                own_url(server.kind, &server.url, &name)
            }
        };
        // Many cases run at once, and a server has so many connections and no more.
        let few = PoolOptions::new().max_connections(10);
        let database = Database::open(&name, DatabaseOptions::url(url.as_str()).pool(few)).await?;
        let (kind, admin_url) = (server.kind, server.url.clone());
        let password_url = server.password_url.as_ref().ok().map(|url| own_url(kind, url, &name));
        Ok(Self { kind, database, url, name, admin_url, password_url, directory, others: Mutex::default() })
    }

    pub(crate) async fn remove(self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.database.close().await?;
        let mut names = self.others.into_inner().unwrap_or_default();
        names.push(self.name);
        match self.kind {
            Kind::Sqlite => drop(self.directory),
            Kind::Postgres => {
                let mut admin = sqlx::PgConnection::connect(&self.admin_url).await?;
                for name in names {
                    admin.execute(AssertSqlSafe(format!("DROP SCHEMA {name} CASCADE"))).await?;
                }
            }
            Kind::MariaDb | Kind::MySql => {
                let mut admin = sqlx::MySqlConnection::connect(&self.admin_url).await?;
                for name in names {
                    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name}"))).await?;
                }
            }
        }
        Ok(())
    }

    /// Makes another empty database of the same kind, and gives its URL. It is gone after the case too, so whatever the
    /// case opens on it has to be closed by then.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn another(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let name = format!("orm_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        if let Some(directory) = &self.directory {
            return Ok(format!("sqlite:///{}", directory.path().join(format!("{name}.db")).display()));
        }
        if self.kind == Kind::Postgres {
            let mut admin = sqlx::PgConnection::connect(&self.admin_url).await?;
            admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await?;
        } else {
            let mut admin = sqlx::MySqlConnection::connect(&self.admin_url).await?;
            admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        }
        let url = own_url(self.kind, &self.admin_url, &name);
        self.others.lock().map_err(|_| "a test panicked")?.push(name);
        Ok(url)
    }

    /// Which backend it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The handle to query with: `.using(db)`.
    #[must_use]
    pub fn handle(&self) -> &Database {
        &self.database
    }

    /// The URL, for a second handle on the same database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of a user who needs a password, on the same database, for cases that need one.
    ///
    /// # Errors
    ///
    /// There is none, or the case did not say that it needs one.
    pub fn password_url(&self) -> Result<&str, &'static str> {
        self.password_url.as_deref().ok_or("no user with a password: does the case say that it needs one?")
    }

    /// The file, on SQLite.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join("test.db"))
    }

    /// Asks the database in plain SQL, past the ORM: the rows as text, `None` for NULL.
    ///
    /// # Errors
    ///
    /// What the server says of the SQL.
    pub async fn oracle(&self, sql: &str) -> Result<Vec<Row>, Box<dyn std::error::Error + Send + Sync>> {
        self.connect_oracle().await?.ask(sql).await
    }

    /// A connection past the ORM, for many questions.
    ///
    /// # Errors
    ///
    /// The server refuses it.
    pub async fn connect_oracle(&self) -> Result<Oracle, Box<dyn std::error::Error + Send + Sync>> {
        Oracle::connect(self.kind, &self.plain_url(), &self.name).await
    }

    /// The URL as sqlx understands it, with the schema of this run.
    #[must_use]
    pub fn sqlx_url(&self) -> String {
        self.path().map_or_else(|| self.url.clone(), |path| format!("sqlite://{}", path.display()))
    }

    /// The URL of the server, as sqlx understands it.
    fn plain_url(&self) -> String {
        match (self.kind, self.path()) {
            (Kind::Sqlite, Some(path)) => format!("sqlite://{}", path.display()),
            (Kind::Postgres, _) => self.admin_url.clone(),
            _ => self.url.clone(),
        }
    }
}

/// The URL of a server, leading to the database or schema of this name.
pub(crate) fn own_url(kind: Kind, url: &str, name: &str) -> String {
    match kind {
        Kind::Sqlite => url.to_owned(),
        Kind::Postgres => {
            let separator = if url.contains('?') { '&' } else { '?' };
            format!("{url}{separator}options=-c%20search_path%3D{name}")
        }
        Kind::MariaDb | Kind::MySql => with_database(url, name),
    }
}

/// The URL with another database name: `scheme://user@host/name?query`.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, String::new()), |(b, q)| (b, format!("?{q}")));
    let (scheme, rest) = base.split_once("://").unwrap_or(("mysql", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{authority}/{name}{query}")
}
