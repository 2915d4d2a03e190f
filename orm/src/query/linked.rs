//! The rows on the other side of a many-to-many relation, of one row.

use std::fmt;
use std::marker::PhantomData;

use super::{Annotation, Push, QuerySet, Selection};
use crate::database::{Auto, Executor, Using};
use crate::exec::{Change, Job, Link, Run, key_values};
use crate::expr::{Agg, Condition, IntoPrefetch, Of, Ordering, Row, ToOne, Via};
use crate::model::{Bare, IntoKey, IntoKeys, Model, Table};
use crate::types::{Decode, Value};

/// The rows of `R` that a row is linked to by rows of `T`: `Post::tags.of(&post)`.
///
/// A query of them, which may be narrowed and read like any other; and the links themselves, which
/// [`add`](Self::add), [`remove`](Self::remove), [`set`](Self::set) and [`clear`](Self::clear) change.
///
/// # Examples
///
/// ```no_run
/// # use orm::prelude::*;
/// # #[derive(Model)]
/// # struct Tag {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 40)]
/// #     name: String,
/// # }
/// # #[derive(Model)]
/// # #[model(many_to_many(tags: Tag))]
/// # struct Post {
/// #     #[field(primary_key)]
/// #     id: i64,
/// # }
/// # async fn example(post: Post, rust: Tag) -> orm::Result<()> {
/// Post::tags.of(&post).add(&rust).await?;
/// let names = Post::tags.of(&post).order_by(Tag::name).select(Tag::name).all().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing happens until a terminal such as `.all()` or `.add(..)` is awaited"]
pub struct Linked<R, T, Ex = Auto> {
    query: QuerySet<R, R, Row, Ex>,
    via: Via,
    key: Value,
    of: Of<T>,
}

impl<R, T, Ex: Clone> Clone for Linked<R, T, Ex> {
    fn clone(&self) -> Self {
        Self { query: self.query.clone(), via: self.via, key: self.key.clone(), of: PhantomData }
    }
}

impl<R, T, Ex> fmt::Debug for Linked<R, T, Ex> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linked").field("query", &self.query).finish_non_exhaustive()
    }
}

impl<R: Model, T: Model> Linked<R, T> {
    pub(crate) fn new(start: &'static Table, via: Via, key: Value) -> Self {
        let query = QuerySet::new().filter_node(via.leads_to(R::TABLE, start, key.clone()));
        Self { query, via, key, of: PhantomData }
    }
}

impl<R: Model, T: Model, Ex> Linked<R, T, Ex> {
    /// Runs on this database, transaction or connection instead of the model's own.
    pub fn using<X: Using>(self, executor: X) -> Linked<R, T, X::Executor> {
        Linked { query: self.query.using(executor), via: self.via, key: self.key, of: PhantomData }
    }

    /// Links the row to these as well, and says to how many it was not linked before.
    ///
    /// Takes a row or a key, or anything to iterate over that gives rows or keys. What is linked already is left as
    /// it is, also where another connection does the same at this moment (which MySQL and MariaDB may then count
    /// too). The model between needs a unique key of its two foreign keys, and no values for other fields than
    /// `default`s give.
    ///
    /// # Errors
    ///
    /// A foreign key violation for a row that is not there, and then none is linked;
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) if the model between has no unique key of the two.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves all of the links or none.
    #[expect(clippy::should_implement_trait, reason = "what is added is said by its argument, not by `+`")]
    pub fn add<'c, K, I: IntoKeys<R, K>>(self, rows: I) -> Run<'c, u64>
    where
        T: Bare,
        Ex: Executor<'c>,
    {
        self.change(Change::Add { keys: rows.into_keys(), bare: T::bare })
    }

    /// Links the row to these no longer, and says to how many it was.
    ///
    /// Takes what [`add`](Self::add) takes. The rows themselves stay.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves all of the links or none.
    pub fn remove<'c, K, I: IntoKeys<R, K>>(self, rows: I) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        self.change(Change::Remove { keys: rows.into_keys() })
    }

    /// Links the row to exactly these, and says how many links were added and removed for that.
    ///
    /// Takes what [`add`](Self::add) takes. Links that stay are not touched, so that what else their rows hold stays
    /// too. All of it in one transaction.
    ///
    /// # Errors
    ///
    /// As for [`add`](Self::add).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing, or everything.
    pub fn set<'c, K, I: IntoKeys<R, K>>(self, rows: I) -> Run<'c, u64>
    where
        T: Bare,
        Ex: Executor<'c>,
    {
        self.change(Change::Set { keys: rows.into_keys(), bare: T::bare })
    }

    /// Links the row to nothing any more, and says how many links there were.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves all of the links or none.
    pub fn clear<'c>(self) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        self.change(Change::Clear)
    }

    fn change<'c>(self, change: Change) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        let link = Link { table: T::TABLE, via: self.via, key: self.key, change, read: key_values::<R::Key> };
        Run::affected(Job::Link(Box::new(link)), self.query.executor.target())
    }

    /// The linked rows as a query set.
    pub fn query(self) -> QuerySet<R, R, Row, Ex> {
        self.query
    }

    /// As [`QuerySet::filter`].
    pub fn filter<C: Condition<R>>(self, condition: C) -> QuerySet<R, R, Row, Ex> {
        self.query.filter(condition)
    }

    /// As [`QuerySet::exclude`].
    pub fn exclude<C: Condition<R>>(self, condition: C) -> QuerySet<R, R, Row, Ex> {
        self.query.exclude(condition)
    }

    /// As [`QuerySet::filter_opt`].
    pub fn filter_opt<V, C: Condition<R>>(
        self,
        value: Option<V>,
        condition: impl FnOnce(V) -> C,
    ) -> QuerySet<R, R, Row, Ex> {
        self.query.filter_opt(value, condition)
    }

    /// As [`QuerySet::order_by`].
    pub fn order_by<O: Ordering<R, Row>>(self, order: O) -> QuerySet<R, R, Row, Ex> {
        self.query.order_by(order)
    }

    /// As [`QuerySet::limit`].
    pub fn limit(self, rows: u64) -> QuerySet<R, R, Row, Ex> {
        self.query.limit(rows)
    }

    /// As [`QuerySet::select`].
    pub fn select<S, O>(self, values: S) -> QuerySet<R, O, Row, Ex>
    where
        S: Selection<R, Row, Out = O>,
    {
        self.query.select(values)
    }

    /// As [`QuerySet::annotate`].
    pub fn annotate<A, O>(self, values: A) -> QuerySet<R, O, Row, Ex>
    where
        A: Annotation<R, Row, R, Out = O>,
    {
        self.query.annotate(values)
    }

    /// As [`QuerySet::select_related`].
    pub fn select_related<P, L, O>(self, relation: P) -> QuerySet<R, O, Row, Ex>
    where
        P: ToOne<R, Loaded = L>,
        R: Push<L, Out = O>,
    {
        self.query.select_related(relation)
    }

    /// As [`QuerySet::prefetch_related`].
    pub fn prefetch_related<P, L, O>(self, relation: P) -> QuerySet<R, O, Row, Ex>
    where
        P: IntoPrefetch<R, Out = L>,
        L: Decode,
        R: Push<Vec<L>, Out = O>,
    {
        self.query.prefetch_related(relation)
    }

    /// As [`QuerySet::all`].
    pub fn all<'c>(self) -> Run<'c, Vec<R>>
    where
        Ex: Executor<'c>,
    {
        self.query.all()
    }

    /// As [`QuerySet::first`].
    pub fn first<'c>(self) -> Run<'c, Option<R>>
    where
        Ex: Executor<'c>,
    {
        self.query.first()
    }

    /// As [`QuerySet::one`].
    pub fn one<'c>(self) -> Run<'c, R>
    where
        Ex: Executor<'c>,
    {
        self.query.one()
    }

    /// As [`QuerySet::get`]: a linked row by its key.
    pub fn get<'c, K: IntoKey<R>>(self, key: K) -> Run<'c, R>
    where
        Ex: Executor<'c>,
    {
        self.query.get(key)
    }

    /// As [`QuerySet::get_or_none`]: a linked row by its key, or whether it is one.
    pub fn get_or_none<'c, K: IntoKey<R>>(self, key: K) -> Run<'c, Option<R>>
    where
        Ex: Executor<'c>,
    {
        self.query.get_or_none(key)
    }

    /// As [`QuerySet::count`].
    pub fn count<'c>(self) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        self.query.count()
    }

    /// As [`QuerySet::exists`].
    pub fn exists<'c>(self) -> Run<'c, bool>
    where
        Ex: Executor<'c>,
    {
        self.query.exists()
    }

    /// As [`QuerySet::aggregate`].
    pub fn aggregate<'c, S, O: Decode>(self, values: S) -> Run<'c, O>
    where
        S: Selection<R, Agg, Out = O>,
        Ex: Executor<'c>,
    {
        self.query.aggregate(values)
    }
}
