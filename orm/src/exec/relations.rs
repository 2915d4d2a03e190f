//! Relations between databases: refused before anything is sent, unless a router allows them.
//!
//! One statement goes to one database. So all models that it joins, or asks about, have to be on the database of the model that
//! it begins with; a query that says `.using(..)` takes all of them from there, and is not asked. Where all models of a
//! program say the same, or nothing, of their database, there is nothing to look at.

use std::sync::atomic::{AtomicU8, Ordering};

use super::Job;
use super::choose::{Referred, refers_to};
use super::prefetch::Branch;
use crate::database::{DatabaseRef, Router, router, scope};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Node, Path, Via};
use crate::model::{self, Table};
use crate::plan::check::group::parts;
use crate::plan::{Conflict, Output, Plan, Select, same_table};

/// How deep nodes are looked into. What is nested deeper is refused when its SQL is built.
const MAX_DEPTH: u32 = 512;

/// Whether models of the program may be on several databases: nothing said otherwise, they are not.
pub(super) fn may_differ() -> bool {
    const UNKNOWN: u8 = 0;
    const SAME: u8 = 1;
    const DIFFERENT: u8 = 2;
    static MODELS: AtomicU8 = AtomicU8::new(UNKNOWN);
    let models = match MODELS.load(Ordering::Relaxed) {
        UNKNOWN => {
            let differ = if models_differ() { DIFFERENT } else { SAME };
            MODELS.store(differ, Ordering::Relaxed);
            differ
        }
        known => known,
    };
    models == DIFFERENT || scope::parts_models()
}

#[cold]
fn models_differ() -> bool {
    let source = |table: &'static Table| table.meta.database.map_or(DatabaseRef::DEFAULT, |source| source());
    let mut sources = model::tables().into_iter().map(source);
    sources.next().is_some_and(|first| sources.any(|other| !first.is_same(&other)))
}

/// Refuses a job with models of several databases. True if it has related rows that are read on databases of their own.
///
/// # Errors
///
/// `InvalidQuery` that names both models and both databases.
pub(super) fn check(job: &Job) -> Result<bool> {
    let router = router::current();
    let relations = Relations { router: router.as_deref() };
    match job {
        Job::Plan(plan) => relations.plan(plan)?,
        Job::Explain(explain) => relations.plan(&explain.plan)?,
        Job::Tree(tree) => {
            relations.select(&tree.select, 0)?;
            return relations.branches(&tree.branches);
        }
        Job::Reached(reached) => return relations.reached(&reached.branch),
        Job::Upsert(upsert) => {
            upsert.act.nodes().try_for_each(|node| relations.node(upsert.table, node, 0))?;
        }
        Job::GetOrCreate(wanted) => {
            let set = wanted.set.iter().map(|(_, node)| node);
            wanted.filter.iter().chain(set).try_for_each(|node| relations.node(wanted.table, node, 0))?;
        }
        Job::Link(link) => {
            if let Via::Through(pairs) = link.via {
                for side in [pairs.near(), pairs.far()] {
                    if let Some(reference) = &side.reference {
                        relations.leads(link.table, side.name, (reference.target)())?;
                    }
                }
            }
        }
        // Of one model and values alone, or of none.
        Job::Create { .. } | Job::BulkCreate { .. } | Job::Save(_) | Job::Raw(_) | Job::Refused(_) => {}
    }
    Ok(false)
}

/// Whether related rows are read on another database than the rows that they belong to.
///
/// # Errors
///
/// As [`check`], which was asked before: whatever has changed since then.
pub(super) fn is_elsewhere(branch: &Branch) -> Result<bool> {
    let router = router::current();
    let relations = Relations { router: router.as_deref() };
    relations.reach(branch).map(|led| led == Led::Elsewhere)
}

/// Whether a foreign key may be declared. False if it leads elsewhere, and a router allows that.
///
/// # Errors
///
/// `Schema` that names both models and both databases.
pub(crate) fn may_declare(
    table: &'static Table,
    field: &'static str,
    target: &'static Table,
) -> Result<bool> {
    let router = router::current();
    let relations = Relations { router: router.as_deref() };
    match relations.leads(table, field, target) {
        Ok(Led::Here) => Ok(true),
        Ok(Led::Elsewhere) => Ok(false),
        Err(error) => {
            let reason = error.kind().to_string();
            let named = Error::new(ErrorKind::Schema { reason }).with_model(table.model).with_field(field);
            Err(match error.database() {
                Some(database) => named.with_database(database),
                None => named,
            })
        }
    }
}

/// Where a relation leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Led {
    /// To a model of the same database.
    Here,
    /// To one of another, which a router allows.
    Elsewhere,
}

struct Relations<'r> {
    router: Option<&'r dyn Router>,
}

impl Relations<'_> {
    /// Asks about a relation between two models.
    fn leads(&self, from: &'static Table, name: &str, to: &'static Table) -> Result<Led> {
        if same_table(from, to) {
            return Ok(Led::Here);
        }
        let answer = self.router.and_then(|router| router.allow_relation(from, to));
        match (answer, refers_to(from, to)) {
            (Some(false), _) => Err(forbidden(from, name, to)),
            (_, Referred::Same) => Ok(Led::Here),
            (Some(true), Referred::Other { .. }) => Ok(Led::Elsewhere),
            (None, Referred::Other { own, theirs }) => Err(apart(from, &own, name, to, &theirs)),
        }
    }

    /// The same for models that one statement joins: allowed, they are taken from one database.
    fn joins(&self, from: &'static Table, name: &str, to: &'static Table) -> Result<()> {
        self.leads(from, name, to).map(drop)
    }

    fn plan(&self, plan: &Plan) -> Result<()> {
        match plan {
            Plan::Select(select) | Plan::Count(select) | Plan::Exists(select) => self.select(select, 0),
            Plan::Children(children) => {
                self.via(children.start, &children.via, children.select.table)?;
                self.select(&children.select, 0)
            }
            Plan::Insert(insert) => match &insert.conflict {
                Conflict::Updated { set, filter, .. } => {
                    let set = set.iter().map(|(_, node)| node);
                    set.chain(filter).try_for_each(|node| self.node(insert.table, node, 0))
                }
                Conflict::Refused | Conflict::LeftOut { .. } => Ok(()),
            },
            Plan::Update(update) => {
                self.select(&update.select, 0)?;
                update.set.iter().try_for_each(|(_, node)| self.node(update.select.table, node, 0))
            }
            Plan::Delete(delete) => self.select(&delete.select, 0),
        }
    }

    fn select(&self, select: &Select, depth: u32) -> Result<()> {
        let table = select.table;
        for output in &select.output {
            match output {
                Output::Model(path) | Output::There(path) => _ = self.path(table, path)?,
                Output::Far(via, far) => self.via(table, via, far)?,
                Output::Expr(node) => self.node(table, node, depth)?,
            }
        }
        for path in select.lock.iter().flat_map(|lock| &lock.related) {
            _ = self.path(table, path)?;
        }
        let nodes = select.filter.iter().chain(&select.group).chain(&select.having);
        let mut nodes = nodes.chain(select.order.iter().map(|order| &order.node));
        nodes.try_for_each(|node| self.node(table, node, depth))
    }

    fn node(&self, table: &'static Table, node: &Node, depth: u32) -> Result<()> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        match node {
            Node::Field(path, _) | Node::Proposed(path, _) => {
                self.path(table, path)?;
            }
            Node::Related(_, via, path, select) => {
                let start = self.path(table, path)?;
                self.via(start, via, select.table)?;
                self.select(select, depth + 1)?;
            }
            Node::InSelect(_, select) => {
                self.joins(table, "a sub-query", select.table)?;
                self.select(select, depth + 1)?;
            }
            _ => {}
        }
        parts(node).into_iter().try_for_each(|part| self.node(table, part, depth + 1))
    }

    /// Goes along foreign keys, and gives the model at their end.
    fn path(&self, table: &'static Table, path: &Path) -> Result<&'static Table> {
        let mut at = table;
        for hop in path.hops() {
            if let Some(reference) = &hop.reference {
                let target = (reference.target)();
                self.joins(at, hop.name, target)?;
                at = target;
            }
        }
        Ok(at)
    }

    /// A relation to `target` whose rows are joined with those of `start`.
    fn via(&self, start: &'static Table, via: &Via, target: &'static Table) -> Result<()> {
        match via {
            Via::ForeignKey(path, field) => {
                let owner = self.path(target, path)?;
                self.joins(start, field.name, owner)
            }
            Via::Through(pairs) => {
                self.joins(start, pairs.near().name, pairs.table())?;
                self.joins(pairs.table(), pairs.far().name, target)
            }
        }
    }

    /// Whether some of these related rows are read on another database than `start`.
    fn branches(&self, branches: &[std::sync::Arc<Branch>]) -> Result<bool> {
        let mut elsewhere = false;
        for branch in branches {
            elsewhere |= self.branch(branch)?;
        }
        Ok(elsewhere)
    }

    /// Whether the rows of a relation, with whatever joins them to those that they belong to, are on another database.
    fn reach(&self, branch: &Branch) -> Result<Led> {
        let owner = match branch.via {
            Via::ForeignKey(path, _) => end_of(branch.select.table, &path),
            Via::Through(pairs) => pairs.table(),
        };
        self.leads(branch.start, branch.name, owner)
    }

    fn branch(&self, branch: &Branch) -> Result<bool> {
        let led = self.reach(branch)?;
        let elsewhere = self.statement(branch)?;
        if led == Led::Elsewhere {
            told_by_themselves(branch)?;
        }
        Ok(elsewhere || led == Led::Elsewhere)
    }

    /// Rows that are related to rows at hand, which may have come from anywhere: no relation is asked about between the
    /// two.
    fn reached(&self, branch: &Branch) -> Result<bool> {
        let elsewhere = self.statement(branch)?;
        told_by_themselves(branch)?;
        Ok(elsewhere)
    }

    /// The statement of a relation, which is sent to the database of its rows; and what follows on them. What joins the rows
    /// to those that they belong to says which rows there are, so that it has to be of that database, allowed or not.
    fn statement(&self, branch: &Branch) -> Result<bool> {
        let rows = branch.select.table;
        match branch.via {
            Via::Through(pairs) => self.together(rows, branch.name, pairs.table())?,
            Via::ForeignKey(path, _) => {
                let mut at = rows;
                for hop in path.hops() {
                    let Some(reference) = &hop.reference else { continue };
                    let target = (reference.target)();
                    self.together(at, hop.name, target)?;
                    at = target;
                }
            }
        }
        self.select(&branch.select, 0)?;
        self.branches(&branch.branches)
    }

    fn together(&self, rows: &'static Table, name: &str, other: &'static Table) -> Result<()> {
        if self.leads(rows, name, other)? == Led::Elsewhere
            && let Referred::Other { own, theirs } = refers_to(rows, other)
        {
            return Err(torn(rows, &own, name, other, &theirs));
        }
        Ok(())
    }
}

/// The model at the end of a path.
fn end_of(table: &'static Table, path: &Path) -> &'static Table {
    let last = path.hops().filter_map(|hop| hop.reference.as_ref()).last();
    last.map_or(table, |reference| (reference.target)())
}

/// Refuses related rows whose statement needs the table of the rows that they belong to, if that is on another database.
fn told_by_themselves(branch: &Branch) -> Result<()> {
    if joins_start(branch)
        && let Referred::Other { own, theirs } = refers_to(branch.start, branch.select.table)
    {
        return Err(not_told(branch, &own, &theirs));
    }
    Ok(())
}

/// Whether the statement of a relation needs the table that it starts from: for a key that its foreign key does not hold, or
/// that only the database can compare.
fn joins_start(branch: &Branch) -> bool {
    let near = branch.via.near();
    let holds_key = |key: &&'static model::Field| {
        let to = near.reference.as_ref().map_or(&[][..], |reference| reference.fields());
        to.iter().any(|to| crate::plan::same_field(key, to))
    };
    // Of one that may refer to nothing a part may be there all the same.
    let is_key = branch.start.primary_key.iter().all(holds_key) && (near.over.is_empty() || !near.nullable());
    let mut columns = branch.start.primary_key.iter().flat_map(|key| key.columns).chain(near.columns);
    !is_key || columns.any(|column| column.collation != model::PerBackend::NONE)
}

#[cold]
fn apart(from: &Table, own: &str, name: &str, to: &Table, theirs: &str) -> Error {
    let (model, other) = (from.model, to.model);
    invalid(format!(
        "`{name}` leads from `{model}` of the database `{own}` to `{other}` of the database `{theirs}`, and one query goes to one \
         database: say which by `.using(..)`, load the related rows by themselves with `.load(&rows)`, or let a router allow \
         the relation"
    ))
    .with_model(to.model)
    .with_database(own)
}

#[cold]
fn not_told(branch: &Branch, own: &str, theirs: &str) -> Error {
    let (name, start, rows) = (branch.name, branch.start.model, branch.select.table.model);
    invalid(format!(
        "`{name}` leads from `{start}` of the database `{own}` to `{rows}` of the database `{theirs}`, and its rows cannot be \
         told by their own columns: the foreign key has to be that of a primary key without collations"
    ))
    .with_model(rows)
    .with_database(theirs)
}

#[cold]
fn torn(rows: &Table, own: &str, name: &str, other: &Table, theirs: &str) -> Error {
    let (model, between) = (rows.model, other.model);
    invalid(format!(
        "`{name}` has its rows in `{model}` of the database `{own}`, and what says whose they are in `{between}` of the database \
         `{theirs}`, and one query goes to one database: say which by `.using(..)`, or read `{between}` by itself"
    ))
    .with_model(model)
    .with_database(own)
}

#[cold]
fn forbidden(from: &Table, name: &str, to: &Table) -> Error {
    let reason =
        format!("`{name}` leads from `{}` to `{}`, which a router does not allow", from.model, to.model);
    invalid(reason).with_model(to.model)
}

#[cold]
fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason })
}
