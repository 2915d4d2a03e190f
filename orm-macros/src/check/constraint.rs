//! Rules of checks, choices and generated columns.

use syn::spanned::Spanned;

use crate::attr::constraint::Check;
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{Kind, Literal, expression_text, literal};

/// The same check twice, or two under one name, are a mistake.
pub(super) fn checks_differ(ctxt: &Ctxt, checks: &[Check]) {
    for (at, check) in checks.iter().enumerate() {
        for other in &checks[..at] {
            if check.name.is_some() && check.name == other.name {
                ctxt.error(check.span, "another check has this name: write another one");
                break;
            }
            if expression_text(&check.condition) == expression_text(&other.condition) {
                ctxt.error(check.span, "this check is there already: remove one of them");
                break;
            }
        }
    }
}

/// Choices are of the field's type, differ, fit, and the default is one of them.
pub(super) fn choices(ctxt: &Ctxt, field: &InputField) {
    let Some(choices) = field.attr.choices.get() else { return };
    let texts = matches!(choices.value.first().map(|choice| &choice.literal), Some(Literal::Text(_)));
    let fits = match field.shape.kind {
        Kind::Text => texts,
        Kind::Integer => !texts,
        Kind::Opaque => true,
        _ => {
            ctxt.error(
                choices.span,
                format_args!(
                    "only a `String` or an integer has choices, not `{}`: write `#[field(check = ..)]`",
                    field.shape.written
                ),
            );
            return;
        }
    };
    let mut seen: Vec<&Literal> = Vec::new();
    for choice in &choices.value {
        let span = choice.written.span();
        if !fits || matches!(choice.literal, Literal::Text(_)) != texts {
            let example = if texts == fits { "\"text\"" } else { "1" };
            ctxt.error(
                span,
                format_args!("the field is `{}`: write choices like `{example}`", field.shape.written),
            );
        } else if seen.contains(&&choice.literal) {
            ctxt.error(span, "this choice is there already: remove one of them");
        } else if let (Literal::Text(text), Some(most)) = (&choice.literal, field.attr.max_length.value())
            && u32::try_from(text.chars().count()).is_ok_and(|length| length > *most)
        {
            ctxt.error(
                span,
                format_args!("this choice is longer than `max_length = {most}`: write a larger `max_length`"),
            );
        }
        seen.push(&choice.literal);
    }
    if let Some(default) = field.attr.default.value()
        && let Some(value) = literal(default)
        && !seen.contains(&&value)
    {
        ctxt.error(default.span(), "the default is none of the choices: write one of them");
    }
}

/// What the database computes is given by nobody else.
pub(super) fn generated(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        let Some(span) = field.attr.generated.span() else { continue };
        let name = &field.name;
        if key.contains(&at) {
            ctxt.error(span, "a primary key is not computed from other columns: remove `generated`");
        } else if matches!(field.shape.kind, Kind::Reference(_)) {
            ctxt.error(
                span,
                format_args!(
                    "a foreign key is not computed from other columns: remove `generated` of `{name}`"
                ),
            );
        }
        let others = [
            (field.attr.default.span(), "default"),
            (field.attr.db_default.span(), "db_default"),
            (field.attr.read_only.span(), "read_only"),
            (field.attr.write_once.span(), "write_once"),
            (field.attr.auto_now.span(), "auto_now"),
            (field.attr.auto_now_add.span(), "auto_now_add"),
            (field.attr.insertable.span(), "insertable"),
            (field.attr.validate.span(), "validate"),
        ];
        for (span, word) in others {
            if let Some(span) = span {
                ctxt.error(span, format_args!("the database computes `{name}`: remove `{word}`"));
            }
        }
    }
}
