//! From cases to tests, one a backend.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::process::ExitCode;

use futures_util::FutureExt as _;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::server::{self, Kind, Server};
use crate::{Need, Outcome, TestDb, coverage, log};

/// A running case.
pub type CaseFuture<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// A test body, run on every backend. Declared with [`cases!`](crate::cases).
#[derive(Debug)]
pub struct Case {
    /// Where it is declared.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it needs besides its database.
    pub need: Need,
    /// Its body.
    pub body: for<'a> fn(&'a TestDb) -> CaseFuture<'a>,
}

inventory::collect!(Case);

/// Runs every case on every backend that there is.
#[must_use]
pub fn main() -> ExitCode {
    run_all(&Arguments::from_args())
}

/// The same, one case after the other: where a case measures the process that it runs in.
#[must_use]
pub fn main_in_turn() -> ExitCode {
    run_all(&Arguments { test_threads: Some(1), ..Arguments::from_args() })
}

fn run_all(arguments: &Arguments) -> ExitCode {
    log::install();
    let found: Vec<(Kind, Result<Server, String>)> = match runtime() {
        Ok(runtime) => {
            Kind::ALL.into_iter().map(|kind| (kind, runtime.block_on(server::find(kind)))).collect()
        }
        Err(error) => Kind::ALL.into_iter().map(|kind| (kind, Err(error.clone()))).collect(),
    };
    let (mut trials, mut left_out) = (Vec::new(), Vec::new());
    for case in inventory::iter::<Case> {
        let module = case.module.split_once("::").map_or(case.module, |(_, module)| module);
        for (kind, server) in found.iter().filter(|(kind, _)| case.need.applies(*kind)) {
            let name = format!("{module}::{} [{kind}]", case.name);
            let unmet = server.as_ref().ok().and_then(|server| case.need.unmet(server));
            trials.push(match (server.clone(), unmet) {
                (Ok(server), None) => Trial::test(name, move || run(case, &server)),
                (server, unmet) => {
                    if let Some(unmet) = &unmet {
                        left_out.push(format!("{name}: {unmet}"));
                    }
                    // Who insists on it is told why not.
                    let why = server.err().or(unmet).unwrap_or_default();
                    Trial::test(name, || Err(why.into())).with_ignored_flag(true)
                }
            });
        }
    }
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    let conclusion = libtest_mimic::run(arguments, trials);
    if !arguments.list {
        coverage::report(&found, &left_out);
    }
    conclusion.exit_code()
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())
}

fn run(case: &Case, server: &Server) -> Result<(), Failed> {
    let kind = server.kind;
    runtime()?.block_on(async {
        let database = TestDb::create(server).await.map_err(|error| format!("no database: {error}"))?;
        let outcome = AssertUnwindSafe((case.body)(&database)).catch_unwind().await;
        database.remove().await.map_err(|error| format!("the database cannot be removed: {error}"))?;
        coverage::count(kind);
        match outcome {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Failed::from(chain(&*error))),
            Err(panic) => Err(Failed::from(message(&*panic))),
        }
    })
}

/// An error and its sources, a line each.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str("\n  because: ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "panicked".into())
}
