//! What whoever asks for a tenant gets.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Inner;
use crate::database::handle::Database;
use crate::database::shared::Shared;
use crate::database::using::{Auto, Using};

/// The open database of a tenant: it is not closed as long as this lives.
pub struct Tenant<K> {
    // In this order: the database is let go of before anybody is told.
    database: Database,
    _release: Release<K>,
}

/// Tells those who wait for room.
struct Release<K>(Arc<Inner<K>>);

impl<K> Tenant<K> {
    pub(super) fn new(database: Arc<Shared>, inner: &Arc<Inner<K>>) -> Self {
        Self { database: Database::from(database), _release: Release(Arc::clone(inner)) }
    }
}

impl<K> Deref for Tenant<K> {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl<K> Drop for Release<K> {
    fn drop(&mut self) {
        if self.0.waiting.load(Ordering::SeqCst) > 0 {
            self.0.released.notify_waiters();
        }
    }
}

impl<K> fmt::Debug for Tenant<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tenant").field(&self.database).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<K> Using for &Tenant<K> {
    type Executor = Auto;

    fn executor(self) -> Auto {
        (&self.database).executor()
    }
}
