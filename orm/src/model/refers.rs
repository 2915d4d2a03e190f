//! What a column of a type of its own is where it is followed to the row that it refers to.

use std::marker::PhantomData;

use super::{Hop, Model};
use crate::driver::Cursor;
use crate::error::Result;
use crate::expr::{Kind, Node, Operand, ToOneKey};
use crate::types::{DbValue, Decode, FieldType, Single, Type, Value};

/// A value of type `T` that is that of a unique field of a row of `R`: the type of the accessor that
/// `#[field(references(R, field), relation = name)]` gives.
///
/// Such a column compares with values of type `T` and selects as one; `.to(..)` and `select_related` follow it.
#[derive(Debug)]
pub struct Refers<R, T>(T, PhantomData<fn() -> R>);

impl<R, T: Clone> Clone for Refers<R, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: DbValue> Decode for Refers<R, T> {
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
impl<R: Model, T: DbValue> DbValue for Refers<R, T> {
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
impl<R: Model, T: DbValue> Hop<R> for Refers<R, T> {
    type Lift<U: FieldType> = U;
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: DbValue> Hop<R> for Option<Refers<R, T>> {
    type Lift<U: FieldType> = U::Nullable;
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: DbValue> ToOneKey for Refers<R, T> {
    type Target = R;
    type Loaded = R;
}

#[diagnostic::do_not_recommend]
impl<R: Model, T: DbValue> ToOneKey for Option<Refers<R, T>> {
    type Target = R;
    type Loaded = Option<R>;
}

#[diagnostic::do_not_recommend]
impl<M, R: Model, T: DbValue, K: Kind> Operand<M, Refers<R, T>, K> for T {
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
