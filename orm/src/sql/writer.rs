//! The text as sea-query writes it, and which value each placeholder stands for.

use std::fmt::{self, Write};

use sea_query::{QueryBuilder, SqlWriter, Value};

use super::dialect::Dialect;

/// Where an argument comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    /// Which value, in the order of the walk.
    pub(super) value: u32,
    /// Which value of a list; beyond its end it is the last one, so that lists can be padded.
    pub(super) element: Option<u32>,
    /// Which part of a tuple.
    pub(super) part: Option<u8>,
    /// Digits behind the point of the decimal column it is compared with or written to, else [`NO_SCALE`].
    pub(super) scale: u8,
}

/// [`Slot::scale`] where there is none.
pub(super) const NO_SCALE: u8 = u8::MAX;

/// Stands for "no limit" where an offset needs a limit. No slot has this number.
pub(super) const NO_LIMIT: u64 = u64::MAX;

/// Marks a slot as that of a limit. No slot has a number as large.
pub(super) const LIMIT: u64 = 1 << 63;

/// Collects the text, and the slots in the order of their placeholders.
///
/// A value in what sea-query builds is the number of a slot. Where placeholders have numbers, a slot keeps its
/// number: PostgreSQL then knows the expression `x + $1` of a `GROUP BY` again in the selection.
#[derive(Debug)]
pub(super) struct Text {
    text: String,
    /// The numbers of slots, one for each argument.
    arguments: Vec<usize>,
    /// The number of each slot's placeholder, from 1; 0 before it occurs.
    numbers: Vec<usize>,
    /// What is written for a placeholder, where there are no arguments.
    literals: Option<Vec<String>>,
    dialect: &'static Dialect,
}

impl Text {
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        Self {
            text: String::with_capacity(256),
            arguments: Vec::new(),
            numbers: Vec::new(),
            literals: None,
            dialect,
        }
    }

    /// Writes literals instead of placeholders.
    pub(super) fn of_schema(dialect: &'static Dialect, literals: Vec<String>) -> Self {
        Self { literals: Some(literals), ..Self::new(dialect) }
    }

    pub(super) fn into_parts(self) -> (String, Vec<usize>) {
        (self.text, self.arguments)
    }

    /// Adds text of ours to the end.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn placeholder(&mut self, slot: usize) {
        if let Some(literals) = &self.literals {
            self.text.push_str(literals.get(slot).map_or("NULL", String::as_str));
            return;
        }
        if !self.dialect.numbered {
            self.text.push('?');
            self.arguments.push(slot);
            return;
        }
        if self.numbers.len() <= slot {
            self.numbers.resize(slot + 1, 0);
        }
        if let Some(number) = self.numbers.get_mut(slot) {
            if *number == 0 {
                self.arguments.push(slot);
                *number = self.arguments.len();
            }
            // Writing to a String cannot fail.
            let _ = write!(self.text, "${number}");
        }
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl SqlWriter for Text {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, _: &T) {
        match value {
            Value::BigUnsigned(Some(NO_LIMIT)) => {
                self.text.push_str(self.dialect.no_limit.unwrap_or_default());
            }
            Value::BigUnsigned(Some(slot)) => {
                if slot & LIMIT != 0 {
                    self.text.push_str(self.dialect.before_limit);
                }
                if let Ok(slot) = usize::try_from(slot & !LIMIT) {
                    self.placeholder(slot);
                }
            }
            // We make no other values.
            _ => {}
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}
