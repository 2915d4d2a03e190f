//! What stands behind `NewX` and `XPatch`.

use std::fmt;

use super::{Field, Model, Redacted};
use crate::types::Value;

/// What an insert into the table of `M` needs: one value a field, or none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted as a `{M}`",
    label = "expected the `New…` struct of `{M}`"
)]
pub trait Insert<M>: Send + 'static {
    /// Adds the values of one row: a call of [`Values::set`] or [`Values::skip`] for each field, in order.
    fn values(self, out: &mut Values);
}

/// What `create` takes: the `New…` struct of `M`, or what becomes one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted as a `{M}`",
    label = "expected the `New…` struct of `{M}`"
)]
pub trait IntoNew<M: Model> {
    #[doc(hidden)]
    fn into_new(self) -> M::New;
}

#[diagnostic::do_not_recommend]
impl<M: Model, N: Into<M::New>> IntoNew<M> for N {
    fn into_new(self) -> M::New {
        self.into()
    }
}

/// A model whose rows need nothing but their foreign keys: what `add` of a many-to-many relation makes.
///
/// Implemented by the derive.
#[diagnostic::on_unimplemented(
    message = "a row of `{Self}` needs more than its two foreign keys",
    label = "cannot make a `{Self}` of two keys alone",
    note = "create the rows of `{Self}` with all that they need, or give the other fields a `default`"
)]
pub trait Bare: Model {
    /// Adds the values of one row, as for [`Insert::values`], without those of its foreign keys.
    #[doc(hidden)]
    fn bare(out: &mut Values);
}

/// What an update of rows of `M` changes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what an update of a `{M}` changes",
    label = "expected the `…Patch` struct of `{M}`",
    note = "`#[derive(Model)]` makes that struct"
)]
pub trait Patch<M>: Send + 'static {
    /// Adds the fields to change.
    fn values(self, out: &mut Vec<(&'static Field, Value)>);
}

/// The values of new rows, field by field; what is skipped is left to the database.
///
/// Its `Debug` shows which are given, and none of them.
#[derive(Clone, Default, PartialEq)]
pub struct Values(pub(crate) Vec<Option<Value>>);

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|value| value.as_ref().map(|_| Redacted))).finish()
    }
}

impl Values {
    /// The value of the next field.
    pub fn set(&mut self, value: Value) {
        self.0.push(Some(value));
    }

    /// No value for the next field.
    pub fn skip(&mut self) {
        self.0.push(None);
    }

    /// The value of the next field, if there is one.
    pub fn set_opt(&mut self, value: Option<Value>) {
        self.0.push(value);
    }
}

impl<M> Patch<M> for () {
    fn values(self, _: &mut Vec<(&'static Field, Value)>) {}
}
