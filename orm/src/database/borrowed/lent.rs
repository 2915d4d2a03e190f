//! A connection on loan.

use std::fmt;

use sqlx::SqlSafeStr as _;

use super::from_sqlx;
use super::native::Native;
use crate::driver::{Outcome, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};

/// A connection that is lent for one query.
pub(crate) enum Lent<'c> {
    #[cfg(feature = "sqlite")]
    Sqlite(On<'c, sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(On<'c, sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(On<'c, sqlx::MySql>),
}

/// How far a loan has come.
pub(crate) enum On<'c, DB: Native> {
    /// As it was lent.
    Connection(&'c mut DB::Connection),
    /// Inside a transaction or savepoint of our own, which sqlx rolls back if it is dropped.
    Transaction(sqlx::Transaction<'c, DB>),
    /// Inside a savepoint of our own, in a transaction that the user began in plain SQL.
    Savepoint(&'c mut DB::Connection),
    /// Our own transaction has ended, and the loan with it.
    Over,
}

/// A connection on loan, with which nothing was done yet. Needs no drop, so that the loan ends with its last use.
#[derive(Debug)]
pub(crate) enum Loan<'c> {
    #[cfg(feature = "sqlite")]
    Sqlite(&'c mut sqlx::SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(&'c mut sqlx::PgConnection),
    #[cfg(feature = "mysql")]
    MySql(&'c mut sqlx::MySqlConnection),
}

impl<'c> Loan<'c> {
    /// For one query.
    pub(crate) fn lend(self) -> Lent<'c> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => Lent::Sqlite(On::Connection(connection)),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => Lent::Postgres(On::Connection(connection)),
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => Lent::MySql(On::Connection(connection)),
        }
    }

    /// For one query, with others to come.
    pub(crate) fn lend_again(&mut self) -> Lent<'_> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => Loan::Sqlite(connection).lend(),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => Loan::Postgres(connection).lend(),
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => Loan::MySql(connection).lend(),
        }
    }
}

impl Lent<'_> {
    /// Which server it is.
    pub(crate) async fn server(&mut self) -> Result<Server> {
        each!(self, Self, on => on.server().await)
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        each!(self, Self, on => on.run(statement, sink).await)
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        each!(self, Self, on => on.batch(sql).await)
    }

    /// Whether sqlx knows of an open transaction.
    pub(crate) fn in_transaction(&self) -> bool {
        each!(self, Self, on => match on {
            On::Connection(connection) => sqlx::Connection::is_in_transaction(&**connection),
            On::Transaction(_) | On::Savepoint(_) => true,
            On::Over => false,
        })
    }

    /// Begins a transaction, or a savepoint in the user's own. Dropped before its end it is rolled back, except in
    /// a transaction that the user began in plain SQL: there its statements so far are left to the user.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        each!(self, Self, on => on.begin().await)
    }

    /// Ends what `begin` began. Nothing can be run on the loan afterwards.
    pub(crate) async fn end(&mut self, commit: bool) -> Result<()> {
        each!(self, Self, on => on.end(commit).await)
    }
}

impl fmt::Debug for Lent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lent")
    }
}

impl<DB: Native> On<'_, DB> {
    fn get(&mut self) -> Result<&mut DB::Connection> {
        match self {
            Self::Connection(connection) | Self::Savepoint(connection) => Ok(connection),
            Self::Transaction(transaction) => Ok(transaction),
            Self::Over => Err(Error::new(ErrorKind::TransactionClosed)),
        }
    }

    async fn server(&mut self) -> Result<Server> {
        DB::server(self.get()?).await
    }

    async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        DB::run(self.get()?, statement, sink).await
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        DB::batch(self.get()?, sql).await
    }

    async fn begin(&mut self) -> Result<()> {
        let hidden = match self {
            Self::Connection(c) if !sqlx::Connection::is_in_transaction(&**c) => DB::probe(c).await?,
            Self::Connection(_) => false,
            Self::Transaction(_) | Self::Savepoint(_) | Self::Over => {
                return Err(Error::new(ErrorKind::TransactionClosed));
            }
        };
        if hidden {
            DB::batch(self.get()?, "SAVEPOINT orm_lent").await?;
        }
        let Self::Connection(connection) = std::mem::replace(self, Self::Over) else { return Ok(()) };
        let begin = DB::BEGIN.into_sql_str();
        *self = if hidden {
            Self::Savepoint(connection)
        } else if sqlx::Connection::is_in_transaction(connection) {
            Self::Transaction(sqlx::Connection::begin(connection).await.map_err(|error| from_sqlx(&error))?)
        } else {
            let begun = sqlx::Connection::begin_with(connection, begin).await;
            Self::Transaction(begun.map_err(|error| from_sqlx(&error))?)
        };
        Ok(())
    }

    async fn end(&mut self, commit: bool) -> Result<()> {
        match std::mem::replace(self, Self::Over) {
            Self::Transaction(transaction) => {
                let ended = if commit { transaction.commit().await } else { transaction.rollback().await };
                ended.map_err(|error| from_sqlx(&error))
            }
            Self::Savepoint(connection) => {
                let sql = if commit {
                    "RELEASE SAVEPOINT orm_lent"
                } else {
                    "ROLLBACK TO SAVEPOINT orm_lent; RELEASE SAVEPOINT orm_lent"
                };
                DB::batch(connection, sql).await
            }
            Self::Connection(_) | Self::Over => Err(Error::new(ErrorKind::TransactionClosed)),
        }
    }
}
