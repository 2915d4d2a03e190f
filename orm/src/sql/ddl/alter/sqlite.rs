//! Tables of SQLite that change: a new table, to which the rows are copied, and which takes the place of the old one.
//!
//! What users have put on a table is not known here; whoever runs the statements keeps it.

use super::convert::conversion;
use super::{certain, definition, literal, name, quoted, table};
use crate::driver::Server;
use crate::error::Result;
use crate::model::IndexMethod;
use crate::schema::{ChangeKind, ChangeStep, Table, TableName};
use crate::sql::ddl::full_text;
use crate::sql::ddl::table::{DeclaredIndex, Parts};
use crate::sql::dialect;

/// What changes the table, whose renamed column has its new name in `before`.
pub(super) fn steps(
    server: Server,
    before: &Table,
    after: &Table,
    renamed: Option<(&str, &str)>,
) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    let owner = name::table(dialect, &after.name);
    let mut steps = Vec::new();
    if let Some((from, to)) = renamed {
        let (from, to) = (quoted(dialect, from), quoted(dialect, to));
        // Views, triggers and the foreign keys of others follow.
        let sql = format!("ALTER TABLE {owner} RENAME COLUMN {from} TO {to}");
        steps.push(definition(&after.name, vec![sql], Vec::new()));
    }
    let (mut old, new) = (table::parts(server, before)?, table::parts(server, after)?);
    old.checks = super::rename::checks(server, before, renamed)?;
    let mut rewritten = false;
    for column in after.columns.iter().filter(|column| column.generated.is_none()) {
        if let Some(old) = before.column(&column.name) {
            rewritten |= conversion(dialect, old, column)?.value.is_some();
        }
    }
    if rewritten || declared(server, &old, before) != declared(server, &new, after) {
        steps.push(rebuild(server, before, after, &new)?);
        return Ok(steps);
    }
    let mut sql = Vec::new();
    for declared in old.indexes.iter().filter(|declared| !declared.is_clause) {
        let index = declared.index;
        let same = |other: &DeclaredIndex<'_>| other.index.name == index.name && other.sql == declared.sql;
        if new.indexes.iter().any(same) {
            continue;
        }
        match index.method {
            IndexMethod::FullText => {
                let triggers = full_text::triggers(index);
                sql.extend(triggers.map(|name| format!("DROP TRIGGER {}", quoted(dialect, &name))));
                sql.push(format!("DROP TABLE {}", quoted(dialect, &index.name)));
            }
            _ => sql.push(format!("DROP INDEX {}", quoted(dialect, &index.name))),
        }
    }
    let (old, new) = (old.statements(), new.statements());
    sql.extend(new.iter().filter(|sql| !old.contains(sql)).map(|sql| certain(sql)));
    if !sql.is_empty() {
        steps.push(definition(&after.name, sql, Vec::new()));
    }
    Ok(steps)
}

/// What follows from another name of the table: the names of the checks of its types.
pub(super) fn renamed(server: Server, before: &Table, after: &Table) -> Result<Vec<ChangeStep>> {
    let (old, new) = (table::parts(server, before)?, table::parts(server, after)?);
    if old.checks == new.checks {
        return Ok(Vec::new());
    }
    let mut before = before.clone();
    let old_name = std::mem::replace(&mut before.name, after.name.clone());
    // Keys that lead to the table itself have followed.
    for key in before.foreign_keys.iter_mut().filter(|key| key.table == old_name) {
        key.table.clone_from(&after.name);
    }
    Ok(vec![rebuild(server, &before, after, &new)?])
}

/// The table as it is declared, without its name and the indexes beside it. The order of columns counts for nothing.
fn declared(server: Server, parts: &Parts<'_>, table: &Table) -> Vec<String> {
    let dialect = dialect::of(server.backend);
    let keys: Vec<_> = table.foreign_keys.iter().collect();
    let text = parts.create(dialect, table, "", &keys);
    let mut lines: Vec<_> = text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
    lines.sort();
    lines
}

fn rebuild(server: Server, before: &Table, after: &Table, new: &Parts<'_>) -> Result<ChangeStep> {
    let dialect = dialect::of(server.backend);
    let new_name = TableName::new(format!("orm_new_{}", after.name.name));
    let (owner, other) = (name::table(dialect, &after.name), name::table(dialect, &new_name));
    let keys: Vec<_> = after.foreign_keys.iter().collect();
    let mut sql = vec![new.create(dialect, after, &format!("CREATE TABLE {other}"), &keys)];

    let (mut to, mut from) = (Vec::new(), Vec::new());
    for column in after.columns.iter().filter(|column| column.generated.is_none()) {
        let Some(old) = before.column(&column.name) else { continue };
        let name = quoted(dialect, &column.name);
        let value = if old.generated.is_some() { None } else { conversion(dialect, old, column)?.value };
        from.push(value.map_or_else(|| name.clone(), |value| value.replace("{x}", &name)));
        to.push(name);
    }
    if !to.is_empty() {
        let (to, from) = (to.join(", "), from.join(", "));
        sql.push(format!("INSERT INTO {other} ({to}) SELECT {from} FROM {owner}"));
    }
    let counts = |table: &Table| table.columns.iter().any(|column| column.increment);
    if counts(before) && counts(after) {
        // A key that was given to a row that is gone is not given again.
        let (old, new) = (literal(&after.name.name), literal(&new_name.name));
        sql.push(format!("DELETE FROM sqlite_sequence WHERE name = {new}"));
        sql.push(format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        ));
    }
    sql.push(format!("DROP TABLE {owner}"));
    sql.extend(full_text::drops(dialect, before).map(|drop| drop.replacen(" IF EXISTS", "", 1)));
    sql.push(format!("ALTER TABLE {other} RENAME TO {}", quoted(dialect, &after.name.name)));
    sql.extend(new.statements().iter().map(|index| certain(index)));
    let scratch = TableName::new(format!("orm_old_{}", after.name.name));
    let keys: Vec<_> = before.foreign_keys.iter().collect();
    let header = format!("CREATE TABLE {}", name::table(dialect, &scratch));
    let known = table::parts(server, before)?.create(dialect, before, &header, &keys);
    let indexes = before.indexes.iter().chain(&after.indexes);
    let triggers = indexes.clone().filter(|index| index.method == IndexMethod::FullText);
    let indexes = indexes.map(|index| index.name.clone()).chain(triggers.flat_map(full_text::triggers));
    Ok(ChangeStep {
        sql,
        kind: ChangeKind::Rebuild {
            table: after.name.clone(),
            columns: before.columns.iter().map(|column| column.name.clone()).collect(),
            indexes: indexes.collect(),
            known,
            scratch: scratch.name,
        },
        tables: vec![after.name.clone()],
        undo: Vec::new(),
        touched: Vec::new(),
    })
}
