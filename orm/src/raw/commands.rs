//! The methods for SQL of one's own.

use std::sync::Arc;

use super::multiple::{self, Multiple};
use super::shape::{self, FromRow, Wanted};
use super::statement::Raw;
use super::{IntoParams, Params};
use crate::database::{
    Auto, Borrowed, Connected, Database, DatabaseOptions, Executor, Operation, Target, To, Using, db,
};
use crate::exec::{Finish, Job, RowStream, Run, affected};
use crate::types::Decode;

/// Opens a database for SQL of one's own; it is closed when the commands are dropped.
///
/// Takes a URL or [`DatabaseOptions`].
///
/// # Errors
///
/// As for [`Database::init`](crate::Database::init).
///
/// # Cancel safety
///
/// Dropping the future opens nothing.
///
/// # Examples
///
/// ```
/// use orm::params;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let mut commands = orm::connect("sqlite::memory:").await?;
/// commands.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)", ()).await?;
/// let inserted = commands
///     .execute_many("INSERT INTO users (name) VALUES (:name)", [params! { name: "ann" }, params! { name: "bob" }])
///     .await?;
/// assert_eq!(inserted, 2);
/// let names: Vec<String> =
///     commands.query("SELECT name FROM users WHERE id > :id", params! { id: 1 }).await?;
/// assert_eq!(names, ["bob"]);
/// # Ok(())
/// # }
/// ```
pub fn connect(options: impl Into<DatabaseOptions>) -> Operation<'static, Commands<Connected>> {
    let options = options.into();
    Operation::new(async move { Ok(Commands { on: db::connect(options).await? }) })
}

/// SQL of one's own on whatever queries can run on: an alias, a database, a proxy, a transaction, and any pool,
/// connection or transaction of sqlx's, which is used and neither ended nor closed.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// use orm::Database;
///
/// let database = Database::open("main", "sqlite::memory:").await?;
/// let sum: i64 = orm::using(&database).scalar("SELECT 1 + 2", ()).await?;
/// assert_eq!(sum, 3);
/// # Ok(())
/// # }
/// ```
pub fn using<X: Using>(executor: X) -> Commands<X::Executor> {
    Commands { on: executor.executor() }
}

/// SQL of one's own, on a database or a connection: one statement a call, with values by name.
///
/// Made by [`connect`] and [`using`]. Placeholders are written `:name` on every backend; values are given by
/// [`params!`](crate::params), as an array or map of names and values, or `()` for none. What is quoted or commented is
/// left alone. Rows become what is asked for: models by the names of their columns, tuples and single values by position,
/// [`Record`](crate::Record)s whatever the columns are.
///
/// Each call gives a [`Run`], to be awaited or `.blocking()`-ed. It joins the transaction that is open around the task on
/// the same database, as queries do.
///
/// On connections of ours what would stay behind is refused: `BEGIN` and its kin, `SET`, `PRAGMA x = y`, temporary
/// tables. On MySQL and MariaDB statements that end a transaction without a word are refused inside of one.
#[derive(Debug, Clone)]
pub struct Commands<E = Auto> {
    on: E,
}

/// What [`Commands`] run on, again and again.
#[diagnostic::on_unimplemented(
    message = "SQL of one's own does not run on `{Self}`",
    label = "runs on `Auto`, `Connected` or `Borrowed` alone",
    note = "a function over commands on whatever they run on says `{Self}: orm::Lend`"
)]
pub trait Lend {
    #[doc(hidden)]
    fn lend(&mut self) -> Target<'_>;
}

impl Lend for Auto {
    fn lend(&mut self) -> Target<'_> {
        self.clone().target()
    }
}

impl Lend for Connected {
    fn lend(&mut self) -> Target<'_> {
        (&*self).executor().target()
    }
}

impl Lend for Borrowed<'_> {
    fn lend(&mut self) -> Target<'_> {
        To::Lent(self.0.lend_again()).into()
    }
}

impl Commands<Connected> {
    /// The database that was opened: for queries on it, and for commands beside these.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.on
    }

    /// Closes the database, and waits for what still runs.
    ///
    /// # Errors
    ///
    /// As for [`Database::close`].
    ///
    /// # Cancel safety
    ///
    /// Dropped early, it closes the database as a drop of the commands does.
    pub fn close(self) -> Operation<'static, ()> {
        self.on.close()
    }
}

impl<E: Lend> Commands<E> {
    fn run<T>(&mut self, raw: Raw, finish: Finish<T>) -> Run<'_, T> {
        Run::rows_of(Job::Raw(Box::new(raw)), self.on.lend(), finish)
    }

    fn run_one<T>(&mut self, sql: &str, params: impl IntoParams, finish: Finish<T>) -> Run<'_, T> {
        let statements = vec![(sql.into(), params.into_params())];
        self.run(Raw { statements, is_atomic: false }, finish)
    }

    /// Runs a statement, and gives the number of rows that it changed, or matched on an update.
    ///
    /// # Errors
    ///
    /// `MissingParameter`, `MultipleStatements` and `InvalidQuery` before anything is sent; those of getting a connection;
    /// what the database says, as `Constraint`, `Database` and others.
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn execute(&mut self, sql: &str, params: impl IntoParams) -> Run<'_, u64> {
        let statements = vec![(sql.into(), params.into_params())];
        self.run(Raw { statements, is_atomic: false }, affected())
    }

    /// Runs a statement once for each set of values, all or none, and gives the number of rows that they changed.
    ///
    /// Without a set of values nothing is sent.
    ///
    /// # Errors
    ///
    /// As for [`execute`](Commands::execute).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`]; dropped before its end, nothing has an effect.
    pub fn execute_many<P: IntoParams>(
        &mut self,
        sql: &str,
        sets: impl IntoIterator<Item = P>,
    ) -> Run<'_, u64> {
        let sql: Arc<str> = sql.into();
        let statements = sets.into_iter().map(|set| (Arc::clone(&sql), set.into_params())).collect();
        self.run(Raw { statements, is_atomic: true }, affected())
    }

    /// Gives all rows.
    ///
    /// # Errors
    ///
    /// As for [`execute`](Commands::execute), `Decode` for a value that does not fit, and what is wrong with the columns:
    /// `DuplicateColumn` where they are read by name, `InvalidQuery` for a wrong number, for none, or if a model lacks some.
    /// The latter are found without a row, too; a statement that writes has had its effect by then, unless it is in a
    /// transaction, whose block is broken.
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query<T: FromRow>(&mut self, sql: &str, params: impl IntoParams) -> Run<'_, Vec<T>> {
        self.run_one(sql, params, shape::all())
    }

    /// Gives the rows one by one, as the database does: for more rows than memory should hold.
    ///
    /// # Errors
    ///
    /// As for [`query`](Commands::query), when rows are asked for.
    ///
    /// # Cancel safety
    ///
    /// As for [`RowStream`].
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example(database: orm::Database) -> orm::Result<()> {
    /// let mut commands = orm::using(&database);
    /// let mut names = commands.stream::<String>("SELECT name FROM users WHERE age > :age", [("age", 18)]);
    /// while let Some(name) = names.try_next().await? {
    ///     println!("{name}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<T: FromRow>(&mut self, sql: &str, params: impl IntoParams) -> RowStream<'_, T> {
        let raw = Raw { statements: vec![(sql.into(), params.into_params())], is_atomic: false };
        RowStream::new(Job::Raw(Box::new(raw)), self.on.lend(), shape::each())
    }

    /// Gives the first row.
    ///
    /// # Errors
    ///
    /// `NotFound` without a row; else as for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query_first<T: FromRow>(&mut self, sql: &str, params: impl IntoParams) -> Run<'_, T> {
        self.run_one(sql, params, shape::required(Wanted::First, false))
    }

    /// Gives the first row, if there is one.
    ///
    /// # Errors
    ///
    /// As for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query_first_or_none<T: FromRow>(
        &mut self,
        sql: &str,
        params: impl IntoParams,
    ) -> Run<'_, Option<T>> {
        self.run_one(sql, params, shape::optional(Wanted::First, false))
    }

    /// Gives the first row, or what `default` makes if there is none.
    ///
    /// # Errors
    ///
    /// As for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query_first_or_else<'a, T: FromRow>(
        &'a mut self,
        sql: &str,
        params: impl IntoParams,
        default: impl FnOnce() -> T + Send + 'a,
    ) -> Operation<'a, T> {
        let found = self.query_first_or_none(sql, params).into_future();
        Operation::new(async move { Ok(found.await?.unwrap_or_else(default)) })
    }

    /// Gives the only row.
    ///
    /// # Errors
    ///
    /// `NotFound` without a row, `MultipleObjects` for a second one; else as for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query_single<T: FromRow>(&mut self, sql: &str, params: impl IntoParams) -> Run<'_, T> {
        self.run_one(sql, params, shape::required(Wanted::Single, false))
    }

    /// Gives the only row, if there is one.
    ///
    /// # Errors
    ///
    /// `MultipleObjects` for a second row; else as for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query_single_or_none<T: FromRow>(
        &mut self,
        sql: &str,
        params: impl IntoParams,
    ) -> Run<'_, Option<T>> {
        self.run_one(sql, params, shape::optional(Wanted::Single, false))
    }

    /// Gives the only row, or what `default` makes if there is none.
    ///
    /// # Errors
    ///
    /// `MultipleObjects` for a second row; else as for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn query_single_or_else<'a, T: FromRow>(
        &'a mut self,
        sql: &str,
        params: impl IntoParams,
        default: impl FnOnce() -> T + Send + 'a,
    ) -> Operation<'a, T> {
        let found = self.query_single_or_none(sql, params).into_future();
        Operation::new(async move { Ok(found.await?.unwrap_or_else(default)) })
    }

    /// Gives the first column of the first row; an `Option` for one that may be NULL.
    ///
    /// # Errors
    ///
    /// `NotFound` without a row; else as for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn scalar<T: Decode>(&mut self, sql: &str, params: impl IntoParams) -> Run<'_, T> {
        self.run_one(sql, params, shape::required(Wanted::First, true))
    }

    /// Gives the first column of the first row, if there is one.
    ///
    /// # Errors
    ///
    /// As for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    pub fn scalar_or_none<T: Decode>(&mut self, sql: &str, params: impl IntoParams) -> Run<'_, Option<T>> {
        self.run_one(sql, params, shape::optional(Wanted::First, true))
    }

    /// Runs several texts, one after the other on one connection, and gives the rows of each.
    ///
    /// All are looked at before the first is sent. It is no transaction of its own.
    ///
    /// # Errors
    ///
    /// As for [`query`](Commands::query).
    ///
    /// # Cancel safety
    ///
    /// As for [`Run`].
    ///
    /// # Examples
    ///
    /// ```
    /// use orm::params;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let mut commands = orm::connect("sqlite::memory:").await?;
    /// let (numbers, names): (Vec<i64>, Vec<String>) = commands
    ///     .query_multiple([("SELECT 1 UNION SELECT 2", params! {}), ("SELECT :name", params! { name: "ann" })])
    ///     .await?;
    /// assert_eq!((numbers, names), (vec![1, 2], vec!["ann".to_owned()]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn query_multiple<T: Multiple>(&mut self, texts: T::Of<(&str, Params)>) -> Run<'_, T> {
        let statements = texts.into_iter().map(|(sql, params)| (Arc::from(sql), params)).collect();
        self.run(Raw { statements, is_atomic: false }, multiple::finish())
    }
}
