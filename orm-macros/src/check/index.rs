//! Rules of indexes and unique keys.

use syn::Ident;
use syn::ext::IdentExt;

use crate::attr::index::{Index, Part, PartOf};
use crate::attr::suggest::nearest;
use crate::ctxt::Ctxt;
use crate::input::Input;
use crate::ir::{Kind, expression_text};

/// Reports a name that is none of the fields.
pub(super) fn unknown_field(ctxt: &Ctxt, input: &Input, ident: &Ident) {
    let name = ident.unraw().to_string();
    let fields = input.fields.iter().map(|field| field.name.as_str());
    let hint = match nearest(&name, fields.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has `{}`", fields.collect::<Vec<_>>().join("`, `")),
    };
    ctxt.error(ident.span(), format_args!("`{}` has no field `{name}`: {hint}", input.ident));
}

/// Only an embedded struct has fields, and only those have columns.
fn embedded(ctxt: &Ctxt, input: &Input, at: usize, ident: &Ident, within: &[Ident]) {
    let name = &input.fields[at].name;
    match within.first() {
        Some(inner) => ctxt.error(
            inner.span(),
            format_args!("`{name}` is no embedded struct: write `{name}` alone, or `#[field(embed)]` on it"),
        ),
        None => ctxt.error(
            ident.span(),
            format_args!("`{name}` is an embedded struct: write the field in it, as in `{name}.city`"),
        ),
    }
}

/// Whether the part is a field of an embedded struct.
fn is_inner(part: &Part) -> bool {
    matches!(&part.of, PartOf::Field(_, within) if !within.is_empty())
}

/// What is left of an index to compare: what it is over, with directions.
pub(super) type Parts = Vec<(String, bool)>;

/// Looks at the parts of each index. Unknown fields and repeated ones are reported.
pub(super) fn resolve(ctxt: &Ctxt, input: &Input) -> Vec<Parts> {
    let mut indexes = Vec::new();
    for index in &input.attr.indexes {
        let mut parts: Parts = Vec::new();
        for part in &index.parts {
            if let PartOf::Field(ident, within) = &part.of {
                match input.position(ident) {
                    None => {
                        unknown_field(ctxt, input, ident);
                        continue;
                    }
                    Some(at) if input.fields[at].is_embed() == within.is_empty() => {
                        embedded(ctxt, input, at, ident, within);
                        continue;
                    }
                    Some(_) => {}
                }
            }
            let written = part.written();
            if parts.iter().any(|(known, _)| *known == written) {
                ctxt.error(part.span, format_args!("`{written}` is listed twice: remove one of them"));
            } else {
                parts.push((written, part.descending));
            }
        }
        if let ([(field, _)], true, [part], true) =
            (&parts[..], index.unique, &index.parts[..], index.is_plain())
        {
            let place = if is_inner(part) { " in its own struct" } else { "" };
            ctxt.error(
                index.span,
                format_args!("this key has one field: write `#[field(unique)]` on `{field}`{place}"),
            );
        }
        included(ctxt, input, index, &parts);
        indexes.push(parts);
    }
    indexes
}

/// What is kept in an index beside its parts.
fn included(ctxt: &Ctxt, input: &Input, index: &Index, parts: &Parts) {
    let mut seen: Vec<String> = Vec::new();
    for ident in index.include.value().into_iter().flatten() {
        let name = ident.unraw().to_string();
        if input.position(ident).is_none() {
            unknown_field(ctxt, input, ident);
        } else if seen.contains(&name) || parts.iter().any(|(known, _)| *known == name) {
            ctxt.error(ident.span(), format_args!("`{name}` is listed twice: remove one of them"));
        }
        seen.push(name);
    }
}

/// Only trees have an order and can be unique.
pub(super) fn methods(ctxt: &Ctxt, indexes: &[Index]) {
    for index in indexes {
        let Some(method) = index.method.get().filter(|method| method.value.name != "btree") else { continue };
        let name = method.value.name;
        if index.unique {
            ctxt.error(
                method.span,
                format_args!("an index of method `{name}` is never unique: remove `method`"),
            );
        }
        for part in index.parts.iter().filter(|part| part.descending) {
            ctxt.error(part.span, format_args!("an index of method `{name}` has no order: remove the `-`"));
        }
        if let ("hash", Some(more)) = (name, index.parts.get(1)) {
            ctxt.error(more.span, "a hash index is over one field: remove the others");
        }
    }
}

/// An index of words is over text, as far as the names of types tell.
pub(super) fn full_text(ctxt: &Ctxt, input: &Input) {
    for part in
        input.attr.indexes.iter().filter(|index| index.full_text.is_some()).flat_map(|index| &index.parts)
    {
        let Some(field) = part.field().and_then(|ident| Some(&input.fields[input.position(ident)?])) else {
            continue;
        };
        let refers = field.target().is_some();
        if !field.is_embed() && (refers || !matches!(field.shape.kind, Kind::Text | Kind::Opaque)) {
            ctxt.error(
                part.span,
                format_args!("a full-text index is over text, and `{}` is none: remove it", field.name),
            );
        }
        if field.attr.generated.is_given() {
            ctxt.error(
                part.span,
                format_args!("a full-text index cannot be over a generated field: remove `{}`", field.name),
            );
        }
    }
}

/// The same index twice is a mistake.
pub(super) fn no_duplicates(ctxt: &Ctxt, indexes: &[Index], parts: &[Parts]) {
    let same = |a: &Index, b: &Index| {
        a.unique == b.unique
            && a.condition.value().map(expression_text) == b.condition.value().map(expression_text)
            && a.method.value().map(|method| method.name) == b.method.value().map(|method| method.name)
            && a.op_class.value() == b.op_class.value()
            && a.include.is_given() == b.include.is_given()
            && a.full_text.is_some() == b.full_text.is_some()
    };
    let all = parts;
    for (at, (index, parts)) in indexes.iter().zip(all).enumerate() {
        let before = indexes.iter().zip(all).take(at);
        for (other, other_parts) in before {
            if !parts.is_empty() && other_parts == parts && same(other, index) {
                ctxt.error(index.span, "this index is there already: remove one of them");
                break;
            }
            if index.name.is_some() && index.name == other.name {
                ctxt.error(index.span, "another index has this name: write another one");
                break;
            }
        }
    }
}

/// What is unique has an index; what is the key is unique.
pub(super) fn not_redundant(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for index in input.attr.indexes.iter().filter(|index| !index.unique && index.is_plain()) {
        if let ([part], [key]) = (&index.parts[..], key)
            && part.field().is_some_and(|field| input.position(field) == Some(*key))
        {
            ctxt.error(index.span, "the primary key is unique and has an index: remove this one");
        }
    }
    for (at, field) in input.fields.iter().enumerate() {
        let (unique, index) = (field.attr.unique.span(), field.attr.index.span());
        if key == [at] {
            for (span, word) in [(unique, "unique"), (index, "index")] {
                if let Some(span) = span {
                    ctxt.error(
                        span,
                        format_args!("the primary key is unique and has an index: remove `{word}`"),
                    );
                }
            }
        } else if let (Some(_), Some(span)) = (unique.or(field.attr.one_to_one.span()), index) {
            ctxt.error(span, "what is unique has an index: remove `index`");
        }
    }
}
