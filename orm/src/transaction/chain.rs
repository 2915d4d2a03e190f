//! Ending a transaction in the middle of its block, and beginning another on the same connection.

use super::ambient;
use super::core::Hold;
use super::tx::Tx;
use crate::database::Operation;
use crate::error::{Error, ErrorKind, Result};

impl Tx {
    /// Commits what was done so far, and begins another transaction: what comes next in the block is committed or
    /// rolled back by itself.
    ///
    /// The new one has the isolation and all else that was said of the first, and the time that a transaction may take begins
    /// anew. What was given to [`on_commit`](Tx::on_commit) is called. An [`atomic`](crate::atomic) that may
    /// [`retry`](crate::Atomic::retry) does so no more: a part of it is done for good.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 40)]
    /// #     name: String,
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// # let db = Database::open("chain", "sqlite::memory:").await?;
    /// # db.create_tables(&[User::TABLE]).await?;
    /// let users = User::objects().using(&db);
    /// let outcome: orm::Result<()> = orm::atomic(async |tx: Tx| {
    ///     users.clone().create(NewUser::new("ann")).await?;
    ///     tx.commit_and_chain().await?;
    ///     users.clone().create(NewUser::new("bob")).await?;
    ///     users.clone().get(99).await.map(drop)
    /// })
    /// .using(&db)
    /// .await;
    /// assert!(outcome.is_err());
    /// assert_eq!(users.select(User::name).all().await?, ["ann"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidQuery` in a nested block, which is part of the one around it; while a block is open inside of this one in the
    /// same task; with a stream open; if the block is marked by [`set_rollback`](Tx::set_rollback). `TransactionClosed`, and
    /// `TransactionBroken` if a statement failed: nothing is committed then. What the database says to the commit: the
    /// block is rolled back and broken then, except that after `ConnectionLost` nobody knows.
    ///
    /// # Cancel safety
    ///
    /// Dropped before its end, the block is broken, and nobody knows whether it was committed.
    pub fn commit_and_chain(&self) -> Operation<'static, ()> {
        let tx = self.clone();
        Operation::new(async move { chain(&tx, true).await })
    }

    /// Rolls back what was done so far, and begins another transaction, as
    /// [`commit_and_chain`](Tx::commit_and_chain) does. After a statement that failed the block can go on by that.
    ///
    /// What was given to [`on_commit`](Tx::on_commit) is forgotten.
    ///
    /// # Errors
    ///
    /// As for [`commit_and_chain`](Tx::commit_and_chain), but `TransactionBroken` only if the whole transaction is lost: with
    /// its connection, or by a deadlock.
    ///
    /// # Cancel safety
    ///
    /// Dropped before its end, the block is broken; nothing of it stays.
    pub fn rollback_and_chain(&self) -> Operation<'static, ()> {
        let tx = self.clone();
        Operation::new(async move { chain(&tx, false).await })
    }
}

async fn chain(tx: &Tx, commit: bool) -> Result<()> {
    check(tx, commit)?;
    let mut hold = Hold::take(tx, None).await?;
    // Something may have happened while it waited.
    check(tx, commit)?;
    if commit {
        hold.ready().await?;
    }
    let writing = if commit { tx.core().committing() } else { None };
    if let Err(error) = hold.send(if commit { "COMMIT" } else { "ROLLBACK" }).await {
        if !matches!(error.kind(), ErrorKind::ConnectionLost)
            && let Some(writing) = writing
        {
            writing.forget();
        }
        // Some servers keep the transaction open when they refuse to commit it: the end of the block rolls it back.
        tx.core().lose(error.clone());
        return Err(error);
    }
    drop(writing);
    let hooks = tx.begin_anew();
    if commit {
        tx.core().set_chained();
    }
    let begun = hold.begin_anew().await;
    // What they do may need a connection, or the transaction.
    drop(hold);
    if commit {
        hooks.into_iter().for_each(|hook| hook());
    }
    begun
}

/// Whether the transaction may be ended here.
fn check(tx: &Tx, commit: bool) -> Result<()> {
    let refused = |reason: &str| {
        Err(Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }).with_database(tx.database()))
    };
    if tx.depth() > 0 {
        return refused(
            "a nested block is part of the transaction around it, and cannot be committed or begun anew by itself",
        );
    }
    if ambient::inside_of(tx).is_some_and(|inner| inner.depth() > 0) {
        return refused("a block is open inside of this transaction, which would be ended under it");
    }
    tx.check_open()?;
    if let Some(error) = tx.guarded() {
        return Err(error);
    }
    if commit && tx.is_marked() {
        return refused("the transaction is marked to be rolled back, and was not committed");
    }
    let broken = if commit { tx.first_error() } else { tx.core().lost() };
    match broken {
        Some(_) => tx.broken().map_or(Ok(()), Err),
        None => Ok(()),
    }
}

impl Hold {
    /// Begins another transaction where one has just ended.
    async fn begin_anew(&mut self) -> Result<()> {
        let tx = self.tx().clone();
        let core = tx.core();
        core.begun_anew();
        for sql in core.options.begin(core.server.backend) {
            if let Err(error) = self.send(&sql).await {
                core.lose(error.clone());
                return Err(error);
            }
        }
        Ok(())
    }
}
