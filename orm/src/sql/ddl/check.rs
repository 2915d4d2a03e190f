//! Checks: those a model declares, and those of `choices`.

use super::expression::{self, Of};
use super::table::Clause;
use super::{named, schema};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::model::{self, Action, Field, constraint_name};
use crate::schema::{Literal, Table, TableColumn};
use crate::sql::dialect::{self, Dialect};
use crate::sql::literal::{literal, of_schema};
use crate::sql::name::quoted;
use crate::sql::writer::NO_SCALE;
use crate::types::Value;

/// A check as it stands in `CREATE TABLE`.
pub(super) fn clause(name: &str, condition: &str) -> Clause {
    Clause { name: name.to_owned(), body: format!("CHECK ({condition})") }
}

/// Whether a check may hold this column: on MySQL and MariaDB not, if a foreign key changes it past every check.
pub(super) fn takes(dialect: &Dialect, table: &Table, column: &str) -> bool {
    let changes = table.references_of(column).any(|key| {
        key.on_delete == Action::SetNull || matches!(key.on_update, Action::SetNull | Action::Cascade)
    });
    !(changes && matches!(dialect.backend, Backend::MySql | Backend::MariaDb))
}

/// The clauses of the checks that the model declares.
pub(super) fn declared(server: Server, table: &Table) -> Result<Vec<Clause>> {
    let dialect = dialect::of(server.backend);
    let check = |check: &crate::schema::Check| {
        let condition = expression::sql(dialect, &check.condition)?;
        expression::columns(server, table, &check.condition, Of::Check)?;
        Ok(clause(&check.name, condition))
    };
    table.checks.iter().map(check).collect()
}

/// The check that a column holds one of its choices; NULL is none of them, and allowed.
pub(super) fn choices(server: Server, table: &Table, column: &TableColumn) -> Result<Option<Clause>> {
    let Some(name) = choices_name(table, column) else {
        return Ok(None);
    };
    expression::column(server, table, column, Of::Check)?;
    let dialect = dialect::of(server.backend);
    let mut literals = Vec::with_capacity(column.choices.len());
    for choice in &column.choices {
        let literal = value(choice).and_then(|value| literal(dialect, &value, NO_SCALE).map_err(of_schema));
        literals.push(literal.map_err(|error| named(error, column))?);
    }
    let condition = format!("{} IN ({})", quoted(dialect, &column.name), literals.join(", "));
    Ok(Some(clause(&name, &condition)))
}

/// The name of that check, if the column has choices.
pub(super) fn choices_name(table: &Table, column: &TableColumn) -> Option<String> {
    (!column.choices.is_empty()).then(|| constraint_name(&table.name.name, &[&column.name, "choices"], "ck"))
}

/// Refuses choices that are neither texts nor integers.
pub(super) fn are_choices(field: &Field) -> Result<()> {
    let literal = |choice: &model::Literal| value(&choice.into()).map(drop);
    field.choices.iter().try_for_each(literal)
}

fn value(choice: &Literal) -> Result<Value> {
    match choice {
        Literal::Text(text) => Ok(Value::Text(text.clone())),
        Literal::Int(number) => match (i64::try_from(*number), u64::try_from(*number)) {
            (Ok(number), _) => Ok(Value::Int(number)),
            (_, Ok(number)) => Ok(Value::UInt(number)),
            _ => Err(schema("a choice that is no integer of 64 bits")),
        },
        Literal::Bool(_) | Literal::Float(_) | Literal::Array(_) => {
            Err(schema("choices are texts or integers"))
        }
    }
}
