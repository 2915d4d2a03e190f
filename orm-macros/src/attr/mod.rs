//! From tokens to settings: what is written in `#[model(..)]`, `#[field(..)]`, `#[meta(..)]`, `#[db_type(..)]`,
//! `#[db_enum(..)]` and `#[projection(..)]`.
//!
//! One file per attribute. Each setting is parsed by itself: a wrong one is reported, and the next one is
//! read. What settings mean together is decided by `check`.

pub(crate) mod constraint;
pub(crate) mod db_default;
pub(crate) mod db_enum;
pub(crate) mod db_type;
pub(crate) mod embed;
pub(crate) mod field;
pub(crate) mod foreign_key;
mod full_text;
pub(crate) mod index;
pub(crate) mod many;
pub(crate) mod meta;
pub(crate) mod model;
pub(crate) mod naming;
pub(crate) mod ordering;
pub(crate) mod per_backend;
pub(crate) mod projection;
pub(crate) mod slot;
pub(crate) mod suggest;
pub(crate) mod validate;
mod value;
#[cfg(test)]
pub(crate) mod words;

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Meta, Token};

use crate::ctxt::Ctxt;

/// The settings that an attribute knows.
pub(crate) struct Vocabulary {
    /// The attribute: `field`.
    pub(crate) attribute: &'static str,
    /// Name and usage of each setting: `("max_length", "max_length = 80")`.
    pub(crate) settings: &'static [(&'static str, &'static str)],
    /// What the attribute stands on: "a field".
    pub(crate) place: &'static str,
}

impl Vocabulary {
    /// How to write a setting.
    fn usage(&self, name: &str) -> Option<&'static str> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, usage)| *usage)
    }

    /// The error for a setting that the attribute does not know; the others may.
    fn unknown(&self, key: &Ident, others: &[&Self]) -> syn::Error {
        let name = key.unraw().to_string();
        let attribute = self.attribute;
        for other in others {
            if let Some(usage) = other.usage(&name) {
                let (place, attribute) = (other.place, other.attribute);
                return syn::Error::new(
                    key.span(),
                    format_args!("`{name}` belongs on {place}: write `#[{attribute}({usage})]` there"),
                );
            }
        }
        let known = self.settings.iter().map(|(name, _)| *name);
        let hint = match suggest::nearest(&name, known.clone()).and_then(|near| self.usage(near)) {
            Some(usage) => format!("did you mean `{usage}`?"),
            None => format!("it knows `{}`", known.collect::<Vec<_>>().join("`, `")),
        };
        syn::Error::new(key.span(), format_args!("`#[{attribute}(..)]` has no setting `{name}`: {hint}"))
    }
}

/// One setting while it is read: its name and what follows.
pub(crate) struct Setting<'a> {
    pub(crate) key: &'a Ident,
    usage: &'static str,
    input: ParseStream<'a>,
}

/// Reads every setting of every attribute of this name with `read`, which takes what it knows by name.
///
/// `others` are the vocabularies of the attributes that a setting may have been meant for.
pub(crate) fn read(
    ctxt: &Ctxt,
    attributes: &[Attribute],
    vocabulary: &Vocabulary,
    others: &[&Vocabulary],
    mut read: impl FnMut(&str, &Setting<'_>) -> syn::Result<()>,
) {
    let name = vocabulary.attribute;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        if !matches!(attribute.meta, Meta::List(_)) {
            let first = vocabulary.settings.first().map_or("", |(_, usage)| *usage);
            ctxt.error(
                attribute.path().segments[0].ident.span(),
                format_args!("`#[{name}]` needs settings in parentheses: write `#[{name}({first})]`"),
            );
            continue;
        }
        let list = |input: ParseStream<'_>| -> syn::Result<()> {
            while !input.is_empty() {
                if let Err(error) = one(input, vocabulary, others, &mut read) {
                    ctxt.push(error);
                    skip_to_comma(input)?;
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = attribute.parse_args_with(list) {
            ctxt.push(error);
        }
    }
}

/// Reads one setting, up to its comma.
fn one(
    input: ParseStream<'_>,
    vocabulary: &Vocabulary,
    others: &[&Vocabulary],
    read: &mut impl FnMut(&str, &Setting<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let attribute = vocabulary.attribute;
    let key = input.call(Ident::parse_any).map_err(|error| {
        let first = vocabulary.settings.first().map_or("", |(_, usage)| *usage);
        syn::Error::new(error.span(), format_args!("expected a setting, as in `#[{attribute}({first})]`"))
    })?;
    let name = key.unraw().to_string();
    let Some(usage) = vocabulary.usage(&name) else {
        return Err(vocabulary.unknown(&key, others));
    };
    read(&name, &Setting { key: &key, usage, input })?;
    if input.is_empty() || input.peek(Token![,]) {
        Ok(())
    } else {
        Err(input.error(format_args!("expected a comma behind `{name}`: write `{usage}`")))
    }
}

/// Goes on behind a wrong setting.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// Takes the rest, so that what is wrong in it is not reported twice.
fn drain(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// Parses a list within parentheses.
fn elements<T>(
    input: ParseStream<'_>,
    element: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let content;
    syn::parenthesized!(content in input);
    let list = content.parse_terminated(element, Token![,]).inspect_err(|_| drop(drain(&content)))?;
    Ok(list.into_iter().collect())
}

/// Refuses attributes of the derive that stand where they mean nothing.
pub(crate) fn misplaced(ctxt: &Ctxt, attributes: &[Attribute], wrong: &str, advice: &str) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(wrong)) {
        ctxt.error(attribute.path().segments[0].ident.span(), advice);
    }
}

/// The doc attributes, as they are.
pub(crate) fn docs(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect()
}

/// The text of the doc attributes, as far as it is written out, lines joined.
pub(crate) fn doc_text(docs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for doc in docs {
        let Meta::NameValue(pair) = &doc.meta else { continue };
        let syn::Expr::Lit(literal) = &pair.value else { continue };
        let syn::Lit::Str(text) = &literal.lit else { continue };
        let text = text.value();
        if text.is_empty() {
            lines.push(String::new());
        }
        lines.extend(text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
    }
    lines.join("\n").trim().to_owned()
}
