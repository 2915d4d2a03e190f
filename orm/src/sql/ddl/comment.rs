//! Comments of tables and columns.
//!
//! The first paragraph of a doc comment, as one line, or what `comment = ".."` says. SQLite has none.

use super::literal;
use crate::driver::Backend;
use crate::schema::Table;
use crate::sql::dialect::Dialect;
use crate::sql::literal::escaped;
use crate::sql::name::{self, quoted};

/// What MySQL and MariaDB take for a column and for a table, in characters.
const COLUMN: usize = 1024;
const TABLE: usize = 2048;

/// The comment; none if it is empty.
pub(super) fn of(comment: Option<&'static str>, doc: &'static str) -> Option<String> {
    let text = match comment {
        Some(comment) => comment.to_owned(),
        None => {
            let paragraph = doc.split("\n\n").next().unwrap_or_default();
            paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    };
    // No server takes this one.
    let text = if text.contains('\0') { text.replace('\0', "") } else { text };
    (!text.is_empty()).then_some(text)
}

/// What stands behind a column; nothing where comments are not part of `CREATE TABLE`.
pub(super) fn of_column(dialect: &Dialect, comment: Option<&str>) -> String {
    match comment {
        Some(text) if dialect.inline_comments => format!(" COMMENT {}", short(text, COLUMN)),
        _ => String::new(),
    }
}

/// What stands behind the table's options.
pub(super) fn of_table(dialect: &Dialect, table: &Table) -> String {
    match &table.comment {
        Some(text) if dialect.inline_comments => format!(" COMMENT = {}", short(text, TABLE)),
        _ => String::new(),
    }
}

/// The statement that gives a table and its columns their comments, on PostgreSQL.
///
/// To say again what is there would need the rights of the owner, so it is said where nothing is there yet.
pub(super) fn statement(dialect: &Dialect, table: &Table) -> Option<String> {
    if dialect.backend != Backend::Postgres {
        return None;
    }
    let owner = name::table(dialect, &table.name);
    let mut comments = Vec::new();
    if let Some(text) = &table.comment {
        comments.push(format!("COMMENT ON TABLE {owner} IS {};", escaped(text)));
    }
    for column in &table.columns {
        if let Some(text) = &column.comment {
            let name = quoted(dialect, &column.name);
            comments.push(format!("COMMENT ON COLUMN {owner}.{name} IS {};", escaped(text)));
        }
    }
    if comments.is_empty() {
        return None;
    }
    let code = format!(
        "BEGIN IF EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = {}::regclass \
         AND pg_has_role(c.relowner, 'USAGE') AND NOT EXISTS (SELECT 1 FROM pg_description d \
         WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid)) THEN {} END IF; END",
        escaped(&owner),
        comments.join(" ")
    );
    Some(format!("DO {}", escaped(&code)))
}

/// The text as MySQL and MariaDB take it: cut, and without the characters that their catalogs cannot hold.
fn short(text: &str, most: usize) -> String {
    let kept: String = text
        .chars()
        .take(most)
        .map(|character| if character > '\u{FFFF}' { char::REPLACEMENT_CHARACTER } else { character })
        .collect();
    literal(&kept.replace('\\', "\\\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_is_one_line() {
        assert_eq!(of(None, "It is\na line.\n\nAnd more.").as_deref(), Some("It is a line."));
        assert_eq!(of(Some("Own\n\nwords"), "Doc").as_deref(), Some("Own\n\nwords"));
        assert_eq!((of(Some(""), "Doc"), of(None, "")), (None, None));
    }

    #[test]
    fn long_ones_are_cut_between_characters() {
        assert_eq!(short("äöü", 2), "'äö'");
        assert_eq!(short("it's \\ 😀", 9), "'it''s \\\\ \u{FFFD}'");
    }
}
