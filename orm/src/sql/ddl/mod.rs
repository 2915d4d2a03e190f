//! The DDL of models.
//!
//! [`create_all`] gives statements that may run again where the tables exist already: they then change nothing
//! (and do not see whether the tables still look like the models: that is what migrations are for).
//! Tables come after those they refer to. Where tables refer to each other in a cycle, the foreign keys that
//! look ahead are added behind all tables, if they are not there yet; on SQLite they need not wait.
//!
//! Enums that are types of their own on PostgreSQL come before the tables, and go behind them.
//! Schemas of PostgreSQL are created, databases of MySQL and MariaDB are not. SQLite has no schemas: a model
//! with one is `Unsupported` there.

#[cfg(feature = "migrate")]
mod alter;
mod check;
mod comment;
mod constraint;
mod default;
mod describe;
mod embed;
mod enumeration;
mod expression;
mod full_text;
mod generated;
mod index;
mod order;
pub(super) mod own_type;
mod refuse;
mod table;

use super::dialect::{self, Dialect};
use super::literal::escaped;
use super::name::quoted;
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Action, Field, Table as Model};
use crate::schema::{Table, TableColumn};
use crate::types::intern;

#[cfg(feature = "migrate")]
pub(crate) use alter::change;
pub(crate) use describe::describe;

/// The statements that create the tables, in the order in which they must run.
///
/// On SQLite and PostgreSQL they can all run in one transaction, and should. On MySQL and MariaDB a statement
/// may be several, separated by semicolons.
///
/// # Errors
///
/// [`ErrorKind::Schema`] for what cannot be a table (two of one name, a name that is too long, …),
/// [`ErrorKind::Unsupported`] for what this backend cannot have; each names the model.
pub(crate) fn create(tables: &[Table], server: Server) -> Result<Vec<String>> {
    let dialect = dialect::of(server.backend);
    refuse::tables(dialect, tables, &titles(tables))?;
    let order = order::sorted(tables);
    let mut statements = Vec::new();

    if server.backend == Backend::Postgres {
        let mut schemas: Vec<_> = tables.iter().filter_map(|table| table.name.schema.as_deref()).collect();
        schemas.sort_unstable();
        schemas.dedup();
        statements.extend(schemas.into_iter().map(|schema| create_schema(dialect, schema)));
        let natives = enumeration::natives(tables)?;
        statements.extend(natives.into_iter().map(|def| enumeration::create(dialect, def)));
    }
    let mut indexes = Vec::new();
    let mut late = Vec::new();
    for (at, table) in order.iter().enumerate() {
        let to_come = order.get(at + 1..).unwrap_or_default();
        let created = table::create(server, table, if dialect.forward_references { &[] } else { to_come })
            .map_err(|error| of_table(error, table))?;
        statements.push(created.statement);
        indexes.extend(comment::statement(dialect, table));
        indexes.extend(created.indexes);
        late.extend(created.late.iter().map(|key| constraint::add_foreign_key(dialect, table, key)));
    }
    statements.extend(indexes);
    statements.extend(late);
    Ok(statements)
}

/// The same for models. Foreign keys of the fields `apart` are not declared: they lead to other databases.
///
/// # Errors
///
/// Those of [`create`] and [`describe`].
pub(crate) fn create_all(
    tables: &[&'static Model],
    apart: &[&'static Field],
    server: Server,
) -> Result<Vec<String>> {
    create(&describe(tables, apart, &[server])?, server)
}

/// What a table is called where two have one name.
fn titles(tables: &[Table]) -> impl Fn(usize, usize) -> String {
    |at, _| tables.get(at).map(|table| format!("`{}`", table.model)).unwrap_or_default()
}

/// What removes tables.
#[derive(Debug)]
pub(crate) struct Removal {
    /// In the order in which they must run.
    pub(crate) statements: Vec<String>,
    /// Foreign keys must not be enforced meanwhile: SQLite empties a table before it removes it, and what it does to the
    /// rows that refer to those may lead to a table that is gone already.
    pub(crate) unchecked: bool,
}

/// What removes the tables and everything in them.
///
/// What does not exist is passed over. On SQLite the statements must run in one transaction where tables refer to each
/// other in a cycle.
///
/// # Errors
///
/// As for [`create_all`].
pub(crate) fn drop_all(tables: &[&'static Model], server: Server) -> Result<Removal> {
    let dialect = dialect::of(server.backend);
    let tables = describe(tables, &[], &[server])?;
    let order = order::sorted(&tables);
    let mut statements = Vec::new();
    let mut unchecked = false;
    for (at, table) in order.iter().enumerate() {
        let to_come = order.get(at + 1..).unwrap_or_default();
        let late = table::foreign_keys(table, to_come).1;
        if server.backend == Backend::Sqlite {
            if !late.is_empty() && statements.is_empty() {
                // Ends with the transaction, by itself.
                statements.push("PRAGMA defer_foreign_keys = ON".to_owned());
            }
            // The others wait for the end, or change nothing but their own column.
            unchecked |= late.iter().any(|key| !matches!(key.on_delete, Action::NoAction | Action::SetNull));
        } else {
            statements.extend(late.iter().map(|key| constraint::drop_foreign_key(dialect, table, key)));
        }
    }
    let drops = order
        .iter()
        .rev()
        .map(|table| format!("DROP TABLE IF EXISTS {}", super::name::table(dialect, &table.name)));
    statements.extend(drops);
    statements.extend(tables.iter().flat_map(|table| full_text::drops(dialect, table)));
    if server.backend == Backend::Postgres {
        let natives = enumeration::natives(&tables)?;
        statements.extend(natives.into_iter().map(|def| enumeration::drop(dialect, def)));
    }
    Ok(Removal { statements, unchecked })
}

/// A query of the other tables that refer to these, where the server itself does not ask before it removes one.
///
/// SQLite deletes the rows of a table first, and what its foreign keys say is done to the rows that refer to them:
/// with `cascade` they would be gone too.
pub(crate) fn referrers(tables: &[&'static Model], server: Server) -> Option<String> {
    if server.backend != Backend::Sqlite {
        return None;
    }
    let names: Vec<_> = describe::ours(tables).iter().map(|table| literal(&table.full_name())).collect();
    let names = names.join(", ");
    // Names of tables know no case.
    Some(format!(
        "SELECT DISTINCT t.name FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS k \
         WHERE t.type = 'table' AND k.\"table\" COLLATE NOCASE IN ({names}) \
         AND t.name COLLATE NOCASE NOT IN ({names}) ORDER BY 1"
    ))
}

/// What lets those who make and remove tables of one database take turns: statements for before and behind all
/// others. The server ends the turn itself where there is none for behind, and if the connection is lost.
///
/// Asking whether something exists and then making it is two steps to PostgreSQL, `IF NOT EXISTS` or not: without
/// turns, one of two programs that start together would find its table made by the other. SQLite lets one write at a
/// time anyway.
pub(crate) fn turn(server: Server) -> (Option<&'static str>, Option<&'static str>) {
    match server.backend {
        Backend::Sqlite => (None, None),
        Backend::Postgres => (Some("SELECT pg_advisory_xact_lock(1330796801)"), None),
        // Waits for a year: each server reads "for ever" in a way of its own.
        Backend::MySql | Backend::MariaDb => (
            Some("DO GET_LOCK(CONCAT('orm_ddl_', LEFT(SHA2(COALESCE(DATABASE(), ''), 256), 40)), 31536000)"),
            Some("DO RELEASE_LOCK(CONCAT('orm_ddl_', LEFT(SHA2(COALESCE(DATABASE(), ''), 256), 40)))"),
        ),
    }
}

fn create_schema(dialect: &Dialect, schema: &str) -> String {
    // Not `IF NOT EXISTS`: that asks for the right to create schemas even where there is nothing to create.
    let code = format!(
        "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = {}) THEN CREATE SCHEMA {}; END IF; END",
        escaped(schema),
        quoted(dialect, schema)
    );
    format!("DO {}", escaped(&code))
}

/// A name between the quotes of a backend.
#[cfg(feature = "migrate")]
pub(crate) fn quoted_name(backend: Backend, name: &str) -> String {
    quoted(dialect::of(backend), name)
}

/// Text as a literal of a backend.
#[cfg(feature = "migrate")]
pub(crate) fn quoted_text(backend: Backend, value: &str) -> String {
    text(dialect::of(backend), value)
}

/// Text as a literal that no mode of a server reads otherwise.
fn text(dialect: &Dialect, text: &str) -> String {
    match dialect.backend {
        Backend::MySql | Backend::MariaDb if text.contains(['\'', '\\']) => hexadecimal(text),
        Backend::Postgres => escaped(text),
        Backend::Sqlite | Backend::MySql | Backend::MariaDb => literal(text),
    }
}

/// A text literal of MySQL and MariaDB, in digits.
fn hexadecimal(text: &str) -> String {
    let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
    format!("_utf8mb4 X'{digits}'")
}

/// Text between quotes, for a backend that reads no backslash in it otherwise.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cold]
fn schema(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Schema { reason: reason.into() })
}

/// The error, with the name of the model.
#[cold]
fn of_table(error: Error, table: &Table) -> Error {
    error.with_model(intern::text(&table.model))
}

/// The error, with the name of the field.
#[cold]
fn named(error: Error, column: &TableColumn) -> Error {
    error.with_field(intern::text(&column.field))
}
