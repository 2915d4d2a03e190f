//! Rules of fields, before anything is sent.
//!
//! Where a rule is broken, texts that are too long and values that are none of the `choices` are told with it, so
//! that nothing is left to find out with the next try. Alone they are what they are without rules: an error of the
//! column, or of the database.

use super::link::Change;
use super::upsert::Act;
use super::{Job, fit};
use crate::error::{Error, ErrorKind, Invalid, Result};
use crate::expr::Node;
use crate::model::{Field, Literal, Table, Values};
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
    let mut report = Report::default();
    match job {
        Job::Create { values, .. } | Job::BulkCreate { values, .. } => {
            for (number, row) in values.0.chunks(table.fields.len().max(1)).enumerate() {
                given(number, table, row, &mut report);
            }
        }
        Job::Upsert(upsert) => {
            for (number, row) in upsert.values.0.chunks(table.fields.len().max(1)).enumerate() {
                given(number, table, row, &mut report);
            }
            if let Act::Change { set, .. } = &upsert.act {
                assigned(set, &mut report);
            }
        }
        Job::GetOrCreate(wanted) => {
            given(0, table, &wanted.values.0, &mut report);
            assigned(&wanted.set, &mut report);
        }
        Job::Plan(Plan::Update(update)) => assigned(&update.set, &mut report),
        Job::Save(save) => assigned(&save.update.set, &mut report),
        // What a link says of itself, before anybody fills it in: its defaults.
        Job::Link(link) => {
            if let Change::Add { bare, .. } | Change::Set { bare, .. } = &link.change {
                let mut values = Values::default();
                bare(&mut values);
                given(0, table, &values.0, &mut report);
            }
        }
        Job::Plan(_) | Job::Explain(_) | Job::Tree(_) | Job::Reached(_) | Job::Raw(_) | Job::Refused(_) => {}
    }
    let Report { invalid, broken: true } = report else { return Ok(()) };
    let only = invalid.first().map(|first: &Invalid| first.field);
    let only = only.filter(|field| invalid.iter().all(|other| other.field == *field));
    let error = Error::new(ErrorKind::Validation { invalid }).with_model(table.model);
    Err(match only {
        Some(field) => error.with_field(field),
        None => error,
    })
}

/// What is wrong.
#[derive(Default)]
struct Report {
    invalid: Vec<Invalid>,
    /// Whether a rule is broken, not only a column's own bounds.
    broken: bool,
}

/// The values of one row.
fn given(number: usize, table: &Table, row: &[Option<Value>], report: &mut Report) {
    for (field, value) in table.fields.iter().zip(row) {
        if let Some(value) = value {
            look(number, field, value, report);
        }
    }
}

/// The values that an update sets.
fn assigned(set: &[(&'static Field, Node)], report: &mut Report) {
    for (field, node) in set {
        if let Node::Value(value) = node {
            look(0, field, value, report);
        }
    }
}

fn look(row: usize, field: &Field, value: &Value, report: &mut Report) {
    let mut messages = Vec::new();
    if let Some(validate) = field.validate {
        validate(value, &mut messages);
        report.broken |= !messages.is_empty();
    }
    if let [column] = field.columns
        && let Some(most) = fit::too_long(column, value)
    {
        messages.push(format!("longer than {most} characters"));
    }
    if !field.choices.is_empty() && !value.is_null() && !field.choices.iter().any(|choice| is(choice, value))
    {
        messages.push("none of the choices".to_owned());
    }
    if !messages.is_empty() {
        report.invalid.push(Invalid::new(row, field.name, messages));
    }
}

/// Whether the value is that choice: a text or an integer.
fn is(choice: &Literal, value: &Value) -> bool {
    match (choice, value) {
        (Literal::Text(choice), Value::Text(value)) => choice == value,
        (Literal::Int(choice), Value::Int(value)) => *choice == i128::from(*value),
        (Literal::Int(choice), Value::UInt(value)) => *choice == i128::from(*value),
        _ => false,
    }
}
