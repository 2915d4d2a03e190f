//! Step by step: try to insert, else change the row that is there.
//!
//! No step fails because a row is in the way, so that no transaction around breaks. On MySQL and MariaDB the insert that
//! does nothing locks whichever row is in its way: nobody else inserts, changes or removes it until the end, and two that
//! do the same at once wait for each other in turn. (A locking read of a row that is not there would lock the gap for
//! both, and then each would wait for the other.)

use super::row::{ROUNDS, is, locate};
use super::{Act, Row};
use crate::driver::{Backend, Cursor, Server, Sink};
use crate::error::{ErrorKind, Result};
use crate::exec::collect::Collect;
use crate::exec::create::{self, insert};
use crate::exec::{Lease, perform};
use crate::expr::Node;
use crate::model::{AutoValue, Field, Table, Values};
use crate::plan::{Conflict, Plan, Select, Told, Update};
use crate::types::Value;

/// What became of a new row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// It was inserted.
    Created,
    /// The row that was there was changed.
    Changed,
    /// The row that was there was left as it is.
    Left,
}

/// What is sent for one new row.
#[derive(Debug)]
pub(super) struct Steps {
    table: &'static Table,
    pub(super) values: Values,
    key: Vec<&'static Field>,
    /// Changes the row that is there.
    change: Option<Plan>,
    /// Reads and locks the row that is there.
    locate: Plan,
}

impl Steps {
    pub(super) fn new(
        table: &'static Table,
        values: Values,
        key: Vec<&'static Field>,
        act: Act,
        known: Vec<(&'static Field, Value)>,
    ) -> Self {
        let row = Row { table, values: &values.0 };
        let change = match act {
            Act::Leave => None,
            Act::Change { set, filter } => {
                let value = |field: &'static Field| row.value(field).cloned();
                let set = set.into_iter().map(|(field, node)| (field, node.with_proposed(&value))).collect();
                let filter = filter.into_iter().map(|node: Node| node.with_proposed(&value));
                let filter = std::iter::once(is(known.clone())).chain(filter).collect();
                let select = Select { filter, ..Select::new(table) };
                Some(Plan::Update(Box::new(Update { select, set, all: false })))
            }
        };
        Self { table, key, change, locate: locate(table, known, true), values }
    }

    pub(super) fn first(&self, server: Server) -> Plan {
        unless(self.table, self.values.clone(), self.key.clone(), server, true).0
    }

    /// Refuses what cannot be sent, before anything is.
    pub(super) fn check(&self, server: Server) -> Result<()> {
        self.change.as_ref().map_or(Ok(()), |change| perform::check(change, server))
    }

    async fn run(
        &self,
        lease: &mut Lease<'_>,
        mut sink: Option<&mut (dyn Collect + 'static)>,
    ) -> Result<Done> {
        let rounds = match lease.server().backend {
            // In between, the row may be removed.
            Backend::Postgres => ROUNDS,
            Backend::Sqlite | Backend::MySql | Backend::MariaDb => 1,
        };
        for round in 0..rounds {
            // Another key may be in the way as well, which is to be no error if this one is. If it is not, for that the
            // row was not found, the database says so.
            let key = if round < ANY_KEY_ROUNDS { &[] } else { &self.key[..] };
            if insert_unless(lease, self.table, self.values.clone(), key, sink.as_deref_mut()).await? {
                return Ok(Done::Created);
            }
            if let Some(change) = &self.change
                && perform::execute(lease, change, &mut ()).await?.affected > 0
            {
                if let Some(sink) = sink.as_deref_mut() {
                    perform::execute(lease, &self.locate, sink).await?;
                }
                return Ok(Done::Changed);
            }
            let mut seen = Seen(false);
            let into: &mut dyn Sink = match sink.as_deref_mut() {
                Some(sink) => sink,
                None => &mut seen,
            };
            perform::execute(lease, &self.locate, into).await?;
            if seen.0 || sink.as_ref().is_some_and(|sink| sink.count() > 0) {
                return Ok(Done::Left);
            }
        }
        // It was another row that was in the way: the database says by which key.
        let mut ignored = ();
        let sink: &mut dyn Sink = match sink {
            Some(sink) => sink,
            None => &mut ignored,
        };
        create::create(lease, self.table, self.values.clone(), sink).await?;
        Ok(Done::Created)
    }
}

/// Whether a row came.
struct Seen(bool);

impl Sink for Seen {
    fn row(&mut self, _: &mut Cursor<'_>) -> Result<()> {
        self.0 = true;
        Ok(())
    }
}

/// So often an insert goes by any key: once more than needed, as the row may be removed in between.
const ANY_KEY_ROUNDS: u32 = 2;

/// How often a transaction of our own is begun anew after a deadlock.
const ATTEMPTS: u32 = 8;

/// Takes the steps for one row, as one.
pub(super) async fn in_steps(
    lease: &mut Lease<'_>,
    steps: Steps,
    mut sink: Option<&mut (dyn Collect + 'static)>,
) -> Result<Done> {
    let mut left = if lease.is_own() { ATTEMPTS } else { 1 };
    loop {
        lease.begin().await?;
        match steps.run(lease, sink.as_deref_mut()).await {
            Ok(done) => {
                lease.commit().await?;
                return Ok(done);
            }
            Err(error) => {
                lease.rollback(&error).await;
                left -= 1;
                let read = sink.as_ref().is_some_and(|sink| sink.count() > 0);
                if left == 0 || read || *error.kind() != ErrorKind::Deadlock {
                    return Err(error);
                }
            }
        }
    }
}

/// Takes the steps for a row, in a sequence that was begun.
pub(super) async fn within(lease: &mut Lease<'_>, steps: &Steps) -> Result<Done> {
    steps.run(lease, None).await
}

/// Inserts the row, whose automatic fields are filled in, and hands it to `sink`; unless one that is there agrees with
/// it in this key, or in any if it has no fields. Says whether it did.
pub(in crate::exec) async fn insert_unless(
    lease: &mut Lease<'_>,
    table: &'static Table,
    mut values: Values,
    key: &[&'static Field],
    sink: Option<&mut (dyn Collect + 'static)>,
) -> Result<bool> {
    let server = lease.server();
    if !matches!(server.backend, Backend::MySql | Backend::MariaDb) {
        let (plan, _) = unless(table, values, key.to_vec(), server, sink.is_some());
        let mut ignored = ();
        let sink: &mut dyn Sink = match sink {
            Some(sink) => sink,
            None => &mut ignored,
        };
        return Ok(perform::execute(lease, &plan, sink).await?.affected > 0);
    }
    create::name_key(table, &mut values, server)?;
    let known = create::given_key(table, &values);
    let (plan, mark) = unless(table, values, key.to_vec(), server, false);
    let outcome = perform::execute(lease, &plan, &mut ()).await?;
    if outcome.last_insert_id == Some(mark) {
        return Ok(false);
    }
    if let Some(sink) = sink {
        create::read_back(lease, table, known, outcome, sink).await?;
    }
    Ok(true)
}

/// The insert, and what MySQL and MariaDB say instead of the last key if it did nothing.
fn unless(
    table: &'static Table,
    values: Values,
    key: Vec<&'static Field>,
    server: Server,
    returning: bool,
) -> (Plan, i64) {
    if !matches!(server.backend, Backend::MySql | Backend::MariaDb) {
        return (insert(table, values, Conflict::LeftOut { key, told: Told::Not }, returning), 0);
    }
    let mark = mark(table, &values);
    let told = Told::Marked(Value::Int(mark));
    (insert(table, values, Conflict::LeftOut { key, told }, false), mark)
}

/// A number that is not the key of the row: a key that the program gives is told as the last one, too. One that the
/// database makes is never the greatest there is.
fn mark(table: &'static Table, values: &Values) -> i64 {
    let row = Row { table, values: &values.0 };
    let counted = table.fields.iter().find(|field| field.auto == AutoValue::Increment);
    match counted.and_then(|field| row.value(field)) {
        Some(Value::Int(i64::MAX)) | Some(Value::UInt(0x7FFF_FFFF_FFFF_FFFF)) => i64::MAX - 1,
        _ => i64::MAX,
    }
}
