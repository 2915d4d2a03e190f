//! `cargo xtask test`: the tests on every backend that can be had, and an honest account of which ones those were.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;

use crate::coverage::{self, Coverage};
use crate::services::{self, Backend, Outcome};
use crate::{cargo, paths};

/// How to test.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fails unless tests ran on these backends, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) require: Vec<Required>,
    /// Starts no server; uses those which run
    #[arg(long)]
    pub(crate) no_services: bool,
    /// Arguments for `cargo test`; with `--package` among them, only those packages are tested
    #[arg(last = true)]
    pub(crate) extra: Vec<String>,
    /// What the tests find in their environment besides
    #[arg(skip)]
    pub(crate) variables: Vec<(&'static str, String)>,
}

/// A backend that must not be left out.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Required {
    All,
    Sqlite,
    Postgres,
    Mariadb,
    Mysql,
}

impl Required {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::All => &BACKENDS,
            Self::Sqlite => &["sqlite"],
            Self::Postgres => &["postgres"],
            Self::Mariadb => &["mariadb"],
            Self::Mysql => &["mysql"],
        }
    }
}

/// Every backend by its name in coverage files.
const BACKENDS: [&str; 4] = ["sqlite", "postgres", "mariadb", "mysql"];

/// Brings the servers up, runs the tests and reports.
pub(crate) fn run(options: &Options) -> Result<()> {
    run_on(options, &servers(options.no_services)?)
}

/// Runs the tests on these servers and reports.
pub(crate) fn run_on(options: &Options, servers: &[Outcome]) -> Result<()> {
    let dir = paths::coverage();
    coverage::prepare(&dir)?;
    let mut command = cargo::command(["test"]);
    if !options.extra.iter().any(|argument| is_package(argument)) {
        command.arg("--workspace");
    }
    command.args(&options.extra).env(coverage::VARIABLE, &dir);
    environment(&mut command, servers);
    command.envs(options.variables.iter().map(|(name, value)| (name, value)));
    let (tested, totals) = run_counted(&mut command)?;
    let coverage = coverage::read(&dir)?;
    report(servers, &coverage);
    println!("{totals}");
    tested?;
    require(options, servers, &coverage)
}

/// Brings the servers up, or finds those which run, and says which there are; clients too, unless nothing is started.
pub(crate) fn servers(no_services: bool) -> Result<Vec<Outcome>> {
    let servers = if no_services { services::running(&Backend::ALL) } else { services::up(&Backend::ALL)? };
    for (backend, outcome) in &servers {
        match outcome {
            Ok(server) => println!("using {} {} at {}", backend.name(), server.version, server.address),
            Err(error) => println!("without {}: {error:#}", backend.name()),
        }
    }
    if !no_services {
        std::fs::create_dir_all(paths::services())?;
        for missing in services::clients::install(&paths::services().join("clients.log")) {
            println!("{missing}");
        }
    }
    Ok(servers)
}

/// Tells the tests where these servers are.
pub(crate) fn environment(command: &mut Command, servers: &[Outcome]) {
    for backend in Backend::ALL {
        // What does not work, or says `none`, is not for the tests to see.
        command.env_remove(backend.url_variable()).env_remove(backend.password_url_variable());
    }
    command.envs(services::variables(servers));
}

fn is_package(argument: &str) -> bool {
    ["-p", "--package"]
        .iter()
        .any(|flag| argument.strip_prefix(flag).is_some_and(|rest| !rest.starts_with('-')))
}

/// The closing lines of all test binaries, added up.
#[derive(Default, PartialEq, Eq, Debug)]
struct Totals {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Totals {
    fn add(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        let words = rest.split([' ', ';']).filter(|word| !word.is_empty());
        let mut last = 0;
        for word in words {
            match word {
                "passed" => self.passed += last,
                "failed" => self.failed += last,
                "ignored" => self.skipped += last,
                number => last = number.parse().unwrap_or(0),
            }
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Runs `cargo test`, shows what it prints, and adds up its closing lines.
fn run_counted(command: &mut Command) -> Result<(Result<()>, Totals)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("no output to read")?;
    let reader = thread::spawn(move || {
        let mut totals = Totals::default();
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            totals.add(&line);
        }
        totals
    });
    let status = cargo::wait(&mut child)?;
    let totals = reader.join().map_err(|_| anyhow!("cannot read the output of the tests"))?;
    let tested = if status.success() { Ok(()) } else { Err(anyhow!("`{}` failed", cargo::line(command))) };
    Ok((tested, totals))
}

/// Prints a line for each backend.
fn report(servers: &[Outcome], coverage: &Coverage) {
    for name in BACKENDS {
        let server = servers.iter().find(|(backend, _)| backend.name() == name).map(|(_, outcome)| outcome);
        match coverage.get(name) {
            Some(covered) => {
                let versions = covered.versions.iter().cloned().collect::<Vec<_>>().join(" and ");
                let place = server.and_then(|server| server.as_ref().ok());
                let place = place.map(|server| format!(" at {}", server.address)).unwrap_or_default();
                println!("coverage: {name} {versions}{place}, {} tests", covered.tests);
            }
            None => println!("left out: {name} ({})", reason(name, servers)),
        }
    }
}

/// Why no test ran on a backend.
fn reason(name: &str, servers: &[Outcome]) -> String {
    match servers.iter().find(|(backend, _)| backend.name() == name) {
        Some((_, Err(error))) => format!("{error:#}"),
        _ => "no test reported that it ran there".to_owned(),
    }
}

fn require(options: &Options, servers: &[Outcome], coverage: &Coverage) -> Result<()> {
    let mut missing = Vec::new();
    for &name in options.require.iter().flat_map(|required| required.names()) {
        let no_server = servers.iter().any(|(backend, outcome)| backend.name() == name && outcome.is_err());
        if no_server || !coverage.contains_key(name) {
            missing.push(format!("{name}: {}", reason(name, servers)));
        }
    }
    if missing.is_empty() { Ok(()) } else { bail!("required, but left out: {}", missing.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::{Totals, is_package};

    #[test]
    fn closing_lines_add_up() {
        let mut totals = Totals::default();
        totals.add(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s",
        );
        totals.add("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        totals.add("test name_with_9 passed ... ok");
        assert_eq!(totals, Totals { passed: 4, failed: 2, skipped: 1 });
    }

    #[test]
    fn packages_are_recognised_in_every_spelling() {
        for argument in ["-p", "-porm", "--package", "--package=orm"] {
            assert!(is_package(argument), "{argument}");
        }
        for argument in ["--locked", "package", "--test"] {
            assert!(!is_package(argument), "{argument}");
        }
    }
}
