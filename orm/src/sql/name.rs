//! Names: quoted where we write text ourselves, as sea-query wants them elsewhere.

use sea_query::{DynIden, IntoIden, IntoTableRef, TableRef};

use super::dialect::Dialect;
use crate::model::Table;
use crate::schema::TableName;

/// The name between quotes, with quotes inside doubled.
pub(super) fn quoted(dialect: &Dialect, name: &str) -> String {
    let quote = dialect.quote;
    let mut out = String::with_capacity(name.len() + 2);
    out.push(quote);
    for character in name.chars() {
        if character == quote {
            out.push(quote);
        }
        out.push(character);
    }
    out.push(quote);
    out
}

/// The names between quotes, separated by commas.
pub(super) fn list<'a>(dialect: &Dialect, names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| quoted(dialect, name)).collect::<Vec<_>>().join(", ")
}

/// The table between quotes, with its schema.
pub(super) fn table(dialect: &Dialect, table: &TableName) -> String {
    let name = quoted(dialect, &table.name);
    match &table.schema {
        Some(schema) => format!("{}.{name}", quoted(dialect, schema)),
        None => name,
    }
}

/// The table for sea-query. Owned names, because it escapes no others.
pub(super) fn table_ref(table: &Table) -> TableRef {
    match table.meta.schema {
        Some(schema) => (iden(schema), iden(&table.full_name())).into_table_ref(),
        None => iden(&table.full_name()).into_table_ref(),
    }
}

pub(super) fn iden(name: &str) -> DynIden {
    name.to_owned().into_iden()
}
