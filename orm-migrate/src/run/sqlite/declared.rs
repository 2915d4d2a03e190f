//! What stands in a `CREATE TABLE` of SQLite: what a table has that another has not.
//!
//! Keys, foreign keys and defaults are asked for; checks and collations SQLite tells in its text alone, of which the words are
//! read.

use orm::Backend;
use orm::migrate::{Session, literal};

use crate::error::Result;
use crate::ledger::said;

/// What a table declares beside the names and types of its columns, each in words for people, with how it is known again.
#[derive(Debug, Default)]
pub(super) struct Declared(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// In small letters, without quotes and blanks.
    same: String,
    words: String,
}

impl Part {
    fn new(words: String) -> Self {
        let same = words.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '`' | '[' | ']'));
        Self { same: same.collect::<String>().to_lowercase(), words }
    }
}

impl Declared {
    pub(super) async fn read(session: &mut Session, table: &str) -> Result<Self> {
        let name = literal(Backend::Sqlite, table);
        let mut parts = Vec::new();
        for (kind, sql) in [
            (
                "UNIQUE",
                format!(
                    "SELECT group_concat(name, ', ') FROM (SELECT l.name AS own, x.name || CASE x.coll WHEN 'BINARY' \
                     THEN '' ELSE ' COLLATE ' || x.coll END AS name FROM pragma_index_list({name}) l, \
                     pragma_index_xinfo(l.name) x WHERE l.origin = 'u' AND x.key = 1 ORDER BY l.name, x.seqno) GROUP BY own"
                ),
            ),
            (
                "FOREIGN KEY",
                format!(
                    "SELECT \"from\" || ' REFERENCES ' || \"table\" || ' ON UPDATE ' || on_update || ' ON DELETE ' || \
                     on_delete FROM pragma_foreign_key_list({name})"
                ),
            ),
            (
                "DEFAULT",
                format!(
                    "SELECT name || ' ' || dflt_value FROM pragma_table_xinfo({name}) WHERE dflt_value IS NOT NULL"
                ),
            ),
            ("GENERATED", format!("SELECT name FROM pragma_table_xinfo({name}) WHERE hidden IN (2, 3)")),
        ] {
            for row in session.rows(&sql).await.map_err(said)? {
                let words = row.into_iter().next().flatten().unwrap_or_default();
                parts.push(Part::new(format!("{kind} {words}")));
            }
        }
        let sql =
            format!("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = {name} COLLATE NOCASE");
        let rows = session.rows(&sql).await.map_err(said)?;
        let text = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten());
        parts.extend(in_text(&text.unwrap_or_default()).into_iter().map(Part::new));
        Ok(Self(parts))
    }

    /// What is here and not there, for people.
    pub(super) fn beyond(self, other: &Self) -> Vec<String> {
        let mut left: Vec<_> = other.0.iter().map(|part| &part.same).collect();
        let mut beyond = Vec::new();
        for part in self.0 {
            match left.iter().position(|own| **own == part.same) {
                Some(at) => drop(left.swap_remove(at)),
                None => beyond.push(part.words),
            }
        }
        beyond
    }
}

/// Checks, collations, and what becomes of a conflict, as a text says them.
fn in_text(sql: &str) -> Vec<String> {
    let words = words(sql);
    let is = |at: usize, word: &str| words.get(at).is_some_and(|own| own.eq_ignore_ascii_case(word));
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if is(at, "CHECK") && is(at + 1, "(") {
            let mut depth = 0;
            let begin = at;
            while at < words.len() {
                at += 1;
                match words.get(at).copied() {
                    Some("(") => depth += 1,
                    Some(")") => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            // A collation in it is a part of it.
            found.push(words.get(begin..=at).unwrap_or_default().join(" "));
        } else if is(at, "COLLATE") || is(at, "CONFLICT") {
            let word = words.get(at + 1).copied().unwrap_or_default();
            // What is usual anyway.
            if !word.eq_ignore_ascii_case("BINARY") && !word.eq_ignore_ascii_case("ABORT") {
                found.push(words.get(at..at + 2).unwrap_or_default().join(" "));
            }
        } else if is(at, "DEFERRED") {
            found.push("DEFERRED".to_owned());
        }
        at += 1;
    }
    found
}

/// The words, texts, names in quotes and other characters of SQL, without comments and blanks.
fn words(sql: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let ended = |end: &str, from: usize| {
            let behind = rest.get(from..).unwrap_or_default();
            behind.find(end).map_or(rest.len(), |at| from + at + end.len())
        };
        let (end, is_word) = match first {
            '-' if rest.starts_with("--") => (ended("\n", 2), false),
            '/' if rest.starts_with("/*") => (ended("*/", 2), false),
            // A quote that is doubled goes on as another of the same.
            '\'' | '"' | '`' => (ended(first.encode_utf8(&mut [0; 4]), 1), true),
            '[' => (ended("]", 1), true),
            c if c.is_alphanumeric() || c == '_' => {
                (rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()), true)
            }
            c => (c.len_utf8(), true),
        };
        let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if is_word {
            words.push(word);
        }
        rest = behind.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_text_says_is_read_from_it() {
        let sql = "CREATE TABLE t (a TEXT COLLATE NOCASE /* CHECK (1) */, \"check\" INT CHECK (\"check\" <> ')' AND (a > 1)), \
             b TEXT DEFAULT 'COLLATE x' COLLATE BINARY UNIQUE ON CONFLICT REPLACE) -- CHECK (2)";
        assert_eq!(
            in_text(sql),
            ["COLLATE NOCASE", "CHECK ( \"check\" < > ')' AND ( a > 1 ) )", "CONFLICT REPLACE"]
        );
    }

    #[test]
    fn the_same_in_other_words_is_the_same() {
        let of = |all: &[&str]| Declared(all.iter().map(|words| Part::new((*words).to_owned())).collect());
        let known = of(&["CHECK ( \"a\" > 1 )", "COLLATE NOCASE"]);
        let found = of(&["CHECK (a>1)", "COLLATE nocase", "COLLATE nocase"]).beyond(&known);
        assert_eq!(found, ["COLLATE nocase"]);
    }
}
