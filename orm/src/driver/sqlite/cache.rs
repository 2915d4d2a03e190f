//! Prepared statements, kept for the next time.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::run::Prepared;

/// The statements of a connection, the least recently used of which make room for new ones.
#[derive(Debug)]
pub(super) struct Cache {
    entries: Vec<Entry>,
    by_text: HashMap<Arc<str>, usize, RandomState>,
    /// The entry used last, where a text that is run in a loop is found without hashing it.
    latest: usize,
    /// Counts uses.
    clock: u64,
    capacity: usize,
}

#[derive(Debug)]
struct Entry {
    sql: Arc<str>,
    prepared: Prepared,
    used: u64,
}

impl Cache {
    /// Keeps `capacity` statements, at least one.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            entries: Vec::new(),
            by_text: HashMap::default(),
            latest: 0,
            clock: 0,
            capacity: capacity.max(1),
        }
    }

    /// The statement of this text. The same `Arc` is found faster than the same text.
    #[inline]
    pub(super) fn get(&mut self, sql: &Arc<str>) -> Option<&mut Prepared> {
        let is_latest = self.entries.get(self.latest).is_some_and(|entry| Arc::ptr_eq(&entry.sql, sql));
        if !is_latest {
            self.latest = *self.by_text.get(sql)?;
        }
        self.clock += 1;
        let entry = self.entries.get_mut(self.latest)?;
        entry.used = self.clock;
        Some(&mut entry.prepared)
    }

    /// Keeps a statement whose text is not in the cache, in place of the least recently used one if it is full.
    pub(super) fn insert(&mut self, sql: &Arc<str>, prepared: Prepared) -> &mut Prepared {
        if self.entries.len() >= self.capacity {
            let oldest = self.entries.iter().enumerate().min_by_key(|(_, entry)| entry.used);
            if let Some(at) = oldest.map(|(at, _)| at) {
                let gone = self.entries.swap_remove(at);
                self.by_text.remove(&gone.sql);
                // The last entry is here now.
                if let Some(moved) = self.entries.get(at) {
                    self.by_text.insert(Arc::clone(&moved.sql), at);
                }
            }
        }
        self.clock += 1;
        self.latest = self.entries.len();
        self.by_text.insert(Arc::clone(sql), self.latest);
        self.entries.push(Entry { sql: Arc::clone(sql), prepared, used: self.clock });
        &mut self.entries[self.latest].prepared
    }

    /// Ends runs whose futures were forgotten.
    pub(super) fn end_all(&mut self) {
        for entry in &mut self.entries {
            entry.prepared.end();
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
