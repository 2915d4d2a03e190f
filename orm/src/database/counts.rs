//! Counting what a task sends to a database, for tests.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::handle::Database;
use super::scope::{self, Said, Within};

/// Counts the statements that a task sends to one database: for tests that are to see a query too many.
///
/// Inside [`scope`](Self::scope) every statement on the database, its replicas included, is counted when it is sent, also one
/// that fails. What begins and ends transactions is not, nor what a connection is prepared by. Other databases, other tasks,
/// and connections of the program's own are not counted. [`assert_queries!`](crate::assert_queries) compares at once.
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// use orm::QueryCount;
///
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 40)]
/// #     name: String,
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Database::open("counted", "sqlite::memory:").await?;
/// # db.create_tables(&[User::TABLE]).await?;
/// let sent = QueryCount::of(&db);
/// sent.scope(async {
///     User::objects().using(&db).create(NewUser::new("ann")).await?;
///     User::objects().using(&db).count().await
/// })
/// .await?;
/// assert_eq!((sent.total(), sent.selects()), (2, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct QueryCount(Arc<Counted>);

struct Counted {
    database: Database,
    sent: Mutex<Vec<String>>,
}

impl QueryCount {
    /// Counts what is sent to this database.
    #[must_use]
    pub fn of(database: &Database) -> Self {
        Self(Arc::new(Counted { database: database.clone(), sent: Mutex::default() }))
    }

    /// Runs `body`, and counts what it sends: a future is awaited, a closure called by [`blocking`](Within::blocking).
    ///
    /// It holds for what the body awaits. What it spawns enters the scope of a clone to be counted too.
    pub fn scope<F>(&self, body: F) -> Within<F> {
        Within::new(Said::Count(self.clone()), body)
    }

    /// How many statements were sent.
    #[must_use]
    pub fn total(&self) -> usize {
        self.sent().len()
    }

    /// How many of them read rows: those that begin with `SELECT`, `WITH` or a parenthesis.
    #[must_use]
    pub fn selects(&self) -> usize {
        let is_read = |sql: &&String| {
            let sql = sql.trim_start();
            sql.starts_with('(') || begins_with(sql, &["SELECT", "WITH"])
        };
        self.sent().iter().filter(is_read).count()
    }

    /// The statements, in the order in which they were sent, with placeholders for values.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        self.sent().clone()
    }

    /// Whether so many were sent.
    ///
    /// # Errors
    ///
    /// What a test is to be told: both numbers, and the statements.
    pub fn check(&self, expected: usize) -> Result<(), String> {
        let sent = self.statements();
        if sent.len() == expected {
            return Ok(());
        }
        let mut message = format!(
            "{expected} queries on the database `{}` were expected, and {} were sent",
            self.0.database.name(),
            sent.len()
        );
        for (at, sql) in sent.iter().enumerate() {
            message.push_str(&format!("\n{}. {sql}", at + 1));
        }
        Err(message)
    }

    fn sent(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement is about to be sent on a connection of this pool.
pub(crate) fn note(pool: usize, sql: &str) {
    // Nothing of this begins a statement that anybody wrote a query for.
    if begins_with(sql, &["BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "PRAGMA"]) {
        return;
    }
    for count in scope::counting() {
        if count.0.database.shared().has_pool(pool) {
            count.sent().push(crate::sql::shown(sql).into_owned());
        }
    }
}

/// Whether the first word of a text is one of these.
fn begins_with(sql: &str, words: &[&str]) -> bool {
    let first = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    words.iter().any(|word| first.eq_ignore_ascii_case(word))
}

impl fmt::Debug for QueryCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryCount")
            .field("database", &self.0.database)
            .field("total", &self.total())
            .finish()
    }
}

/// Runs a block of asynchronous code, and panics unless it sends so many statements to the database; then the message lists
/// them. Gives what the block gives. See [`QueryCount`](crate::QueryCount), which does the same without a panic, and for
/// blocking code.
///
/// # Examples
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Database::open("asserted", "sqlite::memory:").await?;
/// # db.create_tables(&[User::TABLE]).await?;
/// let users = orm::assert_queries!(&db, 1, { User::objects().using(&db).all().await })?;
/// assert!(users.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// If another number was sent.
#[macro_export]
macro_rules! assert_queries {
    ($database:expr, $expected:expr, $body:block) => {{
        let sent = $crate::QueryCount::of($database);
        let output = sent.scope(async $body).await;
        if let ::core::result::Result::Err(message) = sent.check($expected) {
            ::core::panic!("{message}");
        }
        output
    }};
}
