//! Tables of PostgreSQL that change: one `ALTER` a change, all of them in the transaction of the migration.

use super::convert::{Conversion, conversion};
use super::plain::difference;
use super::{certain, definition, name, quoted, table};
use crate::driver::Server;
use crate::error::Result;
use crate::schema::{ChangeStep, Table, TableColumn};
use crate::sql::ddl::constraint;
use crate::sql::ddl::table::{Clause, Declared, Parts};
use crate::sql::dialect::{self, Dialect};
use crate::sql::literal::escaped;

/// What changes the table, whose renamed column has its new name in `before`.
pub(super) fn steps(
    server: Server,
    before: &Table,
    after: &Table,
    renamed: Option<(&str, &str)>,
) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    let owner = name::table(dialect, &after.name);
    let (old, new) = (table::parts(server, before)?, table::parts(server, after)?);
    let mut sql = Vec::new();
    if let Some((from, to)) = renamed {
        let (from, to) = (quoted(dialect, from), quoted(dialect, to));
        sql.push(format!("ALTER TABLE {owner} RENAME COLUMN {from} TO {to}"));
    }
    let keys = |table: &Table| -> Vec<_> {
        table.foreign_keys.iter().map(|key| constraint::clause(dialect, key)).collect()
    };
    let keys = difference(&keys(before), &keys(after));
    let checks = difference(&super::rename::checks(server, before, renamed)?, &new.checks);
    let primary = difference(old.key.as_slice(), new.key.as_slice());
    let indexes = difference(&indexes(dialect, &old), &indexes(dialect, &new));
    let drop =
        |clause: &Clause| format!("ALTER TABLE {owner} DROP CONSTRAINT {}", quoted(dialect, &clause.name));
    sql.extend(keys.gone.iter().chain(&checks.gone).map(drop));
    sql.extend(indexes.gone.iter().map(|index| match is_constraint(index) {
        true => drop(index),
        false => format!("DROP INDEX {}", of_table(dialect, after, &index.name)),
    }));
    sql.extend(primary.gone.iter().map(drop));
    for column in old.columns.iter().filter(|own| find(&new, &own.name).is_none()) {
        sql.push(format!("ALTER TABLE {owner} DROP COLUMN {}", quoted(dialect, &column.name)));
    }
    for column in &new.columns {
        match (find(&old, &column.name), before.column(&column.name), after.column(&column.name)) {
            (Some(declared), Some(one), Some(other)) => {
                let conversion = match &other.generated {
                    None => conversion(dialect, one, other)?,
                    Some(_) => Conversion::default(),
                };
                let column = Altered { old: one, new: other, was: declared, is: column };
                column.sql(dialect, after, &conversion, &mut sql);
            }
            _ => sql.push(format!("ALTER TABLE {owner} ADD COLUMN {}", column.line)),
        }
    }
    for (from, to) in [&keys, &checks, &primary].into_iter().flat_map(|found| &found.renamed) {
        sql.push(rename(dialect, &owner, from, to));
    }
    for (from, to) in &indexes.renamed {
        // A constraint and its index have one name.
        let (from, to) = (of_table(dialect, after, from), quoted(dialect, to));
        sql.push(format!("ALTER INDEX {from} RENAME TO {to}"));
    }
    let add = |clause: &Clause| format!("ALTER TABLE {owner} ADD {}", clause.sql(dialect));
    sql.extend(primary.new.iter().map(add));
    sql.extend(indexes.new.iter().map(|index| match is_constraint(index) {
        true => add(index),
        false => certain(&index.body.replacen("{name}", &quoted(dialect, &index.name), 1)),
    }));
    sql.extend(checks.new.iter().chain(&keys.new).map(add));
    sql.extend(comments(dialect, Some(before), after));
    Ok(if sql.is_empty() { Vec::new() } else { vec![definition(&after.name, sql, Vec::new())] })
}

/// What follows from another name of the table: the names of the checks of its types.
pub(super) fn renamed(server: Server, before: &Table, after: &Table) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    let owner = name::table(dialect, &after.name);
    let checks = difference(&table::parts(server, before)?.checks, &table::parts(server, after)?.checks);
    let sql: Vec<_> = checks.renamed.iter().map(|(from, to)| rename(dialect, &owner, from, to)).collect();
    Ok(if sql.is_empty() { Vec::new() } else { vec![definition(&after.name, sql, Vec::new())] })
}

fn rename(dialect: &Dialect, owner: &str, from: &str, to: &str) -> String {
    format!("ALTER TABLE {owner} RENAME CONSTRAINT {} TO {}", quoted(dialect, from), quoted(dialect, to))
}

/// An index is in the schema of its table.
fn of_table(dialect: &Dialect, table: &Table, index: &str) -> String {
    let name = quoted(dialect, index);
    match &table.name.schema {
        Some(schema) => format!("{}.{name}", quoted(dialect, schema)),
        None => name,
    }
}

fn find<'p>(parts: &'p Parts<'_>, name: &str) -> Option<&'p Declared> {
    parts.columns.iter().find(|column| column.name == name)
}

/// The indexes with what each says without its name: of a statement that has the name in it, `{name}` stands there.
fn indexes(dialect: &Dialect, parts: &Parts<'_>) -> Vec<Clause> {
    let one = |declared: &table::DeclaredIndex<'_>| {
        let name = quoted(dialect, &declared.index.name);
        let body = match declared.sql.strip_prefix(&format!("CONSTRAINT {name} ")) {
            Some(body) => body.to_owned(),
            None => declared.sql.replacen(&name, "{name}", 1),
        };
        Clause { name: declared.index.name.clone(), body }
    };
    parts.indexes.iter().map(one).collect()
}

fn is_constraint(index: &Clause) -> bool {
    !index.body.starts_with("CREATE")
}

/// A column that stays.
struct Altered<'a> {
    old: &'a TableColumn,
    new: &'a TableColumn,
    was: &'a Declared,
    is: &'a Declared,
}

impl Altered<'_> {
    fn sql(&self, dialect: &Dialect, table: &Table, conversion: &Conversion, sql: &mut Vec<String>) {
        let owner = name::table(dialect, &table.name);
        let column = quoted(dialect, &self.new.name);
        let alter = format!("ALTER TABLE {owner} ALTER COLUMN {column}");
        let converted = self.was.ty != self.is.ty || conversion.value.is_some();
        let default = self.was.default != self.is.default;
        if self.old.increment && !self.new.increment {
            sql.push(format!("{alter} DROP IDENTITY"));
        }
        // The default of one type may be none of the other.
        if self.was.default.is_some() && (converted || default) {
            sql.push(format!("{alter} DROP DEFAULT"));
        }
        if converted {
            let using = match &conversion.value {
                Some(value) => format!(" USING {}", value.replace("{x}", &column)),
                None => String::new(),
            };
            sql.push(format!("{alter} TYPE {}{using}", self.is.ty));
        }
        if self.was.required != self.is.required {
            sql.push(format!("{alter} {} NOT NULL", if self.is.required { "SET" } else { "DROP" }));
        }
        if let Some(value) = self.is.default.as_ref().filter(|_| converted || default) {
            sql.push(format!("{alter} SET DEFAULT {value}"));
        }
        if self.new.increment && !self.old.increment {
            sql.push(format!("{alter} ADD GENERATED BY DEFAULT AS IDENTITY"));
            // It begins behind the rows that are there.
            sql.push(format!(
                "SELECT setval(pg_get_serial_sequence({}, {}), COALESCE(MAX({column}), 0) + 1, false) FROM {owner}",
                escaped(&owner),
                escaped(&self.new.name),
            ));
        }
    }
}

/// The comments that are others than before.
pub(super) fn comments(dialect: &Dialect, before: Option<&Table>, after: &Table) -> Vec<String> {
    let owner = name::table(dialect, &after.name);
    let text = |comment: Option<&String>| comment.map_or_else(|| "NULL".to_owned(), |text| escaped(text));
    let mut sql = Vec::new();
    if before.and_then(|before| before.comment.as_ref()) != after.comment.as_ref() {
        sql.push(format!("COMMENT ON TABLE {owner} IS {}", text(after.comment.as_ref())));
    }
    for column in &after.columns {
        let was = before.and_then(|before| before.column(&column.name)?.comment.as_ref());
        if was != column.comment.as_ref() {
            let name = quoted(dialect, &column.name);
            sql.push(format!("COMMENT ON COLUMN {owner}.{name} IS {}", text(column.comment.as_ref())));
        }
    }
    sql
}
