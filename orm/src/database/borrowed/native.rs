//! What is done with a connection of sqlx's, for each driver.

use futures_util::future::BoxFuture;

use crate::driver::{self, Outcome, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};

/// What is done with a connection of each driver. The futures are boxed: with opaque ones, rustc cannot see that what
/// awaits them is `Send`.
pub(crate) trait Native: sqlx::Database + Sized {
    /// How a transaction begins.
    const BEGIN: &'static str;
    /// Asks which server it is.
    fn server(connection: &mut Self::Connection) -> BoxFuture<'_, Result<Server>>;
    /// Runs one statement.
    fn run<'a>(
        connection: &'a mut Self::Connection,
        statement: Statement<'a>,
        sink: &'a mut dyn Sink,
    ) -> BoxFuture<'a, Result<Outcome>>;
    /// Runs text without arguments.
    fn batch<'a>(connection: &'a mut Self::Connection, sql: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Whether a transaction is open that sqlx does not know of, begun in plain SQL. Leaves things as they were.
    fn probe(connection: &mut Self::Connection) -> BoxFuture<'_, Result<bool>>;
}

macro_rules! native {
    ($feature:literal, $db:ty, $begin:literal, $run:path, $batch:path, $server:expr, $probe:expr) => {
        #[cfg(feature = $feature)]
        impl Native for $db {
            const BEGIN: &'static str = $begin;
            fn server(connection: &mut Self::Connection) -> BoxFuture<'_, Result<Server>> {
                Box::pin($server(connection))
            }
            fn run<'a>(
                connection: &'a mut Self::Connection,
                statement: Statement<'a>,
                sink: &'a mut dyn Sink,
            ) -> BoxFuture<'a, Result<Outcome>> {
                Box::pin($run(connection, statement, sink))
            }
            fn batch<'a>(connection: &'a mut Self::Connection, sql: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin($batch(connection, sql))
            }
            fn probe(connection: &mut Self::Connection) -> BoxFuture<'_, Result<bool>> {
                Box::pin($probe(connection))
            }
        }
    };
}

native!(
    "sqlite",
    sqlx::Sqlite,
    "BEGIN IMMEDIATE",
    driver::sqlite::run_lent,
    driver::sqlite::batch_lent,
    |_| std::future::ready(Ok(driver::sqlite::linked())),
    probe_sqlite
);
native!(
    "postgres",
    sqlx::Postgres,
    "BEGIN",
    driver::postgres::run_on,
    driver::postgres::batch_on,
    driver::postgres::server_of,
    probe_postgres
);
native!(
    "mysql",
    sqlx::MySql,
    "START TRANSACTION",
    driver::mysql::run_on,
    driver::mysql::batch_on,
    driver::mysql::server_of,
    probe_mysql
);

#[cfg(feature = "sqlite")]
async fn probe_sqlite(connection: &mut sqlx::SqliteConnection) -> Result<bool> {
    // Local and empty. Where a transaction is open it fails at the first word, and changes nothing.
    match driver::sqlite::batch_lent(connection, "BEGIN; COMMIT").await {
        Ok(()) => Ok(false),
        Err(error) if is_code(&error, "1") => Ok(true),
        Err(error) => Err(error),
    }
}

#[cfg(feature = "postgres")]
async fn probe_postgres(connection: &mut sqlx::PgConnection) -> Result<bool> {
    match driver::postgres::batch_on(connection, "SAVEPOINT orm_probe").await {
        Ok(()) => driver::postgres::batch_on(connection, "RELEASE SAVEPOINT orm_probe").await.map(|()| true),
        // No transaction is active.
        Err(error) if is_code(&error, "25P01") => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(feature = "mysql")]
async fn probe_mysql(connection: &mut sqlx::MySqlConnection) -> Result<bool> {
    // Outside of a transaction a savepoint is accepted, and forgotten at once.
    driver::mysql::batch_on(connection, "SAVEPOINT orm_probe").await?;
    match driver::mysql::batch_on(connection, "RELEASE SAVEPOINT orm_probe").await {
        Ok(()) => Ok(true),
        Err(error) if is_code(&error, "42000, 1305") => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_code(error: &Error, wanted: &str) -> bool {
    matches!(error.kind(), ErrorKind::Database { code: Some(code), .. } if code == wanted)
}
