//! Decimals on SQLite: integers that count the last digit of their scale.
//!
//! What is compared, added or written is brought to one scale first, by multiplying the side that has less, so
//! that nothing is rounded. What is written never has more digits than its column; `round` rounds half away from zero, as
//! the servers do.

use sea_query::{BinOper, Expr};

use super::build::Builder;
use super::expr::{atom, binary};
use crate::expr::{ArithmeticOp, Function, Node, Quantifier};
use crate::model::ColumnDef;
use crate::plan::check::type_of;
use crate::plan::{Output, shape};
use crate::types::{Type, Value};

/// Digits behind the point of a column of decimals, or of arrays of them.
pub(crate) fn column_scale(def: &ColumnDef) -> Option<u8> {
    match def.ty.of_one() {
        Type::Decimal => Some(def.precision.map_or(0, |(_, scale)| scale)),
        _ => None,
    }
}

/// Digits behind the point of a node of one column, if it is a decimal.
pub(crate) fn scale_of(node: &Node) -> Option<u8> {
    if type_of(node) != Some(Type::Decimal) {
        return None;
    }
    Some(match node {
        Node::Field(_, field) | Node::Proposed(_, field) => {
            field.columns.first().and_then(column_scale).unwrap_or(0)
        }
        Node::Value(value) => shape::digits(value),
        Node::Arithmetic(op, sides) => {
            let [left, right] = [scale_of(&sides[0]).unwrap_or(0), scale_of(&sides[1]).unwrap_or(0)];
            match op {
                ArithmeticOp::Mul => left.saturating_add(right),
                _ => left.max(right),
            }
        }
        Node::Call(Function::Round(digits), args) => {
            args.first().and_then(scale_of).unwrap_or(0).min(*digits)
        }
        Node::Call(function, args) => {
            function.choices(args).into_iter().filter_map(scale_of).max().unwrap_or(0)
        }
        Node::Aggregate(aggregate) => aggregate.of.as_ref().and_then(scale_of).unwrap_or(0),
        Node::Related(Quantifier::Aggregate, _, _, select) => match select.output.first() {
            Some(Output::Expr(node)) => scale_of(node).unwrap_or(0),
            _ => 0,
        },
        Node::Key(inner) => scale_of(inner).unwrap_or(0),
        _ => 0,
    })
}

/// The scale at which nodes can be compared without rounding.
pub(super) fn common_scale<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Option<u8> {
    nodes.into_iter().filter_map(scale_of).max()
}

/// Digits behind the point that a list of decimals needs.
pub(super) fn list_scale(list: &Value) -> Option<u8> {
    match list {
        Value::List(Type::Decimal, _) => Some(shape::digits(list)),
        _ => None,
    }
}

impl Builder {
    /// Whether this backend keeps the node as a scaled integer.
    pub(super) fn is_scaled(&self, node: &Node) -> bool {
        self.dialect.scaled_decimals && type_of(node) == Some(Type::Decimal)
    }

    /// An expression of the node's own scale, brought to this one.
    pub(super) fn rescaled(&self, expr: Expr, node: &Node, scale: Option<u8>) -> Expr {
        match (scale, scale_of(node)) {
            (Some(wanted), Some(own)) if self.dialect.scaled_decimals => {
                self.between_scales(expr, own, wanted)
            }
            _ => expr,
        }
    }

    /// A decimal of the node's own scale with at most so many digits.
    pub(super) fn rounded(&self, expr: Expr, node: &Node, digits: u8) -> Expr {
        let own = scale_of(node).unwrap_or(0);
        // Of a function of the database nobody knows the digits.
        if own <= digits && !matches!(node, Node::Call(Function::Own(_) | Function::As(_), _)) {
            return expr;
        }
        if self.dialect.scaled_decimals {
            return self.between_scales(expr, own, digits);
        }
        self.pattern(&format!("ROUND({{x}}, {digits})"), &expr, &expr)
    }

    pub(super) fn between_scales(&self, expr: Expr, from: u8, to: u8) -> Expr {
        if to >= from {
            return match power_of_ten(to - from) {
                1 => expr,
                factor => binary(expr, BinOper::Mul, number(factor)),
            };
        }
        let factor = power_of_ten(from - to);
        let half = factor / 2;
        let pattern = format!(
            "CASE WHEN {{x}} < 0 THEN ({{x}} - {half}) / {factor} ELSE ({{x}} + {half}) / {factor} END"
        );
        let x = atom(expr);
        self.pattern(&pattern, &x, &x)
    }
}

/// Ten to that power, or the largest number there is: the product then leaves the integers, which reading it
/// refuses.
fn power_of_ten(digits: u8) -> i64 {
    10_i64.checked_pow(digits.into()).unwrap_or(i64::MAX)
}

fn number(number: i64) -> Expr {
    Expr::Constant(sea_query::Value::BigInt(Some(number)))
}
