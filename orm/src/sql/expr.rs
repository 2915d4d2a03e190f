//! Expressions of one value, and of several.

use sea_query::{BinOper, Expr, Keyword, UnOper};

use super::build::{Builder, internal};
use super::decimal::scale_of;
use super::name::iden;
use super::source::Source;
use crate::error::Result;
use crate::expr::{Node, SearchOp};
use crate::plan::check::width;
use crate::types::Value;

/// `a op b`. sea-query sets parentheses by precedence, and around everything whose precedence it does not know.
pub(super) fn binary(left: Expr, op: BinOper, right: Expr) -> Expr {
    Expr::Binary(Box::new(left), op, Box::new(right))
}

pub(super) fn and(left: Expr, right: Expr) -> Expr {
    binary(left, BinOper::And, right)
}

pub(super) fn not(inner: Expr) -> Expr {
    Expr::Unary(UnOper::Not, Box::new(atom(inner)))
}

/// A word of SQL that needs no parentheses.
pub(super) fn word(word: &'static str) -> Expr {
    Expr::Keyword(Keyword::Custom(word.into()))
}

pub(super) fn equal(left: Expr, right: Expr) -> Expr {
    binary(left, BinOper::Equal, right)
}

/// The expression, between parentheses unless it is one thing anyway.
pub(super) fn atom(expr: Expr) -> Expr {
    match expr {
        Expr::Column(_)
        | Expr::Value(_)
        | Expr::FunctionCall(_)
        | Expr::SubQuery(..)
        | Expr::Keyword(_)
        | Expr::Case(_)
        | Expr::Tuple(_) => expr,
        // A tuple of one is written as parentheses.
        other => Expr::Tuple(vec![other]),
    }
}

impl Builder {
    /// An expression of the pattern, with `{x}` and `{n}` in their places, each as often as it occurs.
    pub(super) fn pattern(&self, pattern: &str, x: &Expr, n: &Expr) -> Expr {
        let mut text = String::with_capacity(pattern.len());
        let mut operands = Vec::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            operands.push(atom(if name == "x" { x.clone() } else { n.clone() }));
            if self.dialect.numbered {
                text.push_str(&format!("${}", operands.len()));
            } else {
                text.push('?');
            }
            rest = after;
        }
        text.push_str(rest);
        Expr::cust_with_exprs(text, operands)
    }

    /// The one value of a node. `scale` is what a decimal on SQLite is to be scaled by; by its own if `None`.
    pub(super) fn single(&mut self, at: &mut Source<'_>, node: &Node, scale: Option<u8>) -> Result<Expr> {
        match node {
            Node::Field(path, field) => {
                let expr = at.field(self, path, field)?.into_iter().next();
                let expr = expr.ok_or_else(|| internal("a field without columns"))?;
                Ok(self.rescaled(expr, node, scale))
            }
            Node::Proposed(_, field) => {
                let expr = self.proposed(field).into_iter().next();
                let expr = expr.ok_or_else(|| internal("a field without columns"))?;
                Ok(self.rescaled(expr, node, scale))
            }
            Node::Value(value) => {
                let scale = if self.is_scaled(node) { scale.or_else(|| scale_of(node)) } else { None };
                self.value(value, scale)
            }
            Node::Arithmetic(op, sides) => self.arithmetic(at, *op, sides, node, scale),
            Node::Call(function, args) => {
                let expr = self.call_of(at, *function, args)?;
                Ok(self.rescaled(expr, node, scale))
            }
            Node::Aggregate(aggregate) => {
                let expr = self.aggregate(at, aggregate)?;
                Ok(self.rescaled(expr, node, scale))
            }
            Node::Related(quantifier, relation, path, select) if !is_question(*quantifier) => {
                let expr = self.related(at, *quantifier, relation, path, select)?;
                Ok(self.rescaled(expr, node, scale))
            }
            Node::Key(inner) => {
                // The key itself, so that both have the same values.
                match at.key(inner) {
                    Some((_, Some(name))) => Ok(Expr::col(iden(name))),
                    Some((key, None)) => self.single(at, key, scale),
                    None => self.single(at, inner, scale),
                }
            }
            Node::Search(search) if search.op == SearchOp::Rank => self.rank(at, search),
            Node::Tuple(_) => Err(internal("several values where one is needed")),
            condition => Ok(self.condition(at, condition)?.into_value()),
        }
    }

    /// All columns of a node.
    pub(super) fn columns(&mut self, at: &mut Source<'_>, node: &Node) -> Result<Vec<Expr>> {
        match node {
            _ if width(node) == 1 && !matches!(node, Node::Tuple(_)) => {
                Ok(vec![self.single(at, node, None)?])
            }
            Node::Field(path, field) => at.field(self, path, field),
            Node::Proposed(_, field) => Ok(self.proposed(field)),
            Node::Value(value @ Value::Tuple(parts)) => {
                (0..).zip(parts).map(|(part, _)| self.placeholder(value, None, Some(part), None)).collect()
            }
            Node::Key(inner) => {
                let key = at.key(inner).map(|(key, _)| key);
                self.columns(at, key.unwrap_or(inner))
            }
            Node::Tuple(nodes) => {
                let mut columns = Vec::with_capacity(nodes.len());
                for node in nodes {
                    columns.extend(self.columns(at, node)?);
                }
                Ok(columns)
            }
            _ => Err(internal("an expression of several columns")),
        }
    }
}

/// Whether the answer is yes or no.
pub(super) fn is_question(quantifier: crate::expr::Quantifier) -> bool {
    use crate::expr::Quantifier;

    matches!(quantifier, Quantifier::Any | Quantifier::None)
}

/// Whether a node can be NULL.
pub(super) fn nullable(node: &Node) -> bool {
    use crate::expr::{AggregateFunction, ArithmeticOp, Quantifier};
    use crate::plan::Output;

    match node {
        Node::Field(path, field) => field.nullable() || path.hops().any(crate::model::Field::nullable),
        Node::Proposed(_, field) => field.nullable(),
        Node::Value(Value::Tuple(parts)) => parts.iter().any(Value::is_null),
        Node::Value(value) => value.is_null(),
        // Division by zero is NULL.
        Node::Arithmetic(op, sides) => *op == ArithmeticOp::Div || sides.iter().any(nullable),
        Node::Call(function, args) => function.gives_null(args, nullable),
        Node::Aggregate(aggregate) => aggregate.function != AggregateFunction::Count,
        Node::Related(Quantifier::Aggregate, _, _, select) => match select.output.first() {
            Some(Output::Expr(node)) => nullable(node),
            _ => true,
        },
        Node::Key(inner) => nullable(inner),
        Node::Tuple(parts) => parts.iter().any(nullable),
        // Conditions as values are true or false.
        _ => false,
    }
}
