//! Asks the binaries of the tests what they have, and runs what rows name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::{fs, thread};

use anyhow::{Context, Result, anyhow, bail};

use super::page::{BACKENDS, Row};
use super::proof::{Binary, Outcome, Test, listed, outcomes};
use crate::services::Outcome as Server;
use crate::{cargo, coverage, paths, test};

/// The command that builds a binary as `cargo xtask test` does, and runs it with these arguments.
fn command(binary: Binary, servers: &[Server], arguments: &[String]) -> Command {
    // Without `--workspace` other features would be chosen, and all be built anew.
    let mut command = cargo::command(["test", "--workspace", "--no-fail-fast"]);
    match binary {
        Binary::Unit => command.arg("--lib"),
        other => command.args(["--test", other.name()]),
    };
    command.arg("--").args(arguments);
    test::environment(&mut command, servers);
    command
}

/// Runs a command to its end, and gives what it printed, and whether it succeeded.
fn output(command: &mut Command) -> Result<(bool, String)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut stdout = child.stdout.take().context("no output to read")?;
    let reader = thread::spawn(move || {
        let mut printed = Vec::new();
        stdout.read_to_end(&mut printed).map(|_| String::from_utf8_lossy(&printed).into_owned())
    });
    let status = cargo::wait(&mut child)?;
    let printed = reader.join().map_err(|_| anyhow!("cannot read the output of the tests"))??;
    Ok((status.success(), printed))
}

/// The names of all tests of a binary.
pub(super) fn list(binary: Binary, servers: &[Server]) -> Result<BTreeSet<String>> {
    let mut command = command(binary, servers, &["--list".to_owned()]);
    let (is_built, printed) = output(&mut command)?;
    if is_built { Ok(listed(&printed)) } else { bail!("`{}` failed", cargo::line(&command)) }
}

/// The programs that must not compile and have their message beside them, as `rule/program`.
pub(super) fn programs() -> Result<BTreeSet<String>> {
    let root = paths::root().join("tests").join("compile").join("fail");
    let mut programs = BTreeSet::new();
    for rule in fs::read_dir(&root).with_context(|| format!("cannot read {}", root.display()))? {
        let rule = rule?.path();
        if !rule.is_dir() {
            continue;
        }
        for program in fs::read_dir(&rule)? {
            let program = program?.path();
            if program.extension().is_some_and(|end| end == "rs")
                && program.with_extension("stderr").is_file()
            {
                let name = program.with_extension("");
                programs.insert(name.strip_prefix(&root)?.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(programs)
}

/// Runs all tests of a binary that these rows name.
pub(super) fn run(binary: Binary, rows: &[&Row], servers: &[Server]) -> Result<BTreeMap<String, Outcome>> {
    let (mut tests, mut names) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        for test in row.tests.iter().filter(|test| test.binary == binary) {
            tests.insert(test.name.as_str());
            names.extend(test.names(row));
        }
    }
    let filters: Vec<Vec<String>> = if binary.is_our_harness() {
        // On every backend at once; what else contains the name is run with it, and does no harm.
        tests.iter().map(|name| vec![format!("{name} [")]).collect()
    } else {
        vec![names.iter().cloned().chain(["--exact".to_owned()]).collect()]
    };
    let facts = paths::root().join("target").join("parity-facts");
    coverage::prepare(&facts)?;
    let mut found = BTreeMap::new();
    for filter in &filters {
        println!("running {}: {}", binary.name(), filter.join(" "));
        let mut command = command(binary, servers, filter);
        let (_, printed) = output(command.env(coverage::VARIABLE, &facts))?;
        let here = outcomes(&printed);
        let is_bad =
            |(name, outcome): (&String, &Outcome)| names.contains(name) && *outcome != Outcome::Passed;
        if here.is_empty() || here.iter().any(is_bad) {
            // It says why.
            println!("{printed}");
        }
        for (name, outcome) in here {
            // A filter may find what another one found already.
            let worst = found.entry(name).or_insert(outcome);
            *worst = outcome.max(*worst);
        }
    }
    if binary == Binary::Runtimes {
        leave_out_uncovered(&tests, &names, &coverage::read(&facts)?, &mut found);
    }
    Ok(found)
}

/// The standard harness knows no test that is left out while it runs: without its server such a test passes. Only
/// the facts which tests leave behind say where they really ran.
fn leave_out_uncovered(
    tests: &BTreeSet<&str>,
    names: &BTreeSet<String>,
    facts: &coverage::Coverage,
    found: &mut BTreeMap<String, Outcome>,
) {
    for backend in BACKENDS {
        let here: Vec<String> = tests
            .iter()
            .map(|name| {
                Test { binary: Binary::Runtimes, name: (*name).to_owned(), program: None }.on(backend)
            })
            .filter(|name| names.contains(name))
            .collect();
        let ran = facts.get(backend).map_or(0, |covered| covered.tests);
        if usize::try_from(ran).is_ok_and(|ran| ran < here.len()) {
            for name in here {
                found.entry(name).and_modify(|outcome| *outcome = Outcome::Ignored.max(*outcome));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::leave_out_uncovered;
    use crate::coverage::{Coverage, Covered};
    use crate::parity::proof::Outcome;

    #[test]
    fn who_passes_without_a_server_did_not_run() {
        let tests = BTreeSet::from(["{backend}::crowd", "{backend}::r01"]);
        let all = ["mysql::crowd", "mysql::r01", "sqlite::crowd", "sqlite::r01"];
        let names: BTreeSet<String> = all.map(str::to_owned).into();
        let passed = |name: &String| (name.clone(), Outcome::Passed);
        let mut found: BTreeMap<_, _> = names.iter().map(passed).collect();
        let covered = Covered { tests: 2, ..Covered::default() };
        let facts = Coverage::from([("sqlite".to_owned(), covered)]);
        leave_out_uncovered(&tests, &names, &facts, &mut found);
        let expected = [Outcome::Ignored, Outcome::Ignored, Outcome::Passed, Outcome::Passed];
        assert_eq!(found.into_values().collect::<Vec<_>>(), expected);
    }
}
