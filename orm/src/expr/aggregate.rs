//! What can be said about an aggregate.

use super::{Agg, Condition, Expr, Node};
use crate::types::FieldType;

impl<M, T: FieldType> Expr<M, T, Agg> {
    /// The aggregate over the rows of the group for which the condition is true.
    ///
    /// Does nothing to an expression that is not an aggregate by itself, such as a key or a sum of two.
    #[must_use]
    pub fn filter<C: Condition<M>>(self, condition: C) -> Self {
        let mut node = self.node();
        if let Node::Aggregate(aggregate) = &mut node {
            let condition = condition.into_node();
            aggregate.filter = Some(match aggregate.filter.take() {
                None => condition,
                Some(first) => Node::All(vec![first, condition]),
            });
        }
        Self::of(node)
    }
}
