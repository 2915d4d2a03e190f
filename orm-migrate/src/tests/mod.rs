//! Differences, files and graphs, without a database.

mod applied;
mod changes;
mod command;
mod files;
mod models;
mod random;
mod several;

use orm::schema::{Check, Expression, ForeignKey, PrimaryKey, Table, TableColumn, TableName, Texts};
use orm::types::Type;

use crate::{Answers, Files, Made, Migration, Models, Operation, Options, State, make};

/// A table with a key `id` and these columns.
fn table(name: &str, columns: Vec<TableColumn>) -> Table {
    let id = TableColumn { increment: true, ..TableColumn::new("id", Type::I64) };
    Table {
        name: TableName::new(name),
        model: name.to_uppercase(),
        comment: None,
        primary_key: Some(PrimaryKey { name: format!("{name}_id_pk"), columns: vec!["id".to_owned()] }),
        columns: std::iter::once(id).chain(columns).collect(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        embedded: Vec::new(),
    }
}

fn text(name: &str) -> TableColumn {
    TableColumn::new(name, Type::Text)
}

fn null(column: TableColumn) -> TableColumn {
    TableColumn { nullable: true, ..column }
}

/// The table with a column that refers to another table.
fn referring(mut table: Table, column: &str, target: &str) -> Table {
    if table.column(column).is_none() {
        table.columns.push(null(TableColumn::new(column, Type::I64)));
    }
    table.foreign_keys.push(key(&table.name.name, column, target));
    table
}

fn key(table: &str, column: &str, target: &str) -> ForeignKey {
    ForeignKey {
        name: format!("{table}_{column}_fk"),
        columns: vec![column.to_owned()],
        table: TableName::new(target),
        to: vec!["id".to_owned()],
        on_delete: orm::model::Action::NoAction,
        on_update: orm::model::Action::NoAction,
        partial: false,
    }
}

fn expression(columns: &[&str]) -> Expression {
    Expression {
        text: format!("any({})", columns.join(", ")),
        sql: Texts::all("1 = 1"),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        ty: Some(Type::Bool),
        nullable: false,
    }
}

fn check(name: &str, columns: &[&str]) -> Check {
    Check { name: name.to_owned(), condition: expression(columns) }
}

/// Tables of one app.
fn state(tables: &[Table]) -> State {
    let mut state = State::new();
    tables.iter().for_each(|table| state.insert("app", table.clone()));
    state
}

fn wanted(state: State) -> Models {
    Models { state, ..Models::default() }
}

/// Migrations that have led to this state.
fn files_to(state: &State) -> Files {
    let mut files = Files::new();
    made(&files, &wanted(state.clone()), &Options::default()).into_iter().for_each(|new| files.insert(new));
    files
}

fn made(files: &Files, models: &Models, options: &Options) -> Vec<Migration> {
    match make(files, models, options).expect("made") {
        Made::Migrations(made) => made,
        Made::Questions(questions) => panic!("asked: {questions:#?}"),
    }
}

/// The operations from these tables to those, in words.
fn steps(old: &[Table], new: &Models, answers: Answers) -> Vec<String> {
    let options = Options { answers, ..Options::default() };
    let made = made(&files_to(&state(old)), new, &options);
    made.iter().flat_map(|made| &made.operations).map(Operation::describe).collect()
}
