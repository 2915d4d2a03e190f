//! Arguments in the binary format.
//!
//! One argument type of ours instead of sqlx's many: it writes straight into the buffer of the message, for
//! lists as well, and the server's type is chosen by the neutral type alone.

use std::error::Error as StdError;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use sqlx::encode::{Encode, IsNull};
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo, Postgres};
use sqlx::{Arguments as _, Type as SqlxType};

use super::row::{PG_EPOCH_DAYS, PG_EPOCH_SECONDS};
use super::{array, hstore, numeric};
use crate::driver::{Arg, check};
use crate::error::{Error, Result};
use crate::types::{ArrayDef, EnumValue, Type, Value};

/// The most arguments of a statement that the protocol has room for.
const MAX_ARGUMENTS: usize = 65_535;

/// A type of the server, and the type of its arrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PgType {
    oid: u32,
    array: u32,
}

const BOOL: PgType = PgType { oid: 16, array: 1000 };
const BYTEA: PgType = PgType { oid: 17, array: 1001 };
const INT2: PgType = PgType { oid: 21, array: 1005 };
const INT4: PgType = PgType { oid: 23, array: 1007 };
const INT8: PgType = PgType { oid: 20, array: 1016 };
const TEXT: PgType = PgType { oid: 25, array: 1009 };
const FLOAT4: PgType = PgType { oid: 700, array: 1021 };
const FLOAT8: PgType = PgType { oid: 701, array: 1022 };
const DATE: PgType = PgType { oid: 1082, array: 1182 };
const TIME: PgType = PgType { oid: 1083, array: 1183 };
const TIMESTAMP: PgType = PgType { oid: 1114, array: 1115 };
const TIMESTAMPTZ: PgType = PgType { oid: 1184, array: 1185 };
const NUMERIC: PgType = PgType { oid: 1700, array: 1231 };
const UUID: PgType = PgType { oid: 2950, array: 2951 };
const JSONB: PgType = PgType { oid: 3802, array: 3807 };
/// Whatever stands beside it: see `hstore`.
const HSTORE: PgType = PgType { oid: 0, array: 0 };

impl PgType {
    /// The type that a neutral type is sent as: not that of the column, but the one that all columns of the
    /// neutral type compare with.
    const fn of(ty: Type) -> Self {
        match ty {
            Type::Bool => BOOL,
            Type::I8
            | Type::I16
            | Type::I32
            | Type::I64
            | Type::U8
            | Type::U16
            | Type::U32
            | Type::Duration => INT8,
            Type::U64 | Type::Decimal => NUMERIC,
            Type::F32 => FLOAT4,
            Type::F64 => FLOAT8,
            Type::Text => TEXT,
            Type::Bytes => BYTEA,
            Type::Date => DATE,
            Type::Time => TIME,
            Type::DateTime => TIMESTAMP,
            Type::Timestamp => TIMESTAMPTZ,
            Type::Uuid => UUID,
            Type::Json => JSONB,
            // One that is a type of its own, too: the statement casts it.
            Type::Enum(def) => match def.stored {
                Type::Text => TEXT,
                _ => INT8,
            },
            Type::Hstore => HSTORE,
            // There are no arrays of arrays.
            Type::Array(def) => Self { oid: Self::of_element(def.element).array, array: 0 },
        }
    }

    /// The type that an element of an array is sent as: that of the columns, because arrays compare with arrays of
    /// the very same type alone.
    const fn of_element(ty: Type) -> Self {
        match ty {
            Type::I8 | Type::I16 | Type::U8 => INT2,
            Type::I32 | Type::U16 => INT4,
            Type::Enum(def) => Self::of_element(def.stored),
            other => Self::of(other),
        }
    }
}

/// The arguments of a statement, checked and written, and the server's type of each.
pub(super) fn arguments(args: &[Arg<'_>]) -> Result<(PgArguments, Vec<u32>)> {
    if args.len() > MAX_ARGUMENTS {
        return Err(check::invalid_query(format!(
            "PostgreSQL takes at most {MAX_ARGUMENTS} arguments a statement, not {}",
            args.len()
        )));
    }
    let mut out = PgArguments::default();
    let mut types = Vec::with_capacity(args.len());
    out.reserve(args.len(), args.len() * 16);
    for arg in args {
        let oid = oid(arg.value)?;
        out.add(Argument { arg: *arg, oid }).map_err(from_encode)?;
        types.push(oid);
    }
    Ok((out, types))
}

/// Our own error comes back out of sqlx's box.
fn from_encode(error: Box<dyn StdError + Send + Sync>) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(error) => check::invalid_value(error.to_string()),
    }
}

/// The server's type that a value is sent as.
fn oid(value: &Value) -> Result<u32> {
    Ok(match value {
        Value::List(ty, _) => PgType::of(*ty).array,
        Value::Tuple(_) => {
            return Err(check::invalid_query("several columns cannot be one argument"));
        }
        scalar => scalar_type(scalar)?.oid,
    })
}

fn scalar_type(value: &Value) -> Result<PgType> {
    Ok(match value {
        Value::Null(ty) => PgType::of(*ty),
        Value::Bool(_) => BOOL,
        Value::Int(_) => INT8,
        Value::UInt(_) => NUMERIC,
        Value::Float(_) => FLOAT4,
        Value::Double(_) => FLOAT8,
        Value::Text(_) => TEXT,
        Value::Bytes(_) => BYTEA,
        Value::Date(_) => DATE,
        Value::Time(_) => TIME,
        Value::DateTime(_) => TIMESTAMP,
        Value::Timestamp(_) => TIMESTAMPTZ,
        #[cfg(feature = "uuid")]
        Value::Uuid(_) => UUID,
        #[cfg(feature = "decimal")]
        Value::Decimal(_) => NUMERIC,
        #[cfg(feature = "json")]
        Value::Json(_) => JSONB,
        Value::Duration(_) => INT8,
        Value::Refused(ty, _) => PgType::of(*ty),
        Value::Enum(def, _) => PgType::of(Type::Enum(def)),
        Value::Array(def, _) => PgType::of(Type::Array(def)),
        Value::Hstore(_) => HSTORE,
        Value::List(..) | Value::Tuple(_) => {
            return Err(check::invalid_query(
                "a list holds single values, not lists or keys of several columns",
            ));
        }
    })
}

struct Argument<'a> {
    arg: Arg<'a>,
    oid: u32,
}

impl SqlxType<Postgres> for Argument<'_> {
    fn type_info() -> PgTypeInfo {
        // Never asked for: `produces` knows.
        PgTypeInfo::with_oid(Oid(TEXT.oid))
    }
}

impl Encode<'_, Postgres> for Argument<'_> {
    fn encode_by_ref(
        &self,
        buffer: &mut PgArgumentBuffer,
    ) -> Result<IsNull, Box<dyn StdError + Send + Sync>> {
        let Arg { value, scale } = self.arg;
        match value {
            Value::List(ty, items) => list(buffer, *ty, items, scale)?,
            Value::Array(def, items) => elements(buffer, def, items, scale)?,
            Value::Null(_) => return Ok(IsNull::Yes),
            value => scalar(buffer, value, scale)?,
        }
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.oid)))
    }

    fn size_hint(&self) -> usize {
        0
    }
}

/// Writes the values of a list as an array.
fn list(out: &mut Vec<u8>, ty: Type, items: &[Value], scale: u8) -> Result<()> {
    let element = PgType::of(ty);
    if element.array == 0 {
        return Err(check::invalid_query("a list of arrays or maps cannot be one argument"));
    }
    each(out, element, items, |out, item| {
        if scalar_type(item)? != element {
            return Err(check::invalid_query("a list holds a value of another type than its own"));
        }
        if item.is_null() { Ok(()) } else { scalar(out, item, scale) }
    })
}

/// Writes the elements of an array.
fn elements(out: &mut Vec<u8>, def: &ArrayDef, items: &[Value], scale: u8) -> Result<()> {
    let element = PgType::of_element(def.element);
    each(out, element, items, |out, item| {
        let integer = match item {
            Value::Null(_) => return Ok(()),
            Value::Int(number) => Some(*number),
            Value::Enum(def, variant) => match check::variant(def, *variant)? {
                EnumValue::Int(number) => Some(number),
                EnumValue::Text(_) => None,
            },
            _ => None,
        };
        let narrow = || check::invalid_query("an array holds an integer that its elements have no room for");
        match (element, integer) {
            (INT2, Some(number)) => {
                let number = i16::try_from(number).map_err(|_| narrow())?;
                out.extend_from_slice(&number.to_be_bytes());
            }
            (INT4, Some(number)) => {
                let number = i32::try_from(number).map_err(|_| narrow())?;
                out.extend_from_slice(&number.to_be_bytes());
            }
            _ if scalar_type(item)? == element => scalar(out, item, scale)?,
            _ => return Err(check::invalid_query("an array holds a value of another type than its own")),
        }
        Ok(())
    })
}

/// Writes an array of one dimension, its values that are not NULL by `write`.
fn each(
    out: &mut Vec<u8>,
    element: PgType,
    items: &[Value],
    write: impl Fn(&mut Vec<u8>, &Value) -> Result<()>,
) -> Result<()> {
    array::head(out, element.oid, length(items.len())?, items.iter().any(Value::is_null));
    for item in items {
        let start = out.len();
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        write(out, item)?;
        if !item.is_null() {
            let written = length(out.len() - start - 4)?;
            if let Some(prefix) = out.get_mut(start..start + 4) {
                prefix.copy_from_slice(&written.to_be_bytes());
            }
        }
    }
    Ok(())
}

fn length(of: usize) -> Result<i32> {
    i32::try_from(of).map_err(|_| check::invalid_value("a value is larger than 2 GiB"))
}

/// Writes one value that is not NULL, without its length.
fn scalar(out: &mut Vec<u8>, value: &Value, scale: u8) -> Result<()> {
    match value {
        Value::Bool(value) => out.push(u8::from(*value)),
        Value::Int(value) => out.extend_from_slice(&value.to_be_bytes()),
        Value::UInt(value) => numeric::write(out, false, u128::from(*value), 0),
        Value::Float(value) => out.extend_from_slice(&value.to_be_bytes()),
        Value::Double(value) => out.extend_from_slice(&value.to_be_bytes()),
        Value::Text(value) => out.extend_from_slice(check::text(value)?.as_bytes()),
        Value::Bytes(value) => out.extend_from_slice(value),
        Value::Date(value) => out.extend_from_slice(&days(check::date(*value)?)?.to_be_bytes()),
        Value::Time(value) => out.extend_from_slice(&micros_of_day(check::time(*value)).to_be_bytes()),
        Value::DateTime(value) => out.extend_from_slice(&micros(check::datetime(*value)?).to_be_bytes()),
        Value::Timestamp(value) => out.extend_from_slice(&micros(check::timestamp(*value)?).to_be_bytes()),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => out.extend_from_slice(value.as_bytes()),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => {
            let value = check::decimal(*value, scale)?;
            let scale = u16::try_from(value.scale())
                .map_err(|_| check::invalid_value("a decimal number with too many digits"))?;
            numeric::write(out, value.is_sign_negative(), value.mantissa().unsigned_abs(), scale);
        }
        #[cfg(feature = "json")]
        Value::Json(value) => {
            check::json(value)?;
            // The version of the format.
            out.push(1);
            crate::types::write_decimals(out, value)
                .map_err(|error| check::invalid_value(format!("JSON cannot be written: {error}")))?;
        }
        Value::Hstore(map) => hstore::write(out, map)?,
        Value::Duration(value) => out.extend_from_slice(&check::duration(*value)?.to_be_bytes()),
        Value::Refused(_, reason) => return Err(check::invalid_value(*reason)),
        Value::Enum(def, variant) => match check::variant(def, *variant)? {
            EnumValue::Text(text) => out.extend_from_slice(text.as_bytes()),
            EnumValue::Int(number) => out.extend_from_slice(&number.to_be_bytes()),
        },
        Value::Null(_) | Value::Array(..) | Value::List(..) | Value::Tuple(_) => {
            return Err(check::invalid_query(
                "a list holds single values, not lists or keys of several columns",
            ));
        }
    }
    #[cfg(not(feature = "decimal"))]
    let _ = scale;
    Ok(())
}

/// Days since 2000-01-01.
fn days(value: NaiveDate) -> Result<i32> {
    i32::try_from(value.signed_duration_since(NaiveDate::default()).num_days() - PG_EPOCH_DAYS)
        .map_err(|_| check::invalid_value("a date out of range"))
}

fn micros_of_day(value: NaiveTime) -> i64 {
    i64::from(value.num_seconds_from_midnight()) * 1_000_000 + i64::from(value.nanosecond() / 1000)
}

/// Microseconds since the midnight of 2000-01-01. The year is known to have four digits.
fn micros(value: NaiveDateTime) -> i64 {
    let value = value.and_utc();
    (value.timestamp() - PG_EPOCH_SECONDS) * 1_000_000 + i64::from(value.timestamp_subsec_micros())
}
