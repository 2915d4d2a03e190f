//! Indexes that PostgreSQL makes while others write.
//!
//! One that fails, or is interrupted, stays behind and is invalid: it serves no query, and is in the way of the next try.

use orm::Backend;
use orm::migrate::{Session, literal};

use crate::error::Result;
use crate::ledger::said;

/// Takes away the invalid index that an earlier try of this statement has left.
pub(super) async fn clear(session: &mut Session, sql: &str) -> Result<()> {
    if session.backend() != Backend::Postgres {
        return Ok(());
    }
    let Some((name, table)) = made_by(sql) else { return Ok(()) };
    let found = format!(
        "SELECT CAST(CAST(i.indexrelid AS regclass) AS TEXT) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c \
         ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relname = {} AND i.indrelid = to_regclass({})",
        literal(Backend::Postgres, &name),
        literal(Backend::Postgres, table)
    );
    for row in session.rows(&found).await.map_err(said)? {
        if let Some(index) = row.into_iter().next().flatten() {
            session.batch(&format!("DROP INDEX {index}")).await.map_err(said)?;
        }
    }
    Ok(())
}

/// The name of the index that a statement makes concurrently, and its table as it is written.
fn made_by(sql: &str) -> Option<(String, &str)> {
    let mut words = words(sql).into_iter().peekable();
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    words.next().filter(|word| is(word, "create"))?;
    words.next_if(|word| is(word, "unique"));
    words.next().filter(|word| is(word, "index"))?;
    words.next().filter(|word| is(word, "concurrently"))?;
    if words.next_if(|word| is(word, "if")).is_some() {
        words.next();
        words.next();
    }
    let name = words.next().filter(|word| !is(word, "on"))?;
    words.next().filter(|word| is(word, "on"))?;
    words.next_if(|word| is(word, "only"));
    let name = match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_lowercase(),
    };
    Some((name, words.next()?))
}

/// The words at the beginning of a statement: names in quotes are parts of one.
fn words(sql: &str) -> Vec<&str> {
    let mut quoted = false;
    let mut within = |c: char| {
        quoted ^= c == '"';
        !quoted && (c.is_whitespace() || c == '(')
    };
    sql.split(&mut within).filter(|word| !word.is_empty()).take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_and_its_table_are_read() {
        let of = |sql| made_by(sql).map(|(name, table)| format!("{name} of {table}"));
        assert_eq!(of("CREATE INDEX CONCURRENTLY Ix ON a (x)").as_deref(), Some("ix of a"));
        let sql = "create unique index concurrently if not exists \"a \"\"b\" on only s.\"t u\"(x)";
        assert_eq!(of(sql).as_deref(), Some("a \"b of s.\"t u\""));
        assert_eq!(of("CREATE INDEX CONCURRENTLY ON a (x)"), None);
        assert_eq!(of("CREATE INDEX ix ON a (concurrently)"), None);
        assert_eq!(of("DROP INDEX CONCURRENTLY ix"), None);
    }
}
