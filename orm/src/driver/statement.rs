//! What goes to a connection, and what comes back besides rows.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{Cursor, RawRow};
use crate::error::Result;
use crate::types::Value;

/// Stands in a text for PostgreSQL for the schema that the extension `hstore` is in, which the connection fills in.
pub(crate) const HSTORE_SCHEMA: &str = "\"orm:hstore\"";

/// SQL text with its arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement<'a> {
    /// The text. One text a shape, so that the connection can keep it prepared.
    pub(crate) sql: &'a Arc<str>,
    /// The arguments, in the order of the placeholders.
    pub(crate) args: &'a [Arg<'a>],
    /// Digits behind the point of each column of the result: SQLite keeps decimals as scaled integers.
    /// Shorter than the result or empty where no column is a decimal.
    pub(crate) scales: &'a [u8],
}

/// An argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arg<'a> {
    pub(crate) value: &'a Value,
    /// Digits behind the point of the column that a decimal goes to.
    #[cfg_attr(
        not(any(feature = "decimal", feature = "postgres", feature = "mysql")),
        expect(dead_code, reason = "there are no decimals, and SQLite has no use for it")
    )]
    pub(crate) scale: u8,
}

/// What a statement did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Rows matched by an update or delete, or inserted.
    pub(crate) affected: u64,
    /// The last key that the database made, where the protocol says it.
    pub(crate) last_insert_id: Option<i64>,
}

/// What takes the rows of a statement, one by one, as they arrive.
pub(crate) trait Sink: Send {
    /// Takes one row. An error ends the statement.
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()>;

    /// Whether there is room for another row. Asked after a row that was taken with [`Cursor::give_way`]; whoever makes room
    /// polls the statement again, so that nobody need be woken.
    fn poll_room(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Whether it has refused a row and wants no others: the connection is then left with those that are still on their way.
    fn left_rows(&self) -> bool {
        false
    }

    /// Whether it has to know how the columns are called.
    fn wants_columns(&self) -> bool {
        false
    }

    /// Takes the names of the columns, if it wants them: before the first row, or at the end if there is none. Once more
    /// for another set of rows, of a procedure. An error ends the statement.
    fn columns(&mut self, _: Vec<String>) -> Result<()> {
        Ok(())
    }
}

/// Whether there is room for another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    /// The sink has to be asked, see [`room`].
    Perhaps,
}

/// Hands a row over.
#[inline]
pub(super) fn hand_over(raw: RawRow<'_>, scales: &[u8], sink: &mut dyn Sink) -> Result<Room> {
    let mut cursor = Cursor::new(raw, scales);
    sink.row(&mut cursor)?;
    Ok(if cursor.gives_way() { Room::Perhaps } else { Room::Left })
}

/// Waits until there is room for another row.
pub(super) async fn room(sink: &mut dyn Sink) {
    poll_fn(|context| sink.poll_room(context)).await;
}

/// Ignores rows.
impl Sink for () {
    fn row(&mut self, _: &mut Cursor<'_>) -> Result<()> {
        Ok(())
    }
}
