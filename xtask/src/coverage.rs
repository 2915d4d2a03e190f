//! Which backends the tests really ran against: adds up the facts which the test processes leave behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Names the folder for the facts; each test process writes `<backend>-<pid>` there.
pub(crate) const VARIABLE: &str = "ORM_TEST_COVERAGE";

/// What ran against one backend.
#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct Covered {
    pub(crate) versions: BTreeSet<String>,
    pub(crate) tests: u64,
}

/// What ran against each backend.
pub(crate) type Coverage = BTreeMap<String, Covered>;

/// Empties the folder.
pub(crate) fn prepare(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}

/// Reads all facts in the folder.
pub(crate) fn read(dir: &Path) -> Result<Coverage> {
    let mut coverage = Coverage::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((backend, _)) = name.rsplit_once('-') else { continue };
        let text = fs::read_to_string(entry.path())?;
        add(&mut coverage, backend, &text).with_context(|| format!("bad coverage file `{name}`"))?;
    }
    coverage.retain(|_, covered| covered.tests > 0);
    Ok(coverage)
}

fn add(coverage: &mut Coverage, backend: &str, text: &str) -> Result<()> {
    let field = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.map(str::trim).with_context(|| format!("no line `{name}=`"))
    };
    let covered = coverage.entry(backend.to_owned()).or_default();
    covered.tests += field("tests")?.parse::<u64>().context("bad number of tests")?;
    covered.versions.insert(field("version")?.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Coverage, add};

    #[test]
    fn facts_of_several_processes_add_up() -> anyhow::Result<()> {
        let mut coverage = Coverage::new();
        add(&mut coverage, "mysql", "version=9.7.4\ntests=40\n")?;
        add(&mut coverage, "mysql", "tests=2\nversion=9.7.4")?;
        let covered = coverage.remove("mysql").unwrap_or_default();
        assert_eq!(covered.tests, 42);
        assert_eq!(covered.versions.into_iter().collect::<Vec<_>>(), ["9.7.4"]);
        Ok(())
    }

    #[test]
    fn broken_facts_are_errors() {
        for text in ["", "version=1", "tests=x\nversion=1", "tests=1"] {
            assert!(add(&mut Coverage::new(), "sqlite", text).is_err(), "{text}");
        }
    }
}
