//! Types and collations that a model gives a column itself.

use super::schema;
use crate::driver::Backend;
use crate::error::Result;
use crate::schema::TableColumn;
use crate::sql::dialect::{ColumnSql, Dialect};
use crate::sql::name::quoted;
use crate::types::Type;

/// Puts what the model says in the place of what is usual.
pub(super) fn apply(dialect: &Dialect, def: &TableColumn, sql: &mut ColumnSql) -> Result<()> {
    if let Some(ty) = def.db_type.get(dialect.backend) {
        match dialect.backend {
            Backend::Sqlite => same_storage(sql, ty)?,
            // Types that are no text have no collation.
            Backend::Postgres if !is_collatable(ty) => sql.collation = None,
            Backend::Postgres => {}
            // Text has the collation of the table.
            Backend::MySql | Backend::MariaDb => sql.collation = None,
        }
        ty.clone_into(&mut sql.ty);
    }
    if let Some(collation) = def.collation.get(dialect.backend) {
        if def.ty != Type::Text {
            return Err(schema("only text has a collation"));
        }
        sql.collation = Some(name(dialect, collation));
    }
    Ok(())
}

/// A collation as it is written in SQL.
pub(crate) fn name(dialect: &Dialect, collation: &str) -> String {
    match dialect.backend {
        Backend::Sqlite | Backend::Postgres => quoted(dialect, collation),
        Backend::MySql | Backend::MariaDb => collation.to_owned(),
    }
}

/// A column of a `STRICT` table must keep the values in the form in which they are bound.
fn same_storage(sql: &ColumnSql, ty: &str) -> Result<()> {
    let full = |ty: &str| match ty.to_ascii_uppercase().as_str() {
        "INT" => "INTEGER".to_owned(),
        other => other.to_owned(),
    };
    // One that is counted up must be said in this one way.
    let same = if sql.is_key { ty.eq_ignore_ascii_case("INTEGER") } else { full(ty) == full(&sql.ty) };
    if same || (!sql.is_key && ty.eq_ignore_ascii_case("ANY")) {
        return Ok(());
    }
    Err(schema(format!("on SQLite the field is kept as {}, which the type `{ty}` does not hold", sql.ty)))
}

/// Whether a type of PostgreSQL is one of text, as far as its name tells.
fn is_collatable(ty: &str) -> bool {
    let name = ty.split(['(', ' ', '[']).next().unwrap_or(ty).to_ascii_lowercase();
    matches!(name.as_str(), "text" | "varchar" | "char" | "character" | "bpchar" | "citext")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_have_a_collation() {
        for ty in ["text", "VARCHAR(3)", "character varying (3)", "citext"] {
            assert!(is_collatable(ty), "{ty}");
        }
        for ty in ["ltree", "inet", "name", "xml"] {
            assert!(!is_collatable(ty), "{ty}");
        }
    }
}
