//! Types that are not written in the program: read from a file, or put into one form to compare them.
//!
//! A [`Type`] points to what an enum or an array is. What comes from elsewhere is kept for ever here, each definition
//! once, so that there are no more of them than a program has definitions.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{ArrayDef, EnumDef, EnumValue, EnumVariant, Type};

static TEXTS: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
static ENUMS: LazyLock<Mutex<HashSet<&'static EnumDef>>> = LazyLock::new(Mutex::default);
static ARRAYS: LazyLock<Mutex<HashSet<&'static ArrayDef>>> = LazyLock::new(Mutex::default);

fn kept<T: Hash + Eq>(all: &Mutex<HashSet<&'static T>>, item: T) -> &'static T {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    match all.get(&item) {
        Some(known) => known,
        None => {
            let item: &'static T = Box::leak(Box::new(item));
            all.insert(item);
            item
        }
    }
}

/// The text, for ever.
pub(crate) fn text(text: &str) -> &'static str {
    let mut all = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    match all.get(text) {
        Some(known) => known,
        None => {
            let text: &'static str = Box::leak(text.into());
            all.insert(text);
            text
        }
    }
}

/// An enum of these values, without the names that Rust has for it and them.
pub(crate) fn enumeration(stored: Type, native: Option<&str>, values: &[EnumValue]) -> Type {
    let variants: Vec<_> = values
        .iter()
        .map(|value| {
            let value = match value {
                EnumValue::Text(own) => EnumValue::Text(text(own)),
                EnumValue::Int(number) => EnumValue::Int(*number),
            };
            EnumVariant { name: "", value }
        })
        .collect();
    let known = {
        let all = ENUMS.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |def: &&&EnumDef| def.stored == stored && def.native == native && def.variants == variants;
        all.iter().find(same).copied()
    };
    Type::Enum(known.unwrap_or_else(|| {
        let variants: &'static [EnumVariant] = Box::leak(variants.into_boxed_slice());
        kept(&ENUMS, EnumDef { name: "", stored, native: native.map(text), variants })
    }))
}

/// An array of this.
pub(crate) fn array(element: Type, nullable: bool) -> Type {
    Type::Array(kept(&ARRAYS, ArrayDef { element, nullable }))
}

/// The type without the names that Rust has for an enum and its variants.
pub(crate) fn nameless(ty: Type) -> Type {
    match ty {
        Type::Enum(def) => {
            let values: Vec<_> = def.variants.iter().map(|variant| variant.value).collect();
            enumeration(def.stored, def.native, &values)
        }
        Type::Array(def) => array(nameless(def.element), def.nullable),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_kept_once() {
        let of = |value| enumeration(Type::Text, Some("state"), &[EnumValue::Text(value)]);
        let (Type::Enum(one), Type::Enum(two)) = (of("a"), of("a")) else { panic!("enums") };
        assert!(std::ptr::eq(one, two));
        assert_ne!(of("a"), of("b"));
        let (Type::Array(one), Type::Array(two)) = (array(of("a"), true), array(of("a"), true)) else {
            panic!("arrays")
        };
        assert!(std::ptr::eq(one, two));
        assert!(std::ptr::eq(text("some text"), text(&String::from("some text"))));
    }
}
