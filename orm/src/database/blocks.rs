//! Blocks that need a database open: the first opens it if it is closed, the last closes it then.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use tokio::sync::Mutex as AsyncMutex;

use super::close::PATIENCE;
use super::handle::{self, Database};
use super::operation::Procedure;
use super::shared::{Open, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::transaction::{Tx, atomic};

/// The blocks of one database.
#[derive(Default)]
pub(super) struct Blocks {
    /// Held by who opens it, so that nobody else does meanwhile.
    opening: AsyncMutex<()>,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    count: usize,
    /// What the first of them opened.
    opened: Option<Arc<Open>>,
}

/// Who is inside of a block.
struct Block<'d> {
    database: &'d Arc<Shared>,
    ended: bool,
}

impl Blocks {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'d> Block<'d> {
    /// Goes in if the database is open.
    fn enter(database: &'d Arc<Shared>) -> Option<Self> {
        let mut inside = database.blocks.inside();
        database.open()?;
        inside.count += 1;
        Some(Self { database, ended: false })
    }

    /// Goes in, and opens the database if it is closed.
    async fn open(database: &'d Arc<Shared>) -> Result<Self> {
        if let Some(block) = Self::enter(database) {
            return Ok(block);
        }
        let _alone = database.blocks.opening.lock().await;
        loop {
            // Somebody else may have opened it meanwhile.
            if let Some(block) = Self::enter(database) {
                return Ok(block);
            }
            let options = database.last_options().ok_or_else(|| database.not_initialized())?;
            handle::init(database, options, false).await?;
            let mut inside = database.blocks.inside();
            if let Some(open) = database.open() {
                inside.count += 1;
                inside.opened = Some(open);
                return Ok(Self { database, ended: false });
            }
        }
    }

    /// Goes out. Takes the database out of place if a block opened it and this was the last. It may have been bound anew
    /// meanwhile; then it is somebody else's.
    fn leave(&mut self) -> Option<Arc<Open>> {
        if std::mem::replace(&mut self.ended, true) {
            return None;
        }
        // Nobody goes in between the last way out and the close.
        let mut inside = self.database.blocks.inside();
        inside.count = inside.count.saturating_sub(1);
        if inside.count > 0 {
            return None;
        }
        let opened = inside.opened.take()?;
        let is_in_place = self.database.open().is_some_and(|now| Arc::ptr_eq(&opened, &now));
        if is_in_place { self.database.uninstall(self.database.ticket()) } else { None }
    }

    /// Goes out, and waits until the database is closed if it is to be.
    async fn close(mut self) {
        if let Some(open) = self.leave() {
            open.close(self.database, PATIENCE).await;
        }
    }
}

impl Drop for Block<'_> {
    fn drop(&mut self) {
        if let Some(open) = self.leave() {
            // One poll closes the pool; whatever good-byes it would wait for are left unsaid.
            let _ = open.retire().now_or_never();
        }
    }
}

impl Database {
    /// Opens the database if it was closed, runs `body` in a transaction, and closes it again if it opened it: after the last
    /// of such blocks that are open at once, however they end.
    ///
    /// What was said of it the last time it was bound is what it is opened by. Of an open database it is
    /// [`atomic`](crate::atomic) alone: committed if the body gives `Ok`, rolled back if it gives `Err`, panics or is dropped;
    /// inside of a transaction on it a savepoint. A database in memory is another one, and empty, each time that it is opened.
    ///
    /// # Examples
    ///
    /// ```
    /// use orm::Database;
    ///
    /// static DB: Database = Database::deferred("reports");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// DB.init("sqlite::memory:").await?;
    /// DB.close().await?;
    /// let depth = DB.scope(async |tx| Ok::<_, orm::Error>(tx.depth())).await?;
    /// assert_eq!((depth, DB.is_initialized()), (0, false));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `NotInitialized` if it was never bound; as [`init`](Database::init) if it has to be opened; as
    /// [`atomic`](crate::atomic).
    ///
    /// # Cancel safety
    ///
    /// Dropped before its end, the transaction is rolled back, and the database closed without waiting if the block would have
    /// closed it.
    pub fn scope<F, Fut, T, E>(&self, body: F) -> Procedure<impl Future<Output = Result<T, E>>>
    where
        F: FnOnce(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let database = self.clone();
        Procedure::new(async move {
            let block = Block::open(database.shared()).await?;
            let output = atomic(body).using(&database).await;
            block.close().await;
            output
        })
    }

    /// Goes through `items`, with `each` for one at a time, and commits after every `size` of them and at the end: how many
    /// there were.
    ///
    /// Every so many items are one transaction: if `each` gives an error, the items before it since the last commit are
    /// undone with it, those before that are there to stay, and no further item is taken.
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
    /// # let db = Database::open("batches", "sqlite::memory:").await?;
    /// # db.create_tables(&[User::TABLE]).await?;
    /// let users = User::objects().using(&db);
    /// let names = (1..=250).map(|n| format!("user {n}"));
    /// let added = db.batch_commit(names, 100, async |_tx, name| users.clone().create(NewUser::new(name)).await.map(drop));
    /// assert_eq!(added.await?, 250);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `InvalidQuery` for a size of 0, and inside of a transaction on this database, where nothing would be committed; as
    /// [`atomic`](crate::atomic).
    ///
    /// # Cancel safety
    ///
    /// Dropped before its end, what was not committed is rolled back.
    pub fn batch_commit<I, F, Fut, E>(
        &self,
        items: I,
        size: usize,
        mut each: F,
    ) -> Procedure<impl Future<Output = Result<u64, E>>>
    where
        I: IntoIterator,
        F: FnMut(Tx, I::Item) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: From<Error>,
    {
        let database = self.clone();
        Procedure::new(async move {
            let mut items = items.into_iter();
            let mut done = 0_u64;
            loop {
                database.check_batches(size)?;
                let batch: Vec<I::Item> = items.by_ref().take(size).collect();
                if batch.is_empty() {
                    return Ok(done);
                }
                let count = batch.len() as u64;
                let each = &mut each;
                atomic(move |tx: Tx| async move {
                    for item in batch {
                        each(tx.clone(), item).await?;
                    }
                    Ok::<_, E>(())
                })
                .using(&database)
                .await?;
                done = done.saturating_add(count);
            }
        })
    }

    fn check_batches(&self, size: usize) -> Result<()> {
        let reason = match size {
            0 => "batches of no items",
            _ if self.current_transaction().is_some() => {
                "batches that commit, inside of a transaction, where nothing would be committed"
            }
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }).with_database(self.name()))
    }
}
