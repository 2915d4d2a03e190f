//! Maps of text to text, of PostgreSQL's extension `hstore`.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use super::{DbValue, Decode, Single, Type, Value};
use crate::driver::Cursor;
use crate::error::Result;

/// What is said where a backend has no hstore.
pub(crate) const NO_HSTORE: &str =
    "hstore: use a `Json<BTreeMap<String, Option<String>>>`, which every backend keeps";

/// A map of text to text, kept as an `hstore` of PostgreSQL: a value may be missing, which is its NULL.
///
/// The type comes with the extension `hstore`, which `create_all` makes if the role may; it is found in whatever
/// schema it is.
///
/// # Errors
///
/// On other backends, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) from `create_all` and every query of a
/// model with such a field. Where PostgreSQL lacks the extension, the same kind from `create_all` and from look-ups in
/// the map. NUL characters are [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue).
///
/// # Examples
///
/// ```
/// use orm::{Hstore, prelude::*};
///
/// #[derive(Model)]
/// #[model(table = "products", index(details, method = "gin"))]
/// struct Product {
///     #[field(primary_key)]
///     id: i64,
///     details: Hstore,
/// }
///
/// let new = NewProduct::new([("colour", Some("red")), ("size", None)]);
/// assert_eq!(new.details["colour"].as_deref(), Some("red"));
/// let red = Product::objects().filter(Product::details.get("colour").eq("red") & Product::details.has_key("size"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hstore(pub BTreeMap<String, Option<String>>);

impl Hstore {
    /// The map itself.
    #[must_use]
    pub fn into_inner(self) -> BTreeMap<String, Option<String>> {
        self.0
    }
}

impl Deref for Hstore {
    type Target = BTreeMap<String, Option<String>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Hstore {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<BTreeMap<String, Option<String>>> for Hstore {
    fn from(map: BTreeMap<String, Option<String>>) -> Self {
        Self(map)
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, Option<V>); N]> for Hstore {
    fn from(entries: [(K, Option<V>); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, Option<V>)> for Hstore {
    fn from_iter<I: IntoIterator<Item = (K, Option<V>)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value.map(Into::into))).collect())
    }
}

impl IntoIterator for Hstore {
    type Item = (String, Option<String>);
    type IntoIter = std::collections::btree_map::IntoIter<String, Option<String>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(any(feature = "serde", feature = "json"))]
impl serde::Serialize for Hstore {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(any(feature = "serde", feature = "json"))]
impl<'de> serde::Deserialize<'de> for Hstore {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self)
    }
}

#[diagnostic::do_not_recommend]
impl Decode for Hstore {
    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        match row.hstore()? {
            Some(map) => Ok(Self(map)),
            None => Err(row.unexpected_null("Hstore")),
        }
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        Ok(row.hstore()?.map(Self))
    }
}

impl Single for Hstore {}

#[diagnostic::do_not_recommend]
impl DbValue for Hstore {
    type Selected = Self;
    const TYPES: &'static [Type] = &[Type::Hstore];

    fn to_value(&self) -> Value {
        Value::Hstore(self.0.clone())
    }

    fn to_selected(&self) -> Self {
        self.clone()
    }

    fn into_value(self) -> Value {
        Value::Hstore(self.0)
    }
}
