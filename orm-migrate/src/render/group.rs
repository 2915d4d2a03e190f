//! Which steps are one transaction.

use std::ops::Range;

use orm::Backend;

use super::{Kind, MigrationStep};

/// Steps that follow each other, and happen together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) steps: Range<usize>,
    pub(crate) way: Way,
}

/// How the steps of a group are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// In a transaction; and whether SQLite minds foreign keys in it: where tables are made anew it must not, and where
    /// people have written SQL it must.
    Transaction { checked: bool },
    /// One step, which no transaction holds.
    Alone,
    /// Counts of rows, and the changes that they are for, which no transaction holds: under a lock of their tables.
    Locked,
}

/// The groups of the steps, in order.
pub(crate) fn groups(steps: &[MigrationStep], backend: Backend) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut before: Option<&MigrationStep> = None;
    for (at, step) in steps.iter().enumerate() {
        let way = way(step, backend);
        let goes_on = before.is_some_and(|before| match way {
            Way::Transaction { .. } => before.kind != Kind::Committed,
            Way::Alone => false,
            // Counts behind a change are for another.
            Way::Locked => before.at == step.at && (is_of_rows(before) || !is_of_rows(step)),
        });
        match groups.last_mut() {
            Some(last) if goes_on && last.way == way => last.steps.end = at + 1,
            _ => groups.push(Group { steps: at..at + 1, way }),
        }
        before = Some(step);
    }
    groups
}

/// Whether a step may be done again: it counts or fills rows.
pub(crate) fn is_of_rows(step: &MigrationStep) -> bool {
    matches!(step.kind, Kind::Rows | Kind::Guard(_))
}

fn way(step: &MigrationStep, backend: Backend) -> Way {
    let own = step.kind == Kind::Own;
    let checked = Way::Transaction { checked: true };
    match backend {
        Backend::MySql | Backend::MariaDb => match &step.kind {
            _ if !step.held.is_empty() => Way::Locked,
            Kind::Rows | Kind::Guard(_) => checked,
            Kind::Own if changes_rows(step) => checked,
            _ => Way::Alone,
        },
        _ if own && is_alone(step, backend) => Way::Alone,
        Backend::Sqlite => Way::Transaction { checked: own },
        _ => checked,
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
fn changes_rows(step: &MigrationStep) -> bool {
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
            touched: Vec::new(),
            held: Vec::new(),
        }
    }

    fn of(steps: &[MigrationStep], backend: Backend) -> Vec<(Range<usize>, Way)> {
        groups(steps, backend).into_iter().map(|group| (group.steps, group.way)).collect()
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
        let (some, off) = (Way::Transaction { checked: true }, Way::Transaction { checked: false });
        assert_eq!(
            of(&steps, Backend::Postgres),
            [(0..3, some), (3..4, Way::Alone), (4..5, some), (5..6, some)]
        );
        assert_eq!(of(&steps, Backend::Sqlite), [(0..2, off), (2..4, some), (4..5, off), (5..6, off)]);
        assert_eq!(
            of(&steps, Backend::MySql),
            [(0..1, Way::Alone), (1..3, some), (3..4, Way::Alone), (4..5, Way::Alone), (5..6, Way::Alone)]
        );
    }

    #[test]
    fn counts_are_under_the_lock_of_their_change() {
        let count = || step(Kind::Guard("rows".to_owned()), "SELECT COUNT(*) FROM a");
        let alter = || step(Kind::Definition, "ALTER TABLE a");
        let mut steps = [
            count(),
            count(),
            alter(),
            alter(),
            step(Kind::Rows, "UPDATE a"),
            count(),
            alter(),
            count(),
            alter(),
        ];
        for (at, step) in steps.iter_mut().enumerate() {
            step.held = vec![orm::schema::TableName::new("a")];
            step.at = usize::from(at > 6);
        }
        let locked = Way::Locked;
        assert_eq!(of(&steps, Backend::MySql), [(0..4, locked), (4..7, locked), (7..9, locked)]);
        assert_eq!(of(&steps, Backend::Postgres), [(0..9, Way::Transaction { checked: true })]);
    }
}
