//! Starts, watches and stops private servers; how each kind is prepared and called is its recipe.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::find::{self, Given, Origin, Server};
use super::state::{self, Home, State};
use super::url::Address;
use super::{Backend, mariadb, mysql, postgres, process, setup};

/// How long a server may take until it answers.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long a server may take to end when asked.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// How many ports are tried from a backend's first private one.
const PORTS: u16 = 20;

/// How to run one kind of server.
pub(crate) trait Recipe {
    /// The folder with the server's data.
    fn data(&self) -> &Path;
    /// Fills the data folder, which does not exist yet.
    fn initialise(&self) -> Result<()>;
    /// The command which runs the server in the foreground.
    fn command(&self, port: u16) -> Command;
    /// The user and group to run as, where it is not our own.
    fn account(&self) -> Option<(u32, u32)> {
        None
    }
}

impl Backend {
    /// Finds or installs what the server needs to run in this folder.
    fn recipe(self, home: &Home) -> Result<Box<dyn Recipe>> {
        Ok(match self {
            Self::Postgres => Box::new(postgres::Postgres::obtain(home)?),
            Self::Mariadb => Box::new(mariadb::Mariadb::obtain(home)?),
            Self::Mysql => Box::new(mysql::Mysql::obtain(home)?),
        })
    }

    /// The signal after which the server closes connections and ends.
    const fn stop_signal(self) -> &'static str {
        match self {
            Self::Postgres => "INT",
            Self::Mariadb | Self::Mysql => "TERM",
        }
    }
}

/// Finds the server, or starts a private one.
///
/// # Errors
/// The environment names a server which does not answer, or none was found and none could be started.
pub(crate) fn up(backend: Backend) -> Result<Server> {
    let given = find::given(backend);
    if let Given::Url(url) = &given {
        return find::check_given(backend, url);
    }
    let home = Home::of(backend);
    if let Some(server) = running(&home)? {
        return Ok(server);
    }
    let tried = match given {
        Given::None => "found ones are not wanted".to_owned(),
        _ => match find::elsewhere(backend, true) {
            Ok(server) => return Ok(server),
            Err(tried) => format!("none found ({tried})"),
        },
    };
    start(&home).map_err(|error| anyhow!("{tried}, and no private one: {error:#}"))
}

/// The private server of this checkout, whatever else runs; starts it if it does not run.
///
/// # Errors
/// It cannot be started.
pub(crate) fn private(backend: Backend) -> Result<Server> {
    let home = Home::of(backend);
    match running(&home)? {
        Some(server) => Ok(server),
        None => start(&home),
    }
}

/// The private server if it runs and answers; one that does not answer is stopped.
fn running(home: &Home) -> Result<Option<Server>> {
    let Some(state) = home.running() else { return Ok(None) };
    match wait(home, &state, 0, None) {
        Ok(server) => Ok(Some(server)),
        Err(error) => {
            eprintln!("{}: starting again: {error:#}", home.backend.name());
            stop(home, &state)?;
            Ok(None)
        }
    }
}

/// Stops the private server of this checkout and returns its process, if one ran.
pub(crate) fn down(backend: Backend) -> Result<Option<u32>> {
    let home = Home::of(backend);
    let Some(state) = home.running() else {
        home.clear()?;
        return Ok(None);
    };
    stop(&home, &state)?;
    Ok(Some(state.pid))
}

/// Stops and starts a private server, on the same port and data; another checkout's too.
pub(crate) fn restart(backend: Backend) -> Result<Server> {
    let own = Home::of(backend);
    let (home, state) = match own.read() {
        Some(state) => (own, state),
        None => Home::of_neighbour(backend, backend.private_port()).with_context(|| {
            format!("no {} of ours runs: only private servers are restarted", backend.name())
        })?,
    };
    let recipe = backend.recipe(&home)?;
    stop(&home, &state)?;
    launch(&home, recipe.as_ref(), state.port)
}

fn start(home: &Home) -> Result<Server> {
    fs::create_dir_all(&home.dir).with_context(|| format!("cannot create {}", home.dir.display()))?;
    let recipe = home.backend.recipe(home)?;
    if home.is_initialised() && recipe.data().exists() {
        match launch(home, recipe.as_ref(), free_port(home)?) {
            Ok(server) => return Ok(server),
            // Without fsync a crash of the machine spoils the data, which nobody needs.
            Err(error) => eprintln!("{}: starting afresh: {error:#}", home.backend.name()),
        }
    }
    home.set_initialised(false)?;
    state::remove(recipe.data())?;
    recipe.initialise().context("the data folder cannot be prepared")?;
    home.set_initialised(true)?;
    launch(home, recipe.as_ref(), free_port(home)?)
}

/// Runs the server and waits until it answers; one that does not is stopped again.
fn launch(home: &Home, recipe: &dyn Recipe, port: u16) -> Result<Server> {
    let before = process::length(&home.log());
    let mut child = process::spawn(&recipe.command(port), recipe.account(), &home.log())?;
    let state = State { pid: child.id(), port, data: recipe.data().to_owned() };
    home.write(&state)?;
    let server = wait(home, &state, before, Some(&mut child));
    if server.is_err() {
        stop(home, &state)?;
    }
    server
}

/// Waits until the server answers and the tests' users exist in it; its log had the given length when it started.
fn wait(home: &Home, state: &State, log: u64, mut child: Option<&mut Child>) -> Result<Server> {
    let start = Instant::now();
    loop {
        let origin = Origin::Private { pid: state.pid };
        let last = match setup::describe(home.backend, Address::local(state.port), origin, true) {
            Ok(server) => return Ok(server),
            Err(error) => error,
        };
        let ended = match &mut child {
            Some(child) => child.try_wait()?.is_some(),
            None => !process::is_server(state.pid, &state.data),
        };
        if ended {
            bail!("it ended at once: {}", process::last_logged(&home.log(), log));
        }
        if start.elapsed() > READY_LIMIT {
            return Err(last.context(format!("not ready after {} s", READY_LIMIT.as_secs())));
        }
        sleep(process::PAUSE);
    }
}

fn stop(home: &Home, state: &State) -> Result<()> {
    process::stop(state.pid, &state.data, home.backend.stop_signal(), STOP_LIMIT)?;
    home.clear()
}

/// The port used last time if it is free, or the next free one.
fn free_port(home: &Home) -> Result<u16> {
    let first = home.backend.private_port();
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = home.read().map(|state| state.port).into_iter().chain(first..first + PORTS);
    ports.find(is_free).with_context(|| format!("no free port from {first} to {}", first + PORTS - 1))
}
