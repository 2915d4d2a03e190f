//! Rules of foreign keys.

use quote::ToTokens;

use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{Action, Kind};

/// Only a foreign key refers to anything.
pub(super) fn only_foreign_keys_refer(ctxt: &Ctxt, field: &InputField) {
    let attr = &field.attr;
    if let (Kind::Reference(_), Some(span)) = (&field.shape.kind, attr.references.span()) {
        ctxt.error(span, "a `ForeignKey` says what it refers to: remove `references`");
    }
    if let (Some(span), false) = (attr.relation.span(), attr.references.is_given()) {
        let hint = match &field.shape.kind {
            Kind::Reference(_) => "the field is the relation already: remove `relation`".to_owned(),
            _ => "`relation` needs `references`: write `references = Model, relation = name`".to_owned(),
        };
        ctxt.error(span, hint);
    }
    columns(ctxt, field);
    if field.target().is_some() {
        return;
    }
    let settings = [
        (attr.on_delete.span(), "on_delete"),
        (attr.on_update.span(), "on_update"),
        (attr.related_name.span(), "related_name"),
        (attr.one_to_one.span(), "one_to_one"),
    ];
    for (span, word) in settings {
        if let Some(span) = span {
            ctxt.error(
                span,
                format_args!(
                    "`{word}` is for foreign keys, this field is `{}`: write `{}: ForeignKey<Model>`, or `references = Model`",
                    field.shape.written, field.name
                ),
            );
        }
    }
}

/// Several columns are those of a foreign key to a key of several, and each is named once.
fn columns(ctxt: &Ctxt, field: &InputField) {
    let Some(given) = field.attr.columns.get() else { return };
    if !matches!(field.shape.kind, Kind::Reference(_)) {
        ctxt.error(
            given.span,
            format_args!(
                "`columns` is for a `ForeignKey` to a key of several columns, this field is `{}`: write `column = \"..\"`",
                field.shape.written
            ),
        );
    } else if let Some(span) = field.attr.column.span() {
        ctxt.error(span, "`columns` names all of them: remove `column`");
    }
    for (at, (key, _)) in given.value.iter().enumerate() {
        if given.value.iter().take(at).any(|(earlier, _)| earlier == key) {
            ctxt.error(key.span(), format_args!("`{key}` is named twice: remove one of them"));
        }
    }
}

/// The reverse accessor is a constant of the target, which only its own crate can add.
pub(super) fn target_in_this_crate(ctxt: &Ctxt, field: &InputField) {
    let (Some(target), Some(span)) = (field.target(), field.attr.related_name.span()) else { return };
    let target = target.to_token_stream().to_string().replace(' ', "");
    if target.starts_with("::") {
        ctxt.error(
            span,
            format_args!(
                "`{target}` is of another crate, which gets no accessor from here: remove `related_name`"
            ),
        );
    }
}

/// Only what may be NULL is set to NULL.
pub(super) fn set_null_needs_an_option(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        if field.target().is_none() || field.shape.nullable() {
            continue;
        }
        for slot in [&field.attr.on_delete, &field.attr.on_update] {
            let Some(given) = slot.get() else { continue };
            if given.value != Action::SetNull {
                continue;
            }
            if key.contains(&at) {
                ctxt.error(given.span, "a primary key is never NULL: write `cascade` or `restrict`");
            } else {
                let (name, ty) = (&field.name, &field.shape.written);
                ctxt.error(
                    given.span,
                    format_args!("`set_null` needs a field that may be NULL: write `{name}: Option<{ty}>`"),
                );
            }
        }
    }
}

/// Only the database sets anything to its default, and only to one that it knows.
pub(super) fn set_default_needs_a_default(ctxt: &Ctxt, input: &Input) {
    for field in &input.fields {
        if field.target().is_none() || field.attr.db_default.is_given() {
            continue;
        }
        for slot in [&field.attr.on_delete, &field.attr.on_update] {
            let Some(given) = slot.get().filter(|given| given.value == Action::SetDefault) else { continue };
            let advice = match field.attr.default.is_given() {
                true => "write `db_default` for `default`",
                false => "write `db_default = ..` too",
            };
            ctxt.error(given.span, format_args!("`set_default` needs a default of the database: {advice}"));
        }
    }
}

/// One-to-one means unique, and a foreign key that is the key is one-to-one.
pub(super) fn one_to_one_once(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        if field.target().is_none() {
            continue;
        }
        let Some(span) = field.attr.one_to_one.span() else { continue };
        if key == [at] {
            ctxt.error(span, "a foreign key that is the primary key is one-to-one: remove `one_to_one`");
        } else if field.attr.unique.is_given() {
            ctxt.error(span, "a unique foreign key is one-to-one: remove `unique` or `one_to_one`");
        }
    }
}
