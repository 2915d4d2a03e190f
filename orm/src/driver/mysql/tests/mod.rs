//! Against MariaDB and MySQL, whichever are there.

mod errors;

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{Connection as _, MySqlConnection};

use super::{ConnectOptions, batch_on, run_on, server_of};
use crate::driver::fixture::*;
use crate::driver::{Arg, Backend, ConnectTime, Connection, Cursor, Statement};
use crate::error::ErrorKind;
use crate::types::{Type, Value};

/// Where both servers are; who they are; how they name the same collation.
const SERVERS: [(&str, &str, Backend, &str); 2] = [
    ("ORM_TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306/test", Backend::MariaDb, "utf8mb4_nopad_bin"),
    ("ORM_TEST_MYSQL_URL", "mysql://root@127.0.0.1:33061/test", Backend::MySql, "utf8mb4_0900_bin"),
];

/// Without a database in it: a fresh server has none.
fn parsed(variable: &str, usual: &str) -> MySqlConnectOptions {
    let url = url(variable, usual);
    let end = url.rfind('/').filter(|at| *at > "mysql://".len()).unwrap_or(url.len());
    url[..end].parse().expect("a URL")
}

struct Server {
    db: Connection,
    options: MySqlConnectOptions,
    backend: Backend,
    collation: &'static str,
    schema: String,
}

impl Server {
    async fn another(&self) -> Connection {
        let options = ConnectOptions::from_sqlx(self.options.clone().database(&self.schema));
        Connection::MySql(
            super::Connection::open(&options, ConnectTime::default()).await.expect("another connection"),
        )
    }

    async fn done(mut self) {
        self.db.batch(&format!("DROP DATABASE {}", self.schema)).await.expect("dropped");
        self.db.close().await.expect("closed");
    }
}

/// A connection to each server that is there, in a database of its own.
async fn servers() -> Vec<Server> {
    let mut found = Vec::new();
    for (variable, usual, backend, collation) in SERVERS {
        let options = parsed(variable, usual);
        match super::Connection::open(&ConnectOptions::from_sqlx(options.clone()), ConnectTime::default())
            .await
        {
            Ok(db) => {
                let mut db = Connection::MySql(db);
                assert_eq!(db.server().backend, backend);
                let schema = unique_name();
                db.batch(&format!("CREATE DATABASE {schema} COLLATE {collation}; USE {schema}"))
                    .await
                    .expect("created");
                found.push(Server { db, options, backend, collation, schema });
            }
            Err(error) => println!("left out: {backend} ({error})"),
        }
    }
    found
}

/// The type of a column, as the crate writes it.
fn column_type(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "BOOLEAN",
        Type::I8 => "TINYINT",
        Type::I16 => "SMALLINT",
        Type::I32 => "INT",
        Type::I64 => "BIGINT",
        Type::U8 => "TINYINT UNSIGNED",
        Type::U16 => "SMALLINT UNSIGNED",
        Type::U32 => "INT UNSIGNED",
        Type::U64 => "BIGINT UNSIGNED",
        Type::F32 => "FLOAT",
        Type::F64 => "DOUBLE",
        Type::Text => "LONGTEXT",
        Type::Bytes => "LONGBLOB",
        Type::Date => "DATE",
        Type::Time => "TIME(6)",
        Type::DateTime | Type::Timestamp => "DATETIME(6)",
        Type::Uuid => "BINARY(16)",
        Type::Decimal => "DECIMAL(28,10)",
        Type::Json => "JSON",
        Type::Duration => "BIGINT",
        Type::Enum(def) => column_type(def.stored),
        Type::Array(_) | Type::Hstore => panic!("PostgreSQL alone has arrays"),
    }
}

/// Compiles, and that is all it is to do.
#[expect(dead_code, reason = "only the types matter")]
fn futures_can_be_sent(
    lent: &mut MySqlConnection,
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
    for mut server in servers().await {
        let db = &mut server.db;
        for ty in TYPES {
            db.batch(&format!("CREATE TABLE v (n SERIAL, x {})", column_type(ty))).await.expect("created");
            let values = samples(ty);
            for (n, value) in (1..).zip(&values) {
                let sql = "INSERT INTO v (x) VALUES (?)";
                let done = execute(db, sql, std::slice::from_ref(value)).await.expect("inserted");
                assert_eq!((done.affected, done.last_insert_id), (1, Some(n)), "{ty:?}");
            }
            let found = column(db, "SELECT x FROM v ORDER BY n", &[], ty).await.expect("read");
            assert_eq!(found, values, "{ty:?} on {}", server.backend);
            // Each value finds itself, and nothing else.
            if ty != Type::Json {
                for value in values.iter().filter(|value| !value.is_null()) {
                    let sql = "SELECT x FROM v WHERE x = ?";
                    let found = column(db, sql, std::slice::from_ref(value), ty).await;
                    let found = found.unwrap_or_else(|error| panic!("{ty:?} on {}: {error}", server.backend));
                    // FLOAT keeps single precision but compares as DOUBLE, exactly.
                    assert_eq!(found, std::slice::from_ref(value), "{ty:?} on {}", server.backend);
                }
            }
            db.batch("DROP TABLE v").await.expect("dropped");
        }
        server.done().await;
    }
}

#[tokio::test]
async fn what_no_backend_holds_is_refused_before_it_is_sent() {
    for mut server in servers().await {
        let db = &mut server.db;
        let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Value::Double);
        for value in refused().into_iter().chain(numbers).chain([Value::Float(f32::NAN)]) {
            let error = execute(db, "SELECT ?", std::slice::from_ref(&value)).await.expect_err("refused");
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{value:?}: {error}");
        }
        for value in [Value::Tuple(vec![Value::Int(1)]), Value::List(Type::I64, vec![Value::Int(1)])] {
            let error = execute(db, "SELECT ?", &[value]).await.expect_err("refused");
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error}");
        }
        let value = Value::Decimal("1.005".parse().expect("a number"));
        let sql: Arc<str> = "SELECT ?".into();
        let args = [Arg { value: &value, scale: 2 }];
        let statement = Statement { sql: &sql, args: &args, scales: &[] };
        let error = db.run(statement, &mut ()).await.expect_err("refused");
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error}");
        db.ping().await.expect("alive");
        server.done().await;
    }
}

#[tokio::test]
async fn wider_types_are_read_where_nothing_is_lost() {
    for mut server in servers().await {
        let backend = server.backend;
        server
            .db
            .batch("SET sql_mode = ''; CREATE TABLE z (d DATE, t DATETIME, p TIME, u TINYINT(1) UNSIGNED)")
            .await
            .expect("created");
        server
            .db
            .batch("INSERT INTO z VALUES ('0000-00-00', '2024-00-01 00:00:00', '-01:00:00', 200)")
            .await
            .expect("1");
        let mut check = async |sql: &str, ty, value: Option<Value>| {
            let found = column(&mut server.db, sql, &[], ty).await;
            match value {
                Some(value) => assert_eq!(found.expect(sql), [value], "{sql} on {backend}"),
                None => {
                    let error = found.expect_err(sql);
                    assert!(matches!(error.kind(), ErrorKind::Decode { column: 0, .. }), "{sql}: {error}");
                }
            }
        };
        let sum = "SELECT sum(x) FROM (SELECT 9223372036854775806 x UNION ALL SELECT 1) v";
        check(sum, Type::I64, Some(Value::Int(i64::MAX))).await;
        let sum = "SELECT sum(x) FROM (SELECT 9223372036854775807 x UNION ALL SELECT 1) v";
        check(sum, Type::I64, None).await;
        check(sum, Type::U64, Some(Value::UInt(1 << 63))).await;
        check("SELECT 2.00", Type::I64, Some(Value::Int(2))).await;
        check("SELECT 1.5", Type::I64, None).await;
        check("SELECT 1.5", Type::F64, Some(Value::Double(1.5))).await;
        check("SELECT avg(x) FROM (SELECT 1 x UNION ALL SELECT 2) v", Type::F64, Some(Value::Double(1.5)))
            .await;
        check("SELECT -1", Type::U64, None).await;
        check("SELECT 18446744073709551615", Type::I64, None).await;
        check("SELECT 18446744073709551615", Type::U64, Some(Value::UInt(u64::MAX))).await;
        check("SELECT 7", Type::F64, Some(Value::Double(7.0))).await;
        check("SELECT 300", Type::U8, None).await;
        check("SELECT 2", Type::Bool, None).await;
        check("SELECT 2 > 1", Type::Bool, Some(Value::Bool(true))).await;
        check("SELECT 1", Type::Text, None).await;
        check("SELECT '1'", Type::I64, None).await;
        check("SELECT X'00'", Type::Text, None).await;
        check("SELECT 'x'", Type::Bytes, None).await;
        check("SELECT NULL", Type::Text, Some(Value::Null(Type::Text))).await;
        check("SELECT d FROM z", Type::Date, None).await;
        check("SELECT t FROM z", Type::DateTime, None).await;
        check("SELECT p FROM z", Type::Time, None).await;
        check("SELECT CAST('30:00:00' AS TIME)", Type::Time, None).await;
        check("SELECT u FROM z", Type::I64, Some(Value::Int(200))).await;
        check("SELECT concat('a', 1)", Type::Text, Some(Value::Text("a1".to_owned()))).await;
        let json = Value::Json(serde_json::json!({"a": [1, "x"]}));
        check("SELECT json_object('a', json_array(1, 'x'))", Type::Json, Some(json)).await;
        server.done().await;
    }
}

#[tokio::test]
async fn the_session_is_what_the_crate_needs() {
    for mut server in servers().await {
        let backend = server.backend;
        let expected = Value::Text(server.collation.to_owned());
        let found =
            column(&mut server.db, "SELECT @@collation_connection", &[], Type::Text).await.expect("read");
        assert_eq!(found, [expected], "{backend}");
        let found = column(&mut server.db, "SELECT @@time_zone", &[], Type::Text).await.expect("read");
        assert_eq!(found, [Value::Text("+00:00".to_owned())]);
        let found = column(&mut server.db, "SELECT @@sql_mode", &[], Type::Text).await.expect("read");
        let [Value::Text(modes)] = found.as_slice() else { panic!("one text") };
        let mut modes: Vec<_> = modes.split(',').collect();
        modes.sort_unstable();
        let expected = [
            "ERROR_FOR_DIVISION_BY_ZERO",
            "NO_AUTO_VALUE_ON_ZERO",
            "NO_ENGINE_SUBSTITUTION",
            "NO_UNSIGNED_SUBTRACTION",
            "NO_ZERO_DATE",
            "NO_ZERO_IN_DATE",
            "ONLY_FULL_GROUP_BY",
            "PIPES_AS_CONCAT",
            "STRICT_ALL_TABLES",
        ];
        assert_eq!(modes, expected, "{backend}");
        // By code point, even without a column.
        let found = column(&mut server.db, "SELECT 'a' = 'A'", &[], Type::Bool).await.expect("read");
        assert_eq!(found, [Value::Bool(false)]);
        let args = [Value::Text("a".to_owned()), Value::Text("a ".to_owned())];
        let found = column(&mut server.db, "SELECT ? = ?", &args, Type::Bool).await.expect("read");
        assert_eq!(found, [Value::Bool(false)]);
        server.done().await;
    }
}

#[tokio::test]
async fn rows_that_match_are_counted_not_rows_that_change() {
    for mut server in servers().await {
        let db = &mut server.db;
        db.batch("CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, x INT)").await.expect("created");
        let values = [1, 1, 2].map(Value::Int);
        let done = execute(db, "INSERT INTO t (x) VALUES (?), (?), (?)", &values).await.expect("inserted");
        assert_eq!((done.affected, done.last_insert_id), (3, Some(1)), "the first of the keys");
        let done = execute(db, "UPDATE t SET x = ?", &[Value::Int(1)]).await.expect("updated");
        assert_eq!((done.affected, done.last_insert_id), (3, None));
        let done = execute(db, "SELECT x FROM t", &[]).await.expect("read");
        assert_eq!(done.last_insert_id, None);
        let done = execute(db, "DELETE FROM t WHERE id > ?", &[Value::Int(1)]).await.expect("deleted");
        assert_eq!(done.affected, 2);
        server.done().await;
    }
}

#[tokio::test]
async fn a_failing_sink_leaves_the_connection_ready() {
    for mut server in servers().await {
        let db = &mut server.db;
        let sql = "WITH RECURSIVE n AS (SELECT 1 x UNION ALL SELECT x + 1 FROM n WHERE x < 1000) SELECT concat('x', x) FROM n";
        let error = column(db, sql, &[], Type::I64).await.expect_err("text is no integer");
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error}");
        assert_eq!(column(db, "SELECT 1", &[], Type::I64).await.expect("ready"), [Value::Int(1)]);
        // Too few and too many arguments: sqlx alone would wait for ever afterwards.
        for values in [&[][..], &[Value::Int(1), Value::Int(2)]] {
            let error = column(db, "SELECT ?", values, Type::I64).await.expect_err("one is wanted");
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error}");
            let wait = std::time::Duration::from_secs(5);
            let found = tokio::time::timeout(wait, column(db, "SELECT 1", &[], Type::I64)).await;
            assert_eq!(found.expect("no hang").expect("ready"), [Value::Int(1)]);
        }
        let error = execute(db, "SELECT nothing FROM nowhere", &[]).await.expect_err("no table");
        assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error}");
        assert_eq!(column(db, "SELECT 1", &[], Type::I64).await.expect("ready"), [Value::Int(1)]);
        server.done().await;
    }
}

#[tokio::test]
async fn a_changed_schema_does_not_stay_an_error() {
    for mut server in servers().await {
        let db = &mut server.db;
        let sql = "SELECT x FROM t WHERE x = ?";
        db.batch("CREATE TABLE t (x DOUBLE); INSERT INTO t VALUES (0.5)").await.expect("created");
        let half = [Value::Double(0.5)];
        assert_eq!(column(db, sql, &half, Type::F64).await.expect("read"), half);
        db.batch("DROP TABLE t; CREATE TABLE t (x LONGTEXT); INSERT INTO t VALUES ('🦀')")
            .await
            .expect("changed");
        let plain = [Value::Text("plain".to_owned())];
        assert_eq!(column(db, sql, &plain, Type::Text).await.expect("read"), []);
        let crab = [Value::Text("🦀".to_owned())];
        assert_eq!(column(db, sql, &crab, Type::Text).await.expect("read"), crab);
        server.done().await;
    }
}

#[tokio::test]
async fn a_lent_connection_works_as_ours() {
    for server in servers().await {
        let mut lent = MySqlConnection::connect_with(&server.options).await.expect("connected");
        assert_eq!(server_of(&mut lent).await.expect("known"), server.db.server());
        batch_on(&mut lent, "SELECT 1; SET @x = 5; SELECT 2").await.expect("run");
        let sql: Arc<str> = "SELECT @x + ?".into();
        let value = Value::Int(7);
        let args = [Arg { value: &value, scale: u8::MAX }];
        let mut found = Vec::new();
        let mut sink = Each(|row: &mut Cursor<'_>| {
            found.push(row.i64()?);
            Ok(())
        });
        run_on(&mut lent, Statement { sql: &sql, args: &args, scales: &[] }, &mut sink).await.expect("run");
        assert_eq!(found, [Some(12)]);
        server.done().await;
    }
}

#[test]
fn numbers_and_times_come_back_as_they_went() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for mut server in runtime.block_on(servers()) {
        let create = "CREATE TABLE v (a DECIMAL(38,28), b BIGINT UNSIGNED, c DATETIME(6), d DATE, e TIME(6))";
        runtime.block_on(server.db.batch(create)).expect("created");
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
        let micros = -62_135_596_800_000_000_i64..=253_402_300_799_999_999;
        // What fits into the column: ten digits before the point.
        let values = (-(1_i128 << 62)..1 << 62, 9..=28_u32, any::<u64>(), micros);
        let db = std::cell::RefCell::new(&mut server.db);
        let checked = runner.run(&values, |(mantissa, scale, uint, micros)| {
            let decimal = Decimal::from_i128_with_scale(mantissa, scale);
            let time = chrono::DateTime::from_timestamp_micros(micros).expect("in range");
            let sent = [
                Value::Decimal(decimal),
                Value::UInt(uint),
                Value::DateTime(time.naive_utc()),
                Value::Date(time.date_naive()),
                Value::Time(time.time()),
            ];
            let types = [Type::Decimal, Type::U64, Type::DateTime, Type::Date, Type::Time];
            let mut got = Vec::new();
            let mut text = None;
            let mut db = db.borrow_mut();
            let db = &mut **db;
            runtime.block_on(async {
                execute(db, "DELETE FROM v", &[]).await.expect("deleted");
                execute(db, "INSERT INTO v VALUES (?, ?, ?, ?, ?)", &sent).await.expect("inserted");
                let mut sink = Each(|row: &mut Cursor<'_>| {
                    for ty in types {
                        got.push(read(row, ty)?);
                    }
                    text = row.text()?;
                    Ok(())
                });
                run(db, "SELECT a, b, c, d, e, CAST(c AS CHAR) FROM v", &[], &mut sink).await.expect("read");
            });
            prop_assert_eq!(&got[..], &sent[..]);
            // The server understands the same as it was told.
            prop_assert_eq!(text.expect("text"), time.format("%Y-%m-%d %H:%M:%S%.6f").to_string());
            Ok(())
        });
        checked.expect("the same");
        runtime.block_on(server.done());
    }
}
