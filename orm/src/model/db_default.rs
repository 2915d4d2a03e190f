//! Defaults that the database fills in.

use super::{ColumnDef, Literal, PerBackend};
use crate::types::{EnumDef, EnumValue, Type, same_text};

/// The default that a database fills a field with, where an insert gives no value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DbDefault {
    /// There is none.
    None,
    /// A literal.
    Literal(Literal),
    /// The time of the statement, in UTC; its date or its time of day where that is what the field holds.
    Now,
    /// A random UUID (version 4).
    Uuid,
    /// An expression in SQL.
    Sql(PerBackend),
}

impl DbDefault {
    /// Whether these columns can hold it, as far as that does not depend on digits of decimals.
    #[must_use]
    pub const fn fits(&self, columns: &[ColumnDef]) -> bool {
        let [column] = columns else { return matches!(self, Self::None) };
        match self {
            Self::None | Self::Sql(_) => true,
            Self::Now => matches!(column.ty, Type::Date | Type::Time | Type::DateTime | Type::Timestamp),
            Self::Uuid => matches!(column.ty, Type::Uuid),
            Self::Literal(literal) => literal_fits(literal, column),
        }
    }
}

const fn literal_fits(literal: &Literal, column: &ColumnDef) -> bool {
    match (literal, column.ty) {
        (literal, Type::Enum(def)) => is_variant(literal, def),
        (Literal::Array(items), Type::Array(def)) => {
            let element = ColumnDef { ty: def.element, ..*column };
            let mut at = 0;
            while at < items.len() {
                if !literal_fits(&items[at], &element) {
                    return false;
                }
                at += 1;
            }
            true
        }
        (Literal::Bool(_), Type::Bool)
        | (Literal::Float(_), Type::F32 | Type::F64 | Type::Decimal)
        | (Literal::Int(_), Type::Decimal) => true,
        (Literal::Int(value), ty) => match range(ty) {
            Some((min, max)) => min <= *value && *value <= max,
            None => false,
        },
        (Literal::Text(text), Type::Text) => match column.max_length {
            Some(most) => characters(text) <= most as u64,
            None => true,
        },
        _ => false,
    }
}

/// Whether a variant of the enum is stored so.
const fn is_variant(literal: &Literal, def: &EnumDef) -> bool {
    let mut at = 0;
    while at < def.variants.len() {
        let same = match (literal, def.variants[at].value) {
            (Literal::Int(value), EnumValue::Int(own)) => *value == own as i128,
            (Literal::Text(text), EnumValue::Text(own)) => same_text(text, own),
            _ => false,
        };
        if same {
            return true;
        }
        at += 1;
    }
    false
}

/// The values of an integer.
const fn range(ty: Type) -> Option<(i128, i128)> {
    Some(match ty {
        Type::I8 => (i8::MIN as i128, i8::MAX as i128),
        Type::I16 => (i16::MIN as i128, i16::MAX as i128),
        Type::I32 => (i32::MIN as i128, i32::MAX as i128),
        Type::I64 => (i64::MIN as i128, i64::MAX as i128),
        Type::U8 => (0, u8::MAX as i128),
        Type::U16 => (0, u16::MAX as i128),
        Type::U32 => (0, u32::MAX as i128),
        Type::U64 => (0, u64::MAX as i128),
        _ => return None,
    })
}

/// How many characters a text has: those of its bytes that do not continue one.
const fn characters(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] & 0xC0 != 0x80 {
            count += 1;
        }
        at += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits() {
        let fits = |default: DbDefault, columns: &[ColumnDef]| default.fits(columns);
        let byte = [ColumnDef::of::<u8>("a")];
        for (value, fit) in [(0, true), (255, true), (256, false), (-1, false)] {
            assert_eq!(fits(DbDefault::Literal(Literal::Int(value)), &byte), fit);
        }
        let short = [ColumnDef::of::<String>("a").max_length(2)];
        assert!(fits(DbDefault::Literal(Literal::Text("ää")), &short));
        assert!(!fits(DbDefault::Literal(Literal::Text("äää")), &short));
        let array = [ColumnDef::of::<Vec<String>>("a").max_length(2)];
        let of = |items| fits(DbDefault::Literal(Literal::Array(items)), &array);
        assert!(of(&[]) && of(&[Literal::Text("ää"), Literal::Text("")]));
        assert!(!of(&[Literal::Text("ää"), Literal::Text("äää")]) && !of(&[Literal::Int(1)]));
        assert!(!fits(DbDefault::Literal(Literal::Text("a")), &array));
        assert!(
            !fits(DbDefault::Now, &short) && fits(DbDefault::Now, &[ColumnDef::of::<chrono::NaiveDate>("a")])
        );
        assert!(!fits(DbDefault::Literal(Literal::Int(1)), &[byte[0], byte[0]]));
    }
}
