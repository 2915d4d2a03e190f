//! Neutral types and values, and what a Rust type needs to be a column.
//!
//! Everyone may use this module. It uses `error`, and `driver::Cursor` to read from.

mod array;
pub(crate) mod case;
mod decode;
mod enumeration;
mod field_type;
#[cfg(feature = "json")]
mod finite;
mod hstore;
pub(crate) mod intern;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod json_text;
mod lists;
mod origin;
mod read;
mod same;
mod scalar;
mod value;

pub(crate) use array::NO_ARRAYS;
pub use array::{ArrayDef, ArrayElement};
#[doc(hidden)]
pub use decode::Named;
pub use decode::{Decode, Single};
pub use enumeration::{EnumDef, EnumValue, EnumVariant};
pub use field_type::{DbValue, FieldType};
pub use hstore::Hstore;
pub(crate) use hstore::NO_HSTORE;
#[cfg(feature = "json")]
pub use json::Json;
#[cfg(feature = "json")]
pub(crate) use json_text::write_decimals;
pub use lists::Lists;
pub use origin::Origin;
pub(crate) use same::same_text;
pub use scalar::{Number, Summable, Text};
pub use value::{Type, Value};
