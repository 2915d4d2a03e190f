//! Whether values fit their columns, where the backends do not agree on what does.
//!
//! PostgreSQL and MySQL cut blanks that stand beyond the length of a `VARCHAR`, where SQLite's check refuses them.
//! So the length is compared here, before anything is sent, and the error can name the field. All of them but SQLite round
//! decimals to the digits of the column, which is refused too.

use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Function, Node};
use crate::model::{ColumnDef, Field};
use crate::plan::{Conflict, Plan, Rows};
use crate::sql::{column_scale, scale_of};
use crate::types::{Type, Value};

/// Refuses text and bytes that are longer than their column, and what cannot be written at all.
///
/// # Errors
///
/// [`ErrorKind::InvalidValue`], which names the field.
pub(super) fn check(plan: &Plan, backend: Backend) -> Result<()> {
    match plan {
        Plan::Insert(insert) => {
            let width = insert.fields.iter().map(|field| field.columns.len()).sum::<usize>().max(1);
            for (at, (field, column)) in columns(&insert.fields).enumerate() {
                if column.max_length.is_none() && !matches!(column.ty.of_one(), Type::Json | Type::Decimal) {
                    continue;
                }
                match &insert.rows {
                    Rows::Flat { values, .. } => {
                        values
                            .iter()
                            .skip(at)
                            .step_by(width)
                            .try_for_each(|value| fits(field, column, value, backend))?;
                    }
                    Rows::Columns(lists) => {
                        if let Some(Value::List(_, values)) = lists.get(at) {
                            values.iter().try_for_each(|value| fits(field, column, value, backend))?;
                        }
                    }
                }
            }
            match &insert.conflict {
                Conflict::Updated { set, .. } => assigned(set, backend),
                Conflict::Refused | Conflict::LeftOut { .. } => Ok(()),
            }
        }
        Plan::Update(update) => assigned(&update.set, backend),
        _ => Ok(()),
    }
}

fn assigned(set: &[(&'static Field, Node)], backend: Backend) -> Result<()> {
    set.iter().try_for_each(|(field, node)| match (node, field.columns) {
        (Node::Value(value), [column]) => fits(field, column, value, backend),
        (node, [column]) if column.ty == Type::Decimal => is_short(field, column, node),
        _ => Ok(()),
    })
}

fn columns<'a>(
    fields: &'a [&'static Field],
) -> impl Iterator<Item = (&'static Field, &'static ColumnDef)> + 'a {
    fields.iter().flat_map(|field| field.columns.iter().map(|column| (*field, column)))
}

fn fits(field: &'static Field, column: &ColumnDef, value: &Value, backend: Backend) -> Result<()> {
    if let Some(scale) = too_fine(column, value) {
        let reason =
            format!("a decimal with more than the {scale} digits behind the point that its column keeps");
        return Err(Error::new(ErrorKind::InvalidValue { reason }).with_field(field.name));
    }
    if let Some(reason) = refused(value) {
        let reason = reason.to_owned();
        return Err(Error::new(ErrorKind::InvalidValue { reason }).with_field(field.name));
    }
    if is_too_deep(value, deepest(backend)) {
        let reason = format!(
            "JSON with more than {} arrays and objects within each other, which {backend} cannot give back",
            deepest(backend)
        );
        return Err(Error::new(ErrorKind::InvalidValue { reason }).with_field(field.name));
    }
    let Some(most) = too_long(column, value) else { return Ok(()) };
    let reason = match value {
        Value::Bytes(_) => format!("there are more than {most} bytes"),
        _ => format!("the text has more than {most} characters"),
    };
    Err(Error::new(ErrorKind::InvalidValue { reason }).with_field(field.name))
}

/// Refuses an expression whose decimals a column would round.
fn is_short(field: &'static Field, column: &ColumnDef, node: &Node) -> Result<()> {
    let (scale, digits) = (column_scale(column), scale_of(node));
    if !are_digits_known(node) {
        let scale = scale.unwrap_or(0);
        let reason = format!(
            "set to the result of a function, of which nobody knows how many digits it has: round it, by `.round({scale})`"
        );
        return Err(Error::new(ErrorKind::InvalidQuery { reason }).with_field(field.name));
    }
    if digits <= scale {
        return Ok(());
    }
    let (scale, digits) = (scale.unwrap_or(0), digits.unwrap_or(0));
    let reason = format!(
        "set to an expression with {digits} digits behind the point, of which its column keeps {scale}: round it, by \
         `.round({scale})`"
    );
    Err(Error::new(ErrorKind::InvalidQuery { reason }).with_field(field.name))
}

/// Whether it is known how many digits an expression has behind the point.
fn are_digits_known(node: &Node) -> bool {
    match node {
        Node::Call(Function::Round(_), _) => true,
        Node::Call(Function::Own(_) | Function::As(_), _) => false,
        Node::Call(function, args) => function.choices(args).into_iter().all(are_digits_known),
        Node::Arithmetic(_, sides) => sides.iter().all(are_digits_known),
        _ => true,
    }
}

/// How many digits behind the point the column keeps, of a decimal that has more.
#[cfg(feature = "decimal")]
fn too_fine(column: &ColumnDef, value: &Value) -> Option<u8> {
    match value {
        Value::Decimal(value) => {
            let keeps = column_scale(column)?;
            let most = u32::from(keeps);
            (value.scale() > most && value.normalize().scale() > most).then_some(keeps)
        }
        Value::Array(_, items) => items.iter().find_map(|item| too_fine(column, item)),
        _ => None,
    }
}

#[cfg(not(feature = "decimal"))]
fn too_fine(_: &ColumnDef, _: &Value) -> Option<u8> {
    None
}

/// How many arrays and objects of JSON may be within each other: what MySQL and MariaDB take, and what is read from the others.
const fn deepest(backend: Backend) -> usize {
    match backend {
        Backend::Sqlite | Backend::Postgres => 127,
        Backend::MySql => 100,
        Backend::MariaDb => 31,
    }
}

#[cfg(feature = "json")]
fn is_too_deep(value: &Value, most: usize) -> bool {
    fn json(value: &serde_json::Value, most: usize) -> bool {
        match value {
            serde_json::Value::Array(items) => most == 0 || items.iter().any(|item| json(item, most - 1)),
            serde_json::Value::Object(entries) => {
                most == 0 || entries.values().any(|item| json(item, most - 1))
            }
            _ => false,
        }
    }
    match value {
        Value::Json(value) => json(value, most),
        Value::Array(_, items) => items.iter().any(|item| is_too_deep(item, most)),
        _ => false,
    }
}

#[cfg(not(feature = "json"))]
fn is_too_deep(_: &Value, _: usize) -> bool {
    false
}

/// Why the value, or an element of it, cannot be written, if so.
fn refused(value: &Value) -> Option<&'static str> {
    match value {
        Value::Refused(_, reason) => Some(reason),
        Value::Array(_, items) => items.iter().find_map(refused),
        _ => None,
    }
}

/// How many characters or bytes the column takes, of a text or of bytes that are more.
pub(super) fn too_long(column: &ColumnDef, value: &Value) -> Option<usize> {
    let (most, text) = match (column.max_length, value) {
        (Some(most), Value::Text(text)) => (most, text),
        (Some(most), Value::Bytes(bytes)) => {
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            return (bytes.len() > most).then_some(most);
        }
        (Some(_), Value::Array(_, items)) => return items.iter().find_map(|item| too_long(column, item)),
        _ => return None,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    // A text has at least a quarter as many characters as bytes, and at most as many.
    (text.len() > most && text.chars().nth(most).is_some()).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ArrayElement;

    #[test]
    fn characters_count_not_bytes() {
        static COLUMNS: [ColumnDef; 1] = [ColumnDef::of::<String>("name").max_length(3)];
        static FIELD: Field = Field::new("name", &COLUMNS);
        let fits =
            |text: &str| fits(&FIELD, &COLUMNS[0], &Value::Text(text.to_owned()), Backend::Sqlite).is_ok();
        assert!(fits("äöü") && fits("😀😀😀") && fits(""));
        let array = Value::Array(
            <String as ArrayElement>::ARRAY,
            vec![Value::Null(Type::Text), Value::Text("abcd".to_owned())],
        );
        assert!(super::fits(&FIELD, &COLUMNS[0], &array, Backend::Sqlite).is_err());
        assert!(!fits("abcd") && !fits("abc ") && !fits("äöüß"));
    }
}
