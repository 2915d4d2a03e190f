//! What a model costs the compiler: the same tables, declared for ours, Diesel and SeaORM, compiled in turn.
//!
//! See `../../README.md`. The crates are generated below `target/`, with a target folder each; what they depend on is
//! built beforehand and not counted.

mod contender;
mod generate;
mod measure;
mod report;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use contender::Contender;
use measure::Step;
use report::Report;

/// What a model costs the compiler: ours against Diesel and SeaORM.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a command and prints what it took; used by the program itself
    #[command(hide = true)]
    Measure {
        #[arg(trailing_var_arg = true)]
        command: Vec<String>,
    },
}

#[derive(Parser)]
struct Options {
    /// How many models
    #[arg(long, default_value_t = 200)]
    models: usize,
    /// How many queries of each model
    #[arg(long, default_value_t = 0)]
    queries: usize,
    /// How often everyone has a turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Which contenders; all if none is named
    #[arg(long)]
    contender: Vec<Contender>,
    /// Where the crates are generated
    #[arg(long, default_value = "target/compile-cost")]
    folder: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Measure { command }) => measure::this(&command),
        None => compare(&arguments.options),
    }
}

fn compare(options: &Options) -> Result<()> {
    let contenders = Contender::chosen(&options.contender);
    let folder = std::path::absolute(&options.folder)?;
    let mut crates = Vec::new();
    for contender in &contenders {
        let generated = generate::write(*contender, options.models, options.queries, &folder)?;
        eprintln!("building what {contender} depends on");
        measure::prepare(&generated).with_context(|| format!("the crate of {contender}"))?;
        crates.push(generated);
    }
    let mut report = Report::new(&contenders, options.models);
    for round in 0..options.rounds {
        for step in Step::ALL {
            for place in 0..crates.len() {
                // Who comes first changes from round to round.
                let at = (place + round) % crates.len();
                let taken = measure::step(step, &crates[at], round)?;
                report.add(step, at, taken);
            }
        }
        // So that something is known even if it is stopped early.
        eprintln!("round {} of {} done\n\n{report}", round + 1, options.rounds);
    }
    println!(
        "{} models of 10 columns, 2 foreign keys each, in 20 modules, {} queries a model; {} rounds, medians\n",
        options.models, options.queries, options.rounds
    );
    print!("{report}");
    Ok(())
}
