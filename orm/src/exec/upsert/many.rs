//! Several new rows, in few statements, all or none.

use std::collections::HashMap;

use super::row::{conflict, is, is_whole, may_be_by_two_keys, rows};
use super::steps::{Done, Steps, within};
use super::{Act, Row, Upsert};
use crate::driver::{Backend, Server, Sink};
use crate::error::{ConstraintKind, ConstraintViolation, Error, ErrorKind, Result};
use crate::exec::create::{self, fill};
use crate::exec::{Lease, bulk, identity, kept, left_out, perform};
use crate::expr::Node;
use crate::model::{AutoValue, Field, Table, Values};
use crate::plan::lock::Lock;
use crate::plan::{Plan, Select};
use crate::types::Value;

/// Inserts the rows, or changes those that are there, and says how many were inserted or changed. Hands what the database
/// holds then to `sink`, if there is one.
pub(in crate::exec) async fn many(
    lease: &mut Lease<'_>,
    upsert: Upsert,
    sink: Option<&mut dyn Sink>,
) -> Result<u64> {
    let Upsert { table, values, key, act, .. } = upsert;
    let rows = in_order(table, values, &key, &act)?;
    let server = lease.server();
    if server.backend == Backend::Postgres {
        identity::advance(lease, table, &counted(table, &rows)).await?;
    }
    let known = match sink {
        Some(_) => known(table, &rows, &key)?,
        None => Vec::new(),
    };
    let mut sink = sink;
    let spare = may_be_raced(table, &rows, &key, lease).then(|| (rows.clone(), key.clone(), act.clone()));
    let work = Work::new(table, rows, key, act, server, sink.is_some());
    // What reads rows while it inserts them cannot be begun anew.
    let spare = spare.filter(|_| matches!(work, Work::Plans(_)));
    let into: Option<&mut dyn Sink> = match &mut sink {
        Some(sink) => Some(&mut **sink),
        None => None,
    };
    let outcome = write(lease, work, into, table, &known).await;
    match spare {
        Some((rows, key, act)) if may_be_by_two_keys(&outcome) => {
            write(lease, Work::Steps { table, rows, key, act }, sink, table, &known).await
        }
        _ => outcome,
    }
}

/// Whether somebody may insert the same rows at this moment, so that the statement meets them by another key than its
/// own; where all of it can be begun anew.
fn may_be_raced(table: &'static Table, rows: &[Values], key: &[&'static Field], lease: &Lease<'_>) -> bool {
    lease.is_own()
        && lease.server().backend == Backend::Postgres
        && rows.iter().any(|values| table.may_meet_by_other_than(key, &values.0))
}

/// Does the work, and reads the rows with the keys `known` if there is a sink for them.
async fn write(
    lease: &mut Lease<'_>,
    work: Work,
    sink: Option<&mut dyn Sink>,
    table: &'static Table,
    known: &[Known],
) -> Result<u64> {
    if sink.is_none() && work.is_one_statement() {
        return work.run(lease, None).await;
    }
    lease.begin().await?;
    let result = match sink {
        None => work.run(lease, None).await,
        Some(sink) => written_and_read(lease, work, sink, table, known).await,
    };
    match &result {
        Ok(_) => lease.commit().await?,
        Err(error) => lease.rollback(error).await,
    }
    result
}

async fn written_and_read(
    lease: &mut Lease<'_>,
    work: Work,
    sink: &mut dyn Sink,
    table: &'static Table,
    known: &[Known],
) -> Result<u64> {
    let written = work.run(lease, Some(sink)).await?;
    read_back(lease, table, known, sink).await?;
    Ok(written)
}

/// What is sent, in a transaction unless it is one statement.
enum Work {
    /// Statements that count what they write.
    Plans(Vec<Plan>),
    /// Statements that write as many rows but those that are in the way by any key.
    LeavingOut(Vec<Plan>, usize),
    /// Statements that write as many rows, none of which may be in the way by another key.
    ByOneKey(Vec<Plan>, usize, &'static Table),
    /// Steps for each row; those that are nobody else's are inserted.
    Steps { table: &'static Table, rows: Vec<Values>, key: Vec<&'static Field>, act: Act },
    /// The one and then the other.
    Both(Box<[Work; 2]>),
}

impl Work {
    /// `read` says whether rows whose key is not known before have to be read where they are inserted.
    fn new(
        table: &'static Table,
        rows: Vec<Values>,
        key: Vec<&'static Field>,
        act: Act,
        server: Server,
        read: bool,
    ) -> Self {
        let is_known = |values: &Values| matches!(Row { table, values: &values.0 }.key(&key), Ok(Some(_)));
        if read && !rows.iter().all(is_known) {
            let (rows, new): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_known);
            let new = Self::Steps { table, rows: new, key: key.clone(), act: act.clone() };
            return Self::Both(Box::new([Self::new(table, rows, key, act, server, false), new]));
        }
        let count = rows.len();
        match how(table, &rows, &key, &act, server) {
            How::Whole => Self::Plans(plans(table, rows, key, act, server)),
            How::AnyKey if matches!(act, Act::Leave) => {
                let conflict = left_out::conflict(key, server);
                Self::LeavingOut(bulk::plans(table, joined(rows), server, &conflict), count)
            }
            How::AnyKey => {
                Self::ByOneKey(bulk::plans(table, joined(rows), server, &conflict(key, act)), count, table)
            }
            How::Steps => Self::Steps { table, rows, key, act },
        }
    }

    fn is_one_statement(&self) -> bool {
        match self {
            Self::Plans(plans) => plans.len() <= 1,
            Self::LeavingOut(plans, _) | Self::ByOneKey(plans, ..) => plans.is_empty(),
            Self::Steps { rows, .. } => rows.is_empty(),
            Self::Both(_) => false,
        }
    }

    /// Says how many rows were written.
    async fn run(self, lease: &mut Lease<'_>, sink: Option<&mut dyn Sink>) -> Result<u64> {
        let as_count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
        match self {
            Self::Plans(plans) => bulk::each(lease, &plans).await,
            Self::LeavingOut(plans, _) | Self::ByOneKey(plans, ..) if plans.is_empty() => Ok(0),
            Self::LeavingOut(plans, rows) => {
                Ok(as_count(rows).saturating_sub(left_out::counted(lease, &plans).await?))
            }
            Self::ByOneKey(plans, rows, table) => match left_out::counted(lease, &plans).await? {
                // Each is inserted or changed; what the server counts are rows that it looked at.
                0 => Ok(as_count(rows)),
                _ => Err(by_another_key(table)),
            },
            Self::Steps { table, rows, key, act } => in_turn(lease, table, rows, &key, &act, sink).await,
            Self::Both(both) => {
                let [one, other] = *both;
                let written = Box::pin(one.run(lease, None)).await?;
                Ok(written + Box::pin(other.run(lease, sink)).await?)
            }
        }
    }
}

/// A row was in the way by a key that the model does not know of, and was changed: whoever is told takes it back.
#[cold]
fn by_another_key(table: &'static Table) -> Error {
    let mut violation = ConstraintViolation::new(ConstraintKind::Unique);
    violation.table = Some(table.full_name());
    Error::new(ErrorKind::Constraint(violation))
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

/// The values of the key of a row.
type Known = Vec<(&'static Field, Value)>;

/// The keys that are known, each once.
fn known(table: &'static Table, rows: &[Values], key: &[&'static Field]) -> Result<Vec<Known>> {
    let mut known = Vec::with_capacity(rows.len());
    let mut last = None;
    for values in rows {
        let row = Row { table, values: &values.0 };
        // They are in order.
        let name = Some(name(row, key));
        if name != last {
            known.extend(row.key(key)?);
            last = name;
        }
    }
    Ok(known)
}

/// Reads the rows with these keys, as they are now.
async fn read_back(
    lease: &mut Lease<'_>,
    table: &'static Table,
    known: &[Known],
    sink: &mut dyn Sink,
) -> Result<()> {
    /// So many keys in a statement at most.
    const CHUNK: usize = 256;

    let mut known = known.iter().cloned();
    while known.len() > 0 {
        // Powers of two, so that there are few texts.
        let chunk = 1 << known.len().min(CHUNK).ilog2();
        let filter = vec![Node::Any(known.by_ref().take(chunk).map(is).collect())];
        let select = Select { filter, lock: Some(Box::new(Lock::own())), ..Select::new(table) };
        perform::execute(lease, &Plan::Select(Box::new(select)), sink).await?;
    }
    Ok(())
}

async fn in_turn(
    lease: &mut Lease<'_>,
    table: &'static Table,
    rows: Vec<Values>,
    key: &[&'static Field],
    act: &Act,
    mut sink: Option<&mut dyn Sink>,
) -> Result<u64> {
    let mut ignored = ();
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
                let sink: &mut dyn Sink = match &mut sink {
                    Some(sink) => &mut **sink,
                    None => &mut ignored,
                };
                create::create(lease, table, values, sink).await?;
                Done::Created
            }
        };
        written += u64::from(done != Done::Left);
    }
    Ok(written)
}
