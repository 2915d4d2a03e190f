//! Connections to servers: values go in, rows come out. The only place that knows sqlx, and the only one
//! with `unsafe`.
//!
//! Every backend has the same files: `connect`, `bind`, `row`, `error`. `url` takes a database URL apart, `options`
//! says what its parts mean to each backend, `several` chooses
//! among several servers. A connection runs one statement at a time and hands each row to a
//! [`Sink`] as it arrives. Uses `error` and `types`, nothing else of this crate;
//! called by `pool`, `exec`, `transaction` and `database`.

mod capability;
pub(crate) mod check;
mod connect_time;
mod connection;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod fault;
#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "mysql", feature = "uuid", feature = "decimal", feature = "json"))]
mod fixture;
mod kept;
mod options;
mod row;
mod server;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod several;
mod statement;
mod url;

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

pub use capability::Capability;
pub(crate) use connect_time::ConnectTime;
pub(crate) use connection::{ConnectOptions, Connection};
pub(crate) use kept::Kept;
pub use row::Cursor;
pub(crate) use row::{Mismatch, RawRow, UNKNOWN_SCALE};
pub use server::Backend;
pub(crate) use server::Server;
#[cfg(feature = "sqlite")]
pub use sqlite::{
    SqliteArgument, SqliteFunctions, SqliteResult, SqliteScalar, SqliteStep, SqliteValue, StepResult,
};
pub(crate) use statement::{Arg, HSTORE_SCHEMA, Outcome, Sink, Statement};
pub(crate) use url::{Address, DatabaseUrl, Host};
