//! Rows one by one: the statement goes on as fast as its rows are taken.
//!
//! The stream owns the running query and a small buffer. A row goes from the sink to the buffer; when that is full the
//! driver waits before it reads another, so that neither side holds more than a few rows. Nobody has to be woken: whoever
//! takes rows polls the query again.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::Stream;

use super::collect::{Collect, Expect, Response, Single};
use super::run::{Running, poll, start};
use super::{Job, runtime};
use crate::database::Target;
use crate::driver::{Cursor, Sink};
use crate::error::{Error, Result};
use crate::pool::Caller;
use crate::raw::FromRow;
use crate::types::Origin;

/// So many rows wait for whoever takes them. More would make the switch between reading and taking no cheaper.
const ROWS: usize = 32;

/// So many rows are given before other tasks of the same thread get their turn.
const ROWS_A_TURN: usize = 1024;

/// A stream in its pauses: whether it is in one, and who drives it.
#[derive(Default)]
pub(crate) struct Pause {
    /// It waits for room, between two rows.
    is_on: AtomicBool,
    /// A row has come.
    has_begun: AtomicBool,
    /// Rows are given in pauses, and at the end, alone.
    holds_rows: AtomicBool,
    /// Who takes its rows.
    driver: Mutex<Option<Caller>>,
    /// The transaction that it reads in.
    within: Mutex<Option<Box<dyn Within>>>,
}

/// What a stream in a transaction tells it, and is told.
pub(crate) trait Within: Send + Sync {
    /// It pauses, or goes on.
    fn pauses(&self, is_on: bool);

    /// Why it cannot go on.
    fn lost(&self) -> Option<Error>;
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pause").field("is_on", &self.is_on).finish_non_exhaustive()
    }
}

impl Pause {
    /// It reads in a transaction, or does so no more.
    pub(crate) fn within(&self, transaction: Option<Box<dyn Within>>) {
        let before = std::mem::replace(&mut *lock(&self.within), transaction);
        drop(before);
    }

    /// It reads on a connection that others use after it, which is in a known state in its pauses alone.
    pub(crate) fn hold_rows(&self) {
        self.holds_rows.store(true, Ordering::Relaxed);
    }

    /// Whether the connection can be used again if the stream is given up now: what is left of its rows is then read over.
    pub(crate) fn can_be_left(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
            || (self.has_begun.load(Ordering::Relaxed) && !self.holds_rows.load(Ordering::Relaxed))
    }

    /// Whether rows may be given now, of a statement that has not ended.
    fn gives_rows(&self) -> bool {
        self.is_on.load(Ordering::Relaxed) || !self.holds_rows.load(Ordering::Relaxed)
    }

    fn set(&self, is_on: bool) {
        if self.is_on.swap(is_on, Ordering::Relaxed) != is_on
            && let Some(transaction) = &*lock(&self.within)
        {
            transaction.pauses(is_on);
        }
    }

    /// Why no more rows can be had.
    fn lost(&self) -> Option<Error> {
        lock(&self.within).as_ref()?.lost()
    }

    /// Whether whoever runs now is the one that has to take the rows: to wait for the end of the stream is in vain.
    pub(crate) fn waits_for(&self, caller: Caller) -> bool {
        *lock(&self.driver) == Some(caller)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is between the sink and the stream.
struct Pipe<O> {
    rows: Mutex<VecDeque<O>>,
    pause: Arc<Pause>,
}

/// Takes rows into the pipe.
struct Feed<S, O> {
    sink: S,
    pipe: Arc<Pipe<O>>,
    origin: Option<Origin>,
    /// How many rows went through.
    count: usize,
    /// A row was refused, and no others are wanted.
    refused: bool,
    /// It was paused before this row.
    resumed: bool,
}

impl<S: Single<O>, O: FromRow> Sink for Feed<S, O> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        // The transaction may have been ended in a pause.
        let lost = if std::mem::take(&mut self.resumed) { self.pipe.pause.lost() } else { None };
        let taken = lost.map_or_else(|| self.sink.row(row), Err);
        taken.inspect_err(|_| self.refused = true)?;
        let Some(mut taken) = self.sink.pop() else { return Ok(()) };
        if let Some(origin) = &self.origin {
            taken.trace(origin);
        }
        self.count += 1;
        self.pipe.pause.has_begun.store(true, Ordering::Relaxed);
        let mut rows = lock(&self.pipe.rows);
        rows.push_back(taken);
        if rows.len() >= ROWS {
            row.give_way();
        }
        Ok(())
    }

    fn wants_columns(&self) -> bool {
        self.sink.wants_columns()
    }

    fn columns(&mut self, names: Vec<String>) -> Result<()> {
        self.sink.columns(names).inspect_err(|_| self.refused = true)
    }

    fn left_rows(&self) -> bool {
        self.refused
    }

    fn poll_room(&mut self, _: &mut Context<'_>) -> Poll<()> {
        let is_full = lock(&self.pipe.rows).len() >= ROWS;
        self.pipe.pause.set(is_full);
        self.resumed = true;
        if is_full { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl<S: Single<O> + 'static, O: FromRow> Collect for Feed<S, O> {
    fn count(&self) -> usize {
        self.count
    }

    fn attach(&mut self, lists: &mut [Box<dyn std::any::Any + Send>]) -> Result<()> {
        self.sink.attach(lists)
    }

    fn clear(&mut self) {
        lock(&self.pipe.rows).clear();
        self.count = 0;
    }

    fn begin(&mut self, origin: &dyn Fn() -> Origin) {
        if O::TRACED {
            self.origin = Some(origin());
        }
    }

    fn pause(&self) -> Option<Arc<Pause>> {
        Some(Arc::clone(&self.pipe.pause))
    }

    fn has_let_go(&self) -> bool {
        // What the stream has not taken yet could still be called back.
        self.count > lock(&self.pipe.rows).len()
    }

    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any> {
        self
    }
}

/// The rows of a query, one by one, as the database gives them.
///
/// It is a `Stream` of `Result<T>`; [`next`](Self::next) and [`try_next`](Self::try_next) take rows without an import, and
/// [`blocking`](Self::blocking) makes an iterator for threads without a runtime. Nothing is sent before the first row is
/// asked for. At most a few dozen rows are held at any time: the database waits for whoever takes them.
///
/// It has a connection until the database has given the last row, or it is dropped. Inside a transaction it has that of the transaction:
/// a statement of the same task that would wait for it is refused with
/// [`InvalidQuery`](crate::ErrorKind::InvalidQuery) at once; those of other tasks wait. A transaction can go on after a
/// stream was dropped; the next statement on a server then reads over the rows that are left.
///
/// After an error there are no more rows.
///
/// What writes, SQL of one's own with `RETURNING`, has had all of its effect before the first row on SQLite, and perhaps on a server:
/// to drop its stream early undoes it there or not, unless it is in a transaction.
///
/// # Cancel safety
///
/// Dropped before its end, outside of a transaction, a server's connection is closed: nobody else has to read the rows that
/// are left. The futures of `next` and `try_next` may be dropped, and lose no row.
#[must_use = "a query does nothing until its rows are asked for"]
pub struct RowStream<'c, T> {
    state: State<'c>,
    /// Rows that were taken out of the pipe together.
    ready: VecDeque<T>,
    pipe: Arc<Pipe<T>>,
    /// So many rows may be given before other tasks of the same thread get their turn.
    left: usize,
    /// Who took the last row.
    driver: Option<Caller>,
}

/// How far the query has come.
enum State<'c> {
    Running(Running<'c>),
    /// With what it failed, until that is told.
    Ended(Option<Error>),
}

impl<'c, T: FromRow> RowStream<'c, T> {
    pub(crate) fn new(job: Job, target: Target<'c>, sink: impl Single<T> + 'static) -> Self {
        let pipe = Arc::new(Pipe { rows: Mutex::default(), pause: Arc::default() });
        let feed =
            Feed { sink, pipe: Arc::clone(&pipe), origin: None, count: 0, refused: false, resumed: false };
        let state = State::Running(start(job, target, Box::new(feed), Expect::Any));
        Self { state, ready: VecDeque::new(), pipe, left: ROWS_A_TURN, driver: None }
    }
}

impl<'c, T> RowStream<'c, T> {
    /// Takes the next row; None after the last.
    ///
    /// # Errors
    ///
    /// As for the query's `all`, once: then there are no more rows.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no row.
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
    /// let mut users = User::objects().stream();
    /// while let Some(user) = users.next().await {
    ///     println!("{}", user?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| self.poll_row(context)).await
    }

    /// Takes the next row, with the error outside: for `while let Some(row) = rows.try_next().await?`.
    ///
    /// # Errors
    ///
    /// As for [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no row.
    pub async fn try_next(&mut self) -> Result<Option<T>> {
        self.next().await.transpose()
    }

    /// The rows as an iterator that waits on this thread.
    ///
    /// Inside an asynchronous runtime its only item is
    /// [`ErrorKind::BlockingInsideRuntime`](crate::ErrorKind::BlockingInsideRuntime).
    pub fn blocking(self) -> BlockingRows<'c, T> {
        BlockingRows { rows: self }
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let here = Some(Caller::here());
        if self.driver != here {
            self.driver = here;
            *lock(&self.pipe.pause.driver) = here;
        }
        if self.left == 0 {
            // SQLite never waits for anything, so that a loop over its rows would be one long poll.
            self.left = ROWS_A_TURN;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Some(row) = self.at_hand() {
            self.left -= 1;
            return Poll::Ready(row);
        }
        if let State::Running(running) = &mut self.state
            && let Poll::Ready(ended) = poll(running, context)
        {
            // The sink goes here, and the connection with the future.
            self.state = State::Ended(ended.map(drop::<Response>).err());
        }
        match self.at_hand() {
            Some(row) => {
                self.left -= 1;
                Poll::Ready(row)
            }
            None => {
                self.left = ROWS_A_TURN;
                Poll::Pending
            }
        }
    }

    /// What there is to give without asking the database: a row, the error at the end, or the end.
    fn at_hand(&mut self) -> Option<Option<Result<T>>> {
        let is_over = matches!(self.state, State::Ended(_));
        if self.ready.is_empty() && (is_over || self.pipe.pause.gives_rows()) {
            std::mem::swap(&mut self.ready, &mut *lock(&self.pipe.rows));
        }
        match (self.ready.pop_front(), &mut self.state) {
            (Some(row), _) => Some(Some(Ok(row))),
            (None, State::Ended(error)) => Some(error.take().map(Err)),
            (None, State::Running(_)) => None,
        }
    }
}

/// Rows are moved out of it, and nothing in it is pinned but the query, which is so by itself.
impl<T> Unpin for RowStream<'_, T> {}

impl<T> Stream for RowStream<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.poll_row(context)
    }
}

impl<T> fmt::Debug for RowStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}

/// The rows of a query as an iterator: see [`RowStream::blocking`].
#[must_use = "a query does nothing until its rows are asked for"]
pub struct BlockingRows<'c, T> {
    rows: RowStream<'c, T>,
}

impl<T> Iterator for BlockingRows<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        if let Some(row) = self.rows.at_hand() {
            return row;
        }
        match runtime::block_on(self.rows.next()) {
            Ok(row) => row,
            Err(refused) => {
                self.rows.state = State::Ended(None);
                Some(Err(refused))
            }
        }
    }
}

impl<T> fmt::Debug for BlockingRows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingRows").finish_non_exhaustive()
    }
}
