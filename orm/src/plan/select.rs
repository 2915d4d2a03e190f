//! A query of rows.

use super::lock::Lock;
use super::same::position_among;
use crate::expr::{Node, Nulls, Order, Path, Via};
use crate::model::Table;
use crate::types::Value;

/// A query of rows of one table.
#[derive(Debug, Clone)]
pub struct Select {
    pub(crate) table: &'static Table,
    /// What each row gives, in order.
    pub(crate) output: Vec<Output>,
    /// Conditions, all of which must be true.
    pub(crate) filter: Vec<Node>,
    /// The keys of the groups; aggregates without keys form one group.
    pub(crate) group: Vec<Node>,
    /// Conditions on groups, all of which must be true.
    pub(crate) having: Vec<Node>,
    pub(crate) order: Vec<Order>,
    /// A bound number, so that every page size is one text.
    pub(crate) limit: Option<Value>,
    pub(crate) offset: Option<Value>,
    pub(crate) distinct: bool,
    /// Whether the order of the model is not wanted where no other is given.
    pub(crate) unordered: bool,
    /// The rows are read as they are now, not as the transaction has seen them, and locked until its end.
    pub(crate) lock: Option<Box<Lock>>,
}

/// A part of a row.
#[derive(Debug, Clone)]
pub enum Output {
    /// All columns of the model at the end of a path of foreign keys; the empty path is the query's own.
    Model(Path),
    /// All columns of the row on the far side of a one-to-one, and its table.
    Far(Box<Via>, &'static Table),
    /// Whether there is a row at the end of a path of foreign keys.
    There(Path),
    /// One expression.
    Expr(Node),
}

impl Select {
    /// All rows of the table, as models.
    pub(crate) fn new(table: &'static Table) -> Self {
        Self {
            table,
            output: vec![Output::Model(Path::EMPTY)],
            filter: Vec::new(),
            group: Vec::new(),
            having: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            unordered: false,
            lock: None,
        }
    }

    /// Gives rows without an order that of their model, where it has one. Groups have none; distinct rows have it
    /// where all of it is selected.
    pub(crate) fn order_by_default(&mut self) {
        let ordering = self.table.ordering;
        if ordering.is_empty() || self.unordered || !self.order.is_empty() || !self.group.is_empty() {
            return;
        }
        let parts = ordering.iter().map(|part| Order {
            node: Node::Field(Path::EMPTY, part.field),
            descending: part.descending,
            nulls: Nulls::Smallest,
        });
        let order: Vec<_> = parts.collect();
        if !self.distinct || order.iter().all(|part| position_among(&part.node, &self.output).is_some()) {
            self.order = order;
        }
    }
}
