//! Foreign keys over fields.

use syn::{Ident, Type};

use super::Action;

/// A foreign key over fields of the model.
pub(crate) struct ForeignKey {
    /// The name of the relation, and of its accessor.
    pub(crate) name: Ident,
    pub(crate) target: Type,
    /// The fields, by position.
    pub(crate) fields: Vec<usize>,
    /// The fields of the target; its primary key without.
    pub(crate) to: Option<Vec<Ident>>,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    pub(crate) related_name: Option<Ident>,
}
