//! How long opening a connection may take.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

/// How long opening a connection may take: so long for each server, and altogether no longer than whoever asked waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectTime {
    each: Duration,
    deadline: Option<Instant>,
}

impl ConnectTime {
    pub(crate) const fn new(each: Duration, deadline: Option<Instant>) -> Self {
        Self { each, deadline }
    }

    /// What `future` gives, for the next of so many servers that are `left`: they share the time that is left, so that
    /// a silent one leaves some to those after it. Without a runtime there are no timers, and nothing that needs them.
    ///
    /// # Errors
    ///
    /// What to say of a server that took longer.
    pub(crate) async fn one_of<F: Future>(self, left: usize, future: F) -> Result<F::Output, String> {
        if Handle::try_current().is_err() {
            return Ok(future.await);
        }
        let limit = self.share(left);
        tokio::time::timeout(limit, future).await.map_err(|_| {
            // As people would say it.
            let millis = u64::try_from(limit.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
            format!("timed out after {:?}", Duration::from_millis(millis))
        })
    }

    fn share(self, left: usize) -> Duration {
        let Some(deadline) = self.deadline else { return self.each };
        let left = u32::try_from(left.max(1)).unwrap_or(u32::MAX);
        self.each.min(deadline.saturating_duration_since(Instant::now()) / left)
    }
}

#[cfg(test)]
impl Default for ConnectTime {
    fn default() -> Self {
        Self::new(Duration::from_secs(10), None)
    }
}
