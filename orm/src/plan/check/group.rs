//! What a grouped or distinct query may select and order by.

use super::{Check, invalid, types_of};
use crate::driver::Backend;
use crate::error::{Error, Result};
use crate::expr::Node;
use crate::plan::same::position_among;
use crate::plan::{Output, Select, same_node};

/// Whether the rows of the query are groups.
pub(crate) fn is_grouped(select: &Select) -> bool {
    !select.group.is_empty() || !select.having.is_empty() || has_aggregate(select)
}

fn has_aggregate(select: &Select) -> bool {
    let outputs = select.output.iter().any(|output| match output {
        Output::Model(_) | Output::Far(..) | Output::There(_) => false,
        Output::Expr(node) => holds(node, &|node| matches!(node, Node::Aggregate(_))),
    });
    outputs || select.order.iter().any(|order| holds(&order.node, &|node| matches!(node, Node::Aggregate(_))))
}

/// Whether the node or one of its parts is such. Does not look into sub-queries.
pub(crate) fn holds(node: &Node, wanted: &dyn Fn(&Node) -> bool) -> bool {
    wanted(node) || parts(node).into_iter().any(|part| holds(part, wanted))
}

/// The nodes right inside a node, sub-queries aside.
pub(crate) fn parts(node: &Node) -> Vec<&Node> {
    match node {
        Node::Field(..) | Node::Proposed(..) | Node::Value(_) | Node::Related(..) => Vec::new(),
        Node::Arithmetic(_, sides)
        | Node::Compare(_, sides)
        | Node::Text(_, sides)
        | Node::Array(_, sides) => sides.iter().collect(),
        Node::IsNull(inner)
        | Node::Not(inner)
        | Node::Key(inner)
        | Node::Matches(inner, _)
        | Node::In(inner, _)
        | Node::InSelect(inner, _) => vec![inner],
        Node::Between(parts) => parts.iter().collect(),
        Node::All(nodes) | Node::Any(nodes) | Node::Call(_, nodes) | Node::Tuple(nodes) => {
            nodes.iter().collect()
        }
        Node::Search(search) => search.fields.iter().collect(),
        Node::Aggregate(aggregate) => aggregate.of.iter().chain(&aggregate.filter).collect(),
    }
}

impl Check {
    pub(super) fn grouping(&self, select: &Select) -> Result<()> {
        if select.distinct {
            for order in &select.order {
                if position_among(&order.node, &select.output).is_none() {
                    return Err(named(
                        &order.node,
                        "distinct rows can only be ordered by what is selected".to_owned(),
                    ));
                }
                if types_of(&order.node).into_iter().any(|ty| self.orders_as_text(ty)) {
                    return Err(self.unsupported("orders of distinct rows by a native enum"));
                }
                self.no_values(&order.node, "an order of distinct rows by an expression with values")?;
            }
        }
        if !is_grouped(select) {
            return self.no_keys(select);
        }
        self.named_keys(select)?;
        for output in &select.output {
            match output {
                Output::Expr(node) => self.grouped(node, select)?,
                Output::Model(_) | Output::Far(..) | Output::There(_) => {
                    return Err(invalid("a grouped query selects keys and aggregates, not models"));
                }
            }
        }
        let rest = select.having.iter().chain(select.order.iter().map(|order| &order.node));
        rest.into_iter().try_for_each(|node| self.grouped(node, select))
    }

    /// Every field must be inside an aggregate or a key of the group.
    fn grouped(&self, node: &Node, select: &Select) -> Result<()> {
        match node {
            Node::Aggregate(_) | Node::Value(_) => Ok(()),
            Node::Key(inner) => {
                if select.group.iter().any(|key| same_node(key, inner)) {
                    return Ok(());
                }
                Err(named(inner, "`key(..)` of what is not in `group_by`".to_owned()))
            }
            Node::Field(..) | Node::Related(..) | Node::Search(_) => {
                if select.group.iter().any(|key| same_node(key, node)) {
                    return Ok(());
                }
                Err(named(node, "neither in `group_by` nor inside an aggregate".to_owned()))
            }
            _ => parts(node).into_iter().try_for_each(|part| self.grouped(part, select)),
        }
    }

    fn no_keys(&self, select: &Select) -> Result<()> {
        let outputs = select.output.iter().filter_map(|output| match output {
            Output::Expr(node) => Some(node),
            Output::Model(_) | Output::Far(..) | Output::There(_) => None,
        });
        for node in outputs.chain(select.order.iter().map(|order| &order.node)).chain(&select.filter) {
            if holds(node, &|node| matches!(node, Node::Key(_))) {
                return Err(named(node, "`key(..)` in a query without `group_by`".to_owned()));
            }
        }
        Ok(())
    }

    /// MySQL and MariaDB know a key that is an expression again by its name alone, which it has where it is
    /// selected as it is.
    fn named_keys(&self, select: &Select) -> Result<()> {
        if !matches!(self.server.backend, Backend::MySql | Backend::MariaDb) {
            return Ok(());
        }
        for key in select.group.iter().filter(|key| !matches!(key, Node::Field(..))) {
            let is_key = |node: &Node| matches!(node, Node::Key(inner) if same_node(inner, key));
            let outputs = || {
                select.output.iter().filter_map(|output| match output {
                    Output::Expr(node) => Some(node),
                    Output::Model(_) | Output::Far(..) | Output::There(_) => None,
                })
            };
            let selected = outputs().any(is_key);
            let inside = outputs().any(|node| !is_key(node) && holds(node, &is_key));
            let ordered = select.order.iter().any(|order| holds(&order.node, &is_key));
            if !selected && select.having.iter().any(|node| holds(node, &is_key)) {
                return Err(self.unsupported("HAVING by an expression that is not selected"));
            }
            if inside || (ordered && !selected) {
                self.no_values(key, "groups by an expression with values that is not selected as it is")?;
            }
        }
        Ok(())
    }

    /// MySQL takes two placeholders for two values even where they are one, so an expression with values is
    /// never the same expression again. (SQLite does not look, MariaDB does not ask; on PostgreSQL one value
    /// has one number.)
    fn no_values(&self, node: &Node, feature: &'static str) -> Result<()> {
        if self.server.backend == Backend::MySql
            && holds(node, &|node| {
                matches!(node, Node::Value(_) | Node::In(..) | Node::Matches(..) | Node::Search(_))
            })
        {
            return Err(self.unsupported(feature));
        }
        Ok(())
    }
}

fn named(node: &Node, reason: String) -> Error {
    fn field(node: &Node) -> Option<&'static str> {
        match node {
            Node::Field(_, field) => Some(field.name),
            _ => parts(node).into_iter().find_map(field),
        }
    }
    let error = invalid(reason);
    match field(node) {
        Some(name) => error.with_field(name),
        None => error,
    }
}
