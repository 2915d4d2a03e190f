use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use super::{ConnectOptions, batch_on, run_on, server_of};
use crate::driver::fixture::*;
use crate::driver::{Arg, Backend, ConnectTime, Connection, Cursor, Statement};
use crate::error::{ConstraintKind, ErrorKind};
use crate::types::{Type, Value};

fn server_url() -> String {
    url("ORM_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
}

fn options() -> ConnectOptions {
    ConnectOptions::from_sqlx(server_url().parse::<PgConnectOptions>().expect("a URL"))
}

async fn open() -> Option<Connection> {
    match super::Connection::open(&options(), ConnectTime::default()).await {
        Ok(connection) => Some(Connection::Postgres(connection)),
        Err(error) => {
            println!("left out: PostgreSQL ({error})");
            None
        }
    }
}

/// The type of a column, as the crate writes it.
fn column_type(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "BOOLEAN",
        Type::I8 | Type::I16 | Type::U8 => "SMALLINT",
        Type::I32 | Type::U16 => "INTEGER",
        Type::I64 | Type::U32 => "BIGINT",
        Type::U64 => "NUMERIC(20,0)",
        Type::F32 => "REAL",
        Type::F64 => "DOUBLE PRECISION",
        Type::Text => "TEXT COLLATE \"C\"",
        Type::Bytes => "BYTEA",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::DateTime => "TIMESTAMP",
        Type::Timestamp => "TIMESTAMPTZ",
        Type::Uuid => "UUID",
        Type::Decimal => "NUMERIC(28,10)",
        Type::Json => "JSONB",
        Type::Duration => "BIGINT",
        Type::Enum(def) => column_type(def.stored),
        Type::Array(_) | Type::Hstore => panic!("made of the type of its elements"),
    }
}

/// Compiles, and that is all it is to do.
#[expect(dead_code, reason = "only the types matter")]
fn futures_can_be_sent(
    lent: &mut PgConnection,
    ours: &mut super::Connection,
    closed: super::Connection,
    options: &ConnectOptions,
    statement: Statement<'_>,
) {
    fn is_send<T: Send>(_: T) {}
    is_send(run_on(lent, statement, &mut ()));
    is_send(batch_on(lent, ""));
    is_send(server_of(lent));
    is_send(super::Connection::open(options, ConnectTime::default()));
    is_send(ours.run(statement, &mut ()));
    is_send(ours.batch(""));
    is_send(ours.ping());
    is_send(closed.close());
}

#[tokio::test]
async fn every_type_comes_back_as_it_went() {
    let Some(mut db) = open().await else { return };
    assert_eq!(db.server().backend, Backend::Postgres);
    assert!(db.server().version.0 >= 9, "{:?}", db.server());
    for ty in TYPES {
        db.batch(&format!("CREATE TEMPORARY TABLE v (n SERIAL, x {})", column_type(ty)))
            .await
            .expect("created");
        let values = samples(ty);
        for value in &values {
            let done = execute(&mut db, "INSERT INTO v (x) VALUES ($1)", std::slice::from_ref(value)).await;
            assert_eq!(done.expect("inserted").affected, 1);
        }
        let found = column(&mut db, "SELECT x FROM v ORDER BY n", &[], ty).await.expect("read");
        assert_eq!(found, values, "{ty:?}");
        // As a column of a bulk insert, NULL and all.
        let list = [Value::List(ty, values.clone())];
        let sql = "WITH c AS (INSERT INTO v (x) SELECT * FROM UNNEST($1) RETURNING x) SELECT x FROM c";
        assert_eq!(column(&mut db, sql, &list, ty).await.expect("inserted"), values, "list of {ty:?}");
        // As the values of `in_`; every value is found again, twice. NULL is never.
        if ty != Type::Json {
            let list = [Value::List(ty, values.iter().filter(|value| !value.is_null()).cloned().collect())];
            let sql = "SELECT count(*) FROM v WHERE x = ANY($1)";
            let count = column(&mut db, sql, &list, Type::I64).await.expect("counted");
            assert_eq!(count, [Value::Int(2 * (i64::try_from(values.len()).expect("few") - 1))], "{ty:?}");
        }
        let none = [Value::List(ty, Vec::new())];
        assert_eq!(column(&mut db, "SELECT x FROM v WHERE x = ANY($1)", &none, ty).await.expect("read"), []);
        db.batch("DROP TABLE v").await.expect("dropped");
    }
    db.close().await.expect("closed");
}

#[tokio::test]
async fn what_no_backend_holds_is_refused_before_it_is_sent() {
    let Some(mut db) = open().await else { return };
    for value in refused() {
        let error = execute(&mut db, "SELECT $1", std::slice::from_ref(&value)).await.expect_err("refused");
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{value:?}: {error}");
        let ty = if matches!(value, Value::Json(_)) { Type::Json } else { continue };
        let error =
            execute(&mut db, "SELECT $1", &[Value::List(ty, vec![value])]).await.expect_err("refused");
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error}");
    }
    for value in [
        Value::Tuple(vec![Value::Int(1)]),
        Value::List(Type::I64, vec![Value::Text("1".to_owned())]),
        Value::List(Type::I64, vec![Value::List(Type::I64, Vec::new())]),
    ] {
        let error = execute(&mut db, "SELECT $1", &[value]).await.expect_err("refused");
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error}");
    }
    // More digits than the column keeps would be rounded.
    let value = Value::Decimal("1.005".parse().expect("a number"));
    let sql: Arc<str> = "SELECT $1".into();
    let args = [Arg { value: &value, scale: 2 }];
    let statement = Statement { sql: &sql, args: &args, scales: &[] };
    let error = db.run(statement, &mut ()).await.expect_err("refused");
    assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error}");
    // The connection never noticed.
    db.ping().await.expect("alive");
}

#[tokio::test]
async fn wider_types_are_read_where_nothing_is_lost() {
    let Some(mut db) = open().await else { return };
    let mut check = async |sql: &str, ty, value: Option<Value>| {
        let found = column(&mut db, sql, &[], ty).await;
        match value {
            Some(value) => assert_eq!(found.expect(sql), [value], "{sql}"),
            None => {
                let error = found.expect_err(sql);
                assert!(matches!(error.kind(), ErrorKind::Decode { column: 0, .. }), "{sql}: {error}");
            }
        }
    };
    let sum = "SELECT sum(x) FROM (VALUES (9223372036854775806::bigint), (1)) v(x)";
    check(sum, Type::I64, Some(Value::Int(i64::MAX))).await;
    let sum = "SELECT sum(x) FROM (VALUES (9223372036854775807::bigint), (1)) v(x)";
    check(sum, Type::I64, None).await;
    check(sum, Type::U64, Some(Value::UInt(1 << 63))).await;
    check("SELECT 10000000::numeric", Type::I64, Some(Value::Int(10_000_000))).await;
    check("SELECT 1.5::numeric", Type::I64, None).await;
    check("SELECT 1.5::numeric", Type::F64, Some(Value::Double(1.5))).await;
    check("SELECT 'NaN'::numeric", Type::Decimal, None).await;
    check("SELECT 1e40::numeric", Type::Decimal, None).await;
    check("SELECT (-1)::bigint", Type::U64, None).await;
    check("SELECT 7::int", Type::F64, Some(Value::Double(7.0))).await;
    check("SELECT 0.5::real", Type::F64, Some(Value::Double(0.5))).await;
    check("SELECT 300::int", Type::U8, None).await;
    check("SELECT 'infinity'::date", Type::Date, None).await;
    check("SELECT '-infinity'::timestamp", Type::DateTime, None).await;
    check("SELECT 'infinity'::timestamptz", Type::Timestamp, None).await;
    check("SELECT '24:00'::time", Type::Time, None).await;
    check("SELECT 'x'::name", Type::Text, Some(Value::Text("x".to_owned()))).await;
    check("SELECT 'x'::varchar(5)", Type::Text, Some(Value::Text("x".to_owned()))).await;
    check("SELECT 1", Type::Text, None).await;
    check("SELECT '1'", Type::I64, None).await;
    check("SELECT '127.0.0.1'::inet", Type::Text, None).await;
    check("SELECT '{\"a\": 1}'::json", Type::Json, Some(Value::Json(serde_json::json!({"a": 1})))).await;
}

#[tokio::test]
async fn the_same_text_may_have_arguments_of_other_types() {
    let Some(mut db) = open().await else { return };
    // Eight bytes each: mixed up, they would be read as one another without an error.
    for _ in 0..2 {
        for (value, ty) in [
            (Value::Int(4_607_182_418_800_017_408), Type::I64),
            (Value::Double(1.0), Type::F64),
            (Value::Text("x".to_owned()), Type::Text),
        ] {
            let found = column(&mut db, "SELECT $1", std::slice::from_ref(&value), ty).await;
            assert_eq!(found.expect("read"), [value]);
        }
    }
    let mut lent = PgConnection::connect(&server_url()).await.expect("connected");
    assert_eq!(server_of(&mut lent).await.expect("known"), db.server());
    let sql: Arc<str> = "SELECT $1".into();
    for value in [Value::Int(7), Value::Double(1.0)] {
        let ty = if matches!(value, Value::Int(_)) { Type::I64 } else { Type::F64 };
        let args = [Arg { value: &value, scale: u8::MAX }];
        let mut found = Vec::new();
        let mut sink = Each(|row: &mut Cursor<'_>| {
            found.push(read(row, ty)?);
            Ok(())
        });
        run_on(&mut lent, Statement { sql: &sql, args: &args, scales: &[] }, &mut sink).await.expect("run");
        assert_eq!(found, [value]);
    }
    batch_on(&mut lent, "SELECT 1; SELECT 2").await.expect("run");
}

#[tokio::test]
async fn a_changed_schema_does_not_stay_an_error() {
    let Some(mut db) = open().await else { return };
    db.batch("CREATE TEMPORARY TABLE t (x INT); INSERT INTO t VALUES (7)").await.expect("created");
    let sql = "SELECT x FROM t WHERE x = $1";
    assert_eq!(column(&mut db, sql, &[Value::Int(7)], Type::I64).await.expect("read"), [Value::Int(7)]);
    db.batch("ALTER TABLE t ALTER x TYPE BIGINT").await.expect("altered");
    assert_eq!(column(&mut db, sql, &[Value::Int(7)], Type::I64).await.expect("read"), [Value::Int(7)]);
    db.batch("DEALLOCATE ALL").await.expect("done");
    assert_eq!(column(&mut db, sql, &[Value::Int(7)], Type::I64).await.expect("read"), [Value::Int(7)]);
    // In a transaction it is an error, once.
    db.batch("BEGIN; ALTER TABLE t ALTER x TYPE INT").await.expect("altered");
    let error = column(&mut db, sql, &[Value::Int(7)], Type::I64).await.expect_err("stale");
    assert!(
        matches!(error.kind(), ErrorKind::Database { code: Some(code), .. } if code == "0A000"),
        "{error}"
    );
    db.batch("ROLLBACK").await.expect("rolled back");
    assert_eq!(column(&mut db, sql, &[Value::Int(7)], Type::I64).await.expect("read"), [Value::Int(7)]);
}

#[tokio::test]
async fn prepared_statements_are_forgotten_together() {
    let options = options().with_statement_cache(2);
    let Ok(db) = super::Connection::open(&options, ConnectTime::default()).await else {
        return println!("left out: PostgreSQL");
    };
    let mut db = Connection::Postgres(db);
    for n in 0..20_i64 {
        let sql = format!("SELECT $1 + {n} - {n}");
        for value in [Value::Int(n), Value::Double(1.5)] {
            let ty = if matches!(value, Value::Int(_)) { Type::I64 } else { Type::F64 };
            let found = column(&mut db, &sql, std::slice::from_ref(&value), ty).await;
            assert_eq!(found.expect("read"), [value]);
        }
    }
}

#[tokio::test]
async fn a_failing_sink_leaves_the_connection_ready() {
    let Some(mut db) = open().await else { return };
    let sql = "SELECT x::text FROM generate_series(1, 1000) x";
    let error = column(&mut db, sql, &[], Type::I64).await.expect_err("text is no integer");
    assert!(matches!(error.kind(), ErrorKind::Decode { .. }));
    // An error of the server after the sink's own changes nothing.
    let sql =
        "SELECT CASE WHEN x < 1000 THEN 'x' ELSE (1 / (x - 1000))::text END FROM generate_series(1, 1000) x";
    let error = column(&mut db, sql, &[], Type::I64).await.expect_err("text is no integer");
    assert!(matches!(error.kind(), ErrorKind::Decode { .. }));
    assert_eq!(column(&mut db, "SELECT 1", &[], Type::I64).await.expect("ready"), [Value::Int(1)]);
    let error =
        column(&mut db, "SELECT $1 + $2", &[Value::Int(1)], Type::I64).await.expect_err("one too few");
    assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error}");
    assert_eq!(column(&mut db, "SELECT 1", &[], Type::I64).await.expect("ready"), [Value::Int(1)]);
}

#[tokio::test]
async fn errors_are_told_apart_and_hold_no_values() {
    let Some(mut db) = open().await else { return };
    let schema = unique_name();
    db.batch(&format!(
        "CREATE SCHEMA {schema}; SET search_path = {schema};
         CREATE TABLE users (id INT PRIMARY KEY, email TEXT NOT NULL CONSTRAINT users_email_uq UNIQUE,
            age INT CONSTRAINT users_age_ck CHECK (age > 0), span int4range,
            CONSTRAINT users_ex EXCLUDE USING gist (span WITH &&));
         CREATE TABLE posts (id INT PRIMARY KEY, author INT CONSTRAINT posts_author_fk REFERENCES users);
         INSERT INTO users VALUES (1, 's3cret', 1, '[1,9]'); INSERT INTO posts VALUES (1, 1)"
    ))
    .await
    .expect("created");
    let mut fails = async |sql: &str| {
        let error = execute(&mut db, sql, &[]).await.expect_err(sql);
        assert!(!shown(&error).contains("s3cret"), "{}", shown(&error));
        error
    };

    let error = fails("INSERT INTO users VALUES (2, 's3cret', 1, NULL)").await;
    let violation = error.constraint().expect("a constraint");
    assert_eq!(violation.kind, ConstraintKind::Unique);
    assert_eq!(violation.constraint.as_deref(), Some("users_email_uq"));
    assert_eq!(violation.table.as_deref(), Some("users"));
    let error = fails("INSERT INTO users VALUES (2, NULL, 1, NULL)").await;
    assert!(error.is_not_null_violation());
    assert_eq!(error.constraint().expect("a constraint").columns, ["email"]);
    let error = fails("INSERT INTO users VALUES (2, 's3cret2', -1, NULL)").await;
    assert!(error.is_check_violation());
    assert_eq!(error.constraint().expect("a constraint").constraint.as_deref(), Some("users_age_ck"));
    for sql in ["INSERT INTO posts VALUES (2, 9)", "DELETE FROM users"] {
        let error = fails(sql).await;
        assert!(error.is_foreign_key_violation());
        assert_eq!(error.constraint().expect("a constraint").constraint.as_deref(), Some("posts_author_fk"));
    }
    let error = fails("INSERT INTO users VALUES (2, 'x', 1, '[2,3]')").await;
    assert_eq!(error.constraint().expect("a constraint").kind, ConstraintKind::Exclusion);
    for sql in ["SELECT CAST(email AS int) FROM users", "SELECT 2147483647 + age FROM users"] {
        assert!(matches!(fails(sql).await.kind(), ErrorKind::InvalidValue { .. }), "{sql}");
    }
    let error = fails("SELECT 1 / 0").await;
    assert!(matches!(error.kind(), ErrorKind::Database { code: Some(code), .. } if code == "22012"));
    let error = fails("SELECT * FROM nowhere").await;
    assert_eq!(error.to_string(), "relation \"nowhere\" does not exist (42P01)");
    fails("SELECT raise FROM").await;

    // Locks and time-outs.
    let mut other = open().await.expect("a second connection");
    other.batch(&format!("SET search_path = {schema}")).await.expect("set");
    other.batch("BEGIN; UPDATE users SET age = 2").await.expect("locked");
    db.batch("SET lock_timeout = '50ms'").await.expect("set");
    let error = execute(&mut db, "UPDATE users SET age = 3", &[]).await.expect_err("locked");
    assert!(matches!(error.kind(), ErrorKind::Busy), "{error}");
    db.batch("SET lock_timeout = 0; SET statement_timeout = '50ms'").await.expect("set");
    let error = execute(&mut db, "SELECT pg_sleep(5)", &[]).await.expect_err("too slow");
    assert!(matches!(error.kind(), ErrorKind::StatementTimeout), "{error}");
    other.batch("ROLLBACK").await.expect("rolled back");
    db.batch("SET statement_timeout = 0").await.expect("set");

    // A write on a snapshot that has become old.
    db.batch("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT * FROM users").await.expect("begun");
    other.batch("UPDATE users SET age = 5").await.expect("updated");
    let error = execute(&mut db, "UPDATE users SET age = 6", &[]).await.expect_err("serialization");
    assert!(matches!(error.kind(), ErrorKind::Serialization), "{error}");
    db.batch("ROLLBACK").await.expect("rolled back");

    // Each waits for the other.
    db.batch("INSERT INTO posts VALUES (2, 1)").await.expect("inserted");
    db.batch("BEGIN; UPDATE posts SET author = 1 WHERE id = 1").await.expect("1");
    other.batch("BEGIN; UPDATE posts SET author = 1 WHERE id = 2").await.expect("2");
    let first = async { db.batch("UPDATE posts SET author = 1 WHERE id = 2").await };
    let second = async { other.batch("UPDATE posts SET author = 1 WHERE id = 1").await };
    let (first, second) = tokio::join!(first, second);
    let error = first.and(second).expect_err("one of them is the victim");
    assert!(matches!(error.kind(), ErrorKind::Deadlock), "{error}");
    db.batch("ROLLBACK").await.expect("rolled back");
    other.batch("ROLLBACK").await.expect("rolled back");

    // Ended from outside.
    let pid = column(&mut other, "SELECT pg_backend_pid()", &[], Type::I64).await.expect("read");
    execute(&mut db, "SELECT pg_terminate_backend($1::int)", &pid).await.expect("ended");
    for _ in 0..2 {
        let error = execute(&mut other, "SELECT 1", &[]).await.expect_err("ended");
        assert!(matches!(error.kind(), ErrorKind::ConnectionLost), "{error:?}");
    }
    db.batch(&format!("DROP SCHEMA {schema} CASCADE")).await.expect("dropped");
}

#[tokio::test]
async fn no_connection_says_why_and_not_the_password() {
    if open().await.is_none() {
        return;
    }
    let sqlx: PgConnectOptions = server_url().parse().expect("a URL");
    for wrong in [
        sqlx.clone().database("no_such_database").password("s3cret"),
        sqlx.clone().username("no_such_user").password("s3cret"),
        sqlx.clone().port(1).password("s3cret"),
    ] {
        let error = super::Connection::open(&ConnectOptions::from_sqlx(wrong), ConnectTime::default())
            .await
            .expect_err("no way in");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error}");
        assert!(!shown(&error).contains("s3cret"));
    }
}

#[tokio::test]
async fn the_session_is_what_the_crate_needs() {
    let Some(mut db) = open().await else { return };
    for (setting, value) in [("TimeZone", "UTC"), ("client_encoding", "UTF8"), ("application_name", "orm")] {
        let setting = [Value::Text(setting.to_owned())];
        let found = column(&mut db, "SELECT current_setting($1)", &setting, Type::Text).await;
        assert_eq!(found.expect("read"), [Value::Text(value.to_owned())]);
    }
}

#[test]
fn numbers_and_times_come_back_as_they_went() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let Some(mut db) = runtime.block_on(open()) else { return };
    let mut runner = proptest::test_runner::TestRunner::default();
    let micros = -62_135_596_800_000_000_i64..=253_402_300_799_999_999;
    let values = (any::<i128>(), 0..=28_u32, any::<u64>(), micros);
    let db = std::cell::RefCell::new(&mut db);
    let checked = runner.run(&values, |(mantissa, scale, uint, micros)| {
        let decimal = Decimal::from_i128_with_scale(mantissa >> 32, scale);
        let time = chrono::DateTime::from_timestamp_micros(micros).expect("in range");
        let sent = [
            Value::Decimal(decimal),
            Value::UInt(uint),
            Value::Timestamp(time),
            Value::DateTime(time.naive_utc()),
            Value::Date(time.date_naive()),
            Value::Time(time.time()),
            Value::Text(decimal.to_string()),
            Value::Text(uint.to_string()),
        ];
        let sql = "SELECT $1, $2, $3, $4, $5, $6, $1::text = $7, $2::text = $8, $3::text";
        let types = [Type::Decimal, Type::U64, Type::Timestamp, Type::DateTime, Type::Date, Type::Time];
        let mut got = Vec::new();
        let mut text = None;
        let mut sink = Each(|row: &mut Cursor<'_>| {
            for ty in types {
                got.push(read(row, ty)?);
            }
            // The server understands the same as it was told.
            assert_eq!((row.bool()?, row.bool()?), (Some(true), Some(true)));
            text = row.text()?;
            Ok(())
        });
        runtime.block_on(run(&mut db.borrow_mut(), sql, &sent, &mut sink)).expect("run");
        prop_assert_eq!(&got[..], &sent[..6]);
        let shown = time.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        let shown = shown.trim_end_matches('0').trim_end_matches('.');
        prop_assert!(text.expect("text").starts_with(shown));
        Ok(())
    });
    checked.expect("the same");
}
