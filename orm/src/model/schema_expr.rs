//! Expressions that stand in metadata: of checks, indexes, generated columns.

use std::fmt;

use super::{ColumnDef, Field};
use crate::expr::Node;

/// An expression over the columns of one model, as a part of its schema.
///
/// Expressions are not const, so it is a function that builds one. Two that say the same have the same
/// [`text`](Self::text), whatever the backend, which is how tools compare them.
#[derive(Clone, Copy)]
pub struct SchemaExpr(Build);

#[derive(Clone, Copy)]
enum Build {
    /// Written on the model.
    Own(fn() -> Node),
    /// Written in its `Meta`, for the fields of any model.
    Shared(fn(&'static [Field]) -> Node, &'static [Field]),
}

impl SchemaExpr {
    /// Used by the derive, which alone knows that the expression is one of its model.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(build: fn() -> Node) -> Self {
        Self(Build::Own(build))
    }

    /// One that a `Meta` has, for the model with these fields.
    pub(super) const fn of(build: fn(&'static [Field]) -> Node, fields: &'static [Field]) -> Self {
        Self(Build::Shared(build, fields))
    }

    pub(crate) fn node(self) -> Node {
        match self.0 {
            Build::Own(build) => build(),
            Build::Shared(build, fields) => build(fields),
        }
    }

    /// A text that says the same as the expression, for no backend: operators as functions, columns by their
    /// names in the database.
    ///
    /// The same in every version of this crate, because names of constraints and files of migrations depend on
    /// it. An example is `all(ge(likes, 0), in(state, ["draft", "published"]))`.
    #[must_use]
    pub fn text(self) -> String {
        self.node().text()
    }

    /// The columns that the expression reads, each once, in the order in which it names them.
    #[must_use]
    pub fn columns(self) -> Vec<&'static ColumnDef> {
        let mut columns: Vec<&'static ColumnDef> = Vec::new();
        self.node().each_field(&mut |_, field| {
            for def in field.columns {
                if !columns.iter().any(|known| known.name == def.name) {
                    columns.push(def);
                }
            }
        });
        columns
    }
}

impl fmt::Debug for SchemaExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl PartialEq for SchemaExpr {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}
