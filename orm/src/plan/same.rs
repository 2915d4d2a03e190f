//! Whether two nodes say the same thing: for keys of groups, and for the order of distinct rows.

use super::Output;
use crate::expr::{Aggregate, Node, Path, Via};
use crate::model::{Field, Table};

/// Whether both are the same field.
///
/// Metadata is in statics, of which there is one each. Names would not do: a program may hold two versions of a
/// crate, and functions of one module may each have a model of one name.
pub(crate) fn same_field(a: &Field, b: &Field) -> bool {
    std::ptr::eq(a, b)
}

/// Whether both are the same table. By address, as for fields.
pub(crate) fn same_table(a: &Table, b: &Table) -> bool {
    std::ptr::eq(a, b)
}

pub(crate) fn same_path(a: &Path, b: &Path) -> bool {
    a.hops().count() == b.hops().count() && a.hops().zip(b.hops()).all(|(a, b)| same_field(a, b))
}

/// Whether both nodes are built of the same parts and the same values.
///
/// Sub-queries are the same only if they are one and the same query.
pub(crate) fn same_node(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Field(path_a, a), Node::Field(path_b, b)) => same_field(a, b) && same_path(path_a, path_b),
        (Node::Proposed(path_a, a), Node::Proposed(path_b, b)) => {
            same_field(a, b) && same_path(path_a, path_b)
        }
        (Node::Value(a), Node::Value(b)) => a == b,
        (Node::Arithmetic(op_a, a), Node::Arithmetic(op_b, b)) => op_a == op_b && same_all(&a[..], &b[..]),
        (Node::Compare(op_a, a), Node::Compare(op_b, b)) => op_a == op_b && same_all(&a[..], &b[..]),
        (Node::Text(op_a, a), Node::Text(op_b, b)) => op_a == op_b && same_all(&a[..], &b[..]),
        (Node::Array(op_a, a), Node::Array(op_b, b)) => op_a == op_b && same_all(&a[..], &b[..]),
        (Node::Matches(a, pattern_a), Node::Matches(b, pattern_b)) => {
            pattern_a == pattern_b && same_node(a, b)
        }
        (Node::Search(a), Node::Search(b)) => {
            a.op == b.op
                && std::ptr::eq(a.index, b.index)
                && same_path(&a.path, &b.path)
                && a.sought == b.sought
        }
        (Node::Call(a, args_a), Node::Call(b, args_b)) => a == b && same_all(args_a, args_b),
        (Node::Between(a), Node::Between(b)) => same_all(&a[..], &b[..]),
        (Node::All(a), Node::All(b)) | (Node::Any(a), Node::Any(b)) | (Node::Tuple(a), Node::Tuple(b)) => {
            same_all(a, b)
        }
        (Node::IsNull(a), Node::IsNull(b)) | (Node::Not(a), Node::Not(b)) | (Node::Key(a), Node::Key(b)) => {
            same_node(a, b)
        }
        (Node::In(a, list_a), Node::In(b, list_b)) => list_a == list_b && same_node(a, b),
        (Node::InSelect(a, query_a), Node::InSelect(b, query_b)) => {
            std::sync::Arc::ptr_eq(query_a, query_b) && same_node(a, b)
        }
        (Node::Aggregate(a), Node::Aggregate(b)) => same_aggregate(a, b),
        (
            Node::Related(quantifier_a, relation_a, path_a, query_a),
            Node::Related(quantifier_b, relation_b, path_b, query_b),
        ) => {
            quantifier_a == quantifier_b
                && same_via(relation_a, relation_b)
                && same_path(path_a, path_b)
                && std::sync::Arc::ptr_eq(query_a, query_b)
        }
        _ => false,
    }
}

/// The output that an order by this node is an order by, where only outputs can be.
pub(crate) fn position_among(node: &Node, outputs: &[Output]) -> Option<usize> {
    outputs.iter().position(|output| match (output, node) {
        (Output::Expr(output), node) => same_node(output, node),
        (Output::Model(model), Node::Field(path, _)) => same_path(model, path),
        (Output::Model(_) | Output::Far(..) | Output::There(_), _) => false,
    })
}

fn same_via(a: &Via, b: &Via) -> bool {
    match (a, b) {
        (Via::ForeignKey(path_a, a), Via::ForeignKey(path_b, b)) => {
            same_field(a, b) && same_path(path_a, path_b)
        }
        (Via::Through(a), Via::Through(b)) => std::ptr::eq(a.many, b.many) && a.back == b.back,
        _ => false,
    }
}

fn same_all(a: &[Node], b: &[Node]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_node(a, b))
}

fn same_aggregate(a: &Aggregate, b: &Aggregate) -> bool {
    a.function == b.function
        && a.distinct == b.distinct
        && same_option(a.of.as_ref(), b.of.as_ref())
        && same_option(a.filter.as_ref(), b.filter.as_ref())
}

fn same_option(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_node(a, b),
        (None, None) => true,
        _ => false,
    }
}
