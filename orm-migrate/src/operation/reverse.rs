//! The way back.

use std::fmt;

use super::Operation;

/// An operation that nothing takes back: it says so itself by having no reverse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Irreversible {
    /// The operation.
    pub operation: String,
}

impl fmt::Display for Irreversible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing takes back to {}: give it a `reverse`", self.operation)
    }
}

impl std::error::Error for Irreversible {}

impl Operation {
    /// The operations that take this one back, in order: the schema is as before. Rows that were removed stay away.
    ///
    /// # Errors
    ///
    /// [`Irreversible`] for SQL without a reverse.
    pub fn reverse(&self) -> Result<Vec<Self>, Irreversible> {
        Ok(vec![match self.clone() {
            Self::CreateTable { table } => Self::DropTable { table },
            Self::DropTable { table } => Self::CreateTable { table },
            Self::RenameTable { from, to, from_model, to_model } => {
                Self::RenameTable { from: to, to: from, from_model: to_model, to_model: from_model }
            }
            Self::MoveTable { table, from_app, to_app } => {
                Self::MoveTable { table, from_app: to_app, to_app: from_app }
            }
            Self::ReleaseTable { table } => Self::AdoptTable { table },
            Self::AdoptTable { table } => Self::ReleaseTable { table },
            Self::AlterTable { table, old, new } => Self::AlterTable { table, old: new, new: old },
            Self::AddColumn { table, column } => Self::DropColumn { table, column },
            Self::DropColumn { table, column } => Self::AddColumn { table, column },
            Self::RenameColumn { table, from, to, from_field, to_field } => {
                Self::RenameColumn { table, from: to, to: from, from_field: to_field, to_field: from_field }
            }
            Self::AlterColumn { table, old, new } => Self::AlterColumn { table, old: new, new: old },
            // The column goes, or may be NULL again: the values harm nobody.
            Self::FillColumn { .. } => return Ok(Vec::new()),
            Self::AlterPrimaryKey { table, old, new } => Self::AlterPrimaryKey { table, old: new, new: old },
            Self::AddForeignKey { table, key } => Self::DropForeignKey { table, key },
            Self::DropForeignKey { table, key } => Self::AddForeignKey { table, key },
            Self::AddIndex { table, index } => Self::DropIndex { table, index },
            Self::DropIndex { table, index } => Self::AddIndex { table, index },
            Self::AddCheck { table, check } => Self::DropCheck { table, check },
            Self::DropCheck { table, check } => Self::AddCheck { table, check },
            Self::RenameConstraint { table, constraint, from, to } => {
                Self::RenameConstraint { table, constraint, from: to, to: from }
            }
            Self::AlterEnum { old, new } => Self::AlterEnum { old: new, new: old },
            Self::RunSql { sql, reverse: Some(reverse) } => Self::RunSql { sql: reverse, reverse: Some(sql) },
            Self::RunSql { reverse: None, .. } => {
                return Err(Irreversible { operation: self.describe() });
            }
        }])
    }
}
