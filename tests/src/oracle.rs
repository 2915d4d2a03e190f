//! Plain SQL past the ORM: what the tests compare with.

use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Executor as _, Row as _, TypeInfo as _, ValueRef as _,
};

use crate::server::Kind;

/// A row as text, `None` for NULL.
pub(crate) type Row = Vec<Option<String>>;

/// Runs one statement. Values come as the server itself writes them.
pub(crate) async fn ask(
    kind: Kind,
    url: &str,
    schema: &str,
    sql: &str,
) -> Result<Vec<Row>, Box<dyn std::error::Error + Send + Sync>> {
    match kind {
        Kind::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(url).await?;
            let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
            rows.iter().map(sqlite_row).collect()
        }
        Kind::Postgres => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            connection.execute(AssertSqlSafe(format!("SET search_path = {schema}"))).await?;
            // The simple protocol: everything arrives as text.
            let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
            rows.iter()
                .map(|row| {
                    (0..row.len())
                        .map(|at| {
                            let value = row.try_get_raw(at)?;
                            if value.is_null() { Ok(None) } else { Ok(Some(value.as_str()?.to_owned())) }
                        })
                        .collect()
                })
                .collect()
        }
        Kind::MariaDb | Kind::MySql => {
            let mut connection = sqlx::MySqlConnection::connect(url).await?;
            let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
            rows.iter().map(|row| (0..row.len()).map(|at| Ok(mysql_text(row, at)?)).collect()).collect()
        }
    }
}

/// A cell of the text protocol: the bytes are the text.
fn mysql_text(row: &sqlx::mysql::MySqlRow, at: usize) -> Result<Option<String>, sqlx::Error> {
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(at)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// SQLite has no text protocol: numbers are written as its own client writes them.
fn sqlite_row(row: &sqlx::sqlite::SqliteRow) -> Result<Row, Box<dyn std::error::Error + Send + Sync>> {
    (0..row.len())
        .map(|at| {
            let value = row.try_get_raw(at)?;
            if value.is_null() {
                return Ok(None);
            }
            let name = value.type_info().name().to_owned();
            Ok(Some(match name.as_str() {
                "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(at)?.to_string(),
                "REAL" => row.try_get_unchecked::<f64, _>(at)?.to_string(),
                "BLOB" => row
                    .try_get_unchecked::<Vec<u8>, _>(at)?
                    .iter()
                    .map(|byte| format!("{byte:02X}"))
                    .collect(),
                "TEXT" | "DATETIME" | "DATE" | "TIME" => row.try_get_unchecked::<String, _>(at)?,
                other => return Err(format!("column {} is {other}", row.column(at).name()).into()),
            }))
        })
        .collect()
}
