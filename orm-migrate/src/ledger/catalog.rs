//! What a database says of tables.

use orm::Backend;
use orm::migrate::{Session, literal, quoted};
use orm::schema::TableName;

use super::said;
use crate::error::Result;

/// Whether there is a table of this name, in the schema that is searched first where none is said.
pub(crate) async fn has_table(session: &mut Session, schema: Option<&str>, name: &str) -> Result<bool> {
    let backend = session.backend();
    let name = literal(backend, name);
    let schema = schema.or(session.place()).map(|schema| literal(backend, schema));
    let sql = match backend {
        Backend::Sqlite => format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = {name}"),
        Backend::Postgres => format!(
            "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables WHERE schemaname = {} AND tablename = {name}",
            schema.unwrap_or_else(|| "current_schema()".to_owned())
        ),
        _ => format!(
            "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = {} \
             AND table_name = {name}",
            schema.unwrap_or_else(|| "DATABASE()".to_owned())
        ),
    };
    Ok(!session.rows(&sql).await.map_err(said)?.is_empty())
}

/// The names of the columns of a table; none if it is not there.
pub(crate) async fn columns(session: &mut Session, table: &TableName) -> Result<Vec<String>> {
    let backend = session.backend();
    let name = literal(backend, &table.name);
    let schema = table.schema.as_deref().or(session.place()).map(|schema| literal(backend, schema));
    let sql = match backend {
        Backend::Sqlite => format!("SELECT name FROM pragma_table_xinfo({name}) ORDER BY cid"),
        Backend::Postgres => format!(
            "SELECT CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema = {} \
             AND table_name = {name} ORDER BY ordinal_position",
            schema.unwrap_or_else(|| "current_schema()".to_owned())
        ),
        _ => format!(
            "SELECT CAST(column_name AS CHAR) FROM information_schema.columns WHERE table_schema = {} \
             AND table_name = {name} ORDER BY ordinal_position",
            schema.unwrap_or_else(|| "DATABASE()".to_owned())
        ),
    };
    let rows = session.rows(&sql).await.map_err(said)?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}

/// A table as it is named in SQL.
pub(crate) fn quoted_table(backend: Backend, table: &TableName) -> String {
    let name = quoted(backend, &table.name);
    match &table.schema {
        Some(schema) => format!("{}.{name}", quoted(backend, schema)),
        None => name,
    }
}
