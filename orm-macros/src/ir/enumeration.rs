//! An enum that is a column type.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Ident, Variant};

use super::{Literal, crate_path, literal, snake_case};
use crate::attr::db_enum::{DbEnumAttr, rename};
use crate::ctxt::Ctxt;
use crate::input::refuse_generics;

/// What PostgreSQL takes as the name of a value or a type.
const LONGEST: usize = 63;

/// An enum that is a column type.
pub(crate) struct Enumeration {
    pub(crate) ident: Ident,
    /// The path to the crate `orm`.
    pub(crate) krate: TokenStream,
    /// The neutral type that the values are sent as: `Text`, or an integer by its variant in `Type`.
    pub(crate) stored: Ident,
    /// The name of the type on PostgreSQL, for an enum that is one of its own.
    pub(crate) native: Option<String>,
    pub(crate) variants: Vec<(Ident, Stored)>,
}

/// What a variant is stored as.
#[derive(PartialEq)]
pub(crate) enum Stored {
    Text(String),
    Int(i64),
}

impl Enumeration {
    /// Reads an enum; `None` for what cannot be one, which is reported.
    pub(crate) fn read(ctxt: &Ctxt, input: DeriveInput) -> Option<Self> {
        let attr = DbEnumAttr::read(ctxt, &input.attrs);
        refuse_generics(ctxt, &input, "a column type");
        let plain = input.generics.params.is_empty();
        let name = &input.ident;
        let Data::Enum(data) = &input.data else {
            ctxt.error(
                name.span(),
                format_args!("`DbEnum` is for enums: write `enum {name} {{ .. }}`, or `#[derive(DbType)]` on a struct of one field"),
            );
            return None;
        };
        if data.variants.is_empty() {
            ctxt.error(
                name.span(),
                format_args!("`{name}` has no values: write `enum {name} {{ First, .. }}`"),
            );
        }
        let storage = Storage::read(ctxt, &attr, &input.attrs, name);
        let mut variants: Vec<(Ident, Stored)> = Vec::new();
        for variant in &data.variants {
            let Some((stored, span)) = storage.of(ctxt, &attr, variant) else { continue };
            if let (Stored::Text(text), Some((other, _))) =
                (&stored, variants.iter().find(|(_, known)| *known == stored))
            {
                ctxt.error(
                    span,
                    format_args!(
                        "`{other}` is stored as `{text}` already: write another `#[db_enum(rename = \"..\")]`"
                    ),
                );
            }
            variants.push((variant.ident.clone(), stored));
        }
        let whole = plain && !variants.is_empty() && data.variants.len() == variants.len();
        whole.then(|| Self {
            krate: crate_path(attr.krate.value()),
            stored: storage.ty,
            native: storage.native,
            ident: input.ident,
            variants,
        })
    }
}

/// How the values of an enum are stored.
struct Storage {
    ty: Ident,
    /// The least and the greatest number, for integers.
    range: Option<(i128, i128)>,
    native: Option<String>,
}

impl Storage {
    fn read(ctxt: &Ctxt, attr: &DbEnumAttr, attributes: &[Attribute], name: &Ident) -> Self {
        if let (Some(_), Some(span)) = (attr.integer.get(), attr.native.span()) {
            ctxt.error(span, "a native enum is text: remove `native` or `integer`");
        }
        if let (Some(_), Some(span)) = (attr.integer.get(), attr.rename_all.span()) {
            ctxt.error(span, "integers have no names: remove `rename_all`");
        }
        if let (None, Some(span)) = (attr.native.get(), attr.name.span()) {
            ctxt.error(span, "only a native enum is a type with a name: write `native` too");
        }
        if attr.integer.is_given() {
            let (ty, least, greatest) = repr(ctxt, attributes);
            return Self {
                ty: Ident::new(ty, Span::call_site()),
                range: Some((least, greatest)),
                native: None,
            };
        }
        let native = attr.native.is_given().then(|| type_name(ctxt, attr, name));
        Self { ty: Ident::new("Text", Span::call_site()), range: None, native }
    }

    /// What the variant is stored as, and the token that says so.
    fn of(&self, ctxt: &Ctxt, attr: &DbEnumAttr, variant: &Variant) -> Option<(Stored, Span)> {
        let ident = &variant.ident;
        let rename = rename(ctxt, &variant.attrs);
        if !matches!(variant.fields, Fields::Unit) {
            ctxt.error(
                variant.fields.span(),
                format_args!("a value of a column has no fields: write `{ident}`, and what it holds in columns of their own"),
            );
            return None;
        }
        let Some(range) = self.range else {
            let name = ident.unraw().to_string();
            let (text, span) = match rename.value() {
                Some(text) => (text.value(), text.span()),
                None => (attr.rename_all.value().map_or(name.clone(), |case| case.of(&name)), ident.span()),
            };
            text_fits(ctxt, &text, span);
            // Also one that does not fit: what follows from the enum is then no error of its own.
            return Some((Stored::Text(text), span));
        };
        if let Some(span) = rename.span() {
            ctxt.error(span, "integers have no names: remove `rename`");
        }
        let number = number(ctxt, variant.discriminant.as_ref().map(|(_, expr)| expr), ident, range);
        Some((Stored::Int(number.unwrap_or_default()), ident.span()))
    }
}

/// Without a number of its own, a variant's would follow from the order of the variants.
fn number(ctxt: &Ctxt, expr: Option<&Expr>, ident: &Ident, (least, greatest): (i128, i128)) -> Option<i64> {
    let Some(expr) = expr else {
        ctxt.error(ident.span(), format_args!("an integer enum says each number: write `{ident} = 1`"));
        return None;
    };
    match literal(expr) {
        Some(Literal::Int(number)) if (least..=greatest).contains(&number) => i64::try_from(number).ok(),
        Some(Literal::Int(_)) => {
            ctxt.error(
                expr.span(),
                format_args!("the column holds {least} to {greatest}: write `#[repr(i64)]` on the enum, or a smaller number"),
            );
            None
        }
        _ => {
            ctxt.error(expr.span(), format_args!("the derive reads numbers alone: write `{ident} = 1`"));
            None
        }
    }
}

fn text_fits(ctxt: &Ctxt, text: &str, span: Span) {
    let wrong = if text.is_empty() {
        "this value is empty".to_owned()
    } else if text.len() > LONGEST {
        format!("this value has {} bytes, PostgreSQL takes {LONGEST}", text.len())
    } else if text.contains(|character: char| character.is_control() || character == '\\') {
        "this value has a control character or a backslash".to_owned()
    } else if text.trim() != text {
        "this value begins or ends with a blank, which MySQL would cut".to_owned()
    } else {
        return;
    };
    ctxt.error(span, format_args!("{wrong}: write another `#[db_enum(rename = \"..\")]`"));
}

/// The name of the type on PostgreSQL: a plain word.
fn type_name(ctxt: &Ctxt, attr: &DbEnumAttr, ident: &Ident) -> String {
    let (name, span) = match attr.name.value() {
        Some((name, span)) => (name.clone(), *span),
        None => (snake_case(&ident.unraw().to_string()), ident.span()),
    };
    let word = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && !name.starts_with(|character: char| character.is_ascii_digit());
    if !word || name.is_empty() || name.len() > LONGEST {
        ctxt.error(
            span,
            format_args!(
                "the name of a type is a word of at most {LONGEST} ASCII letters, digits and `_`: write `name = \"type_name\"`"
            ),
        );
    }
    name
}

/// The neutral type of the integer that `#[repr(..)]` names, and its range.
fn repr(ctxt: &Ctxt, attributes: &[Attribute]) -> (&'static str, i128, i128) {
    const TYPES: [(&str, &str, i128, i128); 7] = [
        ("i8", "I8", i8::MIN as i128, i8::MAX as i128),
        ("i16", "I16", i16::MIN as i128, i16::MAX as i128),
        ("i32", "I32", i32::MIN as i128, i32::MAX as i128),
        ("i64", "I64", i64::MIN as i128, i64::MAX as i128),
        ("u8", "U8", 0, u8::MAX as i128),
        ("u16", "U16", 0, u16::MAX as i128),
        ("u32", "U32", 0, u32::MAX as i128),
    ];
    let mut found = ("I32", i32::MIN.into(), i32::MAX.into());
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        // What cannot be read is for the compiler to report.
        let _ = attribute.parse_nested_meta(|meta| {
            if let Some((_, ty, least, greatest)) = TYPES.iter().find(|(name, ..)| meta.path.is_ident(name)) {
                found = (ty, *least, *greatest);
            } else if ["u64", "usize", "isize", "i128", "u128"].iter().any(|name| meta.path.is_ident(name)) {
                ctxt.error(meta.path.span(), "no column holds such integers: write `#[repr(i64)]`");
            }
            Ok(())
        });
    }
    found
}
