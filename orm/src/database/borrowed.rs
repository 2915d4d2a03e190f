//! Connections and pools that belong to the user: sqlx's own. With `driver`, the only place that names sqlx.
//!
//! What is borrowed is never committed, closed or kept. A pool is owned by a query like any cheap handle; a
//! connection or an open sqlx transaction is lent for one query.
//!
//! **Which server?** SQLite and PostgreSQL say it without a round trip. MySQL and MariaDB have to be asked: once
//! for a pool (as long as its connect options are the same), but once *per loan* for a lent connection, because
//! nothing on it can be remembered: its address says nothing about which server is behind it.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use futures_util::future::BoxFuture;
use sqlx::SqlSafeStr as _;
use sqlx::pool::PoolConnection;
use tokio::runtime::Handle;

use super::using::{Auto, Borrowed, Owned, Using};
use crate::driver::{self, Outcome, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::runtime;

/// What errors call a database that the user brought along.
pub(crate) const NAME: &str = "(borrowed)";

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
        Err(error) if is_code(&error, "42000") => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_code(error: &Error, wanted: &str) -> bool {
    matches!(error.kind(), ErrorKind::Database { code: Some(code), .. } if code == wanted)
}

/// Calls the same generic code for whichever backend it is.
macro_rules! each {
    ($value:expr, $type:ident, $inner:ident => $call:expr) => {
        match $value {
            #[cfg(feature = "sqlite")]
            $type::Sqlite($inner) => $call,
            #[cfg(feature = "postgres")]
            $type::Postgres($inner) => $call,
            #[cfg(feature = "mysql")]
            $type::MySql($inner) => $call,
        }
    };
}

/// A pool of sqlx's that the user owns. A cheap handle, as sqlx's.
#[derive(Clone)]
pub(crate) enum ForeignPool {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "mysql")]
    MySql(sqlx::MySqlPool),
}

impl ForeignPool {
    /// Tells pools apart while they live: all handles of one pool have the same.
    pub(crate) fn identity(&self) -> usize {
        each!(self, Self, pool => std::ptr::from_ref(pool.options()).addr())
    }

    /// A connection of this pool.
    pub(crate) async fn acquire(&self) -> Result<ForeignConnection> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => Foreign::acquire(pool).await.map(ForeignConnection::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => Foreign::acquire(pool).await.map(ForeignConnection::Postgres),
            #[cfg(feature = "mysql")]
            Self::MySql(pool) => Foreign::acquire(pool).await.map(ForeignConnection::MySql),
        }
    }
}

impl fmt::Debug for ForeignPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // sqlx would show the options to connect with.
        f.write_str("ForeignPool")
    }
}

/// A connection of such a pool. It goes back when dropped, unless it is in the middle of something: then it is
/// closed.
#[derive(Debug)]
pub(crate) enum ForeignConnection {
    #[cfg(feature = "sqlite")]
    Sqlite(Foreign<sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(Foreign<sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(Foreign<sqlx::MySql>),
}

impl ForeignConnection {
    pub(crate) fn server(&self) -> Server {
        each!(self, Self, foreign => foreign.server)
    }

    /// Marks it as in the middle of something, until [`end_use`](Self::end_use).
    pub(crate) fn begin_use(&mut self) -> &mut Self {
        each!(self, Self, foreign => foreign.busy = true);
        self
    }

    pub(crate) fn end_use(&mut self) {
        each!(self, Self, foreign => foreign.busy = false);
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        each!(self, Self, foreign => foreign.run(statement, sink).await)
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        each!(self, Self, foreign => foreign.batch(sql).await)
    }

    pub(crate) async fn ping(&mut self) -> Result<()> {
        each!(self, Self, foreign => foreign.ping().await)
    }
}

pub(crate) struct Foreign<DB: Native> {
    /// Taken by the drop alone.
    connection: Option<PoolConnection<DB>>,
    server: Server,
    busy: bool,
}

impl<DB: Native> Foreign<DB> {
    async fn acquire(pool: &sqlx::Pool<DB>) -> Result<Self> {
        let begun = Instant::now();
        let mut connection = pool.acquire().await.map_err(|error| acquire_error(pool, &error, begun))?;
        let options: Arc<dyn Any + Send + Sync> = pool.connect_options();
        let server = match known_server(&options) {
            Some(server) => server,
            None => {
                let server = DB::server(&mut connection).await?;
                remember_server(&options, server);
                server
            }
        };
        Ok(Self { connection: Some(connection), server, busy: false })
    }

    fn get(&mut self) -> Result<&mut DB::Connection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            None => Err(Error::new(ErrorKind::ConnectionLost)),
        }
    }

    async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        DB::run(self.get()?, statement, sink).await
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        DB::batch(self.get()?, sql).await
    }

    async fn ping(&mut self) -> Result<()> {
        sqlx::Connection::ping(self.get()?).await.map_err(|error| from_sqlx(&error))
    }
}

impl<DB: Native> Drop for Foreign<DB> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // sqlx gives a connection back by spawning a task, and panics where it cannot.
        let runtime = match Handle::try_current() {
            Ok(_) => None,
            Err(_) => runtime::handle().ok(),
        };
        let _inside = runtime.as_ref().map(Handle::enter);
        if self.busy {
            // Closes without a word; what was open on it is rolled back by the server.
            drop(connection.detach());
        } else {
            drop(connection);
        }
    }
}

impl<DB: Native> fmt::Debug for Foreign<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Foreign").field("server", &self.server).finish_non_exhaustive()
    }
}

/// The servers behind the pools that were seen, by the address of their connect options. The weak pointer keeps the
/// address from being used for anything else.
static SERVERS: Mutex<BTreeMap<usize, (Weak<dyn Any + Send + Sync>, Server)>> = Mutex::new(BTreeMap::new());

fn known_server(options: &Arc<dyn Any + Send + Sync>) -> Option<Server> {
    let servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.get(&Arc::as_ptr(options).addr()).map(|(_, server)| *server)
}

fn remember_server(options: &Arc<dyn Any + Send + Sync>, server: Server) {
    let mut servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.retain(|_, (options, _)| options.strong_count() > 0);
    servers.insert(Arc::as_ptr(options).addr(), (Arc::downgrade(options), server));
}

/// A connection that is lent for one query.
pub(crate) enum Lent<'c> {
    #[cfg(feature = "sqlite")]
    Sqlite(On<'c, sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(On<'c, sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(On<'c, sqlx::MySql>),
}

/// How far a loan has come.
pub(crate) enum On<'c, DB: Native> {
    /// As it was lent.
    Connection(&'c mut DB::Connection),
    /// Inside a transaction or savepoint of our own, which sqlx rolls back if it is dropped.
    Transaction(sqlx::Transaction<'c, DB>),
    /// Inside a savepoint of our own, in a transaction that the user began in plain SQL.
    Savepoint(&'c mut DB::Connection),
    /// Our own transaction has ended, and the loan with it.
    Over,
}

impl Lent<'_> {
    /// Which server it is.
    pub(crate) async fn server(&mut self) -> Result<Server> {
        each!(self, Self, on => on.server().await)
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        each!(self, Self, on => on.run(statement, sink).await)
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        each!(self, Self, on => on.batch(sql).await)
    }

    /// Whether sqlx knows of an open transaction.
    pub(crate) fn in_transaction(&self) -> bool {
        each!(self, Self, on => match on {
            On::Connection(connection) => sqlx::Connection::is_in_transaction(&**connection),
            On::Transaction(_) | On::Savepoint(_) => true,
            On::Over => false,
        })
    }

    /// Begins a transaction, or a savepoint in the user's own. Dropped before its end it is rolled back, except in
    /// a transaction that the user began in plain SQL: there its statements so far are left to the user.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        each!(self, Self, on => on.begin().await)
    }

    /// Ends what `begin` began. Nothing can be run on the loan afterwards.
    pub(crate) async fn end(&mut self, commit: bool) -> Result<()> {
        each!(self, Self, on => on.end(commit).await)
    }
}

impl fmt::Debug for Lent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lent")
    }
}

impl<DB: Native> On<'_, DB> {
    fn get(&mut self) -> Result<&mut DB::Connection> {
        match self {
            Self::Connection(connection) | Self::Savepoint(connection) => Ok(connection),
            Self::Transaction(transaction) => Ok(transaction),
            Self::Over => Err(Error::new(ErrorKind::TransactionClosed)),
        }
    }

    async fn server(&mut self) -> Result<Server> {
        DB::server(self.get()?).await
    }

    async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        DB::run(self.get()?, statement, sink).await
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        DB::batch(self.get()?, sql).await
    }

    async fn begin(&mut self) -> Result<()> {
        let hidden = match self {
            Self::Connection(c) if !sqlx::Connection::is_in_transaction(&**c) => DB::probe(c).await?,
            Self::Connection(_) => false,
            Self::Transaction(_) | Self::Savepoint(_) | Self::Over => {
                return Err(Error::new(ErrorKind::TransactionClosed));
            }
        };
        if hidden {
            DB::batch(self.get()?, "SAVEPOINT orm_lent").await?;
        }
        let Self::Connection(connection) = std::mem::replace(self, Self::Over) else { return Ok(()) };
        let begin = DB::BEGIN.into_sql_str();
        *self = if hidden {
            Self::Savepoint(connection)
        } else if sqlx::Connection::is_in_transaction(connection) {
            Self::Transaction(sqlx::Connection::begin(connection).await.map_err(|error| from_sqlx(&error))?)
        } else {
            let begun = sqlx::Connection::begin_with(connection, begin).await;
            Self::Transaction(begun.map_err(|error| from_sqlx(&error))?)
        };
        Ok(())
    }

    async fn end(&mut self, commit: bool) -> Result<()> {
        match std::mem::replace(self, Self::Over) {
            Self::Transaction(transaction) => {
                let ended = if commit { transaction.commit().await } else { transaction.rollback().await };
                ended.map_err(|error| from_sqlx(&error))
            }
            Self::Savepoint(connection) => {
                let sql = if commit {
                    "RELEASE SAVEPOINT orm_lent"
                } else {
                    "ROLLBACK TO SAVEPOINT orm_lent; RELEASE SAVEPOINT orm_lent"
                };
                DB::batch(connection, sql).await
            }
            Self::Connection(_) | Self::Over => Err(Error::new(ErrorKind::TransactionClosed)),
        }
    }
}

/// `Using` for everything of one backend.
macro_rules! using {
    ($feature:literal, $name:ident, $db:ty, $connection:ty) => {
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl Using for sqlx::Pool<$db> {
            type Executor = Auto;
            fn executor(self) -> Auto {
                Owned::Pool(ForeignPool::$name(self)).into()
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl Using for &sqlx::Pool<$db> {
            type Executor = Auto;
            fn executor(self) -> Auto {
                self.clone().executor()
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl<'c> Using for &'c mut $connection {
            type Executor = Borrowed<'c>;
            fn executor(self) -> Borrowed<'c> {
                Borrowed(Lent::$name(On::Connection(self)))
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl<'c> Using for &'c mut PoolConnection<$db> {
            type Executor = Borrowed<'c>;
            fn executor(self) -> Borrowed<'c> {
                <&'c mut <$db as sqlx::Database>::Connection>::executor(&mut **self)
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl<'c> Using for &'c mut sqlx::Transaction<'_, $db> {
            type Executor = Borrowed<'c>;
            fn executor(self) -> Borrowed<'c> {
                <&'c mut <$db as sqlx::Database>::Connection>::executor(&mut **self)
            }
        }
    };
}

using!("sqlite", Sqlite, sqlx::Sqlite, sqlx::SqliteConnection);
using!("postgres", Postgres, sqlx::Postgres, sqlx::PgConnection);
using!("mysql", MySql, sqlx::MySql, sqlx::MySqlConnection);

fn acquire_error<DB: sqlx::Database>(pool: &sqlx::Pool<DB>, error: &sqlx::Error, begun: Instant) -> Error {
    match error {
        sqlx::Error::PoolTimedOut => {
            let (idle, size) = (pool.num_idle(), usize::try_from(pool.size()).unwrap_or(usize::MAX));
            Error::new(ErrorKind::PoolTimeout {
                waited: begun.elapsed(),
                in_use: size.saturating_sub(idle),
                idle,
                max: usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX),
                // sqlx does not tell.
                waiting: 0,
                last_connect_error: None,
            })
        }
        sqlx::Error::PoolClosed => Error::new(ErrorKind::PoolClosed),
        sqlx::Error::Database(error) => Error::new(ErrorKind::Connect { reason: error.message().to_owned() }),
        sqlx::Error::Io(error) => Error::new(ErrorKind::Connect { reason: error.to_string() }),
        sqlx::Error::Tls(_) => Error::new(ErrorKind::Connect { reason: "TLS failed".into() }),
        // Others may repeat parts of the configuration.
        _ => Error::new(ErrorKind::Connect { reason: "the pool has no connection to give".into() }),
    }
}

/// Errors of sqlx's own begin, commit, rollback and ping.
fn from_sqlx(error: &sqlx::Error) -> Error {
    match error {
        sqlx::Error::Database(error) => Error::new(ErrorKind::Database {
            code: error.code().map(Into::into),
            message: error.message().to_owned(),
        }),
        _ => Error::new(ErrorKind::ConnectionLost),
    }
}
