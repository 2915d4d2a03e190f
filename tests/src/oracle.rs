//! Plain SQL past the ORM: what the tests compare with.

use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Executor as _, Row as _, TypeInfo as _, ValueRef as _,
};

use crate::server::Kind;

/// A row as text, `None` for NULL.
pub(crate) type Row = Vec<Option<String>>;

/// A connection past the ORM.
#[derive(Debug)]
pub enum Oracle {
    /// To a file.
    Sqlite(sqlx::SqliteConnection),
    /// To a server.
    Postgres(sqlx::PgConnection),
    /// To a server, of MariaDB too.
    MySql(sqlx::MySqlConnection),
}

impl Oracle {
    /// Connects; on PostgreSQL names are looked for in `schema`.
    pub(crate) async fn connect(
        kind: Kind,
        url: &str,
        schema: &str,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(match kind {
            Kind::Sqlite => Self::Sqlite(sqlx::SqliteConnection::connect(url).await?),
            Kind::Postgres => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                connection.execute(AssertSqlSafe(format!("SET search_path = {schema}"))).await?;
                Self::Postgres(connection)
            }
            Kind::MariaDb | Kind::MySql => Self::MySql(sqlx::MySqlConnection::connect(url).await?),
        })
    }

    /// Runs one statement. Values come as the server itself writes them.
    ///
    /// # Errors
    ///
    /// What the server says of the SQL.
    pub async fn ask(&mut self, sql: &str) -> Result<Vec<Row>, Box<dyn std::error::Error + Send + Sync>> {
        // The simple protocol: everything arrives as text.
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => connection.fetch_all(sql).await?.iter().map(sqlite_row).collect(),
            Self::Postgres(connection) => connection.fetch_all(sql).await?.iter().map(postgres_row).collect(),
            Self::MySql(connection) => {
                let rows = connection.fetch_all(sql).await?;
                rows.iter().map(|row| (0..row.len()).map(|at| Ok(mysql_text(row, at)?)).collect()).collect()
            }
        }
    }
}

fn postgres_row(row: &sqlx::postgres::PgRow) -> Result<Row, Box<dyn std::error::Error + Send + Sync>> {
    (0..row.len())
        .map(|at| {
            let value = row.try_get_raw(at)?;
            if value.is_null() { Ok(None) } else { Ok(Some(value.as_str()?.to_owned())) }
        })
        .collect()
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
