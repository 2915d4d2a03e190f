//! The handle of an open block, and what becomes of the block.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Mutex as AsyncMutex;

use super::atomic::{self, Atomic};
use super::core::Core;
use super::on_commit::Hook;
use crate::database::{Auto, Owned};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::choose::Place;

/// An open transaction, or a nested block of one.
///
/// Cheap to clone: a clone is the same block, and may be used at the same time, from other tasks too. Statements queue
/// for the transaction's one connection. After the end every use is a `TransactionClosed` error.
///
/// While a nested block is open, statements sent to a block around it wait for its end; but those of the nested block's
/// own task are part of the nested block. Beside a nested [`Transaction`](crate::Transaction) they do not wait: they are
/// `InvalidQuery`.
#[derive(Clone)]
pub struct Tx(Arc<Block>);

struct Block {
    core: Arc<Core>,
    depth: u32,
    parent: Option<Tx>,
    turn: Arc<AsyncMutex<()>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    phase: Phase,
    broken: Option<Error>,
    hooks: Vec<Hook>,
    /// A nested block is open that a guard holds. Whoever holds it may be the one who asks, so nobody waits for it.
    guarded: bool,
    /// It is to be rolled back at its end.
    marked: bool,
}

/// How far a block has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// Takes statements.
    #[default]
    Open,
    /// Takes no more statements and waits for those under way.
    Ending,
    /// Its work is part of the block around it, or of the database.
    Committed,
    /// Its work is undone.
    RolledBack,
}

impl Tx {
    pub(super) fn outermost(core: Arc<Core>) -> Self {
        Self::new(core, 0, None)
    }

    pub(super) fn nested(&self) -> Self {
        Self::new(Arc::clone(self.core()), self.depth().saturating_add(1), Some(self.clone()))
    }

    fn new(core: Arc<Core>, depth: u32, parent: Option<Self>) -> Self {
        Self(Arc::new(Block { core, depth, parent, turn: Arc::default(), state: Mutex::default() }))
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }

    pub(super) fn turn(&self) -> &Arc<AsyncMutex<()>> {
        &self.0.turn
    }

    pub(super) fn parent(&self) -> Option<&Self> {
        self.0.parent.as_ref()
    }

    /// 0 for a transaction, 1 for a block nested in it, and so on.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    /// The name of the database that the transaction is on.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.0.core.name
    }

    /// Runs `body` in a block nested in this one: a savepoint. See [`atomic`](crate::atomic).
    pub fn atomic<F, Fut, T, E>(&self, body: F) -> Atomic<F, T, E>
    where
        F: FnOnce(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        atomic::nested(Auto::from(Owned::Tx(self.clone())), body)
    }

    /// Calls `f` after the outermost block was committed, and never if it, or a block in between, is rolled back.
    ///
    /// Given to a block that has ended, `f` has the fate of that block's work: it is called at once if that is
    /// committed for good.
    pub fn on_commit(&self, f: impl FnOnce() + Send + 'static) {
        self.defer(Box::new(f));
    }

    /// Has the block rolled back at its end although nothing failed, or takes that back: for a dry run, or a test.
    ///
    /// The block goes on meanwhile, and its [`atomic`](crate::atomic) gives what the body gives. It alone is rolled back, with
    /// the blocks inside of it; one around it is not, unless it is marked itself. What was given to
    /// [`on_commit`](Tx::on_commit) in it is never called. A [`Transaction`](crate::Transaction) that is marked cannot be
    /// committed.
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
    /// # let db = Database::open("dry", "sqlite::memory:").await?;
    /// # db.create_tables(&[User::TABLE]).await?;
    /// let users = User::objects().using(&db);
    /// let would_be = orm::atomic(async |tx: Tx| {
    ///     tx.set_rollback(true)?;
    ///     users.clone().create(NewUser::new("ann")).await?;
    ///     users.clone().count().await
    /// })
    /// .using(&db)
    /// .await?;
    /// assert_eq!((would_be, users.count().await?), (1, 0));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `TransactionClosed` if the block, or one around it, has ended.
    pub fn set_rollback(&self, rollback: bool) -> Result<()> {
        self.check_open()?;
        self.state().marked = rollback;
        Ok(())
    }

    /// Whether the block is to be rolled back at its end.
    pub(super) fn is_marked(&self) -> bool {
        self.state().marked
    }

    /// Whether neither this block nor one around it has ended.
    ///
    /// # Errors
    ///
    /// `TransactionClosed`.
    pub(super) fn check_open(&self) -> Result<()> {
        match self.outwards().all(|tx| tx.state().phase == Phase::Open) {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::TransactionClosed).with_database(self.database())),
        }
    }

    /// Has the connection closed when the transaction ends, instead of kept for others: where it was set to something
    /// that nobody else should find. The one connection of a database in memory stays.
    ///
    /// # Errors
    ///
    /// `InvalidQuery` if it is the connection of a pool of the program's own; `TransactionClosed`.
    pub fn close_connection(&self) -> Result<()> {
        self.check_open()?;
        let core = self.core();
        if matches!(core.place, Place::Pool(_)) {
            let reason =
                "the connection belongs to a pool of the program's own, and is not ours to close".to_owned();
            return Err(Error::new(ErrorKind::InvalidQuery { reason }).with_database(self.database()));
        }
        core.close_connection();
        Ok(())
    }

    fn defer(&self, hook: Hook) {
        let mut state = self.state();
        match (state.phase, &self.0.parent) {
            (Phase::Open | Phase::Ending, _) => state.hooks.push(hook),
            (Phase::Committed, Some(parent)) => {
                drop(state);
                parent.defer(hook);
            }
            (Phase::Committed, None) => {
                drop(state);
                hook();
            }
            (Phase::RolledBack, _) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the transaction has ended, and its connection is free.
    pub(crate) fn is_over(&self) -> bool {
        self.outwards().any(|tx| {
            tx.0.parent.is_none() && matches!(tx.state().phase, Phase::Committed | Phase::RolledBack)
        })
    }

    /// This block and those around it.
    fn outwards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |tx| tx.0.parent.as_ref())
    }

    /// This block, or the innermost one around it that has not ended.
    pub(crate) fn open_part(&self) -> Option<Self> {
        self.outwards().find(|tx| tx.state().phase == Phase::Open).cloned()
    }

    /// Whether this block is `outer`, or inside of it.
    pub(super) fn is_inside(&self, outer: &Self) -> bool {
        self.outwards().any(|tx| Arc::ptr_eq(&tx.0, &outer.0))
    }

    /// Whether statements may be sent in this block.
    ///
    /// # Errors
    ///
    /// `TransactionClosed` if it, or one around it, has ended; `TransactionBroken` if a statement failed;
    /// `InvalidQuery` if a nested block is open that a guard holds.
    pub(super) fn check(&self) -> Result<()> {
        self.check_open()?;
        self.broken().or_else(|| self.guarded()).map_or(Ok(()), Err)
    }

    /// The error for whoever goes on beside a guard.
    pub(super) fn guarded(&self) -> Option<Error> {
        self.state().guarded.then(|| {
            let reason =
                "a transaction begun inside of this one is still open: send the query to it, or end it first";
            Error::new(ErrorKind::InvalidQuery { reason: reason.into() }).with_database(self.database())
        })
    }

    pub(super) fn set_guarded(&self, guarded: bool) {
        self.state().guarded = guarded;
    }

    /// The error for whoever goes on with a broken block.
    pub(super) fn broken(&self) -> Option<Error> {
        let first = self.first_error()?;
        if matches!(first.kind(), ErrorKind::TransactionTimeout { .. }) {
            return Some(first);
        }
        Some(Error::new(ErrorKind::TransactionBroken).with_source(first).with_database(self.database()))
    }

    /// Why the block is broken.
    pub(super) fn first_error(&self) -> Option<Error> {
        self.core().lost().or_else(|| self.outwards().find_map(|tx| tx.state().broken.clone()))
    }

    /// A statement of the block failed; the first failure counts.
    pub(super) fn fail(&self, error: &Error) {
        self.state().broken.get_or_insert_with(|| error.clone());
    }

    /// Says in other words what a statement failed with, where that is what broke something: the words that came first
    /// know neither model nor secrets.
    pub(super) fn restate(&self, said: &Error, error: &Error) {
        if let Some(broken) = &mut self.state().broken
            && broken.is(said)
        {
            *broken = error.clone();
        }
        self.core().restate(said, error);
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        self.state().phase = phase;
    }

    /// Begins anew with nothing of what was: gives what was to be called after the commit.
    pub(super) fn begin_anew(&self) -> Vec<Hook> {
        let mut state = self.state();
        state.broken = None;
        std::mem::take(&mut state.hooks)
    }

    /// Sets the last phase and takes what was to be called after the commit.
    pub(super) fn finish(&self, phase: Phase) -> Vec<Hook> {
        let mut state = self.state();
        state.phase = phase;
        std::mem::take(&mut state.hooks)
    }

    /// Takes over the hooks of a nested block.
    pub(super) fn adopt(&self, hooks: Vec<Hook>) {
        for hook in hooks {
            self.defer(hook);
        }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("database", &self.database())
            .field("depth", &self.depth())
            .field("phase", &self.state().phase)
            .finish_non_exhaustive()
    }
}
