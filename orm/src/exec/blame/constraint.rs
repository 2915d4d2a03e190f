//! Broken constraints, in the words of the model.

use crate::error::{ConstraintKind, ConstraintViolation};
use crate::model::{ColumnDef, Field, Table, constraint_name};

/// Adds what the model knows of a constraint to what the server said of it, and gives the one field it is about.
pub(super) fn name(violation: &mut ConstraintViolation, table: &'static Table) -> Option<&'static Field> {
    let said = violation.said.take();
    let full_name = table.full_name();
    if violation.table.as_ref().is_some_and(|name| *name != full_name) {
        return None;
    }
    if violation.kind == ConstraintKind::Check && violation.constraint.is_none() {
        violation.constraint =
            said.filter(|said| table.checks.iter().any(|check| check.name_in(table) == *said));
    }
    if violation.kind == ConstraintKind::Unique {
        unique(violation, table, &full_name);
    }
    field(violation, table, &full_name)
}

/// SQLite names the columns of a key, the servers its name.
fn unique(violation: &mut ConstraintViolation, table: &'static Table, full_name: &str) {
    let mut keys = keys(table, full_name);
    let known = match &violation.constraint {
        Some(name) => keys.find(|key| key.name == *name || (key.primary && name == "PRIMARY")),
        None => {
            let mut same = keys.filter(|key| key.columns == violation.columns);
            // Of two keys over the same columns it is not certain which one is meant.
            same.next().filter(|_| same.next().is_none())
        }
    };
    let Some(key) = known else { return };
    violation.table.get_or_insert_with(|| full_name.to_owned());
    if violation.columns.is_empty() {
        violation.columns = key.columns.iter().map(|&name| name.to_owned()).collect();
    }
    if !key.primary {
        violation.constraint.get_or_insert(key.name);
    }
}

/// A key that tells rows apart by columns alone.
struct Key {
    name: String,
    columns: Vec<&'static str>,
    primary: bool,
}

fn keys<'t>(table: &'static Table, full_name: &'t str) -> impl Iterator<Item = Key> + use<'t> {
    let columns = |columns: &mut dyn Iterator<Item = &'static ColumnDef>| {
        columns.map(|def| def.name).collect::<Vec<_>>()
    };
    let primary = columns(&mut table.primary_key.iter().flat_map(|field| field.columns));
    let primary = Key { name: constraint_name(full_name, &primary, "pk"), columns: primary, primary: true };
    let single = table.fields.iter().filter(|field| field.unique).map(move |field| {
        let columns = columns(&mut field.columns.iter());
        Key { name: constraint_name(full_name, &columns, "uq"), columns, primary: false }
    });
    let several = table.indexes.iter().filter(|index| index.unique).filter_map(move |index| {
        let fields = index.fields()?;
        let columns = columns(&mut fields.iter().flat_map(|field| field.columns));
        Some(Key { name: index.name_in(table), columns, primary: false })
    });
    std::iter::once(primary).chain(single).chain(several)
}

/// The one field that a broken constraint is about: by column, or by the name that the constraint was given.
fn field(violation: &ConstraintViolation, table: &'static Table, full_name: &str) -> Option<&'static Field> {
    if let [column] = &violation.columns[..] {
        return table.fields.iter().find(|field| field.columns.iter().any(|c| c.name == column));
    }
    let name = violation.constraint.as_deref()?;
    if let ("PRIMARY", [key]) = (name, table.primary_key) {
        return Some(key);
    }
    if let Some(check) = table.checks.iter().find(|check| check.name_in(table) == name) {
        return check.field();
    }
    table.fields.iter().chain(table.relations).find(|field| {
        let columns: Vec<&str> = field.columns.iter().map(|column| column.name).collect();
        let choices: Vec<&str> = columns.iter().copied().chain(["choices"]).collect();
        ["uq", "fk", "ck", "pk"].iter().any(|suffix| constraint_name(full_name, &columns, suffix) == name)
            || (!field.choices.is_empty() && constraint_name(full_name, &choices, "ck") == name)
            // MariaDB's own check of a column, that it holds JSON.
            || matches!(columns[..], [column] if name.strip_prefix(full_name).and_then(|rest| rest.strip_prefix('.')) == Some(column))
    })
}
