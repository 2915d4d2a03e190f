//! Which backends a run covered.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::server::{Kind, Server};

static RUN: Mutex<BTreeMap<&'static str, u32>> = Mutex::new(BTreeMap::new());

/// Counts a case that really ran on a backend.
pub(crate) fn count(kind: Kind) {
    *RUN.lock().unwrap_or_else(PoisonError::into_inner).entry(kind.name()).or_default() += 1;
}

/// Counts a test and leaves the count at once: where no last line of a run is ours to print.
///
/// # Errors
///
/// The count cannot be written.
pub(crate) fn count_now(server: &Server) -> std::io::Result<()> {
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    let tests = run.entry(server.kind.name()).or_default();
    *tests += 1;
    std::env::var("ORM_TEST_COVERAGE")
        .map_or(Ok(()), |folder| leave(&folder, server.kind, &server.version, *tests))
}

/// Prints a line a backend, and leaves the same in the folder that `ORM_TEST_COVERAGE` names.
#[expect(clippy::print_stdout, reason = "the report of a test run")]
pub(crate) fn report(found: &[(Kind, Result<Server, String>)], left_out: &[String]) {
    let run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    for (kind, server) in found {
        let tests = run.get(kind.name()).copied().unwrap_or(0);
        match server {
            Ok(server) => {
                println!("covered: {kind} {}, {tests} cases", server.version);
                if let Ok(folder) = std::env::var("ORM_TEST_COVERAGE")
                    && let Err(error) = leave(&folder, *kind, &server.version, tests)
                {
                    println!("cannot write the coverage of {kind}: {error}");
                }
            }
            Err(reason) => println!("left out: {kind}: {reason}"),
        }
    }
    for case in left_out {
        println!("left out: {case}");
    }
}

fn leave(folder: &str, kind: Kind, version: &str, tests: u32) -> std::io::Result<()> {
    let path = std::path::Path::new(folder).join(format!("{kind}-{}", std::process::id()));
    let mut file = std::fs::File::create(path)?;
    writeln!(file, "version={version}\ntests={tests}")
}
