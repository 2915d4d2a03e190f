//! The graph of changes in an order in which they can be done, cut into steps of one app each.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{Fact, Node};
use crate::error::{Error, Result};
use crate::operation::{Attributes, Operation};
use crate::state::{Models, State};

/// Changes of one app that can be done one after the other: what becomes a migration.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) app: String,
    pub(crate) operations: Vec<Operation>,
    /// The other apps whose migrations so far have to be there before.
    pub(crate) apps: BTreeSet<String>,
}

/// What is left to be done.
#[derive(Clone)]
struct Left {
    /// How many others a node waits for; none for one that is done.
    waits: Vec<Option<usize>>,
    followers: Vec<Vec<usize>>,
}

/// Orders the nodes, and checks that they lead to the models.
pub(super) fn steps(old: &State, models: &Models, nodes: Vec<Node>) -> Result<Vec<Step>> {
    let (mut left, before) = edges(&nodes);
    let keys: Vec<_> = nodes.iter().map(key).collect();
    let mut state = old.clone();
    let mut steps: Vec<Step> = Vec::new();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    nodes.iter().for_each(|node| *open.entry(&node.app).or_default() += 1);
    while !open.is_empty() {
        // An app that can be done wholly goes first; else the one of which most can be done.
        let mut best: Option<(Vec<usize>, &str)> = None;
        for (app, count) in &open {
            let order = left.clone().of_app(&nodes, &keys, app);
            let whole = order.len() == *count;
            if whole || order.len() > best.as_ref().map_or(0, |(order, _)| order.len()) {
                best = Some((order, app));
            }
            if whole {
                break;
            }
        }
        let Some((order, app)) = best else {
            let open = nodes.iter().zip(&left.waits).filter(|(_, waits)| waits.is_some());
            let operations = open.map(|(node, _)| node.operation.describe()).collect();
            return Err(Error::Unordered { operations });
        };
        let mut step = Step { app: app.to_owned(), operations: Vec::new(), apps: BTreeSet::new() };
        for at in &order {
            left.finish(*at);
            let Some(node) = nodes.get(*at) else { continue };
            let operation = as_it_is(&node.operation, &state);
            state.apply(&operation, app)?;
            step.operations.push(operation);
            let providers = before.get(*at).into_iter().flatten().filter_map(|at| nodes.get(*at));
            let apps = providers.map(|node| &node.app).chain(&node.apps);
            step.apps.extend(apps.filter(|other| **other != app).cloned());
        }
        if let Some(count) = open.get_mut(app) {
            *count -= order.len();
        }
        open.retain(|_, count| *count > 0);
        steps.push(step);
    }
    if state == models.state {
        return Ok(steps);
    }
    Err(Error::Conflict {
        migration: None,
        operation: "lead to the models".to_owned(),
        reason: format!(
            "the changes found leave a difference, which is a mistake of this program: {}",
            differing(&state, &models.state)
        ),
    })
}

/// The names of tables that differ.
fn differing(one: &State, other: &State) -> String {
    let names: BTreeSet<_> =
        one.tables().chain(other.tables()).map(|stored| stored.table.name.clone()).collect();
    let differ = names.iter().filter(|name| {
        let table = |state: &State| state.table(name).map(|table| format!("{table:?}"));
        table(one) != table(other) || one.app(name) != other.app(name)
    });
    differ.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// By which nodes that could be next are ordered: the same in each run.
type Key = (u8, String, String);

fn key(node: &Node) -> Key {
    let table = node.operation.table().map(ToString::to_string).unwrap_or_default();
    (node.rank(), table, node.operation.describe())
}

/// Who waits for whom, and those before each.
fn edges(nodes: &[Node]) -> (Left, Vec<BTreeSet<usize>>) {
    let mut providers: BTreeMap<&Fact, BTreeSet<usize>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        for fact in &node.provides {
            providers.entry(fact).or_default().insert(at);
        }
    }
    let mut before: Vec<BTreeSet<usize>> = Vec::with_capacity(nodes.len());
    let mut followers = vec![Vec::new(); nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        let mut own: BTreeSet<usize> =
            node.requires.iter().filter_map(|fact| providers.get(fact)).flatten().copied().collect();
        own.remove(&at);
        for provider in &own {
            if let Some(followers) = followers.get_mut(*provider) {
                followers.push(at);
            }
        }
        before.push(own);
    }
    let waits = before.iter().map(|own| Some(own.len())).collect();
    (Left { waits, followers }, before)
}

impl Left {
    fn finish(&mut self, at: usize) {
        if let Some(waits) = self.waits.get_mut(at) {
            *waits = None;
        }
        for follower in self.followers.get(at).into_iter().flatten() {
            if let Some(Some(waits)) = self.waits.get_mut(*follower) {
                *waits -= 1;
            }
        }
    }

    /// What of an app can be done without any other, in order.
    fn of_app(mut self, nodes: &[Node], keys: &[Key], app: &str) -> Vec<usize> {
        let own = |at: &usize| nodes.get(*at).is_some_and(|node| node.app == app);
        let all = 0..nodes.len();
        let mut ready: BTreeSet<(Option<&Key>, usize)> = all
            .filter(|at| own(at) && self.waits.get(*at) == Some(&Some(0)))
            .map(|at| (keys.get(at), at))
            .collect();
        let mut order = Vec::new();
        while let Some((_, at)) = ready.pop_first() {
            order.push(at);
            self.finish(at);
            for follower in self.followers.get(at).into_iter().flatten() {
                if own(follower) && self.waits.get(*follower) == Some(&Some(0)) {
                    ready.insert((keys.get(*follower), *follower));
                }
            }
        }
        order
    }
}

/// The operation with what was before as it is by then: columns of an index may have been renamed meanwhile.
fn as_it_is(operation: &Operation, state: &State) -> Operation {
    let mut operation = operation.clone();
    let Some(now) = operation.table().and_then(|name| state.table(name)).cloned() else {
        return operation;
    };
    match &mut operation {
        Operation::DropTable { table } | Operation::ReleaseTable { table } => *table = now,
        Operation::AlterTable { old, .. } => *old = Attributes::of(&now),
        Operation::DropColumn { column, .. } | Operation::AlterColumn { old: column, .. } => {
            update(&mut **column, &now.columns, |column| &column.name);
        }
        Operation::AlterPrimaryKey { old, .. } => *old = now.primary_key,
        Operation::DropForeignKey { key, .. } => update(key, &now.foreign_keys, |key| &key.name),
        Operation::DropIndex { index, .. } => update(index, &now.indexes, |index| &index.name),
        Operation::DropCheck { check, .. } => update(check, &now.checks, |check| &check.name),
        _ => {}
    }
    operation
}

fn update<T: Clone>(own: &mut T, all: &[T], name: fn(&T) -> &String) {
    if let Some(now) = all.iter().find(|other| name(other) == name(own)) {
        own.clone_from(now);
    }
}
