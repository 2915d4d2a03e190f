//! The pool's clock: Tokio's, so that tests can pause it.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

/// The present moment.
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The moment `after` from `start`, or none if that is beyond what the clock can say.
pub(super) fn later(start: Instant, after: Duration) -> Option<Instant> {
    start.checked_add(after)
}

/// The earlier of two moments, of which each may be never.
pub(super) fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Whether there is a runtime whose timers can be used.
pub(super) fn has_timers() -> bool {
    Handle::try_current().is_ok()
}

/// The deadline passed before the future ended.
#[derive(Debug)]
pub(super) struct Elapsed;

/// Drives `future` until `deadline`; for ever without one. Without a runtime there are no timers, and only
/// work that needs neither comes here then.
pub(super) async fn until<F: Future>(deadline: Option<Instant>, future: F) -> Result<F::Output, Elapsed> {
    match deadline {
        Some(deadline) if has_timers() => {
            tokio::time::timeout_at(deadline, future).await.map_err(|_| Elapsed)
        }
        _ => Ok(future.await),
    }
}
