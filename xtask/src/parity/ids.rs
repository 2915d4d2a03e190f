//! The rows that the pages must have: so that none of them can vanish unseen.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

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

    /// How its rows on a page are numbered.
    fn rows(self, page: Page) -> RangeInclusive<u32> {
        match (page, self) {
            (Page::Promised, Self::Djazzle) => 1..=13,
            (Page::Promised, Self::Uno) => 1..=33,
            (Page::Promised, Self::Peewee) => 1..=26,
            (Page::Promised, Self::Pydapper) => 1..=10,
            (Page::Promised, Self::Oxyde) => 1..=27,
            (Page::Wider, Self::Djazzle) => 33..=33,
            (Page::Wider, Self::Uno) => RangeInclusive::new(1, 0),
            (Page::Wider, Self::Peewee) => 30..=55,
            (Page::Wider, Self::Pydapper) => 11..=32,
            (Page::Wider, Self::Oxyde) => 30..=36,
        }
    }
}

/// A page with rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Page {
    /// What is promised to users of each system.
    Promised,
    /// What they are used to beside that, around connections, transactions and SQL of their own.
    Wider,
}

impl Page {
    pub(super) const ALL: [Self; 2] = [Self::Promised, Self::Wider];

    /// Its file in `docs`.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Promised => "parity.md",
            Self::Wider => "parity_wider.md",
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
    /// Reads what a cell of a page says: a letter and a number without zeros before it.
    pub(super) fn parse(page: Page, text: &str) -> Option<Self> {
        let system = System::ALL.into_iter().find(|system| text.starts_with(system.letter()))?;
        let number: u32 = text.get(1..)?.parse().ok()?;
        let id = Self { system, number };
        (id.to_string() == text && system.rows(page).contains(&number)).then_some(id)
    }

    fn all(page: Page) -> impl Iterator<Item = Self> {
        System::ALL
            .into_iter()
            .flat_map(move |system| system.rows(page).map(move |number| Self { system, number }))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.system.letter(), self.number)
    }
}

/// What is wrong with these as the rows of a page: each must be there once.
pub(super) fn check(page: Page, found: impl IntoIterator<Item = Id>) -> Vec<String> {
    let mut counts: BTreeMap<Id, u32> = Id::all(page).map(|id| (id, 0)).collect();
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
    use super::{Id, Page, check};

    #[test]
    fn names_of_rows_are_read_exactly() {
        let parse = |page, text| Id::parse(page, text).map(|id| id.to_string());
        for good in ["D1", "D13", "U33", "P26", "A10", "O27"] {
            assert_eq!(parse(Page::Promised, good).as_deref(), Some(good));
            assert_eq!(parse(Page::Wider, good), None);
        }
        for wider in ["D33", "P30", "P55", "A11", "A32", "O30", "O36"] {
            assert_eq!(parse(Page::Wider, wider).as_deref(), Some(wider));
            assert_eq!(parse(Page::Promised, wider), None);
        }
        for bad in [
            "", "D", "D0", "D01", "D14", "U34", "U40", "P27", "P56", "A33", "O28", "X1", "1", "d1", "D-1",
            "D+1", "Ä1",
        ] {
            for page in Page::ALL {
                assert_eq!(parse(page, bad), None, "{bad}");
            }
        }
    }

    #[test]
    fn rows_that_vanish_or_come_twice_are_named() {
        for (page, count, lost, twice) in [(Page::Promised, 109, "P7", "O3"), (Page::Wider, 56, "P30", "A32")]
        {
            assert_eq!(Id::all(page).count(), count);
            assert!(check(page, Id::all(page)).is_empty());
            let found = Id::all(page).filter(|id| id.to_string() != lost).chain(Id::parse(page, twice));
            let mut said = check(page, found);
            said.sort();
            assert_eq!(said, [format!("the page has 2 rows {twice}"), format!("the page has no row {lost}")]);
        }
    }
}
