//! Waiting for another connection to get out of the way.
//!
//! SQLite's own busy handler sleeps inside a call, which would stop everything else on the executor's thread. So it
//! is off, and the task sleeps instead.

use std::time::Duration;

use tokio::runtime;
use tokio::time::{Instant, sleep};

use super::error::Failure;
use crate::error::{Error, ErrorKind, Result};

const FIRST: Duration = Duration::from_micros(500);
const LONGEST: Duration = Duration::from_millis(20);

#[cfg(test)]
thread_local! {
    /// How often something began to wait on this thread.
    static WAITS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// How often something began to wait on this thread, for tests that are to know when it does.
#[cfg(test)]
pub(super) fn waits() -> u64 {
    WAITS.get()
}

/// How long one statement has waited, and how long it still may.
#[derive(Debug)]
pub(super) struct Patience {
    limit: Duration,
    since: Option<Instant>,
    delay: Duration,
}

impl Patience {
    /// Waits for `limit` at most in all, counted from the first wait.
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, since: None, delay: FIRST }
    }

    /// Waits a while, longer each time; then the statement should be tried again.
    ///
    /// # Errors
    ///
    /// The failure, if it is none that passes or if time is up.
    pub(super) async fn wait(&mut self, failure: Failure) -> Result<()> {
        if !failure.may_pass() || self.limit.is_zero() {
            return Err(failure.into_error());
        }
        // Sleeping outside of a runtime would panic.
        if runtime::Handle::try_current().is_err() {
            return Err(Error::new(ErrorKind::NoRuntime).with_source(failure));
        }
        let left = self.limit.saturating_sub(self.since.get_or_insert_with(Instant::now).elapsed());
        if left.is_zero() {
            return Err(failure.into_error());
        }
        #[cfg(test)]
        WAITS.set(WAITS.get() + 1);
        sleep(self.delay.min(left)).await;
        self.delay = self.delay.saturating_mul(2).min(LONGEST);
        Ok(())
    }
}
