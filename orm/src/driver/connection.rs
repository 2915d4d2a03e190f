//! One connection, whichever backend it is to.

use super::{ConnectTime, Outcome, Server, Sink, Statement};
use crate::error::Result;

/// An open connection that the pool owns.
#[derive(Debug)]
pub(crate) enum Connection {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::Connection),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Connection),
    #[cfg(feature = "mysql")]
    MySql(super::mysql::Connection),
}

/// How to open a connection: a URL taken apart, with everything the driver wants.
#[derive(Debug, Clone)]
pub(crate) enum ConnectOptions {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::ConnectOptions),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::ConnectOptions),
    #[cfg(feature = "mysql")]
    MySql(super::mysql::ConnectOptions),
}

/// Calls the same method of whichever backend's connection it is.
macro_rules! dispatch {
    ($self:expr, $type:ident, $connection:ident => $call:expr) => {
        match $self {
            #[cfg(feature = "sqlite")]
            $type::Sqlite($connection) => $call,
            #[cfg(feature = "postgres")]
            $type::Postgres($connection) => $call,
            #[cfg(feature = "mysql")]
            $type::MySql($connection) => $call,
        }
    };
}

impl Connection {
    /// Opens a connection, sets its session up and learns which server it is.
    ///
    /// # Errors
    ///
    /// `Connect` that names the server, or all that were tried; of those which took too long it says so.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the half-open connection.
    pub(crate) async fn open(options: &ConnectOptions, time: ConnectTime) -> Result<Self> {
        match options {
            #[cfg(feature = "sqlite")]
            ConnectOptions::Sqlite(options) => {
                super::sqlite::Connection::open_within(options, time).await.map(Self::Sqlite)
            }
            #[cfg(feature = "postgres")]
            ConnectOptions::Postgres(options) => {
                super::postgres::Connection::open(options, time).await.map(Self::Postgres)
            }
            #[cfg(feature = "mysql")]
            ConnectOptions::MySql(options) => {
                super::mysql::Connection::open(options, time).await.map(Self::MySql)
            }
        }
    }

    /// The server, as it named itself when the connection was opened.
    pub(crate) fn server(&self) -> Server {
        dispatch!(self, Self, connection => connection.server())
    }

    /// Runs one prepared statement and hands its rows to `sink`.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe by itself: after a drop before the end the state of the connection is unknown, and
    /// the caller must not use it again unless [`Connection::reset_now`] says that it is clean.
    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        dispatch!(self, Self, connection => connection.run(statement, sink).await)
    }

    /// Runs text without arguments and without preparing it: transaction control and DDL. May hold several
    /// statements separated by semicolons.
    ///
    /// # Cancel safety
    ///
    /// As for [`Connection::run`].
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        dispatch!(self, Self, connection => connection.batch(sql).await)
    }

    /// Asks the server for a sign of life.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        dispatch!(self, Self, connection => connection.ping().await)
    }

    /// Makes the connection clean without waiting, if that can be done: true if it was. Only SQLite can, whose
    /// statements end when they are reset; elsewhere the connection has to be discarded.
    pub(crate) fn reset_now(&mut self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => connection.reset_now(),
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            _ => false,
        }
    }

    /// Whether an explicit transaction is open, where that is known without asking the server: on SQLite, which ends
    /// one by itself after some failures.
    pub(crate) fn in_transaction(&self) -> Option<bool> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => Some(connection.in_transaction()),
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            _ => None,
        }
    }

    /// Whether the connection depends on the reactor of the runtime that it was opened in.
    pub(crate) fn needs_its_runtime(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => false,
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            _ => true,
        }
    }

    /// Says good-bye to the server and closes the connection.
    pub(crate) async fn close(self) -> Result<()> {
        dispatch!(self, Self, connection => connection.close().await)
    }
}
