//! Statements: how they are prepared and kept, what they say they did, how they fail.

use super::*;
use crate::error::{ConstraintKind, ErrorKind};
use crate::types::Type;

#[tokio::test]
async fn a_text_is_one_statement() {
    let mut connection = memory().await;
    for wrong in [
        "",
        "  \n",
        "-- nothing",
        ";",
        "SELECT 1; SELECT 2",
        "SELECT 1; nonsense",
        "SELECT 1; /* a */ ; DROP TABLE x",
    ] {
        let error = run(&mut connection, wrong, &[]).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{wrong:?}: {error:?}");
    }
    for right in ["SELECT 1", " SELECT 1 ; ", "SELECT 1; -- done", "/* a */ SELECT 1;;\n/* b */;"] {
        assert_eq!(integer(&mut connection, right).await, 1, "{right:?}");
    }
    let error = run(&mut connection, "SELECT 1\0, 2", &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
    let error = run(&mut connection, "SELEKT 1", &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { code: Some(code), .. } if code == "1"), "{error:?}");
}

#[tokio::test]
async fn the_number_of_arguments_has_to_match() {
    let mut connection = memory().await;
    for (sql, count) in [("SELECT ?1", 0), ("SELECT ?1", 2), ("SELECT 1", 1)] {
        let error = run(&mut connection, sql, &vec![Value::Int(1); count]).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{sql}: {error:?}");
    }
    assert!(connection.batch("SELECT ?1").await.is_err());
}

#[tokio::test]
async fn arguments_of_an_earlier_run_are_gone() {
    let mut connection = memory().await;
    for value in ["one", "two"] {
        let args = [Value::Text(value.to_owned())];
        let read = rows(&mut connection, "SELECT ?1", &args, |row| row.text()).await.unwrap();
        assert_eq!(read, [Some(value.to_owned())]);
    }
    let null =
        rows(&mut connection, "SELECT ?1", &[Value::Null(Type::Text)], |row| row.text()).await.unwrap();
    assert_eq!(null, [None]);
}

#[tokio::test]
async fn outcomes_say_what_was_done() {
    let mut connection = memory().await;
    let outcome = |affected, last_insert_id| Outcome { affected, last_insert_id };
    let mut did = async |sql: &str| run(&mut connection, sql, &[]).await.unwrap();
    assert_eq!(did("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER) STRICT").await, outcome(0, None));
    assert_eq!(did("INSERT INTO t (n) VALUES (1), (2), (3)").await, outcome(3, Some(3)));
    assert_eq!(did("CREATE TABLE u (id INTEGER PRIMARY KEY)").await, outcome(0, None));
    assert_eq!(did("UPDATE t SET n = 0 WHERE id < 3").await, outcome(2, None));
    assert_eq!(did("UPDATE t SET n = 0 WHERE id > 3").await, outcome(0, None));
    assert_eq!(did("SELECT * FROM t").await, outcome(0, None));
    assert_eq!(did("INSERT INTO t VALUES (9, 9) RETURNING id").await, outcome(1, Some(9)));
    // No new key, and not the old one either.
    assert_eq!(did("INSERT OR IGNORE INTO t VALUES (9, 1)").await, outcome(0, None));
    assert_eq!(
        did("INSERT INTO t VALUES (9, 1) ON CONFLICT (id) DO UPDATE SET n = 5").await,
        outcome(1, None)
    );
    // To SQL the last key is what it was.
    assert_eq!(did("INSERT INTO u SELECT last_insert_rowid() + 1").await, outcome(1, None));
    assert_eq!(did("DELETE FROM t").await, outcome(4, None));
    assert_eq!(integer(&mut connection, "SELECT id FROM u").await, 10);
}

#[tokio::test]
async fn statements_are_kept_up_to_a_bound() {
    let options = ConnectOptions { statement_cache: 3, ..ConnectOptions::memory() };
    let mut connection = Connection::open(&options).await.unwrap();
    for round in 0..3 {
        for number in 0..10 {
            assert_eq!(integer(&mut connection, &format!("SELECT {number}")).await, number, "{round}");
        }
        // Used again and again, so never the oldest.
        assert_eq!(integer(&mut connection, "SELECT 100").await, 100);
    }
    assert_eq!(connection.kept(), 3);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn kept_statements_follow_the_schema() {
    let mut connection = memory().await;
    connection.batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").await.unwrap();
    let all = text("SELECT * FROM t");
    let last = async |connection: &mut Connection, skip| {
        let read = move |row: &mut Cursor<'_>| {
            row.skip(skip);
            row.i64()
        };
        let mut sink = Collect { read, rows: Vec::new() };
        connection.run(Statement { sql: &all, args: &[], scales: &[] }, &mut sink).await.map(|_| sink.rows)
    };
    assert_eq!(last(&mut connection, 0).await.unwrap(), [Some(1)]);
    assert!(last(&mut connection, 1).await.is_err());
    connection.batch("ALTER TABLE t ADD COLUMN b DEFAULT 2").await.unwrap();
    assert_eq!(last(&mut connection, 1).await.unwrap(), [Some(2)]);
}

#[tokio::test]
async fn broken_constraints_have_names() {
    let mut connection = memory().await;
    connection
        .batch(
            "CREATE TABLE users (
                 id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT, age INTEGER,
                 UNIQUE (first, last), CONSTRAINT users_age_check CHECK (age > 0)
             ) STRICT;
             CREATE TABLE posts (
                 id INTEGER PRIMARY KEY,
                 author INTEGER REFERENCES users ON DELETE RESTRICT
             ) STRICT;
             INSERT INTO users VALUES (1, 'Ada', 'Secret', 36);
             INSERT INTO posts VALUES (1, 1)",
        )
        .await
        .unwrap();
    let mut broken = async |sql: &str| {
        let error = run(&mut connection, sql, &[]).await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("Secret"), "{error:?}");
        let violation = error.constraint().unwrap_or_else(|| panic!("{error:?}")).clone();
        (violation.kind, violation.constraint, violation.table, violation.columns.join(" "))
    };
    let users = Some("users".to_owned());
    assert_eq!(
        broken("INSERT INTO users VALUES (2, 'Ada', 'Secret', 1)").await,
        (ConstraintKind::Unique, None, users.clone(), "first last".to_owned())
    );
    assert_eq!(
        broken("INSERT INTO users VALUES (1, 'Bob', 'Secret', 1)").await,
        (ConstraintKind::Unique, None, users.clone(), "id".to_owned())
    );
    assert_eq!(
        broken("INSERT INTO users VALUES (2, NULL, 'Secret', 1)").await,
        (ConstraintKind::NotNull, None, users, "first".to_owned())
    );
    assert_eq!(
        broken("INSERT INTO users VALUES (2, 'Bob', 'Secret', -1)").await,
        (ConstraintKind::Check, Some("users_age_check".to_owned()), None, String::new())
    );
    for sql in ["INSERT INTO posts VALUES (2, 7)", "DELETE FROM users"] {
        assert_eq!(broken(sql).await, (ConstraintKind::ForeignKey, None, None, String::new()), "{sql}");
    }
    let error = run(&mut connection, "UPDATE users SET age = 'Secret'", &[]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
    assert!(!error.to_string().contains("Secret"));
    // The statement that failed can run again.
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM users").await, 1);
}

#[tokio::test]
async fn a_batch_runs_all_or_stops_at_the_first_failure() {
    let mut connection = memory().await;
    connection
        .batch("/* one */ CREATE TABLE t (a);; INSERT INTO t VALUES (';'); SELECT * FROM t;\n-- end\n")
        .await
        .unwrap();
    assert_eq!(word(&mut connection, "SELECT a FROM t").await, ";");
    for empty in ["", ";", " -- nothing"] {
        connection.batch(empty).await.unwrap();
    }
    let sql = "INSERT INTO t VALUES (1); INSERT INTO nowhere VALUES (1); INSERT INTO t VALUES (2)";
    assert!(connection.batch(sql).await.is_err());
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM t").await, 2);
    assert!(connection.batch("SELECT 1\0; SELECT 2").await.is_err());
}

/// A long script must not be copied once a statement.
#[tokio::test]
async fn a_batch_may_be_long() {
    let mut connection = memory().await;
    let script = "INSERT INTO t VALUES (1);\n".repeat(20_000);
    connection.batch(&format!("CREATE TABLE t (a); BEGIN; {script} COMMIT")).await.unwrap();
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM t").await, 20_000);
}

#[tokio::test]
async fn an_error_of_the_sink_ends_the_statement() {
    let mut connection = memory().await;
    let mut seen = 0;
    let read = |row: &mut Cursor<'_>| {
        seen += 1;
        if seen == 3 { Err(row.unexpected_null("i64")) } else { Ok(()) }
    };
    let result = rows(&mut connection, NUMBERS, &[Value::Int(5000)], read).await;
    assert!(result.is_err());
    assert_eq!(seen, 3);
    assert_eq!(
        rows(&mut connection, NUMBERS, &[Value::Int(5000)], |row| row.i64()).await.unwrap().len(),
        5000
    );
}

#[tokio::test]
async fn rows_come_in_order_however_many_turns_they_take() {
    let mut connection = memory().await;
    for count in [0, 1, 1023, 1024, 1025, 2048, 2049, 5000] {
        let expected: Vec<_> = (1..=count.max(1)).map(Some).collect();
        let read = rows(&mut connection, NUMBERS, &[Value::Int(count)], |row| row.i64()).await.unwrap();
        assert_eq!(read, expected);
    }
}

/// Long reads let other tasks of the same thread run, short ones do not even ask.
#[tokio::test(flavor = "current_thread")]
async fn others_get_their_turn() {
    let mut connection = memory().await;
    for (count, polls) in [(1024, 1), (1025, 2), (10_240, 10)] {
        let args = [Value::Int(count)];
        let mut reading = Box::pin(rows(&mut connection, NUMBERS, &args, |row| row.i64()));
        let mut seen = 0;
        let read = poll_fn(|context| {
            seen += 1;
            reading.as_mut().poll(context)
        });
        assert_eq!(i64::try_from(read.await.unwrap().len()).unwrap(), count);
        assert_eq!(seen, polls, "{count}");
    }
}

#[test]
fn futures_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    /// Compiling it is the test.
    fn futures(
        options: &ConnectOptions,
        [one, two, three]: [&mut Connection; 3],
        [four, five]: [&mut sqlx::SqliteConnection; 2],
        own: Connection,
        statement: Statement<'_>,
    ) {
        is_send(&Connection::open(options));
        is_send(&one.run(statement, &mut ()));
        is_send(&two.batch(""));
        is_send(&three.ping());
        is_send(&run_lent(four, statement, &mut ()));
        is_send(&batch_lent(five, ""));
        is_send(&own);
        is_send(&own.close());
    }
    let _ = futures;
}
