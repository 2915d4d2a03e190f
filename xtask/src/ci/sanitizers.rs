//! The tests that reach SQLite's C library, under the compiler's sanitizers: library and C code are both compiled
//! with them.
//!
//! Miri cannot run these: it interprets Rust alone and calls no C library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::services::Backend;
use crate::{cargo, paths};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The unit tests which open a database: on SQLite, as no server is named. The storm is left out: what it takes for
/// a deadlock is reckoned for the speed of an ordinary build.
const UNITS: [&str; 8] =
    ["--lib", "--", "driver::", "pool::", "transaction::", "database::", "--skip", "storm::"];

/// A sanitizer, and what it needs.
struct Sanitizer {
    name: &'static str,
    /// Whether the standard library has to be compiled with it too: else its locks would not be seen.
    std: bool,
    /// The variables with its options, and the options.
    options: &'static [(&'static str, &'static str)],
    /// The variable of the options that name the file with what is known, and what is known.
    known: (&'static str, &'static [&'static str]),
    /// What a function of C that was compiled with it calls.
    mark: &'static str,
}

const SANITIZERS: [Sanitizer; 2] = [
    Sanitizer {
        name: "address",
        std: false,
        options: &[("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1")],
        known: (
            "LSAN_OPTIONS",
            &[
                // Tests which forget a future on purpose. The memory of the future itself stays behind.
                "leak:a_read_that_is_forgotten_is_ended_by_the_next_user",
                "leak:reset_now_ends_a_transaction",
                "leak:closing_works_with_statements_kept_and_with_one_forgotten",
                // Metadata that a test makes when it runs has to stay for ever.
                "leak:tests::create::leaked",
            ],
        ),
        mark: "__asan_report_load8",
    },
    Sanitizer {
        name: "thread",
        std: true,
        options: &[],
        known: (
            "TSAN_OPTIONS",
            &[
                // SQLite itself excepts these two, but only tells clang so: the index of the log is checked after it
                // was read.
                "race:walIndexWriteHdr",
                "race:walIndexTryHdr",
                // SQLite looks whether it is initialized before it takes the lock to do so, and reads what that set up.
                "race_top:sqlite3_initialize",
                "race_top:sqlite3Malloc",
                "race_top:sqlite3_mutex_enter",
                // The lock that sqlx waits for: the state of a waiting future is a byte that the compiler also uses to
                // tell which variant of an enum it is in, and the one that unlocks writes to it.
                "race_top:MaybeDone<futures_intrusive::sync::mutex::GenericMutexLockFuture",
            ],
        ),
        mark: "__tsan_read8",
    },
];

/// Runs the unit tests of the library, and the end-to-end cases on SQLite, under each sanitizer.
pub(super) fn run() -> Result<()> {
    for sanitizer in SANITIZERS {
        println!("sanitizer: {}", sanitizer.name);
        if sanitizer.std {
            sources_of_std()?;
        }
        let dir = paths::root().join("target").join("sanitizers").join(sanitizer.name);
        fs::create_dir_all(&dir)?;
        // Both calls name both packages, so that both use one set of features and what was compiled once.
        for tests in [&UNITS[..], &["--test", "e2e", "--", "[sqlite]"]] {
            cargo::run(&mut sanitizer.test(&dir, tests)?)?;
        }
        check_instrumented(&dir, sanitizer.mark)?;
    }
    Ok(())
}

impl Sanitizer {
    fn test(&self, dir: &Path, tests: &[&str]) -> Result<Command> {
        let mut command = cargo::command(["test", "--target", TARGET, "--target-dir"]);
        command.arg(dir).args(["-p", "orm", "-p", "orm-tests", "--locked"]);
        if self.std {
            command.arg("-Zbuild-std");
        }
        command.args(tests);
        // Sanitizers are not stable yet; with this the stable compiler takes their options.
        command.env("RUSTC_BOOTSTRAP", "1");
        command.env("RUSTFLAGS", format!("-Zsanitizer={} -Cforce-frame-pointers=yes", self.name));
        let flags = format!("-fsanitize={} -fno-omit-frame-pointer -g1", self.name);
        command.env(format!("CFLAGS_{}", TARGET.replace('-', "_")), flags);
        command.envs(self.options.iter().copied());
        let file = dir.join("known");
        let (variable, known) = self.known;
        fs::write(&file, known.join("\n") + "\n")?;
        command.env(variable, format!("suppressions={}:print_suppressions=0", file.display()));
        for backend in Backend::ALL {
            command.env_remove(backend.url_variable()).env_remove(backend.password_url_variable());
        }
        Ok(command)
    }
}

/// Makes sure that the sources of the standard library are there.
fn sources_of_std() -> Result<()> {
    let printed = Command::new("rustc").args(["--print", "sysroot"]).output().context("cannot run rustc")?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&printed.stdout).trim());
    if sysroot.join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Ok(());
    }
    println!("adding rust-src");
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "rust-src"]);
    let added =
        rustup.status().context("the sources of the standard library are missing, and so is rustup")?;
    if added.success() { Ok(()) } else { bail!("the component rust-src cannot be added") }
}

/// Looks into the compiled SQLite: a compiler that ignores the option would make a test of nothing.
fn check_instrumented(dir: &Path, mark: &str) -> Result<()> {
    let build = dir.join(TARGET).join("debug").join("build");
    let mut found = 0_usize;
    for entry in fs::read_dir(&build).with_context(|| format!("cannot read {}", build.display()))? {
        let library = entry?.path().join("out").join("libsqlite3.a");
        if let Ok(bytes) = fs::read(&library) {
            found += 1;
            if !bytes.windows(mark.len()).any(|window| window == mark.as_bytes()) {
                bail!("{} was not compiled with the sanitizer", library.display());
            }
        }
    }
    if found == 0 { bail!("no SQLite was compiled below {}", build.display()) } else { Ok(()) }
}
