//! Conditions: what `filter` takes, and how conditions are joined.

use std::ops;

use super::{Column, Expr, Kind, Node, Row};

/// A condition on a row of `M`, static or put together at run time.
///
/// # Examples
///
/// ```no_run
/// # use orm::prelude::*;
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 80)]
/// #     username: String,
/// #     age: Option<i32>,
/// # }
/// # let words = ["a", "b"];
/// let mut wanted: Q<User> = Q::always();
/// for word in words {
///     wanted = wanted & User::username.contains(word);
/// }
/// ```
pub type Q<M> = Expr<M, bool>;

impl<M> Expr<M, bool> {
    /// True if every condition is; true for none.
    #[must_use]
    pub fn all_of<C: Condition<M>>(conditions: impl IntoIterator<Item = C>) -> Q<M> {
        Self::of(Node::All(conditions.into_iter().map(Condition::into_node).collect()))
    }

    /// True if one of the conditions is; false for none.
    #[must_use]
    pub fn any_of<C: Condition<M>>(conditions: impl IntoIterator<Item = C>) -> Q<M> {
        Self::of(Node::Any(conditions.into_iter().map(Condition::into_node).collect()))
    }

    /// True for every row: where a condition that is put together begins.
    #[must_use]
    pub fn always() -> Q<M> {
        Self::of(Node::All(Vec::new()))
    }
}

/// What `filter`, `exclude`, `having`, `&` and `|` take.
///
/// Conditions are two-valued: a comparison with NULL is false, its negation true.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on a `{K}` of `{M}`",
    label = "expected a condition on `{M}`",
    note = "a condition is made by comparing: `{M}::column.eq(value)`; one of another model goes through a relation: `.to(..)`, `.any(..)`",
    note = "a condition on an aggregate (`Agg`) belongs in `.having(..)`, a plain one (`Row`) in `.filter(..)`"
)]
pub trait Condition<M, K = Row> {
    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, K: Kind> Condition<M, K> for Expr<M, bool, K> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, K: Kind> Condition<M, K> for Expr<M, Option<bool>, K> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M> Condition<M> for Column<M, bool> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M> Condition<M> for Column<M, Option<bool>> {
    fn into_node(self) -> Node {
        self.node()
    }
}

fn all(left: Node, right: Node) -> Node {
    match left {
        Node::All(mut conditions) => {
            conditions.push(right);
            Node::All(conditions)
        }
        left => Node::All(vec![left, right]),
    }
}

fn any(left: Node, right: Node) -> Node {
    match left {
        Node::Any(mut conditions) if !conditions.is_empty() => {
            conditions.push(right);
            Node::Any(conditions)
        }
        left => Node::Any(vec![left, right]),
    }
}

impl<M, K: Kind, C: Condition<M, K>> ops::BitAnd<C> for Expr<M, bool, K> {
    type Output = Self;

    fn bitand(self, other: C) -> Self {
        Self::of(all(self.node(), other.into_node()))
    }
}

impl<M, K: Kind, C: Condition<M, K>> ops::BitOr<C> for Expr<M, bool, K> {
    type Output = Self;

    fn bitor(self, other: C) -> Self {
        Self::of(any(self.node(), other.into_node()))
    }
}

impl<M, K: Kind> ops::Not for Expr<M, bool, K> {
    type Output = Self;

    fn not(self) -> Self {
        Self::of(Node::Not(Box::new(self.node())))
    }
}

impl<M, C: Condition<M>> ops::BitAnd<C> for Column<M, bool> {
    type Output = Q<M>;

    fn bitand(self, other: C) -> Q<M> {
        Expr::of(all(self.node(), other.into_node()))
    }
}

impl<M, C: Condition<M>> ops::BitOr<C> for Column<M, bool> {
    type Output = Q<M>;

    fn bitor(self, other: C) -> Q<M> {
        Expr::of(any(self.node(), other.into_node()))
    }
}

impl<M> ops::Not for Column<M, bool> {
    type Output = Q<M>;

    fn not(self) -> Q<M> {
        Expr::of(Node::Not(Box::new(self.node())))
    }
}
