//! Enums as columns: what a derive says of one.

use super::Type;

/// A Rust enum without fields that a column can hold.
///
/// `#[derive(DbEnum)]` makes one. It is part of the type of a column, [`Type::Enum`], so that the schema can be
/// compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnumDef {
    /// The Rust name.
    pub name: &'static str,
    /// What the values are sent as: text, or an integer.
    pub stored: Type,
    /// The name of the type of its own that PostgreSQL makes of it; MySQL and MariaDB have an `ENUM` then.
    pub native: Option<&'static str>,
    /// The variants, as they are declared.
    pub variants: &'static [EnumVariant],
}

/// A variant of an enum, and what it is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnumVariant {
    /// The Rust name.
    pub name: &'static str,
    /// What it is stored as.
    pub value: EnumValue,
}

impl EnumVariant {
    /// Whether it is stored as this text.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.value, EnumValue::Text(own) if own == text)
    }
}

/// What a variant is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnumValue {
    /// Text.
    Text(&'static str),
    /// An integer.
    Int(i64),
}

impl EnumDef {
    /// What the variant at this place is stored as.
    #[must_use]
    pub fn value(&self, variant: usize) -> Option<EnumValue> {
        self.variants.get(variant).map(|variant| variant.value)
    }

    /// The place of the variant that is stored so.
    pub(crate) fn position(&self, value: EnumValue) -> Option<usize> {
        self.variants.iter().position(|variant| variant.value == value)
    }

    /// The values, for messages.
    pub(crate) fn allowed(&self) -> String {
        /// Messages name no more than these.
        const MOST: usize = 32;

        let mut out = String::new();
        for variant in self.variants.iter().take(MOST) {
            let comma = if out.is_empty() { "" } else { ", " };
            match variant.value {
                EnumValue::Text(text) => out.push_str(&format!("{comma}`{text}`")),
                EnumValue::Int(number) => out.push_str(&format!("{comma}{number}")),
            }
        }
        if self.variants.len() > MOST {
            out.push_str(", …");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_and_listed() {
        const VARIANTS: [EnumVariant; 2] = [
            EnumVariant { name: "A", value: EnumValue::Text("a") },
            EnumVariant { name: "B", value: EnumValue::Text("b") },
        ];
        let def = EnumDef { name: "X", stored: Type::Text, native: None, variants: &VARIANTS };
        assert_eq!(def.position(EnumValue::Text("b")), Some(1));
        assert_eq!(def.position(EnumValue::Text("B")), None);
        assert_eq!(def.value(2), None);
        assert_eq!(def.allowed(), "`a`, `b`");
    }
}
