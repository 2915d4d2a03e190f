//! Running statements on a connection, ours or lent.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::{
    AssertSqlSafe, Connection as _, Either, Executor as _, MySqlConnection, SqlSafeStr as _, Statement as _,
};

use super::error::from_sqlx;
use super::row::{RowRef, kinds};
use super::{Outcome, Sink, Statement, bind};
use crate::driver::fault::Phase;
use crate::driver::{Cursor, RawRow, check};
use crate::error::{ErrorKind, Result};

/// The server has no room for more prepared statements; the room is shared by all its connections.
const ER_MAX_PREPARED_STMT_COUNT_REACHED: u16 = 1461;

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
    let arguments = bind::arguments(statement.args)?;
    prepare(connection, statement).await?;

    // Kept prepared: a statement closed after use is a second packet without an answer, and the next one then
    // waits for a delayed acknowledgement. `fetch_many` of the connection itself: `fetch` and its kin put
    // more streams on top of it.
    let query = sqlx::query_with(AssertSqlSafe(Arc::clone(statement.sql)), arguments).persistent(true);
    let mut results = connection.fetch_many(query);
    let mut outcome = Outcome::default();
    let mut columns = Vec::new();
    let mut refused = None;
    loop {
        match results.try_next().await {
            Ok(Some(Either::Right(row))) => {
                if refused.is_some() {
                    continue;
                }
                if columns.is_empty() {
                    columns = kinds(&row);
                }
                let raw = RawRow::MySql(RowRef { row: &row, kinds: &columns });
                if let Err(error) = sink.row(&mut Cursor::new(raw, statement.scales)) {
                    refused = Some(error);
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
                let error = from_sqlx(&error, Phase::Run);
                return Err(match refused {
                    Some(refused) if !matches!(error.kind(), ErrorKind::ConnectionLost) => refused,
                    _ => error,
                });
            }
        }
    }
    match refused {
        Some(error) => Err(error),
        None => Ok(outcome),
    }
}

/// Prepares the statement, unless it is, and counts its placeholders.
///
/// Executing it with another number of arguments would leave sqlx waiting for an answer that never comes: on
/// the next use, for ever.
async fn prepare(connection: &mut MySqlConnection, statement: Statement<'_>) -> Result<()> {
    let text = || AssertSqlSafe(Arc::clone(statement.sql)).into_sql_str();
    let prepared = match connection.prepare(text()).await {
        Err(error) if number(&error) == Some(ER_MAX_PREPARED_STMT_COUNT_REACHED) => {
            // Ours are given back first; if others have taken all, the second error says so.
            connection.clear_cached_statements().await.map_err(|error| from_sqlx(&error, Phase::Run))?;
            connection.prepare(text()).await
        }
        prepared => prepared,
    };
    let prepared = prepared.map_err(|error| from_sqlx(&error, Phase::Run))?;
    let expected = match prepared.parameters() {
        Some(Either::Right(count)) => count,
        Some(Either::Left(types)) => types.len(),
        None => return Ok(()),
    };
    if expected != statement.args.len() {
        return Err(check::invalid_query(format!(
            "the statement has {expected} placeholders, not {}",
            statement.args.len()
        )));
    }
    Ok(())
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
