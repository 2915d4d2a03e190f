//! The rows of a table of pairs that belong to one row: added, removed, or made to be these and no others.

use std::collections::BTreeMap;

use super::collect::Keys;
use super::{Lease, bulk, kept, perform};
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{CompareOp, Node, Pairs, Path, Via};
use crate::model::{AutoValue, DbDefault, Field, Key, Table, Values, Writable};
use crate::plan::{Conflict, Delete, Output, Plan, Select, Told, same_field};
use crate::types::Value;

/// What is done to the links of one row.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    /// The table between.
    pub(crate) table: &'static Table,
    pub(crate) via: Via,
    /// The key of the row.
    pub(crate) key: Value,
    pub(crate) change: Change,
    /// What reads the keys of linked rows.
    pub(crate) read: fn() -> Box<dyn Keys>,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Add { keys: Vec<Value>, bare: fn(&mut Values) },
    Remove { keys: Vec<Value> },
    Set { keys: Vec<Value>, bare: fn(&mut Values) },
    Clear,
}

/// Keys by what they say, each once and in an order that is the same for everybody: who adds the same rows at the
/// same moment waits for the other, and not each for each.
type ByName = BTreeMap<String, Value>;

/// How many keys one statement names.
const CHUNK: usize = 500;

/// Does it, and says how many links were added or removed.
pub(super) async fn change(lease: &mut Lease<'_>, link: Link) -> Result<u64> {
    let links = Links::new(&link, lease.server())?;
    match &link.change {
        Change::Clear => links.run(lease, &[links.clear()]).await,
        Change::Remove { keys } => links.run(lease, &links.removals(named(keys))).await,
        Change::Add { keys, bare } => {
            let mut keys = named(keys);
            // A statement that leaves out what is there counts it nevertheless.
            if matches!(lease.server().backend, Backend::MySql | Backend::MariaDb) {
                for known in links.known(lease, Some(&keys)).await?.keys() {
                    keys.remove(known);
                }
            }
            links.run(lease, &links.additions(keys, *bare)?).await
        }
        Change::Set { keys, bare } => {
            lease.begin().await?;
            let result = links.set(lease, named(keys), *bare).await;
            match &result {
                Ok(_) => lease.commit().await?,
                Err(error) => lease.rollback(error).await,
            }
            result
        }
    }
}

/// The first statement of it.
pub(super) fn first(link: &Link, server: Server) -> Result<Plan> {
    let links = Links::new(link, server)?;
    let plan = match &link.change {
        Change::Clear => Some(links.clear()),
        Change::Remove { keys } => links.removals(named(keys)).into_iter().next(),
        Change::Add { keys, bare } => links.additions(named(keys), *bare)?.into_iter().next(),
        Change::Set { .. } => None,
    };
    Ok(plan.unwrap_or_else(|| links.select(Vec::new())))
}

/// The links of one row.
struct Links<'l> {
    pairs: Pairs,
    key: &'l Value,
    server: Server,
    read: fn() -> Box<dyn Keys>,
}

impl<'l> Links<'l> {
    fn new(link: &'l Link, server: Server) -> Result<Self> {
        match link.via {
            Via::Through(pairs) => {
                if matches!(link.change, Change::Add { .. } | Change::Set { .. }) {
                    has_unique_key(pairs)?;
                }
                Ok(Self { pairs, key: &link.key, server, read: link.read })
            }
            Via::ForeignKey(_, field) => {
                Err(invalid("no table is between, whose rows could be changed").with_field(field.name))
            }
        }
    }

    fn clear(&self) -> Plan {
        Plan::Delete(Box::new(Delete { select: self.pairs.of(self.key.clone()), all: false }))
    }

    fn removals(&self, keys: ByName) -> Vec<Plan> {
        let far = self.pairs.far();
        chunks(keys)
            .map(|keys| {
                let mut select = self.pairs.of(self.key.clone());
                select.filter.push(among(far, keys));
                Plan::Delete(Box::new(Delete { select, all: false }))
            })
            .collect()
    }

    fn additions(&self, keys: ByName, bare: fn(&mut Values)) -> Result<Vec<Plan>> {
        let (table, near, far) = (self.pairs.table(), self.pairs.near(), self.pairs.far());
        let mut values = Values::default();
        for key in keys.into_values() {
            let start = values.0.len();
            bare(&mut values);
            for (field, value) in table.fields.iter().zip(values.0.iter_mut().skip(start)) {
                if same_field(field, near) {
                    *value = Some(self.key.clone());
                } else if same_field(field, far) {
                    *value = Some(key.clone());
                } else if value.is_none() && is_given_by_the_program(field) {
                    let reason =
                        format!("`{}` of `{}` is needed too: create its rows", field.name, table.model);
                    return Err(invalid(&reason).with_field(field.name));
                }
            }
        }
        let conflict = Conflict::LeftOut { key: vec![near, far], told: Told::Not };
        Ok(bulk::plans(table, values, self.server, &conflict))
    }

    /// The keys that the row is linked to: all, or those of these.
    async fn known(&self, lease: &mut Lease<'_>, of: Option<&ByName>) -> Result<ByName> {
        let mut keys = (self.read)();
        let filters: Vec<Vec<Node>> = match of {
            None => vec![Vec::new()],
            Some(of) => chunks(of.clone()).map(|keys| vec![among(self.pairs.far(), keys)]).collect(),
        };
        for filter in filters {
            perform::execute(lease, &self.select(filter), &mut *keys).await?;
        }
        Ok(named(&keys.take()))
    }

    fn select(&self, filter: Vec<Node>) -> Plan {
        let mut select = Select {
            output: vec![Output::Expr(Node::Field(Path::EMPTY, self.pairs.far()))],
            ..self.pairs.of(self.key.clone())
        };
        select.filter.extend(filter);
        Plan::Select(Box::new(select))
    }

    async fn set(&self, lease: &mut Lease<'_>, wanted: ByName, bare: fn(&mut Values)) -> Result<u64> {
        let mut gone = self.known(lease, None).await?;
        let mut new = wanted;
        new.retain(|name, _| gone.remove(name).is_none());
        let removed = self.each(lease, &self.removals(gone)).await?;
        Ok(removed + self.each(lease, &self.additions(new, bare)?).await?)
    }

    /// Runs the statements, all or none.
    async fn run(&self, lease: &mut Lease<'_>, plans: &[Plan]) -> Result<u64> {
        if plans.len() <= 1 {
            return self.each(lease, plans).await;
        }
        lease.begin().await?;
        let result = self.each(lease, plans).await;
        match &result {
            Ok(_) => lease.commit().await?,
            Err(error) => lease.rollback(error).await,
        }
        result
    }

    async fn each(&self, lease: &mut Lease<'_>, plans: &[Plan]) -> Result<u64> {
        let mut affected = 0;
        for plan in plans {
            affected += perform::execute(lease, plan, &mut ()).await?.affected;
        }
        Ok(affected)
    }
}

/// Refuses a table whose pairs may be there twice: only a unique key tells, whoever else adds the same.
fn has_unique_key(pairs: Pairs) -> Result<()> {
    if pairs.are_distinct() {
        return Ok(());
    }
    let (from, to) = (pairs.many.from.name, pairs.many.to.name);
    Err(invalid(&format!(
        "`{}` has no unique key of `{from}` and `{to}`: write `unique_together({from}, {to})`",
        pairs.table().model
    )))
}

/// The condition that the field is one of the keys.
fn among(field: &'static Field, keys: Vec<Value>) -> Node {
    let node = || Node::Field(Path::EMPTY, field);
    match field.columns {
        [column] => Node::In(Box::new(node()), Value::List(column.ty, keys)),
        _ => {
            let equal = |key| Node::Compare(CompareOp::Eq, Box::new([node(), Node::Value(key)]));
            Node::Any(keys.into_iter().map(equal).collect())
        }
    }
}

fn chunks(keys: ByName) -> impl Iterator<Item = Vec<Value>> {
    let mut keys = keys.into_values();
    std::iter::from_fn(move || {
        let chunk: Vec<_> = keys.by_ref().take(CHUNK).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

fn named(keys: &[Value]) -> ByName {
    keys.iter().map(|key| (kept::name(key), key.clone())).collect()
}

/// What reads keys of this type.
pub(crate) fn key_values<K: Key>() -> Box<dyn Keys> {
    super::collect::keys::<K>()
}

/// Whether nothing but the program gives the field a value.
fn is_given_by_the_program(field: &Field) -> bool {
    let by_database = !matches!(field.db_default, DbDefault::None)
        || field.generated.is_some()
        || field.writable == Writable::Never;
    field.auto == AutoValue::None && !field.nullable() && !by_database
}

#[cold]
fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() })
}
