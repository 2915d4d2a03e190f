//! Full-text search: the words of a text in SQL, and what asks for them.
//!
//! PostgreSQL, MySQL and MariaDB are given the words themselves, each behind a few letters: what a word is, which letters are
//! the same, and which words count, is then for none of their parsers to say, and no setting of a server changes it. SQLite's
//! own rule comes to the same with the characters that it is told beside (`ddl/full_text.rs`).

use sea_query::Expr;

use super::build::Builder;
use super::condition::{Condition, constant};
use super::dialect::Dialect;
use super::name::iden;
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{DOTTED, FOLDED, MARKS, Node, PREFIX_OF_MYSQL, PREFIX_OF_POSTGRES, Search};

/// Stands between two columns, as a word that nobody can look for, so that no phrase goes on from one to the next. It is
/// no character: nothing that people write has it.
const BETWEEN: char = '\u{fdd0}';

/// The words of these texts, which may be NULL: an expression of one text. `None` on SQLite.
pub(super) fn words(dialect: &Dialect, texts: &[String]) -> Option<String> {
    match dialect.backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some(words_of_postgres(dialect, texts)),
        Backend::MySql | Backend::MariaDb => Some(words_of_mysql(dialect, texts)),
    }
}

/// What PostgreSQL keeps an index of.
pub(super) fn vector(dialect: &Dialect, texts: &[String]) -> String {
    format!("to_tsvector('pg_catalog.simple', {})", words_of_postgres(dialect, texts))
}

fn words_of_postgres(dialect: &Dialect, texts: &[String]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| format!("coalesce({text}, '')")).collect();
    let text = texts.join(&format!(" || E' \\u{:04x} ' || ", u32::from(BETWEEN)));
    let (dotted, plain) = DOTTED;
    let lower = dialect.lower.replace("{x}", &format!("replace({text}, '{dotted}', '{plain}')"));
    let (from, to): (String, String) = FOLDED.iter().copied().unzip();
    let marks: String = MARKS.iter().copied().map(escaped).collect();
    let between = u32::from(BETWEEN);
    format!(
        "'{PREFIX_OF_POSTGRES}' || regexp_replace(translate({lower}, '{from}', '{to}') COLLATE pg_catalog.\"und-x-icu\", \
         E'[^[:alnum:]{marks}\\u{between:04x}]+', ' {PREFIX_OF_POSTGRES}', 'g')"
    )
}

/// A range of characters, as no setting of PostgreSQL reads it otherwise.
fn escaped((first, last): (char, char)) -> String {
    let first_text = format!("\\u{:04x}", u32::from(first));
    if first == last { first_text } else { format!("{first_text}-\\u{:04x}", u32::from(last)) }
}

fn words_of_mysql(dialect: &Dialect, texts: &[String]) -> String {
    let mut parts = Vec::with_capacity(2 * texts.len());
    for text in texts {
        if !parts.is_empty() {
            parts.push(hexadecimal(&format!(" {BETWEEN} ")));
        }
        parts.push(format!("COALESCE({text}, _utf8mb4'')"));
    }
    let replaced = |text: String, from: &str, to: &str| {
        format!("REPLACE({text}, {}, {})", hexadecimal(from), hexadecimal(to))
    };
    let (dotted, plain) = DOTTED;
    let text = replaced(format!("CONCAT({})", parts.join(", ")), dotted.encode_utf8(&mut [0; 4]), plain);
    let lower = dialect.lower.replace("{x}", &text);
    let folded = FOLDED.iter().fold(lower, |text, (from, to)| {
        replaced(text, from.encode_utf8(&mut [0; 4]), to.encode_utf8(&mut [0; 4]))
    });
    let point = |c: &char| format!("#x{{{:x}}}", u32::from(*c));
    let range = |(first, last): &(char, char)| {
        if first == last { point(first) } else { format!("{}-{}", point(first), point(last)) }
    };
    // MariaDB keeps no more than 511 characters of one.
    let marks: Vec<_> = MARKS
        .chunks(16)
        .map(|some| format!("_utf8mb4'{}'", some.iter().map(range).collect::<String>()))
        .collect();
    let letters = match dialect.backend {
        Backend::MariaDb => "[:alpha:][:digit:]",
        _ => "[:L:][:Nd:]",
    };
    format!(
        "CONCAT(_utf8mb4'{PREFIX_OF_MYSQL}', REGEXP_REPLACE({folded}, \
         REPLACE(CONCAT(_utf8mb4'[^{letters}', {}, _utf8mb4'{}]+'), _utf8mb4'#', CHAR(92 USING utf8mb4)), \
         _utf8mb4' {PREFIX_OF_MYSQL}'))",
        marks.join(", "),
        point(&BETWEEN)
    )
}

/// A text in digits: MariaDB does not read again what it writes of other characters in a generated column, nor of backslashes.
fn hexadecimal(text: &str) -> String {
    let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
    format!("CONVERT(X'{digits}' USING utf8mb4)")
}

impl Builder {
    /// Whether a search finds the row.
    pub(super) fn found(&mut self, at: &mut Source<'_>, search: &Search) -> Result<Condition> {
        let Some(sought) = search.sought.value(self.dialect.backend) else {
            return Ok(constant(false));
        };
        let sought = self.value(sought, None)?;
        let expr = match self.dialect.backend {
            Backend::Sqlite => {
                let index = || Expr::col(iden(&search.index.name_in(search.table)));
                let key = self.row_number(at, search)?;
                Expr::cust_with_exprs(
                    "? IN (SELECT rowid FROM ? WHERE ? MATCH ?)",
                    [key, index(), index(), sought],
                )
            }
            Backend::Postgres => {
                let words = search.sought.whole(self.dialect.backend);
                let words = words.iter().map(|word| self.value(word, None)).collect::<Result<Vec<_>>>()?;
                let dialect = self.dialect;
                self.over_texts(at, search, [vec![sought], words].concat(), |texts, places| {
                    let (sought, words) =
                        places.split_first().map_or(("", &[][..]), |(one, rest)| (one, rest));
                    let mut sql =
                        format!("{} @@ to_tsquery('pg_catalog.simple', {sought})", vector(dialect, texts));
                    for word in words {
                        let all = words_of_postgres(dialect, texts);
                        sql.push_str(&format!(" AND strpos(' ' || {all} || ' ', {word}) > 0"));
                    }
                    sql
                })?
            }
            Backend::MySql | Backend::MariaDb => {
                let (whole, operands) = self.whole_words(at, search, sought)?;
                Expr::cust_with_exprs(
                    format!("MATCH (?) AGAINST (? IN BOOLEAN MODE) > 0 AND {whole}"),
                    operands,
                )
            }
        };
        Ok(Condition { expr, unknown: !search.path.is_empty() })
    }

    /// How well the row fits.
    pub(super) fn rank(&mut self, at: &mut Source<'_>, search: &Search) -> Result<Expr> {
        let Some(sought) = search.sought.value(self.dialect.backend) else {
            let none = format!("CAST(0 AS {})", self.dialect.double);
            return Ok(Expr::cust(none));
        };
        let sought = self.value(sought, None)?;
        Ok(match self.dialect.backend {
            // Found once for all rows: of one row alone, SQLite would count all that have the words each time.
            Backend::Sqlite => {
                let index = || Expr::col(iden(&search.index.name_in(search.table)));
                let key = self.row_number(at, search)?;
                Expr::cust_with_exprs(
                    "coalesce((WITH orm_found AS MATERIALIZED (SELECT rowid AS orm_row, -bm25(?) AS orm_rank FROM ? \
                     WHERE ? MATCH ?) SELECT orm_rank FROM orm_found WHERE orm_row = ?), 0.0)",
                    [index(), index(), index(), sought, key],
                )
            }
            Backend::Postgres => {
                let dialect = self.dialect;
                self.over_texts(at, search, vec![sought], |texts, places| {
                    format!(
                        "CAST(ts_rank({}, to_tsquery('pg_catalog.simple', {})) AS DOUBLE PRECISION)",
                        vector(dialect, texts),
                        places.first().map_or("", String::as_str)
                    )
                })?
            }
            Backend::MySql | Backend::MariaDb => {
                let (whole, operands) = self.whole_words(at, search, sought)?;
                let rank = format!("COALESCE(MATCH (?) AGAINST (? IN BOOLEAN MODE) * ({whole}), 0e0)");
                Expr::cust_with_exprs(rank, operands)
            }
        })
    }

    /// That words of MySQL and MariaDB are there as a whole; and the operands of that, those of the search before them.
    fn whole_words(
        &mut self,
        at: &mut Source<'_>,
        search: &Search,
        sought: Expr,
    ) -> Result<(String, Vec<Expr>)> {
        let words = at.hidden(self, &search.path, &search.index.name_in(search.table))?;
        let whole = search.sought.whole(self.dialect.backend);
        let mut operands = vec![words.clone(), sought];
        for word in whole {
            operands.extend([self.value(word, None)?, words.clone()]);
        }
        let conditions = vec!["LOCATE(?, CONCAT(' ', ?, ' ')) > 0"; whole.len()];
        Ok((conditions.join(" AND "), operands))
    }

    /// The key of a row, which is the number that FTS5 knows it by.
    fn row_number(&mut self, at: &mut Source<'_>, search: &Search) -> Result<Expr> {
        let key = search.table.primary_key.iter().flat_map(|field| field.columns).next();
        at.hidden(self, &search.path, key.map_or("rowid", |column| column.name))
    }

    /// An expression over the texts of PostgreSQL's index and these operands, by their places.
    fn over_texts(
        &mut self,
        at: &mut Source<'_>,
        search: &Search,
        more: Vec<Expr>,
        write: impl FnOnce(&[String], &[String]) -> String,
    ) -> Result<Expr> {
        let mut operands = Vec::with_capacity(search.fields.len() + more.len());
        for field in &search.fields {
            if let Node::Field(path, field) = field {
                operands.extend(at.own_field(self, path, field)?);
            }
        }
        let count = operands.len();
        operands.extend(more);
        let places: Vec<_> = (1..=operands.len()).map(|number| format!("${number}")).collect();
        let (texts, places) = places.split_at(count);
        Ok(Expr::cust_with_exprs(write(texts, places), operands))
    }
}
