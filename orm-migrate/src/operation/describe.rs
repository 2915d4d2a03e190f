//! An operation in words: for people, and for the names of files.

use orm::types::Type;

use super::{Constraint, Operation, native};

impl Operation {
    /// What it does, in a few words: `add the column rating to posts`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::CreateTable { table } => format!("create the table {}", table.name),
            Self::DropTable { table } => format!("drop the table {}", table.name),
            Self::RenameTable { from, to, .. } => format!("rename the table {from} to {to}"),
            Self::MoveTable { table, from_app, to_app } => {
                format!("move the table {table} from the app {from_app} to {to_app}")
            }
            Self::ReleaseTable { table } => format!("leave the table {} to others", table.name),
            Self::AdoptTable { table } => format!("take over the table {}", table.name),
            Self::AlterTable { table, .. } => format!("change what is said of the table {table}"),
            Self::AddColumn { table, column } => format!("add the column {} to {table}", column.name),
            Self::DropColumn { table, column } => format!("drop the column {} of {table}", column.name),
            Self::RenameColumn { table, from, to, .. } => {
                format!("rename the column {from} of {table} to {to}")
            }
            Self::AlterColumn { table, new, .. } => format!("change the column {} of {table}", new.name),
            Self::FillColumn { table, column, .. } => format!("fill the column {column} of {table}"),
            Self::AlterPrimaryKey { table, .. } => format!("change the primary key of {table}"),
            Self::AddForeignKey { table, key } => format!("add the foreign key {} to {table}", key.name),
            Self::DropForeignKey { table, key } => format!("drop the foreign key {} of {table}", key.name),
            Self::AddIndex { table, index } => format!("add the index {} to {table}", index.name),
            Self::DropIndex { table, index } => format!("drop the index {} of {table}", index.name),
            Self::AddCheck { table, check } => format!("add the check {} to {table}", check.name),
            Self::DropCheck { table, check } => format!("drop the check {} of {table}", check.name),
            Self::RenameConstraint { table, constraint, from, to } => {
                let what = match constraint {
                    Constraint::PrimaryKey => "primary key",
                    Constraint::ForeignKey => "foreign key",
                    Constraint::Index => "index",
                    Constraint::Check => "check",
                };
                format!("rename the {what} {from} of {table} to {to}")
            }
            Self::AlterEnum { new, .. } => format!("change the values of the enum {}", enumeration(*new)),
            Self::RunSql { .. } => "run SQL".to_owned(),
        }
    }

    /// A part of the name of a file: letters, digits and `_`.
    pub(crate) fn slug(&self) -> String {
        let text = match self {
            Self::CreateTable { table } => table.name.name.clone(),
            Self::DropTable { table } => format!("drop_{}", table.name.name),
            Self::RenameTable { from, to, .. } if from.name == to.name => format!("move_{}", to.name),
            Self::RenameTable { to, .. } => format!("rename_{}", to.name),
            Self::MoveTable { table, .. } => format!("move_{}", table.name),
            Self::ReleaseTable { table } => format!("release_{}", table.name.name),
            Self::AdoptTable { table } => format!("adopt_{}", table.name.name),
            Self::AlterTable { table, .. } => format!("alter_{}", table.name),
            Self::AddColumn { table, column } => format!("add_{}_{}", table.name, column.name),
            Self::DropColumn { table, column } => format!("drop_{}_{}", table.name, column.name),
            Self::RenameColumn { table, to, .. } => format!("rename_{}_{to}", table.name),
            Self::AlterColumn { table, new, .. } => format!("alter_{}_{}", table.name, new.name),
            Self::FillColumn { table, column, .. } => format!("fill_{}_{column}", table.name),
            Self::AlterPrimaryKey { table, .. } => format!("key_of_{}", table.name),
            Self::AddForeignKey { key, .. } => format!("add_{}", key.name),
            Self::DropForeignKey { key, .. } => format!("drop_{}", key.name),
            Self::AddIndex { index, .. } => format!("add_{}", index.name),
            Self::DropIndex { index, .. } => format!("drop_{}", index.name),
            Self::AddCheck { check, .. } => format!("add_{}", check.name),
            Self::DropCheck { check, .. } => format!("drop_{}", check.name),
            Self::RenameConstraint { to, .. } => format!("rename_{to}"),
            Self::AlterEnum { new, .. } => format!("alter_{}", enumeration(*new)),
            Self::RunSql { .. } => "sql".to_owned(),
        };
        let letter = |character: char| {
            if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' }
        };
        text.chars().map(letter).collect()
    }
}

fn enumeration(ty: Type) -> &'static str {
    native(ty).unwrap_or("without a name")
}
