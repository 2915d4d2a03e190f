//! Rules of validation.

use crate::attr::validate::{Rule, RuleKind};
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::Kind;

/// Validation is asked for only where it is compiled in.
pub(super) fn is_there(ctxt: &Ctxt, input: &Input) {
    for field in &input.fields {
        if let (Some(span), false) = (field.attr.validate.span(), cfg!(feature = "validate")) {
            ctxt.error(
                span,
                "`validate` needs the feature `validate` of the crate `orm`: write it in `Cargo.toml`",
            );
        }
    }
}

/// A rule fits the type of its field, as far as that is seen.
pub(super) fn fits(ctxt: &Ctxt, field: &InputField) {
    if let (Some(span), true) = (field.attr.validate.span(), field.attr.read_only.is_given()) {
        ctxt.error(span, "the program never writes this field: remove `validate`, or remove `read_only`");
    }
    for rule in field.attr.validate.value().into_iter().flatten() {
        let (fits, what) = match (&rule.kind, &field.shape.kind) {
            (_, Kind::Reference(_)) => {
                ctxt.error(
                    rule.span,
                    "a foreign key is a key, nothing else: write `validate` on the key itself",
                );
                continue;
            }
            (_, Kind::Opaque) | (RuleKind::Custom(_), _) => (true, ""),
            (RuleKind::Length { .. }, kind) => {
                (matches!(kind, Kind::Text | Kind::Bytes), "text, bytes and arrays")
            }
            (RuleKind::Range { .. }, kind) => (
                matches!(kind, Kind::Integer | Kind::Float | Kind::Decimal | Kind::Time),
                "numbers and times",
            ),
            (_, kind) => (matches!(kind, Kind::Text), "text"),
        };
        if !fits {
            ctxt.error(
                rule.span,
                format_args!(
                    "`{}` is for {what}, this field is `{}`: remove it",
                    rule.name, field.shape.written
                ),
            );
        }
        parses(ctxt, rule);
    }
}

/// A regular expression is one.
#[cfg(feature = "validate")]
fn parses(ctxt: &Ctxt, rule: &Rule) {
    if let RuleKind::Pattern(text) = &rule.kind
        && let Err(error) = regex_syntax::parse(&text.value())
    {
        let reason = match &error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            _ => error.to_string(),
        };
        ctxt.error(text.span(), format_args!("not a regular expression: {reason}"));
    }
}

#[cfg(not(feature = "validate"))]
fn parses(_: &Ctxt, _: &Rule) {}
