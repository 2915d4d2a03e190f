//! Questions to somebody at a terminal.

use std::io::{BufRead, Write};

use orm::schema::{Default, Literal};

use super::makemigrations::written;
use crate::diff::{Choice, Question, QuestionKind};
use crate::error::Result;

/// Asks until there is an answer; none if the input ends.
pub(super) fn ask(
    question: &Question,
    out: &mut dyn Write,
    input: &mut dyn BufRead,
) -> Result<Option<Choice>> {
    let is_value = matches!(question.kind, QuestionKind::Fill | QuestionKind::Null);
    let mut text = format!("{}\n", question.text);
    for (at, choice) in question.choices.iter().enumerate() {
        text.push_str(&format!("  {}) {}\n", at + 1, words(choice)));
    }
    let other = if is_value { ", or `= value` for another value, in JSON" } else { "" };
    text.push_str(&format!("a number{other}: "));
    loop {
        written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))?;
        let mut line = String::new();
        match input.read_line(&mut line) {
            Ok(0) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
        let line = line.trim();
        let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(choice) = number.and_then(|at| question.choices.get(at)) {
            return Ok(Some(choice.clone()));
        }
        let value = line.strip_prefix('=').filter(|_| is_value);
        if let Some(Ok(value)) = value.map(|value| serde_json::from_str::<Literal>(value.trim())) {
            return Ok(Some(Choice::Fill(Default::Value(value))));
        }
        "a number of the list, please: ".clone_into(&mut text);
    }
}

fn words(choice: &Choice) -> String {
    match choice {
        Choice::Rename(name) => format!("renamed to {name}"),
        Choice::Drop => "removed, with what is in it".to_owned(),
        Choice::None => "there is no such row".to_owned(),
        Choice::Fill(Default::Now) => "the time of the migration".to_owned(),
        Choice::Fill(Default::Uuid) => "a random UUID for each".to_owned(),
        Choice::Fill(Default::Value(value)) => {
            format!("the value {}", serde_json::to_string(value).unwrap_or_default())
        }
        Choice::Fill(_) => "a value that SQL gives".to_owned(),
    }
}
