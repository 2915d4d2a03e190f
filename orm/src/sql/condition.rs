//! Conditions, two-valued over a three-valued database.
//!
//! SQL may say "unknown" where a side is NULL. In a `WHERE`, and inside `AND` and `OR` there, unknown does what
//! false does, so nothing is written for it. Where it matters, under a `NOT` or as a value, `IS TRUE` is.

use sea_query::{BinOper, Expr};

use super::build::Builder;
use super::compare::negated;
use super::expr::{atom, binary, is_question, not, nullable, word};
use super::source::Source;
use crate::error::Result;
use crate::expr::{CompareOp, Node, SearchOp};
use crate::types::Value;

/// A condition as SQL.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) expr: Expr,
    /// Whether the database may find it unknown.
    pub(super) unknown: bool,
}

impl Condition {
    pub(super) fn known(expr: Expr) -> Self {
        Self { expr, unknown: false }
    }

    /// What is true or false, never NULL.
    pub(super) fn into_value(self) -> Expr {
        if self.unknown { binary(atom(self.expr), BinOper::Is, word("TRUE")) } else { self.expr }
    }

    /// True where this is not.
    pub(super) fn negate(self) -> Self {
        Self::known(if self.unknown {
            binary(atom(self.expr), BinOper::IsNot, word("TRUE"))
        } else {
            not(self.expr)
        })
    }
}

/// A constant condition, which every backend takes.
pub(super) fn constant(truth: bool) -> Condition {
    Condition::known(Expr::cust(if truth { "1 = 1" } else { "1 = 0" }))
}

impl Builder {
    /// The conditions, all of which must be true; `None` if there are none.
    pub(super) fn all_of(&mut self, at: &mut Source<'_>, nodes: &[Node]) -> Result<Option<Expr>> {
        let flat = flattened(nodes, true);
        if flat.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.joined(at, &flat, true)?.expr))
    }

    pub(super) fn condition(&mut self, at: &mut Source<'_>, node: &Node) -> Result<Condition> {
        match node {
            Node::All(nodes) => self.joined(at, &flattened(nodes, true), true),
            Node::Any(nodes) => self.joined(at, &flattened(nodes, false), false),
            Node::Not(inner) => self.negation(at, inner),
            Node::Compare(op, sides) => self.compare(at, *op, sides),
            Node::IsNull(inner) => self.null_check(at, inner, BinOper::Is),
            Node::Between(parts) => self.between(at, parts),
            Node::In(inner, list) => self.in_list(at, inner, list),
            Node::InSelect(inner, select) => self.in_select(at, inner, select),
            Node::Text(lookup, sides) => self.text(at, *lookup, sides),
            Node::Array(op, sides) => self.array(at, *op, sides),
            Node::Matches(text, pattern) => self.matches(at, text, pattern),
            Node::Related(quantifier, relation, path, select) if is_question(*quantifier) => {
                Ok(Condition::known(self.related(at, *quantifier, relation, path, select)?))
            }
            Node::Search(search) if search.op == SearchOp::Found => self.found(at, search),
            // A truth value of the database.
            Node::Field(..)
            | Node::Proposed(..)
            | Node::Value(_)
            | Node::Key(_)
            | Node::Aggregate(_)
            | Node::Related(..)
            | Node::Tuple(_)
            | Node::Arithmetic(..)
            | Node::Search(_)
            | Node::Call(..) => Ok(Condition { expr: self.single(at, node, None)?, unknown: nullable(node) }),
        }
    }

    fn negation(&mut self, at: &mut Source<'_>, inner: &Node) -> Result<Condition> {
        match inner {
            Node::IsNull(inner) => self.null_check(at, inner, BinOper::IsNot),
            Node::Compare(CompareOp::Ne, sides) => self.compare(at, CompareOp::Eq, sides),
            Node::Compare(CompareOp::Eq, sides) => self.compare(at, CompareOp::Ne, sides),
            Node::Compare(op, sides) if !sides.iter().any(nullable) => self.compare(at, negated(*op), sides),
            // As a condition: what is unknown counts as false either way.
            Node::Not(inner) => self.condition(at, inner),
            _ => Ok(self.condition(at, inner)?.negate()),
        }
    }

    fn null_check(&mut self, at: &mut Source<'_>, inner: &Node, op: BinOper) -> Result<Condition> {
        let columns = self.columns(at, inner)?;
        let checks =
            columns.into_iter().map(|column| binary(atom(column), BinOper::Is, word("NULL"))).collect();
        let all = tree(checks, BinOper::And);
        Ok(match (op, all) {
            (BinOper::Is, expr) => Condition::known(expr),
            (_, Expr::Binary(column, BinOper::Is, null)) => {
                Condition::known(binary(*column, BinOper::IsNot, *null))
            }
            (_, expr) => Condition::known(not(expr)),
        })
    }

    fn joined(&mut self, at: &mut Source<'_>, nodes: &[&Node], all: bool) -> Result<Condition> {
        let mut unknown = false;
        let mut parts = Vec::with_capacity(nodes.len());
        for node in nodes {
            let part = self.condition(at, node)?;
            unknown |= part.unknown;
            parts.push(part.expr);
        }
        if parts.is_empty() {
            return Ok(constant(all));
        }
        let op = if all { BinOper::And } else { BinOper::Or };
        Ok(Condition { expr: tree(parts, op), unknown })
    }
}

/// The conditions of a chain of one kind, in order: `(a AND b) AND c` are three.
fn flattened(nodes: &[Node], all: bool) -> Vec<&Node> {
    let mut flat = Vec::with_capacity(nodes.len());
    let mut open = vec![nodes.iter()];
    while let Some(iter) = open.last_mut() {
        match (iter.next(), all) {
            (Some(Node::All(inner)), true) | (Some(Node::Any(inner)), false) => open.push(inner.iter()),
            (Some(node), _) => flat.push(node),
            (None, _) => {
                open.pop();
            }
        }
    }
    flat
}

/// The parts joined by `AND` or `OR`: a chain while short, else a tree of little depth, because SQLite refuses
/// deep ones and writing them is recursive.
pub(super) fn tree(mut parts: Vec<Expr>, op: BinOper) -> Expr {
    const CHAIN: usize = 16;

    if parts.len() > CHAIN {
        let right = parts.split_off(parts.len() / 2);
        return binary(tree(parts, op), op, tree(right, op));
    }
    parts.into_iter().reduce(|left, right| binary(left, op, right)).unwrap_or_else(|| constant(true).expr)
}

/// Whether the value is one of several columns.
pub(super) fn is_tuple(value: &Value) -> bool {
    matches!(value, Value::Tuple(_))
}
