//! Tables and columns that get other names.

use super::{definition, mysql, postgres, quoted, refused, sqlite, table};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::schema::{ChangeStep, PartOf, Table, TableName, Undo};
use crate::sql::ddl::create_schema;
use crate::sql::ddl::table::Clause;
use crate::sql::dialect::{self, Dialect};
use crate::sql::literal::escaped;
use crate::sql::name;

/// The table under another name, and what is called after it.
pub(super) fn steps(server: Server, before: &Table, after: &Table) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    refused(dialect, after)?;
    let (from, to) = (&before.name, &after.name);
    let mut step = definition(
        from,
        rename(dialect, from, to),
        rename(dialect, to, from).into_iter().map(Undo::whole).collect(),
    );
    step.tables.push(to.clone());
    let mut steps = vec![step];
    // Names of checks follow the name of the table; keys and indexes have names of their own.
    steps.extend(match server.backend {
        Backend::Sqlite => sqlite::renamed(server, before, after)?,
        Backend::Postgres => postgres::renamed(server, before, after)?,
        Backend::MySql | Backend::MariaDb => mysql::renamed(server, before, after)?,
    });
    Ok(steps)
}

fn rename(dialect: &Dialect, from: &TableName, to: &TableName) -> Vec<String> {
    let (old, new) = (name::table(dialect, from), name::table(dialect, to));
    match dialect.backend {
        Backend::Sqlite => vec![format!("ALTER TABLE {old} RENAME TO {new}")],
        Backend::MySql | Backend::MariaDb => vec![format!("RENAME TABLE {old} TO {new}")],
        Backend::Postgres => {
            let mut sql = Vec::new();
            if from.name != to.name {
                sql.push(format!("ALTER TABLE {old} RENAME TO {}", quoted(dialect, &to.name)));
            }
            let moved = TableName { schema: from.schema.clone(), name: to.name.clone() };
            let owner = name::table(dialect, &moved);
            match (&from.schema, &to.schema) {
                (one, other) if one == other => {}
                (_, Some(schema)) => {
                    sql.push(create_schema(dialect, schema));
                    sql.push(format!("ALTER TABLE {owner} SET SCHEMA {}", quoted(dialect, schema)));
                }
                // The schema that is searched first, whatever it is called.
                (_, None) => {
                    let code = format!(
                        "BEGIN EXECUTE format('ALTER TABLE %s SET SCHEMA %I', {}, current_schema()); END",
                        escaped(&owner)
                    );
                    sql.push(format!("DO {}", escaped(&code)));
                }
            }
            sql
        }
    }
}

/// The checks of a table whose column has its new name in it, but under the names that they have still: the server takes
/// the new name over into what a check says, and leaves what it is called.
pub(super) fn checks(server: Server, before: &Table, renamed: Option<(&str, &str)>) -> Result<Vec<Clause>> {
    let mut checks = table::parts(server, before)?.checks;
    if let Some((from, to)) = renamed {
        let original = table::parts(server, &with_column(before, Some((to, from))))?.checks;
        for (check, original) in checks.iter_mut().zip(original) {
            check.name = original.name;
        }
    }
    Ok(checks)
}

/// The table with a column under its new name, wherever the table itself names it.
pub(super) fn with_column(table: &Table, renamed: Option<(&str, &str)>) -> Table {
    let mut table = table.clone();
    let Some((from, to)) = renamed else { return table };
    let change = |name: &mut String| {
        if name == from {
            to.clone_into(name);
        }
    };
    table.columns.iter_mut().for_each(|column| change(&mut column.name));
    table.primary_key.iter_mut().flat_map(|key| &mut key.columns).for_each(change);
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(change);
        if key.table == table.name {
            key.to.iter_mut().for_each(change);
        }
    }
    for index in &mut table.indexes {
        index.include.iter_mut().for_each(change);
        for part in &mut index.parts {
            if let PartOf::Plain(name) = &mut part.of {
                change(name);
            }
        }
    }
    for embedded in &mut table.embedded {
        embedded.columns.iter_mut().for_each(change);
        embedded.required.iter_mut().for_each(change);
    }
    table
}
