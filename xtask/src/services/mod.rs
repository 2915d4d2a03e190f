//! The database servers of the tests: found where they already run, started privately where they do not.

use std::fmt::Write as _;
use std::{env, fs};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Subcommand, ValueEnum};

pub(crate) mod clients;
mod find;
pub(crate) mod install;
mod mariadb;
mod mysql;
mod mysql_tree;
mod postgres;
mod probe;
pub(crate) mod process;
mod setup;
mod start;
mod state;
mod table;
mod tls;
mod url;

pub(crate) use find::{Origin, Server};

/// What to do with the servers.
#[derive(Subcommand)]
pub(crate) enum Action {
    /// Finds each server, or starts a private one; does nothing for those which run
    Up(Selection),
    /// Stops the private servers; leaves alone what something else started
    Down(Selection),
    /// Prints which servers run, where, and who started them
    Status(Selection),
    /// Prints the variables for the tests as shell commands, passwords included
    Env(Selection),
}

/// Which servers are meant.
#[derive(clap::Args)]
pub(crate) struct Selection {
    /// Only these, separated by commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<Backend>,
}

/// A database server that the tests need. SQLite is none: it lives inside the test process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Backend {
    Postgres,
    Mariadb,
    Mysql,
}

impl Backend {
    /// Every server, in the order of all listings.
    pub(crate) const ALL: [Self; 3] = [Self::Postgres, Self::Mariadb, Self::Mysql];

    /// The name in commands, folders and coverage files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
            Self::Mysql => "mysql",
        }
    }

    /// The variable with the URL of a super user who needs no password.
    pub(crate) const fn url_variable(self) -> &'static str {
        match self {
            Self::Postgres => "ORM_TEST_POSTGRES_URL",
            Self::Mariadb => "ORM_TEST_MARIADB_URL",
            Self::Mysql => "ORM_TEST_MYSQL_URL",
        }
    }

    /// The variable with the URL of a user who needs a password.
    pub(crate) const fn password_url_variable(self) -> &'static str {
        match self {
            Self::Postgres => "ORM_TEST_POSTGRES_PASSWORD_URL",
            Self::Mariadb => "ORM_TEST_MARIADB_PASSWORD_URL",
            Self::Mysql => "ORM_TEST_MYSQL_PASSWORD_URL",
        }
    }
}

/// One server, or why there is none.
pub(crate) type Outcome = (Backend, Result<Server>);

/// Carries out one `services` command.
pub(crate) fn run(action: &Action) -> Result<()> {
    match action {
        Action::Up(selection) => {
            let outcomes = up(&selection.backends())?;
            table::print(&outcomes);
            all_there(&outcomes)
        }
        Action::Down(selection) => down(&selection.backends()),
        Action::Status(selection) => {
            table::print(&running(&selection.backends()));
            Ok(())
        }
        Action::Env(selection) => {
            let outcomes = running(&selection.backends());
            for (name, value) in variables(&outcomes) {
                println!("export {name}='{}'", value.replace('\'', r"'\''"));
            }
            all_there(&outcomes)
        }
    }
}

impl Selection {
    fn backends(&self) -> Vec<Backend> {
        Backend::ALL
            .into_iter()
            .filter(|backend| self.only.is_empty() || self.only.contains(backend))
            .collect()
    }
}

/// Finds or starts the servers; a failure of one does not keep the others from coming up.
pub(crate) fn up(backends: &[Backend]) -> Result<Vec<Outcome>> {
    let _lock = state::lock()?;
    let outcomes = backends.iter().map(|&backend| (backend, start::up(backend))).collect::<Vec<_>>();
    write_variables(&outcomes)?;
    Ok(outcomes)
}

/// Finds the servers which run, and starts none.
pub(crate) fn running(backends: &[Backend]) -> Vec<Outcome> {
    let find = |&backend: &Backend| {
        let found = find::find(backend).map_err(|tried| anyhow!("{tried:#}"));
        (backend, found.and_then(|server| server.ok_or_else(|| anyhow!("not running"))))
    };
    backends.iter().map(find).collect()
}

/// Each variable of the tests with its value.
pub(crate) fn variables(outcomes: &[Outcome]) -> Vec<(&'static str, String)> {
    let mut variables = Vec::new();
    for (backend, outcome) in outcomes {
        let Ok(server) = outcome else { continue };
        variables.push((backend.url_variable(), server.url.clone()));
        if let Some(url) = &server.password_url {
            variables.push((backend.password_url_variable(), url.clone()));
        }
    }
    variables
}

/// Calls `body` with private servers, which check passwords whatever those of the system do, and then stops those that did
/// not run before.
pub(crate) fn with_private<T>(backends: &[Backend], body: impl FnOnce(&[Outcome]) -> Result<T>) -> Result<T> {
    let before = private();
    let lock = state::lock()?;
    let servers: Vec<_> = backends.iter().map(|&backend| (backend, start::private(backend))).collect();
    drop(lock);
    let done = body(&servers);
    let mut started = private();
    started.retain(|backend| !before.contains(backend));
    let stopped = if started.is_empty() { Ok(()) } else { down(&started) };
    let done = done?;
    stopped.map(|()| done)
}

/// Stops a private server and starts it again, on the same port and data.
pub(crate) fn restart(backend: Backend) -> Result<()> {
    let _lock = state::lock()?;
    start::restart(backend).map(drop)
}

/// The servers that this checkout started, and which run.
fn private() -> Vec<Backend> {
    Backend::ALL.into_iter().filter(|&backend| state::Home::of(backend).running().is_some()).collect()
}

/// Stops the private servers among these.
pub(crate) fn down(backends: &[Backend]) -> Result<()> {
    let _lock = state::lock()?;
    let mut failed = Vec::new();
    for &backend in backends {
        match start::down(backend) {
            Ok(Some(pid)) => println!("{}: stopped (pid {pid})", backend.name()),
            Ok(None) => println!("{}: nothing of ours runs", backend.name()),
            Err(error) => {
                eprintln!("{}: {error:#}", backend.name());
                failed.push(backend.name());
            }
        }
    }
    write_variables(&running(&Backend::ALL))?;
    if failed.is_empty() { Ok(()) } else { bail!("could not stop {}", failed.join(", ")) }
}

/// Leaves the variables in a file, one `NAME=value` a line, for tests that run without xtask.
fn write_variables(outcomes: &[Outcome]) -> Result<()> {
    let mut text = String::new();
    for (name, value) in variables(outcomes) {
        let _ = writeln!(text, "{name}={value}");
    }
    let file = crate::paths::services().join("env");
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn all_there(outcomes: &[Outcome]) -> Result<()> {
    let missing = outcomes.iter().filter(|(_, outcome)| outcome.is_err());
    let names = missing.map(|(backend, _)| backend.name()).collect::<Vec<_>>();
    if names.is_empty() { Ok(()) } else { bail!("not available: {}", names.join(", ")) }
}

/// What an environment variable says: unset and empty are the same.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
