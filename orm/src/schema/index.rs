//! Indexes and unique keys.

use super::Expression;
use crate::model::IndexMethod;

/// An index, or a unique key.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether it is a unique key.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub unique: bool,
    /// What it is over, in order.
    pub parts: Vec<Part>,
    /// The rows that are in it: those for which this is true. `None` for all.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub condition: Option<Expression>,
    /// How it is organised.
    #[cfg_attr(
        feature = "migrate",
        serde(
            default = "super::ser::btree",
            skip_serializing_if = "super::ser::is_btree",
            with = "super::ser::method"
        )
    )]
    pub method: IndexMethod,
    /// The operator class of its parts.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub op_class: Option<String>,
    /// Columns that are kept in it beside what it is over.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub include: Vec<String>,
}

impl Index {
    /// An index over these columns with nothing special about it.
    #[must_use]
    pub fn new(name: impl Into<String>, columns: &[&str]) -> Self {
        Self {
            name: name.into(),
            unique: false,
            parts: columns.iter().map(|column| Part::column(*column)).collect(),
            condition: None,
            method: IndexMethod::BTree,
            op_class: None,
            include: Vec::new(),
        }
    }

    /// A unique key over these columns.
    #[must_use]
    pub fn unique(name: impl Into<String>, columns: &[&str]) -> Self {
        Self { unique: true, ..Self::new(name, columns) }
    }

    /// Whether it is a unique key that can be a constraint: over columns as they are, all rows, in no order.
    #[must_use]
    pub fn is_constraint(&self) -> bool {
        let plain = |part: &Part| !part.descending && matches!(part.of, PartOf::Plain(_));
        self.unique
            && self.parts.iter().all(plain)
            && self.condition.is_none()
            && self.op_class.is_none()
            && self.include.is_empty()
    }

    /// The expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts
            .iter()
            .filter_map(|part| match &part.of {
                PartOf::Plain(_) => None,
                PartOf::Expression(expression) => Some(expression),
            })
            .chain(&self.condition)
    }

    /// The columns that it needs: those it is over, those it includes, those of its expressions.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let over = self.parts.iter().filter_map(|part| match &part.of {
            PartOf::Plain(name) => Some(name),
            PartOf::Expression(_) => None,
        });
        let read = self.expressions().flat_map(|expression| &expression.columns);
        over.chain(&self.include).chain(read).map(String::as_str).collect()
    }
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is over.
    pub of: PartOf,
    /// Whether it is in descending order.
    pub descending: bool,
}

impl Part {
    /// A column, in ascending order.
    #[must_use]
    pub fn column(name: impl Into<String>) -> Self {
        Self { of: PartOf::Plain(name.into()), descending: false }
    }
}

/// What a part of an index is over.
#[derive(Debug, Clone, PartialEq)]
pub enum PartOf {
    /// A column.
    Plain(String),
    /// An expression over columns.
    Expression(Expression),
}
