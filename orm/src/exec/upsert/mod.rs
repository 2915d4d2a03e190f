//! New rows that are in the way of others: those that are there are changed, or left as they are.
//!
//! PostgreSQL and SQLite do it in one statement. MySQL and MariaDB go by *any* unique key, so there it is done in steps
//! that lock the row: `steps`. `row` does it for one row, `many` for several.

mod many;
mod row;
mod steps;

pub(super) use many::{first as first_of_many, many};
pub(super) use row::{first, one};
pub(super) use steps::insert_unless;

use crate::error::{Error, ErrorKind, Result};
use crate::expr::Node;
use crate::model::{AutoValue, Field, Table, Values, is_null_in_key};
use crate::plan::same_field;
use crate::sql;
use crate::types::Value;

/// New rows, and what becomes of those that are there already by a key.
#[derive(Debug, Clone)]
pub(crate) struct Upsert {
    pub(crate) table: &'static Table,
    pub(crate) values: Values,
    /// The unique key.
    pub(crate) key: Vec<&'static Field>,
    pub(crate) act: Act,
    /// Of one row: whether it has to be told if it is new. Of several: whether they are read back.
    pub(crate) told: bool,
    /// Whether there may be several rows.
    pub(crate) many: bool,
}

/// What becomes of the row that is there.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Nothing.
    Leave,
    /// This, if it fulfils the conditions.
    Change { set: Vec<(&'static Field, Node)>, filter: Vec<Node> },
}

impl Act {
    /// Refuses values of the new row that it does not have.
    fn check(&self, row: Row<'_>) -> Result<()> {
        each_known(self.nodes(), row)
    }

    /// Whether it needs nothing but the two rows.
    fn is_local(&self) -> bool {
        self.nodes().all(sql::is_local)
    }

    pub(in crate::exec) fn nodes(&self) -> impl Iterator<Item = &Node> {
        let (set, filter) = match self {
            Self::Leave => (&[][..], &[][..]),
            Self::Change { set, filter } => (&set[..], &filter[..]),
        };
        set.iter().map(|(_, node)| node).chain(filter)
    }
}

/// Refuses expressions over values of the new row that it does not have.
pub(super) fn each_known<'n>(nodes: impl IntoIterator<Item = &'n Node>, row: Row<'_>) -> Result<()> {
    let mut outcome = Ok(());
    for node in nodes {
        node.each_proposed(&mut |field| {
            if outcome.is_ok() && row.value(field).is_none() {
                outcome = Err(missing(field, "`excluded()` of it is not known"));
            }
        });
    }
    outcome
}

/// A new row: a value or none for each field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) table: &'static Table,
    pub(super) values: &'r [Option<Value>],
}

impl<'r> Row<'r> {
    pub(super) fn value(self, field: &Field) -> Option<&'r Value> {
        let at = self.table.fields.iter().position(|own| same_field(own, field))?;
        self.values.get(at)?.as_ref()
    }

    /// The values of the key; `None` if they can be those of no other row.
    fn key(self, key: &[&'static Field]) -> Result<Option<Vec<(&'static Field, Value)>>> {
        let mut values = Vec::with_capacity(key.len());
        for field in key {
            match self.value(field) {
                Some(value) if is_null_in_key(value) => return Ok(None),
                Some(value) => values.push((*field, value.clone())),
                None if field.auto == AutoValue::Increment => return Ok(None),
                None => return Err(missing(field, "it is part of the key that the rows are told apart by")),
            }
        }
        Ok(Some(values))
    }
}

#[cold]
fn missing(field: &Field, why: &str) -> Error {
    let reason = format!("the new row leaves the field to the database, and {why}");
    Error::new(ErrorKind::InvalidQuery { reason }).with_field(field.name)
}
