//! Terminals that read.

use super::{QuerySet, Selection};
use crate::database::Executor;
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Explaining, Explanation, Job, Run};
use crate::expr::{Agg, CompareOp, Node, Nulls, Order, Path, Row};
use crate::model::{IntoKey, Key, Model, key_fields};
use crate::plan::{Output, Plan, Select, same_node};
use crate::raw::{self, Record};
use crate::types::{Decode, Value};

impl<M: Model, Out, L, Ex> QuerySet<M, Out, L, Ex> {
    /// Reads all rows, in the order of the query, else in that of the model.
    pub fn all<'c>(mut self) -> Run<'c, Vec<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        self.select.order_by_default();
        Run::rows_of(Job::rows(self.select, self.branches), self.executor.target(), exec::all::<Out>())
    }

    /// Reads the first row, if there is one. Without an order: in that of the model, rows that are alike by primary
    /// key. Without that: by primary key, distinct rows by what is selected.
    pub fn first<'c>(mut self) -> Run<'c, Option<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        order_by_key(&mut self.select);
        limit(&mut self.select, 1);
        Run::rows_of(Job::rows(self.select, self.branches), self.executor.target(), exec::first::<Out>())
    }

    /// Reads the last row, if there is one: the first in the opposite order. Without an order: as for
    /// [`first`](Self::first).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] for a query with a limit or an offset, whose last row this is not.
    pub fn last<'c>(mut self) -> Run<'c, Option<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        if self.select.limit.is_some() || self.select.offset.is_some() {
            let error = Error::new(ErrorKind::InvalidQuery {
                reason: "`last` of a query with a limit or an offset: reverse its order and use `first`"
                    .to_owned(),
            });
            return Run::refused(error.with_model(M::TABLE.model));
        }
        order_by_key(&mut self.select);
        self.select.order.iter_mut().for_each(reverse);
        limit(&mut self.select, 1);
        Run::rows_of(Job::rows(self.select, self.branches), self.executor.target(), exec::first::<Out>())
    }

    /// Reads the only row.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] without a row, [`ErrorKind::MultipleObjects`] with several.
    pub fn one<'c>(mut self) -> Run<'c, Out>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        limit(&mut self.select, 2);
        Run::rows_of(Job::rows(self.select, self.branches), self.executor.target(), exec::one::<Out>())
    }

    /// Reads the only row, if there is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MultipleObjects`] with several rows.
    pub fn one_or_none<'c>(mut self) -> Run<'c, Option<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        limit(&mut self.select, 2);
        Run::rows_of(
            Job::rows(self.select, self.branches),
            self.executor.target(),
            exec::one_or_none::<Out>(),
        )
    }

    /// Counts the rows: always as many as [`all`](Self::all) would read.
    pub fn count<'c>(self) -> Run<'c, u64>
    where
        Ex: Executor<'c>,
    {
        Run::rows(Plan::Count(self.select), self.executor.target(), exec::one::<u64>())
    }

    /// Whether there is a row.
    pub fn exists<'c>(self) -> Run<'c, bool>
    where
        Ex: Executor<'c>,
    {
        Run::rows(Plan::Exists(self.select), self.executor.target(), exec::one::<bool>())
    }

    /// Asks the database how it would go about [`all`](Self::all), instead of running it: see [`Run::explain`].
    pub fn explain<'c>(self) -> Run<'c, Explanation, Explaining>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        self.all().explain()
    }

    /// The SQL that [`all`](Self::all) would send, for the oldest supported version of a backend.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] and [`ErrorKind::InvalidQuery`] as when it runs.
    pub fn to_sql(&self, backend: Backend) -> Result<String> {
        let mut select = self.select.clone();
        select.order_by_default();
        exec::to_sql(&Job::Plan(Plan::Select(select)), backend)
    }
}

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Reads all rows as [`Record`]s, whose values are found by the names of their columns: for code that does not know the
    /// model's fields. In the order of [`all`](Self::all).
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     name: String,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// for record in User::objects().records().await? {
    ///     for (column, value) in record.to_map()? {
    ///         println!("{column}: {value:?}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn records<'c>(mut self) -> Run<'c, Vec<Record>>
    where
        Ex: Executor<'c>,
    {
        self.select.order_by_default();
        let plan = Plan::Select(self.select);
        Run::rows(plan, self.executor.target(), raw::records(M::TABLE))
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Reads the row of this primary key; the query's filters hold as well.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] without such a row.
    pub fn get<'c, K: IntoKey<M>>(self, key: K) -> Run<'c, Out>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        self.keyed(key.into_key().key_value()).one()
    }

    /// Reads the row of this primary key, if there is one; the query's filters hold as well.
    pub fn get_or_none<'c, K: IntoKey<M>>(self, key: K) -> Run<'c, Option<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        self.keyed(key.into_key().key_value()).one_or_none()
    }

    fn keyed(self, key: Value) -> Self {
        let condition = key_condition(self.select.table, key);
        self.filter_node(condition)
    }
}

impl<M: Model, Ex> QuerySet<M, M, Row, Ex> {
    /// Computes aggregates over all rows: one row, or one value. The order of the rows does not matter.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] for a query that is limited or distinct: the aggregates would be those of
    /// all its rows.
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
    /// let (posts, likes) = Post::objects().aggregate((count_rows(), sum(Post::likes))).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn aggregate<'c, S, O: Decode>(mut self, values: S) -> Run<'c, O>
    where
        S: Selection<M, Agg, Out = O>,
        Ex: Executor<'c>,
    {
        if self.select.limit.is_some() || self.select.offset.is_some() || self.select.distinct {
            let reason = "aggregates of a limited or distinct query".to_owned();
            return Run::refused(Error::new(ErrorKind::InvalidQuery { reason }).with_model(M::TABLE.model));
        }
        if self.select.lock.is_some() {
            let reason = "`aggregate` locks no rows: remove `for_update` or `for_share`".to_owned();
            return Run::refused(Error::new(ErrorKind::InvalidQuery { reason }).with_model(M::TABLE.model));
        }
        self.select.order.clear();
        let grouped = self.aggregated(values);
        Run::rows(Plan::Select(grouped.select), grouped.executor.target(), exec::one::<O>())
    }
}

/// The condition that a row has this primary key.
pub(crate) fn key_condition(table: &'static crate::model::Table, key: Value) -> Node {
    let equal = |field, value| {
        let sides = [Node::Field(Path::EMPTY, field), Node::Value(value)];
        Node::Compare(CompareOp::Eq, Box::new(sides))
    };
    match (table.primary_key, key) {
        ([field], value) => equal(field, value),
        (fields, key @ Value::Tuple(_)) => {
            let values = key_fields(fields, key);
            Node::All(fields.iter().zip(values).map(|(field, value)| equal(*field, value)).collect())
        }
        // A key of several fields is a tuple: the derive makes it one.
        (_, _) => Node::Any(Vec::new()),
    }
}

/// Gives rows without an order that of their model, in which rows that are alike go by primary key; else that of the key.
fn order_by_key(select: &mut Select) {
    if select.order.is_empty() {
        select.order_by_default();
        if select.order.is_empty() || !select.distinct {
            break_ties(select);
        }
    }
}

/// Gives rows an order in which no two of them are alike: their own or that of their model, and behind it the key.
pub(super) fn order_fully(select: &mut Select) {
    select.order_by_default();
    break_ties(select);
}

/// Orders rows that are alike in the order so far by what tells them apart.
fn break_ties(select: &mut Select) {
    let known = |node: &Node| select.order.iter().any(|part| same_node(&part.node, node));
    let rest = key_of(select).into_iter().filter(|node| !known(node));
    let rest: Vec<_> = rest.map(|node| Order { node, descending: false, nulls: Nulls::Smallest }).collect();
    select.order.extend(rest);
}

/// What tells the rows of a query apart: the primary key, the keys of their group, or what is selected of distinct ones.
fn key_of(select: &Select) -> Vec<Node> {
    let own = || select.table.primary_key.iter().map(|field| Node::Field(Path::EMPTY, field));
    if !select.group.is_empty() {
        return select.group.iter().map(|node| Node::Key(Box::new(node.clone()))).collect();
    }
    if !select.distinct {
        return own().collect();
    }
    let selected = |output: &Output| match output {
        Output::Expr(node) => vec![node.clone()],
        Output::Model(path) if path.is_empty() => own().collect(),
        // Which the key of the query's own model, or the foreign key to it, goes with.
        Output::Model(_) | Output::Far(..) | Output::There(_) => Vec::new(),
    };
    select.output.iter().flat_map(selected).collect()
}

pub(super) fn reverse(order: &mut Order) {
    order.descending = !order.descending;
    order.nulls = match order.nulls {
        Nulls::Smallest => Nulls::Smallest,
        Nulls::First => Nulls::Last,
        Nulls::Last => Nulls::First,
    };
}

/// Lowers the limit; a smaller one that is set already stays.
fn limit(select: &mut Select, rows: i64) {
    match &select.limit {
        Some(Value::Int(set)) if *set <= rows => {}
        _ => select.limit = Some(Value::Int(rows)),
    }
}
