//! What the tests of the server drivers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::check::NO_SCALE;
use super::{Arg, Connection, Cursor, Outcome, Sink, Statement};
use crate::error::Result;
use crate::types::{EnumDef, EnumValue, EnumVariant, Type, Value};

/// Hands each row to a closure.
pub(super) struct Each<F>(pub(super) F);

impl<F: FnMut(&mut Cursor<'_>) -> Result<()> + Send> Sink for Each<F> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        (self.0)(row)
    }
}

/// A URL from the environment, or the usual one of a development machine.
pub(super) fn url(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

/// A name that no other test uses.
pub(super) fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("orm_driver_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(super) async fn run(
    connection: &mut Connection,
    sql: &str,
    values: &[Value],
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    let sql: Arc<str> = sql.into();
    let args: Vec<_> = values.iter().map(|value| Arg { value, scale: NO_SCALE }).collect();
    connection.run(Statement { sql: &sql, args: &args, scales: &[] }, sink).await
}

pub(super) async fn execute(connection: &mut Connection, sql: &str, values: &[Value]) -> Result<Outcome> {
    run(connection, sql, values, &mut ()).await
}

/// The first column of every row, read as a type.
pub(super) async fn column(
    connection: &mut Connection,
    sql: &str,
    values: &[Value],
    ty: Type,
) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    let mut sink = Each(|row: &mut Cursor<'_>| {
        found.push(read(row, ty)?);
        Ok(())
    });
    run(connection, sql, values, &mut sink).await?;
    Ok(found)
}

/// Reads the next column as the Rust type of `ty` would.
pub(super) fn read(row: &mut Cursor<'_>, ty: Type) -> Result<Value> {
    let null = row.is_null(0);
    let value = match ty {
        Type::Bool => row.bool()?.map(Value::Bool),
        Type::I8 => row.int::<i8>("i8")?.map(|value| Value::Int(value.into())),
        Type::I16 => row.int::<i16>("i16")?.map(|value| Value::Int(value.into())),
        Type::I32 => row.int::<i32>("i32")?.map(|value| Value::Int(value.into())),
        Type::U8 => row.int::<u8>("u8")?.map(|value| Value::Int(value.into())),
        Type::U16 => row.int::<u16>("u16")?.map(|value| Value::Int(value.into())),
        Type::U32 => row.int::<u32>("u32")?.map(|value| Value::Int(value.into())),
        Type::I64 => row.i64()?.map(Value::Int),
        Type::U64 => row.u64()?.map(Value::UInt),
        Type::F32 => row.f32()?.map(Value::Float),
        Type::F64 => row.f64()?.map(Value::Double),
        Type::Text => row.text()?.map(Value::Text),
        Type::Bytes => row.bytes()?.map(Value::Bytes),
        Type::Date => row.date()?.map(Value::Date),
        Type::Time => row.time()?.map(Value::Time),
        Type::DateTime => row.datetime()?.map(Value::DateTime),
        Type::Timestamp => row.timestamp()?.map(Value::Timestamp),
        Type::Uuid => row.uuid()?.map(Value::Uuid),
        Type::Decimal => row.decimal()?.map(Value::Decimal),
        Type::Json => row.json()?.map(Value::Json),
        Type::Duration => row.duration()?.map(Value::Duration),
        Type::Enum(def) => row.variant(def)?.map(|variant| Value::Enum(def, variant)),
        Type::Array(_) | Type::Hstore => panic!("PostgreSQL alone has them"),
    };
    assert_eq!(null, value.is_none(), "is_null agrees with what is read");
    Ok(value.unwrap_or(Value::Null(ty)))
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a date and time")
}

fn utc(text: &str) -> DateTime<Utc> {
    at(text).and_utc()
}

/// Values at the edges of every type, NULL first.
pub(super) fn samples(ty: Type) -> Vec<Value> {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
    let time = |text: &str| text.parse::<NaiveTime>().expect("a time");
    let number = |text: &str| text.parse::<Decimal>().expect("a number");
    let values = match ty {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::I8 => vec![Value::Int(i8::MIN.into()), Value::Int(i8::MAX.into())],
        Type::I16 => vec![Value::Int(i16::MIN.into()), Value::Int(i16::MAX.into())],
        Type::I32 => vec![Value::Int(i32::MIN.into()), Value::Int(i32::MAX.into())],
        Type::U8 => vec![Value::Int(0), Value::Int(u8::MAX.into())],
        Type::U16 => vec![Value::Int(0), Value::Int(u16::MAX.into())],
        Type::U32 => vec![Value::Int(0), Value::Int(u32::MAX.into())],
        Type::I64 => [0, 1, -1, i64::MIN, i64::MAX].map(Value::Int).to_vec(),
        Type::U64 => [0, 1, 9_999, 10_000, 1 << 63, u64::MAX].map(Value::UInt).to_vec(),
        Type::F32 => [0.0, 0.1, -1.5, f32::MAX, f32::MIN, 1.2e-38].map(Value::Float).to_vec(),
        Type::F64 => [0.0, 0.1, -1.5, f64::MAX, f64::MIN, f64::MIN_POSITIVE].map(Value::Double).to_vec(),
        Type::Text => ["", "plain", "O'Neil \"x\" `y` \\ \\' % _ \r\n\t", "grüße 🦀👩‍👩‍👧 \u{10FFFF}", "a  "]
            .map(|text| Value::Text(text.to_owned()))
            .into_iter()
            .chain([Value::Text("ü".repeat(1 << 19))])
            .collect(),
        Type::Bytes => {
            vec![Value::Bytes(Vec::new()), Value::Bytes((0..=255).collect()), Value::Bytes(vec![0; 1 << 20])]
        }
        Type::Date => [(1, 1, 1), (1969, 12, 31), (2000, 1, 1), (2024, 2, 29), (9999, 12, 31)]
            .map(|(y, m, d)| Value::Date(date(y, m, d)))
            .to_vec(),
        Type::Time => ["00:00:00", "12:34:56", "00:00:00.000001", "23:59:59.999999"]
            .map(|text| Value::Time(time(text)))
            .to_vec(),
        Type::DateTime => [
            "0001-01-01T00:00:00",
            "1969-12-31T23:59:59.999999",
            "1970-01-01T00:00:00",
            "2024-02-29T12:34:56",
            "9999-12-31T23:59:59.999999",
        ]
        .map(|text| Value::DateTime(at(text)))
        .to_vec(),
        Type::Timestamp => {
            ["0001-01-01T00:00:00", "1969-12-31T23:59:59.000001", "9999-12-31T23:59:59.999999"]
                .map(|text| Value::Timestamp(utc(text)))
                .to_vec()
        }
        Type::Uuid => [0, u128::MAX, 0x1234_5678_9abc_def0_1122_3344_5566_7788]
            .map(|bits| Value::Uuid(uuid::Uuid::from_u128(bits)))
            .to_vec(),
        // Of DECIMAL(28, 10).
        Type::Decimal => [
            "0.0000000000",
            "1.5000000000",
            "-0.0000000001",
            "999999999999999999.9999999999",
            "-999999999999999999.9999999999",
        ]
        .map(|text| Value::Decimal(number(text)))
        .to_vec(),
        Type::Json => [
            serde_json::json!(null),
            serde_json::json!("it's \"quoted\" \\ 🦀"),
            serde_json::json!({"a": [1, -2, 3.5, true, null, {"b": ""}], "ü": i64::MIN, "max": u64::MAX}),
        ]
        .map(Value::Json)
        .to_vec(),
        Type::Duration => {
            [0, 1, -1, i64::MIN, i64::MAX].map(TimeDelta::microseconds).map(Value::Duration).to_vec()
        }
        Type::Enum(def) => (0..def.variants.len()).map(|at| Value::Enum(def, at)).collect(),
        Type::Array(_) | Type::Hstore => panic!("PostgreSQL alone has them"),
    };
    std::iter::once(Value::Null(ty)).chain(values).collect()
}

/// What cannot be bound anywhere.
pub(super) fn refused() -> Vec<Value> {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a date");
    vec![
        Value::Refused(Type::Json, "no reason"),
        Value::Duration(TimeDelta::MAX),
        Value::Text("a\0b".to_owned()),
        Value::Json(serde_json::json!(["a\0b"])),
        Value::Date(date(0, 12, 31)),
        Value::Date(date(10_000, 1, 1)),
        Value::DateTime(date(10_000, 1, 1).and_time(NaiveTime::MIN)),
        Value::Timestamp(date(-1, 1, 1).and_time(NaiveTime::MIN).and_utc()),
    ]
}

/// The error with everything that a user could get to see of it.
pub(super) fn shown(error: &crate::Error) -> String {
    format!("{error} {error:?} {:?}", std::error::Error::source(error))
}

/// An enum that is stored as text.
static SIZE: EnumDef = EnumDef {
    name: "Size",
    stored: Type::Text,
    native: None,
    variants: &[
        EnumVariant { name: "Small", value: EnumValue::Text("small") },
        EnumVariant { name: "Large", value: EnumValue::Text("it's large") },
    ],
};

/// An enum that is stored as a number.
static LEVEL: EnumDef = EnumDef {
    name: "Level",
    stored: Type::I64,
    native: None,
    variants: &[
        EnumVariant { name: "Low", value: EnumValue::Int(i64::MIN) },
        EnumVariant { name: "High", value: EnumValue::Int(7) },
    ],
};

pub(super) const TYPES: [Type; 23] = [
    Type::Bool,
    Type::I8,
    Type::I16,
    Type::I32,
    Type::I64,
    Type::U8,
    Type::U16,
    Type::U32,
    Type::U64,
    Type::F32,
    Type::F64,
    Type::Text,
    Type::Bytes,
    Type::Date,
    Type::Time,
    Type::DateTime,
    Type::Timestamp,
    Type::Uuid,
    Type::Decimal,
    Type::Json,
    Type::Duration,
    Type::Enum(&SIZE),
    Type::Enum(&LEVEL),
];
