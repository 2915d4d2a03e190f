//! PostgreSQL, over sqlx's connection: values go in and rows come out in the binary format, read and written
//! by ourselves.
//!
//! For `driver` alone. [`Connection`] is one that the pool owns; [`run_on`], [`batch_on`] and [`server_of`]
//! do the same work on a connection that was lent to us.

mod array;
mod bind;
mod connect;
mod error;
mod hstore;
mod numeric;
mod row;
mod run;
#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "mysql", feature = "uuid", feature = "decimal", feature = "json"))]
mod tests;

use sqlx::Connection as _;
use sqlx::PgConnection;

use self::error::from_sqlx;
use super::fault::Phase;
use super::{ConnectTime, Mismatch, Outcome, Server, Sink, Statement};
use crate::error::Result;

pub(crate) use array::Elements;
pub(crate) use connect::{ConnectOptions, server_of};
pub(crate) use row::{KeptRow, RowRef, Values};
pub(crate) use run::{batch_on, run_on};

/// A connection that the pool owns.
#[derive(Debug)]
pub(crate) struct Connection {
    inner: PgConnection,
    server: Server,
    prepared: run::Prepared,
}

impl Connection {
    pub(crate) async fn open(options: &ConnectOptions, time: ConnectTime) -> Result<Self> {
        let (inner, server) = connect::open(options, time).await?;
        Ok(Self { inner, server, prepared: run::Prepared::new(options.statement_cache()) })
    }

    pub(crate) fn server(&self) -> Server {
        self.server
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        run::run(&mut self.inner, &mut self.prepared, statement, sink).await
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        batch_on(&mut self.inner, sql).await
    }

    pub(crate) async fn ping(&mut self) -> Result<()> {
        self.inner.ping().await.map_err(|error| from_sqlx(&error, Phase::Run))
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.inner.close().await.map_err(|error| from_sqlx(&error, Phase::Run))
    }
}
