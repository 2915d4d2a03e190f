//! References from table to table, and the relations seen from the other side.

use super::{Field, Table};

/// Where a foreign key leads.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The table referred to. A function, because tables may refer to each other in cycles.
    pub target: fn() -> &'static Table,
    /// What happens to the row when the row referred to is deleted.
    pub on_delete: Action,
    /// What happens to the key when the key referred to changes.
    pub on_update: Action,
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
}

/// The rows of one model that refer to a row of another: the reverse of a foreign key.
#[derive(Debug)]
pub struct RelationDef {
    /// The accessor's name.
    pub name: &'static str,
    /// The table referred to, where the accessor lives.
    pub source: fn() -> &'static Table,
    /// The referring table.
    pub target: fn() -> &'static Table,
    /// The foreign key in the referring table.
    pub field: &'static Field,
}
