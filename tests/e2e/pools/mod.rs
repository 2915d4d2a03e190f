//! Options of pools, on real connections, counted by the server itself where it can.

mod limits;
mod profiles;
mod tending;
mod times;
mod transactions;

use orm::prelude::*;
use orm::{DatabaseOptions, PoolOptions, PoolStats, Transaction, begin};
use orm_tests::listing::{self as sessions, Sessions};
use orm_tests::{Kind, Outcome, TestDb};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A handle with a pool of its own, and what the server knows of it.
struct Bench<'d> {
    db: Database,
    /// None on SQLite.
    sessions: Option<Sessions<'d>>,
}

impl<'d> Bench<'d> {
    async fn open(db: &'d TestDb, pool: PoolOptions) -> Result<Self> {
        Self::open_at(db, &sessions::url(db), pool).await
    }

    async fn open_at(db: &'d TestDb, url: &str, pool: PoolOptions) -> Result<Self> {
        let sessions = Sessions::after_those_of(db).await?;
        let handle = Database::open("pools", DatabaseOptions::url(url).pool(pool)).await?;
        let sessions = (db.kind() != Kind::Sqlite).then_some(sessions);
        Ok(Self { db: handle, sessions })
    }

    fn stats(&self) -> PoolStats {
        let stats = self.db.pool_stats().expect("the database is open");
        assert_eq!(stats.idle + stats.in_use, stats.size, "{stats:?}");
        assert!(stats.size <= stats.hard_limit && stats.soft_limit <= stats.hard_limit, "{stats:?}");
        stats
    }

    /// The pool has so many connections, and the server as many sessions, as soon as it has noticed.
    async fn settles_at(&self, count: usize) -> Outcome {
        assert_eq!(self.stats().size, count, "{:?}", self.stats());
        match &self.sessions {
            Some(sessions) => sessions.settle_at(count).await,
            None => Ok(()),
        }
    }

    /// So many connections at work at once.
    async fn hold(&self, count: usize) -> orm::Result<Vec<Transaction>> {
        let mut held = Vec::new();
        for _ in 0..count {
            held.push(begin().using(&self.db).read_only().await?);
        }
        Ok(held)
    }

    async fn close(self) -> Outcome {
        self.db.close().await?;
        match &self.sessions {
            Some(sessions) => sessions.settle_at(0).await,
            None => Ok(()),
        }
    }
}

async fn give_back(held: Vec<Transaction>) -> orm::Result<()> {
    for transaction in held {
        transaction.rollback().await?;
    }
    Ok(())
}

/// The reason of an error of the configuration.
fn reason(error: &orm::Error) -> &str {
    match error.kind() {
        orm::ErrorKind::Config { reason } => reason,
        other => panic!("{other:?}"),
    }
}
