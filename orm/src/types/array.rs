//! Arrays, which PostgreSQL alone has.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::{DbValue, Decode, FieldType, Type, Value};

/// What is said where a backend has no arrays.
pub(crate) const NO_ARRAYS: &str = "arrays: use a `Json<Vec<..>>`, which every backend keeps";

/// What an array holds: a part of the type of a column, [`Type::Array`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArrayDef {
    /// The type of the elements, which is never that of an array.
    pub element: Type,
    /// Whether an element may be NULL.
    pub nullable: bool,
}

/// What an array column can hold: every type of a column of one value, and an `Option` of one for elements that may be
/// NULL.
///
/// `u8` is none of them, because a `Vec<u8>` is bytes; nor are arrays themselves. The derives `DbEnum` and `DbType`
/// implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of an array",
    label = "no array can hold a `{Self}`",
    note = "an element is of the type of a column of one value, or an `Option` of one; `u8` is none, because `Vec<u8>` is bytes",
    note = "a `Json<Vec<..>>` holds whatever serde writes, on every backend"
)]
pub trait ArrayElement: FieldType + Decode {
    /// What an array of these holds.
    #[doc(hidden)]
    const ARRAY: &'static ArrayDef =
        &ArrayDef { element: <Self as FieldType>::TYPES[0], nullable: <Self as FieldType>::NULLABLE };
}

macro_rules! elements {
    ($($(#[$meta:meta])* $rust:ty,)*) => {$(
        $(#[$meta])*
        #[diagnostic::do_not_recommend]
        impl ArrayElement for $rust {}
    )*};
}
elements! {
    bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String, Vec<u8>,
    NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>, DateTime<FixedOffset>, TimeDelta,
    #[cfg(feature = "uuid")]
    uuid::Uuid,
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal,
    #[cfg(feature = "json")]
    serde_json::Value,
}

#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<T> ArrayElement for super::Json<T> where
    T: serde::Serialize + serde::de::DeserializeOwned + Clone + Send + Sync + 'static
{
}

#[diagnostic::do_not_recommend]
impl<T: ArrayElement + DbValue> ArrayElement for Option<T> {}

// `Vec<u8>` has an implementation of its own: `u8` is no element.
#[diagnostic::do_not_recommend]
impl<T: ArrayElement> DbValue for Vec<T> {
    type Selected = Self;
    const TYPES: &'static [Type] = &[Type::Array(T::ARRAY)];

    fn to_value(&self) -> Value {
        Value::Array(T::ARRAY, self.iter().map(FieldType::field_value).collect())
    }

    fn to_selected(&self) -> Self {
        self.clone()
    }

    fn into_value(self) -> Value {
        Value::Array(T::ARRAY, self.into_iter().map(FieldType::into_field_value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_tells_of_elements_and_whether_they_may_be_null() {
        let of = |ty: Type| match ty {
            Type::Array(def) => (def.element, def.nullable),
            other => (other, false),
        };
        assert_eq!(of(<Vec<i32> as DbValue>::TYPES[0]), (Type::I32, false));
        assert_eq!(of(<Vec<Option<String>> as DbValue>::TYPES[0]), (Type::Text, true));
        assert_eq!(of(<Vec<Vec<u8>> as DbValue>::TYPES[0]), (Type::Bytes, false));
        assert_eq!(<Vec<u8> as DbValue>::TYPES[0], Type::Bytes);
    }

    #[test]
    fn elements_become_values() {
        let array = vec![Some(1_u16), None].to_value();
        let Value::Array(def, items) = array else { panic!("an array") };
        assert_eq!((def.element, items), (Type::U16, vec![Value::Int(1), Value::Null(Type::U16)]));
    }
}
