//! Terminals that find a row, or insert it.

use super::QuerySet;
use crate::database::Executor;
use crate::database::{Target, To};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, GetOrCreate, Job, Run};
use crate::expr::{Assignments, Node, Row};
use crate::model::{Field, Insert, IntoNew, Model, Table, Values};
use crate::plan::check::is_always;
use crate::plan::{Select, same_field};

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Reads the row that the query finds, or inserts this one. Gives the row, and whether it was inserted.
    ///
    /// Who does the same at the same moment gets the same row, and one of them is told that it is new, on every backend
    /// and in whatever transaction, which is not broken by it. For that, the query has to find the row by a unique key
    /// whose values the new row has: only a unique key keeps two from inserting. In a transaction that sees only what was
    /// there when it began (PostgreSQL above read committed) a row that is newer is
    /// [`ErrorKind::Serialization`]: begin it anew.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MultipleObjects`] if the query finds several rows; [`ErrorKind::InvalidQuery`] for a query without a
    /// filter, with one that is empty at run time, or with a limit; those of [`create`](Self::create), a unique
    /// violation if it is another row that has a key of the new one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the row inserted or not, never half.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 80, unique)]
    /// #     username: String,
    /// #     age: Option<i32>,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let (ann, created) =
    ///     User::objects().filter(User::username.eq("ann")).get_or_create(NewUser::new("ann").age(30)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_or_create<'c, N: IntoNew<M>>(self, new: N) -> Run<'c, (M, bool)>
    where
        Ex: Executor<'c>,
    {
        let mut values = Values::default();
        new.into_new().values(&mut values);
        self.find_or(values, Vec::new(), Ok(()))
    }

    /// Changes the row that the query finds, or inserts this one. Gives the row as the database holds it then, and
    /// whether it was inserted.
    ///
    /// As for [`get_or_create`](Self::get_or_create). In what is set, a column stands for what the row that is there
    /// holds, [`excluded`](crate::Column::excluded) of it for what the new one has.
    ///
    /// # Errors
    ///
    /// Those of [`get_or_create`](Self::get_or_create) and of [`update`](Self::update);
    /// [`ErrorKind::InvalidQuery`] if the primary key is set, or nothing.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the row inserted, changed, or as it was.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 80, unique)]
    /// #     username: String,
    /// #     visits: i32,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let (ann, created) = User::objects()
    ///     .filter(User::username.eq("ann"))
    ///     .update_or_create(NewUser::new("ann", 1), User::visits.set(User::visits + 1))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_or_create<'c, N, A>(self, new: N, set: A) -> Run<'c, (M, bool)>
    where
        N: IntoNew<M>,
        A: Assignments<M>,
        Ex: Executor<'c>,
    {
        let mut values = Values::default();
        new.into_new().values(&mut values);
        let mut assignments = Vec::new();
        set.push_assignments(&mut assignments);
        exec::touch(M::TABLE, &mut assignments);
        let settable = settable(M::TABLE, &assignments);
        self.find_or(values, assignments, settable)
    }

    fn find_or<'c>(
        self,
        values: Values,
        set: Vec<(&'static Field, Node)>,
        settable: Result<()>,
    ) -> Run<'c, (M, bool)>
    where
        Ex: Executor<'c>,
    {
        let table = M::TABLE;
        let finish = exec::one_and_created::<M>();
        if let Err(error) = finds_one(&self.select).and(settable) {
            let refused = Job::Refused(error.with_model(table.model));
            return Run::said(refused, Target::from(To::Auto), finish);
        }
        let filter = self.select.filter;
        let wanted = GetOrCreate { table, filter, values, set, read: exec::key_values::<M::Key> };
        Run::said(Job::GetOrCreate(Box::new(wanted)), self.executor.target(), finish)
    }
}

/// Refuses a query that does not say which row is meant.
fn finds_one(select: &Select) -> Result<()> {
    if select.filter.iter().all(is_always) {
        return Err(invalid("no filter says which row is meant, if there is one"));
    }
    if select.limit.is_some() || select.offset.is_some() || select.distinct {
        return Err(invalid("a limited or distinct query, where a filter says which row is meant"));
    }
    if select.lock.is_some() {
        return Err(invalid(
            "a query with a lock, where the row is found or made in a transaction of its own",
        ));
    }
    Ok(())
}

/// Refuses assignments by which the row would not be found again.
fn settable(table: &'static Table, set: &[(&'static Field, Node)]) -> Result<()> {
    if set.is_empty() {
        return Err(invalid("an update that sets nothing"));
    }
    let key = set.iter().find(|(field, _)| table.primary_key.iter().any(|key| same_field(key, field)));
    match key {
        Some((field, _)) => {
            let reason = "part of the primary key, by which the row is found: it cannot be set here";
            Err(invalid(reason).with_field(field.name))
        }
        None => Ok(()),
    }
}

#[cold]
fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() })
}
