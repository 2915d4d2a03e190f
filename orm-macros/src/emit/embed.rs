//! Embedded structs in a model or in each other: their fields, spliced in.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::metadata;
use crate::ir::{Field, IndexOf, IndexPart, Model, generated_at};

/// That what is embedded can be, as a clause of everything that makes use of it: where it cannot be, the one error is
/// that of the constant at its type. `run_time` is the path to the run time's names.
///
/// A clause without a lifetime would be looked into at once, and be an error of its own.
pub(super) fn bounds(model: &Model, run_time: &TokenStream) -> TokenStream {
    let mut bases: Vec<String> = Vec::new();
    let clauses: Vec<_> = model
        .fields
        .iter()
        .filter(|field| field.embed.is_some())
        .map(Field::base)
        .filter(|base| {
            let text = quote!(#base).to_string();
            let first = !bases.contains(&text);
            bases.push(text);
            first
        })
        .map(|base| quote!(for<'__embed> #base: #run_time::Embed))
        .collect();
    if clauses.is_empty() { TokenStream::new() } else { quote!(where #(#clauses),*) }
}

/// The place of a field among all fields, those of embedded structs included.
pub(super) fn place(model: &Model, at: usize) -> TokenStream {
    let before = &model.fields[..at];
    let own = before.iter().filter(|field| field.embed.is_none()).count();
    let embeds = (0..).zip(before).filter(|(_, field)| field.embed.is_some()).map(|(at, _)| constant(at));
    quote!(#own #(+ #embeds.len())*)
}

/// The fields of an embedded struct, among all fields.
pub(super) fn part(model: &Model, at: usize) -> TokenStream {
    let (place, embed) = (place(model, at), constant(at));
    quote!(__orm::part(&__FIELDS, #place, #embed.len()))
}

fn constant(at: usize) -> Ident {
    format_ident!("__EMBED_{at}")
}

/// The fields of an embedded struct, under names of this model, as a constant.
pub(super) fn fields(model: &Model, at: usize, field: &Field) -> TokenStream {
    let (constant, base, name, optional) = (constant(at), field.base(), &field.name, field.shape.nullable());
    let (prefix, kept) =
        field.embed.as_ref().map_or(("", false), |prefix| (prefix.text.as_str(), prefix.given));
    let (case, given) = (metadata::case(model), kept && !prefix.is_empty());
    let of = quote!(<#base as __orm::Embed>::FIELDS);
    let span = generated_at(field.ty.span());
    let mut asserts = TokenStream::new();
    let mut assert = |condition: TokenStream, message: String| {
        if !model.broken {
            asserts.extend(quote_spanned!(span=> const _: () = __orm::assert!(#condition, #message);));
        }
    };
    assert(
        quote!(__orm::are_short(#constant)),
        format!("a column of `{name}` has a name of more than 63 bytes: write a shorter `prefix = \"..\"`"),
    );
    if optional {
        assert(
            quote!(__orm::have_required(#of)),
            format!(
                "`{name}` with nothing in it would be `None`: remove the `Option`, or give the struct a field without one"
            ),
        );
        assert(
            quote!(!__orm::follow_the_clock(#of)),
            format!("a field of `{name}` follows the clock, so it is never `None`: remove the `Option`"),
        );
    }
    // At the type, so that one that cannot be embedded is reported there.
    let of = quote_spanned!(span=> const __OF: &[__orm::Field] = #of;);
    quote! {
        const #constant: &[__orm::Field] = {
            #of
            const __NAMES: &[__orm::u8] =
                &__orm::embed_names::<{ __orm::embed_names_len(#name, #prefix, #kept, #case, __OF) }>(
                    #name, #prefix, #kept, #case, __OF,
                );
            const __COLUMNS: &[__orm::ColumnDef] =
                &__orm::embed_columns::<{ __orm::embed_width(__OF) }>(__NAMES, __OF, #optional, #given);
            &__orm::embed_fields::<{ __OF.len() }>(__NAMES, __COLUMNS, #name, __OF, #optional)
        };
        #asserts
    }
}

/// All fields, own and embedded, and that their columns have names of their own.
pub(super) fn all_fields(model: &Model) -> TokenStream {
    let mut parts: Vec<TokenStream> = Vec::new();
    let mut own: Vec<TokenStream> = Vec::new();
    let mut asserts = TokenStream::new();
    let mut behind = false;
    for (at, field) in (0..).zip(&model.fields) {
        let (place, name) = (place(model, at), &field.name);
        let mut distinct = |span, len: TokenStream, message: String| {
            if !model.broken {
                asserts.extend(quote_spanned! {generated_at(span)=>
                    const _: () = __orm::assert!(__orm::are_distinct(&__ALL, #place, #len), #message);
                });
            }
        };
        if field.embed.is_none() {
            if behind {
                let message = format!(
                    "an embedded struct has the column `{}` already: write another `column = \"..\"`",
                    field.column.name
                );
                distinct(field.ident.span(), quote!(1), message);
            }
            own.push(metadata::field(model, at, field));
            continue;
        }
        behind = true;
        let constant = constant(at);
        distinct(
            field.ident.span(),
            quote!(#constant.len()),
            format!("another field has a column of `{name}` already: write another `prefix = \"..\"`"),
        );
        if !own.is_empty() {
            parts.push(quote!(&[#(#own),*]));
            own.clear();
        }
        parts.push(quote!(#constant));
    }
    if !own.is_empty() {
        parts.push(quote!(&[#(#own),*]));
    }
    let count = place(model, model.fields.len());
    quote! {
        const __ALL: [__orm::Field; #count] = __orm::join_fields(&[#(#parts),*]);
        static __FIELDS: [__orm::Field; #count] = __ALL;
        #asserts
    }
}

/// The places of those parts of indexes that are fields of embedded structs, as constants.
pub(super) fn index_positions(model: &Model) -> TokenStream {
    let mut out = TokenStream::new();
    for (number, index) in model.indexes.iter().enumerate() {
        for (at, part) in index.parts.iter().enumerate() {
            let Some((field, within, last)) = inner(model, part) else { continue };
            let constant = index_constant(number, at);
            let names = std::iter::once(&model.fields[field].ident).chain(within);
            let name = names.map(|name| name.unraw().to_string()).collect::<Vec<_>>().join(".");
            let missing = format!("`{}` has no field `{name}`", model.ident.unraw());
            let unlimited = format!(
                "`{name}` has an index, and text there needs a limit: write `#[field(max_length = 80)]` on `{last}`"
            );
            let fits = match index.full_text {
                None => quote_spanned! {generated_at(last.span())=>
                    __orm::assert!(!__orm::is_unlimited_text(&__ALL[__AT]), #unlimited);
                },
                Some(_) => {
                    let wrong = format!("a full-text index is over text, and `{name}` is none: remove it");
                    quote_spanned! {generated_at(last.span())=>
                        __orm::assert!(__orm::is_text(__ALL[__AT].columns), #wrong);
                    }
                }
            };
            out.extend(quote_spanned! {generated_at(last.span())=>
                const #constant: __orm::usize = {
                    const __AT: __orm::usize = __orm::position_of(&__ALL, #name);
                    __orm::assert!(__AT < __ALL.len(), #missing);
                    #fits
                    __AT
                };
            });
        }
    }
    out
}

/// The place of a field of an index among all fields: of the part `at` of the index `number`.
pub(super) fn index_place(
    model: &Model,
    number: usize,
    at: usize,
    part: &IndexPart,
    field: usize,
) -> TokenStream {
    if inner(model, part).is_none() {
        return place(model, field);
    }
    let constant = index_constant(number, at);
    quote!(#constant)
}

/// A part that is over a field of an embedded struct: the struct's field, the way on, and its last name.
fn inner<'p>(model: &Model, part: &'p IndexPart) -> Option<(usize, &'p [Ident], &'p Ident)> {
    let IndexOf::Field(field, within) = &part.of else { return None };
    let last = within.last().filter(|_| model.fields[*field].embed.is_some() && !model.broken)?;
    Some((*field, within, last))
}

fn index_constant(number: usize, at: usize) -> Ident {
    format_ident!("__INDEX_{number}_{at}")
}
