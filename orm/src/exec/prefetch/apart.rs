//! Related rows on databases of their own: of relations that lead elsewhere, and that a router allows.
//!
//! No statement has a connection while the next one waits for its own: two queries that need the same two databases would
//! wait for each other.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use super::{Branch, Exact, Keyed, Owners, chunks};
use crate::database::{Access, Target, To};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::collect::{Collect, Expect, Response};
use crate::exec::{Job, Lease, choose, perform, relations};
use crate::model::Table;

/// Does a job that reads related rows, each where its model is.
pub(in crate::exec) async fn load(
    job: Job,
    outside: bool,
    mut sink: Box<dyn Collect>,
    expect: Expect,
) -> Result<Response> {
    let affected = match job {
        Job::Tree(tree) => {
            let table = tree.select.table;
            let locks = tree.select.lock.is_some();
            let (affected, keys) = {
                let access = if locks { Access::Lock } else { Access::Select };
                let mut lease = lease(table, outside, access).await?;
                if locks {
                    perform::lasts(&lease).map_err(|error| error.with_model(table.model))?;
                }
                let mut keyed = Keyed::rows(&mut *sink, &tree.branches);
                let outcome = perform::execute(&mut lease, &tree.plan()?, &mut keyed).await?;
                let keys = keyed.keys;
                // Before there are rows of other databases in them.
                sink.trace(&|| lease.origin_of(table));
                (outcome.affected, keys)
            };
            expect.check(sink.count()).map_err(|error| error.with_model(table.model))?;
            attach(table, outside, &tree.branches, keys, &mut *sink).await?;
            affected
        }
        Job::Reached(reached) => {
            let table = reached.branch.select.table;
            let mut lists = [rows(table, outside, &reached.branch, &reached.owners).await?];
            sink.attach(&mut lists)?;
            0
        }
        _ => {
            let reason = "related rows of what reads none: this is a bug in `orm`".to_owned();
            return Err(Error::new(ErrorKind::InvalidQuery { reason }));
        }
    };
    Ok(Response { rows: sink, affected })
}

async fn lease(table: &'static Table, outside: bool, access: Access) -> Result<Lease<'static>> {
    let target = Target { outside, ..Target::from(To::Auto) };
    choose::lease(target, Some(table), access).await
}

/// Reads what is related to rows of the database that `at` is on, and puts it into them.
async fn attach(
    at: &'static Table,
    outside: bool,
    branches: &[Arc<Branch>],
    keys: Vec<Vec<Option<Exact>>>,
    sink: &mut dyn Collect,
) -> Result<()> {
    let mut lists = Vec::with_capacity(branches.len());
    for (branch, keys) in branches.iter().zip(keys) {
        let at = if relations::is_elsewhere(branch)? { branch.select.table } else { at };
        lists.push(rows(at, outside, branch, &Owners::new(keys)).await?);
    }
    sink.attach(&mut lists)
}

type Rows<'b> = Pin<Box<dyn Future<Output = Result<Box<dyn Any + Send>>> + Send + 'b>>;

/// The rows of a relation, read where `at` is. Boxed, because it calls itself.
fn rows<'b>(at: &'static Table, outside: bool, branch: &'b Branch, owners: &'b Owners) -> Rows<'b> {
    Box::pin(async move {
        let mut rows = (branch.lists)();
        let (keys, whose) = {
            let mut lease = lease(at, outside, Access::Select).await?;
            let mut keyed = Keyed::children(&mut *rows, branch, owners);
            for chunk in chunks(branch, &owners.keys, lease.server())? {
                let outcome = perform::execute(&mut lease, &branch.plan(chunk), &mut keyed).await;
                outcome.map_err(|error| error.with_model(branch.select.table.model))?;
            }
            let read = (keyed.keys, keyed.owners);
            rows.trace(&|| lease.origin_of(at));
            read
        };
        attach(at, outside, &branch.branches, keys, &mut *rows).await?;
        Ok(rows.into_lists(&whose, owners.count))
    })
}
