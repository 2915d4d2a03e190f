//! What a pool can tell about itself.

/// A snapshot of a database's connection pool.
///
/// `idle + in_use == size <= hard_limit` and `soft_limit <= hard_limit` hold in every snapshot. The totals count from the opening of the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// Connections that exist or are being opened.
    pub size: usize,
    /// Connections that wait for work.
    pub idle: usize,
    /// Connections at work or being opened.
    pub in_use: usize,
    /// Connections that are kept, `pool_size`; what is open beyond them is closed when it comes back.
    pub soft_limit: usize,
    /// The most connections that may exist: `pool_size` and `max_overflow`, or `max_connections`.
    pub hard_limit: usize,
    /// Callers that wait for a connection.
    pub waiting: usize,
    /// Connections opened so far.
    pub opened: u64,
    /// Attempts to connect that failed.
    pub connect_errors: u64,
    /// Callers that waited for a connection in vain.
    pub timeouts: u64,
    /// Connections given up because they could not be used again: lost, left in the middle of a statement, or
    /// without their runtime.
    pub discarded: u64,
    /// Healthy connections closed by rule: too old, idle too long, surplus, or to make room for one in another
    /// runtime; and those that were closed because somebody asked for it.
    pub retired: u64,
}

/// Totals since the pool was opened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) opened: u64,
    pub(super) connect_errors: u64,
    pub(super) timeouts: u64,
    pub(super) discarded: u64,
    pub(super) retired: u64,
}
