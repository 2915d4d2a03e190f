//! The databases of the program, by name.

use std::sync::Arc;

use futures_util::future::join_all;

use super::connect::Connect;
use super::create;
use super::handle::Database;
use super::operation::Operation;
use super::options::DatabaseOptions;
use super::registry;
use super::router::{self, Router};
use super::shared::Shared;
use crate::error::{Error, ErrorKind, Result};

pub use super::check::{Check, Checked};
pub use super::close::Close;
pub use super::connect::Connected;
pub use super::lifespan::{Lifespan, Started};

/// Opens several databases, each under its name; all or none.
///
/// # Examples
///
/// ```standalone_crate
/// use orm::db;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// db::init([("default", "sqlite::memory:"), ("analytics", "sqlite::memory:")]).await?;
/// assert_eq!(db::names(), ["analytics", "default"]);
/// db::close().await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`Database::init`], for the first that fails; `AlreadyInitialized` also if one name is given twice; `Config` if none
/// is given. Nothing is open then that was not before.
///
/// # Cancel safety
///
/// Dropping the future before its end opens none.
pub fn init<N, O>(databases: impl IntoIterator<Item = (N, O)>) -> Operation<'static, ()>
where
    N: AsRef<str>,
    O: Into<DatabaseOptions>,
{
    let wanted = named(databases);
    Operation::new(async move { open_all(wanted).await.map(drop) })
}

/// Databases for as long as a program serves: opened before it, all or none, and closed after it, whether it ends well,
/// with an error, or with a panic. See [`Lifespan::run`].
pub fn lifespan<N, O>(databases: impl IntoIterator<Item = (N, O)>) -> Lifespan
where
    N: AsRef<str>,
    O: Into<DatabaseOptions>,
{
    Lifespan::new(named(databases))
}

fn named<N: AsRef<str>, O: Into<DatabaseOptions>>(
    databases: impl IntoIterator<Item = (N, O)>,
) -> Vec<(String, DatabaseOptions)> {
    databases.into_iter().map(|(name, options)| (name.as_ref().to_owned(), options.into())).collect()
}

/// Opens several databases, each under its name; all or none.
pub(super) async fn open_all(wanted: Vec<(String, DatabaseOptions)>) -> Result<Vec<Arc<Shared>>> {
    if wanted.is_empty() {
        let reason = "no database is named, not even `default`".to_owned();
        return Err(Error::new(ErrorKind::Config { reason }));
    }
    let wanted: Vec<_> =
        wanted.into_iter().map(|(name, options)| (Shared::new(&name, true), options)).collect();
    for (at, (database, _)) in wanted.iter().enumerate() {
        if wanted.iter().take(at).any(|(earlier, _)| earlier.name() == database.name()) {
            return Err(Error::new(ErrorKind::AlreadyInitialized).with_database(database.name()));
        }
        registry::change(|names| names.check(database))?;
    }
    let opening = wanted.into_iter().map(|(database, options)| async move {
        let opened = database.connect(options, false).await;
        (database, opened)
    });
    let mut opened = Vec::new();
    let mut failed = None;
    for (database, open) in join_all(opening).await {
        match open {
            Ok(open) => opened.push((database, open)),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    let mut installed = Vec::with_capacity(opened.len());
    if failed.is_none() {
        failed = registry::change(|names| {
            if let Some(error) = opened.iter().find_map(|(database, _)| names.check(database).err()) {
                return Some(error);
            }
            for (database, open) in opened.drain(..) {
                // The names are free and the databases new: nothing can be refused, and nothing is replaced.
                let _ = database.install(names, database.ticket(), open);
                installed.push(database);
            }
            None
        });
    }
    join_all(opened.iter().map(|(_, open)| open.retire())).await;
    failed.map_or(Ok(installed), Err)
}

/// Opens a database for as long as the guard lives that it gives. `.name("…")` makes a name its alias.
///
/// # Errors
///
/// As [`Database::init`].
///
/// # Cancel safety
///
/// Dropping the future opens nothing.
pub fn connect(options: impl Into<DatabaseOptions>) -> Connect {
    Connect::new(options.into())
}

/// The open database of this name.
///
/// # Errors
///
/// `UnknownDatabase` with the names that are known.
pub fn get(name: &str) -> Result<Database> {
    registry::get(name).map(Database::from).ok_or_else(|| registry::unknown(name))
}

/// All names that lead to open databases, in order.
#[must_use]
pub fn names() -> Vec<String> {
    registry::names()
}

/// Makes the database's own name lead to it, until it is closed: for one from [`Database::open`], or whose name was
/// [forgotten](unregister).
///
/// # Errors
///
/// `NotInitialized` if it is not open: a name never leads to a closed database. `AlreadyInitialized` if another open
/// database has the name. That the name leads to it already is no error.
pub fn register(database: &Database) -> Result<()> {
    register_as(database.name(), database)
}

/// Makes a name lead to the database, until it is closed, beside the names that it has.
///
/// The registry keeps the database open, also when the last handle is dropped.
///
/// # Examples
///
/// ```
/// use orm::{Database, db};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let database = Database::open("shop", "sqlite::memory:").await?;
/// db::register_as("reporting", &database)?;
/// assert_eq!(db::get("reporting")?, database);
/// db::unregister("reporting");
/// assert!(db::get("reporting").is_err() && database.is_initialized());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`register`].
pub fn register_as(name: &str, database: &Database) -> Result<()> {
    registry::change(|names| names.register(name, database.shared()))
}

/// Makes a name lead to the database, also if it led to another one, which is given back and stays open.
///
/// # Errors
///
/// `NotInitialized` if the database is not open; then nothing changes.
pub fn replace(name: &str, database: &Database) -> Result<Option<Database>> {
    let before = registry::change(|names| names.replace(name, database.shared()))?;
    Ok(before.map(Database::from))
}

/// Forgets a name, and gives the database that it led to, which stays open. None if there was none.
///
/// A deferred database takes its own name again when it is bound anew.
pub fn unregister(name: &str) -> Option<Database> {
    registry::change(|names| names.unregister(name)).map(Database::from)
}

/// Asks all open databases that have a name for a sign of life, at once: how each of them is. One that does not answer
/// is no error of the whole.
///
/// # Examples
///
/// ```standalone_crate
/// use orm::db;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let _guard = db::connect("sqlite::memory:").name("default").await?;
/// for database in db::check().await {
///     println!("{}: {:?} after {:?}", database.names.join(", "), database.result, database.latency);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Cancel safety
///
/// Dropping the future costs one connection of each database at most.
pub fn check() -> Check {
    Check::new()
}

/// Closes all open databases that have a name, at once, as [`Database::close`] does: how many there were. Those that were
/// registered too; those that no name leads to stay open.
///
/// # Errors
///
/// That of the first that could not be closed; the others are closed all the same.
///
/// # Cancel safety
///
/// The databases are closed as soon as the future was polled once; dropped later, it only waits no more.
pub fn close() -> Close<usize> {
    Close::named()
}

/// Installs what decides on the database of models that say nothing of their own: a [`Router`](crate::Router), or a
/// chain of them, in which the first answer wins. Once, before the first query.
///
/// # Examples
///
/// ```
/// use orm::model::Table;
/// use orm::{Access, DatabaseRef, Router};
///
/// /// Reads elsewhere than it writes.
/// struct Apart;
///
/// impl Router for Apart {
///     fn read(&self, _: &'static Table) -> Option<DatabaseRef> {
///         Some("replica".into())
///     }
///
///     fn write(&self, _: &'static Table, _: Access) -> Option<DatabaseRef> {
///         Some("primary".into())
///     }
/// }
///
/// # fn main() -> orm::Result<()> {
/// orm::db::install_router(Apart)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// `Config` if one is installed already.
pub fn install_router(router: impl Router) -> Result<()> {
    router::install(Arc::new(router))
}

/// Creates the tables of every model of the program where they are missing, each on its own database: the one that
/// [`with_database`](crate::with_database), a router or its `Meta` says. A table stays out if a router does not allow it there.
///
/// # Errors
///
/// `NotInitialized` if a model's database is not open; `Schema` if two models use one table of one database;
/// whatever the database says. Databases before the one that failed keep their tables.
///
/// # Cancel safety
///
/// As [`Database::create_all`], for the database at work.
pub fn create_all() -> Operation<'static, ()> {
    Operation::new(create::create_everywhere())
}
