//! Replicas: databases that follow a primary, and are read in its place.
//!
//! A model names them in its `Meta` ([`ReplicaSet`]), or a database has them itself (`Group`, by `options`). Either way a
//! read gets a [`Spread`]: the replicas in the order in which they are asked, and the primary. `health` is what is
//! remembered of one that did not answer. What runs on them, and what is done when one fails, is in `exec::spread`.

mod health;
mod options;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::reference::DatabaseRef;
use super::shared::Shared;
use crate::model::DatabaseSource;

pub(crate) use health::{Advice, Health};
pub(super) use options::ReplicaOptions;

/// Which replica is read next. One that did not answer lately is passed over by all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ReplicaPolicy {
    /// One after the other, from the first on.
    #[default]
    RoundRobin,
    /// Any of them.
    Random,
    /// The one with the fewest connections at work and callers in wait; one after the other where several have as few.
    LeastBusy,
}

/// Whose turn it is. Any number of threads may ask at once: each is told another turn, and none is left out.
#[derive(Debug, Default)]
struct Turns(AtomicUsize);

impl Turns {
    const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// The next of so many.
    fn next(&self, of: usize) -> usize {
        // Counts alone: nothing else hangs on the order.
        self.0.fetch_add(1, Ordering::Relaxed).checked_rem(of).unwrap_or(0)
    }
}

/// The replicas that a `Meta` names. Made by the derives.
#[derive(Debug)]
pub struct ReplicaSet {
    sources: &'static [DatabaseSource],
    turns: Turns,
    /// Whether it was told that one of them is not open.
    told: AtomicBool,
}

impl ReplicaSet {
    /// These databases. None: reads go to the primary.
    #[must_use]
    pub const fn new(sources: &'static [DatabaseSource]) -> Self {
        Self { sources, turns: Turns::new(), told: AtomicBool::new(false) }
    }

    /// What they are called by, in order.
    pub fn databases(&self) -> impl Iterator<Item = DatabaseRef> + '_ {
        self.sources.iter().map(|source| source())
    }

    /// Those that are open, for one read.
    pub(crate) fn spread(&self, primary: Arc<Shared>) -> Spread {
        let mut open = Vec::with_capacity(self.sources.len());
        for reference in self.databases() {
            match reference.resolve() {
                Ok(Ok(database)) => open.push(database),
                Ok(Err(name)) => self.tell(name, &primary),
                Err(_) => self.tell("(a proxy that is not bound)", &primary),
            }
        }
        if open.len() == self.sources.len() {
            self.told.store(false, Ordering::Relaxed);
        }
        Spread::new(primary, open, ReplicaPolicy::RoundRobin, &self.turns)
    }

    /// Once, until all are open: every read meets it.
    #[cold]
    fn tell(&self, name: &str, primary: &Shared) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "orm::replica",
                { db.namespace = name, primary = &**primary.name() },
                "the replica is not open, and is not read"
            );
        }
    }
}

/// The replicas that a database has itself: opened and closed with it.
#[derive(Debug)]
pub(crate) struct Group {
    members: Vec<Arc<Shared>>,
    policy: ReplicaPolicy,
    turns: Turns,
}

impl Group {
    pub(super) fn new(members: Vec<Arc<Shared>>, policy: ReplicaPolicy) -> Self {
        Self { members, policy, turns: Turns::new() }
    }

    pub(super) fn members(&self) -> &[Arc<Shared>] {
        &self.members
    }

    /// All of them, for one read.
    pub(crate) fn spread(&self, primary: Arc<Shared>) -> Spread {
        Spread::new(primary, self.members.clone(), self.policy, &self.turns)
    }
}

/// Where a read may go.
#[derive(Debug)]
pub(crate) struct Spread {
    pub(crate) primary: Arc<Shared>,
    /// The replicas, in the order in which they are asked.
    pub(crate) replicas: Vec<Arc<Shared>>,
}

impl Spread {
    fn new(
        primary: Arc<Shared>,
        mut replicas: Vec<Arc<Shared>>,
        policy: ReplicaPolicy,
        turns: &Turns,
    ) -> Self {
        if !replicas.is_empty() {
            let turn = match policy {
                ReplicaPolicy::Random => random(replicas.len()),
                ReplicaPolicy::RoundRobin | ReplicaPolicy::LeastBusy => turns.next(replicas.len()),
            };
            replicas.rotate_left(turn);
        }
        if policy == ReplicaPolicy::LeastBusy {
            replicas.sort_by_cached_key(|replica| load(replica));
        }
        Self { primary, replicas }
    }
}

/// How many want something of a database at the moment.
fn load(database: &Shared) -> usize {
    database.open().map_or(usize::MAX, |open| {
        let stats = open.pool.stats();
        stats.in_use.saturating_add(stats.waiting)
    })
}

/// A number below `of`.
fn random(of: usize) -> usize {
    use std::hash::BuildHasher as _;
    // The standard library's own source of randomness.
    let random = std::hash::RandomState::new().hash_one(of);
    usize::try_from(random >> 32).ok().and_then(|random| random.checked_rem(of)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn databases(count: usize) -> Vec<Arc<Shared>> {
        (0..count).map(|n| Shared::new(&n.to_string(), false)).collect()
    }

    fn first(spread: &Spread) -> usize {
        spread.replicas.first().and_then(|replica| replica.name().parse().ok()).unwrap_or(usize::MAX)
    }

    #[test]
    fn turns_go_around_from_the_first() {
        let group = Group::new(databases(3), ReplicaPolicy::RoundRobin);
        let primary = Shared::new("primary", false);
        let firsts: Vec<_> = (0..7).map(|_| first(&group.spread(Arc::clone(&primary)))).collect();
        assert_eq!(firsts, [0, 1, 2, 0, 1, 2, 0]);
        let spread = group.spread(primary);
        let names: Vec<_> = spread.replicas.iter().map(|replica| &**replica.name()).collect();
        assert_eq!(names, ["1", "2", "0"]);
    }

    #[test]
    fn threads_at_once_leave_nobody_out() {
        let group = Group::new(databases(3), ReplicaPolicy::RoundRobin);
        let primary = Shared::new("primary", false);
        let counts = [const { AtomicUsize::new(0) }; 3];
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        let turn = first(&group.spread(Arc::clone(&primary)));
                        counts[turn].fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(counts.map(AtomicUsize::into_inner), [1_000; 3]);
    }

    #[test]
    fn chance_reaches_all() {
        let group = Group::new(databases(3), ReplicaPolicy::Random);
        let primary = Shared::new("primary", false);
        let mut counts = [0; 3];
        for _ in 0..3_000 {
            counts[first(&group.spread(Arc::clone(&primary)))] += 1;
        }
        // Off by more than ten standard deviations otherwise.
        assert!(counts.iter().all(|count| (700..1_300).contains(count)), "{counts:?}");
    }

    #[test]
    fn the_count_may_overflow() {
        let turns = Turns(AtomicUsize::new(usize::MAX - 1));
        assert!((0..4).all(|_| turns.next(3) < 3));
        assert_eq!(turns.next(0), 0);
    }
}
