//! Questions about what the models do not tell, and their answers.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use orm::schema::Default;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::state::State;

/// What has to be known before a migration can be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Question {
    /// By which the answer is given. The same question has the same one, whenever it is asked.
    pub id: String,
    /// What it is about.
    pub kind: QuestionKind,
    /// The question in words.
    pub text: String,
    /// What may be answered, the likeliest first. For a value, any other does as well.
    pub choices: Vec<Choice>,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum QuestionKind {
    /// Whether a table was renamed or removed.
    Table,
    /// Whether a column was renamed or removed.
    Column,
    /// The value of a new column in the rows that are there.
    Fill,
    /// The value of a column in the rows that have NULL there, which may be so no longer.
    Null,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Choice {
    /// It has this name now.
    Rename(String),
    /// It goes, with what is in it.
    Drop,
    /// Rows get this value.
    Fill(Default),
    /// There is no such row.
    None,
}

/// Answers, by the ids of their questions.
#[derive(Debug, Clone, PartialEq, std::default::Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers {
    choices: BTreeMap<String, Choice>,
    /// Old and new names of which the tables will tell whether they are those of columns.
    #[serde(skip)]
    renames: Vec<(String, String)>,
}

impl Answers {
    /// No answers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers in JSON: an object with ids as keys, `{"column:posts.title": {"rename": "heading"}}`.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] with what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|error| Error::Unknown { what: format!("answer that can be read: {error}") })
    }

    /// Answers a question.
    pub fn insert(&mut self, id: impl Into<String>, choice: Choice) {
        self.choices.insert(id.into(), choice);
    }

    /// Answers that a table or a column was renamed: `posts=articles`, `posts.title=heading`. The table of a column
    /// goes by the name that it has now; one in a schema by both names, `shop.posts=shop.articles`.
    ///
    /// # Errors
    ///
    /// [`Error::Unknown`] for what is no such pair.
    pub fn rename(&mut self, pair: &str) -> Result<()> {
        match pair.split_once('=') {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                self.renames.push((old.to_owned(), new.to_owned()));
                Ok(())
            }
            _ => Err(Error::Unknown {
                what: format!("rename in `{pair}`: write `table=table` or `table.column=column`"),
            }),
        }
    }

    /// The answer to a question.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Choice> {
        self.choices.get(id)
    }
}

/// Answers, and which of them were to a question.
pub(super) struct Known {
    choices: BTreeMap<String, Choice>,
    used: RefCell<BTreeSet<String>>,
}

impl Known {
    /// The answers, where these are the tables before.
    pub(super) fn new(answers: &Answers, old: &State) -> Self {
        let mut choices = answers.choices.clone();
        for (from, to) in &answers.renames {
            let is_table = old.tables().any(|stored| stored.table.name.to_string() == *from);
            if is_table || !from.contains('.') {
                choices.insert(format!("table:{from}"), Choice::Rename(to.clone()));
            } else {
                let to = to.rsplit('.').next().unwrap_or(to);
                choices.insert(format!("column:{from}"), Choice::Rename(to.to_owned()));
            }
        }
        Self { choices, used: RefCell::default() }
    }

    /// The answer to a question.
    pub(super) fn get(&self, id: &str) -> Option<&Choice> {
        self.used.borrow_mut().insert(id.to_owned());
        self.choices.get(id)
    }

    /// Refuses an answer to what is no question: who said it meant something that will not be done.
    pub(super) fn check(&self) -> Result<()> {
        let used = self.used.borrow();
        match self.choices.keys().find(|id| !used.contains(*id)) {
            Some(id) => Err(Error::Unknown { what: format!("question that `{id}` would answer") }),
            None => Ok(()),
        }
    }
}
