//! What a careful person writes on sqlx by hand: a connection held, `fetch_many` of the connection itself, columns by
//! ordinal and unchecked, and for the pool a bare list of connections.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, Either, Executor as _, Row as _, query};
use tokio::sync::Semaphore;

use crate::data::{self, BULK, Backend, CONNECTIONS, Contender, Data, Row, TASKS, Work, Workload, add, key};

/// Connections that are free.
struct Free<C> {
    connections: Mutex<Vec<C>>,
    permits: Semaphore,
}

impl<C> Free<C> {
    fn take(&self) -> Result<C> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).pop().context("no connection is free")
    }

    fn give_back(&self, connection: C) {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

macro_rules! by_hand {
    ($name:ident, $connection:ty, $row:ty, $sql:ident) => {
        pub struct $name {
            connection: $connection,
            free: Arc<Free<$connection>>,
            backend: Backend,
        }

        impl $name {
            pub async fn connect(data: &Data) -> Result<Self> {
                let mut free = Vec::new();
                for _ in 0..CONNECTIONS {
                    free.push(<$connection>::connect(&data.url).await?);
                }
                let free = Free { connections: Mutex::new(free), permits: Semaphore::new(CONNECTIONS) };
                let connection = <$connection>::connect(&data.url).await?;
                Ok(Self { connection, free: Arc::new(free), backend: data.backend })
            }

            fn read(row: &$row) -> Result<Row> {
                Ok(Row {
                    id: row.try_get_unchecked(0)?,
                    name: row.try_get_unchecked(1)?,
                    score: row.try_get_unchecked(2)?,
                })
            }

            async fn pk(connection: &mut $connection, key: i64) -> Result<Row> {
                let mut rows = connection.fetch_many(query($sql::PK).bind(key));
                let mut found = None;
                while let Some(step) = rows.try_next().await? {
                    if let Either::Right(row) = step {
                        found = Some(Self::read(&row)?);
                    }
                }
                found.context("no row")
            }

            async fn select(connection: &mut $connection, limit: i64) -> Result<Vec<Row>> {
                Self::all(connection, query($sql::SELECT).bind(limit)).await
            }

            async fn all<'q, Q>(connection: &mut $connection, query: Q) -> Result<Vec<Row>>
            where
                Q: sqlx::Execute<'q, <$connection as sqlx::Connection>::Database> + 'q,
            {
                let mut rows = connection.fetch_many(query);
                let mut all = Vec::new();
                while let Some(step) = rows.try_next().await? {
                    if let Either::Right(row) = step {
                        all.push(Self::read(&row)?);
                    }
                }
                Ok(all)
            }

            async fn pool(&self, times: u32) -> Result<u64> {
                let tasks: Vec<_> = (0..TASKS)
                    .map(|task| {
                        let free = Arc::clone(&self.free);
                        tokio::spawn(async move {
                            let mut sum = 0;
                            for i in task * times..(task + 1) * times {
                                let _permit = free.permits.acquire().await?;
                                let mut connection = free.take()?;
                                let row = Self::pk(&mut connection, key(i)).await?;
                                free.give_back(connection);
                                sum = add(sum, row.id, &row.name, row.score);
                            }
                            anyhow::Ok(sum)
                        })
                    })
                    .collect();
                let mut sum = 0;
                for task in tasks {
                    sum += task.await??;
                }
                Ok(sum)
            }

            async fn work(&mut self, workload: Workload, times: u32) -> Result<u64> {
                let connection = &mut self.connection;
                let mut sum = 0;
                match workload {
                    Workload::Pk => {
                        for i in 0..times {
                            let row = Self::pk(connection, key(i)).await?;
                            sum = add(sum, row.id, &row.name, row.score);
                        }
                    }
                    Workload::Select100 | Workload::Select10000 => {
                        for _ in 0..times {
                            sum = data::sum(&Self::select(connection, workload.limit()).await?);
                        }
                    }
                    Workload::Prefetch => {
                        for _ in 0..times {
                            let rows = Self::select(connection, workload.limit()).await?;
                            let keys: Vec<i64> = rows.iter().map(|row| row.id).collect();
                            let parts = Self::all(connection, $sql::parts(&keys)).await?;
                            sum = data::sum_of_all(&data::gather(rows, parts));
                        }
                    }
                    Workload::Insert => {
                        for i in 0..i64::from(times) {
                            let row = $sql::insert(connection, self.backend, data::name(i), i).await?;
                            sum = add(sum, i64::from(row.id > 0), &row.name, row.score);
                        }
                    }
                    Workload::Insert1000 => {
                        for _ in 0..times {
                            sum += $sql::insert_bulk(connection).await?;
                        }
                    }
                    Workload::Update => {
                        for i in 0..times {
                            let update = query($sql::UPDATE).bind(i64::from(i)).bind(key(i));
                            sum += connection.execute(update).await?.rows_affected();
                        }
                    }
                    Workload::Pool => return self.pool(times).await,
                    Workload::Filters => anyhow::bail!("it builds no SQL"),
                }
                Ok(sum)
            }
        }

        impl Contender for $name {
            fn name(&self) -> &'static str {
                "by hand"
            }

            fn can(&self, workload: Workload) -> bool {
                workload != Workload::Filters
            }

            fn run(&mut self, workload: Workload, times: u32) -> Work<'_> {
                Box::pin(self.work(workload, times))
            }
        }
    };
}

by_hand!(Postgres, sqlx::PgConnection, sqlx::postgres::PgRow, postgres);
by_hand!(MySql, sqlx::MySqlConnection, sqlx::mysql::MySqlRow, mysql);

mod postgres {
    use sqlx::Executor as _;
    use sqlx::query::Query;

    use super::{BULK, Backend, Result, Row, data, query};

    pub(super) const PK: &str = "SELECT id, name, score FROM orm_bench_items WHERE id = $1";
    pub(super) const SELECT: &str = "SELECT id, name, score FROM orm_bench_items ORDER BY id LIMIT $1";
    pub(super) const UPDATE: &str = "UPDATE orm_bench_changed SET score = $1 WHERE id = $2";
    const INSERT: &str = "INSERT INTO orm_bench_new (name, score) VALUES ($1, $2) RETURNING id, name, score";
    const BULK_INSERT: &str =
        "INSERT INTO orm_bench_new (name, score) SELECT * FROM UNNEST($1::text[], $2::bigint[])";

    pub(super) async fn insert(
        connection: &mut sqlx::PgConnection,
        _: Backend,
        name: String,
        score: i64,
    ) -> Result<Row> {
        super::Postgres::read(&connection.fetch_one(query(INSERT).bind(name).bind(score)).await?)
    }

    pub(super) fn parts(keys: &[i64]) -> Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments> {
        query("SELECT id, name, item_id FROM orm_bench_parts WHERE item_id = ANY($1) ORDER BY id").bind(keys)
    }

    pub(super) async fn insert_bulk(connection: &mut sqlx::PgConnection) -> Result<u64> {
        let names: Vec<String> = (0..BULK).map(data::name).collect();
        let scores: Vec<i64> = (0..BULK).collect();
        Ok(connection.execute(query(BULK_INSERT).bind(names).bind(scores)).await?.rows_affected())
    }
}

mod mysql {
    use sqlx::Executor as _;
    use sqlx::query::Query;

    use super::{AssertSqlSafe, BULK, Backend, Result, Row, data, query};

    pub(super) const PK: &str = "SELECT id, name, score FROM orm_bench_items WHERE id = ?";
    pub(super) const SELECT: &str = "SELECT id, name, score FROM orm_bench_items ORDER BY id LIMIT ?";
    pub(super) const UPDATE: &str = "UPDATE orm_bench_changed SET score = ? WHERE id = ?";
    const INSERT: &str = "INSERT INTO orm_bench_new (name, score) VALUES (?, ?)";
    const RETURNING: &str = "INSERT INTO orm_bench_new (name, score) VALUES (?, ?) RETURNING id, name, score";

    pub(super) async fn insert(
        connection: &mut sqlx::MySqlConnection,
        backend: Backend,
        name: String,
        score: i64,
    ) -> Result<Row> {
        if backend == Backend::MariaDb {
            return super::MySql::read(&connection.fetch_one(query(RETURNING).bind(name).bind(score)).await?);
        }
        let done = connection.execute(query(INSERT).bind(&name).bind(score)).await?;
        Ok(Row { id: i64::try_from(done.last_insert_id())?, name, score })
    }

    pub(super) fn parts(keys: &[i64]) -> Query<'_, sqlx::MySql, sqlx::mysql::MySqlArguments> {
        let marks = vec!["?"; keys.len()].join(",");
        let sql = format!("SELECT id, name, item_id FROM orm_bench_parts WHERE item_id IN ({marks}) ORDER BY id");
        keys.iter().fold(query(AssertSqlSafe(sql)), |query, key| query.bind(key))
    }

    pub(super) async fn insert_bulk(connection: &mut sqlx::MySqlConnection) -> Result<u64> {
        let mut sql = "INSERT INTO orm_bench_new (name, score) VALUES ".to_owned();
        for i in 0..BULK {
            sql.push_str(if i == 0 { "(?,?)" } else { ",(?,?)" });
        }
        let mut insert = query(AssertSqlSafe(sql));
        for i in 0..BULK {
            insert = insert.bind(data::name(i)).bind(i);
        }
        Ok(connection.execute(insert).await?.rows_affected())
    }
}
