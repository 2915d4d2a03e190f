//! What the server knows of the connections under test, asked in plain SQL.

use std::time::{Duration, Instant};

use crate::{Kind, TestDb};
use orm::{Database, DatabaseOptions, PoolOptions};

/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// InnoDB's list of transactions is a copy that is made anew only after nobody read it for a tenth of a second.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// The connections of one handle, as the server lists them.
#[derive(Debug)]
pub struct Sessions<'d> {
    db: &'d TestDb,
    /// Sessions on the same database which are not of that handle.
    others: Vec<i64>,
}

impl<'d> Sessions<'d> {
    /// Whatever connects after this with [`url`] counts.
    pub async fn after_those_of(db: &'d TestDb) -> Result<Self> {
        let mut sessions = Self { db, others: Vec::new() };
        if db.kind() != Kind::Sqlite {
            sessions.others = sessions.ids().await?;
        }
        Ok(sessions)
    }

    /// Opens a handle with so many connections at most, and the sessions of it.
    pub async fn open(db: &'d TestDb, name: &str, pool: PoolOptions) -> Result<(Self, Database)> {
        let sessions = Self::after_those_of(db).await?;
        let handle = Database::open(name, DatabaseOptions::url(url(db)).pool(pool)).await?;
        Ok((sessions, handle))
    }

    /// The numbers by which the server knows them.
    pub async fn ids(&self) -> Result<Vec<i64>> {
        self.matching("", "").await
    }

    /// Those which wait for a lock that another one holds.
    pub async fn waiting(&self) -> Result<Vec<i64>> {
        self.matching("AND wait_event_type = 'Lock'", "AND command IN ('Query', 'Execute')").await
    }

    async fn matching(&self, postgres: &str, mysql: &str) -> Result<Vec<i64>> {
        let name = self.db.handle().name();
        let sql = match self.db.kind() {
            Kind::Sqlite => return Err("SQLite has no sessions".into()),
            Kind::Postgres => {
                format!("SELECT pid FROM pg_stat_activity WHERE application_name = '{name}' {postgres}")
            }
            Kind::MariaDb | Kind::MySql => format!(
                "SELECT id FROM information_schema.processlist WHERE db = '{name}' AND id <> connection_id() {mysql}"
            ),
        };
        let mut ids = Vec::new();
        for row in self.db.oracle(&sql).await? {
            let id: i64 = row.into_iter().flatten().next().ok_or("no number")?.parse()?;
            if !self.others.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Ends one from outside. It may have ended by itself.
    pub async fn kill(&self, id: i64) -> Result<()> {
        match self.db.kind() {
            Kind::Postgres => {
                self.db.oracle(&format!("SELECT pg_terminate_backend({id})")).await?;
            }
            _ => {
                match self.db.oracle(&format!("KILL {id}")).await {
                    // The list of sessions may name one that is just going.
                    Err(error) if !error.to_string().contains("Unknown thread id") => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Waits until none of these, which were killed, is left.
    ///
    /// MariaDB overlooks a `KILL` that comes just when a session begins to wait for its next statement, until that
    /// comes: so it is said again.
    pub async fn gone(&self, ids: &[i64]) -> Result<()> {
        until("the sessions end", async || {
            let listed = self.ids().await?;
            let left: Vec<_> = ids.iter().filter(|id| listed.contains(id)).collect();
            if self.db.kind() == Kind::MariaDb {
                for id in &left {
                    self.kill(**id).await?;
                }
            }
            Ok(left.is_empty())
        })
        .await
    }

    /// Waits until the server has so many of them.
    pub async fn settle_at(&self, count: usize) -> Result<()> {
        let what = format!("the server has {count} sessions of the pool");
        until(&what, async || Ok(self.ids().await?.len() == count)).await
    }
}

/// Waits until no transaction is open on the database of the test.
pub async fn no_transaction(db: &TestDb) -> Result<()> {
    until("no transaction is open", async || Ok(open_transactions(db).await? == 0)).await
}

/// Waits for a state.
pub async fn until(what: &str, mut there: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !there().await? {
        if start.elapsed() > PATIENCE {
            return Err(format!("still not so: {what}").into());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// The database of the test, so that a connection to it can be told from others.
pub fn url(db: &TestDb) -> String {
    match db.kind() {
        Kind::Postgres => format!("{}&application_name={}", db.url(), db.handle().name()),
        _ => db.url().to_owned(),
    }
}

/// How many transactions are open on the database of the test; what only sits in one counts as well.
async fn open_transactions(db: &TestDb) -> Result<u64> {
    let name = db.handle().name();
    let sql = match db.kind() {
        // Nobody can take the write lock while there is one, and a log that somebody reads is not emptied.
        Kind::Sqlite => {
            db.oracle("BEGIN EXCLUSIVE; COMMIT").await?;
            "SELECT 0".to_owned()
        }
        Kind::Postgres => format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}' AND xact_start IS NOT NULL"
        ),
        Kind::MariaDb | Kind::MySql => format!(
            "SELECT count(*) FROM information_schema.innodb_trx JOIN information_schema.processlist \
             ON id = trx_mysql_thread_id WHERE db = '{name}' AND id <> connection_id()"
        ),
    };
    let rows = db.oracle(&sql).await?;
    Ok(rows.into_iter().flatten().flatten().next().ok_or("no count")?.parse()?)
}
