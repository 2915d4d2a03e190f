//! Literals.

/// A neutral literal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Literal {
    /// A truth value
    Bool(bool),
    /// An integer
    Int(i128),
    /// A number
    Float(f64),
    /// Text
    Text(String),
    /// The elements of an array
    Array(Vec<Literal>),
}

impl From<&crate::model::Literal> for Literal {
    fn from(literal: &crate::model::Literal) -> Self {
        use crate::model::Literal as Model;

        match literal {
            Model::Bool(value) => Self::Bool(*value),
            Model::Int(value) => Self::Int(*value),
            Model::Float(value) => Self::Float(*value),
            Model::Text(text) => Self::Text((*text).to_owned()),
            Model::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
        }
    }
}
