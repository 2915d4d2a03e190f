//! Types of the program's own, kept as JSON.

use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::finite::is_finite;
use super::{DbValue, Decode, Single, Type, Value};
use crate::driver::Cursor;
use crate::error::Result;

/// A value that is kept as JSON: anything that serde writes and reads.
///
/// The column is that of a `serde_json::Value`. JSON's `null` is a value, and not NULL: `Json<Option<T>>` may hold
/// the one, `Option<Json<T>>` the other.
///
/// What serde cannot write as JSON (a map whose keys are no text, say) is refused with
/// [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue) before anything is sent, and so are NaN and
/// infinities, which JSON does not have. What cannot be read is
/// [`ErrorKind::Decode`](crate::ErrorKind::Decode), without the value.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// use orm::prelude::*;
///
/// #[derive(Model)]
/// #[model(table = "accounts")]
/// struct Account {
///     #[field(primary_key)]
///     id: i64,
///     // Or a struct of the program's own, with serde's derives.
///     columns: Json<BTreeMap<String, Vec<u32>>>,
/// }
///
/// let new = NewAccount::new(BTreeMap::from([("left".to_owned(), vec![80])]));
/// assert_eq!(new.columns["left"], [80]);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + Send + 'static> Decode for Json<T> {
    const IS_ELEMENT: bool = true;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        match Self::decode_nullable(row)? {
            Some(value) => Ok(value),
            None => Err(row.unexpected_null(std::any::type_name::<T>())),
        }
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        match row.json()?.map(serde_json::from_value) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(Self(value))),
            // What serde says may repeat the value.
            Some(Err(_)) => Err(row.mismatch(std::any::type_name::<T>(), "JSON of another form")),
        }
    }
}

impl<T> Single for Json<T> {}

#[diagnostic::do_not_recommend]
impl<T> DbValue for Json<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Selected = Self;
    const TYPES: &'static [Type] = &[Type::Json];

    fn to_value(&self) -> Value {
        match serde_json::to_value(&self.0) {
            // For a number that JSON does not have, serde writes `null` without a word.
            Ok(json) if !holds_null(&json) || is_finite(&self.0) => Value::Json(json),
            Ok(_) => Value::Refused(Type::Json, "NaN and infinite numbers cannot be written as JSON"),
            Err(_) => Value::Refused(Type::Json, "this value cannot be written as JSON"),
        }
    }

    fn to_selected(&self) -> Self {
        self.clone()
    }
}

fn holds_null(json: &serde_json::Value) -> bool {
    use serde_json::Value;

    match json {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(entries) => entries.values().any(holds_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
