//! Which runtime a connection belongs to.
//!
//! A socket works only as long as the runtime whose reactor it is registered with is there and driven. Tokio
//! gives every runtime an id, but one that ended may pass its id on, so the id alone proves nothing. Each
//! runtime that opens a connection therefore keeps a *sentinel*, a task that never ends by itself: when the
//! runtime goes, it drops its tasks, and the sentinel says so. While the sentinel lives, the id is unique.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Handle, Id};

use crate::error::{Error, ErrorKind, Result};

/// The runtime that a connection was opened in.
#[derive(Debug, Clone)]
pub(super) struct Home {
    id: Id,
    alive: Arc<AtomicBool>,
}

/// How a connection stands to the runtime of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// It can be used here.
    Here,
    /// It belongs to another runtime, which may use it again.
    Elsewhere,
    /// Its runtime is gone: nobody can use it any more.
    Gone,
}

/// The homes of the process, one for each runtime that ever opened a connection and still runs.
static HOMES: Mutex<Vec<Home>> = Mutex::new(Vec::new());

/// The id of the runtime that runs the caller, if one does.
pub(super) fn here() -> Option<Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

impl Home {
    /// The home of connections opened now.
    ///
    /// # Errors
    ///
    /// `NoRuntime` outside of a Tokio runtime.
    pub(super) fn current() -> Result<Self> {
        let handle = Handle::try_current().map_err(|_| Error::new(ErrorKind::NoRuntime))?;
        let id = handle.id();
        let mut homes = HOMES.lock().unwrap_or_else(PoisonError::into_inner);
        homes.retain(Self::is_alive);
        if let Some(home) = homes.iter().find(|home| home.id == id) {
            return Ok(home.clone());
        }
        let home = Self { id, alive: Arc::new(AtomicBool::new(true)) };
        let sentinel = Sentinel(Arc::clone(&home.alive));
        // A runtime that is shutting down drops the task at once, and the home is born dead: right.
        drop(handle.spawn(async move {
            let _sentinel = sentinel;
            std::future::pending::<()>().await;
        }));
        homes.push(home.clone());
        Ok(home)
    }

    pub(super) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Acquire)
    }

    /// How a connection of this home stands to the runtime `here`.
    pub(super) fn relation(&self, here: Option<Id>) -> Relation {
        if !self.is_alive() {
            Relation::Gone
        } else if here == Some(self.id) {
            Relation::Here
        } else {
            Relation::Elsewhere
        }
    }
}

/// Held by the task that dies with its runtime.
struct Sentinel(Arc<AtomicBool>);

impl Drop for Sentinel {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
    }

    #[test]
    fn a_home_dies_with_its_runtime() {
        let first = runtime();
        let home = first.block_on(async { Home::current() }).expect("inside a runtime");
        let same = first.block_on(async { Home::current() }).expect("inside a runtime");
        assert!(Arc::ptr_eq(&home.alive, &same.alive), "one sentinel a runtime");
        assert_eq!(home.relation(first.block_on(async { here() })), Relation::Here);

        let second = runtime();
        let elsewhere = second.block_on(async { here() });
        assert_eq!(home.relation(elsewhere), Relation::Elsewhere);
        assert_eq!(home.relation(None), Relation::Elsewhere);

        drop(first);
        assert_eq!(home.relation(elsewhere), Relation::Gone);
        assert_eq!(home.relation(Some(home.id)), Relation::Gone, "an id used again proves nothing");
    }

    #[test]
    fn a_runtime_in_the_background_dies_too() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
        let home = runtime.block_on(async { Home::current() }).expect("inside a runtime");
        drop(runtime);
        assert!(!home.is_alive());
    }

    #[test]
    fn there_is_no_home_outside() {
        assert!(matches!(Home::current().expect_err("outside").kind(), ErrorKind::NoRuntime));
        assert_eq!(here(), None);
    }
}
