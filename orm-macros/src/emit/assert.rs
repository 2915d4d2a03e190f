//! Assertions about types whose names say nothing: aliases and newtypes.
//!
//! The rules of `check` for what can be seen are asserted here for what cannot, so that an alias never changes
//! what a model means.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::metadata::columns_ident;
use crate::ir::{Auto, Field, IndexOf, Kind, Literal, Model, RuleKind, generated_at};

pub(super) fn emit(model: &Model) -> TokenStream {
    let fields = || (0_usize..).zip(&model.fields).filter(|(_, field)| !field.wrong);
    let opaque = fields().filter(|(_, field)| field.shape.kind.is_opaque() && field.embed.is_none());
    let opaque = opaque.map(|(at, field)| self::field(at, field));
    let references = fields().filter_map(|(at, field)| reference(model, at, field));
    let choices = fields().filter_map(|(_, field)| choices_fit(field));
    let defaults = fields().filter_map(|(at, field)| db_default(at, field));
    let searched = (!model.broken).then(|| full_text(model));
    let foreign_keys = super::foreign_key::asserts(model);
    opaque.chain(defaults).chain(choices).chain(references).chain(foreign_keys).chain(searched).collect()
}

/// Asserts that what a full-text index is over is text, where the name of its type does not tell.
fn full_text(model: &Model) -> TokenStream {
    let parts = model.indexes.iter().filter(|index| index.full_text.is_some()).flat_map(|index| &index.parts);
    let fields = parts.filter_map(|part| match part.of {
        IndexOf::Field(at, _) => Some((at, &model.fields[at])),
        IndexOf::Expr(_) => None,
    });
    let opaque = fields.filter(|(_, field)| field.shape.kind.is_opaque() && field.embed.is_none());
    let asserts = opaque.map(|(at, field)| {
        let columns = columns_ident(at);
        let message = format!("a full-text index is over text, and `{}` is none: remove it", field.name);
        quote_spanned! {generated_at(field.ty.span())=>
            const _: () = __orm::assert!(__orm::is_text(#columns), #message);
        }
    });
    asserts.collect()
}

/// Asserts that a default of the database fits where the type's name does not tell.
fn db_default(at: usize, field: &Field) -> Option<TokenStream> {
    let default = field.db_default.as_ref()?;
    if !matches!(field.shape.kind, Kind::Opaque | Kind::Reference(_)) {
        return None;
    }
    let columns = columns_ident(at);
    let default = super::metadata::db_default(default);
    let message = format!("this `db_default` is no value of `{}`: write another one", field.name);
    let span = generated_at(field.ty.span());
    Some(quote_spanned! {span=>
        const _: () = __orm::assert!(__orm::DbDefault::#default.fits(#columns), #message);
    })
}

/// A column that refers to a key has its type, and what it refers to is a key.
fn reference(model: &Model, at: usize, field: &Field) -> Option<TokenStream> {
    let reference = field.reference.as_ref().filter(|_| field.shape.target().is_none())?;
    let (ident, target, name) = (&model.ident, &reference.target, &field.name);
    let span = generated_at(field.ident.span());
    let written = quote!(#target).to_string().replace(' ', "");
    let place = super::embed::place(model, at);
    let own = quote_spanned!(span=> <#ident as __orm::Model>::TABLE.fields[#place].columns);
    Some(match &reference.to {
        None => {
            let message = format!("`{name}` has not the type of the key of `{written}`: write that type");
            quote_spanned! {span=>
                const _: () = __orm::assert!(
                    __orm::same_type(#own, <#target as __orm::KeyColumns>::KEY),
                    #message
                );
            }
        }
        Some(to) => {
            let message = format!("`{name}` has not the type of `{written}::{to}`: write that type");
            let unique = format!(
                "`{written}::{to}` is not unique, so nothing can refer to it: write `#[field(unique)]` there"
            );
            let digits = format!(
                "`{name}` has other digits than `{written}::{to}`: write its `precision` and `scale`"
            );
            let at = generated_at(to.span());
            let unique = quote_spanned! {at=>
                const _: () = __orm::assert!(__orm::is_unique::<#target>(<#target>::#to.field()), #unique);
            };
            quote_spanned! {span=>
                const _: () = __orm::assert!(
                    __orm::same_type(#own, <#target>::#to.field().columns),
                    #message
                );
                const _: () = __orm::assert!(
                    __orm::same_digits(#own, <#target>::#to.field().columns),
                    #digits
                );
                #unique
            }
        }
    })
}

/// Integers are in the range of the field's type, which the compiler knows best.
fn choices_fit(field: &Field) -> Option<TokenStream> {
    let integers = matches!(field.shape.kind, Kind::Integer) && !field.choices.is_empty();
    let ty = field.shape.inner.as_ref().unwrap_or(&field.ty);
    let values = field.choices.iter().map(|choice| &choice.written);
    integers.then(|| quote!(const _: &[#ty] = &[#(#values),*];))
}

fn field(at: usize, field: &Field) -> TokenStream {
    let (columns, name) = (columns_ident(at), &field.name);
    let span = generated_at(field.ty.span());
    let mut out = TokenStream::new();
    let mut assert = |condition: TokenStream, message: String| {
        out.extend(quote_spanned!(span=> const _: () = __orm::assert!(#condition, #message);));
    };
    let is = |what: &str| {
        let what = format_ident!("is_{what}");
        quote_spanned!(span=> __orm::#what(#columns))
    };
    let ty = &field.ty;
    assert(
        quote_spanned!(span=> !<#ty as __orm::FieldType>::REFERENCE),
        format!("`{name}` is a foreign key by another name: write `ForeignKey<..>` itself"),
    );
    let (text, integer, time) = (is("text"), is("integer"), is("time"));
    let decimal = quote_spanned!(span=> __orm::has_digits(#columns));
    if field.collation.is_some() {
        assert(text.clone(), format!("only text has a collation: remove `collation` of `{name}`"));
    }
    match field.max_length {
        Some(_) => assert(
            quote_spanned!(span=> __orm::has_length(#columns)),
            format!("only text and bytes have a length: remove `max_length` of `{name}`"),
        ),
        None if field.keyed => assert(
            quote_spanned!(span=> !#text),
            format!("`{name}` is text, and a key or in an index: write `#[field(max_length = 80)]`"),
        ),
        None => {}
    }
    if let Some(choice) = field.choices.first() {
        let (is, what) = match choice.literal {
            Literal::Text(_) => (text.clone(), "text"),
            _ => (integer.clone(), "an integer"),
        };
        assert(is, format!("the choices of `{name}` are {what}, the field is not: write others"));
    }
    for rule in &field.rules {
        let (fits, what) = match rule.kind {
            RuleKind::Text | RuleKind::Part(_) | RuleKind::Pattern(_) => (text.clone(), "text"),
            RuleKind::Length { .. } => (is("sized"), "text, bytes and arrays"),
            RuleKind::Range { .. } | RuleKind::Custom(_) => continue,
        };
        assert(fits, format!("`{}` is for {what}: remove it from `{name}`", rule.name));
    }
    match field.precision {
        Some(_) => assert(decimal, format!("only a decimal has digits: remove `precision` of `{name}`")),
        None => assert(
            quote_spanned!(span=> !#decimal),
            format!("`{name}` is a decimal: write `#[field(precision = 10, scale = 2)]`"),
        ),
    }
    match field.auto {
        Auto::Increment => {
            assert(integer.clone(), format!("only an integer is counted up: remove `auto` of `{name}`"))
        }
        Auto::Now | Auto::NowOnInsert => {
            assert(time, format!("`{name}` cannot hold the time: remove `auto_now` or `auto_now_add`"));
        }
        Auto::None if field.ask_for_auto => assert(
            quote_spanned!(span=> !#integer),
            format!("`{name}` is an integer: write `#[field(auto)]` or `#[field(auto = false)]`"),
        ),
        Auto::None => {}
    }
    out
}
