//! Whether values fit their columns, where the backends do not agree on what does.
//!
//! PostgreSQL and MySQL cut blanks that stand beyond the length of a `VARCHAR`, where SQLite's check refuses them.
//! So the length is compared here, before anything is sent, and the error can name the field.

use crate::error::{Error, ErrorKind, Result};
use crate::expr::Node;
use crate::model::{ColumnDef, Field};
use crate::plan::{Conflict, Plan, Rows};
use crate::types::{Type, Value};

/// Refuses text that is longer than its column, and what cannot be written at all.
///
/// # Errors
///
/// [`ErrorKind::InvalidValue`], which names the field.
pub(super) fn check(plan: &Plan) -> Result<()> {
    match plan {
        Plan::Insert(insert) => {
            let width = insert.fields.iter().map(|field| field.columns.len()).sum::<usize>().max(1);
            for (at, (field, column)) in columns(&insert.fields).enumerate() {
                if column.max_length.is_none() && column.ty != Type::Json {
                    continue;
                }
                match &insert.rows {
                    Rows::Flat { values, .. } => {
                        values
                            .iter()
                            .skip(at)
                            .step_by(width)
                            .try_for_each(|value| fits(field, column, value))?;
                    }
                    Rows::Columns(lists) => {
                        if let Some(Value::List(_, values)) = lists.get(at) {
                            values.iter().try_for_each(|value| fits(field, column, value))?;
                        }
                    }
                }
            }
            match &insert.conflict {
                Conflict::Updated { set, .. } => assigned(set),
                Conflict::Refused | Conflict::LeftOut { .. } => Ok(()),
            }
        }
        Plan::Update(update) => assigned(&update.set),
        _ => Ok(()),
    }
}

fn assigned(set: &[(&'static Field, Node)]) -> Result<()> {
    set.iter().try_for_each(|(field, node)| match (node, field.columns) {
        (Node::Value(value), [column]) => fits(field, column, value),
        _ => Ok(()),
    })
}

fn columns<'a>(
    fields: &'a [&'static Field],
) -> impl Iterator<Item = (&'static Field, &'static ColumnDef)> + 'a {
    fields.iter().flat_map(|field| field.columns.iter().map(|column| (*field, column)))
}

fn fits(field: &'static Field, column: &ColumnDef, value: &Value) -> Result<()> {
    if let Value::Refused(_, reason) = value {
        let reason = (*reason).to_owned();
        return Err(Error::new(ErrorKind::InvalidValue { reason }).with_field(field.name));
    }
    let Some(most) = too_long(column, value) else { return Ok(()) };
    let reason = format!("the text has more than {most} characters");
    Err(Error::new(ErrorKind::InvalidValue { reason }).with_field(field.name))
}

/// How many characters the column takes, of a text that has more.
pub(super) fn too_long(column: &ColumnDef, value: &Value) -> Option<usize> {
    let (Some(most), Value::Text(text)) = (column.max_length, value) else { return None };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    // A text has at least a quarter as many characters as bytes, and at most as many.
    (text.len() > most && text.chars().nth(most).is_some()).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_not_bytes() {
        static COLUMNS: [ColumnDef; 1] = [ColumnDef::of::<String>("name").max_length(3)];
        static FIELD: Field = Field::new("name", &COLUMNS);
        let fits = |text: &str| fits(&FIELD, &COLUMNS[0], &Value::Text(text.to_owned())).is_ok();
        assert!(fits("äöü") && fits("😀😀😀") && fits(""));
        assert!(!fits("abcd") && !fits("abc ") && !fits("äöüß"));
    }
}
