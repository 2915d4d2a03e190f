//! Rules of single fields.

use super::key::filled_by_others;
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{Kind, Literal, literal};

/// The digits that a `Decimal` holds whatever they are.
const DIGITS: u8 = 28;

/// A decimal has a precision and a scale, and nothing else has.
pub(super) fn precision(ctxt: &Ctxt, field: &InputField) {
    let (precision, scale) = (field.attr.precision.get(), field.attr.scale.get());
    match &field.shape.kind {
        Kind::Decimal | Kind::Opaque => {}
        _ => {
            for span in [field.attr.precision.span(), field.attr.scale.span()].into_iter().flatten() {
                ctxt.error(
                    span,
                    format_args!(
                        "only a `Decimal` has digits to count, not `{}`: remove it",
                        field.shape.written
                    ),
                );
            }
            return;
        }
    }
    match (precision, scale) {
        (None, None) if matches!(field.shape.kind, Kind::Decimal) => ctxt.error(
            field.ident.span(),
            "a `Decimal` needs its digits: write `#[field(precision = 10, scale = 2)]`",
        ),
        (Some(given), None) => {
            ctxt.error(given.span, "`precision` needs `scale`: write `precision = 10, scale = 2`");
        }
        (None, Some(given)) => {
            ctxt.error(given.span, "`scale` needs `precision`: write `precision = 10, scale = 2`");
        }
        (Some(precision), Some(scale)) => {
            let ((digits, at), (behind, behind_at)) = (precision.value, scale.value);
            if digits == 0 || digits > DIGITS {
                ctxt.error(at, format_args!("a `Decimal` has 1 to {DIGITS} digits: write `precision = 10`"));
            } else if behind > digits {
                ctxt.error(
                    behind_at,
                    format_args!(
                        "of {digits} digits, {behind} cannot be behind the point: write a smaller `scale`"
                    ),
                );
            }
        }
        (None, None) => {}
    }
}

/// Only text and bytes have a length.
pub(super) fn max_length(ctxt: &Ctxt, field: &InputField) {
    let Some(span) = field.attr.max_length.span() else { return };
    match &field.shape.kind {
        Kind::Text | Kind::Bytes | Kind::Opaque => {}
        Kind::Reference(_) => {
            ctxt.error(span, "a foreign key is as long as the key it refers to: remove `max_length`");
        }
        _ => ctxt.error(
            span,
            format_args!(
                "only text and bytes have a length, not `{}`: remove `max_length`",
                field.shape.written
            ),
        ),
    }
}

/// Which fields are part of a key, an index or a unique key.
pub(crate) fn keyed(input: &Input, key: &[usize]) -> Vec<bool> {
    let mut keyed: Vec<bool> = input
        .fields
        .iter()
        .map(|field| {
            field.attr.unique.is_given()
                || field.attr.index.is_given()
                || field.attr.one_to_one.is_given()
                || field.attr.references.is_given()
        })
        .collect();
    // Of text in an index of words no database asks how long it is.
    let listed = input.attr.indexes.iter().filter(|index| index.full_text.is_none());
    let listed = listed.flat_map(|index| &index.parts);
    let listed = listed.filter_map(|part| input.position(part.field()?));
    for at in key.iter().copied().chain(listed).chain(super::foreign_key::positions(input)) {
        keyed[at] = true;
    }
    keyed
}

/// MySQL indexes text only up to a length, so it is asked for on every backend.
pub(super) fn keyed_text_is_limited(ctxt: &Ctxt, input: &Input, keyed: &[bool]) {
    for (field, keyed) in input.fields.iter().zip(keyed) {
        if *keyed && matches!(field.shape.kind, Kind::Text) && !field.attr.max_length.is_given() {
            ctxt.error(
                field.ident.span(),
                format_args!(
                    "`{}` is a key or has an index, and text there needs a limit: write `#[field(max_length = 80)]`",
                    field.name
                ),
            );
        }
    }
}

/// The time is written to fields that hold one.
pub(super) fn auto_now(ctxt: &Ctxt, field: &InputField) {
    for (span, word) in
        [(field.attr.auto_now.span(), "auto_now"), (field.attr.auto_now_add.span(), "auto_now_add")]
    {
        if let Some(span) = span
            && !matches!(field.shape.kind, Kind::Time | Kind::Opaque)
        {
            ctxt.error(
                span,
                format_args!(
                    "`{word}` writes the time, this field is `{}`: write `{}: DateTime<Utc>`",
                    field.shape.written, field.name
                ),
            );
        }
    }
}

/// One thing fills a field.
pub(super) fn filled_by_one(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        let (now, add) = (field.attr.auto_now.span(), field.attr.auto_now_add.span());
        if let (Some(_), Some(span)) = (now, add) {
            ctxt.error(span, "`auto_now` writes the time of the insert too: remove `auto_now_add`");
        }
        if let (true, Some(span)) = (key.contains(&at), now.or(add)) {
            ctxt.error(span, "a primary key does not follow the clock: remove this, and give it in `new`");
        } else if let (true, Some(span)) = (filled_by_others(input, key, at), field.attr.default.span()) {
            ctxt.error(
                span,
                format_args!("`{}` is filled without the program: remove `default`", field.name),
            );
        }
    }
}

/// What is wrong with a text that every column of its type holds, if this field does not.
pub(super) fn unfit_text(text: &str, field: &InputField) -> Option<String> {
    if text.contains('\0') {
        return Some("no database holds a NUL character in text: write another text".to_owned());
    }
    let most = usize::try_from(*field.attr.max_length.value()?).ok()?;
    (text.chars().count() > most)
        .then(|| format!("the text is longer than `max_length = {most}`: write a shorter one"))
}

/// A literal fits the type, as far as the type is seen.
pub(super) fn default_of_the_right_type(ctxt: &Ctxt, field: &InputField) {
    let Some(expr) = field.attr.default.value() else { return };
    let Some(literal) = literal(expr) else { return };
    let (fits, example) = match (&field.shape.kind, &literal) {
        (Kind::Reference(_), _) => return,
        (Kind::Opaque, _) => (true, ""),
        (Kind::Bool, literal) => (matches!(literal, Literal::Bool(_)), "default = true"),
        (Kind::Integer, literal) => (matches!(literal, Literal::Int(_)), "default = 0"),
        (Kind::Float, literal) => (matches!(literal, Literal::Float(_)), "default = 0.0"),
        (Kind::Text, literal) => (matches!(literal, Literal::Text(_)), "default = \"text\""),
        (Kind::Bytes, _) => (false, "default = Vec::new()"),
        (Kind::Decimal, _) => (false, "default = Decimal::new(0, 2)"),
        (Kind::Time, _) => (false, "default = some_function()"),
        (Kind::Uuid, _) => (false, "default = Uuid::new_v4()"),
    };
    let at = syn::spanned::Spanned::span(expr);
    if !fits {
        ctxt.error(at, format_args!("the field is `{}`: write `{example}`", field.shape.written));
    } else if let Literal::Text(text) = &literal
        && let Some(wrong) = unfit_text(text, field)
    {
        ctxt.error(at, wrong);
    }
}
