//! Look-ups in arrays.
//!
//! They answer as a `Vec` of Rust would, `None` among the elements included.

use super::{ArrayOp, Column, Expr, Function, Kind, Node, Operand, Row, RowLevel};
use crate::types::{ArrayElement, DbValue, FieldType, Text, Value};

/// A column of arrays, nullable or not: what look-ups of elements work on.
#[diagnostic::on_unimplemented(
    message = "this looks into an array, but the column is `{Self}`",
    label = "needs a column of arrays",
    note = "an array is a `Vec<T>`, but for `Vec<u8>`, which is bytes"
)]
pub trait Array: FieldType {
    /// What it holds.
    type Element: ArrayElement;
}

#[diagnostic::do_not_recommend]
impl<T: ArrayElement> Array for Vec<T> {
    type Element = T;
}

#[diagnostic::do_not_recommend]
impl<T: ArrayElement> Array for Option<Vec<T>> {
    type Element = T;
}

/// What may be an element of an array of `E`: an `E`, a reference to one, text for a `String`; for elements that may be
/// NULL, `None`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of an array of `{E}`",
    label = "expected a `{E}`",
    note = "nothing is converted silently: write `3.0` for a float, `i64::from(x)` for a wider integer"
)]
pub trait IntoElement<E> {
    #[doc(hidden)]
    fn into_element(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<E: ArrayElement> IntoElement<E> for E {
    fn into_element(self) -> Value {
        self.into_field_value()
    }
}

#[diagnostic::do_not_recommend]
impl<E: ArrayElement> IntoElement<E> for &E {
    fn into_element(self) -> Value {
        self.field_value()
    }
}

#[diagnostic::do_not_recommend]
impl<E: ArrayElement + DbValue> IntoElement<Option<E>> for E {
    fn into_element(self) -> Value {
        self.into_value()
    }
}

#[diagnostic::do_not_recommend]
impl<E: ArrayElement + DbValue> IntoElement<Option<E>> for &E {
    fn into_element(self) -> Value {
        self.to_value()
    }
}

#[diagnostic::do_not_recommend]
impl IntoElement<String> for &str {
    fn into_element(self) -> Value {
        Value::Text(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl IntoElement<Option<String>> for &str {
    fn into_element(self) -> Value {
        Value::Text(self.to_owned())
    }
}

/// An array beside one of elements `E`: anything to iterate over that gives elements, or a column or expression.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no array of `{E}`",
    label = "expected elements of type `{E}`, or a column of `{M}` with such arrays",
    note = "one element is looked for with `has`"
)]
pub trait Elements<M, E, K = Row> {
    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, E: ArrayElement, K: Kind, I> Elements<M, E, K> for I
where
    I: IntoIterator,
    I::Item: IntoElement<E>,
{
    fn into_node(self) -> Node {
        Node::Value(array::<E, I>(self))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Array, K: RowLevel> Elements<M, T::Element, K> for Column<M, T> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Array, K: Kind> Elements<M, T::Element, K> for Expr<M, T, K> {
    fn into_node(self) -> Node {
        self.node()
    }
}

fn array<E: ArrayElement, I>(items: I) -> Value
where
    I: IntoIterator,
    I::Item: IntoElement<E>,
{
    Value::Array(E::ARRAY, items.into_iter().map(IntoElement::into_element).collect())
}

/// As a whole array: `Post::tags.eq(["a", "b"])`.
#[diagnostic::do_not_recommend]
impl<M, E: ArrayElement, K: Kind, I: IntoElement<E>, const N: usize> Operand<M, Vec<E>, K> for [I; N] {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(array::<E, _>(self))
    }
}

#[diagnostic::do_not_recommend]
impl<M, E: ArrayElement, K: Kind> Operand<M, Vec<E>, K> for &[E] {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(array::<E, _>(self))
    }
}

/// What `contains` takes: a part for a text, elements for an array.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot contain a `{Self}`",
    label = "not what a `{T}` contains",
    note = "a text contains a text, an array the elements of another one; one element is looked for with `has`"
)]
pub trait Contained<M, T, K = Row> {
    #[doc(hidden)]
    fn look_up(self, of: Node) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, T: Text, K: Kind, V: Operand<M, String, K>> Contained<M, T, K> for V {
    fn look_up(self, of: Node) -> Node {
        super::text::contains(of, self.into_node())
    }
}

#[diagnostic::do_not_recommend]
impl<M, E: ArrayElement, K: Kind, V: Elements<M, E, K>> Contained<M, Vec<E>, K> for V {
    fn look_up(self, of: Node) -> Node {
        look_up(ArrayOp::Contains, of, self.into_node())
    }
}

#[diagnostic::do_not_recommend]
impl<M, E: ArrayElement, K: Kind, V: Elements<M, E, K>> Contained<M, Option<Vec<E>>, K> for V {
    fn look_up(self, of: Node) -> Node {
        look_up(ArrayOp::Contains, of, self.into_node())
    }
}

pub(super) fn look_up(op: ArrayOp, array: Node, other: Node) -> Node {
    Node::Array(op, Box::new([array, other]))
}

/// A value is looked for as an array of its own, because that is what indexes serve.
fn has<E: ArrayElement>(array: Node, element: Node) -> Node {
    match element {
        Node::Value(value) if E::NULLABLE || !value.is_null() => {
            look_up(ArrayOp::Contains, array, Node::Value(Value::Array(E::ARRAY, vec![value])))
        }
        expression => look_up(ArrayOp::Has, array, expression),
    }
}

impl<M, T: FieldType, K: Kind> Expr<M, T, K> {
    /// Every element of the array is one of these, or of the array of another column. False for NULL.
    #[must_use]
    pub fn contained_by<V: Elements<M, T::Element, K>>(self, elements: V) -> Expr<M, bool, K>
    where
        T: Array,
    {
        Expr::of(look_up(ArrayOp::ContainedBy, self.node(), elements.into_node()))
    }

    /// The array and the other one have an element in common. False for NULL.
    #[must_use]
    pub fn overlaps<V: Elements<M, T::Element, K>>(self, elements: V) -> Expr<M, bool, K>
    where
        T: Array,
    {
        Expr::of(look_up(ArrayOp::Overlaps, self.node(), elements.into_node()))
    }

    /// The value is an element of the array. False for NULL; `has(None)` asks for an element that is NULL.
    #[must_use]
    pub fn has<V: Operand<M, <T::Element as FieldType>::Base, K>>(self, element: V) -> Expr<M, bool, K>
    where
        T: Array,
    {
        Expr::of(has::<T::Element>(self.node(), element.into_node()))
    }

    /// How many elements the array has, NULLs among them included; NULL for NULL.
    #[must_use]
    pub fn len(self) -> Expr<M, T::Lift<i64>, K>
    where
        T: Array,
    {
        Expr::of(Node::Call(Function::Cardinality, vec![self.node()]))
    }
}

impl<M, T: FieldType> Column<M, T> {
    /// Every element of the array is one of these, or of the array of another column. False for NULL.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on all backends but PostgreSQL.
    #[must_use]
    pub fn contained_by<V: Elements<M, T::Element>>(self, elements: V) -> Expr<M, bool>
    where
        T: Array,
    {
        self.expr().contained_by(elements)
    }

    /// The array and the other one have an element in common. False for NULL.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on all backends but PostgreSQL.
    #[must_use]
    pub fn overlaps<V: Elements<M, T::Element>>(self, elements: V) -> Expr<M, bool>
    where
        T: Array,
    {
        self.expr().overlaps(elements)
    }

    /// The value is an element of the array. False for NULL; `has(None)` asks for an element that is NULL.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on all backends but PostgreSQL.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     tags: Vec<String>,
    /// # }
    /// # let posts =
    /// Post::objects().filter(Post::tags.has("rust") & Post::tags.len().le(3))
    /// # ;
    /// ```
    #[must_use]
    pub fn has<V: Operand<M, <T::Element as FieldType>::Base>>(self, element: V) -> Expr<M, bool>
    where
        T: Array,
    {
        self.expr().has(element)
    }

    /// How many elements the array has, NULLs among them included; NULL for NULL.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on all backends but PostgreSQL.
    #[must_use]
    pub fn len(self) -> Expr<M, T::Lift<i64>>
    where
        T: Array,
    {
        self.expr().len()
    }
}
