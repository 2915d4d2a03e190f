//! The rows that are related to several rows.

use std::fmt;

use super::{Select, same_field};
use crate::expr::{Node, Nulls, Order, Path, Via};
use crate::model::Table;
use crate::types::{Type, Value};

/// The rows that are related to any of several rows. Each begins with the primary key of the row that it belongs to;
/// one that belongs to several is there for each of them.
#[derive(Clone)]
pub(crate) struct Children {
    /// The related rows. Neither grouped nor distinct, without a limit and an offset.
    pub(crate) select: Select,
    /// The model of the rows that they belong to.
    pub(crate) start: &'static Table,
    pub(crate) via: Via,
    /// The primary keys of those rows: a list.
    pub(crate) keys: Value,
    /// Of the rows of each key, in order: those behind so many.
    pub(crate) after: Option<Value>,
    /// Of the rows of each key, in order: no more than to this one.
    pub(crate) up_to: Option<Value>,
}

/// Shows no key.
impl fmt::Debug for Children {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Children")
            .field(&self.start.model)
            .field(&self.via.near().name)
            .field(&self.select)
            .finish()
    }
}

impl Children {
    /// The rows in the order of the query, else in that of their model; those that are alike by primary key.
    pub(crate) fn new(
        mut select: Select,
        start: &'static Table,
        via: Via,
        keys: Vec<Value>,
        limit: Option<Value>,
        offset: Option<Value>,
    ) -> Self {
        select.order_by_default();
        order_by_key(&mut select);
        let first = start.primary_key.iter().flat_map(|field| field.columns).next();
        let keys = Value::List(first.map_or(Type::I64, |column| column.ty), keys);
        let up_to = match (limit, &offset) {
            (Some(Value::Int(limit)), Some(Value::Int(offset))) => {
                Some(Value::Int(limit.saturating_add(*offset)))
            }
            (limit, _) => limit,
        };
        Self { select, start, via, keys, after: offset, up_to }
    }
}

/// Puts rows that are alike in order by primary key.
fn order_by_key(select: &mut Select) {
    for field in select.table.primary_key {
        let is = |order: &Order| matches!(&order.node, Node::Field(path, own) if path.is_empty() && same_field(own, field));
        if !select.order.iter().any(is) {
            let node = Node::Field(Path::EMPTY, field);
            select.order.push(Order { node, descending: false, nulls: Nulls::Smallest });
        }
    }
}
