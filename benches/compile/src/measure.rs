//! Runs cargo and takes its time and memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};

use crate::generate::{CHANGED, Generated};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `cargo check` of the crate from scratch.
    Check,
    /// `cargo build` of the crate from scratch.
    Build,
    /// `cargo check` after a function was added to a module.
    CheckAgain,
    /// `cargo build` after a function was added to a module.
    BuildAgain,
}

impl Step {
    /// In the order in which each is what the next one begins with.
    pub const ALL: [Self; 4] = [Self::Check, Self::Build, Self::CheckAgain, Self::BuildAgain];

    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Build => "build",
            Self::CheckAgain => "check, one function added",
            Self::BuildAgain => "build, one function added",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Check | Self::CheckAgain => "check",
            Self::Build | Self::BuildAgain => "build",
        }
    }
}

/// What a command took.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    pub wall: Duration,
    /// User and system time of it and all that it started.
    pub processor: Duration,
    /// The largest resident set of a process among them, in bytes.
    pub memory: u64,
}

/// Builds what the crate depends on, and the crate itself once.
pub fn prepare(generated: &Generated) -> Result<()> {
    for verb in ["check", "build"] {
        let status = cargo(generated, verb).status()?;
        ensure!(status.success(), "`cargo {verb}` failed in {}", generated.folder.display());
    }
    Ok(())
}

/// Takes one measurement.
pub fn step(step: Step, generated: &Generated, round: usize) -> Result<Taken> {
    let changed = generated.folder.join(CHANGED);
    match step {
        Step::Check => {
            fs::write(&changed, &generated.module)?;
            let mut clean = cargo(generated, "clean");
            let status = clean.args(["--package", &generated.package]).status()?;
            ensure!(status.success(), "`cargo clean` failed");
        }
        Step::Build => {}
        Step::CheckAgain | Step::BuildAgain => {
            let added = format!("\npub fn added_{round}_{}() {{}}\n", step.verb());
            fs::write(&changed, format!("{}{added}", generated.module))?;
        }
    }
    let cargo = cargo(generated, step.verb());
    let mut own = Command::new(std::env::current_exe()?);
    own.arg("measure").arg(cargo.get_program()).args(cargo.get_args()).current_dir(&generated.folder);
    own.envs(cargo.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = own.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{} of {} failed", step.name(), generated.contender);
    read(&String::from_utf8_lossy(&output.stdout))
}

fn cargo(generated: &Generated, verb: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args([verb, "--quiet"]).current_dir(&generated.folder);
    command.env("CARGO_TARGET_DIR", generated.folder.join("target")).stdin(Stdio::null());
    command
}

/// Runs a command and prints what it and all that it started took: the system counts that for each process, so it
/// takes a process of its own for each measurement.
pub fn this(command: &[String]) -> Result<()> {
    let (program, arguments) = command.split_first().context("no command")?;
    let start = Instant::now();
    let status = Command::new(program).args(arguments).status()?;
    let wall = start.elapsed();
    ensure!(status.success(), "`{program}` failed");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let processor = micros(usage.user_time()) + micros(usage.system_time());
    // Linux counts kilobytes.
    println!("{} {processor} {}", wall.as_micros(), usage.max_rss() * 1024);
    Ok(())
}

fn read(line: &str) -> Result<Taken> {
    let numbers: Vec<u64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [wall, processor, memory] = numbers[..] else { bail!("not three numbers: {line}") };
    Ok(Taken { wall: Duration::from_micros(wall), processor: Duration::from_micros(processor), memory })
}
