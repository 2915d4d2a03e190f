//! One database for all tests of a process, which the standard harness runs, each in a runtime of its own.

use std::path::Path;

use orm::Database;
use orm::model::Table;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::sync::OnceCell;

use crate::coverage;
use crate::database::own_url;
use crate::server::{self, Kind, Server};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What the names of such databases begin with; the number of the process follows.
const PREFIX: &str = "orm_lasting_";

/// A static handle and the server behind it, found and prepared by the first test that asks.
///
/// The harness has no place to clean up at the end: what ended processes left is removed at the start.
#[derive(Debug)]
pub struct Lasting {
    kind: Kind,
    database: Database,
    tables: &'static [&'static Table],
    found: OnceCell<std::result::Result<Server, String>>,
}

impl Lasting {
    /// A handle of this kind of server, for these tables.
    #[must_use]
    pub const fn new(kind: Kind, name: &'static str, tables: &'static [&'static Table]) -> Self {
        Self { kind, database: Database::deferred(name), tables, found: OnceCell::const_new() }
    }

    /// The handle, or why there is no server of this kind.
    ///
    /// # Errors
    ///
    /// What went wrong on a server that is there: that is a failure, no reason to leave it out.
    pub async fn handle(&self) -> Result<std::result::Result<&Database, &str>> {
        let found = self.found.get_or_try_init(async || {
            let server = match server::find(self.kind).await {
                Ok(server) => server,
                Err(reason) => return Ok(Err(reason)),
            };
            self.database.init(prepare(&server).await?.as_str()).await?;
            self.database.create_tables(self.tables).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Ok(server))
        });
        Ok(found.await?.as_ref().map(|_| &self.database).map_err(String::as_str))
    }

    /// Counts a test that ran here.
    ///
    /// # Errors
    ///
    /// The count cannot be written.
    pub fn count(&self) -> std::io::Result<()> {
        self.found.get().and_then(|found| found.as_ref().ok()).map_or(Ok(()), coverage::count_now)
    }
}

/// Whether the process that a database is named after has ended.
fn is_left_behind(name: &str) -> bool {
    name.strip_prefix(PREFIX).and_then(|rest| rest.split('.').next()?.parse::<u32>().ok()).is_some_and(
        |process| Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{process}")).exists(),
    )
}

/// Makes the database of this process and gives its URL.
async fn prepare(server: &Server) -> Result<String> {
    let name = format!("{PREFIX}{}", std::process::id());
    match server.kind {
        Kind::Sqlite => {
            let folder = std::env::temp_dir();
            for entry in std::fs::read_dir(&folder)?.flatten() {
                if entry.file_name().to_str().is_some_and(is_left_behind) {
                    // Another process may have been quicker.
                    let _ = std::fs::remove_file(entry.path());
                }
            }
            return Ok(format!("sqlite:///{}/{name}.db", folder.display()));
        }
        Kind::Postgres => {
            let mut admin = sqlx::PgConnection::connect(&server.url).await?;
            let names: Vec<String> =
                sqlx::query_scalar("SELECT nspname::text FROM pg_namespace").fetch_all(&mut admin).await?;
            for left in names.iter().filter(|name| is_left_behind(name)) {
                admin.execute(AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {left} CASCADE"))).await?;
            }
            admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await?;
        }
        Kind::MariaDb | Kind::MySql => {
            let mut admin = sqlx::MySqlConnection::connect(&server.url).await?;
            let names: Vec<String> = sqlx::query_scalar(
                "SELECT CONVERT(schema_name USING utf8mb4) FROM information_schema.schemata",
            )
            .fetch_all(&mut admin)
            .await?;
            for left in names.iter().filter(|name| is_left_behind(name)) {
                admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {left}"))).await?;
            }
            admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        }
    }
    Ok(own_url(server.kind, &server.url, &name))
}
