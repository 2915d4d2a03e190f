//! Settings from variables.

use std::collections::BTreeMap;

use super::Settings;
use super::entry::{self, Entry, PARTS, URL};
use crate::error::Result;

/// What names begin with, where nothing else is said.
const PREFIX: &str = "DATABASE";

/// The database of variables that name none.
const DEFAULT: &str = "default";

impl Settings {
    /// From the environment: `DATABASE_URL` is the database named `default`, `DATABASE_ANALYTICS_URL` the one named
    /// `analytics`, and so on.
    ///
    /// Instead of a URL there may be its parts: `DATABASE_USER`, `_PASSWORD` and `_NAME`, which have to be there, and
    /// `_HOST` (`localhost`), `_PORT` and `_SCHEME` (`postgres`). Options of the pool go by their names in a URL:
    /// `DATABASE_MAX_CONNECTIONS`, `DATABASE_ANALYTICS_ACQUIRE_TIMEOUT`; times are seconds, or such as `500ms`, `30s`,
    /// `5m`, `1h`, or `none`.
    ///
    /// # Errors
    ///
    /// `Config` that names every variable that is missing or wrong, or that begins with `DATABASE_` and means nothing; no
    /// value is repeated. An empty `DATABASE_URL` is wrong, and not the same as none.
    pub fn from_env() -> Result<Self> {
        Self::from_env_with(PREFIX)
    }

    /// As [`from_env`](Settings::from_env), with names that begin with this instead of `DATABASE`: with `DB`, `DB_URL`,
    /// `DB_ANALYTICS_USER`.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Settings::from_env).
    pub fn from_env_with(prefix: &str) -> Result<Self> {
        let text = |name: std::ffi::OsString| name.into_string().ok();
        // Names that are no text are not ours; a value that is none is, and is wrong.
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value))));
        read(prefix, variables)
    }

    /// As [`from_env_with`](Settings::from_env_with), from variables that are given, as those of a file.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Settings::from_env).
    pub fn from_variables<N, V>(prefix: &str, variables: impl IntoIterator<Item = (N, V)>) -> Result<Self>
    where
        N: Into<String>,
        V: Into<String>,
    {
        read(prefix, variables.into_iter().map(|(name, value)| (name.into(), Some(value.into()))))
    }
}

fn read(prefix: &str, variables: impl Iterator<Item = (String, Option<String>)>) -> Result<Settings> {
    let mut problems = Vec::new();
    let mut entries: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let start = format!("{prefix}_");
    let mut ours: Vec<_> =
        variables.filter_map(|(name, value)| Some((name.strip_prefix(&start)?.to_owned(), value))).collect();
    ours.sort();
    for (rest, value) in ours {
        let Some((name, key)) = place(&rest) else {
            problems.push(format!("`{start}{rest}` means nothing"));
            continue;
        };
        match value {
            Some(value) => {
                if entries.entry(name).or_default().insert(key, value).is_some() {
                    problems.push(format!("`{start}{rest}` says what was said before"));
                }
            }
            None => problems.push(format!("`{start}{rest}` is not text")),
        }
    }
    if entries.is_empty() {
        entries.insert(DEFAULT.to_owned(), BTreeMap::new());
    }
    let entries = entries
        .into_iter()
        .map(|(name, values)| Entry { name, values, shown: variable, prefix: prefix.to_owned() })
        .collect();
    Settings::from_entries(entries, problems)
}

/// Which database and which key a name means, the prefix taken off.
fn place(rest: &str) -> Option<(String, String)> {
    let lower = rest.to_ascii_lowercase();
    if lower.to_ascii_uppercase() != rest {
        return None;
    }
    if entry::is_key(&lower) {
        return Some((DEFAULT.to_owned(), lower));
    }
    // The longest key counts: of a database `a` the `pool_size`, not of `a_pool` a `size`.
    let keys = [URL].into_iter().chain(PARTS).chain(crate::pool::option_names().iter().copied());
    let ends = keys.filter_map(|key| Some((lower.strip_suffix(key)?.strip_suffix('_')?, key)));
    let (name, key) = ends.filter(|(name, _)| !name.is_empty()).max_by_key(|(_, key)| key.len())?;
    Some((name.to_owned(), key.to_owned()))
}

fn variable(entry: &Entry, key: &str) -> String {
    let name = if entry.name == DEFAULT { String::new() } else { format!("{}_", entry.name) };
    format!("{}_{}", entry.prefix, format!("{name}{key}").to_ascii_uppercase())
}
