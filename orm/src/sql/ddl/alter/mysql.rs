//! Tables of MySQL and MariaDB that change: one `ALTER` for everything, which happens wholly or not at all.
//!
//! Foreign keys go in a statement before, because the server does not take a key away and make one in the same. An
//! index that the server makes by itself for a foreign key, where no other serves, is treated as one that is
//! declared: by its rules it would stay behind, or go without a word.

use super::plain::difference;
use super::{definition, name, quoted, table};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::model::IndexMethod;
use crate::schema::{ChangeStep, ForeignKey, Index, PartOf, Table, Undo};
use crate::sql::ddl::table::{Clause, Parts};
use crate::sql::ddl::{comment, constraint, full_text};
use crate::sql::dialect::{self, Dialect};

/// What the server calls every primary key.
const PRIMARY: &str = "PRIMARY KEY";

/// The comment of a table among the names of what changes: it has none.
const COMMENT: &str = "COMMENT";

/// What changes the table, whose renamed column has its new name in `before`.
pub(super) fn steps(
    server: Server,
    before: &Table,
    after: &Table,
    renamed: Option<(&str, &str)>,
) -> Result<Vec<ChangeStep>> {
    let back = renamed.map(|(from, to)| (to, from));
    let (was, is) = (super::rename::with_column(before, back), super::rename::with_column(after, back));
    let mut steps = Vec::new();
    // While the column still has its old name.
    if let Some(sql) = drop_keys(server, before, after) {
        let added = gone(before, after).map(|key| add(server, &old_name(key, &was)));
        let undo = statement(server, after, &added.collect::<Vec<_>>());
        let touched: Vec<_> = gone(before, after).map(|key| key.name.clone()).collect();
        let undo = Undo { sql: undo, touched: touched.clone() };
        steps.push(ChangeStep { touched, ..definition(&after.name, vec![sql], vec![undo]) });
    }
    let new: Vec<_> = gone(after, before).map(|key| (key.name.clone(), add(server, key))).collect();
    if let Some((touched, sql)) = rest(server, before, after, new, renamed)? {
        let keys = || gone(after, before).map(|key| key.name.clone()).collect();
        let drop = drop_keys(server, after, before).map(|sql| Undo { sql, touched: keys() });
        let mut undo: Vec<_> = drop.into_iter().collect();
        undo.extend(rest(server, &is, &was, Vec::new(), back)?.map(|(touched, sql)| Undo { sql, touched }));
        steps.push(ChangeStep { touched, ..definition(&after.name, vec![sql], undo) });
    }
    Ok(steps)
}

/// The keys of one table that another has not.
fn gone<'t>(one: &'t Table, other: &'t Table) -> impl Iterator<Item = &'t ForeignKey> {
    one.foreign_keys.iter().filter(|key| !other.foreign_keys.contains(key))
}

/// The key as it is in this table.
fn old_name(key: &ForeignKey, table: &Table) -> ForeignKey {
    table.foreign_keys.iter().find(|own| own.name == key.name).unwrap_or(key).clone()
}

fn add(server: Server, key: &ForeignKey) -> String {
    let dialect = dialect::of(server.backend);
    format!("ADD {}", constraint::clause(dialect, key).sql(dialect))
}

/// What follows from another name of the table: the names of the checks of its types.
pub(super) fn renamed(server: Server, before: &Table, after: &Table) -> Result<Vec<ChangeStep>> {
    let (old, new) = (table::parts(server, before)?.checks, table::parts(server, after)?.checks);
    let alter = |one: &[Clause], other: &[Clause]| {
        let (touched, clauses): (Vec<_>, Vec<_>) = checks(server, one, other).into_iter().unzip();
        (!clauses.is_empty()).then(|| (touched, statement(server, after, &clauses)))
    };
    let undo = || alter(&new, &old).map(|(touched, sql)| Undo { sql, touched }).into_iter().collect();
    let step = |(touched, sql)| ChangeStep { touched, ..definition(&after.name, vec![sql], undo()) };
    Ok(alter(&old, &new).map(step).into_iter().collect())
}

fn statement(server: Server, table: &Table, clauses: &[String]) -> String {
    let owner = name::table(dialect::of(server.backend), &table.name);
    format!("ALTER TABLE {owner} {}", clauses.join(", "))
}

/// What takes away the keys that the second table has not.
fn drop_keys(server: Server, before: &Table, after: &Table) -> Option<String> {
    let dialect = dialect::of(server.backend);
    let clause = |key: &ForeignKey| format!("DROP FOREIGN KEY {}", quoted(dialect, &key.name));
    let clauses: Vec<_> = gone(before, after).map(clause).collect();
    (!clauses.is_empty()).then(|| statement(server, before, &clauses))
}

/// Everything but the foreign keys that go, which are gone already, with the names of what changes; `added` are others, with
/// their clauses.
fn rest(
    server: Server,
    before: &Table,
    after: &Table,
    added: Vec<(String, String)>,
    renamed: Option<(&str, &str)>,
) -> Result<Option<(Vec<String>, String)>> {
    let dialect = dialect::of(server.backend);
    let (old, new) = (table::parts(server, before)?, table::parts(server, after)?);
    let quote = |name: &str| quoted(dialect, name);
    // Each with the name of what it is about.
    let mut clauses: Vec<(String, String)> = Vec::new();
    let clause = |name: &str, sql: String| (name.to_owned(), sql);

    let keys = difference(&indexes(dialect, before, &old), &indexes(dialect, after, &new));
    // One that names the column is made anew: the server renames none that a check reads.
    let back = renamed.map(|(from, to)| (to, from));
    let original = table::parts(server, &super::rename::with_column(before, back))?.checks;
    let (gone, come): (Vec<_>, Vec<_>) = checks(server, &original, &new.checks)
        .into_iter()
        .partition(|(_, clause)| clause.starts_with("DROP"));
    clauses.extend(gone);
    for index in &keys.gone {
        clauses.push(clause(&index.name, format!("DROP KEY {}", quote(&index.name))));
        if full_text::added(&index.body).is_some() {
            clauses.push(clause(&index.name, format!("DROP COLUMN {}", quote(&index.name))));
        }
    }
    let primary = |parts: &Parts<'_>| parts.key.as_ref().map(|key| key.body.clone());
    let (was, is) = (primary(&old), primary(&new));
    if was != is {
        clauses.extend(was.as_ref().map(|_| clause(PRIMARY, "DROP PRIMARY KEY".to_owned())));
    }
    for column in old.columns.iter().filter(|own| !new.columns.iter().any(|new| new.name == own.name)) {
        clauses.push(clause(&column.name, format!("DROP COLUMN {}", quote(&column.name))));
    }
    for column in &new.columns {
        let known = old.columns.iter().find(|own| own.name == column.name);
        let from = renamed.filter(|(_, to)| *to == column.name).map(|(from, _)| from);
        let sql = match (known, from) {
            (None, _) => format!("ADD COLUMN {}", column.line),
            (Some(own), Some(from)) if own.line == column.line => {
                format!("RENAME COLUMN {} TO {}", quote(from), quote(&column.name))
            }
            (Some(_), Some(from)) => format!("CHANGE COLUMN {} {}", quote(from), column.line),
            (Some(own), None) if own.line == column.line => continue,
            (Some(_), None) => format!("MODIFY COLUMN {}", column.line),
        };
        clauses.push(clause(&column.name, sql));
    }
    clauses.extend(is.filter(|is| was.as_ref() != Some(is)).map(|key| clause(PRIMARY, format!("ADD {key}"))));
    for (from, to) in &keys.renamed {
        clauses.push(clause(to, format!("RENAME KEY {} TO {}", quote(from), quote(to))));
    }
    let declare = |index: &Clause| {
        let plain = || format!("ADD {}", index.body.replacen("{name}", &quote(&index.name), 1));
        clause(&index.name, full_text::added(&index.body).unwrap_or_else(plain))
    };
    clauses.extend(keys.new.iter().map(declare));
    clauses.extend(come);
    clauses.extend(added);
    if before.comment != after.comment {
        let comment = comment::of_table(dialect, after);
        let sql = if comment.is_empty() { "COMMENT = ''".to_owned() } else { comment.trim().to_owned() };
        clauses.push(clause(COMMENT, sql));
    }
    let (touched, clauses): (Vec<_>, Vec<_>) = clauses.into_iter().unzip();
    Ok((!clauses.is_empty()).then(|| (touched, statement(server, after, &clauses))))
}

/// The clauses that change checks, each with the name of its check.
fn checks(server: Server, old: &[Clause], new: &[Clause]) -> Vec<(String, String)> {
    let dialect = dialect::of(server.backend);
    let word = if server.backend == Backend::MySql { "CHECK" } else { "CONSTRAINT" };
    let gone = old.iter().filter(|check| !new.contains(check));
    let come = new.iter().filter(|check| !old.contains(check));
    gone.map(|check| (check.name.clone(), format!("DROP {word} {}", quoted(dialect, &check.name))))
        .chain(come.map(|check| (check.name.clone(), format!("ADD {}", check.sql(dialect)))))
        .collect()
}

/// The indexes, those too that the server makes for foreign keys; what each says, with `{name}` for its name.
fn indexes(dialect: &Dialect, table: &Table, parts: &Parts<'_>) -> Vec<Clause> {
    let mut found: Vec<_> = parts
        .indexes
        .iter()
        .map(|declared| Clause {
            name: declared.index.name.clone(),
            // A full-text index keeps its name within: it is not renamed.
            body: match declared.index.method {
                IndexMethod::FullText => declared.sql.clone(),
                _ => declared.sql.replacen(&quoted(dialect, &declared.index.name), "{name}", 1),
            },
        })
        .collect();
    for (name, columns) in for_keys(table) {
        let columns = name::list(dialect, columns.iter().map(String::as_str));
        found.push(Clause { name, body: format!("KEY {{name}} ({columns})") });
    }
    found
}

/// The indexes that the server makes for foreign keys: where none begins with their columns.
fn for_keys(table: &Table) -> Vec<(String, Vec<String>)> {
    let mut made: Vec<(String, Vec<String>)> = Vec::new();
    for key in &table.foreign_keys {
        let begins = |columns: &[String]| columns.starts_with(&key.columns);
        let declared = table.indexes.iter().any(|index| plain(index).is_some_and(|columns| begins(&columns)));
        if !declared && !begins(table.key_columns()) && !made.iter().any(|(_, columns)| begins(columns)) {
            made.push((key.name.clone(), key.columns.clone()));
        }
    }
    made
}

/// The columns of an index, if it is over columns alone.
fn plain(index: &Index) -> Option<Vec<String>> {
    let column = |part: &crate::schema::Part| match &part.of {
        PartOf::Plain(name) => Some(name.clone()),
        PartOf::Expression(_) => None,
    };
    index.parts.iter().map(column).collect()
}
