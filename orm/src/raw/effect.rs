//! What a statement does to the connection that it runs on, told from its first words.
//!
//! What is left behind on a connection of a pool would meet whoever gets it next, so it is refused there. A connection
//! that the user lends may be treated in any way.

use super::lexer::{Kind, Lexer};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};

/// What a statement does besides reading and writing rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// Begins or ends a transaction or savepoint.
    Transaction,
    /// Changes the session until the end of the transaction at most.
    Local,
    /// Changes the session.
    Session,
    /// Makes something that lives as long as the connection.
    Temporary,
    /// Ends a transaction that is open, without a word.
    Commits,
    /// Sends or receives more than rows, which would leave the connection in the middle of it.
    Copy,
}

/// Pragmas of SQLite that read, or change the file and not the connection.
const PRAGMAS: &[&str] = &[
    "application_id",
    "collation_list",
    "compile_options",
    "database_list",
    "foreign_key_check",
    "foreign_key_list",
    "freelist_count",
    "function_list",
    "incremental_vacuum",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "module_list",
    "optimize",
    "page_count",
    "pragma_list",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
    "user_version",
    "wal_checkpoint",
];

impl Effect {
    /// Of a text for a backend.
    pub(super) fn of(text: &str, backend: Backend) -> Self {
        let mut words = Words(Lexer::new(text, backend));
        let is_mysql = matches!(backend, Backend::MySql | Backend::MariaDb);
        let first = words.next();
        match first.as_str() {
            "begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release" | "xa" => {
                Self::Transaction
            }
            "prepare" if words.next() == "transaction" => Self::Transaction,
            "set" => match words.next().as_str() {
                "transaction" => Self::Transaction,
                "local" | "constraints" if backend == Backend::Postgres => Self::Local,
                _ => Self::Session,
            },
            "lock" if !is_mysql => Self::Local,
            "pragma" => pragma(&mut words),
            "copy" if backend == Backend::Postgres && copies(&mut words) => Self::Copy,
            "attach" | "deallocate" | "declare" | "detach" | "discard" | "handler" | "listen" | "lock"
            | "prepare" | "reset" | "unlisten" | "unlock" | "use" => Self::Session,
            "create" | "drop" => match words.behind_or_replace().as_str() {
                "temp" | "temporary" if first == "create" => Self::Temporary,
                // What is temporary is dropped without an end of the transaction.
                "temp" | "temporary" => Self::None,
                "local" | "global" if words.next().starts_with("temp") => Self::Temporary,
                _ if is_mysql => Self::Commits,
                _ => Self::None,
            },
            "alter" | "analyze" | "check" | "flush" | "grant" | "install" | "load" | "optimize"
            | "rename" | "repair" | "revoke" | "truncate" | "uninstall"
                if is_mysql && !(first == "load" && words.next() == "data") =>
            {
                Self::Commits
            }
            "load" if !is_mysql => Self::Session,
            _ => Self::None,
        }
    }

    /// Refuses what can be done on no connection.
    ///
    /// # Errors
    ///
    /// `Unsupported`.
    pub(super) fn check_anywhere(self, backend: Backend) -> Result<()> {
        match self {
            Self::Copy => Err(Error::new(ErrorKind::Unsupported {
                feature: "way here to copy from or to the client: use `bulk_create`, or `COPY` of a file of the server",
                backend: backend.name(),
            })),
            _ => Ok(()),
        }
    }

    /// Refuses what must not happen on a connection of ours. `in_transaction` says whether it is one of a transaction.
    ///
    /// # Errors
    ///
    /// `InvalidQuery`, `Unsupported`.
    pub(super) fn check(self, in_transaction: bool, backend: Backend) -> Result<()> {
        let reason = match self {
            Self::None | Self::Copy => return Ok(()),
            Self::Local if in_transaction => return Ok(()),
            Self::Commits if !in_transaction => return Ok(()),
            Self::Commits => {
                return Err(Error::new(ErrorKind::Unsupported {
                    feature: "way to run this statement in a transaction, which it would end",
                    backend: backend.name(),
                }));
            }
            Self::Transaction => {
                "transactions are begun and ended by `orm::atomic` or `orm::begin`, not by SQL: the connection goes back \
                 to its pool after each statement"
            }
            Self::Local => "this statement has an effect only inside a transaction: use `orm::atomic`",
            Self::Session => {
                "this statement changes the connection, and whoever gets it from the pool next would meet the change: \
                 use the options of the database, or lend a connection of your own"
            }
            Self::Temporary => {
                "what is temporary lives in its connection, which goes back to its pool after each statement: lend a \
                 connection of your own"
            }
        };
        Err(Error::new(ErrorKind::InvalidQuery { reason: reason.to_owned() }))
    }
}

/// Whether a `COPY` is one from or to the client.
fn copies(words: &mut Words<'_>) -> bool {
    words.0.by_ref().any(|token| {
        matches!(token.kind, Kind::Word(word) if word.eq_ignore_ascii_case("stdin") || word.eq_ignore_ascii_case("stdout"))
    })
}

/// Whether a pragma only reads, or changes nothing of the connection.
fn pragma(words: &mut Words<'_>) -> Effect {
    let mut name = words.next();
    let mut sets = false;
    loop {
        match words.0.next().map(|token| token.kind) {
            // The name of an attached database stands before that of the pragma.
            Some(Kind::Sign(b'.')) => name = words.next(),
            Some(Kind::Sign(b'=' | b'(')) => sets = true,
            Some(Kind::End) | None => break,
            Some(_) => {}
        }
    }
    if sets && !PRAGMAS.contains(&name.as_str()) { Effect::Session } else { Effect::None }
}

/// The words of a text, in lower case; empty for what is none.
struct Words<'a>(Lexer<'a>);

impl Words<'_> {
    /// The next word, `OR REPLACE` aside.
    fn behind_or_replace(&mut self) -> String {
        match self.next() {
            or if or == "or" => {
                self.next();
                self.next()
            }
            word => word,
        }
    }

    fn next(&mut self) -> String {
        loop {
            return match self.0.next().map(|token| token.kind) {
                Some(Kind::Word(word)) => word.to_ascii_lowercase(),
                // Before the first word there may be brackets.
                Some(Kind::Sign(b'(')) => continue,
                _ => String::new(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_tell_what_is_left_behind() {
        use Backend::{MariaDb, MySql, Postgres, Sqlite};

        let cases = [
            ("SELECT 1", Sqlite, Effect::None),
            ("  -- hi\n (SELECT 1)", Postgres, Effect::None),
            ("/* x */ BEGIN IMMEDIATE", Sqlite, Effect::Transaction),
            ("start transaction", MySql, Effect::Transaction),
            ("Commit", Postgres, Effect::Transaction),
            ("PREPARE TRANSACTION 'a'", Postgres, Effect::Transaction),
            ("PREPARE p AS SELECT 1", Postgres, Effect::Session),
            ("SET LOCAL search_path = a", Postgres, Effect::Local),
            ("SET search_path = a", Postgres, Effect::Session),
            ("SET @a = 1", MySql, Effect::Session),
            ("LOCK TABLE a", Postgres, Effect::Local),
            ("LOCK TABLES a READ", MariaDb, Effect::Session),
            ("PRAGMA foreign_keys = OFF", Sqlite, Effect::Session),
            ("PRAGMA main.foreign_keys(0)", Sqlite, Effect::Session),
            ("PRAGMA foreign_keys", Sqlite, Effect::None),
            ("PRAGMA main.table_info(a)", Sqlite, Effect::None),
            ("PRAGMA user_version = 3", Sqlite, Effect::None),
            ("CREATE TEMP TABLE a (b int)", Postgres, Effect::Temporary),
            ("CREATE OR REPLACE TEMP VIEW a AS SELECT 1", Postgres, Effect::Temporary),
            ("CREATE OR REPLACE TEMPORARY TABLE a (b int)", MariaDb, Effect::Temporary),
            ("CREATE OR REPLACE VIEW a AS SELECT 1", Postgres, Effect::None),
            ("CREATE TABLE a (b int)", Postgres, Effect::None),
            ("CREATE TABLE a (b int)", MySql, Effect::Commits),
            ("DROP TEMPORARY TABLE a", MySql, Effect::None),
            ("TRUNCATE a", MariaDb, Effect::Commits),
            ("TRUNCATE a", Postgres, Effect::None),
            ("LOAD DATA INFILE 'a' INTO TABLE b", MySql, Effect::None),
            ("/*! SET @a = 1 */", MySql, Effect::Session),
            ("/*!50000 SET @a = 1 */", MySql, Effect::Session),
            ("/*M!100100 SET @a = 1 */", MariaDb, Effect::Session),
            ("COPY a FROM STDIN", Postgres, Effect::Copy),
            ("COPY (SELECT 'stdout') TO '/tmp/a'", Postgres, Effect::None),
        ];
        for (text, backend, effect) in cases {
            assert_eq!(Effect::of(text, backend), effect, "{text}");
        }
    }
}
