//! Calls of functions that the database has, and the ORM does not know.

use std::fmt;
use std::marker::PhantomData;

use super::{Agg, Aggregate, AggregateFunction, Column, Expr, Function, Node, Of, OwnFunction, Row};
use crate::types::{DbValue, FieldType, Type};

/// Calls a function of the database by its name: one of the program's own, see
/// [`SqliteFunctions`](crate::SqliteFunctions), of `CREATE FUNCTION` on a server, or one that there is no method for.
///
/// The arguments are a column, an expression, a value, or a tuple of up to six of them. What it gives is said by
/// [`gives`](Call::gives).
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// use orm::call;
///
/// # #[derive(Model)]
/// # struct Place {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     latitude: f64,
/// #     longitude: f64,
/// # }
/// let distance = call("distance", (Place::latitude, Place::longitude, 48.1, 11.6)).gives::<f64>();
/// let near = Place::objects().filter(distance.lt(10.0)).all();
/// # let _ = near;
/// ```
pub fn call<M, A: Arguments<M>>(name: &'static str, arguments: A) -> Call<M> {
    Call { name, arguments: arguments.into_nodes(), of: PhantomData }
}

/// Calls an aggregate of the database by its name: see [`call`](call()).
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// use orm::call_aggregate;
///
/// # #[derive(Model)]
/// # struct Factor {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     value: f64,
/// # }
/// # async fn example() -> orm::Result<()> {
/// let product = call_aggregate("product", Factor::value).gives::<Option<f64>>();
/// let product: Option<f64> = Factor::objects().aggregate(product).await?;
/// # Ok(())
/// # }
/// ```
pub fn call_aggregate<M, A: Arguments<M>>(name: &'static str, arguments: A) -> AggregateCall<M> {
    AggregateCall { name, arguments: arguments.into_nodes(), of: PhantomData }
}

/// A call of a function whose result has no type yet.
#[must_use = "say what it gives: `.gives::<T>()`"]
pub struct Call<M> {
    name: &'static str,
    arguments: Vec<Node>,
    of: Of<M>,
}

impl<M> Call<M> {
    /// The call, as an expression of this type: an `Option` if the function may give NULL.
    ///
    /// What the function gives is read as a column of the type is. Another type than it really has is an error when a row is
    /// read, [`ErrorKind::Decode`](crate::ErrorKind::Decode). On SQLite decimals are refused, which are integers there.
    #[must_use]
    pub fn gives<T: FieldType>(self) -> Expr<M, T> {
        Expr::of(Node::Call(Function::Own(own::<T>(self.name)), self.arguments))
    }
}

impl<M> fmt::Debug for Call<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("name", &self.name).field("arguments", &self.arguments).finish()
    }
}

/// A call of an aggregate whose result has no type yet.
#[must_use = "say what it gives: `.gives::<T>()`"]
pub struct AggregateCall<M> {
    name: &'static str,
    arguments: Vec<Node>,
    of: Of<M>,
}

impl<M> AggregateCall<M> {
    /// The call, as an aggregate of this type; see [`Call::gives`].
    #[must_use]
    pub fn gives<T: FieldType>(self) -> Expr<M, T, Agg> {
        Expr::of(Node::Aggregate(Box::new(Aggregate {
            function: AggregateFunction::Own(own::<T>(self.name)),
            of: Some(Node::Tuple(self.arguments)),
            distinct: false,
            filter: None,
        })))
    }
}

impl<M> fmt::Debug for AggregateCall<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AggregateCall").field("name", &self.name).field("arguments", &self.arguments).finish()
    }
}

fn own<T: FieldType>(name: &'static str) -> OwnFunction {
    const { assert!(<T::Base as DbValue>::TYPES.len() == 1, "a function gives a value of one column") };
    OwnFunction { name, ty: const { <T::Base as DbValue>::TYPES[0] } }
}

/// An argument of [`call`]: a column, an expression, or a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a function in a query of `{M}`",
    label = "not a column or expression of `{M}`, nor a value",
    note = "an argument is a column or expression of `{M}`, or a value of a type that a column can have"
)]
pub trait Argument<M> {
    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, T> Argument<M> for Column<M, T> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Argument<M> for Expr<M, T, Row> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: DbValue> Argument<M> for T {
    fn into_node(self) -> Node {
        let value = Node::Value(self.into_value());
        match T::TYPES {
            // PostgreSQL looks for a function of just these types.
            [ty @ (Type::I8 | Type::I16 | Type::I32 | Type::U8 | Type::U16 | Type::F32)] => {
                Node::Call(Function::As(*ty), vec![value])
            }
            _ => value,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M> Argument<M> for &str {
    fn into_node(self) -> Node {
        Node::Value(self.to_owned().into_value())
    }
}

/// The arguments of [`call`]: one [`Argument`], a tuple of up to six, or `()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the arguments of a function in a query of `{M}`",
    label = "not columns or expressions of `{M}`, nor values",
    note = "the arguments are one column, expression or value, or a tuple of up to six of them"
)]
pub trait Arguments<M> {
    #[doc(hidden)]
    fn into_nodes(self) -> Vec<Node>;
}

#[diagnostic::do_not_recommend]
impl<M, T> Arguments<M> for Column<M, T> {
    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Arguments<M> for Expr<M, T, Row> {
    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

impl<M> Arguments<M> for () {
    fn into_nodes(self) -> Vec<Node> {
        Vec::new()
    }
}

macro_rules! tuple {
    ($($part:ident)+) => {
        impl<M, $($part: Argument<M>),+> Arguments<M> for ($($part,)+) {
            fn into_nodes(self) -> Vec<Node> {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                vec![$($part.into_node()),+]
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
