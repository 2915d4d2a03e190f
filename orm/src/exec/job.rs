//! What a terminal asks for: often one plan, sometimes several statements.

use super::link::Link;
use crate::error::Error;
use crate::model::{Table, Values};
use crate::plan::Plan;

/// What a terminal asks for.
#[derive(Debug, Clone)]
pub(crate) enum Job {
    /// One statement.
    Plan(Plan),
    /// One new row, read back.
    Create { table: &'static Table, values: Values },
    /// Many new rows, all or none.
    BulkCreate { table: &'static Table, values: Values },
    /// The links of one row of a many-to-many relation, changed.
    Link(Box<Link>),
    /// Nothing: the request was wrong to begin with.
    Refused(Error),
}

impl Job {
    pub(super) fn table(&self) -> Option<&'static Table> {
        match self {
            Self::Plan(plan) => Some(plan.table()),
            Self::Create { table, .. } | Self::BulkCreate { table, .. } => Some(table),
            Self::Link(link) => Some(link.table),
            Self::Refused(_) => None,
        }
    }
}
