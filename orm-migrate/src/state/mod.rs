//! The tables of a project at one moment, free of any database.
//!
//! `apply` has what an operation does to them; `models` what the program's models say.

mod apply;
mod models;

use std::collections::{BTreeMap, BTreeSet};

use orm::schema::{Table, TableName};

pub use models::Models;

/// The tables of all apps at one moment.
///
/// Two are equal if a database cannot tell them apart: the order of columns, keys and indexes does not count.
#[derive(Debug, Clone, Default)]
pub struct State {
    tables: BTreeMap<TableName, StoredTable>,
    /// Tables that were left to others, and may be taken over again.
    released: BTreeSet<TableName>,
}

/// A table, and the app that it is of.
#[derive(Debug, Clone)]
pub struct StoredTable {
    /// The app.
    pub app: String,
    /// The table.
    pub table: Table,
}

impl State {
    /// No tables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.get(name).map(|stored| &stored.table)
    }

    /// The app of the table of this name.
    #[must_use]
    pub fn app(&self, name: &TableName) -> Option<&str> {
        self.tables.get(name).map(|stored| stored.app.as_str())
    }

    /// All tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &StoredTable> {
        self.tables.values()
    }

    /// The foreign keys of other tables, and its own, that lead to a table: the tables that have them, and the keys.
    pub fn references_to<'a>(
        &'a self,
        name: &'a TableName,
    ) -> impl Iterator<Item = (&'a StoredTable, &'a orm::schema::ForeignKey)> {
        self.tables.values().flat_map(move |stored| {
            stored
                .table
                .foreign_keys
                .iter()
                .filter(move |key| key.table == *name)
                .map(move |key| (stored, key))
        })
    }

    /// Whether the table was left to others.
    pub(crate) fn is_released(&self, name: &TableName) -> bool {
        self.released.contains(name)
    }

    pub(crate) fn insert(&mut self, app: impl Into<String>, table: Table) {
        self.tables.insert(table.name.clone(), StoredTable { app: app.into(), table });
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, two): (&StoredTable, &StoredTable)| {
            one.app == two.app && sorted(&one.table) == sorted(&two.table)
        };
        self.tables.len() == other.tables.len() && self.tables.values().zip(other.tables.values()).all(same)
    }
}

/// The table with everything in the order of names.
fn sorted(table: &Table) -> Table {
    let mut table = table.clone();
    table.columns.sort_by(|one, two| one.name.cmp(&two.name));
    table.foreign_keys.sort_by(|one, two| one.name.cmp(&two.name));
    table.indexes.sort_by(|one, two| one.name.cmp(&two.name));
    table.checks.sort_by(|one, two| one.name.cmp(&two.name));
    table.embedded = embedded_in_order(&table.embedded);
    table
}

/// Embedded structs with their columns in the order of names.
pub(crate) fn embedded_in_order(embedded: &[orm::schema::Embedded]) -> Vec<orm::schema::Embedded> {
    let mut embedded = embedded.to_vec();
    for one in &mut embedded {
        one.columns.sort();
        one.required.sort();
    }
    embedded.sort_by(|one, two| one.field.cmp(&two.field));
    embedded
}
