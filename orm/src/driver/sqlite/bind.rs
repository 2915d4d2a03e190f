//! Values as SQLite stores them.
#![expect(unsafe_code, reason = "text and bytes are lent to SQLite, not copied")]

use std::ffi::c_int;

use super::stmt::Stmt;
use super::temporal::{write_date, write_datetime, write_time};
use crate::driver::{Arg, check};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{EnumValue, Value};

/// Sets all arguments of a statement.
///
/// # Errors
///
/// [`ErrorKind::InvalidValue`] for a value that SQLite cannot hold, [`ErrorKind::InvalidQuery`] if the statement
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
            Err(_) => return Err(invalid("an integer above 2^63 - 1 cannot be stored in SQLite")),
        },
        Value::Float(value) => stmt.bind_real(at, number(f64::from(*value))?),
        Value::Double(value) => stmt.bind_real(at, number(*value)?),
        Value::Text(text) if text.as_bytes().contains(&0) => {
            return Err(invalid("text with a NUL character cannot be stored"));
        }
        // SAFETY: the text lives as long as the arguments; the rest is the caller's promise.
        Value::Text(text) => unsafe { stmt.bind_text_lent(at, text) },
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
        Value::Decimal(decimal) => stmt.bind_integer(at, scaled(*decimal, arg.scale)?),
        #[cfg(feature = "json")]
        Value::Json(json) => {
            check::json(json)?;
            stmt.bind_text_copied(at, json.to_string().as_bytes())
        }
        Value::Duration(value) => stmt.bind_integer(at, check::duration(*value)?),
        Value::Refused(_, reason) => return Err(invalid(reason)),
        Value::Enum(def, variant) => match def.value(*variant) {
            // SAFETY: the text lives as long as the program.
            Some(EnumValue::Text(text)) => unsafe { stmt.bind_text_lent(at, text) },
            Some(EnumValue::Int(number)) => stmt.bind_integer(at, number),
            None => return Err(invalid("a variant that the enum does not have")),
        },
        Value::List(..) | Value::Tuple(_) => {
            return Err(Error::new(ErrorKind::InvalidQuery {
                reason: "a list or a tuple is not one argument, spread it over several".to_owned(),
            }));
        }
    };
    bound.map_err(|failure| failure.into_error())
}

/// SQLite would turn NaN into NULL without a word.
fn number(value: f64) -> Result<f64> {
    if value.is_nan() { Err(invalid("NaN cannot be stored in SQLite")) } else { Ok(value) }
}

/// The decimal as an integer, with `scale` digits behind the point.
#[cfg(feature = "decimal")]
fn scaled(decimal: rust_decimal::Decimal, scale: u8) -> Result<i64> {
    let digits = decimal.mantissa();
    let power = |exponent: u32| 10_i128.checked_pow(exponent);
    let (has, wants) = (decimal.scale(), u32::from(scale));
    let integer = if has <= wants {
        // Zero has no digits that could be too many.
        if digits == 0 { Some(0) } else { power(wants - has).and_then(|power| digits.checked_mul(power)) }
    } else {
        // A decimal has 28 digits behind the point at most, so this power always exists.
        match power(has - wants) {
            Some(power) if digits % power == 0 => Some(digits / power),
            _ => {
                return Err(invalid(&format!(
                    "a decimal with more than {scale} digits behind the point does not fit its column"
                )));
            }
        }
    };
    integer.and_then(|integer| i64::try_from(integer).ok()).ok_or_else(|| {
        invalid(&format!("a decimal with {scale} digits behind the point is too large for SQLite"))
    })
}

#[cold]
fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidValue { reason: reason.to_owned() })
}

#[cold]
fn wrong_count(wanted: usize, given: usize) -> Error {
    Error::new(ErrorKind::InvalidQuery {
        reason: format!("the statement takes {wanted} arguments, but {given} are given"),
    })
}

#[cfg(all(test, feature = "decimal"))]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn decimals_are_scaled_exactly_or_refused() {
        let scale = |text: &str, scale| scaled(text.parse::<Decimal>().unwrap(), scale);
        assert_eq!(scale("12.3", 2).unwrap(), 1230);
        assert_eq!(scale("-12.30", 1).unwrap(), -123);
        assert_eq!(scale("0.000", 0).unwrap(), 0);
        assert_eq!(scale("0", u8::MAX).unwrap(), 0);
        assert_eq!(scale("92233720368547758.07", 2).unwrap(), i64::MAX);
        assert_eq!(scale("-92233720368547758.08", 2).unwrap(), i64::MIN);
        for (text, digits) in
            [("0.01", 1), ("92233720368547758.08", 2), ("1", 40), ("79228162514264337593543950335", 0)]
        {
            let error = scale(text, digits).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{text}");
        }
    }
}
