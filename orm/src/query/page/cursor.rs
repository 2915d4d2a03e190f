//! Pages that begin behind, or end before, a row.

use super::keyset::behind;
use super::token::{PageCursor, Way, is_kept};
use crate::database::{Executor, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Job, Run};
use crate::expr::{Function, Node, Order, Row};
use crate::model::{Model, Table};
use crate::plan::check::group::holds;
use crate::plan::check::types_of;
use crate::plan::{Output, Select};
use crate::query::QuerySet;
use crate::query::queryset::count_value;
use crate::query::read::{order_fully, reverse};
use crate::types::{Decode, Type, Value};

/// A page of a query, and where the pages beside it begin: see [`QuerySet::cursor_page`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CursorPage<T> {
    /// The rows of the page, in the order of the query.
    pub rows: Vec<T>,
    /// Where the next page is, if there are rows behind the last one; towards where the page came from it is not looked,
    /// but taken to be.
    pub next: Option<PageCursor>,
    /// Where the previous page is, likewise.
    pub previous: Option<PageCursor>,
}

impl<T> CursorPage<T> {
    /// The page with something else for each row.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> CursorPage<U> {
        let Self { rows, next, previous } = self;
        CursorPage { rows: rows.into_iter().map(change).collect(), next, previous }
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Reads so many rows from a place on: the first without one, else those behind or before the row that it was made at.
    ///
    /// One statement, which finds its beginning by the values of that row in the order of the query, and so by an index on
    /// them, however far it is. Rows that come or go meanwhile move no others: none is given twice or left out, unless the
    /// order is by what was changed. In the order of the query, else in that of the model; rows that are alike there go by
    /// primary key.
    ///
    /// The cursors of the page are texts for the client, which cannot change them (`orm::set_page_secret`), but can read the
    /// values of the order in them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidCursor`] for a cursor that was changed, or made for another query or order.
    /// [`ErrorKind::InvalidQuery`] for pages without rows; for a query with a limit, an offset or `distinct`; for a model
    /// without a primary key; and for an order by JSON, arrays, maps or a `sensitive` field.
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     likes: i32,
    /// # }
    /// # async fn example(asked_for: Option<String>) -> orm::Result<()> {
    /// let at: Option<orm::PageCursor> = asked_for.map(|text| text.parse()).transpose()?;
    /// let page = Post::objects().order_by(Post::likes.desc()).cursor_page(20, at.as_ref()).await?;
    /// for post in &page.rows {
    ///     println!("{}", post.likes);
    /// }
    /// if let Some(next) = &page.next {
    ///     println!("/posts?at={next}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor_page<'c>(self, rows: u64, at: Option<&PageCursor>) -> Operation<'c, CursorPage<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        let slice = Slice::new(M::TABLE, self.select, rows, at);
        let (branches, target) = (self.branches, self.executor.target());
        Operation::new(async move {
            let (slice, select) = slice?;
            let keyed = exec::keyed::<Out>(slice.types.clone());
            let (found, keys) = Run::rows_of(Job::rows(select, branches), target, keyed).await?;
            slice.page(found, keys).map_err(|error| error.with_model(M::TABLE.model))
        })
    }
}

/// What one page is of. Not generic: one copy in the program.
struct Slice {
    /// The types of the parts of the order.
    types: Vec<Type>,
    /// What tells the order from others.
    order: String,
    rows: usize,
    /// Where it was asked to begin.
    way: Option<Way>,
}

impl Slice {
    fn new(
        table: &'static Table,
        mut select: Box<Select>,
        rows: u64,
        at: Option<&PageCursor>,
    ) -> Result<(Self, Box<Select>)> {
        let refused = |reason: &str| {
            Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }).with_model(table.model)
        };
        if rows == 0 {
            return Err(refused("a page of no rows"));
        }
        if select.lock.is_some() {
            return Err(refused("a page with a lock, which would be on one row more: use `limit`"));
        }
        if select.limit.is_some() || select.offset.is_some() || select.distinct {
            return Err(refused("a page of a query with a limit or an offset, or of distinct rows"));
        }
        if table.primary_key.is_empty() {
            return Err(refused(
                "rows that are alike in the order go by primary key, and the model has none",
            ));
        }
        order_fully(&mut select);
        let types = types(&select.order).map_err(|error| error.with_model(table.model))?;
        let order = description(table, &select.order);
        let opened = at.map(|at| at.open(&types, &order)).transpose();
        let opened = opened.map_err(|error| error.with_model(table.model))?;
        let way = opened.as_ref().map(|(way, _)| *way);
        if way == Some(Way::Before) {
            select.order.iter_mut().for_each(reverse);
        }
        if let Some((_, row)) = &opened {
            let condition = behind(&select.order, row);
            select.filter.push(condition);
        }
        select.output.extend(select.order.iter().map(|part| Output::Expr(part.node.clone())));
        // One more, to see whether there are more.
        select.limit = Some(count_value(rows.saturating_add(1)));
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        Ok((Self { types, order, rows, way }, select))
    }

    fn page<T>(&self, mut found: Vec<T>, mut keys: Vec<Vec<Value>>) -> Result<CursorPage<T>> {
        let more = found.len() > self.rows;
        found.truncate(self.rows);
        keys.truncate(self.rows);
        if self.way == Some(Way::Before) {
            found.reverse();
            keys.reverse();
        }
        let (behind, before) = match self.way {
            None => (more, false),
            Some(Way::Behind) => (more, true),
            Some(Way::Before) => (true, more),
        };
        let cursor = |wanted: bool, way, row: Option<&Vec<Value>>| match row {
            Some(row) if wanted => PageCursor::seal(way, row, &self.order).map(Some),
            _ => Ok(None),
        };
        let next = cursor(behind, Way::Behind, keys.last())?;
        let previous = cursor(before, Way::Before, keys.first())?;
        Ok(CursorPage { rows: found, next, previous })
    }
}

/// The types of the parts of an order.
fn types(order: &[Order]) -> Result<Vec<Type>> {
    let refused = |reason: &str| Err(Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }));
    let sensitive = |node: &Node| matches!(node, Node::Field(_, field) if field.is_sensitive());
    let mut types = Vec::new();
    for part in order {
        if holds(&part.node, &sensitive) {
            return refused("a page cursor holds the values of the order, which has a sensitive field");
        }
        if holds(&part.node, &|node| matches!(node, Node::Related(..) | Node::InSelect(..))) {
            return refused("an order by what other rows say has no page cursors: it changes with them");
        }
        if holds(&part.node, &|node| matches!(node, Node::Call(Function::Random, _))) {
            return refused("an order by chance has no page cursors: it is another one each time");
        }
        match (&types_of(&part.node)[..], &part.node) {
            // It is calculated with more digits than it has, and compared with all of them.
            ([Type::F32], node) if is_calculated(node) => types.push(Type::F64),
            ([ty], _) if is_kept(*ty) => types.push(*ty),
            _ => {
                return refused(
                    "an order, or a primary key, by JSON, an array, a map or several columns at once has no page cursors",
                );
            }
        }
    }
    Ok(types)
}

/// Whether the value is calculated, or may be one that is.
fn is_calculated(node: &Node) -> bool {
    match node {
        Node::Arithmetic(..) => true,
        Node::Call(function, arguments) => function.choices(arguments).into_iter().any(is_calculated),
        _ => false,
    }
}

/// What tells an order from others, values included.
fn description(table: &'static Table, order: &[Order]) -> String {
    let mut text = format!("{:?} {}", table.meta.schema, table.full_name());
    for Order { node, descending, nulls } in order {
        text.push_str(&format!("\n{} {descending} {nulls:?}", node.text()));
    }
    text
}
