//! The row at hand, read by ordinal.

use std::borrow::Cow;
use std::{fmt, str};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::stmt::{Cell, Stmt};
use super::temporal::{read_date, read_datetime, read_time, read_timestamp};
use crate::driver::Mismatch;
#[cfg(feature = "decimal")]
use crate::driver::UNKNOWN_SCALE;
use crate::types::Value;

type Read<T> = Result<Option<T>, Mismatch>;

/// A row that its statement stands at.
#[derive(Debug)]
pub(crate) struct RowRef<'r> {
    stmt: &'r Stmt,
    columns: usize,
}

/// Methods that read text of some form.
macro_rules! texts {
    ($($name:ident -> $rust:ty, $read:ident, $form:literal;)*) => {$(
        fn $name(&self, at: usize) -> Read<$rust> {
            match self.cell(at)? {
                Cell::Null => Ok(None),
                Cell::Text(text) => match $read(text) {
                    Some(value) => Ok(Some(value)),
                    None => Err(concat!("TEXT that is not of the form ", $form).into()),
                },
                other => Err(found(other)),
            }
        }
    )*};
}

impl<'r> RowRef<'r> {
    /// The row that `stmt` stands at, of so many columns.
    #[inline]
    pub(super) fn new(stmt: &'r Stmt, columns: usize) -> Self {
        Self { stmt, columns }
    }

    /// A copy of it.
    pub(crate) fn keep(&self) -> KeptRow {
        let own = |at| match self.stmt.cell(at) {
            Cell::Null => KeptCell::Null,
            Cell::Integer(value) => KeptCell::Integer(value),
            Cell::Real(value) => KeptCell::Real(value),
            Cell::Text(text) => KeptCell::Text(text.into()),
            Cell::Blob(bytes) => KeptCell::Blob(bytes.into()),
            Cell::Unread => KeptCell::Unread,
        };
        KeptRow((0..self.columns).map(own).collect())
    }
}

impl<'r> Values<'r> for RowRef<'r> {
    #[inline]
    fn cell(&self, at: usize) -> Result<Cell<'r>, Mismatch> {
        if at < self.columns { Ok(self.stmt.cell(at)) } else { Err(beyond(self.columns)) }
    }

    #[inline]
    fn is_null(&self, at: usize) -> bool {
        self.stmt.is_null(at)
    }
}

/// A row that was copied.
#[derive(Clone)]
pub(crate) struct KeptRow(Vec<KeptCell>);

#[derive(Clone)]
enum KeptCell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Box<[u8]>),
    Blob(Box<[u8]>),
    Unread,
}

/// Without the values.
impl fmt::Debug for KeptRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRow").field("columns", &self.0.len()).finish_non_exhaustive()
    }
}

impl<'r> Values<'r> for &'r KeptRow {
    fn cell(&self, at: usize) -> Result<Cell<'r>, Mismatch> {
        Ok(match self.0.get(at) {
            None => return Err(beyond(self.0.len())),
            Some(KeptCell::Null) => Cell::Null,
            Some(KeptCell::Integer(value)) => Cell::Integer(*value),
            Some(KeptCell::Real(value)) => Cell::Real(*value),
            Some(KeptCell::Text(text)) => Cell::Text(text),
            Some(KeptCell::Blob(bytes)) => Cell::Blob(bytes),
            Some(KeptCell::Unread) => Cell::Unread,
        })
    }
}

/// Reads values, wherever they are.
pub(crate) trait Values<'r> {
    /// The value as it is stored.
    fn cell(&self, at: usize) -> Result<Cell<'r>, Mismatch>;

    #[inline]
    fn is_null(&self, at: usize) -> bool {
        matches!(self.cell(at), Ok(Cell::Null) | Err(_))
    }

    /// The value as what it is stored as.
    fn value(&self, at: usize) -> Read<Value> {
        Ok(match self.cell(at)? {
            Cell::Null => None,
            Cell::Integer(value) => Some(Value::Int(value)),
            Cell::Real(value) => Some(Value::Double(value)),
            Cell::Text(_) => self.text(at)?.map(Value::Text),
            Cell::Blob(bytes) => Some(Value::Bytes(bytes.to_vec())),
            other @ Cell::Unread => return Err(found(other)),
        })
    }

    #[inline]
    fn bool(&self, at: usize) -> Read<bool> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Integer(0) => Ok(Some(false)),
            Cell::Integer(1) => Ok(Some(true)),
            Cell::Integer(_) => Err("an INTEGER other than 0 and 1".into()),
            other => Err(found(other)),
        }
    }

    #[inline]
    fn i64(&self, at: usize) -> Read<i64> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Integer(value) => Ok(Some(value)),
            Cell::Real(value) => match whole(value) {
                Some(value) => Ok(Some(value)),
                None => Err("a REAL that is not a 64-bit integer".into()),
            },
            other => Err(found(other)),
        }
    }

    fn u64(&self, at: usize) -> Read<u64> {
        match self.i64(at)?.map(u64::try_from) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(_)) => Err("a negative number".into()),
        }
    }

    fn f32(&self, at: usize) -> Read<f32> {
        let Some(wide) = self.f64(at)? else { return Ok(None) };
        #[expect(clippy::cast_possible_truncation, reason = "rounds, and what becomes infinite is refused")]
        let narrow = wide as f32;
        if narrow.is_infinite() && wide.is_finite() {
            return Err("a number out of the range of single precision".into());
        }
        Ok(Some(narrow))
    }

    #[inline]
    fn f64(&self, at: usize) -> Read<f64> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Real(value) => Ok(Some(value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "rounds beyond 2^53, as SQLite's own arithmetic does"
            )]
            Cell::Integer(value) => Ok(Some(value as f64)),
            other => Err(found(other)),
        }
    }

    #[inline]
    fn text(&self, at: usize) -> Read<String> {
        self.str(at).map(|text| text.map(str::to_owned))
    }

    /// Text, where it lies.
    #[inline]
    fn str(&self, at: usize) -> Read<&'r str> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => match str::from_utf8(text) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err("TEXT that is not UTF-8".into()),
            },
            other => Err(found(other)),
        }
    }

    fn bytes(&self, at: usize) -> Read<Vec<u8>> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Blob(bytes) => Ok(Some(bytes.to_vec())),
            other => Err(found(other)),
        }
    }

    texts! {
        date -> NaiveDate, read_date, "YYYY-MM-DD";
        time -> NaiveTime, read_time, "HH:MM:SS.ffffff";
        datetime -> NaiveDateTime, read_datetime, "YYYY-MM-DD HH:MM:SS.ffffff";
        timestamp -> DateTime<Utc>, read_timestamp, "YYYY-MM-DD HH:MM:SS.ffffff in UTC";
    }

    #[cfg(feature = "uuid")]
    fn uuid(&self, at: usize) -> Read<uuid::Uuid> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Blob(bytes) => match uuid::Uuid::from_slice(bytes) {
                Ok(uuid) => Ok(Some(uuid)),
                Err(_) => Err("a BLOB that is not of 16 bytes".into()),
            },
            other => Err(found(other)),
        }
    }

    /// An integer counts units of the last of `scale` digits. Text and reals, which nothing here writes, mean
    /// what they say, and must not have more digits than that.
    #[cfg(feature = "decimal")]
    fn decimal(&self, at: usize, scale: u8) -> Read<rust_decimal::Decimal> {
        use rust_decimal::Decimal;

        let decimal = match self.cell(at)? {
            Cell::Null => return Ok(None),
            Cell::Integer(_) if scale == UNKNOWN_SCALE => {
                return Err(
                    "an INTEGER of which nobody says how many of its digits stand behind the point".into()
                );
            }
            Cell::Integer(value) => {
                Decimal::try_from_i128_with_scale(i128::from(value), u32::from(scale)).ok()
            }
            // The shortest text that reads back as the same number: 0.1 is meant, not 0.1000000000000000055….
            // Beyond that it is a calculation that left the integers, which counted the last digit.
            Cell::Real(value) if value.abs() < BOUND => within(&value.to_string(), scale),
            Cell::Real(_) => None,
            Cell::Text(text) => str::from_utf8(text).ok().and_then(|text| within(text, scale)),
            other => return Err(found(other)),
        };
        match decimal {
            Some(decimal) => Ok(Some(decimal)),
            None => Err(Mismatch(Cow::Owned(format!(
                "a value that is not a decimal with {scale} digits behind the point"
            )))),
        }
    }

    #[cfg(feature = "json")]
    fn json(&self, at: usize) -> Read<serde_json::Value> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => match serde_json::from_slice(text) {
                Ok(json) => Ok(Some(json)),
                Err(_) => Err("TEXT that is not JSON".into()),
            },
            other => Err(found(other)),
        }
    }
}

/// The first real above all integers. A power of two, so it is exact.
const BOUND: f64 = 9_223_372_036_854_775_808.0;

/// The integer that a real is, if it is one exactly.
fn whole(value: f64) -> Option<i64> {
    if value.fract() != 0.0 || !(-BOUND..BOUND).contains(&value) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "integral and within the range, as was just checked")]
    let integer = value as i64;
    Some(integer)
}

/// The decimal that `text` stands for, with exactly `scale` digits behind the point.
#[cfg(feature = "decimal")]
fn within(text: &str, scale: u8) -> Option<rust_decimal::Decimal> {
    let mut decimal = rust_decimal::Decimal::from_str_exact(text).ok()?;
    if scale == UNKNOWN_SCALE {
        return Some(decimal);
    }
    decimal.normalize_assign();
    let scale = u32::from(scale);
    if decimal.scale() > scale {
        return None;
    }
    decimal.rescale(scale);
    // Rescaling stops early when there is no room for the zeros.
    (decimal.scale() == scale).then_some(decimal)
}

#[cold]
fn found(cell: Cell<'_>) -> Mismatch {
    Mismatch(Cow::Borrowed(match cell {
        Cell::Null => "NULL",
        Cell::Integer(_) => "an INTEGER",
        Cell::Real(_) => "a REAL",
        Cell::Text(_) => "TEXT",
        Cell::Blob(_) => "a BLOB",
        Cell::Unread => "a value that there is no memory to read",
    }))
}

#[cold]
fn beyond(columns: usize) -> Mismatch {
    Mismatch(Cow::Owned(format!("a row of only {columns} columns")))
}
