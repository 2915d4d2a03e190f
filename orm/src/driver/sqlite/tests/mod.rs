//! The driver against real databases: in memory, in files, and through sqlx and the stock client.

mod cancel;
mod functions;
mod lent;
mod open;
mod statements;
mod values;
mod waiting;

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::{env, fs, process};

use super::*;
use crate::driver::{Arg, Cursor, Outcome, Sink, Statement};
use crate::error::Result;
use crate::types::Value;

/// A directory that goes away with the test.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("orm-sqlite-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn memory() -> Connection {
    Connection::open(&ConnectOptions::memory()).await.unwrap()
}

async fn open(path: &Path) -> Connection {
    Connection::open(&ConnectOptions::file(path)).await.unwrap()
}

fn text(sql: &str) -> Arc<str> {
    Arc::from(sql)
}

/// A sink that keeps what `read` makes of each row.
struct Collect<F, T> {
    read: F,
    rows: Vec<T>,
}

impl<F: FnMut(&mut Cursor<'_>) -> Result<T> + Send, T: Send> Sink for Collect<F, T> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.rows.push((self.read)(row)?);
        Ok(())
    }
}

/// Decimals are bound with two digits behind the point.
fn args(values: &[Value]) -> Vec<Arg<'_>> {
    values.iter().map(|value| Arg { value, scale: 2 }).collect()
}

async fn run(connection: &mut Connection, sql: &str, values: &[Value]) -> Result<Outcome> {
    let statement = Statement { sql: &text(sql), args: &args(values), scales: &[] };
    connection.run(statement, &mut ()).await
}

/// Reads all rows, decimals with two digits behind the point.
async fn rows<T: Send>(
    connection: &mut Connection,
    sql: &str,
    values: &[Value],
    read: impl FnMut(&mut Cursor<'_>) -> Result<T> + Send,
) -> Result<Vec<T>> {
    let mut sink = Collect { read, rows: Vec::new() };
    let statement = Statement { sql: &text(sql), args: &args(values), scales: &[2, 2] };
    connection.run(statement, &mut sink).await?;
    Ok(sink.rows)
}

async fn integer(connection: &mut Connection, sql: &str) -> i64 {
    rows(connection, sql, &[], |row| row.i64()).await.unwrap()[0].unwrap()
}

async fn word(connection: &mut Connection, sql: &str) -> String {
    rows(connection, sql, &[], |row| row.text()).await.unwrap()[0].clone().unwrap()
}

/// Polls once.
async fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

/// Numbers from 1, as many as are asked for.
const NUMBERS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i FROM n";
