//! Saying which model and field an error is about.

use crate::error::{ConstraintViolation, Error, ErrorKind};
use crate::expr::{Node, Path};
use crate::model::{Field, Table, constraint_name};
use crate::plan::secret::secrets;
use crate::plan::{Output, Plan, Select};

/// Names the model and the field that the error is about, as far as that is certain.
#[cold]
pub(super) fn blame(error: Error, plan: &Plan) -> Error {
    let error = error.without(&secrets(plan));
    match error.kind() {
        ErrorKind::Decode { column, .. } => match column_at(plan, *column) {
            Some((table, field)) => {
                let error = if field.is_sensitive() { error.without_found() } else { error };
                error.with_model(table.model).with_field(field.name)
            }
            None => error,
        },
        ErrorKind::Constraint(violation) => match violated(plan.table(), violation) {
            Some(field) => error.with_model(plan.table().model).with_field(field.name),
            None => error.with_model(plan.table().model),
        },
        _ => error,
    }
}

/// The field that the `column`-th column of the result belongs to.
fn column_at(plan: &Plan, column: usize) -> Option<(&'static Table, &'static Field)> {
    match plan {
        Plan::Select(select) => output_at(select, column),
        Plan::Children(children) => {
            let key = || {
                children.start.primary_key.iter().flat_map(|field| field.columns.iter().map(move |_| *field))
            };
            match key().nth(column) {
                Some(field) => Some((children.start, field)),
                None => output_at(&children.select, column - key().count()),
            }
        }
        Plan::Insert(insert) => field_at(insert.table, column),
        _ => None,
    }
}

fn output_at(select: &Select, mut column: usize) -> Option<(&'static Table, &'static Field)> {
    for output in &select.output {
        let model = match output {
            Output::Model(path) => Some(target(select.table, path)),
            Output::Far(_, table) => Some(*table),
            Output::Expr(_) => None,
        };
        if let Some(table) = model {
            let width = table.columns().count();
            if column < width {
                return field_at(table, column);
            }
            column -= width;
            continue;
        }
        let Output::Expr(node) = output else { continue };
        let field = match node {
            Node::Field(_, field) => Some(*field),
            Node::Key(key) => match **key {
                Node::Field(_, field) => Some(field),
                _ => None,
            },
            _ => None,
        };
        let width = field.map_or(1, |field| field.columns.len());
        if column < width {
            return field.map(|field| (select.table, field));
        }
        column -= width;
    }
    None
}

fn target(table: &'static Table, path: &Path) -> &'static Table {
    path.hops().last().and_then(|field| field.reference).map_or(table, |reference| (reference.target)())
}

fn field_at(table: &'static Table, mut column: usize) -> Option<(&'static Table, &'static Field)> {
    for field in table.fields {
        if column < field.columns.len() {
            return Some((table, field));
        }
        column -= field.columns.len();
    }
    None
}

/// The one field that a broken constraint is about: by column, or by the name that the constraint was given.
fn violated(table: &'static Table, violation: &ConstraintViolation) -> Option<&'static Field> {
    if violation.table.as_ref().is_some_and(|name| *name != table.full_name()) {
        return None;
    }
    if let [column] = &violation.columns[..] {
        return table.fields.iter().find(|field| field.columns.iter().any(|c| c.name == column));
    }
    let name = violation.constraint.as_deref()?;
    let full_name = table.full_name();
    if let Some(check) = table.checks.iter().find(|check| check.name_in(table) == name) {
        return check.field();
    }
    table.fields.iter().find(|field| {
        let columns: Vec<&str> = field.columns.iter().map(|column| column.name).collect();
        let choices: Vec<&str> = columns.iter().copied().chain(["choices"]).collect();
        ["uq", "fk", "ck", "pk"].iter().any(|suffix| constraint_name(&full_name, &columns, suffix) == name)
            || (!field.choices.is_empty() && constraint_name(&full_name, &choices, "ck") == name)
    })
}
