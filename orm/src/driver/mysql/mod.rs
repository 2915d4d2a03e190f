//! MySQL and MariaDB, over sqlx's connection: values go in and rows come out in the binary format.
//!
//! For `driver` alone. [`Connection`] is one that the pool owns; [`run_on`], [`batch_on`] and [`server_of`]
//! do the same work on a connection that was lent to us.

mod bind;
mod connect;
mod error;
mod flavor;
mod row;
mod run;
#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "mysql", feature = "uuid", feature = "decimal", feature = "json"))]
mod tests;

use sqlx::Connection as _;
use sqlx::MySqlConnection;

use self::error::from_sqlx;
use super::fault::Phase;
use super::{ConnectTime, Mismatch, Outcome, Server, Sink, Statement};
use crate::error::Result;

pub(crate) use connect::ConnectOptions;
pub(crate) use flavor::server_of;
pub(crate) use row::{KeptRow, RowRef, Values};
pub(crate) use run::{batch_on, run_on};

/// A connection that the pool owns.
#[derive(Debug)]
pub(crate) struct Connection {
    inner: MySqlConnection,
    server: Server,
}

impl Connection {
    pub(crate) async fn open(options: &ConnectOptions, time: ConnectTime) -> Result<Self> {
        let (inner, server) = connect::open(options, time).await?;
        Ok(Self { inner, server })
    }

    pub(crate) fn server(&self) -> Server {
        self.server
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        run_on(&mut self.inner, statement, sink).await
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
