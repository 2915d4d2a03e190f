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
    pub(crate) conflict: Conflict,
    /// Whether the new rows are read back, all columns of each.
    pub(crate) returning: bool,
}

/// What becomes of a new row that agrees in a unique key with one that is there.
#[derive(Debug, Clone)]
pub(crate) enum Conflict {
    /// It is an error.
    Refused,
    /// It is left out: if it agrees in this key; in any, if it has no fields. MySQL and MariaDB do not know the
    /// difference: there it is always any. The row that is there is locked by it, where rows are.
    LeftOut { key: Vec<&'static Field>, told: Told },
    /// The row that is there is changed, if it fulfils the conditions. MySQL and MariaDB know none, and change a row
    /// that agrees in any key; if it is not this one they count it as with [`Told::Counted`].
    Updated { key: Vec<&'static Field>, set: Vec<(&'static Field, Node)>, filter: Vec<Node> },
}

/// How MySQL and MariaDB say that rows were left out. The others count those that were not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Told {
    /// Not at all.
    Not,
    /// By this number in the place of the key that the insert made: for one row.
    Marked(Value),
    /// By a variable of the session that counts them.
    Counted,
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
