//! Where rows came from, for those that remember it.

use std::sync::Arc;

use super::choose::Place;
use crate::database::{Database, DatabaseRef, Owned, Shared};
use crate::transaction::Tx;

/// Where rows were read: what belongs to the user is not remembered.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    database: Option<Arc<Shared>>,
    tx: Option<Tx>,
}

impl Source {
    /// From something that belongs to the user, or from nowhere.
    pub(crate) const UNKNOWN: Self = Self { database: None, tx: None };

    pub(super) fn new(place: &Place, tx: Option<Tx>) -> Self {
        let database = match place {
            Place::Database(database) => Some(Arc::clone(database)),
            Place::Pool(_) => None,
        };
        Self { database, tx }
    }

    /// From a replica of this database, or from itself: what is read there is written here.
    pub(super) fn primary(database: &Arc<Shared>) -> Self {
        Self { database: Some(Arc::clone(database)), tx: None }
    }

    /// From this database.
    pub(crate) fn of(database: &Database) -> Self {
        Self { database: Some(Arc::clone(database.shared())), tx: None }
    }

    /// The database.
    pub(crate) fn database(&self) -> Option<Database> {
        self.database.clone().map(Database::from)
    }

    /// Where to go with such a row: into the transaction that it was read in, while that is open and unless it is to be
    /// `outside` of it; to its database; to that of the model.
    pub(super) fn place(&self, outside: bool) -> Option<Owned> {
        if !outside && let Some(tx) = self.tx.as_ref().and_then(Tx::open_part) {
            return Some(Owned::Tx(tx));
        }
        self.database().map(|database| Owned::Database(DatabaseRef::from(database)))
    }
}
