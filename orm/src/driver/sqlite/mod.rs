//! SQLite: statements are stepped on the task that awaits them, straight on the handle of a sqlx connection.
//!
//! `connect` opens and closes, `options` and `pragma` say how; `run` steps statements, which `cache` keeps
//! prepared; `bind` writes arguments and `row` reads columns, both in the formats of `temporal` where a date or
//! time is text; `function` has what statements call and SQLite lacks, of which `case` is about letters, `own` what the program adds;
//! `wait` waits for other writers; `lent` does the same on a connection that belongs to the user;
//! only `handle`, `stmt`, `function` and `own::call` call into the C library.
//! Called by [`driver`](super) alone, and `lent` by `database`.
//!
//! # Why the raw handle may be used
//!
//! A sqlx connection is a worker thread that owns the `sqlite3*` in a mutex and takes commands from a channel.
//! Going through it costs two thread switches a statement and a copied row a row, which is most of the time that
//! a query takes. So this module asks sqlx for the handle and uses it in the worker's place. That is sound if, at
//! any moment, one thread at most is inside SQLite with this handle, and if it sees what the one before it wrote:
//!
//! - *SQLite's side.* sqlx opens with `SQLITE_OPEN_NOMUTEX`: the handle and its statements may be used from any
//!   thread, one at a time. (A user's own connection may be in serialized mode, which asks for less.) That the
//!   library was not compiled single-threaded is checked when a connection is opened.
//! - *A pooled connection* owns its `SqliteConnection`. Opening it takes `lock_handle`, copies the pointer, lets
//!   the lock go and sends a ping. The worker handles commands in order, so when the ping is answered it has
//!   handled all others, has its own mutex back and waits for the channel. It only wakes for a command, or for
//!   the end of the channel; commands are sent by methods of `SqliteConnection` alone, which cannot be cloned
//!   and which nobody calls until [`Connection::close`] or the drop, both of which first finalize every statement
//!   made here. The answer to the ping orders all that the worker did before all that is done here; the command
//!   to shut down, or the closing of the channel, orders all that was done here before what the worker does next.
//! - *A lent connection* keeps the guard of `lock_handle` for as long as a statement runs. While it exists the
//!   worker waits for the mutex. Every command after that is ordered by the mutex in both directions.
//! - *Between tasks and threads* a future moves by means of its executor, which orders what it did before with
//!   what it does after. All that holds the pointer is `Send` but not `Sync`, and every use takes the connection
//!   by exclusive reference, so two tasks cannot be inside at once.
//!
//! # Why a ping before each `lock_handle`
//!
//! `lock_handle` puts the command "unlock" into the worker's channel (50 places) and waits for the mutex, both at
//! once. A caller that lets the guard go and asks again may find the mutex free because the worker has not come
//! back to it yet; it then holds the mutex while another "unlock" sits in the channel. In a loop on another thread
//! these gather, one at a time, until the channel is full: now the caller holds the mutex and waits for room in
//! the channel, and the worker waits for the mutex. A ping is answered only when the channel is empty and the
//! worker has its mutex again, so at most one "unlock" is ever under way. `tests::lent` runs it many
//! thousand times over.
//!
//! # What happens when a future is dropped
//!
//! A running statement is reset, and its arguments are taken out, by a guard that lives in the future; statements
//! that are not cached are finalized. An explicit transaction stays open: [`Connection::reset_now`] ends it. A
//! future that is forgotten instead leaves its statement marked, and the mark makes the next user reset it before
//! anything else.

mod bind;
mod cache;
mod case;
mod connect;
mod error;
mod function;
mod handle;
mod lent;
mod options;
mod own;
#[cfg(feature = "regex")]
mod pattern;
mod pragma;
mod row;
mod run;
mod stmt;
mod temporal;
#[cfg(test)]
mod tests;
mod wait;

pub(crate) use connect::{Connection, linked};
pub(crate) use lent::{batch_lent, run_lent};
pub(crate) use options::{ConnectOptions, Location};
pub use own::{
    SqliteArgument, SqliteFunctions, SqliteResult, SqliteScalar, SqliteStep, SqliteValue, StepResult,
};
pub(crate) use row::{KeptRow, RowRef, Values};
