//! The transactions that are open around the running task: what queries join without being told.
//!
//! Set around each poll of a transaction's body, so it reaches whatever the body awaits, and never what it spawns.

use std::sync::Arc;

use super::tx::Tx;
use crate::database::Shared;
use crate::exec::choose::Place;

tokio::task_local! {
    /// None where the transactions around the task are put aside.
    static AMBIENT: Option<Arc<Ambient>>;
}

/// The innermost open block, and those around it, on whichever databases.
pub(super) struct Ambient {
    tx: Tx,
    around: Option<Arc<Ambient>>,
}

impl Ambient {
    /// `tx` inside of what is there at the moment.
    pub(super) fn inside(tx: Tx) -> Arc<Self> {
        Arc::new(Self { tx, around: AMBIENT.try_with(Option::clone).ok().flatten() })
    }

    /// Calls `f` inside.
    pub(super) fn enter<R>(self: &Arc<Self>, f: impl FnOnce() -> R) -> R {
        AMBIENT.sync_scope(Some(Arc::clone(self)), f)
    }
}

/// Calls `f` outside of all transactions.
pub(crate) fn outside<R>(f: impl FnOnce() -> R) -> R {
    AMBIENT.sync_scope(None, f)
}

/// The innermost open block for which `wanted` holds.
fn find(wanted: impl Fn(&Tx) -> bool) -> Option<Tx> {
    AMBIENT
        .try_with(|innermost| {
            let mut at = innermost.as_ref();
            while let Some(ambient) = at {
                if wanted(&ambient.tx) {
                    return Some(ambient.tx.clone());
                }
                at = ambient.around.as_ref();
            }
            None
        })
        .ok()
        .flatten()
}

/// The innermost open block.
pub(super) fn innermost() -> Option<Tx> {
    find(|_| true)
}

/// Whether there is one.
pub(crate) fn is_any() -> bool {
    AMBIENT.try_with(Option::is_some).unwrap_or(false)
}

/// The innermost open block at this place.
pub(crate) fn at(place: &Place) -> Option<Tx> {
    find(|tx| tx.core().place.is(place))
}

/// The innermost open block on this database.
pub(crate) fn on(database: &Arc<Shared>) -> Option<Tx> {
    find(|tx| tx.core().place.is_database(database))
}

/// The innermost open block on a database that had this name as its alias.
pub(crate) fn named(name: &str) -> Option<Tx> {
    find(|tx| tx.core().place.is_named(name))
}

/// The block that a statement belongs to that was sent to `tx`: the innermost one open in this task, if that is inside
/// of `tx`. To wait for it to end would be to wait for oneself.
pub(super) fn inside_of(tx: &Tx) -> Option<Tx> {
    find(|inner| inner.is_inside(tx))
}
