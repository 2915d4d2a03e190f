//! Migrations and their files: one TOML file each, in a folder of its app.
//!
//! `hash` has the identity of one, which does not depend on how a file is written; `read` and `write` are the files.

mod hash;
mod read;
mod write;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use hash::digest;

use crate::operation::Operation;

/// The version of the format that is written.
pub(crate) const FORMAT: u32 = 1;

/// The app and the name of a migration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MigrationId {
    /// The app.
    pub app: String,
    /// The name of the file, without its ending.
    pub name: String,
}

impl MigrationId {
    /// The migration of this name in this app.
    #[must_use]
    pub fn new(app: impl Into<String>, name: impl Into<String>) -> Self {
        Self { app: app.into(), name: name.into() }
    }
}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.app, self.name)
    }
}

/// A step from one state of the tables to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// Its app and name.
    pub id: MigrationId,
    /// The migrations of the same app that it follows: one, but for the first and for those that merge others.
    pub parents: Vec<String>,
    /// The migrations of other apps that have to be there.
    pub dependencies: Vec<MigrationId>,
    /// What it does, in order.
    pub operations: Vec<Operation>,
}

/// The migrations of a project, of all its apps.
#[derive(Debug, Clone, Default)]
pub struct Files {
    pub(crate) all: BTreeMap<MigrationId, Migration>,
}

impl Files {
    /// No migrations.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All migrations, by app and name.
    pub fn iter(&self) -> impl Iterator<Item = &Migration> {
        self.all.values()
    }

    /// The migration of this app and name.
    #[must_use]
    pub fn get(&self, id: &MigrationId) -> Option<&Migration> {
        self.all.get(id)
    }

    /// Adds a migration, in the place of one of the same app and name.
    pub fn insert(&mut self, migration: Migration) {
        self.all.insert(migration.id.clone(), migration);
    }

    /// The number that the next migration of an app begins with.
    #[must_use]
    pub fn next_number(&self, app: &str) -> u32 {
        let number = |id: &MigrationId| {
            let digits: String = id.name.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().unwrap_or(0)
        };
        self.all.keys().filter(|id| id.app == app).map(number).max().unwrap_or(0).saturating_add(1)
    }
}
