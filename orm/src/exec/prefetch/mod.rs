//! Related rows, in a further statement a relation: found by the keys of the rows at hand, and put into them.
//!
//! The rows of a query are read first, with the keys that its relations need before the columns of the output. Each
//! relation is then one statement that names those keys (several, if a statement takes no more), on the connection
//! that the query has. Its rows bring the key of the row they belong to, and those that relations of their own need; so
//! it goes on level by level. At last the lists are put into the rows, from the innermost outwards (`Decode::attach`). Where a
//! router allows relations between databases, `apart` reads each on its own.

mod apart;
mod exact;
mod sink;

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::collect::{Collect, Expect};
use super::{Lease, perform};
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Node, Path, Via};
use crate::model::Table;
use crate::plan::shape::{max_arguments, most_elements};
use crate::plan::{Children, Output, Plan, Select};
use crate::sql;
use crate::types::Value;

pub(super) use apart::load as load_apart;
pub(crate) use exact::Exact;
pub(crate) use sink::{CollectLists, lists};
use sink::{Keyed, Owners};

/// A relation whose rows are wanted, and those that are wanted of them.
#[derive(Debug)]
pub struct Branch {
    /// The relation's name.
    pub(crate) name: &'static str,
    /// The model that it starts from.
    pub(crate) start: &'static Table,
    pub(crate) via: Via,
    /// The related rows. A limit and an offset are those of one row.
    pub(crate) select: Select,
    pub(crate) branches: Vec<Arc<Self>>,
    /// What takes the rows.
    pub(crate) lists: fn() -> Box<dyn CollectLists>,
}

/// The rows of a query, and rows that are related to them.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) select: Select,
    pub(crate) branches: Vec<Arc<Branch>>,
}

/// The rows that are related to rows at hand.
#[derive(Debug)]
pub(crate) struct Reached {
    pub(super) branch: Arc<Branch>,
    /// The rows, by their keys.
    owners: Owners,
}

impl Tree {
    /// The query with the keys that its relations need.
    pub(super) fn plan(&self) -> Result<Plan> {
        let mut select = self.select.clone();
        let whole = |output: &Output| matches!(output, Output::Model(path) if path.is_empty());
        if select.distinct && !select.output.iter().any(whole) {
            return Err(invalid(
                "rows that are related to distinct ones: they need the key of their model, so select all of it",
            ));
        }
        with_keys(&mut select, &self.branches);
        Ok(Plan::Select(Box::new(select)))
    }

    /// Reads the rows, and what is related to them.
    pub(super) async fn load(
        &self,
        lease: &mut Lease<'_>,
        sink: &mut dyn Collect,
        expect: Expect,
    ) -> Result<u64> {
        let mut keyed = Keyed::rows(sink, &self.branches);
        let outcome = perform::execute(lease, &self.plan()?, &mut keyed).await?;
        let keys = keyed.keys;
        expect.check(sink.count())?;
        attach(lease, &self.branches, keys, sink).await?;
        Ok(outcome.affected)
    }
}

impl Reached {
    /// What is related to the rows with these keys.
    pub(crate) fn new(branch: Arc<Branch>, keys: Vec<Exact>) -> Self {
        Self { branch, owners: Owners::new(keys.into_iter().map(Some).collect()) }
    }

    /// Reads what is related to the rows, and gives it to `sink`, in which lists of them wait.
    pub(super) async fn load(&self, lease: &mut Lease<'_>, sink: &mut dyn Collect) -> Result<u64> {
        let mut lists = [self.branch.load(lease, &self.owners).await?];
        sink.attach(&mut lists)?;
        Ok(0)
    }

    /// The statement, or the first of them.
    pub(super) fn plan(&self, server: Server) -> Result<Plan> {
        let chunk = chunks(&self.branch, &self.owners.keys, server)?.into_iter().next();
        Ok(self.branch.plan(chunk.unwrap_or_default()))
    }
}

/// Puts before the outputs of a query the keys by which relations find its rows.
fn with_keys(select: &mut Select, branches: &[Arc<Branch>]) {
    let keys = branches.iter().flat_map(|branch| branch.start.primary_key);
    let keys: Vec<_> = keys.map(|field| Output::Expr(Node::Field(Path::EMPTY, field))).collect();
    drop(select.output.splice(..0, keys));
}

/// Reads what is related to rows, each relation for all of them, and puts it into them. `keys` has a list for each
/// relation, with a key for each row.
async fn attach(
    lease: &mut Lease<'_>,
    branches: &[Arc<Branch>],
    keys: Vec<Vec<Option<Exact>>>,
    sink: &mut dyn Collect,
) -> Result<()> {
    let mut lists = Vec::with_capacity(branches.len());
    for (branch, keys) in branches.iter().zip(keys) {
        lists.push(branch.load(lease, &Owners::new(keys)).await?);
    }
    sink.attach(&mut lists)
}

type Loading<'l> = Pin<Box<dyn Future<Output = Result<Box<dyn Any + Send>>> + Send + 'l>>;

impl Branch {
    /// The rows that are related to these: a list for each. Boxed, because it calls itself.
    fn load<'l>(&'l self, lease: &'l mut Lease<'_>, owners: &'l Owners) -> Loading<'l> {
        Box::pin(async move {
            let mut rows = (self.lists)();
            let mut keyed = Keyed::children(&mut *rows, self, owners);
            for chunk in chunks(self, &owners.keys, lease.server())? {
                let plan = self.plan(chunk);
                let outcome = perform::execute(lease, &plan, &mut keyed).await;
                outcome.map_err(|error| error.with_model(self.select.table.model))?;
            }
            let Keyed { keys, owners: whose, .. } = keyed;
            attach(lease, &self.branches, keys, &mut *rows).await?;
            Ok(rows.into_lists(&whose, owners.count))
        })
    }

    /// The statement for these keys.
    fn plan(&self, keys: Vec<Value>) -> Plan {
        let mut select = self.select.clone();
        let (limit, offset) = (select.limit.take(), select.offset.take());
        with_keys(&mut select, &self.branches);
        Plan::Children(Box::new(Children::new(select, self.start, self.via, keys, limit, offset)))
    }
}

/// The keys, in as many parts as there have to be statements: none without a key.
fn chunks(branch: &Branch, keys: &[Exact], server: Server) -> Result<Vec<Vec<Value>>> {
    let values = |keys: &[Exact]| keys.iter().map(|key| key.clone().into_value()).collect::<Vec<_>>();
    let width = branch.start.primary_key.iter().map(|field| field.columns.len()).sum::<usize>().max(1);
    let most = max_arguments(server.backend);
    let Some(first) = keys.first() else { return Ok(Vec::new()) };
    // One array, or so few that a statement takes them whatever else it takes.
    let array = server.backend == Backend::Postgres && width == 1;
    if array || keys.len().saturating_mul(width) <= most / 4 {
        return Ok(vec![values(keys)]);
    }
    let one = branch.plan(values(std::slice::from_ref(first)));
    let other = sql::prepare(&one, server)?.args().len().saturating_sub(width);
    let fit = most_elements(most.saturating_sub(other) / width, other);
    Ok(keys.chunks(fit.max(1)).map(values).collect())
}

#[cold]
fn invalid(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.into() })
}
