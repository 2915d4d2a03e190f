//! Terminals that insert a row, or change the one that is there.
//!
//! `key` says by which key, `run` holds what else may be said before it runs.

mod key;
mod run;

use std::fmt;
use std::marker::PhantomData;

use super::QuerySet;
use crate::database::{Auto, Executor, Target, To, Using};
use crate::error::{Error, Result};
use crate::exec::{self, Act, Finish, Job, Run};
use crate::expr::{Assignments, Many, Of, One, Row};
use crate::model::{Field, Insert, IntoNew, Model, Table, Values};
use crate::plan::Select;

pub use key::UniqueKey;
use key::{invalid, stays, unique_key};
pub use run::{Leaves, Updates};

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Inserts a row, unless one with its key is there: that one is changed, or left as it is. Gives the row as the
    /// database holds it then.
    ///
    /// [`on_conflict`](Upsert::on_conflict) names the key, [`update`](OnConflict::update) or
    /// [`do_nothing`](OnConflict::do_nothing) what becomes of the row that is there. The same on every backend:
    ///
    /// - Only the row with this key is ever changed. If the new row agrees with another one in another unique key, that
    ///   is a unique violation, and nothing is changed.
    /// - Nobody comes in between, in whatever transaction it runs. One that sees only what was there when it began
    ///   (PostgreSQL above read committed) ends with
    ///   [`ErrorKind::Serialization`](crate::ErrorKind::Serialization), and is to be begun anew, if the row is newer.
    /// - The new row has to be one that could be inserted: its checks and required values are looked at first.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the row inserted, changed, or as it was, never half.
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
    /// #     #[field(default = 0)]
    /// #     visits: i32,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let ann = User::objects()
    ///     .upsert(NewUser::new("ann").age(30))
    ///     .on_conflict(User::username)
    ///     .update((User::age.set(User::age.excluded()), User::visits.set(User::visits + 1)))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn upsert<N: IntoNew<M>>(self, new: N) -> Upsert<M, One, Ex> {
        let mut values = Values::default();
        new.into_new().values(&mut values);
        Upsert { values, refused: not_plain(&self.select), executor: self.executor, of: PhantomData }
    }

    /// Inserts many rows, all or none; rows whose key is there are changed, or left as they are. Says how many rows
    /// were inserted or changed.
    ///
    /// As for [`upsert`](Self::upsert), for each row. Rows are sent in as few statements as the backend allows, in one
    /// transaction if there are several, and in the order of their keys. Of rows with the same key each finds what the
    /// one before it left. On MySQL and MariaDB each row is a few statements if the model has another unique key that
    /// it may be in the way by, or if there are conditions.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future before the end leaves everything as it was.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "stocks", primary_key(shop, item))]
    /// # struct Stock {
    /// #     shop: i64,
    /// #     item: i64,
    /// #     amount: i64,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let delivered = (0..1_000).map(|item| NewStock::new(7, item, 10));
    /// let changed = Stock::objects()
    ///     .bulk_upsert(delivered)
    ///     .on_conflict((Stock::shop, Stock::item))
    ///     .update(Stock::amount.set(Stock::amount + Stock::amount.excluded()))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk_upsert<I>(self, items: I) -> Upsert<M, Many, Ex>
    where
        I: IntoIterator,
        I::Item: IntoNew<M>,
    {
        let mut values = Values::default();
        for new in items {
            new.into_new().values(&mut values);
        }
        Upsert { values, refused: not_plain(&self.select), executor: self.executor, of: PhantomData }
    }
}

/// New rows that may be there already: [`on_conflict`](Self::on_conflict) says by which key.
#[must_use = "nothing happens until it is said what becomes of a row that is there, and that is awaited"]
pub struct Upsert<M, N = One, Ex = Auto> {
    values: Values,
    refused: Option<Error>,
    executor: Ex,
    of: Of<(M, N)>,
}

impl<M: Model, N, Ex> fmt::Debug for Upsert<M, N, Ex> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upsert").field("model", &M::TABLE.model).finish_non_exhaustive()
    }
}

impl<M: Model, N, Ex> Upsert<M, N, Ex> {
    /// Runs on this database, transaction or connection instead of the model's own.
    pub fn using<X: Using>(self, executor: X) -> Upsert<M, N, X::Executor> {
        Upsert { values: self.values, refused: self.refused, executor: executor.executor(), of: PhantomData }
    }

    /// The unique key by which rows are one and the same: a column or a tuple of columns.
    ///
    /// A new row whose key is NULL, or is made by the database, is no other's, and is inserted.
    ///
    /// # Errors
    ///
    /// Of what is run in the end: [`ErrorKind::NotUnique`](crate::ErrorKind::NotUnique), which names the keys that
    /// there are, if these columns are none; [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) if the new
    /// row leaves one of them to a default of the database. Nothing is sent then.
    pub fn on_conflict<K: UniqueKey<M>>(self, key: K) -> OnConflict<M, N, Ex> {
        let mut nodes = Vec::new();
        key.push_key(&mut nodes);
        let Self { values, refused, executor, .. } = self;
        let key = match refused {
            Some(error) => Err(error),
            None => unique_key(M::TABLE, &nodes),
        };
        OnConflict { values, key, executor, of: PhantomData }
    }
}

/// New rows that may be there already by a key.
#[must_use = "nothing happens until it is said what becomes of a row that is there, and that is awaited"]
pub struct OnConflict<M, N = One, Ex = Auto> {
    values: Values,
    key: Result<Vec<&'static Field>>,
    executor: Ex,
    of: Of<(M, N)>,
}

impl<M: Model, N, Ex> fmt::Debug for OnConflict<M, N, Ex> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnConflict").field("model", &M::TABLE.model).finish_non_exhaustive()
    }
}

impl<M: Model, N, Ex> OnConflict<M, N, Ex> {
    /// Runs on this database, transaction or connection instead of the model's own.
    pub fn using<X: Using>(self, executor: X) -> OnConflict<M, N, X::Executor> {
        OnConflict { values: self.values, key: self.key, executor: executor.executor(), of: PhantomData }
    }

    fn changed<'c, T, A: Assignments<M>>(
        self,
        set: A,
        many: bool,
        finish: Finish<T>,
    ) -> Run<'c, T, Updates<M>>
    where
        Ex: Executor<'c>,
    {
        let mut assignments = Vec::new();
        set.push_assignments(&mut assignments);
        exec::touch(M::TABLE, &mut assignments);
        let key = self.key.and_then(|key| stays(&key, &assignments).map(|()| key));
        let act = Act::Change { set: assignments, filter: Vec::new() };
        said(M::TABLE, self.values, key, act, many, self.executor.target(), finish)
    }
}

impl<M: Model, Ex> OnConflict<M, One, Ex> {
    /// Changes the row that is there. Gives the row as the database holds it then.
    ///
    /// A column stands for what that row holds, [`excluded`](crate::Column::excluded) of it for what the new one has.
    /// Fields with `auto_now` are set too, those with `auto_now_add` are not. [`filter`](Run::filter) behind it says
    /// under which conditions, [`created`](Run::created) asks whether the row is new.
    ///
    /// # Errors
    ///
    /// Those of [`create`](QuerySet::create) and of [`update`](QuerySet::update); a unique violation if the row agrees
    /// with another one in another key. [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) if a column of the
    /// key is set to anything else than its own `excluded()`.
    pub fn update<'c, A: Assignments<M>>(self, set: A) -> Run<'c, M, Updates<M>>
    where
        Ex: Executor<'c>,
    {
        self.changed(set, false, exec::one::<M>())
    }

    /// Leaves the row that is there as it is. Gives the row as the database holds it.
    ///
    /// [`created`](Run::created) behind it asks whether the row is new.
    ///
    /// # Errors
    ///
    /// Those of [`create`](QuerySet::create); a unique violation if the row agrees with another one in another key.
    pub fn do_nothing<'c>(self) -> Run<'c, M, Leaves<M>>
    where
        Ex: Executor<'c>,
    {
        said(M::TABLE, self.values, self.key, Act::Leave, false, self.executor.target(), exec::one::<M>())
    }
}

impl<M: Model, Ex> OnConflict<M, Many, Ex> {
    /// Changes the rows that are there. Says how many were inserted or changed.
    ///
    /// A column stands for what the row that is there holds, [`excluded`](crate::Column::excluded) of it for what the
    /// new one has. Fields with `auto_now` are set too, those with `auto_now_add` are not. [`filter`](Run::filter)
    /// behind it says under which conditions, [`returning`](Run::returning) asks for the rows.
    ///
    /// # Errors
    ///
    /// Those of [`bulk_create`](QuerySet::bulk_create) and of [`update`](QuerySet::update); a unique violation if a
    /// row agrees with another one in another key. [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) if a
    /// column of the key is set to anything else than its own `excluded()`.
    pub fn update<'c, A: Assignments<M>>(self, set: A) -> Run<'c, u64, Updates<M>>
    where
        Ex: Executor<'c>,
    {
        self.changed(set, true, exec::affected())
    }

    /// Leaves the rows that are there as they are. Says how many were inserted; [`returning`](Run::returning) behind it
    /// asks for the rows.
    ///
    /// # Errors
    ///
    /// Those of [`bulk_create`](QuerySet::bulk_create); a unique violation if a row agrees with another one in another
    /// key.
    pub fn do_nothing<'c>(self) -> Run<'c, u64, Leaves<M>>
    where
        Ex: Executor<'c>,
    {
        said(M::TABLE, self.values, self.key, Act::Leave, true, self.executor.target(), exec::affected())
    }
}

/// Not generic over the executor: what is run, or why it is not.
fn said<'c, T, S>(
    table: &'static Table,
    values: Values,
    key: Result<Vec<&'static Field>>,
    act: Act,
    many: bool,
    target: Target<'c>,
    finish: Finish<T>,
) -> Run<'c, T, S> {
    match key {
        Ok(key) => {
            let upsert = exec::Upsert { table, values, key, act, told: false, many };
            Run::said(Job::Upsert(Box::new(upsert)), target, finish)
        }
        Err(error) => Run::said(Job::Refused(error.with_model(table.model)), Target::from(To::Auto), finish),
    }
}

/// Why a query cannot be what new rows go to.
fn not_plain(select: &Select) -> Option<Error> {
    let bounded = select.limit.is_some() || select.offset.is_some() || select.distinct;
    (bounded || !select.filter.is_empty()).then(|| {
        invalid("an upsert of a filtered, limited or distinct query: say the condition behind `update(..)`")
    })
}
