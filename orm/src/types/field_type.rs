//! What the type of a field must offer.

use super::{Decode, Type, Value};
use crate::driver::Cursor;
use crate::error::Result;

/// A Rust type that a column, or a fixed group of columns, can hold; NULL aside.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column type",
    label = "no column can hold a `{Self}`",
    note = "`docs/types.md` lists the column types; a relation is a `ForeignKey<Model>`",
    note = "a struct of one field derives `DbType`, an enum `DbEnum`; what is `Clone`, `Serialize` and `Deserialize` can be a `Json<..>`",
    note = "a `Vec` is bytes, `Vec<u8>`, or on PostgreSQL an array of what one column holds, but of no arrays, `u8` and foreign keys"
)]
pub trait DbValue: Decode + Clone + Send + Sync + 'static {
    /// What a select of the column gives: the type itself, or the bare key for a foreign key.
    type Selected: Decode;

    /// The neutral type of each column it takes: one, but for composite keys; none for an embedded struct, whose
    /// fields have columns of their own.
    const TYPES: &'static [Type];

    /// Whether it refers to another table.
    const REFERENCE: bool = false;

    /// The neutral value.
    fn to_value(&self) -> Value;

    /// What a select of the column would give for this value.
    fn to_selected(&self) -> Self::Selected;

    /// The neutral value, from an owned one: text and bytes are moved, not copied.
    fn into_value(self) -> Value {
        self.to_value()
    }
}

/// The type of a field: a [`DbValue`], or an `Option` of one for a column that may be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column type",
    label = "no column can hold a `{Self}`",
    note = "`docs/types.md` lists the column types; a relation is a `ForeignKey<Model>`",
    note = "a struct of one field derives `DbType`, an enum `DbEnum`; what is `Clone`, `Serialize` and `Deserialize` can be a `Json<..>`",
    note = "a `Vec` is bytes, `Vec<u8>`, or on PostgreSQL an array of what one column holds, but of no arrays, `u8` and foreign keys"
)]
pub trait FieldType: Clone + Send + Sync + 'static {
    /// The type without the `Option`.
    type Base: DbValue;
    /// The type with an `Option`, never two.
    type Nullable: FieldType<Base = Self::Base>;
    /// What a select of the column gives.
    type Selected: Decode;
    /// `T`, made nullable if `Self` is.
    type Lift<T: FieldType>: FieldType;
    /// `T`, not NULL unless `Self` may be.
    type Filled<T: FieldType>: FieldType;
    /// Whether it is an `Option`.
    const NULLABLE: bool;
    /// Whether it refers to another table.
    const REFERENCE: bool = <Self::Base as DbValue>::REFERENCE;
    /// The neutral type of each column it takes.
    const TYPES: &'static [Type] = <Self::Base as DbValue>::TYPES;
    /// How many columns it takes.
    const WIDTH: usize = <Self::Base as Decode>::WIDTH;

    /// Reads the value at the cursor; as [`Decode::decode`].
    ///
    /// # Errors
    ///
    /// As for [`Decode::decode`].
    fn read(row: &mut Cursor<'_>) -> Result<Self>;

    /// Reads the value at the cursor, or `None`; as [`Decode::decode_nullable`].
    ///
    /// # Errors
    ///
    /// As for [`Decode::decode_nullable`].
    fn read_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>>;

    /// The neutral value.
    fn field_value(&self) -> Value;

    /// The neutral value, from an owned one.
    fn into_field_value(self) -> Value;
}

#[diagnostic::do_not_recommend]
impl<T: DbValue> FieldType for T {
    type Base = T;
    type Nullable = Option<T>;
    type Selected = T::Selected;
    type Lift<U: FieldType> = U;
    type Filled<U: FieldType> = U::Base;
    const NULLABLE: bool = false;

    #[inline]
    fn read(row: &mut Cursor<'_>) -> Result<Self> {
        <Self as Decode>::decode(row)
    }

    #[inline]
    fn read_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        <Self as Decode>::decode_nullable(row)
    }

    fn field_value(&self) -> Value {
        self.to_value()
    }

    fn into_field_value(self) -> Value {
        self.into_value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: DbValue> FieldType for Option<T> {
    type Base = T;
    type Nullable = Option<T>;
    type Selected = Option<T::Selected>;
    type Lift<U: FieldType> = U::Nullable;
    type Filled<U: FieldType> = U;
    const NULLABLE: bool = true;

    #[inline]
    fn read(row: &mut Cursor<'_>) -> Result<Self> {
        <Self as Decode>::decode(row)
    }

    #[inline]
    fn read_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        <Self as Decode>::decode_nullable(row)
    }

    fn field_value(&self) -> Value {
        self.as_ref().map_or_else(|| null(T::TYPES), DbValue::to_value)
    }

    fn into_field_value(self) -> Value {
        self.map_or_else(|| null(T::TYPES), DbValue::into_value)
    }
}

/// NULL in every column of a field.
fn null(types: &[Type]) -> Value {
    match types {
        [one] => Value::Null(*one),
        // Not a tuple: a struct of which every field is NULL is one that is there.
        [] => Value::Null(Type::Bool),
        many => Value::Tuple(many.iter().map(|one| Value::Null(*one)).collect()),
    }
}
