//! What tests of databases and transactions share: plain SQL on whatever a query can run on, and a table of integers
//! on each backend that is at hand.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::choose;
use crate::database::{Access, Auto, Database, Executor, Target, Using};
use crate::driver::{Backend, Cursor, Sink, Statement};
use crate::error::Result;

/// No rows.
pub(crate) const NONE: [i64; 0] = [];

/// Where no `.using(..)` was said.
pub(crate) fn auto<'c>() -> Target<'c> {
    Auto::default().target()
}

/// Where `.using(..)` was said.
pub(crate) fn on<'c, X: Using<Executor: Executor<'c>>>(what: X) -> Target<'c> {
    what.executor().target()
}

/// Runs one statement.
pub(crate) fn execute<'c>(
    target: Target<'c>,
    sql: &str,
) -> impl Future<Output = Result<u64>> + Send + use<'c> {
    let sql: Arc<str> = sql.into();
    async move {
        let mut lease = choose::lease(target, None, Access::Update).await?;
        Ok(lease.run(Statement { sql: &sql, args: &[], scales: &[] }, &mut ()).await?.affected)
    }
}

/// The first column of the rows, which must be integers.
pub(crate) fn numbers<'c>(
    target: Target<'c>,
    sql: &str,
) -> impl Future<Output = Result<Vec<i64>>> + Send + use<'c> {
    struct Numbers(Vec<i64>);
    impl Sink for Numbers {
        fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
            self.0.extend(row.i64()?);
            Ok(())
        }
    }
    let sql: Arc<str> = sql.into();
    async move {
        let mut lease = choose::lease(target, None, Access::Update).await?;
        let mut rows = Numbers(Vec::new());
        lease.run(Statement { sql: &sql, args: &[], scales: &[] }, &mut rows).await?;
        Ok(rows.0)
    }
}

/// A name that no other test of this or another process uses.
pub(crate) fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A file that is gone after the test.
#[derive(Debug)]
pub(crate) struct TempFile(PathBuf);

impl TempFile {
    pub(crate) fn new() -> Self {
        Self(std::env::temp_dir().join(format!("{}.db", unique("orm_test"))))
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.0.display())
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The URLs of the backends at hand; says which are not.
pub(crate) fn servers() -> Vec<String> {
    let mut urls = Vec::new();
    for (name, variable, enabled) in [
        ("PostgreSQL", "ORM_TEST_POSTGRES_URL", cfg!(feature = "postgres")),
        ("MariaDB", "ORM_TEST_MARIADB_URL", cfg!(feature = "mysql")),
        ("MySQL", "ORM_TEST_MYSQL_URL", cfg!(feature = "mysql")),
    ] {
        match std::env::var(variable) {
            Ok(url) if enabled => urls.push(url),
            _ => println!("left out: {name}"),
        }
    }
    urls
}

/// A database with an empty table of integers.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) db: Database,
    pub(crate) table: String,
    _file: Option<TempFile>,
}

impl Bench {
    async fn new(url: String, file: Option<TempFile>) -> Self {
        let db = Database::open("bench", url).await.expect("a database");
        let table = unique("orm_numbers");
        let bench = Self { db, table, _file: file };
        bench.execute(&format!("CREATE TABLE {} (n BIGINT PRIMARY KEY)", bench.table)).await;
        bench
    }

    /// On SQLite alone.
    pub(crate) async fn sqlite() -> Self {
        let file = TempFile::new();
        Self::new(file.url(), Some(file)).await
    }

    /// One for each backend at hand.
    pub(crate) async fn all() -> Vec<Self> {
        let mut benches = vec![Self::sqlite().await];
        for url in servers() {
            benches.push(Self::new(url, None).await);
        }
        benches
    }

    pub(crate) fn backend(&self) -> Backend {
        self.db.backend().expect("connected")
    }

    async fn execute(&self, sql: &str) {
        execute(on(&self.db), sql).await.expect(sql);
    }

    pub(crate) fn insert(&self, n: i64) -> String {
        format!("INSERT INTO {} VALUES ({n})", self.table)
    }

    pub(crate) fn select(&self) -> String {
        format!("SELECT n FROM {} ORDER BY n", self.table)
    }

    /// What is committed: read outside of any transaction.
    pub(crate) async fn committed(&self) -> Vec<i64> {
        numbers(on(&self.db).outside_transaction(), &self.select()).await.expect("rows")
    }

    pub(crate) async fn finish(self) {
        self.execute(&format!("DROP TABLE {}", self.table)).await;
        self.db.close().await.expect("closed");
    }
}

/// A statement that takes five seconds, where there is one.
pub(crate) fn slow(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Postgres => Some("SELECT pg_sleep(5)::text"),
        Backend::MySql | Backend::MariaDb => Some("SELECT SLEEP(5)"),
        Backend::Sqlite => None,
    }
}
