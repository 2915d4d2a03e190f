//! The query set, and what narrows, orders and shapes it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Annotation, Keys, Push, Selection};
use crate::database::{Auto, Using};
use crate::exec::Branch;
use crate::exec::shown::show;
use crate::expr::{Agg, Condition, IntoPrefetch, Node, Of, Ordering, Path, Row, ToOne};
use crate::model::Model;
use crate::plan::{Output, Select};
use crate::types::{Decode, Value};

/// A query of rows of `M` that gives an `Out` for each.
///
/// Immutable: every method gives a new query. Lazy: nothing happens before a terminal such as
/// [`all`](Self::all) is awaited, or [`blocking`](crate::exec::Run::blocking) is called on it.
///
/// `L` says whether it gives rows or, after [`group_by`](Self::group_by), groups; `Ex` is `Auto` unless
/// [`using`](Self::using) was given a borrowed connection, whose lifetime it then carries.
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
/// #     #[field(max_length = 80)]
/// #     username: String,
/// #     age: Option<i32>,
/// # }
/// # async fn example() -> orm::Result<()> {
/// let adults = User::objects().filter(User::age.ge(18)).order_by(User::username).all().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until a terminal such as `.all()` is awaited"]
pub struct QuerySet<M, Out = M, L = Row, Ex = Auto> {
    pub(super) select: Box<Select>,
    /// The relations whose rows are read too.
    pub(super) branches: Vec<Arc<Branch>>,
    pub(crate) executor: Ex,
    of: Of<(M, Out, L)>,
}

impl<M, Out, L, Ex: Clone> Clone for QuerySet<M, Out, L, Ex> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            branches: self.branches.clone(),
            executor: self.executor.clone(),
            of: PhantomData,
        }
    }
}

/// Shows the SQL that reading the rows would send, and the values in it, those of `sensitive` fields hidden: for the backend of
/// the model's database, if it is open, else for one that the build has.
impl<M, Out, L, Ex> fmt::Debug for QuerySet<M, Out, L, Ex> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show("QuerySet", &self.select, f)
    }
}

impl<M: Model> Default for QuerySet<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Model> QuerySet<M> {
    /// A query of all rows: what `M::objects()` gives.
    pub fn new() -> Self {
        Self {
            select: Box::new(Select::new(M::TABLE)),
            branches: Vec::new(),
            executor: Auto::default(),
            of: PhantomData,
        }
    }
}

impl<M, Out, L, Ex> QuerySet<M, Out, L, Ex> {
    pub(crate) fn cast<O, N>(self) -> QuerySet<M, O, N, Ex> {
        QuerySet { select: self.select, branches: self.branches, executor: self.executor, of: PhantomData }
    }

    /// What is read, and the relations whose rows are read too.
    pub(crate) fn into_parts(self) -> (Box<Select>, Vec<Arc<Branch>>) {
        (self.select, self.branches)
    }

    pub(crate) fn filter_node(mut self, condition: Node) -> Self {
        self.select.filter.push(condition);
        self
    }

    /// The query as a list of keys: a query of models gives their primary keys.
    pub(crate) fn into_key_select(self) -> Select {
        let mut select = *self.select;
        if select.limit.is_some() || select.offset.is_some() {
            // Which decides the rows that are meant.
            select.order_by_default();
        }
        if let [Output::Model(path)] = select.output[..]
            && path.is_empty()
        {
            select.output = select
                .table
                .primary_key
                .iter()
                .map(|field| Output::Expr(Node::Field(Path::EMPTY, field)))
                .collect();
        }
        select
    }
}

impl<M: Model, Out, L, Ex> QuerySet<M, Out, L, Ex> {
    /// Only rows that fulfil the condition. Several filters must all be fulfilled.
    pub fn filter<C: Condition<M>>(self, condition: C) -> Self {
        self.filter_node(condition.into_node())
    }

    /// Only rows that do not fulfil the condition: the exact opposite of [`filter`](Self::filter).
    pub fn exclude<C: Condition<M>>(self, condition: C) -> Self {
        self.filter_node(Node::Not(Box::new(condition.into_node())))
    }

    /// A filter where there is a value for it, none otherwise.
    pub fn filter_opt<V, C: Condition<M>>(self, value: Option<V>, condition: impl FnOnce(V) -> C) -> Self {
        match value {
            Some(value) => self.filter(condition(value)),
            None => self,
        }
    }

    /// Orders the rows: by this, not by the order of the model. A second call adds further keys behind those of
    /// the first.
    pub fn order_by<O: Ordering<M, L>>(mut self, order: O) -> Self {
        order.push_order(&mut self.select.order);
        self
    }

    /// In no order: neither by what was said so far, nor by the order of the model.
    ///
    /// [`first`](Self::first) and [`last`](Self::last) then go by the primary key.
    pub fn unordered(mut self) -> Self {
        self.select.order.clear();
        self.select.unordered = true;
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.select.limit = Some(count_value(rows));
        self
    }

    /// Without the first so many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.select.offset = Some(count_value(rows));
        self
    }

    /// Each different row once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// Gives these expressions instead: one, or a tuple of up to sixteen.
    pub fn select<S, O>(mut self, values: S) -> QuerySet<M, O, L, Ex>
    where
        S: Selection<M, L, Out = O>,
    {
        self.branches.clear();
        self.select.output.clear();
        values.push_selection(&mut self.select.output);
        self.cast()
    }

    /// Gives these expressions too, behind what the query gives already.
    pub fn annotate<A, O>(mut self, values: A) -> QuerySet<M, O, L, Ex>
    where
        A: Annotation<M, L, Out, Out = O>,
    {
        values.push_annotation(&mut self.select.output);
        self.cast()
    }

    /// Gives the row that a foreign key leads to as well, in the same statement; or that on the far side of a
    /// one-to-one.
    ///
    /// An `Option` of it, if a foreign key on the way may be NULL, and on the far side always.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery), before any SQL is sent, for a far side whose foreign
    /// key is neither unique nor the primary key.
    pub fn select_related<P, R, O>(mut self, relation: P) -> QuerySet<M, O, L, Ex>
    where
        P: ToOne<M, Loaded = R>,
        Out: Push<R, Out = O>,
    {
        self.select.output.push(relation.output());
        self.cast()
    }

    /// Runs on this database, transaction or connection instead of the model's own.
    ///
    /// Takes an alias, a `Database`, a `DatabaseProxy`, a transaction, or a sqlx pool, connection or
    /// transaction of the caller's. What is borrowed is never committed, closed or kept.
    pub fn using<X: Using>(self, executor: X) -> QuerySet<M, Out, L, X::Executor> {
        QuerySet {
            select: self.select,
            branches: self.branches,
            executor: executor.executor(),
            of: PhantomData,
        }
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Gives the rows of a relation as well: a `Vec` of them behind what the query gives already.
    ///
    /// One further statement for all rows together (several only where they have more keys than a statement takes), on
    /// the same connection; none if there are no rows. The related rows may be filtered, ordered, limited for each row,
    /// and have related rows of their own, which are one more statement. Without an order they are in that of their
    /// model, and rows that are alike go by primary key. `count` and `exists` read none of them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery), before any SQL is sent, if the related model is of
    /// another database and `using` says none for all; and of distinct rows that are not whole.
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
    /// # #[derive(Model)]
    /// # #[model(table = "comments")]
    /// # struct Comment {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(related_name = comments)]
    /// #     post: ForeignKey<Post>,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let best = User::posts.filter(Post::likes.gt(10)).order_by(Post::likes.desc()).limit(3);
    /// let users: Vec<(User, Vec<(Post, Vec<Comment>)>)> =
    ///     User::objects().prefetch_related(best.with(Post::comments)).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn prefetch_related<P, R, O>(mut self, relation: P) -> QuerySet<M, O, Row, Ex>
    where
        P: IntoPrefetch<M, Out = R>,
        R: Decode,
        Out: Push<Vec<R>, Out = O>,
    {
        self.branches.push(relation.into_branch());
        self.cast()
    }
}

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Groups the rows. The output begins with the keys; [`annotate`](Self::annotate) adds aggregates.
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
    /// #     #[field(max_length = 80)]
    /// #     username: String,
    /// #     age: Option<i32>,
    /// # }
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     author: ForeignKey<User>,
    /// #     likes: i32,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let per_author: Vec<(i64, i64)> =
    ///     Post::objects().group_by(Post::author).annotate(count(Post::id)).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn group_by<K: Keys<M>>(mut self, keys: K) -> QuerySet<M, K::Out, Agg, Ex> {
        keys.push_keys(&mut self.select.group);
        let key = |node: &Node| Output::Expr(Node::Key(Box::new(node.clone())));
        self.select.output = self.select.group.iter().map(key).collect();
        self.cast()
    }

    pub(super) fn aggregated<S: Selection<M, Agg>>(mut self, values: S) -> QuerySet<M, S::Out, Agg, Ex> {
        self.select.output.clear();
        values.push_selection(&mut self.select.output);
        self.cast()
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Agg, Ex> {
    /// Only groups that fulfil the condition. Several must all be fulfilled.
    pub fn having<C: Condition<M, Agg>>(mut self, condition: C) -> Self {
        self.select.having.push(condition.into_node());
        self
    }
}

/// A number of rows as a bound value: no backend counts beyond `i64::MAX`.
pub(super) fn count_value(rows: u64) -> Value {
    Value::Int(i64::try_from(rows).unwrap_or(i64::MAX))
}
