//! The names of the databases that are open.
//!
//! Lock order: the registry first, then the state of a database. Neither is held across an await.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::shared::Shared;
use crate::error::{Error, ErrorKind, Result};

static NAMES: RwLock<Names> = RwLock::new(Names(BTreeMap::new()));

/// Names and their databases.
pub(super) struct Names(BTreeMap<Arc<str>, Arc<Shared>>);

impl Names {
    /// Takes the name for `database`, which may have it already.
    ///
    /// # Errors
    ///
    /// `AlreadyInitialized` if another database has it.
    pub(super) fn claim(&mut self, database: &Arc<Shared>) -> Result<()> {
        self.check(database)?;
        self.0.entry(Arc::clone(database.name())).or_insert_with(|| Arc::clone(database));
        Ok(())
    }

    /// Whether `database` could take its name.
    pub(super) fn check(&self, database: &Arc<Shared>) -> Result<()> {
        match self.0.get(database.name()) {
            Some(other) if !Arc::ptr_eq(other, database) => {
                Err(Error::new(ErrorKind::AlreadyInitialized).with_database(database.name()))
            }
            _ => Ok(()),
        }
    }

    /// Gives the name free, if `database` has it.
    pub(super) fn release(&mut self, database: &Arc<Shared>) {
        if self.0.get(database.name()).is_some_and(|owner| Arc::ptr_eq(owner, database)) {
            self.0.remove(database.name());
        }
    }
}

/// Changes names, and whatever has to change with them.
pub(super) fn change<R>(f: impl FnOnce(&mut Names) -> R) -> R {
    f(&mut NAMES.write().unwrap_or_else(PoisonError::into_inner))
}

/// The open database of this name.
pub(crate) fn get(name: &str) -> Option<Arc<Shared>> {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).0.get(name).cloned()
}

/// All of them, in order of their names.
pub(super) fn all() -> Vec<Arc<Shared>> {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).0.values().cloned().collect()
}

/// The names, in order.
pub(crate) fn names() -> Vec<String> {
    all().iter().map(|database| database.name().to_string()).collect()
}

/// The error for a name that nobody has.
#[cold]
pub(crate) fn unknown(name: &str) -> Error {
    Error::new(ErrorKind::UnknownDatabase { known: names() }).with_database(name)
}
