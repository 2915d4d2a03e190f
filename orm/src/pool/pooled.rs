//! A connection on loan.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::connect::Connector;
use super::options::TransactionLimits;
use super::seat::Seat;
use crate::driver::ConnectOptions;

/// A connection on loan from a pool. Dropping it gives it back, at once and without a round trip.
///
/// Around everything that talks to the server, the borrower calls [`begin_use`](Self::begin_use) and
/// [`end_use`](Self::end_use). A connection that comes back in between, because the future was dropped or
/// panicked, is cleaned if that can be done on the spot and closed if not; nobody ever gets it as it is.
pub(crate) struct Pooled<C: Connector = ConnectOptions> {
    seat: Seat<C>,
}

impl<C: Connector> Pooled<C> {
    /// `seat` has a connection in it.
    pub(super) fn new(seat: Seat<C>) -> Self {
        Self { seat }
    }

    /// Which pool it is from: [`Pool::id`](super::Pool::id).
    pub(crate) fn pool(&self) -> usize {
        self.seat.pool()
    }

    /// Whether the pool was closed, and waits no more for what is out.
    pub(crate) fn is_ended(&self) -> bool {
        self.seat.is_ended()
    }

    /// The connection, marked as in the middle of something.
    pub(crate) fn begin_use(&mut self) -> &mut C::Connection {
        self.seat.busy = true;
        self
    }

    /// Whoever runs now holds it in a guard. If there is no other connection, it is told when it asks for one.
    pub(crate) fn guard(&self) {
        self.seat.guard();
    }

    /// Has the connection closed when it comes back.
    pub(crate) fn close_on_return(&mut self) {
        self.seat.unwanted = true;
    }

    /// How long a transaction on it may take.
    pub(crate) fn transaction_limits(&self) -> TransactionLimits {
        self.seat.transaction_limits()
    }

    /// Whether statements on it are shown at level info.
    pub(crate) fn echo(&self) -> bool {
        self.seat.echo()
    }

    /// Takes the mark away: the statement ended, with or without an error, and the connection is ready for
    /// another. Not to be called after the connection was lost, nor inside an open transaction that nobody is
    /// left to end.
    pub(crate) fn end_use(&mut self) {
        self.seat.busy = false;
    }
}

impl<C: Connector> Deref for Pooled<C> {
    type Target = C::Connection;

    #[expect(clippy::expect_used, reason = "only the drop of the seat takes the connection out of a loan")]
    fn deref(&self) -> &Self::Target {
        self.seat.link().expect("a loan has a connection")
    }
}

impl<C: Connector> DerefMut for Pooled<C> {
    #[expect(clippy::expect_used, reason = "only the drop of the seat takes the connection out of a loan")]
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.seat.link_mut().expect("a loan has a connection")
    }
}

impl<C: Connector> fmt::Debug for Pooled<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pooled").field("busy", &self.seat.busy).finish_non_exhaustive()
    }
}
