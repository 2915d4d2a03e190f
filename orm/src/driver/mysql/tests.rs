use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{Connection as _, MySqlConnection};

use super::{ConnectOptions, batch_on, run_on, server_of};
use crate::driver::fixture::*;
use crate::driver::{Arg, Backend, Connection, Cursor, Statement};
use crate::error::{ConstraintKind, ErrorKind};
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
        Connection::MySql(super::Connection::open(&options).await.expect("another connection"))
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
        match super::Connection::open(&ConnectOptions::from_sqlx(options.clone())).await {
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
    }
}

#[test]
fn futures_can_be_sent() {
    fn is_send<T: Send>(_: T) {}
    #[expect(unreachable_code, reason = "only the types matter")]
    fn _check(connection: &mut MySqlConnection, ours: super::Connection, statement: Statement<'_>) {
        is_send(run_on(connection, statement, &mut ()));
        is_send(batch_on(connection, ""));
        is_send(server_of(connection));
        let options: ConnectOptions = loop {};
        is_send(super::Connection::open(&options));
        is_send(ours.close());
        let ours: &mut super::Connection = loop {};
        is_send(ours.run(statement, &mut ()));
        is_send(ours.ping());
    }
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
        db.batch("CREATE TABLE t (x INT); INSERT INTO t VALUES (7)").await.expect("created");
        assert_eq!(column(db, sql, &[Value::Int(7)], Type::I64).await.expect("read"), [Value::Int(7)]);
        db.batch("ALTER TABLE t MODIFY x VARCHAR(20); UPDATE t SET x = '🦀'").await.expect("altered");
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
        let mut sink = Each(|row: &mut Cursor<'_>| Ok(found.push(row.i64()?)));
        run_on(&mut lent, Statement { sql: &sql, args: &args, scales: &[] }, &mut sink).await.expect("run");
        assert_eq!(found, [Some(12)]);
        server.done().await;
    }
}

#[tokio::test]
async fn errors_are_told_apart_and_hold_no_values() {
    for mut server in servers().await {
        let mysql = server.backend == Backend::MySql;
        let mut other = server.another().await;
        let db = &mut server.db;
        db.batch(
            "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(20) NOT NULL, age INT,
                CONSTRAINT users_email_uq UNIQUE (email), CONSTRAINT users_age_ck CHECK (age > 0));
             CREATE TABLE posts (id INT PRIMARY KEY, author INT,
                CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id));
             INSERT INTO users VALUES (1, 's3cret', 1); INSERT INTO posts VALUES (1, 1)",
        )
        .await
        .expect("created");
        let mut fails = async |sql: &str| {
            let error = execute(db, sql, &[]).await.expect_err(sql);
            assert!(!shown(&error).contains("s3cret"), "{}", shown(&error));
            error
        };

        let error = fails("INSERT INTO users VALUES (2, 's3cret', 1)").await;
        let violation = error.constraint().expect("a constraint");
        assert_eq!(violation.kind, ConstraintKind::Unique);
        assert_eq!(violation.constraint.as_deref(), Some("users_email_uq"));
        assert_eq!(violation.table.as_deref(), mysql.then_some("users"));
        let error = fails("INSERT INTO users VALUES (1, 'other', 1)").await;
        assert_eq!(error.constraint().expect("a constraint").constraint.as_deref(), Some("PRIMARY"));
        for sql in ["INSERT INTO users VALUES (2, NULL, 1)", "INSERT INTO users (id) VALUES (2)"] {
            let error = fails(sql).await;
            assert!(error.is_not_null_violation(), "{sql}: {error}");
            assert_eq!(error.constraint().expect("a constraint").columns, ["email"]);
        }
        let error = fails("INSERT INTO users VALUES (2, 's3cret2', -1)").await;
        assert!(error.is_check_violation(), "{error}");
        assert_eq!(error.constraint().expect("a constraint").constraint.as_deref(), Some("users_age_ck"));
        for sql in ["INSERT INTO posts VALUES (2, 9)", "DELETE FROM users"] {
            let error = fails(sql).await;
            assert!(error.is_foreign_key_violation(), "{error}");
            let violation = error.constraint().expect("a constraint");
            assert_eq!(violation.constraint.as_deref(), Some("posts_author_fk"));
            assert_eq!(violation.table.as_deref(), Some("posts"));
            assert_eq!(violation.columns, ["author"]);
        }
        for sql in [
            "UPDATE users SET age = 's3cret'",
            "UPDATE users SET age = 3000000000",
            "UPDATE users SET email = 's3cret but far too long for the column'",
            "INSERT INTO users (id, email) VALUES (9, concat('s3cret', repeat('x', 99)))",
        ] {
            let error = fails(sql).await;
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{sql}: {error:?}");
        }
        let error = fails("SELECT * FROM nowhere").await;
        let ErrorKind::Database { code: Some(code), .. } = error.kind() else { panic!("{error:?}") };
        assert_eq!(code, "42S02, 1146");

        // Locks and time-outs.
        other.batch("BEGIN; UPDATE users SET age = 2").await.expect("locked");
        db.batch("SET innodb_lock_wait_timeout = 1").await.expect("set");
        let error = execute(db, "UPDATE users SET age = 3", &[]).await.expect_err("locked");
        assert!(matches!(error.kind(), ErrorKind::Busy), "{error}");
        let error = execute(db, "SELECT * FROM users FOR UPDATE NOWAIT", &[]).await.expect_err("locked");
        assert!(matches!(error.kind(), ErrorKind::Busy), "{error}");
        other.batch("ROLLBACK").await.expect("rolled back");
        let limit = if mysql { "SET max_execution_time = 100" } else { "SET max_statement_time = 0.1" };
        db.batch(limit).await.expect("set");
        let slow = "WITH RECURSIVE n AS (SELECT 1 x UNION ALL SELECT x + 1 FROM n WHERE x < 1000)
            SELECT count(*) FROM n a, n b, n c WHERE sha2(concat(a.x, b.x, c.x), 256) = 'x'";
        let error = execute(db, slow, &[]).await.expect_err("too slow");
        assert!(matches!(error.kind(), ErrorKind::StatementTimeout), "{error}");
        db.batch(if mysql { "SET max_execution_time = 0" } else { "SET max_statement_time = 0" })
            .await
            .expect("set");

        // Each waits for the other.
        db.batch("SET innodb_lock_wait_timeout = 50; INSERT INTO posts VALUES (2, 1)").await.expect("set");
        db.batch("BEGIN; UPDATE posts SET author = NULL WHERE id = 1").await.expect("1");
        other.batch("BEGIN; UPDATE posts SET author = NULL WHERE id = 2").await.expect("2");
        let first = async { db.batch("UPDATE posts SET author = NULL WHERE id = 2").await };
        let second = async { other.batch("UPDATE posts SET author = NULL WHERE id = 1").await };
        let (first, second) = tokio::join!(first, second);
        let error = first.and(second).expect_err("one of them is the victim");
        assert!(matches!(error.kind(), ErrorKind::Deadlock), "{error}");
        db.batch("ROLLBACK").await.expect("rolled back");
        other.batch("ROLLBACK").await.expect("rolled back");

        // Ended from outside.
        let id = column(&mut other, "SELECT connection_id()", &[], Type::I64).await.expect("read");
        let [Value::Int(id)] = id.as_slice() else { panic!("one number") };
        db.batch(&format!("KILL {id}")).await.expect("ended");
        for _ in 0..2 {
            let error = execute(&mut other, "SELECT 1", &[]).await.expect_err("ended");
            assert!(matches!(error.kind(), ErrorKind::ConnectionLost), "{error:?}");
        }
        server.done().await;
    }
}

#[tokio::test]
async fn no_connection_says_why_and_not_the_password() {
    for server in servers().await {
        for wrong in [
            server.options.clone().database("no_such_database"),
            server.options.clone().username("no_such_user").password("s3cret"),
            server.options.clone().port(1).password("s3cret"),
        ] {
            let opened = super::Connection::open(&ConnectOptions::from_sqlx(wrong)).await;
            let error = opened.expect_err("no way in");
            assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error}");
            assert!(!shown(&error).contains("s3cret"));
        }
        server.done().await;
    }
}

/// The password goes through TLS with a certificate that the server made for itself.
#[tokio::test]
async fn a_real_password_opens_mysql() {
    for mut server in servers().await {
        if server.backend != Backend::MySql {
            continue;
        }
        let user = unique_name();
        let create = format!("CREATE USER {user} IDENTIFIED WITH caching_sha2_password BY 'pa:ss/w@rd'");
        server.db.batch(&create).await.expect("created");
        let options = server.options.clone().username(&user).password("pa:ss/w@rd");
        // The second time the server has the password's hash and asks for less.
        for mode in [MySqlSslMode::Preferred, MySqlSslMode::Preferred, MySqlSslMode::Required] {
            let options = ConnectOptions::from_sqlx(options.clone().ssl_mode(mode));
            let db = super::Connection::open(&options).await.expect("opened");
            let mut db = Connection::MySql(db);
            // Cannot be prepared on every version.
            let sql = "SELECT variable_value <> '' FROM performance_schema.session_status WHERE variable_name = 'Ssl_cipher'";
            assert_eq!(column(&mut db, sql, &[], Type::Bool).await.expect("read"), [Value::Bool(true)]);
            db.close().await.expect("closed");
        }
        let wrong = ConnectOptions::from_sqlx(options.password("s3cret"));
        let error = super::Connection::open(&wrong).await.expect_err("no way in");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }) && !shown(&error).contains("s3cret"));
        server.db.batch(&format!("DROP USER {user}")).await.expect("dropped");
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
            runtime.block_on(async {
                let db = &mut db.borrow_mut();
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
