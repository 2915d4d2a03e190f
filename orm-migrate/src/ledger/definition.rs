//! What MySQL and MariaDB say of tables before a step and behind it, by which it is known whether the step was done.
//!
//! They change each table wholly or not at all, but nothing can be noted together with the change. So what is noted is how
//! the tables were before, and what is compared is what the step touches: whatever else somebody may have done to the table
//! meanwhile is no sign of it.

use std::collections::BTreeMap;

use orm::migrate::Session;
use orm::schema::TableName;

use super::catalog::{has_table, quoted_table};
use super::said;
use crate::error::Result;

/// The comment of a table among the names of what a step touches.
const COMMENT: &str = "COMMENT";

/// The primary key among them.
const PRIMARY: &str = "PRIMARY KEY";

/// The definitions of tables, none of those that are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definitions(BTreeMap<String, Option<String>>);

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    /// Everything that it touches is another.
    Done,
    /// Everything that it touches is the same.
    Nothing,
    /// Some of it is, as the step by itself does not leave it.
    Else,
}

impl Definitions {
    /// Those of now.
    pub(crate) async fn read(session: &mut Session, tables: &[TableName]) -> Result<Self> {
        let mut found = BTreeMap::new();
        for table in tables {
            let mut shown = None;
            if has_table(session, table.schema.as_deref(), &table.name).await? {
                let sql = format!("SHOW CREATE TABLE {}", quoted_table(session.backend(), table));
                let rows = session.rows(&sql).await.map_err(said)?;
                shown = rows.into_iter().next().and_then(|row| row.into_iter().nth(1).flatten());
            }
            found.insert(table.to_string(), shown);
        }
        Ok(Self(found))
    }

    /// As they are noted.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Those that were noted; none if it is no such text.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// What became of a step that touches these names, or the tables as a whole if there are none.
    pub(crate) fn since(&self, before: &Self, touched: &[String]) -> Became {
        let mut differs = Vec::new();
        for (table, now) in &self.0 {
            let was = before.0.get(table).cloned().flatten();
            if touched.is_empty() {
                differs.push(was.is_some() != now.is_some());
                continue;
            }
            let (was, now) = (parts(&was.unwrap_or_default()), parts(now.as_deref().unwrap_or_default()));
            differs.extend(touched.iter().map(|name| was.get(name) != now.get(name)));
        }
        match (differs.iter().any(|own| *own), differs.iter().all(|own| *own)) {
            (true, true) => Became::Done,
            (false, _) => Became::Nothing,
            (true, false) => Became::Else,
        }
    }
}

/// What is said of each name in a definition: of a column and a key of one name both.
fn parts(definition: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |name: String, line: &str| {
        let known = parts.entry(name).or_default();
        known.push_str(line.trim_end_matches(','));
        known.push('\n');
    };
    for line in definition.lines().skip(1) {
        match line.strip_prefix(')') {
            Some(options) => {
                if let Some((_, comment)) = options.split_once(" COMMENT='") {
                    add(COMMENT.to_owned(), comment);
                }
            }
            None if line.trim_start().starts_with(PRIMARY) => add(PRIMARY.to_owned(), line),
            None => {
                if let Some(name) = name(line) {
                    add(name, line);
                }
            }
        }
    }
    parts
}

/// The first name in a line.
fn name(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('`')?;
    let mut name = String::new();
    let mut rest = rest.chars();
    while let Some(letter) = rest.next() {
        if letter != '`' {
            name.push(letter);
        } else if rest.as_str().starts_with('`') {
            rest.next();
            name.push(letter);
        } else {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "CREATE TABLE `t` (\n  `id` bigint NOT NULL,\n  `a``b` int DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  \
         KEY `ix` (`a``b`),\n  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `o` (`id`)\n) ENGINE=InnoDB AUTO_INCREMENT=7";

    fn of(text: &str) -> Definitions {
        let found = (!text.is_empty()).then(|| text.to_owned());
        Definitions([("t".to_owned(), found)].into_iter().collect())
    }

    fn became(now: &str, touched: &[&str]) -> Became {
        let touched: Vec<_> = touched.iter().map(|name| (*name).to_owned()).collect();
        of(now).since(&of(TABLE), &touched)
    }

    #[test]
    fn only_what_a_step_touches_tells_whether_it_was_done() {
        let wider = TABLE.replace("`a``b` int", "`a``b` bigint");
        assert_eq!(became(&wider, &["a`b"]), Became::Done);
        assert_eq!(became(&wider, &["id"]), Became::Nothing);
        assert_eq!(became(&wider, &["id", "a`b"]), Became::Else);
        assert_eq!(
            became(&TABLE.replace("=7", "=8"), &["PRIMARY KEY", "COMMENT", "ix", "fk"]),
            Became::Nothing
        );
        assert_eq!(became(&format!("{TABLE} COMMENT='x'"), &["COMMENT"]), Became::Done);
        assert_eq!(became(&TABLE.replace("KEY (`id`)", "KEY (`x`)"), &["PRIMARY KEY", "fk"]), Became::Done);
        assert_eq!(became(&TABLE.replace("`ix`", "`iy`"), &["iy"]), Became::Done);
        assert_eq!(became(&wider, &[]), Became::Nothing);
        assert_eq!(became("", &[]), Became::Done);
        assert_eq!(Definitions::of_text(&of(TABLE).text()), Some(of(TABLE)));
    }
}
