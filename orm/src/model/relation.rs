//! References from table to table.

use super::{Field, Table};

/// Where a foreign key leads.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The table referred to. A function, because tables may refer to each other in cycles.
    pub target: fn() -> &'static Table,
    /// The path of the model referred to, which consts can compare.
    pub path: &'static str,
    /// The fields of a unique key of that table that are referred to; its primary key without any.
    pub to: Option<fn() -> &'static [&'static Field]>,
    /// What happens to the row when the row referred to is deleted.
    pub on_delete: Action,
    /// What happens to the key when the key referred to changes.
    pub on_update: Action,
}

impl Reference {
    /// The fields that are referred to.
    #[must_use]
    pub fn fields(&self) -> &'static [&'static Field] {
        match self.to {
            Some(fields) => fields(),
            None => (self.target)().primary_key,
        }
    }
}

/// What the database does to a referring row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Action {
    /// Refuses, at the end of the statement.
    #[default]
    NoAction,
    /// Refuses at once.
    Restrict,
    /// Deletes or changes the referring row likewise.
    Cascade,
    /// Sets the foreign key to NULL.
    SetNull,
    /// Sets the foreign key to the default that the database has for it. Not on MySQL and MariaDB.
    SetDefault,
}
