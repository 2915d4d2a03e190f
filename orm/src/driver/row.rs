//! The row at hand, read by ordinal; the same for every backend.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::kept::{Kept, Mapped};
#[cfg(feature = "mysql")]
use super::mysql::Values as _;
#[cfg(feature = "postgres")]
use super::postgres::Values as _;
#[cfg(feature = "sqlite")]
use super::sqlite::Values as _;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{EnumDef, EnumValue, Type, Value};

/// Digits behind the point of a decimal that nobody knows: SQLite has it as an integer, and nothing of ours wrote the
/// query.
pub(crate) const UNKNOWN_SCALE: u8 = u8::MAX;

/// A row, and the next column to read from it.
///
/// Every reading method moves to the next column. `None` is NULL.
#[derive(Debug)]
pub struct Cursor<'r> {
    raw: RawRow<'r>,
    at: usize,
    /// Digits behind the point of decimals, by column; see [`Statement`](super::Statement).
    #[cfg_attr(not(feature = "decimal"), expect(dead_code, reason = "there are no decimals"))]
    scales: &'r [u8],
    /// Whether lists of related rows are put into the output afterwards.
    lists: bool,
    /// Whether the sink is to be asked for room before another row is read.
    gives_way: bool,
}

/// A row as its backend holds it.
#[derive(Debug)]
pub(crate) enum RawRow<'r> {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::RowRef<'r>),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::RowRef<'r>),
    /// The elements of an array, each like a column of its own.
    #[cfg(feature = "postgres")]
    Elements(super::postgres::Elements<'r>),
    #[cfg(feature = "mysql")]
    MySql(super::mysql::RowRef<'r>),
    #[cfg(feature = "sqlite")]
    KeptSqlite(&'r super::sqlite::KeptRow),
    #[cfg(feature = "postgres")]
    KeptPostgres(&'r super::postgres::KeptRow),
    #[cfg(feature = "mysql")]
    KeptMySql(&'r super::mysql::KeptRow),
    /// Another row, with its columns in another order.
    Mapped(Mapped<'r>),
}

/// A stored value that does not fit: what was found, without the value itself.
#[derive(Debug)]
pub(crate) struct Mismatch(pub(crate) Cow<'static, str>);

impl From<&'static str> for Mismatch {
    fn from(found: &'static str) -> Self {
        Self(Cow::Borrowed(found))
    }
}

impl From<String> for Mismatch {
    fn from(found: String) -> Self {
        Self(Cow::Owned(found))
    }
}

/// Calls the same method of whichever backend's row it is.
macro_rules! dispatch {
    ($raw:expr, $row:ident => $call:expr) => {
        match $raw {
            #[cfg(feature = "sqlite")]
            RawRow::Sqlite($row) => $call,
            #[cfg(feature = "postgres")]
            RawRow::Postgres($row) => $call,
            #[cfg(feature = "postgres")]
            RawRow::Elements($row) => $call,
            #[cfg(feature = "mysql")]
            RawRow::MySql($row) => $call,
            #[cfg(feature = "sqlite")]
            RawRow::KeptSqlite($row) => $call,
            #[cfg(feature = "postgres")]
            RawRow::KeptPostgres($row) => $call,
            #[cfg(feature = "mysql")]
            RawRow::KeptMySql($row) => $call,
            RawRow::Mapped($row) => $call,
        }
    };
}
pub(super) use dispatch;

/// Methods that read the next column.
macro_rules! readers {
    ($($(#[$meta:meta])* $name:ident -> $rust:ty;)*) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        ///
        /// [`ErrorKind::Decode`] if the stored value does not fit.
        #[inline]
        pub fn $name(&mut self) -> Result<Option<$rust>> {
            let at = self.at;
            self.at += 1;
            match dispatch!(&self.raw, row => row.$name(at)) {
                Ok(value) => Ok(value),
                Err(mismatch) => Err(decode_error(at, stringify!($rust), mismatch)),
            }
        }
    )*};
}

impl<'r> Cursor<'r> {
    pub(crate) fn new(raw: RawRow<'r>, scales: &'r [u8]) -> Self {
        Self { raw, at: 0, scales, lists: false, gives_way: false }
    }

    readers! {
        /// Reads a truth value.
        bool -> bool;
        /// Reads an integer.
        i64 -> i64;
        /// Reads an integer that is not negative.
        u64 -> u64;
        /// Reads a number of single precision.
        f32 -> f32;
        /// Reads a number.
        f64 -> f64;
        /// Reads text.
        text -> String;
        /// Reads bytes.
        bytes -> Vec<u8>;
        /// Reads a date.
        date -> NaiveDate;
        /// Reads a time of day.
        time -> NaiveTime;
        /// Reads a date and time without a zone.
        datetime -> NaiveDateTime;
        /// Reads an instant.
        timestamp -> DateTime<Utc>;
        /// Reads a UUID.
        #[cfg(feature = "uuid")]
        uuid -> uuid::Uuid;
        /// Reads JSON.
        #[cfg(feature = "json")]
        json -> serde_json::Value;
    }

    /// Reads a decimal number.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the stored value does not fit.
    #[cfg(feature = "decimal")]
    pub fn decimal(&mut self) -> Result<Option<rust_decimal::Decimal>> {
        let at = self.at;
        self.at += 1;
        let scale = self.scales.get(at).copied().unwrap_or(0);
        dispatch!(&self.raw, row => row.decimal(at, scale))
            .map_err(|mismatch| decode_error(at, "Decimal", mismatch))
    }

    /// Reads an integer into a type that may be too narrow for it; `expected` is that type's name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the stored value does not fit.
    #[inline]
    pub fn int<T: TryFrom<i64>>(&mut self, expected: &'static str) -> Result<Option<T>> {
        match self.i64()? {
            None => Ok(None),
            Some(value) => match T::try_from(value) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(self.mismatch(expected, "an integer out of range")),
            },
        }
    }

    /// Reads a span of time: microseconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the stored value does not fit.
    pub fn duration(&mut self) -> Result<Option<TimeDelta>> {
        Ok(self.i64()?.map(TimeDelta::microseconds))
    }

    /// Reads a variant of an enum: its place.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] for what is none of its values; they are named, what was found is not.
    pub fn variant(&mut self, def: &EnumDef) -> Result<Option<usize>> {
        let at = self.at;
        self.at += 1;
        let position = match def.stored {
            Type::Text => dispatch!(&self.raw, row => row.str(at))
                .map(|text| text.map(|text| def.variants.iter().position(|variant| variant.is(text)))),
            _ => dispatch!(&self.raw, row => row.i64(at))
                .map(|number| number.map(|number| def.position(EnumValue::Int(number)))),
        };
        match position {
            Ok(None) => Ok(None),
            Ok(Some(Some(position))) => Ok(Some(position)),
            Ok(Some(None)) => Err(unknown_variant(at, def)),
            Err(mismatch) => Err(decode_error(at, def.name, mismatch)),
        }
    }

    /// Reads a value as what it is stored as; NULL is of no particular type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] for a type that there is no neutral value for.
    pub(crate) fn value(&mut self) -> Result<Value> {
        let at = self.at;
        self.at += 1;
        match dispatch!(&self.raw, row => row.value(at)) {
            Ok(value) => Ok(value.unwrap_or(Value::Null(Type::Text))),
            Err(mismatch) => Err(decode_error(at, "Value", mismatch)),
        }
    }

    /// A copy of the row. `None` for one that is a copy itself, or no whole row.
    pub(crate) fn keep(&self) -> Option<Kept> {
        match &self.raw {
            #[cfg(feature = "sqlite")]
            RawRow::Sqlite(row) => Some(Kept::Sqlite(row.keep())),
            #[cfg(feature = "postgres")]
            RawRow::Postgres(row) => Some(Kept::Postgres(row.keep())),
            #[cfg(feature = "mysql")]
            RawRow::MySql(row) => Some(Kept::MySql(row.keep())),
            _ => None,
        }
    }

    /// The same row with other columns: the first is that at `order[0]`, and so on.
    pub(crate) fn mapped<'s>(&'s self, order: &'s [usize], scales: &'s [u8]) -> Cursor<'s> {
        Cursor::new(RawRow::Mapped(Mapped { row: &self.raw, order }), scales)
    }

    /// The row that holds a column, and where.
    fn resolve(&self, at: usize) -> (&RawRow<'r>, usize) {
        match &self.raw {
            RawRow::Mapped(mapped) => (mapped.row, mapped.order.get(at).copied().unwrap_or(usize::MAX)),
            raw => (raw, at),
        }
    }

    /// Reads an array, each of its elements by `read`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] for what is no array of one dimension, and what `read` says.
    pub(crate) fn array<T>(
        &mut self,
        mut read: impl FnMut(&mut Cursor<'_>) -> Result<T>,
    ) -> Result<Option<Vec<T>>> {
        let at = self.at;
        self.at += 1;
        let (raw, place) = self.resolve(at);
        #[cfg(feature = "postgres")]
        let found = match raw {
            RawRow::Postgres(row) => row.array(place),
            RawRow::KeptPostgres(row) => row.array(place),
            _ => return Err(no_array::<T>(at)),
        };
        #[cfg(feature = "postgres")]
        return match found {
            Ok(None) => Ok(None),
            Ok(Some((kind, items))) => {
                let elements = super::postgres::Elements { kind, items: &items };
                let mut cursor = Cursor::new(RawRow::Elements(elements), &[]);
                let element = |_| read(&mut cursor).map_err(|error| error.in_element(at));
                (0..items.len()).map(element).collect::<Result<Vec<T>>>().map(Some)
            }
            Err(mismatch) => Err(decode_error(at, std::any::type_name::<Vec<T>>(), mismatch)),
        };
        #[cfg(not(feature = "postgres"))]
        {
            let _ = (&mut read, raw, place);
            Err(no_array::<T>(at))
        }
    }

    /// Reads a map of text to text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] for what is no `hstore` of PostgreSQL.
    pub(crate) fn hstore(&mut self) -> Result<Option<BTreeMap<String, Option<String>>>> {
        let at = self.at;
        self.at += 1;
        let (raw, place) = self.resolve(at);
        #[cfg(not(feature = "postgres"))]
        let _ = place;
        let found = match raw {
            #[cfg(feature = "postgres")]
            RawRow::Postgres(row) => row.hstore(place),
            #[cfg(feature = "postgres")]
            RawRow::KeptPostgres(row) => row.hstore(place),
            _ => Err("a value of another type".into()),
        };
        found.map_err(|mismatch| decode_error(at, "Hstore", mismatch))
    }

    /// Whether the column `ahead` of the next one is NULL. Does not move.
    #[must_use]
    pub fn is_null(&self, ahead: usize) -> bool {
        dispatch!(&self.raw, row => row.is_null(self.at + ahead))
    }

    /// Whether this many columns, from the cursor on, are all NULL.
    #[must_use]
    pub fn are_null(&self, columns: usize) -> bool {
        (0..columns).all(|ahead| self.is_null(ahead))
    }

    /// Moves over columns without reading them.
    pub fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    /// Says that lists of related rows are put into the output afterwards.
    pub(crate) fn expect_lists(&mut self) {
        self.lists = true;
    }

    pub(crate) fn has_lists(&self) -> bool {
        self.lists
    }

    /// Says that the sink has no room for another row, and is to be asked before one is read.
    pub(crate) fn give_way(&mut self) {
        self.gives_way = true;
    }

    pub(super) fn gives_way(&self) -> bool {
        self.gives_way
    }

    /// The next column.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Makes this column the next one again.
    pub(crate) fn rewind(&mut self, at: usize) {
        self.at = at;
    }

    /// The error for a NULL where the Rust type has no room for one, in the column just read.
    #[cold]
    #[must_use]
    pub fn unexpected_null(&self, expected: &'static str) -> Error {
        self.mismatch(expected, "NULL")
    }

    /// The error for a value that does not fit, in the column just read.
    #[cold]
    #[must_use]
    pub fn mismatch(&self, expected: &'static str, found: &'static str) -> Error {
        decode_error(self.at.saturating_sub(1), expected, found.into())
    }
}

#[cold]
fn no_array<T>(column: usize) -> Error {
    decode_error(column, std::any::type_name::<Vec<T>>(), "a type without a list form".into())
}

#[cold]
fn unknown_variant(column: usize, def: &EnumDef) -> Error {
    decode_error(column, def.name, format!("a value that is none of {}", def.allowed()).into())
}

#[cold]
fn decode_error(column: usize, expected: &'static str, Mismatch(found): Mismatch) -> Error {
    Error::new(ErrorKind::Decode { column, expected, found: found.into_owned() })
}
