//! Statements that change rows.

use std::fmt;

use super::Select;
use crate::expr::Node;
use crate::model::{Field, Table};
use crate::types::Value;

/// New rows that all give values to the same fields; for others there are several inserts.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) table: &'static Table,
    /// The fields that are given values; none means a row of nothing but defaults.
    pub(crate) fields: Vec<&'static Field>,
    pub(crate) rows: Rows,
    /// A row that agrees with one that is there in all of these fields, a unique key, is left out; without fields,
    /// it is an error.
    pub(crate) unless: Vec<&'static Field>,
    /// Whether the new rows are read back, all columns of each.
    pub(crate) returning: bool,
}

/// The values of an [`Insert`], of which `Debug` shows none.
#[derive(Clone)]
pub(crate) enum Rows {
    /// Row by row, the values of a row next to each other: `count` rows of `columns of fields` values.
    Flat { count: usize, values: Vec<Value> },
    /// Column by column, a [`Value::List`] each: for PostgreSQL's `UNNEST`, one text for any count.
    Columns(Vec<Value>),
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flat { count, values } => write!(f, "{count} rows, {} values", values.len()),
            Self::Columns(columns) => write!(f, "{} columns", columns.len()),
        }
    }
}

/// Changes to the rows of a query.
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub(crate) select: Select,
    pub(crate) set: Vec<(&'static Field, Node)>,
    /// Whether every row is meant when there is no filter.
    pub(crate) all: bool,
}

/// Removal of the rows of a query.
#[derive(Debug, Clone)]
pub(crate) struct Delete {
    pub(crate) select: Select,
    /// Whether every row is meant when there is no filter.
    pub(crate) all: bool,
}
