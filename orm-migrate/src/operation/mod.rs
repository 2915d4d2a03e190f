//! Operations: one change of the schema each, with what was before.
//!
//! An operation says the old and the new definition, so that it can be reversed, and judged, without anything else.
//! `reverse` gives the way back, `describe` the words for people; what it does to a [`State`](crate::State) is in
//! `state/apply.rs`.

mod describe;
mod reverse;

use orm::schema::{
    Check, Default, Embedded, ForeignKey, Index, PrimaryKey, Table, TableColumn, TableName, Texts,
};
use orm::types::Type;
use serde::{Deserialize, Serialize};

pub use reverse::Irreversible;

/// One change of the schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Operation {
    /// Makes a table with everything in it.
    CreateTable {
        /// The table.
        table: Table,
    },
    /// Removes a table and its rows.
    DropTable {
        /// The table as it was.
        table: Table,
    },
    /// Gives a table another name, or moves it to another schema. Foreign keys to it follow.
    RenameTable {
        /// Its name before.
        from: TableName,
        /// Its name from now on.
        to: TableName,
        /// The Rust name of its model before.
        from_model: String,
        /// The Rust name of its model from now on.
        to_model: String,
    },
    /// Gives a table to another app. Nothing changes in the database.
    MoveTable {
        /// The table.
        table: TableName,
        /// The app it was of.
        from_app: String,
        /// The app it is of.
        to_app: String,
    },
    /// Leaves a table to others, who make and change it from now on. Nothing changes in the database.
    ReleaseTable {
        /// The table as it is.
        table: Table,
    },
    /// Takes over a table that others have made. Nothing changes in the database.
    AdoptTable {
        /// The table as it is.
        table: Table,
    },
    /// Changes what is said of a table as a whole.
    AlterTable {
        /// The table.
        table: TableName,
        /// What was said.
        old: Attributes,
        /// What is said.
        new: Attributes,
    },
    /// Adds a column.
    AddColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Box<TableColumn>,
    },
    /// Removes a column and its values.
    DropColumn {
        /// The table.
        table: TableName,
        /// The column as it was.
        column: Box<TableColumn>,
    },
    /// Gives a column another name. Keys and indexes follow.
    RenameColumn {
        /// The table.
        table: TableName,
        /// Its name before.
        from: String,
        /// Its name from now on.
        to: String,
        /// The Rust name of its field before.
        from_field: String,
        /// The Rust name of its field from now on.
        to_field: String,
    },
    /// Changes a column, but for its name.
    AlterColumn {
        /// The table.
        table: TableName,
        /// The column as it was.
        old: Box<TableColumn>,
        /// The column as it is.
        new: Box<TableColumn>,
    },
    /// Gives the rows that have NULL in a column a value.
    FillColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// The value.
        value: Default,
    },
    /// Changes the primary key.
    AlterPrimaryKey {
        /// The table.
        table: TableName,
        /// The key as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<PrimaryKey>,
        /// The key as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new: Option<PrimaryKey>,
    },
    /// Adds a foreign key.
    AddForeignKey {
        /// The table.
        table: TableName,
        /// The foreign key.
        key: ForeignKey,
    },
    /// Removes a foreign key.
    DropForeignKey {
        /// The table.
        table: TableName,
        /// The foreign key as it was.
        key: ForeignKey,
    },
    /// Adds an index or a unique key.
    AddIndex {
        /// The table.
        table: TableName,
        /// The index.
        index: Index,
    },
    /// Removes an index or a unique key.
    DropIndex {
        /// The table.
        table: TableName,
        /// The index as it was.
        index: Index,
    },
    /// Adds a check.
    AddCheck {
        /// The table.
        table: TableName,
        /// The check.
        check: Check,
    },
    /// Removes a check.
    DropCheck {
        /// The table.
        table: TableName,
        /// The check as it was.
        check: Check,
    },
    /// Gives a key, an index or a check another name.
    RenameConstraint {
        /// The table.
        table: TableName,
        /// What it is.
        constraint: Constraint,
        /// Its name before.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// Changes the values of an enum that is a type of its own, for all columns of that type.
    AlterEnum {
        /// The enum as it was.
        old: Type,
        /// The enum as it is.
        new: Type,
    },
    /// Runs SQL that somebody has written.
    RunSql {
        /// The SQL; nothing is done on a backend that has none.
        sql: Texts,
        /// What takes it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reverse: Option<Texts>,
    },
}

/// What is said of a table as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// The Rust name of its model.
    pub model: String,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The embedded structs that may be absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub embedded: Vec<Embedded>,
}

impl Attributes {
    /// Those of a table.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        Self { model: table.model.clone(), comment: table.comment.clone(), embedded: table.embedded.clone() }
    }
}

/// What can have a name beside columns and tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Constraint {
    /// The primary key
    PrimaryKey,
    /// A foreign key
    ForeignKey,
    /// An index or a unique key
    Index,
    /// A check
    Check,
}

impl Operation {
    /// The name of the table that it is about, as it is before the operation.
    #[must_use]
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Self::CreateTable { table }
            | Self::DropTable { table }
            | Self::ReleaseTable { table }
            | Self::AdoptTable { table } => Some(&table.name),
            Self::RenameTable { from, .. } => Some(from),
            Self::MoveTable { table, .. }
            | Self::AlterTable { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::FillColumn { table, .. }
            | Self::AlterPrimaryKey { table, .. }
            | Self::AddForeignKey { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::AddIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::AddCheck { table, .. }
            | Self::DropCheck { table, .. }
            | Self::RenameConstraint { table, .. } => Some(table),
            Self::AlterEnum { .. } | Self::RunSql { .. } => None,
        }
    }

    /// The tables that it names: its own, and those that foreign keys in it lead to.
    pub(crate) fn mentions(&self) -> Vec<&TableName> {
        let keys: &[ForeignKey] = match self {
            Self::CreateTable { table }
            | Self::DropTable { table }
            | Self::ReleaseTable { table }
            | Self::AdoptTable { table } => &table.foreign_keys,
            Self::AddForeignKey { key, .. } | Self::DropForeignKey { key, .. } => std::slice::from_ref(key),
            _ => &[],
        };
        let to = match self {
            Self::RenameTable { to, .. } => Some(to),
            _ => None,
        };
        self.table().into_iter().chain(to).chain(keys.iter().map(|key| &key.table)).collect()
    }

    /// The tables that it takes, or takes away from others who may have named them or their columns.
    pub(crate) fn upsets(&self) -> Vec<&TableName> {
        match self {
            Self::RenameTable { from, to, .. } => vec![from, to],
            Self::CreateTable { .. }
            | Self::DropTable { .. }
            | Self::ReleaseTable { .. }
            | Self::AdoptTable { .. }
            | Self::MoveTable { .. }
            | Self::DropColumn { .. }
            | Self::RenameColumn { .. }
            | Self::DropIndex { index: Index { unique: true, .. }, .. }
            | Self::AlterPrimaryKey { .. } => self.table().into_iter().collect(),
            Self::AlterColumn { old, new, .. } if old.ty != new.ty => self.table().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The enums that are types of their own, of the columns that it defines.
    pub(crate) fn enums(&self) -> Vec<&'static str> {
        let columns: Vec<&TableColumn> = match self {
            Self::CreateTable { table }
            | Self::DropTable { table }
            | Self::ReleaseTable { table }
            | Self::AdoptTable { table } => table.columns.iter().collect(),
            Self::AddColumn { column, .. } | Self::DropColumn { column, .. } => vec![column],
            Self::AlterColumn { old, new, .. } => vec![old, new],
            Self::AlterEnum { old, new } => return [*old, *new].into_iter().filter_map(native).collect(),
            _ => Vec::new(),
        };
        columns.iter().filter_map(|column| native(column.ty)).collect()
    }
}

/// The name of the enum that is a type of its own, of a type or of the elements of its array.
pub(crate) fn native(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Enum(def) => def.native,
        Type::Array(def) => native(def.element),
        _ => None,
    }
}
