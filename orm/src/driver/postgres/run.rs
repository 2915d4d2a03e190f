//! Running statements on a connection, ours or lent.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgColumn, PgDatabaseError};
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Either, Executor as _, PgConnection, Row as _,
    SqlSafeStr as _, Statement as _,
};

use super::error::from_sqlx;
use super::row::{RowRef, kinds};
use super::{Outcome, Sink, Statement, bind, hstore};
use crate::driver::RawRow;
use crate::driver::fault::Phase;
use crate::driver::statement::{Room, hand_over, room};
use crate::error::{Error, ErrorKind, Result};

/// The argument types that each text was prepared for on a connection of ours.
///
/// sqlx finds a prepared statement by its text alone. Arguments of other types than it was prepared for
/// would be misread by the server, without an error where the width is the same: `SELECT $1` with an `f64`
/// after an `i64`. So the same text with other types is sent as another text, told apart by a comment.
#[derive(Debug)]
pub(super) struct Prepared {
    known: HashMap<Arc<str>, Known, foldhash::fast::RandomState>,
    limit: usize,
    /// The schema of the extension, once a text has asked for it.
    hstore: Option<Box<str>>,
}

/// A text that was sent.
#[derive(Debug)]
struct Known {
    types: Box<[u32]>,
    /// It, with the schema of the extension filled in.
    sent: Arc<str>,
}

impl Prepared {
    pub(super) fn new(statement_cache: usize) -> Self {
        Self { known: HashMap::default(), limit: statement_cache.saturating_mul(2), hstore: None }
    }

    /// The text to send: as it stands if it is, or is now going to be, prepared for these types.
    async fn text(
        &mut self,
        connection: &mut PgConnection,
        sql: &Arc<str>,
        types: &[u32],
    ) -> Result<Arc<str>> {
        if let Some(known) = self.known.get(sql) {
            return Ok(if *known.types == *types {
                Arc::clone(&known.sent)
            } else {
                marked(&known.sent, types)
            });
        }
        let sent = if hstore::is_open(sql) { self.filled(connection, sql).await? } else { Arc::clone(sql) };
        self.known.insert(Arc::clone(sql), Known { types: types.into(), sent: Arc::clone(&sent) });
        Ok(sent)
    }

    /// The text with the schema of the extension in it.
    pub(super) async fn filled(&mut self, connection: &mut PgConnection, sql: &str) -> Result<Arc<str>> {
        let schema = match &self.hstore {
            Some(schema) => schema,
            // Boxed, as what runs once a connection.
            None => self.hstore.insert(Box::pin(hstore::schema(connection)).await?),
        };
        Ok(hstore::filled(sql, schema))
    }
}

/// Runs a statement on a connection of ours.
pub(super) async fn run(
    connection: &mut PgConnection,
    prepared: &mut Prepared,
    statement: Statement<'_>,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    if prepared.known.len() >= prepared.limit {
        // Forgotten together: what is still prepared must stay known.
        Box::pin(clear(connection)).await?;
        prepared.known.clear();
    }
    let (arguments, types) = bind::arguments(statement.args)?;
    let sql = prepared.text(connection, statement.sql, &types).await?;
    // Boxed: sqlx's futures are large, and would be part of that of every query, one on SQLite, too.
    let result = Box::pin(run_text(connection, sql, arguments, statement, sink)).await;
    if result.is_err() && hstore::is_open(statement.sql) {
        // The extension may be somewhere else by now.
        prepared.hstore = None;
        prepared.known.remove(statement.sql);
    }
    result
}

/// Runs a prepared statement on a connection that was lent to us, and hands its rows to `sink`.
///
/// Every row is read even if `sink` fails at one: its error is returned, and the connection is ready for the
/// next statement. After [`ErrorKind::ConnectionLost`] it is not, and must not be used again.
///
/// # Cancel safety
///
/// Not cancel-safe: after a drop the state of the connection is unknown.
pub(crate) async fn run_on(
    connection: &mut PgConnection,
    statement: Statement<'_>,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    let (arguments, types) = bind::arguments(statement.args)?;
    // Nobody knows what was prepared on it before: the text always says its types.
    let open = Arc::clone(statement.sql);
    let sql = if hstore::is_open(&open) {
        hstore::filled(&open, &Box::pin(hstore::schema(connection)).await?)
    } else {
        open
    };
    let sql = if types.is_empty() { sql } else { marked(&sql, &types) };
    Box::pin(run_text(connection, sql, arguments, statement, sink)).await
}

/// Runs text without preparing it: one statement or several, without arguments. Rows are ignored.
///
/// # Cancel safety
///
/// As for [`run_on`].
pub(crate) async fn batch_on(connection: &mut PgConnection, sql: &str) -> Result<()> {
    if hstore::is_open(sql) {
        let schema = Box::pin(hstore::schema(connection)).await?;
        return batch_text(connection, &hstore::filled(sql, &schema)).await;
    }
    batch_text(connection, sql).await
}

async fn batch_text(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let mut results = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
    loop {
        match results.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(error) => return Err(from_sqlx(&error, Phase::Run)),
        }
    }
}

/// The text with its argument types in a comment.
fn marked(sql: &str, types: &[u32]) -> Arc<str> {
    let mut text = String::with_capacity(sql.len() + 8 + types.len() * 5);
    text.push_str(sql);
    text.push_str(" /* types");
    for oid in types {
        let _ = write!(text, " {oid}");
    }
    text.push_str(" */");
    text.into()
}

/// Runs a text; once more if it was prepared against a schema that has changed since.
async fn run_text(
    connection: &mut PgConnection,
    sql: Arc<str>,
    arguments: PgArguments,
    statement: Statement<'_>,
    sink: &mut dyn Sink,
) -> Result<Outcome> {
    let failed = match execute(connection, Arc::clone(&sql), arguments, statement.scales, sink).await {
        Ok(outcome) => return Ok(outcome),
        Err(failed) => failed,
    };
    let Failed::Driver(error) = failed else { return Err(failed.into_error()) };
    if !is_stale(&error) {
        return Err(from_sqlx(&error, Phase::Run));
    }
    // The server refused the plan before it ran anything, so running it anew repeats nothing. Inside a
    // transaction the refusal has broken the transaction; then the first error is the one to tell.
    clear(connection).await?;
    let (arguments, _) = bind::arguments(statement.args)?;
    match execute(connection, sql, arguments, statement.scales, sink).await {
        Ok(outcome) => Ok(outcome),
        Err(Failed::Driver(again)) if sqlstate(&again) == Some("25P02") => Err(from_sqlx(&error, Phase::Run)),
        Err(failed) => Err(failed.into_error()),
    }
}

/// Whether a prepared statement is gone or its result type has changed. Both are found before it runs.
fn is_stale(error: &sqlx::Error) -> bool {
    match sqlstate(error) {
        Some("26000") => true,
        Some("0A000") => {
            server_error(error).and_then(PgDatabaseError::routine) == Some("RevalidateCachedQuery")
        }
        _ => false,
    }
}

fn server_error(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

fn sqlstate(error: &sqlx::Error) -> Option<&str> {
    server_error(error).map(PgDatabaseError::code)
}

async fn clear(connection: &mut PgConnection) -> Result<()> {
    connection.clear_cached_statements().await.map_err(|error| from_sqlx(&error, Phase::Run))
}

/// Why a statement ended early.
enum Failed {
    Driver(sqlx::Error),
    Sink(Error),
}

impl Failed {
    fn into_error(self) -> Error {
        match self {
            Self::Driver(error) => from_sqlx(&error, Phase::Run),
            Self::Sink(error) => error,
        }
    }
}

async fn execute(
    connection: &mut PgConnection,
    sql: Arc<str>,
    arguments: PgArguments,
    scales: &[u8],
    sink: &mut dyn Sink,
) -> Result<Outcome, Failed> {
    // `fetch_many` of the connection itself: `fetch` and its kin put more streams on top of it.
    let text = AssertSqlSafe(Arc::clone(&sql));
    let mut results = connection.fetch_many(sqlx::query_with(text, arguments).persistent(true));
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
                    if sink.wants_columns()
                        && let Err(error) = sink.columns(names(row.columns()))
                    {
                        refused = Some(error);
                        continue;
                    }
                }
                let raw = RawRow::Postgres(RowRef { row: &row, kinds: &columns });
                match hand_over(raw, scales, sink) {
                    Ok(Room::Left) => {}
                    Ok(Room::Perhaps) => room(sink).await,
                    // Whoever takes rows one by one is told now, not when all others have come.
                    Err(error) if sink.left_rows() => return Err(Failed::Sink(error)),
                    Err(error) => refused = Some(error),
                }
            }
            Ok(Some(Either::Left(done))) => {
                outcome.affected = outcome.affected.saturating_add(done.rows_affected());
            }
            Ok(None) => break,
            // That the connection is lost matters more than why a row was refused.
            Err(error) => {
                return Err(match refused {
                    Some(refused) if !is_lost(&error) => Failed::Sink(refused),
                    _ => Failed::Driver(error),
                });
            }
        }
    }
    drop(results);
    if columns.is_empty() && refused.is_none() && sink.wants_columns() {
        // Prepared already: this asks nobody.
        let prepared = connection.prepare(AssertSqlSafe(sql).into_sql_str()).await.map_err(Failed::Driver)?;
        refused = sink.columns(names(prepared.columns())).err();
    }
    match refused {
        Some(error) => Err(Failed::Sink(error)),
        None => Ok(outcome),
    }
}

fn names(columns: &[PgColumn]) -> Vec<String> {
    columns.iter().map(|column| column.name().to_owned()).collect()
}

fn is_lost(error: &sqlx::Error) -> bool {
    matches!(from_sqlx(error, Phase::Run).kind(), ErrorKind::ConnectionLost)
}
