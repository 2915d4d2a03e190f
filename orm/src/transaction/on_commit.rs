//! What is to be done after the commit.

use super::ambient;

/// Called once, after the outermost commit.
pub(super) type Hook = Box<dyn FnOnce() + Send>;

/// Calls `f` after the transaction around this task was committed; at once if there is none, never if it is rolled
/// back.
pub fn on_commit(f: impl FnOnce() + Send + 'static) {
    match ambient::innermost() {
        Some(tx) => tx.on_commit(f),
        None => f(),
    }
}
