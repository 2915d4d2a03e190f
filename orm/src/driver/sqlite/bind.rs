//! Values as SQLite stores them.
#![expect(unsafe_code, reason = "text and bytes are lent to SQLite, not copied")]

use std::ffi::c_int;

use super::stmt::Stmt;
use super::temporal::{write_date, write_datetime, write_time};
use crate::driver::{Arg, check};
use crate::error::{Error, Result};
use crate::types::{EnumValue, Value};

/// Sets all arguments of a statement.
///
/// # Errors
///
/// `InvalidValue` for a value that SQLite cannot hold, `InvalidQuery` if the statement
/// takes another number of arguments.
///
/// # Safety
///
/// The statement must not be stepped after the end of `args` before its arguments are set anew or cleared. If
/// this fails, they must be cleared, too.
pub(super) unsafe fn bind(stmt: &mut Stmt, args: &[Arg<'_>]) -> Result<()> {
    let wanted = stmt.parameters();
    if wanted != args.len() {
        return Err(wrong_count(wanted, args.len()));
    }
    for (at, arg) in (1..).zip(args) {
        // SAFETY: the contract is the same.
        unsafe { bind_one(stmt, at, *arg) }?;
    }
    Ok(())
}

/// Sets the argument `at`, from 1.
///
/// # Safety
///
/// As for [`bind`].
unsafe fn bind_one(stmt: &mut Stmt, at: c_int, arg: Arg<'_>) -> Result<()> {
    let bound = match arg.value {
        Value::Null(_) => stmt.bind_null(at),
        Value::Bool(value) => stmt.bind_integer(at, i64::from(*value)),
        Value::Int(value) => stmt.bind_integer(at, *value),
        Value::UInt(value) => match i64::try_from(*value) {
            Ok(value) => stmt.bind_integer(at, value),
            Err(_) => {
                return Err(check::invalid_value("an integer above 2^63 - 1 cannot be stored in SQLite"));
            }
        },
        Value::Float(value) => stmt.bind_real(at, number(f64::from(*value))?),
        Value::Double(value) => stmt.bind_real(at, number(*value)?),
        // SAFETY: the text lives as long as the arguments; the rest is the caller's promise.
        Value::Text(text) => unsafe { stmt.bind_text_lent(at, check::text(text)?) },
        // SAFETY: as above.
        Value::Bytes(bytes) => unsafe { stmt.bind_blob_lent(at, bytes) },
        Value::Date(value) => stmt.bind_text_copied(at, &write_date(*value)?),
        Value::Time(value) => stmt.bind_text_copied(at, &write_time(*value)),
        Value::DateTime(value) => stmt.bind_text_copied(at, &write_datetime(*value)?),
        Value::Timestamp(value) => stmt.bind_text_copied(at, &write_datetime(value.naive_utc())?),
        #[cfg(feature = "uuid")]
        // SAFETY: the sixteen bytes lie in the value, which lives as long as the arguments.
        Value::Uuid(uuid) => unsafe { stmt.bind_blob_lent(at, uuid.as_bytes()) },
        #[cfg(feature = "decimal")]
        Value::Decimal(decimal) => stmt.bind_integer(at, check::scaled(*decimal, arg.scale)?),
        #[cfg(feature = "json")]
        Value::Json(json) => {
            check::json(json)?;
            stmt.bind_text_copied(at, json.to_string().as_bytes())
        }
        Value::Duration(value) => stmt.bind_integer(at, check::duration(*value)?),
        Value::Refused(_, reason) => return Err(check::invalid_value(*reason)),
        Value::Enum(def, variant) => match check::variant(def, *variant)? {
            // SAFETY: the text lives as long as the program.
            EnumValue::Text(text) => unsafe { stmt.bind_text_lent(at, text) },
            EnumValue::Int(number) => stmt.bind_integer(at, number),
        },
        Value::Array(..) | Value::Hstore(_) => {
            return Err(check::invalid_query("SQLite has neither arrays nor hstore"));
        }
        Value::List(..) | Value::Tuple(_) => {
            return Err(check::invalid_query(
                "a list or a tuple is not one argument, spread it over several",
            ));
        }
    };
    bound.map_err(|failure| failure.into_error())
}

/// SQLite would turn NaN into NULL without a word.
fn number(value: f64) -> Result<f64> {
    if value.is_nan() { Err(check::invalid_value("NaN cannot be stored in SQLite")) } else { Ok(value) }
}

#[cold]
fn wrong_count(wanted: usize, given: usize) -> Error {
    check::invalid_query(format!("the statement takes {wanted} arguments, but {given} are given"))
}
