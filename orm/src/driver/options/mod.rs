//! What the parts of a URL mean to each driver: one file a backend. Called by `pool` alone.

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod hosts;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod tls;

use super::ConnectOptions;
use super::url::{DatabaseUrl, Target, config, quoted};
use crate::error::Result;

/// Options of a URL that are not the pool's.
type Params<'a> = [(&'a str, &'a str)];

impl ConnectOptions {
    /// How to connect to what `url` points to. `params` are its options that nobody took yet, `others` the names
    /// of options that somebody else would have taken.
    ///
    /// # Errors
    ///
    /// `Config` for an option that is unknown or has a wrong value; it names the option, never the value.
    pub(crate) fn from_url(url: &DatabaseUrl, params: &Params<'_>, others: &[&str]) -> Result<Self> {
        match url.target() {
            #[cfg(feature = "sqlite")]
            Target::Memory => sqlite::options(None, params, others).map(Self::Sqlite),
            #[cfg(feature = "sqlite")]
            Target::File(path) => sqlite::options(Some(path), params, others).map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            Target::Postgres(address) => postgres::options(address, params, others).map(Self::Postgres),
            #[cfg(feature = "mysql")]
            Target::MySql(address) => mysql::options(address, params, others).map(Self::MySql),
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with all backends there is no other")]
            // The URL would have been refused before.
            _ => Err(config("this build does not support this kind of database")),
        }
    }

    /// Whether connecting takes a Tokio runtime: always, but for SQLite.
    pub(crate) fn needs_runtime(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => false,
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            _ => true,
        }
    }

    /// With these pragmas set on every connection to SQLite.
    #[cfg(feature = "sqlite")]
    pub(crate) fn with_pragmas(self, pragmas: Vec<(String, String)>) -> Self {
        match self {
            Self::Sqlite(mut options) => {
                options.pragmas.extend(pragmas);
                Self::Sqlite(options)
            }
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            other => other,
        }
    }

    /// With these functions on every connection to SQLite.
    ///
    /// # Errors
    ///
    /// `Config` for a wrong name, and where there are some and it is no SQLite.
    #[cfg(feature = "sqlite")]
    pub(crate) fn with_functions(self, functions: super::SqliteFunctions) -> Result<Self> {
        functions.check()?;
        match self {
            Self::Sqlite(mut options) => {
                options.functions = functions;
                Ok(Self::Sqlite(options))
            }
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            other if functions.is_empty() => Ok(other),
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            _ => Err(config("`functions` are for SQLite: servers get theirs by `CREATE FUNCTION`")),
        }
    }

    /// Whether it is SQLite.
    #[cfg(feature = "sqlite")]
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Whether the database lives in the connection that opens it.
    pub(crate) fn is_memory(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(options) => options.location == super::sqlite::Location::Memory,
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with SQLite alone there is no other")]
            _ => false,
        }
    }
}

fn unknown(key: &str, known: &[&str], others: &[&str]) -> crate::error::Error {
    let known: Vec<_> = known.iter().chain(others).map(|key| format!("`{key}`")).collect();
    config(format!("the database has an unknown option {}, known are {}", quoted(key), known.join(", ")))
}

/// Refuses two spellings of one option: which of them counts would be a guess.
///
/// # Errors
///
/// `Config` that names both.
fn spelt_once(params: &Params<'_>, spellings: &[&[&str]]) -> Result<()> {
    for spellings in spellings {
        let mut said = params.iter().map(|(key, _)| *key).filter(|key| spellings.contains(key));
        if let (Some(one), Some(other)) = (said.next(), said.next()) {
            return Err(config(format!(
                "`{one}` and `{other}` are one option of the database, write one of them"
            )));
        }
    }
    Ok(())
}

fn wrong(key: &str, expected: &str) -> crate::error::Error {
    config(format!("`{key}` of the database must be {expected}"))
}

fn capacity(key: &str, value: &str) -> Result<usize> {
    match value.parse() {
        Ok(capacity) if capacity > 0 => Ok(capacity),
        _ => Err(wrong(key, "a whole number above 0")),
    }
}
