//! `cargo xtask ci`: what a change must pass, cheapest first, up to the first failure.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::test::Required;
use crate::{cargo, guide, paths, test, walls};

mod logins;
mod sanitizers;

/// How much to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Runs the long courses too
    #[arg(long)]
    full: bool,
    /// Runs only these steps, named as in the last line of a run, separated by commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Features of `orm` which must compile, without a warning, with none but these: each backend and each type alone.
const FEATURES: [&str; 13] = [
    "sqlite",
    "postgres",
    "mysql",
    "sqlite,postgres",
    "sqlite,mysql",
    "sqlite,uuid",
    "sqlite,decimal",
    "sqlite,json",
    "sqlite,regex",
    "sqlite,serde",
    "sqlite,validate",
    "postgres,uuid,decimal,json,serde",
    "mysql,uuid,decimal,json,serde",
];

/// A step of the course.
struct Step {
    name: &'static str,
    run: fn(&Options) -> Result<()>,
}

/// What every run does, in order.
const STEPS: [Step; 7] = [
    Step { name: "format", run: |_| cargo(&["fmt", "--all", "--check"]) },
    Step { name: "walls", run: |_| walls::run() },
    Step { name: "clippy", run: |_| clippy() },
    Step { name: "features", run: |_| features() },
    Step { name: "documentation", run: |_| documentation() },
    Step { name: "tests", run: tests },
    Step { name: "examples", run: |_| examples() },
];

/// What only `--full` does, after all of the above. The tests also try more cases then.
const FULL_STEPS: [Step; 5] = [
    Step { name: "soak", run: |_| endure("soak::", "ORM_TEST_SOAK_SECONDS", SOAK_SECONDS) },
    Step { name: "kills", run: |_| endure("kills::", "ORM_TEST_KILL_ROUNDS", KILL_ROUNDS) },
    Step { name: "sanitizers", run: |_| sanitizers::run() },
    Step { name: "guide", run: |_| guide::run() },
    Step { name: "logins", run: |_| logins::run() },
];

/// Makes the tests try many more cases.
const FULL: &str = "ORM_TEST_FULL";
/// For so long everything goes on at once, on each backend.
const SOAK_SECONDS: u32 = 90;
/// So many processes are killed on each backend, and twice as many connections.
const KILL_ROUNDS: u32 = 60;

/// Runs the steps.
pub(crate) fn run(options: &Options) -> Result<()> {
    let long = if options.full || !options.only.is_empty() { FULL_STEPS.as_slice() } else { &[] };
    let mut steps: Vec<_> = STEPS.iter().chain(long).collect();
    if let Some(unknown) = options.only.iter().find(|name| steps.iter().all(|step| step.name != *name)) {
        let known: Vec<_> = steps.iter().map(|step| step.name).collect();
        bail!("no step is named `{unknown}`; there are {}", known.join(", "));
    }
    steps.retain(|step| options.only.is_empty() || options.only.iter().any(|name| name == step.name));
    let start = Instant::now();
    let mut names = Vec::new();
    for step in steps {
        println!("\n=== {} ===", step.name);
        let begin = Instant::now();
        let done = (step.run)(options);
        let time = seconds(begin.elapsed());
        match &done {
            Ok(()) => println!("=== {}: passed in {time} ===", step.name),
            Err(_) => println!("=== {}: FAILED after {time} ===", step.name),
        }
        done.with_context(|| format!("step `{}`", step.name))?;
        names.push(step.name);
    }
    println!("\nci: {} steps passed in {}: {}", names.len(), seconds(start.elapsed()), names.join(", "));
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn cargo(arguments: &[&str]) -> Result<()> {
    cargo::run(&mut cargo::command(arguments))
}

fn clippy() -> Result<()> {
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
}

fn features() -> Result<()> {
    for features in FEATURES {
        println!("features: {features}");
        let only = ["-p", "orm", "--no-default-features", "--features", features, "--locked"];
        cargo(&[&["clippy"], &only[..], &["--", "-D", "warnings"]].concat())?;
    }
    Ok(())
}

fn documentation() -> Result<()> {
    let mut command = cargo::command(["doc", "--workspace", "--no-deps", "--locked"]);
    cargo::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn tests(options: &Options) -> Result<()> {
    let variables = if options.full { vec![(FULL, "1".to_owned())] } else { Vec::new() };
    test::run(&test::Options {
        require: vec![Required::All],
        no_services: false,
        extra: vec!["--locked".to_owned()],
        variables,
    })
}

/// Runs a part of the binary which is short among the tests, for long.
fn endure(part: &str, variable: &'static str, value: u32) -> Result<()> {
    let extra = ["-p", "orm-tests", "--test", "endure", "--locked", "--", part];
    test::run(&test::Options {
        require: vec![Required::All],
        no_services: false,
        extra: extra.map(str::to_owned).to_vec(),
        variables: vec![(variable, value.to_string())],
    })
}

/// Runs each program below `examples/`, whose folder is named as its package; but for services, which do not end by
/// themselves and are run by the tests.
fn examples() -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(paths::root().join("examples"))? {
        let entry = entry?;
        let is_service = fs::read_to_string(entry.path().join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line == "service = true"));
        if entry.path().join("src/main.rs").is_file() && !is_service {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    for name in names {
        println!("example: {name}");
        cargo(&["run", "-q", "-p", &name, "--locked"])?;
    }
    Ok(())
}
