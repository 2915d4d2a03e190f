//! Arithmetic on columns and expressions.

use std::ops;

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
