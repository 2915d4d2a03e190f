//! The names of the databases that are open. One may have several: its own, and those that it was registered under.
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
        self.check_name(database.name(), database)
    }

    fn check_name(&self, name: &str, database: &Arc<Shared>) -> Result<()> {
        match self.0.get(name) {
            Some(other) if !Arc::ptr_eq(other, database) => {
                Err(Error::new(ErrorKind::AlreadyInitialized).with_database(name))
            }
            _ => Ok(()),
        }
    }

    /// Lets this name lead to `database`, until it is closed.
    ///
    /// # Errors
    ///
    /// `NotInitialized` if it is not open; `AlreadyInitialized` if another database has the name.
    pub(super) fn register(&mut self, name: &str, database: &Arc<Shared>) -> Result<()> {
        self.check_name(name, database)?;
        self.put(name, database)
    }

    /// The same, also where another database has the name. Gives that one.
    ///
    /// # Errors
    ///
    /// `NotInitialized` if it is not open.
    pub(super) fn replace(&mut self, name: &str, database: &Arc<Shared>) -> Result<Option<Arc<Shared>>> {
        let before = self.0.get(name).filter(|other| !Arc::ptr_eq(other, database)).cloned();
        self.put(name, database)?;
        if let Some(before) = &before {
            before.lose_alias(name);
        }
        Ok(before)
    }

    fn put(&mut self, name: &str, database: &Arc<Shared>) -> Result<()> {
        // Under this lock, without which nothing is closed: a name never leads to what is closed.
        let name = database.gain_alias(name)?;
        self.0.insert(name, Arc::clone(database));
        Ok(())
    }

    /// Forgets a name. Gives the database that had it.
    pub(super) fn unregister(&mut self, name: &str) -> Option<Arc<Shared>> {
        let database = self.0.remove(name)?;
        database.lose_alias(name);
        Some(database)
    }

    /// Gives all names of `database` free.
    pub(super) fn release(&mut self, database: &Arc<Shared>) {
        self.0.retain(|_, owner| !Arc::ptr_eq(owner, database));
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

/// All of them, each with its names, in order of the first.
pub(super) fn all() -> Vec<(Arc<Shared>, Vec<String>)> {
    let mut all: Vec<(Arc<Shared>, Vec<String>)> = Vec::new();
    for (name, database) in &NAMES.read().unwrap_or_else(PoisonError::into_inner).0 {
        match all.iter_mut().find(|(other, _)| Arc::ptr_eq(other, database)) {
            Some((_, names)) => names.push(name.to_string()),
            None => all.push((Arc::clone(database), vec![name.to_string()])),
        }
    }
    all
}

/// The names, in order.
pub(crate) fn names() -> Vec<String> {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).0.keys().map(ToString::to_string).collect()
}

/// The error for a name that nobody has.
#[cold]
pub(crate) fn unknown(name: &str) -> Error {
    Error::new(ErrorKind::UnknownDatabase { known: names() }).with_database(name)
}
