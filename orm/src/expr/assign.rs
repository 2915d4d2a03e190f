//! What `update` takes.

use std::fmt;
use std::marker::PhantomData;

use super::several::{is_null_value, split, split_key};
use super::{Node, Target};
use crate::model::Field;
use crate::types::FieldType;

/// One assignment of an update, made by `Column::set`.
pub struct Set<M> {
    target: Target,
    node: Node,
    of: PhantomData<fn() -> M>,
}

impl<M> Set<M> {
    pub(crate) const fn new(target: Target, node: Node) -> Self {
        Self { target, node, of: PhantomData }
    }
}

impl<M> Clone for Set<M> {
    fn clone(&self) -> Self {
        Self::new(self.target, self.node.clone())
    }
}

impl<M> fmt::Debug for Set<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Set").field("field", &self.target.name()).finish_non_exhaustive()
    }
}

/// Fits into a column of type `T`: `.set(..)` takes a nullable operand for a nullable column only.
#[diagnostic::on_unimplemented(
    message = "this column is `{T}`, it cannot be set to something that may be NULL",
    label = "may be NULL",
    note = "make the field `Option<{T}>`, or give a value that is never NULL"
)]
pub trait FitsIn<T> {}
impl<T: FieldType> FitsIn<T> for T {}

/// What `update` takes: an assignment, a tuple of them, or a `Vec` put together at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not update `{M}`",
    label = "expected `{M}::column.set(value)`, or a tuple of them"
)]
pub trait Assignments<M> {
    #[doc(hidden)]
    fn push_assignments(self, out: &mut Vec<(&'static Field, Node)>);
}

#[diagnostic::do_not_recommend]
impl<M> Assignments<M> for Set<M> {
    fn push_assignments(self, out: &mut Vec<(&'static Field, Node)>) {
        assign(self.target, self.node, out);
    }
}

#[diagnostic::do_not_recommend]
impl<M> Assignments<M> for Vec<Set<M>> {
    fn push_assignments(self, out: &mut Vec<(&'static Field, Node)>) {
        self.into_iter().for_each(|set| assign(set.target, set.node, out));
    }
}

/// An embedded struct is set field by field, and so is a foreign key over fields.
fn assign(target: Target, node: Node, out: &mut Vec<(&'static Field, Node)>) {
    match target {
        Target::Field(field) if !field.over.is_empty() => {
            let set = field.over.iter().copied().zip(split_key(field.over, node));
            // What it shares with others stays as it is when it is to refer to nothing.
            out.extend(set.filter(|(field, node)| field.nullable() || !is_null_value(node)));
        }
        Target::Field(field) => out.push((field, node)),
        Target::Fields(fields) => out.extend(fields.iter().zip(split(fields, node))),
    }
}
