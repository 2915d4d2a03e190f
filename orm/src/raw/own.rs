//! What people have written for a migration, which has to leave alone what is run behind it.

use super::effect::Effect;
use super::lexer::{Kind, Lexer};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};

/// Refuses a statement of a migration that reaches beyond itself: the runner begins and ends the transactions, and what it
/// runs next has to meet the session as it was.
///
/// # Errors
///
/// `InvalidQuery`, `Unsupported`.
pub(crate) fn check_own(text: &str, backend: Backend) -> Result<()> {
    let effect = Effect::of(text, backend);
    effect.check_anywhere(backend)?;
    let first = Lexer::new(text, backend).find_map(|token| match token.kind {
        Kind::Word(word) => Some(word.to_ascii_uppercase()),
        _ => None,
    });
    let first = first.unwrap_or_default();
    let reason = match effect {
        Effect::Transaction => "begins or ends a transaction, which the migration does itself",
        Effect::Session => {
            "changes the session, and with it what is run behind: say it in the options of the database"
        }
        // Until the end of the transaction, in which other operations may stand too.
        Effect::Local if first == "SET" && names_search_path(text, backend) => {
            "changes where names are looked up, also for what is run behind: write the schema before the names"
        }
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::InvalidQuery { reason: format!("the statement `{first} ..` {reason}") }))
}

/// Whether what is set is the search path.
fn names_search_path(text: &str, backend: Backend) -> bool {
    let mut kinds = Lexer::new(text, backend).filter(|token| !matches!(token.kind, Kind::Sign(b'(')));
    let named = kinds.nth(2).and_then(|token| text.get(token.start..token.end));
    named.is_some_and(|name| {
        let name = name.trim_matches('"');
        name.eq_ignore_ascii_case("search_path") || name.eq_ignore_ascii_case("schema")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_leave_transactions_and_sessions_alone() {
        use Backend::{MariaDb, MySql, Postgres, Sqlite};

        let refused = [
            ("BEGIN", Postgres),
            ("-- x\n commit", Sqlite),
            ("START TRANSACTION", MySql),
            ("SET search_path = a", Postgres),
            ("SET LOCAL search_path = a", Postgres),
            ("SET LOCAL \"search_path\" TO a", Postgres),
            ("SET LOCAL SCHEMA 'a'", Postgres),
            ("USE other", MariaDb),
            ("SET FOREIGN_KEY_CHECKS = 0", MySql),
            ("PRAGMA foreign_keys = OFF", Sqlite),
            ("ATTACH 'a' AS b", Sqlite),
        ];
        for (text, backend) in refused {
            let error = check_own(text, backend).expect_err(text);
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{text}: {error}");
        }
        let allowed = [
            ("SET LOCAL lock_timeout = '1s'", Postgres),
            ("LOCK TABLE a", Postgres),
            ("TRUNCATE a", MySql),
            ("CREATE TABLE a (b int)", MariaDb),
            ("PRAGMA user_version = 3", Sqlite),
            ("CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; END", Sqlite),
        ];
        for (text, backend) in allowed {
            check_own(text, backend).expect(text);
        }
        let copy = check_own("COPY a FROM STDIN", Postgres).expect_err("no client");
        assert!(matches!(copy.kind(), ErrorKind::Unsupported { .. }));
    }
}
