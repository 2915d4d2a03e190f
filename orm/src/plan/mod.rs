//! Untyped statements: what is wanted, for no dialect.
//!
//! Built by `query`, refused by [`check`] where a backend cannot do it, compiled by `sql`.

pub(crate) mod check;
mod children;
pub(crate) mod lock;
pub(crate) mod same;
pub(crate) mod secret;
mod select;
pub(crate) mod shape;
mod write;

pub(crate) use children::Children;
pub(crate) use same::{same_field, same_node, same_table};
pub(crate) use select::{Output, Select};
pub(crate) use write::{Conflict, Delete, Insert, Rows, Told, Update};

use crate::model::Table;

/// A statement without its types.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// The rows of a query.
    Select(Box<Select>),
    /// How many rows a query gives.
    Count(Box<Select>),
    /// Whether a query gives a row.
    Exists(Box<Select>),
    /// The rows that are related to several rows.
    Children(Box<Children>),
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
}

impl Plan {
    pub(crate) fn table(&self) -> &'static Table {
        match self {
            Self::Select(select) | Self::Count(select) | Self::Exists(select) => select.table,
            Self::Children(children) => children.select.table,
            Self::Insert(insert) => insert.table,
            Self::Update(update) => update.select.table,
            Self::Delete(delete) => delete.select.table,
        }
    }
}
