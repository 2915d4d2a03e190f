//! The one neutral value, and the neutral types.

use std::collections::BTreeMap;

#[cfg(feature = "uuid")]
use uuid::Uuid;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::{ArrayDef, EnumDef, NO_ARRAYS, NO_HSTORE};

/// A column type, independent of any backend.
///
/// `docs/types.md` lists what each becomes on each backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    Text,
    /// `Vec<u8>`
    Bytes,
    /// `chrono::NaiveDate`
    Date,
    /// `chrono::NaiveTime`, to the microsecond
    Time,
    /// `chrono::NaiveDateTime`, to the microsecond
    DateTime,
    /// `chrono::DateTime<Utc>`, to the microsecond
    Timestamp,
    /// `uuid::Uuid`
    Uuid,
    /// `rust_decimal::Decimal`, with the precision and scale of its column
    Decimal,
    /// `serde_json::Value`
    Json,
    /// `chrono::TimeDelta`, in microseconds
    Duration,
    /// An enum
    Enum(&'static EnumDef),
    /// An array; on PostgreSQL alone
    Array(&'static ArrayDef),
    /// `Hstore`; on PostgreSQL alone
    Hstore,
}

impl Type {
    /// A number a type, one for all enums, which consts can compare.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Bool => 0,
            Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 => 3,
            Self::I64 => 4,
            Self::U8 => 5,
            Self::U16 => 6,
            Self::U32 => 7,
            Self::U64 => 8,
            Self::F32 => 9,
            Self::F64 => 10,
            Self::Text => 11,
            Self::Bytes => 12,
            Self::Date => 13,
            Self::Time => 14,
            Self::DateTime => 15,
            Self::Timestamp => 16,
            Self::Uuid => 17,
            Self::Decimal => 18,
            Self::Json => 19,
            Self::Duration => 20,
            Self::Enum(_) => 21,
            Self::Array(_) => 22,
            Self::Hstore => 23,
        }
    }

    /// An array of such elements, which are no arrays themselves.
    #[must_use]
    pub fn array_of(element: Self, nullable: bool) -> Self {
        super::intern::array(element, nullable)
    }

    /// The type that values go to the database as: for an enum, that of what stands for it.
    #[must_use]
    pub const fn sent_as(self) -> Self {
        match self {
            Self::Enum(def) => def.stored,
            other => other,
        }
    }

    /// The enum, if it is one that PostgreSQL, MySQL and MariaDB have as a type of its own.
    pub(crate) const fn native(self) -> Option<&'static EnumDef> {
        match self {
            Self::Enum(def) if def.native.is_some() => Some(def),
            _ => None,
        }
    }

    /// What it holds, if it is an array.
    pub(crate) const fn array(self) -> Option<&'static ArrayDef> {
        match self {
            Self::Array(def) => Some(def),
            _ => None,
        }
    }

    /// What the backends lack that are not PostgreSQL, if it is one that PostgreSQL alone has.
    pub(crate) const fn only_on_postgres(self) -> Option<&'static str> {
        match self {
            Self::Array(_) => Some(NO_ARRAYS),
            Self::Hstore => Some(NO_HSTORE),
            _ => None,
        }
    }

    /// The type itself; of an array, that of its elements.
    pub(crate) const fn of_one(self) -> Self {
        match self {
            Self::Array(def) => def.element,
            other => other,
        }
    }
}

/// A value on its way to the database, independent of any backend.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL, of a type: some servers want to know.
    Null(Type),
    /// `bool`
    Bool(bool),
    /// Every integer but `u64`.
    Int(i64),
    /// `u64`
    UInt(u64),
    /// `f32`
    Float(f32),
    /// `f64`
    Double(f64),
    /// Text
    Text(String),
    /// Bytes
    Bytes(Vec<u8>),
    /// A date
    Date(NaiveDate),
    /// A time of day
    Time(NaiveTime),
    /// A date and time without a zone
    DateTime(NaiveDateTime),
    /// An instant
    Timestamp(DateTime<Utc>),
    /// A UUID
    #[cfg(feature = "uuid")]
    Uuid(Uuid),
    /// A decimal number
    #[cfg(feature = "decimal")]
    Decimal(rust_decimal::Decimal),
    /// JSON
    #[cfg(feature = "json")]
    Json(serde_json::Value),
    /// A span of time
    Duration(TimeDelta),
    /// What cannot be written, and why: an error before anything is sent
    Refused(Type, &'static str),
    /// A variant of an enum, by its place
    Enum(&'static EnumDef, usize),
    /// An array: its elements, of one type, NULLs among them
    Array(&'static ArrayDef, Vec<Value>),
    /// A map of text to text
    Hstore(BTreeMap<String, Option<String>>),
    /// The values of a list, for `in_`: of one type, without NULL. As a column of a bulk insert: with NULLs.
    List(Type, Vec<Value>),
    /// The values of a key or another field that spans several columns.
    Tuple(Vec<Value>),
}

impl Value {
    /// True for NULL; of several columns, if all of them are.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null(_) => true,
            Self::Tuple(parts) => !parts.is_empty() && parts.iter().all(Self::is_null),
            _ => false,
        }
    }
}
