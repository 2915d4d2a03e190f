//! Comparisons.

use std::borrow::Cow;

use sea_query::{BinOper, Expr};

use super::build::Builder;
use super::condition::{Condition, tree};
use super::ddl::own_type::name as collation_name;
use super::decimal::common_scale;
use super::dialect::Dialect;
use super::expr::{binary, equal, nullable};
use super::hstore;
use super::source::Source;
use crate::error::Result;
use crate::expr::{CompareOp, Function, Node};
use crate::plan::check::{type_of, width};
use crate::types::Type;

/// The comparison that is true where the other is false, if no side is NULL.
pub(super) fn negated(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Ge => CompareOp::Lt,
        CompareOp::Gt => CompareOp::Le,
        CompareOp::Le => CompareOp::Gt,
    }
}

fn operator(op: CompareOp) -> BinOper {
    match op {
        CompareOp::Eq => BinOper::Equal,
        CompareOp::Ne => BinOper::NotEqual,
        CompareOp::Lt => BinOper::SmallerThan,
        CompareOp::Le => BinOper::SmallerThanOrEqual,
        CompareOp::Gt => BinOper::GreaterThan,
        CompareOp::Ge => BinOper::GreaterThanOrEqual,
    }
}

impl Builder {
    /// False if a side is NULL; `Ne` is the exact negation of `Eq`, so true then.
    pub(super) fn compare(
        &mut self,
        at: &mut Source<'_>,
        op: CompareOp,
        sides: &[Node; 2],
    ) -> Result<Condition> {
        let [left, right] = sides;
        let (left_null, right_null) = (nullable(left), nullable(right));
        let unknown = left_null || right_null;
        if width(left) > 1 {
            return self.compare_rows(at, op, sides, unknown);
        }
        let scale = common_scale(sides).filter(|_| self.dialect.scaled_decimals);
        let collation = if type_of(left) == Some(Type::Text) { self.collation_for(sides) } else { None };
        let left = self.single(at, left, scale)?;
        let right = self.single(at, right, scale)?;
        let (left_node, right_node) = (&sides[0], &sides[1]);
        let [mut left, mut right] = self.of_one_type([left, right], sides);
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            left = self.ordered_node(left, left_node);
            right = self.ordered_node(right, right_node);
        }
        if let Some(collation) = collation {
            left = self.pattern(&format!("{{x}} COLLATE {collation}"), &left, &left);
        }
        if type_of(left_node) == Some(Type::Hstore) {
            let equal = Condition { expr: self.pattern(hstore::EQUAL, &left, &right), unknown };
            return Ok(if op == CompareOp::Ne { equal.negate() } else { equal });
        }
        Ok(match op {
            CompareOp::Ne if left_null && right_null => {
                Condition { expr: equal(left, right), unknown }.negate()
            }
            // At most one side can be NULL, so "distinct" and "not equal" are the same.
            CompareOp::Ne if unknown => {
                Condition::known(self.pattern(self.dialect.distinct_from, &left, &right))
            }
            _ => Condition { expr: binary(left, operator(op), right), unknown },
        })
    }

    /// The collation to be said in a comparison of texts: where no side brings one, and where the sides do not
    /// agree, so that the left one decides.
    fn collation_for(&self, sides: &[Node; 2]) -> Option<Cow<'static, str>> {
        if !sides.iter().any(has_collation) {
            return self.dialect.collation.map(Cow::Borrowed);
        }
        let [left, right] = sides.each_ref().map(|side| own_collation(side, self.dialect));
        // That which a function names itself goes before that of a column.
        let named = sides.iter().any(is_named);
        if left == right || named || !sides.iter().all(has_collation) {
            return None;
        }
        Some(left.map_or(Cow::Borrowed(self.dialect.code_point), |name| {
            Cow::Owned(collation_name(self.dialect, name))
        }))
    }

    fn compare_rows(
        &mut self,
        at: &mut Source<'_>,
        op: CompareOp,
        sides: &[Node; 2],
        unknown: bool,
    ) -> Result<Condition> {
        let left = self.columns(at, &sides[0])?;
        let right = self.columns(at, &sides[1])?;
        Ok(match op {
            CompareOp::Eq | CompareOp::Ne => {
                let parts = left.into_iter().zip(right).map(|(left, right)| equal(left, right)).collect();
                let condition = Condition { expr: tree(parts, BinOper::And), unknown };
                if op == CompareOp::Eq { condition } else { condition.negate() }
            }
            _ => Condition { expr: binary(Expr::Tuple(left), operator(op), Expr::Tuple(right)), unknown },
        })
    }

    pub(super) fn between(&mut self, at: &mut Source<'_>, parts: &[Node; 3]) -> Result<Condition> {
        let scale = common_scale(parts).filter(|_| self.dialect.scaled_decimals);
        let mut exprs = Vec::with_capacity(3);
        for part in parts {
            let expr = self.single(at, part, scale)?;
            exprs.push(self.ordered_node(expr, part));
        }
        let mut exprs = exprs.into_iter();
        let (Some(x), Some(low), Some(high)) = (exprs.next(), exprs.next(), exprs.next()) else {
            return Err(super::build::internal("a range without bounds"));
        };
        Ok(Condition {
            expr: binary(x, BinOper::Between, binary(low, BinOper::And, high)),
            unknown: parts.iter().any(nullable),
        })
    }
}

/// The collation that a model gives the column itself.
pub(super) fn own_collation(node: &Node, dialect: &Dialect) -> Option<&'static str> {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => {
            field.columns.first()?.collation.get(dialect.backend)
        }
        Node::Call(Function::Collate(name), _) => Some(name),
        Node::Key(inner) => own_collation(inner, dialect),
        Node::Aggregate(aggregate) => own_collation(aggregate.of.as_ref()?, dialect),
        _ => None,
    }
}

/// Whether a function names its collation.
fn is_named(node: &Node) -> bool {
    match node {
        Node::Call(Function::Own(_), _) => false,
        Node::Call(..) => true,
        Node::Key(inner) => is_named(inner),
        Node::Aggregate(aggregate) => aggregate.of.as_ref().is_some_and(is_named),
        _ => false,
    }
}

/// Whether the node brings the collation of a column.
pub(super) fn has_collation(node: &Node) -> bool {
    match node {
        Node::Field(..) | Node::Proposed(..) => true,
        Node::Key(inner) => has_collation(inner),
        Node::Aggregate(aggregate) => aggregate.of.as_ref().is_some_and(has_collation),
        // That of an argument, if it has one.
        Node::Call(Function::Own(_), args) => args.iter().any(has_collation),
        // What a function of ours makes of text compares by code point.
        Node::Related(..) | Node::Call(..) => true,
        _ => false,
    }
}
