//! Values there and back again.

use std::process::Command;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::error::ErrorKind;
use crate::types::Type;

/// Stores what `strategy` gives in a column of this type, and expects `expected` of it back.
fn round_trip<V: Clone + PartialEq + std::fmt::Debug + Send>(
    column: &str,
    strategy: impl Strategy<Value = V>,
    value: impl Fn(V) -> Value,
    expected: impl Fn(V) -> V,
    read: impl Fn(&mut Cursor<'_>) -> Result<Option<V>> + Send + Copy,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let connection = runtime.block_on(async {
        let mut connection = memory().await;
        connection.batch(&format!("CREATE TABLE t (v {column}) STRICT")).await.unwrap();
        connection
    });
    let connection = std::cell::RefCell::new(connection);
    let config = Config { cases: 500, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&strategy, |given| {
            let connection = &mut *connection.borrow_mut();
            let back = runtime.block_on(async {
                run(connection, "DELETE FROM t", &[]).await.unwrap();
                run(connection, "INSERT INTO t VALUES (?1)", &[value(given.clone())]).await.unwrap();
                rows(connection, "SELECT v FROM t", &[], read).await.unwrap()
            });
            prop_assert_eq!(back, vec![Some(expected(given))]);
            Ok(())
        })
        .unwrap();
}

fn same<V>(value: V) -> V {
    value
}

fn dates() -> impl Strategy<Value = NaiveDate> {
    (1..=9999_i32, 1..=366_u32)
        .prop_filter_map("a day of the year", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

fn times() -> impl Strategy<Value = NaiveTime> {
    (0..86_400_u32, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nano)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, nano).unwrap())
}

fn to_microseconds(time: NaiveTime) -> NaiveTime {
    use chrono::Timelike;
    time.with_nanosecond(time.nanosecond() / 1_000 * 1_000).unwrap()
}

#[test]
fn numbers() {
    round_trip("INTEGER", any::<bool>(), Value::Bool, same, |row| row.bool());
    round_trip("INTEGER", any::<i64>(), Value::Int, same, |row| row.i64());
    round_trip("INTEGER", 0..=i64::MAX as u64, Value::UInt, same, |row| row.u64());
    let doubles = proptest::num::f64::ANY.prop_filter("a number", |number| !number.is_nan());
    round_trip("REAL", doubles, Value::Double, same, |row| row.f64());
    let floats = proptest::num::f32::ANY.prop_filter("a number", |number| !number.is_nan());
    round_trip("REAL", floats, Value::Float, same, |row| row.f32());
}

#[test]
fn text_and_bytes() {
    let texts = any::<String>().prop_map(|text| text.replace('\0', ""));
    round_trip("TEXT", texts, Value::Text, same, |row| row.text());
    round_trip("BLOB", any::<Vec<u8>>(), Value::Bytes, same, |row| row.bytes());
    let long = (1_000..100_000_usize, any::<char>().prop_filter("no NUL", |c| *c != '\0'))
        .prop_map(|(count, c)| String::from(c).repeat(count));
    round_trip("TEXT", long, Value::Text, same, |row| row.text());
}

#[test]
fn dates_and_times() {
    round_trip("TEXT", dates(), Value::Date, same, |row| row.date());
    round_trip("TEXT", times(), Value::Time, to_microseconds, |row| row.time());
    let datetimes = || (dates(), times()).prop_map(|(date, time)| date.and_time(time));
    let cut = |value: NaiveDateTime| value.date().and_time(to_microseconds(value.time()));
    round_trip("TEXT", datetimes(), Value::DateTime, cut, |row| row.datetime());
    round_trip(
        "TEXT",
        datetimes().prop_map(|value| value.and_utc()),
        Value::Timestamp,
        |value| cut(value.naive_utc()).and_utc(),
        |row| row.timestamp(),
    );
}

#[cfg(feature = "uuid")]
#[test]
fn uuids() {
    let uuids = any::<[u8; 16]>().prop_map(uuid::Uuid::from_bytes);
    round_trip("BLOB CHECK (length(v) = 16)", uuids, Value::Uuid, same, |row| row.uuid());
}

#[cfg(feature = "decimal")]
#[test]
fn decimals() {
    use rust_decimal::Decimal;
    let decimals = (-999_999_999_999_999_999_i64..=999_999_999_999_999_999, 0..=2_u32)
        .prop_map(|(digits, scale)| Decimal::new(digits / 100, scale));
    round_trip("INTEGER", decimals, Value::Decimal, same, |row| row.decimal());
}

#[cfg(feature = "json")]
#[test]
fn json() {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let json = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    round_trip("TEXT CHECK (json_valid(v))", json, Value::Json, same, |row| row.json());
}

/// Before 1970 the cut must not turn to the other side.
#[tokio::test]
async fn instants_are_cut_towards_the_past() {
    let mut connection = memory().await;
    let instant = DateTime::<Utc>::UNIX_EPOCH - TimeDelta::nanoseconds(1);
    let back =
        rows(&mut connection, "SELECT ?1", &[Value::Timestamp(instant)], |row| row.text()).await.unwrap();
    assert_eq!(back, [Some("1969-12-31 23:59:59.999999".to_owned())]);
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused() {
    let mut connection = memory().await;
    connection.batch("CREATE TABLE t (v)").await.unwrap();
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let midnight = NaiveTime::MIN;
    let mut refused = vec![
        Value::UInt(1 << 63),
        Value::Float(f32::NAN),
        Value::Double(f64::NAN),
        Value::Text("a\0b".to_owned()),
        Value::Date(year(0)),
        Value::DateTime(year(10_000).and_time(midnight)),
        Value::Timestamp(year(-1).and_time(midnight).and_utc()),
    ];
    #[cfg(feature = "decimal")]
    refused.extend([Value::Decimal("0.001".parse().unwrap()), Value::Decimal(rust_decimal::Decimal::MAX)]);
    for value in refused {
        let error = run(&mut connection, "INSERT INTO t VALUES (?1)", std::slice::from_ref(&value))
            .await
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{value:?}: {error:?}");
        assert!(!error.to_string().contains("a\0b"));
    }
    for value in [Value::List(Type::I64, vec![]), Value::Tuple(vec![])] {
        let error = run(&mut connection, "INSERT INTO t VALUES (?1)", &[value]).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
    }
    assert_eq!(integer(&mut connection, "SELECT count(*) FROM t").await, 0);
}

/// What a mismatch says was found.
async fn found<T: Send>(
    expression: &str,
    read: impl FnMut(&mut Cursor<'_>) -> Result<Option<T>> + Send,
) -> Option<String> {
    let mut connection = memory().await;
    match rows(&mut connection, &format!("SELECT {expression}"), &[], read).await {
        Ok(_) => None,
        Err(error) => match error.kind() {
            ErrorKind::Decode { column: 0, found, .. } => Some(found.clone()),
            other => panic!("{other:?}"),
        },
    }
}

#[tokio::test]
async fn what_does_not_fit_is_a_mismatch() {
    for (expression, fits) in [
        ("1", true),
        ("2.0", true),
        ("-9223372036854775808.0", true),
        ("9223372036854775808.0", false),
        ("1.5", false),
        ("9e999", false),
        ("'1'", false),
        ("x'31'", false),
    ] {
        assert_eq!(found(expression, |row| row.i64()).await.is_none(), fits, "{expression}");
    }
    assert_eq!(found("-1", |row| row.u64()).await.unwrap(), "a negative number");
    assert!(found("2", |row| row.bool()).await.is_some());
    assert!(found("1.0", |row| row.bool()).await.is_some());
    assert!(found("1e300", |row| row.f32()).await.is_some());
    assert!(found("'1.5'", |row| row.f64()).await.is_some());
    assert!(found("1", |row| row.text()).await.is_some());
    assert_eq!(found("CAST(x'ff' AS TEXT)", |row| row.text()).await.unwrap(), "TEXT that is not UTF-8");
    assert!(found("'a'", |row| row.bytes()).await.is_some());
    assert!(found("'2024-01-01 00:00:00'", |row| row.date()).await.is_some());
    assert!(found("'24:00:00'", |row| row.time()).await.is_some());
    assert!(found("'yesterday'", |row| row.datetime()).await.is_some());
    assert!(found("0", |row| row.timestamp()).await.is_some());
    #[cfg(feature = "uuid")]
    assert!(found("x'00'", |row| row.uuid()).await.is_some());
    #[cfg(feature = "json")]
    assert_eq!(found("'{secret'", |row| row.json()).await.unwrap(), "TEXT that is not JSON");
}

#[cfg(feature = "decimal")]
#[tokio::test]
async fn decimals_are_read_exactly_or_not_at_all() {
    use rust_decimal::Decimal;
    let mut connection = memory().await;
    for (expression, decimal) in [
        ("123", Some("1.23")),
        ("-9223372036854775808", Some("-92233720368547758.08")),
        ("0.1", Some("0.10")),
        ("'7.5'", Some("7.50")),
        ("0.125", None),
        ("'0.125'", None),
        ("9e999", None),
        ("'a'", None),
        ("x'00'", None),
    ] {
        let read = rows(&mut connection, &format!("SELECT {expression}"), &[], |row| row.decimal()).await;
        let expected = decimal.map(|decimal| vec![Some(decimal.parse::<Decimal>().unwrap())]);
        assert_eq!(read.as_ref().ok(), expected.as_ref(), "{expression}: {read:?}");
        if let (Ok(read), Some(decimal)) = (read, decimal) {
            assert_eq!(read[0].unwrap().to_string(), decimal);
        }
    }
}

#[tokio::test]
async fn null_is_none_and_a_missing_column_an_error() {
    let mut connection = memory().await;
    let read = |row: &mut Cursor<'_>| {
        assert!(row.is_null(0) && !row.is_null(12));
        assert_eq!(row.bool()?, None);
        assert_eq!(row.i64()?, None);
        assert_eq!(row.u64()?, None);
        assert_eq!(row.f32()?, None);
        assert_eq!(row.f64()?, None);
        assert_eq!(row.text()?, None);
        assert_eq!(row.bytes()?, None);
        assert_eq!(row.date()?, None);
        assert_eq!(row.time()?, None);
        assert_eq!(row.datetime()?, None);
        assert_eq!(row.timestamp()?, None);
        row.skip(1);
        assert_eq!(row.i64()?, Some(7));
        assert!(row.is_null(0) && row.is_null(usize::MAX / 2));
        row.i64()
    };
    let nulls = vec![Value::Null(Type::Text); 12];
    let sql = "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 7";
    let error = rows(&mut connection, sql, &nulls, read).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Decode { column: 13, .. }), "{error:?}");
}

/// A database that is kept in UTF-16 reads the same.
#[tokio::test]
async fn text_of_an_utf_16_database() {
    let mut connection = memory().await;
    connection.batch("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (v TEXT) STRICT").await.unwrap();
    run(&mut connection, "INSERT INTO t VALUES (?1)", &[Value::Text("grün 🦀".to_owned())]).await.unwrap();
    assert_eq!(word(&mut connection, "SELECT v FROM t").await, "grün 🦀");
    assert_eq!(word(&mut connection, "PRAGMA encoding").await, "UTF-16le");
}

/// The formats are those of others, too.
#[tokio::test]
async fn the_stock_client_reads_what_is_written() {
    if Command::new("sqlite3").arg("--version").output().is_err() {
        println!("left out: the stock client, there is no `sqlite3`");
        return;
    }
    let directory = Directory::new();
    let path = directory.file("stock.db");
    let mut connection = open(&path).await;
    connection.batch("CREATE TABLE t (a, b, c, d, e, f)").await.unwrap();
    let at = "2024-02-29T23:59:59.123456789Z".parse::<DateTime<Utc>>().unwrap();
    let values = [
        Value::Bool(true),
        Value::Text("it's grün".to_owned()),
        Value::Bytes(vec![0, 255]),
        Value::Timestamp(at),
        Value::Time(at.time()),
        Value::Double(0.1),
    ];
    run(&mut connection, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &values).await.unwrap();
    let sql = "SELECT a, b, hex(c), d, e, f, unixepoch(d), typeof(a), typeof(f) FROM t";
    let output = Command::new("sqlite3").arg(&path).arg(sql).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim_end(),
        "1|it's grün|00FF|2024-02-29 23:59:59.123456|23:59:59.123456|0.1|1709251199|integer|real"
    );
    connection.close().await.unwrap();
}
