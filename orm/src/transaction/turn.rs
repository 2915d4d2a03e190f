//! A transaction's connection as a lease.

use std::fmt;
use std::sync::Arc;

use super::ambient;
use super::core::Hold;
use super::tx::Tx;
use crate::driver::{Outcome, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::Pause;

/// The connection of a transaction, for a statement or a short sequence of them.
pub(crate) struct Turn {
    tx: Tx,
    hold: Hold,
    /// In a sequence of statements that count as one.
    sequence: bool,
}

impl Turn {
    /// Waits for the connection, for a stream if it says how it pauses.
    ///
    /// # Errors
    ///
    /// `TransactionClosed`, `TransactionBroken`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the place in the queue back.
    pub(crate) async fn take(tx: &Tx, stream: Option<&Arc<Pause>>) -> Result<Self> {
        let tx = ambient::inside_of(tx).unwrap_or_else(|| tx.clone());
        let hold = Hold::enter(&tx, stream).await?;
        Ok(Self { tx, hold, sequence: false })
    }

    /// The block.
    pub(crate) fn tx(&self) -> &Tx {
        &self.tx
    }

    pub(crate) fn server(&self) -> Server {
        self.tx.core().server
    }

    pub(crate) fn database(&self) -> &str {
        self.tx.database()
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        self.hold.run(statement, sink).await
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        self.hold.batch(sql).await
    }

    pub(crate) fn restate(&mut self, said: &Error, error: &Error) {
        self.tx.restate(said, error);
    }

    pub(crate) fn begin(&mut self) -> Result<()> {
        self.tx.check()?;
        self.sequence = true;
        Ok(())
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        self.tx.check()?;
        self.sequence = false;
        Ok(())
    }

    pub(crate) fn rollback(&mut self, error: &Error) {
        self.tx.fail(error);
        self.sequence = false;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.sequence {
            // Given up between two statements: the block must not be committed with a part of them.
            self.tx.fail(&Error::new(ErrorKind::Cancelled).with_database(self.tx.database()));
        }
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("tx", &self.tx).finish_non_exhaustive()
    }
}
