//! Rules of indexes and unique keys.

use syn::Ident;
use syn::ext::IdentExt;

use crate::attr::suggest::nearest;
use crate::ctxt::Ctxt;
use crate::input::Input;

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

/// Finds the fields of each index: position and direction. Unknown ones and repeated ones are reported.
pub(super) fn resolve(ctxt: &Ctxt, input: &Input) -> Vec<Vec<(usize, bool)>> {
    let mut indexes = Vec::new();
    for index in &input.attr.indexes {
        let mut parts: Vec<(usize, bool)> = Vec::new();
        for part in &index.parts {
            let ident = &part.field;
            match input.position(ident) {
                None => unknown_field(ctxt, input, ident),
                Some(at) if parts.iter().any(|(known, _)| *known == at) => {
                    ctxt.error(ident.span(), format_args!("`{ident}` is listed twice: remove one of them"));
                }
                Some(at) => parts.push((at, part.descending)),
            }
        }
        if let ([one], true, [_]) = (&parts[..], index.unique, &index.parts[..]) {
            let field = &input.fields[one.0];
            ctxt.error(
                index.span,
                format_args!("this key has one field: write `#[field(unique)]` on `{}`", field.name),
            );
        }
        indexes.push(parts);
    }
    indexes
}

/// The same index twice is a mistake.
pub(super) fn no_duplicates(ctxt: &Ctxt, input: &Input, indexes: &[Vec<(usize, bool)>]) {
    for (at, (index, parts)) in input.attr.indexes.iter().zip(indexes).enumerate() {
        let before = input.attr.indexes.iter().zip(indexes).take(at);
        for (other, other_parts) in before {
            if !parts.is_empty() && other_parts == parts && other.unique == index.unique {
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
