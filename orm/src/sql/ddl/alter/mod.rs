//! Tables that change: what a database is to do so that they look as if they had just been made.
//!
//! The table before and the table behind are rendered, as for `CREATE TABLE`, and what differs is changed: so what
//! changes lead to is what `create_all` makes. `convert` has what becomes of values whose type changes, `plain` what
//! differs between two renderings. SQLite makes tables anew.

mod convert;
mod enumeration;
mod mysql;
mod own;
mod plain;
mod postgres;
mod rename;
mod sqlite;

use super::default::{default, is_value};
use super::{enumeration as types, full_text, literal, of_table, refuse, table, titles};
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ChangeKind, ChangeStep, Default, Table, TableChange, TableColumn, TableName, Undo};
use crate::sql::dialect::{self, Dialect};
use crate::sql::hstore;
use crate::sql::name::{self, quoted};
use crate::types::Type;

/// What the database does for a change.
///
/// # Errors
///
/// Those of [`schema::change_steps`](crate::schema::change_steps).
pub(crate) fn change(change: &TableChange<'_>, server: Server) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    match change {
        TableChange::Create(table) => create(server, table).map_err(|error| of_table(error, table)),
        TableChange::Drop(table) => Ok(vec![drop(dialect, table)]),
        TableChange::Rename { before, after } => {
            rename::steps(server, before, after).map_err(|error| of_table(error, after))
        }
        TableChange::Alter { before, after, renamed } => {
            alter(server, before, after, *renamed).map_err(|error| of_table(error, after))
        }
        TableChange::Fill { table, column, value } => {
            fill(server, table, column, value).map_err(|error| of_table(error, table))
        }
        TableChange::CreateType(ty) => Ok(enumeration::create(dialect, *ty)),
        TableChange::DropType(ty) => Ok(enumeration::drop(dialect, *ty)),
        TableChange::AlterType { old, new, tables } => enumeration::alter(server, *old, *new, tables),
    }
}

/// A change of definitions.
fn definition(table: &TableName, sql: Vec<String>, undo: Vec<Undo>) -> ChangeStep {
    ChangeStep { sql, kind: ChangeKind::Definition, tables: vec![table.clone()], undo, touched: Vec::new() }
}

fn refused(dialect: &Dialect, table: &Table) -> Result<()> {
    let tables = std::slice::from_ref(table);
    refuse::tables(dialect, tables, &titles(tables))
}

fn create(server: Server, table: &Table) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    refused(dialect, table)?;
    let mut steps = before_columns(server, table, &table.columns.iter().collect::<Vec<_>>());
    let mut sql = Vec::new();
    if let (Backend::Postgres, Some(schema)) = (server.backend, &table.name.schema) {
        sql.push(super::create_schema(dialect, schema));
    }
    let parts = table::parts(server, table)?;
    let keys: Vec<_> = table.foreign_keys.iter().collect();
    let header = format!("CREATE TABLE {}", name::table(dialect, &table.name));
    sql.push(parts.create(dialect, table, &header, &keys));
    sql.extend(parts.statements().into_iter().map(|index| certain(&index)));
    if server.backend == Backend::Postgres {
        sql.extend(postgres::comments(dialect, None, table));
    }
    let touched = table.columns.iter().map(|column| column.name.clone()).collect();
    let undo = drop(dialect, table).sql.into_iter().map(Undo::whole).collect();
    steps.push(ChangeStep { touched, ..definition(&table.name, sql, undo) });
    Ok(steps)
}

/// What has to be there before columns of these types can be.
fn before_columns(server: Server, table: &Table, columns: &[&TableColumn]) -> Vec<ChangeStep> {
    let needed =
        server.backend == Backend::Postgres && columns.iter().any(|column| column.ty == Type::Hstore);
    let extension = |_| definition(&table.name, vec![hstore::EXTENSION.to_owned()], Vec::new());
    needed.then_some(()).map(extension).into_iter().collect()
}

/// A statement that makes something, and fails if it is there: a migration does not pass over what others have made.
fn certain(sql: &str) -> String {
    // A full-text index of SQLite is several statements.
    let statements = if sql.starts_with("CREATE VIRTUAL TABLE") { usize::MAX } else { 1 };
    sql.replacen(" IF NOT EXISTS", "", statements)
}

fn drop(dialect: &Dialect, table: &Table) -> ChangeStep {
    let mut sql = vec![format!("DROP TABLE {}", name::table(dialect, &table.name))];
    sql.extend(full_text::drops(dialect, table).map(|drop| drop.replacen(" IF EXISTS", "", 1)));
    definition(&table.name, sql, Vec::new())
}

fn alter(
    server: Server,
    before: &Table,
    after: &Table,
    renamed: Option<(&str, &str)>,
) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    refused(dialect, after)?;
    let (before, after) = (&with_possible_defaults(before), &with_possible_defaults(after));
    let before = rename::with_column(before, renamed);
    if let Some(between) = without_random(server, &before, after) {
        return random(server, &before, &between, after, renamed);
    }
    let mut steps = Vec::new();
    let known: Vec<_> = before.columns.iter().map(|column| column.name.as_str()).collect();
    let new: Vec<_> = after.columns.iter().filter(|column| !known.contains(&column.name.as_str())).collect();
    steps.extend(before_columns(server, after, &new));
    for column in &after.columns {
        let old = before.columns.iter().find(|old| old.name == column.name);
        if let Some(old) = old {
            stays_computed(dialect, old, column)?;
        }
        if let Some(old) = old.filter(|_| column.generated.is_none()) {
            // The column has its old name when the rows are counted.
            let now =
                renamed.filter(|(_, to)| *to == column.name).map_or(column.name.as_str(), |(from, _)| from);
            steps.extend(convert::guards(dialect, after, old, column, now)?);
        }
    }
    for column in new.into_iter().filter(|column| needs_value(column)) {
        steps.push(ChangeStep {
            sql: vec![format!("SELECT COUNT(*) FROM {}", name::table(dialect, &after.name))],
            kind: ChangeKind::Guard {
                rows: format!("rows of {} that would have no value in the new {}", after.name, column.name),
            },
            tables: vec![after.name.clone()],
            undo: Vec::new(),
            touched: Vec::new(),
        });
    }
    steps.extend(match server.backend {
        Backend::Sqlite => sqlite::steps(server, &before, after, renamed)?,
        Backend::Postgres => postgres::steps(server, &before, after, renamed)?,
        Backend::MySql | Backend::MariaDb => mysql::steps(server, &before, after, renamed)?,
    });
    Ok(steps)
}

/// The table without defaults that its enums do not have: between the change of an enum and that of a default there may be
/// one, which no database takes. What models say is checked where they are described.
fn with_possible_defaults(table: &Table) -> Table {
    let mut table = table.clone();
    let is_impossible = |column: &TableColumn| matches!((&column.default, column.ty), (Default::Value(value), Type::Enum(def)) if !is_value(def, value));
    for column in table.columns.iter_mut().filter(|column| is_impossible(column)) {
        column.default = Default::None;
    }
    table
}

/// The table behind without the defaults that MySQL computes for no row that is there, because each would be another; none
/// if there are no such columns among the new ones.
fn without_random(server: Server, before: &Table, after: &Table) -> Option<Table> {
    let is_new = |column: &TableColumn| {
        column.default == Default::Uuid && !before.columns.iter().any(|own| own.name == column.name)
    };
    if server.backend != Backend::MySql || !after.columns.iter().any(is_new) {
        return None;
    }
    let mut between = after.clone();
    for column in between.columns.iter_mut().filter(|column| is_new(column)) {
        column.default = Default::None;
        column.nullable = true;
    }
    Some(between)
}

/// The columns come empty, are filled, and then get their default.
fn random(
    server: Server,
    before: &Table,
    between: &Table,
    after: &Table,
    renamed: Option<(&str, &str)>,
) -> Result<Vec<ChangeStep>> {
    let before = rename::with_column(before, renamed.map(|(from, to)| (to, from)));
    let mut steps = alter(server, &before, between, renamed)?;
    for column in after.columns.iter().filter(|column| column.default == Default::Uuid) {
        if between.column(&column.name).is_some_and(|own| own.default == Default::None) {
            steps.extend(fill(server, between, &column.name, &Default::Uuid)?);
        }
    }
    steps.extend(alter(server, between, after, None)?);
    Ok(steps)
}

/// Whether rows that are there would have to get a value that nothing gives them. MySQL would make one up.
fn needs_value(column: &TableColumn) -> bool {
    !column.nullable && column.default == Default::None && !column.increment && column.generated.is_none()
}

/// Refuses what no two backends do alike: a computed column is taken away and made anew, nothing is lost by that.
fn stays_computed(dialect: &Dialect, old: &TableColumn, new: &TableColumn) -> Result<()> {
    let same = old.generated == new.generated && old.ty == new.ty && old.nullable == new.nullable;
    if same || (old.generated.is_none() && new.generated.is_none()) {
        return Ok(());
    }
    let error = Error::new(ErrorKind::Unsupported {
        feature: "a change of a generated column: drop it, and add it anew",
        backend: dialect.backend.name(),
    });
    Err(super::named(error, new))
}

fn fill(server: Server, table: &Table, column: &str, value: &Default) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    let Some(column) = table.column(column) else { return Ok(Vec::new()) };
    let filled = TableColumn { default: value.clone(), ..column.clone() };
    let Some(value) = default(dialect, server, &filled).map_err(|error| super::named(error, column))? else {
        return Ok(Vec::new());
    };
    let owner = name::table(dialect, &table.name);
    let name = quoted(dialect, &column.name);
    Ok(vec![ChangeStep {
        sql: vec![format!("UPDATE {owner} SET {name} = {value} WHERE {name} IS NULL")],
        kind: ChangeKind::Rows,
        tables: vec![table.name.clone()],
        undo: Vec::new(),
        touched: Vec::new(),
    }])
}

#[cfg(test)]
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod tests;
