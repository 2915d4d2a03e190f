//! Nodes of the graph of changes: an operation, what it provides and what it requires.

use orm::schema::{ForeignKey, Table, TableName};

use crate::operation::Operation;

/// Something that holds behind a node, and that others wait for. What nobody provides holds from the beginning; what
/// several provide holds behind all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Fact {
    /// The table is there, under its new name.
    Table(TableName),
    /// Its columns have their new names.
    Names(TableName),
    /// The column is as it is to be.
    Column(TableName, String),
    /// The column is gone, or never was there.
    NoColumn(TableName, String),
    /// Nothing holds the column that keeps it from being changed or removed.
    Free(TableName, String),
    /// Its keys are those that foreign keys need.
    Keys(TableName),
    /// No foreign key that is to go or to change leads to the table.
    Unreferenced(TableName),
    /// A name of an index or a constraint is not taken.
    Name(Option<String>, String),
    /// The enum of this name has its new values.
    Enum(String),
    /// A part of several steps for a column is done.
    Part(TableName, String, u8),
}

/// A change, and its place among the others.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) app: String,
    pub(super) operation: Operation,
    pub(super) provides: Vec<Fact>,
    pub(super) requires: Vec<Fact>,
    /// Other apps whose migrations have to come before.
    pub(super) apps: Vec<String>,
}

impl Node {
    /// A change of a table that is there: behind its renaming.
    pub(super) fn of(app: &str, table: &TableName, operation: Operation) -> Self {
        let requires = vec![Fact::Table(table.clone()), Fact::Names(table.clone())];
        Self { app: app.to_owned(), operation, provides: Vec::new(), requires, apps: Vec::new() }
    }

    /// A change that waits for nothing yet.
    pub(super) fn free(app: &str, operation: Operation) -> Self {
        let (provides, requires, apps) = (Vec::new(), Vec::new(), Vec::new());
        Self { app: app.to_owned(), operation, provides, requires, apps }
    }

    pub(super) fn provides(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.provides.extend(facts);
        self
    }

    pub(super) fn requires(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.requires.extend(facts);
        self
    }

    pub(super) fn behind(mut self, apps: impl IntoIterator<Item = String>) -> Self {
        let own = self.app.clone();
        self.apps.extend(apps.into_iter().filter(|app| *app != own));
        self
    }

    /// Among changes that could be next, those of tables go in an order that people expect.
    pub(super) fn rank(&self) -> u8 {
        match &self.operation {
            Operation::RenameTable { .. } => 0,
            Operation::MoveTable { .. } => 1,
            Operation::ReleaseTable { .. } | Operation::AdoptTable { .. } => 2,
            Operation::DropForeignKey { .. } => 3,
            Operation::DropCheck { .. } => 4,
            Operation::DropIndex { .. } => 5,
            Operation::RenameColumn { .. } => 6,
            Operation::RenameConstraint { .. } => 7,
            Operation::AlterEnum { .. } => 8,
            Operation::CreateTable { .. } => 9,
            Operation::AddColumn { .. } => 10,
            Operation::FillColumn { .. } => 11,
            Operation::AlterColumn { .. } => 12,
            Operation::AlterPrimaryKey { .. } => 13,
            Operation::AlterTable { .. } => 14,
            Operation::DropColumn { .. } => 15,
            Operation::AddIndex { .. } => 16,
            Operation::AddCheck { .. } => 17,
            Operation::AddForeignKey { .. } => 18,
            Operation::DropTable { .. } => 19,
            Operation::RunSql { .. } => 20,
        }
    }
}

/// A fact about each of these columns.
pub(super) fn each<'a, N: AsRef<str> + 'a>(
    fact: fn(TableName, String) -> Fact,
    table: &'a TableName,
    columns: impl IntoIterator<Item = N> + 'a,
) -> impl Iterator<Item = Fact> + 'a {
    columns.into_iter().map(move |column| fact(table.clone(), column.as_ref().to_owned()))
}

/// The name of an index or a constraint of this table.
pub(super) fn name(table: &TableName, name: &str) -> Fact {
    Fact::Name(table.schema.clone(), name.to_owned())
}

/// What a foreign key needs of the table that it leads to.
pub(super) fn target(key: &ForeignKey) -> impl Iterator<Item = Fact> + '_ {
    [Fact::Table(key.table.clone()), Fact::Names(key.table.clone()), Fact::Keys(key.table.clone())]
        .into_iter()
        .chain(each(Fact::Column, &key.table, &key.to))
}

/// What is free when a foreign key is gone.
pub(super) fn freed_by(table: &TableName, key: &ForeignKey) -> Vec<Fact> {
    let own = each(Fact::Free, table, &key.columns);
    let there = each(Fact::Free, &key.table, &key.to);
    own.chain(there).chain([Fact::Unreferenced(key.table.clone()), name(table, &key.name)]).collect()
}

/// The names that a table takes beside its own.
pub(super) fn names_of(table: &Table) -> Vec<Fact> {
    let indexes = table.indexes.iter().map(|index| &index.name);
    let checks = table.checks.iter().map(|check| &check.name);
    let keys = table.foreign_keys.iter().map(|key| &key.name);
    indexes.chain(checks).chain(keys).map(|own| name(&table.name, own)).collect()
}
