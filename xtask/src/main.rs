//! Everything a developer or CI runs on this workspace: database servers, tests, checks.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod cargo;
mod ci;
mod coverage;
mod guide;
mod parity;
mod paths;
mod services;
mod test;
mod walls;

/// The command line.
#[derive(Parser)]
#[command(name = "cargo xtask", about = "Runs the servers, tests and checks of this workspace")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
enum Command {
    /// Finds or starts the database servers which the tests use
    Services {
        #[command(subcommand)]
        action: services::Action,
    },
    /// Runs the tests on every backend that can be had, and says which ones were covered
    Test(test::Options),
    /// Runs what a change must pass, in order, and stops at the first failure
    Ci(ci::Options),
    /// Runs the tests that the guide's parity page names, on every backend that its rows concern
    Parity(parity::Options),
    /// Checks the import rules between modules, file lengths and left-over marks
    Walls,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    match command {
        Command::Services { action } => services::run(action),
        Command::Test(options) => test::run(options),
        Command::Ci(options) => ci::run(options),
        Command::Parity(options) => parity::run(options),
        Command::Walls => walls::run(),
    }
}
