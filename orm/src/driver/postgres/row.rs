//! Values of a row, read from the binary format.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use sqlx::postgres::{PgRow, PgTypeInfo, PgTypeKind};
use sqlx::{Column as _, Row as _, TypeInfo as _};

use super::Mismatch;
use super::numeric::Numeric;
use super::{array, hstore};
use crate::types::Value;

/// Days from 1970-01-01 to 2000-01-01, where the server counts from.
pub(super) const PG_EPOCH_DAYS: i64 = 10_957;
pub(super) const PG_EPOCH_SECONDS: i64 = PG_EPOCH_DAYS * 86_400;

/// A row, and how its columns are written.
pub(crate) struct RowRef<'r> {
    pub(super) row: &'r PgRow,
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
    Bool,
    Bytes,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Numeric,
    Text,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Uuid,
    Json,
    Jsonb,
    /// An array that says itself what its elements are.
    Array,
    /// An array of texts of a type that the server does not bring along: an enum, citext.
    TextArray,
    /// A map of text to text, of an extension.
    Hstore,
    /// Nothing that we read.
    Other,
}

impl Kind {
    fn of(ty: &PgTypeInfo) -> Self {
        match Self::of_oid(ty.oid().map_or(0, |oid| oid.0)) {
            Self::Other => match ty.kind() {
                PgTypeKind::Enum(_) => Self::Text,
                PgTypeKind::Array(element) => match Self::of(element) {
                    Self::Text if Self::of_oid(element.oid().map_or(0, |oid| oid.0)) != Self::Text => {
                        Self::TextArray
                    }
                    Self::Array | Self::TextArray | Self::Hstore | Self::Other => Self::Other,
                    _ => Self::Array,
                },
                _ if is_named(ty, "citext") => Self::Text,
                _ if is_named(ty, "hstore") => Self::Hstore,
                _ => Self::Other,
            },
            kind => kind,
        }
    }

    /// How the values of a type that every server has are written.
    pub(super) fn of_oid(oid: u32) -> Self {
        match oid {
            16 => Self::Bool,
            17 => Self::Bytes,
            21 => Self::Int2,
            23 => Self::Int4,
            20 => Self::Int8,
            26 => Self::Oid,
            700 => Self::Float4,
            701 => Self::Float8,
            1700 => Self::Numeric,
            // "char", name, text, unknown, bpchar, varchar
            18 | 19 | 25 | 705 | 1042 | 1043 => Self::Text,
            1082 => Self::Date,
            1083 => Self::Time,
            1114 => Self::Timestamp,
            1184 => Self::TimestampTz,
            2950 => Self::Uuid,
            114 => Self::Json,
            3802 => Self::Jsonb,
            _ => Self::Other,
        }
    }
}

/// Whether a type of an extension has this name. A schema that is not searched stands before it.
fn is_named(ty: &PgTypeInfo, name: &str) -> bool {
    ty.name().rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
}

/// How the columns of a row are written.
pub(super) fn kinds(row: &PgRow) -> Vec<Kind> {
    row.columns().iter().map(|column| Kind::of(column.type_info())).collect()
}

pub(super) type Read<T> = Result<Option<T>, Mismatch>;

/// Reads values, wherever they are.
pub(crate) trait Values<'r> {
    /// The bytes of a value, `None` for NULL.
    fn raw(&self, at: usize) -> Read<(Kind, &'r [u8])>;

    /// What was found where a value does not fit: its type, never the value.
    fn wrong_type<T>(&self, at: usize) -> Read<T>;

    #[inline]
    fn is_null(&self, at: usize) -> bool {
        matches!(self.raw(at), Ok(None))
    }

    /// The value as what it is stored as. Arrays have no element type of ours, and are read by those who know it.
    fn value(&self, at: usize) -> Read<Value> {
        let Some((kind, bytes)) = self.raw(at)? else { return Ok(None) };
        match kind {
            Kind::Bool => self.bool(at).map(|value| value.map(Value::Bool)),
            Kind::Bytes => self.bytes(at).map(|value| value.map(Value::Bytes)),
            Kind::Int2 | Kind::Int4 | Kind::Int8 | Kind::Oid => {
                self.i64(at).map(|value| value.map(Value::Int))
            }
            Kind::Float4 => self.f32(at).map(|value| value.map(Value::Float)),
            Kind::Float8 => self.f64(at).map(|value| value.map(Value::Double)),
            #[cfg(feature = "decimal")]
            Kind::Numeric => self.decimal(at, 0).map(|value| value.map(Value::Decimal)),
            Kind::Text => self.text(at).map(|value| value.map(Value::Text)),
            Kind::Date => self.date(at).map(|value| value.map(Value::Date)),
            Kind::Time => self.time(at).map(|value| value.map(Value::Time)),
            Kind::Timestamp => self.datetime(at).map(|value| value.map(Value::DateTime)),
            Kind::TimestampTz => self.timestamp(at).map(|value| value.map(Value::Timestamp)),
            #[cfg(feature = "uuid")]
            Kind::Uuid => self.uuid(at).map(|value| value.map(Value::Uuid)),
            #[cfg(feature = "json")]
            Kind::Json | Kind::Jsonb => self.json(at).map(|value| value.map(Value::Json)),
            Kind::Hstore => hstore::read(bytes).map(|map| Some(Value::Hstore(map))),
            _ => self.wrong_type(at),
        }
    }

    #[inline]
    fn bool(&self, at: usize) -> Read<bool> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Bool, bytes)) => Ok(Some(exact::<1>(bytes)? != [0])),
            Some(_) => self.wrong_type(at),
        }
    }

    #[inline]
    fn i64(&self, at: usize) -> Read<i64> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Int8, bytes)) => Ok(Some(i64::from_be_bytes(exact(bytes)?))),
            Some((Kind::Int4, bytes)) => Ok(Some(i64::from(i32::from_be_bytes(exact(bytes)?)))),
            Some((Kind::Int2, bytes)) => Ok(Some(i64::from(i16::from_be_bytes(exact(bytes)?)))),
            Some((Kind::Oid, bytes)) => Ok(Some(i64::from(u32::from_be_bytes(exact(bytes)?)))),
            Some((Kind::Numeric, bytes)) => Numeric::read(bytes)?.to_i64().map(Some),
            Some(_) => self.wrong_type(at),
        }
    }

    fn u64(&self, at: usize) -> Read<u64> {
        match self.raw(at)? {
            Some((Kind::Numeric, bytes)) => Numeric::read(bytes)?.to_u64().map(Some),
            None => Ok(None),
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
            Some((Kind::Float4, bytes)) => Ok(Some(f32::from_be_bytes(exact(bytes)?))),
            Some((Kind::Float8, bytes)) => narrow(f64::from_be_bytes(exact(bytes)?)).map(Some),
            Some(_) => self.wrong_type(at),
        }
    }

    #[inline]
    fn f64(&self, at: usize) -> Read<f64> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Float8, bytes)) => Ok(Some(f64::from_be_bytes(exact(bytes)?))),
            Some((Kind::Float4, bytes)) => Ok(Some(f64::from(f32::from_be_bytes(exact(bytes)?)))),
            Some((Kind::Numeric, bytes)) => Numeric::read(bytes)?.to_f64().map(Some),
            Some((Kind::Int4, bytes)) => Ok(Some(f64::from(i32::from_be_bytes(exact(bytes)?)))),
            Some((Kind::Int2, bytes)) => Ok(Some(f64::from(i16::from_be_bytes(exact(bytes)?)))),
            Some((Kind::Int8, bytes)) => Ok(Some(nearest(i64::from_be_bytes(exact(bytes)?)))),
            Some(_) => self.wrong_type(at),
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
            Some((Kind::Date, bytes)) => match i32::from_be_bytes(exact(bytes)?) {
                i32::MAX | i32::MIN => Err("an infinite date".into()),
                days => TimeDelta::try_days(i64::from(days) + PG_EPOCH_DAYS)
                    .and_then(|days| NaiveDate::default().checked_add_signed(days))
                    .map(Some)
                    .ok_or_else(|| "a date out of range".into()),
            },
            Some(_) => self.wrong_type(at),
        }
    }

    fn time(&self, at: usize) -> Read<NaiveTime> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Time, bytes)) => {
                let micros = i64::from_be_bytes(exact(bytes)?);
                let seconds = u32::try_from(micros.div_euclid(1_000_000));
                let nanos = u32::try_from(micros.rem_euclid(1_000_000) * 1000);
                match (seconds, nanos) {
                    (Ok(seconds), Ok(nanos)) => NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos),
                    _ => None,
                }
                .map(Some)
                .ok_or_else(|| "the time 24:00".into())
            }
            Some(_) => self.wrong_type(at),
        }
    }

    fn datetime(&self, at: usize) -> Read<NaiveDateTime> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Timestamp, bytes)) => instant(bytes).map(|instant| Some(instant.naive_utc())),
            Some(_) => self.wrong_type(at),
        }
    }

    fn timestamp(&self, at: usize) -> Read<DateTime<Utc>> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::TimestampTz, bytes)) => instant(bytes).map(Some),
            Some(_) => self.wrong_type(at),
        }
    }

    #[cfg(feature = "uuid")]
    fn uuid(&self, at: usize) -> Read<uuid::Uuid> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Uuid, bytes)) => Ok(Some(uuid::Uuid::from_bytes(exact(bytes)?))),
            Some(_) => self.wrong_type(at),
        }
    }

    /// The scale is for SQLite alone: the server sends it along.
    #[cfg(feature = "decimal")]
    fn decimal(&self, at: usize, _scale: u8) -> Read<rust_decimal::Decimal> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Numeric, bytes)) => Numeric::read(bytes)?.to_decimal().map(Some),
            Some((Kind::Int2 | Kind::Int4 | Kind::Int8, _)) => {
                Ok(self.i64(at)?.map(rust_decimal::Decimal::from))
            }
            Some(_) => self.wrong_type(at),
        }
    }

    #[cfg(feature = "json")]
    fn json(&self, at: usize) -> Read<serde_json::Value> {
        let text = match self.raw(at)? {
            None => return Ok(None),
            Some((Kind::Json, text)) => text,
            // The version of the format comes first.
            Some((Kind::Jsonb, [1, text @ ..])) => text,
            Some((Kind::Jsonb, _)) => return Err("JSONB of an unknown version".into()),
            Some(_) => return self.wrong_type(at),
        };
        match serde_json::from_slice(text) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err("JSON that cannot be read".into()),
        }
    }

    /// The elements of an array, and how they are written.
    fn array(&self, at: usize) -> Read<(Kind, Vec<Option<&'r [u8]>>)> {
        match self.raw(at)? {
            None => Ok(None),
            Some((kind @ (Kind::Array | Kind::TextArray), bytes)) => {
                let (oid, items) = array::elements(bytes)?;
                let element = if kind == Kind::TextArray { Kind::Text } else { Kind::of_oid(oid) };
                Ok(Some((element, items)))
            }
            Some(_) => self.wrong_type(at),
        }
    }

    fn hstore(&self, at: usize) -> Read<BTreeMap<String, Option<String>>> {
        match self.raw(at)? {
            None => Ok(None),
            Some((Kind::Hstore, bytes)) => hstore::read(bytes).map(Some),
            Some(_) => self.wrong_type(at),
        }
    }
}

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

impl<'r> Values<'r> for RowRef<'r> {
    /// The bytes of a value, `None` for NULL.
    // Alone it would hand its result on through memory, for each value of each row.
    #[inline(always)]
    fn raw(&self, at: usize) -> Read<(Kind, &'r [u8])> {
        let Some(kind) = self.kinds.get(at) else { return no_column() };
        // By reference: moving the value out costs as much as reading it.
        match &self.row.try_get_raw(at) {
            // An error here is NULL, and nothing else.
            Ok(value) => Ok(value.as_bytes().ok().map(|bytes| (*kind, bytes))),
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

#[cold]
pub(super) fn no_column<T>() -> Read<T> {
    Err("no such column".into())
}

/// The bytes of a type of fixed width.
#[inline]
fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Mismatch> {
    bytes.try_into().map_err(|_| "a value of a wrong length".into())
}

/// A timestamp, in UTC or without a zone: microseconds since 2000-01-01.
fn instant(bytes: &[u8]) -> Result<DateTime<Utc>, Mismatch> {
    match i64::from_be_bytes(exact(bytes)?) {
        i64::MAX | i64::MIN => Err("an infinite time".into()),
        micros => micros
            .checked_add(PG_EPOCH_SECONDS * 1_000_000)
            .and_then(DateTime::from_timestamp_micros)
            .ok_or_else(|| "a time out of range".into()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
fn nearest(value: i64) -> f64 {
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
