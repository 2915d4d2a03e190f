//! The typed key of another model.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::{Key, Model, Redacted};
use crate::driver::Cursor;
use crate::error::Result;
use crate::types::{DbValue, Decode, FieldType, Single, Type, Value};

/// The typed key of a row of `R`, and nothing more: no hidden query, no cached row.
///
/// Made from a row (`ForeignKey::from(&ann)`) or from a bare key (`ForeignKey::from(7)`).
// The key is not the last field, so that a target that is no model is reported at the field that names it and
// seldom elsewhere: whether a struct is `Sized` is asked of its last field.
pub struct ForeignKey<R: Model>(R::Key, std::marker::PhantomData<fn() -> R>);

impl<R: Model> ForeignKey<R> {
    /// Used by the derives of column types.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(key: R::Key) -> Self {
        Self(key, std::marker::PhantomData)
    }

    /// The bare key.
    pub const fn key(&self) -> &R::Key {
        &self.0
    }

    /// The bare key, owned.
    #[must_use]
    pub fn into_inner(self) -> R::Key {
        self.0
    }
}

impl<R: Model> Clone for ForeignKey<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), std::marker::PhantomData)
    }
}

impl<R: Model> Copy for ForeignKey<R> where R::Key: Copy {}

impl<R: Model> PartialEq for ForeignKey<R> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<R: Model> Eq for ForeignKey<R> where R::Key: Eq {}

impl<R: Model> Hash for ForeignKey<R>
where
    R::Key: Hash,
{
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<R: Model> fmt::Debug for ForeignKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if R::TABLE.primary_key.iter().any(|key| key.is_sensitive()) {
            return write!(f, "{}#{:?}", R::TABLE.model, Redacted);
        }
        write!(f, "{}#{:?}", R::TABLE.model, self.0)
    }
}

impl<R: Model> From<&R> for ForeignKey<R> {
    fn from(row: &R) -> Self {
        Self(row.key(), std::marker::PhantomData)
    }
}

impl<R: Model> From<R> for ForeignKey<R> {
    fn from(row: R) -> Self {
        Self::from(&row)
    }
}

impl<R: Model> From<&Self> for ForeignKey<R> {
    fn from(key: &Self) -> Self {
        key.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Model> Decode for ForeignKey<R> {
    const WIDTH: usize = R::Key::WIDTH;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        R::Key::decode(row).map(|key| Self(key, std::marker::PhantomData))
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        Ok(R::Key::decode_nullable(row)?.map(|key| Self(key, std::marker::PhantomData)))
    }
}

impl<R: Model> Single for ForeignKey<R> {}

#[diagnostic::do_not_recommend]
impl<R: Model> DbValue for ForeignKey<R> {
    type Selected = R::Key;
    const TYPES: &'static [Type] = R::Key::TYPES;
    const REFERENCE: bool = true;

    fn to_value(&self) -> Value {
        self.0.key_value()
    }

    fn to_selected(&self) -> R::Key {
        self.0.clone()
    }
}

#[cfg(feature = "serde")]
impl<R: Model<Key: serde::Serialize>> serde::Serialize for ForeignKey<R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de, R: Model<Key: serde::Deserialize<'de>>> serde::Deserialize<'de> for ForeignKey<R> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        R::Key::deserialize(deserializer).map(|key| Self(key, std::marker::PhantomData))
    }
}

/// What `.to(..)` can go through: a foreign key, nullable or not.
#[diagnostic::on_unimplemented(
    message = "`.to(..)` follows a foreign key or an embedded struct, but this column is `{Self}`",
    label = "the column before `.to` is not a relation"
)]
pub trait Hop<R> {
    /// The type of a column of `R` seen from here: nullable if the way is.
    type Lift<T: FieldType>: FieldType;
}

#[diagnostic::do_not_recommend]
impl<R: Model> Hop<R> for ForeignKey<R> {
    type Lift<T: FieldType> = T;
}

#[diagnostic::do_not_recommend]
impl<R: Model> Hop<R> for Option<ForeignKey<R>> {
    type Lift<T: FieldType> = T::Nullable;
}
