//! Reading Rust values from a row, by ordinal.

use super::{Lists, Origin};
use crate::driver::Cursor;
use crate::error::Result;

/// A type that can be read from a row, by ordinal.
///
/// Derived for models; implemented for column types, `Option`s of them and tuples.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "cannot be read from a row"
)]
pub trait Decode: Sized + Send + 'static {
    /// How many columns it takes.
    const WIDTH: usize = 1;

    /// Whether it can be an element of an array.
    #[doc(hidden)]
    const IS_ELEMENT: bool = false;

    /// Whether a `Vec` of it is one value: bytes.
    #[doc(hidden)]
    const IS_BYTE: bool = false;

    /// What its columns are called, if it is a model: SQL of one's own is read by their names.
    #[doc(hidden)]
    const NAMED: Option<Named> = None;

    /// Reads the value at the cursor, which must be there, and moves the cursor behind it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for a NULL or a value that does not fit.
    fn decode(row: &mut Cursor<'_>) -> Result<Self>;

    /// Reads the value at the cursor, or `None` if it is NULL or, for a joined model, absent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for a value that does not fit.
    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>>;

    /// `Vec<Self>` in a row: bytes for `u8`, an array of PostgreSQL for what it can hold; by default a list of related
    /// rows, which takes no column and is still empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for a NULL, an array with an element that does not fit, and for
    /// what is no array.
    fn decode_vec(row: &mut Cursor<'_>) -> Result<Vec<Self>> {
        if Self::IS_ELEMENT {
            return match row.array(Self::decode)? {
                Some(value) => Ok(value),
                None => Err(row.unexpected_null(std::any::type_name::<Vec<Self>>())),
            };
        }
        if row.has_lists() {
            return Ok(Vec::new());
        }
        Err(row.mismatch(std::any::type_name::<Vec<Self>>(), "a type without a list form"))
    }

    /// [`decode_vec`](Self::decode_vec) for a value that may be NULL.
    ///
    /// # Errors
    ///
    /// As for [`decode_vec`](Self::decode_vec).
    fn decode_vec_nullable(row: &mut Cursor<'_>) -> Result<Option<Vec<Self>>> {
        if Self::IS_ELEMENT { row.array(Self::decode) } else { Self::decode_vec(row).map(Some) }
    }

    /// Takes the lists of related rows that belong to the value, which were read after it.
    #[doc(hidden)]
    fn attach(&mut self, _: &mut Lists<'_>) {}

    /// Whether there are rows in it that remember where they came from.
    #[doc(hidden)]
    const TRACED: bool = false;

    /// Tells the rows in it where they came from.
    #[doc(hidden)]
    fn trace(&mut self, _: &Origin) {}
}

/// What the columns of a model are called.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// The model.
    pub of: &'static str,
    /// The names, and of decimals the digits behind the point.
    pub columns: fn() -> Vec<(&'static str, u8)>,
}

#[diagnostic::do_not_recommend]
impl<T: Decode> Decode for Option<T> {
    const WIDTH: usize = T::WIDTH;
    const IS_ELEMENT: bool = T::IS_ELEMENT;
    const NAMED: Option<Named> = T::NAMED;
    const TRACED: bool = T::TRACED;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        T::decode_nullable(row)
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        T::decode_nullable(row).map(Some)
    }

    fn trace(&mut self, origin: &Origin) {
        self.iter_mut().for_each(|value| value.trace(origin));
    }
}

#[diagnostic::do_not_recommend]
impl<T: Decode> Decode for Vec<T> {
    const WIDTH: usize = 1;
    const IS_ELEMENT: bool = T::IS_BYTE;
    const TRACED: bool = T::TRACED;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        T::decode_vec(row)
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        T::decode_vec_nullable(row)
    }

    fn attach(&mut self, lists: &mut Lists<'_>) {
        lists.take(self);
    }

    fn trace(&mut self, origin: &Origin) {
        if T::TRACED {
            self.iter_mut().for_each(|value| value.trace(origin));
        }
    }
}

/// One slot of an output: a scalar or a model, not a tuple.
///
/// Tells `(Post, User)` (two slots) from `Post` (one), where a further part is added to an output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one part of an output",
    label = "not a scalar or a model",
    note = "beside an `impl Decode` of one's own stands `impl orm::types::Single for {Self} {{}}`"
)]
pub trait Single {}
#[diagnostic::do_not_recommend]
impl<T: Single> Single for Option<T> {}
#[diagnostic::do_not_recommend]
impl<T: Single> Single for Vec<T> {}

/// A key of several columns that may be NULL is one slot: there is no part to tell apart in what is not there.
macro_rules! nullable_keys {
    ($($name:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Decode),+> Single for Option<($($name,)+)> {}
    };
}
nullable_keys!(A B);
nullable_keys!(A B C);
nullable_keys!(A B C D);
nullable_keys!(A B C D E);
nullable_keys!(A B C D E F);
nullable_keys!(A B C D E F G);
nullable_keys!(A B C D E F G H);

macro_rules! tuples {
    ($($name:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Decode),+> Decode for ($($name,)+) {
            const WIDTH: usize = 0 $(+ $name::WIDTH)+;
            const TRACED: bool = false $(|| $name::TRACED)+;

            fn decode(row: &mut Cursor<'_>) -> Result<Self> {
                Ok(($($name::decode(row)?,)+))
            }

            // A key of several columns is absent if all of them are NULL.
            fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
                if (0..Self::WIDTH).all(|ahead| row.is_null(ahead)) {
                    row.skip(Self::WIDTH);
                    return Ok(None);
                }
                Self::decode(row).map(Some)
            }

            fn attach(&mut self, lists: &mut Lists<'_>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($name,)+) = self;
                $($name.attach(lists);)+
            }

            fn trace(&mut self, origin: &Origin) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($name,)+) = self;
                $($name.trace(origin);)+
            }
        }
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
tuples!(A B C D E F G H I J K L M);
tuples!(A B C D E F G H I J K L M N);
tuples!(A B C D E F G H I J K L M N O);
tuples!(A B C D E F G H I J K L M N O P);
