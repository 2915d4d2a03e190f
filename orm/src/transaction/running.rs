//! The transactions that are open on a database, for whoever closes it.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::core::Core;

/// The transactions that were begun on a database, without those that are known to be over.
#[derive(Default)]
pub(crate) struct Running(Mutex<Vec<Weak<Core>>>);

impl Running {
    pub(super) fn add(&self, core: &Arc<Core>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == all.capacity() {
            // Before it would grow, which is seldom: what is over goes.
            all.retain(|core| core.strong_count() > 0);
        }
        all.push(Arc::downgrade(core));
    }

    /// Rolls back what is open on connections of this pool, now or as soon as the statement under way has ended.
    pub(crate) fn end(&self, pool: usize) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let (ours, rest): (Vec<_>, Vec<_>) =
            all.iter().filter_map(Weak::upgrade).partition(|core| core.pool == Some(pool));
        for core in &ours {
            core.end();
        }
        for core in &rest {
            self.add(core);
        }
    }
}
