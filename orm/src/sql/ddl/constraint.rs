//! Foreign keys.

use super::check;
use super::table::Clause;
use super::{hexadecimal, schema};
use crate::driver::Backend;
use crate::error::Result;
use crate::model::{Action, ColumnDef, Field, constraint_name};
use crate::schema::{ForeignKey, Table};
use crate::sql::dialect::Dialect;
use crate::sql::literal::escaped;
use crate::sql::name::{self, quoted};

/// A check for each foreign key of several columns that may be NULL: all of it is there, or nothing. No row is looked for by
/// the half of a key, and none could be read that has one.
pub(super) fn checks(dialect: &Dialect, table: &Table) -> Vec<Clause> {
    let checked = |key: &&ForeignKey| {
        let is_free = |name: &String| {
            table.column(name).is_some_and(|column| column.nullable) && check::takes(dialect, table, name)
        };
        !key.partial && key.columns.len() > 1 && key.columns.iter().all(is_free)
    };
    let clause = |key: &ForeignKey| {
        let all = |what: &str| {
            let parts = key.columns.iter().map(|name| format!("{} {what}", quoted(dialect, name)));
            parts.collect::<Vec<_>>().join(" AND ")
        };
        let columns: Vec<_> = key.columns.iter().map(String::as_str).collect();
        let name = constraint_name(&table.name.name, &columns, "ck");
        check::clause(&name, &format!("({}) OR ({})", all("IS NULL"), all("IS NOT NULL")))
    };
    table.foreign_keys.iter().filter(checked).map(clause).collect()
}

/// The clause of a foreign key, inside of `CREATE TABLE` or behind `ADD`.
pub(super) fn clause(dialect: &Dialect, key: &ForeignKey) -> Clause {
    let mut body = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        name::list(dialect, key.columns.iter().map(String::as_str)),
        name::table(dialect, &key.table),
        name::list(dialect, key.to.iter().map(String::as_str)),
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        };
        body.push_str(&format!(" ON {event} {action}"));
    }
    Clause { name: key.name.clone(), body }
}

/// The columns that a foreign key refers to.
pub(super) fn target_columns(field: &'static Field) -> Result<Vec<&'static ColumnDef>> {
    let Some(reference) = &field.reference else {
        return Ok(Vec::new());
    };
    let target = (reference.target)();
    let columns: Vec<_> = reference.fields().iter().flat_map(|field| field.columns).collect();
    let fits = columns.len() == field.columns.len()
        && columns.iter().zip(field.columns).all(|(key, own)| key.ty == own.ty);
    if !fits {
        let reason = format!("the foreign key does not have the columns of the key of `{}`", target.model);
        return Err(schema(reason).with_field(field.name));
    }
    let mut digits =
        columns.iter().zip(field.columns).filter_map(|(key, own)| key.precision.zip(own.precision));
    if digits.any(|(key, own)| key != own) {
        let reason = format!("the foreign key has other digits than the key of `{}`", target.model);
        return Err(schema(reason).with_field(field.name));
    }
    if reference.to.is_some() && !target.is_unique_key(reference.fields()) {
        let names: Vec<_> = reference.fields().iter().map(|field| field.name).collect();
        let (names, model) = (names.join("`, `"), target.model);
        let reason = format!("the foreign key refers to `{names}` of `{model}`, which is not unique");
        return Err(schema(reason).with_field(field.name));
    }
    Ok(columns)
}

/// Adds a foreign key to a table that exists, unless it is there.
pub(super) fn add_foreign_key(dialect: &Dialect, table: &Table, key: &ForeignKey) -> String {
    let owner = name::table(dialect, &table.name);
    let alter = format!("ALTER TABLE {owner} ADD {}", clause(dialect, key).sql(dialect));
    if dialect.backend == Backend::Postgres {
        let code = format!(
            "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = {} AND conrelid = {}::regclass) \
             THEN {alter}; END IF; END",
            escaped(&key.name),
            escaped(&owner),
        );
        return format!("DO {}", escaped(&code));
    }
    unless_known(table, key, "DO 0", &alter)
}

/// Removes a foreign key, if it is there.
pub(super) fn drop_foreign_key(dialect: &Dialect, table: &Table, key: &ForeignKey) -> String {
    let owner = name::table(dialect, &table.name);
    let constraint = quoted(dialect, &key.name);
    if dialect.backend == Backend::Postgres {
        return format!("ALTER TABLE IF EXISTS {owner} DROP CONSTRAINT IF EXISTS {constraint}");
    }
    let alter = format!("ALTER TABLE {owner} DROP FOREIGN KEY {constraint}");
    unless_known(table, key, &alter, "DO 0")
}

/// MySQL's way to say "if": which statement runs depends on whether the constraint is known.
fn unless_known(table: &Table, key: &ForeignKey, known: &str, unknown: &str) -> String {
    let schema = table.name.schema.as_deref().map_or_else(|| "DATABASE()".to_owned(), hexadecimal);
    format!(
        "SET @orm_ddl = IF(EXISTS(SELECT 1 FROM information_schema.table_constraints \
         WHERE constraint_schema = {schema} AND table_name = {} AND constraint_name = {}), {}, {}); \
         PREPARE orm_ddl FROM @orm_ddl; EXECUTE orm_ddl; DEALLOCATE PREPARE orm_ddl",
        hexadecimal(&table.name.name),
        hexadecimal(&key.name),
        hexadecimal(known),
        hexadecimal(unknown),
    )
}
