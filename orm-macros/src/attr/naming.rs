//! `naming = "camelCase"` and `naming(tables = "PascalCase", plural, columns = "camelCase")`

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitBool, LitStr, Token};

use super::slot::Slot;
use super::{Setting, suggest};
use crate::ctxt::Ctxt;
use crate::ir::{NameCase, Naming};

pub(super) const OPTIONS: [&str; 3] = ["tables", "plural", "columns"];

enum Element {
    Tables(Span, LitStr),
    Columns(Span, LitStr),
    Plural(Span, bool),
}

/// Reads the conventions.
pub(super) fn read(ctxt: &Ctxt, setting: &Setting<'_>) -> syn::Result<Naming> {
    if !setting.has_list() {
        let case = setting.text_choice(&NameCase::ALL)?;
        return Ok(Naming { tables: Some(case), plural: None, columns: Some(case) });
    }
    let (mut tables, mut plural, mut columns) =
        (Slot::new("tables"), Slot::new("plural"), Slot::new("columns"));
    for element in setting.list(element)? {
        let (slot, span, text) = match element {
            Element::Plural(span, given) => {
                plural.set(ctxt, span, given);
                continue;
            }
            Element::Tables(span, text) => (&mut tables, span, text),
            Element::Columns(span, text) => (&mut columns, span, text),
        };
        match setting.choose(&text, &NameCase::ALL) {
            Ok(case) => slot.set(ctxt, span, case),
            Err(error) => ctxt.push(error),
        }
    }
    Ok(Naming { tables: tables.into_value(), plural: plural.into_value(), columns: columns.into_value() })
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let wrong = input.span();
    let usage = |span| {
        syn::Error::new(
            span,
            "expected a convention, as in `tables = \"PascalCase\"`, `plural`, `columns = \"camelCase\"`",
        )
    };
    let key = input.call(Ident::parse_any).map_err(|_| usage(wrong))?;
    let name = key.unraw().to_string();
    if !OPTIONS.contains(&name.as_str()) {
        let hint = match suggest::nearest(&name, OPTIONS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes `{}`", OPTIONS.join("`, `")),
        };
        return Err(syn::Error::new(key.span(), format_args!("`naming` knows no `{name}`: {hint}")));
    }
    if name == "plural" && !input.peek(Token![=]) {
        return Ok(Element::Plural(key.span(), true));
    }
    input.parse::<Token![=]>().map_err(|_| usage(key.span()))?;
    let wrong = input.span();
    if name == "plural" {
        let given = input.parse::<LitBool>();
        let given =
            given.map_err(|_| syn::Error::new(wrong, "expected `true` or `false`: write `plural`"))?;
        return Ok(Element::Plural(key.span(), given.value));
    }
    let text = input.parse::<LitStr>();
    let text = text.map_err(|_| {
        syn::Error::new(wrong, format_args!("expected a text: write `{name} = \"camelCase\"`"))
    })?;
    Ok(if name == "tables" { Element::Tables(key.span(), text) } else { Element::Columns(key.span(), text) })
}
