//! Values written out: a schema has no arguments.
//!
//! A literal has the type that the driver would send the value as, so that an expression means the same in a
//! schema and in a query, and an index on it is found. No setting of a session changes how one is read.

use std::fmt::Write;

use super::dialect::{Dialect, array_type};
use super::hstore;
use crate::driver::{Backend, check};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{EnumValue, NO_ARRAYS, NO_HSTORE, Type, Value};

/// The literal of a value. `scale` is what a decimal of SQLite is scaled by.
///
/// # Errors
///
/// [`ErrorKind::InvalidValue`] for what the backend cannot hold.
pub(super) fn literal(dialect: &Dialect, value: &Value, scale: u8) -> Result<String> {
    match (dialect.backend, value) {
        (_, Value::Refused(_, reason)) => Err(check::invalid_value(*reason)),
        (_, Value::Duration(value)) => literal(dialect, &Value::Int(check::duration(*value)?), scale),
        (Backend::Postgres, Value::Enum(def, variant)) if let Some(name) = def.native => {
            match check::variant(def, *variant)? {
                // Right from the text: what is cast from a value of type TEXT depends on the session, as PostgreSQL sees it.
                EnumValue::Text(text) => Ok(format!("CAST({} AS \"{name}\")", escaped(text))),
                EnumValue::Int(_) => Err(super::build::internal("an enum of numbers as a type of its own")),
            }
        }
        (_, Value::Enum(def, variant)) => match check::variant(def, *variant)? {
            EnumValue::Text(text) => literal(dialect, &Value::Text(text.to_owned()), scale),
            EnumValue::Int(number) => literal(dialect, &Value::Int(number), scale),
        },
        (Backend::Postgres, Value::Array(def, items)) => {
            let items: Result<Vec<_>> = items.iter().map(|item| literal(dialect, item, scale)).collect();
            Ok(format!("CAST(ARRAY[{}] AS {})", items?.join(", "), array_type(def)))
        }
        (Backend::Postgres, Value::Hstore(map)) => {
            let text = |text: &str| -> Result<String> {
                Ok(format!("\"{}\"", check::text(text)?.replace('\\', "\\\\").replace('"', "\\\"")))
            };
            let entries = map.iter().map(|(key, value)| {
                let value = value.as_deref().map_or_else(|| Ok("NULL".to_owned()), text)?;
                Ok(format!("{}=>{value}", text(key)?))
            });
            let entries: Result<Vec<_>> = entries.collect();
            Ok(format!("CAST({} AS {})", escaped(&entries?.join(", ")), hstore::TYPE))
        }
        (backend, Value::Array(..) | Value::Hstore(_)) => {
            let array = matches!(value, Value::Array(..));
            let feature = if array { NO_ARRAYS } else { NO_HSTORE };
            Err(Error::new(ErrorKind::Unsupported { feature, backend: backend.name() }))
        }
        (_, Value::List(..) | Value::Tuple(_)) => {
            Err(super::build::internal("a list or a tuple as one value"))
        }
        (Backend::Postgres, value) => postgres(value),
        (_, Value::Null(_)) => Ok("NULL".to_owned()),
        (Backend::Sqlite, value) => sqlite(value, scale),
        (backend @ (Backend::MySql | Backend::MariaDb), value) => mysql(backend, value),
    }
}

fn sqlite(value: &Value, scale: u8) -> Result<String> {
    #[cfg(not(feature = "decimal"))]
    let _ = scale;
    Ok(match value {
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Int(value) => value.to_string(),
        Value::UInt(value) => i64::try_from(*value)
            .map_err(|_| check::invalid_value("an integer above 2^63 - 1 cannot be stored in SQLite"))?
            .to_string(),
        Value::Float(value) => real(f64::from(*value))?,
        Value::Double(value) => real(*value)?,
        Value::Text(text) => quoted(check::text(text)?),
        Value::Bytes(bytes) => hexadecimal(bytes),
        Value::Date(value) => format!("'{}'", check::date(*value)?),
        Value::Time(value) => format!("'{}'", check::time(*value).format(TIME)),
        Value::DateTime(value) => format!("'{}'", check::datetime(*value)?.format(DATETIME)),
        Value::Timestamp(value) => format!("'{}'", check::timestamp(*value)?.format(DATETIME)),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => hexadecimal(value.as_bytes()),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => check::scaled(*value, scale)?.to_string(),
        #[cfg(feature = "json")]
        Value::Json(value) => {
            check::json(value)?;
            quoted(&value.to_string())
        }
        _ => "NULL".to_owned(),
    })
}

const TIME: &str = "%H:%M:%S%.6f";
const DATETIME: &str = "%Y-%m-%d %H:%M:%S%.6f";

/// A number for SQLite, exactly: an integer of 53 bits times a power of two, because how exactly SQLite reads
/// decimal digits depends on its version. Both factors and their product are numbers that it has.
fn real(value: f64) -> Result<String> {
    if value.is_nan() {
        return Err(check::invalid_value("NaN cannot be stored in SQLite"));
    }
    if value.is_infinite() {
        return Ok(if value > 0.0 { "9e999" } else { "-9e999" }.to_owned());
    }
    let short = format!("{value:e}");
    let (digits, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    let length = digits.bytes().filter(u8::is_ascii_digit).count();
    // Up to 15 digits and 22 powers of ten are exact however they are read.
    if length <= 15 && exponent.parse::<i32>().is_ok_and(|exponent| (-8..=22).contains(&exponent)) {
        return Ok(format!("{value:?}"));
    }
    Ok(binary(value))
}

/// The number as `mantissa * 2^exponent`, the power as a product of powers that are integers.
fn binary(value: f64) -> String {
    let bits = value.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7FF).unwrap_or(0);
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut power) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | (1 << 52), exponent - 1075),
    };
    while mantissa & 1 == 0 && mantissa != 0 {
        mantissa >>= 1;
        power += 1;
    }
    let mut out = format!("{}{mantissa}.0", if value.is_sign_negative() { "-" } else { "" });
    let operator = if power < 0 { '/' } else { '*' };
    let mut left = power.unsigned_abs();
    while left > 0 {
        let step = left.min(50);
        let _ = write!(out, " {operator} {}.0", 1_u64 << step);
        left -= step;
    }
    format!("({out})")
}

fn postgres(value: &Value) -> Result<String> {
    let typed = |text: &str, ty: Type| format!("CAST({} AS {})", escaped(text), cast_type(ty));
    Ok(match value {
        Value::Null(ty) => format!("CAST(NULL AS {})", cast_type(*ty)),
        Value::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        // Without quotes the smallest one would not be a BIGINT.
        Value::Int(value @ i64::MIN) => typed(&value.to_string(), Type::I64),
        Value::Int(value) => format!("CAST({value} AS BIGINT)"),
        Value::UInt(value) => format!("CAST({value} AS NUMERIC)"),
        Value::Float(value) => typed(&float(f64::from(*value), value.to_string()), Type::F32),
        Value::Double(value) => typed(&float(*value, format!("{value:e}")), Type::F64),
        Value::Text(text) => typed(check::text(text)?, Type::Text),
        Value::Bytes(bytes) => typed(&format!("\\x{}", digits(bytes)), Type::Bytes),
        Value::Date(value) => typed(&check::date(*value)?.to_string(), Type::Date),
        Value::Time(value) => typed(&check::time(*value).format(TIME).to_string(), Type::Time),
        Value::DateTime(value) => {
            typed(&check::datetime(*value)?.format(DATETIME).to_string(), Type::DateTime)
        }
        Value::Timestamp(value) => {
            typed(&format!("{}+00", check::timestamp(*value)?.format(DATETIME)), Type::Timestamp)
        }
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => typed(&value.to_string(), Type::Uuid),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => typed(&value.to_string(), Type::Decimal),
        #[cfg(feature = "json")]
        Value::Json(value) => {
            check::json(value)?;
            let mut text = Vec::new();
            crate::types::write_decimals(&mut text, value)
                .map_err(|error| check::invalid_value(format!("JSON cannot be written: {error}")))?;
            typed(&String::from_utf8_lossy(&text), Type::Json)
        }
        _ => "NULL".to_owned(),
    })
}

/// The type that a value is sent as.
fn cast_type(ty: Type) -> String {
    match ty {
        Type::Bool => "BOOLEAN",
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::Duration => {
            "BIGINT"
        }
        Type::U64 | Type::Decimal => "NUMERIC",
        Type::F32 => "REAL",
        Type::F64 => "DOUBLE PRECISION",
        Type::Text => "TEXT",
        Type::Bytes => "BYTEA",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::DateTime => "TIMESTAMP",
        Type::Timestamp => "TIMESTAMPTZ",
        Type::Uuid => "UUID",
        Type::Json => "JSONB",
        Type::Enum(def) => match def.native {
            Some(name) => return format!("\"{name}\""),
            None => return cast_type(def.stored),
        },
        Type::Array(def) => return array_type(def),
        Type::Hstore => hstore::TYPE,
    }
    .to_owned()
}

fn float(value: f64, text: String) -> String {
    match (value.is_nan(), value.is_infinite(), value > 0.0) {
        (true, ..) => "NaN".to_owned(),
        (_, true, true) => "Infinity".to_owned(),
        (_, true, false) => "-Infinity".to_owned(),
        _ => text,
    }
}

fn mysql(backend: Backend, value: &Value) -> Result<String> {
    Ok(match value {
        Value::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::UInt(value) => value.to_string(),
        // With an exponent it is a DOUBLE, not a DECIMAL.
        Value::Float(value) if value.is_finite() => format!("{:e}", f64::from(*value)),
        Value::Double(value) if value.is_finite() => format!("{value:e}"),
        Value::Float(_) | Value::Double(_) => {
            return Err(check::invalid_value("MySQL and MariaDB cannot store NaN and infinite numbers"));
        }
        Value::Text(text) => mysql_text(backend, check::text(text)?),
        Value::Bytes(bytes) => hexadecimal(bytes),
        Value::Date(value) => format!("DATE'{}'", check::date(*value)?),
        Value::Time(value) => format!("TIME'{}'", check::time(*value).format(TIME)),
        Value::DateTime(value) => format!("TIMESTAMP'{}'", check::datetime(*value)?.format(DATETIME)),
        Value::Timestamp(value) => format!("TIMESTAMP'{}'", check::timestamp(*value)?.format(DATETIME)),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => hexadecimal(value.as_bytes()),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => value.to_string(),
        #[cfg(feature = "json")]
        Value::Json(value) => {
            check::json(value)?;
            mysql_text(backend, &value.to_string())
        }
        _ => "NULL".to_owned(),
    })
}

/// Text that the server reads again from what it has written itself when it opens the table.
///
/// What it writes depends on the backend and is not always what it read: MariaDB garbles text with an introducer
/// beyond ASCII, MySQL a `CHAR(..)`, and both escape quotes as the SQL mode of another session may not want it.
fn mysql_text(backend: Backend, text: &str) -> String {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'\'' && byte != b'\\';
    let special = |byte: u8| byte == b'\'' || byte == b'\\';
    if text.bytes().all(plain) {
        return format!("_utf8mb4'{text}'");
    }
    match backend {
        Backend::MariaDb => {
            let bytes: Vec<_> =
                text.as_bytes().chunks(4).map(|chunk| format!("0x{}", digits(chunk))).collect();
            format!("CHAR({} USING utf8mb4)", bytes.join(", "))
        }
        // Of a collation that gives way to the binary one of a column.
        _ if text.bytes().any(special) => format!("CONVERT({} USING utf8mb4)", hexadecimal(text.as_bytes())),
        _ => format!("_utf8mb4 {}", hexadecimal(text.as_bytes())),
    }
}

/// Text between quotes, for a backend in which a backslash means itself.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Text for PostgreSQL, whatever `standard_conforming_strings` says.
pub(super) fn escaped(text: &str) -> String {
    if text.contains('\\') { format!("E{}", quoted(text).replace('\\', "\\\\")) } else { quoted(text) }
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("X'{}'", digits(bytes))
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The error about a value in a schema: it is the model that is wrong.
pub(super) fn of_schema(error: Error) -> Error {
    let reason = match error.kind() {
        ErrorKind::InvalidValue { reason } | ErrorKind::InvalidQuery { reason } => reason.clone(),
        _ => return error,
    };
    let schema = Error::new(ErrorKind::Schema { reason });
    match error.field() {
        Some(field) => schema.with_field(field),
        None => schema,
    }
}
