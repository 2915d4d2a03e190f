//! What has changed in tables that stay, and what comes and goes.

use std::collections::{BTreeMap, BTreeSet};

use orm::model::IndexMethod;
use orm::schema::{Check, ForeignKey, Index, PrimaryKey, Table, TableName};
use orm::types::Type;

use super::answers::{Known, Question};
use super::columns::{Columns, is_converted, remade};
use super::created::{add_foreign_key, created, drop_foreign_key, dropped};
use super::node::{Fact, Node, each, name};
use crate::error::Result;
use crate::operation::{Attributes, Constraint, Operation, native};
use crate::state::{Models, State, StoredTable, embedded_in_order};

/// Adds the nodes that lead from a state to the models, in which what is the same has the same name.
pub(super) fn nodes(
    old: &State,
    models: &Models,
    answers: &Known,
    nodes: &mut Vec<Node>,
    questions: &mut Vec<Question>,
) -> Result<()> {
    let new = &models.state;
    let mut old = old.clone();
    moved(&mut old, new, nodes)?;
    enums(&mut old, new, nodes)?;
    created(&old, new, nodes);
    let converted = converted(&old, new);
    for stored in new.tables() {
        let name = &stored.table.name;
        if let Some(before) = old.table(name) {
            let tables = Tables {
                app: &stored.app,
                old: before,
                new: &stored.table,
                before: &old,
                state: new,
                converted: &converted,
            };
            let remade = remade(before, &stored.table);
            tables.attributes(nodes);
            let (old, new, app) = (before, &stored.table, stored.app.as_str());
            Columns { app, old, new, remade: &remade, models, answers }.nodes(nodes, questions)?;
            tables.primary_key(nodes);
            tables.foreign_keys(nodes);
            tables.indexes(&remade, nodes);
            tables.checks(&remade, nodes);
        }
    }
    dropped(&old, new, &models.unmanaged, nodes);
    Ok(())
}

/// Tables that are of another app now.
fn moved(old: &mut State, new: &State, nodes: &mut Vec<Node>) -> Result<()> {
    for stored in new.tables() {
        let table = &stored.table.name;
        let Some(from) = old.app(table).filter(|app| *app != stored.app).map(str::to_owned) else { continue };
        let operation =
            Operation::MoveTable { table: table.clone(), from_app: from.clone(), to_app: stored.app.clone() };
        let others = old.references_to(table).map(|(owner, _)| owner.app.clone());
        let apps: Vec<_> = others.chain([from]).collect();
        old.apply(&operation, &stored.app)?;
        nodes.push(Node::of(&stored.app, table, operation).behind(apps));
    }
    Ok(())
}

/// Enums of their own that have other values now.
fn enums(old: &mut State, new: &State, nodes: &mut Vec<Node>) -> Result<()> {
    let all = |state: &State| -> BTreeMap<&'static str, (String, Type)> {
        let mut all = BTreeMap::new();
        for stored in state.tables() {
            for column in &stored.table.columns {
                let ty = match column.ty {
                    Type::Array(def) => def.element,
                    other => other,
                };
                if let Some(name) = native(ty) {
                    all.entry(name).or_insert_with(|| (stored.app.clone(), ty));
                }
            }
        }
        all
    };
    let before = all(old);
    for (name, (app, now)) in all(new) {
        if let Some((_, was)) = before.get(name).filter(|(_, was)| *was != now) {
            let operation = Operation::AlterEnum { old: *was, new: now };
            // It reaches into all apps that have it.
            let has = |stored: &&StoredTable| {
                stored.table.columns.iter().any(|column| native(column.ty) == Some(name))
            };
            let apps: Vec<_> = old.tables().filter(has).map(|stored| stored.app.clone()).collect();
            old.apply(&operation, &app)?;
            nodes.push(Node::free(&app, operation).provides([Fact::Enum(name.to_owned())]).behind(apps));
        }
    }
    Ok(())
}

/// The columns whose values are converted, of all tables that stay.
fn converted(old: &State, new: &State) -> BTreeSet<(TableName, String)> {
    let mut converted = BTreeSet::new();
    for stored in old.tables() {
        let Some(table) = new.table(&stored.table.name) else { continue };
        for column in &stored.table.columns {
            if table.column(&column.name).is_some_and(|other| is_converted(column, other)) {
                converted.insert((table.name.clone(), column.name.clone()));
            }
        }
    }
    converted
}

/// A table before and behind.
struct Tables<'a> {
    app: &'a str,
    old: &'a Table,
    new: &'a Table,
    /// All tables before.
    before: &'a State,
    /// Those of the models.
    state: &'a State,
    converted: &'a BTreeSet<(TableName, String)>,
}

/// What has become of things that have names.
struct Compared<'a, T> {
    dropped: Vec<&'a T>,
    added: Vec<&'a T>,
    renamed: Vec<(&'a T, &'a T)>,
}

/// Compares by name; what is the same under another name was renamed. What `must` be made anew goes and comes again.
fn compare<'a, T: PartialEq>(
    old: &'a [T],
    new: &'a [T],
    name: fn(&T) -> &String,
    same: impl Fn(&T, &T) -> bool,
    must: impl Fn(&T) -> bool,
) -> Compared<'a, T> {
    let find = |all: &'a [T], wanted: &T| all.iter().find(|other| name(other) == name(wanted));
    let kept = |one: &T| find(new, one).is_some_and(|other| one == other) && !must(one);
    let mut dropped: Vec<_> = old.iter().filter(|one| !kept(one)).collect();
    let mut added: Vec<_> =
        new.iter().filter(|one| find(old, one).is_none_or(|before| !kept(before))).collect();
    let mut renamed = Vec::new();
    dropped.retain(|one| {
        let to = added.iter().position(|other| name(one) != name(other) && same(one, other));
        match to.filter(|_| !must(one) && find(new, one).is_none()) {
            Some(at) if find(old, added.get(at).copied().unwrap_or(one)).is_none() => {
                renamed.push((*one, added.remove(at)));
                false
            }
            _ => true,
        }
    });
    dropped.sort_by_key(|one| name(one));
    added.sort_by_key(|one| name(one));
    Compared { dropped, added, renamed }
}

/// The columns that are no longer among them, and those that were not.
fn gone_and_new(old: Vec<String>, new: Vec<String>) -> (Vec<String>, Vec<String>) {
    let gone = old.iter().filter(|column| !new.contains(column)).cloned().collect();
    (gone, new.into_iter().filter(|column| !old.contains(column)).collect())
}

impl Tables<'_> {
    fn table(&self) -> TableName {
        self.new.name.clone()
    }

    fn node(&self, operation: Operation) -> Node {
        Node::of(self.app, &self.new.name, operation)
    }

    fn rename(&self, constraint: Constraint, from: &str, to: &str) -> Node {
        let (from, to) = (from.to_owned(), to.to_owned());
        let facts = [name(&self.new.name, &from), name(&self.new.name, &to)];
        let [was, is] = facts;
        self.node(Operation::RenameConstraint { table: self.table(), constraint, from, to })
            .provides([was])
            .requires([is])
    }

    /// Whether what stands on the column is written in another way now: its SQL depends on NULL.
    fn is_redefined(&self, column: &str) -> bool {
        let nullable = |table: &Table| table.column(column).map(|column| column.nullable);
        self.is_converted(column) || nullable(self.old) != nullable(self.new)
    }

    fn is_converted(&self, column: &str) -> bool {
        self.converted.contains(&(self.table(), column.to_owned()))
    }

    fn attributes(&self, nodes: &mut Vec<Node>) {
        let (old, new) = (Attributes::of(self.old), Attributes::of(self.new));
        let same = old.model == new.model
            && old.comment == new.comment
            && embedded_in_order(&old.embedded) == embedded_in_order(&new.embedded);
        if same {
            return;
        }
        let columns = |of: &Attributes| -> Vec<String> {
            of.embedded.iter().flat_map(|embedded| embedded.columns.clone()).collect()
        };
        // One that stays in a struct may change meanwhile.
        let (free, there) = gone_and_new(columns(&old), columns(&new));
        nodes.push(
            self.node(Operation::AlterTable { table: self.table(), old, new })
                .provides(each(Fact::Free, &self.new.name, free))
                .requires(each(Fact::Column, &self.new.name, there)),
        );
    }

    fn primary_key(&self, nodes: &mut Vec<Node>) {
        let columns = |key: &Option<PrimaryKey>| -> Vec<String> {
            key.iter().flat_map(|key| key.columns.clone()).collect()
        };
        let (old, new) = (&self.old.primary_key, &self.new.primary_key);
        match (old, new) {
            (Some(was), Some(is)) if was.columns == is.columns => {
                if was.name != is.name {
                    nodes.push(self.rename(Constraint::PrimaryKey, &was.name, &is.name));
                }
            }
            (None, None) => {}
            _ => {
                // One that stays in the key may change meanwhile, as in a key that stays.
                let (free, there) = gone_and_new(columns(old), columns(new));
                let operation =
                    Operation::AlterPrimaryKey { table: self.table(), old: old.clone(), new: new.clone() };
                nodes.push(
                    self.node(operation)
                        .provides(each(Fact::Free, &self.new.name, free))
                        .provides([Fact::Keys(self.table())])
                        .requires(each(Fact::Column, &self.new.name, there))
                        .requires([Fact::Unreferenced(self.table())]),
                );
            }
        }
    }

    /// Keys whose columns are converted, here or there, go meanwhile: some backends change no column of one.
    fn foreign_keys(&self, nodes: &mut Vec<Node>) {
        let must = |key: &ForeignKey| {
            key.columns.iter().any(|column| self.is_converted(column))
                || key.to.iter().any(|column| self.converted.contains(&(key.table.clone(), column.clone())))
        };
        let same = |one: &ForeignKey, other: &ForeignKey| {
            ForeignKey { name: other.name.clone(), ..one.clone() } == *other
        };
        let compared = compare(&self.old.foreign_keys, &self.new.foreign_keys, |key| &key.name, same, must);
        for key in compared.dropped {
            nodes.push(drop_foreign_key(self.before, self.app, &self.new.name, key.clone()));
        }
        for (from, to) in compared.renamed {
            nodes.push(self.rename(Constraint::ForeignKey, &from.name, &to.name));
        }
        for key in compared.added {
            nodes.push(add_foreign_key(self.state, self.app, &self.new.name, key.clone()));
        }
    }

    fn indexes(&self, remade: &BTreeSet<String>, nodes: &mut Vec<Node>) {
        let must = |index: &Index| {
            let read = index.expressions().flat_map(|expression| &expression.columns);
            index.columns().into_iter().any(|column| remade.contains(column) || self.is_redefined(column))
                || read.into_iter().any(|column| self.is_redefined(column))
        };
        // A full-text index is more than a name in some databases.
        let same = |one: &Index, other: &Index| {
            one.method != IndexMethod::FullText && Index { name: other.name.clone(), ..one.clone() } == *other
        };
        let compared = compare(&self.old.indexes, &self.new.indexes, |index| &index.name, same, must);
        for index in compared.dropped {
            let needed = index.unique.then(|| Fact::Unreferenced(self.table()));
            let free = each(Fact::Free, &self.new.name, index.columns()).collect::<Vec<_>>();
            let operation = Operation::DropIndex { table: self.table(), index: index.clone() };
            let name = name(&self.new.name, &index.name);
            nodes.push(self.node(operation).provides(free).provides([name]).requires(needed));
        }
        for (from, to) in compared.renamed {
            nodes.push(self.rename(Constraint::Index, &from.name, &to.name));
        }
        for index in compared.added {
            let there = each(Fact::Column, &self.new.name, index.columns()).collect::<Vec<_>>();
            let operation = Operation::AddIndex { table: self.table(), index: index.clone() };
            let keys = index.unique.then(|| Fact::Keys(self.table()));
            let name = name(&self.new.name, &index.name);
            nodes.push(self.node(operation).provides(keys).requires(there).requires([name]));
        }
    }

    fn checks(&self, remade: &BTreeSet<String>, nodes: &mut Vec<Node>) {
        let must = |check: &Check| {
            let mut columns = check.condition.columns.iter();
            columns.any(|column| remade.contains(column) || self.is_redefined(column))
        };
        let same = |one: &Check, other: &Check| one.condition == other.condition;
        let compared = compare(&self.old.checks, &self.new.checks, |check| &check.name, same, must);
        for check in compared.dropped {
            let free = each(Fact::Free, &self.new.name, &check.condition.columns).collect::<Vec<_>>();
            let operation = Operation::DropCheck { table: self.table(), check: check.clone() };
            nodes.push(self.node(operation).provides(free).provides([name(&self.new.name, &check.name)]));
        }
        for (from, to) in compared.renamed {
            nodes.push(self.rename(Constraint::Check, &from.name, &to.name));
        }
        for check in compared.added {
            let there = each(Fact::Column, &self.new.name, &check.condition.columns).collect::<Vec<_>>();
            let operation = Operation::AddCheck { table: self.table(), check: check.clone() };
            nodes.push(self.node(operation).requires(there).requires([name(&self.new.name, &check.name)]));
        }
    }
}
