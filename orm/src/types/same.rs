//! What is the same, in a const, where `==` of texts and types cannot be had.

use super::{EnumDef, EnumValue, Type};

/// Whether two texts are the same.
pub(crate) const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

impl Type {
    /// Whether it is the same type: of enums with the same values, of arrays with the same elements.
    pub(crate) const fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Enum(a), Self::Enum(b)) => same_enum(a, b),
            (Self::Array(a), Self::Array(b)) => a.nullable == b.nullable && a.element.is(b.element),
            _ => self.code() == other.code(),
        }
    }
}

/// By name and values: what a const evaluates to has no address that could be relied on.
const fn same_enum(a: &EnumDef, b: &EnumDef) -> bool {
    let mut at = 0;
    while at < a.variants.len() && at < b.variants.len() {
        let same = match (a.variants[at].value, b.variants[at].value) {
            (EnumValue::Int(a), EnumValue::Int(b)) => a == b,
            (EnumValue::Text(a), EnumValue::Text(b)) => same_text(a, b),
            _ => false,
        };
        if !same {
            return false;
        }
        at += 1;
    }
    at == a.variants.len() && at == b.variants.len() && same_text(a.name, b.name)
}
