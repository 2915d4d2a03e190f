//! What inserts, updates and deletes may do.

use super::{Check, Place, invalid, is_always, width};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::Node;
use crate::model::{Field, Writable};
use crate::plan::{Conflict, Delete, Insert, Rows, Select, Update, same_field};

impl Check {
    pub(super) fn insert(&self, insert: &Insert) -> Result<()> {
        self.table(insert.table)?;
        for (at, field) in insert.fields.iter().enumerate() {
            self.belongs(insert.table, field)?;
            writable(field, &[Writable::Always, Writable::Once])?;
            written(field)?;
            if insert.fields.iter().take(at).any(|earlier| same_field(earlier, field)) {
                return Err(invalid("given a value twice in one insert").with_field(field.name));
            }
        }
        self.conflict(insert)?;
        match &insert.rows {
            Rows::Columns(_) if self.server.backend != Backend::Postgres => {
                return Err(self.unsupported("inserts from arrays"));
            }
            Rows::Flat { count, .. }
                if *count > 1 && insert.fields.is_empty() && self.server.backend == Backend::Sqlite =>
            {
                return Err(self.unsupported("inserts of several rows of nothing but defaults"));
            }
            _ => {}
        }
        if insert.returning && !self.returning() {
            return Err(self.unsupported("INSERT … RETURNING"));
        }
        Ok(())
    }

    fn returning(&self) -> bool {
        match self.server.backend {
            Backend::Sqlite | Backend::Postgres => true,
            Backend::MariaDb => self.server.version >= (10, 5, 0),
            Backend::MySql => false,
        }
    }

    fn conflict(&self, insert: &Insert) -> Result<()> {
        let place = Place { table: insert.table, depth: 1, aggregates: false, proposed: true };
        match &insert.conflict {
            Conflict::Refused => Ok(()),
            Conflict::LeftOut { key, .. } => {
                key.iter().try_for_each(|field| self.belongs(insert.table, field))
            }
            Conflict::Updated { key, set, filter } => {
                key.iter().try_for_each(|field| self.belongs(insert.table, field))?;
                if !filter.is_empty() && matches!(self.server.backend, Backend::MySql | Backend::MariaDb) {
                    return Err(self.unsupported("conditions in an INSERT"));
                }
                self.assignments(set, place)?;
                filter.iter().try_for_each(|node| self.node(node, place))
            }
        }
    }

    pub(super) fn update(&self, update: &Update) -> Result<()> {
        self.rows(&update.select)?;
        let table = update.select.table;
        self.assignments(&update.set, Place { table, depth: 1, aggregates: false, proposed: false })?;
        filtered(&update.select, update.all)
    }

    fn assignments(&self, set: &[(&'static Field, Node)], place: Place) -> Result<()> {
        if set.is_empty() {
            return Err(invalid("an update that sets nothing"));
        }
        for (at, (field, node)) in set.iter().enumerate() {
            self.belongs(place.table, field)?;
            writable(field, &[Writable::Always])?;
            written(field)?;
            if set.iter().take(at).any(|(earlier, _)| same_field(earlier, field)) {
                return Err(invalid("set twice in one update").with_field(field.name));
            }
            if field.columns.len() != width(node) {
                return Err(invalid("set to something with another number of columns").with_field(field.name));
            }
            self.node(node, place)?;
        }
        Ok(())
    }

    pub(super) fn delete(&self, delete: &Delete) -> Result<()> {
        self.rows(&delete.select)?;
        filtered(&delete.select, delete.all)
    }

    /// A query that can say which rows to change.
    fn rows(&self, select: &Select) -> Result<()> {
        if select.distinct || !select.group.is_empty() || !select.having.is_empty() {
            return Err(invalid("distinct or grouped rows cannot be updated or deleted"));
        }
        if select.table.primary_key.is_empty() {
            return Err(invalid("a model without a primary key cannot be updated or deleted"));
        }
        super::lock::none(select, "a write, which locks what it changes,")?;
        self.select(select, 0)
    }
}

/// Refuses to write what the model says is not written so.
fn writable(field: &Field, allowed: &[Writable]) -> Result<()> {
    if allowed.contains(&field.writable) {
        return Ok(());
    }
    let once = field.writable == Writable::Once;
    Err(Error::new(ErrorKind::ReadOnly { once }).with_field(field.name))
}

/// Refuses a value for what the database computes.
fn written(field: &Field) -> Result<()> {
    if field.generated.is_some() {
        return Err(
            invalid("generated from other columns, so it cannot be given a value").with_field(field.name)
        );
    }
    Ok(())
}

/// Refuses to change every row where nobody said so.
fn filtered(select: &Select, all: bool) -> Result<()> {
    if all || !select.filter.iter().all(is_always) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::UnfilteredWrite))
}
