//! What an operation does to a state.

use orm::schema::{Expression, Part, PartOf, Table, TableColumn, TableName};
use orm::types::Type;

use super::State;
use crate::error::{Error, Result};
use crate::operation::{Attributes, Constraint, Operation};

impl State {
    /// Does to the tables what the operation says; `app` is the app of its migration.
    ///
    /// Nothing is left half done: after an error the state is as before.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] if the operation does not fit: what it changes is not there, or is not as it says.
    pub fn apply(&mut self, operation: &Operation, app: &str) -> Result<()> {
        let outcome = match operation {
            Operation::RenameTable { .. }
            | Operation::RenameColumn { .. }
            | Operation::AlterEnum { .. }
            | Operation::CreateTable { .. }
            | Operation::DropTable { .. }
            | Operation::ReleaseTable { .. }
            | Operation::AdoptTable { .. }
            | Operation::MoveTable { .. } => self.several(operation, app),
            Operation::RunSql { .. } => Ok(()),
            _ => self.one(operation),
        };
        outcome.map_err(|reason| Error::Conflict { migration: None, operation: operation.describe(), reason })
    }

    /// Operations that reach beyond one table.
    fn several(&mut self, operation: &Operation, app: &str) -> std::result::Result<(), String> {
        match operation {
            Operation::CreateTable { table } | Operation::AdoptTable { table } => {
                if self.tables.contains_key(&table.name) {
                    return Err("there is one already".to_owned());
                }
                self.insert(app, table.clone());
                self.released.remove(&table.name);
            }
            Operation::ReleaseTable { table } => {
                self.looks_like(table)?;
                self.tables.remove(&table.name);
                self.released.insert(table.name.clone());
            }
            Operation::DropTable { table } => {
                self.looks_like(table)?;
                let other = self.references_to(&table.name).find(|(owner, _)| owner.table.name != table.name);
                if let Some((owner, key)) = other {
                    return Err(format!("the foreign key {} of {} refers to it", key.name, owner.table.name));
                }
                self.tables.remove(&table.name);
            }
            Operation::MoveTable { table, from_app, to_app } => {
                self.known(table)?;
                let Some(stored) = self.tables.get_mut(table).filter(|stored| stored.app == *from_app) else {
                    return Err(format!("it is not of the app {from_app}"));
                };
                stored.app.clone_from(to_app);
            }
            Operation::RenameTable { from, to, from_model, to_model } => {
                if self.known(from)?.model != *from_model {
                    return Err(format!("its model is not {from_model}"));
                }
                if self.tables.contains_key(to) {
                    return Err(format!("there is a table {to} already"));
                }
                if let Some(mut stored) = self.tables.remove(from) {
                    stored.table.name.clone_from(to);
                    stored.table.model.clone_from(to_model);
                    self.tables.insert(to.clone(), stored);
                }
                for stored in self.tables.values_mut() {
                    let keys = stored.table.foreign_keys.iter_mut().filter(|key| key.table == *from);
                    keys.for_each(|key| key.table.clone_from(to));
                }
            }
            Operation::RenameColumn { table, from, to, from_field, to_field } => {
                let known = self.known(table)?;
                may_rename(known, from, to, from_field)?;
                for stored in self.tables.values_mut() {
                    if stored.table.name == *table {
                        rename(&mut stored.table, from, to, to_field);
                    }
                    let keys = stored.table.foreign_keys.iter_mut().filter(|key| key.table == *table);
                    keys.for_each(|key| replace(&mut key.to, from, to));
                }
            }
            Operation::AlterEnum { old, new } => {
                for stored in self.tables.values_mut() {
                    for column in &mut stored.table.columns {
                        column.ty = with_enum(column.ty, *old, *new);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn looks_like(&self, table: &Table) -> std::result::Result<(), String> {
        match super::sorted(self.known(&table.name)?) == super::sorted(table) {
            true => Ok(()),
            false => Err("it does not look like that".to_owned()),
        }
    }

    fn known(&self, name: &TableName) -> std::result::Result<&Table, String> {
        self.table(name).ok_or_else(|| format!("there is no table {name}"))
    }

    /// Operations within one table.
    fn one(&mut self, operation: &Operation) -> std::result::Result<(), String> {
        let Some(name) = operation.table() else { return Ok(()) };
        let Some(stored) = self.tables.get_mut(name) else {
            return Err(format!("there is no table {name}"));
        };
        within(&mut stored.table, operation)
    }
}

fn within(table: &mut Table, operation: &Operation) -> std::result::Result<(), String> {
    match operation {
        Operation::AlterTable { old, new, .. } => {
            let mut own = Attributes::of(table);
            let mut old = old.clone();
            own.embedded = super::embedded_in_order(&own.embedded);
            old.embedded = super::embedded_in_order(&old.embedded);
            if own != old {
                return Err("it does not look like that".to_owned());
            }
            table.model.clone_from(&new.model);
            table.comment.clone_from(&new.comment);
            table.embedded.clone_from(&new.embedded);
        }
        Operation::AddColumn { column, .. } => {
            if table.column(&column.name).is_some() {
                return Err("there is one already".to_owned());
            }
            table.columns.push((**column).clone());
        }
        Operation::DropColumn { column, .. } => {
            is(table.column(&column.name), column)?;
            if let Some(user) = user_of(table, &column.name) {
                return Err(format!("{user} needs it"));
            }
            table.columns.retain(|own| own.name != column.name);
        }
        Operation::AlterColumn { old, new, .. } => {
            if old.name != new.name {
                return Err("the name stays in such an operation".to_owned());
            }
            is(table.column(&old.name), old)?;
            if let Some(own) = table.columns.iter_mut().find(|own| own.name == old.name) {
                own.clone_from(new);
            }
        }
        Operation::FillColumn { column, .. } if table.column(column).is_none() => {
            return Err("there is no such column".to_owned());
        }
        Operation::AlterPrimaryKey { old, new, .. } => {
            if table.primary_key != *old {
                return Err("it does not look like that".to_owned());
            }
            if let Some(missing) =
                new.iter().flat_map(|key| &key.columns).find(|name| table.column(name).is_none())
            {
                return Err(format!("there is no column {missing}"));
            }
            table.primary_key.clone_from(new);
        }
        Operation::AddForeignKey { key, .. } => {
            add(&mut table.foreign_keys, key, |key| &key.name)?;
        }
        Operation::DropForeignKey { key, .. } => {
            remove(&mut table.foreign_keys, key, |key| &key.name)?;
        }
        Operation::AddIndex { index, .. } => {
            if let Some(missing) = index.columns().into_iter().find(|name| table.column(name).is_none()) {
                return Err(format!("there is no column {missing}"));
            }
            add(&mut table.indexes, index, |index| &index.name)?;
        }
        Operation::DropIndex { index, .. } => {
            remove(&mut table.indexes, index, |index| &index.name)?;
        }
        Operation::AddCheck { check, .. } => add(&mut table.checks, check, |check| &check.name)?,
        Operation::DropCheck { check, .. } => remove(&mut table.checks, check, |check| &check.name)?,
        Operation::RenameConstraint { constraint, from, to, .. } => {
            let name = match constraint {
                Constraint::PrimaryKey => table.primary_key.iter_mut().map(|key| &mut key.name).collect(),
                Constraint::ForeignKey => table.foreign_keys.iter_mut().map(|key| &mut key.name).collect(),
                Constraint::Index => table.indexes.iter_mut().map(|index| &mut index.name).collect(),
                Constraint::Check => table.checks.iter_mut().map(|check| &mut check.name).collect::<Vec<_>>(),
            };
            match name.into_iter().find(|name| *name == from) {
                Some(name) => name.clone_from(to),
                None => return Err("there is none of that name".to_owned()),
            }
        }
        _ => {}
    }
    Ok(())
}

fn is(known: Option<&TableColumn>, column: &TableColumn) -> std::result::Result<(), String> {
    match known {
        None => Err("there is no such column".to_owned()),
        Some(known) if known != column => Err("it does not look like that".to_owned()),
        Some(_) => Ok(()),
    }
}

fn add<T: Clone>(all: &mut Vec<T>, one: &T, name: fn(&T) -> &String) -> std::result::Result<(), String> {
    if all.iter().any(|known| name(known) == name(one)) {
        return Err("there is one already".to_owned());
    }
    all.push(one.clone());
    Ok(())
}

fn remove<T: PartialEq>(
    all: &mut Vec<T>,
    one: &T,
    name: fn(&T) -> &String,
) -> std::result::Result<(), String> {
    match all.iter().position(|known| name(known) == name(one)) {
        None => Err("there is none of that name".to_owned()),
        Some(at) if all.get(at) != Some(one) => Err("it does not look like that".to_owned()),
        Some(at) => {
            all.remove(at);
            Ok(())
        }
    }
}

/// What needs a column, so that it cannot go.
fn user_of(table: &Table, column: &str) -> Option<String> {
    let has = |columns: &[String]| columns.iter().any(|own| own == column);
    if has(table.key_columns()) {
        return Some("the primary key".to_owned());
    }
    let key = table.foreign_keys.iter().find(|key| has(&key.columns)).map(|key| &key.name);
    let index = table.indexes.iter().find(|index| index.columns().contains(&column)).map(|index| &index.name);
    let embedded = table.embedded.iter().find(|embedded| has(&embedded.columns)).map(|one| &one.field);
    key.or(index).or(embedded).cloned().or_else(|| reader_of(table, column))
}

/// What reads a column in an expression.
fn reader_of(table: &Table, column: &str) -> Option<String> {
    let reads = |expression: &Expression| expression.columns.iter().any(|own| own == column);
    let check = table.checks.iter().find(|check| reads(&check.condition)).map(|check| &check.name);
    let index = table.indexes.iter().find(|index| index.expressions().any(reads)).map(|index| &index.name);
    let generated = table
        .columns
        .iter()
        .find(|own| own.generated.as_ref().is_some_and(|generated| reads(&generated.value)))
        .map(|own| &own.name);
    check.or(index).or(generated).cloned()
}

fn may_rename(table: &Table, from: &str, to: &str, field: &str) -> std::result::Result<(), String> {
    if table.column(from).is_none_or(|column| column.field != field) {
        return Err(format!("there is no such column of a field {field}"));
    }
    if table.column(to).is_some() {
        return Err(format!("there is a column {to} already"));
    }
    match reader_of(table, from) {
        Some(reader) => Err(format!("{reader} reads it: remove that before, and make it again behind")),
        None => Ok(()),
    }
}

fn rename(table: &mut Table, from: &str, to: &str, field: &str) {
    for column in table.columns.iter_mut().filter(|column| column.name == from) {
        to.clone_into(&mut column.name);
        field.clone_into(&mut column.field);
    }
    if let Some(key) = &mut table.primary_key {
        replace(&mut key.columns, from, to);
    }
    table.foreign_keys.iter_mut().for_each(|key| replace(&mut key.columns, from, to));
    for index in &mut table.indexes {
        replace(&mut index.include, from, to);
        for part in &mut index.parts {
            if let Part { of: PartOf::Plain(name), .. } = part
                && name == from
            {
                to.clone_into(name);
            }
        }
    }
    for embedded in &mut table.embedded {
        replace(&mut embedded.columns, from, to);
        replace(&mut embedded.required, from, to);
    }
}

fn replace(names: &mut [String], from: &str, to: &str) {
    names.iter_mut().filter(|name| *name == from).for_each(|name| to.clone_into(name));
}

/// The type with another enum in the place of this one.
fn with_enum(ty: Type, old: Type, new: Type) -> Type {
    match ty {
        ty if ty == old => new,
        Type::Array(def) if def.element == old => Type::array_of(new, def.nullable),
        other => other,
    }
}
