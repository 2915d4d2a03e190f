//! The rows that the page must have: so that none of them can vanish unseen.

use std::collections::BTreeMap;
use std::fmt;

use clap::ValueEnum;

/// One of the systems whose users find here what they had there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ValueEnum)]
pub(crate) enum System {
    /// Djazzle
    #[value(name = "D")]
    Djazzle,
    /// Uno
    #[value(name = "U")]
    Uno,
    /// Peewee
    #[value(name = "P")]
    Peewee,
    /// pydapper
    #[value(name = "A")]
    Pydapper,
    /// Oxyde
    #[value(name = "O")]
    Oxyde,
}

impl System {
    /// All of them, in the order of the page.
    pub(super) const ALL: [Self; 5] = [Self::Djazzle, Self::Uno, Self::Peewee, Self::Pydapper, Self::Oxyde];

    fn letter(self) -> char {
        match self {
            Self::Djazzle => 'D',
            Self::Uno => 'U',
            Self::Peewee => 'P',
            Self::Pydapper => 'A',
            Self::Oxyde => 'O',
        }
    }

    /// Its rows are numbered from 1 to this.
    fn rows(self) -> u32 {
        match self {
            Self::Djazzle => 13,
            Self::Uno => 33,
            Self::Peewee => 26,
            Self::Pydapper => 10,
            Self::Oxyde => 27,
        }
    }
}

/// The name of a row: `D4`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Id {
    pub(super) system: System,
    number: u32,
}

impl Id {
    /// Reads what a cell says: a letter and a number without zeros before it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let system = System::ALL.into_iter().find(|system| text.starts_with(system.letter()))?;
        let number: u32 = text.get(1..)?.parse().ok()?;
        let id = Self { system, number };
        (id.to_string() == text && (1..=system.rows()).contains(&number)).then_some(id)
    }

    fn all() -> impl Iterator<Item = Self> {
        System::ALL
            .into_iter()
            .flat_map(|system| (1..=system.rows()).map(move |number| Self { system, number }))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.system.letter(), self.number)
    }
}

/// What is wrong with these as the rows of the page: each must be there once.
pub(super) fn check(found: impl IntoIterator<Item = Id>) -> Vec<String> {
    let mut counts: BTreeMap<Id, u32> = Id::all().map(|id| (id, 0)).collect();
    for id in found {
        *counts.entry(id).or_default() += 1;
    }
    counts
        .into_iter()
        .filter_map(|(id, count)| match count {
            1 => None,
            0 => Some(format!("the page has no row {id}")),
            _ => Some(format!("the page has {count} rows {id}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Id, check};

    #[test]
    fn names_of_rows_are_read_exactly() {
        for good in ["D1", "D13", "U33", "P26", "A10", "O27"] {
            assert_eq!(Id::parse(good).map(|id| id.to_string()).as_deref(), Some(good));
        }
        for bad in
            ["", "D", "D0", "D01", "D14", "U34", "P27", "A11", "O28", "X1", "1", "d1", "D-1", "D+1", "Ä1"]
        {
            assert_eq!(Id::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn rows_that_vanish_or_come_twice_are_named() {
        assert_eq!(Id::all().count(), 109);
        assert!(check(Id::all()).is_empty());
        let twice = Id::all().filter(|id| id.to_string() != "P7").chain(Id::parse("O3"));
        assert_eq!(check(twice), ["the page has no row P7", "the page has 2 rows O3"]);
    }
}
