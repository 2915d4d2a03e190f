//! Pragmas: what every connection is set to.

use std::time::Duration;

use super::handle::Handle;
use super::options::{ConnectOptions, Location};
use super::stmt::Step;
use crate::error::{Error, ErrorKind, Result};

/// Pragmas to set on a connection, checked.
#[derive(Debug)]
pub(super) struct Pragmas {
    /// The text that sets them all.
    pub(super) sql: String,
    /// The names that the user wrote.
    names: Vec<String>,
    pub(super) busy_timeout: Duration,
}

impl Pragmas {
    /// Reads the options; `read_only` is whether the file can only be read, for whatever reason.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for a name or value that is not of the form of one.
    pub(super) fn new(options: &ConnectOptions, read_only: bool) -> Result<Self> {
        let mut all = Self { sql: String::new(), names: Vec::new(), busy_timeout: options.busy_timeout };
        // Switching to WAL writes to the file; in memory there is none.
        let wal = !read_only && options.location != Location::Memory;
        let defaults = [
            ("journal_mode", "WAL", wal),
            ("synchronous", "NORMAL", true),
            ("cache_size", "10000", true),
            ("foreign_keys", "ON", true),
        ];
        let named = |name: &str| options.pragmas.iter().any(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
        for (name, value, wanted) in defaults {
            if wanted && !named(name) {
                all.push(name, value);
            }
        }
        for (name, value) in &options.pragmas {
            if !is_name(name) {
                return Err(config(format!("`{name}` is not the name of a pragma")));
            }
            if name.eq_ignore_ascii_case("busy_timeout") {
                // SQLite's own waiting stays off, see `wait`.
                let Ok(milliseconds) = value.parse() else {
                    return Err(config("the pragma `busy_timeout` wants milliseconds".to_owned()));
                };
                all.busy_timeout = Duration::from_millis(milliseconds);
                continue;
            }
            if !is_value(value) {
                return Err(config(format!(
                    "the value of the pragma `{name}` must be a word, a number, or text in single quotes"
                )));
            }
            all.push(name, value);
            all.names.push(name.to_ascii_lowercase());
        }
        Ok(all)
    }

    fn push(&mut self, name: &str, value: &str) {
        self.sql.extend(["PRAGMA ", name, " = ", value, ";\n"]);
    }

    /// SQLite passes over pragmas that it does not know without a word.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] naming the first one that is not known.
    pub(super) fn check_known(&self, handle: &mut Handle) -> Result<()> {
        for name in &self.names {
            let bare = name.rsplit_once('.').map_or(name.as_str(), |(_, bare)| bare);
            if !is_known(handle, bare)? {
                return Err(config(format!("SQLite has no pragma `{name}`")));
            }
        }
        Ok(())
    }
}

fn is_known(handle: &mut Handle, name: &str) -> Result<bool> {
    let list = c"SELECT 1 FROM pragma_pragma_list WHERE name = ?1";
    let known = handle.prepare(list, 0, false).and_then(|(stmt, _)| {
        let Some(mut stmt) = stmt else { return Ok(false) };
        stmt.bind_text_copied(1, name.as_bytes())?;
        match stmt.step() {
            Step::Row => Ok(true),
            Step::Done => Ok(false),
            Step::Failed(code) => Err(stmt.failure(code)),
        }
    });
    known.map_err(|failure| failure.into_error())
}

/// A word, or two with a dot: `main.cache_size`.
fn is_name(name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    match name.split_once('.') {
        Some((schema, name)) => is_word(schema) && is_word(name),
        None => is_word(name),
    }
}

/// What cannot end the statement that it is written into.
fn is_value(value: &str) -> bool {
    let is_bare = !value.is_empty()
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
        && !value.contains("--");
    let quoted = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    is_bare || quoted.is_some_and(|text| !text.contains(['\'', '\0']))
}

#[cold]
fn config(reason: String) -> Error {
    Error::new(ErrorKind::Config { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(pragmas: &[(&str, &str)], options: ConnectOptions) -> Result<String> {
        let pragmas = pragmas.iter().map(|(name, value)| (String::from(*name), String::from(*value)));
        let options = ConnectOptions { pragmas: pragmas.collect(), ..options };
        Pragmas::new(&options, options.read_only).map(|all| all.sql.replace('\n', ""))
    }

    #[test]
    fn defaults_come_first_and_give_way() {
        let rest = "PRAGMA synchronous = NORMAL;PRAGMA cache_size = 10000;PRAGMA foreign_keys = ON;";
        let file = || ConnectOptions::file("x.db");
        assert_eq!(sql(&[], file()).unwrap(), format!("PRAGMA journal_mode = WAL;{rest}"));
        assert_eq!(sql(&[], ConnectOptions::memory()).unwrap(), rest);
        assert_eq!(sql(&[], ConnectOptions { read_only: true, ..file() }).unwrap(), rest);
        let own = [("Journal_Mode", "delete"), ("main.mmap_size", "-1")];
        assert_eq!(
            sql(&own, file()).unwrap(),
            format!("{rest}PRAGMA Journal_Mode = delete;PRAGMA main.mmap_size = -1;")
        );
    }

    #[test]
    fn nothing_can_be_smuggled_in() {
        for (name, value) in [
            ("cache_size", "1; DROP TABLE x"),
            ("cache_size", ""),
            ("cache_size", "1--"),
            ("cache_size", "'a'; DROP TABLE x; '"),
            ("cache_size = 1; DROP TABLE x", "1"),
            ("", "1"),
            ("a.b.c", "1"),
            ("busy_timeout", "soon"),
        ] {
            let error = sql(&[(name, value)], ConnectOptions::memory()).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{name} = {value}");
        }
    }
}
