//! One new row.

use super::steps::{Done, Steps, in_steps};
use super::{Act, Row, Upsert};
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::collect::Collect;
use crate::exec::create::{self, fill, insert};
use crate::exec::{Lease, identity, perform};
use crate::expr::{CompareOp, Node, Path};
use crate::model::{Field, Table, Values};
use crate::plan::lock::Lock;
use crate::plan::{Conflict, Plan, Select, Told};
use crate::types::Value;

/// How often the row may be removed by others between two statements before that is an error.
pub(super) const ROUNDS: u32 = 16;

/// Inserts the row, or changes the one that is there, and hands what the database holds then to `sink`. Gives 1 for a
/// row that was inserted; where that is not asked for, it may give 0.
pub(in crate::exec) async fn one(
    lease: &mut Lease<'_>,
    upsert: Upsert,
    sink: &mut (dyn Collect + 'static),
) -> Result<u64> {
    let Upsert { table, values, key, act, told, .. } = upsert;
    let values = fill(table, values);
    let row = Row { table, values: &values.0 };
    act.check(row)?;
    let Some(known) = row.key(&key)? else {
        return create::create(lease, table, values, sink).await;
    };
    if is_whole(&act, told, &key, row, lease.server()) {
        if !table.may_meet_by_other_than(&key, &values.0) {
            return at_once(lease, table, values, key, act, known, sink).await;
        }
        // Where the transaction is not ours, nothing may fail in it.
        if lease.is_own() {
            let (values, key, act, known) = (values.clone(), key.clone(), act.clone(), known.clone());
            let outcome = at_once(lease, table, values, key, act, known, sink).await;
            if !may_be_by_two_keys(&outcome) {
                return outcome;
            }
        }
    }
    let steps = Steps::new(table, values, key, act, known);
    steps.check(lease.server())?;
    identity::advance(lease, table, &steps.values.0).await?;
    match in_steps(lease, steps, Some(sink)).await? {
        Done::Created => Ok(1),
        Done::Changed | Done::Left => Ok(0),
    }
}

/// The first statement, for [`to_sql`](crate::exec::to_sql).
pub(in crate::exec) fn first(upsert: &Upsert, server: Server) -> Result<Plan> {
    let Upsert { table, values, key, act, told, .. } = upsert.clone();
    let values = fill(table, values);
    let row = Row { table, values: &values.0 };
    act.check(row)?;
    let Some(known) = row.key(&key)? else {
        return Ok(create::plan(table, values, server));
    };
    if is_whole(&act, told, &key, row, server) {
        return Ok(insert(table, values, conflict(key, act), true));
    }
    Ok(Steps::new(table, values, key, act, known).first(server))
}

/// Whether one statement does it, and tells what has to be told.
pub(super) fn is_whole(act: &Act, told: bool, key: &[&'static Field], row: Row<'_>, server: Server) -> bool {
    let by_one_key = match server.backend {
        Backend::Postgres => true,
        // Which of several keys it looks at first, SQLite does not say.
        Backend::Sqlite => !row.table.may_meet_by_other_than(key, row.values),
        Backend::MySql | Backend::MariaDb => false,
    };
    // What the row gives back says what it is now, not whether it was there before.
    by_one_key && act.is_local() && !(told && matches!(act, Act::Change { .. }))
}

/// Whether the row that is there may have been inserted at this moment: PostgreSQL looks for it by the key of the
/// statement, and may then meet it by another, which it takes for a violation. Steps that go by any key find it.
pub(super) fn may_be_by_two_keys<T>(outcome: &Result<T>) -> bool {
    outcome.as_ref().is_err_and(Error::is_unique_violation)
}

pub(super) fn conflict(key: Vec<&'static Field>, act: Act) -> Conflict {
    match act {
        Act::Leave => Conflict::LeftOut { key, told: Told::Not },
        Act::Change { set, filter } => Conflict::Updated { key, set, filter },
    }
}

/// Writes the row by the one statement.
async fn at_once(
    lease: &mut Lease<'_>,
    table: &'static Table,
    values: Values,
    key: Vec<&'static Field>,
    act: Act,
    known: Vec<(&'static Field, Value)>,
    sink: &mut (dyn Collect + 'static),
) -> Result<u64> {
    identity::advance(lease, table, &values.0).await?;
    let insert = insert(table, values, conflict(key, act), true);
    whole(lease, &insert, &locate(table, known, false), sink).await
}

/// Runs the one statement, and reads the row where it gave none: it was left as it is.
async fn whole(
    lease: &mut Lease<'_>,
    insert: &Plan,
    known: &Plan,
    sink: &mut (dyn Collect + 'static),
) -> Result<u64> {
    for _ in 0..ROUNDS {
        perform::execute(lease, insert, sink).await?;
        if sink.count() > 0 {
            return Ok(1);
        }
        perform::execute(lease, known, sink).await?;
        if sink.count() > 0 {
            return Ok(0);
        }
        // Removed in between: so the next insert may go through.
    }
    Err(Error::new(ErrorKind::Serialization))
}

/// The row with this key.
pub(super) fn locate(table: &'static Table, key: Vec<(&'static Field, Value)>, locked: bool) -> Plan {
    Plan::Select(Box::new(Select { filter: vec![is(key)], lock: Lock::own_if(locked), ..Select::new(table) }))
}

/// The condition that a row has these values, none of which is NULL.
pub(super) fn is(key: Vec<(&'static Field, Value)>) -> Node {
    let equal = |(field, value)| {
        Node::Compare(CompareOp::Eq, Box::new([Node::Field(Path::EMPTY, field), Node::Value(value)]))
    };
    Node::All(key.into_iter().map(equal).collect())
}

/// The values of several new rows, one after the other.
pub(super) fn rows(table: &'static Table, values: Values) -> impl Iterator<Item = Values> {
    let width = table.fields.len().max(1);
    let mut values = values.0.into_iter();
    std::iter::from_fn(move || {
        let row: Vec<_> = values.by_ref().take(width).collect();
        (!row.is_empty()).then_some(Values(row))
    })
}
