//! Which steps are one transaction.

use std::ops::Range;

use orm::Backend;

use super::{Kind, MigrationStep};

/// Steps that follow each other, and happen together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) steps: Range<usize>,
    /// None if there can be no transaction: it is one step then. Else whether SQLite minds foreign keys in it: where
    /// tables are made anew it must not, and where people have written SQL it must.
    pub(crate) transaction: Option<bool>,
}

/// The groups of the steps, in order.
pub(crate) fn groups(steps: &[MigrationStep], backend: Backend) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut ended = true;
    for (at, step) in steps.iter().enumerate() {
        let transaction = transaction(step, backend);
        match groups.last_mut() {
            Some(last) if !ended && transaction.is_some() && last.transaction == transaction => {
                last.steps.end = at + 1;
            }
            _ => groups.push(Group { steps: at..at + 1, transaction }),
        }
        ended = step.kind == Kind::Committed || transaction.is_none();
    }
    groups
}

fn transaction(step: &MigrationStep, backend: Backend) -> Option<bool> {
    let own = step.kind == Kind::Own;
    match backend {
        Backend::MySql | Backend::MariaDb => match &step.kind {
            Kind::Rows | Kind::Guard(_) => Some(true),
            Kind::Own => is_of_rows(step).then_some(true),
            _ => None,
        },
        _ if own && is_alone(step, backend) => None,
        Backend::Sqlite => Some(own),
        _ => Some(true),
    }
}

/// The words at the beginning of a statement, in small letters, behind comments.
fn words(step: &MigrationStep) -> Vec<String> {
    let mut text = step.sql.first().map(String::as_str).unwrap_or_default().trim_start();
    loop {
        let end = match text.get(..2) {
            Some("--") => text.find('\n'),
            Some("/*") => text.find("*/").map(|at| at + 1),
            _ => break,
        };
        text = end.and_then(|at| text.get(at + 1..)).unwrap_or_default().trim_start();
    }
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.take(4).map(str::to_ascii_lowercase).collect()
}

/// Whether MySQL and MariaDB can take the statement back.
fn is_of_rows(step: &MigrationStep) -> bool {
    let first = words(step).into_iter().next().unwrap_or_default();
    matches!(first.as_str(), "insert" | "update" | "delete" | "replace" | "select" | "with")
}

/// Whether the backend takes the statement only outside of a transaction.
fn is_alone(step: &MigrationStep, backend: Backend) -> bool {
    let words = words(step);
    let first = words.first().map(String::as_str).unwrap_or_default();
    match backend {
        Backend::Sqlite => matches!(first, "vacuum" | "pragma" | "attach" | "detach"),
        Backend::Postgres => {
            first == "vacuum" || words.iter().any(|word| word == "concurrently" || word == "database")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: Kind, sql: &str) -> MigrationStep {
        MigrationStep {
            operation: String::new(),
            sql: vec![sql.to_owned()],
            kind,
            first: 0,
            at: 0,
            tables: Vec::new(),
            undo: Vec::new(),
        }
    }

    fn of(steps: &[MigrationStep], backend: Backend) -> Vec<(Range<usize>, Option<bool>)> {
        groups(steps, backend).into_iter().map(|group| (group.steps, group.transaction)).collect()
    }

    #[test]
    fn a_transaction_goes_as_far_as_the_backend_lets_it() {
        let steps = [
            step(Kind::Definition, "CREATE TABLE a (x)"),
            step(Kind::Rows, "UPDATE a SET x = 1"),
            step(Kind::Own, "-- rows\nDELETE FROM a"),
            step(Kind::Own, "CREATE INDEX CONCURRENTLY i ON a (x)"),
            step(Kind::Committed, "ALTER TYPE e ADD VALUE 'x'"),
            step(Kind::Definition, "ALTER TABLE a"),
        ];
        let some = Some(true);
        assert_eq!(of(&steps, Backend::Postgres), [(0..3, some), (3..4, None), (4..5, some), (5..6, some)]);
        assert_eq!(
            of(&steps, Backend::Sqlite),
            [(0..2, Some(false)), (2..4, some), (4..5, Some(false)), (5..6, Some(false))]
        );
        assert_eq!(
            of(&steps, Backend::MySql),
            [(0..1, None), (1..3, some), (3..4, None), (4..5, None), (5..6, None)]
        );
    }
}
