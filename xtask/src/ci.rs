//! `cargo xtask ci`: what a change must pass, cheapest first, up to the first failure.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::services::Backend;
use crate::test::Required;
use crate::{cargo, paths, test, walls};

/// How much to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Runs the long courses too
    #[arg(long)]
    full: bool,
}

/// Features of `orm` which must compile, without a warning, with none but these: each backend and each type alone.
const FEATURES: [&str; 11] = [
    "sqlite",
    "postgres",
    "mysql",
    "sqlite,postgres",
    "sqlite,mysql",
    "sqlite,uuid",
    "sqlite,decimal",
    "sqlite,json",
    "sqlite,serde",
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
const FULL_STEPS: [Step; 1] = [Step { name: "logins", run: |_| logins() }];

/// Runs the steps.
pub(crate) fn run(options: &Options) -> Result<()> {
    let long = if options.full { FULL_STEPS.as_slice() } else { &[] };
    let start = Instant::now();
    let mut names = Vec::new();
    for step in STEPS.iter().chain(long) {
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
    println!("\nci: all {} steps passed in {}: {}", names.len(), seconds(start.elapsed()), names.join(", "));
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
    test::run(&test::Options {
        require: vec![Required::All],
        no_services: false,
        extra: vec!["--locked".to_owned()],
        full: options.full,
    })
}

/// Logs in with passwords to private servers, which check them whatever the servers of the system do, and to a MySQL
/// that was just started: it has forgotten what makes a login quick.
fn logins() -> Result<()> {
    for arguments in [
        &["xtask", "services", "up"][..],
        &["xtask", "services", "restart", "mysql"],
        &[
            "xtask",
            "test",
            "--require",
            "postgres,mariadb,mysql",
            "--",
            "-p",
            "orm-tests",
            "--test",
            "e2e",
            "--locked",
            "--",
            "logins",
        ],
    ] {
        let mut command = cargo::command(arguments);
        for backend in Backend::ALL {
            command.env(backend.url_variable(), "none").env_remove(backend.password_url_variable());
        }
        cargo::run(&mut command)?;
    }
    Ok(())
}

/// Runs each program below `examples/`, whose folder is named as its package.
fn examples() -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(paths::root().join("examples"))? {
        let entry = entry?;
        if entry.path().join("src/main.rs").is_file() {
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
