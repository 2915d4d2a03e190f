//! Which databases a program has, as somebody else says it: its environment, or a file that serde reads.
//!
//! `env` and `de` read what was said, `entry` makes options of it. What is missing or wrong is collected, so that all of it
//! is told at once, by names alone: a value may be a piece of a password.

#[cfg(feature = "serde")]
mod de;
mod entry;
mod env;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::IntoIter;

use super::options::DatabaseOptions;
use crate::error::{Error, ErrorKind, Result};

/// Databases by name: what [`db::init`](crate::db::init) and [`db::lifespan`](crate::db::lifespan) open.
///
/// Read from the environment by [`from_env`](Settings::from_env), or, with the feature `serde`, from whatever serde reads: a
/// map from names to URLs, or to maps with a `url`, or with its parts, and options of the pool.
///
/// `Debug` shows no password.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "serde", feature = "json"))] {
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm::Settings;
///
/// let settings: Settings = serde_json::from_str(
///     r#"{
///         "default": "sqlite:///shop.db",
///         "analytics": { "host": "db.example", "user": "me", "password": "s3cret", "name": "facts",
///                        "max_connections": 20, "acquire_timeout": "5s" }
///     }"#,
/// )?;
/// assert_eq!(settings.names().collect::<Vec<_>>(), ["analytics", "default"]);
/// assert!(!format!("{settings:?}").contains("s3cret"));
/// # Ok(()) }
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Settings {
    databases: BTreeMap<String, DatabaseOptions>,
}

impl Settings {
    /// No database yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this database, which takes the place of one of the same name.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>, options: impl Into<DatabaseOptions>) -> Self {
        self.databases.insert(name.into(), options.into());
        self
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.databases.keys().map(String::as_str)
    }

    /// What was said of the database of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&DatabaseOptions> {
        self.databases.get(name)
    }

    /// From what was said of each database.
    fn from_entries(entries: Vec<entry::Entry>, mut problems: Vec<String>) -> Result<Self> {
        let mut settings = Self::new();
        for entry in entries {
            let name = entry.name.clone();
            if let Some(options) = entry.into_options(&mut problems) {
                settings.databases.insert(name, options);
            }
        }
        if problems.is_empty() {
            return Ok(settings);
        }
        Err(Error::new(ErrorKind::Config { reason: problems.join("; ") }))
    }
}

impl IntoIterator for Settings {
    type Item = (String, DatabaseOptions);
    type IntoIter = IntoIter<String, DatabaseOptions>;

    fn into_iter(self) -> Self::IntoIter {
        self.databases.into_iter()
    }
}
