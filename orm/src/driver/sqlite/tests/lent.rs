//! Connections that belong to the user.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::*;
use crate::error::ErrorKind;

async fn users(options: SqliteConnectOptions) -> SqliteConnection {
    options.connect().await.unwrap()
}

async fn lent(connection: &mut SqliteConnection, sql: &str, values: &[Value]) -> Result<Vec<Option<i64>>> {
    let mut sink = Collect { read: |row: &mut Cursor<'_>| row.i64(), rows: Vec::new() };
    let statement = Statement { sql: &text(sql), args: &args(values), scales: &[] };
    run_lent(connection, statement, &mut sink).await?;
    Ok(sink.rows)
}

async fn through_sqlx(connection: &mut SqliteConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

/// Ten thousand times from a task that moves between threads; see the module for what a ping has to do with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_statements_from_a_spawned_task() {
    let done = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&done);
    let mut work = tokio::spawn(async move {
        let mut connection = users(SqliteConnectOptions::new()).await;
        for number in 0..10_000 {
            let read = lent(&mut connection, "SELECT ?1", &[Value::Int(number)]).await.unwrap();
            assert_eq!(read, [Some(number)]);
            if number % 1000 == 0 {
                assert_eq!(through_sqlx(&mut connection, "SELECT 7").await, 7);
            }
            counted.fetch_add(1, Ordering::Relaxed);
        }
        connection.close().await.unwrap();
    });
    // However slow it is: as long as it goes on it does not hang.
    let mut before = None;
    while let Err(_elapsed) =
        tokio::time::timeout(Duration::from_secs(60), &mut work).await.map(|done| done.unwrap())
    {
        let now = Some(done.load(Ordering::Relaxed));
        assert_ne!(now, before, "the lent path hangs");
        before = now;
    }
}

#[tokio::test]
async fn both_sides_share_a_transaction() {
    let mut connection = users(SqliteConnectOptions::new()).await;
    batch_lent(&mut connection, "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)").await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    lent(&mut transaction, "INSERT INTO t VALUES (?1)", &[Value::Int(2)]).await.unwrap();
    assert_eq!(through_sqlx(&mut transaction, "SELECT sum(a) FROM t").await, 3);
    // sqlx rolls back some time after the drop; what comes next sees it done.
    drop(transaction);
    assert_eq!(lent(&mut connection, "SELECT sum(a) FROM t", &[]).await.unwrap(), [Some(1)]);
    let transaction = connection.begin().await.unwrap();
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_dropped_future_gives_the_connection_back() {
    let mut connection = users(SqliteConnectOptions::new()).await;
    batch_lent(&mut connection, "CREATE TABLE t (a)").await.unwrap();
    let statement = Statement { sql: &text(NUMBERS), args: &args(&[Value::Int(5000)]), scales: &[] };
    // Dropped after each number of polls: while it pings, while it locks, while it reads.
    for polls in 1..12 {
        let sink = &mut ();
        let mut reading = Box::pin(run_lent(&mut connection, statement, sink));
        let mut left = polls;
        // Each poll but the first comes when the one before it is waited for no more.
        poll_fn(|context| {
            left -= 1;
            match reading.as_mut().poll(context) {
                Poll::Pending if left > 0 => Poll::Pending,
                _ => Poll::Ready(()),
            }
        })
        .await;
        drop(reading);
        if polls % 2 == 0 {
            assert_eq!(through_sqlx(&mut connection, "SELECT 7").await, 7);
        }
        batch_lent(&mut connection, "DROP TABLE t; CREATE TABLE t (a)").await.unwrap();
    }
    // Fails if a statement were left.
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn the_users_waiting_time_holds_and_stays() {
    let directory = Directory::new();
    let path = directory.file("a.db");
    let mut writer = open(&path).await;
    writer.batch("CREATE TABLE t (a INTEGER)").await.unwrap();
    let options = || SqliteConnectOptions::new().filename(&path);
    let mut patient = users(options().busy_timeout(Duration::from_millis(20_000))).await;
    let mut hasty = users(options().busy_timeout(Duration::ZERO)).await;
    writer.batch("BEGIN IMMEDIATE").await.unwrap();
    let error = lent(&mut hasty, "INSERT INTO t VALUES (1)", &[]).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Busy);
    let before = wait::waits();
    let mut inserting = Box::pin(lent(&mut patient, "INSERT INTO t VALUES (1)", &[]));
    // It asks sqlx's thread for the handle first.
    while wait::waits() == before {
        assert!(poll(&mut inserting).await.is_pending(), "nobody holds it up");
        tokio::task::yield_now().await;
    }
    writer.batch("COMMIT").await.unwrap();
    inserting.await.unwrap();
    assert_eq!(through_sqlx(&mut patient, "PRAGMA busy_timeout").await, 20_000);
    assert_eq!(through_sqlx(&mut hasty, "PRAGMA busy_timeout").await, 0);
    assert_eq!(integer(&mut writer, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn errors_are_the_same() {
    let mut connection = users(SqliteConnectOptions::new()).await;
    batch_lent(&mut connection, "CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1)").await.unwrap();
    assert!(lent(&mut connection, "INSERT INTO t VALUES (1)", &[]).await.unwrap_err().is_unique_violation());
    let error = lent(&mut connection, "SELECT 1; SELECT 2", &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }));
    connection.close().await.unwrap();
}
