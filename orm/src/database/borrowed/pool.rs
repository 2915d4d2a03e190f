//! A pool that belongs to the user, and the connections that it gives.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use tokio::runtime::Handle;

use super::from_sqlx;
use super::native::Native;
use crate::driver::{Outcome, Server, Sink, Statement};
use crate::error::{ConnectCause, Error, ErrorKind, Result};
use crate::exec::runtime;

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
static SERVERS: Mutex<BTreeMap<usize, Known>> = Mutex::new(BTreeMap::new());

type Known = (Weak<dyn Any + Send + Sync>, Server);

fn known_server(options: &Arc<dyn Any + Send + Sync>) -> Option<Server> {
    let servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.get(&Arc::as_ptr(options).addr()).map(|(_, server)| *server)
}

fn remember_server(options: &Arc<dyn Any + Send + Sync>, server: Server) {
    let mut servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.retain(|_, (options, _)| options.strong_count() > 0);
    servers.insert(Arc::as_ptr(options).addr(), (Arc::downgrade(options), server));
}

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
        sqlx::Error::Database(error) => connect(ConnectCause::Other, error.message()),
        sqlx::Error::Io(error) => connect(ConnectCause::Unreachable, &error.to_string()),
        sqlx::Error::Tls(_) => connect(ConnectCause::Tls, "TLS failed"),
        // Others may repeat parts of the configuration.
        _ => connect(ConnectCause::Other, "the pool has no connection to give"),
    }
}

fn connect(cause: ConnectCause, reason: &str) -> Error {
    Error::new(ErrorKind::Connect { cause, reason: reason.to_owned() })
}
