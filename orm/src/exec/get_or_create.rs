//! The row that a query finds, or a new one.
//!
//! Who looks and then inserts may find that somebody else was faster. The insert does nothing then, rather than fail, so
//! that no transaction around breaks (`upsert::steps`); and the row is read again. On MySQL and MariaDB that is a locking
//! read: their snapshots hide the row of whoever was faster. PostgreSQL above read committed says itself that it cannot
//! be serialized.

use super::collect::{Collect, Expect, Keys};
use super::upsert::{Row, each_known, insert_unless};
use super::{Lease, create, identity, perform};
use crate::driver::{Backend, Server};
use crate::error::{ErrorKind, Result};
use crate::expr::Node;
use crate::model::{Field, Table, Values};
use crate::plan::lock::Lock;
use crate::plan::{Output, Plan, Select, Update};
use crate::query::key_condition;
use crate::types::Value;

/// The row that is wanted, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct GetOrCreate {
    pub(crate) table: &'static Table,
    /// Which row it is.
    pub(crate) filter: Vec<Node>,
    /// The row that is inserted if there is none.
    pub(crate) values: Values,
    /// What is set in the row if there is one; nothing, if it is only read.
    pub(crate) set: Vec<(&'static Field, Node)>,
    /// What reads its key.
    pub(crate) read: fn() -> Box<dyn Keys>,
}

/// How often a row may be gone again before the insert is sent as it is.
const ROUNDS: u32 = 2;

/// How often a transaction of our own is begun anew after a deadlock.
const ATTEMPTS: u32 = 8;

/// Reads or changes the row, or inserts it, and hands it to `sink`. Gives 1 for a row that was inserted.
pub(super) async fn get_or_create(
    lease: &mut Lease<'_>,
    wanted: GetOrCreate,
    sink: &mut (dyn Collect + 'static),
) -> Result<u64> {
    let wanted = wanted.filled()?;
    wanted.check(lease.server())?;
    // Most often it is there, and then that is all.
    let there = if wanted.set.is_empty() {
        perform::execute(lease, &wanted.look(false), sink).await?;
        Expect::OneOrNone.check(sink.count())?;
        if sink.count() > 0 {
            return Ok(0);
        }
        false
    } else {
        wanted.key(lease, false).await?.is_some()
    };
    if !there {
        identity::advance(lease, wanted.table, &wanted.values.0).await?;
    }
    if wanted.is_one_statement(lease.server()) {
        return wanted.settle(lease, there, sink).await;
    }
    let mut left = if lease.is_own() { ATTEMPTS } else { 1 };
    loop {
        lease.begin().await?;
        match wanted.settle(lease, there, sink).await {
            Ok(created) => {
                lease.commit().await?;
                return Ok(created);
            }
            Err(error) => {
                lease.rollback(&error).await;
                left -= 1;
                if left == 0 || sink.count() > 0 || *error.kind() != ErrorKind::Deadlock {
                    return Err(error);
                }
            }
        }
    }
}

impl GetOrCreate {
    fn filled(mut self) -> Result<Self> {
        self.values = create::fill(self.table, self.values);
        let row = Row { table: self.table, values: &self.values.0 };
        let set = self.set.iter().map(|(_, node)| node);
        each_known(set, row)?;
        let value = |field: &'static Field| row.value(field).cloned();
        let set = self.set.into_iter().map(|(field, node)| (field, node.with_proposed(&value))).collect();
        Ok(Self { set, ..self })
    }

    /// Refuses what cannot be set, before anything is sent.
    fn check(&self, server: Server) -> Result<()> {
        if self.set.is_empty() {
            return Ok(());
        }
        // Whichever key it has.
        perform::check(&self.update(Vec::new()), server)
    }

    /// The change of the rows that fulfil these conditions.
    fn update(&self, filter: Vec<Node>) -> Plan {
        let select = Select { filter, ..Select::new(self.table) };
        Plan::Update(Box::new(Update { select, set: self.set.clone(), all: true }))
    }

    /// The first statement, for [`to_sql`](super::to_sql).
    pub(super) fn first(&self) -> Plan {
        if self.set.is_empty() { self.look(false) } else { self.look_for_key(false) }
    }

    /// Reads the row; two, if there are several.
    fn look(&self, locked: bool) -> Plan {
        let (filter, limit) = (self.filter.clone(), Some(Value::Int(2)));
        Plan::Select(Box::new(Select {
            filter,
            limit,
            lock: Lock::own_if(locked),
            ..Select::new(self.table)
        }))
    }

    fn look_for_key(&self, locked: bool) -> Plan {
        let mut plan = self.look(locked);
        if let Plan::Select(select) = &mut plan {
            let key = |field: &&'static Field| Output::Expr(Node::Field(crate::expr::Path::EMPTY, field));
            select.output = self.table.primary_key.iter().map(key).collect();
        }
        plan
    }

    /// The key of the row, if there is one.
    async fn key(&self, lease: &mut Lease<'_>, locked: bool) -> Result<Option<Value>> {
        let mut keys = (self.read)();
        perform::execute(lease, &self.look_for_key(locked), &mut *keys).await?;
        let mut keys = keys.take();
        Expect::OneOrNone.check(keys.len())?;
        Ok(keys.pop())
    }

    /// Whether each statement by itself leaves everything as it should be.
    fn is_one_statement(&self, server: Server) -> bool {
        self.set.is_empty() && !matches!(server.backend, Backend::MySql | Backend::MariaDb)
    }

    /// Finds the row, or inserts it.
    async fn settle(
        &self,
        lease: &mut Lease<'_>,
        there: bool,
        sink: &mut (dyn Collect + 'static),
    ) -> Result<u64> {
        if there && self.found(lease, sink).await? {
            return Ok(0);
        }
        for _ in 0..ROUNDS {
            if insert_unless(lease, self.table, self.values.clone(), &[], Some(sink)).await? {
                return Ok(1);
            }
            if self.found(lease, sink).await? {
                return Ok(0);
            }
        }
        // It is another row that is in the way: the database says by which key.
        create::create(lease, self.table, self.values.clone(), sink).await
    }

    /// Reads the row as it is now, and changes it if it is to be changed. Says whether it is there.
    async fn found(&self, lease: &mut Lease<'_>, sink: &mut (dyn Collect + 'static)) -> Result<bool> {
        if self.set.is_empty() {
            let hidden = matches!(lease.server().backend, Backend::MySql | Backend::MariaDb);
            perform::execute(lease, &self.look(hidden), sink).await?;
            Expect::OneOrNone.check(sink.count())?;
            return Ok(sink.count() > 0);
        }
        let Some(key) = self.key(lease, true).await? else { return Ok(false) };
        let filter = vec![key_condition(self.table, key)];
        perform::execute(lease, &self.update(filter.clone()), &mut ()).await?;
        let select = Select { filter, lock: Some(Box::new(Lock::own())), ..Select::new(self.table) };
        perform::execute(lease, &Plan::Select(Box::new(select)), sink).await?;
        Ok(true)
    }
}
