//! Errors: which they are, and that they hold no values.

use sqlx::mysql::MySqlSslMode;

use super::servers;
use crate::driver::fixture::*;
use crate::driver::mysql::{self, ConnectOptions};
use crate::driver::{Backend, ConnectTime, Connection};
use crate::error::{ConstraintKind, ErrorKind};
use crate::types::{Type, Value};

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
            let opened =
                mysql::Connection::open(&ConnectOptions::from_sqlx(wrong), ConnectTime::default()).await;
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
            server.done().await;
            continue;
        }
        let user = unique_name();
        let create = format!("CREATE USER {user} IDENTIFIED WITH caching_sha2_password BY 'pa:ss/w@rd'");
        server.db.batch(&create).await.expect("created");
        let options = server.options.clone().username(&user).password("pa:ss/w@rd");
        // The second time the server has the password's hash and asks for less.
        for mode in [MySqlSslMode::Preferred, MySqlSslMode::Preferred, MySqlSslMode::Required] {
            let options = ConnectOptions::from_sqlx(options.clone().ssl_mode(mode));
            let db = mysql::Connection::open(&options, ConnectTime::default()).await.expect("opened");
            let mut db = Connection::MySql(db);
            // Cannot be prepared on every version.
            let sql = "SELECT variable_value <> '' FROM performance_schema.session_status WHERE variable_name = 'Ssl_cipher'";
            assert_eq!(column(&mut db, sql, &[], Type::Bool).await.expect("read"), [Value::Bool(true)]);
            db.close().await.expect("closed");
        }
        let wrong = ConnectOptions::from_sqlx(options.password("s3cret"));
        let error = mysql::Connection::open(&wrong, ConnectTime::default()).await.expect_err("no way in");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }) && !shown(&error).contains("s3cret"));
        server.db.batch(&format!("DROP USER {user}")).await.expect("dropped");
        server.done().await;
    }
}
