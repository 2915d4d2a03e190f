//! Which rows nobody else may change while they are counted, filled, and their table changed.
//!
//! Between a count and the change that it is for no row may come that is in its way, and between the fill of a column and
//! the moment from which it must have a value no row without one. SQLite lets nobody else write during a migration.

use orm::Backend;
use orm::schema::{ChangeKind, ChangeStep, Default, TableChange, TableName, change_steps};
use orm::types::Type;

use super::{Kind, MigrationStep, Server};
use crate::operation::Operation;
use crate::state::State;

/// Columns that the migration has filled so far.
#[derive(Debug, Default)]
pub(super) struct Filled(Vec<One>);

#[derive(Debug)]
struct One {
    table: TableName,
    column: String,
    ty: Option<Type>,
    value: Default,
}

impl Filled {
    /// Takes notice of an operation; `before` is the state before it.
    pub(super) fn note(&mut self, operation: &Operation, before: &State) {
        match operation {
            Operation::FillColumn { table, column, value } => {
                let ty = before.table(table).and_then(|table| table.column(column)).map(|column| column.ty);
                self.0.push(One { table: table.clone(), column: column.clone(), ty, value: value.clone() });
            }
            Operation::RenameTable { from, to, .. } => {
                self.0.iter_mut().filter(|own| own.table == *from).for_each(|own| own.table = to.clone());
            }
            Operation::RenameColumn { table, from, to, .. } => {
                let of_it = |own: &&mut One| own.table == *table && own.column == *from;
                self.0.iter_mut().filter(of_it).for_each(|own| own.column.clone_from(to));
            }
            _ => {}
        }
    }

    /// Fills a column once more before it must have a value, as it was filled in this migration: rows may have come
    /// meanwhile.
    pub(super) fn again(
        &self,
        operation: &Operation,
        before: &State,
        server: Server,
        steps: &mut Vec<ChangeStep>,
    ) {
        let Operation::AlterColumn { table, old, new } = operation else { return };
        if server.backend == Backend::Sqlite || !old.nullable || new.nullable {
            return;
        }
        let of_it = |own: &&One| own.table == *table && own.column == old.name && own.ty == Some(old.ty);
        let (Some(one), Some(table)) = (self.0.iter().rev().find(of_it), before.table(table)) else { return };
        let fill = TableChange::Fill { table, column: &old.name, value: &one.value };
        // It was filled so before; if that is not possible now, rows without a value are counted.
        let again = change_steps(&fill, server.backend, server.version).unwrap_or_default();
        let at =
            steps.iter().position(|step| matches!(step.kind, ChangeKind::Guard { .. })).unwrap_or_default();
        steps.splice(at..at, again);
    }
}

/// Says of the steps of an operation which tables are locked in them: those of a count, of what is filled before it, and of
/// the change behind it.
pub(super) fn mark(steps: &mut [MigrationStep], states: &[&State], backend: Backend) {
    if backend == Backend::Sqlite {
        return;
    }
    let of_rows = |step: &MigrationStep| matches!(step.kind, Kind::Guard(_) | Kind::Rows);
    let mut begin = 0;
    while begin < steps.len() {
        let rest = steps.get(begin..).unwrap_or_default();
        let rows = rest.iter().take_while(|step| of_rows(step)).count();
        let changes = rest.iter().skip(rows).take_while(|step| !of_rows(step)).count();
        let part = rest.get(..rows + changes).unwrap_or_default();
        if part.iter().any(|step| matches!(step.kind, Kind::Guard(_))) {
            let mut tables: Vec<TableName> = part.iter().flat_map(|step| step.tables.clone()).collect();
            if backend != Backend::Postgres {
                tables.extend(related(&tables, states));
            }
            tables.sort();
            tables.dedup();
            for step in steps.iter_mut().skip(begin).take(rows + changes) {
                step.held.clone_from(&tables);
            }
        }
        begin += rows + changes;
    }
}

/// The tables that foreign keys lead to from these, and those from which they lead here: MySQL and MariaDB want them locked
/// too when a key changes.
fn related(tables: &[TableName], states: &[&State]) -> Vec<TableName> {
    let mut found = Vec::new();
    let all = states.iter().flat_map(|state| state.tables()).map(|stored| &stored.table);
    for table in all {
        let leads = |to: &TableName| table.foreign_keys.iter().any(|key| key.table == *to);
        if tables.contains(&table.name) {
            found.extend(table.foreign_keys.iter().map(|key| key.table.clone()));
        } else if tables.iter().any(leads) {
            found.push(table.name.clone());
        }
    }
    // Before the change some are not there, or not under that name.
    let is_there = |name: &TableName| states.first().is_some_and(|state| state.table(name).is_some());
    found.retain(is_there);
    found
}
