//! Another database for the models of a task.

use std::fmt;
use std::future::{Future, IntoFuture};

use super::scope::{self, Said, Scoped};
use super::using::{Auto, Using};
use crate::model::{Model, Table};

/// Runs `body` with another database in the place of the one that models say themselves: of the database of their
/// `Meta`, of `"default"`, and of what a router says. For tests, and for code that is to know nothing of tenants.
///
/// Takes what `.using(..)` takes, without lent connections. A future is awaited; a closure, for threads without a
/// runtime, is called by [`blocking`](WithDatabase::blocking). Everything in it follows that says nothing else: queries,
/// writes, related rows, [`atomic`](crate::atomic) and [`begin`](crate::begin), [`db::create_all`](crate::db::create_all).
/// A query that says `.using(..)` itself goes where it says, an alias included: to have another database behind a name,
/// give that name to the other database. An inner `with_database` goes before an outer one.
///
/// It holds for what the body awaits, never for what it spawns, and other tasks do not notice.
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// #[derive(Model)]
/// #[model(table = "users")]
/// struct User {
///     #[field(primary_key)]
///     id: i64,
///     #[field(max_length = 40)]
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let db = Database::open("test", "sqlite::memory:").await?;
/// db.create_tables(&[User::TABLE]).await?;
/// let count = orm::with_database(&db, async {
///     User::objects().create(NewUser::new("ann")).await?;
///     User::objects().count().await
/// })
/// .await?;
/// assert_eq!(count, 1);
/// # Ok(())
/// # }
/// ```
pub fn with_database<X: Using<Executor = Auto>, F>(database: X, body: F) -> WithDatabase<F> {
    WithDatabase { on: database.executor(), only: None, body }
}

/// A future or a closure for which models are on another database: `.await` it, or call
/// [`blocking`](WithDatabase::blocking). See [`with_database`].
#[must_use = "nothing happens until it is awaited, or `.blocking()` is called"]
pub struct WithDatabase<F> {
    on: Auto,
    only: Option<Vec<&'static Table>>,
    body: F,
}

impl<F> WithDatabase<F> {
    /// For these models alone: `.models::<(User, Tweet)>()`. Said twice, for the models of both.
    ///
    /// The model between of a many-to-many relation is one of its own. `atomic` and `begin` name no model: with models
    /// named here they stay on `"default"`, unless they say `.using(..)`.
    pub fn models<M: Models>(mut self) -> Self {
        self.only.get_or_insert_default().extend(M::tables());
        self
    }

    fn said(self) -> (Said, F) {
        (Said::Database { on: self.on, only: self.only.map(Into::into) }, self.body)
    }

    /// Calls the closure on this thread. What it runs, it runs with `.blocking()`.
    pub fn blocking<T>(self) -> T
    where
        F: FnOnce() -> T,
    {
        let (said, body) = self.said();
        scope::call(said, body)
    }
}

impl<F: Future> IntoFuture for WithDatabase<F> {
    type Output = F::Output;
    type IntoFuture = Scoped<F>;

    fn into_future(self) -> Scoped<F> {
        let (said, body) = self.said();
        Scoped::new(said, body)
    }
}

impl<F> fmt::Debug for WithDatabase<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithDatabase").field("on", &self.on).finish_non_exhaustive()
    }
}

/// A model, or several as a tuple of up to twelve.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no models",
    note = "write a model, or a tuple of models: `.models::<(User, Tweet)>()`"
)]
pub trait Models {
    /// Their metadata.
    fn tables() -> Vec<&'static Table>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Models for M {
    fn tables() -> Vec<&'static Table> {
        vec![M::TABLE]
    }
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$first: Model, $($rest: Model),*> Models for ($first, $($rest,)*) {
            fn tables() -> Vec<&'static Table> {
                vec![$first::TABLE, $($rest::TABLE),*]
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L);
