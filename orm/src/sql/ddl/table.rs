//! One table: columns, keys, and what the other files add to it.

use super::default::default;
use super::{check, comment, constraint, embed, generated, named, of_table, own_type};
use crate::driver::Server;
use crate::error::Result;
use crate::model::constraint_name;
use crate::schema::{ForeignKey, Index, PartOf, Table, TableColumn};
use crate::sql::dialect::{self, ColumnSql, Dialect};
use crate::sql::name::{self, quoted};

/// What creates a table.
#[derive(Debug)]
pub(super) struct Created<'t> {
    pub(super) statement: String,
    /// Statements for its indexes, where they are not part of it.
    pub(super) indexes: Vec<String>,
    /// Foreign keys to tables that do not exist yet.
    pub(super) late: Vec<&'t ForeignKey>,
}

/// How a column is declared.
#[derive(Debug)]
pub(super) struct Declared {
    /// Its line in `CREATE TABLE`, or behind `ADD COLUMN`.
    pub(super) line: String,
    /// The clause of the check that follows from its type.
    pub(super) check: Option<String>,
    /// Whether the line makes it the primary key.
    pub(super) is_key: bool,
}

/// Refuses types that the backend lacks, and that no table can have as the model says.
pub(super) fn types(server: Server, table: &Table) -> Result<()> {
    let dialect = dialect::of(server.backend);
    let refuse = |column: &TableColumn| of_type(dialect, table, column).map(drop);
    table.columns.iter().try_for_each(refuse).map_err(|error| of_table(error, table))
}

/// The type of a column of the table, and what comes with it.
fn of_type(dialect: &'static Dialect, table: &Table, column: &TableColumn) -> Result<ColumnSql> {
    let facts = dialect::Column { def: column, indexed: is_indexed(table, column) };
    let mut sql = (dialect.column)(&facts).map_err(|error| named(error, column))?;
    own_type::apply(dialect, column, &mut sql).map_err(|error| named(error, column))?;
    Ok(sql)
}

/// Declares a column of the table.
pub(super) fn column(server: Server, table: &Table, column: &TableColumn) -> Result<Declared> {
    let dialect = dialect::of(server.backend);
    let own = |error| named(error, column);
    let sql = of_type(dialect, table, column)?;
    let collation = sql.collation.map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    let comment = comment::of_column(dialect, column.comment.as_deref());
    let name = quoted(dialect, &column.name);
    let generated = match &column.generated {
        Some(generated) => generated::clause(server, table, column, generated)?,
        None => String::new(),
    };
    let required = !column.nullable;
    let checked = required && column.generated.is_some() && !dialect.generated_not_null;
    let null = if required && !checked { " NOT NULL" } else { "" };
    let default = default(dialect, server, column)
        .map_err(own)?
        .map(|default| format!(" DEFAULT {default}"))
        .unwrap_or_default();
    let line = format!("{name} {}{collation}{generated}{null}{default}{}{comment}", sql.ty, sql.suffix);
    let not_null = checked.then(|| "{x} IS NOT NULL".to_owned());
    let conditions: Vec<_> = sql.checks.into_iter().chain(not_null).collect();
    let check = (!conditions.is_empty()).then(|| {
        let constraint = constraint_name(&table.name.name, &[&column.name], "ck");
        let conditions = conditions.iter().map(|condition| condition.replacen("{x}", &name, 1));
        check::clause(dialect, &constraint, &conditions.collect::<Vec<_>>().join(" AND "))
    });
    Ok(Declared { line, check, is_key: sql.is_key })
}

/// Creates the table. Foreign keys to the tables `to_come` are left for later.
pub(super) fn create<'t>(server: Server, table: &'t Table, to_come: &[&Table]) -> Result<Created<'t>> {
    let dialect = dialect::of(server.backend);
    let mut lines = Vec::new();
    let mut checks = Vec::new();
    let mut key_declared = false;
    for def in &table.columns {
        let declared = column(server, table, def)?;
        key_declared |= declared.is_key;
        lines.push(declared.line);
        checks.extend(declared.check);
        checks.extend(check::choices(server, table, def)?);
    }
    checks.extend(check::declared(server, table)?);
    if let Some(key) = table.primary_key.as_ref().filter(|_| !key_declared) {
        lines.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            quoted(dialect, &key.name),
            name::list(dialect, key.columns.iter().map(String::as_str))
        ));
    }
    let mut statements = Vec::new();
    for index in &table.indexes {
        let sql = index.declare(server, table)?;
        if index.is_constraint() || dialect.inline_indexes { lines.push(sql) } else { statements.push(sql) }
    }
    let (now, late) = foreign_keys(table, to_come);
    lines.extend(now.iter().map(|key| constraint::clause(dialect, key)));
    lines.extend(checks);
    lines.extend(embed::checks(dialect, table));
    let statement = format!(
        "CREATE TABLE IF NOT EXISTS {} (\n  {}\n){}{}",
        name::table(dialect, &table.name),
        lines.join(",\n  "),
        dialect.table_options,
        comment::of_table(dialect, table)
    );
    Ok(Created { statement, indexes: statements, late })
}

/// The foreign keys of a table: those that can be declared, and those to tables `to_come`.
pub(super) fn foreign_keys<'t>(
    table: &'t Table,
    to_come: &[&Table],
) -> (Vec<&'t ForeignKey>, Vec<&'t ForeignKey>) {
    table.foreign_keys.iter().partition(|key| !to_come.iter().any(|other| other.name == key.table))
}

/// Whether the column is part of a key or index.
fn is_indexed(table: &Table, column: &TableColumn) -> bool {
    let is_part = |index: &Index| {
        index.parts.iter().any(|part| matches!(&part.of, PartOf::Plain(name) if *name == column.name))
    };
    table.key_columns().contains(&column.name)
        || table.references_of(&column.name).next().is_some()
        || table.indexes.iter().any(is_part)
}
