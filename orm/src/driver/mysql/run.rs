//! Running statements on a connection, ours or lent.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use sqlx::mysql::{MySqlArguments, MySqlColumn, MySqlDatabaseError, MySqlStatement};
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Either, Executor as _, MySqlConnection, Row as _,
    SqlSafeStr as _, Statement as _,
};

use super::error::from_sqlx;
use super::row::{RowRef, kinds};
use super::{Outcome, Sink, Statement, bind};
use crate::driver::fault::Phase;
use crate::driver::statement::{Room, hand_over, room};
use crate::driver::{RawRow, check};
use crate::error::{Error, ErrorKind, Result};

/// The server has no room for more prepared statements; the room is shared by all its connections.
const ER_MAX_PREPARED_STMT_COUNT_REACHED: u16 = 1461;
const ER_UNKNOWN_STMT_HANDLER: u16 = 1243;
const ER_NEED_REPREPARE: u16 = 1615;
/// Also: a statement prepared while a column was a number, which is text by now (seen on MySQL 9).
const ER_IMPOSSIBLE_STRING_CONVERSION: u16 = 3988;

/// Runs a prepared statement and hands its rows to `sink`.
///
/// Every row is read even if `sink` fails at one: its error is returned, and the connection is ready for the
/// next statement. After [`ErrorKind::ConnectionLost`] it is not, and must not be used again.
///
/// `last_insert_id` is the first of the keys that the statement made, if it made several.
///
/// # Cancel safety
///
/// Not cancel-safe: after a drop the state of the connection is unknown.
pub(crate) async fn run_on(
    connection: &mut MySqlConnection,
    statement: Statement<'_>,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    // First of all: what cannot be sent is not to cost a round trip.
    let arguments = bind::arguments(statement.args)?;
    // Boxed: sqlx's futures are large, and would be part of that of every query, one on SQLite, too.
    Box::pin(run_bound(connection, statement, arguments, sink)).await
}

async fn run_bound(
    connection: &mut MySqlConnection,
    statement: Statement<'_>,
    arguments: MySqlArguments,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    let prepared = prepare(connection, statement).await?;
    match execute(connection, statement, &prepared, arguments, sink).await {
        Ok(outcome) => Ok(outcome),
        // The server refuses these before it runs anything, so running it anew repeats nothing.
        Err(Failed { error: Why::Driver(error), rows: false }) if is_stale(&error) => {
            clear(connection).await?;
            let prepared = prepare(connection, statement).await?;
            let arguments = bind::arguments(statement.args)?;
            execute(connection, statement, &prepared, arguments, sink).await.map_err(Failed::into_error)
        }
        Err(failed) => Err(failed.into_error()),
    }
}

/// Whether the server has lost the prepared statement, or cannot fit it to a schema that has changed since.
fn is_stale(error: &sqlx::Error) -> bool {
    matches!(
        number(error),
        Some(ER_UNKNOWN_STMT_HANDLER | ER_NEED_REPREPARE | ER_IMPOSSIBLE_STRING_CONVERSION)
    )
}

async fn clear(connection: &mut MySqlConnection) -> Result<()> {
    connection.clear_cached_statements().await.map_err(|error| from_sqlx(&error, Phase::Run))
}

/// Why a statement ended early, and whether it gave rows before.
struct Failed {
    error: Why,
    rows: bool,
}

enum Why {
    Driver(sqlx::Error),
    Ours(Error),
}

impl Failed {
    fn into_error(self) -> Error {
        match self.error {
            Why::Driver(error) => from_sqlx(&error, Phase::Run),
            Why::Ours(error) => error,
        }
    }
}

async fn execute(
    connection: &mut MySqlConnection,
    statement: Statement<'_>,
    prepared: &MySqlStatement,
    arguments: MySqlArguments,
    sink: &mut dyn Sink,
) -> Result<Outcome, Failed> {
    // Kept prepared: a statement closed after use is a second packet without an answer, and the next one then
    // waits for a delayed acknowledgement. `fetch_many` of the connection itself: `fetch` and its kin put
    // more streams on top of it.
    let query = sqlx::query_with(AssertSqlSafe(Arc::clone(statement.sql)), arguments).persistent(true);
    let mut results = connection.fetch_many(query);
    let mut outcome = Outcome::default();
    let mut columns = Vec::new();
    let mut rows = false;
    let mut refused = None;
    loop {
        match results.try_next().await {
            Ok(Some(Either::Right(row))) => {
                if refused.is_some() {
                    continue;
                }
                rows = true;
                if columns.is_empty() {
                    columns = kinds(&row);
                    if sink.wants_columns()
                        && let Err(error) = sink.columns(names(row.columns()))
                    {
                        refused = Some(error);
                        continue;
                    }
                }
                let raw = RawRow::MySql(RowRef { row: &row, kinds: &columns });
                match hand_over(raw, statement.scales, sink) {
                    Ok(Room::Left) => {}
                    Ok(Room::Perhaps) => room(sink).await,
                    // Whoever takes rows one by one is told now, not when all others have come.
                    Err(error) if sink.left_rows() => return Err(Failed { error: Why::Ours(error), rows }),
                    Err(error) => refused = Some(error),
                }
            }
            Ok(Some(Either::Left(done))) => {
                outcome.affected = outcome.affected.saturating_add(done.rows_affected());
                if done.last_insert_id() != 0 {
                    outcome.last_insert_id = i64::try_from(done.last_insert_id()).ok();
                }
                // Another result, of a procedure, has columns of its own.
                columns.clear();
            }
            Ok(None) => break,
            // That the connection is lost matters more than why a row was refused.
            Err(error) => {
                let error = match refused {
                    Some(refused) if !is_lost(&error) => Why::Ours(refused),
                    _ => Why::Driver(error),
                };
                return Err(Failed { error, rows });
            }
        }
    }
    if !rows && refused.is_none() && sink.wants_columns() {
        refused = sink.columns(names(prepared.columns())).err();
    }
    match refused {
        Some(error) => Err(Failed { error: Why::Ours(error), rows }),
        None => Ok(outcome),
    }
}

fn is_lost(error: &sqlx::Error) -> bool {
    matches!(from_sqlx(error, Phase::Run).kind(), ErrorKind::ConnectionLost)
}

/// Prepares the statement, unless it is, and counts its placeholders.
///
/// Executing it with another number of arguments would leave sqlx waiting for an answer that never comes: on
/// the next use, for ever.
async fn prepare(connection: &mut MySqlConnection, statement: Statement<'_>) -> Result<MySqlStatement> {
    let text = || AssertSqlSafe(Arc::clone(statement.sql)).into_sql_str();
    let prepared = match connection.prepare(text()).await {
        Err(error) if number(&error) == Some(ER_MAX_PREPARED_STMT_COUNT_REACHED) => {
            // Ours are given back first; if others have taken all, the second error says so.
            clear(connection).await?;
            connection.prepare(text()).await
        }
        prepared => prepared,
    };
    let prepared = prepared.map_err(|error| from_sqlx(&error, Phase::Run))?;
    let expected = match prepared.parameters() {
        Some(Either::Right(count)) => count,
        Some(Either::Left(types)) => types.len(),
        None => return Ok(prepared),
    };
    if expected != statement.args.len() {
        return Err(check::invalid_query(format!(
            "the statement has {expected} placeholders, not {}",
            statement.args.len()
        )));
    }
    Ok(prepared)
}

fn names(columns: &[MySqlColumn]) -> Vec<String> {
    columns.iter().map(|column| column.name().to_owned()).collect()
}

fn number(error: &sqlx::Error) -> Option<u16> {
    error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
}

/// Runs text without preparing it: one statement or several, without arguments. Rows are ignored.
///
/// # Cancel safety
///
/// As for [`run_on`].
pub(crate) async fn batch_on(connection: &mut MySqlConnection, sql: &str) -> Result<()> {
    let mut results = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
    loop {
        match results.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(error) => return Err(from_sqlx(&error, Phase::Run)),
        }
    }
}
