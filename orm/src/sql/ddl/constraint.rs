//! Foreign keys.

use super::{hexadecimal, literal, schema};
use crate::driver::Backend;
use crate::error::Result;
use crate::model::{Action, ColumnDef, Field, Reference, Table, constraint_name};
use crate::plan::same_field;
use crate::sql::dialect::Dialect;
use crate::sql::name::{self, quoted};

/// A foreign key to be declared.
#[derive(Debug, Clone)]
pub(super) struct ForeignKey {
    pub(super) name: String,
    pub(super) field: &'static Field,
    pub(super) reference: Reference,
    pub(super) target: Vec<&'static ColumnDef>,
}

impl ForeignKey {
    pub(super) fn new(table: &Table, field: &'static Field, reference: Reference) -> Result<Self> {
        let columns: Vec<_> = field.columns.iter().map(|def| def.name).collect();
        let name = constraint_name(&table.full_name(), &columns, "fk");
        Ok(Self { name, field, reference, target: target_columns(field)? })
    }

    /// The clause, inside of `CREATE TABLE` or behind `ADD`.
    pub(super) fn clause(&self, dialect: &Dialect) -> String {
        let mut clause = format!(
            "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
            quoted(dialect, &self.name),
            name::list(dialect, self.field.columns.iter().map(|def| def.name)),
            name::table(dialect, (self.reference.target)()),
            name::list(dialect, self.target.iter().map(|def| def.name)),
        );
        for (event, action) in [("DELETE", self.reference.on_delete), ("UPDATE", self.reference.on_update)] {
            let action = match action {
                Action::NoAction => continue,
                Action::Restrict => "RESTRICT",
                Action::Cascade => "CASCADE",
                Action::SetNull => "SET NULL",
                Action::SetDefault => "SET DEFAULT",
            };
            clause.push_str(&format!(" ON {event} {action}"));
        }
        clause
    }
}

/// The columns that a foreign key refers to.
pub(super) fn target_columns(field: &'static Field) -> Result<Vec<&'static ColumnDef>> {
    let Some(reference) = &field.reference else {
        return Ok(Vec::new());
    };
    let target = (reference.target)();
    let columns: Vec<_> = reference.fields().into_iter().flat_map(|field| field.columns).collect();
    let fits = columns.len() == field.columns.len()
        && columns.iter().zip(field.columns).all(|(key, own)| key.ty == own.ty);
    if !fits {
        let reason = format!("the foreign key does not have the columns of the key of `{}`", target.model);
        return Err(schema(reason).with_field(field.name));
    }
    if let Some(to) = reference.to.map(|to| to())
        && !to.unique
        && !matches!(target.primary_key, [key] if same_field(key, to))
    {
        let reason =
            format!("the foreign key refers to `{}` of `{}`, which is not unique", to.name, target.model);
        return Err(schema(reason).with_field(field.name));
    }
    Ok(columns)
}

/// Adds a foreign key to a table that exists, unless it is there.
pub(super) fn add_foreign_key(dialect: &Dialect, table: &Table, key: &ForeignKey) -> String {
    let owner = name::table(dialect, table);
    let alter = format!("ALTER TABLE {owner} ADD {}", key.clause(dialect));
    if dialect.backend == Backend::Postgres {
        let code = format!(
            "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = {} AND conrelid = {}::regclass) \
             THEN {alter}; END IF; END",
            literal(&key.name),
            literal(&owner),
        );
        return format!("DO {}", literal(&code));
    }
    unless_known(table, key, "DO 0", &alter)
}

/// Removes a foreign key, if it is there.
pub(super) fn drop_foreign_key(dialect: &Dialect, table: &Table, key: &ForeignKey) -> String {
    let owner = name::table(dialect, table);
    let constraint = quoted(dialect, &key.name);
    if dialect.backend == Backend::Postgres {
        return format!("ALTER TABLE IF EXISTS {owner} DROP CONSTRAINT IF EXISTS {constraint}");
    }
    let alter = format!("ALTER TABLE {owner} DROP FOREIGN KEY {constraint}");
    unless_known(table, key, &alter, "DO 0")
}

/// MySQL's way to say "if": which statement runs depends on whether the constraint is known.
fn unless_known(table: &Table, key: &ForeignKey, known: &str, unknown: &str) -> String {
    let schema = table.meta.schema.map_or_else(|| "DATABASE()".to_owned(), hexadecimal);
    format!(
        "SET @orm_ddl = IF(EXISTS(SELECT 1 FROM information_schema.table_constraints \
         WHERE constraint_schema = {schema} AND table_name = {} AND constraint_name = {}), {}, {}); \
         PREPARE orm_ddl FROM @orm_ddl; EXECUTE orm_ddl; DEALLOCATE PREPARE orm_ddl",
        hexadecimal(&table.full_name()),
        hexadecimal(&key.name),
        hexadecimal(known),
        hexadecimal(unknown),
    )
}
