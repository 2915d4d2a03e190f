//! Expressions of the schema: of checks, indexes and generated columns.
//!
//! Built as in a query, with columns that are not qualified and values written out. So what a check demands is
//! what a filter by it finds.

use sea_query::Expr;

use super::schema;
use crate::driver::{Backend, Server};
use crate::error::{Error, Result};
use crate::expr::{Function, Node};
use crate::model::{Field, SchemaExpr, Table};
use crate::plan::check;
use crate::sql::build::{Builder, unsupported};
use crate::sql::dialect;
use crate::sql::literal::of_schema;
use crate::sql::source::{Source, shortened};

/// A condition that is never NULL: SQL would take an unknown check for a fulfilled one.
pub(super) fn truth(server: Server, table: &'static Table, expr: SchemaExpr) -> Result<String> {
    build(server, table, &expr.node(), |builder, at, node| Ok(builder.condition(at, node)?.into_value()))
}

/// A condition where unknown counts as false.
pub(super) fn condition(server: Server, table: &'static Table, expr: SchemaExpr) -> Result<String> {
    build(server, table, &expr.node(), |builder, at, node| Ok(builder.condition(at, node)?.expr))
}

/// One value; `scale` is that of the decimal column it is written to.
pub(super) fn value(
    server: Server,
    table: &'static Table,
    expr: SchemaExpr,
    scale: Option<u8>,
) -> Result<String> {
    build(server, table, &expr.node(), |builder, at, node| builder.single(at, node, scale))
}

fn build(
    server: Server,
    table: &'static Table,
    node: &Node,
    build: impl FnOnce(&mut Builder, &mut Source<'_>, &Node) -> Result<Expr>,
) -> Result<String> {
    of_one_row(server.backend, node)?;
    check::expression(node, table, server).map_err(of_schema)?;
    let mut builder = Builder::of_schema(dialect::of(server.backend));
    let expr = build(&mut builder, &mut Source::bare(table), node).map_err(of_schema)?;
    builder.finish_schema(&expr)
}

/// Refuses what looks beyond the row, and functions that only this program knows: no other one could read or check
/// a file of SQLite whose schema calls them.
fn of_one_row(backend: Backend, node: &Node) -> Result<()> {
    match node {
        Node::Field(path, field) if !shortened(path, field).0.is_empty() => {
            return Err(beyond("columns of another table").with_field(field.name));
        }
        Node::InSelect(..) => return Err(beyond("a sub-query")),
        Node::Related(..) => return Err(beyond("rows of another table")),
        Node::Aggregate(_) | Node::Key(_) => return Err(beyond("an aggregate")),
        Node::Proposed(..) => return Err(beyond("`excluded()`, which is of an upsert")),
        // Each engine reads patterns in a way of its own, and other programs write to the table, too.
        Node::Matches(..) => {
            return Err(unsupported(dialect::of(backend), "patterns in a schema"));
        }
        Node::Call(function, _) => {
            if let Some(feature) = lacks(backend, *function) {
                return Err(unsupported(dialect::of(backend), feature));
            }
        }
        Node::Field(..)
        | Node::Value(_)
        | Node::Arithmetic(..)
        | Node::Compare(..)
        | Node::IsNull(_)
        | Node::Between(_)
        | Node::In(..)
        | Node::Text(..)
        | Node::Array(..)
        | Node::Not(_)
        | Node::All(_)
        | Node::Any(_)
        | Node::Tuple(_) => {}
    }
    check::group::parts(node).into_iter().try_for_each(|part| of_one_row(backend, part))
}

/// A function that no schema of this backend may hold, by its name.
fn lacks(backend: Backend, function: Function) -> Option<&'static str> {
    match (backend, function) {
        (Backend::Sqlite, Function::Lower) => Some("`lower` and look-ups that ignore case in a schema"),
        (Backend::Sqlite, Function::Upper) => Some("`upper` in a schema"),
        // It takes a sub-query.
        (Backend::Postgres, Function::Upper) => Some("`upper` in a schema"),
        _ => None,
    }
}

fn beyond(what: &str) -> Error {
    schema(format!("an expression of the schema is about one row, it cannot hold {what}"))
}

/// Refuses expressions over columns that MySQL and MariaDB let none stand on: of keys that count up, and of foreign
/// keys whose columns the server itself changes, past every check.
pub(super) fn columns(server: Server, expr: SchemaExpr, of: Of) -> Result<()> {
    let mut outcome = Ok(());
    expr.node().each_field(&mut |_, read| {
        if outcome.is_ok() {
            outcome = field(server, read, of);
        }
    });
    outcome
}

/// The same for one field.
pub(super) fn field(server: Server, field: &Field, of: Of) -> Result<()> {
    match forbidden(field, of) {
        Some(feature) if matches!(server.backend, Backend::MySql | Backend::MariaDb) => {
            Err(unsupported(dialect::of(server.backend), feature).with_field(field.name))
        }
        _ => Ok(()),
    }
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Check,
    Index,
    Stored,
    Virtual,
}

fn forbidden(field: &Field, of: Of) -> Option<&'static str> {
    use crate::model::{Action, AutoValue};

    let counts = field.auto == AutoValue::Increment;
    let changes = |action| matches!(action, Action::Cascade | Action::SetNull | Action::SetDefault);
    let (deleted, updated) = match field.reference {
        Some(reference) => (reference.on_delete, changes(reference.on_update)),
        None => (Action::NoAction, false),
    };
    match of {
        Of::Check if counts => Some("checks of keys that count up"),
        Of::Check if updated || deleted == Action::SetNull => {
            Some("checks of foreign keys that the server itself changes")
        }
        Of::Index if counts => Some("indexes on expressions over keys that count up"),
        Of::Stored | Of::Virtual if counts => Some("generated columns over keys that count up"),
        Of::Stored if updated || changes(deleted) => {
            Some("stored generated columns over foreign keys with actions")
        }
        _ => None,
    }
}
