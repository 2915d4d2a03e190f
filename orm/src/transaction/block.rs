//! A block from its begin to its end, and what happens if it is dropped in between.

use tokio::sync::OwnedMutexGuard;

use super::ambient;
use super::core::{self, Core, Hold};
use super::options::Options;
use super::tx::{Phase, Tx};
use crate::database::Auto;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::choose::{self, Place, Start};
use crate::exec::held::Held;

/// An open block. Dropped before its end, it is rolled back: a nested one before the next statement of the block around
/// it, the outermost one by giving up the connection, which SQLite cleans on the spot and a server by noticing.
pub(super) struct Open {
    tx: Tx,
    /// Keeps the block around it waiting.
    _turn: Option<OwnedMutexGuard<()>>,
    /// Makes the block around it refuse instead.
    guard: bool,
    ended: bool,
}

/// Who holds a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A future, which is driven until the block has ended.
    Future,
    /// A guard, in the middle of the code that would wait for it.
    Guard,
}

/// Begins a block where `executor` says: a nested one where it finds a transaction open.
pub(super) async fn begin(executor: Auto, options: Options, holder: Holder) -> Result<Open> {
    match choose::start(executor)? {
        Start::In(tx) if options == Options::default() => {
            nest(&ambient::inside_of(&tx).unwrap_or(tx), holder).await
        }
        Start::In(tx) => {
            let reason = "isolation, read-only and lock are those of the outermost block".to_owned();
            Err(Error::new(ErrorKind::InvalidQuery { reason }).with_database(tx.database()))
        }
        start => outermost(start.into_place(), options, holder).await,
    }
}

async fn outermost(place: Place, options: Options, holder: Holder) -> Result<Open> {
    let mut held = place.acquire().await?;
    if holder == Holder::Guard {
        held.guard();
    }
    start(&mut held, options).await.map_err(|error| error.with_database(&place.name()))?;
    let core = Core::new(place, held, options);
    if let Place::Database(database) = &core.place {
        // First added, then asked, as who closes the database first says so and then looks: one of the two sees the other.
        database.running().add(&core);
        core.check_place()?;
    }
    Ok(Open { tx: Tx::outermost(core), _turn: None, guard: false, ended: false })
}

async fn start(held: &mut Held, options: Options) -> Result<()> {
    let backend = held.server().backend;
    options.check(backend)?;
    held.pin(options.read_only);
    for sql in options.begin(backend) {
        if let Err(error) = held.batch(&sql).await {
            // The server answered: the connection is worth a round trip, unless it is lost.
            if held.batch("ROLLBACK").await.is_ok() || held.in_transaction() == Some(false) {
                held.unpin().await;
            }
            return Err(error);
        }
    }
    Ok(())
}

async fn nest(outer: &Tx, holder: Holder) -> Result<Open> {
    let tx = outer.nested();
    let mut hold = Hold::enter(outer, None).await?;
    hold.batch(&format!("SAVEPOINT {}", core::savepoint(tx.depth()))).await?;
    let guard = holder == Holder::Guard;
    outer.set_guarded(guard);
    let turn = hold.into_turn();
    Ok(Open { tx, _turn: turn.filter(|_| !guard), guard, ended: false })
}

impl Open {
    pub(super) fn tx(&self) -> &Tx {
        &self.tx
    }

    /// Commits, and calls the hooks if it was the outermost block. Waits for statements under way first.
    ///
    /// # Errors
    ///
    /// `TransactionBroken` if a statement failed, `InvalidQuery` if a guard or a stream is open inside of it: then the block is rolled
    /// back. What the server says to the commit:
    /// then the block is rolled back too, except that after `ConnectionLost` nobody knows.
    pub(super) async fn commit(mut self) -> Result<()> {
        let guarded = self.tx.guarded();
        self.tx.set_phase(Phase::Ending);
        // If it may not wait, the drop of the block gives it up.
        let mut hold = Hold::take(&self.tx, None).await?;
        // What a nested block left that was given up must not be committed.
        let settled = hold.settle().await;
        if let Some(error) = self.tx.broken().or(guarded).or(settled.err()) {
            self.undo(&mut hold).await;
            return Err(error);
        }
        let depth = self.tx.depth();
        let sql = match depth {
            0 => "COMMIT".to_owned(),
            _ => format!("RELEASE SAVEPOINT {}", core::savepoint(depth)),
        };
        let writing = if depth == 0 { self.tx.core().committing() } else { None };
        if let Err(error) = hold.send(&sql).await {
            if !matches!(error.kind(), ErrorKind::ConnectionLost)
                && let Some(writing) = writing
            {
                writing.forget();
            }
            // Some servers keep the transaction open when they refuse to commit it.
            self.undo(&mut hold).await;
            return Err(error);
        }
        // The work is done, whether or not anybody is still there to hear of it.
        drop(writing);
        self.ended = true;
        self.release();
        let hooks = self.tx.finish(Phase::Committed);
        match self.tx.parent() {
            Some(parent) => parent.adopt(hooks),
            None => {
                hold.give_back(true).await;
                drop(hold);
                hooks.into_iter().for_each(|hook| hook());
            }
        }
        Ok(())
    }

    /// Rolls back. Waits for statements under way first. Never fails: where the server does not confirm it, the
    /// connection is given up, or the block around it is broken.
    pub(super) async fn roll_back(mut self) {
        self.tx.set_phase(Phase::Ending);
        // If it may not wait, the drop of the block gives it up.
        if let Ok(mut hold) = Hold::take(&self.tx, None).await {
            self.undo(&mut hold).await;
        }
    }

    /// Rolls back because somebody wants it, where nothing failed.
    ///
    /// # Errors
    ///
    /// `TransactionBroken` if a statement failed all the same, as for [`commit`](Self::commit).
    pub(super) async fn roll_back_marked(self) -> Result<()> {
        let broken = self.tx.broken();
        self.roll_back().await;
        broken.map_or(Ok(()), Err)
    }

    async fn undo(&mut self, hold: &mut Hold) {
        if self.tx.depth() == 0 {
            hold.roll_back().await;
        } else if self.tx.core().lost().is_none() {
            // A failure breaks the whole transaction, which is all that there is to say about it. The savepoint of a
            // block inside of this one goes with this one's.
            self.tx.core().undo(self.tx.depth());
            let _ = hold.settle().await;
        }
        self.ended = true;
        self.release();
        drop(self.tx.finish(Phase::RolledBack));
    }

    /// Lets the block around it go on.
    fn release(&self) {
        if let Some(parent) = self.tx.parent()
            && self.guard
        {
            parent.set_guarded(false);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        drop(self.tx.finish(Phase::RolledBack));
        match self.tx.depth() {
            0 => self.tx.core().give_up(),
            depth => self.tx.core().undo(depth),
        }
        self.release();
    }
}
