//! What a terminal asks for: often one plan, sometimes several statements.

use std::sync::Arc;

use super::explain::Explain;
use super::get_or_create::GetOrCreate;
use super::link::Link;
use super::prefetch::{Branch, Reached, Tree};
use super::save::Save;
use super::upsert::Upsert;
use crate::database::Access;
use crate::error::Error;
use crate::model::{Table, Values};
use crate::plan::{Plan, Select};
use crate::raw::Raw;

/// What a terminal asks for.
#[derive(Debug)]
pub(crate) enum Job {
    /// One statement.
    Plan(Plan),
    /// The rows of a query, and what is related to them.
    Tree(Box<Tree>),
    /// What is related to rows at hand.
    Reached(Box<Reached>),
    /// One new row, read back.
    Create { table: &'static Table, values: Values },
    /// Many new rows, all or none; those that agree in a unique key with one that is there may be left out.
    BulkCreate { table: &'static Table, values: Values, leave_out: bool },
    /// New rows, or changes to those that are there.
    Upsert(Box<Upsert>),
    /// The row that a query finds, or a new one.
    GetOrCreate(Box<GetOrCreate>),
    /// The links of one row of a many-to-many relation, changed.
    Link(Box<Link>),
    /// How the database goes about a statement.
    Explain(Box<Explain>),
    /// SQL of the user's own.
    Raw(Box<Raw>),
    /// The changes of one row.
    Save(Box<Save>),
    /// Nothing: the request was wrong to begin with.
    Refused(Error),
}

impl Job {
    /// The rows of a query, and of these relations.
    pub(crate) fn rows(select: Box<Select>, branches: Vec<Arc<Branch>>) -> Self {
        if branches.is_empty() {
            return Self::Plan(Plan::Select(select));
        }
        Self::Tree(Box::new(Tree { select: *select, branches }))
    }

    pub(super) fn table(&self) -> Option<&'static Table> {
        match self {
            Self::Plan(plan) => Some(plan.table()),
            Self::Explain(explain) => Some(explain.plan.table()),
            Self::Tree(tree) => Some(tree.select.table),
            Self::Reached(reached) => Some(reached.branch.select.table),
            Self::Create { table, .. } | Self::BulkCreate { table, .. } => Some(table),
            Self::Upsert(upsert) => Some(upsert.table),
            Self::GetOrCreate(wanted) => Some(wanted.table),
            Self::Link(link) => Some(link.table),
            Self::Save(save) => Some(save.update.select.table),
            Self::Raw(_) | Self::Refused(_) => None,
        }
    }

    /// Whether it locks the rows that it gives.
    pub(super) fn is_locking(&self) -> bool {
        match self {
            Self::Plan(Plan::Select(select)) => select.lock.is_some(),
            Self::Tree(tree) => tree.select.lock.is_some(),
            _ => false,
        }
    }

    /// What it does to the rows of its model.
    pub(super) fn access(&self) -> Access {
        let read = |select: &Select| if select.lock.is_some() { Access::Lock } else { Access::Select };
        match self {
            Self::Plan(plan) => match plan {
                Plan::Select(select) | Plan::Count(select) | Plan::Exists(select) => read(select),
                Plan::Children(children) => read(&children.select),
                Plan::Insert(_) => Access::Insert,
                Plan::Update(_) => Access::Update,
                Plan::Delete(_) => Access::Delete,
            },
            Self::Tree(tree) => read(&tree.select),
            Self::Reached(reached) => read(&reached.branch.select),
            Self::Create { .. } | Self::BulkCreate { .. } => Access::Insert,
            Self::Upsert(_) | Self::GetOrCreate(_) => Access::Merge,
            Self::Link(_) => Access::Link,
            Self::Raw(_) | Self::Save(_) => Access::Update,
            Self::Explain(_) | Self::Refused(_) => Access::Select,
        }
    }
}
