//! What can be seen of a type from its name.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// A field's type, as far as its tokens tell.
///
/// A derive sees names, not types: an alias is [`Kind::Opaque`], and what matters about it is asserted in the
/// expansion, where the compiler knows.
pub(crate) struct Shape {
    /// The `T` of an `Option<T>`.
    pub(crate) inner: Option<Type>,
    /// What the type is, `Option` aside.
    pub(crate) kind: Kind,
    /// The type's name for messages, `Option` aside.
    pub(crate) written: String,
}

/// What a type is, by the last segment of its path.
pub(crate) enum Kind {
    Bool,
    Integer,
    Float,
    Text,
    Bytes,
    Decimal,
    /// A date, a time, or both.
    Time,
    Uuid,
    /// `ForeignKey<T>`: the `T`.
    Reference(Box<Type>),
    /// Something else: an alias, a newtype, a type of another crate.
    Opaque,
}

impl Shape {
    pub(crate) fn of(ty: &Type) -> Self {
        let inner = argument_of(ty, "Option").map(|ty| strip(ty).clone());
        let base = inner.as_ref().unwrap_or_else(|| strip(ty));
        let kind = Kind::of(base);
        let written = base.to_token_stream().to_string().replace(" < ", "<").replace(" >", ">");
        Self { inner, kind, written }
    }

    pub(crate) fn nullable(&self) -> bool {
        self.inner.is_some()
    }

    /// The model that a foreign key leads to.
    pub(crate) fn target(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Reference(target) => Some(target),
            _ => None,
        }
    }
}

impl Kind {
    fn of(ty: &Type) -> Self {
        if let Some(target) = argument_of(ty, "ForeignKey") {
            return Self::Reference(Box::new(strip(target).clone()));
        }
        if argument_of(ty, "Vec").is_some_and(|of| last_segment(of).is_some_and(|last| last.ident == "u8")) {
            return Self::Bytes;
        }
        let Some(last) = last_segment(ty) else { return Self::Opaque };
        match (last.ident.to_string().as_str(), &last.arguments) {
            ("DateTime", PathArguments::AngleBracketed(_)) => Self::Time,
            (_, PathArguments::AngleBracketed(_) | PathArguments::Parenthesized(_)) => Self::Opaque,
            ("bool", _) => Self::Bool,
            ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64", _) => Self::Integer,
            ("f32" | "f64", _) => Self::Float,
            ("String", _) => Self::Text,
            ("Decimal", _) => Self::Decimal,
            ("NaiveDate" | "NaiveTime" | "NaiveDateTime", _) => Self::Time,
            ("Uuid", _) => Self::Uuid,
            _ => Self::Opaque,
        }
    }

    pub(crate) fn is_opaque(&self) -> bool {
        matches!(self, Self::Opaque)
    }
}

/// The type without parentheses and the invisible groups that `macro_rules!` leaves.
fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        other => other,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match strip(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The one type argument of `..::name<argument>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let last = last_segment(ty)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut arguments = arguments.args.iter();
    match (last.ident == name, arguments.next(), arguments.next()) {
        (true, Some(GenericArgument::Type(argument)), None) => Some(argument),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn options_are_seen_through() {
        let shape = Shape::of(&parse_quote!(std::option::Option<Vec<u8>>));
        assert!(shape.nullable());
        assert!(matches!(shape.kind, Kind::Bytes));
    }

    #[test]
    fn the_target_of_a_foreign_key_is_found() {
        let shape = Shape::of(&parse_quote!(Option<orm::ForeignKey<super::User>>));
        let target = shape.target().map(|target| target.to_token_stream().to_string());
        assert_eq!(target.as_deref(), Some("super :: User"));
        assert_eq!(shape.written, "orm :: ForeignKey<super :: User>");
    }

    #[test]
    fn unknown_names_are_opaque() {
        assert!(matches!(Shape::of(&parse_quote!(Json<u8>)).kind, Kind::Opaque));
        assert!(matches!(Shape::of(&parse_quote!([u8; 4])).kind, Kind::Opaque));
        assert!(matches!(Shape::of(&parse_quote!(<A as B>::String)).kind, Kind::Opaque));
        assert!(matches!(Shape::of(&parse_quote!(String<u8>)).kind, Kind::Opaque));
    }
}
