//! One table: columns, keys, checks, indexes.

use super::comment;
use super::constraint::{ForeignKey, target_columns};
use super::default::default;
use super::own_type;
use crate::driver::Server;
use crate::error::Result;
use crate::model::{AutoValue, ColumnDef, Field, Table, constraint_name, index_name};
use crate::plan::{same_field, same_table};
use crate::sql::dialect::{Column, Dialect};
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

/// An index, or a unique key.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) name: String,
    unique: bool,
    /// The columns, and whether each is descending.
    columns: Vec<(&'static ColumnDef, bool)>,
}

/// Creates the table. Foreign keys to the tables `to_come` are left for later.
pub(super) fn create(
    dialect: &Dialect,
    server: Server,
    table: &'static Table,
    to_come: &[&'static Table],
) -> Result<Created> {
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
            let null = if def.nullable { "" } else { " NOT NULL" };
            let default = default(dialect, server, field, &def)
                .map_err(|error| error.with_field(field.name))?
                .map(|default| format!(" DEFAULT {default}"))
                .unwrap_or_default();
            lines.push(format!("{name} {}{collation}{null}{default}{}{comment}", sql.ty, sql.suffix));
            if let Some(check) = sql.check {
                let constraint = constraint_name(&table.full_name(), &[def.name], "ck");
                checks.push(format!(
                    "CONSTRAINT {} CHECK ({})",
                    quoted(dialect, &constraint),
                    check.replacen("{x}", &name, 1)
                ));
            }
        }
    }
    if !key_declared && !table.primary_key.is_empty() {
        let columns: Vec<_> = key_columns(table).map(|def| def.name).collect();
        let constraint = constraint_name(&table.full_name(), &columns, "pk");
        lines.push(format!(
            "CONSTRAINT {} PRIMARY KEY ({})",
            quoted(dialect, &constraint),
            name::list(dialect, columns)
        ));
    }
    for key in unique_keys(table) {
        lines.push(format!("CONSTRAINT {} UNIQUE ({})", quoted(dialect, &key.name), key.columns(dialect)));
    }
    let mut statements = Vec::new();
    for index in indexes(table) {
        let (unique, name) = (if index.unique { "UNIQUE " } else { "" }, quoted(dialect, &index.name));
        let columns = index.columns(dialect);
        if dialect.inline_indexes {
            lines.push(format!("{unique}KEY {name} ({columns})"));
        } else {
            statements.push(format!(
                "CREATE {unique}INDEX IF NOT EXISTS {name} ON {} ({columns})",
                name::table(dialect, table)
            ));
        }
    }
    let (now, late) = foreign_keys(table, to_come)?;
    lines.extend(now.iter().map(|key| key.clause(dialect)));
    lines.extend(checks);
    let statement = format!(
        "CREATE TABLE IF NOT EXISTS {} (\n  {}\n){}{}",
        name::table(dialect, table),
        lines.join(",\n  "),
        dialect.table_options,
        comment::of_table(dialect, table)
    );
    Ok(Created { statement, indexes: statements, late })
}

impl Index {
    fn columns(&self, dialect: &Dialect) -> String {
        let columns = self.columns.iter().map(|(def, descending)| {
            let [ascending_nulls, descending_nulls] = dialect.index_nulls;
            let direction = if *descending { " DESC" } else { "" };
            // A unique key is a constraint, whose order nothing says anything about.
            let nulls = match (def.nullable && !self.is_constraint(), descending) {
                (false, _) => "",
                (true, false) => ascending_nulls,
                (true, true) => descending_nulls,
            };
            format!("{}{direction}{nulls}", quoted(dialect, def.name))
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn is_constraint(&self) -> bool {
        self.unique && !self.columns.iter().any(|(_, descending)| *descending)
    }
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

/// The foreign keys of a table: those that can be declared, and those to tables `to_come`.
pub(super) fn foreign_keys(
    table: &'static Table,
    to_come: &[&'static Table],
) -> Result<(Vec<ForeignKey>, Vec<ForeignKey>)> {
    let mut now = Vec::new();
    let mut late = Vec::new();
    for field in table.fields {
        if let Some(reference) = field.reference {
            let key = ForeignKey::new(table, field, reference)?;
            let waits = to_come.iter().any(|other| same_table(other, (reference.target)()));
            if waits { late.push(key) } else { now.push(key) }
        }
    }
    Ok((now, late))
}

/// The unique keys that can be constraints.
pub(super) fn unique_keys(table: &'static Table) -> Vec<Index> {
    all_indexes(table).into_iter().filter(Index::is_constraint).collect()
}

/// Everything else with an index.
pub(super) fn indexes(table: &'static Table) -> Vec<Index> {
    all_indexes(table).into_iter().filter(|index| !index.is_constraint()).collect()
}

/// The unique keys and indexes of a table, each once, without what the primary key does already.
fn all_indexes(table: &'static Table) -> Vec<Index> {
    let mut all: Vec<Index> = Vec::new();
    let mut add = |index: Index| {
        if !all.iter().any(|known| known.name == index.name) {
            all.push(index);
        }
    };
    for field in table.fields {
        let is_key = matches!(table.primary_key, [key] if same_field(key, field));
        if is_key || !(field.unique || field.index) {
            continue;
        }
        let names: Vec<_> = field.columns.iter().map(|def| def.name).collect();
        let name = if field.unique {
            constraint_name(&table.full_name(), &names, "uq")
        } else {
            index_name(&table.full_name(), &names)
        };
        let columns = field.columns.iter().map(|def| (def, false)).collect();
        add(Index { name, unique: field.unique, columns });
    }
    for index in table.indexes {
        let columns: Vec<_> = index
            .parts
            .iter()
            .flat_map(|part| part.field.columns.iter().map(|def| (def, part.descending)))
            .collect();
        let names: Vec<_> = columns.iter().map(|(def, _)| def.name).collect();
        let name = match index.name {
            Some(name) => name.to_owned(),
            None if index.unique => constraint_name(&table.full_name(), &names, "uq"),
            None => index_name(&table.full_name(), &names),
        };
        add(Index { name, unique: index.unique, columns });
    }
    all
}

/// Whether the column is part of a key or index.
fn is_indexed(table: &Table, field: &Field) -> bool {
    field.unique
        || field.index
        || field.reference.is_some()
        || table.primary_key.iter().any(|key| same_field(key, field))
        || table.indexes.iter().flat_map(|index| index.parts).any(|part| same_field(part.field, field))
}
