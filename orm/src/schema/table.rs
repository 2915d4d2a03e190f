//! Tables and what belongs to them.

use super::{Expression, Index, TableColumn};
use crate::model::Action;

/// The name of a table, with its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    /// The schema of PostgreSQL, or the database of MySQL and MariaDB; `None` for the one that is searched.
    pub schema: Option<String>,
    /// The name, prefix included.
    pub name: String,
}

impl TableName {
    /// A table of the schema that is searched.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { schema: None, name: name.into() }
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// The Rust name of its model.
    pub model: String,
    /// Its comment.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub comment: Option<String>,
    /// Its primary key.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub primary_key: Option<PrimaryKey>,
    /// Its columns, in order.
    pub columns: Vec<TableColumn>,
    /// Its foreign keys.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub foreign_keys: Vec<ForeignKey>,
    /// Its unique keys, and then its indexes.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub indexes: Vec<Index>,
    /// The checks that the model declares. Those that follow from types and choices are not among them.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub checks: Vec<Check>,
    /// Embedded structs that may be absent.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub embedded: Vec<Embedded>,
}

impl Table {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of the primary key.
    #[must_use]
    pub fn key_columns(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| &key.columns)
    }

    /// The foreign keys that this column is a part of.
    pub(crate) fn references_of<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a ForeignKey> {
        self.foreign_keys.iter().filter(move |key| key.columns.iter().any(|own| own == column))
    }
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct PrimaryKey {
    /// The name of the constraint, where the backend keeps one.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct ForeignKey {
    /// The name of the constraint.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table that it refers to.
    pub table: TableName,
    /// The columns there.
    pub to: Vec<String>,
    /// What happens to a row when the row that it refers to is deleted.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_no_action"))]
    pub on_delete: Action,
    /// What happens to the key when the key that it refers to changes.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_no_action"))]
    pub on_update: Action,
    /// Whether a part of it may be NULL where another is not: it then refers to nothing. Otherwise all of it is there, or
    /// nothing.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub partial: bool,
}

/// A condition that every row fulfils.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Check {
    /// The name of the constraint.
    pub name: String,
    /// The condition.
    pub condition: Expression,
}

/// An embedded struct that may be absent: its columns are then all NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Embedded {
    /// The field of the model that holds it.
    pub field: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Those that are never NULL where it is there.
    pub required: Vec<String>,
}
