//! Patterns: the regular expressions that mean the same to every database.
//!
//! `parse` reads the subset that the guide describes and refuses the rest, `print` writes it for the engines, `steps`
//! knows which patterns never make an engine go back.

mod parse;
mod print;
mod set;
mod steps;

use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::types::Value;

/// A pattern that was read, or what is wrong with it.
#[derive(Debug)]
pub struct Pattern {
    read: std::result::Result<Read, String>,
}

#[derive(Debug)]
struct Read {
    /// Where `$` is the very end of the text: SQLite, PostgreSQL.
    dollar: Value,
    /// Where it may be before a last new line, and `\z` is the end: MySQL, MariaDB.
    letter: Value,
    /// No engine has to go back.
    certain: bool,
}

impl Pattern {
    /// Reads a pattern; in lower case if it is compared with text that is.
    pub(crate) fn new(pattern: &str, lower: bool) -> Self {
        let read = parse::parse(pattern, lower).map(|part| Read {
            dollar: Value::Text(print::print(&part, "$")),
            letter: Value::Text(format!("(?-i){}", print::print(&part, "\\z"))),
            certain: steps::are_certain(&part),
        });
        Self { read }
    }

    /// What is bound.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] for a pattern that is not of the subset, [`ErrorKind::Unsupported`] on MariaDB for one
    /// that could make it go back: it gives up after a while, and says that the text does not match.
    pub(crate) fn value(&self, backend: Backend) -> Result<&Value> {
        let read = self.read.as_ref().map_err(|reason| {
            Error::new(ErrorKind::InvalidQuery {
                reason: format!("the pattern is not one for every database: {reason}"),
            })
        })?;
        match backend {
            Backend::Sqlite | Backend::Postgres => Ok(&read.dollar),
            Backend::MariaDb if !read.certain => Err(Error::new(ErrorKind::Unsupported {
                feature: "patterns where the next character does not say how to go on",
                backend: backend.name(),
            })),
            Backend::MySql | Backend::MariaDb => Ok(&read.letter),
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (&self.read, &other.read) {
            (Ok(one), Ok(other)) => one.dollar == other.dollar,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pattern: &str) -> (String, String) {
        let pattern = Pattern::new(pattern, false);
        let text = |backend| match pattern.value(backend) {
            Ok(Value::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        };
        (text(Backend::Postgres), text(Backend::MySql))
    }

    #[test]
    fn one_way_to_say_it() {
        let pairs = [
            ("", "(?:)", "(?-i)(?:)"),
            ("^a.c$", "^a[^\n]c$", "(?-i)^a[^\n]c\\z"),
            (r"\d{2,3}?[a-c\]]+|x*?", r"[0-9]{2,3}[\]a-c]+|x*", r"(?-i)[0-9]{2,3}[\]a-c]+|x*"),
            (r"(a|b)(?:cd)?\.\$", r"(?:a|b)(?:cd)?\.\$", r"(?-i)(?:a|b)(?:cd)?\.\$"),
            (r"[^\d]\-[-a]", r"[^0-9]\-[\-a]", r"(?-i)[^0-9]\-[\-a]"),
        ];
        for (pattern, dollar, letter) in pairs {
            assert_eq!(texts(pattern), (dollar.to_owned(), letter.to_owned()), "{pattern}");
        }
    }

    #[test]
    fn what_differs_between_engines_is_refused_with_its_place() {
        let wrong = [
            (r"a\b", "character 3"),
            (r"\1", "character 2"),
            (r"\p{L}", "character 2"),
            ("(?i)a", "character 3"),
            ("(?=a)", "character 3"),
            ("(?<n>a)", "character 3"),
            ("a**", "character 3"),
            ("a*+", "character 3"),
            ("*a", "character 1"),
            ("a{", "character 3"),
            ("a{2", "character 4"),
            ("a{3,2}", "character 6"),
            ("a{256}", "character 5"),
            ("a{0}", "character 4"),
            ("}", "character 1"),
            ("]", "character 1"),
            ("[a", "character 2"),
            ("[]", "character 2"),
            ("[z-a]", "character 4"),
            ("[[:alpha:]]", "character 2"),
            ("[a-c-e]", "character 5"),
            ("(a", "character 3"),
            ("a)", "character 2"),
            ("^*", "character 2"),
            ("(^a)+", "character 5"),
            ("(a*)*", "character 5"),
            ("()+", "character 3"),
            ("a\\", "character 2"),
            ("\0", "character 1"),
            (r"[\s\S]{9}[^\s\S]", "character 16"),
            ("(a{200}){200}", "more than"),
        ];
        let mut failed = Vec::new();
        for (pattern, place) in wrong {
            let said = match Pattern::new(pattern, false).value(Backend::Sqlite) {
                Err(error) if matches!(error.kind(), ErrorKind::InvalidQuery { .. }) => error.to_string(),
                other => format!("{other:?}"),
            };
            if !said.contains(place) {
                failed.push((pattern, place, said));
            }
        }
        assert_eq!(failed, []);
        let deep = "(".repeat(5000) + &")".repeat(5000);
        assert!(Pattern::new(&deep, false).value(Backend::Sqlite).is_err());
        assert!(Pattern::new(&"(".repeat(900), false).value(Backend::Sqlite).is_err());
    }

    #[test]
    fn engines_that_go_back_are_known() {
        for certain in [
            "",
            "abc",
            "^[a-z]+$",
            r"^\d{4}-\d{2}$",
            "(ab|cd)*e",
            "a?b",
            "[^,]*,[^,]*",
            "(?:[0-9]{1,3},){3}[a-z]",
        ] {
            assert!(Pattern::new(certain, false).value(Backend::MariaDb).is_ok(), "{certain}");
        }
        for uncertain in ["a.*b", "(a|a)*", "(a+)+b", "a*a", "(ab|ac)", "a?a", "a{2,3}a", "(a{2,3}){2}"] {
            let error = Pattern::new(uncertain, false).value(Backend::MariaDb).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{uncertain}");
            assert!(Pattern::new(uncertain, false).value(Backend::MySql).is_ok(), "{uncertain}");
        }
    }

    #[test]
    fn lower_case_is_that_of_the_set() {
        let lower = |pattern: &str| match Pattern::new(pattern, true).value(Backend::Sqlite) {
            Ok(Value::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(lower("AbÄ[A-C][^Z]"), "abä[a-c][^z]");
        assert_eq!(lower(r"\W."), "[^0-9_a-z][^\n]");
        assert_eq!(lower("[X-Z0]"), "[0x-z]");
    }
}
