//! Rules of fields, before anything is sent.

use super::Job;
use super::link::Change;
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::expr::Node;
use crate::model::{Field, Table, Values};
use crate::plan::Plan;
use crate::types::Value;

/// Refuses a write with values that break rules of their fields: all of them at once.
///
/// # Errors
///
/// [`ErrorKind::Validation`]
pub(super) fn check(job: &Job, table: &'static Table) -> Result<()> {
    if !table.fields.iter().any(|field| field.validate.is_some()) {
        return Ok(());
    }
    let mut invalid = Vec::new();
    match job {
        Job::Create { values, .. } | Job::BulkCreate { values, .. } => {
            for (number, row) in values.0.chunks(table.fields.len().max(1)).enumerate() {
                given(number, table, row, &mut invalid);
            }
        }
        Job::Plan(Plan::Update(update)) => {
            for (field, node) in &update.set {
                if let Node::Value(value) = node {
                    look(0, field, value, &mut invalid);
                }
            }
        }
        // What a link says of itself, before anybody fills it in: its defaults.
        Job::Link(link) => {
            if let Change::Add { bare, .. } | Change::Set { bare, .. } = &link.change {
                let mut values = Values::default();
                bare(&mut values);
                given(0, table, &values.0, &mut invalid);
            }
        }
        Job::Plan(_) | Job::Refused(_) => {}
    }
    if invalid.is_empty() {
        return Ok(());
    }
    let only = invalid.first().map(|first: &Invalid| first.field);
    let only = only.filter(|field| invalid.iter().all(|other| other.field == *field));
    let error = Error::new(ErrorKind::Validation { invalid }).with_model(table.model);
    Err(match only {
        Some(field) => error.with_field(field),
        None => error,
    })
}

/// The values of one row.
fn given(number: usize, table: &Table, row: &[Option<Value>], invalid: &mut Vec<Invalid>) {
    for (field, value) in table.fields.iter().zip(row) {
        if let Some(value) = value {
            look(number, field, value, invalid);
        }
    }
}

fn look(row: usize, field: &Field, value: &Value, invalid: &mut Vec<Invalid>) {
    let Some(validate) = field.validate else { return };
    let mut messages = Vec::new();
    validate(value, &mut messages);
    if !messages.is_empty() {
        invalid.push(Invalid::new(row, field.name, messages));
    }
}
