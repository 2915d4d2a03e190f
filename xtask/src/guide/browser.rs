//! A browser without a window that opens the pages, as a reader's would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::html;
use crate::paths;
use crate::services::{install, process};

/// No page takes longer.
const LIMIT: Duration = Duration::from_secs(120);
/// What it is to do, and what it is to leave alone: it opens files, and nothing from anywhere else.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=5000",
    "--dump-dom",
];
/// How the browser reports what a script did not catch.
const SCRIPT_ERROR: &str = "Uncaught";

/// Opens every page: its heading has to be there, its scripts to have run, and none to have failed.
pub(super) fn check(pages: &[PathBuf], dir: &Path) -> Result<()> {
    let program = program(dir)?;
    // A check that cannot fail proves nothing.
    let broken = dir.join("broken.html");
    fs::write(&broken, "<h1>x</h1><script>document.title = 'ran'; no_such_function();</script>")?;
    let shown = open(&program, &broken, dir)?;
    if !shown.contains(SCRIPT_ERROR) || !shown.contains("<title>ran</title>") {
        bail!("the browser does not report that a script fails; it says: {shown}");
    }
    for page in pages {
        let shown = open(&program, page, dir)?;
        let why = || format!("{} in the browser", page.display());
        let written = fs::read_to_string(page)?;
        if let Some(line) = shown.lines().find(|line| line.contains(SCRIPT_ERROR)) {
            bail!("{}: {line}", why());
        }
        let main = |text: &str| html::text(text.split_once("<main")?.1, "h1");
        let heading = main(&written).with_context(|| format!("{}: no heading", page.display()))?;
        if main(&shown).as_deref() != Some(heading.as_str()) {
            bail!("{}: the heading `{heading}` is not shown", why());
        }
        // The table of contents is put in by a script.
        if !shown.contains("class=\"chapter\"") {
            bail!("{}: no table of contents", why());
        }
        println!("browser: {}: {heading}", page.file_name().unwrap_or_default().to_string_lossy());
    }
    Ok(())
}

/// What a page becomes, and what is said on the way.
fn open(program: &Path, page: &Path, dir: &Path) -> Result<String> {
    let profile = dir.join("profile");
    let forget = || if profile.exists() { fs::remove_dir_all(&profile) } else { Ok(()) };
    forget()?;
    let mut command = Command::new(program);
    command.args(ARGUMENTS).arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("file://{}", page.display()));
    let shown = process::run(&mut command, LIMIT, &dir.join("browser.log"));
    forget()?;
    shown
}

/// Finds the browser, or installs it.
fn program(dir: &Path) -> Result<PathBuf> {
    let find = || paths::executable("chromium", &[]);
    if find().is_none() {
        install::packages(&["chromium"], &dir.join("browser.log"))?;
    }
    find().context("the package has no chromium")
}
