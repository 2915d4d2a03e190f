//! Rules of the primary key.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Ident;
use syn::ext::IdentExt;

use super::index::unknown_field;
use crate::ctxt::Ctxt;
use crate::input::Input;
use crate::ir::Kind;

/// How many fields a key may have: as many as `Key` is implemented for.
pub(crate) const MAX: usize = 8;

/// Finds the fields of the primary key. There must be one, given in one way.
pub(super) fn find(ctxt: &Ctxt, input: &Input) -> Vec<usize> {
    let marked: Vec<usize> =
        (0..input.fields.len()).filter(|at| input.fields[*at].attr.primary_key.is_given()).collect();
    let inherits = input.attr.inherits_key.span();
    let Some(listed) = input.attr.primary_key.get().filter(|_| inherits.is_none()) else {
        return match inherits {
            Some(span) => {
                for field in marked.iter().map(|at| &input.fields[*at]) {
                    let span = field.attr.primary_key.span().unwrap_or_else(|| field.ident.span());
                    ctxt.error(span, "the primary key is that of the `Meta`: remove `primary_key` here");
                }
                inherited(ctxt, input, span)
            }
            None => marked_only(ctxt, input, marked),
        };
    };
    for field in marked.iter().map(|at| &input.fields[*at]) {
        let span = field.attr.primary_key.span().unwrap_or_else(|| field.ident.span());
        ctxt.error(span, "the primary key is listed on the struct: remove `primary_key` here");
    }
    let mut key = Vec::new();
    for ident in &listed.value {
        match input.position(ident) {
            None => unknown_field(ctxt, input, ident),
            Some(at) if key.contains(&at) => {
                ctxt.error(ident.span(), format_args!("`{ident}` is listed twice: remove one of them"));
            }
            Some(at) => key.push(at),
        }
    }
    if let [one] = &listed.value[..] {
        ctxt.error(
            one.span(),
            format_args!("this list is for several fields: write `#[field(primary_key)]` on `{one}`"),
        );
    }
    if let Some(surplus) = listed.value.get(MAX) {
        too_long(ctxt, surplus);
    }
    key
}

pub(super) fn too_long(ctxt: &Ctxt, surplus: &Ident) {
    ctxt.error(
        surplus.span(),
        format_args!("a primary key has at most {MAX} fields: remove `{surplus}` from the list"),
    );
}

/// Finds the fields of the key of its `Meta`. All is said where the model asks for it, or in the model: the `Meta` may be in
/// another crate.
fn inherited(ctxt: &Ctxt, input: &Input, span: Span) -> Vec<usize> {
    if let Some(listed) = input.attr.primary_key.get() {
        ctxt.error(
            listed.span,
            "the primary key is that of the `Meta`: remove this list, or `primary_key = inherited`",
        );
    }
    let Some(key) = &input.inherited_key else {
        let advice = "there is no `Meta` to inherit it from: write `meta = ..` too, or `primary_key(a, b)`";
        ctxt.error(span, advice);
        return Vec::new();
    };
    let list = key.iter().map(|field| field.unraw().to_string()).collect::<Vec<_>>().join(", ");
    let find = |ident: &Ident| {
        let found = input.position(ident);
        if found.is_none() {
            let (name, field) = (&input.ident, ident.unraw());
            ctxt.error(
                span,
                format_args!("the primary key of its `Meta` is `({list})`, and `{name}` has no field `{field}`: write one, or a key of its own"),
            );
        }
        found
    };
    key.iter().filter_map(find).collect()
}

fn marked_only(ctxt: &Ctxt, input: &Input, marked: Vec<usize>) -> Vec<usize> {
    let names: Vec<_> = marked.iter().map(|at| input.fields[*at].name.as_str()).collect();
    match &marked[..] {
        [] => {
            let name = &input.ident;
            let hint = match input.fields.iter().find(|field| field.name == "id") {
                Some(_) => "write `#[field(primary_key)]` on `id`",
                None => "write `#[field(primary_key)]` on a field, or `#[model(primary_key(a, b))]`",
            };
            ctxt.error(name.span(), format_args!("`{name}` has no primary key: {hint}"));
        }
        [_] => {}
        [_, more @ ..] => {
            for field in more.iter().map(|at| &input.fields[*at]) {
                let span = field.attr.primary_key.span().unwrap_or_else(|| field.ident.span());
                let list = names.join(", ");
                ctxt.error(
                    span,
                    format_args!(
                        "a second `primary_key`: write `#[model(primary_key({list}))]` for a key of several fields"
                    ),
                );
            }
        }
    }
    marked
}

/// A key has a value.
pub(super) fn not_nullable(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for field in key.iter().map(|at| &input.fields[*at]) {
        if let Some(inner) = &field.shape.inner {
            let inner = inner.to_token_stream();
            ctxt.error(
                field.ident.span(),
                format_args!("a primary key is never NULL: write `{}: {inner}`", field.name),
            );
        }
    }
}

/// A key that refers to its own table has no type.
pub(super) fn not_itself(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for field in key.iter().map(|at| &input.fields[*at]) {
        if field.is_reference_to(&input.ident) {
            ctxt.error(
                field.ident.span(),
                format_args!(
                    "the key of `{0}` cannot be the key of another `{0}`: write a field of its own for the key",
                    input.ident
                ),
            );
        }
    }
}

/// Only a database that counts fills a key: one integer.
pub(super) fn auto_is_a_single_integer(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        let Some(auto) = field.attr.auto.get() else { continue };
        if !key.contains(&at) {
            ctxt.error(auto.span, "only a primary key is counted up: remove `auto`");
        } else if key.len() > 1 {
            ctxt.error(auto.span, "a key of several fields is not counted up: remove `auto`");
        } else if !matches!(field.shape.kind, Kind::Integer | Kind::Opaque) {
            ctxt.error(
                auto.span,
                format_args!(
                    "only integers are counted up, this key is `{}`: remove `auto`",
                    field.shape.written
                ),
            );
        }
    }
}

/// `insertable` is for what is not in `NewX` by itself.
pub(super) fn insertable_is_filled_by_others(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        let Some(span) = field.attr.insertable.span() else { continue };
        if field.attr.generated.is_given() {
            continue;
        }
        if !filled_by_others(input, key, at) {
            ctxt.error(
                span,
                format_args!("`{}` is in `New{}` anyway: remove `insertable`", field.name, input.ident),
            );
        }
    }
}

/// Whether the database or the executor gives the field its value.
pub(super) fn filled_by_others(input: &Input, key: &[usize], at: usize) -> bool {
    let field = &input.fields[at];
    field.attr.auto_now.is_given() || field.attr.auto_now_add.is_given() || counted(input, key, at)
}

/// Whether the field is a key that the database counts up.
pub(crate) fn counted(input: &Input, key: &[usize], at: usize) -> bool {
    let field = &input.fields[at];
    // A key that refers to another is that one.
    let by_default = matches!(field.shape.kind, Kind::Integer) && !field.attr.references.is_given();
    key == [at] && field.attr.auto.value().copied().unwrap_or(by_default)
}
