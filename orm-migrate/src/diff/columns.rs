//! Columns that come, go and change, of a table that stays.

use std::collections::BTreeSet;

use orm::schema::{Default, Literal, Table, TableColumn};
use orm::types::Type;

use super::answers::{Choice, Known, Question, QuestionKind};
use super::node::{Fact, Node, each};
use crate::error::{Error, Result};
use crate::operation::{Operation, native};
use crate::state::Models;

/// Whether another type of the column means that values are converted.
pub(super) fn is_converted(old: &TableColumn, new: &TableColumn) -> bool {
    old.ty != new.ty
        || old.max_length != new.max_length
        || old.precision != new.precision
        || old.db_type != new.db_type
        || old.collation != new.collation
}

/// The generated columns that are made anew: no two backends change one in the same way, and their values are
/// computed, so that nothing is lost.
pub(super) fn remade(old: &Table, new: &Table) -> BTreeSet<String> {
    let converted: BTreeSet<_> = old
        .columns
        .iter()
        .filter(|column| {
            let is_redefined =
                |other: &TableColumn| is_converted(column, other) || column.nullable != other.nullable;
            new.column(&column.name).is_some_and(is_redefined)
        })
        .map(|column| &column.name)
        .collect();
    let is_remade = |column: &&TableColumn| {
        let Some(other) = new.column(&column.name) else { return false };
        match (&column.generated, &other.generated) {
            (None, None) => false,
            (Some(one), Some(_)) => {
                column.generated != other.generated
                    || is_converted(column, other)
                    || column.nullable != other.nullable
                    || one.value.columns.iter().any(|read| converted.contains(read))
            }
            // Values that were computed stay no values, and the other way round.
            _ => true,
        }
    };
    old.columns.iter().filter(is_remade).map(|column| column.name.clone()).collect()
}

/// What the nodes of columns are made from.
pub(super) struct Columns<'a> {
    pub(super) app: &'a str,
    pub(super) old: &'a Table,
    pub(super) new: &'a Table,
    pub(super) remade: &'a BTreeSet<String>,
    pub(super) models: &'a Models,
    pub(super) answers: &'a Known,
}

impl Columns<'_> {
    pub(super) fn nodes(&self, nodes: &mut Vec<Node>, questions: &mut Vec<Question>) -> Result<()> {
        for column in &self.old.columns {
            if self.new.column(&column.name).is_none() || self.remade.contains(&column.name) {
                nodes.push(self.drop(column));
            }
        }
        for column in &self.new.columns {
            match self.old.column(&column.name) {
                Some(_) if self.remade.contains(&column.name) => self.new_column(column, nodes, questions)?,
                Some(old) if old == column => {}
                Some(old) => self.alter(old, column, nodes, questions)?,
                None => self.new_column(column, nodes, questions)?,
            }
        }
        Ok(())
    }

    fn fact(&self, fact: fn(orm::schema::TableName, String) -> Fact, column: &TableColumn) -> Fact {
        fact(self.new.name.clone(), column.name.clone())
    }

    fn drop(&self, column: &TableColumn) -> Node {
        let table = &self.new.name;
        let reads = column.generated.iter().flat_map(|generated| &generated.value.columns);
        Node::of(
            self.app,
            table,
            Operation::DropColumn { table: table.clone(), column: Box::new(column.clone()) },
        )
        .provides([self.fact(Fact::NoColumn, column)])
        .provides(each(Fact::Free, table, reads))
        .requires([self.fact(Fact::Free, column)])
        .requires(native(column.ty).map(|name| Fact::Enum(name.to_owned())))
    }

    fn add(&self, column: &TableColumn) -> Node {
        let table = &self.new.name;
        let reads = column.generated.iter().flat_map(|generated| &generated.value.columns);
        Node::of(
            self.app,
            table,
            Operation::AddColumn { table: table.clone(), column: Box::new(column.clone()) },
        )
        .provides([self.fact(Fact::Column, column)])
        .requires([self.fact(Fact::NoColumn, column)])
        .requires(each(Fact::Column, table, reads))
        .requires(native(column.ty).map(|name| Fact::Enum(name.to_owned())))
    }

    /// A column that rows must have a value in is added without one, filled, and made so.
    fn new_column(
        &self,
        column: &TableColumn,
        nodes: &mut Vec<Node>,
        questions: &mut Vec<Question>,
    ) -> Result<()> {
        let filled = column.nullable
            || column.increment
            || column.generated.is_some()
            || column.default != Default::None;
        if filled {
            nodes.push(self.add(column));
            return Ok(());
        }
        let id = format!("fill:{}.{}", self.new.name, column.name);
        let text = format!(
            "the new column {} of {} has to have a value: which one do the rows get that are there?",
            column.name, self.new.name
        );
        let Some(fill) = self.fill(column, id, QuestionKind::Fill, text, questions)? else { return Ok(()) };
        let empty = TableColumn { nullable: true, ..column.clone() };
        let part = |number| Fact::Part(self.new.name.clone(), column.name.clone(), number);
        let mut add = self.add(&empty);
        add.provides = vec![part(0)];
        nodes.push(add);
        self.fill_and_require(&empty, column, fill, nodes);
        Ok(())
    }

    fn fill_and_require(
        &self,
        old: &TableColumn,
        new: &TableColumn,
        fill: Option<Default>,
        nodes: &mut Vec<Node>,
    ) {
        let part = |number| Fact::Part(self.new.name.clone(), new.name.clone(), number);
        // Filled with values of the new type, so that has to be there first.
        let between = TableColumn { nullable: true, ..new.clone() };
        let is_between = fill.is_some() && *old != between;
        if is_between {
            let mut node = self.altered(old, &between);
            node.provides = vec![part(0)];
            nodes.push(node);
        }
        let old = if is_between { &between } else { old };
        if let Some(value) = fill {
            let operation =
                Operation::FillColumn { table: self.new.name.clone(), column: new.name.clone(), value };
            let node = Node::of(self.app, &self.new.name, operation);
            nodes.push(node.requires([part(0)]).provides([part(1)]));
        }
        nodes.push(self.altered(old, new).requires([part(0), part(1)]));
    }

    fn alter(
        &self,
        old: &TableColumn,
        new: &TableColumn,
        nodes: &mut Vec<Node>,
        questions: &mut Vec<Question>,
    ) -> Result<()> {
        if old.nullable && !new.nullable && !new.increment {
            let id = format!("null:{}.{}", self.new.name, new.name);
            let text = format!(
                "the column {} of {} may not be NULL any more: which value do rows get that have none?",
                new.name, self.new.name
            );
            let Some(fill) = self.fill(new, id, QuestionKind::Null, text, questions)? else { return Ok(()) };
            self.fill_and_require(old, new, fill, nodes);
            return Ok(());
        }
        nodes.push(self.altered(old, new));
        Ok(())
    }

    fn altered(&self, old: &TableColumn, new: &TableColumn) -> Node {
        let table = self.new.name.clone();
        let operation =
            Operation::AlterColumn { table, old: Box::new(old.clone()), new: Box::new(new.clone()) };
        let free = is_converted(old, new).then(|| self.fact(Fact::Free, new));
        Node::of(self.app, &self.new.name, operation)
            .provides([self.fact(Fact::Column, new)])
            .requires(free)
            .requires(
                [old, new]
                    .into_iter()
                    .filter_map(|column| native(column.ty))
                    .map(|name| Fact::Enum(name.to_owned())),
            )
    }

    /// The value for rows that have none; asks if neither the model nor an answer tells. The outer `None` is a question
    /// that is open, the inner one that there are no such rows.
    fn fill(
        &self,
        column: &TableColumn,
        id: String,
        kind: QuestionKind,
        text: String,
        questions: &mut Vec<Question>,
    ) -> Result<Option<Option<Default>>> {
        match self.answers.get(&id) {
            Some(Choice::Fill(value)) if fits(value, column.ty) => return Ok(Some(Some(value.clone()))),
            Some(Choice::Fill(_)) => {
                return Err(Error::Unknown { what: format!("value of the column in the answer to `{id}`") });
            }
            Some(Choice::None) => return Ok(Some(None)),
            Some(_) => return Err(Error::Unknown { what: format!("such answer to `{id}`") }),
            None => {}
        }
        if column.default != Default::None {
            return Ok(Some(Some(column.default.clone())));
        }
        let key = (self.new.name.clone(), column.name.clone());
        if let Some(fill) = self.models.fills.get(&key) {
            return Ok(Some(Some(fill.clone())));
        }
        let usual = usual(column).map(Choice::Fill);
        questions.push(Question {
            id,
            kind,
            text,
            choices: usual.into_iter().chain([Choice::None]).collect(),
        });
        Ok(None)
    }
}

/// Whether a column of this type can have the value, as far as its kind tells.
fn fits(value: &Default, ty: Type) -> bool {
    match (value, ty) {
        (Default::None, _) => false,
        (Default::Value(value), Type::Bool) => matches!(value, Literal::Bool(_)),
        (
            Default::Value(value),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::U64,
        ) => matches!(value, Literal::Int(_)),
        (Default::Value(value), Type::F32 | Type::F64) => {
            matches!(value, Literal::Float(_) | Literal::Int(_))
        }
        (Default::Value(value), Type::Text) => matches!(value, Literal::Text(_)),
        _ => true,
    }
}

/// A value that suggests itself.
fn usual(column: &TableColumn) -> Option<Default> {
    if let Some(first) = column.choices.first() {
        return Some(Default::Value(first.clone()));
    }
    Some(match column.ty {
        Type::Bool => Default::Value(Literal::Bool(false)),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::U64 => {
            Default::Value(Literal::Int(0))
        }
        Type::F32 | Type::F64 => Default::Value(Literal::Float(0.0)),
        Type::Decimal => Default::Value(Literal::Int(0)),
        Type::Text => Default::Value(Literal::Text(String::new())),
        Type::Date | Type::Time | Type::DateTime | Type::Timestamp => Default::Now,
        Type::Uuid => Default::Uuid,
        Type::Array(_) => Default::Value(Literal::Array(Vec::new())),
        _ => return None,
    })
}
