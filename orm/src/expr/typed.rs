//! Typed expressions, and the methods that columns and expressions have in common.
//!
//! Each method is written twice, for `Column` and for `Expr`, instead of by a macro: errors of the compiler
//! then point at the user's line alone.

use std::fmt;
use std::marker::PhantomData;

use super::via::primary_key;
use super::{Column, CompareOp, InList, Kind, Node, Nulls, Operand, Order, OrderBy, Path, Row, several};
use crate::model::{ForeignKey, Model};
use crate::types::FieldType;

/// Stands for type parameters that a type holds no value of: it is `Send` and `Sync` whatever they are.
pub(crate) type Of<T> = PhantomData<fn() -> T>;

/// An expression over `M` of type `T`.
///
/// `K` says whether it belongs to a row or, as [`Agg`](super::Agg), to a group of rows.
pub struct Expr<M, T, K = Row> {
    node: Node,
    of: Of<(M, T, K)>,
}

impl<M, T, K> Clone for Expr<M, T, K> {
    fn clone(&self) -> Self {
        Self::of(self.node.clone())
    }
}

impl<M, T, K> fmt::Debug for Expr<M, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expr").finish_non_exhaustive()
    }
}

impl<M, T, K> Expr<M, T, K> {
    pub(crate) const fn of(node: Node) -> Self {
        Self { node, of: PhantomData }
    }

    pub(crate) fn node(self) -> Node {
        self.node
    }
}

impl<M: Model> Expr<M, ForeignKey<M>> {
    pub(crate) fn primary_key() -> Self {
        Self::of(primary_key(M::TABLE, Path::EMPTY))
    }
}

/// `optional` says whether the left is an `Option`.
pub(super) fn compare(op: CompareOp, left: Node, right: Node, optional: bool) -> Node {
    if several::is_several(&left) {
        return several::compare(op, left, right, optional);
    }
    match (op, right) {
        (CompareOp::Eq, Node::Value(value)) if value.is_null() => Node::IsNull(Box::new(left)),
        (CompareOp::Ne, Node::Value(value)) if value.is_null() => {
            Node::Not(Box::new(Node::IsNull(Box::new(left))))
        }
        (op, right) => Node::Compare(op, Box::new([left, right])),
    }
}

impl<M, T: FieldType, K: Kind> Expr<M, T, K> {
    fn compare<V: Operand<M, T::Base, K>>(self, op: CompareOp, value: V) -> Expr<M, bool, K> {
        Expr::of(compare(op, self.node, value.into_node(), T::NULLABLE))
    }

    /// Equal. `eq(None)` is true for NULL; NULL equals no value.
    #[must_use]
    pub fn eq<V: Operand<M, T::Base, K>>(self, value: V) -> Expr<M, bool, K> {
        self.compare(CompareOp::Eq, value)
    }

    /// Not equal: the exact negation of [`eq`](Self::eq), so that NULL differs from every value.
    #[must_use]
    pub fn ne<V: Operand<M, T::Base, K>>(self, value: V) -> Expr<M, bool, K> {
        self.compare(CompareOp::Ne, value)
    }

    /// Greater. False for NULL.
    #[must_use]
    pub fn gt<V: Operand<M, T::Base, K>>(self, value: V) -> Expr<M, bool, K> {
        self.compare(CompareOp::Gt, value)
    }

    /// Greater or equal. False for NULL.
    #[must_use]
    pub fn ge<V: Operand<M, T::Base, K>>(self, value: V) -> Expr<M, bool, K> {
        self.compare(CompareOp::Ge, value)
    }

    /// Less. False for NULL.
    #[must_use]
    pub fn lt<V: Operand<M, T::Base, K>>(self, value: V) -> Expr<M, bool, K> {
        self.compare(CompareOp::Lt, value)
    }

    /// Less or equal. False for NULL.
    #[must_use]
    pub fn le<V: Operand<M, T::Base, K>>(self, value: V) -> Expr<M, bool, K> {
        self.compare(CompareOp::Le, value)
    }

    /// Between two bounds, both included. False for NULL.
    #[must_use]
    pub fn between<A, B>(self, low: A, high: B) -> Expr<M, bool, K>
    where
        A: Operand<M, T::Base, K>,
        B: Operand<M, T::Base, K>,
    {
        Expr::of(several::between(self.node, low.into_node(), high.into_node(), T::NULLABLE))
    }

    /// One of a list, or among the rows of a query of one column. False for NULL and for an empty list.
    #[must_use]
    pub fn in_<I: InList<M, T::Base, K>>(self, items: I) -> Expr<M, bool, K> {
        Expr::of(items.into_node(self.node))
    }

    /// The exact negation of [`in_`](Self::in_): true for NULL and for an empty list.
    #[must_use]
    pub fn not_in<I: InList<M, T::Base, K>>(self, items: I) -> Expr<M, bool, K> {
        Expr::of(Node::Not(Box::new(items.into_node(self.node))))
    }

    /// NULL.
    #[must_use]
    pub fn is_null(self) -> Expr<M, bool, K> {
        Expr::of(several::is_null(self.node))
    }

    /// Not NULL.
    #[must_use]
    pub fn is_not_null(self) -> Expr<M, bool, K> {
        Expr::of(Node::Not(Box::new(several::is_null(self.node))))
    }

    /// Orders by it, smallest first; NULL is smaller than every value.
    #[must_use]
    pub fn asc(self) -> OrderBy<M, K::Level> {
        OrderBy::new(Order { node: self.node, descending: false, nulls: Nulls::Smallest })
    }

    /// Orders by it, greatest first; NULL is smaller than every value.
    #[must_use]
    pub fn desc(self) -> OrderBy<M, K::Level> {
        OrderBy::new(Order { node: self.node, descending: true, nulls: Nulls::Smallest })
    }
}

impl<M, T: FieldType> Column<M, T> {
    /// Equal. `eq(None)` is true for NULL; NULL equals no value.
    #[must_use]
    pub fn eq<V: Operand<M, T::Base>>(self, value: V) -> Expr<M, bool> {
        self.expr().eq(value)
    }

    /// Not equal: the exact negation of [`eq`](Self::eq), so that NULL differs from every value.
    #[must_use]
    pub fn ne<V: Operand<M, T::Base>>(self, value: V) -> Expr<M, bool> {
        self.expr().ne(value)
    }

    /// Greater. False for NULL.
    #[must_use]
    pub fn gt<V: Operand<M, T::Base>>(self, value: V) -> Expr<M, bool> {
        self.expr().gt(value)
    }

    /// Greater or equal. False for NULL.
    #[must_use]
    pub fn ge<V: Operand<M, T::Base>>(self, value: V) -> Expr<M, bool> {
        self.expr().ge(value)
    }

    /// Less. False for NULL.
    #[must_use]
    pub fn lt<V: Operand<M, T::Base>>(self, value: V) -> Expr<M, bool> {
        self.expr().lt(value)
    }

    /// Less or equal. False for NULL.
    #[must_use]
    pub fn le<V: Operand<M, T::Base>>(self, value: V) -> Expr<M, bool> {
        self.expr().le(value)
    }

    /// Between two bounds, both included. False for NULL.
    #[must_use]
    pub fn between<A, B>(self, low: A, high: B) -> Expr<M, bool>
    where
        A: Operand<M, T::Base>,
        B: Operand<M, T::Base>,
    {
        self.expr().between(low, high)
    }

    /// One of a list, or among the rows of a query of one column. False for NULL and for an empty list.
    #[must_use]
    pub fn in_<I: InList<M, T::Base, Row>>(self, items: I) -> Expr<M, bool> {
        self.expr().in_(items)
    }

    /// The exact negation of [`in_`](Self::in_): true for NULL and for an empty list.
    #[must_use]
    pub fn not_in<I: InList<M, T::Base, Row>>(self, items: I) -> Expr<M, bool> {
        self.expr().not_in(items)
    }

    /// NULL.
    #[must_use]
    pub fn is_null(self) -> Expr<M, bool> {
        self.expr().is_null()
    }

    /// Not NULL.
    #[must_use]
    pub fn is_not_null(self) -> Expr<M, bool> {
        self.expr().is_not_null()
    }

    /// Orders by it, smallest first; NULL is smaller than every value.
    #[must_use]
    pub fn asc(self) -> OrderBy<M> {
        self.expr().asc()
    }

    /// Orders by it, greatest first; NULL is smaller than every value.
    #[must_use]
    pub fn desc(self) -> OrderBy<M> {
        self.expr().desc()
    }
}
