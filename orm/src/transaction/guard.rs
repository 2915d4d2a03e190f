//! The guard style.

use std::fmt;
use std::future::{Future, IntoFuture};

use super::atomic::Atomic;
use super::block::{self, Holder, Open};
use super::options::{Isolation, Options, SqliteLock};
use super::tx::Tx;
use crate::database::{Auto, Operation, OperationFuture, Using};
use crate::error::{Error, ErrorKind, Result};

/// A transaction that ends when it is told to: with [`commit`](Transaction::commit) or
/// [`rollback`](Transaction::rollback). A drop rolls back.
///
/// Queries do not join it by themselves: send them to it with `.using(&transaction)`.
#[must_use = "dropped, the transaction is rolled back"]
pub struct Transaction(Open);

impl Transaction {
    /// The handle of the transaction.
    #[must_use]
    pub fn tx(&self) -> Tx {
        self.0.tx().clone()
    }

    /// Runs `body` in a block nested in this transaction: a savepoint. See [`atomic`](crate::atomic).
    pub fn atomic<F, Fut, T, E>(&self, body: F) -> Atomic<F, T, E>
    where
        F: FnOnce(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        self.0.tx().atomic(body)
    }

    /// Calls `f` after the commit, and never if the transaction is rolled back.
    pub fn on_commit(&self, f: impl FnOnce() + Send + 'static) {
        self.0.tx().on_commit(f);
    }

    /// Commits.
    ///
    /// # Errors
    ///
    /// `TransactionBroken` if a statement failed, with the first error as source: then the transaction is rolled back.
    /// What the database says to the commit: rolled back too, except that after `ConnectionLost` nobody knows.
    /// `InvalidQuery` if it is marked by [`Tx::set_rollback`], which rolls it back.
    ///
    /// # Cancel safety
    ///
    /// Dropped before its end, the transaction is rolled back, unless the database had the commit already.
    pub fn commit(self) -> Operation<'static, ()> {
        Operation::new(async move {
            let tx = self.tx();
            if tx.is_marked() {
                self.0.roll_back().await;
                let reason = "the transaction is marked to be rolled back, and was not committed".to_owned();
                return Err(Error::new(ErrorKind::InvalidQuery { reason }).with_database(tx.database()));
            }
            self.0.commit().await
        })
    }

    /// Rolls back.
    ///
    /// # Errors
    ///
    /// None: where the database does not confirm it, the connection is closed, which rolls back too.
    ///
    /// # Cancel safety
    ///
    /// Dropped before its end, it rolls back as a drop of the transaction does.
    pub fn rollback(self) -> Operation<'static, ()> {
        Operation::new(async move {
            self.0.roll_back().await;
            Ok(())
        })
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transaction").field(self.0.tx()).finish()
    }
}

/// A transaction about to begin: say what it is to be like, then `.await` it or call [`blocking`](Begin::blocking).
#[derive(Debug, Clone, Default)]
#[must_use = "nothing begins until it is awaited, or `.blocking()` is called"]
pub struct Begin {
    on: Auto,
    options: Options,
}

/// Begins a transaction that ends when it is told to, on `"default"` unless `.using(..)` says otherwise. Where the task
/// is inside a transaction on that database, it is a savepoint; until it ends, what is sent to the transaction around it
/// is `InvalidQuery`.
///
/// # Errors
///
/// Those of getting a connection; `TransactionClosed` and `TransactionBroken` for a savepoint.
///
/// # Cancel safety
///
/// Dropping the future leaves no transaction open.
pub fn begin() -> Begin {
    Begin::default()
}

impl Begin {
    /// On this database.
    pub fn using<X: Using<Executor = Auto>>(mut self, on: X) -> Self {
        self.on = on.executor();
        self
    }

    /// With this isolation.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.options.isolation = Some(isolation);
        self
    }

    /// Refuses writes.
    pub fn read_only(mut self) -> Self {
        self.options.read_only = true;
        self
    }

    /// Takes this lock when it begins, on SQLite; on a server it is `Unsupported`. For the outermost block alone, as
    /// [`isolation`](Begin::isolation).
    pub fn lock(mut self, lock: SqliteLock) -> Self {
        self.options.lock = Some(lock);
        self
    }

    fn operation(self) -> Operation<'static, Transaction> {
        Operation::new(
            async move { block::begin(self.on, self.options, Holder::Guard).await.map(Transaction) },
        )
    }

    /// Begins it on this thread, outside of any asynchronous runtime.
    ///
    /// # Errors
    ///
    /// `BlockingInsideRuntime` inside of one; else as when awaited.
    pub fn blocking(self) -> Result<Transaction> {
        self.operation().blocking()
    }
}

impl IntoFuture for Begin {
    type Output = Result<Transaction>;
    type IntoFuture = OperationFuture<'static, Transaction>;

    fn into_future(self) -> Self::IntoFuture {
        self.operation().into_future()
    }
}
