//! Functions on expressions.

use super::{Agg, Aggregate, AggregateFunction, Expr, IntoExpr, Node};
use crate::types::{FieldType, Summable};

fn aggregate<M, T>(function: AggregateFunction, of: Option<Node>, distinct: bool) -> Expr<M, T, Agg> {
    Expr::of(Node::Aggregate(Box::new(Aggregate { function, of, distinct, filter: None })))
}

/// How many rows of the group have a value: NULLs are not counted.
#[must_use]
pub fn count<M, E: IntoExpr<M>>(expression: E) -> Expr<M, i64, Agg> {
    aggregate(AggregateFunction::Count, Some(expression.into_node()), false)
}

/// How many different values the group has: NULLs are not counted.
#[must_use]
pub fn count_distinct<M, E: IntoExpr<M>>(expression: E) -> Expr<M, i64, Agg> {
    aggregate(AggregateFunction::Count, Some(expression.into_node()), true)
}

/// How many rows the group has.
#[must_use]
pub fn count_rows<M>() -> Expr<M, i64, Agg> {
    aggregate(AggregateFunction::Count, None, false)
}

/// The sum of the group's values, `None` without one.
///
/// The sum of integers is an `i64`, of floats an `f64`, of decimals a `Decimal`, on every backend; a sum that
/// does not fit is an error.
#[must_use]
pub fn sum<M, T: Summable, E: IntoExpr<M, Type = T>>(expression: E) -> Expr<M, Option<T::Sum>, Agg> {
    aggregate(AggregateFunction::Sum, Some(expression.into_node()), false)
}

/// The average of the group's values as an `f64`, `None` without one.
#[must_use]
pub fn avg<M, T: Summable, E: IntoExpr<M, Type = T>>(expression: E) -> Expr<M, Option<f64>, Agg> {
    aggregate(AggregateFunction::Avg, Some(expression.into_node()), false)
}

/// The smallest of the group's values, `None` without one.
#[must_use]
pub fn min<M, T: FieldType, E: IntoExpr<M, Type = T>>(expression: E) -> Expr<M, T::Nullable, Agg> {
    aggregate(AggregateFunction::Min, Some(expression.into_node()), false)
}

/// The greatest of the group's values, `None` without one.
#[must_use]
pub fn max<M, T: FieldType, E: IntoExpr<M, Type = T>>(expression: E) -> Expr<M, T::Nullable, Agg> {
    aggregate(AggregateFunction::Max, Some(expression.into_node()), false)
}

/// A key of the group, for `select`, `having` and `order_by` of a grouped query.
///
/// A column that is not among the keys of `group_by` is an error before any SQL is sent.
#[must_use]
pub fn key<M, E: IntoExpr<M>>(expression: E) -> Expr<M, E::Type, Agg> {
    Expr::of(Node::Key(Box::new(expression.into_node())))
}
