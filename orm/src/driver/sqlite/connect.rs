//! A pooled connection: opening, what it offers, closing.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::cache::Cache;
use super::error::{from_sqlx, from_sqlx_database};
use super::handle::Handle;
use super::lent::single_threaded;
use super::options::{ConnectOptions, Location};
use super::pragma::Pragmas;
use super::run;
use super::wait::Patience;
use crate::driver::{Backend, ConnectTime, Outcome, Server, Sink, Statement};
use crate::error::{ConnectCause, Error, ErrorKind, Result};

/// An open database.
///
/// The order of the fields is the order of their drops: the statements have to be gone when sqlx closes the
/// database, or its thread panics.
#[derive(Debug)]
pub(crate) struct Connection {
    statements: Cache,
    handle: Handle,
    sqlx: SqliteConnection,
    busy_timeout: Duration,
    /// Whether foreign keys are enforced, but for a moment perhaps.
    foreign_keys: bool,
    server: Server,
}

impl Connection {
    /// Opens a database within the time that there is.
    ///
    /// # Errors
    ///
    /// As for [`Connection::open`], and [`ErrorKind::Connect`] when the time is over.
    ///
    /// # Cancel safety
    ///
    /// A drop closes what is open so far.
    pub(crate) async fn open_within(options: &ConnectOptions, time: ConnectTime) -> Result<Self> {
        time.one_of(1, Self::open(options)).await.unwrap_or_else(|why| {
            let reason = format!("{}: {why}", place(options));
            Err(Error::new(ErrorKind::Connect { cause: ConnectCause::TimedOut, reason }))
        })
    }

    /// Opens a database and sets the connection up.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connect`] with the path and the cause, [`ErrorKind::Config`] for a wrong pragma,
    /// [`ErrorKind::Busy`] if another connection holds the file for too long.
    ///
    /// # Cancel safety
    ///
    /// A drop closes what is open so far.
    pub(crate) async fn open(options: &ConnectOptions) -> Result<Self> {
        if !Handle::is_thread_safe() {
            return Err(single_threaded());
        }
        let mut sqlx = sqlx_options(options)?.connect().await.map_err(|error| cannot_open(options, error))?;
        let handle = {
            let mut locked = sqlx.lock_handle().await.map_err(from_sqlx)?;
            #[expect(unsafe_code, reason = "the handle belongs to sqlx")]
            // SAFETY: sqlx keeps the database open until the connection is closed or dropped, and from the answer
            // to the ping below, before which the handle is not used, does nothing with it until then: see the
            // module. Statements are made by this type alone, which drops them before it lets sqlx close, and by
            // `Pragmas` and `Handle` itself, which do not keep any.
            unsafe {
                Handle::new(locked.as_raw_handle())
            }
        };
        sqlx.ping().await.map_err(from_sqlx)?;
        let mut connection = Self {
            statements: Cache::new(options.statement_cache),
            handle,
            sqlx,
            busy_timeout: options.busy_timeout,
            foreign_keys: false,
            server: linked(),
        };
        connection.set_up(options).await?;
        Ok(connection)
    }

    async fn set_up(&mut self, options: &ConnectOptions) -> Result<()> {
        self.handle.set_busy_timeout(0);
        let pragmas = Pragmas::new(options, self.handle.is_read_only())?;
        pragmas.check_known(&mut self.handle)?;
        self.busy_timeout = pragmas.busy_timeout;
        self.batch(&pragmas.sql).await.map_err(|error| cannot_set_up(options, error))?;
        // Nothing so far need have read the file; whether it is a database shows now.
        self.batch("PRAGMA schema_version").await.map_err(|error| cannot_set_up(options, error))?;
        self.foreign_keys = self.enforces_foreign_keys();
        options.functions.register(&mut self.handle)
    }

    /// The library and its version.
    pub(crate) fn server(&self) -> Server {
        self.server
    }

    /// Runs one statement, prepared once and kept, and hands its rows to `sink`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] if the text is not one statement, [`ErrorKind::InvalidValue`] for an argument
    /// that cannot be stored, [`ErrorKind::Busy`] after waiting for another writer in vain, otherwise what
    /// SQLite, or the sink, says.
    ///
    /// # Cancel safety
    ///
    /// A drop ends the statement. A transaction that was open stays open; see [`Connection::reset_now`].
    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        let mut patience = Patience::new(self.busy_timeout);
        if let Some(prepared) = self.statements.get(statement.sql) {
            return run::run(&mut self.handle, prepared, statement, sink, &mut patience).await;
        }
        let prepared = run::prepare(&mut self.handle, statement.sql, true, &mut patience).await?;
        // Kept before it runs: were it in the future, and that forgotten, sqlx could never close the database.
        let prepared = self.statements.insert(statement.sql, prepared);
        run::run(&mut self.handle, prepared, statement, sink, &mut patience).await
    }

    /// Runs any number of statements without arguments, not kept, and ignores their rows.
    ///
    /// # Errors
    ///
    /// As for [`Connection::run`]. Statements before the one that failed have had their effect.
    ///
    /// # Cancel safety
    ///
    /// As for [`Connection::run`].
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        let limit = self.busy_timeout;
        run::batch(&mut self.handle, sql, || Patience::new(limit)).await
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    ///
    /// # Cancel safety
    ///
    /// Does not wait.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        self.handle.execute(c"SELECT 1").map_err(|failure| failure.into_error())
    }

    /// Ends every statement, rolls an open transaction back, and has foreign keys enforced again if they were when the
    /// connection was opened: true if it is as good as new.
    pub(crate) fn reset_now(&mut self) -> bool {
        self.statements.end_all();
        // If it fails, the transaction is still open, which is the answer.
        if !self.handle.is_autocommit() {
            let _ = self.handle.execute(c"ROLLBACK");
        }
        self.handle.is_autocommit() && self.restore_foreign_keys()
    }

    /// Not inside of a transaction, where SQLite passes over this pragma without a word.
    fn restore_foreign_keys(&mut self) -> bool {
        if self.enforces_foreign_keys() != self.foreign_keys {
            let sql =
                if self.foreign_keys { c"PRAGMA foreign_keys = ON" } else { c"PRAGMA foreign_keys = OFF" };
            let _ = self.handle.execute(sql);
        }
        self.enforces_foreign_keys() == self.foreign_keys
    }

    fn enforces_foreign_keys(&mut self) -> bool {
        matches!(self.handle.integer(c"PRAGMA foreign_keys"), Ok(Some(1)))
    }

    /// Whether an explicit transaction is open. SQLite itself ends one after some failures, as of the disk.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.handle.is_autocommit()
    }

    /// How many statements are kept prepared.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.statements.len()
    }

    /// Closes the database. An open transaction is rolled back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ConnectionLost`] if sqlx's thread is gone.
    ///
    /// # Cancel safety
    ///
    /// The database is closed all the same, a little later.
    pub(crate) async fn close(self) -> Result<()> {
        let Self { statements, sqlx, .. } = self;
        drop(statements);
        sqlx.close().await.map_err(from_sqlx)
    }
}

/// The library that is linked into the program, and so the server of every connection.
pub(crate) fn linked() -> Server {
    Server { backend: Backend::Sqlite, version: version() }
}

fn version() -> (u16, u16, u16) {
    let version = Handle::version();
    let part = |number| u16::try_from(number).unwrap_or(0);
    (part(version / 1_000_000), part(version / 1_000 % 1_000), part(version % 1_000))
}

fn sqlx_options(options: &ConnectOptions) -> Result<SqliteConnectOptions> {
    let read_only = options.read_only || options.immutable;
    let file = match &options.location {
        Location::Memory => Cow::Borrowed(Path::new(":memory:")),
        Location::File(path) => file_name(path)?,
    };
    Ok(SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(options.create_if_missing && !read_only)
        .read_only(read_only)
        .immutable(options.immutable)
        // Statements do not go through sqlx, and neither does waiting.
        .statement_cache_capacity(1)
        .busy_timeout(Duration::ZERO)
        .disable_statement_logging())
}

/// The path, said so that SQLite takes it for one.
pub(super) fn file_name(path: &Path) -> Result<Cow<'_, Path>> {
    let Some(text) = path.to_str() else {
        return Err(config(format!("the path `{}` is not UTF-8", path.display())));
    };
    if text.is_empty() || text.contains('\0') {
        return Err(config("the path of the database is empty or holds a NUL character".to_owned()));
    }
    let is_special =
        text == ":memory:" || text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"));
    Ok(if is_special { Cow::Owned(Path::new(".").join(path)) } else { Cow::Borrowed(path) })
}

#[cold]
fn config(reason: String) -> Error {
    Error::new(ErrorKind::Config { reason })
}

#[cold]
fn cannot_open(options: &ConnectOptions, error: sqlx::Error) -> Error {
    let failure = from_sqlx_database(&error);
    let said = failure.as_ref().map_or_else(|| error.to_string(), |failure| failure.message().to_owned());
    let mut reason = format!("{}: {said}", place(options));
    let mut cause = ConnectCause::Unreachable;
    // SQLite does not say why.
    if let Location::File(path) = &options.location
        && let Some((why, said)) = look_for_cause(path, options)
    {
        cause = why;
        reason.push_str(", ");
        reason.push_str(&said);
    }
    let connect = Error::new(ErrorKind::Connect { cause, reason });
    match failure {
        Some(failure) => connect.with_source(failure),
        None => connect.with_source(error),
    }
}

/// Keeps errors that say more than that there is no connection.
#[cold]
fn cannot_set_up(options: &ConnectOptions, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Busy | ErrorKind::NoRuntime => error,
        ErrorKind::Database { message, .. } => {
            other_cause(format!("{}: {message}", place(options))).with_source(error)
        }
        other => other_cause(format!("{}: {other}", place(options))).with_source(error),
    }
}

#[cold]
fn other_cause(reason: String) -> Error {
    Error::new(ErrorKind::Connect { cause: ConnectCause::Other, reason })
}

fn place(options: &ConnectOptions) -> Cow<'static, str> {
    match &options.location {
        Location::Memory => "a database in memory".into(),
        Location::File(path) => format!("`{}`", path.display()).into(),
    }
}

/// What the file system has against opening this file.
fn look_for_cause(path: &Path, options: &ConnectOptions) -> Option<(ConnectCause, String)> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let is_denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    match fs::metadata(&directory) {
        Ok(found) if found.is_dir() => {}
        Err(error) if is_denied(&error) => {
            return Some((ConnectCause::Denied, format!("the directory `{}`: {error}", directory.display())));
        }
        _ => {
            return Some((
                ConnectCause::NoDatabase,
                format!("there is no directory `{}`", directory.display()),
            ));
        }
    }
    match fs::metadata(path) {
        Ok(file) if file.is_dir() => Some((ConnectCause::NoDatabase, "it is a directory".to_owned())),
        Ok(_) => fs::File::open(path).err().map(|error| (ConnectCause::Denied, error.to_string())),
        // Nobody may look whether it is there.
        Err(error) if is_denied(&error) => Some((ConnectCause::Denied, error.to_string())),
        Err(_) if !options.create_if_missing || options.read_only || options.immutable => {
            Some((ConnectCause::NoDatabase, "there is no such file, and it was not to be created".to_owned()))
        }
        Err(_) => Some((ConnectCause::Denied, "the file cannot be created".to_owned())),
    }
}
