//! Columns.

use super::{Expression, Literal, Texts};
use crate::types::Type;

/// A column.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// The Rust name of its field.
    pub field: String,
    /// Its neutral type.
    #[cfg_attr(feature = "migrate", serde(rename = "type"))]
    pub ty: Type,
    /// Whether it may be NULL.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub nullable: bool,
    /// The most characters that a text may have, or bytes.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub max_length: Option<u32>,
    /// Digits in all, and digits behind the point, of a decimal.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub precision: Option<(u8, u8)>,
    /// Its type in SQL, where that is not the usual one.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Texts::is_empty"))]
    pub db_type: Texts,
    /// Its collation, where text does not compare by code point.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Texts::is_empty"))]
    pub collation: Texts,
    /// Whether the database counts it up.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub increment: bool,
    /// The value that the database gives it where an insert gives none.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub default: Default,
    /// What the database computes it from.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub generated: Option<Generated>,
    /// The values that it may have; any if there are none.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub choices: Vec<Literal>,
    /// Its comment.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Option::is_none"))]
    pub comment: Option<String>,
}

impl TableColumn {
    /// A column of this type with nothing special about it, of a field of the same name.
    #[must_use]
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        let name = name.into();
        Self {
            field: name.clone(),
            name,
            ty,
            nullable: false,
            max_length: None,
            precision: None,
            db_type: Texts::default(),
            collation: Texts::default(),
            increment: false,
            default: Default::None,
            generated: None,
            choices: Vec::new(),
            comment: None,
        }
    }
}

/// The value that the database gives a column where an insert gives none.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Default {
    /// There is none.
    #[default]
    None,
    /// This value.
    Value(Literal),
    /// The time of the statement, in UTC; its date or its time of day where that is what the column holds.
    Now,
    /// A random UUID (version 4).
    Uuid,
    /// An expression in SQL.
    Sql(Texts),
}

/// How the database computes a column.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Generated {
    /// The value, from other columns of the row.
    pub value: Expression,
    /// Whether it is kept in the row; otherwise it is computed whenever it is read.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub stored: bool,
}
