//! Tables after those they refer to.

use crate::schema::Table;

/// The tables in an order in which each comes after those it refers to, as far as there are no cycles.
///
/// Otherwise as given, so that the same models give the same statements.
pub(super) fn sorted(tables: &[Table]) -> Vec<&Table> {
    let mut open: Vec<_> = tables.iter().collect();
    let mut sorted = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let free = (0..open.len()).find(|at| {
            open.get(*at).is_some_and(|table| {
                !open.iter().any(|other| other.name != table.name && refers(table, other))
            })
        });
        // In a cycle the first goes ahead, and its foreign keys wait.
        sorted.push(open.remove(free.unwrap_or(0)));
    }
    sorted
}

fn refers(table: &Table, other: &Table) -> bool {
    table.foreign_keys.iter().any(|key| key.table == other.name)
}
