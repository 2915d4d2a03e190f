//! What was said about one option: under which of its names, and where.

use std::fmt;

use super::config;
use crate::error::Result;

/// Everything that was said about one option: a value for each of the names that were used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said<T> {
    values: Vec<(&'static str, T)>,
    in_url: bool,
}

/// The one value of an option, and how it came about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoken<T> {
    pub(super) value: T,
    name: &'static str,
    in_url: bool,
}

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self { values: Vec::new(), in_url: false }
    }
}

impl<T: Copy + PartialEq> Said<T> {
    /// The program says it. Said again under the same name, the last one counts.
    pub(super) fn set(&mut self, name: &'static str, value: T) {
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.values.push((name, value)),
        }
    }

    /// The URL says it.
    pub(super) fn set_in_url(&mut self, name: &'static str, value: T) {
        self.set(name, value);
        self.in_url = true;
    }

    /// It was not the URL after all.
    pub(super) fn is_of_the_program(&mut self) {
        self.in_url = false;
    }

    /// This, or `other` if nothing was said, under whichever name.
    pub(super) fn or(self, other: Self) -> Self {
        if self.values.is_empty() { other } else { self }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// `Config` that names both, if two names have different values.
    pub(super) fn agreed(&self) -> Result<Option<Spoken<T>>> {
        let Some(&(name, value)) = self.values.first() else { return Ok(None) };
        match self.values.iter().find(|(_, other)| *other != value) {
            Some((other, _)) => Err(config(format!(
                "`{name}` and `{other}` mean the same but have different values{}",
                place(self.in_url)
            ))),
            None => Ok(Some(Spoken { value, name, in_url: self.in_url })),
        }
    }
}

impl<T: fmt::Debug> Said<T> {
    /// Adds it to what is shown of the options.
    pub(super) fn show(&self, out: &mut fmt::DebugStruct<'_, '_>) {
        for (name, value) in &self.values {
            out.field(name, value);
        }
    }
}

fn place(in_url: bool) -> &'static str {
    if in_url { " in the URL" } else { "" }
}

impl<T> Spoken<T> {
    /// How it is called in an error.
    pub(super) fn name(&self) -> String {
        format!("`{}`{}", self.name, place(self.in_url))
    }
}

/// Name and value, for an error.
impl<T: fmt::Display> fmt::Display for Spoken<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}{}", self.name, self.value, place(self.in_url))
    }
}
