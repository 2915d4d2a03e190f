//! `cargo xtask walls`: who may name what, and how long a file may be, read off the source text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{guide, paths};

mod hints;
mod lexer;
mod rules;
mod tidy;

/// The folders with sources of ours.
const FOLDERS: [&str; 7] = ["orm", "orm-macros", "orm-migrate", "examples", "tests", "benches", "xtask"];

/// How the files end that hold what the compiler says to a program that must not compile.
const MESSAGES: &str = ".stderr";

/// A line that breaks a rule.
#[derive(PartialEq, Eq, Debug)]
struct Breach {
    line: usize,
    what: String,
}

/// Checks every source file and prints each breach.
pub(crate) fn run() -> Result<()> {
    let root = paths::root();
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root, folder, &mut files)?;
    }
    files.sort();
    let mut count = 0_usize;
    for file in &files {
        let text = fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
        for Breach { line, what } in check(file, &text) {
            println!("{file}:{line}: {what}");
            count += 1;
        }
    }
    if count > 0 {
        bail!("{count} lines break the rules");
    }
    println!("walls: {} files keep the rules", files.len());
    println!("{}", guide::pages()?);
    Ok(())
}

fn check(file: &str, text: &str) -> Vec<Breach> {
    if file.ends_with(MESSAGES) {
        return messages(text);
    }
    let mut breaches = tidy::check(text);
    let tokens = lexer::tokens(text);
    breaches.extend(rules::check(file, &tokens));
    breaches.extend(hints::check(file, &tokens));
    breaches.sort_by_key(|breach| breach.line);
    breaches
}

/// Messages of the compiler that quote the standard library: whether they do depends on the component `rust-src`, so
/// that the test would pass on one machine and fail on another.
fn messages(text: &str) -> Vec<Breach> {
    let quotes = text.lines().enumerate().filter(|(_, line)| line.contains("$RUST/"));
    quotes.map(|(at, _)| Breach { line: at + 1, what: "quotes the standard library".to_owned() }).collect()
}

/// Adds the Rust files and the compiler's messages below a folder, named from the root with `/`.
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) -> Result<()> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            if name != "target" && !name.starts_with('.') {
                collect(root, &path, files)?;
            }
        } else if name.ends_with(".rs") || name.ends_with(MESSAGES) {
            files.push(path);
        }
    }
    Ok(())
}
