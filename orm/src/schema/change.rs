//! Changes of tables, and what a database is to do for them.

use super::{Default, Table, TableName};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::sql;
use crate::types::Type;

/// A change of what is in a database.
///
/// Tables are as they are before the change and behind it. What is compared is what the database sees of them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TableChange<'t> {
    /// The table comes, with everything in it.
    Create(&'t Table),
    /// The table goes, with its rows.
    Drop(&'t Table),
    /// The table gets another name, or another schema.
    Rename {
        /// The table as it is.
        before: &'t Table,
        /// The same table under its new name.
        after: &'t Table,
    },
    /// Something in the table becomes something else.
    Alter {
        /// The table as it is.
        before: &'t Table,
        /// The table as it is to be.
        after: &'t Table,
        /// The name of a column now and then, if one gets another name.
        renamed: Option<(&'t str, &'t str)>,
    },
    /// The rows that have NULL in a column get a value.
    Fill {
        /// The table.
        table: &'t Table,
        /// The column.
        column: &'t str,
        /// The value.
        value: &'t Default,
    },
    /// A type that has a name of its own on PostgreSQL comes; nothing happens elsewhere.
    CreateType(Type),
    /// Such a type goes.
    DropType(Type),
    /// Such a type gets other values.
    AlterType {
        /// The type as it is.
        old: Type,
        /// The type as it is to be.
        new: Type,
        /// The tables that have columns of it, before and behind.
        tables: Vec<(&'t Table, &'t Table)>,
    },
}

/// Something that a database does as one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeStep {
    /// What is run, in order.
    pub sql: Vec<String>,
    /// What it is.
    pub kind: ChangeKind,
    /// The tables of whose definition it changes something, under all their names.
    pub tables: Vec<TableName>,
    /// What takes it back, on servers that cannot roll it back.
    pub undo: Vec<Undo>,
    /// There, the names of the columns, keys and checks that it makes, changes or takes away, by which it is known whether it
    /// was done; none where it is about the tables as a whole.
    pub touched: Vec<String>,
}

/// A statement that takes back what a step did, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undo {
    /// The statement.
    pub sql: String,
    /// The names of what it touches, as for the step.
    pub touched: Vec<String>,
}

impl Undo {
    /// A statement that is about whole tables.
    pub(crate) fn whole(sql: String) -> Self {
        Self { sql, touched: Vec::new() }
    }
}

impl ChangeStep {
    /// A statement that somebody has written.
    #[must_use]
    pub fn own(sql: String) -> Self {
        Self {
            sql: vec![sql],
            kind: ChangeKind::Own,
            tables: Vec::new(),
            undo: Vec::new(),
            touched: Vec::new(),
        }
    }
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A definition changes.
    Definition,
    /// What somebody has written does, of which nothing is known.
    Own,
    /// A definition changes, and what follows can make use of it only after a commit.
    Committed,
    /// Rows change, and the same again changes nothing.
    Rows,
    /// Nothing changes: the statement counts the rows that are in the way of what follows.
    Guard {
        /// What these rows are: `rows of posts with NULL in rating`.
        rows: String,
    },
    /// SQLite makes the table anew; what users have put on it has to be put on the new one.
    Rebuild {
        /// The table.
        table: TableName,
        /// The columns that it has before, all of them.
        columns: Vec<String>,
        /// The names of the indexes that the statements themselves make anew, or leave out, and of the triggers that
        /// belong to them.
        indexes: Vec<String>,
        /// A statement that makes the table as it is known to be, under the name `scratch`: what the table has beside that
        /// would be lost.
        known: String,
        /// That name.
        scratch: String,
    },
}

/// What a database of this backend and version (major, minor, patch) does for a change; nothing if it sees none.
///
/// # Errors
///
/// `Unsupported` for what the backend lacks, and for values of one type that none of another is the same as; `Schema` for
/// what cannot be a table. Each names the model.
///
/// # Examples
///
/// ```
/// use orm::Backend;
/// use orm::schema::{TableChange, TableColumn, change_steps};
/// # use orm::schema::{Table, TableName};
/// use orm::types::Type;
///
/// # fn main() -> orm::Result<()> {
/// # let before = Table {
/// #     name: TableName::new("posts"), model: "Post".to_owned(), comment: None, primary_key: None,
/// #     columns: vec![TableColumn::new("id", Type::I64)], foreign_keys: vec![], indexes: vec![], checks: vec![],
/// #     embedded: vec![],
/// # };
/// let mut after = before.clone();
/// after.columns.push(TableColumn { nullable: true, ..TableColumn::new("rating", Type::I32) });
/// let change = TableChange::Alter { before: &before, after: &after, renamed: None };
/// let steps = change_steps(&change, Backend::Postgres, (16, 0, 0))?;
/// assert_eq!(steps[0].sql, [r#"ALTER TABLE "posts" ADD COLUMN "rating" INTEGER"#]);
/// # Ok(())
/// # }
/// ```
pub fn change_steps(
    change: &TableChange<'_>,
    backend: Backend,
    version: (u16, u16, u16),
) -> Result<Vec<ChangeStep>> {
    sql::change(change, Server { backend, version })
}

/// SQL for somebody who reads it: what a connection fills in is left out.
#[must_use]
pub fn shown_sql(sql: &str) -> String {
    sql::shown(sql).into_owned()
}
