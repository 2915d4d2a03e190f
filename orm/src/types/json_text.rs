//! JSON for PostgreSQL, whose `jsonb` keeps numbers as decimals.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Writes floats with all their digits and a point: `jsonb` keeps the digits behind a point, also zeros, and no
/// exponent. So `1e16` is a float when it is read again, and not an integer.
struct Decimals;

impl Formatter for Decimals {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let digits = value.to_string();
        let point = if digits.contains('.') { "" } else { ".0" };
        write!(writer, "{digits}{point}")
    }
}

/// Writes a value so that PostgreSQL gives back the same.
pub(crate) fn write_decimals(out: &mut Vec<u8>, value: &serde_json::Value) -> serde_json::Result<()> {
    serde::Serialize::serialize(value, &mut serde_json::Serializer::with_formatter(out, Decimals))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn floats_have_a_point_and_stay_what_they_are() {
        for value in [0.0, 1.0, 0.1, 1e15, 1e16, -1e16, 1.5e18, 1e19, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            let json = json!({ "a": [value], "b": 10_000_000_000_000_000_u64 });
            let mut text = Vec::new();
            write_decimals(&mut text, &json).expect("a vector takes everything");
            let text = String::from_utf8(text).expect("text");
            assert!(
                !text.contains('e') && text.contains('.') && text.ends_with(":10000000000000000}"),
                "{text}"
            );
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), json);
        }
    }
}
