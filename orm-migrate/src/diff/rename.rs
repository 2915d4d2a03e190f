//! What became what: by name, by what the models say, by answers; where only likeness tells, it is asked.

use orm::schema::{Table, TableColumn, TableName};

use super::answers::{Answers, Choice, Question, QuestionKind};
use crate::error::{Error, Result};
use crate::state::{Models, State};

/// Above which likeness it is asked.
const LIKELY: f64 = 0.5;

/// What got another name.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// Tables, from their old name to the new one.
    pub(super) tables: Vec<(TableName, TableName)>,
    /// Columns, of tables by their new name.
    pub(super) columns: Vec<(TableName, String, String)>,
}

impl Renames {
    /// The new name of a table.
    pub(super) fn now<'a>(&'a self, name: &'a TableName) -> &'a TableName {
        self.tables.iter().find(|(old, _)| old == name).map_or(name, |(_, new)| new)
    }
}

/// Decides, as far as that can be done; adds a question for the rest.
pub(super) fn renames(
    old: &State,
    models: &Models,
    answers: &Answers,
    questions: &mut Vec<Question>,
) -> Result<Renames> {
    let mut renames = Renames::default();
    tables(old, models, answers, questions, &mut renames)?;
    if !questions.is_empty() {
        return Ok(renames);
    }
    for stored in old.tables() {
        let now = renames.now(&stored.table.name).clone();
        if let Some(new) = models.state.table(&now) {
            columns(&stored.table, new, models, answers, questions, &mut renames.columns)?;
        }
    }
    Ok(renames)
}

fn tables(
    old: &State,
    models: &Models,
    answers: &Answers,
    questions: &mut Vec<Question>,
    renames: &mut Renames,
) -> Result<()> {
    let new = &models.state;
    let mut open: Vec<_> = new.tables().filter(|stored| old.table(&stored.table.name).is_none()).collect();
    let gone = |name: &TableName| new.table(name).is_none() && !models.unmanaged.contains(name);
    let mut left = Vec::new();
    for stored in old.tables().filter(|stored| gone(&stored.table.name)) {
        let model = &stored.table.model;
        let same = |other: &&crate::StoredTable| {
            let before = models.renamed_tables.get(&other.table.name);
            other.app == stored.app && (other.table.model == *model || before == Some(model))
        };
        match position(&open, same) {
            Some(at) => {
                renames.tables.push((stored.table.name.clone(), open.remove(at).table.name.clone()));
            }
            None => left.push(stored),
        }
    }
    let mut asked = Vec::new();
    for stored in left {
        let name = &stored.table.name;
        let id = format!("table:{name}");
        match answers.get(&id) {
            Some(Choice::Drop) => {}
            Some(Choice::Rename(to)) => match position(&open, |other| other.table.name.name == *to) {
                Some(at) => renames.tables.push((name.clone(), open.remove(at).table.name.clone())),
                None => {
                    return Err(Error::Unknown { what: format!("new table `{to}` that `{name}` became") });
                }
            },
            Some(_) => return Err(Error::Unknown { what: format!("such answer to `{id}`") }),
            None => asked.push((id, stored)),
        }
    }
    for (id, stored) in asked {
        let near = open.iter().filter(|other| other.app == stored.app);
        let scored = near.map(|other| (table_likeness(&stored.table, &other.table), &other.table.name.name));
        ask(questions, id, QuestionKind::Table, &format!("the table {}", stored.table.name), scored);
    }
    Ok(())
}

fn columns(
    old: &Table,
    new: &Table,
    models: &Models,
    answers: &Answers,
    questions: &mut Vec<Question>,
    renames: &mut Vec<(TableName, String, String)>,
) -> Result<()> {
    let mut open: Vec<_> = new.columns.iter().filter(|column| old.column(&column.name).is_none()).collect();
    let mut left = Vec::new();
    for column in old.columns.iter().filter(|column| new.column(&column.name).is_none()) {
        // A field with several columns says the same of each: their place tells which is which.
        let at_field = |columns: &[TableColumn], name: &str, field: &str| {
            columns.iter().filter(|other| other.field == field).position(|other| other.name == name)
        };
        let place = at_field(&old.columns, &column.name, &column.field);
        let same = |other: &&TableColumn| {
            let before = models.renamed_columns.get(&(new.name.clone(), other.name.clone()));
            (other.field == column.field || before == Some(&column.field))
                && at_field(&new.columns, &other.name, &other.field) == place
        };
        match position(&open, same) {
            Some(at) => {
                renames.push((new.name.clone(), column.name.clone(), open.remove(at).name.clone()));
            }
            None => left.push(column),
        }
    }
    let mut asked = Vec::new();
    for column in left {
        let id = format!("column:{}.{}", new.name, column.name);
        match answers.get(&id) {
            Some(Choice::Drop) => {}
            Some(Choice::Rename(to)) => match position(&open, |other| other.name == *to) {
                Some(at) => {
                    renames.push((new.name.clone(), column.name.clone(), open.remove(at).name.clone()))
                }
                None => {
                    let what = format!("new column `{to}` of `{}` that `{}` became", new.name, column.name);
                    return Err(Error::Unknown { what });
                }
            },
            Some(_) => return Err(Error::Unknown { what: format!("such answer to `{id}`") }),
            None => asked.push((id, column)),
        }
    }
    for (id, column) in asked {
        let scored = open.iter().map(|other| (column_likeness((old, column), (new, other)), &other.name));
        let what = format!("the column {} of {}", column.name, new.name);
        ask(questions, id, QuestionKind::Column, &what, scored);
    }
    Ok(())
}

/// Asks, if anything is likely.
fn ask<'a>(
    questions: &mut Vec<Question>,
    id: String,
    kind: QuestionKind,
    what: &str,
    scored: impl Iterator<Item = (f64, &'a String)>,
) {
    let mut likely: Vec<_> = scored.filter(|(score, _)| *score >= LIKELY).collect();
    likely.sort_by(|(one, a), (two, b)| two.total_cmp(one).then(a.cmp(b)));
    let Some((_, first)) = likely.first() else { return };
    let text =
        format!("{what} is not in the models any more: was it renamed, to {first} perhaps, or removed?");
    let renames = likely.iter().map(|(_, name)| Choice::Rename((*name).clone()));
    questions.push(Question { id, kind, text, choices: renames.chain([Choice::Drop]).collect() });
}

fn position<T>(items: &[T], is: impl Fn(&T) -> bool) -> Option<usize> {
    items.iter().position(is)
}

/// How much alike two tables are, from 0 to 1: what columns they share counts most.
fn table_likeness(old: &Table, new: &Table) -> f64 {
    let shared = old
        .columns
        .iter()
        .filter(|column| new.column(&column.name).is_some_and(|other| other.ty == column.ty))
        .count();
    let all = old.columns.len() + new.columns.len() - shared;
    0.7 * ratio(shared, all) + 0.3 * likeness(&old.name.name, &new.name.name)
}

/// How much alike two columns are, from 0 to 1: of the same type at least, or it is not asked.
fn column_likeness(
    (old_table, old): (&Table, &TableColumn),
    (new_table, new): (&Table, &TableColumn),
) -> f64 {
    if old.ty != new.ty {
        return 0.0;
    }
    let target = |table: &Table, column: &TableColumn| {
        table.foreign_keys.iter().find(|key| key.columns.contains(&column.name)).map(|key| key.table.clone())
    };
    let same = old.nullable == new.nullable
        && old.max_length == new.max_length
        && old.precision == new.precision
        && target(old_table, old) == target(new_table, new);
    let base = if same { 0.6 } else { 0.4 };
    base + 0.4 * likeness(&old.name, &new.name)
}

/// How much alike two names are, from 0 to 1: by the pairs of letters that they share.
fn likeness(one: &str, two: &str) -> f64 {
    let pairs = |text: &str| -> Vec<(char, char)> {
        let text: Vec<_> = text.chars().collect();
        text.iter().copied().zip(text.iter().copied().skip(1)).collect()
    };
    let (one, mut two) = (pairs(one), pairs(two));
    let all = one.len() + two.len();
    let mut shared = 0;
    for pair in one {
        if let Some(at) = two.iter().position(|other| *other == pair) {
            two.swap_remove(at);
            shared += 2;
        }
    }
    ratio(shared, all)
}

fn ratio(part: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { number(part) / number(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_by_their_letters() {
        assert!(likeness("title", "titles") > 0.8);
        assert!(likeness("title", "body") < 0.1);
        assert!((likeness("x", "y") - 0.0).abs() < f64::EPSILON);
    }
}
