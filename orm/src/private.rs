//! What generated code names, and nothing else may: it changes without notice.
//!
//! Expansions of the derives name the run time, the standard library and `inventory` through this module
//! alone, so that neither a renamed crate nor names of the user's own are in the way.

pub use core::clone::Clone;
pub use core::cmp::PartialEq;
pub use core::convert::{From, Into, TryFrom};
pub use core::default::Default;
pub use core::fmt::Debug;
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, str, u8, usize};
pub use core::result::Result::{Err, Ok};
pub use core::{assert, concat, env, module_path};
pub use std::fmt;
pub use std::vec::Vec;

pub use inventory;
pub use orm_macros::with_primary_key;
#[cfg(feature = "serde")]
pub use serde;

pub use crate::driver::Cursor;
pub use crate::error::Result;
pub use crate::expr::{
    Agg, Column, FullText, Kind, ListOf, Many, Node, Nothing, One, Operand, Relation, Row, Through,
};
pub use crate::model::Redacted;
pub use crate::model::embed::{
    are_distinct, are_short, embed_changes, embed_columns, embed_fields, embed_names, embed_names_len,
    embed_option, embed_patch, embed_width, follow_the_clock, have_required, is_unlimited_text, join_fields,
    part, position_of, push_parts,
};
pub use crate::model::over::{are_unique, columns_of, named_columns, names_all, same_columns, width_of};
pub use crate::model::shared;
pub use crate::model::{
    Action, AutoValue, Bare, Check, ColumnDef, DbDefault, DefaultValue, Embed, Field, ForeignKey, Generated,
    Hop, Index, IndexMethod, IndexOf, IndexPart, Insert, Key, Literal, ManyToMany, Meta, MetaDef, Model,
    NameCase, Naming, OrderPart, Patch, PerBackend, Reference, Refers, Registered, ReplicaSet, SchemaExpr,
    Table, Values, keys_to,
};
pub use crate::query::{NestedField, Projection, field_names, projected, with_digits};
use crate::types::same_text;
pub use crate::types::{
    ArrayElement, DbValue, Decode, EnumDef, EnumValue, EnumVariant, FieldType, Named, Single, Text, Type,
    Value,
};
#[cfg(feature = "validate")]
pub use crate::validate;

use crate::expr::{Computes, Condition, IntoExpr};
use crate::model::naming::{Pen, next_name};

/// What a query gives, part by part.
pub type Outputs = Vec<crate::plan::Output>;

/// What the columns of a model are called.
#[must_use]
pub const fn named<M: Model>() -> Named {
    Named {
        of: M::TABLE.model,
        columns: || {
            let digits = |def: &ColumnDef| match def.ty {
                Type::Decimal => def.precision.map_or(0, |(_, scale)| scale),
                _ => 0,
            };
            M::TABLE.columns().map(|def| (def.name, digits(def))).collect()
        },
    }
}

/// A condition on a row of `M`, for the schema.
pub fn schema_condition<M, C: Condition<M>>(condition: C) -> Node {
    condition.into_node()
}

/// An expression over a row of `M`, for an index.
pub fn schema_value<M, E: IntoExpr<M>>(expression: E) -> Node {
    expression.into_node()
}

/// What a generated field of type `T` is computed from.
pub fn generated_value<M, T, E: Computes<M, T>>(expression: E) -> Node {
    expression.into_node()
}

/// The table of a model, as a function: tables may refer to each other in cycles.
#[must_use]
pub fn table<M: Model>() -> &'static Table {
    M::TABLE
}

/// The columns of a model's primary key, for the foreign keys to it.
///
/// Apart from the table, because tables may refer to each other in cycles and keys cannot.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "write `#[derive(Model)]` on `{Self}`"
)]
pub trait KeyColumns {
    /// The columns, in the order of the key.
    const KEY: &'static [ColumnDef];
    /// The path of the model, which consts can compare.
    const PATH: &'static str;
}

/// Whether both paths begin with the same crate.
#[must_use]
pub const fn same_crate(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    loop {
        let (a_ends, b_ends) = (at == a.len() || a[at] == b':', at == b.len() || b[at] == b':');
        if a_ends || b_ends {
            return a_ends && b_ends;
        }
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
}

/// How many bytes the names of a foreign key's columns take: none where a single name is known already.
#[must_use]
pub const fn reference_names_len(field: &str, case: Option<NameCase>, key: &[ColumnDef]) -> usize {
    put_reference_names(&mut [], field, case, key)
}

/// The names of a foreign key's columns, `field_column` each, one behind the other; in a `case`, if there is a
/// convention.
#[must_use]
pub const fn reference_names<const N: usize>(
    field: &str,
    case: Option<NameCase>,
    key: &[ColumnDef],
) -> [u8; N] {
    let mut out = [0; N];
    put_reference_names(&mut out, field, case, key);
    out
}

const fn put_reference_names(
    out: &mut [u8],
    field: &str,
    case: Option<NameCase>,
    key: &[ColumnDef],
) -> usize {
    let mut pen = Pen { out, at: 0 };
    let mut i = 0;
    while key.len() > 1 && i < key.len() {
        pen.reference(field, key[i].name, case);
        i += 1;
    }
    pen.at
}

/// The columns of a foreign key: those of the key it refers to, under names of their own; `given` if the program gave
/// the single one.
#[must_use]
pub const fn reference_columns<const N: usize>(
    single: &'static str,
    given: bool,
    mut names: &'static [u8],
    key: &[ColumnDef],
    nullable: bool,
) -> [ColumnDef; N] {
    let mut columns = [ColumnDef { name: single, nullable, given, ..key[0] }; N];
    let mut i = 0;
    while N > 1 && i < N {
        let name;
        (name, names) = next_name(names);
        columns[i] = ColumnDef { name, nullable, given, ..key[i] };
        i += 1;
    }
    columns
}

/// How many columns a key of these parts has.
#[must_use]
pub const fn key_width(parts: &[&[ColumnDef]]) -> usize {
    let (mut width, mut part) = (0, 0);
    while part < parts.len() {
        width += parts[part].len();
        part += 1;
    }
    width
}

/// The columns of the parts of a key, one behind the other.
#[must_use]
pub const fn key_columns<const N: usize>(parts: &[&[ColumnDef]]) -> [ColumnDef; N] {
    let mut columns = [parts[0][0]; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut own = 0;
        while own < parts[part].len() {
            columns[at] = parts[part][own];
            at += 1;
            own += 1;
        }
        part += 1;
    }
    columns
}

/// Whether a field has the one column of another key, by its type.
#[must_use]
pub const fn same_type(own: &[ColumnDef], key: &[ColumnDef]) -> bool {
    own.len() == 1 && key.len() == 1 && own[0].ty.is(key[0].ty)
}

/// Whether a field has the digits of another key, if they are decimals.
#[must_use]
pub const fn same_digits(own: &[ColumnDef], key: &[ColumnDef]) -> bool {
    match (own[0].precision, key[0].precision) {
        (Some(own), Some(key)) => own.0 == key.0 && own.1 == key.1,
        _ => true,
    }
}

/// Whether no two rows of the model have the same value in the field.
#[must_use]
pub const fn is_unique<M: Model>(field: &Field) -> bool {
    let key = M::TABLE.primary_key;
    field.unique || (key.len() == 1 && same_text(key[0].name, field.name))
}

/// Whether a column holds text.
#[must_use]
pub const fn is_text(columns: &[ColumnDef]) -> bool {
    matches!(columns[0].ty, Type::Text)
}

/// Whether a column holds text, arrays of it, or bytes.
#[must_use]
pub const fn has_length(columns: &[ColumnDef]) -> bool {
    matches!(columns[0].ty.of_one(), Type::Text) || matches!(columns[0].ty, Type::Bytes)
}

/// Whether a column holds decimals, or arrays of them.
#[must_use]
pub const fn has_digits(columns: &[ColumnDef]) -> bool {
    matches!(columns[0].ty.of_one(), Type::Decimal)
}

/// Whether a column holds text, bytes or arrays.
#[must_use]
pub const fn is_sized(columns: &[ColumnDef]) -> bool {
    matches!(columns[0].ty, Type::Text | Type::Bytes | Type::Array(_))
}

/// Whether a column holds an integer.
#[must_use]
pub const fn is_integer(columns: &[ColumnDef]) -> bool {
    matches!(
        columns[0].ty,
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::U64
    )
}

/// Whether a column holds a time.
#[must_use]
pub const fn is_time(columns: &[ColumnDef]) -> bool {
    matches!(columns[0].ty, Type::Date | Type::Time | Type::DateTime | Type::Timestamp)
}

/// Whether the next columns are all NULL: an embedded struct that is absent.
#[must_use]
pub fn all_null(row: &Cursor<'_>, columns: usize) -> bool {
    (0..columns).all(|ahead| row.is_null(ahead))
}

/// Stands for a value in the expansion of a model that was refused, which never runs.
pub fn never<T>() -> T {
    loop {
        std::thread::park();
    }
}

/// Asserts what is said of `T` in one place.
pub const fn a_column_type_is_clone<T: Clone>() {}

/// A column type that is made of another, and may refuse a value.
#[diagnostic::on_unimplemented(
    message = "nothing says how a `{Self}` is made of a `{T}`",
    label = "made by an `impl TryFrom<{T}> for {Self}`, which is missing",
    note = "write `impl TryFrom<{T}> for {Self}`, which refuses what is none, or remove `try_from`"
)]
pub trait MadeOf<T>: Sized {
    /// The value, unless it is refused.
    fn made(of: T) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T, N: TryFrom<T>> MadeOf<T> for N {
    fn made(of: T) -> Option<Self> {
        Self::try_from(of).ok()
    }
}

/// What the setter of a nullable column takes: a value, an `Option` of one, or what stands for one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used where a `{T}` or an `Option` of it is needed",
    label = "expected `{T}` or `Option<{T}>`"
)]
pub trait IntoNullable<T> {
    /// The value.
    fn into_nullable(self) -> Option<T>;
}

impl<T> IntoNullable<T> for T {
    fn into_nullable(self) -> Option<T> {
        Some(self)
    }
}

impl<T> IntoNullable<T> for Option<T> {
    fn into_nullable(self) -> Self {
        self
    }
}

#[cfg(feature = "json")]
impl<T> IntoNullable<crate::types::Json<T>> for T {
    fn into_nullable(self) -> Option<crate::types::Json<T>> {
        Some(self.into())
    }
}

impl IntoNullable<String> for &str {
    fn into_nullable(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl<R: Model> IntoNullable<ForeignKey<R>> for &R {
    fn into_nullable(self) -> Option<ForeignKey<R>> {
        Some(self.into())
    }
}

impl<R: Model<Key = String>> IntoNullable<ForeignKey<R>> for &str {
    fn into_nullable(self) -> Option<ForeignKey<R>> {
        Some(self.into())
    }
}

macro_rules! keys {
    ($($(#[$meta:meta])* $rust:ty,)*) => {$(
        $(#[$meta])*
        impl<R: Model<Key = $rust>> IntoNullable<ForeignKey<R>> for $rust {
            fn into_nullable(self) -> Option<ForeignKey<R>> {
                Some(self.into())
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

macro_rules! composite {
    ($($part:ident),+) => {
        impl<R: Model<Key = ($($part,)+)>, $($part: Key),+> IntoNullable<ForeignKey<R>> for ($($part,)+) {
            fn into_nullable(self) -> Option<ForeignKey<R>> {
                Some(self.into())
            }
        }
    };
}
composite!(A, B);
composite!(A, B, C);
composite!(A, B, C, D);
composite!(A, B, C, D, E);
composite!(A, B, C, D, E, F);
composite!(A, B, C, D, E, F, G);
composite!(A, B, C, D, E, F, G, H);

/// A value that is given, for serde: what is absent never gets here.
///
/// # Errors
///
/// Those of the value.
#[cfg(feature = "serde")]
pub fn given<'de, T, D>(deserializer: D) -> core::result::Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[ColumnDef] =
        &[ColumnDef::of::<i64>("order_id"), ColumnDef::of::<String>("line").max_length(8)];

    #[test]
    fn a_key_of_several_columns_gives_as_many() {
        const NAMES: &[u8] = &reference_names::<{ reference_names_len("of", None, KEY) }>("of", None, KEY);
        let columns: [ColumnDef; 2] = reference_columns("of_id", false, NAMES, KEY, true);
        assert_eq!((columns[0].name, columns[1].name), ("of_order_id", "of_line"));
        assert_eq!((columns[0].max_length, columns[1].max_length), (None, Some(8)));
        assert!(columns.iter().all(|column| column.nullable));
    }

    #[test]
    fn a_key_of_one_column_gives_the_name_of_the_field() {
        assert_eq!(reference_names_len("of", None, &KEY[1..]), 0);
        let columns: [ColumnDef; 1] = reference_columns("of_id", false, &[], &KEY[1..], false);
        assert_eq!(columns, [ColumnDef { name: "of_id", ..KEY[1] }]);
    }
}
