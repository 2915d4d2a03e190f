//! Rules of who writes a field, and of the order of a model.

use super::index::unknown_field;
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};

/// What is never written has nothing to write, and what is written once does not follow the clock.
pub(super) fn writable(ctxt: &Ctxt, field: &InputField) {
    let attr = &field.attr;
    if let Some(span) = attr.read_only.span() {
        let contradictions = [
            (attr.write_once.span(), "write_once"),
            (attr.insertable.span(), "insertable"),
            (attr.default.span(), "default"),
            (attr.auto_now.span(), "auto_now"),
            (attr.auto_now_add.span(), "auto_now_add"),
        ];
        for (_, word) in contradictions.into_iter().filter(|(given, _)| given.is_some()) {
            ctxt.error(span, format_args!("`{word}` writes the field: remove it, or remove `read_only`"));
        }
    } else if let (Some(span), Some(_)) = (attr.write_once.span(), attr.auto_now.span()) {
        ctxt.error(
            span,
            "`auto_now` writes the field with each update: write `auto_now_add`, or remove `write_once`",
        );
    }
}

/// The order of a model is by fields of its own, each once.
pub(super) fn ordering(ctxt: &Ctxt, input: &Input) {
    let mut seen = Vec::new();
    for part in input.attr.ordering.value().into_iter().flatten() {
        let ident = &part.field;
        match input.position(ident) {
            None => unknown_field(ctxt, input, ident),
            Some(at) if seen.contains(&at) => {
                ctxt.error(ident.span(), format_args!("`{ident}` is listed twice: remove one of them"));
            }
            Some(at) => seen.push(at),
        }
    }
}
