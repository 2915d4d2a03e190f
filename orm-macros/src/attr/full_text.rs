//! `full_text(title, body, name = "..", accessor = search)`: an index of the words of texts.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use super::Setting;
use super::index::{Index, Part, PartOf, WRONG_NAME, is_name};
use super::slot::Slot;
use super::suggest::nearest;
use crate::ctxt::Ctxt;

/// What it takes beside fields.
pub(super) const OPTIONS: [&str; 2] = ["name", "accessor"];

/// What stands between the parentheses.
enum Element {
    Part(Part),
    Name(Span, LitStr),
    Accessor(Span, Ident),
}

/// Reads a full-text index, with the accessor that it gets.
pub(super) fn read(ctxt: &Ctxt, setting: &Setting<'_>) -> syn::Result<Index> {
    let (mut name, mut accessor) = (Slot::new("name"), Slot::new("accessor"));
    let mut parts = Vec::new();
    for element in setting.list(element)? {
        match element {
            Element::Part(part) => parts.push(part),
            Element::Name(span, text) if is_name(&text) => name.set(ctxt, span, text.value()),
            Element::Name(span, text) => {
                ctxt.error(text.span(), WRONG_NAME);
                name.set(ctxt, span, String::new());
            }
            Element::Accessor(span, ident) => accessor.set(ctxt, span, ident),
        }
    }
    if parts.is_empty() {
        return Err(setting.usage_error(setting.span(), format_args!("`{}` names no field", setting.key)));
    }
    let accessor = accessor.value().cloned().unwrap_or_else(|| Ident::new("full_text", setting.span()));
    Ok(Index {
        parts,
        name: name.value().cloned(),
        full_text: Some(accessor),
        ..Index::nothing(setting.span())
    })
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let wrong = input.span();
    let word = input.call(Ident::parse_any).map_err(|_| {
        syn::Error::new(wrong, "a full-text index is over fields: write their names, as in `title, body`")
    })?;
    let span = word.span();
    if input.parse::<Option<Token![=]>>()?.is_some() {
        let wrong = input.span();
        if word == "name" {
            let text = input
                .parse()
                .map_err(|_| syn::Error::new(wrong, "expected a text: write `name = \"posts_words\"`"))?;
            return Ok(Element::Name(span, text));
        }
        if word == "accessor" {
            let ident = input
                .call(Ident::parse_any)
                .map_err(|_| syn::Error::new(wrong, "expected a name: write `accessor = search`"))?;
            return Ok(Element::Accessor(span, ident));
        }
        let hint = match nearest(&word.to_string(), OPTIONS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes `{}`", OPTIONS.join("`, `")),
        };
        return Err(syn::Error::new(span, format_args!("a full-text index has no `{word}`: {hint}")));
    }
    let mut within = Vec::new();
    while input.parse::<Option<Token![.]>>()?.is_some() {
        let wrong = input.span();
        within.push(input.call(Ident::parse_any).map_err(|_| {
            syn::Error::new(
                wrong,
                format_args!("expected a field of the embedded struct: write `{word}.inner`"),
            )
        })?);
    }
    Ok(Element::Part(Part { of: PartOf::Field(word, within), descending: false, span }))
}
