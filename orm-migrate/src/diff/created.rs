//! Tables that come, and tables that go.

use std::collections::BTreeSet;

use orm::schema::{Table, TableName};

use super::node::{Fact, Node, each, freed_by, name, names_of, target};
use crate::operation::{Operation, native};
use crate::state::State;

/// The nodes of tables that the models have and the state has not. Foreign keys that look ahead wait.
pub(super) fn created(old: &State, new: &State, nodes: &mut Vec<Node>) {
    let tables = || new.tables().filter(|stored| old.table(&stored.table.name).is_none());
    let order = sorted(tables().map(|stored| &stored.table).collect());
    let mut to_come: BTreeSet<&TableName> = order.iter().map(|table| &table.name).collect();
    for table in order {
        to_come.remove(&table.name);
        let Some(app) = new.app(&table.name) else { continue };
        // A table of others is there, with its keys, whatever comes when.
        let adopted = old.is_released(&table.name);
        let (late, now): (Vec<_>, Vec<_>) =
            table.foreign_keys.iter().cloned().partition(|key| !adopted && to_come.contains(&key.table));
        let made = Table { foreign_keys: now.clone(), ..table.clone() };
        let others = now.iter().filter(|key| key.table != table.name).flat_map(target).collect::<Vec<_>>();
        let apps = now.iter().filter_map(|key| new.app(&key.table)).map(str::to_owned);
        let columns = each(Fact::Column, &table.name, table.columns.iter().map(|column| &column.name));
        nodes.push(
            Node::free(app, comes(adopted, &made))
                .provides(columns)
                .provides([Fact::Table(table.name.clone()), Fact::Keys(table.name.clone())])
                .requires(others)
                .requires(names_of(&made))
                .requires(enums(table))
                .behind(apps),
        );
        for key in late {
            nodes.push(add_foreign_key(new, app, &table.name, key));
        }
    }
}

fn comes(adopted: bool, table: &Table) -> Operation {
    let table = table.clone();
    if adopted { Operation::AdoptTable { table } } else { Operation::CreateTable { table } }
}

/// The nodes of tables that are in the state and not in the models; those that are left to others stay.
pub(super) fn dropped(old: &State, new: &State, unmanaged: &BTreeSet<TableName>, nodes: &mut Vec<Node>) {
    let gone = |table: &&Table| new.table(&table.name).is_none();
    let tables: Vec<_> = old.tables().map(|stored| &stored.table).filter(gone).collect();
    let (released, tables): (Vec<_>, Vec<_>) =
        tables.into_iter().partition(|table| unmanaged.contains(&table.name));
    for table in released {
        let Some(app) = old.app(&table.name) else { continue };
        nodes.push(
            Node::of(app, &table.name, Operation::ReleaseTable { table: table.clone() })
                .requires(enums(table))
                .behind(targets(old, table))
                .provides(names_of(table))
                .provides(table.foreign_keys.iter().flat_map(|key| freed_by(&table.name, key))),
        );
    }
    let order = sorted(tables);
    let mut to_come: BTreeSet<&TableName> = order.iter().map(|table| &table.name).collect();
    for table in order {
        to_come.remove(&table.name);
        let Some(app) = old.app(&table.name) else { continue };
        let leads_ahead = |key: &orm::schema::ForeignKey| to_come.contains(&key.table);
        for key in table.foreign_keys.iter().filter(|key| leads_ahead(key)) {
            nodes.push(drop_foreign_key(old, app, &table.name, key.clone()));
        }
        let keys = table.foreign_keys.iter().filter(|key| key.table != table.name && !leads_ahead(key));
        let freed: Vec<_> = keys.flat_map(|key| freed_by(&table.name, key)).collect();
        let names = names_of(table);
        let apps = old.references_to(&table.name).map(|(owner, _)| owner.app.clone());
        let late = table.foreign_keys.iter().filter(|key| leads_ahead(key));
        let late: Vec<_> = late.map(|key| name(&table.name, &key.name)).collect();
        nodes.push(
            Node::of(app, &table.name, Operation::DropTable { table: table.clone() })
                .provides(freed)
                .provides(names)
                .requires([Fact::Unreferenced(table.name.clone())])
                .requires(late)
                .requires(enums(table))
                .behind(apps)
                .behind(targets(old, table)),
        );
    }
}

/// Adds a foreign key as soon as that can be done.
pub(super) fn add_foreign_key(
    new: &State,
    app: &str,
    table: &TableName,
    key: orm::schema::ForeignKey,
) -> Node {
    let there = new.app(&key.table).map(str::to_owned);
    let facts: Vec<_> =
        target(&key).chain(each(Fact::Column, table, &key.columns)).chain([name(table, &key.name)]).collect();
    Node::of(app, table, Operation::AddForeignKey { table: table.clone(), key }).requires(facts).behind(there)
}

/// Removes a foreign key.
pub(super) fn drop_foreign_key(
    old: &State,
    app: &str,
    table: &TableName,
    key: orm::schema::ForeignKey,
) -> Node {
    // There the target may have been renamed, which the definition of the key tells.
    let owner = old.app(&key.table).map(str::to_owned);
    let freed = freed_by(table, &key);
    let there = [Fact::Table(key.table.clone()), Fact::Names(key.table.clone())];
    Node::of(app, table, Operation::DropForeignKey { table: table.clone(), key })
        .provides(freed)
        .requires(there)
        .behind(owner)
}

/// The apps of the tables that a table refers to.
fn targets(state: &State, table: &Table) -> Vec<String> {
    table.foreign_keys.iter().filter_map(|key| state.app(&key.table)).map(str::to_owned).collect()
}

/// The enums of its own that a table has.
pub(super) fn enums(table: &Table) -> impl Iterator<Item = Fact> + '_ {
    table.columns.iter().filter_map(|column| native(column.ty)).map(|def| Fact::Enum(def.to_owned()))
}

/// Each behind those it refers to, as far as there are no circles; else by name.
fn sorted(mut open: Vec<&Table>) -> Vec<&Table> {
    let mut sorted = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let names: BTreeSet<_> = open.iter().map(|table| &table.name).collect();
        let waits = |table: &Table| {
            table.foreign_keys.iter().any(|key| key.table != table.name && names.contains(&key.table))
        };
        let free: Vec<_> = open.iter().copied().filter(|table| !waits(table)).collect();
        if free.is_empty() {
            // The first of a circle goes ahead.
            sorted.push(open.remove(0));
        } else {
            open.retain(|table| waits(table));
            sorted.extend(free);
        }
    }
    sorted
}
