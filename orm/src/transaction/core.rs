//! One transaction: its connection, and who has it in hand.
//!
//! Two kinds of locks order everything. Each block has a *turn*: a statement of the block holds it while it runs, and
//! a nested block from its savepoint to its end, so that blocks side by side never interleave. The connection lies in
//! a *slot* whose lock is held by whoever sends something. Turns are taken from the outside in, the slot last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::limit::{self, Watch};
use super::options::Options;
use super::tx::Tx;
use crate::database::{ReadYourWrites, Writing, scope};
use crate::driver::{Outcome, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::choose::Place;
use crate::exec::held::Held;
use crate::exec::{Pause, Within};
use crate::pool::Caller;

/// What all blocks of a transaction have in common.
pub(crate) struct Core {
    /// Keeps the database, and so its identity, alive.
    pub(crate) place: Place,
    pub(crate) name: Arc<str>,
    pub(crate) server: Server,
    /// The pool of ours that the connection is from.
    pub(super) pool: Option<usize>,
    slot: Arc<AsyncMutex<Option<Held>>>,
    /// The outermost block was given up: whoever has the connection drops it.
    over: AtomicBool,
    /// The connection is to be closed at the end.
    unwanted: AtomicBool,
    /// None if it may take as long as it likes.
    watch: Option<Watch>,
    /// The streams that have the connection, or wait for it.
    streams: Mutex<Vec<Arc<Pause>>>,
    fate: Mutex<Fate>,
    /// How it was begun.
    pub(super) options: Options,
    /// A part of it is committed for good, so that it can not be run again.
    chained: AtomicBool,
    written: Mutex<Written>,
}

/// What was written, as far as somebody remembers it.
#[derive(Default)]
struct Written {
    any: bool,
    told: Vec<ReadYourWrites>,
}

#[derive(Default)]
struct Fate {
    /// Why the whole transaction cannot go on.
    lost: Option<Error>,
    /// The outermost savepoint whose block was given up. To be rolled back before anything else is sent.
    undo: Option<u32>,
}

impl Core {
    pub(super) fn new(place: Place, held: Held, options: Options) -> Arc<Self> {
        let watch = Watch::new(held.transaction_limits());
        let core = Arc::new(Self {
            name: place.name(),
            place,
            server: held.server(),
            pool: held.pool(),
            slot: Arc::new(AsyncMutex::new(Some(held))),
            over: AtomicBool::new(false),
            unwanted: AtomicBool::new(false),
            watch,
            streams: Mutex::default(),
            fate: Mutex::default(),
            options,
            chained: AtomicBool::new(false),
            written: Mutex::default(),
        });
        limit::watch(&core);
        core
    }

    pub(super) fn watch(&self) -> Option<&Watch> {
        self.watch.as_ref()
    }

    /// Gives it up if it took too long, whatever it was broken by before. Else when to look again; none if it is over.
    pub(super) fn end_in_time(&self) -> Option<Instant> {
        if self.over.load(Ordering::SeqCst) {
            return None;
        }
        let watch = self.watch.as_ref()?;
        match watch.passed() {
            Some(kind) => {
                self.lose(Error::new(kind).with_database(&self.name));
                self.give_up();
                None
            }
            None => watch.next(),
        }
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Arc<Pause>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses to wait for a stream whose rows nobody would take meanwhile.
    fn check_stream(&self) -> Result<()> {
        let streams = self.streams();
        if streams.is_empty() {
            return Ok(());
        }
        let here = Caller::here();
        if streams.iter().any(|stream| stream.waits_for(here)) {
            return Err(stream_is_open(&self.name));
        }
        Ok(())
    }

    /// Something may be written in it by this task.
    pub(crate) fn writes(&self) {
        if self.options.read_only {
            return;
        }
        let told = scope::remembering();
        let mut written = self.written();
        written.any = true;
        for writes in told {
            if !written.told.iter().any(|known| known.is(&writes)) {
                written.told.push(writes);
            }
        }
    }

    /// A part of it is committed for good.
    pub(super) fn set_chained(&self) {
        self.chained.store(true, Ordering::SeqCst);
    }

    /// Whether a part of it is committed for good.
    pub(super) fn is_chained(&self) -> bool {
        self.chained.load(Ordering::SeqCst)
    }

    /// A new transaction was begun on the same connection.
    pub(super) fn begun_anew(&self) {
        *self.written() = Written::default();
        // Savepoints of the one before are gone with it.
        self.fate().undo = None;
        if let Some(watch) = &self.watch {
            watch.begin_anew();
        }
    }

    /// The commit is about to be sent: those who remember are told of it when that is dropped, who were there when something
    /// was written and who are there now.
    pub(super) fn committing(&self) -> Option<Box<Writing>> {
        let Place::Database(database) = &self.place else { return None };
        let Written { any, mut told } = std::mem::take(&mut *self.written());
        if !any {
            return None;
        }
        told.extend(scope::remembering());
        Writing::telling(database, told)
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole transaction is broken; the first reason counts.
    pub(super) fn lose(&self, error: Error) {
        self.fate().lost.get_or_insert(error);
    }

    /// Says `said` in other words, if that is the reason.
    pub(super) fn restate(&self, said: &Error, error: &Error) {
        if let Some(lost) = &mut self.fate().lost
            && lost.is(said)
        {
            *lost = error.clone();
        }
    }

    pub(super) fn lost(&self) -> Option<Error> {
        let mut fate = self.fate();
        if fate.lost.is_none()
            && let Some(kind) = self.watch.as_ref().and_then(Watch::passed)
        {
            fate.lost = Some(Error::new(kind).with_database(&self.name));
        }
        fate.lost.clone()
    }

    /// Has the connection closed at the end of the transaction.
    pub(super) fn close_connection(&self) {
        self.unwanted.store(true, Ordering::SeqCst);
    }

    /// Lets the connection go.
    fn let_go(&self, slot: &mut Option<Held>) {
        if let Some(mut held) = slot.take()
            && self.unwanted.load(Ordering::SeqCst)
        {
            held.close_on_return();
        }
    }

    /// The block of this depth was given up.
    pub(super) fn undo(&self, depth: u32) {
        let undo = &mut self.fate().undo;
        *undo = Some(undo.map_or(depth, |other| other.min(depth)));
    }

    /// The transaction was given up: drops the connection, now or as soon as whoever has it lets it go.
    pub(super) fn give_up(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.sweep();
    }

    /// The database is closed under the transaction: nothing more is sent, and the connection is dropped, which rolls
    /// back.
    pub(super) fn end(&self) {
        self.lose(Error::new(ErrorKind::PoolClosed).with_database(&self.name));
        self.give_up();
    }

    /// Ends it if the database was closed under it before it was known to be open: whoever ends those that run has not
    /// seen it.
    ///
    /// # Errors
    ///
    /// `PoolClosed`.
    pub(super) fn check_place(&self) -> Result<()> {
        // Without a connection it is ended already; whoever has it in hand is the one who ends it.
        let ended = self.slot.try_lock().map_or(true, |slot| slot.as_ref().is_none_or(Held::is_ended));
        if !ended {
            return Ok(());
        }
        self.end();
        Err(self.lost().unwrap_or_else(|| Error::new(ErrorKind::PoolClosed).with_database(&self.name)))
    }

    fn sweep(&self) {
        if self.over.load(Ordering::SeqCst)
            && let Ok(mut slot) = self.slot.try_lock()
        {
            self.let_go(&mut slot);
        }
    }
}

#[cold]
fn stream_is_open(database: &str) -> Error {
    let reason = "this task has a stream open on the transaction, which would be waited for in vain: take its rows or drop \
                  it first, or read them with `all`";
    Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }).with_database(database)
}

/// The name of the savepoint of the nested block of this depth.
pub(super) fn savepoint(depth: u32) -> String {
    format!("orm_{depth}")
}

/// A transaction's connection, in the hands of one of its blocks.
pub(super) struct Hold {
    tx: Tx,
    /// Taken by the drop alone.
    slot: Option<OwnedMutexGuard<Option<Held>>>,
    turn: Option<OwnedMutexGuard<()>>,
    /// Something was sent and not answered yet.
    running: bool,
    /// The stream that it is for.
    stream: Option<Streaming>,
}

/// A stream that has the connection, or waits for it.
struct Streaming {
    tx: Tx,
    pause: Arc<Pause>,
}

impl Streaming {
    fn new(tx: &Tx, pause: &Arc<Pause>) -> Self {
        tx.core().streams().push(Arc::clone(pause));
        pause.within(Some(Box::new(InTransaction(tx.clone()))));
        Self { tx: tx.clone(), pause: Arc::clone(pause) }
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.pause.within(None);
        self.tx.core().streams().retain(|stream| !Arc::ptr_eq(stream, &self.pause));
    }
}

/// What a stream knows of its transaction.
struct InTransaction(Tx);

impl Within for InTransaction {
    fn pauses(&self, is_on: bool) {
        if let Some(watch) = self.0.core().watch() {
            watch.running(!is_on);
        }
    }

    fn lost(&self) -> Option<Error> {
        self.0.check().err()
    }
}

impl Hold {
    /// Waits until the connection is this block's, whatever state the block is in.
    ///
    /// # Errors
    ///
    /// `InvalidQuery` if a stream of the same task has it.
    pub(super) async fn take(tx: &Tx, stream: Option<&Arc<Pause>>) -> Result<Self> {
        tx.core().check_stream()?;
        // Before it waits: who of its task comes later would wait for it.
        let stream = stream.map(|pause| Streaming::new(tx, pause));
        let turn = Arc::clone(tx.turn()).lock_owned().await;
        let slot = Arc::clone(&tx.core().slot).lock_owned().await;
        Ok(Self { tx: tx.clone(), slot: Some(slot), turn: Some(turn), running: false, stream })
    }

    /// Waits until the connection is this block's, and sees to it that it is where the block left it.
    ///
    /// # Errors
    ///
    /// `TransactionClosed`, `TransactionBroken`; `InvalidQuery` if a stream of the same task has it.
    pub(super) async fn enter(tx: &Tx, stream: Option<&Arc<Pause>>) -> Result<Self> {
        tx.check()?;
        let mut hold = Self::take(tx, stream).await?;
        hold.ready().await?;
        Ok(hold)
    }

    /// Whether the next statement may be sent. Asked before each, so that none is ever sent in autocommit.
    pub(super) async fn ready(&mut self) -> Result<()> {
        self.tx.check()?;
        self.settle().await?;
        self.notice_end();
        self.tx.check()
    }

    /// Rolls back what a nested block left that was given up.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let (undo, lost) = {
            let fate = self.tx.core().fate();
            (fate.undo, fate.lost.is_some())
        };
        if let Some(depth) = undo
            && !lost
        {
            self.roll_back_to(depth).await?;
            self.tx.core().fate().undo = None;
        }
        Ok(())
    }

    /// Undoes the nested block of this depth and forgets its savepoint.
    pub(super) async fn roll_back_to(&mut self, depth: u32) -> Result<()> {
        let name = savepoint(depth);
        let sql = format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}");
        // If the savepoint is gone, so is the transaction that it was set in.
        self.send(&sql).await.inspect_err(|error| self.tx.core().lose(error.clone()))
    }

    pub(super) fn tx(&self) -> &Tx {
        &self.tx
    }

    fn set_running(&mut self, running: bool) {
        self.running = running;
        if let Some(watch) = self.tx.core().watch() {
            watch.running(running);
        }
    }

    /// Sends text. An error is the caller's to judge.
    pub(super) async fn send(&mut self, sql: &str) -> Result<()> {
        held(&self.tx, &mut self.slot)?;
        self.set_running(true);
        let result = match held(&self.tx, &mut self.slot) {
            Ok(held) => held.batch(sql).await,
            Err(error) => Err(error),
        };
        self.set_running(false);
        result.map_err(|error| self.named(error))
    }

    /// Runs a statement of the block. An error breaks the block.
    pub(super) async fn run(&mut self, statement: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        self.ready().await?;
        held(&self.tx, &mut self.slot)?;
        self.set_running(true);
        let result = match held(&self.tx, &mut self.slot) {
            Ok(held) => held.run(statement, sink).await,
            Err(error) => Err(error),
        };
        self.set_running(false);
        result.map_err(|error| self.failed(error))
    }

    /// Runs text in the block. An error breaks the block.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<()> {
        self.ready().await?;
        self.send(sql).await.map_err(|error| self.failed(error))
    }

    /// Names the database. A connection that is lost is dropped: nothing more is sent on it.
    fn named(&mut self, error: Error) -> Error {
        if matches!(error.kind(), ErrorKind::ConnectionLost)
            && let Some(slot) = &mut self.slot
        {
            drop(slot.take());
        }
        error.with_database(&self.tx.core().name)
    }

    /// Judges a failure of a statement: what it breaks.
    fn failed(&mut self, error: Error) -> Error {
        let error = self.named(error);
        let core = self.tx.core();
        if matches!(error.kind(), ErrorKind::Deadlock | ErrorKind::Serialization | ErrorKind::ConnectionLost)
            || self.has_ended()
        {
            // The server has given up the whole transaction, or, to be the same everywhere, might have.
            core.lose(error.clone());
        } else {
            self.tx.fail(&error);
        }
        error
    }

    /// Whether the driver knows that the database ended the transaction.
    pub(super) fn has_ended(&self) -> bool {
        let held = self.slot.as_ref().and_then(|slot| slot.as_ref());
        held.is_some_and(|held| held.in_transaction() == Some(false))
    }

    fn notice_end(&self) {
        if self.has_ended() {
            let message = "the database ended the transaction by itself".to_owned();
            self.tx.core().lose(Error::new(ErrorKind::Database { code: None, message }));
        }
    }

    /// Ends the transaction with a roll-back, and gives the connection back: to be used again if the server
    /// confirmed it, else to be cleaned or closed.
    pub(super) async fn roll_back(&mut self) {
        let ended = self.has_ended() || self.send("ROLLBACK").await.is_ok();
        self.give_back(ended).await;
    }

    /// Lets the connection go and keeps the turn: a nested block begins.
    pub(super) fn into_turn(mut self) -> Option<OwnedMutexGuard<()>> {
        self.turn.take()
    }

    /// Gives the connection back. `ended`: nothing of the transaction is left on it.
    pub(super) async fn give_back(&mut self, ended: bool) {
        self.set_running(true);
        if let Ok(held) = held(&self.tx, &mut self.slot)
            && ended
        {
            held.unpin().await;
        }
        self.set_running(false);
        let core = self.tx.core();
        if let Some(slot) = &mut self.slot {
            core.let_go(slot);
        }
        if let Some(watch) = core.watch() {
            watch.rest();
        }
    }
}

/// The connection. Not a method: it borrows the slot alone.
fn held<'h>(tx: &Tx, slot: &'h mut Option<OwnedMutexGuard<Option<Held>>>) -> Result<&'h mut Held> {
    match slot.as_mut().and_then(|slot| slot.as_mut()) {
        Some(held) => Ok(held),
        None => Err(tx.broken().unwrap_or_else(|| Error::new(ErrorKind::TransactionClosed))),
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.running && self.stream.take().is_some_and(|stream| stream.pause.can_be_left()) {
            // Given up among its rows: those that are left are read over before the next statement.
            self.set_running(false);
        }
        let core = self.tx.core();
        if self.running {
            // Dropped in the middle: what the connection does now is not known, so it is not used again, and the
            // transaction goes with it. On SQLite the same, though it could go on: the same answers everywhere.
            core.lose(Error::new(ErrorKind::Cancelled).with_database(&core.name));
            if let Some(slot) = &mut self.slot {
                core.let_go(slot);
            }
        }
        drop(self.slot.take());
        // Given up while this had the connection: nobody else will drop it.
        core.sweep();
        drop(self.turn.take());
    }
}
