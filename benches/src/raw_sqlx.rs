//! sqlx as its manual has it: its pool, `query_as`, `QueryBuilder`.

use anyhow::Result;
use sqlx::pool::PoolOptions;
use sqlx::{QueryBuilder, query, query_as};

use crate::data::{self, BULK, Backend, CONNECTIONS, Contender, Data, Row, TASKS, Work, Workload, add, key};

macro_rules! raw_sqlx {
    ($name:ident, $database:ty, $row:ty, $sql:ident) => {
        pub struct $name {
            pool: sqlx::Pool<$database>,
            backend: Backend,
        }

        /// As the derive writes it.
        impl<'r> sqlx::FromRow<'r, $row> for Row {
            fn from_row(row: &'r $row) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self { id: row.try_get("id")?, name: row.try_get("name")?, score: row.try_get("score")? })
            }
        }

        impl $name {
            async fn pk(pool: &sqlx::Pool<$database>, keys: std::ops::Range<u32>) -> Result<u64> {
                let mut sum = 0;
                for i in keys {
                    let row: Row = query_as($sql::PK).bind(key(i)).fetch_one(pool).await?;
                    sum = add(sum, row.id, &row.name, row.score);
                }
                Ok(sum)
            }

            async fn work(&self, workload: Workload, times: u32) -> Result<u64> {
                let mut sum = 0;
                match workload {
                    Workload::Pk => return Self::pk(&self.pool, 0..times).await,
                    Workload::Select100 | Workload::Select10000 => {
                        for _ in 0..times {
                            let select = query_as($sql::SELECT).bind(workload.limit());
                            let rows: Vec<Row> = select.fetch_all(&self.pool).await?;
                            sum = data::sum(&rows);
                        }
                    }
                    Workload::Prefetch => {
                        for _ in 0..times {
                            let select = query_as($sql::SELECT).bind(workload.limit());
                            let rows: Vec<Row> = select.fetch_all(&self.pool).await?;
                            let sql = "SELECT id, name, item_id AS score FROM orm_bench_parts WHERE item_id IN (";
                            let mut select = QueryBuilder::<$database>::new(sql);
                            let mut keys = select.separated(", ");
                            for row in &rows {
                                keys.push_bind(row.id);
                            }
                            select.push(") ORDER BY id");
                            let parts: Vec<Row> = select.build_query_as().fetch_all(&self.pool).await?;
                            sum = data::sum_of_all(&data::gather(rows, parts));
                        }
                    }
                    Workload::Insert => {
                        for i in 0..i64::from(times) {
                            let name = data::name(i);
                            let row: Row = if self.backend == Backend::MySql {
                                let insert = query($sql::INSERT).bind(&name).bind(i);
                                let done = insert.execute(&self.pool).await?;
                                Row { id: $sql::last_id(&done)?, name, score: i }
                            } else {
                                query_as($sql::RETURNING).bind(name).bind(i).fetch_one(&self.pool).await?
                            };
                            sum = add(sum, i64::from(row.id > 0), &row.name, row.score);
                        }
                    }
                    Workload::Insert1000 => {
                        for _ in 0..times {
                            let sql = "INSERT INTO orm_bench_new (name, score) ";
                            let mut insert = QueryBuilder::<$database>::new(sql);
                            insert.push_values(0..BULK, |mut row, i| {
                                row.push_bind(data::name(i)).push_bind(i);
                            });
                            sum += insert.build().execute(&self.pool).await?.rows_affected();
                        }
                    }
                    Workload::Update => {
                        for i in 0..times {
                            let update = query($sql::UPDATE).bind(i64::from(i)).bind(key(i));
                            sum += update.execute(&self.pool).await?.rows_affected();
                        }
                    }
                    Workload::Filters => {
                        for i in 0..i64::from(times) {
                            sum += u64::from(Self::filtered(i).sql().as_str().len() > 10);
                        }
                    }
                    Workload::Pool => {
                        let tasks: Vec<_> = (0..TASKS)
                            .map(|task| {
                                let pool = self.pool.clone();
                                tokio::spawn(async move {
                                    Self::pk(&pool, task * times..(task + 1) * times).await
                                })
                            })
                            .collect();
                        for task in tasks {
                            sum += task.await??;
                        }
                    }
                }
                Ok(sum)
            }

            fn filtered(i: i64) -> QueryBuilder<$database> {
                let mut select = QueryBuilder::new("SELECT id, name, score FROM orm_bench_items WHERE id > ");
                select.push_bind(i).push(" AND id < ").push_bind(i + 1_000);
                select.push(" AND id <> ").push_bind(i + 5);
                select.push(" AND score >= ").push_bind(i).push(" AND score <= ").push_bind(i + 5_000);
                select.push(" AND score <> ").push_bind(i + 7);
                select.push(" AND name > ").push_bind("a").push(" AND name < ").push_bind("z");
                select.push(" AND name <> ").push_bind("item").push(" AND name >= ").push_bind("b");
                select
            }
        }

        impl Contender for $name {
            fn name(&self) -> &'static str {
                "sqlx"
            }

            fn run(&mut self, workload: Workload, times: u32) -> Work<'_> {
                Box::pin(self.work(workload, times))
            }
        }
    };
}

raw_sqlx!(Sqlite, sqlx::Sqlite, sqlx::sqlite::SqliteRow, sqlite);
raw_sqlx!(Postgres, sqlx::Postgres, sqlx::postgres::PgRow, postgres);
raw_sqlx!(MySql, sqlx::MySql, sqlx::mysql::MySqlRow, mysql);

impl Sqlite {
    pub async fn connect(data: &Data) -> Result<Self> {
        let pool = PoolOptions::new().max_connections(u32::try_from(CONNECTIONS)?);
        let pool = pool.connect_with(sqlite_options(data)?).await?;
        Ok(Self { pool, backend: data.backend })
    }
}

/// With what ours sets.
pub fn sqlite_options(data: &Data) -> Result<sqlx::sqlite::SqliteConnectOptions> {
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    Ok(data
        .url
        .parse::<SqliteConnectOptions>()?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "10000")
        .foreign_keys(true))
}

impl Postgres {
    pub async fn connect(data: &Data) -> Result<Self> {
        let pool = PoolOptions::new().max_connections(u32::try_from(CONNECTIONS)?).connect(&data.url).await?;
        Ok(Self { pool, backend: data.backend })
    }
}

impl MySql {
    pub async fn connect(data: &Data) -> Result<Self> {
        let pool = PoolOptions::new().max_connections(u32::try_from(CONNECTIONS)?).connect(&data.url).await?;
        Ok(Self { pool, backend: data.backend })
    }
}

/// The texts for one kind of placeholder.
macro_rules! texts {
    ($module:ident, $result:ty, $one:literal, $two:literal, |$done:ident| $last_id:expr) => {
        mod $module {
            pub(super) const PK: &str =
                concat!("SELECT id, name, score FROM orm_bench_items WHERE id = ", $one);
            pub(super) const SELECT: &str =
                concat!("SELECT id, name, score FROM orm_bench_items ORDER BY id LIMIT ", $one);
            pub(super) const UPDATE: &str =
                concat!("UPDATE orm_bench_changed SET score = ", $one, " WHERE id = ", $two);
            pub(super) const INSERT: &str =
                concat!("INSERT INTO orm_bench_new (name, score) VALUES (", $one, ", ", $two, ")");
            pub(super) const RETURNING: &str = concat!(
                "INSERT INTO orm_bench_new (name, score) VALUES (",
                $one,
                ", ",
                $two,
                ") RETURNING id, name, score"
            );

            pub(super) fn last_id($done: &$result) -> anyhow::Result<i64> {
                $last_id
            }
        }
    };
}

texts!(sqlite, sqlx::sqlite::SqliteQueryResult, "?1", "?2", |done| Ok(done.last_insert_rowid()));
texts!(postgres, sqlx::postgres::PgQueryResult, "$1", "$2", |_done| anyhow::bail!("it returns the row"));
texts!(mysql, sqlx::mysql::MySqlQueryResult, "?", "?", |done| Ok(i64::try_from(done.last_insert_id())?));
