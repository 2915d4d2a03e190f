//! Embedded structs that may be absent: all of one is there, or nothing.

use super::check;
use super::table::Clause;
use crate::model::constraint_name;
use crate::schema::{Embedded, Table};
use crate::sql::dialect::Dialect;
use crate::sql::name::quoted;

/// A check for each embedded struct that may be absent: otherwise a column set to NULL would leave a row that cannot
/// be read.
pub(super) fn checks(dialect: &Dialect, table: &Table) -> Vec<Clause> {
    table.embedded.iter().filter_map(|embedded| of_one(dialect, table, embedded)).collect()
}

fn of_one(dialect: &Dialect, table: &Table, embedded: &Embedded) -> Option<Clause> {
    let checked = |names: &'_ [String]| -> Vec<String> {
        names.iter().filter(|name| check::takes(dialect, table, name)).cloned().collect()
    };
    let (all, needed) = (checked(&embedded.columns), checked(&embedded.required));
    if all.len() < 2 || needed.is_empty() {
        return None;
    }
    let list = |columns: &[String], what: &str| {
        let parts = columns.iter().map(|column| format!("{} {what}", quoted(dialect, column)));
        parts.collect::<Vec<_>>().join(" AND ")
    };
    let columns: Vec<_> = all.iter().map(String::as_str).collect();
    let name = constraint_name(&table.name.name, &columns, "ck");
    let (absent, present) = (list(&all, "IS NULL"), list(&needed, "IS NOT NULL"));
    Some(check::clause(&name, &format!("({absent}) OR ({present})")))
}
