//! What `prefetch_related` takes: relations whose rows are to be loaded.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Condition, Of, Ordering, Related, Relation, Row, ToOne, Via};
use crate::exec::{Branch, Exact, Job, Reached, Run, lists, lists_of};
use crate::model::{Key, Model, RowOf};
use crate::query::{Annotation, Push, QuerySet};
use crate::tracked::Tracked;
use crate::types::Decode;

/// Related rows that are to be loaded: which, in which order, how many for each row, and what of theirs.
///
/// Begun by a relation: `User::posts.order_by(..)`, `User::posts.limit(3)`, `User::posts.with(Post::comments)`. Given to
/// [`prefetch_related`](QuerySet::prefetch_related) or [`with`](Self::with), or loaded for rows at hand by
/// [`load`](Self::load). `Out` is what each related row gives.
#[must_use = "nothing is loaded until it is given to `prefetch_related`, or `.load(..)` is awaited"]
pub struct Prefetch<M, R, Out = R> {
    name: &'static str,
    via: Via,
    query: QuerySet<R, Out>,
    of: Of<M>,
}

impl<M, R, Out> Clone for Prefetch<M, R, Out> {
    fn clone(&self) -> Self {
        Self { name: self.name, via: self.via, query: self.query.clone(), of: PhantomData }
    }
}

impl<M, R, Out> fmt::Debug for Prefetch<M, R, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prefetch").field("relation", &self.name).finish_non_exhaustive()
    }
}

impl<M, R, Out> Prefetch<M, R, Out> {
    pub(super) fn new(name: &'static str, via: Via, query: QuerySet<R, Out>) -> Self {
        Self { name, via, query, of: PhantomData }
    }

    fn change<O>(self, change: impl FnOnce(QuerySet<R, Out>) -> QuerySet<R, O>) -> Prefetch<M, R, O> {
        Prefetch::new(self.name, self.via, change(self.query))
    }
}

impl<M: Model, R: Model, Out> Prefetch<M, R, Out> {
    /// Only related rows that fulfil the condition. Several must all be fulfilled.
    pub fn filter<C: Condition<R>>(self, condition: C) -> Self {
        self.change(|query| query.filter(condition))
    }

    /// Only related rows that do not fulfil the condition.
    pub fn exclude<C: Condition<R>>(self, condition: C) -> Self {
        self.change(|query| query.exclude(condition))
    }

    /// A filter where there is a value for it, none otherwise.
    pub fn filter_opt<V, C: Condition<R>>(self, value: Option<V>, condition: impl FnOnce(V) -> C) -> Self {
        self.change(|query| query.filter_opt(value, condition))
    }

    /// Orders the related rows of each row; those that are alike go by primary key. A second call adds further keys
    /// behind those of the first.
    pub fn order_by<O: Ordering<R, Row>>(self, order: O) -> Self {
        self.change(|query| query.order_by(order))
    }

    /// At most so many related rows for each row: the first in order.
    pub fn limit(self, rows: u64) -> Self {
        self.change(|query| query.limit(rows))
    }

    /// Without the first so many related rows of each row.
    pub fn offset(self, rows: u64) -> Self {
        self.change(|query| query.offset(rows))
    }

    /// Gives the row that a foreign key of the related row leads to as well, in the same statement.
    pub fn select_related<P, L, O>(self, relation: P) -> Prefetch<M, R, O>
    where
        P: ToOne<R, Loaded = L>,
        Out: Push<L, Out = O>,
    {
        self.change(|query| query.select_related(relation))
    }

    /// Gives these expressions of the related row too.
    pub fn annotate<A, O>(self, values: A) -> Prefetch<M, R, O>
    where
        A: Annotation<R, Row, Out, Out = O>,
    {
        self.change(|query| query.annotate(values))
    }

    /// Gives what is related to the related row as well: one more statement.
    pub fn with<P, L, O>(self, relation: P) -> Prefetch<M, R, O>
    where
        P: IntoPrefetch<R, Out = L>,
        L: Decode,
        Out: Push<Vec<L>, Out = O>,
    {
        self.change(|query| query.prefetch_related(relation))
    }

    /// Loads what is related to rows at hand: a list for each of them, in their order.
    ///
    /// One statement for all of them, and one for each relation below, as with
    /// [`prefetch_related`](QuerySet::prefetch_related); none for no rows. It runs on the database of the related rows'
    /// model, unless [`using`](Run::using) says otherwise.
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
    /// # }
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(related_name = posts)]
    /// #     author: ForeignKey<User>,
    /// #     likes: i32,
    /// # }
    /// # async fn example(users: Vec<User>) -> orm::Result<()> {
    /// let best: Vec<Vec<Post>> = User::posts.order_by(Post::likes.desc()).limit(3).load(&users).await?;
    /// for (user, posts) in users.iter().zip(best) {
    ///     // ..
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn load<'c, I>(self, rows: I) -> Run<'c, Vec<Vec<Out>>>
    where
        I: IntoIterator,
        I::Item: RowOf<M>,
        Out: Decode,
    {
        let keys: Vec<_> = rows.into_iter().map(|row| Exact::of(row.row().key().key_value())).collect();
        let finish = lists_of(keys.len());
        Run::on_its_own(Job::Reached(Box::new(Reached::new(self.branch(), keys))), finish)
    }

    fn branch(self) -> Arc<Branch>
    where
        Out: Decode,
    {
        let (select, branches) = self.query.into_parts();
        let (name, via) = (self.name, self.via);
        Arc::new(Branch { name, start: M::TABLE, via, select: *select, branches, lists: lists::<Out> })
    }
}

impl<M: Model, R: Model> Prefetch<M, R> {
    /// Gives related rows that know where they came from and what they were: see [`Tracked`].
    pub fn tracked(self) -> Prefetch<M, R, Tracked<R>> {
        self.change(QuerySet::tracked)
    }
}

impl<M: Model, R: Model, C> Relation<M, R, C> {
    /// The related rows as such that know where they came from and what they were, to be loaded: see [`Tracked`].
    pub fn tracked(self) -> Prefetch<M, R, Tracked<R>> {
        self.prefetch().tracked()
    }

    /// The related rows in this order, to be loaded.
    pub fn order_by<O: Ordering<R, Row>>(self, order: O) -> Prefetch<M, R> {
        self.prefetch().order_by(order)
    }

    /// At most so many related rows for each row, to be loaded.
    pub fn limit(self, rows: u64) -> Prefetch<M, R> {
        self.prefetch().limit(rows)
    }

    /// The related rows without the first so many of each row, to be loaded.
    pub fn offset(self, rows: u64) -> Prefetch<M, R> {
        self.prefetch().offset(rows)
    }

    /// The related rows, each with the row that a foreign key of its own leads to, to be loaded.
    pub fn select_related<P, L, O>(self, relation: P) -> Prefetch<M, R, O>
    where
        P: ToOne<R, Loaded = L>,
        R: Push<L, Out = O>,
    {
        self.prefetch().select_related(relation)
    }

    /// The related rows, each with these expressions, to be loaded.
    pub fn annotate<A, O>(self, values: A) -> Prefetch<M, R, O>
    where
        A: Annotation<R, Row, R, Out = O>,
    {
        self.prefetch().annotate(values)
    }

    /// The related rows, each with what is related to it, to be loaded.
    pub fn with<P, L, O>(self, relation: P) -> Prefetch<M, R, O>
    where
        P: IntoPrefetch<R, Out = L>,
        L: Decode,
        R: Push<Vec<L>, Out = O>,
    {
        self.prefetch().with(relation)
    }

    /// Loads what is related to rows at hand: a list for each of them, in their order. As [`Prefetch::load`].
    pub fn load<'c, I>(self, rows: I) -> Run<'c, Vec<Vec<R>>>
    where
        I: IntoIterator,
        I::Item: RowOf<M>,
    {
        self.prefetch().load(rows)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Model, C> IntoPrefetch<M> for Relation<M, R, C> {
    type Out = R;

    fn into_branch(self) -> Arc<Branch> {
        self.prefetch().branch()
    }
}

impl<M: Model, R: Model> Related<M, R> {
    /// These rows as such that know where they came from and what they were, to be loaded: see [`Tracked`].
    pub fn tracked(self) -> Prefetch<M, R, Tracked<R>> {
        self.prefetch().tracked()
    }

    /// These rows in this order, to be loaded.
    pub fn order_by<O: Ordering<R, Row>>(self, order: O) -> Prefetch<M, R> {
        self.prefetch().order_by(order)
    }

    /// At most so many of these rows for each row, to be loaded.
    pub fn limit(self, rows: u64) -> Prefetch<M, R> {
        self.prefetch().limit(rows)
    }

    /// These rows without the first so many of each row, to be loaded.
    pub fn offset(self, rows: u64) -> Prefetch<M, R> {
        self.prefetch().offset(rows)
    }

    /// These rows, each with the row that a foreign key of its own leads to, to be loaded.
    pub fn select_related<P, L, O>(self, relation: P) -> Prefetch<M, R, O>
    where
        P: ToOne<R, Loaded = L>,
        R: Push<L, Out = O>,
    {
        self.prefetch().select_related(relation)
    }

    /// These rows, each with these expressions, to be loaded.
    pub fn annotate<A, O>(self, values: A) -> Prefetch<M, R, O>
    where
        A: Annotation<R, Row, R, Out = O>,
    {
        self.prefetch().annotate(values)
    }

    /// These rows, each with what is related to it, to be loaded.
    pub fn with<P, L, O>(self, relation: P) -> Prefetch<M, R, O>
    where
        P: IntoPrefetch<R, Out = L>,
        L: Decode,
        R: Push<Vec<L>, Out = O>,
    {
        self.prefetch().with(relation)
    }

    /// Loads these rows for rows at hand: a list for each of them, in their order. As [`Prefetch::load`].
    pub fn load<'c, I>(self, rows: I) -> Run<'c, Vec<Vec<R>>>
    where
        I: IntoIterator,
        I::Item: RowOf<M>,
    {
        self.prefetch().load(rows)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Model> IntoPrefetch<M> for Related<M, R> {
    type Out = R;

    fn into_branch(self) -> Arc<Branch> {
        self.prefetch().branch()
    }
}

impl<M: Model, R: Model, C> Relation<M, R, C> {
    fn prefetch(self) -> Prefetch<M, R> {
        Prefetch::new(self.name(), self.found_by(), QuerySet::new())
    }
}

impl<M: Model, R: Model> Related<M, R> {
    fn prefetch(self) -> Prefetch<M, R> {
        let (name, via, filter) = self.into_parts();
        let query = filter.into_iter().fold(QuerySet::new(), QuerySet::filter_node);
        Prefetch::new(name, via, query)
    }
}

/// What `prefetch_related` and `with` take: a relation of `M`, narrowed, ordered, limited or extended.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a to-many relation of `{M}`",
    label = "expected a to-many relation of `{M}`",
    note = "a foreign key is loaded by `.select_related(..)`"
)]
pub trait IntoPrefetch<M> {
    /// What each related row gives.
    type Out;

    #[doc(hidden)]
    fn into_branch(self) -> Arc<Branch>;
}

#[diagnostic::do_not_recommend]
impl<M: Model, R: Model, Out: Decode> IntoPrefetch<M> for Prefetch<M, R, Out> {
    type Out = Out;

    fn into_branch(self) -> Arc<Branch> {
        self.branch()
    }
}
