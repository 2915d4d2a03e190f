//! Values by which rows are put together.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::driver::Cursor;
use crate::error::Result;
use crate::exec::kept;
use crate::types::{Type, Value};

/// The value of a key, which equals another if it is the same: texts by code point, numbers by what they are worth.
#[derive(Clone, PartialEq)]
pub(crate) struct Exact(Value);

/// Shows nothing of it.
impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("?")
    }
}

// Floats are the only values that may differ from themselves, and a NaN is no key.
impl Eq for Exact {}

impl Exact {
    /// The key of a row at hand, as a database keeps it.
    pub(crate) fn of(value: Value) -> Self {
        Self(kept::as_kept(value))
    }

    /// Reads a key that has columns of these types. `None` if one of them is NULL, so that it is no key.
    pub(super) fn read(row: &mut Cursor<'_>, types: &[Type]) -> Result<Option<Self>> {
        let [ty] = types else {
            // All of them, so that the cursor stands behind the key.
            let parts: Result<Vec<_>> = types.iter().map(|ty| Value::read(row, *ty)).collect();
            let parts: Option<Vec<Value>> = parts?.into_iter().collect();
            return Ok(parts.map(|parts| Self(Value::Tuple(parts))));
        };
        Ok(Value::read(row, *ty)?.map(Self))
    }

    pub(super) fn into_value(self) -> Value {
        self.0
    }
}

impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// Equal values have equal hashes; what cannot be a key all has the same.
fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Bool(value) => value.hash(state),
        Value::Int(value) => value.hash(state),
        Value::UInt(value) => value.hash(state),
        Value::Text(value) => value.hash(state),
        Value::Bytes(value) => value.hash(state),
        Value::Date(value) => value.hash(state),
        Value::Time(value) => value.hash(state),
        Value::DateTime(value) => value.hash(state),
        Value::Timestamp(value) => value.hash(state),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => value.hash(state),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => value.hash(state),
        Value::Duration(value) => value.hash(state),
        Value::Enum(_, variant) => variant.hash(state),
        Value::List(_, parts) | Value::Tuple(parts) => parts.iter().for_each(|part| hash(part, state)),
        // Equal ones may have different bits.
        Value::Float(_) | Value::Double(_) => {}
        #[cfg(feature = "json")]
        Value::Json(_) => {}
        Value::Array(..) | Value::Hstore(_) | Value::Null(_) | Value::Refused(..) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn text(text: &str) -> Exact {
        Exact::of(Value::Text(text.to_owned()))
    }

    #[test]
    fn keys_are_the_same_by_what_they_say() {
        let mut found = HashMap::new();
        for (at, key) in
            [text("a"), text("A"), text("a "), text("ä"), text("a\u{308}")].into_iter().enumerate()
        {
            assert_eq!(found.insert(key, at), None);
        }
        let pair =
            |a: &str, b: &str| Exact::of(Value::Tuple(vec![Value::Text(a.into()), Value::Text(b.into())]));
        assert_eq!(found.insert(pair("a", "bc"), 5), None);
        assert_eq!(found.insert(pair("ab", "c"), 6), None);
        assert_eq!(found.get(&text("A")), Some(&1));
        assert_eq!(found.get(&pair("ab", "c")), Some(&6));
    }

    #[test]
    #[cfg(feature = "decimal")]
    fn decimals_are_the_same_by_their_worth() {
        let decimal = |text: &str| Exact::of(Value::Decimal(text.parse().unwrap_or_default()));
        let found = HashMap::from([(decimal("1.50"), 1), (decimal("-3"), 2)]);
        assert_eq!(found.get(&decimal("1.5")), Some(&1));
        assert_eq!(found.get(&decimal("-3.000")), Some(&2));
        assert_eq!(found.get(&decimal("3")), None);
    }

    #[test]
    fn times_are_those_that_are_kept() {
        let at =
            |nanos| chrono::DateTime::from_timestamp(5, nanos).map(|time| Exact::of(Value::Timestamp(time)));
        assert_eq!(at(1_999), at(1_000));
        assert_ne!(at(2_000), at(1_999));

        let of_day = |nanos| {
            chrono::NaiveTime::from_num_seconds_from_midnight_opt(5, nanos)
                .map(|time| Exact::of(Value::Tuple(vec![Value::Time(time)])))
        };
        assert_eq!(of_day(1_999), of_day(1_000));
    }
}
