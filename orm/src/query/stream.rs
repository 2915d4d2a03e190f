//! Reading more rows than memory should hold: one by one, or some at a time by key.

use std::fmt;

use super::QuerySet;
use super::page::keyset::behind;
use crate::database::Executor;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Job, RowStream, Run, runtime};
use crate::expr::{Node, Nulls, Order, Path, Row};
use crate::model::{Key, Model, Table, key_fields};
use crate::plan::{Output, Plan, Select};
use crate::raw::Lend;
use crate::types::{Decode, Value};

impl<M: Model, Out, L, Ex> QuerySet<M, Out, L, Ex> {
    /// Reads the rows one by one, in the order of [`all`](Self::all), and holds a few dozen of them at most.
    ///
    /// # Errors
    ///
    /// As for `all`, when rows are asked for; [`ErrorKind::InvalidQuery`] for a query with `prefetch_related`, whose related
    /// rows are read behind the last row: read it [`in_batches`](Self::in_batches).
    ///
    /// # Cancel safety
    ///
    /// As for [`RowStream`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct Reading {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     celsius: f64,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let mut warmest = f64::NEG_INFINITY;
    /// let mut readings = Reading::objects().select(Reading::celsius).stream();
    /// while let Some(celsius) = readings.try_next().await? {
    ///     warmest = warmest.max(celsius);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<'c>(mut self) -> RowStream<'c, Out>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        let job = if self.branches.is_empty() {
            self.select.order_by_default();
            Job::Plan(Plan::Select(self.select))
        } else {
            Job::Refused(invalid(
                M::TABLE,
                "a stream of rows with `prefetch_related`, whose related rows are read behind the last row: read it \
                 `in_batches`",
            ))
        };
        RowStream::new(job, self.executor.target(), exec::each::<Out>())
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Reads the rows so many at a time, in the order of their primary key, each batch by a statement of its own that begins
    /// behind the last key of the one before.
    ///
    /// Between two batches no connection is held and no statement is open, so that a batch may take as long as it likes, and
    /// may write. Each batch sees the table as it is then: rows that are added or deleted meanwhile make no other row come
    /// twice or not at all. `select_related` and `prefetch_related` hold for each batch; a limit for all of them together.
    ///
    /// # Errors
    ///
    /// Of the first batch: [`ErrorKind::InvalidQuery`] for batches of no rows, for a model without a primary key, and for a
    /// query with an order, an offset or `distinct`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     active: bool,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let mut batches = User::objects().filter(User::active.eq(false)).in_batches(500);
    /// while let Some(users) = batches.try_next().await? {
    ///     let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
    ///     User::objects().filter(User::id.in_(ids)).delete().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_batches(self, rows: usize) -> Batches<M, Out, Ex>
    where
        Out: Decode,
    {
        let left = match self.select.limit {
            Some(Value::Int(limit)) => usize::try_from(limit).unwrap_or(0),
            _ => usize::MAX,
        };
        Batches { query: self, rows, left, after: None }
    }
}

/// The rows of a query, so many at a time: see [`QuerySet::in_batches`].
#[must_use = "a query does nothing until its rows are asked for"]
pub struct Batches<M, Out, Ex> {
    query: QuerySet<M, Out, Row, Ex>,
    rows: usize,
    /// How many rows are still wanted.
    left: usize,
    /// The key of the last row so far.
    after: Option<Value>,
}

impl<M: Model, Out: Decode, Ex: Lend> Batches<M, Out, Ex> {
    /// Reads the next batch; None after the last. A batch has at least one row.
    ///
    /// # Errors
    ///
    /// As for the query's `all`. The same batch can be asked for again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no row: the same batch is read again.
    pub async fn next(&mut self) -> Option<Result<Vec<Out>>> {
        self.try_next().await.transpose()
    }

    /// Reads the next batch, with the error outside: for `while let Some(rows) = batches.try_next().await?`.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// As for [`next`](Self::next).
    pub async fn try_next(&mut self) -> Result<Option<Vec<Out>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let wanted = self.rows.min(self.left);
        let select = batch(&self.query.select, self.rows, wanted, self.after.as_ref())?;
        let job = Job::rows(Box::new(select), self.query.branches.clone());
        let batch = Run::rows_of(job, self.query.executor.lend(), exec::all::<(Out, M::Key)>()).await?;
        // A batch that is not full is the last.
        self.left = if batch.len() < wanted { 0 } else { self.left - wanted };
        if let Some((_, key)) = batch.last() {
            self.after = Some(key.key_value());
        }
        let rows: Vec<_> = batch.into_iter().map(|(row, _)| row).collect();
        Ok(if rows.is_empty() { None } else { Some(rows) })
    }

    /// The batches as an iterator that waits on this thread.
    ///
    /// An error is the last item: inside an asynchronous runtime it is
    /// [`ErrorKind::BlockingInsideRuntime`](crate::ErrorKind::BlockingInsideRuntime).
    pub fn blocking(self) -> BlockingBatches<M, Out, Ex> {
        BlockingBatches { batches: self, failed: false }
    }
}

impl<M, Out, Ex> fmt::Debug for Batches<M, Out, Ex> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("query", &self.query)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// Batches of rows as an iterator: see [`Batches::blocking`].
#[must_use = "a query does nothing until its rows are asked for"]
pub struct BlockingBatches<M, Out, Ex> {
    batches: Batches<M, Out, Ex>,
    failed: bool,
}

impl<M: Model, Out: Decode, Ex: Lend> Iterator for BlockingBatches<M, Out, Ex> {
    type Item = Result<Vec<Out>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = runtime::block_on(self.batches.next()).unwrap_or_else(|refused| Some(Err(refused)));
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}

impl<M, Out, Ex> fmt::Debug for BlockingBatches<M, Out, Ex> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingBatches").field(&self.batches).finish()
    }
}

/// The query of one batch, with the key behind what each row gives. Not generic: one copy in the program.
fn batch(select: &Select, rows: usize, wanted: usize, after: Option<&Value>) -> Result<Select> {
    let table = select.table;
    let refused = if rows == 0 {
        Some("`in_batches` of no rows")
    } else if table.primary_key.is_empty() {
        Some("`in_batches` goes by primary key, and the model has none")
    } else if !select.order.is_empty() {
        Some("`in_batches` of a query with an order: batches come in the order of the primary key")
    } else if select.offset.is_some() {
        Some("`in_batches` of a query with an offset")
    } else if select.distinct {
        Some("`in_batches` of a distinct query, whose rows have no key")
    } else {
        None
    };
    if let Some(reason) = refused {
        return Err(invalid(table, reason));
    }
    let mut select = select.clone();
    let keys = || table.primary_key.iter().map(|field| Node::Field(Path::EMPTY, field));
    select.output.extend(keys().map(Output::Expr));
    select.order = keys().map(|node| Order { node, descending: false, nulls: Nulls::Smallest }).collect();
    select.limit = Some(Value::Int(i64::try_from(wanted).unwrap_or(i64::MAX)));
    if let Some(key) = after {
        let parts = key_fields(table.primary_key, key.clone());
        let condition = behind(&select.order, &parts);
        select.filter.push(condition);
    }
    Ok(select)
}

#[cold]
fn invalid(table: &'static Table, reason: &str) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }).with_model(table.model)
}
