//! One table: columns, keys, and what the other files add to it.

use super::default::default;
use super::{check, comment, constraint, embed, generated, named, of_table, own_type};
use crate::driver::Server;
use crate::error::Result;
use crate::model::{IndexMethod, constraint_name};
use crate::schema::{ForeignKey, Index, PartOf, Table, TableColumn};
use crate::sql::dialect::{self, ColumnSql, Dialect};
use crate::sql::name::{self, quoted};
use crate::types::Type;

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
    #[cfg_attr(not(feature = "migrate"), expect(dead_code, reason = "of tables that change"))]
    pub(super) name: String,
    /// Its line in `CREATE TABLE`, or behind `ADD COLUMN`.
    pub(super) line: String,
    /// Its type, with its collation.
    #[cfg_attr(not(feature = "migrate"), expect(dead_code, reason = "of tables that change"))]
    pub(super) ty: String,
    /// The expression behind `DEFAULT`.
    #[cfg_attr(not(feature = "migrate"), expect(dead_code, reason = "of tables that change"))]
    pub(super) default: Option<String>,
    /// Whether its line says `NOT NULL`.
    #[cfg_attr(not(feature = "migrate"), expect(dead_code, reason = "of tables that change"))]
    pub(super) required: bool,
    /// The check that follows from its type.
    pub(super) check: Option<Clause>,
    /// Whether the line makes it the primary key.
    pub(super) is_key: bool,
}

/// A constraint: its name, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) name: String,
    pub(super) body: String,
}

impl Clause {
    /// As it stands in `CREATE TABLE`, or behind `ADD`.
    pub(super) fn sql(&self, dialect: &Dialect) -> String {
        format!("CONSTRAINT {} {}", quoted(dialect, &self.name), self.body)
    }
}

/// Everything that is in a table, each as it is declared.
#[derive(Debug)]
pub(super) struct Parts<'t> {
    pub(super) columns: Vec<Declared>,
    /// The primary key, where no column's line makes it.
    pub(super) key: Option<Clause>,
    pub(super) indexes: Vec<DeclaredIndex<'t>>,
    /// The checks: those of types and choices, those that are declared, those of embedded structs.
    pub(super) checks: Vec<Clause>,
}

/// An index or a unique key, as it is declared.
#[derive(Debug)]
pub(super) struct DeclaredIndex<'t> {
    #[cfg_attr(not(feature = "migrate"), expect(dead_code, reason = "of tables that change"))]
    pub(super) index: &'t Index,
    /// A clause of `CREATE TABLE`, or a statement of its own.
    pub(super) sql: String,
    pub(super) is_clause: bool,
}

/// Everything that is in the table.
///
/// # Errors
///
/// What the backend lacks, and what no table can have.
pub(super) fn parts(server: Server, table: &Table) -> Result<Parts<'_>> {
    let dialect = dialect::of(server.backend);
    let mut columns = Vec::with_capacity(table.columns.len());
    let mut checks = Vec::new();
    for def in &table.columns {
        let mut declared = column(server, table, def)?;
        checks.extend(declared.check.take());
        checks.extend(check::choices(server, table, def)?);
        columns.push(declared);
    }
    checks.extend(check::declared(server, table)?);
    checks.extend(embed::checks(dialect, table));
    checks.extend(constraint::checks(dialect, table));
    let declared = columns.iter().any(|column| column.is_key);
    let key = table.primary_key.as_ref().filter(|_| !declared).map(|key| Clause {
        name: key.name.clone(),
        body: format!("PRIMARY KEY ({})", name::list(dialect, key.columns.iter().map(String::as_str))),
    });
    let index = |index| -> Result<_> {
        let sql = Index::declare(index, server, table)?;
        Ok(DeclaredIndex { index, sql, is_clause: index.is_constraint() || dialect.inline_indexes })
    };
    let indexes = table.indexes.iter().map(index).collect::<Result<_>>()?;
    Ok(Parts { columns, key, indexes, checks })
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
    let default = default(dialect, server, column).map_err(own)?;
    let ty = format!("{}{collation}", sql.ty);
    let clause = default.as_ref().map(|default| format!(" DEFAULT {default}")).unwrap_or_default();
    let line = format!("{name} {ty}{generated}{null}{clause}{}{comment}", sql.suffix);
    let not_null = checked.then(|| "{x} IS NOT NULL".to_owned());
    // Values that come from the key of another table have been checked there.
    let of_type = if check::takes(dialect, table, &column.name) { sql.checks } else { Vec::new() };
    let conditions: Vec<_> = of_type.into_iter().chain(not_null).collect();
    let check = (!conditions.is_empty()).then(|| {
        let constraint = constraint_name(&table.name.name, &[&column.name], "ck");
        let conditions = conditions.iter().map(|condition| filled(condition, &name));
        check::clause(&constraint, &conditions.collect::<Vec<_>>().join(" AND "))
    });
    let required = !null.is_empty();
    Ok(Declared { name: column.name.clone(), line, ty, default, required, check, is_key: sql.is_key })
}

/// Creates the table. Foreign keys to the tables `to_come` are left for later.
pub(super) fn create<'t>(server: Server, table: &'t Table, to_come: &[&Table]) -> Result<Created<'t>> {
    let dialect = dialect::of(server.backend);
    let parts = parts(server, table)?;
    let (now, late) = foreign_keys(table, to_come);
    let statements = parts.statements();
    let header = format!("CREATE TABLE IF NOT EXISTS {}", name::table(dialect, &table.name));
    let statement = parts.create(dialect, table, &header, &now);
    Ok(Created { statement, indexes: statements, late })
}

impl Parts<'_> {
    /// The statement that creates the table; `header` is what stands before the first parenthesis.
    pub(super) fn create(
        &self,
        dialect: &Dialect,
        table: &Table,
        header: &str,
        keys: &[&ForeignKey],
    ) -> String {
        let mut lines: Vec<_> = self.columns.iter().map(|column| column.line.clone()).collect();
        lines.extend(self.key.iter().map(|key| key.sql(dialect)));
        lines.extend(self.indexes.iter().filter(|index| index.is_clause).map(|index| index.sql.clone()));
        lines.extend(keys.iter().map(|key| constraint::clause(dialect, key).sql(dialect)));
        lines.extend(self.checks.iter().map(|check| check.sql(dialect)));
        format!(
            "{header} (\n  {}\n){}{}",
            lines.join(",\n  "),
            dialect.table_options,
            comment::of_table(dialect, table)
        )
    }

    /// The statements that make its indexes, where they are not part of it.
    pub(super) fn statements(&self) -> Vec<String> {
        self.indexes.iter().filter(|index| !index.is_clause).map(|index| index.sql.clone()).collect()
    }
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
        // Of JSON there are others, where there are other methods.
        let serves = column.ty != Type::Json || index.method == IndexMethod::BTree;
        serves
            && index.parts.iter().any(|part| matches!(&part.of, PartOf::Plain(name) if *name == column.name))
    };
    table.key_columns().contains(&column.name)
        || table.references_of(&column.name).next().is_some()
        || table.indexes.iter().any(is_part)
}

/// The condition with the column in its places: outside of quotes.
fn filled(condition: &str, column: &str) -> String {
    let parts = condition.split('\'').enumerate();
    let parts =
        parts.map(|(at, part)| if at % 2 == 0 { part.replace("{x}", column) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("'")
}
