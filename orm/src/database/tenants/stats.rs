//! What pools of tenants can tell about themselves.

use std::sync::atomic::Ordering;

use super::Inner;
use super::state::Entry;

/// A snapshot of the pools of tenants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantStats {
    /// Tenants that are open.
    pub open: usize,
    /// Those of them that somebody uses.
    pub in_use: usize,
    /// Tenants that are being opened.
    pub opening: usize,
    /// The most that may be open.
    pub max_open: usize,
    /// Callers that wait for room.
    pub waiting: usize,
    /// Connections that exist, of all tenants, and of closed ones that are not done with theirs.
    pub connections: usize,
    /// The most that may exist, where that is limited.
    pub max_connections: Option<usize>,
    /// Tenants opened so far; one that was opened twice counts twice.
    pub opened: u64,
    /// Attempts to open one that failed.
    pub failed: u64,
    /// Tenants closed to make room.
    pub evicted: u64,
}

pub(super) fn of<K>(inner: &Inner<K>) -> TenantStats {
    let mut stats = TenantStats {
        max_open: inner.limits.open.max(1),
        max_connections: inner.limits.connections,
        waiting: inner.waiting.load(Ordering::Relaxed),
        opened: inner.totals.opened.load(Ordering::Relaxed),
        failed: inner.totals.failed.load(Ordering::Relaxed),
        evicted: inner.totals.evicted.load(Ordering::Relaxed),
        ..TenantStats::default()
    };
    let state = inner.state();
    stats.connections = state.leaving.iter().map(|room| room.open.pool.stats().size).sum();
    for entry in state.tenants.values() {
        match entry {
            Entry::Open(kept) => {
                stats.open += 1;
                stats.in_use += usize::from(kept.is_used());
                stats.connections += kept.database.open().map_or(0, |open| open.pool.stats().size);
            }
            Entry::Opening(_) => stats.opening += 1,
        }
    }
    stats
}
