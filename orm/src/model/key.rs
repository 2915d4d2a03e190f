//! Primary keys.

use std::borrow::Borrow;
use std::fmt::Debug;

use super::{Field, ForeignKey, Model};
use crate::expr::{Many, One};
use crate::types::{DbValue, Decode, Type, Value};

/// A primary key: one column type, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "a key is an integer, a `bool`, a `String`, a date, a date with a time, a `Uuid`, an enum, a newtype of one of them, a foreign key, or up to eight of them"
)]
pub trait Key: Clone + PartialEq + Debug + Decode + Sync {
    /// The neutral type of each column.
    const TYPES: &'static [Type];

    /// The neutral value: a [`Value::Tuple`] for several columns, with one value each.
    fn key_value(&self) -> Value;
}

/// What a look-up by key takes: the key, a reference to the row, a foreign key to it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{M}`",
    label = "expected a primary key of `{M}`",
    note = "a key is a value of the type of the primary key, a `&{M}`, or a `ForeignKey<{M}>`"
)]
pub trait IntoKey<M: Model> {
    /// The key.
    fn into_key(self) -> M::Key;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Into<ForeignKey<M>>> IntoKey<M> for T {
    fn into_key(self) -> M::Key {
        self.into().into_inner()
    }
}

/// What `add`, `remove` and `set` of a many-to-many relation take: a row or a key (`One`), or anything to iterate
/// over that gives rows or keys (`Many`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no rows of `{M}`",
    label = "expected a row or a key of `{M}`, or several of them",
    note = "a `&{M}`, a value of the type of its primary key, a `ForeignKey<{M}>`; a slice, a `Vec` or an iterator of these"
)]
pub trait IntoKeys<M, Number> {
    #[doc(hidden)]
    fn into_keys(self) -> Vec<Value>;
}

#[diagnostic::do_not_recommend]
impl<M: Model, K: IntoKey<M>> IntoKeys<M, One> for K {
    fn into_keys(self) -> Vec<Value> {
        vec![self.into_key().key_value()]
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, I: IntoIterator> IntoKeys<M, Many> for I
where
    I::Item: IntoKey<M>,
{
    fn into_keys(self) -> Vec<Value> {
        self.into_iter().map(|key| key.into_key().key_value()).collect()
    }
}

/// A row of `M`: itself, a reference to it, or what borrows it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of `{M}`",
    label = "expected rows of `{M}`",
    note = "a slice, a `Vec` or an iterator of `{M}` or `&{M}`"
)]
pub trait RowOf<M> {
    #[doc(hidden)]
    fn row(&self) -> &M;
}

#[diagnostic::do_not_recommend]
impl<M, T: Borrow<M>> RowOf<M> for T {
    fn row(&self) -> &M {
        self.borrow()
    }
}

macro_rules! keys {
    ($($(#[$meta:meta])* $rust:ty,)*) => {$(
        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl Key for $rust {
            const TYPES: &'static [Type] = <Self as DbValue>::TYPES;

            fn key_value(&self) -> Value {
                self.to_value()
            }
        }

        $(#[$meta])*
        impl<R: Model<Key = $rust>> From<$rust> for ForeignKey<R> {
            fn from(key: $rust) -> Self {
                Self::new(key)
            }
        }

        $(#[$meta])*
        impl<R: Model<Key = $rust>> From<&$rust> for ForeignKey<R> {
            fn from(key: &$rust) -> Self {
                Self::new(key.clone())
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

impl<R: Model<Key = String>> From<&str> for ForeignKey<R> {
    fn from(key: &str) -> Self {
        Self::new(key.to_owned())
    }
}

/// The most columns that a key has.
const MOST: usize = 32;

/// The types of all parts, of which a foreign key to a key of several columns has several, and how many they are.
const fn joined(parts: &[&[Type]]) -> ([Type; MOST], usize) {
    let mut all = ([Type::Bool; MOST], 0);
    let mut part = 0;
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            assert!(all.1 < MOST, "a key has at most 32 columns");
            all.0[all.1] = parts[part][at];
            all.1 += 1;
            at += 1;
        }
        part += 1;
    }
    all
}

/// Adds the value of a field as one value a column.
pub(crate) fn push_columns(columns: &mut Vec<Value>, value: Value) {
    match value {
        Value::Tuple(parts) => columns.extend(parts),
        value => columns.push(value),
    }
}

/// A key as one value, from the values of its fields.
pub(crate) fn key_of(fields: Vec<Value>) -> Value {
    let mut columns = Vec::with_capacity(fields.len());
    fields.into_iter().for_each(|value| push_columns(&mut columns, value));
    match columns.pop() {
        Some(only) if columns.is_empty() => only,
        last => {
            columns.extend(last);
            Value::Tuple(columns)
        }
    }
}

/// The columns of a key as the values of so many things as there are widths, each of so many columns.
pub(crate) fn of_widths(widths: impl IntoIterator<Item = usize>, columns: Vec<Value>) -> Vec<Value> {
    let mut columns = columns.into_iter();
    let one = |width| match width {
        1 => columns.next(),
        _ => Some(Value::Tuple(columns.by_ref().take(width).collect())),
    };
    widths.into_iter().map_while(one).collect()
}

/// The value of each field of a key.
pub(crate) fn key_fields(fields: &[&'static Field], key: Value) -> Vec<Value> {
    match (fields, key) {
        ([_, _, ..], Value::Tuple(columns)) => {
            of_widths(fields.iter().map(|field| field.columns.len()), columns)
        }
        (_, key) => vec![key],
    }
}

macro_rules! composite {
    ($($part:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Key),+> Key for ($($part,)+) {
            const TYPES: &'static [Type] = {
                struct Holder<$($part),+>(std::marker::PhantomData<($($part,)+)>);
                impl<$($part: Key),+> Holder<$($part),+> {
                    const ALL: ([Type; MOST], usize) = joined(&[$($part::TYPES),+]);
                }
                let (types, count) = &Holder::<$($part),+>::ALL;
                types.split_at(*count).0
            };

            fn key_value(&self) -> Value {
                let mut columns = Vec::with_capacity(Self::TYPES.len());
                $(push_columns(&mut columns, self.$index.key_value());)+
                Value::Tuple(columns)
            }
        }

        impl<R: Model<Key = ($($part,)+)>, $($part),+> From<($($part,)+)> for ForeignKey<R> {
            fn from(key: ($($part,)+)) -> Self {
                Self::new(key)
            }
        }

        impl<R: Model<Key = ($($part,)+)>, $($part: Clone),+> From<&($($part,)+)> for ForeignKey<R> {
            fn from(key: &($($part,)+)) -> Self {
                Self::new(key.clone())
            }
        }
    };
}
composite!(A 0, B 1);
composite!(A 0, B 1, C 2);
composite!(A 0, B 1, C 2, D 3);
composite!(A 0, B 1, C 2, D 3, E 4);
composite!(A 0, B 1, C 2, D 3, E 4, F 5);
composite!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
composite!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
