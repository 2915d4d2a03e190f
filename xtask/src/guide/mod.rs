//! The guide below `docs/`: that every page is in it and its code is tested, that the book can be built, that its
//! links lead somewhere, and that a browser shows its pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::services::process;
use crate::{cargo, paths};

mod browser;
mod html;
mod links;

/// The version of mdbook that builds the guide.
const MDBOOK: &str = "0.5.4";
/// Pages that mdbook makes by itself: they belong to a web server's root or are shown inside of another.
const OF_MDBOOK: [&str; 3] = ["404.html", "toc.html", "print.html"];
const LIMIT: Duration = Duration::from_secs(60);

/// Builds the book and looks at every page of it.
pub(crate) fn run() -> Result<()> {
    println!("{}", pages()?);
    let dir = paths::root().join("target").join("guide");
    let book = build(&mdbook()?, &dir)?;
    let pages = written(&book)?;
    println!("links: {} lead somewhere", links::check(&book, &pages)?);
    browser::check(&pages, &dir)?;
    println!("guide: {} pages, each is shown by a browser", pages.len());
    Ok(())
}

/// Checks without building that no page was forgotten: in the table of contents, and in the tests of its code.
pub(crate) fn pages() -> Result<String> {
    let root = paths::root();
    let read =
        |file: &str| fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"));
    let (summary, tests) = (read("docs/SUMMARY.md")?, read("tests/src/lib.rs")?);
    let (mut count, mut missing) = (0_usize, Vec::new());
    for page in markdown(&root.join("docs"))? {
        let name = page.strip_prefix(root.join("docs"))?.to_string_lossy().into_owned();
        if name == "SUMMARY.md" {
            continue;
        }
        count += 1;
        if !summary.contains(&format!("({name})")) {
            missing.push(format!("docs/SUMMARY.md does not name {name}"));
        }
        if !tests.contains(&format!("include_str!(\"../../docs/{name}\")")) {
            missing.push(format!("`mod examples` in tests/src/lib.rs does not include docs/{name}"));
        }
    }
    if missing.is_empty() {
        Ok(format!("guide: all {count} pages are in its contents and their code in the tests"))
    } else {
        bail!("{}", missing.join("; "))
    }
}

/// The pages as they are written, in folders too.
fn markdown(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            pages.extend(markdown(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(pages)
}

/// Installs mdbook below `target/`, once.
fn mdbook() -> Result<PathBuf> {
    let root = paths::root().join("target").join("guide-tools");
    let binary = root.join("bin").join("mdbook");
    let is_there = Command::new(&binary)
        .arg("--version")
        .output()
        .is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains(MDBOOK));
    if !is_there {
        let mut install = cargo::command(["install", "mdbook", "--version", MDBOOK, "--locked", "--root"]);
        cargo::run(install.arg(&root).arg("--target-dir").arg(root.join("build")))?;
    }
    Ok(binary)
}

/// Builds the book anew and gives its folder.
fn build(mdbook: &Path, dir: &Path) -> Result<PathBuf> {
    let book = dir.join("book");
    if book.exists() {
        fs::remove_dir_all(&book)?;
    }
    fs::create_dir_all(dir)?;
    let mut command = Command::new(mdbook);
    command.arg("build").arg(paths::root().join("docs")).arg("--dest-dir").arg(&book);
    let printed = process::run(&mut command, LIMIT, &dir.join("log"))?;
    match printed.lines().find(|line| line.contains("WARN") || line.contains("ERROR")) {
        Some(line) => bail!("mdbook says: {line}"),
        None => Ok(book),
    }
}

/// The pages of the book.
fn written(book: &Path) -> Result<Vec<PathBuf>> {
    let wanted = markdown(&paths::root().join("docs"))?.len() - 1;
    let pages = collect(book)?;
    if pages.len() < wanted {
        bail!("{wanted} pages were written, {} are in the book", pages.len())
    }
    Ok(pages)
}

fn collect(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            pages.extend(collect(&path)?);
        } else if name.ends_with(".html") && !OF_MDBOOK.contains(&name.as_str()) {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(pages)
}
