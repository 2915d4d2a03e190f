//! Functions of our own on a connection.

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::*;

async fn said(connection: &mut Connection, sql: &str) -> Option<String> {
    rows(connection, sql, &[], |row| row.text()).await.unwrap()[0].clone()
}

#[tokio::test]
async fn text_is_mapped_and_all_else_stays() {
    let mut connection = memory().await;
    assert_eq!(said(&mut connection, "SELECT orm_lower('ÄB ' || 'ΟΣ')").await.unwrap(), "äb οσ");
    assert_eq!(said(&mut connection, "SELECT orm_upper('straße')").await.unwrap(), "STRAßE");
    assert_eq!(said(&mut connection, "SELECT orm_lower('')").await.unwrap(), "");
    assert_eq!(said(&mut connection, "SELECT orm_lower(NULL)").await, None);
    assert_eq!(integer(&mut connection, "SELECT orm_upper(7)").await, 7);
    let same =
        "SELECT typeof(orm_lower(1.5)) = 'real' AND orm_lower(x'4142') = x'4142' AND orm_lower(NULL) IS NULL";
    assert_eq!(integer(&mut connection, same).await, 1);
    // Text that is no UTF-8, and text with a NUL in it.
    let bytes = "SELECT hex(orm_lower(CAST(x'41FF42C3' AS TEXT))) || hex(orm_upper(CAST(x'610062' AS TEXT)))";
    assert_eq!(said(&mut connection, bytes).await.unwrap(), "61FF62C3410042");
    let wrong = run(&mut connection, "SELECT orm_lower('a', 'b')", &[]).await.unwrap_err();
    assert!(wrong.to_string().contains("orm_lower"), "{wrong}");
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_database_of_another_encoding() {
    let mut connection = memory().await;
    run(&mut connection, "PRAGMA encoding = 'UTF-16le'", &[]).await.unwrap();
    run(&mut connection, "CREATE TABLE t (a TEXT)", &[]).await.unwrap();
    run(&mut connection, "INSERT INTO t VALUES ('ÄÖ😀')", &[]).await.unwrap();
    assert_eq!(said(&mut connection, "SELECT orm_lower(a) FROM t").await.unwrap(), "äö😀");
    connection.close().await.unwrap();
}

#[cfg(feature = "regex")]
#[tokio::test]
async fn patterns_match_text_and_nothing_else() {
    let mut connection = memory().await;
    let all = "SELECT orm_matches('xab', 'a.$') AND NOT orm_matches('ab', '^b') AND orm_matches('', '') \
               AND orm_matches(NULL, 'a') IS NULL AND orm_matches('a', NULL) IS NULL AND NOT orm_matches(7, '7') \
               AND NOT orm_matches(x'61', 'a') AND orm_matches(CAST(x'FF61' AS TEXT), 'a')";
    assert_eq!(integer(&mut connection, all).await, 1);
    let wrong = run(&mut connection, "SELECT orm_matches('a', '(')", &[]).await.unwrap_err();
    assert!(wrong.to_string().contains("not a pattern"), "{wrong}");
    // More than are kept, over and over.
    let many = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
                SELECT sum(orm_matches('x' || (i % 20) || 'y', 'x' || (i % 20) || 'y')) FROM n";
    assert_eq!(integer(&mut connection, many).await, 301);
    connection.close().await.unwrap();
}

/// A file must be one that every client can read and check.
#[tokio::test]
async fn no_schema_can_hold_them() {
    let mut connection = memory().await;
    run(&mut connection, "CREATE TABLE t (a TEXT)", &[]).await.unwrap();
    run(&mut connection, "INSERT INTO t VALUES ('A')", &[]).await.unwrap();
    assert!(run(&mut connection, "CREATE INDEX i ON t (orm_lower(a))", &[]).await.is_err());
    assert!(run(&mut connection, "CREATE TABLE c (a TEXT CHECK (a = orm_lower(a)))", &[]).await.is_err());
    assert!(run(&mut connection, "CREATE TABLE g (a TEXT, b TEXT AS (orm_lower(a)))", &[]).await.is_err());
    // Views are only looked at when they are used.
    run(&mut connection, "CREATE VIEW v AS SELECT orm_lower(a) AS a FROM t", &[]).await.unwrap();
    assert!(run(&mut connection, "SELECT a FROM v", &[]).await.is_err());
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_lent_connection_gets_them_when_it_needs_them() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let known = "SELECT count(*) FROM pragma_function_list WHERE name LIKE 'orm\\_%' ESCAPE '\\'";
    let mut sink = Collect { read: |row: &mut Cursor<'_>| row.text(), rows: Vec::new() };
    let plain = Statement { sql: &text("SELECT 'A'"), args: &[], scales: &[] };
    run_lent(&mut connection, plain, &mut sink).await.unwrap();
    let before: i64 = sqlx::query_scalar(known).fetch_one(&mut connection).await.unwrap();
    let calls = Statement { sql: &text("SELECT orm_lower('Ä') || lower('Ä')"), args: &[], scales: &[] };
    run_lent(&mut connection, calls, &mut sink).await.unwrap();
    run_lent(&mut connection, calls, &mut sink).await.unwrap();
    let after: i64 = sqlx::query_scalar(known).fetch_one(&mut connection).await.unwrap();
    assert_eq!((before, after > 0), (0, true));
    // SQLite's own are as they were.
    assert_eq!(sink.rows, [Some("A".to_owned()), Some("äÄ".to_owned()), Some("äÄ".to_owned())]);
    let own: String = sqlx::query_scalar("SELECT lower('ÄA')").fetch_one(&mut connection).await.unwrap();
    assert_eq!(own, "Äa");
    connection.close().await.unwrap();
}

#[tokio::test]
async fn while_other_statements_run() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    // Stepped, and not reset: SQLite would not let a function be replaced now.
    let mut sink = Refuse;
    let calls = Statement {
        sql: &text("SELECT orm_lower('A') UNION ALL SELECT orm_upper('a')"),
        args: &[],
        scales: &[],
    };
    assert!(run_lent(&mut connection, calls, &mut sink).await.is_err());
    let mut sink = Collect { read: |row: &mut Cursor<'_>| row.text(), rows: Vec::new() };
    run_lent(&mut connection, calls, &mut sink).await.unwrap();
    assert_eq!(sink.rows, [Some("a".to_owned()), Some("A".to_owned())]);
    connection.close().await.unwrap();
}

/// A sink that fails at the first row.
struct Refuse;

impl Sink for Refuse {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        row.i64().map(drop)
    }
}
