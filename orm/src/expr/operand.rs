//! What may stand on the right of a column, and as an argument of a function.

use super::{Column, Expr, Kind, Node, Row, RowLevel};
use crate::model::{ForeignKey, Key, Model};
use crate::types::{DbValue, FieldType, Value};

/// What may stand on the right of a column of base type `B`: a value, or an expression of the same model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used where a `{B}` of `{M}` is needed",
    label = "expected a `{B}`, or a column or expression of `{M}` with that type",
    note = "nothing is converted silently: write `3.0` for a float, `i64::from(x)` for a wider integer"
)]
pub trait Operand<M, B, K = Row> {
    /// `T`, made nullable if the operand is.
    type Lift<T: FieldType>: FieldType;

    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, B: DbValue, K: Kind> Operand<M, B, K> for B {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(self.into_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, B: DbValue, K: Kind> Operand<M, B, K> for &B {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(self.to_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, B: DbValue, K: Kind> Operand<M, B, K> for Option<B> {
    type Lift<T: FieldType> = T::Nullable;

    fn into_node(self) -> Node {
        Node::Value(self.into_field_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, K: Kind> Operand<M, String, K> for &str {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: Model<Key = String>, K: Kind> Operand<M, ForeignKey<R>, K> for &str {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(Value::Text(self.to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: Model, K: Kind> Operand<M, ForeignKey<R>, K> for &R {
    type Lift<T: FieldType> = T;

    fn into_node(self) -> Node {
        Node::Value(self.key().key_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, U: FieldType, K: RowLevel> Operand<M, U::Base, K> for Column<M, U> {
    type Lift<T: FieldType> = U::Lift<T>;

    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, U: FieldType, K: Kind> Operand<M, U::Base, K> for Expr<M, U, K> {
    type Lift<T: FieldType> = U::Lift<T>;

    fn into_node(self) -> Node {
        self.node()
    }
}

/// The base type of no column. Of a type with a single implementation beside the blanket ones, the compiler shows it
/// in every message, wanted or not; of a type with two it shows none.
#[derive(Debug)]
#[doc(hidden)]
pub enum Nothing {}

/// A bare key where a foreign key is meant: `Post::author.eq(7)`.
macro_rules! keys {
    ($($(#[$meta:meta])* $rust:ty,)*) => {$(
        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl<M, R: Model<Key = $rust>, K: Kind> Operand<M, ForeignKey<R>, K> for $rust {
            type Lift<T: FieldType> = T;

            fn into_node(self) -> Node {
                Node::Value(self.into_value())
            }
        }

        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl<M, K: Kind> Operand<M, Nothing, K> for $rust {
            type Lift<T: FieldType> = T;

            fn into_node(self) -> Node {
                Node::Value(self.into_value())
            }
        }
    )*};
}
keys! {
    i8, i16, i32, i64, u8, u16, u32, u64, String, bool,
    chrono::NaiveDate, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>,
    chrono::DateTime<chrono::FixedOffset>,
    #[cfg(feature = "uuid")] uuid::Uuid,
}

macro_rules! composite {
    ($($part:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<M, R: Model<Key = ($($part,)+)>, $($part: Key,)+ K: Kind> Operand<M, ForeignKey<R>, K>
            for ($($part,)+)
        {
            type Lift<T: FieldType> = T;

            fn into_node(self) -> Node {
                Node::Value(self.key_value())
            }
        }
    };
}
composite!(A B);
composite!(A B C);
composite!(A B C D);
composite!(A B C D E);
composite!(A B C D E F);
composite!(A B C D E F G);
composite!(A B C D E F G H);

/// An expression whose type is known by itself: what functions take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an expression of a `{K}`",
    label = "expected a column or an expression",
    note = "aggregates cannot be nested"
)]
pub trait IntoExpr<M, K = Row> {
    /// Its type.
    type Type: FieldType;

    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType, K: RowLevel> IntoExpr<M, K> for Column<M, T> {
    type Type = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType, K: Kind> IntoExpr<M, K> for Expr<M, T, K> {
    type Type = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

/// An expression over a row of `M` that gives exactly a `T`: what a generated field of that type is computed from.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` of `{M}` cannot be generated from `{Self}`",
    label = "expected an expression over `{M}` of type `{T}`",
    note = "the type of the field is that of the expression, `Option` included"
)]
pub trait Computes<M, T> {
    #[doc(hidden)]
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, T> Computes<M, T> for Column<M, T> {
    fn into_node(self) -> Node {
        self.node()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Computes<M, T> for Expr<M, T> {
    fn into_node(self) -> Node {
        self.node()
    }
}
