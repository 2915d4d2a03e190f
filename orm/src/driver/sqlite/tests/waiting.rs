//! Several connections, one file.

use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::error::ErrorKind;

async fn with_timeout(path: &Path, busy_timeout: Duration) -> Connection {
    Connection::open(&ConnectOptions { busy_timeout, ..ConnectOptions::file(path) }).await.unwrap()
}

async fn two(directory: &Directory, busy_timeout: Duration) -> (Connection, Connection) {
    let path = directory.file("a.db");
    let mut one = with_timeout(&path, busy_timeout).await;
    one.batch("CREATE TABLE t (a INTEGER) STRICT").await.unwrap();
    (one, with_timeout(&path, busy_timeout).await)
}

/// Were the waiting not asynchronous, the first poll would not come back before its patience ends.
#[tokio::test(flavor = "current_thread")]
async fn a_writer_waits_until_the_other_is_done() {
    let directory = Directory::new();
    let (mut one, mut two) = two(&directory, Duration::from_secs(20)).await;
    for sql in ["INSERT INTO t VALUES (2)", "BEGIN IMMEDIATE"] {
        one.batch("BEGIN IMMEDIATE").await.unwrap();
        run(&mut one, "INSERT INTO t VALUES (1)", &[]).await.unwrap();
        let mut waiting = Box::pin(two.batch(sql));
        assert!(poll(&mut waiting).await.is_pending(), "nobody holds it up");
        one.batch("COMMIT").await.unwrap();
        waiting.await.unwrap();
        two.reset_now();
    }
    one.batch("BEGIN IMMEDIATE").await.unwrap();
    let mut waiting = Box::pin(run(&mut two, "INSERT INTO t VALUES (3)", &[]));
    assert!(poll(&mut waiting).await.is_pending(), "nobody holds it up");
    one.batch("ROLLBACK").await.unwrap();
    assert_eq!(waiting.await.unwrap().affected, 1);
    assert_eq!(integer(&mut one, "SELECT count(*) FROM t WHERE a = 2").await, 1);
}

/// The clock goes on by itself while nothing else does, so that the time is exact.
#[tokio::test(start_paused = true)]
async fn patience_ends() {
    let directory = Directory::new();
    let (mut one, mut two) = two(&directory, Duration::from_secs(60)).await;
    one.batch("BEGIN IMMEDIATE").await.unwrap();
    for sql in ["INSERT INTO t VALUES (1)", "BEGIN IMMEDIATE"] {
        let start = Instant::now();
        let error = run(&mut two, sql, &[]).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Busy);
        assert!(error.is_retryable());
        let waited = start.elapsed();
        assert!(waited >= Duration::from_secs(60) && waited < Duration::from_secs(61), "{waited:?}");
    }
    one.batch("COMMIT").await.unwrap();
    run(&mut two, "INSERT INTO t VALUES (1)", &[]).await.unwrap();
}

#[tokio::test]
async fn no_patience_at_all() {
    let directory = Directory::new();
    let (mut one, mut two) = two(&directory, Duration::ZERO).await;
    one.batch("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(*two.batch("BEGIN IMMEDIATE").await.unwrap_err().kind(), ErrorKind::Busy);
}

/// Waiting does not make a stale snapshot fresh, so there is none.
#[tokio::test]
async fn a_stale_snapshot_fails_at_once() {
    let directory = Directory::new();
    let (mut one, mut two) = two(&directory, Duration::from_secs(60)).await;
    one.batch("BEGIN; SELECT * FROM t").await.unwrap();
    run(&mut two, "INSERT INTO t VALUES (1)", &[]).await.unwrap();
    let mut writing = Box::pin(run(&mut one, "INSERT INTO t VALUES (2)", &[]));
    let Poll::Ready(outcome) = poll(&mut writing).await else { panic!("it waits") };
    assert_eq!(*outcome.unwrap_err().kind(), ErrorKind::Busy);
}

/// Without WAL a reader keeps a writer from committing.
#[tokio::test(flavor = "current_thread")]
async fn a_commit_waits_for_readers() {
    let directory = Directory::new();
    let mut options = ConnectOptions::file(directory.file("a.db"));
    options.pragmas = vec![("journal_mode".to_owned(), "delete".to_owned())];
    let mut reader = Connection::open(&options).await.unwrap();
    reader.batch("CREATE TABLE t (a INTEGER) STRICT; BEGIN; SELECT * FROM t").await.unwrap();
    let mut writer = Connection::open(&options).await.unwrap();
    writer.batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").await.unwrap();
    let mut committing = Box::pin(writer.batch("COMMIT"));
    assert!(poll(&mut committing).await.is_pending(), "nobody holds it up");
    reader.batch("COMMIT").await.unwrap();
    committing.await.unwrap();
    assert_eq!(integer(&mut reader, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_all_get_through() {
    const WRITERS: i64 = 8;
    const ROWS: i64 = 50;
    let directory = Directory::new();
    let path = directory.file("a.db");
    // All of them switch a new file to WAL at once, too.
    let tasks: Vec<_> = (0..WRITERS)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move {
                let mut connection = with_timeout(&path, Duration::from_secs(60)).await;
                connection.batch("CREATE TABLE IF NOT EXISTS t (a INTEGER) STRICT").await.unwrap();
                for row in 0..ROWS {
                    connection.batch("BEGIN IMMEDIATE").await.unwrap();
                    run(&mut connection, "INSERT INTO t VALUES (?1)", &[Value::Int(row)]).await.unwrap();
                    connection.batch("COMMIT").await.unwrap();
                }
                connection.close().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut connection = open(&path).await;
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM t").await, WRITERS * ROWS);
}

/// No runtime, nothing to wait with: an error, not a panic.
#[test]
fn waiting_without_a_runtime_is_an_error() {
    let directory = Directory::new();
    let error = block_on(async {
        let (mut one, mut two) = two(&directory, Duration::from_secs(1)).await;
        one.batch("BEGIN IMMEDIATE").await.unwrap();
        two.batch("BEGIN IMMEDIATE").await.unwrap_err()
    });
    assert_eq!(*error.kind(), ErrorKind::NoRuntime);
}

/// Polls until the end, with no runtime about.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
