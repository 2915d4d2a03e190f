//! Indexes and unique keys over several columns.

use super::{ColumnDef, Field, SchemaExpr, Table, constraint_name, expression_name};

/// An index, or a unique key, over one or more fields and expressions.
#[derive(Debug, Clone, Copy)]
pub struct Index {
    /// Its name in the database; `None` for one derived from table, columns and expressions.
    pub name: Option<&'static str>,
    /// What it is over, in order.
    pub parts: &'static [IndexPart],
    /// Whether it is a unique key.
    pub unique: bool,
    /// The rows that are in it: those for which the condition is true. `None` for all.
    pub condition: Option<SchemaExpr>,
    /// How it is organised.
    pub method: IndexMethod,
    /// The operator class of its parts, by which PostgreSQL knows what to do with values: `jsonb_path_ops`, with its
    /// schema perhaps. `None` for the usual one of the type.
    pub op_class: Option<&'static str>,
    /// Fields that are kept in it beside what it is over.
    pub include: &'static [&'static Field],
}

impl Index {
    /// An index over nothing: what a derive fills in, and leaves as it is.
    pub const EMPTY: Self = Self {
        name: None,
        parts: &[],
        unique: false,
        condition: None,
        method: IndexMethod::BTree,
        op_class: None,
        include: &[],
    };

    /// The fields that it is over; `None` if an expression is among its parts.
    pub(crate) fn fields(&self) -> Option<Vec<&'static Field>> {
        let field = |part: &IndexPart| match part.of {
            IndexOf::Field(field) => Some(field),
            IndexOf::Expression(_) => None,
        };
        self.parts.iter().map(field).collect()
    }

    /// Its name in the database.
    ///
    /// That of an index with expressions or a condition holds a hash of them.
    #[must_use]
    pub fn name_in(&self, table: &Table) -> String {
        if let Some(name) = self.name {
            return name.to_owned();
        }
        let mut columns: Vec<&ColumnDef> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for part in self.parts {
            match part.of {
                IndexOf::Field(field) => columns.extend(field.columns),
                IndexOf::Expression(expr) => {
                    columns.extend(expr.columns());
                    texts.push(expr.text());
                }
            }
        }
        texts.extend(self.condition.map(|condition| format!("where {}", condition.text())));
        let (table, columns) = (table.full_name(), columns.iter().map(|def| def.name).collect::<Vec<_>>());
        let suffix = match self.method {
            IndexMethod::FullText => "ft",
            _ if self.unique => "uq",
            _ => "ix",
        };
        match texts.is_empty() {
            true => constraint_name(&table, &columns, suffix),
            false => expression_name(&table, &columns, &texts.join(", "), suffix),
        }
    }
}

/// One part of an index.
#[derive(Debug, Clone, Copy)]
pub struct IndexPart {
    /// What it is over.
    pub of: IndexOf,
    /// Whether it is in descending order.
    pub descending: bool,
}

/// What a part of an index is over.
#[derive(Debug, Clone, Copy)]
pub enum IndexOf {
    /// A field.
    Field(&'static Field),
    /// An expression over fields.
    Expression(SchemaExpr),
}

/// How an index is organised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexMethod {
    /// A balanced tree: what every backend makes unless told otherwise.
    BTree,
    /// A hash table, for equality alone: PostgreSQL.
    Hash,
    /// An inverted index of the parts of values, such as JSON and arrays: PostgreSQL.
    Gin,
    /// A tree that operator classes give a meaning: PostgreSQL.
    Gist,
    /// A tree of partitions of space: PostgreSQL.
    SpGist,
    /// Summaries of ranges of pages: PostgreSQL.
    Brin,
    /// The words of texts: what `full_text(..)` makes, and nothing else.
    FullText,
}

impl IndexMethod {
    /// Its name, as SQL has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BTree => "btree",
            Self::Hash => "hash",
            Self::Gin => "gin",
            Self::Gist => "gist",
            Self::SpGist => "spgist",
            Self::Brin => "brin",
            Self::FullText => "fulltext",
        }
    }
}
