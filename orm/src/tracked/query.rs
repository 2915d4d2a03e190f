//! Queries that give tracked rows.

use super::Tracked;
use crate::database::Executor;
use crate::exec::{self, Job, Run};
use crate::expr::Row;
use crate::model::{Insert as _, IntoNew, Model, Values};
use crate::query::QuerySet;

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Gives rows that know where they came from and what they were: see [`Tracked`]. To be said before
    /// [`select_related`](Self::select_related) and [`prefetch_related`](Self::prefetch_related) add to them.
    pub fn tracked(self) -> QuerySet<M, Tracked<M>, Row, Ex> {
        self.cast()
    }
}

impl<M: Model, Ex> QuerySet<M, Tracked<M>, Row, Ex> {
    /// Inserts a row, and gives it as the database holds it, to be changed and saved.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the row inserted or not, never half.
    pub fn create<'c, N: IntoNew<M>>(self, new: N) -> Run<'c, Tracked<M>>
    where
        Ex: Executor<'c>,
    {
        let mut values = Values::default();
        new.into_new().values(&mut values);
        let job = Job::Create { table: M::TABLE, values };
        Run::rows_of(job, self.executor.target(), exec::one::<Tracked<M>>())
    }
}
