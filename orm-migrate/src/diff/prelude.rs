//! Renames, which come first: from then on what is the same has the same name.

use orm::model::IndexMethod;
use orm::schema::{Expression, Table, TableName};

use super::node::{Fact, Node, each, freed_by, name};
use super::rename::Renames;
use crate::error::Result;
use crate::operation::Operation;
use crate::state::State;

/// Adds the nodes of all renames, and gives the tables as they are behind them.
pub(super) fn nodes(old: &State, new: &State, renames: &Renames, nodes: &mut Vec<Node>) -> Result<State> {
    let mut state = old.clone();
    for (from, to) in &renames.tables {
        let (Some(table), Some(app)) = (old.table(from), old.app(from)) else { continue };
        // What a full-text index is made of says the name of its table: it goes before, and comes again.
        let searched = table.indexes.iter().filter(|index| index.method == IndexMethod::FullText);
        let mut free = Vec::new();
        for index in searched {
            let operation = Operation::DropIndex { table: from.clone(), index: index.clone() };
            state.apply(&operation, app)?;
            free.extend(each(Fact::Free, from, index.columns()));
            nodes.push(remover(app, from, operation));
        }
        let operation = Operation::RenameTable {
            from: from.clone(),
            to: to.clone(),
            from_model: table.model.clone(),
            to_model: new.table(to).map_or_else(|| table.model.clone(), |table| table.model.clone()),
        };
        state.apply(&operation, app)?;
        // Those who call it by its old name come before.
        let apps = old.references_to(from).map(|(owner, _)| owner.app.clone());
        nodes
            .push(Node::free(app, operation).requires(free).provides([Fact::Table(to.clone())]).behind(apps));
    }
    for (table, from, to) in &renames.columns {
        let before = renames.tables.iter().find(|(_, now)| now == table).map_or(table, |(was, _)| was);
        // Foreign keys call the column by its old name.
        let apps = old.references_to(before).map(|(owner, _)| owner.app.clone()).collect();
        let field = new.table(table).and_then(|table| table.column(to)).map(|column| column.field.clone());
        column(&mut state, (table, from, to), field.unwrap_or_default(), apps, nodes)?;
    }
    Ok(state)
}

fn column(
    state: &mut State,
    (table, from, to): (&TableName, &String, &String),
    to_field: String,
    apps: Vec<String>,
    nodes: &mut Vec<Node>,
) -> Result<()> {
    let Some(app) = state.app(table).map(str::to_owned) else { return Ok(()) };
    // What reads the column says its name in SQL: it goes before, and comes again if the models have it still.
    while let Some(operation) =
        state.table(table).and_then(|known| reader(known, &|expression| expression.columns.contains(from)))
    {
        state.apply(&operation, &app)?;
        nodes.push(remover(&app, table, operation).provides([Fact::Free(table.clone(), from.clone())]));
    }
    let Some(field) = state.table(table).and_then(|known| known.column(from)).map(|own| own.field.clone())
    else {
        return Ok(());
    };
    let operation = Operation::RenameColumn {
        table: table.clone(),
        from: from.clone(),
        to: to.clone(),
        from_field: field,
        to_field,
    };
    state.apply(&operation, &app)?;
    nodes.push(
        Node::free(&app, operation)
            .requires([Fact::Table(table.clone()), Fact::Free(table.clone(), from.clone())])
            .provides([Fact::Names(table.clone())])
            .behind(apps),
    );
    Ok(())
}

/// What removes something whose expression is such a one; what stands on a generated column first.
pub(super) fn reader(table: &Table, is: &dyn Fn(&Expression) -> bool) -> Option<Operation> {
    let name = table.name.clone();
    if let Some(check) = table.checks.iter().find(|check| is(&check.condition)) {
        return Some(Operation::DropCheck { table: name, check: check.clone() });
    }
    if let Some(index) = table.indexes.iter().find(|index| index.expressions().any(is)) {
        return Some(Operation::DropIndex { table: name, index: index.clone() });
    }
    let generated =
        |column: &&orm::schema::TableColumn| column.generated.as_ref().is_some_and(|own| is(&own.value));
    let column = table.columns.iter().find(generated)?;
    match user(table, &column.name) {
        Some(operation) => Some(operation),
        None => Some(Operation::DropColumn { table: name, column: Box::new(column.clone()) }),
    }
}

/// What removes an index or a check that a column is part of.
fn user(table: &Table, column: &str) -> Option<Operation> {
    let name = table.name.clone();
    let reads = |expression: &Expression| expression.columns.iter().any(|own| own == column);
    if let Some(check) = table.checks.iter().find(|check| reads(&check.condition)) {
        return Some(Operation::DropCheck { table: name, check: check.clone() });
    }
    let index = table.indexes.iter().find(|index| index.columns().contains(&column))?;
    Some(Operation::DropIndex { table: name, index: index.clone() })
}

/// The node of an operation that removes something for a while.
fn remover(app: &str, table: &TableName, operation: Operation) -> Node {
    let facts = match &operation {
        Operation::DropCheck { check, .. } => {
            let free = each(Fact::Free, table, &check.condition.columns);
            free.chain([name(table, &check.name)]).collect()
        }
        Operation::DropIndex { index, .. } => {
            each(Fact::Free, table, index.columns()).chain([name(table, &index.name)]).collect()
        }
        Operation::DropColumn { column, .. } => vec![Fact::NoColumn(table.clone(), column.name.clone())],
        Operation::DropForeignKey { key, .. } => freed_by(table, key),
        _ => Vec::new(),
    };
    let needs = match &operation {
        Operation::DropColumn { column, .. } => vec![Fact::Free(table.clone(), column.name.clone())],
        _ => Vec::new(),
    };
    let mut node = Node::free(app, operation).requires([Fact::Table(table.clone())]).requires(needs);
    node.provides = facts;
    node
}
