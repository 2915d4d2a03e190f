//! Indexes and unique keys over several columns.

use super::Field;

/// An index, or a unique key, over one or more fields.
#[derive(Debug)]
pub struct Index {
    /// Its name in the database; `None` for one derived from table and columns.
    pub name: Option<&'static str>,
    /// Its fields, in order.
    pub parts: &'static [IndexPart],
    /// Whether it is a unique key.
    pub unique: bool,
}

/// One field of an index.
#[derive(Debug)]
pub struct IndexPart {
    /// The field.
    pub field: &'static Field,
    /// Whether it is in descending order.
    pub descending: bool,
}
