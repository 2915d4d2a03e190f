//! Automatic keys behind explicit ones.
//!
//! SQLite, MySQL and MariaDB count on from the greatest key that a row was given. PostgreSQL's sequences do
//! not look at rows: without help, the next automatic key would be one that exists.

use super::Lease;
use crate::driver::{Arg, Backend, Cursor, Sink, Statement};
use crate::error::Result;
use crate::model::{AutoValue, Field, Table};
use crate::sql;
use crate::types::Value;

/// Moves the sequence behind the greatest explicit key among `values`, which hold a value or none for each
/// field, row by row. Never moves it back.
///
/// Done before the rows are inserted: if that fails there is a gap in the sequence, as after any failed
/// insert; the other way round there would be rows in the sequence's way.
pub(super) async fn advance(
    lease: &mut Lease<'_>,
    table: &'static Table,
    values: &[Option<Value>],
) -> Result<()> {
    if lease.server().backend != Backend::Postgres {
        return Ok(());
    }
    for (at, field) in table.fields.iter().enumerate() {
        if field.auto == AutoValue::Increment
            && let Some(greatest) = greatest(values.iter().skip(at).step_by(table.fields.len()))
        {
            advance_field(lease, table, field, greatest).await?;
        }
    }
    Ok(())
}

fn greatest<'a>(values: impl Iterator<Item = &'a Option<Value>>) -> Option<i64> {
    let key = |value: &Option<Value>| match value {
        Some(Value::Int(key)) => Some(*key),
        Some(Value::UInt(key)) => i64::try_from(*key).ok(),
        _ => None,
    };
    values.filter_map(key).max()
}

async fn advance_field(
    lease: &mut Lease<'_>,
    table: &'static Table,
    field: &'static Field,
    greatest: i64,
) -> Result<()> {
    let Some(column) = field.columns.first() else { return Ok(()) };
    let statement = sql::identity::advance();
    let (table, column) =
        (Value::Text(sql::identity::table_name(table)), Value::Text(column.name.to_owned()));
    let values = [Value::Int(greatest), table, column];
    let args = [0, 1, 2].map(|at: usize| Arg { value: &values[at], scale: u8::MAX });
    let mut far = Far(false);
    lease.run(Statement { sql: &statement, args: &args, scales: &[] }, &mut far).await?;
    if far.0 {
        let [Value::Int(greatest), Value::Text(table), Value::Text(column)] = &values else { return Ok(()) };
        lease.batch(&sql::identity::jump(table, column, *greatest)).await?;
    }
    Ok(())
}

/// Whether the sequence is still too far behind to be counted up one by one.
struct Far(bool);

impl Sink for Far {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.0 = row.bool()?.unwrap_or(false);
        Ok(())
    }
}
