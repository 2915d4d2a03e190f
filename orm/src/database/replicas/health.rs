//! What is remembered of a replica that did not answer: that it rests, and until when.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The first pause; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(100);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(30);

/// Whether a database is asked at the moment. Without locks: every read looks at it.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// Until when it rests, in milliseconds of this program; 0 if it is well.
    until: AtomicU64,
    /// How often it failed in a row.
    failures: AtomicU32,
}

/// What to do with a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    Ask,
    /// It has rested: whether it answers again is for this caller to find out.
    Try,
    PassOver,
}

/// Milliseconds since the first call, and never 0.
fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let passed = START.get_or_init(Instant::now).elapsed().as_millis();
    u64::try_from(passed).unwrap_or(u64::MAX).saturating_add(1)
}

/// How long it rests after so many failures.
fn pause(failures: u32) -> Duration {
    FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST)
}

fn after(now: u64, pause: Duration) -> u64 {
    now.saturating_add(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX))
}

impl Health {
    /// Whether to ask it. When it has rested, one caller is told to try, and the others are if that one goes well.
    pub(crate) fn advice(&self) -> Advice {
        let until = self.until.load(Ordering::Relaxed);
        if until == 0 {
            return Advice::Ask;
        }
        let now = now();
        if now < until {
            return Advice::PassOver;
        }
        let next = after(now, pause(self.failures.load(Ordering::Relaxed)));
        match self.until.compare_exchange(until, next, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => Advice::Try,
            Err(_) => Advice::PassOver,
        }
    }

    /// It did not answer. True if that is news, or the one who tried again says so.
    pub(crate) fn failed(&self, probe: bool) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        if until != 0 && !probe {
            // Somebody was faster: many fail at once, and count once.
            return false;
        }
        let failures = self.failures.load(Ordering::Relaxed).saturating_add(1);
        let next = after(now(), pause(failures));
        let news = self.until.compare_exchange(until, next, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if news {
            self.failures.store(failures, Ordering::Relaxed);
        }
        news
    }

    /// It answered. True if that is news.
    pub(crate) fn answered(&self) -> bool {
        if self.until.load(Ordering::Relaxed) == 0 {
            return false;
        }
        self.failures.store(0, Ordering::Relaxed);
        self.until.swap(0, Ordering::Relaxed) != 0
    }

    /// For how long it rests after the last failure.
    pub(crate) fn pause(&self) -> Duration {
        pause(self.failures.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<_> = (1..=10).map(|failures| pause(failures).as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
        assert_eq!(pause(u32::MAX), LONGEST);
    }

    #[test]
    fn many_failures_at_once_count_once() {
        let health = Health::default();
        assert_eq!(health.advice(), Advice::Ask);
        assert!(health.failed(false));
        assert!(!health.failed(false));
        assert_eq!(health.failures.load(Ordering::Relaxed), 1);
        assert!(health.failed(true), "who tried again");
        assert_eq!(health.pause(), Duration::from_millis(200));
        assert!(health.answered());
        assert!(!health.answered());
        assert_eq!(health.advice(), Advice::Ask);
    }

    #[test]
    fn one_tries_again() {
        let health = Health::default();
        let _ = now();
        // Rested for ever so long.
        health.failures.store(5, Ordering::Relaxed);
        health.until.store(1, Ordering::Relaxed);
        let asked = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| health.advice())).collect();
            let advice = threads.into_iter().filter_map(|thread| thread.join().ok());
            advice.filter(|advice| *advice == Advice::Try).count()
        });
        assert_eq!(asked, 1);
        assert_eq!(health.advice(), Advice::PassOver);
    }
}
