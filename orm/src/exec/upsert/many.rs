//! Several new rows, in few statements, all or none.

use std::collections::HashMap;

use super::row::{conflict, is_whole, rows};
use super::steps::{Done, Steps, within};
use super::{Act, Row, Upsert};
use crate::driver::{Backend, Server};
use crate::error::{ConstraintKind, ConstraintViolation, Error, ErrorKind, Result};
use crate::exec::create::fill;
use crate::exec::{Lease, bulk, identity, kept, left_out};
use crate::model::{AutoValue, Field, Table, Values};
use crate::plan::Plan;
use crate::types::Value;

/// Inserts the rows, or changes those that are there, and says how many were inserted or changed.
pub(in crate::exec) async fn many(lease: &mut Lease<'_>, upsert: Upsert) -> Result<u64> {
    let Upsert { table, values, key, act, .. } = upsert;
    let rows = in_order(table, values, &key, &act)?;
    let server = lease.server();
    if server.backend == Backend::Postgres {
        identity::advance(lease, table, &counted(table, &rows)).await?;
    }
    let count = rows.len();
    match how(table, &rows, &key, &act, server) {
        How::Whole => {
            let plans = plans(table, rows, key, act, server);
            bulk::run(lease, &plans).await
        }
        How::AnyKey if matches!(act, Act::Leave) => {
            let plans = bulk::plans(table, joined(rows), server, &left_out::conflict(key, server));
            left_out::run(lease, &plans, count).await
        }
        How::AnyKey => {
            let plans = bulk::plans(table, joined(rows), server, &conflict(key, act));
            by_no_other_key(lease, table, &plans).await?;
            // Each is inserted or changed; what the server counts are rows that it looked at.
            Ok(u64::try_from(count).unwrap_or(u64::MAX))
        }
        How::Steps => {
            lease.begin().await?;
            let result = in_turn(lease, table, rows, &key, &act).await;
            match &result {
                Ok(_) => lease.commit().await?,
                Err(error) => lease.rollback(error).await,
            }
            result
        }
    }
}

/// The first statement, for [`to_sql`](crate::exec::to_sql).
pub(in crate::exec) fn first(upsert: &Upsert, server: Server) -> Result<Option<Plan>> {
    let Upsert { table, values, key, act, .. } = upsert.clone();
    let rows = in_order(table, values, &key, &act)?;
    Ok(match how(table, &rows, &key, &act, server) {
        How::Whole => plans(table, rows, key, act, server).into_iter().next(),
        How::AnyKey => {
            let conflict = match act {
                Act::Leave => left_out::conflict(key, server),
                act => conflict(key, act),
            };
            bulk::plans(table, joined(rows), server, &conflict).into_iter().next()
        }
        How::Steps => match rows.into_iter().next() {
            Some(values) => super::first(&Upsert { values, key, act, ..upsert.clone() }, server).map(Some)?,
            None => None,
        },
    })
}

/// How the rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// By statements that name the key.
    Whole,
    /// By statements that go by any key, of which there is but one.
    AnyKey,
    /// One by one.
    Steps,
}

fn how(table: &'static Table, rows: &[Values], key: &[&'static Field], act: &Act, server: Server) -> How {
    let row = |values| Row { table, values };
    match server.backend {
        Backend::Sqlite | Backend::Postgres
            if rows.iter().all(|values| is_whole(act, false, key, row(&values.0), server)) =>
        {
            How::Whole
        }
        Backend::MySql | Backend::MariaDb
            if act.is_local()
                && !matches!(act, Act::Change { filter, .. } if !filter.is_empty())
                && !rows.iter().any(|values| table.may_meet_by_other_than(key, &values.0)) =>
        {
            How::AnyKey
        }
        _ => How::Steps,
    }
}

/// The rows, looked at and in the order of their keys: who writes the same rows at the same moment waits for the other,
/// and not each for each. Rows with the same key stay in their order.
fn in_order(table: &'static Table, values: Values, key: &[&'static Field], act: &Act) -> Result<Vec<Values>> {
    let mut ordered = Vec::new();
    for values in rows(table, fill(table, values)) {
        let row = Row { table, values: &values.0 };
        act.check(row)?;
        row.key(key)?;
        ordered.push((name(row, key), values));
    }
    ordered.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(ordered.into_iter().map(|(_, values)| values).collect())
}

/// The rows with the values of fields that count up, and no others.
fn counted(table: &'static Table, rows: &[Values]) -> Vec<Option<Value>> {
    let only = |(field, value): (&Field, &Option<Value>)| match field.auto {
        AutoValue::Increment => value.clone(),
        _ => None,
    };
    rows.iter().flat_map(|row| table.fields.iter().zip(&row.0).map(only)).collect()
}

/// A name for the row's key.
fn name(row: Row<'_>, key: &[&'static Field]) -> String {
    key.iter().filter_map(|field| row.value(field)).map(kept::name).collect::<Vec<_>>().join("\u{1f}")
}

fn plans(
    table: &'static Table,
    rows: Vec<Values>,
    key: Vec<&'static Field>,
    act: Act,
    server: Server,
) -> Vec<Plan> {
    let passes = match (server.backend, &act) {
        (Backend::Postgres, Act::Change { .. }) => passes(table, rows, &key),
        _ => vec![joined(rows)],
    };
    let conflict = conflict(key, act);
    passes.into_iter().flat_map(|values| bulk::plans(table, values, server, &conflict)).collect()
}

/// The rows so that each key is there once a pass: PostgreSQL changes no row twice in one statement.
fn passes(table: &'static Table, rows: Vec<Values>, key: &[&'static Field]) -> Vec<Values> {
    let mut columns = key.iter().flat_map(|field| field.columns);
    let own = |text: &crate::model::PerBackend| text.get(Backend::Postgres).is_some();
    if columns.any(|column| own(&column.collation) || own(&column.db_type)) {
        // Which keys are one there, nobody else knows.
        return rows;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut passes: Vec<Values> = Vec::new();
    for values in rows {
        let times = seen.entry(name(Row { table, values: &values.0 }, key)).or_default();
        match passes.get_mut(*times) {
            Some(pass) => pass.0.extend(values.0),
            None => passes.push(values),
        }
        *times += 1;
    }
    passes
}

fn joined(rows: Vec<Values>) -> Values {
    Values(rows.into_iter().flat_map(|values| values.0).collect())
}

/// Runs the statements, all or none: none, if one has changed a row that was in the way by a key which the model does
/// not know of.
async fn by_no_other_key(lease: &mut Lease<'_>, table: &'static Table, plans: &[Plan]) -> Result<()> {
    if plans.is_empty() {
        return Ok(());
    }
    lease.begin().await?;
    let result = match left_out::counted(lease, plans).await {
        Ok(0) => Ok(()),
        Ok(_) => {
            let mut violation = ConstraintViolation::new(ConstraintKind::Unique);
            violation.table = Some(table.full_name());
            Err(Error::new(ErrorKind::Constraint(violation)))
        }
        Err(error) => Err(error),
    };
    match &result {
        Ok(()) => lease.commit().await?,
        Err(error) => lease.rollback(error).await,
    }
    result
}

async fn in_turn(
    lease: &mut Lease<'_>,
    table: &'static Table,
    rows: Vec<Values>,
    key: &[&'static Field],
    act: &Act,
) -> Result<u64> {
    let mut written = 0;
    for values in rows {
        let known = Row { table, values: &values.0 }.key(key)?;
        let done = match known {
            Some(known) => {
                let steps = Steps::new(table, values, key.to_vec(), act.clone(), known);
                steps.check(lease.server())?;
                within(lease, &steps).await?
            }
            None => {
                crate::exec::create::create(lease, table, values, &mut ()).await?;
                Done::Created
            }
        };
        written += u64::from(done != Done::Left);
    }
    Ok(written)
}
