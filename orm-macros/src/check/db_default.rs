//! Rules of defaults that the database fills in.

use super::key::filled_by_others;
use crate::ctxt::Ctxt;
use crate::input::{Input, InputField};
use crate::ir::{DbDefault, Kind, Literal};

/// One default a field, and only where nothing else fills it.
pub(super) fn the_only_one(ctxt: &Ctxt, input: &Input, key: &[usize]) {
    for (at, field) in input.fields.iter().enumerate() {
        let Some(span) = field.attr.db_default.span() else { continue };
        if field.attr.default.is_given() {
            ctxt.error(
                span,
                "`default` is given to every new row, so that the database never fills in its own: remove one of them",
            );
        }
        if filled_by_others(input, key, at) {
            ctxt.error(
                span,
                format_args!("`{}` is filled by something else: remove `db_default`", field.name),
            );
        }
    }
}

/// What is filled in fits the type, as far as the type is seen.
pub(super) fn of_the_right_type(ctxt: &Ctxt, field: &InputField) {
    let Some(given) = field.attr.db_default.value() else { return };
    let (kind, written) = (&field.shape.kind, &field.shape.written);
    let is_date = written.ends_with("NaiveDate");
    let wrong = match (&given.default, kind) {
        (DbDefault::Sql(texts), _) if texts.all.is_none() && texts.some.is_empty() => return,
        (DbDefault::Sql(_), _) | (_, Kind::Opaque | Kind::Reference(_)) => return,
        (DbDefault::Now, Kind::Time) if given.today && !is_date => {
            format!("`today` is a date, the field is `{written}`: write `db_default = now`")
        }
        (DbDefault::Now, Kind::Time) | (DbDefault::Uuid, Kind::Uuid) => return,
        (DbDefault::Literal(literal), kind) => match misfit(literal, field, kind) {
            Some(wrong) => wrong,
            None => return,
        },
        (DbDefault::Now | DbDefault::Uuid, kind) => {
            format!("the field is `{written}`: write `{}`", example(kind))
        }
    };
    ctxt.error(given.at, wrong);
}

/// What is wrong with a literal, if it does not fit.
fn misfit(literal: &Literal, field: &InputField, kind: &Kind) -> Option<String> {
    let written = &field.shape.written;
    match (literal, kind) {
        (Literal::Bool(_), Kind::Bool) | (Literal::Float(_), Kind::Float) => None,
        (Literal::Int(value), Kind::Integer) => {
            let (min, max) = range(written)?;
            let outside = *value < min || *value > max;
            outside.then(|| format!("a `{written}` is from {min} to {max}: write another number"))
        }
        (Literal::Int(_) | Literal::Float(_), Kind::Decimal) => {
            let text = match literal {
                Literal::Int(value) => value.to_string(),
                Literal::Float(value) => value.to_string(),
                Literal::Bool(_) | Literal::Text(_) | Literal::Array(_) => return None,
            };
            let (before, behind) =
                text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
            let (precision, scale) = (field.attr.precision.value()?.0, field.attr.scale.value()?.0);
            let room = usize::from(precision.saturating_sub(scale));
            let fits = behind.len() <= usize::from(scale) && before.trim_start_matches('0').len() <= room;
            (!fits).then(|| {
                format!(
                    "the field has {room} digits before the point and {scale} behind it: write another number"
                )
            })
        }
        (Literal::Text(text), Kind::Text) => super::field::unfit_text(text, field),
        _ => Some(format!("the field is `{written}`: write `{}`", example(kind))),
    }
}

fn example(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "db_default = true",
        Kind::Integer => "db_default = 0",
        Kind::Float => "db_default = 0.0",
        Kind::Text => "db_default = \"text\"",
        Kind::Decimal => "db_default = 0.00",
        Kind::Time => "db_default = now",
        Kind::Uuid => "db_default = uuid",
        Kind::Bytes | Kind::Reference(_) | Kind::Opaque => "db_default(sql = \"..\")",
    }
}

/// The values of an integer, by the last part of its path.
fn range(written: &str) -> Option<(i128, i128)> {
    Some(match written.rsplit(' ').next()? {
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" => (i64::MIN.into(), i64::MAX.into()),
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" => (0, u64::MAX.into()),
        _ => return None,
    })
}
