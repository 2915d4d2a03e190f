//! How related rows are found.

use std::sync::Arc;

use super::{CompareOp, Node, Path};
use crate::model::{Field, ManyToMany, Table};
use crate::plan::{Output, Select, same_field};
use crate::types::Value;

/// What joins the rows of a relation to the row that they belong to.
#[derive(Debug, Clone, Copy)]
pub enum Via {
    /// A foreign key of theirs, or of a row that foreign keys of theirs lead to.
    ForeignKey(Path, &'static Field),
    /// Rows of a table between.
    Through(Pairs),
}

/// A table of pairs, seen from one side.
#[derive(Debug, Clone, Copy)]
pub struct Pairs {
    pub(crate) many: &'static ManyToMany,
    /// Whether it is seen from the side that does not declare it.
    pub(crate) back: bool,
}

impl Pairs {
    pub(crate) fn table(self) -> &'static Table {
        (self.many.through)()
    }

    /// The foreign key to the row that the relation starts at.
    pub(crate) const fn near(self) -> &'static Field {
        if self.back { self.many.to } else { self.many.from }
    }

    /// The foreign key to the related row.
    pub(crate) const fn far(self) -> &'static Field {
        if self.back { self.many.from } else { self.many.to }
    }
}

impl Via {
    /// The foreign key to the row that the relation starts at.
    pub(crate) const fn near(&self) -> &'static Field {
        match self {
            Self::ForeignKey(_, field) => field,
            Self::Through(pairs) => pairs.near(),
        }
    }

    /// The condition that a row of `table` belongs to the row of `start` that has this primary key.
    pub(crate) fn leads_to(&self, table: &'static Table, start: &'static Table, key: Value) -> Node {
        match self {
            Self::ForeignKey(path, field) => equal(primary_key(start, path.push(field)), key),
            Self::Through(pairs) => {
                let far = Node::Field(Path::EMPTY, pairs.far());
                let select = Select { output: vec![Output::Expr(far)], ..pairs.of(key) };
                Node::InSelect(Box::new(primary_key(table, Path::EMPTY)), Arc::new(select))
            }
        }
    }
}

impl Pairs {
    /// Whether no pair is there twice: a unique key says so.
    pub(crate) fn are_distinct(self) -> bool {
        let (table, near, far) = (self.table(), self.near(), self.far());
        let both = |fields: &[&Field]| {
            let is_there = |side| fields.iter().any(|field| same_field(field, side));
            fields.len() == 2 && is_there(near) && is_there(far)
        };
        let mut indexes = table.indexes.iter().filter(|index| index.unique && index.condition.is_none());
        both(table.primary_key) || indexes.any(|index| index.fields().is_some_and(|fields| both(&fields)))
    }

    /// The pairs of the row that has this primary key.
    pub(crate) fn of(self, key: Value) -> Select {
        let near = Node::Field(Path::EMPTY, self.near());
        Select { filter: vec![equal(near, key)], ..Select::new(self.table()) }
    }
}

/// The primary key of the row at the end of a path, as one node.
pub(super) fn primary_key(table: &'static Table, path: Path) -> Node {
    match table.primary_key {
        [field] => Node::Field(path, field),
        fields => Node::Tuple(fields.iter().map(|field| Node::Field(path, field)).collect()),
    }
}

fn equal(node: Node, value: Value) -> Node {
    Node::Compare(CompareOp::Eq, Box::new([node, Node::Value(value)]))
}
