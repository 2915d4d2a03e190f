//! Values as a database holds them, to tell which are the same.

use crate::types::Value;

/// A name for the value that two values share if the database takes them for one in a key: by code point, and with
/// nothing finer than the microseconds of a time.
pub(super) fn name(value: &Value) -> String {
    format!("{:?}", as_kept(value.clone()))
}

/// The value as a database gives it back when it is part of a key.
pub(super) fn as_kept(value: Value) -> Value {
    use chrono::SubsecRound as _;

    match value {
        Value::Tuple(parts) => Value::Tuple(parts.into_iter().map(as_kept).collect()),
        Value::DateTime(time) => Value::DateTime(time.trunc_subsecs(6)),
        Value::Timestamp(time) => Value::Timestamp(time.trunc_subsecs(6)),
        Value::Time(time) => Value::Time(time.trunc_subsecs(6)),
        #[cfg(feature = "decimal")]
        Value::Decimal(number) => Value::Decimal(number.normalize()),
        // Both zeros are one.
        Value::Float(number) => Value::Float(number + 0.0),
        Value::Double(number) => Value::Double(number + 0.0),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_to_the_database_has_one_name() {
        let noon = chrono::NaiveTime::from_hms_nano_opt(12, 0, 0, 1_999).unwrap();
        let cut = chrono::NaiveTime::from_hms_nano_opt(12, 0, 0, 1_000).unwrap();
        let pairs = [
            (Value::Time(noon), Value::Time(cut)),
            (Value::Double(-0.0), Value::Double(0.0)),
            #[cfg(feature = "decimal")]
            (Value::Decimal("1.50".parse().unwrap()), Value::Decimal("1.5".parse().unwrap())),
        ];
        for (one, other) in pairs {
            assert_eq!(name(&one), name(&other));
            assert_eq!(name(&Value::Tuple(vec![one])), name(&Value::Tuple(vec![other])));
        }
        assert_ne!(name(&Value::Text("a".into())), name(&Value::Text("A".into())));
    }
}
