//! Expressions of the schema: of checks, indexes and generated columns.
//!
//! Built as in a query, with columns that are not qualified and values written out. So what a check demands is
//! what a filter by it finds.

use sea_query::Expr;

use super::{named, schema};
use crate::driver::{Backend, Server};
use crate::error::{Error, Result};
use crate::expr::{CompareOp, Function, Node};
use crate::model::{Action, SchemaExpr, Table as Model};
use crate::plan::check;
use crate::schema::{Expression, Table, TableColumn};
use crate::sql::build::{Builder, unsupported};
use crate::sql::dialect::{self, Dialect};
use crate::sql::literal::of_schema;
use crate::sql::source::{Source, shortened};

/// A condition that is never NULL: SQL would take an unknown check for a fulfilled one.
pub(super) fn truth(server: Server, table: &'static Model, expr: SchemaExpr) -> Result<String> {
    build(server, table, &expr.node(), |builder, at, node| Ok(builder.condition(at, node)?.into_value()))
}

/// A condition where unknown counts as false.
pub(super) fn condition(server: Server, table: &'static Model, expr: SchemaExpr) -> Result<String> {
    let node = expr.node();
    immutable(server.backend, &node)?;
    build(server, table, &node, |builder, at, node| Ok(builder.condition(at, node)?.expr))
}

/// One value; `scale` is that of the decimal column it is written to.
pub(super) fn value(
    server: Server,
    table: &'static Model,
    expr: SchemaExpr,
    scale: Option<u8>,
) -> Result<String> {
    let node = expr.node();
    immutable(server.backend, &node)?;
    build(server, table, &node, |builder, at, node| builder.single(at, node, scale))
}

fn build(
    server: Server,
    table: &'static Model,
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
        Node::Search(_) => return Err(beyond("a full-text search")),
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

/// Refuses what PostgreSQL lets stand in checks alone: the text of a native enum, by which it is ordered, may change.
fn immutable(backend: Backend, node: &Node) -> Result<()> {
    let native = |node: &Node| check::type_of(node).is_some_and(|ty| ty.of_one().native().is_some());
    let ordered = |node: &Node| match node {
        Node::Compare(op, sides) => !matches!(op, CompareOp::Eq | CompareOp::Ne) && sides.iter().any(native),
        Node::Between(parts) => parts.iter().any(native),
        _ => false,
    };
    if backend == Backend::Postgres && check::group::holds(node, &ordered) {
        let feature = "the order of a native enum in an index or a generated column";
        return Err(unsupported(dialect::of(backend), feature));
    }
    Ok(())
}

/// A function that no schema of this backend may hold, by its name.
fn lacks(backend: Backend, function: Function) -> Option<&'static str> {
    match (backend, function) {
        (Backend::Sqlite, Function::Lower) => Some("`lower` and look-ups that ignore case in a schema"),
        (Backend::Sqlite, Function::Upper) => Some("`upper` in a schema"),
        // It takes a sub-query.
        (Backend::Postgres, Function::Upper) => Some("`upper` in a schema"),
        (_, Function::Collate(_)) => Some("`collate` in a schema: give the column the collation"),
        (_, Function::Case | Function::Coalesce | Function::Greatest | Function::Least) => {
            Some("`case`, `coalesce`, `greatest` and `least` in a schema")
        }
        (_, Function::Own(_) | Function::As(_)) => Some("functions of one's own in a schema"),
        _ => None,
    }
}

fn beyond(what: &str) -> Error {
    schema(format!("an expression of the schema is about one row, it cannot hold {what}"))
}

/// The SQL of an expression for a backend.
///
/// # Errors
///
/// `Unsupported` where it was not written for this backend.
pub(super) fn sql<'a>(dialect: &'static Dialect, expression: &'a Expression) -> Result<&'a str> {
    expression.sql.get(dialect.backend).ok_or_else(|| unsupported(dialect, "SQL of this expression"))
}

/// Refuses expressions over columns that MySQL and MariaDB let none stand on: of keys that count up, and of foreign
/// keys whose columns the server itself changes, past every check.
pub(super) fn columns(server: Server, table: &Table, expression: &Expression, of: Of) -> Result<()> {
    let columns = expression.columns.iter().filter_map(|name| table.column(name));
    columns.into_iter().try_for_each(|read| column(server, table, read, of))
}

/// The same for one column.
pub(super) fn column(server: Server, table: &Table, column: &TableColumn, of: Of) -> Result<()> {
    match forbidden(table, column, of) {
        Some(feature) if matches!(server.backend, Backend::MySql | Backend::MariaDb) => {
            Err(named(unsupported(dialect::of(server.backend), feature), column))
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

fn forbidden(table: &Table, column: &TableColumn, of: Of) -> Option<&'static str> {
    let counts = column.increment;
    let changes = |action| matches!(action, Action::Cascade | Action::SetNull | Action::SetDefault);
    let updated = table.references_of(&column.name).any(|key| changes(key.on_update));
    let deleted =
        |does: &dyn Fn(Action) -> bool| table.references_of(&column.name).any(|key| does(key.on_delete));
    match of {
        Of::Check if counts => Some("checks of keys that count up"),
        Of::Check if updated || deleted(&|action| action == Action::SetNull) => {
            Some("checks of foreign keys that the server itself changes")
        }
        Of::Index if counts => Some("indexes on expressions over keys that count up"),
        Of::Stored | Of::Virtual if counts => Some("generated columns over keys that count up"),
        Of::Stored if updated || deleted(&changes) => {
            Some("stored generated columns over foreign keys with actions")
        }
        _ => None,
    }
}
