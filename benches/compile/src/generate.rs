//! Writes the crates that are compiled.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::contender::Contender;

/// A crate that was written.
pub struct Generated {
    pub contender: Contender,
    pub folder: PathBuf,
    pub package: String,
    /// The text of one of its modules, to which something is added.
    pub module: String,
}

/// How many modules the models are spread over.
const MODULES: usize = 20;

/// The module that is changed when something is.
pub const CHANGED: &str = "src/part07.rs";

/// Writes the crate of a contender.
pub fn write(contender: Contender, models: usize, queries: usize, folder: &Path) -> Result<Generated> {
    let package = format!("models-{}", format!("{contender:?}").to_lowercase());
    let folder = folder.join(&package);
    fs::create_dir_all(folder.join("src"))?;
    let dependencies = contender.dependencies();
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n[dependencies]\n{dependencies}"
        ),
    )?;
    // Modules without queries use less than what stands at their head.
    let mut lib = "#![allow(unused_imports)]\n\n".to_owned();
    let mut module = String::new();
    for part in 0..MODULES {
        lib.push_str(&format!("pub mod part{part:02};\n"));
        let numbers: Vec<_> = (0..models).filter(|n| n * MODULES / models == part).collect();
        let text = self::module(contender, &numbers, queries);
        let path = folder.join(format!("src/part{part:02}.rs"));
        fs::write(&path, &text)?;
        if path.ends_with(CHANGED) {
            module = text;
        }
    }
    fs::write(folder.join("src/lib.rs"), lib)?;
    Ok(Generated { contender, folder, package, module })
}

/// A module: each model refers to the one before it, the first to the last, and all to the first.
fn module(contender: Contender, numbers: &[usize], queries: usize) -> String {
    let mut text = contender.head().to_owned();
    let mut before = numbers.last().copied().unwrap_or_default();
    for &n in numbers {
        text.push_str(&contender.model(n, before, numbers[0], queries));
        before = n;
    }
    text.push_str(&contender.tail(numbers));
    text
}
