//! Saying which model and field an error is about.

mod constraint;
mod range;

use crate::driver::check;
use crate::error::{Error, ErrorKind};
use crate::expr::{Node, Path};
use crate::model::{ColumnDef, Field, Table};
use crate::plan::secret::secrets;
use crate::plan::{Conflict, Output, Plan, Rows, Select};
use crate::types::Value;

/// Names the model and the field that the error is about, as far as that is certain.
#[cold]
pub(super) fn blame(error: Error, plan: &Plan) -> Error {
    let error = error.without(&secrets(plan));
    match error.kind() {
        ErrorKind::Decode { column, expected, found } => match column_at(plan, *column) {
            Some((table, field)) => {
                let error = if field.is_sensitive() { error.without_found() } else { error };
                error.with_model(table.model).with_field(field.name)
            }
            None => match range::left(expected, found) {
                Some(kind) => Error::new(kind).with_model(plan.table().model),
                None => error,
            },
        },
        ErrorKind::Constraint(_) => {
            let (table, mut field) = (plan.table(), None);
            let error = error.with_violation(|violation| field = constraint::name(violation, table));
            let error = error.with_model(table.model);
            match field {
                Some(field) => error.with_field(field.name),
                None => error,
            }
        }
        ErrorKind::InvalidValue { reason } if error.field().is_none() => match misfit(plan, reason) {
            Some(field) => error.with_model(plan.table().model).with_field(field.name),
            None => error,
        },
        _ => error,
    }
}

/// The field whose value the driver refused so, or that the server says it is about.
fn misfit(plan: &Plan, reason: &str) -> Option<&'static Field> {
    let refused = |column: &ColumnDef, value: &Value| is_refused(column, value, reason);
    let assigned = |set: &[(&'static Field, Node)]| {
        set.iter().find_map(|(field, node)| match (node, field.columns) {
            (Node::Value(value), [column]) if refused(column, value) => Some(*field),
            _ => None,
        })
    };
    let found = match plan {
        Plan::Insert(insert) => {
            let columns = || insert.fields.iter().flat_map(|f| f.columns.iter().map(move |c| (*f, c)));
            let width = columns().count().max(1);
            let of_row = match &insert.rows {
                Rows::Flat { values, .. } => columns().enumerate().find_map(|(at, (field, column))| {
                    let mut values = values.iter().skip(at).step_by(width);
                    values.any(|value| refused(column, value)).then_some(field)
                }),
                Rows::Columns(lists) => columns().zip(lists).find_map(|((field, column), list)| match list {
                    Value::List(_, values) => {
                        values.iter().any(|value| refused(column, value)).then_some(field)
                    }
                    _ => None,
                }),
            };
            of_row.or_else(|| match &insert.conflict {
                Conflict::Updated { set, .. } => assigned(set),
                Conflict::Refused | Conflict::LeftOut { .. } => None,
            })
        }
        Plan::Update(update) => assigned(&update.set),
        _ => None,
    };
    found.or_else(|| named(plan.table(), reason)).or_else(|| range::field(plan, reason))
}

/// Whether the driver refuses the value, and says this.
fn is_refused(column: &ColumnDef, value: &Value, reason: &str) -> bool {
    match value {
        Value::Array(_, items) => items.iter().any(|item| is_one_refused(column, item, reason)),
        one => is_one_refused(column, one, reason),
    }
}

fn is_one_refused(column: &ColumnDef, value: &Value, reason: &str) -> bool {
    #[cfg(not(feature = "decimal"))]
    let _ = column;
    let said = match value {
        // Of the backends that have no place for them.
        Value::UInt(value) => return i64::try_from(*value).is_err() && reason.contains("2^63"),
        Value::Double(value) => return !value.is_finite() && reason.contains("NaN"),
        Value::Float(value) => return !value.is_finite() && reason.contains("NaN"),
        Value::Text(text) => check::text(text).err(),
        Value::Date(value) => check::date(*value).err(),
        Value::DateTime(value) => check::datetime(*value).err(),
        Value::Timestamp(value) => check::timestamp(*value).err(),
        Value::Duration(value) => check::duration(*value).err(),
        #[cfg(feature = "json")]
        Value::Json(value) => check::json(value).err(),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => {
            let scale = column.precision.map_or(0, |(_, scale)| scale);
            check::scaled(*value, scale).err()
        }
        _ => None,
    };
    said.is_some_and(
        |error| matches!(error.kind(), ErrorKind::InvalidValue { reason: said } if said == reason),
    )
}

/// The field whose column a message names.
fn named(table: &'static Table, reason: &str) -> Option<&'static Field> {
    let (_, rest) = reason.split_once("for column ")?;
    let name = rest.split(" at row").next()?.rsplit('.').next()?.trim_matches(['\'', '`']);
    table.fields.iter().find(|field| field.columns.iter().any(|column| column.name == name))
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
            Output::There(_) => {
                if column == 0 {
                    return None;
                }
                column -= 1;
                continue;
            }
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
            Node::Field(path, field) => Some((path, *field)),
            Node::Key(key) => match &**key {
                Node::Field(path, field) => Some((path, *field)),
                _ => None,
            },
            _ => None,
        };
        let width = field.map_or(1, |(_, field)| field.columns.len());
        if column < width {
            return field.map(|(path, field)| (target(select.table, path), field));
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
