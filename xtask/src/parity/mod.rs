//! `cargo xtask parity`: the pages that say what serves whom, and their tests.
//!
//! The pages `docs/parity.md` and `docs/parity_wider.md` have a row for each thing that people do in the systems they come from. A row that is done
//! names tests; here they are looked for and run, on every backend that the row concerns.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use self::ids::{Page, System};
use self::page::{Row, State};
use self::proof::{Binary, Known};
use crate::services::{self, Backend, Origin, Outcome as Server};
use crate::{paths, test};

mod ids;
mod page;
mod proof;
mod run;

/// What to look at.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the rows of these systems, separated by commas: D (Djazzle), U (Uno), P (Peewee), A (pydapper), O (Oxyde)
    #[arg(long, value_delimiter = ',', hide_possible_values = true)]
    system: Vec<System>,
    /// Prints the rows, and runs nothing
    #[arg(long)]
    list: bool,
    /// Fails as well if a row of the first page is missing
    #[arg(long)]
    strict: bool,
    /// Starts no server; uses those which run
    #[arg(long)]
    no_services: bool,
}

/// Checks the pages, and runs the tests that they name.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut pages = Vec::new();
    for page in Page::ALL {
        let mut rows = read(page)?;
        rows.retain(|row| options.system.is_empty() || options.system.contains(&row.id.system));
        pages.push((page, rows));
    }
    let rows = || pages.iter().flat_map(|(_, rows)| rows);
    if options.list {
        rows().for_each(print);
    } else {
        let done: Vec<&Row> = rows().filter(|row| row.state == State::Done).collect();
        prove(&done, options.no_services)?;
        rows().filter(|row| row.state != State::Done).for_each(print);
    }
    let proved = if options.list { "" } else { ", and their tests passed" };
    for (page, rows) in &pages {
        let done = rows.iter().filter(|row| row.state == State::Done).count();
        let missing = rows.iter().filter(|row| matches!(row.state, State::Missing(_))).count();
        let unwanted = rows.len() - done - missing;
        println!(
            "{}: {done} of {} rows are done{proved}; {missing} are missing, {unwanted} not wanted",
            page.file(),
            rows.len()
        );
        if options.strict && *page == Page::Promised && missing > 0 {
            bail!("{missing} rows are missing");
        }
    }
    Ok(())
}

/// Reads a page.
fn read(page: Page) -> Result<Vec<Row>> {
    let path = paths::root().join("docs").join(page.file());
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    check(page, &text)
}

/// The rows of a page; all that is wrong with it is one error.
fn check(page: Page, text: &str) -> Result<Vec<Row>> {
    let (rows, mut wrong) = page::parse(page, text);
    wrong.extend(ids::check(page, rows.iter().map(|row| row.id)));
    if wrong.is_empty() { Ok(rows) } else { bail!("docs/{}:\n{}", page.file(), wrong.join("\n")) }
}

/// Prints a row and what is to be known of it.
fn print(row: &Row) {
    let Row { id, what, .. } = row;
    match &row.state {
        State::Done => {
            let names: BTreeSet<_> =
                row.tests.iter().map(|test| (test.binary.name(), test.name.as_str())).collect();
            let names: Vec<_> = names.iter().map(|(binary, name)| format!("{binary}: {name}")).collect();
            let places =
                if row.backends.is_empty() { "no backend".to_owned() } else { row.backends.join(", ") };
            println!("{id} done: {what}: {} ({places})", names.join("; "));
        }
        State::Missing(why) => println!("{id} missing: {what}: {why}"),
        State::NotWanted(why) => println!("{id} not wanted: {what}: {why}"),
    }
}

/// Looks for the tests of these rows and runs them.
fn prove(rows: &[&Row], no_services: bool) -> Result<()> {
    let binaries: BTreeSet<Binary> = rows.iter().flat_map(|row| &row.tests).map(|test| test.binary).collect();
    let servers = test::servers(no_services)?;
    let mut known = Known { programs: run::programs()?, ..Known::default() };
    for &binary in &binaries {
        known.listed.insert(binary, run::list(binary, &servers)?);
    }
    refuse(rows.iter().flat_map(|row| known.absent(row)).collect())?;
    for &binary in &binaries {
        known.outcomes.insert(binary, run::run(binary, rows, &servers)?);
    }
    if !no_services {
        prove_on_private_servers(rows, &servers, &mut known)?;
    }
    refuse(rows.iter().flat_map(|row| known.failures(row)).collect())
}

/// Runs again what servers left out that somebody else started, as those do which let everybody in with any password: on
/// private ones.
fn prove_on_private_servers(rows: &[&Row], servers: &[Server], known: &mut Known) -> Result<()> {
    let is_found = |(backend, server): &&Server| {
        server.as_ref().is_ok_and(|server| !matches!(server.origin, Origin::Private { .. }))
            && !known.left_out(rows, &[backend.name()]).is_empty()
    };
    let found: Vec<Backend> = servers.iter().filter(is_found).map(|(backend, _)| *backend).collect();
    if found.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = found.iter().map(|backend| backend.name()).collect();
    let left_out = known.left_out(rows, &names);
    services::with_private(&found, |private| {
        for (binary, rows) in left_out {
            known.learn(binary, run::run(binary, &rows, private)?);
        }
        Ok(())
    })
}

fn refuse(wrong: Vec<String>) -> Result<()> {
    if wrong.is_empty() {
        Ok(())
    } else {
        bail!("{} tests do not show what they are to show:\n{}", wrong.len(), wrong.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, check};

    #[test]
    fn the_pages_are_whole() -> anyhow::Result<()> {
        for (page, count, lines) in
            [(Page::Promised, 109, ["| D1 |", "| O27 |"]), (Page::Wider, 56, ["| D33 |", "| O36 |"])]
        {
            let text = std::fs::read_to_string(crate::paths::root().join("docs").join(page.file()))?;
            assert_eq!(check(page, &text)?.len(), count);
            for line in lines {
                let (before, after) = text.split_once(line).ok_or_else(|| anyhow::anyhow!("no {line}"))?;
                let rest = after.split_once('\n').map_or("", |(_, rest)| rest);
                let Err(error) = check(page, &format!("{before}\n{rest}")) else {
                    panic!("{line} may vanish")
                };
                assert!(error.to_string().contains("the page has no row"), "{error}");
            }
        }
        Ok(())
    }
}
