//! Models that cannot be tables are refused before anything is created.

use std::collections::HashMap;

use super::{check, constraint, index, schema};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Action, AutoValue, DbDefault, Field, Reference, Table, constraint_name};
use crate::plan::same_table;
use crate::sql::dialect::Dialect;

/// The tables, each once.
pub(super) fn tables(dialect: &Dialect, tables: &[&'static Table]) -> Result<Vec<&'static Table>> {
    let mut once: Vec<&'static Table> = Vec::with_capacity(tables.len());
    for table in tables {
        if !once.iter().any(|known| same_table(known, table)) {
            once.push(table);
        }
    }
    let mut names = Names::default();
    let mut checks = Names::default();
    // Names first: two models on one table are a mistake of the program, whatever the backend.
    for table in &once {
        let mut own = Names::default();
        for (name, index) in objects(table) {
            length(dialect, &name).map_err(|error| error.with_model(table.model))?;
            // MySQL and MariaDB keep the names of indexes for each table, the others for each schema.
            let known = if index && dialect.inline_indexes { &mut own } else { &mut names };
            known.add(dialect, table, name)?;
        }
    }
    for table in &once {
        // What a column checks by itself has a name too, wherever it checks anything.
        let mut own = Names::default();
        for def in table.columns() {
            own.add(dialect, table, constraint_name(&table.full_name(), &[def.name], "ck"))?;
        }
        for name in self::checks(table) {
            length(dialect, &name).map_err(|error| error.with_model(table.model))?;
            own.add(dialect, table, name.clone())?;
            // MySQL keeps the names of checks for each schema, the others for each table.
            if dialect.backend == Backend::MySql {
                checks.add(dialect, table, name)?;
            }
        }
    }
    for table in &once {
        one(dialect, table).map_err(|error| error.with_model(table.model))?;
    }
    Ok(once)
}

/// Names that must not occur twice, and whose they are.
#[derive(Default)]
struct Names(HashMap<(Option<&'static str>, String), &'static Table>);

impl Names {
    fn add(&mut self, dialect: &Dialect, table: &'static Table, name: String) -> Result<()> {
        // Only PostgreSQL tells names by upper and lower case wherever it runs.
        let key = if dialect.backend == Backend::Postgres { name.clone() } else { name.to_lowercase() };
        match self.0.insert((table.meta.schema, key), table) {
            None => Ok(()),
            Some(other) => {
                if same_table(other, table) {
                    return Err(schema(format!("the model creates `{name}` twice")).with_model(table.model));
                }
                let (one, two) = (of_version(other, table), of_version(table, other));
                Err(schema(format!("{one} and {two} both create `{name}`")))
            }
        }
    }
}

/// The path of a model; with the version of its package if that is what tells it from another.
fn of_version(table: &Table, other: &Table) -> String {
    let path = format!("`{}::{}`", table.module, table.model);
    if table.package == other.package && table.version != other.version {
        format!("{path} of {} {}", table.package, table.version)
    } else {
        path
    }
}

/// The names of the table and of its indexes; true for those of indexes.
fn objects(table: &'static Table) -> Vec<(String, bool)> {
    let mut named = vec![(table.full_name(), false)];
    named.extend(index::all(table).into_iter().map(|index| (index.name, true)));
    named
}

/// The names of the checks that the model declares.
fn checks(table: &'static Table) -> Vec<String> {
    let choices = table.fields.iter().filter_map(|field| check::choices_name(table, field));
    choices.chain(table.checks.iter().map(|check| check.name_in(table))).collect()
}

fn one(dialect: &Dialect, table: &'static Table) -> Result<()> {
    if dialect.backend == Backend::Sqlite && table.meta.schema.is_some() {
        return Err(Error::new(ErrorKind::Unsupported {
            feature: "schemas",
            backend: dialect.backend.name(),
        }));
    }
    if table.columns().next().is_none() {
        return Err(schema("a table needs a column"));
    }
    let mut seen: Vec<String> = Vec::new();
    for field in table.fields {
        for def in field.columns {
            length(dialect, def.name).map_err(|error| error.with_field(field.name))?;
            let name = def.name.to_lowercase();
            if seen.contains(&name) {
                return Err(schema(format!("two columns are named `{}`", def.name)).with_field(field.name));
            }
            seen.push(name);
        }
        if field.auto == AutoValue::Increment {
            let alone = matches!(table.primary_key, [key] if crate::plan::same_field(key, field));
            if !alone || field.columns.len() != 1 {
                let reason = "only a primary key of one integer column can count up";
                return Err(schema(reason).with_field(field.name));
            }
        }
        if let Some(reference) = &field.reference {
            constraint::target_columns(field)?;
            actions(dialect, field, reference).map_err(|error| error.with_field(field.name))?;
        }
    }
    if table.primary_key.iter().any(|field| field.nullable()) {
        return Err(schema("a primary key cannot be NULL"));
    }
    Ok(())
}

/// Whether the database can do to a foreign key what is to be done when its target goes or changes.
fn actions(dialect: &Dialect, field: &Field, reference: &Reference) -> Result<()> {
    let any = |action| reference.on_delete == action || reference.on_update == action;
    if any(Action::SetNull) && !field.nullable() {
        return Err(schema("a foreign key that is set to NULL must be an `Option`"));
    }
    if any(Action::SetDefault) {
        if field.db_default == DbDefault::None {
            return Err(schema("a foreign key that is set to its default needs a `db_default`"));
        }
        // InnoDB refuses it, or takes it and then refuses to delete.
        if matches!(dialect.backend, Backend::MySql | Backend::MariaDb) {
            let feature = "foreign keys that are set to their default";
            return Err(Error::new(ErrorKind::Unsupported { feature, backend: dialect.backend.name() }));
        }
    }
    Ok(())
}

fn length(dialect: &Dialect, name: &str) -> Result<()> {
    if name.is_empty() || name.contains('\0') {
        return Err(schema("a name that is empty or holds a NUL character"));
    }
    // PostgreSQL would cut it silently; MySQL counts characters, of which there are no more than bytes.
    if name.len() > dialect.identifier {
        return Err(schema(format!(
            "the name `{name}` is longer than the {} bytes that {} takes",
            dialect.identifier, dialect.backend
        )));
    }
    Ok(())
}
