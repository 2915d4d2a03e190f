//! Tables that others made: their types are read if they hold what the model says, else an error says what is there.

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// A model of a table whose columns are what others chose.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "legacy")]
struct Legacy {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// An integer.
    pub number: Option<i64>,
    /// A real number.
    pub real: Option<f64>,
    /// Text.
    pub text: Option<String>,
    /// A truth value.
    pub flag: Option<bool>,
    /// A decimal.
    #[field(precision = 10, scale = 2)]
    pub amount: Option<Decimal>,
    /// A date and time.
    pub at: Option<NaiveDateTime>,
    /// JSON.
    pub json: Option<serde_json::Value>,
}

const COLUMNS: [&str; 7] = ["number", "real", "text", "flag", "amount", "at", "json"];

/// Makes the table with this type in one column, and reads a row that has `literal` there.
async fn read(
    db: &TestDb,
    column: &str,
    ty: &str,
    literal: &str,
) -> Result<orm::Result<Legacy>, Box<dyn std::error::Error + Send + Sync>> {
    let quote = |name: &str| {
        if db.kind() == Kind::MySql || db.kind() == Kind::MariaDb {
            format!("`{name}`")
        } else {
            format!("\"{name}\"")
        }
    };
    let other = |name: &str| match (name, db.kind()) {
        ("amount", Kind::Sqlite) | ("number" | "flag", _) => "INTEGER",
        ("real", _) => "REAL",
        _ => "TEXT",
    };
    let columns: Vec<_> = COLUMNS
        .iter()
        .map(|name| format!("{} {} NULL", quote(name), if *name == column { ty } else { other(name) }))
        .collect();
    db.oracle("DROP TABLE IF EXISTS legacy").await?;
    db.oracle(&format!("CREATE TABLE legacy (id INTEGER PRIMARY KEY, {})", columns.join(", "))).await?;
    let lax = if matches!(db.kind(), Kind::MySql | Kind::MariaDb) { "SET sql_mode = ''; " } else { "" };
    db.oracle(&format!("{lax}INSERT INTO legacy (id, {}) VALUES (1, {literal})", quote(column))).await?;
    Ok(Legacy::objects().using(db.handle()).get(1).await)
}

fn is_decode(error: &orm::Error) -> bool {
    matches!(error.kind(), orm::ErrorKind::Decode { .. })
}

/// Whether a row was read as it should be.
type Read = fn(&Legacy) -> bool;

cases! {
    /// Right value or typed error, per type of the server.
    async fn types_of_others(db: &TestDb) -> Outcome {
        // What fits.
        let fits: &[(&str, &str, &str, Read)] = match db.kind() {
            Kind::Sqlite => &[
                ("number", "ANY", "7", |r| r.number == Some(7)),
                ("number", "REAL", "7.0", |r| r.number == Some(7)),
                ("real", "NUMERIC", "7", |r| r.real == Some(7.0)),
                ("text", "VARCHAR(3)", "'abcdef'", |r| r.text.as_deref() == Some("abcdef")),
                ("flag", "BOOLEAN", "1", |r| r.flag == Some(true)),
                ("amount", "REAL", "1.5", |r| r.amount == Some(Decimal::new(150, 2))),
                ("amount", "TEXT", "'1.5'", |r| r.amount == Some(Decimal::new(150, 2))),
                ("at", "DATETIME", "'2024-02-29 12:00:00'", |r| r.at.is_some()),
                ("at", "DATETIME", "'2024-02-29T12:00:00.5'", |r| r.at.is_some()),
                ("json", "JSON", "'[1]'", |r| r.json.is_some()),
            ],
            Kind::Postgres => &[
                ("number", "SMALLINT", "-7", |r| r.number == Some(-7)),
                ("number", "INTEGER", "-7", |r| r.number == Some(-7)),
                ("number", "NUMERIC", "7.00", |r| r.number == Some(7)),
                ("number", "OID", "4294967295", |r| r.number == Some(4_294_967_295)),
                ("real", "REAL", "1.5", |r| r.real == Some(1.5)),
                ("real", "NUMERIC", "1.5", |r| r.real == Some(1.5)),
                ("real", "INTEGER", "7", |r| r.real == Some(7.0)),
                ("text", "CHAR(4)", "'ab'", |r| r.text.as_deref() == Some("ab  ")),
                ("text", "VARCHAR(4)", "'ab'", |r| r.text.as_deref() == Some("ab")),
                ("text", "NAME", "'ab'", |r| r.text.as_deref() == Some("ab")),
                ("text", "\"char\"", "'a'", |r| r.text.as_deref() == Some("a")),
                ("flag", "BOOLEAN", "true", |r| r.flag == Some(true)),
                ("amount", "NUMERIC", "1.50", |r| r.amount == Some(Decimal::new(150, 2))),
                ("amount", "INTEGER", "7", |r| r.amount == Some(Decimal::from(7))),
                ("at", "TIMESTAMP", "'2024-02-29 12:00:00'", |r| r.at.is_some()),
                ("json", "JSON", "'[1, 1e3]'", |r| r.json.is_some()),
                ("json", "JSONB", "'{\"a\": 123456789012345678901234567890}'", |r| r.json.is_some()),
            ],
            Kind::MariaDb | Kind::MySql => &[
                ("number", "TINYINT UNSIGNED", "200", |r| r.number == Some(200)),
                ("number", "SMALLINT UNSIGNED", "65535", |r| r.number == Some(65_535)),
                ("number", "MEDIUMINT", "-8388608", |r| r.number == Some(-8_388_608)),
                ("number", "MEDIUMINT UNSIGNED", "16777215", |r| r.number == Some(16_777_215)),
                ("number", "INT UNSIGNED", "4294967295", |r| r.number == Some(4_294_967_295)),
                ("number", "BIGINT UNSIGNED", "9223372036854775807", |r| r.number == Some(i64::MAX)),
                ("number", "TINYINT(1)", "-5", |r| r.number == Some(-5)),
                ("number", "INT(5) UNSIGNED ZEROFILL", "42", |r| r.number == Some(42)),
                ("number", "YEAR", "2024", |r| r.number == Some(2024)),
                ("number", "DECIMAL(10, 2)", "7.00", |r| r.number == Some(7)),
                ("real", "FLOAT", "1.5", |r| r.real == Some(1.5)),
                ("real", "DECIMAL(10, 2)", "1.5", |r| r.real == Some(1.5)),
                ("real", "BIGINT UNSIGNED", "18446744073709551615", |r| r.real == Some(18_446_744_073_709_551_615.0)),
                ("text", "ENUM('ab', 'cd')", "'cd'", |r| r.text.as_deref() == Some("cd")),
                ("text", "SET('ab', 'cd')", "'ab,cd'", |r| r.text.as_deref() == Some("ab,cd")),
                ("text", "CHAR(9) CHARACTER SET latin1", "'é'", |r| r.text.as_deref() == Some("é")),
                ("text", "TINYTEXT COLLATE utf8mb4_bin", "'é'", |r| r.text.as_deref() == Some("é")),
                ("flag", "TINYINT", "1", |r| r.flag == Some(true)),
                ("amount", "DECIMAL(30, 20)", "1.5", |r| r.amount == Some(Decimal::new(150, 2))),
                ("amount", "INT UNSIGNED", "7", |r| r.amount == Some(Decimal::from(7))),
                ("at", "TIMESTAMP", "'2024-02-29 12:00:00'", |r| r.at.is_some()),
                ("at", "DATETIME", "'2024-02-29 12:00:00'", |r| r.at.is_some()),
                ("json", "LONGTEXT", "'[1]'", |r| r.json.is_some()),
            ],
        };
        for (column, ty, literal, right) in fits {
            let row = read(db, column, ty, literal).await.map_err(|error| format!("{column} {ty}: {error}"))?.map_err(|error| format!("{column} {ty}: {error:?}"))?;
            assert!(right(&row), "{column} {ty}: {row:?}");
        }
        // What does not.
        let unfit: &[(&str, &str, &str)] = match db.kind() {
            Kind::Sqlite => &[
                ("number", "TEXT", "'7'"),
                ("number", "REAL", "7.5"),
                ("number", "REAL", "1e19"),
                ("text", "BLOB", "x'61'"),
                ("text", "BLOB", "7"),
                ("text", "TEXT", "CAST(x'ff' AS TEXT)"),
                ("flag", "INTEGER", "2"),
                ("flag", "TEXT", "'true'"),
                ("amount", "REAL", "1.234"),
                ("amount", "TEXT", "'x'"),
                ("at", "INTEGER", "1700000000"),
                ("at", "TEXT", "'yesterday'"),
                ("json", "TEXT", "'{'"),
            ],
            Kind::Postgres => &[
                ("number", "TEXT", "'7'"),
                ("number", "NUMERIC", "7.5"),
                ("number", "NUMERIC", "9223372036854775808"),
                ("number", "NUMERIC", "'NaN'"),
                ("number", "DOUBLE PRECISION", "7"),
                ("real", "MONEY", "7"),
                ("text", "UUID", "'00000000-0000-0000-0000-000000000000'"),
                ("text", "INTERVAL", "'1 day'"),
                ("flag", "INTEGER", "1"),
                ("amount", "NUMERIC", "'NaN'"),
                ("amount", "NUMERIC", "1e40"),
                ("at", "TIMESTAMP", "'infinity'"),
                ("at", "DATE", "'2024-02-29'"),
                ("json", "JSON", "'1e999'"),
                ("json", "TEXT[]", "'{a}'"),
            ],
            Kind::MariaDb | Kind::MySql => &[
                ("number", "BIGINT UNSIGNED", "9223372036854775808"),
                ("number", "VARCHAR(9)", "'7'"),
                ("number", "DECIMAL(10, 2)", "7.5"),
                ("number", "BIT(8)", "7"),
                ("real", "VARCHAR(9)", "'7'"),
                ("text", "BLOB", "'a'"),
                ("text", "DATE", "'2024-02-29'"),
                ("flag", "TINYINT(1)", "2"),
                ("flag", "BIT(1)", "1"),
                ("amount", "DECIMAL(65, 30)", "12345678901234567890123456789012345"),
                ("amount", "DECIMAL(65, 30)", "0.000000000000000000000000000001"),
                ("amount", "DOUBLE", "1.5"),
                ("at", "DATETIME", "'0000-00-00 00:00:00'"),
                ("at", "DATETIME", "'2024-00-10 00:00:00'"),
                ("at", "TIMESTAMP NULL", "'0000-00-00 00:00:00'"),
                ("at", "TIME", "'12:00:00'"),
                ("json", "LONGTEXT", "'{'"),
                ("json", "BLOB", "'1'"),
            ],
        };
        for (column, ty, literal) in unfit {
            let row = read(db, column, ty, literal).await.map_err(|error| format!("{column} {ty} {literal}: {error}"))?;
            assert!(row.as_ref().is_err_and(is_decode), "{column} {ty} {literal}: {row:?}");
        }
        Ok(())
    }

    /// After an unreadable row the connection goes on, and so does a transaction's savepoint.
    async fn unreadable_rows_leave_a_connection_usable(db: &TestDb) -> Outcome {
        assert!(read(db, "number", "VARCHAR(9)", "'x'").await?.is_err_and(|error| is_decode(&error)));
        let all = Legacy::objects().using(db.handle());
        for _ in 0..20 {
            assert!(all.clone().all().await.is_err_and(|error| is_decode(&error)));
            assert_eq!(all.clone().count().await?, 1);
        }
        assert_eq!(db.handle().pool_stats().map(|stats| (stats.in_use, stats.size)), Some((0, 1)));
        Ok(())
    }
}
