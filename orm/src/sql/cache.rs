//! The cache of texts by shape.

use std::sync::{Arc, LazyLock};

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};

use super::writer::Slot;

/// How many texts are kept, at most.
pub(super) const CAPACITY: usize = 4096;

/// From this size on an entry counts as more than one.
const LARGE: usize = 16 * 1024;

/// A text, and what it needs to run.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) sql: Arc<str>,
    /// Where each argument comes from.
    pub(super) slots: Box<[Slot]>,
    /// Digits behind the point of each column of the result, as far as there are decimals.
    pub(super) scales: Box<[u8]>,
}

/// Large statements count as several, so that the cache is bounded in bytes too.
#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Box<[u8]>, Arc<Compiled>> for Weight {
    fn weight(&self, key: &Box<[u8]>, compiled: &Arc<Compiled>) -> u64 {
        let bytes = key.len() + compiled.sql.len() + size_of_val(&*compiled.slots);
        u64::try_from(1 + bytes / LARGE).unwrap_or(u64::MAX)
    }
}

type Shapes = Cache<
    Box<[u8]>,
    Arc<Compiled>,
    Weight,
    foldhash::fast::RandomState,
    DefaultLifecycle<Box<[u8]>, Arc<Compiled>>,
>;

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| shapes(CAPACITY));

fn shapes(capacity: usize) -> Shapes {
    let mut options = OptionsBuilder::new();
    // Few shards: each has its part of the weight, and what is heavier than that is not kept.
    options
        .shards(4)
        .estimated_items_capacity(capacity)
        .weight_capacity(u64::try_from(capacity).unwrap_or(u64::MAX));
    match options.build() {
        Ok(options) => Cache::with_options(options, Weight, Default::default(), Default::default()),
        // Only where an option is missing, and none is.
        Err(_) => Cache::with(capacity, 1024, Weight, Default::default(), Default::default()),
    }
}

/// The text of this shape. The whole shape is compared, not only its hash.
pub(super) fn get(shape: &[u8]) -> Option<Arc<Compiled>> {
    SHAPES.get(shape)
}

pub(super) fn insert(shape: &[u8], compiled: &Arc<Compiled>) {
    SHAPES.insert(shape.into(), Arc::clone(compiled));
}

#[cfg(all(test, feature = "sqlite", feature = "postgres", feature = "mysql", feature = "decimal"))]
pub(super) fn len() -> usize {
    SHAPES.len()
}
