//! By which key rows are one and the same.

use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Column, Node, spread};
use crate::model::{Field, Table};
use crate::plan::same_field;

/// A unique key of `M`: what `on_conflict` takes.
///
/// One column or a tuple of them, in any order. Whether they are a unique key, the metadata says when the query is
/// built.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell rows of `{M}` apart",
    label = "expected a column of `{M}`, or a tuple of them",
    note = "rows are told apart by the primary key, a `unique` field, or the fields of a `unique_together`"
)]
pub trait UniqueKey<M> {
    #[doc(hidden)]
    fn push_key(self, out: &mut Vec<Node>);
}

#[diagnostic::do_not_recommend]
impl<M, T> UniqueKey<M> for Column<M, T> {
    fn push_key(self, out: &mut Vec<Node>) {
        out.extend(spread(self.node()));
    }
}

/// The fields of a unique key.
pub(super) fn unique_key(table: &'static Table, nodes: &[Node]) -> Result<Vec<&'static Field>> {
    let field = |node: &Node| match node {
        Node::Field(path, field) if path.is_empty() => Ok(*field),
        Node::Field(_, field) => {
            Err(invalid("a key is of columns of the row itself, not of one that a foreign key leads to")
                .with_field(field.name))
        }
        _ => Err(invalid("a key is of columns")),
    };
    let fields = nodes.iter().map(field).collect::<Result<Vec<_>>>()?;
    if table.is_unique_key(&fields) {
        return Ok(fields);
    }
    let names = |fields: &[&'static Field]| fields.iter().map(|field| field.name).collect::<Vec<_>>();
    let keys = table.unique_keys().iter().map(|key| names(key)).collect();
    let error = Error::new(ErrorKind::NotUnique { fields: names(&fields), keys });
    Err(match fields[..] {
        [only] => error.with_field(only.name),
        _ => error,
    })
}

/// Refuses assignments by which the row would not be found again by its key.
pub(super) fn stays(key: &[&'static Field], set: &[(&'static Field, Node)]) -> Result<()> {
    for (field, node) in set {
        let same = matches!(node, Node::Proposed(path, other) if path.is_empty() && same_field(field, other));
        if !same && key.iter().any(|part| same_field(part, field)) {
            let reason =
                "part of the key by which the row is found: set it to its own `excluded()`, or not at all";
            return Err(invalid(reason).with_field(field.name));
        }
    }
    Ok(())
}

#[cold]
pub(super) fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() })
}
