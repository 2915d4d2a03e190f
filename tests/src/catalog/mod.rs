//! What a database says of its tables, in plain SQL, in one form for every backend.
//!
//! The tests compare it with what the models say (`compare`). Nothing here knows how the ORM declares anything.

mod compare;
mod mysql;
mod postgres;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

pub use compare::differences;

use crate::oracle::Row;
use crate::{Kind, Oracle, TestDb};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A table as its database describes it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct CatalogTable {
    /// Its columns, in order.
    pub columns: Vec<CatalogColumn>,
    /// The columns of the primary key, in its order.
    pub primary_key: Vec<String>,
    /// Its unique keys and indexes by name, without that of the primary key.
    pub indexes: BTreeMap<String, CatalogIndex>,
    /// Its foreign keys.
    pub foreign_keys: BTreeSet<CatalogForeignKey>,
    /// The names of its checks; on SQLite, which has no list of them, those of its text.
    pub checks: BTreeSet<String>,
    /// Its comment; SQLite has none.
    pub comment: Option<String>,
}

/// A column as its database describes it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct CatalogColumn {
    /// Its name.
    pub name: String,
    /// Its type, in capital letters, as the database calls it.
    pub ty: String,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether it has a default, of whatever form.
    pub has_default: bool,
    /// Whether it is computed from others.
    pub generated: Generation,
    /// Whether the database counts it up.
    pub counts: bool,
    /// Its collation, where it has one of its own.
    pub collation: Option<String>,
    /// Its comment; SQLite has none.
    pub comment: Option<String>,
}

/// Whether the values of a column are computed by the database.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// They are not.
    #[default]
    No,
    /// And kept.
    Stored,
    /// Whenever they are read.
    Virtual,
}

impl Generation {
    fn of(is_virtual: bool, is_stored: bool) -> Self {
        match (is_virtual, is_stored) {
            (true, _) => Self::Virtual,
            (false, true) => Self::Stored,
            (false, false) => Self::No,
        }
    }
}

/// An index as its database describes it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct CatalogIndex {
    /// Its parts in order: a column, or `None` for an expression, and whether it descends.
    pub parts: Vec<(Option<String>, bool)>,
    /// Whether it is unique.
    pub unique: bool,
    /// Whether it is of some rows alone.
    pub partial: bool,
    /// How it is organised, in small letters, where that is not the usual way.
    pub method: Option<String>,
    /// The operator classes of its parts, and whether each is what an index has without a word; PostgreSQL has them.
    pub op_classes: Vec<(String, bool)>,
    /// Columns that are kept in it too.
    pub include: Vec<String>,
}

/// A foreign key as its database describes it.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CatalogForeignKey {
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub target: String,
    /// The columns referred to.
    pub target_columns: Vec<String>,
    /// `NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL` or `SET DEFAULT`.
    pub on_delete: String,
    /// Likewise.
    pub on_update: String,
}

/// Asks the database about one of its tables; `schema` is that of the table, where it is not the usual one.
///
/// # Errors
///
/// What the server says of the SQL.
pub async fn table(
    kind: Kind,
    oracle: &mut Oracle,
    schema: Option<&str>,
    name: &str,
) -> Result<CatalogTable> {
    match kind {
        Kind::Sqlite => sqlite::table(oracle, name).await,
        Kind::Postgres => postgres::table(oracle, schema, name).await,
        Kind::MariaDb | Kind::MySql => mysql::table(kind, oracle, schema, name).await,
    }
}

/// The names of all tables.
///
/// # Errors
///
/// What the server says of the SQL.
pub async fn tables(db: &TestDb) -> Result<BTreeSet<String>> {
    let sql = match db.kind() {
        Kind::Sqlite => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        Kind::Postgres => {
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
        }
        Kind::MariaDb | Kind::MySql => {
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        }
    };
    Ok(db.oracle(sql).await?.into_iter().map(|row| text(&row, 0)).collect())
}

/// A name or text as a literal of SQL; the tests have no backslashes in them.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn text(row: &Row, at: usize) -> String {
    row.get(at).cloned().flatten().unwrap_or_default()
}

/// A text that counts for none if it is empty.
fn said(row: &Row, at: usize) -> Option<String> {
    row.get(at).cloned().flatten().filter(|text| !text.is_empty())
}

/// The databases write truth as `1`, `t` or `YES`.
fn truth(row: &Row, at: usize) -> bool {
    matches!(text(row, at).as_str(), "1" | "t" | "true" | "YES")
}
