//! Values that a client wrote as text.

use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::types::{EnumDef, EnumValue, Type, Value};

/// The years that every database has.
const YEARS: RangeInclusive<i32> = 1..=9999;

const NULL_ALONE: &str = "the field can only be asked whether it is NULL";

/// Refuses a type that has no values that a client could write.
pub(super) fn check(ty: Type) -> Result<(), String> {
    match ty {
        Type::Bytes | Type::Json | Type::Array(_) | Type::Hstore => Err(NULL_ALONE.to_owned()),
        _ => Ok(()),
    }
}

/// The value that the text is, of this type; what is wanted otherwise. The text is not repeated.
pub(super) fn read(ty: Type, text: &str) -> Result<Value, String> {
    let wrong = |wanted: &str| format!("the value is not {wanted}");
    match ty {
        Type::Bool => flag(text).map(Value::Bool),
        Type::I8 => integer::<i8>(text),
        Type::I16 => integer::<i16>(text),
        Type::I32 => integer::<i32>(text),
        Type::I64 => integer::<i64>(text),
        Type::U8 => integer::<u8>(text),
        Type::U16 => integer::<u16>(text),
        Type::U32 => integer::<u32>(text),
        Type::U64 => text.parse().map(Value::UInt).map_err(|_| wrong("a whole number of its range")),
        Type::F32 => number::<f32>(text, f32::is_finite).map(Value::Float),
        Type::F64 => number::<f64>(text, f64::is_finite).map(Value::Double),
        // Which PostgreSQL cannot hold.
        Type::Text if text.contains('\0') => Err(wrong("a text: it has a zero character")),
        Type::Text => Ok(Value::Text(text.to_owned())),
        Type::Date => {
            let date = text.parse::<NaiveDate>().ok().filter(|date| YEARS.contains(&date.year()));
            date.map(Value::Date).ok_or_else(|| wrong("a date, as in 2024-05-31"))
        }
        Type::Time => {
            let time = NaiveTime::parse_from_str(text, "%H:%M:%S%.f")
                .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"));
            time.map(Value::Time).map_err(|_| wrong("a time, as in 09:30:00"))
        }
        Type::DateTime => {
            let time = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
                .into_iter()
                .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
                .filter(|time| YEARS.contains(&time.year()));
            time.map(Value::DateTime).ok_or_else(|| wrong("a date and time, as in 2024-05-31T09:30:00"))
        }
        Type::Timestamp => {
            let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
            let time = time.filter(|time| YEARS.contains(&time.year()));
            time.map(Value::Timestamp)
                .ok_or_else(|| wrong("a time with its zone, as in 2024-05-31T09:30:00Z"))
        }
        Type::Duration => seconds(text).map(Value::Duration).ok_or_else(|| wrong("a number of seconds")),
        #[cfg(feature = "uuid")]
        Type::Uuid => text.parse().map(Value::Uuid).map_err(|_| wrong("a UUID")),
        #[cfg(feature = "decimal")]
        Type::Decimal => text.parse().map(Value::Decimal).map_err(|_| wrong("a decimal number")),
        Type::Enum(def) => {
            variant(def, text).ok_or_else(|| format!("the value is not one of {}", def.allowed()))
        }
        #[cfg(not(feature = "uuid"))]
        Type::Uuid => Err(NULL_ALONE.to_owned()),
        #[cfg(not(feature = "decimal"))]
        Type::Decimal => Err(NULL_ALONE.to_owned()),
        Type::Bytes | Type::Json | Type::Array(_) | Type::Hstore => Err(NULL_ALONE.to_owned()),
    }
}

/// Whether it is so.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("the value is neither `true` nor `false`".to_owned()),
    }
}

/// The values of a list, which commas separate; one in a value has a backslash before it, and so has a backslash.
/// Nothing is no value.
pub(super) fn items(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut items = vec![String::new()];
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        let item = match next {
            ',' => {
                items.push(String::new());
                continue;
            }
            '\\' => chars.next().unwrap_or('\\'),
            other => other,
        };
        if let Some(last) = items.last_mut() {
            last.push(item);
        }
    }
    items
}

fn integer<T: FromStr + Into<i64>>(text: &str) -> Result<Value, String> {
    let number: Result<T, _> = text.parse();
    number
        .map(|number| Value::Int(number.into()))
        .map_err(|_| "the value is not a whole number of its range".to_owned())
}

fn number<T: FromStr + Copy>(text: &str, is_finite: fn(T) -> bool) -> Result<T, String> {
    match text.parse() {
        Ok(number) if is_finite(number) => Ok(number),
        _ => Err("the value is not a number".to_owned()),
    }
}

fn variant(def: &'static EnumDef, text: &str) -> Option<Value> {
    let is = |value: EnumValue| match value {
        EnumValue::Text(own) => own == text,
        EnumValue::Int(own) => text.parse() == Ok(own),
    };
    let position = def.variants.iter().position(|variant| is(variant.value))?;
    Some(Value::Enum(def, position))
}

/// `90`, `-1.5`: to the microsecond, as what is stored.
fn seconds(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = rest.split_once('.').unwrap_or((rest, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    let micros = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(part.parse().ok()?)?;
    Some(TimeDelta::microseconds(sign * micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_commas_and_backslashes() {
        assert_eq!(items("a,b"), ["a", "b"]);
        assert_eq!(items(r"a\,b,c\\d"), ["a,b", r"c\d"]);
        assert_eq!(items(""), [""; 0]);
        assert_eq!(items(","), ["", ""]);
        assert_eq!(items(r"a\"), [r"a\"]);
    }

    #[test]
    fn integers_stay_in_their_range() {
        assert_eq!(read(Type::I8, "-128"), Ok(Value::Int(-128)));
        assert!(read(Type::I8, "128").is_err() && read(Type::U8, "-1").is_err());
        assert_eq!(read(Type::U64, "18446744073709551615"), Ok(Value::UInt(u64::MAX)));
        for text in ["", " 1", "1.0", "1e3", "0x1", "NaN"] {
            assert!(read(Type::I64, text).is_err(), "{text}");
        }
    }

    #[test]
    fn floats_are_finite() {
        assert_eq!(read(Type::F64, "1.5e3"), Ok(Value::Double(1500.0)));
        for text in ["NaN", "inf", "-infinity", "1e999", ""] {
            assert!(read(Type::F64, text).is_err(), "{text}");
        }
    }

    #[test]
    fn spans_are_seconds() {
        assert_eq!(seconds("90"), Some(TimeDelta::seconds(90)));
        assert_eq!(seconds("-1.5"), Some(TimeDelta::milliseconds(-1500)));
        assert_eq!(seconds("0.0000019"), Some(TimeDelta::microseconds(1)));
        for text in ["", "-", ".5", "1.-5", "1:00", "99999999999999999999"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn times_have_a_zone_or_none() {
        assert!(read(Type::Timestamp, "2024-05-31T09:30:00").is_err());
        assert!(read(Type::DateTime, "2024-05-31T09:30:00Z").is_err());
        assert_eq!(
            read(Type::Timestamp, "2024-05-31T11:30:00+02:00"),
            read(Type::Timestamp, "2024-05-31T09:30:00Z")
        );
        assert_eq!(read(Type::DateTime, "2024-05-31T09:30"), read(Type::DateTime, "2024-05-31 09:30:00.0"));
    }
}
