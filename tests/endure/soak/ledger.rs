//! What a worker knows to be stored.

use std::collections::{BTreeMap, BTreeSet};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The books of one worker.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    worker: i32,
    /// The rows that are there, and their amounts.
    pub(super) kept: BTreeMap<i64, i64>,
    /// Pairs whose transaction was given up: both are there or none; by their first number.
    pub(super) unknown: BTreeSet<i64>,
    /// Transfers that were committed.
    pub(super) transfers: i64,
    /// Transfers that were given up: they took place or not.
    pub(super) perhaps: i64,
    pub(super) operations: u64,
}

impl Ledger {
    pub(super) fn of(worker: i32) -> Self {
        Self { worker, ..Self::default() }
    }

    pub(super) fn worker(&self) -> i32 {
        self.worker
    }

    /// Compares with what is stored.
    pub(super) fn compare(&self, stored: impl Iterator<Item = (i64, i64)>) -> Result<()> {
        let mut missing = self.kept.clone();
        let mut halves = BTreeMap::new();
        for (number, amount) in stored {
            if let Some(kept) = missing.remove(&number) {
                if kept != amount {
                    return Err(format!("worker {}, row {number}: {amount}, not {kept}", self.worker).into());
                }
            } else if let Some(first) =
                [number, number - 1].into_iter().find(|first| self.unknown.contains(first))
            {
                *halves.entry(first).or_insert(0) += 1;
            } else {
                return Err(format!("worker {}, row {number} should not be there", self.worker).into());
            }
        }
        if let Some(number) = missing.keys().next() {
            return Err(format!("worker {}, row {number} was lost", self.worker).into());
        }
        match halves.iter().find(|(_, rows)| **rows != 2) {
            Some((first, _)) => Err(format!("worker {}, half a pair: {first}", self.worker).into()),
            None => Ok(()),
        }
    }
}
