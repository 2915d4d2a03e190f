//! Models that cannot be tables are refused before anything is created.

use std::collections::HashMap;

use super::{check, named, of_table, schema};
use crate::driver::{Backend, Capability};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Action, Table as Model, constraint_name};
use crate::schema::{Default, ForeignKey, Table};
use crate::sql::dialect::Dialect;

/// Refuses tables that no database of this backend can have, or not beside each other. `title` names one of them
/// where it is to be told from another.
pub(super) fn tables(
    dialect: &Dialect,
    tables: &[Table],
    title: &dyn Fn(usize, usize) -> String,
) -> Result<()> {
    let mut names = Names::new(tables, title);
    let mut checks = Names::new(tables, title);
    // Names first: two models on one table are a mistake of the program, whatever the backend.
    for (at, table) in tables.iter().enumerate() {
        let mut own = Names::new(tables, title);
        let indexes = table.indexes.iter().map(|index| (&index.name, true));
        for (name, index) in std::iter::once((&table.name.name, false)).chain(indexes) {
            length(dialect, name).map_err(|error| of_table(error, table))?;
            // MySQL and MariaDB keep the names of indexes for each table, the others for each schema.
            let known = if index && dialect.inline_indexes { &mut own } else { &mut names };
            known.add(dialect, at, name)?;
        }
    }
    for (at, table) in tables.iter().enumerate() {
        // What a column checks by itself has a name too, wherever it checks anything.
        let mut own = Names::new(tables, title);
        for column in &table.columns {
            own.add(dialect, at, &constraint_name(&table.name.name, &[&column.name], "ck"))?;
        }
        for name in self::checks(table) {
            length(dialect, &name).map_err(|error| of_table(error, table))?;
            own.add(dialect, at, &name)?;
            // MySQL keeps the names of checks for each schema, the others for each table.
            if dialect.backend == Backend::MySql {
                checks.add(dialect, at, &name)?;
            }
        }
    }
    tables.iter().try_for_each(|table| one(dialect, table).map_err(|error| of_table(error, table)))
}

/// Names that must not occur twice, and whose they are.
struct Names<'t> {
    tables: &'t [Table],
    title: &'t dyn Fn(usize, usize) -> String,
    known: HashMap<(Option<&'t str>, String), usize>,
}

impl<'t> Names<'t> {
    fn new(tables: &'t [Table], title: &'t dyn Fn(usize, usize) -> String) -> Self {
        Self { tables, title, known: HashMap::new() }
    }

    fn add(&mut self, dialect: &Dialect, at: usize, name: &str) -> Result<()> {
        let Some(table) = self.tables.get(at) else { return Ok(()) };
        // Only PostgreSQL tells names by upper and lower case wherever it runs.
        let key = if dialect.backend == Backend::Postgres { name.to_owned() } else { name.to_lowercase() };
        match self.known.insert((table.name.schema.as_deref(), key), at) {
            None => Ok(()),
            Some(other) if other == at => {
                Err(of_table(schema(format!("the model creates `{name}` twice")), table))
            }
            Some(other) => {
                let (one, two) = ((self.title)(other, at), (self.title)(at, other));
                Err(schema(format!("{one} and {two} both create `{name}`")))
            }
        }
    }
}

/// The path of a model; with the version of its package if that is what tells it from another.
pub(super) fn of_version(table: &Model, other: &Model) -> String {
    let path = format!("`{}::{}`", table.module, table.model);
    if table.package == other.package && table.version != other.version {
        format!("{path} of {} {}", table.package, table.version)
    } else {
        path
    }
}

/// The names of the checks that the model declares.
fn checks(table: &Table) -> Vec<String> {
    let choices = table.columns.iter().filter_map(|column| check::choices_name(table, column));
    choices.chain(table.checks.iter().map(|check| check.name.clone())).collect()
}

fn one(dialect: &Dialect, table: &Table) -> Result<()> {
    if dialect.backend == Backend::Sqlite && table.name.schema.is_some() {
        return Err(Error::new(ErrorKind::Unsupported {
            feature: "schemas",
            backend: dialect.backend.name(),
        }));
    }
    if table.columns.is_empty() {
        return Err(schema("a table needs a column"));
    }
    let mut seen: Vec<String> = Vec::new();
    for column in &table.columns {
        length(dialect, &column.name).map_err(|error| named(error, column))?;
        let name = column.name.to_lowercase();
        if seen.contains(&name) {
            return Err(named(schema(format!("two columns are named `{}`", column.name)), column));
        }
        seen.push(name);
        if column.increment && !matches!(table.key_columns(), [key] if *key == column.name) {
            return Err(named(schema("only a primary key of one integer column can count up"), column));
        }
    }
    table.foreign_keys.iter().try_for_each(|key| actions(dialect, table, key))?;
    if table.key_columns().iter().any(|name| table.column(name).is_some_and(|column| column.nullable)) {
        return Err(schema("a primary key cannot be NULL"));
    }
    Ok(())
}

/// Whether the database can do to a foreign key what is to be done when its target goes or changes.
fn actions(dialect: &Dialect, table: &Table, key: &ForeignKey) -> Result<()> {
    let any = |action| key.on_delete == action || key.on_update == action;
    for column in key.columns.iter().filter_map(|name| table.column(name)) {
        if any(Action::SetNull) && !column.nullable {
            return Err(named(schema("a foreign key that is set to NULL must be an `Option`"), column));
        }
        if any(Action::SetDefault) {
            if column.default == Default::None {
                return Err(named(
                    schema("a foreign key that is set to its default needs a `db_default`"),
                    column,
                ));
            }
            // InnoDB refuses it, or takes it and then refuses to delete.
            if !dialect.backend.supports(Capability::SetDefault) {
                let feature = "foreign keys that are set to their default";
                let error = Error::new(ErrorKind::Unsupported { feature, backend: dialect.backend.name() });
                return Err(named(error, column));
            }
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
