//! Transactions that are open, or idle, for longer than their database allows.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::core::Core;
use crate::error::ErrorKind;
use crate::exec::runtime;
use crate::pool::TransactionLimits;

/// When a transaction is over, whether its owner ends it or not.
#[derive(Debug)]
pub(super) struct Watch {
    limits: TransactionLimits,
    used: Mutex<Used>,
    /// Ends the transaction in time. It owns nothing, and goes with this.
    task: OnceLock<AbortHandle>,
}

#[derive(Debug)]
struct Used {
    begun: Instant,
    last: Instant,
    /// A statement is on its way: that is not idle.
    running: bool,
}

impl Watch {
    /// None without limits: then nothing is counted.
    pub(super) fn new(limits: TransactionLimits) -> Option<Self> {
        let now = Instant::now();
        let used = Mutex::new(Used { begun: now, last: now, running: false });
        (limits != TransactionLimits::default()).then(|| Self { limits, used, task: OnceLock::new() })
    }

    /// A statement begins or ends.
    pub(super) fn running(&self, running: bool) {
        let mut used = self.used();
        used.last = Instant::now();
        used.running = running;
    }

    /// What comes now is another transaction.
    pub(super) fn begin_anew(&self) {
        self.used().begun = Instant::now();
    }

    /// The limit that was passed.
    pub(super) fn passed(&self) -> Option<ErrorKind> {
        let now = Instant::now();
        let used = self.used();
        if let Some(limit) = self.limits.age
            && now.saturating_duration_since(used.begun) >= limit
        {
            return Some(ErrorKind::TransactionTimeout { limit, idle: false });
        }
        match self.limits.idle {
            Some(limit) if !used.running && now.saturating_duration_since(used.last) >= limit => {
                Some(ErrorKind::TransactionTimeout { limit, idle: true })
            }
            _ => None,
        }
    }

    /// When to look again; none if there is no such moment.
    pub(super) fn next(&self) -> Option<Instant> {
        let used = self.used();
        let age = self.limits.age.and_then(|limit| used.begun.checked_add(limit));
        let idle = self.limits.idle.and_then(|limit| {
            let since = if used.running { Instant::now() } else { used.last };
            since.checked_add(limit)
        });
        match (age, idle) {
            (Some(age), Some(idle)) => Some(age.min(idle)),
            (age, idle) => age.or(idle),
        }
    }

    /// It has ended by itself.
    pub(super) fn rest(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.rest();
    }
}

/// Ends the transaction when its time is over, so that its connection and its locks are free though nobody goes on with it.
/// Where no task can be had for it, it is found out by whoever does.
pub(super) fn watch(core: &Arc<Core>) {
    let Some(watch) = core.watch() else { return };
    let Ok(handle) = Handle::try_current().or_else(|_| runtime::handle()) else { return };
    let weak = Arc::downgrade(core);
    let task = handle.spawn(async move {
        // Nothing owns the transaction while this sleeps.
        let look = || weak.upgrade().and_then(|core| core.end_in_time());
        while let Some(moment) = look() {
            tokio::time::sleep_until(moment).await;
        }
    });
    let _ = watch.task.set(task.abort_handle());
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_statement_under_way_is_not_idle() {
        let limits = TransactionLimits { age: Some(10 * SECOND), idle: Some(2 * SECOND) };
        let watch = Watch::new(limits).expect("there are limits");
        tokio::time::advance(SECOND).await;
        assert_eq!(watch.passed(), None);
        watch.running(true);
        tokio::time::advance(5 * SECOND).await;
        assert_eq!(watch.passed(), None, "it works");
        watch.running(false);
        tokio::time::advance(2 * SECOND).await;
        assert_eq!(watch.passed(), Some(ErrorKind::TransactionTimeout { limit: 2 * SECOND, idle: true }));
        watch.running(true);
        tokio::time::advance(2 * SECOND).await;
        assert_eq!(watch.passed(), Some(ErrorKind::TransactionTimeout { limit: 10 * SECOND, idle: false }));
    }

    #[tokio::test(start_paused = true)]
    async fn without_limits_there_is_no_watch() {
        assert!(Watch::new(TransactionLimits::default()).is_none());
    }
}
