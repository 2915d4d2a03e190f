//! Queries that lock the rows they give.

use super::QuerySet;
use crate::expr::{Row, ToOne};
use crate::model::Model;
use crate::plan::Output;
use crate::plan::lock::{Lock, Strength, Wait};

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Locks the rows that it gives, until the transaction ends: others can neither change nor lock them meanwhile.
    ///
    /// The rows are read as they are when the lock is there, not as the transaction has seen them before. Rows that others
    /// have locked are waited for, unless [`skip_locked`](Self::skip_locked) or [`nowait`](Self::nowait) says otherwise.
    /// Rows of relations are not locked, but for those that [`lock_related`](Self::lock_related) names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery), before any SQL is sent, outside of a transaction, where a
    /// lock would end with the statement (but for a connection of the caller's, of which that is not known); in a query of distinct or grouped rows, or within another; in `count`, `exists`,
    /// `aggregate` and writes. [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on SQLite, which locks no rows
    /// ([`if_supported`](Self::if_supported) lets it be), and on MariaDB where tables are joined that are not named: it
    /// would lock their rows as well.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "jobs")]
    /// # struct Work {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     done: bool,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// // One of the jobs that nobody works on.
    /// orm::atomic(async |_tx| {
    ///     let waiting = Work::objects().filter(Work::done.eq(false)).order_by(Work::id);
    ///     if let Some(work) = waiting.for_update().skip_locked().first().await? {
    ///         Work::objects().filter(Work::id.eq(work.id)).update(Work::done.set(true)).await?;
    ///     }
    ///     Ok::<_, orm::Error>(())
    /// })
    /// .await
    /// # }
    /// ```
    pub fn for_update(self) -> Self {
        self.locked(Strength::Update)
    }

    /// Locks the rows that it gives against changes, until the transaction ends: others can read them, and lock them so too.
    ///
    /// Otherwise as [`for_update`](Self::for_update); what is said last counts.
    ///
    /// # Errors
    ///
    /// As for [`for_update`](Self::for_update).
    pub fn for_share(self) -> Self {
        self.locked(Strength::Share)
    }

    /// Leaves out the rows that others have locked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) together with [`nowait`](Self::nowait), and without a
    /// lock.
    pub fn skip_locked(self) -> Self {
        self.waits(Wait::Skip)
    }

    /// Fails at once if others have locked one of the rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Busy`](crate::ErrorKind::Busy) then. [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery)
    /// together with [`skip_locked`](Self::skip_locked), and without a lock.
    pub fn nowait(self) -> Self {
        self.waits(Wait::Fail)
    }

    /// Locks the rows as well that a foreign key leads to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on PostgreSQL along a foreign key that may be NULL.
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) for the far side of a one-to-one, which is a query of its
    /// own, and without a lock.
    pub fn lock_related<P: ToOne<M>>(self, relation: P) -> Self {
        let output = relation.output();
        self.lock(|lock| match output {
            Output::Model(path) => lock.related.push(path),
            Output::Far(..) | Output::There(_) | Output::Expr(_) => lock.far = true,
        })
    }

    /// Locks as well as the backend can: nothing on SQLite, more on MariaDB where tables are joined, less on PostgreSQL where
    /// related rows may be absent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) without a lock.
    pub fn if_supported(self) -> Self {
        self.lock(|lock| lock.if_supported = true)
    }

    fn locked(self, strength: Strength) -> Self {
        self.lock(|lock| lock.strength = Some(strength))
    }

    fn waits(self, wait: Wait) -> Self {
        self.lock(|lock| {
            lock.wait = if lock.wait == Wait::Block || lock.wait == wait { wait } else { Wait::Both }
        })
    }

    fn lock(mut self, say: impl FnOnce(&mut Lock)) -> Self {
        say(self.select.lock.get_or_insert_with(|| Box::new(Lock::NONE)));
        self
    }
}
