//! Commands that ask a database.

use std::future::Future;

use orm::{Database, DatabaseOptions, PoolOptions};

use super::Project;
use super::args::OnDatabase;
use crate::error::{Error, Result};
use crate::ledger::said;

/// The database of a command, open for as long as it takes.
///
/// On a thread of its own: the program may have a runtime already, in which nobody may wait.
pub(super) fn with<T: Send, F: Future<Output = Result<T>> + Send>(
    project: &Project,
    args: &OnDatabase,
    work: impl FnOnce(Database) -> F + Send,
) -> Result<T> {
    let options = match (&args.database, &project.database, std::env::var("DATABASE_URL")) {
        (Some(url), ..) => DatabaseOptions::url(url.as_str()).pool(PoolOptions::new().max_connections(2)),
        (None, Some(options), _) => options.clone(),
        (None, None, Ok(url)) => {
            DatabaseOptions::url(url.as_str()).pool(PoolOptions::new().max_connections(2))
        }
        (None, None, Err(_)) => {
            let what = "database: say `--database URL`, set DATABASE_URL, or give the project one";
            return Err(Error::Unknown { what: what.to_owned() });
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Error::Io { path: "runtime".into(), cause })?;
    let run = move || {
        runtime.block_on(async move {
            let database = Database::open("migrated", options).await.map_err(said)?;
            let outcome = work(database.clone()).await;
            let closed = database.close().await.map(drop).map_err(said);
            outcome.and_then(|outcome| closed.map(|()| outcome))
        })
    };
    std::thread::scope(|scope| match scope.spawn(run).join() {
        Ok(outcome) => outcome,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
