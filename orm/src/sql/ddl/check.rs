//! Checks: those a model declares, and those of `choices`.

use super::expression::{self, Of};
use super::schema;
use crate::driver::Server;
use crate::error::Result;
use crate::model::{Field, Literal, Table, constraint_name};
use crate::sql::dialect::{self, Dialect};
use crate::sql::literal::{literal, of_schema};
use crate::sql::name::quoted;
use crate::sql::writer::NO_SCALE;
use crate::types::Value;

/// The clause of a check, inside of `CREATE TABLE`.
pub(super) fn clause(dialect: &Dialect, name: &str, condition: &str) -> String {
    format!("CONSTRAINT {} CHECK ({condition})", quoted(dialect, name))
}

/// The clauses of the checks that the model declares.
pub(super) fn declared(server: Server, table: &'static Table) -> Result<Vec<String>> {
    let dialect = dialect::of(server.backend);
    let check = |check: &crate::model::Check| {
        let condition = expression::truth(server, table, check.condition)?;
        expression::columns(server, check.condition, Of::Check)?;
        Ok(clause(dialect, &check.name_in(table), &condition))
    };
    table.checks.iter().map(check).collect()
}

/// The check that a field holds one of its choices; NULL is none of them, and allowed.
pub(super) fn choices(server: Server, table: &Table, field: &Field) -> Result<Option<String>> {
    let (Some(name), Some(def)) = (choices_name(table, field), field.columns.first()) else {
        return Ok(None);
    };
    expression::field(server, field, Of::Check)?;
    let dialect = dialect::of(server.backend);
    let mut literals = Vec::with_capacity(field.choices.len());
    for choice in field.choices {
        let literal = value(choice).and_then(|value| literal(dialect, &value, NO_SCALE).map_err(of_schema));
        literals.push(literal.map_err(|error| error.with_field(field.name))?);
    }
    let condition = format!("{} IN ({})", quoted(dialect, def.name), literals.join(", "));
    Ok(Some(clause(dialect, &name, &condition)))
}

/// The name of that check, if the field has choices.
pub(super) fn choices_name(table: &Table, field: &Field) -> Option<String> {
    let def = field.columns.first().filter(|_| !field.choices.is_empty())?;
    Some(constraint_name(&table.full_name(), &[def.name, "choices"], "ck"))
}

fn value(choice: &Literal) -> Result<Value> {
    match choice {
        Literal::Text(text) => Ok(Value::Text((*text).to_owned())),
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
