//! What `orm-migrate` needs of a connection, and nothing else may use: it changes without notice.
//!
//! A [`Session`] is one connection that is held for the whole of a run. Text goes to it unread, so that it can lock,
//! begin and end transactions as a migration needs it.

use std::sync::Arc;

use crate::database::{Access, Database, DatabaseRef, To};
use crate::driver::{Backend, Cursor, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{Lease, choose};
use crate::raw;
use crate::sql;

/// A row: texts, none for NULL.
pub type Row = Vec<Option<String>>;

/// A connection of a database for a run of migrations.
#[derive(Debug)]
pub struct Session {
    lease: Lease<'static>,
    backend: Backend,
    version: (u16, u16, u16),
    place: Option<String>,
}

impl Session {
    /// Takes a connection of the pool.
    ///
    /// # Errors
    ///
    /// Those of getting a connection; `Unsupported` inside of a transaction on this database.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn open(database: &Database) -> Result<Self> {
        let target = To::Database(DatabaseRef::from(database.clone()));
        let lease = choose::lease(target.into(), None, Access::Update).await?;
        let Server { backend, version } = lease.server();
        if lease.in_transaction() {
            let feature = "migrations inside of a transaction";
            let error = Error::new(ErrorKind::Unsupported { feature, backend: backend.name() });
            return Err(error.with_database(database.name()));
        }
        let mut session = Self { lease, backend, version, place: None };
        session.place = match backend {
            Backend::Sqlite => Some("main".to_owned()),
            Backend::Postgres => session.text("SELECT CAST(current_schema() AS TEXT)").await?,
            Backend::MySql | Backend::MariaDb => session.text("SELECT CAST(DATABASE() AS CHAR)").await?,
        };
        Ok(session)
    }

    /// The first column of the first row.
    async fn text(&mut self, sql: &str) -> Result<Option<String>> {
        let rows = self.rows(sql).await?;
        Ok(rows.into_iter().next().and_then(|row| row.into_iter().next().flatten()))
    }

    /// Says that something is written, so that who reads from replicas knows, and that the connection is given up
    /// when it is dropped, with whatever was left on it.
    pub fn writes(&mut self) {
        self.lease.writes();
        self.lease.give_up_on_drop();
    }

    /// Which backend it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Its version: major, minor, patch.
    #[must_use]
    pub fn version(&self) -> (u16, u16, u16) {
        self.version
    }

    /// The schema, or on MySQL and MariaDB the database, that names without one were for when the session was opened: what
    /// a migration does to the connection does not change it. None if there was none.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The number that a query gives.
    ///
    /// # Errors
    ///
    /// The server's; `Decode` if it gives something else: no row, NULL, what is no number.
    ///
    /// # Cancel safety
    ///
    /// As for [`batch`](Session::batch).
    pub async fn count(&mut self, sql: &str) -> Result<u64> {
        let text = if matches!(self.backend, Backend::MySql | Backend::MariaDb) { "CHAR" } else { "TEXT" };
        let found = self.text(&format!("SELECT CAST(({sql}) AS {text})")).await?;
        found.as_deref().and_then(|text| text.parse().ok()).ok_or_else(|| {
            Error::new(ErrorKind::Decode {
                column: 0,
                expected: "a whole number",
                found: found.unwrap_or_else(|| "NULL".to_owned()),
            })
        })
    }

    /// Runs text that gives no rows.
    ///
    /// # Errors
    ///
    /// The server's.
    ///
    /// # Cancel safety
    ///
    /// After a drop the session is of no use.
    pub async fn batch(&mut self, sql: &str) -> Result<()> {
        self.lease.batch(sql).await
    }

    /// The rows of a query, of which each column is text.
    ///
    /// # Errors
    ///
    /// The server's; `Decode` for a column that is no text.
    ///
    /// # Cancel safety
    ///
    /// As for [`batch`](Session::batch).
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<Row>> {
        let mut rows = Texts::default();
        let sql: Arc<str> = sql.into();
        self.lease.run(Statement { sql: &sql, args: &[], scales: &[] }, &mut rows).await?;
        Ok(rows.rows)
    }

    /// Begins a transaction, on SQLite one that may write at once; `checked` is whether SQLite minds foreign keys in it.
    ///
    /// # Errors
    ///
    /// The server's.
    ///
    /// # Cancel safety
    ///
    /// As for [`batch`](Session::batch).
    pub async fn begin(&mut self, checked: bool) -> Result<()> {
        if checked { self.lease.begin().await } else { self.lease.begin_unchecked().await }
    }

    /// Commits it.
    ///
    /// # Errors
    ///
    /// The server's.
    ///
    /// # Cancel safety
    ///
    /// After a drop nobody knows whether it was committed.
    pub async fn commit(&mut self) -> Result<()> {
        self.lease.commit().await
    }

    /// Undoes it.
    ///
    /// # Cancel safety
    ///
    /// As for [`batch`](Session::batch).
    pub async fn rollback(&mut self) {
        self.lease.rollback(&Error::new(ErrorKind::Cancelled)).await;
    }
}

#[derive(Default)]
struct Texts {
    columns: usize,
    rows: Vec<Row>,
}

impl Sink for Texts {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        let texts = (0..self.columns).map(|_| row.text()).collect::<Result<_>>()?;
        self.rows.push(texts);
        Ok(())
    }

    fn wants_columns(&self) -> bool {
        true
    }

    fn columns(&mut self, names: Vec<String>) -> Result<()> {
        self.columns = names.len();
        Ok(())
    }
}

/// Text as a literal of a backend.
#[must_use]
pub fn literal(backend: Backend, text: &str) -> String {
    sql::quoted_text(backend, text)
}

/// A name between the quotes of a backend.
#[must_use]
pub fn quoted(backend: Backend, name: &str) -> String {
    sql::quoted_name(backend, name)
}

/// Refuses a statement that somebody has written for a migration, if it changes the connection beyond itself: what comes
/// behind it would mean something else, or stay where the migration is taken back.
///
/// # Errors
///
/// `InvalidQuery` for what begins or ends a transaction, or changes the session; `Unsupported` for a copy from or to the
/// client.
pub fn check_own(statement: &str, backend: Backend) -> Result<()> {
    raw::check_own(statement, backend)
}

/// The statements of a text, each without the semicolon behind it.
#[must_use]
pub fn statements(text: &str, backend: Backend) -> Vec<String> {
    raw::statements(text, backend)
}
