//! Values of a row, read from the binary format.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use sqlx::decode::Decode;
use sqlx::mysql::{MySql, MySqlRow, MySqlTypeInfo};
use sqlx::{Column as _, Row as _, Type as SqlxType, TypeInfo as _};

use super::Mismatch;
use crate::types::Value;

/// A row, and how its columns are written.
pub(crate) struct RowRef<'r> {
    pub(super) row: &'r MySqlRow,
    pub(super) kinds: &'r [Kind],
}

/// Without the values.
impl fmt::Debug for RowRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowRef").field("kinds", &self.kinds).finish_non_exhaustive()
    }
}

/// How the values of a column are written. Found once a statement: the same for all its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
    /// Digits as text.
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    /// DATETIME and TIMESTAMP; the session's time zone is UTC.
    DateTime,
    Json,
    /// Nothing that we read.
    Other,
}

impl Kind {
    fn of(ty: &MySqlTypeInfo) -> Self {
        // The name tells text from bytes by a flag that text of a binary collation has too.
        let text = || if <str as SqlxType<MySql>>::compatible(ty) { Self::Text } else { Self::Bytes };
        match ty.name() {
            // The name of TINYINT(1) does not say whether it has a sign.
            "BOOLEAN" | "TINYINT" | "TINYINT UNSIGNED" => {
                if <u8 as SqlxType<MySql>>::compatible(ty) {
                    Self::U8
                } else {
                    Self::I8
                }
            }
            "SMALLINT" => Self::I16,
            "SMALLINT UNSIGNED" | "YEAR" => Self::U16,
            "INT" | "MEDIUMINT" => Self::I32,
            "INT UNSIGNED" | "MEDIUMINT UNSIGNED" => Self::U32,
            "BIGINT" => Self::I64,
            "BIGINT UNSIGNED" => Self::U64,
            "FLOAT" => Self::F32,
            "DOUBLE" => Self::F64,
            "DECIMAL" => Self::Decimal,
            "DATE" => Self::Date,
            "TIME" => Self::Time,
            "DATETIME" | "TIMESTAMP" => Self::DateTime,
            "JSON" => Self::Json,
            "ENUM" | "SET" => Self::Text,
            "CHAR" | "VARCHAR" | "BINARY" | "VARBINARY" | "TINYTEXT" | "TEXT" | "MEDIUMTEXT" | "LONGTEXT"
            | "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" => text(),
            _ => Self::Other,
        }
    }
}

/// How the columns of a row are written.
pub(super) fn kinds(row: &MySqlRow) -> Vec<Kind> {
    row.columns().iter().map(|column| Kind::of(column.type_info())).collect()
}

type Read<T> = Result<Option<T>, Mismatch>;

impl RowRef<'_> {
    /// A copy of it.
    pub(crate) fn keep(&self) -> KeptRow {
        let own = |at| {
            let Ok(value) = self.raw(at) else { return (Kind::Other, None) };
            let kind = self.kinds.get(at).copied().unwrap_or(Kind::Other);
            (kind, value.map(|(_, bytes)| bytes.into()))
        };
        KeptRow((0..self.kinds.len()).map(own).collect())
    }
}

impl<'r> Values<'r> for RowRef<'r> {
    /// The bytes of a value, `None` for NULL.
    // Alone it would hand its result on through memory, for each value of each row.
    #[inline(always)]
    fn raw(&self, at: usize) -> Read<(Kind, &'r [u8])> {
        let Some(kind) = self.kinds.get(at) else { return no_column() };
        match self.row.try_get_raw(at) {
            // As bytes whatever the type is: an error is NULL, and nothing else. (Its `is_null` would take a
            // zero date for NULL.)
            Ok(value) => Ok(<&[u8] as Decode<'_, MySql>>::decode(value).ok().map(|bytes| (*kind, bytes))),
            Err(_) => no_column(),
        }
    }

    /// What was found where a value does not fit: its type, never the value.
    #[cold]
    fn wrong_type<T>(&self, at: usize) -> Read<T> {
        let name = self.row.columns().get(at).map_or("?", |column| column.type_info().name());
        Err(format!("a value of type {name}").into())
    }
}

/// A row that was copied: how its columns are written, and the bytes.
#[derive(Clone)]
pub(crate) struct KeptRow(Vec<(Kind, Option<Box<[u8]>>)>);

/// Without the values.
impl fmt::Debug for KeptRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRow").field("columns", &self.0.len()).finish_non_exhaustive()
    }
}

impl<'r> Values<'r> for &'r KeptRow {
    fn raw(&self, at: usize) -> Read<(Kind, &'r [u8])> {
        match self.0.get(at) {
            Some((kind, bytes)) => Ok(bytes.as_deref().map(|bytes| (*kind, bytes))),
            None => no_column(),
        }
    }

    #[cold]
    fn wrong_type<T>(&self, at: usize) -> Read<T> {
        let kind = self.0.get(at).map(|(kind, _)| kind);
        Err(format!("a value written as {kind:?}").into())
    }
}

/// Reads values, wherever they are.
pub(crate) trait Values<'r> {
    /// The bytes of a value, `None` for NULL.
    fn raw(&self, at: usize) -> Read<(Kind, &'r [u8])>;

    /// What was found where a value does not fit: its type, never the value.
    fn wrong_type<T>(&self, at: usize) -> Read<T>;

    /// The value as what it is stored as.
    fn value(&self, at: usize) -> Read<Value> {
        let Some((kind, _)) = self.raw(at)? else { return Ok(None) };
        match kind {
            Kind::I8 | Kind::U8 | Kind::I16 | Kind::U16 | Kind::I32 | Kind::U32 | Kind::I64 => {
                self.i64(at).map(|value| value.map(Value::Int))
            }
            Kind::U64 => self.u64(at).map(|value| value.map(Value::UInt)),
            Kind::F32 => self.f32(at).map(|value| value.map(Value::Float)),
            Kind::F64 => self.f64(at).map(|value| value.map(Value::Double)),
            #[cfg(feature = "decimal")]
            Kind::Decimal => self.decimal(at, 0).map(|value| value.map(Value::Decimal)),
            #[cfg(not(feature = "decimal"))]
            Kind::Decimal => self.wrong_type(at),
            Kind::Text => self.text(at).map(|value| value.map(Value::Text)),
            Kind::Bytes => self.bytes(at).map(|value| value.map(Value::Bytes)),
            Kind::Date => self.date(at).map(|value| value.map(Value::Date)),
            Kind::Time => self.time(at).map(|value| value.map(Value::Time)),
            Kind::DateTime => self.datetime(at).map(|value| value.map(Value::DateTime)),
            #[cfg(feature = "json")]
            Kind::Json => self.json(at).map(|value| value.map(Value::Json)),
            #[cfg(not(feature = "json"))]
            Kind::Json => self.wrong_type(at),
            Kind::Other => self.wrong_type(at),
        }
    }

    #[inline]
    fn is_null(&self, at: usize) -> bool {
        matches!(self.raw(at), Ok(None))
    }

    /// There is no type for truth values: it is an integer that is 0 or 1.
    #[inline]
    fn bool(&self, at: usize) -> Read<bool> {
        match self.i64(at)? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(_) => Err("an integer other than 0 and 1".into()),
        }
    }

    #[inline]
    fn i64(&self, at: usize) -> Read<i64> {
        let Some((kind, bytes)) = self.raw(at)? else { return Ok(None) };
        Ok(Some(match kind {
            Kind::I64 => i64::from_le_bytes(exact(bytes)?),
            Kind::I32 => i64::from(i32::from_le_bytes(exact(bytes)?)),
            Kind::I16 => i64::from(i16::from_le_bytes(exact(bytes)?)),
            Kind::I8 => i64::from(i8::from_le_bytes(exact(bytes)?)),
            Kind::U32 => i64::from(u32::from_le_bytes(exact(bytes)?)),
            Kind::U16 => i64::from(u16::from_le_bytes(exact(bytes)?)),
            Kind::U8 => i64::from(u8::from_le_bytes(exact(bytes)?)),
            Kind::U64 => match i64::try_from(u64::from_le_bytes(exact(bytes)?)) {
                Ok(value) => value,
                Err(_) => return Err("an integer out of range".into()),
            },
            Kind::Decimal => integer(bytes)?,
            _ => return self.wrong_type(at),
        }))
    }

    fn u64(&self, at: usize) -> Read<u64> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::U64, bytes)) => Ok(Some(u64::from_le_bytes(exact(bytes)?))),
            Some((Kind::Decimal, bytes)) => integer(bytes).map(Some),
            Some(_) => match self.i64(at)?.map(u64::try_from) {
                Some(Ok(value)) => Ok(Some(value)),
                Some(Err(_)) => Err("a negative integer".into()),
                None => Ok(None),
            },
        }
    }

    fn f32(&self, at: usize) -> Read<f32> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::F32, bytes)) => Ok(Some(f32::from_le_bytes(exact(bytes)?))),
            Some((Kind::F64, bytes)) => narrow(f64::from_le_bytes(exact(bytes)?)).map(Some),
            Some(_) => self.wrong_type(at),
        }
    }

    #[inline]
    fn f64(&self, at: usize) -> Read<f64> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::F64, bytes)) => Ok(Some(f64::from_le_bytes(exact(bytes)?))),
            Some((Kind::F32, bytes)) => Ok(Some(f64::from(f32::from_le_bytes(exact(bytes)?)))),
            Some((Kind::Decimal, bytes)) => match digits(bytes)?.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Some(value)),
                _ => Err("a number out of range".into()),
            },
            Some((Kind::U64, bytes)) => Ok(Some(nearest(u64::from_le_bytes(exact(bytes)?).into()))),
            Some(_) => Ok(self.i64(at)?.map(|value| nearest(value.into()))),
        }
    }

    #[inline]
    fn text(&self, at: usize) -> Read<String> {
        self.str(at).map(|text| text.map(str::to_owned))
    }

    /// Text, where it lies.
    #[inline]
    fn str(&self, at: usize) -> Read<&'r str> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Text, bytes)) => match str::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err("text that is not UTF-8".into()),
            },
            Some(_) => self.wrong_type(at),
        }
    }

    fn bytes(&self, at: usize) -> Read<Vec<u8>> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Bytes, bytes)) => Ok(Some(bytes.to_vec())),
            Some(_) => self.wrong_type(at),
        }
    }

    fn date(&self, at: usize) -> Read<NaiveDate> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Date, bytes)) => match sized(bytes)? {
                [y0, y1, month, day] => date([*y0, *y1], *month, *day).map(Some),
                [] => Err("a zero date".into()),
                _ => Err("a malformed date".into()),
            },
            Some(_) => self.wrong_type(at),
        }
    }

    fn time(&self, at: usize) -> Read<NaiveTime> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Time, bytes)) => match sized(bytes)? {
                [] => Ok(Some(NaiveTime::MIN)),
                // The server has spans of time under this name: negative ones, and ones longer than a day.
                [0, 0, 0, 0, 0, hour, minute, second, micros @ ..] => {
                    time(*hour, *minute, *second, micros).map(Some)
                }
                _ => Err("a span of time, not a time of day".into()),
            },
            Some(_) => self.wrong_type(at),
        }
    }

    fn datetime(&self, at: usize) -> Read<NaiveDateTime> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::DateTime, bytes)) => match sized(bytes)? {
                [] => Err("a zero date".into()),
                [y0, y1, month, day] => Ok(Some(date([*y0, *y1], *month, *day)?.and_time(NaiveTime::MIN))),
                [y0, y1, month, day, hour, minute, second, micros @ ..] => {
                    let date = date([*y0, *y1], *month, *day)?;
                    Ok(Some(date.and_time(time(*hour, *minute, *second, micros)?)))
                }
                _ => Err("a malformed date".into()),
            },
            Some(_) => self.wrong_type(at),
        }
    }

    fn timestamp(&self, at: usize) -> Read<DateTime<Utc>> {
        Ok(self.datetime(at)?.map(|value| value.and_utc()))
    }

    #[cfg(feature = "uuid")]
    fn uuid(&self, at: usize) -> Read<uuid::Uuid> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Bytes, bytes)) => Ok(Some(uuid::Uuid::from_bytes(exact(bytes)?))),
            Some(_) => self.wrong_type(at),
        }
    }

    /// The scale is for SQLite alone: the server sends it along.
    #[cfg(feature = "decimal")]
    fn decimal(&self, at: usize, _scale: u8) -> Read<rust_decimal::Decimal> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Decimal, bytes)) => decimal(digits(bytes)?).map(Some),
            Some((Kind::U64, bytes)) => {
                Ok(Some(rust_decimal::Decimal::from(u64::from_le_bytes(exact(bytes)?))))
            }
            Some(_) => Ok(self.i64(at)?.map(rust_decimal::Decimal::from)),
        }
    }

    /// MariaDB has no type for JSON: there it is text.
    #[cfg(feature = "json")]
    fn json(&self, at: usize) -> Read<serde_json::Value> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Json | Kind::Text, bytes)) => match serde_json::from_slice(bytes) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err("JSON that cannot be read".into()),
            },
            Some(_) => self.wrong_type(at),
        }
    }
}

#[cold]
fn no_column<T>() -> Read<T> {
    Err("no such column".into())
}

/// The bytes of a type of fixed width.
#[inline]
fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Mismatch> {
    bytes.try_into().map_err(|_| "a value of a wrong length".into())
}

/// What follows the byte that says its length: dates and times leave out the zeros at their end.
fn sized(bytes: &[u8]) -> Result<&[u8], Mismatch> {
    match bytes.split_first() {
        Some((length, rest)) if usize::from(*length) == rest.len() => Ok(rest),
        _ => Err("a value of a wrong length".into()),
    }
}

fn date(year: [u8; 2], month: u8, day: u8) -> Result<NaiveDate, Mismatch> {
    if month == 0 || day == 0 {
        return Err("a zero date".into());
    }
    NaiveDate::from_ymd_opt(u16::from_le_bytes(year).into(), month.into(), day.into())
        .ok_or_else(|| "a day that the calendar does not have".into())
}

fn time(hour: u8, minute: u8, second: u8, micros: &[u8]) -> Result<NaiveTime, Mismatch> {
    let micros = match micros {
        [] => 0,
        micros => u32::from_le_bytes(exact(micros)?),
    };
    NaiveTime::from_hms_micro_opt(hour.into(), minute.into(), second.into(), micros)
        .ok_or_else(|| "a span of time, not a time of day".into())
}

/// The digits of a decimal number.
fn digits(bytes: &[u8]) -> Result<&str, Mismatch> {
    str::from_utf8(bytes).map_err(|_| "a malformed number".into())
}

/// The very number: never rounded. The server fills up with zeros to the scale of the column, which may be more
/// digits than fit where the number itself does.
#[cfg(feature = "decimal")]
fn decimal(digits: &str) -> Result<rust_decimal::Decimal, Mismatch> {
    use rust_decimal::Decimal;

    let trimmed = || match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    };
    Decimal::from_str_exact(digits)
        .or_else(|_| Decimal::from_str_exact(trimmed()))
        .map_err(|_| "a decimal number with too many digits".into())
}

/// A decimal number that is an integer: sums of integers are.
fn integer<T: std::str::FromStr>(bytes: &[u8]) -> Result<T, Mismatch> {
    let digits = digits(bytes)?;
    let whole = match digits.split_once('.') {
        None => digits,
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return Err("a number with digits behind the point".into()),
    };
    whole.parse().map_err(|_| "an integer out of range".into())
}

#[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
fn nearest(value: i128) -> f64 {
    value as f64
}

/// The nearest number of single precision, if the number is not too large for one.
#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest; overflow is looked for")]
fn narrow(value: f64) -> Result<f32, Mismatch> {
    let narrow = value as f32;
    if narrow.is_infinite() && value.is_finite() {
        return Err("a number out of range".into());
    }
    Ok(narrow)
}
