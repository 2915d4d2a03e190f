//! The data that everyone works on, and what they are asked to do with it.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use orm::Database;
use orm::model::Model as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::ours;

/// Rows of the table that is read, and of the one that is updated.
pub const ROWS: i64 = 10_000;
/// Rows that are read at once, and those of which each has related rows.
pub const PARENTS: i64 = 100;
/// Related rows of each.
pub const CHILDREN: i64 = 10;
/// Rows of one bulk insert.
pub const BULK: i64 = 1_000;
/// Connections of everyone's pool.
pub const CONNECTIONS: usize = 4;
/// Tasks, or threads, that share them.
pub const TASKS: u32 = 8;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// One row by its key.
    Pk,
    /// 100 rows into structs.
    Select100,
    /// 10 000 rows into structs.
    Select10000,
    /// 100 rows into structs, each with a list of its 10 related rows, in two statements.
    Prefetch,
    /// One new row, and its key.
    Insert,
    /// 1 000 new rows, all or none.
    Insert1000,
    /// One column of one row, by its key.
    Update,
    /// The SQL of a query with ten filters; nothing is sent.
    Filters,
    /// One row by its key, in each of 8 tasks on 4 connections.
    Pool,
}

impl Workload {
    /// How many rows a select is to read.
    pub fn limit(self) -> i64 {
        if self == Self::Select10000 { ROWS } else { PARENTS }
    }
}

/// The database systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    Sqlite,
    Postgres,
    #[value(name = "mariadb")]
    MariaDb,
    #[value(name = "mysql")]
    MySql,
}

impl Backend {
    fn variable(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "ORM_TEST_POSTGRES_URL",
            Self::MariaDb => "ORM_TEST_MARIADB_URL",
            Self::MySql => "ORM_TEST_MYSQL_URL",
        }
    }
}

/// As on the command line.
impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(self, f)
    }
}

/// As on the command line.
impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(self, f)
    }
}

fn write_value(value: &impl ValueEnum, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    value.to_possible_value().map_or(Ok(()), |value| f.pad(value.get_name()))
}

/// Does the workload `times` times, and gives a checksum of what it read.
pub type Work<'c> = Pin<Box<dyn Future<Output = Result<u64>> + Send + 'c>>;

/// Somebody who can do the work.
pub trait Contender: Send {
    fn name(&self) -> &'static str;

    fn can(&self, _: Workload) -> bool {
        true
    }

    fn run(&mut self, workload: Workload, times: u32) -> Work<'_>;
}

/// A row, for those who have no model of their own.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: i64,
    pub name: String,
    pub score: i64,
}

/// The key of the `i`-th look-up: all over the table.
pub fn key(i: u32) -> i64 {
    1 + i64::from(i) * 7_919 % ROWS
}

/// The name of the `i`-th row.
pub fn name(i: i64) -> String {
    format!("item number {i}")
}

/// The checksum, with one more row.
pub fn add(sum: u64, id: i64, name: &str, score: i64) -> u64 {
    let last = name.as_bytes().last().copied().unwrap_or(0);
    sum.wrapping_mul(31)
        .wrapping_add(id.cast_unsigned())
        .wrapping_add(score.cast_unsigned())
        .wrapping_add(name.len() as u64)
        .wrapping_add(u64::from(last))
}

/// The checksum of rows.
pub fn sum(rows: &[Row]) -> u64 {
    rows.iter().fold(0, |sum, row| add(sum, row.id, &row.name, row.score))
}

/// Rows with related rows, whose `score` is the key of the row that they belong to.
pub fn gather(rows: Vec<Row>, children: Vec<Row>) -> Vec<(Row, Vec<Row>)> {
    let places: HashMap<i64, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let mut all: Vec<_> = rows.into_iter().map(|row| (row, Vec::new())).collect();
    for child in children {
        if let Some((_, list)) = places.get(&child.score).and_then(|at| all.get_mut(*at)) {
            list.push(child);
        }
    }
    all
}

/// The checksum of rows with related rows.
pub fn sum_of_all(rows: &[(Row, Vec<Row>)]) -> u64 {
    rows.iter().fold(0, |sum, (row, children)| {
        let sum = add(sum, row.id, &row.name, row.score);
        children.iter().fold(sum, |sum, row| add(sum, row.id, &row.name, row.score))
    })
}

/// The tables, filled, on one backend.
pub struct Data {
    pub backend: Backend,
    /// As sqlx takes it.
    pub url: String,
    /// What the server says that it is.
    pub version: String,
    /// Of SQLite.
    folder: Option<tempfile::TempDir>,
}

/// What refers to another one goes first.
const TABLES: [&str; 4] = ["orm_bench_parts", "orm_bench_items", "orm_bench_new", "orm_bench_changed"];

impl Data {
    /// Creates and fills the tables; none if there is no such server.
    pub async fn create(backend: Backend) -> Result<Option<Self>> {
        let mut folder = None;
        let url = match std::env::var(backend.variable()) {
            _ if backend == Backend::Sqlite => {
                let path = folder.insert(tempfile::tempdir()?).path().join("bench.db");
                format!("sqlite://{}?mode=rwc", path.display())
            }
            Ok(url) => url,
            Err(_) => return Ok(None),
        };
        let mut data = Self { backend, url, version: String::new(), folder };
        data.drop_tables().await?;
        let db = Database::open("bench", data.ours().as_str()).await?;
        let tables = [ours::Item::TABLE, ours::Part::TABLE, ours::New::TABLE, ours::Changed::TABLE];
        db.create_tables(&tables).await?;
        let rows = || (1..=ROWS).map(|i| (i, name(i), i * 3));
        let items = rows().map(|(i, name, score)| ours::NewItem::new(name, score).id(i));
        ours::Item::objects().using(&db).bulk_create(items).await?;
        let parts = (1..=PARENTS * CHILDREN).map(|i| ours::NewPart::new(name(i), 1 + i % PARENTS).id(i));
        ours::Part::objects().using(&db).bulk_create(parts).await?;
        let changed = rows().map(|(i, name, score)| ours::NewChanged::new(name, score).id(i));
        ours::Changed::objects().using(&db).bulk_create(changed).await?;
        if let Some((major, minor, patch)) = db.server_version() {
            data.version = format!("{major}.{minor}.{patch}");
        }
        db.close().await?;
        // So that no server begins to gather statistics in the middle.
        data.statement(match backend {
            Backend::Sqlite | Backend::Postgres => "ANALYZE",
            Backend::MariaDb | Backend::MySql => "ANALYZE TABLE orm_bench_items, orm_bench_parts, orm_bench_changed",
        })
        .await?;
        Ok(Some(data))
    }

    /// The URL as ours takes it: three slashes before the path of a file.
    pub fn ours(&self) -> String {
        match self.url.strip_prefix("sqlite://") {
            Some(path) => format!("sqlite:///{path}"),
            None => self.url.clone(),
        }
    }

    /// The file, of SQLite.
    pub fn path(&self) -> Option<std::path::PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().join("bench.db"))
    }

    /// Empties the table that rows were inserted into, and says how many there were.
    pub async fn clean(&self) -> Result<u64> {
        self.statement("DELETE FROM orm_bench_new").await
    }

    /// Removes everything.
    pub async fn remove(self) -> Result<()> {
        self.drop_tables().await
    }

    async fn drop_tables(&self) -> Result<()> {
        for table in TABLES {
            self.statement(&format!("DROP TABLE IF EXISTS {table}")).await?;
        }
        Ok(())
    }

    /// Runs a statement as nobody who is measured would: on a connection of its own.
    async fn statement(&self, sql: &str) -> Result<u64> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        let affected = match self.backend {
            Backend::Sqlite => {
                sqlx::SqliteConnection::connect(&self.url).await?.execute(sql).await?.rows_affected()
            }
            Backend::Postgres => {
                sqlx::PgConnection::connect(&self.url).await?.execute(sql).await?.rows_affected()
            }
            Backend::MariaDb | Backend::MySql => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url).await;
                let connection = connection.as_mut().map_err(|error| anyhow::anyhow!("{error}"));
                connection.context(self.backend.to_string())?.execute(sql).await?.rows_affected()
            }
        };
        Ok(affected)
    }
}
