//! One path for every statement: prepare, bind, step, hand the rows over, reset.

use std::ffi::CString;
use std::marker::PhantomData;

use tokio::task::yield_now;

use super::bind::bind;
use super::error::{Failure, is_passing};
use super::handle::Handle;
use super::row::RowRef;
use super::stmt::{Step, Stmt};
use super::wait::Patience;
use crate::driver::statement::{Room, hand_over, room};
use crate::driver::{Arg, Outcome, RawRow, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};

/// So many rows are read before other tasks of the same thread get their turn.
///
/// A thousand small rows take a fraction of a millisecond. Giving way more often costs more than it helps: a task
/// that was set aside may wake up on another core, with none of its data at hand.
const ROWS_A_TURN: usize = 1024;

/// After so many pauses, each after some dozen rows, a stream is a long one.
const PAUSES_OF_A_SCAN: u32 = 16;

/// So many pages are enough for it.
const PAGES_OF_A_SCAN: i64 = 128;

/// A prepared statement, and what does not change about it.
#[derive(Debug)]
pub(super) struct Prepared {
    stmt: Stmt,
    read_only: bool,
    /// Makes a key that is worth asking for.
    makes_key: bool,
    /// Running, or left running by a future that was forgotten: to be reset before anything else.
    running: bool,
}

impl Prepared {
    fn new(stmt: Stmt, sql: &str) -> Self {
        let read_only = stmt.is_read_only();
        Self { read_only, makes_key: !read_only && makes_key(sql), stmt, running: false }
    }

    /// Ends the run, if there is one, and lets go of its arguments.
    #[inline]
    pub(super) fn end(&mut self) {
        if self.running {
            self.stmt.reset();
            self.stmt.clear_bindings();
            self.running = false;
        }
    }
}

/// Prepares text that must be one statement.
///
/// # Errors
///
/// [`ErrorKind::InvalidQuery`] for no statement or several, otherwise what SQLite says.
pub(super) async fn prepare(
    handle: &mut Handle,
    sql: &str,
    persistent: bool,
    patience: &mut Patience,
) -> Result<Prepared> {
    let text = c_string(sql)?;
    let (stmt, end) = loop {
        match handle.prepare(&text, 0, persistent) {
            Ok(prepared) => break prepared,
            Err(failure) => patience.wait(failure).await?,
        }
    };
    let Some(stmt) = stmt else { return Err(invalid("the text holds no statement")) };
    if is_statement_left(handle, &text, end) {
        return Err(invalid("the text holds more than one statement"));
    }
    Ok(Prepared::new(stmt, sql))
}

/// Whether there is more than white space, comments and semicolons behind `at` bytes.
fn is_statement_left(handle: &mut Handle, text: &CString, mut at: usize) -> bool {
    while at < text.as_bytes().len() {
        match handle.prepare(text, at, false) {
            Ok((None, next)) if next > at => at = next,
            Ok((None, _)) => return false,
            // What cannot be prepared, perhaps because the first statement has to run before, is a statement, too.
            Ok((Some(_), _)) | Err(_) => return true,
        }
    }
    false
}

/// Runs a prepared statement.
///
/// # Cancel safety
///
/// A drop ends the run: nothing stays open but an explicit transaction.
pub(super) async fn run(
    handle: &mut Handle,
    prepared: &mut Prepared,
    statement: Statement<'_>,
    sink: &mut dyn Sink,
    patience: &mut Patience,
) -> Result<Outcome> {
    let mut running = Running::start(handle, prepared, statement.args)?;
    loop {
        match running.advance(statement.scales, sink)? {
            Turn::Done => return Ok(running.outcome()),
            Turn::Over => yield_now().await,
            Turn::Full => {
                running.pauses += 1;
                if running.pauses == PAUSES_OF_A_SCAN {
                    running.narrow_cache();
                }
                room(sink).await;
            }
            Turn::Busy(failure) => patience.wait(failure).await?,
        }
    }
}

/// Runs all statements of a text, one after the other, without arguments, and ignores their rows.
///
/// # Cancel safety
///
/// As for [`run`]; the statements before the one that was under way have had their effect.
pub(super) async fn batch(handle: &mut Handle, sql: &str, patience: impl Fn() -> Patience) -> Result<()> {
    let text = c_string(sql)?;
    let mut at = 0;
    while at < sql.len() {
        let mut patience = patience();
        let (stmt, next) = loop {
            match handle.prepare(&text, at, false) {
                Ok(prepared) => break prepared,
                Err(failure) => patience.wait(failure).await?,
            }
        };
        if let Some(stmt) = stmt {
            let mut prepared = Prepared::new(stmt, "");
            let mut running = Running::start(handle, &mut prepared, &[])?;
            loop {
                match running.advance(&[], &mut ())? {
                    Turn::Done => break,
                    Turn::Over => yield_now().await,
                    Turn::Full => {}
                    Turn::Busy(failure) => patience.wait(failure).await?,
                }
            }
        } else if next <= at {
            break;
        }
        at = next;
    }
    Ok(())
}

/// Where a turn of a running statement ended.
enum Turn {
    /// At its end.
    Done,
    /// At a row that is not handed over yet.
    Over,
    /// At a row that was handed over, behind which there is no room for another.
    Full,
    /// Before it did anything; it is reset and will begin anew.
    Busy(Failure),
}

/// A statement that has its arguments. Ends when dropped.
///
/// The arguments are lent to SQLite, which looks at them while stepping. Their lifetime is part of the type, so a
/// step made here finds them. The drop takes them out again. If the drop never comes, because the future was
/// forgotten, the statement is still marked as running, and nothing steps it before [`Running::start`] has taken
/// them out; other calls, a rollback or the statement's own reset, do not look at arguments.
struct Running<'r> {
    handle: &'r mut Handle,
    prepared: &'r mut Prepared,
    args: PhantomData<&'r [Arg<'r>]>,
    /// Columns of its rows, 0 before the first.
    columns: usize,
    /// Stands at a row that is not handed over yet.
    row_left: bool,
    before: Before,
    /// How often there was no room for another row.
    pauses: u32,
    /// The size of the page cache, to be set again.
    cache: Option<i64>,
}

/// The connection's state before a statement that writes.
#[derive(Default)]
struct Before {
    in_transaction: bool,
    changes: i64,
    /// The last key, if the statement may make a new one.
    key: Option<i64>,
}

impl<'r> Running<'r> {
    fn start(handle: &'r mut Handle, prepared: &'r mut Prepared, args: &'r [Arg<'r>]) -> Result<Self> {
        prepared.end();
        prepared.running = true;
        let mut before = Before::default();
        if !prepared.read_only {
            before.in_transaction = !handle.is_autocommit();
            before.changes = handle.total_changes();
        }
        if prepared.makes_key {
            // A key stays the last one until there is another. To tell an old one from a new one, forget it.
            before.key = Some(handle.last_insert_rowid());
            handle.set_last_insert_rowid(0);
        }
        let running = Self {
            handle,
            prepared,
            args: PhantomData,
            columns: 0,
            row_left: false,
            before,
            pauses: 0,
            cache: None,
        };
        #[expect(unsafe_code, reason = "the arguments are lent to the statement")]
        // SAFETY: the statement is stepped by `advance` alone, within the lifetime of `args`. The drop clears the
        // arguments, in case of a failure, too; without a drop the next `start` does, before it steps.
        unsafe { bind(&mut running.prepared.stmt, args) }?;
        Ok(running)
    }

    /// Steps until the end or for a turn, whatever comes first.
    fn advance(&mut self, scales: &[u8], sink: &mut dyn Sink) -> Result<Turn> {
        let mut left = ROWS_A_TURN;
        if self.row_left {
            self.row_left = false;
            left -= 1;
            if self.hand_over(scales, sink)? == Room::Perhaps {
                return Ok(Turn::Full);
            }
        }
        loop {
            match self.prepared.stmt.step() {
                Step::Row if left == 0 => {
                    self.row_left = true;
                    return Ok(Turn::Over);
                }
                Step::Row => {
                    if self.columns == 0 {
                        // Not earlier: the first step may find the schema changed and prepare the statement anew.
                        self.columns = self.prepared.stmt.columns();
                        self.name_columns(sink)?;
                    }
                    left -= 1;
                    if self.hand_over(scales, sink)? == Room::Perhaps {
                        return Ok(Turn::Full);
                    }
                }
                Step::Done => {
                    if self.columns == 0 {
                        self.name_columns(sink)?;
                    }
                    return Ok(Turn::Done);
                }
                Step::Failed(code) => return self.failed(code),
            }
        }
    }

    /// Keeps a long stream from filling the page cache with pages that it reads once.
    fn narrow_cache(&mut self) {
        // A transaction that writes may have pages there that are not in the file yet, and would lock it to make room.
        if !self.handle.is_autocommit() {
            return;
        }
        let (Ok(Some(size)), Ok(Some(page))) =
            (self.handle.integer(c"PRAGMA cache_size"), self.handle.integer(c"PRAGMA page_size"))
        else {
            return;
        };
        // Below zero it is KiB.
        let pages = if size < 0 { size.saturating_mul(-1024) / page.max(1) } else { size };
        if pages > PAGES_OF_A_SCAN {
            self.cache = Some(size);
            let _ = self.handle.execute(c"PRAGMA cache_size = 128");
        }
    }

    fn name_columns(&self, sink: &mut dyn Sink) -> Result<()> {
        if sink.wants_columns() { sink.columns(self.prepared.stmt.names()) } else { Ok(()) }
    }

    #[inline]
    fn hand_over(&self, scales: &[u8], sink: &mut dyn Sink) -> Result<Room> {
        hand_over(RawRow::Sqlite(RowRef::new(&self.prepared.stmt, self.columns)), scales, sink)
    }

    #[cold]
    fn failed(&mut self, code: i32) -> Result<Turn> {
        let failure = self.prepared.stmt.failure(code);
        // With rows handed over it cannot begin anew, nor where SQLite has rolled the transaction back: what comes
        // would run outside of it.
        let rolled_back = self.before.in_transaction && self.handle.is_autocommit();
        if !is_passing(code) || self.columns > 0 || rolled_back {
            return Err(failure.into_error());
        }
        // Lets go of all locks while waiting, but for those of an explicit transaction.
        self.prepared.stmt.reset();
        Ok(Turn::Busy(failure))
    }

    fn outcome(&self) -> Outcome {
        if self.prepared.read_only || self.handle.total_changes() == self.before.changes {
            // DDL leaves the counter at what an earlier statement did.
            return Outcome::default();
        }
        let key = self.before.key.map(|_| self.handle.last_insert_rowid());
        Outcome { affected: self.handle.changes(), last_insert_id: key.filter(|key| *key != 0) }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.prepared.end();
        if let Some(size) = self.cache.take()
            && let Ok(sql) = CString::new(format!("PRAGMA cache_size = {size}"))
        {
            let _ = self.handle.execute(&sql);
        }
        if let Some(key) = self.before.key
            && self.handle.last_insert_rowid() == 0
        {
            self.handle.set_last_insert_rowid(key);
        }
    }
}

/// Whether a text inserts, and does not itself ask for the last key.
fn makes_key(sql: &str) -> bool {
    let starts_with =
        |word: &str| sql.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    (starts_with("insert") || starts_with("replace"))
        && !sql.to_ascii_lowercase().contains("last_insert_rowid")
}

/// SQLite would take a NUL for the end of the text.
fn c_string(sql: &str) -> Result<CString> {
    CString::new(sql).map_err(|_| invalid("the text of the statement holds a NUL character"))
}

#[cold]
fn invalid(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() })
}
