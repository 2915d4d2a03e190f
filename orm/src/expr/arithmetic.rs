//! Arithmetic on columns and expressions.

use std::ops;

#[cfg(feature = "decimal")]
use super::Function;
use super::{ArithmeticOp, Column, Expr, Kind, Node, Operand};
use crate::types::{DbValue, FieldType, Number};

fn arithmetic(op: ArithmeticOp, left: Node, right: Node) -> Node {
    Node::Arithmetic(op, Box::new([left, right]))
}

macro_rules! operators {
    ($($operator:ident $method:ident),*) => {$(
        impl<M, T: Number, V: Operand<M, T::Base>> ops::$operator<V> for Column<M, T> {
            type Output = Expr<M, V::Lift<T>>;

            fn $method(self, other: V) -> Self::Output {
                Expr::of(arithmetic(ArithmeticOp::$operator, self.node(), other.into_node()))
            }
        }

        impl<M, T: Number, K: Kind, V: Operand<M, T::Base, K>> ops::$operator<V> for Expr<M, T, K> {
            type Output = Expr<M, V::Lift<T>, K>;

            fn $method(self, other: V) -> Self::Output {
                Expr::of(arithmetic(ArithmeticOp::$operator, self.node(), other.into_node()))
            }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul, Div div);

#[cfg(feature = "decimal")]
impl<M, T: FieldType<Base = rust_decimal::Decimal>, K: Kind> Expr<M, T, K> {
    /// The number with at most so many digits behind the point, rounded half away from zero: the same on every backend.
    ///
    /// An `update` does not round by itself: what it sets a column to has no more digits than the column.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # use rust_decimal::Decimal;
    /// # #[derive(Model)]
    /// # struct Item {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(precision = 10, scale = 2)]
    /// #     price: Decimal,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let raised = Item::price * Decimal::new(105, 2);
    /// Item::objects().update_all(Item::price.set(raised.round(2))).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn round(self, digits: u8) -> Self {
        Self::of(Node::Call(Function::Round(digits), vec![self.node()]))
    }
}

#[cfg(feature = "decimal")]
impl<M, T: FieldType<Base = rust_decimal::Decimal>> Column<M, T> {
    /// The number with at most so many digits behind the point: see [`Expr::round`].
    #[must_use]
    pub fn round(self, digits: u8) -> Expr<M, T> {
        self.expr().round(digits)
    }
}

/// A literal on the left: `2 * Post::likes`.
macro_rules! left {
    ($($(#[$meta:meta])* $rust:ty,)*) => {$(
        left!(@ $(#[$meta])* $rust, Add add);
        left!(@ $(#[$meta])* $rust, Sub sub);
        left!(@ $(#[$meta])* $rust, Mul mul);
        left!(@ $(#[$meta])* $rust, Div div);
    )*};
    (@ $(#[$meta:meta])* $rust:ty, $operator:ident $method:ident) => {
        $(#[$meta])*
        impl<M, T: FieldType<Base = $rust>> ops::$operator<Column<M, T>> for $rust {
            type Output = Expr<M, T>;

            fn $method(self, other: Column<M, T>) -> Self::Output {
                Expr::of(arithmetic(ArithmeticOp::$operator, Node::Value(self.into_value()), other.node()))
            }
        }

        $(#[$meta])*
        impl<M, T: FieldType<Base = $rust>, K> ops::$operator<Expr<M, T, K>> for $rust {
            type Output = Expr<M, T, K>;

            fn $method(self, other: Expr<M, T, K>) -> Self::Output {
                Expr::of(arithmetic(ArithmeticOp::$operator, Node::Value(self.into_value()), other.node()))
            }
        }
    };
}
left! {
    i8, i16, i32, i64, u8, u16, u32, u64, f32, f64,
    #[cfg(feature = "decimal")] rust_decimal::Decimal,
}
