//! The scalar column types: one line each.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::{DbValue, Decode, FieldType, Single, Type, Value};
use crate::driver::Cursor;
use crate::error::Result;

/// Implements a column type: how it is read, which neutral type it is, how it becomes a value.
macro_rules! scalar {
    ($($(#[$meta:meta])* $rust:ty, $neutral:ident, |$row:ident| $read:expr, |$value:ident| $to_value:expr;)*) => {$(
        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl Decode for $rust {
            const IS_ELEMENT: bool = true;

            fn decode(row: &mut Cursor<'_>) -> Result<Self> {
                match Self::decode_nullable(row)? {
                    Some(value) => Ok(value),
                    None => Err(row.unexpected_null(stringify!($rust))),
                }
            }

            fn decode_nullable($row: &mut Cursor<'_>) -> Result<Option<Self>> {
                $read
            }
        }

        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl DbValue for $rust {
            type Selected = Self;
            const TYPES: &'static [Type] = &[Type::$neutral];

            fn to_value(&self) -> Value {
                let $value = self;
                $to_value
            }

            fn to_selected(&self) -> Self {
                self.clone()
            }
        }

        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl Single for $rust {}
    )*};
}

scalar! {
    bool, Bool, |row| row.bool(), |v| Value::Bool(*v);
    i8, I8, |row| row.int("i8"), |v| Value::Int(i64::from(*v));
    i16, I16, |row| row.int("i16"), |v| Value::Int(i64::from(*v));
    i32, I32, |row| row.int("i32"), |v| Value::Int(i64::from(*v));
    i64, I64, |row| row.i64(), |v| Value::Int(*v);
    u16, U16, |row| row.int("u16"), |v| Value::Int(i64::from(*v));
    u32, U32, |row| row.int("u32"), |v| Value::Int(i64::from(*v));
    u64, U64, |row| row.u64(), |v| Value::UInt(*v);
    f32, F32, |row| row.f32(), |v| Value::Float(*v);
    f64, F64, |row| row.f64(), |v| Value::Double(*v);
    NaiveDate, Date, |row| row.date(), |v| Value::Date(*v);
    NaiveTime, Time, |row| row.time(), |v| Value::Time(*v);
    NaiveDateTime, DateTime, |row| row.datetime(), |v| Value::DateTime(*v);
    DateTime<Utc>, Timestamp, |row| row.timestamp(), |v| Value::Timestamp(*v);
    DateTime<FixedOffset>, Timestamp, |row| Ok(row.timestamp()?.map(|utc| utc.fixed_offset())), |v| Value::Timestamp(v.to_utc());
    TimeDelta, Duration, |row| row.duration(), |v| Value::Duration(*v);
    #[cfg(feature = "uuid")]
    uuid::Uuid, Uuid, |row| row.uuid(), |v| Value::Uuid(*v);
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal, Decimal, |row| row.decimal(), |v| Value::Decimal(*v);
    #[cfg(feature = "json")]
    serde_json::Value, Json, |row| row.json(), |v| Value::Json(v.clone());
}

#[diagnostic::do_not_recommend]
impl Decode for String {
    const IS_ELEMENT: bool = true;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        match row.text()? {
            Some(value) => Ok(value),
            None => Err(row.unexpected_null("String")),
        }
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        row.text()
    }
}

#[diagnostic::do_not_recommend]
impl DbValue for String {
    type Selected = Self;
    const TYPES: &'static [Type] = &[Type::Text];

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn to_selected(&self) -> Self {
        self.clone()
    }

    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

#[diagnostic::do_not_recommend]
impl Single for String {}

// `u8` alone has a list form that is not a list: `Vec<u8>` is bytes.
#[diagnostic::do_not_recommend]
impl Decode for u8 {
    const IS_BYTE: bool = true;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        match row.int("u8")? {
            Some(value) => Ok(value),
            None => Err(row.unexpected_null("u8")),
        }
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        row.int("u8")
    }

    fn decode_vec(row: &mut Cursor<'_>) -> Result<Vec<Self>> {
        match row.bytes()? {
            Some(value) => Ok(value),
            None => Err(row.unexpected_null("Vec<u8>")),
        }
    }

    fn decode_vec_nullable(row: &mut Cursor<'_>) -> Result<Option<Vec<Self>>> {
        row.bytes()
    }
}

#[diagnostic::do_not_recommend]
impl DbValue for u8 {
    type Selected = Self;
    const TYPES: &'static [Type] = &[Type::U8];

    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }

    fn to_selected(&self) -> Self {
        *self
    }
}

#[diagnostic::do_not_recommend]
impl Single for u8 {}

#[diagnostic::do_not_recommend]
impl DbValue for Vec<u8> {
    type Selected = Self;
    const TYPES: &'static [Type] = &[Type::Bytes];

    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }

    fn to_selected(&self) -> Self {
        self.clone()
    }

    fn into_value(self) -> Value {
        Value::Bytes(self)
    }
}

macro_rules! capability {
    ($of:ident: $($(#[$meta:meta])* $rust:ty,)*) => {$(
        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl $of for $rust {}

        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl $of for Option<$rust> {}
    )*};
}

/// A column of text, nullable or not: what text look-ups work on.
#[diagnostic::on_unimplemented(
    message = "this is a text lookup, but the column is `{Self}`",
    label = "needs a text column",
    note = "compare with `eq`, `gt`, …"
)]
pub trait Text: FieldType {}

/// A column of numbers, nullable or not: what arithmetic works on.
#[diagnostic::on_unimplemented(
    message = "arithmetic needs a number, but this is `{Self}`",
    label = "not a number"
)]
pub trait Number: FieldType {}

/// A column that `sum` and `avg` work on.
#[diagnostic::on_unimplemented(
    message = "`sum` and `avg` need a number, but this is `{Self}`",
    label = "not a number"
)]
pub trait Summable: FieldType {
    /// The type of the sum: wide enough for many rows.
    type Sum: DbValue;
}

#[diagnostic::do_not_recommend]
impl Text for String {}

#[diagnostic::do_not_recommend]
impl<T: Text + DbValue> Text for Option<T> {}

capability! {
    Number: i8, i16, i32, i64, u8, u16, u32, u64, f32, f64,
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal,
}

macro_rules! summable {
    ($($(#[$meta:meta])* $rust:ty => $sum:ty,)*) => {$(
        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl Summable for $rust {
            type Sum = $sum;
        }

        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl Summable for Option<$rust> {
            type Sum = $sum;
        }
    )*};
}
summable! {
    i8 => i64, i16 => i64, i32 => i64, i64 => i64,
    u8 => i64, u16 => i64, u32 => i64, u64 => u64,
    f32 => f64, f64 => f64,
    TimeDelta => TimeDelta,
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal => rust_decimal::Decimal,
}
