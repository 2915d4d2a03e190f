//! Pages by number.

use crate::database::Operation;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Job, Run};
use crate::expr::Row;
use crate::model::{Model, Table};
use crate::plan::{Plan, Select};
use crate::query::QuerySet;
use crate::query::queryset::count_value;
use crate::query::read::order_fully;
use crate::raw::Lend;
use crate::types::Decode;

/// A page of a query, and how many rows there are in all: see [`QuerySet::paginate`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of the page.
    pub rows: Vec<T>,
    /// Which page it is, from 1.
    pub number: u64,
    /// How many rows a page has, but for the last.
    pub size: u64,
    /// How many rows the query has in all.
    pub total: u64,
}

impl<T> Page<T> {
    /// How many pages there are: none without rows.
    #[must_use]
    pub const fn pages(&self) -> u64 {
        self.total.div_ceil(self.size)
    }

    /// Whether there is a page behind this one.
    #[must_use]
    pub const fn has_next(&self) -> bool {
        self.number < self.pages()
    }

    /// Whether there are rows on pages before this one.
    #[must_use]
    pub const fn has_previous(&self) -> bool {
        self.number > 1 && self.total > 0
    }

    /// The page with something else for each row.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        let Self { rows, number, size, total } = self;
        Page { rows: rows.into_iter().map(change).collect(), number, size, total }
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Reads the page of this number, from 1, of so many rows each, and counts all rows.
    ///
    /// Two statements, of which the second is left out where there are no rows to read; rows that come or go between them
    /// make the total one that was. In the order of the query, else in that of the model; rows that are alike there
    /// go by primary key, so that no row is on two pages. A page behind the last has no rows.
    ///
    /// The database reads over all rows of the pages before. Where there are many,
    /// [`cursor_page`](Self::cursor_page) is faster, and steady while rows come and go.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] for page 0, pages without rows, a query with a limit or an offset, and one with a lock.
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
    /// # async fn example() -> orm::Result<()> {
    /// let page = Post::objects().order_by(Post::likes.desc()).paginate(2, 20).await?;
    /// println!("page {} of {}, {} posts in all", page.number, page.pages(), page.total);
    /// # Ok(())
    /// # }
    /// ```
    pub fn paginate<'c>(self, number: u64, size: u64) -> Operation<'c, Page<Out>>
    where
        M: 'c,
        Out: Decode,
        Ex: Lend + Send + 'c,
    {
        Operation::new(async move {
            let Self { select, branches, mut executor, .. } = self;
            check(M::TABLE, &select, number, size)?;
            let counted = Plan::Count(select.clone());
            let total = Run::rows(counted, executor.lend(), exec::one::<u64>()).await?;
            let before = (number - 1).saturating_mul(size);
            let rows = if before < total {
                let job = Job::rows(slice(select, before, size), branches);
                Run::rows_of(job, executor.lend(), exec::all::<Out>()).await?
            } else {
                Vec::new()
            };
            Ok(Page { rows, number, size, total })
        })
    }
}

fn check(table: &'static Table, select: &Select, number: u64, size: u64) -> Result<()> {
    let refused = if number == 0 {
        "pages count from 1"
    } else if size == 0 {
        "a page of no rows"
    } else if select.limit.is_some() || select.offset.is_some() {
        "a page of a query with a limit or an offset"
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::InvalidQuery { reason: refused.to_owned() }).with_model(table.model))
}

/// The rows of one page. Not generic: one copy in the program.
fn slice(mut select: Box<Select>, before: u64, size: u64) -> Box<Select> {
    order_fully(&mut select);
    select.limit = Some(count_value(size));
    select.offset = Some(count_value(before));
    select
}
