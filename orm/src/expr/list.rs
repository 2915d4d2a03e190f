//! What `in_` takes.

use std::sync::Arc;

use super::{CompareOp, Kind, Node, Operand, several};
use crate::model::Model;
use crate::query::QuerySet;
use crate::types::{DbValue, Value};

/// What `in_` takes: anything to iterate over, or a query of one column.
#[diagnostic::on_unimplemented(
    message = "`in_` needs a list of `{B}` or a query that selects one",
    label = "not a list of `{B}`"
)]
pub trait InList<M, B, K> {
    #[doc(hidden)]
    fn into_node(self, of: Node) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, B: DbValue, K: Kind, I> InList<M, B, K> for I
where
    I: IntoIterator,
    I::Item: Operand<M, B, K>,
{
    fn into_node(self, of: Node) -> Node {
        list(of, B::TYPES, self.into_iter().map(Operand::into_node).collect())
    }
}

/// Values become one list; expressions among them, one comparison each. NULLs are ignored.
fn list(of: Node, types: &[crate::types::Type], items: Vec<Node>) -> Node {
    if several::is_several(&of) {
        return match several::keys(&of, &items) {
            Some(keys) => Node::In(Box::new(of), keys),
            None => several::among(of, items),
        };
    }
    let mut values = Vec::with_capacity(items.len());
    let mut expressions = Vec::new();
    for item in items {
        match item {
            Node::Value(value) if value.is_null() => {}
            Node::Value(value) => values.push(value),
            expression => expressions.push(expression),
        }
    }
    let compare = |item| Node::Compare(CompareOp::Eq, Box::new([of.clone(), item]));
    let Some(ty) = types.first() else {
        return Node::Any(values.into_iter().map(Node::Value).chain(expressions).map(compare).collect());
    };
    if expressions.is_empty() {
        return Node::In(Box::new(of), Value::List(*ty, values));
    }
    let mut any: Vec<Node> = expressions.into_iter().map(compare).collect();
    any.push(Node::In(Box::new(of), Value::List(*ty, values)));
    Node::Any(any)
}

#[diagnostic::do_not_recommend]
impl<M, B, K, N: Model, O: ListOf<B>, L: Kind> InList<M, B, K> for QuerySet<N, O, L> {
    fn into_node(self, of: Node) -> Node {
        Node::InSelect(Box::new(several::row(of)), Arc::new(self.into_key_select()))
    }
}

/// An output whose one value can be compared with a `B`. The derive adds: a model, as its own key.
#[diagnostic::on_unimplemented(
    message = "this query gives `{Self}`, not `{B}`",
    label = "select one column of type `{B}`"
)]
pub trait ListOf<B> {}

impl<B: DbValue> ListOf<B> for B {}

#[diagnostic::do_not_recommend]
impl<B, T: ListOf<B> + DbValue> ListOf<B> for Option<T> {}

/// The bare key, as which a foreign key is selected.
macro_rules! keys {
    ($($(#[$meta:meta])* $rust:ty,)*) => {$(
        $(#[$meta])*
        impl<R: Model<Key = $rust>> ListOf<crate::model::ForeignKey<R>> for $rust {}
    )*};
}
keys! {
    i8, i16, i32, i64, u8, u16, u32, u64, String, bool,
    chrono::NaiveDate, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>,
    chrono::DateTime<chrono::FixedOffset>,
    #[cfg(feature = "uuid")] uuid::Uuid,
}
