//! The rules of `#[field(validate(..))]`, on neutral values.
//!
//! The rules are those of the crate `garde`, whose functions are called as they are: its derive is not used, because
//! values are looked at where they enter the plan, by field, whatever struct they come from. NULL breaks no rule.

use std::cmp::Ordering;
use std::fmt::Display;
use std::sync::OnceLock;

use garde::rules;
pub use garde::rules::ip::IpKind;

use crate::types::{ArrayElement, Value};

/// The messages of the rules that a value breaks.
pub type Messages = Vec<String>;

/// What rules look into: a type that can be made of a neutral value.
#[diagnostic::on_unimplemented(
    message = "rules cannot look into a `{Self}`",
    label = "no rule for this type",
    note = "`range` and functions work on numbers, text, bytes, times, UUIDs, JSON, arrays of them and hstore"
)]
pub trait Looked: Sized {
    /// The value, if it is one of this type.
    fn of(value: &Value) -> Option<Self>;
}

macro_rules! looked {
    ($($(#[$meta:meta])* $rust:ty: $value:pat => $read:expr;)*) => {$(
        $(#[$meta])*
        impl Looked for $rust {
            fn of(value: &Value) -> Option<Self> {
                match value {
                    $value => $read,
                    _ => None,
                }
            }
        }
    )*};
}
looked! {
    bool: Value::Bool(v) => Some(*v);
    i8: Value::Int(v) => Self::try_from(*v).ok();
    i16: Value::Int(v) => Self::try_from(*v).ok();
    i32: Value::Int(v) => Self::try_from(*v).ok();
    i64: Value::Int(v) => Some(*v);
    u8: Value::Int(v) => Self::try_from(*v).ok();
    u16: Value::Int(v) => Self::try_from(*v).ok();
    u32: Value::Int(v) => Self::try_from(*v).ok();
    u64: Value::UInt(v) => Some(*v);
    f32: Value::Float(v) => Some(*v);
    f64: Value::Double(v) => Some(*v);
    String: Value::Text(v) => Some(v.clone());
    Vec<u8>: Value::Bytes(v) => Some(v.clone());
    chrono::NaiveDate: Value::Date(v) => Some(*v);
    chrono::NaiveTime: Value::Time(v) => Some(*v);
    chrono::NaiveDateTime: Value::DateTime(v) => Some(*v);
    chrono::DateTime<chrono::Utc>: Value::Timestamp(v) => Some(*v);
    chrono::TimeDelta: Value::Duration(v) => Some(*v);
    crate::types::Hstore: Value::Hstore(v) => Some(Self(v.clone()));
    #[cfg(feature = "uuid")]
    uuid::Uuid: Value::Uuid(v) => Some(*v);
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal: Value::Decimal(v) => Some(*v);
    #[cfg(feature = "json")]
    serde_json::Value: Value::Json(v) => Some(v.clone());
}

// `Vec<u8>` is bytes: `u8` is no element.
impl<T: Looked + ArrayElement> Looked for Vec<T> {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Array(_, items) => items.iter().map(T::of).collect(),
            _ => None,
        }
    }
}

/// An element that may be NULL.
impl<T: Looked> Looked for Option<T> {
    fn of(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::of(value).map(Some) }
    }
}

fn add(result: Result<(), garde::Error>, out: &mut Messages) {
    if let Err(error) = result {
        out.push(error.message().to_owned());
    }
}

/// Characters of a text, bytes of bytes, elements of an array.
pub fn length(value: &Value, min: usize, max: usize, out: &mut Messages) {
    match value {
        Value::Text(text) => add(rules::length::chars::apply(text, (min, max)), out),
        Value::Bytes(bytes) => add(rules::length::simple::apply(bytes, (min, max)), out),
        Value::Array(_, items) => add(rules::length::simple::apply(items, (min, max)), out),
        _ => {}
    }
}

/// A number or a time within bounds, both included.
pub fn range<T: Looked + PartialOrd + Display>(
    value: &Value,
    min: Option<T>,
    max: Option<T>,
    out: &mut Messages,
) {
    let Some(value) = T::of(value) else { return };
    // What cannot be compared is not within: NaN.
    let within = |bound: &T, beyond| value.partial_cmp(bound).is_some_and(|order| order != beyond);
    match (min, max) {
        (Some(min), _) if !within(&min, Ordering::Less) => out.push(format!("lower than {min}")),
        (_, Some(max)) if !within(&max, Ordering::Greater) => out.push(format!("greater than {max}")),
        _ => {}
    }
}

macro_rules! of_text {
    ($($(#[$meta:meta])* $name:ident($($parameter:ident: $ty:ty)?) = $module:ident, $arguments:expr;)*) => {$(
        $(#[$meta])*
        pub fn $name(value: &Value, $($parameter: $ty,)? out: &mut Messages) {
            if let Value::Text(text) = value {
                add(rules::$module::apply(text, $arguments), out);
            }
        }
    )*};
}
of_text! {
    /// ASCII characters alone.
    ascii() = ascii, ();
    /// Letters and digits alone.
    alphanumeric() = alphanumeric, ();
    /// An e-mail address.
    email() = email, ();
    /// A URL.
    url() = url, ();
    /// An IP address.
    ip(kind: IpKind) = ip, (kind,);
    /// A text with this in it.
    contains(part: &str) = contains, (part,);
    /// A text that begins with this.
    prefix(part: &str) = prefix, (part,);
    /// A text that ends with this.
    suffix(part: &str) = suffix, (part,);
}

/// A regular expression, compiled once.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    regex: OnceLock<Result<rules::pattern::regex::Regex, String>>,
}

impl Pattern {
    /// Of this text, which the derive has parsed.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, regex: OnceLock::new() }
    }

    /// A text in which the expression matches.
    pub fn check(&self, value: &Value, out: &mut Messages) {
        let Value::Text(text) = value else { return };
        let compile = || rules::pattern::regex::Regex::new(self.text).map_err(|error| error.to_string());
        match self.regex.get_or_init(compile) {
            Ok(regex) => add(rules::pattern::apply(text, (regex,)), out),
            // One that is a regular expression, but too large.
            Err(error) => out.push(format!("the pattern cannot be used: {error}")),
        }
    }
}

/// A value that a function of the program's own accepts.
pub fn custom<T: Looked, E: Display>(
    value: &Value,
    check: impl FnOnce(&T) -> Result<(), E>,
    out: &mut Messages,
) {
    if let Some(value) = T::of(value)
        && let Err(error) = check(&value)
    {
        out.push(error.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Type;

    fn messages(check: impl FnOnce(&mut Messages)) -> Messages {
        let mut out = Messages::new();
        check(&mut out);
        out
    }

    #[test]
    fn null_breaks_no_rule() {
        let null = Value::Null(Type::Text);
        let out = messages(|out| {
            length(&null, 1, 2, out);
            email(&null, out);
            range(&null, Some(1_i64), None, out);
            Pattern::new("a").check(&null, out);
            custom(&null, |_: &String| Err("never"), out);
        });
        assert!(out.is_empty(), "{out:?}");
    }

    #[test]
    fn lengths_are_in_characters() {
        let text = Value::Text("äöü".to_owned());
        assert!(messages(|out| length(&text, 3, 3, out)).is_empty());
        assert_eq!(messages(|out| length(&text, 4, 9, out)), ["length is lower than 4"]);
        assert_eq!(messages(|out| length(&Value::Bytes(vec![1, 2]), 0, 1, out)).len(), 1);
    }

    #[test]
    fn what_cannot_be_compared_is_not_within() {
        assert_eq!(messages(|out| range(&Value::Double(f64::NAN), Some(0.0), None, out)), ["lower than 0"]);
        assert_eq!(messages(|out| range(&Value::Double(2.0), None, Some(1.5), out)), ["greater than 1.5"]);
        assert!(messages(|out| range(&Value::Int(3), Some(3_i32), Some(3), out)).is_empty());
    }

    #[test]
    fn patterns_know_unicode() {
        static PATTERN: Pattern = Pattern::new(r"^(?i)[\w.+-]+ß\d\p{Greek}\b$");
        for (text, broken) in [("Ünal.ẞ٣λ", 0), ("ß3λ", 1)] {
            let found = messages(|out| PATTERN.check(&Value::Text(text.to_owned()), out));
            assert_eq!(found.len(), broken, "{text} {found:?}");
        }
    }

    #[test]
    fn patterns_match_anywhere() {
        static PATTERN: Pattern = Pattern::new("b+");
        assert!(messages(|out| PATTERN.check(&Value::Text("abbc".to_owned()), out)).is_empty());
        assert_eq!(messages(|out| PATTERN.check(&Value::Text("ac".to_owned()), out)).len(), 1);
    }
}
