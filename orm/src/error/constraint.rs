//! Broken constraints, as data.

use std::fmt;

/// Which sort of constraint a write broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConstraintKind {
    /// A unique or primary key.
    Unique,
    /// A foreign key: the row referred to is missing, or the row is still referred to.
    ForeignKey,
    /// A required column was NULL.
    NotNull,
    /// A check.
    Check,
    /// An exclusion constraint of PostgreSQL.
    Exclusion,
}

/// A constraint that a write broke, as far as the server names it.
///
/// SQLite names columns but no constraint, and nothing at all for a foreign key; the servers name the key but no
/// columns. What the server does not say is looked up in the model's metadata where that is certain: a broken unique key
/// of a model has its columns on every backend. It is empty otherwise: nothing is guessed. Values of the row are never
/// part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConstraintViolation {
    /// Which sort of constraint it is.
    pub kind: ConstraintKind,
    /// The constraint's name in the database.
    pub constraint: Option<String>,
    /// The table's name in the database.
    pub table: Option<String>,
    /// The columns' names in the database.
    pub columns: Vec<String>,
    /// What stands where SQLite names a check: its name, or the text of one that has none. Only the model knows which.
    pub(crate) said: Option<String>,
}

impl ConstraintViolation {
    pub(crate) fn new(kind: ConstraintKind) -> Self {
        Self { kind, constraint: None, table: None, columns: Vec::new(), said: None }
    }
}

impl fmt::Display for ConstraintViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ConstraintKind::Unique => "a row with this key exists already",
            ConstraintKind::ForeignKey => "a foreign key does not hold",
            ConstraintKind::NotNull => "a required column is NULL",
            ConstraintKind::Check => "a check does not hold",
            ConstraintKind::Exclusion => "an exclusion constraint does not hold",
        })?;
        if let Some(name) = &self.constraint {
            write!(f, ", constraint `{name}`")?;
        }
        if let Some(table) = &self.table {
            write!(f, ", table `{table}`")?;
        }
        if !self.columns.is_empty() {
            write!(f, ", columns `{}`", self.columns.join("`, `"))?;
        }
        Ok(())
    }
}
