//! Expressions over the columns of one table.

use super::Texts;
use crate::types::Type;

/// An expression over the columns of one table: of a check, an index, a generated column.
///
/// Two are equal if they say the same, which is what their neutral text tells.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Expression {
    /// What it says, for no backend: [`SchemaExpr::text`](crate::model::SchemaExpr::text).
    pub text: String,
    /// Its SQL, for the backends that it was written for.
    pub sql: Texts,
    /// The columns that it reads, each once, in the order in which it names them.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub columns: Vec<String>,
    /// Its neutral type, where that is known.
    #[cfg_attr(
        feature = "migrate",
        serde(default, rename = "type", skip_serializing_if = "Option::is_none")
    )]
    pub ty: Option<Type>,
    /// Whether it may be NULL.
    #[cfg_attr(feature = "migrate", serde(default, skip_serializing_if = "super::ser::is_default"))]
    pub nullable: bool,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
