//! The databases of the program, by name.

use std::sync::Arc;

use futures_util::future::join_all;

use super::connect::Connect;
use super::create;
use super::handle::{self, Database};
use super::operation::Operation;
use super::options::DatabaseOptions;
use super::registry;
use super::router::{self, Router};
use super::shared::Shared;
use crate::error::{Error, ErrorKind, Result};

pub use super::connect::Connected;

/// Opens several databases, each under its name; all or none.
///
/// # Examples
///
/// ```
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
/// As [`Database::init`], for the first that fails; `AlreadyInitialized` also if one name is given twice. Nothing is
/// open then that was not before.
///
/// # Cancel safety
///
/// Dropping the future before its end opens none.
pub fn init<N, O>(databases: impl IntoIterator<Item = (N, O)>) -> Operation<'static, ()>
where
    N: AsRef<str>,
    O: Into<DatabaseOptions>,
{
    let wanted: Vec<_> = databases
        .into_iter()
        .map(|(name, options)| (Shared::new(name.as_ref(), true), options.into()))
        .collect();
    Operation::new(async move {
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
        if failed.is_none() {
            failed = registry::change(|names| {
                if let Some(error) = opened.iter().find_map(|(database, _)| names.check(database).err()) {
                    return Some(error);
                }
                for (database, open) in opened.drain(..) {
                    // The names are free and the databases new: nothing can be refused, and nothing is replaced.
                    let _ = database.install(names, database.ticket(), open);
                }
                None
            });
        }
        join_all(opened.iter().map(|(_, open)| open.retire())).await;
        failed.map_or(Ok(()), Err)
    })
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

/// The names of all open databases, in order.
#[must_use]
pub fn names() -> Vec<String> {
    registry::names()
}

/// Closes all open databases that have a name, as [`Database::close`] does.
///
/// # Errors
///
/// That of the first that could not be closed; the others are closed all the same.
///
/// # Cancel safety
///
/// The databases are closed as soon as the future was polled once; dropped later, it only waits no more.
pub fn close() -> Operation<'static, ()> {
    Operation::new(async {
        let all = registry::all();
        join_all(all.iter().map(handle::close)).await.into_iter().collect()
    })
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
