//! What shows that a row is done: which tests there are, how they came out, and what that says of a row.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{BACKENDS, Row};

/// A program of tests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Binary {
    /// One body, every backend: `module::name [backend]`.
    EndToEnd,
    /// The same harness, one test at a time: for what concerns the whole process.
    Alone,
    /// The same harness, for what is long.
    Endure,
    /// The standard harness with a module a backend: `backend::name`.
    Runtimes,
    /// Programs that must not compile.
    Compile,
    /// The unit tests of the libraries.
    Unit,
}

impl Binary {
    pub(super) const ALL: [Self; 6] =
        [Self::EndToEnd, Self::Alone, Self::Endure, Self::Runtimes, Self::Compile, Self::Unit];

    /// What the page calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::EndToEnd => "e2e",
            Self::Alone => "alone",
            Self::Endure => "endure",
            Self::Runtimes => "runtimes",
            Self::Compile => "compile",
            Self::Unit => "orm",
        }
    }

    /// Whether the names of its tests say where they run.
    pub(super) fn names_backends(self) -> bool {
        matches!(self, Self::EndToEnd | Self::Alone | Self::Endure | Self::Runtimes)
    }

    /// Whether its tests are those of our own harness, which takes one filter at a time.
    pub(super) fn is_our_harness(self) -> bool {
        matches!(self, Self::EndToEnd | Self::Alone | Self::Endure)
    }
}

/// A test as the page names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) binary: Binary,
    pub(super) name: String,
    /// Which of the programs that must not compile.
    pub(super) program: Option<String>,
}

impl Test {
    /// Its name on a backend, as its binary prints it.
    pub(super) fn on(&self, backend: &str) -> String {
        match self.binary {
            Binary::EndToEnd | Binary::Alone | Binary::Endure => format!("{} [{backend}]", self.name),
            Binary::Runtimes => self.name.replace("{backend}", backend),
            Binary::Compile | Binary::Unit => self.name.clone(),
        }
    }

    /// Its names on the backends that a row concerns. What concerns none is run on SQLite.
    pub(super) fn names(&self, row: &Row) -> BTreeSet<String> {
        let backends = if row.backends.is_empty() { &BACKENDS[..1] } else { &row.backends };
        backends.iter().map(|backend| self.on(backend)).collect()
    }
}

/// How a test came out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Outcome {
    Passed,
    /// Left out, or without the server that it is for.
    Ignored,
    Failed,
}

/// The names of the tests that a binary has, from what it prints for `--list`.
pub(super) fn listed(printed: &str) -> BTreeSet<String> {
    printed.lines().filter_map(|line| line.trim().strip_suffix(": test")).map(str::to_owned).collect()
}

/// How tests came out, from what a run of them prints. Of two of one name the worse counts.
pub(super) fn outcomes(printed: &str) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    for line in printed.lines() {
        let Some((name, word)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... ")) else {
            continue;
        };
        let outcome = match word.split([' ', ',']).next() {
            Some("ok") => Outcome::Passed,
            Some("ignored") => Outcome::Ignored,
            _ => Outcome::Failed,
        };
        let worst = outcomes.entry(name.trim().to_owned()).or_insert(outcome);
        *worst = outcome.max(*worst);
    }
    outcomes
}

/// All that is known of the tests.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) listed: BTreeMap<Binary, BTreeSet<String>>,
    pub(super) outcomes: BTreeMap<Binary, BTreeMap<String, Outcome>>,
    /// The programs that must not compile, as `rule/program`.
    pub(super) programs: BTreeSet<String>,
}

impl Known {
    /// What the row names and is not there.
    pub(super) fn absent(&self, row: &Row) -> Vec<String> {
        let mut absent = Vec::new();
        for test in &row.tests {
            let listed = self.listed.get(&test.binary);
            for name in test.names(row) {
                if !listed.is_some_and(|listed| listed.contains(&name)) {
                    absent.push(format!("{}: there is no test `{}: {name}`", row.id, test.binary.name()));
                }
            }
            if let Some(program) = test.program.as_ref().filter(|program| !self.programs.contains(*program)) {
                absent.push(format!("{}: there is no program `{program}` with its message", row.id));
            }
        }
        absent
    }

    /// The rows of which a test was left out on one of these backends, by its binary.
    pub(super) fn left_out<'r>(&self, rows: &[&'r Row], backends: &[&str]) -> BTreeMap<Binary, Vec<&'r Row>> {
        let mut left_out: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for &row in rows {
            for test in row.tests.iter().filter(|test| test.binary.names_backends()) {
                let outcome = |backend: &&str| self.outcomes.get(&test.binary)?.get(&test.on(backend));
                if backends.iter().any(|backend| outcome(backend) == Some(&Outcome::Ignored)) {
                    left_out.entry(test.binary).or_default().push(row);
                }
            }
        }
        left_out
    }

    /// How tests came out when they were run again. It counts for those that were left out before.
    pub(super) fn learn(&mut self, binary: Binary, again: BTreeMap<String, Outcome>) {
        let known = self.outcomes.entry(binary).or_default();
        for (name, outcome) in again {
            if let Some(before) = known.get_mut(&name).filter(|before| **before == Outcome::Ignored) {
                *before = outcome;
            }
        }
    }

    /// Which tests of the row did not show what they are to show.
    pub(super) fn failures(&self, row: &Row) -> Vec<String> {
        let mut failures = Vec::new();
        for test in &row.tests {
            let outcomes = self.outcomes.get(&test.binary);
            for name in test.names(row) {
                let what = match outcomes.and_then(|outcomes| outcomes.get(&name)) {
                    Some(Outcome::Passed) => continue,
                    Some(Outcome::Ignored) => "was left out",
                    Some(Outcome::Failed) => "failed",
                    None => "did not run",
                };
                failures.push(format!("{}: `{}: {name}` {what}", row.id, test.binary.name()));
            }
        }
        failures
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::ids::Page;
    use super::super::page;
    use super::{Binary, Known, Outcome, Row, listed, outcomes};

    fn row(tests: &str, backends: &str) -> Row {
        let text = format!(
            "| Id | What one does there | What serves it here | Tests | Backends | State |\n\
             |---|---|---|---|---|---|\n| O4 | closes | `db::close` | {tests} | {backends} | done |"
        );
        let (mut rows, wrong) = page::parse(Page::Promised, &text);
        assert!(wrong.is_empty(), "{wrong:?}");
        rows.remove(0)
    }

    /// All is there and passed, but for what is said.
    fn known(binary: Binary, tests: &[(&str, Outcome)]) -> Known {
        Known {
            listed: BTreeMap::from([(binary, tests.iter().map(|(name, _)| (*name).to_owned()).collect())]),
            outcomes: BTreeMap::from([(
                binary,
                tests.iter().map(|(name, outcome)| ((*name).to_owned(), *outcome)).collect(),
            )]),
            programs: BTreeSet::from(["executor/number".to_owned()]),
        }
    }

    #[test]
    fn lists_and_results_are_read() {
        let names = listed("a::b [sqlite]: test\na::b: test\nx: benchmark\n\n2 tests, 1 benchmark\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a::b", "a::b [sqlite]"]);
        let text = "running 4 tests\ntest a::b [sqlite]   ... ok\ntest a::c ... ignored, no server\n\
                    test a::d - should panic ... ok\ntest twice ... FAILED\ntest twice ... ok\n\
                    test result: FAILED. 3 passed; 1 failed\n";
        let found: Vec<_> = outcomes(text).into_iter().collect();
        let expected = [
            ("a::b [sqlite]", Outcome::Passed),
            ("a::c", Outcome::Ignored),
            ("a::d - should panic", Outcome::Passed),
            ("twice", Outcome::Failed),
        ];
        assert_eq!(found, expected.map(|(name, outcome)| (name.to_owned(), outcome)));
    }

    #[test]
    fn a_row_needs_each_backend_that_it_concerns() {
        let row = row("`e2e: names::closed`", "sqlite, mysql");
        let both = [("names::closed [sqlite]", Outcome::Passed), ("names::closed [mysql]", Outcome::Passed)];
        let all = known(Binary::EndToEnd, &both);
        assert!(all.absent(&row).is_empty() && all.failures(&row).is_empty());
        let one = known(Binary::EndToEnd, &both[..1]);
        assert_eq!(one.absent(&row), ["O4: there is no test `e2e: names::closed [mysql]`"]);
        assert_eq!(one.failures(&row), ["O4: `e2e: names::closed [mysql]` did not run"]);
        for (outcome, word) in [(Outcome::Ignored, "was left out"), (Outcome::Failed, "failed")] {
            let known = known(Binary::EndToEnd, &[both[0], (both[1].0, outcome)]);
            assert_eq!(known.failures(&row), [format!("O4: `e2e: names::closed [mysql]` {word}")]);
        }
        // The same name in another binary is another test.
        assert_eq!(known(Binary::Endure, &both).absent(&row).len(), 2);
    }

    #[test]
    fn what_was_left_out_is_run_again_where_it_can_be() {
        let row = row("`e2e: names::closed`", "sqlite, mysql");
        let before =
            [("names::closed [sqlite]", Outcome::Failed), ("names::closed [mysql]", Outcome::Ignored)];
        let mut known = known(Binary::EndToEnd, &before);
        assert!(known.left_out(&[&row], &["sqlite", "postgres"]).is_empty());
        assert_eq!(known.left_out(&[&row], &["mysql"]).into_keys().collect::<Vec<_>>(), [Binary::EndToEnd]);
        let again = ["names::closed [sqlite]", "names::closed [mysql]"]
            .map(|name| (name.to_owned(), Outcome::Passed));
        known.learn(Binary::EndToEnd, again.into());
        assert_eq!(known.failures(&row), ["O4: `e2e: names::closed [sqlite]` failed"]);
    }

    #[test]
    fn a_row_without_backends_runs_once() {
        let row = row("`e2e: names::closed`<br>`compile: refused (executor/number)`", "none");
        let mut all = known(Binary::EndToEnd, &[("names::closed [sqlite]", Outcome::Passed)]);
        assert_eq!(all.absent(&row), ["O4: there is no test `compile: refused`"]);
        all.listed.insert(Binary::Compile, BTreeSet::from(["refused".to_owned()]));
        all.outcomes.insert(Binary::Compile, BTreeMap::from([("refused".to_owned(), Outcome::Passed)]));
        assert!(all.absent(&row).is_empty() && all.failures(&row).is_empty());
        all.programs.clear();
        assert_eq!(all.absent(&row), ["O4: there is no program `executor/number` with its message"]);
    }

    #[test]
    fn modules_name_backends_too() {
        let row = row("`runtimes: {backend}::crowd`", "postgres");
        let known = known(Binary::Runtimes, &[("postgres::crowd", Outcome::Passed)]);
        assert!(known.absent(&row).is_empty() && known.failures(&row).is_empty());
    }
}
