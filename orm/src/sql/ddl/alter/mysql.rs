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
use crate::schema::{ChangeStep, ForeignKey, Index, PartOf, Table};
use crate::sql::ddl::table::{Clause, Parts};
use crate::sql::ddl::{comment, constraint, full_text};
use crate::sql::dialect::{self, Dialect};

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
        steps.push(definition(&after.name, vec![sql], vec![undo]));
    }
    let new: Vec<_> = gone(after, before).map(|key| add(server, key)).collect();
    if let Some(sql) = rest(server, before, after, new, renamed)? {
        let mut undo: Vec<_> = drop_keys(server, after, before).into_iter().collect();
        undo.extend(rest(server, &is, &was, Vec::new(), back)?);
        steps.push(definition(&after.name, vec![sql], undo));
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
        let clauses = checks(server, one, other);
        (!clauses.is_empty()).then(|| statement(server, after, &clauses))
    };
    let step = |sql| definition(&after.name, vec![sql], alter(&new, &old).into_iter().collect());
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

/// Everything but the foreign keys that go, which are gone already; `added` are clauses that add others.
fn rest(
    server: Server,
    before: &Table,
    after: &Table,
    added: Vec<String>,
    renamed: Option<(&str, &str)>,
) -> Result<Option<String>> {
    let dialect = dialect::of(server.backend);
    let (old, new) = (table::parts(server, before)?, table::parts(server, after)?);
    let quote = |name: &str| quoted(dialect, name);
    let mut clauses = Vec::new();

    let keys = difference(&indexes(dialect, before, &old), &indexes(dialect, after, &new));
    // One that names the column is made anew: the server renames none that a check reads.
    let back = renamed.map(|(from, to)| (to, from));
    let original = table::parts(server, &super::rename::with_column(before, back))?.checks;
    let (gone, come): (Vec<_>, Vec<_>) =
        checks(server, &original, &new.checks).into_iter().partition(|clause| clause.starts_with("DROP"));
    clauses.extend(gone);
    for index in &keys.gone {
        clauses.push(format!("DROP KEY {}", quote(&index.name)));
        if full_text::added(&index.body).is_some() {
            clauses.push(format!("DROP COLUMN {}", quote(&index.name)));
        }
    }
    let primary = |parts: &Parts<'_>| parts.key.as_ref().map(|key| key.body.clone());
    let (was, is) = (primary(&old), primary(&new));
    if was != is {
        clauses.extend(was.as_ref().map(|_| "DROP PRIMARY KEY".to_owned()));
    }
    for column in old.columns.iter().filter(|own| !new.columns.iter().any(|new| new.name == own.name)) {
        clauses.push(format!("DROP COLUMN {}", quote(&column.name)));
    }
    for column in &new.columns {
        let known = old.columns.iter().find(|own| own.name == column.name);
        let from = renamed.filter(|(_, to)| *to == column.name).map(|(from, _)| from);
        match (known, from) {
            (None, _) => clauses.push(format!("ADD COLUMN {}", column.line)),
            (Some(own), Some(from)) if own.line == column.line => {
                clauses.push(format!("RENAME COLUMN {} TO {}", quote(from), quote(&column.name)));
            }
            (Some(_), Some(from)) => clauses.push(format!("CHANGE COLUMN {} {}", quote(from), column.line)),
            (Some(own), None) if own.line == column.line => {}
            (Some(_), None) => clauses.push(format!("MODIFY COLUMN {}", column.line)),
        }
    }
    clauses.extend(is.filter(|is| was.as_ref() != Some(is)).map(|key| format!("ADD {key}")));
    for (from, to) in &keys.renamed {
        clauses.push(format!("RENAME KEY {} TO {}", quote(from), quote(to)));
    }
    let declare = |index: &Clause| {
        let plain = || format!("ADD {}", index.body.replacen("{name}", &quote(&index.name), 1));
        full_text::added(&index.body).unwrap_or_else(plain)
    };
    clauses.extend(keys.new.iter().map(declare));
    clauses.extend(come);
    clauses.extend(added);
    if before.comment != after.comment {
        let comment = comment::of_table(dialect, after);
        clauses.push(if comment.is_empty() { "COMMENT = ''".to_owned() } else { comment.trim().to_owned() });
    }
    Ok((!clauses.is_empty()).then(|| statement(server, after, &clauses)))
}

/// The clauses that change checks.
fn checks(server: Server, old: &[Clause], new: &[Clause]) -> Vec<String> {
    let dialect = dialect::of(server.backend);
    let word = if server.backend == Backend::MySql { "CHECK" } else { "CONSTRAINT" };
    let gone = old.iter().filter(|check| !new.contains(check));
    let come = new.iter().filter(|check| !old.contains(check));
    gone.map(|check| format!("DROP {word} {}", quoted(dialect, &check.name)))
        .chain(come.map(|check| format!("ADD {}", check.sql(dialect))))
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
