//! Reading one's own writes, where replicas lag behind.
//!
//! Who remembers is found when a write begins, in the task that writes. It is noted by a drop ([`Writing`]): so are writes
//! whose future is given up, of which nobody knows how far they came.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::scope::{self, Said, Within};
use super::shared::Shared;

/// Remembers what was written, so that reads which follow within a while go to the primary and find it.
///
/// A replica lags behind its primary. Inside [`scope`](Self::scope), once something was written to a database, its models
/// are read from the primary for as long as was said; other databases keep being read from their replicas. A clone
/// remembers the same: keep one for a session, and enter its scope in each request of it.
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// use std::time::Duration;
///
/// use orm::ReadYourWrites;
///
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 40)]
/// #     name: String,
/// # }
/// # async fn example() -> orm::Result<()> {
/// let writes = ReadYourWrites::new(Duration::from_secs(5));
/// writes
///     .scope(async {
///         let ann = User::objects().create(NewUser::new("ann")).await?;
///         User::objects().get(ann.id).await // from the primary
///     })
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ReadYourWrites(Arc<Memory>);

struct Memory {
    window: Duration,
    /// The last write to each database. There are few.
    last: Mutex<Vec<(Weak<Shared>, Instant)>>,
}

impl ReadYourWrites {
    /// Remembers a write for this long, from its end or from the commit of its transaction.
    ///
    /// Of a write that failed, was dropped before its end, or lost its connection, part may be there: it counts.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        Self(Arc::new(Memory { window, last: Mutex::default() }))
    }

    /// Runs `body`, and remembers what it writes: a future is awaited, a closure called by [`blocking`](Within::blocking).
    ///
    /// It holds for what the body awaits. What it spawns enters the scope of a clone to be part of it.
    pub fn scope<F>(&self, body: F) -> Within<F> {
        Within::new(Said::Writes(self.clone()), body)
    }

    /// Whether both are one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The database was written to.
    fn note(&self, database: &Arc<Shared>) {
        let (mut last, now) = (self.last(), Instant::now());
        last.retain(|(known, at)| {
            known.strong_count() > 0 && now.saturating_duration_since(*at) <= self.0.window
        });
        match last.iter_mut().find(|(known, _)| std::ptr::eq(known.as_ptr(), Arc::as_ptr(database))) {
            Some((_, at)) => *at = now,
            None => last.push((Arc::downgrade(database), now)),
        }
    }

    /// Whether it was, lately.
    pub(super) fn remembers(&self, database: &Arc<Shared>) -> bool {
        let now = Instant::now();
        self.last().iter().any(|(known, at)| {
            std::ptr::eq(known.as_ptr(), Arc::as_ptr(database))
                && now.saturating_duration_since(*at) <= self.0.window
        })
    }

    fn last(&self) -> MutexGuard<'_, Vec<(Weak<Shared>, Instant)>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write under way: noted when this is dropped, at its end or where it is given up.
#[derive(Debug)]
pub(crate) struct Writing {
    database: Arc<Shared>,
    told: Vec<ReadYourWrites>,
}

impl Writing {
    /// Of this task, if it has somebody who remembers.
    pub(crate) fn begin(database: &Arc<Shared>) -> Option<Box<Self>> {
        Self::telling(database, scope::remembering())
    }

    /// One that these are told of.
    pub(crate) fn telling(database: &Arc<Shared>, told: Vec<ReadYourWrites>) -> Option<Box<Self>> {
        (!told.is_empty()).then(|| Box::new(Self { database: Arc::clone(database), told }))
    }

    /// It is known that nothing was written.
    pub(crate) fn forget(mut self) {
        self.told.clear();
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.told.iter().for_each(|writes| writes.note(&self.database));
    }
}

impl fmt::Debug for ReadYourWrites {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadYourWrites").field("window", &self.0.window).finish_non_exhaustive()
    }
}
