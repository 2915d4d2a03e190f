//! Embedded structs: their fields become fields of the model.
//!
//! That is done by const evaluation, so that nothing behind the metadata knows of embedded structs: a model's fields
//! are one flat list, in which those of an embedded struct are named `field.inner`, with columns `field_inner`.

use super::naming::{Pen, next_name};
use super::{AutoValue, ColumnDef, Field, NameCase, Values};
use crate::types::{DbValue, Type, Value, same_text};

/// A struct whose fields are columns of the models that embed it. Implemented by `#[derive(Embed)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    label = "not an embedded struct",
    note = "write `#[derive(Embed)]` on `{Self}`"
)]
pub trait Embed: DbValue {
    /// What an insert needs: the struct itself, or the `New…` struct of one whose fields have values of their own.
    type New: From<Self> + Send + 'static;
    /// What an update changes of it: field by field, what is `None` stays.
    type Patch: From<Self> + From<Self::New> + Send + 'static;
    /// Its fields, those of structs within it included.
    const FIELDS: &'static [Field];

    /// Adds the values of one row: a call of [`Values::set`] or [`Values::skip`] for each field, in order.
    fn values(new: Self::New, out: &mut Values);

    /// Adds what a patch changes: as [`values`](Self::values), and what stays is skipped.
    fn changes(patch: Self::Patch, out: &mut Values);
}

/// The values of an embedded struct that may be absent: NULL in every field then.
pub fn embed_option<E: Embed>(new: Option<E::New>, out: &mut Values) {
    match new {
        Some(new) => E::values(new, out),
        None => E::FIELDS.iter().for_each(|field| out.set(null(field))),
    }
}

/// What a patch changes of a struct that may be absent, NULL in every field then; or nothing.
pub fn embed_patch<E: Embed>(patch: Option<Option<E::Patch>>, out: &mut Values) {
    match patch {
        Some(Some(patch)) => E::changes(patch, out),
        Some(None) => E::FIELDS.iter().for_each(|field| out.set(null(field))),
        None => E::FIELDS.iter().for_each(|_| out.skip()),
    }
}

/// The changes of a patch: the fields that it gives.
pub fn embed_changes<E: Embed>(
    fields: &'static [Field],
    patch: Option<E::Patch>,
    out: &mut Vec<(&'static Field, Value)>,
) {
    let mut values = Values::default();
    embed_patch::<E>(Some(patch), &mut values);
    out.extend(fields.iter().zip(values.0).filter_map(|(field, value)| Some((field, value?))));
}

/// NULL, in all columns of a field.
fn null(field: &Field) -> Value {
    match field.columns {
        [column] => Value::Null(column.ty),
        columns => Value::Tuple(columns.iter().map(|column| Value::Null(column.ty)).collect()),
    }
}

/// The values of the fields, from the value of the whole: a tuple of them, or NULL for all.
pub(crate) fn parts(fields: &[Field], value: Value) -> Vec<Value> {
    match value {
        Value::Tuple(parts) => parts,
        _ => fields.iter().map(null).collect(),
    }
}

/// Adds the values of the fields of a struct within a struct.
pub fn push_parts<E: Embed>(value: Value, out: &mut Vec<Value>) {
    out.extend(parts(E::FIELDS, value));
}

/// How many columns fields take.
#[must_use]
pub const fn embed_width(fields: &[Field]) -> usize {
    let (mut width, mut i) = (0, 0);
    while i < fields.len() {
        width += fields[i].columns.len();
        i += 1;
    }
    width
}

/// How many bytes the names of embedded fields and of their columns take.
#[must_use]
pub const fn embed_names_len(
    name: &str,
    prefix: &str,
    kept: bool,
    case: Option<NameCase>,
    fields: &[Field],
) -> usize {
    put_names(&mut [], name, prefix, kept, case, fields)
}

/// The names of embedded fields, `field.inner`, each followed by the names of its columns, prefix and name; one behind
/// the other. In a `case`, if there is a convention, which leaves a prefix alone that is to be `kept`.
#[must_use]
pub const fn embed_names<const N: usize>(
    name: &str,
    prefix: &str,
    kept: bool,
    case: Option<NameCase>,
    fields: &[Field],
) -> [u8; N] {
    let mut out = [0; N];
    put_names(&mut out, name, prefix, kept, case, fields);
    out
}

const fn put_names(
    out: &mut [u8],
    name: &str,
    prefix: &str,
    kept: bool,
    case: Option<NameCase>,
    fields: &[Field],
) -> usize {
    let mut pen = Pen { out, at: 0 };
    let mut i = 0;
    while i < fields.len() {
        pen.text(name);
        pen.text(".");
        pen.text(fields[i].name);
        pen.end();
        let mut j = 0;
        while j < fields[i].columns.len() {
            pen.embedded(prefix, kept, &fields[i].columns[j], case);
            j += 1;
        }
        i += 1;
    }
    pen.at
}

/// The columns of embedded fields, under the names of [`embed_names`]; `given` if their prefix was.
#[must_use]
pub const fn embed_columns<const N: usize>(
    mut names: &'static [u8],
    fields: &[Field],
    nullable: bool,
    given: bool,
) -> [ColumnDef; N] {
    let mut out = [fields[0].columns[0]; N];
    let (mut at, mut i) = (0, 0);
    while i < fields.len() {
        (_, names) = next_name(names);
        let columns = fields[i].columns;
        let mut j = 0;
        while j < columns.len() {
            let column;
            (column, names) = next_name(names);
            out[at] = ColumnDef {
                name: column,
                nullable: nullable || columns[j].nullable,
                given: given || columns[j].given,
                ..columns[j]
            };
            at += 1;
            j += 1;
        }
        i += 1;
    }
    out
}

/// The embedded fields, under the names of [`embed_names`], with the columns of [`embed_columns`].
#[must_use]
pub const fn embed_fields<const N: usize>(
    mut names: &'static [u8],
    mut columns: &'static [ColumnDef],
    name: &str,
    fields: &'static [Field],
    optional: bool,
) -> [Field; N] {
    let mut out = [const { Field::new("", &[]) }; N];
    let mut i = 0;
    while i < N {
        let (own, rest) = columns.split_at(fields[i].columns.len());
        let field;
        (field, names) = next_name(names);
        let mut j = 0;
        while j < own.len() {
            (_, names) = next_name(names);
            j += 1;
        }
        let absent_with = match fields[i].absent_with {
            0 if optional && !fields[i].nullable() => name.len(),
            0 => 0,
            within => name.len() + 1 + within,
        };
        out[i] = Field { name: field, absent_with, columns: own, ..fields[i] };
        columns = rest;
        i += 1;
    }
    out
}

/// The fields of all parts, one behind the other.
#[must_use]
pub const fn join_fields<const N: usize>(parts: &[&'static [Field]]) -> [Field; N] {
    let mut out = [const { Field::new("", &[]) }; N];
    let (mut at, mut i) = (0, 0);
    while i < parts.len() {
        let mut j = 0;
        while j < parts[i].len() {
            out[at] = Field { position: at, ..parts[i][j] };
            at += 1;
            j += 1;
        }
        i += 1;
    }
    out
}

/// So many fields from a position on.
#[must_use]
pub const fn part(fields: &'static [Field], at: usize, len: usize) -> &'static [Field] {
    fields.split_at(at).1.split_at(len).0
}

/// The position of the field of this name, or none: the number of fields.
#[must_use]
pub const fn position_of(fields: &[Field], name: &str) -> usize {
    let mut i = 0;
    while i < fields.len() && !same_text(fields[i].name, name) {
        i += 1;
    }
    i
}

/// Whether the field is text that is not limited, which cannot be indexed.
#[must_use]
pub const fn is_unlimited_text(field: &Field) -> bool {
    field.reference.is_none()
        && matches!(field.columns[0].ty, Type::Text)
        && field.columns[0].max_length.is_none()
}

/// Whether no column of the `len` fields from `at` on is a column of a field before them, or of another of them.
#[must_use]
pub const fn are_distinct(fields: &[Field], at: usize, len: usize) -> bool {
    let mut i = at;
    while i < at + len {
        let mut j = 0;
        while j < fields[i].columns.len() {
            if occurs(fields, i, fields[i].columns[j].name) {
                return false;
            }
            j += 1;
        }
        i += 1;
    }
    true
}

/// Whether one of the first `len` fields has a column of this name; databases do not tell `Name` from `name`.
const fn occurs(fields: &[Field], len: usize, name: &str) -> bool {
    let mut i = 0;
    while i < len {
        let mut j = 0;
        while j < fields[i].columns.len() {
            if fields[i].columns[j].name.as_bytes().eq_ignore_ascii_case(name.as_bytes()) {
                return true;
            }
            j += 1;
        }
        i += 1;
    }
    false
}

/// Whether every name of a column is one that all databases take.
#[must_use]
pub const fn are_short(fields: &[Field]) -> bool {
    let mut i = 0;
    while i < fields.len() {
        let mut j = 0;
        while j < fields[i].columns.len() {
            if fields[i].columns[j].name.len() > 63 {
                return false;
            }
            j += 1;
        }
        i += 1;
    }
    true
}

/// Whether a struct of these fields can be told from its absence: one of them is never NULL.
#[must_use]
pub const fn have_required(fields: &[Field]) -> bool {
    let mut i = 0;
    while i < fields.len() {
        if !fields[i].nullable() {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether the clock fills one of the fields.
#[must_use]
pub const fn follow_the_clock(fields: &[Field]) -> bool {
    let mut i = 0;
    while i < fields.len() {
        if !matches!(fields[i].auto, AutoValue::None) {
            return true;
        }
        i += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: &[Field] = &[
        Field::new("lat", &[ColumnDef::of::<f64>("lat")]),
        Field {
            unique: true,
            ..Field::new(
                "place",
                &[ColumnDef::of::<i64>("place_id"), ColumnDef::of::<String>("place_line").max_length(8)],
            )
        },
    ];
    const NAMES: &[u8] =
        &embed_names::<{ embed_names_len("to", "t_", false, None, INNER) }>("to", "t_", false, None, INNER);
    const COLUMNS: &[ColumnDef] = &embed_columns::<{ embed_width(INNER) }>(NAMES, INNER, false, false);
    const FIELDS: &[Field] = &embed_fields::<{ INNER.len() }>(NAMES, COLUMNS, "to", INNER, true);
    const ALL: &[Field] = &join_fields::<4>(&[INNER, FIELDS]);

    #[test]
    fn names_and_columns_have_the_prefix() {
        let names: Vec<_> = ALL.iter().map(|field| field.name).collect();
        assert_eq!(names, ["lat", "place", "to.lat", "to.place"]);
        let columns: Vec<_> = FIELDS.iter().flat_map(|field| field.columns).map(|def| def.name).collect();
        assert_eq!(columns, ["t_lat", "t_place_id", "t_place_line"]);
        assert!(FIELDS[1].unique && !FIELDS[1].columns[1].nullable);
        assert_eq!(FIELDS[1].columns[1].max_length, Some(8));
    }

    #[test]
    fn positions_are_those_of_the_whole() {
        let positions: Vec<_> = ALL.iter().map(|field| field.position).collect();
        assert_eq!(positions, [0, 1, 2, 3]);
        assert_eq!((position_of(ALL, "to.place"), position_of(ALL, "to.plac")), (3, 4));
        assert_eq!(part(ALL, 2, 2).first().map(|field| field.name), Some("to.lat"));
    }

    #[test]
    fn an_optional_struct_is_null_in_every_column() {
        const OPTIONAL: &[ColumnDef] = &embed_columns::<{ embed_width(INNER) }>(NAMES, INNER, true, false);
        assert!(OPTIONAL.iter().all(|column| column.nullable));
        assert!(have_required(INNER) && have_required(FIELDS) && !follow_the_clock(INNER));
        assert_eq!((FIELDS[0].absent_with, FIELDS[1].absent_with), (2, 2));
        let nulls = parts(INNER, Value::Null(Type::Bool));
        assert!(nulls.iter().all(Value::is_null));
        assert_eq!(nulls[1], Value::Tuple(vec![Value::Null(Type::I64), Value::Null(Type::Text)]));
    }

    #[test]
    fn columns_are_told_apart_as_databases_do() {
        assert!(are_distinct(ALL, 2, 2));
        const SAME: &[Field] = &[
            Field::new("a", &[ColumnDef::of::<i64>("T_LAT")]),
            Field::new("b", &[ColumnDef::of::<i64>("b")]),
        ];
        let joined = join_fields::<4>(&[SAME, FIELDS]);
        assert!(!are_distinct(&joined, 2, 2));
        assert!(are_short(&joined));
    }
}
