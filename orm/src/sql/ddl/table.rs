//! One table: columns, keys, and what the other files add to it.

use super::comment;
use super::constraint::{ForeignKey, target_columns};
use super::default::default;
use super::embed;
use super::own_type;
use super::{check, generated, index};
use crate::driver::Server;
use crate::error::Result;
use crate::model::{AutoValue, ColumnDef, Field, IndexOf, Table, constraint_name};
use crate::plan::{same_field, same_table};
use crate::sql::dialect::{self, Column};
use crate::sql::name::{self, quoted};
use crate::sql::source::key_columns;

/// What creates a table.
#[derive(Debug)]
pub(super) struct Created {
    pub(super) statement: String,
    /// Statements for its indexes, where they are not part of it.
    pub(super) indexes: Vec<String>,
    /// Foreign keys to tables that do not exist yet.
    pub(super) late: Vec<ForeignKey>,
}

/// Creates the table. Foreign keys to the tables `to_come` are left for later, those of the fields `apart` out.
pub(super) fn create(
    server: Server,
    table: &'static Table,
    to_come: &[&'static Table],
    apart: &[&'static Field],
) -> Result<Created> {
    let dialect = dialect::of(server.backend);
    let mut lines = Vec::new();
    let mut checks = Vec::new();
    let mut key_declared = false;
    for field in table.fields {
        for def in declared(field)? {
            let column = Column {
                def: &def,
                increment: field.auto == AutoValue::Increment,
                indexed: is_indexed(table, field),
            };
            let mut sql = (dialect.column)(&column).map_err(|error| error.with_field(field.name))?;
            own_type::apply(dialect, &def, &mut sql).map_err(|error| error.with_field(field.name))?;
            let collation = sql.collation.map(|name| format!(" COLLATE {name}")).unwrap_or_default();
            let comment = comment::of_column(dialect, field.comment, field.doc);
            key_declared |= sql.is_key;
            let name = quoted(dialect, def.name);
            let generated = match field.generated {
                Some(generated) => generated::clause(server, table, field, generated)?,
                None => String::new(),
            };
            let required = !def.nullable;
            let checked = required && field.generated.is_some() && !dialect.generated_not_null;
            let null = if required && !checked { " NOT NULL" } else { "" };
            let default = default(dialect, server, field, &def)
                .map_err(|error| error.with_field(field.name))?
                .map(|default| format!(" DEFAULT {default}"))
                .unwrap_or_default();
            lines.push(format!(
                "{name} {}{collation}{generated}{null}{default}{}{comment}",
                sql.ty, sql.suffix
            ));
            let not_null = checked.then(|| "{x} IS NOT NULL".to_owned());
            let conditions: Vec<_> = sql.checks.into_iter().chain(not_null).collect();
            if !conditions.is_empty() {
                let constraint = constraint_name(&table.full_name(), &[def.name], "ck");
                let conditions = conditions.iter().map(|condition| condition.replacen("{x}", &name, 1));
                let condition = conditions.collect::<Vec<_>>().join(" AND ");
                checks.push(check::clause(dialect, &constraint, &condition));
            }
        }
        checks.extend(check::choices(server, table, field)?);
    }
    checks.extend(check::declared(server, table)?);
    if !key_declared && !table.primary_key.is_empty() {
        let columns: Vec<_> = key_columns(table).map(|def| def.name).collect();
        let constraint = constraint_name(&table.full_name(), &columns, "pk");
        lines.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            quoted(dialect, &constraint),
            name::list(dialect, columns)
        ));
    }
    let mut statements = Vec::new();
    for index in index::all(table) {
        let sql = index.declare(server, table)?;
        if index.is_constraint() || dialect.inline_indexes { lines.push(sql) } else { statements.push(sql) }
    }
    let (now, late) = foreign_keys(table, to_come, apart)?;
    lines.extend(now.iter().map(|key| key.clause(dialect)));
    lines.extend(checks);
    lines.extend(embed::checks(dialect, table));
    let statement = format!(
        "CREATE TABLE IF NOT EXISTS {} (\n  {}\n){}{}",
        name::table(dialect, table),
        lines.join(",\n  "),
        dialect.table_options,
        comment::of_table(dialect, table)
    );
    Ok(Created { statement, indexes: statements, late })
}

/// The columns of a field; those of a foreign key as wide as those of the key it refers to.
fn declared(field: &'static Field) -> Result<Vec<ColumnDef>> {
    let mut columns = field.columns.to_vec();
    for (own, target) in columns.iter_mut().zip(target_columns(field)?) {
        let target = widths(target, field, 0)?;
        // A column of a type of its own keeps its own.
        own.max_length = own.max_length.or(target.max_length);
        own.precision = own.precision.or(target.precision);
    }
    Ok(columns)
}

/// The column that a key comes from at last, where keys are themselves foreign keys.
fn widths(def: &'static ColumnDef, field: &'static Field, depth: u32) -> Result<&'static ColumnDef> {
    let Some(reference) = &field.reference else {
        return Ok(def);
    };
    let table = (reference.target)();
    let Some(owner) = table.fields.iter().find(|owner| owner.columns.contains(def)) else {
        return Ok(def);
    };
    if owner.reference.is_none() || depth > 8 {
        return Ok(def);
    }
    let at = owner.columns.iter().position(|column| column == def);
    match at.and_then(|at| target_columns(owner).map(|columns| columns.get(at).copied()).transpose()) {
        Some(target) => widths(target?, owner, depth + 1),
        None => Ok(def),
    }
}

/// The foreign keys of a table: those that can be declared, and those to tables `to_come`. Not those of the fields `apart`.
pub(super) fn foreign_keys(
    table: &'static Table,
    to_come: &[&'static Table],
    apart: &[&'static Field],
) -> Result<(Vec<ForeignKey>, Vec<ForeignKey>)> {
    let mut now = Vec::new();
    let mut late = Vec::new();
    for field in table.fields {
        if let Some(reference) = field.reference
            && !apart.iter().any(|other| same_field(other, field))
        {
            let key = ForeignKey::new(table, field, reference)?;
            let waits = to_come.iter().any(|other| same_table(other, (reference.target)()));
            if waits { late.push(key) } else { now.push(key) }
        }
    }
    Ok((now, late))
}

/// Whether the column is part of a key or index.
fn is_indexed(table: &Table, field: &Field) -> bool {
    field.unique
        || field.index
        || field.reference.is_some()
        || table.primary_key.iter().any(|key| same_field(key, field))
        || table
            .indexes
            .iter()
            .flat_map(|index| index.parts)
            .any(|part| matches!(part.of, IndexOf::Field(indexed) if same_field(indexed, field)))
}
