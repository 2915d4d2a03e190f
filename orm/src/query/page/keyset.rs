//! The condition that a row is behind another one, in an order.

use crate::expr::{CompareOp, Node, Nulls, Order};
use crate::types::Value;

/// Rows behind the one that has these values in this order: by the first part in which they differ.
pub(in crate::query) fn behind(order: &[Order], row: &[Value]) -> Node {
    let differ_at = |at: usize| {
        let equal = order.iter().zip(row).take(at).map(|(part, value)| same(&part.node, value));
        let later = order.iter().zip(row).skip(at).take(1).map(|(part, value)| later(part, value));
        Node::All(equal.chain(later).collect())
    };
    Node::Any((0..order.len().min(row.len())).map(differ_at).collect())
}

fn same(node: &Node, value: &Value) -> Node {
    match value {
        Value::Null(_) => Node::IsNull(Box::new(node.clone())),
        value => compare(CompareOp::Eq, node, value),
    }
}

/// Behind a value in one part of an order, NULLs where that part has them.
fn later(part: &Order, value: &Value) -> Node {
    let nulls_first = match part.nulls {
        Nulls::First => true,
        Nulls::Last => false,
        Nulls::Smallest => !part.descending,
    };
    let is_null = || Node::IsNull(Box::new(part.node.clone()));
    let op = if part.descending { CompareOp::Lt } else { CompareOp::Gt };
    match (value, nulls_first) {
        (Value::Null(_), true) => Node::Not(Box::new(is_null())),
        (Value::Null(_), false) => Node::Any(Vec::new()),
        (value, true) => compare(op, &part.node, value),
        (value, false) if nullable(&part.node) => Node::Any(vec![compare(op, &part.node, value), is_null()]),
        (value, false) => compare(op, &part.node, value),
    }
}

fn compare(op: CompareOp, node: &Node, value: &Value) -> Node {
    Node::Compare(op, Box::new([node.clone(), Node::Value(value.clone())]))
}

/// Whether it may be NULL, as far as that is known here.
fn nullable(node: &Node) -> bool {
    match node {
        Node::Field(path, field) => !path.is_empty() || field.nullable(),
        _ => true,
    }
}
