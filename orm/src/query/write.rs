//! Terminals that write.

use super::QuerySet;
use crate::database::Executor;
use crate::exec::{self, Job, Run};
use crate::expr::{Assignments, Node, Row};
use crate::model::{Field, Insert, IntoNew, Model, Patch, Values};
use crate::plan::{Delete, Plan, Update};

/// Stands for an insert of many rows: see the methods of [`Run`].
#[derive(Debug)]
pub enum Inserts {}

impl<'c> Run<'c, u64, Inserts> {
    /// Leaves out the rows that agree in a unique key, whichever it is, with one that is there or with one before them,
    /// and says how many were inserted.
    ///
    /// Every other error stays one: a missing row that a foreign key refers to, a check, a text that is too long.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct Tag {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 40, unique)]
    /// #     name: String,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let tags = ["rust", "sql", "rust"].map(NewTag::new);
    /// let new = Tag::objects().bulk_create(tags).ignore_conflicts().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn ignore_conflicts(self) -> Self {
        self.change(|job| {
            if let Job::BulkCreate { leave_out, .. } = job {
                *leave_out = true;
            }
        })
    }
}

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Inserts a row and gives it as the database holds it.
    ///
    /// A row with an explicit key is followed by automatic keys behind it, on every backend.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the row inserted or not, never half.
    pub fn create<'c, N: IntoNew<M>>(self, new: N) -> Run<'c, M>
    where
        Ex: Executor<'c>,
    {
        let mut values = Values::default();
        new.into_new().values(&mut values);
        Run::rows_of(Job::Create { table: M::TABLE, values }, self.executor.target(), exec::one::<M>())
    }

    /// Inserts many rows, all or none, and says how many.
    ///
    /// Rows are sent in as few statements as the backend's limits allow, in one transaction if there are
    /// several.
    ///
    /// [`ignore_conflicts`](Run::ignore_conflicts) behind it leaves rows out whose keys are there already.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before the end leaves none of the rows.
    pub fn bulk_create<'c, I>(self, items: I) -> Run<'c, u64, Inserts>
    where
        I: IntoIterator,
        I::Item: IntoNew<M>,
        Ex: Executor<'c>,
    {
        let mut values = Values::default();
        for new in items {
            new.into_new().values(&mut values);
        }
        let job = Job::BulkCreate { table: M::TABLE, values, leave_out: false };
        Run::said(job, self.executor.target(), exec::affected())
    }

    /// Changes the rows of the query and says how many they are, changed in fact or not.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnfilteredWrite`](crate::ErrorKind::UnfilteredWrite) without a filter, or with one that
    /// is empty at run time: [`update_all`](Self::update_all) means every row.
    pub fn update<'c, A: Assignments<M>>(self, set: A) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        let mut assignments = Vec::new();
        set.push_assignments(&mut assignments);
        self.write(assignments, false)
    }

    /// Changes the rows of the query, all of the table without a filter, and says how many they are.
    pub fn update_all<'c, A: Assignments<M>>(self, set: A) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        let mut assignments = Vec::new();
        set.push_assignments(&mut assignments);
        self.write(assignments, true)
    }

    /// Changes the fields that a patch gives, in the rows of the query, and says how many they are.
    ///
    /// # Errors
    ///
    /// As for [`update`](Self::update).
    pub fn patch<'c>(self, patch: M::Patch) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        let mut values = Vec::new();
        patch.values(&mut values);
        let assignments = values.into_iter().map(|(field, value)| (field, Node::Value(value))).collect();
        self.write(assignments, false)
    }

    fn write<'c>(self, mut set: Vec<(&'static Field, Node)>, all: bool) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        exec::touch(M::TABLE, &mut set);
        let plan = Plan::Update(Box::new(Update { select: *self.select, set, all }));
        Run::affected(Job::Plan(plan), self.executor.target())
    }

    /// Deletes the rows of the query and says how many they were.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnfilteredWrite`](crate::ErrorKind::UnfilteredWrite) without a filter, or with one that
    /// is empty at run time: [`delete_all`](Self::delete_all) means every row.
    pub fn delete<'c>(self) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        let plan = Plan::Delete(Box::new(Delete { select: *self.select, all: false }));
        Run::affected(Job::Plan(plan), self.executor.target())
    }

    /// Deletes the rows of the query, all of the table without a filter, and says how many they were.
    pub fn delete_all<'c>(self) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        let plan = Plan::Delete(Box::new(Delete { select: *self.select, all: true }));
        Run::affected(Job::Plan(plan), self.executor.target())
    }
}
