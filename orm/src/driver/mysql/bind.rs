//! Arguments in the binary format.

use std::error::Error as StdError;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use sqlx::Arguments as _;
use sqlx::encode::Encode;
use sqlx::mysql::{MySql, MySqlArguments};

use crate::driver::{Arg, check};
use crate::error::{Error, Result};
use crate::types::{EnumValue, Type, Value};

/// The most arguments of a statement that the protocol has room for.
const MAX_ARGUMENTS: usize = 65_535;

/// The arguments of a statement, checked and written.
pub(super) fn arguments(args: &[Arg<'_>]) -> Result<MySqlArguments> {
    if args.len() > MAX_ARGUMENTS {
        return Err(check::invalid_query(format!(
            "MySQL takes at most {MAX_ARGUMENTS} arguments a statement, not {}",
            args.len()
        )));
    }
    let mut out = MySqlArguments::default();
    out.reserve(args.len(), args.len() * 16);
    for arg in args {
        argument(&mut out, *arg)?;
    }
    Ok(out)
}

fn argument(out: &mut MySqlArguments, Arg { value, scale }: Arg<'_>) -> Result<()> {
    match value {
        Value::Null(ty) => null(out, *ty),
        Value::Bool(value) => add(out, *value),
        Value::Int(value) => add(out, *value),
        Value::UInt(value) => add(out, *value),
        Value::Float(value) if value.is_finite() => add(out, *value),
        Value::Double(value) if value.is_finite() => add(out, *value),
        Value::Float(_) | Value::Double(_) => {
            Err(check::invalid_value("MySQL and MariaDB cannot store NaN and infinite numbers"))
        }
        Value::Text(value) => add(out, check::text(value)?),
        Value::Bytes(value) => add(out, value.as_slice()),
        Value::Date(value) => add(out, check::date(*value)?),
        Value::Time(value) => add(out, check::time(*value)),
        Value::DateTime(value) => add(out, check::datetime(*value)?),
        Value::Timestamp(value) => add(out, check::timestamp(*value)?),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => add(out, value.as_bytes().as_slice()),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => add(out, check::decimal(*value, scale)?),
        #[cfg(feature = "json")]
        Value::Json(value) => {
            check::json(value)?;
            let text = serde_json::to_string(value)
                .map_err(|error| check::invalid_value(format!("JSON cannot be written: {error}")))?;
            add(out, text.as_str())
        }
        Value::Duration(value) => add(out, check::duration(*value)?),
        Value::Refused(_, reason) => Err(check::invalid_value(*reason)),
        Value::Enum(def, variant) => match check::variant(def, *variant)? {
            EnumValue::Text(text) => add(out, text),
            EnumValue::Int(number) => add(out, number),
        },
        Value::Array(..) | Value::Hstore(_) => Err(of_postgres()),
        Value::List(..) => Err(check::invalid_query("MySQL has no arguments that are lists")),
        Value::Tuple(_) => Err(check::invalid_query("several columns cannot be one argument")),
    }?;
    #[cfg(not(feature = "decimal"))]
    let _ = scale;
    Ok(())
}

fn add<'t, T: Encode<'t, MySql> + sqlx::Type<MySql>>(out: &mut MySqlArguments, value: T) -> Result<()> {
    out.add(value).map_err(refused)
}

#[cold]
fn refused(error: Box<dyn StdError + Send + Sync>) -> Error {
    check::invalid_value(error.to_string())
}

#[cold]
fn of_postgres() -> Error {
    check::invalid_query("MySQL and MariaDB have neither arrays nor hstore")
}

/// NULL, of the type that the neutral type is sent as.
fn null(out: &mut MySqlArguments, ty: Type) -> Result<()> {
    match ty {
        Type::Bool => add(out, None::<bool>),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::Duration => {
            add(out, None::<i64>)
        }
        Type::U64 => add(out, None::<u64>),
        Type::F32 => add(out, None::<f32>),
        Type::F64 => add(out, None::<f64>),
        // Decimals go as text of the type DECIMAL, which NULL needs no more than text.
        Type::Text | Type::Json | Type::Decimal => add(out, None::<&str>),
        Type::Bytes | Type::Uuid => add(out, None::<&[u8]>),
        Type::Date => add(out, None::<NaiveDate>),
        Type::Time => add(out, None::<NaiveTime>),
        Type::DateTime | Type::Timestamp => add(out, None::<NaiveDateTime>),
        Type::Enum(def) => match def.stored {
            Type::Text => add(out, None::<&str>),
            _ => add(out, None::<i64>),
        },
        Type::Array(_) | Type::Hstore => Err(of_postgres()),
    }
}
