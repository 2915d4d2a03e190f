//! What became what: by what the models say, by name, by answers; else it is asked, whatever is alike.

use orm::schema::{Table, TableColumn, TableName};

use super::answers::{Choice, Known, Question, QuestionKind};
use crate::error::{Error, Result};
use crate::state::{Models, State, StoredTable};

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
    answers: &Known,
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
    answers: &Known,
    questions: &mut Vec<Question>,
    renames: &mut Renames,
) -> Result<()> {
    let new = &models.state;
    taken_tables(old, models)?;
    let mut open: Vec<_> = new.tables().filter(|stored| old.table(&stored.table.name).is_none()).collect();
    let gone = |name: &TableName| new.table(name).is_none() && !models.unmanaged.contains(name);
    let mut left = Vec::new();
    for stored in old.tables().filter(|stored| gone(&stored.table.name)) {
        match position(&open, |other| is_heir(old, models, stored, other)) {
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
            Some(Choice::Rename(to)) => {
                let exactly = position(&open, |other| other.table.name.to_string() == *to);
                let at = exactly.or_else(|| position(&open, |other| other.table.name.name == *to));
                match at {
                    Some(at) => renames.tables.push((name.clone(), open.remove(at).table.name.clone())),
                    None => {
                        return Err(Error::Unknown {
                            what: format!("new table `{to}` that `{name}` became"),
                        });
                    }
                }
            }
            Some(_) => return Err(Error::Unknown { what: format!("such answer to `{id}`") }),
            None => asked.push((id, stored)),
        }
    }
    for (id, stored) in asked {
        let scored = open
            .iter()
            .map(|other| (table_likeness(&stored.table, &other.table), other.table.name.to_string()));
        ask(questions, id, QuestionKind::Table, &format!("the table {}", stored.table.name), scored);
    }
    Ok(())
}

/// Whether a new table is of the model that an old one was of: what the model says that it was called, else its name, if no
/// other model of the app has it.
fn is_heir(old: &State, models: &Models, was: &StoredTable, is: &StoredTable) -> bool {
    let alone = |state: &State, model: &str, app: &str| {
        state.tables().filter(|stored| stored.app == app && stored.table.model == model).count() == 1
    };
    let model = &was.table.model;
    let before = models.renamed_tables.get(&is.table.name);
    was.app == is.app
        && alone(old, model, &was.app)
        && match before {
            Some(before) => before == model,
            None => is.table.model == *model && alone(&models.state, model, &is.app),
        }
}

/// Refuses a model whose table has the name that another model's had, while its own is another's now: by names alone the rows
/// of the one would become those of the other.
fn taken_tables(old: &State, models: &Models) -> Result<()> {
    for is in models.state.tables() {
        let heirs =
            old.tables().filter(|was| was.table.name != is.table.name && is_heir(old, models, was, is));
        for was in heirs {
            let (from, to) = (&was.table.name, &is.table.name);
            let takes = old.table(to).is_some();
            let left = models.state.table(from).is_some();
            // What a model says of long ago counts no more.
            let stays = old.table(to).is_some_and(|other| other.model == is.table.model);
            if (takes || left) && !stays {
                return Err(Error::Taken {
                    what: "table".to_owned(),
                    from: from.to_string(),
                    to: to.to_string(),
                });
            }
        }
    }
    Ok(())
}

fn columns(
    old: &Table,
    new: &Table,
    models: &Models,
    answers: &Known,
    questions: &mut Vec<Question>,
    renames: &mut Vec<(TableName, String, String)>,
) -> Result<()> {
    // A field with several columns says the same of each: their place tells which is which.
    let at_field = |columns: &[TableColumn], of: &TableColumn| {
        columns.iter().filter(|other| other.field == of.field).position(|other| other.name == of.name)
    };
    let is_heir = |was: &TableColumn, is: &TableColumn| {
        let before = models.renamed_columns.get(&(new.name.clone(), is.name.clone()));
        *before.unwrap_or(&is.field) == was.field && at_field(&new.columns, is) == at_field(&old.columns, was)
    };
    // By names alone the values of the one would become those of the other.
    for is in &new.columns {
        for was in old.columns.iter().filter(|was| was.name != is.name && is_heir(was, is)) {
            // What a model says of long ago counts no more.
            let stays = old.column(&is.name).is_some_and(|other| other.field == is.field);
            let takes = old.column(&is.name).is_some();
            let left = new.column(&was.name).is_some();
            if (takes || left) && !stays {
                return Err(Error::Taken {
                    what: format!("column of {}", new.name),
                    from: was.name.clone(),
                    to: is.name.clone(),
                });
            }
        }
    }
    let mut open: Vec<_> = new.columns.iter().filter(|column| old.column(&column.name).is_none()).collect();
    let mut left = Vec::new();
    for column in old.columns.iter().filter(|column| new.column(&column.name).is_none()) {
        match position(&open, |other| is_heir(column, other)) {
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
        let scored =
            open.iter().map(|other| (column_likeness((old, column), (new, other)), other.name.clone()));
        let what = format!("the column {} of {}", column.name, new.name);
        ask(questions, id, QuestionKind::Column, &what, scored);
    }
    Ok(())
}

/// Asks, if there is anything that it may have become: what is likeliest comes first.
fn ask(
    questions: &mut Vec<Question>,
    id: String,
    kind: QuestionKind,
    what: &str,
    scored: impl Iterator<Item = (f64, String)>,
) {
    let mut scored: Vec<_> = scored.collect();
    scored.sort_by(|(one, a), (two, b)| two.total_cmp(one).then(a.cmp(b)));
    let Some((_, first)) = scored.first() else { return };
    let text =
        format!("{what} is not in the models any more: was it renamed, to {first} perhaps, or removed?");
    let renames = scored.iter().map(|(_, name)| Choice::Rename(name.clone()));
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

/// How much alike two columns are, from 0 to 1: what they hold counts most.
fn column_likeness(
    (old_table, old): (&Table, &TableColumn),
    (new_table, new): (&Table, &TableColumn),
) -> f64 {
    let target = |table: &Table, column: &TableColumn| {
        table.foreign_keys.iter().find(|key| key.columns.contains(&column.name)).map(|key| key.table.clone())
    };
    let same = old.nullable == new.nullable
        && old.max_length == new.max_length
        && old.precision == new.precision
        && target(old_table, old) == target(new_table, new);
    let base = match (old.ty == new.ty, same) {
        (true, true) => 0.6,
        (true, false) => 0.4,
        (false, _) => 0.0,
    };
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
