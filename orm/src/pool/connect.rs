//! What the pool wants of a backend: the seam between it and the driver, and where tests put their fault
//! injection.

use std::future::Future;

use crate::driver::{ConnectOptions, ConnectTime, Connection, Server};
use crate::error::Result;

/// Opens connections.
pub(crate) trait Connector: Send + Sync + 'static {
    /// What it opens.
    type Connection: Link;

    /// Opens a connection, or gives up when the time is over, with an error that says so.
    fn open(&self, time: ConnectTime) -> impl Future<Output = Result<Self::Connection>> + Send;

    /// Whether opening and using a connection takes a Tokio runtime.
    fn needs_runtime(&self) -> bool;

    /// Whether the data live in the connection itself, so that there must be one and only one.
    fn keeps_data_in_connection(&self) -> bool;
}

/// An open connection.
pub(crate) trait Link: Send + 'static {
    /// The server it goes to.
    fn server(&self) -> Server;

    /// Whether it can be used only in the runtime that it was opened in.
    fn needs_its_runtime(&self) -> bool;

    /// Makes it clean at once after a statement that was given up: true if it is.
    fn reset_now(&mut self) -> bool;

    /// Asks for a sign of life.
    fn ping(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Says good-bye and closes.
    fn close(self) -> impl Future<Output = Result<()>> + Send;
}

impl Connector for ConnectOptions {
    type Connection = Connection;

    async fn open(&self, time: ConnectTime) -> Result<Connection> {
        Connection::open(self, time).await
    }

    fn needs_runtime(&self) -> bool {
        Self::needs_runtime(self)
    }

    fn keeps_data_in_connection(&self) -> bool {
        self.is_memory()
    }
}

impl Link for Connection {
    fn server(&self) -> Server {
        Self::server(self)
    }

    fn needs_its_runtime(&self) -> bool {
        Self::needs_its_runtime(self)
    }

    fn reset_now(&mut self) -> bool {
        Self::reset_now(self)
    }

    async fn ping(&mut self) -> Result<()> {
        Self::ping(self).await
    }

    async fn close(self) -> Result<()> {
        Self::close(self).await
    }
}
