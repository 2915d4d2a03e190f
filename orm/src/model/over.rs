//! The columns of foreign keys, in const evaluation: what the derive makes and asserts of them.

use super::{ColumnDef, Field, Index, IndexOf, Model};
use crate::private::{is_unique, same_digits};
use crate::types::same_text;

/// Whether a foreign key has the columns of the key that it refers to, by their types and digits.
#[must_use]
pub const fn same_columns(own: &[ColumnDef], key: &[ColumnDef]) -> bool {
    let mut at = 0;
    while at < own.len() && at < key.len() {
        let (one, other) = (own.split_at(at).1, key.split_at(at).1);
        if !one[0].ty.is(other[0].ty) || !same_digits(one, other) {
            return false;
        }
        at += 1;
    }
    own.len() == key.len()
}

/// The columns of a unique key of `M`, where a foreign key refers to it.
#[must_use]
pub const fn columns_of<const N: usize>(fields: &[&Field]) -> [ColumnDef; N] {
    let mut columns = [fields[0].columns[0]; N];
    let (mut field, mut at) = (0, 0);
    while field < fields.len() {
        let mut own = 0;
        while own < fields[field].columns.len() {
            columns[at] = fields[field].columns[own];
            at += 1;
            own += 1;
        }
        field += 1;
    }
    columns
}

/// How many columns fields have.
#[must_use]
pub const fn width_of(fields: &[&Field]) -> usize {
    let (mut width, mut at) = (0, 0);
    while at < fields.len() {
        width += fields[at].columns.len();
        at += 1;
    }
    width
}

/// Whether no two rows of the model have the same values in these fields, which are different ones.
#[must_use]
pub const fn are_unique<M: Model>(fields: &[&Field]) -> bool {
    let table = M::TABLE;
    if fields.len() == 1 {
        return is_unique::<M>(fields[0]);
    }
    let mut all = table.primary_key.len() == fields.len();
    let mut at = 0;
    while all && at < table.primary_key.len() {
        all = has(fields, table.primary_key[at]);
        at += 1;
    }
    let mut index = 0;
    while !all && index < table.indexes.len() {
        all = is_key_of(&table.indexes[index], fields);
        index += 1;
    }
    all
}

/// Whether a field is among these, by its name.
const fn has(fields: &[&Field], wanted: &Field) -> bool {
    let mut at = 0;
    while at < fields.len() {
        if same_text(fields[at].name, wanted.name) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a unique key over several fields is one of these, and of every row.
const fn is_key_of(index: &Index, fields: &[&Field]) -> bool {
    let mut is = index.unique && index.condition.is_none() && index.parts.len() == fields.len();
    let mut at = 0;
    while is && at < index.parts.len() {
        is = match index.parts[at].of {
            IndexOf::Field(field) => has(fields, field),
            IndexOf::Expression(_) => false,
        };
        at += 1;
    }
    is
}

/// Whether the names are those of the columns of a key, each once.
#[must_use]
pub const fn names_all(key: &[ColumnDef], names: &[(&str, &str)]) -> bool {
    let mut at = 0;
    while at < key.len() {
        if name_of(names, key[at].name).is_none() {
            return false;
        }
        at += 1;
    }
    names.len() == key.len()
}

const fn name_of<'n>(names: &[(&str, &'n str)], column: &str) -> Option<&'n str> {
    let mut at = 0;
    while at < names.len() {
        if same_text(names[at].0, column) {
            return Some(names[at].1);
        }
        at += 1;
    }
    None
}

/// The columns of a foreign key under names that it gives them: of all columns of the key, see [`names_all`].
#[must_use]
pub const fn named_columns<const N: usize>(
    names: &[(&str, &'static str)],
    key: &[ColumnDef],
    nullable: bool,
) -> [ColumnDef; N] {
    let mut columns = [key[0]; N];
    let mut at = 0;
    while at < N {
        if let Some(name) = name_of(names, key[at].name) {
            columns[at] = ColumnDef { name, nullable, given: true, ..key[at] };
        }
        at += 1;
    }
    columns
}
