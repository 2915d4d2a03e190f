//! Embedded structs that may be absent: all of one is there, or nothing.

use crate::driver::Backend;
use crate::model::{Action, ColumnDef, Field, Table, constraint_name};
use crate::sql::dialect::Dialect;
use crate::sql::name::quoted;

/// A check for each embedded struct that may be absent: otherwise a column set to NULL would leave a row that cannot
/// be read.
pub(super) fn checks(dialect: &Dialect, table: &'static Table) -> Vec<String> {
    let mut structs: Vec<&str> = Vec::new();
    for field in table.fields {
        if let Some(name) = absent_with(field).filter(|name| !structs.contains(name)) {
            structs.push(name);
        }
    }
    structs.into_iter().filter_map(|name| check(dialect, table, name)).collect()
}

/// The embedded struct that the field is NULL with.
fn absent_with(field: &Field) -> Option<&'static str> {
    field.name.get(..field.absent_with).filter(|name| !name.is_empty())
}

fn check(dialect: &Dialect, table: &'static Table, name: &str) -> Option<String> {
    let inside = |field: &&Field| field.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let fields = || table.fields.iter().filter(inside).filter(|field| may_be_checked(dialect, field));
    let all: Vec<&ColumnDef> = fields().flat_map(|field| field.columns).collect();
    let needed = fields().filter(|field| absent_with(field) == Some(name));
    let needed: Vec<&ColumnDef> = needed.flat_map(|field| field.columns).collect();
    if all.len() < 2 || needed.is_empty() {
        return None;
    }
    let list = |columns: &[&ColumnDef], what: &str| {
        let parts = columns.iter().map(|column| format!("{} {what}", quoted(dialect, column.name)));
        parts.collect::<Vec<_>>().join(" AND ")
    };
    let columns: Vec<_> = all.iter().map(|column| column.name).collect();
    let constraint = quoted(dialect, &constraint_name(&table.full_name(), &columns, "ck"));
    let (absent, present) = (list(&all, "IS NULL"), list(&needed, "IS NOT NULL"));
    Some(format!("CONSTRAINT {constraint} CHECK (({absent}) OR ({present}))"))
}

/// MySQL and MariaDB take no column in a check that a foreign key may change.
fn may_be_checked(dialect: &Dialect, field: &Field) -> bool {
    let changes = field.reference.is_some_and(|reference| {
        reference.on_delete == Action::SetNull
            || matches!(reference.on_update, Action::SetNull | Action::Cascade)
    });
    !(changes && matches!(dialect.backend, Backend::MySql | Backend::MariaDb))
}
