//! Rules of foreign keys over fields.

use quote::ToTokens;
use syn::Ident;
use syn::ext::IdentExt;

use super::index::unknown_field;
use super::key::MAX;
use crate::attr::foreign_key::ForeignKey;
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::Action;

pub(super) fn all(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, foreign) in input.attr.foreign_keys.iter().enumerate() {
        let fields = fields(ctxt, input, foreign);
        references(ctxt, foreign);
        actions(ctxt, key, foreign, &fields);
        let earlier = input.attr.foreign_keys.iter().take(at);
        if earlier.into_iter().any(|other| is_same(other, foreign)) {
            ctxt.error(foreign.name.span(), "this foreign key is there already: remove one of them");
        }
        if let (Some(related), true) = (&foreign.related_name, of_another_crate(foreign)) {
            let target = written(foreign);
            ctxt.error(
                related.span(),
                format_args!(
                    "`{target}` is of another crate, which gets no accessor from here: remove `related_name`"
                ),
            );
        }
    }
}

fn written(foreign: &ForeignKey) -> String {
    foreign.target.to_token_stream().to_string().replace(' ', "")
}

fn of_another_crate(foreign: &ForeignKey) -> bool {
    written(foreign).starts_with("::")
}

fn is_same(one: &ForeignKey, other: &ForeignKey) -> bool {
    one.fields == other.fields && written(one) == written(other) && one.references == other.references
}

/// The fields that hold the key: each there, once, and with a column that is written.
fn fields<'i>(ctxt: &Ctxt, input: &'i Input, foreign: &ForeignKey) -> Vec<(usize, &'i InputField)> {
    at_most(ctxt, &foreign.fields);
    let mut found: Vec<(usize, &InputField)> = Vec::new();
    for ident in &foreign.fields {
        let Some(at) = input.position(ident) else {
            unknown_field(ctxt, input, ident);
            continue;
        };
        let field = &input.fields[at];
        if found.iter().any(|(known, _)| *known == at) {
            ctxt.error(ident.span(), format_args!("`{ident}` is listed twice: remove one of them"));
        } else if field.is_embed() {
            ctxt.error(
                ident.span(),
                format_args!(
                    "`{ident}` is an embedded struct, which holds no key: write a field of the model itself"
                ),
            );
        } else if field.attr.generated.is_given() {
            ctxt.error(
                ident.span(),
                format_args!(
                    "a foreign key is not computed from other columns: remove `generated` of `{ident}`"
                ),
            );
        } else {
            found.push((at, field));
        }
    }
    if let ([only], Some((_, field))) = (&foreign.fields[..], found.first())
        && field.target().is_none()
    {
        let (target, name) = (written(foreign), &foreign.name);
        ctxt.error(
            only.span(),
            format_args!(
                "one field refers by itself: write `#[field(references = {target}, relation = {name})]` on it"
            ),
        );
    }
    found
}

/// As many fields of the target, each once.
fn references(ctxt: &Ctxt, foreign: &ForeignKey) {
    let Some(references) = &foreign.references else { return };
    for (at, ident) in references.iter().enumerate() {
        if references.iter().take(at).any(|earlier| earlier == ident) {
            ctxt.error(ident.span(), format_args!("`{ident}` is listed twice: remove one of them"));
        }
    }
    if let (true, Some(first)) = (references.len() != foreign.fields.len(), references.first()) {
        let (own, theirs) = (foreign.fields.len(), references.len());
        ctxt.error(
            first.span(),
            format_args!(
                "`fields` names {own}, and `references` {theirs}: write one for each, in the same order"
            ),
        );
    }
}

fn at_most(ctxt: &Ctxt, list: &[Ident]) {
    if let Some(surplus) = list.get(MAX) {
        ctxt.error(
            surplus.span(),
            format_args!("a key has at most {MAX} fields: remove `{surplus}` from the list"),
        );
    }
}

/// What the database sets, it sets in every field.
fn actions(ctxt: &Ctxt, key: &[usize], foreign: &ForeignKey, fields: &[(usize, &InputField)]) {
    for slot in [&foreign.on_delete, &foreign.on_update] {
        let Some(given) = slot.get() else { continue };
        match given.value {
            Action::SetNull => {
                let Some((at, field)) = fields.iter().find(|(_, field)| !field.shape.nullable()) else {
                    continue;
                };
                let (name, ty) = (&field.name, &field.shape.written);
                if key.contains(at) {
                    ctxt.error(
                        given.span,
                        format_args!(
                            "`set_null` sets every field, and `{name}` of the primary key is never NULL: write `cascade` or `restrict`"
                        ),
                    );
                } else {
                    ctxt.error(
                        given.span,
                        format_args!(
                            "`set_null` sets every field: write `{name}: Option<{ty}>`, or `cascade` or `restrict` here"
                        ),
                    );
                }
            }
            Action::SetDefault => {
                if let Some((_, field)) = fields.iter().find(|(_, field)| !field.attr.db_default.is_given()) {
                    ctxt.error(
                        given.span,
                        format_args!(
                            "`set_default` needs a default of the database: write `db_default = ..` on `{}`",
                            field.name
                        ),
                    );
                }
            }
            Action::NoAction | Action::Restrict | Action::Cascade => {}
        }
    }
}

/// The fields that hold a key, by position.
pub(super) fn positions(input: &Input) -> impl Iterator<Item = usize> + '_ {
    let fields = input.attr.foreign_keys.iter().flat_map(|foreign| &foreign.fields);
    fields.filter_map(|ident| input.position(&ident.unraw()))
}
