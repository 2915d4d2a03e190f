//! One new row, read back as the database holds it.

use chrono::Utc;

use super::{Lease, identity, perform};
use crate::driver::{Backend, Outcome, Server, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::Node;
use crate::model::{AutoValue, DbDefault, Field, Table, Values, key_of, push_columns};
use crate::plan::{Conflict, Insert, Plan, Rows, Select};
use crate::query::key_condition;
use crate::types::Value;

/// Inserts the row and hands it to `sink`.
pub(super) async fn create(
    lease: &mut Lease<'_>,
    table: &'static Table,
    values: Values,
    sink: &mut dyn Sink,
) -> Result<u64> {
    let server = lease.server();
    let mut values = fill(table, values);
    if !returns_rows(server) {
        name_key(table, &mut values, server)?;
    }
    identity::advance(lease, table, &values.0).await?;
    let key = if returns_rows(server) { None } else { Some(given_key(table, &values)) };
    let plan = insert(table, values, Conflict::Refused, returns_rows(server));
    let outcome = perform::execute(lease, &plan, sink).await?;
    if let Some(key) = key {
        read_back(lease, table, key, outcome, sink).await?;
    }
    Ok(1)
}

/// Reads the row that was just inserted with this key or, without one, with a key that the database made.
pub(super) async fn read_back(
    lease: &mut Lease<'_>,
    table: &'static Table,
    key: Option<Value>,
    inserted: Outcome,
    sink: &mut dyn Sink,
) -> Result<()> {
    let key = match key {
        Some(key) => key,
        None => Value::Int(inserted.last_insert_id.ok_or_else(no_key)?),
    };
    let mut select = Select::new(table);
    select.filter.push(key_condition(table, key));
    perform::execute(lease, &Plan::Select(Box::new(select)), sink).await?;
    Ok(())
}

/// The insert alone, for [`to_sql`](super::to_sql).
pub(super) fn plan(table: &'static Table, values: Values, server: Server) -> Plan {
    insert(table, fill(table, values), Conflict::Refused, returns_rows(server))
}

/// The insert of one row whose automatic fields are filled in.
pub(super) fn insert(table: &'static Table, values: Values, conflict: Conflict, returning: bool) -> Plan {
    let mut fields = Vec::with_capacity(table.fields.len());
    let mut row = Vec::with_capacity(table.fields.len());
    for (field, value) in table.fields.iter().zip(values.0) {
        if let Some(value) = value {
            fields.push(field);
            push_columns(&mut row, value);
        }
    }
    let rows = Rows::Flat { count: 1, values: row };
    Plan::Insert(Box::new(Insert { table, fields, rows, conflict, returning }))
}

/// Gives automatic fields that the program left out their values.
pub(super) fn fill(table: &'static Table, mut values: Values) -> Values {
    let now = Utc::now();
    for row in values.0.chunks_mut(table.fields.len().max(1)) {
        for (field, value) in table.fields.iter().zip(row) {
            if value.is_none() {
                *value = automatic(field, now);
            }
        }
    }
    values
}

/// Adds the fields that hold the time of the last write to an update that changes something else.
pub(crate) fn touch(table: &'static Table, set: &mut Vec<(&'static Field, Node)>) {
    let now = Utc::now();
    if set.is_empty() {
        return;
    }
    for field in table.fields.iter().filter(|field| field.auto == AutoValue::Now) {
        if !set.iter().any(|(assigned, _)| std::ptr::eq(*assigned, field))
            && let Some(value) = automatic(field, now)
        {
            set.push((field, Node::Value(value)));
        }
    }
}

/// The time now, in the field's own type, for a field that holds the time of the write.
fn automatic(field: &Field, now: chrono::DateTime<Utc>) -> Option<Value> {
    use crate::types::Type;
    if !matches!(field.auto, AutoValue::Now | AutoValue::NowOnInsert) {
        return None;
    }
    match field.columns.first()?.ty {
        Type::Timestamp => Some(Value::Timestamp(now)),
        Type::DateTime => Some(Value::DateTime(now.naive_utc())),
        Type::Date => Some(Value::Date(now.date_naive())),
        Type::Time => Some(Value::Time(now.time())),
        _ => None,
    }
}

/// Whether an insert can give the new row back.
fn returns_rows(server: Server) -> bool {
    match server.backend {
        Backend::Sqlite | Backend::Postgres => true,
        Backend::MariaDb => server.version >= (10, 5, 0),
        Backend::MySql => false,
    }
}

/// Gives the key a value that a default of the database would give, because nothing else would find the new row
/// again: the server tells of no key but one that it counts up.
pub(super) fn name_key(table: &'static Table, values: &mut Values, server: Server) -> Result<()> {
    for (field, value) in table.fields.iter().zip(&mut values.0) {
        let is_key = table.primary_key.iter().any(|key| std::ptr::eq(*key, field));
        if value.is_some() || !is_key || field.auto == AutoValue::Increment {
            continue;
        }
        *value = drawn(field.db_default);
        if value.is_none() {
            return Err(Error::new(ErrorKind::Unsupported {
                feature: "way to read a new row back whose key it fills in by a default",
                backend: server.backend.name(),
            })
            .with_field(field.name));
        }
    }
    Ok(())
}

/// What a default of the database would be, where the program can make it as well.
fn drawn(default: DbDefault) -> Option<Value> {
    #[cfg(feature = "uuid")]
    if matches!(default, DbDefault::Uuid) {
        return Some(Value::Uuid(uuid::Uuid::new_v4()));
    }
    let _ = default;
    None
}

/// The primary key, if the program gives all of it.
pub(super) fn given_key(table: &'static Table, values: &Values) -> Option<Value> {
    let part = |key: &&'static Field| {
        let at = table.fields.iter().position(|field| std::ptr::eq(field, *key))?;
        values.0.get(at)?.clone().filter(|value| !value.is_null())
    };
    table.primary_key.iter().map(part).collect::<Option<Vec<_>>>().map(key_of)
}

#[cold]
fn no_key() -> Error {
    Error::new(ErrorKind::InvalidQuery {
        reason: "the database made a key that it does not name, so that the new row cannot be read back"
            .to_owned(),
    })
}
