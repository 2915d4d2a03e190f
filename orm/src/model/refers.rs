//! What a column of a type of its own is where it is followed to the row that it refers to.

use std::marker::PhantomData;

use super::{Hop, Key, Model};
use crate::driver::Cursor;
use crate::error::Result;
use crate::expr::{Kind, Node, Operand, ToOneKey};
use crate::types::{DbValue, Decode, FieldType, Single, Type, Value};

/// A value of type `T` that is that of a unique key of a row of `R`: the type of the accessor that
/// `#[field(references(R, field), relation = name)]` gives, and of that of `foreign_key(.., references(a, b))`, where `T`
/// is a tuple.
///
/// Such a column compares with values of type `T` and selects as one; `.to(..)` and `select_related` follow it.
#[derive(Debug)]
pub struct Refers<R, T>(T, PhantomData<fn() -> R>);

/// What a foreign key holds: the value of one column, or a tuple of keys.
#[diagnostic::on_unimplemented(
    message = "no foreign key holds a `{Self}`",
    label = "expected a column type, or a tuple of types of keys"
)]
#[doc(hidden)]
pub trait Referred: Decode + Clone + Send + Sync + 'static {
    type Selected: Decode;
    const TYPES: &'static [Type];

    fn to_value(&self) -> Value;

    fn to_selected(&self) -> Self::Selected;

    fn into_value(self) -> Value {
        self.to_value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: DbValue> Referred for T {
    type Selected = T::Selected;
    const TYPES: &'static [Type] = T::TYPES;

    fn to_value(&self) -> Value {
        DbValue::to_value(self)
    }

    fn to_selected(&self) -> T::Selected {
        DbValue::to_selected(self)
    }

    fn into_value(self) -> Value {
        DbValue::into_value(self)
    }
}

macro_rules! tuples {
    ($($part:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Key + 'static),+> Referred for ($($part,)+) {
            type Selected = Self;
            const TYPES: &'static [Type] = <Self as Key>::TYPES;

            fn to_value(&self) -> Value {
                self.key_value()
            }

            fn to_selected(&self) -> Self {
                self.clone()
            }
        }
    };
}
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);

impl<R, T: Clone> Clone for Refers<R, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: Referred> Decode for Refers<R, T> {
    const WIDTH: usize = T::WIDTH;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        T::decode(row).map(|value| Self(value, PhantomData))
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        Ok(T::decode_nullable(row)?.map(|value| Self(value, PhantomData)))
    }
}

impl<R, T> Single for Refers<R, T> {}

#[diagnostic::do_not_recommend]
impl<R: Model, T: Referred> DbValue for Refers<R, T> {
    type Selected = T::Selected;
    const TYPES: &'static [Type] = T::TYPES;
    const REFERENCE: bool = true;

    fn to_value(&self) -> Value {
        self.0.to_value()
    }

    fn to_selected(&self) -> T::Selected {
        self.0.to_selected()
    }

    fn into_value(self) -> Value {
        self.0.into_value()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: Referred> Hop<R> for Refers<R, T> {
    type Lift<U: FieldType> = U;
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: Referred> Hop<R> for Option<Refers<R, T>> {
    type Lift<U: FieldType> = U::Nullable;
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: Referred> ToOneKey for Refers<R, T> {
    type Target = R;
    type Loaded = R;
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: Referred> ToOneKey for Option<Refers<R, T>> {
    type Target = R;
    type Loaded = Option<R>;
}

#[diagnostic::do_not_recommend]
impl<M, R: Model, T: Referred, K: Kind> Operand<M, Refers<R, T>, K> for T {
    type Lift<U: FieldType> = U;

    fn into_node(self) -> Node {
        Node::Value(self.into_value())
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: Model, K: Kind> Operand<M, Refers<R, String>, K> for &str {
    type Lift<U: FieldType> = U;

    fn into_node(self) -> Node {
        Node::Value(Value::Text(self.to_owned()))
    }
}
