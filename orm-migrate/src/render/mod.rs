//! What a database does for an operation: `orm`'s own DDL for the tables before it and behind it.
//!
//! No database is asked, so that the steps of a migration are the same in every run, and can be shown without one.
//! `group` tells which steps are one transaction, `held` which rows nobody else may change meanwhile.

mod group;
mod held;

use std::collections::BTreeSet;

use orm::schema::{ChangeKind, ChangeStep, Table, TableChange, TableName, Undo, change_steps, shown_sql};
use orm::types::Type;
use orm::{Backend, ErrorKind};

pub(crate) use group::{Group, Way, groups, is_of_rows};
use held::Filled;

use crate::error::{Error, Result};
use crate::file::{Files, Migration, MigrationId};
use crate::operation::{Operation, native};
use crate::state::State;

/// Which database a migration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) backend: Backend,
    pub(crate) version: (u16, u16, u16),
}

/// Something that a database does as one for a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStep {
    /// The operation that it is for, in words.
    pub operation: String,
    /// What is run, in order.
    pub sql: Vec<String>,
    pub(crate) kind: Kind,
    /// The numbers of the first and the last operation that it is for: the same, but where only several together give a
    /// table that there can be.
    pub(crate) first: usize,
    pub(crate) at: usize,
    pub(crate) tables: Vec<TableName>,
    pub(crate) undo: Vec<Undo>,
    /// The names of what it makes, changes or takes away, by which a server that takes nothing back tells whether it was done.
    pub(crate) touched: Vec<String>,
    /// The tables that nobody else may write to from this step to the end of its change: its rows are counted, or filled.
    pub(crate) held: Vec<TableName>,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Definition,
    /// What follows can make use of it only after a commit.
    Committed,
    Rows,
    /// Counts rows that are in the way.
    Guard(String),
    /// SQLite makes a table anew.
    Rebuild {
        table: TableName,
        columns: Vec<String>,
        indexes: Vec<String>,
        known: String,
        scratch: String,
    },
    /// SQL that somebody has written.
    Own,
}

impl Files {
    /// What a database of this backend does for a migration, or to take it back: for people to read.
    ///
    /// It is for the oldest version that is supported, and for the tables as the files have them before it. A step that
    /// counts rows stops the migration if there are any.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`]; those of [`Files::state`]; [`Error::Refused`] for what the backend lacks;
    /// [`Error::Irreversible`].
    pub fn sql(&self, id: &MigrationId, backend: Backend, backwards: bool) -> Result<Vec<MigrationStep>> {
        let migration = self.get(id).ok_or_else(|| Error::Unknown { what: format!("migration `{id}`") })?;
        let needs = self.with_its_needs(id);
        let mut state = State::new();
        for other in self.in_order()? {
            if other.id != *id && needs.contains(&other.id) {
                other.apply(&mut state)?;
            }
        }
        let server = Server { backend, version: oldest(backend) };
        let mut steps = match backwards {
            false => forwards(migration, &state, server)?,
            true => backwards_from(migration, &state, migration.operations.len(), server)?,
        };
        steps.iter_mut().flat_map(|step| &mut step.sql).for_each(|sql| *sql = shown_sql(sql));
        Ok(steps)
    }
}

/// The oldest version that is supported.
fn oldest(backend: Backend) -> (u16, u16, u16) {
    match backend {
        Backend::Sqlite => (3, 37, 0),
        Backend::MySql => (8, 0, 16),
        Backend::MariaDb => (10, 6, 0),
        _ => (13, 0, 0),
    }
}

/// The steps of a migration; `state` is before it.
pub(crate) fn forwards(migration: &Migration, state: &State, server: Server) -> Result<Vec<MigrationStep>> {
    let operations = migration.operations.iter().cloned().enumerate().collect();
    in_turn(migration, operations, state.clone(), server)
}

/// The steps that take back the first operations of a migration, so many; `state` is before it.
pub(crate) fn backwards_from(
    migration: &Migration,
    state: &State,
    operations: usize,
    server: Server,
) -> Result<Vec<MigrationStep>> {
    let mut state = state.clone();
    let done = migration.operations.get(..operations).unwrap_or_default();
    for operation in done {
        state.apply(operation, &migration.id.app).map_err(|error| of(migration, error))?;
    }
    let mut operations = Vec::new();
    for (at, operation) in done.iter().enumerate().rev() {
        let back = operation.reverse().map_err(|irreversible| Error::Irreversible {
            migration: migration.id.clone(),
            operation: irreversible.operation,
        })?;
        operations.extend(back.into_iter().map(|operation| (at, operation)));
    }
    in_turn(migration, operations, state, server)
}

/// The steps of operations with their numbers, each by itself; or with those behind it, where there cannot be such a table in
/// between: a column that counts up, before it is the key.
fn in_turn(
    migration: &Migration,
    operations: Vec<(usize, Operation)>,
    mut state: State,
    server: Server,
) -> Result<Vec<MigrationStep>> {
    let mut steps = Vec::new();
    let mut filled = Filled::default();
    let mut left = operations.as_slice();
    while !left.is_empty() {
        let mut count = 1;
        let refused = loop {
            let (now, _) = left.split_at_checked(count).unwrap_or((left, &[]));
            match together(migration, now, &state, server, &filled) {
                Ok((found, after)) => {
                    now.iter().for_each(|(_, operation)| filled.note(operation, &state));
                    steps.extend(found);
                    state = after;
                    break None;
                }
                Err(error) => {
                    let may_wait = matches!(&error, Error::Refused { cause, .. }
                        if matches!(cause.kind(), ErrorKind::Schema { .. }));
                    let goes_on = may_wait
                        && left.get(count).is_some_and(|(_, next)| {
                            is_of_one_table(next)
                                && now
                                    .iter()
                                    .all(|(_, own)| is_of_one_table(own) && own.table() == next.table())
                        });
                    if !goes_on {
                        break Some(error);
                    }
                    count += 1;
                }
            }
        };
        if let Some(error) = refused {
            // What the first says, if no others help.
            return match left.first() {
                Some(first) => Err(together(migration, std::slice::from_ref(first), &state, server, &filled)
                    .err()
                    .unwrap_or(error)),
                None => Err(error),
            };
        }
        left = left.get(count..).unwrap_or_default();
    }
    Ok(steps)
}

/// Whether an operation is one of a table that stays, and can be done with others of that table.
fn is_of_one_table(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::AddColumn { .. }
            | Operation::DropColumn { .. }
            | Operation::AlterColumn { .. }
            | Operation::AlterPrimaryKey { .. }
            | Operation::AddForeignKey { .. }
            | Operation::DropForeignKey { .. }
            | Operation::AddIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::AddCheck { .. }
            | Operation::DropCheck { .. }
    )
}

/// The steps of operations that are done as one, and the state behind them.
fn together(
    migration: &Migration,
    operations: &[(usize, Operation)],
    state: &State,
    server: Server,
    filled: &Filled,
) -> Result<(Vec<MigrationStep>, State)> {
    let mut after = state.clone();
    for (_, operation) in operations {
        after.apply(operation, &migration.id.app).map_err(|error| of(migration, error))?;
    }
    let words: Vec<_> = operations.iter().map(|(_, operation)| operation.describe()).collect();
    let words = words.join(", and ");
    // Of several on one table, what is before and behind says all.
    let Some((_, operation)) = operations.first() else { return Ok((Vec::new(), after)) };
    let mut found = steps(operation, state, &after, server).map_err(|cause| Error::Refused {
        migration: migration.id.clone(),
        operation: words.clone(),
        cause,
    })?;
    let numbers = || operations.iter().map(|(at, _)| *at);
    let (first, at) = (numbers().min().unwrap_or_default(), numbers().max().unwrap_or_default());
    filled.again(operation, state, server, &mut found);
    let step = |step: ChangeStep| MigrationStep {
        operation: words.clone(),
        sql: step.sql,
        kind: kind(step.kind),
        first,
        at,
        tables: step.tables,
        undo: step.undo,
        touched: step.touched,
        held: Vec::new(),
    };
    let mut steps: Vec<_> = found.into_iter().map(step).collect();
    held::mark(&mut steps, &[state, &after], server.backend);
    Ok((steps, after))
}

fn of(migration: &Migration, error: Error) -> Error {
    match error {
        Error::Conflict { migration: None, operation, reason } => {
            Error::Conflict { migration: Some(migration.id.clone()), operation, reason }
        }
        other => other,
    }
}

fn steps(
    operation: &Operation,
    before: &State,
    after: &State,
    server: Server,
) -> orm::Result<Vec<ChangeStep>> {
    let run = |change: &TableChange<'_>| -> orm::Result<Vec<ChangeStep>> {
        change_steps(change, server.backend, server.version)
    };
    let change = match operation {
        // Nothing that a database sees.
        Operation::MoveTable { .. } | Operation::ReleaseTable { .. } | Operation::AdoptTable { .. } => {
            return Ok(Vec::new());
        }
        Operation::RunSql { sql, .. } => {
            let text = sql.get(server.backend).unwrap_or_default();
            let own = |sql: String| {
                orm::migrate::check_own(&sql, server.backend)?;
                Ok(ChangeStep::own(sql))
            };
            return orm::migrate::statements(text, server.backend).into_iter().map(own).collect();
        }
        Operation::AlterEnum { old, new } => {
            let tables = columns_of(before, after, *old);
            return run(&TableChange::AlterType { old: *old, new: *new, tables });
        }
        Operation::CreateTable { table } => TableChange::Create(table),
        Operation::DropTable { table } => TableChange::Drop(table),
        Operation::FillColumn { table, column, value } => match after.table(table) {
            Some(table) => TableChange::Fill { table, column, value },
            None => return Ok(Vec::new()),
        },
        Operation::RenameTable { from, to, .. } => match (before.table(from), after.table(to)) {
            (Some(before), Some(after)) => TableChange::Rename { before, after },
            _ => return Ok(Vec::new()),
        },
        other => {
            let renamed = match other {
                Operation::RenameColumn { from, to, .. } => Some((from.as_str(), to.as_str())),
                _ => None,
            };
            match other.table().map(|name| (before.table(name), after.table(name))) {
                Some((Some(before), Some(after))) => TableChange::Alter { before, after, renamed },
                _ => return Ok(Vec::new()),
            }
        }
    };
    let (was, is) = (natives(before), natives(after));
    let name = |ty: &Type| native(*ty);
    let new = is.iter().filter(|ty| !was.iter().any(|own| name(own) == name(ty)));
    let gone = was.iter().filter(|ty| !is.iter().any(|own| name(own) == name(ty)));
    let mut steps = Vec::new();
    for ty in new {
        steps.extend(run(&TableChange::CreateType(*ty))?);
    }
    steps.extend(run(&change)?);
    for ty in gone {
        steps.extend(run(&TableChange::DropType(*ty))?);
    }
    Ok(steps)
}

fn kind(kind: ChangeKind) -> Kind {
    match kind {
        ChangeKind::Committed => Kind::Committed,
        ChangeKind::Rows => Kind::Rows,
        ChangeKind::Guard { rows } => Kind::Guard(rows),
        ChangeKind::Rebuild { table, columns, indexes, known, scratch } => {
            Kind::Rebuild { table, columns, indexes, known, scratch }
        }
        ChangeKind::Own => Kind::Own,
        _ => Kind::Definition,
    }
}

/// The enums that are types of their own, each once.
fn natives(state: &State) -> Vec<Type> {
    let mut names = BTreeSet::new();
    let columns = state.tables().flat_map(|stored| &stored.table.columns);
    columns.map(|column| column.ty).filter(|ty| native(*ty).is_some_and(|name| names.insert(name))).collect()
}

/// The tables with columns of an enum, before and behind its change.
fn columns_of<'s>(before: &'s State, after: &'s State, ty: Type) -> Vec<(&'s Table, &'s Table)> {
    let has = |table: &Table| {
        native(ty).is_some() && table.columns.iter().any(|column| native(column.ty) == native(ty))
    };
    let of = before.tables().filter(|stored| has(&stored.table));
    of.filter_map(|stored| Some((&stored.table, after.table(&stored.table.name)?))).collect()
}
