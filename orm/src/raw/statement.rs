//! Running texts on the connection that they get.

use std::sync::Arc;

use super::record::UNKNOWN_SCALES;
use super::text::Text;
use super::{Params, effect::Effect};
use crate::database::{Access, Target};
use crate::driver::{Arg, Backend, Sink, Statement};
use crate::error::Result;
use crate::exec::{Collect, Expect, Lease, choose};
use crate::types::Value;

/// Texts with their values, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(super) statements: Vec<(Arc<str>, Params)>,
    /// Whether all have an effect or none.
    pub(super) is_atomic: bool,
}

/// Runs the texts, and hands the rows of each to its part of `sink`. Gives the number of rows that were changed.
///
/// # Errors
///
/// Those of `text` and `effect` before anything is sent; those of getting a connection; what the database says.
///
/// # Cancel safety
///
/// As for [`Lease::run`].
pub(crate) async fn perform(
    raw: Raw,
    target: Target<'_>,
    sink: &mut dyn Collect,
    expect: Expect,
) -> Result<u64> {
    if raw.statements.is_empty() {
        return Ok(0);
    }
    // Whatever it does, it goes where its target says.
    let pause = sink.pause();
    let mut lease = choose::decide(target, None, Access::Update)?.lease(pause.as_ref()).await?;
    // What a text does is not known, so that any may write something.
    lease.writes();
    sink.begin(&|| lease.origin());
    let result = run_all(&raw, &mut lease, &mut *sink).await;
    sink.trace(&|| lease.origin());
    let result = result.and_then(|affected| expect.check(sink.count()).map(|()| affected));
    result.map_err(|error| error.with_database(lease.database()))
}

async fn run_all(raw: &Raw, lease: &mut Lease<'_>, sink: &mut dyn Collect) -> Result<u64> {
    let backend = lease.server().backend;
    let mut prepared: Vec<Prepared<'_>> = Vec::with_capacity(raw.statements.len());
    let mut parsed: Option<(&Arc<str>, Arc<Text<'_>>)> = None;
    for (source, params) in &raw.statements {
        let text = match &parsed {
            Some((known, text)) if Arc::ptr_eq(known, source) => Arc::clone(text),
            _ => {
                let text = Arc::new(Text::parse(source, backend)?);
                check(text.effect, lease)?;
                parsed = Some((source, Arc::clone(&text)));
                text
            }
        };
        let bound = text.bind(params)?;
        bound.values.iter().try_for_each(|value| check_value(value, backend))?;
        // The same text is the same `Arc`, which connections find faster.
        let sql = match prepared.last() {
            Some(last) if *last.sql == *bound.sql => Arc::clone(&last.sql),
            _ => bound.sql.into(),
        };
        prepared.push(Prepared { sql, values: bound.values, is_batch: is_batch(&text, backend) });
    }
    if !raw.is_atomic {
        return run_each(&prepared, lease, sink).await;
    }
    lease.begin().await?;
    match run_each(&prepared, lease, sink).await {
        Ok(affected) => lease.commit().await.map(|()| affected),
        Err(error) => {
            lease.rollback(&error).await;
            Err(error)
        }
    }
}

/// A statement ready to be sent.
struct Prepared<'p> {
    sql: Arc<str>,
    values: Vec<&'p Value>,
    /// Sent without preparing it.
    is_batch: bool,
}

async fn run_each(statements: &[Prepared<'_>], lease: &mut Lease<'_>, sink: &mut dyn Collect) -> Result<u64> {
    let mut affected = 0_u64;
    for (at, statement) in statements.iter().enumerate() {
        if statement.is_batch && statement.values.is_empty() {
            lease.batch(&statement.sql).await?;
            continue;
        }
        let args: Vec<_> = statement.values.iter().map(|value| Arg { value, scale: scale(value) }).collect();
        let send = Statement { sql: &statement.sql, args: &args, scales: &UNKNOWN_SCALES };
        let part: &mut dyn Sink = match sink.part(at) {
            Some(part) => part,
            None => &mut *sink,
        };
        affected = affected.saturating_add(lease.run(send, part).await?.affected);
    }
    Ok(affected)
}

/// MySQL and MariaDB cannot prepare what makes a trigger or a routine, nor much of what changes the session. It gives no
/// rows.
fn is_batch(text: &Text<'_>, backend: Backend) -> bool {
    let is_mysql = matches!(backend, Backend::MySql | Backend::MariaDb);
    is_mysql && (text.holds_statements || matches!(text.effect, Effect::Transaction | Effect::Session))
}

/// The digits behind the point that a decimal is sent with: its own.
fn scale(value: &Value) -> u8 {
    match value {
        #[cfg(feature = "decimal")]
        Value::Decimal(number) => u8::try_from(number.scale()).unwrap_or(u8::MAX),
        _ => 0,
    }
}

/// Refuses what no connection can do, and what would stay behind on one of ours.
fn check(effect: Effect, lease: &Lease<'_>) -> Result<()> {
    effect.check_anywhere(lease.server().backend)?;
    match lease {
        // The user's own.
        Lease::Lent(_) => Ok(()),
        lease => effect.check(lease.in_transaction(), lease.server().backend),
    }
}

/// Refuses a value whose stored form depends on a column that nobody knows.
fn check_value(value: &Value, backend: Backend) -> Result<()> {
    #[cfg(feature = "decimal")]
    if backend == Backend::Sqlite && matches!(value, Value::Decimal(_)) {
        return Err(crate::Error::new(crate::ErrorKind::Unsupported {
            feature: "decimals: they are stored as integers, so give the integer, as the column counts",
            backend: backend.name(),
        }));
    }
    let _ = (value, backend);
    Ok(())
}

/// The first text as it would be sent to a backend.
pub(crate) fn to_sql(raw: &Raw, backend: Backend) -> Result<String> {
    match raw.statements.first() {
        Some((text, params)) => Ok(Text::parse(text, backend)?.bind(params)?.sql),
        None => Ok(String::new()),
    }
}
