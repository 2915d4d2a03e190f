//! Rules of embedded structs.

use proc_macro2::Span;
use syn::{Ident, Type};

use crate::ctxt::Ctxt;
use crate::input::{Input, InputField, Purpose};

/// Rules of every struct, for the structs that are embedded in it.
pub(super) fn all(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for part in input.attr.ordering.value().into_iter().flatten() {
        if input.position(&part.field).is_some_and(|at| input.fields[at].is_embed()) {
            ctxt.error(
                part.field.span(),
                "an embedded struct has no order of its own: write a field of the model",
            );
        }
    }
    for (at, field) in input.fields.iter().enumerate() {
        if !field.is_embed() {
            not_embedded(ctxt, field);
            continue;
        }
        let name = &field.name;
        if !field.shape.kind.is_opaque() {
            ctxt.error(
                field.attr.embed.span().unwrap_or_else(Span::call_site),
                format_args!("`{}` is a column by itself: remove `embed`", field.shape.written),
            );
        }
        if let Some(span) = field.attr.column.span() {
            ctxt.error(span, format_args!("`{name}` has many columns: write `prefix = \"{name}_\"`"));
        }
        for (span, word) in inner_settings(field) {
            if let Some(span) = span {
                ctxt.error(
                    span,
                    format_args!("`{name}` is an embedded struct: write `{word}` on a field in it"),
                );
            }
        }
        if let (true, Some(span)) = (field.shape.nullable(), field.attr.by_default.span()) {
            ctxt.error(span, format_args!("`{name}` is absent by default: remove `default`"));
        }
        if key.contains(&at) {
            ctxt.error(
                field.ident.span(),
                format_args!(
                    "a primary key is made of columns, and `{name}` is a struct: write a field for it"
                ),
            );
        }
    }
}

/// What belongs on embedded structs alone.
fn not_embedded(ctxt: &Ctxt, field: &InputField) {
    if let Some(span) = field.attr.prefix.span() {
        ctxt.error(span, "`prefix` is for embedded structs: write `embed`, or `column = \"..\"`");
    }
    if let Some(span) = field.attr.by_default.span() {
        ctxt.error(span, "`default` needs an expression: write `default = 0`");
    }
}

/// Settings that say something of one column.
fn inner_settings(field: &InputField) -> [(Option<Span>, &'static str); 27] {
    let attr = &field.attr;
    [
        (attr.primary_key.span(), "primary_key"),
        (attr.auto.span(), "auto"),
        (attr.insertable.span(), "insertable"),
        (attr.max_length.span(), "max_length"),
        (attr.precision.span(), "precision"),
        (attr.scale.span(), "scale"),
        (attr.unique.span(), "unique"),
        (attr.index.span(), "index"),
        (attr.auto_now.span(), "auto_now"),
        (attr.auto_now_add.span(), "auto_now_add"),
        (attr.on_delete.span(), "on_delete"),
        (attr.on_update.span(), "on_update"),
        (attr.related_name.span(), "related_name"),
        (attr.one_to_one.span(), "one_to_one"),
        (attr.db_default.span(), "db_default"),
        (attr.references.span(), "references"),
        (attr.relation.span(), "relation"),
        (attr.comment.span(), "comment"),
        (attr.db_type.span(), "db_type"),
        (attr.collation.span(), "collation"),
        (attr.sensitive.span(), "sensitive"),
        (attr.read_only.span(), "read_only"),
        (attr.write_once.span(), "write_once"),
        (attr.check.span(), "check"),
        (attr.choices.span(), "choices"),
        (attr.generated.span(), "generated"),
        (attr.validate.span(), "validate"),
    ]
}

/// An embedded struct has columns, and is no table.
pub(super) fn whole(ctxt: &Ctxt, input: &Input) {
    debug_assert!(input.purpose == Purpose::Embed);
    let name = &input.ident;
    if input.fields.is_empty() {
        ctxt.error(
            name.span(),
            format_args!("`{name}` has no columns: write `struct {name} {{ city: String, .. }}`"),
        );
    }
    // An expression is about columns of a table, and those of this struct are of several.
    for field in &input.fields {
        for (span, word) in [(field.attr.check.span(), "check"), (field.attr.generated.span(), "generated")] {
            if let Some(span) = span {
                ctxt.error(span, format_args!("`{word}` is about rows of a model: write it on a model"));
            }
        }
    }
    let has_new = input.fields.iter().any(|field| {
        let attr = &field.attr;
        field.is_embed()
            || attr.default.is_given()
            || attr.auto_now.is_given()
            || attr.auto_now_add.is_given()
    });
    if let (false, Some(span)) = (has_new, input.attr.new.span()) {
        ctxt.error(
            span,
            format_args!(
                "`{name}` itself is what an insert needs, there is no `New{name}`: remove `new`, or write a `#[derive(..)]`"
            ),
        );
    }
    for field in &input.fields {
        for (span, word) in [(field.attr.primary_key.span(), "primary_key"), (field.attr.auto.span(), "auto")]
        {
            if let Some(span) = span {
                ctxt.error(
                    span,
                    format_args!(
                        "an embedded struct has no key of its own: remove `{word}`, or write it in the model"
                    ),
                );
            }
        }
        if let Some(span) = field.attr.references.span().or(field.attr.relation.span()) {
            ctxt.error(span, "in an embedded struct a `ForeignKey` refers to a model: write it as the type");
        }
        if let Some(span) = field.attr.write_once.span() {
            ctxt.error(
                span,
                "an update may set an embedded struct as a whole: write `write_once` on a field of the model",
            );
        }
        if let Some(span) = field.attr.related_name.span() {
            ctxt.error(
                span,
                "an embedded struct is no table, so nothing leads back to it: remove `related_name`",
            );
        }
        if field.shape.target().is_some_and(|target| is_path_to(target, name)) {
            ctxt.error(
                field.ident.span(),
                format_args!("`{name}` is no model, so nothing refers to it: write the model"),
            );
        }
        if field.is_embed() && is_path_to(field.shape.inner.as_ref().unwrap_or(&field.ty), name) {
            ctxt.error(field.ident.span(), format_args!("`{name}` cannot be embedded in itself: remove it"));
        }
    }
}

/// Whether the type is the struct itself, as far as its name tells.
pub(crate) fn is_path_to(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}
