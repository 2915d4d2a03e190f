//! Expressions that give one of several values: `case`, `coalesce`, `null_if`, `greatest` and `least`.

use std::fmt;

use super::typed::{Of, compare};
use super::{Column, CompareOp, Condition, Expr, Function, Kind, Node, Operand, Row};
use crate::types::{DbValue, FieldType};

/// Begins an expression that gives the value of the first condition that is true.
///
/// The first value says the type of the others; the expression is an `Option` if one of the values is, or if it ends without
/// an [`otherwise`](Case::otherwise).
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// use orm::case;
///
/// # #[derive(Model)]
/// # struct Post {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 80)]
/// #     title: String,
/// #     likes: i64,
/// # }
/// # async fn example() -> orm::Result<()> {
/// let fame = case().when(Post::likes.gt(1000), "famous").when(Post::likes.gt(10), "known").otherwise("new");
/// let posts: Vec<(String, String)> = Post::objects().order_by(fame.clone().asc()).select((Post::title, fame)).all().await?;
/// # Ok(())
/// # }
/// ```
pub const fn case() -> CaseStart {
    CaseStart(())
}

/// A [`case`] without conditions.
#[derive(Debug, Clone, Copy)]
#[must_use = "say a condition and its value: `.when(condition, value)`"]
pub struct CaseStart(());

impl CaseStart {
    /// The value if the condition is true. A condition that is NULL is not.
    pub fn when<M, K: Kind, C: Condition<M, K>, V: Choice<M, K>>(
        self,
        condition: C,
        value: V,
    ) -> Case<M, V::Type, K> {
        Case { arguments: vec![condition.into_node(), value.into_node()], of: Of::default() }
    }
}

/// A [`case`] whose values are of type `T`.
#[must_use = "end it: `.otherwise(value)`, or `.end()` for NULL"]
pub struct Case<M, T, K = Row> {
    arguments: Vec<Node>,
    of: Of<(M, T, K)>,
}

impl<M, T: FieldType, K: Kind> Case<M, T, K> {
    /// The value if the condition is true, and none before was.
    pub fn when<C: Condition<M, K>, V: Operand<M, T::Base, K>>(
        mut self,
        condition: C,
        value: V,
    ) -> Case<M, V::Lift<T>, K> {
        self.arguments.extend([condition.into_node(), value.into_node()]);
        Case { arguments: self.arguments, of: Of::default() }
    }

    /// The value if no condition is true.
    #[must_use]
    pub fn otherwise<V: Operand<M, T::Base, K>>(mut self, value: V) -> Expr<M, V::Lift<T>, K> {
        self.arguments.push(value.into_node());
        Expr::of(Node::Call(Function::Case, self.arguments))
    }

    /// The end without another value: NULL if no condition is true.
    #[must_use]
    pub fn end(self) -> Expr<M, T::Nullable, K> {
        Expr::of(Node::Call(Function::Case, self.arguments))
    }
}

impl<M, T, K> Clone for Case<M, T, K> {
    fn clone(&self) -> Self {
        Self { arguments: self.arguments.clone(), of: Of::default() }
    }
}

impl<M, T, K> fmt::Debug for Case<M, T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("arguments", &self.arguments).finish()
    }
}

/// The first value of a [`case`], which says the type of the others: a value, or a column or expression of the model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a value of `case()` over a `{K}` of `{M}`",
    label = "not a column or expression of `{M}`, nor a value",
    note = "a value is a column or expression of `{M}`, or a value of a type that a column can have; write `None::<T>` for NULL"
)]
pub trait Choice<M, K = Row> {
    /// Its type.
    type Type: FieldType;

    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType> Choice<M> for Column<M, T> {
    type Type = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType, K: Kind> Choice<M, K> for Expr<M, T, K> {
    type Type = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: DbValue, K: Kind> Choice<M, K> for T {
    type Type = T;

    fn into_node(self) -> Node {
        Node::Value(self.into_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: DbValue, K: Kind> Choice<M, K> for Option<T> {
    type Type = Self;

    fn into_node(self) -> Node {
        Node::Value(self.into_field_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, K: Kind> Choice<M, K> for &str {
    type Type = String;

    fn into_node(self) -> Node {
        Node::Value(self.to_owned().into_value())
    }
}

/// A call with one more argument: what is a call of the same function already gets it at its end.
fn joined(function: Function, first: Node, next: Node) -> Node {
    match first {
        Node::Call(own, mut arguments) if own == function => {
            arguments.push(next);
            Node::Call(function, arguments)
        }
        first => Node::Call(function, vec![first, next]),
    }
}

/// An expression of a `T`, or of another value where that is NULL: an `Option` only if both are.
type Chosen<M, T, V, K = Row> = Expr<
    M,
    <T as FieldType>::Filled<<V as Operand<M, <T as FieldType>::Base, K>>::Lift<<T as FieldType>::Base>>,
    K,
>;

impl<M, T: FieldType, K: Kind> Expr<M, T, K> {
    /// The value, or the other one where it is NULL. Calls may follow each other.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 80)]
    /// #     username: String,
    /// #     #[field(max_length = 80)]
    /// #     nickname: Option<String>,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let names: Vec<String> = User::objects().select(User::nickname.coalesce(User::username)).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn coalesce<V: Operand<M, T::Base, K>>(self, other: V) -> Chosen<M, T, V, K> {
        Expr::of(joined(Function::Coalesce, self.node(), other.into_node()))
    }

    /// The value, or NULL where it equals the other one, as [`eq`](Self::eq) says.
    #[must_use]
    pub fn null_if<V: Operand<M, T::Base, K>>(self, other: V) -> Expr<M, T::Nullable, K> {
        let node = self.node();
        let differs = compare(CompareOp::Ne, node.clone(), other.into_node(), T::NULLABLE);
        Expr::of(Node::Call(Function::Case, vec![differs, node]))
    }

    /// The greater of both. NULL is passed over: the result is NULL only where both are.
    ///
    /// Calls may follow each other. Text is compared by code point.
    #[must_use]
    pub fn greatest<V: Operand<M, T::Base, K>>(self, other: V) -> Chosen<M, T, V, K> {
        Expr::of(joined(Function::Greatest, self.node(), other.into_node()))
    }

    /// The smaller of both. NULL is passed over: see [`greatest`](Self::greatest).
    #[must_use]
    pub fn least<V: Operand<M, T::Base, K>>(self, other: V) -> Chosen<M, T, V, K> {
        Expr::of(joined(Function::Least, self.node(), other.into_node()))
    }
}

impl<M, T: FieldType> Column<M, T> {
    /// The value, or the other one where it is NULL: see [`Expr::coalesce`].
    #[must_use]
    pub fn coalesce<V: Operand<M, T::Base>>(self, other: V) -> Chosen<M, T, V> {
        self.expr().coalesce(other)
    }

    /// The value, or NULL where it equals the other one: see [`Expr::null_if`].
    #[must_use]
    pub fn null_if<V: Operand<M, T::Base>>(self, other: V) -> Expr<M, T::Nullable> {
        self.expr().null_if(other)
    }

    /// The greater of both, NULL passed over: see [`Expr::greatest`].
    #[must_use]
    pub fn greatest<V: Operand<M, T::Base>>(self, other: V) -> Chosen<M, T, V> {
        self.expr().greatest(other)
    }

    /// The smaller of both, NULL passed over: see [`Expr::greatest`].
    #[must_use]
    pub fn least<V: Operand<M, T::Base>>(self, other: V) -> Chosen<M, T, V> {
        self.expr().least(other)
    }
}
