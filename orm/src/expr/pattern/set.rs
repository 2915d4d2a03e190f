//! Sets of characters.

use crate::types::case;

/// Characters, as ranges in order that do not touch. NUL is never among them: no text holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set(Vec<(char, char)>);

const FIRST: char = '\u{1}';

impl Set {
    pub(super) fn one(c: char) -> Self {
        Self(vec![(c, c)])
    }

    pub(super) fn of(mut ranges: Vec<(char, char)>) -> Self {
        ranges.sort_unstable();
        let mut joined: Vec<(char, char)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match joined.last_mut() {
                Some((_, end)) if next(*end).is_none_or(|next| low <= next) => *end = high.max(*end),
                _ => joined.push((low, high)),
            }
        }
        Self(joined)
    }

    pub(super) fn ranges(&self) -> &[(char, char)] {
        &self.0
    }

    /// All other characters.
    pub(super) fn complement(&self) -> Self {
        let mut from = Some(FIRST);
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        for (low, high) in &self.0 {
            if let (Some(from), Some(to)) = (from, previous(*low))
                && from <= to
            {
                ranges.push((from, to));
            }
            from = next(*high);
        }
        if let Some(from) = from {
            ranges.push((from, char::MAX));
        }
        Self(ranges)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().any(|a| other.0.iter().any(|b| a.0 <= b.1 && b.0 <= a.1))
    }

    /// Each in lower case.
    pub(super) fn lower(&self) -> Self {
        Self::of(
            self.0
                .iter()
                .flat_map(|(low, high)| (*low..=*high).map(case::lower_char))
                .map(|c| (c, c))
                .collect(),
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether what is not in it is the shorter thing to say.
    pub(super) fn is_mostly_all(&self) -> bool {
        self.0.last().is_some_and(|(_, high)| *high == char::MAX)
    }
}

fn next(c: char) -> Option<char> {
    let mut after = c..=char::MAX;
    after.nth(1)
}

fn previous(c: char) -> Option<char> {
    (FIRST..=c).rev().nth(1)
}
