//! Calculations that leave the range of a type.

use crate::error::ErrorKind;
use crate::expr::Node;
use crate::model::Field;
use crate::plan::check::group::holds;
use crate::plan::{Conflict, Plan};
use crate::types::Type;

/// What is wrong if a calculation gave a number that the type does not hold.
pub(super) fn left(expected: &str, found: &str) -> Option<ErrorKind> {
    found.ends_with("out of range").then(|| {
        let reason = format!("a calculation left the range of `{expected}`");
        ErrorKind::InvalidValue { reason }
    })
}

/// The field that was set to a number beyond its type, where the server says no more than that: the only one that is
/// computed, or the only one of the type that it names.
pub(super) fn field(plan: &Plan, reason: &str) -> Option<&'static Field> {
    let words = ["out of range", "numeric field overflow", "left the range"];
    if !words.iter().any(|words| reason.contains(words)) {
        return None;
    }
    let (set, filter) = match plan {
        Plan::Update(update) => (&update.set, &update.select.filter),
        Plan::Insert(insert) => match &insert.conflict {
            Conflict::Updated { set, filter, .. } => (set, filter),
            Conflict::Refused | Conflict::LeftOut { .. } => return None,
        },
        _ => return None,
    };
    // It may as well be a condition that computes.
    if filter.iter().any(|node| holds(node, &computes)) {
        return None;
    }
    let computed = || set.iter().filter(|(_, node)| holds(node, &computes)).map(|(field, _)| *field);
    let only = |mut fields: Box<dyn Iterator<Item = &'static Field> + '_>| {
        fields.next().filter(|_| fields.next().is_none())
    };
    only(Box::new(computed())).or_else(|| {
        only(Box::new(computed().filter(|field| match field.columns {
            [column] => has_name(column.ty.of_one(), reason),
            _ => false,
        })))
    })
}

fn computes(node: &Node) -> bool {
    matches!(
        node,
        Node::Arithmetic(..) | Node::Call(..) | Node::Aggregate(_) | Node::Related(..) | Node::InSelect(..)
    )
}

/// Whether PostgreSQL calls the type so.
fn has_name(ty: Type, reason: &str) -> bool {
    match ty {
        Type::I8 | Type::I16 | Type::U8 => reason.starts_with("smallint "),
        Type::I32 | Type::U16 => reason.starts_with("integer "),
        Type::I64 | Type::U32 | Type::Duration => reason.starts_with("bigint "),
        Type::U64 | Type::Decimal => reason.starts_with("numeric "),
        Type::F32 | Type::F64 => reason.starts_with("value "),
        _ => false,
    }
}
