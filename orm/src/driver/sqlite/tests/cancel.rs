//! Futures that are dropped, or forgotten, half-way.

use std::mem::ManuallyDrop;

use super::*;

#[tokio::test]
async fn a_read_that_is_dropped_leaves_nothing_open() {
    let mut connection = memory().await;
    connection.batch("CREATE TABLE t (a TEXT)").await.unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                INSERT INTO t SELECT 'row ' || i FROM n";
    connection.batch(fill).await.unwrap();
    let sql = "SELECT a FROM t WHERE a > ?1";
    for _ in 0..3 {
        let value = [Value::Text("row".to_owned())];
        let mut reading = Box::pin(rows(&mut connection, sql, &value, |row| row.text()));
        assert!(poll(&mut reading).await.is_pending());
        drop(reading);
        // An open read of the table would forbid this.
        connection.batch("BEGIN; DROP TABLE t; ROLLBACK").await.unwrap();
    }
    let all = rows(&mut connection, sql, &[Value::Text("row".to_owned())], |row| row.text()).await.unwrap();
    assert_eq!(all.len(), 5000);
}

/// The arguments of a forgotten future may be gone while its statement still has them.
#[tokio::test]
async fn a_read_that_is_forgotten_is_ended_by_the_next_user() {
    let mut connection = memory().await;
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
               SELECT ?1 || i FROM n";
    for round in 0..3 {
        let value = vec![Value::Text(format!("gone {round} ").repeat(1000))];
        let values = args(&value);
        let sql = text(sql);
        let mut sink = Collect { read: |row: &mut Cursor<'_>| row.text(), rows: Vec::new() };
        let statement = Statement { sql: &sql, args: &values, scales: &[] };
        {
            let mut reading = Box::pin(connection.run(statement, &mut sink));
            assert!(poll(&mut reading).await.is_pending());
            let _ = ManuallyDrop::new(reading);
        }
        drop(values);
        drop(value);
        if round == 1 {
            assert!(connection.reset_now());
        }
        let next =
            rows(&mut connection, &sql, &[Value::Text("here ".to_owned())], |row| row.text()).await.unwrap();
        assert_eq!(next[4999].as_deref(), Some("here 5000"));
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn reset_now_ends_a_transaction() {
    let mut connection = memory().await;
    connection.batch("CREATE TABLE t (a)").await.unwrap();
    assert!(connection.reset_now());
    connection.batch("BEGIN IMMEDIATE; SAVEPOINT s").await.unwrap();
    run(&mut connection, "INSERT INTO t VALUES (1)", &[]).await.unwrap();
    assert!(connection.in_transaction());
    let mut reading = Box::pin(rows(&mut connection, NUMBERS, &[Value::Int(5000)], |row| row.i64()));
    assert!(poll(&mut reading).await.is_pending());
    let _ = ManuallyDrop::new(reading);
    assert!(connection.reset_now());
    assert!(!connection.in_transaction());
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM t").await, 0);
}

#[tokio::test]
async fn a_writer_that_is_dropped_while_it_waits_holds_nothing() {
    let directory = Directory::new();
    let path = directory.file("a.db");
    let (mut one, mut two) = (open(&path).await, open(&path).await);
    one.batch("CREATE TABLE t (a); BEGIN IMMEDIATE").await.unwrap();
    let mut waiting = Box::pin(run(&mut two, "INSERT INTO t VALUES (1)", &[]));
    assert!(poll(&mut waiting).await.is_pending());
    drop(waiting);
    let mut waiting = Box::pin(two.batch("BEGIN IMMEDIATE"));
    assert!(poll(&mut waiting).await.is_pending());
    drop(waiting);
    assert!(!two.in_transaction());
    one.batch("COMMIT").await.unwrap();
    assert_eq!(integer(&mut two, "SELECT count(*) FROM t").await, 0);
    run(&mut two, "INSERT INTO t VALUES (1)", &[]).await.unwrap();
}

#[tokio::test]
async fn opening_can_be_given_up() {
    let directory = Directory::new();
    for _ in 0..50 {
        let options = ConnectOptions::file(directory.file("a.db"));
        let mut opening = Box::pin(Connection::open(&options));
        let _ = poll(&mut opening).await;
        tokio::task::yield_now().await;
        let _ = poll(&mut opening).await;
    }
    open(&directory.file("a.db")).await.close().await.unwrap();
}

#[tokio::test]
async fn reset_now_has_foreign_keys_enforced_again() {
    let mut connection = memory().await;
    connection.batch("PRAGMA foreign_keys = OFF; BEGIN; CREATE TABLE t (a)").await.unwrap();
    assert!(connection.reset_now());
    let on = |row: &mut Cursor<'_>| row.i64();
    assert_eq!(rows(&mut connection, "PRAGMA foreign_keys", &[], on).await.unwrap(), [Some(1)]);
    connection.batch("CREATE TABLE t (a)").await.expect("it was rolled back");

    // Whoever wants none has none.
    let options =
        ConnectOptions { pragmas: vec![("foreign_keys".into(), "OFF".into())], ..ConnectOptions::memory() };
    let mut connection = Connection::open(&options).await.unwrap();
    connection.batch("BEGIN").await.unwrap();
    assert!(connection.reset_now());
    assert_eq!(rows(&mut connection, "PRAGMA foreign_keys", &[], on).await.unwrap(), [Some(0)]);
}
