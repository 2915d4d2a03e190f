//! The difference of two states, as operations in an order in which they can be done.
//!
//! `rename` decides what became what, and asks where it cannot know. `prelude` renames, `changes` compares what has
//! the same name by then; both give nodes of one graph over all apps, with facts that they provide and require.
//! `order` sorts the graph and cuts it into migrations. `diff` is deterministic: the same input gives the same bytes.

mod answers;
mod changes;
mod columns;
mod created;
mod node;
mod order;
mod prelude;
mod rename;

use answers::Known;
pub use answers::{Answers, Choice, Question, QuestionKind};
pub(crate) use order::Step;

use crate::error::Result;
use crate::state::{Models, State};

/// What the comparison comes to.
#[derive(Debug)]
pub(crate) enum Difference {
    /// What has to be known first.
    Questions(Vec<Question>),
    /// The steps that lead to what the models say, each of one app.
    Steps(Vec<Step>),
}

/// Compares the tables with the models.
pub(crate) fn diff(old: &State, models: &Models, answers: &Answers) -> Result<Difference> {
    let mut questions = Vec::new();
    let answers = &Known::new(answers, old);
    let renames = rename::renames(old, models, answers, &mut questions)?;
    // What a table was decides which questions there are about its columns.
    if !questions.is_empty() {
        return Ok(Difference::Questions(questions));
    }
    let mut nodes = Vec::new();
    let renamed = prelude::nodes(old, &models.state, &renames, &mut nodes)?;
    changes::nodes(&renamed, models, answers, &mut nodes, &mut questions)?;
    if !questions.is_empty() {
        return Ok(Difference::Questions(questions));
    }
    answers.check()?;
    order::steps(old, models, nodes).map(Difference::Steps)
}
