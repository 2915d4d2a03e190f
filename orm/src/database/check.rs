//! How all open databases are.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::runtime::Handle;

use super::operation::Operation;
use super::registry;
use super::shared::{Open, Shared};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::held::Held;
use crate::pool::PoolStats;

/// How long a database may take to answer, where nothing else is said.
const LIMIT: Duration = Duration::from_secs(5);

/// How one open database is, as [`db::check`](crate::db::check) found it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Checked {
    /// All names that lead to it, in order.
    pub names: Vec<String>,
    /// The URL, without password and options. None if it was closed meanwhile.
    pub url: Option<String>,
    /// The database system, as the first connection found it.
    pub backend: Option<Backend>,
    /// Whether it answered, or why not.
    pub result: Result<()>,
    /// How long it took to get a connection and an answer, or to fail.
    pub latency: Duration,
    /// Its pool, after the question. None if it was closed meanwhile.
    pub pool: Option<PoolStats>,
}

impl Checked {
    /// Whether it answered.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.result.is_ok()
    }
}

/// All open databases about to be asked for a sign of life: say how long they may take, then `.await` it or call
/// [`blocking`](Check::blocking).
///
/// # Cancel safety
///
/// Dropping the future costs one connection of each database at most.
#[derive(Debug, Clone)]
#[must_use = "nobody is asked until it is awaited, or `.blocking()` is called"]
pub struct Check {
    limit: Duration,
}

impl Check {
    pub(super) fn new() -> Self {
        Self { limit: LIMIT }
    }

    /// Waits no longer than this for each. 5 seconds by default.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    async fn run(self) -> Vec<Checked> {
        join_all(registry::all().into_iter().map(|(database, names)| one(database, names, self.limit))).await
    }

    /// Asks on this thread, outside of any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one, and no other.
    pub fn blocking(self) -> Result<Vec<Checked>> {
        Operation::new(async move { Ok(self.run().await) }).blocking()
    }
}

impl IntoFuture for Check {
    type Output = Vec<Checked>;
    type IntoFuture = Pin<Box<dyn Future<Output = Vec<Checked>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

async fn one(database: Arc<Shared>, names: Vec<String>, limit: Duration) -> Checked {
    let start = Instant::now();
    let result = ask(&database, start, limit).await.map_err(|error| error.with_database(database.name()));
    let latency = start.elapsed();
    let open = database.open();
    let of = |open: &Arc<Open>| (open.url.clone(), open.pool.server(), open.pool.stats());
    let (url, server, pool) = open
        .as_ref()
        .map(of)
        .map_or((None, None, None), |(url, server, pool)| (Some(url), server, Some(pool)));
    Checked { names, url, backend: server.map(|server| server.backend), result, latency, pool }
}

async fn ask(database: &Arc<Shared>, start: Instant, limit: Duration) -> Result<()> {
    let mut held = Held::from(database.acquire_within(Some(limit)).await?);
    let answer = within(start, limit, held.ping()).await;
    answer.unwrap_or_else(|| Err(Error::new(ErrorKind::StatementTimeout)))
}

/// What `future` gives, unless the time is over. Without a runtime there are no timers, and nothing that needs them.
async fn within<F: Future>(start: Instant, limit: Duration, future: F) -> Option<F::Output> {
    if Handle::try_current().is_err() {
        return Some(future.await);
    }
    tokio::time::timeout(limit.saturating_sub(start.elapsed()), future).await.ok()
}
