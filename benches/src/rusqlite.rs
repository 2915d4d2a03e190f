//! rusqlite, as its own manual has it: prepared statements from its cache, read by ordinal.

use std::sync::{Condvar, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use crate::data::{self, BULK, CONNECTIONS, Contender, Data, Row, TASKS, Work, Workload, add, key};

pub struct Rusqlite {
    connection: Connection,
    pool: Pool,
}

/// Connections that threads share.
struct Pool {
    free: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Rusqlite {
    pub fn connect(data: &Data) -> Result<Self> {
        let path = data.path().context("not SQLite")?;
        let open = || -> Result<Connection> {
            let connection = Connection::open(&path)?;
            // What ours sets.
            connection.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                 PRAGMA cache_size = 10000; PRAGMA foreign_keys = ON;",
            )?;
            Ok(connection)
        };
        let free = (0..CONNECTIONS).map(|_| open()).collect::<Result<_>>()?;
        let pool = Pool { free: Mutex::new(free), returned: Condvar::new() };
        Ok(Self { connection: open()?, pool })
    }

    fn work(&mut self, workload: Workload, times: u32) -> Result<u64> {
        let mut sum = 0;
        match workload {
            Workload::Pk => {
                for i in 0..times {
                    let row = pk(&self.connection, key(i))?;
                    sum = add(sum, row.id, &row.name, row.score);
                }
            }
            Workload::Select100 | Workload::Select10000 => {
                for _ in 0..times {
                    let mut select = self
                        .connection
                        .prepare_cached("SELECT id, name, score FROM orm_bench_items ORDER BY id LIMIT ?1")?;
                    let rows = select.query_map([workload.limit()], read)?.collect::<Result<Vec<_>, _>>()?;
                    sum = data::sum(&rows);
                }
            }
            Workload::Prefetch => {
                for _ in 0..times {
                    let mut select = self
                        .connection
                        .prepare_cached("SELECT id, name, score FROM orm_bench_items ORDER BY id LIMIT ?1")?;
                    let rows = select.query_map([workload.limit()], read)?.collect::<Result<Vec<_>, _>>()?;
                    let marks = vec!["?"; rows.len()].join(",");
                    let mut select = self.connection.prepare_cached(&format!(
                        "SELECT id, name, item_id FROM orm_bench_parts WHERE item_id IN ({marks}) ORDER BY id"
                    ))?;
                    let keys = rusqlite::params_from_iter(rows.iter().map(|row| row.id));
                    let parts = select.query_map(keys, read)?.collect::<Result<Vec<_>, _>>()?;
                    sum = data::sum_of_all(&data::gather(rows, parts));
                }
            }
            Workload::Insert => {
                for i in 0..i64::from(times) {
                    let mut insert = self.connection.prepare_cached(
                        "INSERT INTO orm_bench_new (name, score) VALUES (?1, ?2) RETURNING id, name, score",
                    )?;
                    let row = insert.query_row((data::name(i), i), read)?;
                    sum = add(sum, i64::from(row.id > 0), &row.name, row.score);
                }
            }
            Workload::Insert1000 => {
                for _ in 0..times {
                    let transaction = self.connection.transaction()?;
                    let mut insert = transaction
                        .prepare_cached("INSERT INTO orm_bench_new (name, score) VALUES (?1, ?2)")?;
                    for i in 0..BULK {
                        sum += insert.execute((data::name(i), i))? as u64;
                    }
                    drop(insert);
                    transaction.commit()?;
                }
            }
            Workload::Update => {
                for i in 0..times {
                    let mut update = self
                        .connection
                        .prepare_cached("UPDATE orm_bench_changed SET score = ?1 WHERE id = ?2")?;
                    sum += update.execute((i64::from(i), key(i)))? as u64;
                }
            }
            Workload::Pool => return self.pool.run(times),
            Workload::Filters => anyhow::bail!("it builds no SQL"),
        }
        Ok(sum)
    }
}

impl Pool {
    fn run(&self, times: u32) -> Result<u64> {
        let work = |task: u32| -> Result<u64> {
            let mut sum = 0;
            for i in task * times..(task + 1) * times {
                let connection = self.take();
                let row = pk(&connection, key(i));
                self.give_back(connection);
                let row = row?;
                sum = add(sum, row.id, &row.name, row.score);
            }
            Ok(sum)
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..TASKS)
                .map(|task| {
                    let work = &work;
                    scope.spawn(move || work(task))
                })
                .collect();
            let mut sum = 0;
            for thread in threads {
                sum += thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
            }
            Ok(sum)
        })
    }

    fn take(&self) -> Connection {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = free.pop() {
                return connection;
            }
            free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, connection: Connection) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        self.returned.notify_one();
    }
}

fn pk(connection: &Connection, key: i64) -> Result<Row> {
    let mut select =
        connection.prepare_cached("SELECT id, name, score FROM orm_bench_items WHERE id = ?1")?;
    Ok(select.query_row([key], read)?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row { id: row.get(0)?, name: row.get(1)?, score: row.get(2)? })
}

impl Contender for Rusqlite {
    fn name(&self) -> &'static str {
        "rusqlite"
    }

    fn can(&self, workload: Workload) -> bool {
        workload != Workload::Filters
    }

    fn run(&mut self, workload: Workload, times: u32) -> Work<'_> {
        Box::pin(async move { self.work(workload, times) })
    }
}
