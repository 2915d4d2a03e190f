//! Tables after those they refer to.

use crate::model::Table;
use crate::plan::same_table;

/// The tables in an order in which each comes after those it refers to, as far as there are no cycles.
///
/// Otherwise as given, so that the same models give the same statements.
pub(super) fn sorted(tables: &[&'static Table]) -> Vec<&'static Table> {
    let mut open = tables.to_vec();
    let mut sorted = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let free = (0..open.len()).find(|at| {
            open.get(*at).is_some_and(|table| {
                !open.iter().any(|other| !same_table(other, table) && refers(table, other))
            })
        });
        // In a cycle the first goes ahead, and its foreign keys wait.
        sorted.push(open.remove(free.unwrap_or(0)));
    }
    sorted
}

fn refers(table: &Table, other: &Table) -> bool {
    table
        .fields
        .iter()
        .filter_map(|field| field.reference.as_ref())
        .any(|reference| same_table((reference.target)(), other))
}
