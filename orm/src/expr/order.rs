//! What `order_by` takes.

use std::fmt;
use std::marker::PhantomData;

use super::{Column, Nulls, Of, Order, Row, spread};

/// One part of an order, for a query at level `L`.
pub struct OrderBy<M, L = Row> {
    order: Order,
    of: Of<(M, L)>,
}

impl<M, L> Clone for OrderBy<M, L> {
    fn clone(&self) -> Self {
        Self::new(self.order.clone())
    }
}

impl<M, L> fmt::Debug for OrderBy<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderBy").finish_non_exhaustive()
    }
}

impl<M, L> OrderBy<M, L> {
    pub(crate) const fn new(order: Order) -> Self {
        Self { order, of: PhantomData }
    }

    /// NULLs before every value.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.order.nulls = Nulls::First;
        self
    }

    /// NULLs behind every value.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.order.nulls = Nulls::Last;
        self
    }
}

/// What `order_by` takes: a column, `column.asc()`, `column.desc()`, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot order a query of `{M}`",
    label = "expected `{M}::column.asc()` or `.desc()`",
    note = "in a grouped query order by aggregates or by `key(..)`"
)]
pub trait Ordering<M, L> {
    #[doc(hidden)]
    fn push_order(self, out: &mut Vec<Order>);
}

#[diagnostic::do_not_recommend]
impl<M, L> Ordering<M, L> for OrderBy<M, L> {
    fn push_order(self, out: &mut Vec<Order>) {
        push(self.order, out);
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Ordering<M, Row> for Column<M, T> {
    fn push_order(self, out: &mut Vec<Order>) {
        push(Order { node: self.node(), descending: false, nulls: Nulls::Smallest }, out);
    }
}

#[diagnostic::do_not_recommend]
impl<M, L> Ordering<M, L> for Vec<OrderBy<M, L>> {
    fn push_order(self, out: &mut Vec<Order>) {
        self.into_iter().for_each(|part| push(part.order, out));
    }
}

/// An embedded struct orders by its fields, the first one first.
fn push(order: Order, out: &mut Vec<Order>) {
    let Order { node, descending, nulls } = order;
    out.extend(spread(node).into_iter().map(|node| Order { node, descending, nulls }));
}
