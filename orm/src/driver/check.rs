//! What a value must be before it goes to a database: the same rules for every one, so that the same value
//! gives the same answer everywhere. `sql` asks them about the literals of a schema.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use crate::error::{Error, ErrorKind, Result};
use crate::types::{EnumDef, EnumValue};

/// [`Arg::scale`](super::Arg) of a decimal that goes to no column.
#[cfg(all(feature = "decimal", any(test, feature = "postgres", feature = "mysql")))]
pub(crate) const NO_SCALE: u8 = u8::MAX;

#[cold]
pub(crate) fn invalid_value(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidValue { reason: reason.into() })
}

#[cold]
pub(crate) fn invalid_query(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.into() })
}

/// Text without NUL characters: PostgreSQL cannot keep them.
pub(crate) fn text(value: &str) -> Result<&str> {
    if value.as_bytes().contains(&0) {
        return Err(invalid_value("text with a NUL character cannot be stored"));
    }
    Ok(value)
}

/// A date in the years that every backend has.
pub(crate) fn date(value: NaiveDate) -> Result<NaiveDate> {
    if !(1..=9999).contains(&value.year()) {
        return Err(invalid_value("the year is outside of 1 to 9999"));
    }
    Ok(value)
}

/// A time of day, cut to the microsecond. A leap second becomes the last microsecond before it: no server
/// has them.
pub(crate) fn time(value: NaiveTime) -> NaiveTime {
    let nanos = value.nanosecond();
    let cut = if nanos >= 1_000_000_000 { 999_999_000 } else { nanos - nanos % 1000 };
    value.with_nanosecond(cut).unwrap_or(value)
}

/// A date and time in the years that every backend has, cut to the microsecond.
///
/// What is cut off counts forward from the second before it, so cutting goes towards the past before 1970
/// as well.
pub(crate) fn datetime(value: NaiveDateTime) -> Result<NaiveDateTime> {
    Ok(NaiveDateTime::new(date(value.date())?, time(value.time())))
}

/// [`datetime`] for an instant.
pub(crate) fn timestamp(value: DateTime<Utc>) -> Result<NaiveDateTime> {
    datetime(value.naive_utc())
}

/// A decimal number that its column can hold without rounding.
#[cfg(all(feature = "decimal", any(test, feature = "postgres", feature = "mysql")))]
pub(crate) fn decimal(value: rust_decimal::Decimal, scale: u8) -> Result<rust_decimal::Decimal> {
    let scale = u32::from(scale);
    if scale != u32::from(NO_SCALE) && value.scale() > scale && value.normalize().scale() > scale {
        return Err(invalid_value(format!(
            "the decimal number has more than the {scale} digits behind the point that its column keeps"
        )));
    }
    Ok(value)
}

/// The decimal as SQLite keeps it: an integer, with `scale` digits behind the point.
#[cfg(feature = "decimal")]
pub(crate) fn scaled(decimal: rust_decimal::Decimal, scale: u8) -> Result<i64> {
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
                return Err(invalid_value(format!(
                    "a decimal with more than {scale} digits behind the point does not fit its column"
                )));
            }
        }
    };
    integer.and_then(|integer| i64::try_from(integer).ok()).ok_or_else(|| {
        invalid_value(format!("a decimal with {scale} digits behind the point is too large for SQLite"))
    })
}

/// JSON without NUL characters, for the same reason as [`text`].
#[cfg(feature = "json")]
pub(crate) fn json(value: &serde_json::Value) -> Result<()> {
    use serde_json::Value;

    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(value) => text(value).map(drop),
        Value::Array(items) => items.iter().try_for_each(json),
        Value::Object(entries) => entries.iter().try_for_each(|(key, value)| {
            text(key)?;
            json(value)
        }),
    }
}

/// A span of time in microseconds, cut to them towards the past as times are.
pub(crate) fn duration(value: TimeDelta) -> Result<i64> {
    let cut = i64::from(value.subsec_nanos() % 1000 < 0);
    value
        .num_microseconds()
        .and_then(|micros| micros.checked_sub(cut))
        .ok_or_else(|| invalid_value("a span of time of more microseconds than 64 bits hold"))
}

/// What stands for a variant of an enum.
pub(crate) fn variant(def: &EnumDef, variant: usize) -> Result<EnumValue> {
    def.value(variant).ok_or_else(|| invalid_query("a variant that the enum does not have"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().expect("a date and time")
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut_towards_the_past() {
        let cut = |text| datetime(at(text)).expect("in range");
        assert_eq!(cut("2024-02-29T12:00:00.123456999"), at("2024-02-29T12:00:00.123456"));
        assert_eq!(cut("1969-12-31T23:59:59.999999999"), at("1969-12-31T23:59:59.999999"));
        assert_eq!(cut("2016-12-31T23:59:60.5"), at("2016-12-31T23:59:59.999999"));
    }

    #[test]
    fn years_beyond_four_digits_are_refused() {
        for year in [0, 10_000, -5] {
            assert!(date(NaiveDate::from_ymd_opt(year, 1, 1).expect("a date")).is_err(), "{year}");
        }
        for year in [1, 9999] {
            assert!(date(NaiveDate::from_ymd_opt(year, 12, 31).expect("a date")).is_ok(), "{year}");
        }
    }

    #[test]
    fn durations_are_cut_towards_the_past_or_refused() {
        let nanos = |nanos| duration(TimeDelta::nanoseconds(nanos)).expect("in range");
        assert_eq!([nanos(1_999), nanos(-1), nanos(-1_000), nanos(-1_000_000_001)], [1, -1, -1, -1_000_001]);
        for micros in [i64::MAX, i64::MIN] {
            assert_eq!(duration(TimeDelta::microseconds(micros)).expect("in range"), micros);
        }
        assert!(duration(TimeDelta::microseconds(i64::MIN) - TimeDelta::nanoseconds(1)).is_err());
        assert!(duration(TimeDelta::MAX).is_err() && duration(TimeDelta::MIN).is_err());
    }

    #[cfg(feature = "decimal")]
    #[test]
    fn decimals_are_never_rounded() {
        let number = |text: &str| text.parse::<rust_decimal::Decimal>().expect("a number");
        assert!(decimal(number("1.235"), 2).is_err());
        assert!(decimal(number("1.2300"), 2).is_ok());
        assert!(decimal(number("1.235"), NO_SCALE).is_ok());
    }

    #[cfg(feature = "decimal")]
    #[test]
    fn decimals_are_scaled_exactly_or_refused() {
        let scale = |text: &str, scale| scaled(text.parse().expect("a number"), scale);
        assert_eq!(scale("12.3", 2).expect("fits"), 1230);
        assert_eq!(scale("-12.30", 1).expect("fits"), -123);
        assert_eq!(scale("0.000", 0).expect("fits"), 0);
        assert_eq!(scale("0", u8::MAX).expect("fits"), 0);
        assert_eq!(scale("92233720368547758.07", 2).expect("fits"), i64::MAX);
        assert_eq!(scale("-92233720368547758.08", 2).expect("fits"), i64::MIN);
        for (text, digits) in
            [("0.01", 1), ("92233720368547758.08", 2), ("1", 40), ("79228162514264337593543950335", 0)]
        {
            let error = scale(text, digits).expect_err("does not fit");
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{text}");
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn a_nul_is_found_wherever_it_hides_in_json() {
        assert!(json(&serde_json::json!({"a": [1, {"b": "x\0"}]})).is_err());
        assert!(json(&serde_json::json!({"a\0": 1})).is_err());
        assert!(json(&serde_json::json!({"a": [1, null, "\\0"]})).is_ok());
    }
}
