//! What the workers do.

use std::future::{Future, IntoFuture as _};
use std::task::Poll;
use std::time::Instant;

use orm::prelude::*;
use orm::{Database, Error};

use super::ledger::Ledger;
use super::{ACCOUNTS, Account, Entry, NewEntry, shapes};
use crate::dice::Dice;

/// A worker keeps so many rows, and deletes the older half when there are more.
const ROWS: usize = 60;
/// No worker does more, however quick the machine.
const OPERATIONS: u64 = 500_000;

/// Until when.
#[derive(Debug)]
pub(super) struct Course {
    end: Instant,
}

impl Course {
    pub(super) fn until(end: Instant) -> Self {
        Self { end }
    }

    pub(super) fn goes_on(&self) -> bool {
        Instant::now() < self.end
    }
}

/// One of the things to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Create,
    Pair,
    RolledBack,
    Nested,
    Update,
    Transfer,
    GivenUp,
    TransferGivenUp,
    Read,
    ReadGivenUp,
    Prune,
}

impl Kind {
    pub(super) const ALL: [Self; 11] = [
        Self::Create,
        Self::Pair,
        Self::RolledBack,
        Self::Nested,
        Self::Update,
        Self::Transfer,
        Self::GivenUp,
        Self::TransferGivenUp,
        Self::Read,
        Self::ReadGivenUp,
        Self::Prune,
    ];

    /// Half of all is reading.
    fn by_chance(dice: &mut Dice) -> Self {
        if dice.below(2) == 0 { Self::Read } else { *dice.pick(&Self::ALL).unwrap_or(&Self::Read) }
    }
}

/// Polls so often, and drops it if that was not enough.
async fn polled<F: Future>(future: F, times: u32) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Whether it took place. What may be tried again did not; anything else that fails is a failure of the course.
fn settled<T>(outcome: Result<T, Error>) -> Result<bool, Error> {
    match outcome {
        Ok(_) => Ok(true),
        Err(error) if error.is_retryable() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Somebody with rows of their own.
#[derive(Debug)]
pub(super) struct Worker {
    id: i32,
    db: Database,
    dice: Dice,
    ledger: Ledger,
    next: i64,
}

impl Worker {
    pub(super) fn new(id: i32, seed: u64, db: &Database) -> Self {
        let dice = Dice::new(seed, u64::from(id.unsigned_abs()));
        Self { id, db: db.clone(), dice, ledger: Ledger::of(id), next: 0 }
    }

    /// Works until the course is over.
    pub(super) async fn work(mut self, course: &Course) -> Result<Ledger, Error> {
        // Each at least once, however slow the machine.
        for kind in Kind::ALL {
            self.do_one(kind).await?;
        }
        while course.goes_on() && self.ledger.operations < OPERATIONS {
            let kind = Kind::by_chance(&mut self.dice);
            self.do_one(kind).await?;
        }
        Ok(self.ledger)
    }

    /// The same on a thread without a runtime, with what can be done there.
    pub(super) fn block(mut self, course: &Course) -> Result<Ledger, Error> {
        while course.goes_on() && self.ledger.operations < OPERATIONS {
            let kind = if self.dice.below(3) == 0 { Kind::Pair } else { Kind::Create };
            let first = self.number();
            let (db, new) = (self.db.clone(), self.entry(first));
            if kind == Kind::Create {
                if settled(Entry::objects().using(&db).create(new).blocking())? {
                    self.ledger.kept.insert(first, first);
                }
            } else if settled(self.pair_blocking(first))? {
                self.keep_pair(first);
            }
            let seen = self.entries().count().blocking()?;
            assert_eq!(seen, u64::try_from(self.ledger.kept.len()).unwrap_or_default());
            self.ledger.operations += 1;
            if self.ledger.kept.len() > ROWS && settled(self.older().delete().blocking())? {
                self.forget_older();
            }
        }
        Ok(self.ledger)
    }

    async fn do_one(&mut self, kind: Kind) -> Result<(), Error> {
        self.ledger.operations += 1;
        match kind {
            Kind::Create => {
                let number = self.number();
                let new = self.entry(number);
                if settled(Entry::objects().using(&self.db).create(new).await)? {
                    self.ledger.kept.insert(number, number);
                }
            }
            Kind::Pair => {
                let first = self.number();
                if settled(self.pair(first).await)? {
                    self.keep_pair(first);
                }
            }
            Kind::RolledBack => self.rolled_back().await?,
            Kind::Nested => self.nested().await?,
            Kind::Update => self.update().await?,
            Kind::Transfer => {
                if settled(self.transfer().await)? {
                    self.ledger.transfers += 1;
                }
            }
            Kind::GivenUp => {
                let first = self.number();
                match polled(self.pair(first), self.dice.below(30)).await {
                    Some(outcome) if settled(outcome.clone())? => self.keep_pair(first),
                    Some(_) => {}
                    None => {
                        self.ledger.unknown.insert(first);
                    }
                }
            }
            Kind::TransferGivenUp => match polled(self.transfer(), self.dice.below(30)).await {
                Some(outcome) if settled(outcome.clone())? => self.ledger.transfers += 1,
                Some(_) => {}
                None => self.ledger.perhaps += 1,
            },
            Kind::Read => self.read().await?,
            Kind::ReadGivenUp => {
                let polls = self.dice.below(5);
                if let Some(outcome) = polled(self.entries().all().into_future(), polls).await {
                    settled(outcome)?;
                }
            }
            Kind::Prune => {
                if self.ledger.kept.len() > ROWS && settled(self.older().delete().await)? {
                    self.forget_older();
                }
            }
        }
        Ok(())
    }

    /// A number that was not used before, and one behind it.
    fn number(&mut self) -> i64 {
        self.next += 2;
        self.next
    }

    fn entry(&self, number: i64) -> NewEntry {
        let new = NewEntry::new(self.id, number, number);
        match number % 6 {
            0 => new,
            2 => new.note(format!("note {}", number % 50)).weight(number_as_weight(number)),
            _ => new.note(format!("{number} it's a \\ \"note\" %_")).open(false),
        }
    }

    fn entries(&self) -> QuerySet<Entry> {
        Entry::objects().using(&self.db).filter(Entry::worker.eq(self.id))
    }

    fn keep_pair(&mut self, first: i64) {
        self.ledger.kept.insert(first, first);
        self.ledger.kept.insert(first + 1, first + 1);
    }

    /// Up to twenty rows that are there.
    fn some(&mut self) -> Vec<i64> {
        let known: Vec<i64> = self.ledger.kept.keys().copied().collect();
        let mut some: Vec<i64> =
            (0..self.dice.below(21)).filter_map(|_| self.dice.pick(&known).copied()).collect();
        some.sort_unstable();
        some.dedup();
        some
    }

    /// Two rows or none.
    fn pair(&self, first: i64) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let (one, two) = (self.entry(first), self.entry(first + 1));
        orm::atomic(move |tx| write_both(tx, one, two)).using(&self.db).into_future()
    }

    fn pair_blocking(&self, first: i64) -> Result<(), Error> {
        let (one, two) = (self.entry(first), self.entry(first + 1));
        orm::atomic(move |tx| write_both(tx, one, two)).using(&self.db).blocking()
    }

    fn transfer(&mut self) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let (one, other) = (self.dice.below(ACCOUNTS), self.dice.below(ACCOUNTS - 1));
        let other = if other >= one { other + 1 } else { other };
        let amount = i64::from(self.dice.below(100)) - 50;
        // Always the lower one first: fewer deadlocks, though none would do harm.
        let (low, high) = (i64::from(one.min(other)) + 1, i64::from(one.max(other)) + 1);
        orm::atomic(move |tx| async move {
            for (id, amount) in [(low, amount), (high, -amount)] {
                let set =
                    (Account::balance.set(Account::balance + amount), Account::moves.set(Account::moves + 1));
                Account::objects().using(&tx).filter(Account::id.eq(id)).update(set).await?;
            }
            Ok::<_, Error>(())
        })
        .using(&self.db)
        .into_future()
    }

    /// Written, and then not wanted.
    async fn rolled_back(&mut self) -> Result<(), Error> {
        let first = self.number();
        let (one, two) = (self.entry(first), self.entry(first + 1));
        let block = orm::atomic(move |tx| async move {
            write_both(tx, one, two).await?;
            Err::<(), _>(Stop::Wanted)
        });
        match block.using(&self.db).await {
            Err(Stop::Failed(error)) => settled::<()>(Err(error)).map(drop),
            _ => Ok(()),
        }
    }

    /// A nested block that fails as it should, inside of one that goes on.
    async fn nested(&mut self) -> Result<(), Error> {
        let first = self.number();
        let (one, twin, two) = (self.entry(first), self.entry(first), self.entry(first + 1));
        let block = orm::atomic(move |tx| async move {
            Entry::objects().using(&tx).create(one).await?;
            let inner = tx.atomic(move |tx| async move { Entry::objects().using(&tx).create(twin).await });
            match inner.await {
                Err(error) if error.is_unique_violation() => {}
                other => return other.map(drop),
            }
            Entry::objects().using(&tx).create(two).await.map(drop)
        });
        if settled(block.using(&self.db).await)? {
            self.keep_pair(first);
        }
        Ok(())
    }

    async fn update(&mut self) -> Result<(), Error> {
        let Some(number) = self.some().first().copied() else { return Ok(()) };
        let more = i64::from(self.dice.below(1000));
        let row = self.entries().filter(Entry::number.eq(number));
        let set = (Entry::amount.set(Entry::amount + more), Entry::weight.set(None::<f64>));
        match row.update(set).await {
            Ok(rows) => {
                assert_eq!(rows, 1, "row {number} is not there");
                *self.ledger.kept.entry(number).or_default() += more;
                Ok(())
            }
            error => settled(error).map(drop),
        }
    }

    /// What chance asks for, of rows that are known: each is found by a condition or by its negation, and is whole.
    async fn read(&mut self) -> Result<(), Error> {
        let some = self.some();
        let known = u64::try_from(some.len()).unwrap_or_default();
        let rows = self.entries().filter(Entry::number.in_(some));
        let condition = shapes::condition(&mut self.dice, 3);
        let (found, others) = (rows.clone().filter(condition.clone()), rows.clone().exclude(condition));
        let (found, others) = (found.count().await?, others.count().await?);
        assert_eq!(found + others, known, "{found} and {others}");
        let limit = u64::from(self.dice.below(30));
        let read = shapes::ordered(rows, &mut self.dice).limit(limit).all().await?;
        assert_eq!(read.len(), usize::try_from(known.min(limit)).unwrap_or_default());
        for row in read {
            assert_eq!(Some(&row.amount), self.ledger.kept.get(&row.number), "row {}", row.number);
        }
        Ok(())
    }

    /// The older half of all rows, in whole pairs.
    fn older(&self) -> QuerySet<Entry> {
        self.entries().filter(Entry::number.lt(self.middle()))
    }

    fn forget_older(&mut self) {
        self.ledger.kept = self.ledger.kept.split_off(&self.middle());
    }

    fn middle(&self) -> i64 {
        self.ledger.kept.keys().nth(self.ledger.kept.len() / 2).copied().unwrap_or_default() & !1
    }
}

/// Why a block ended.
#[derive(Debug)]
enum Stop {
    Wanted,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

async fn write_both(tx: Tx, one: NewEntry, two: NewEntry) -> Result<(), Error> {
    Entry::objects().using(&tx).create(one).await?;
    Entry::objects().using(&tx).bulk_create([two]).await.map(drop)
}

fn number_as_weight(number: i64) -> f64 {
    f64::from(i32::try_from(number % 1000).unwrap_or_default()) / 4.0
}
