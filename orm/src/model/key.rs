//! Primary keys.

use std::fmt::Debug;

use super::{ForeignKey, Model};
use crate::types::{DbValue, Decode, Type, Value};

/// A primary key: one column type, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "a key is an integer, a `String`, a date, a `Uuid`, or up to four of them"
)]
pub trait Key: Clone + PartialEq + Debug + Decode + Sync {
    /// The neutral type of each column.
    const TYPES: &'static [Type];

    /// The neutral value: a [`Value::Tuple`] for several columns.
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

macro_rules! composite {
    ($($part:ident $index:tt),+; $count:literal) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Key),+> Key for ($($part,)+) {
            const TYPES: &'static [Type] = {
                const fn types<$($part: Key),+>() -> [Type; $count] {
                    [$({
                        assert!($part::TYPES.len() == 1, "a part of a composite key takes one column");
                        $part::TYPES[0]
                    }),+]
                }
                struct Holder<$($part),+>(std::marker::PhantomData<($($part,)+)>);
                impl<$($part: Key),+> Holder<$($part),+> {
                    const ALL: [Type; $count] = types::<$($part),+>();
                }
                &Holder::<$($part),+>::ALL
            };

            fn key_value(&self) -> Value {
                Value::Tuple(vec![$(self.$index.key_value()),+])
            }
        }

        impl<R: Model<Key = ($($part,)+)>, $($part),+> From<($($part,)+)> for ForeignKey<R> {
            fn from(key: ($($part,)+)) -> Self {
                Self::new(key)
            }
        }
    };
}
composite!(A 0, B 1; 2);
composite!(A 0, B 1, C 2; 3);
composite!(A 0, B 1, C 2, D 3; 4);
