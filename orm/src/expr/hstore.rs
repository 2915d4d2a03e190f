//! Look-ups in maps of text to text.

use super::array::look_up;
use super::{ArrayOp, Column, Contained, Expr, Function, Kind, Node, Operand};
use crate::types::{FieldType, Hstore};

/// A column of maps, nullable or not.
#[diagnostic::on_unimplemented(
    message = "this looks into an hstore, but the column is `{Self}`",
    label = "needs a column of type `Hstore`"
)]
pub trait Map: FieldType {}

#[diagnostic::do_not_recommend]
impl Map for Hstore {}

#[diagnostic::do_not_recommend]
impl Map for Option<Hstore> {}

#[diagnostic::do_not_recommend]
impl<M, K: Kind, V: Operand<M, Hstore, K>> Contained<M, Hstore, K> for V {
    fn look_up(self, of: Node) -> Node {
        look_up(ArrayOp::Contains, of, self.into_node())
    }
}

#[diagnostic::do_not_recommend]
impl<M, K: Kind, V: Operand<M, Hstore, K>> Contained<M, Option<Hstore>, K> for V {
    fn look_up(self, of: Node) -> Node {
        look_up(ArrayOp::Contains, of, self.into_node())
    }
}

impl<M, T: FieldType, K: Kind> Expr<M, T, K> {
    /// The map has the key, with a value or without. False for NULL.
    #[must_use]
    pub fn has_key<V: Operand<M, String, K>>(self, key: V) -> Expr<M, bool, K>
    where
        T: Map,
    {
        Expr::of(look_up(ArrayOp::HasKey, self.node(), key.into_node()))
    }

    /// The value of the key; NULL where there is none, or no such key.
    #[must_use]
    pub fn get<V: Operand<M, String, K>>(self, key: V) -> Expr<M, Option<String>, K>
    where
        T: Map,
    {
        Expr::of(Node::Call(Function::Get, vec![self.node(), key.into_node()]))
    }
}

impl<M, T: FieldType> Column<M, T> {
    /// The map has the key, with a value or without. False for NULL.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on all backends but PostgreSQL,
    /// and where that has not the extension.
    #[must_use]
    pub fn has_key<V: Operand<M, String>>(self, key: V) -> Expr<M, bool>
    where
        T: Map,
    {
        self.expr().has_key(key)
    }

    /// The value of the key; NULL where there is none, or no such key.
    ///
    /// # Errors
    ///
    /// As for [`has_key`](Self::has_key).
    #[must_use]
    pub fn get<V: Operand<M, String>>(self, key: V) -> Expr<M, Option<String>>
    where
        T: Map,
    {
        self.expr().get(key)
    }
}
