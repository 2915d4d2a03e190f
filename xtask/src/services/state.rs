//! What xtask remembers of a private server between two runs: its folder, process, port and data.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File, TryLockError};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Backend, process};

/// How long to wait for another xtask, which may be installing packages.
const LOCK_LIMIT: Duration = Duration::from_secs(900);

/// Takes turns with other xtask processes which start or stop servers in the same folder.
pub(crate) fn lock() -> Result<File> {
    let dir = crate::paths::services();
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let file = File::create(dir.join("lock"))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_LIMIT => {
                sleep(Duration::from_millis(200))
            }
            Err(TryLockError::WouldBlock) => {
                bail!("another xtask has been busy with the servers for too long")
            }
            Err(TryLockError::Error(error)) => return Err(error).context("cannot lock the services folder"),
        }
    }
}

/// The folder of one private server.
pub(crate) struct Home {
    pub(crate) backend: Backend,
    pub(crate) dir: PathBuf,
}

/// A server that was started: it may have ended since.
pub(crate) struct State {
    pub(crate) pid: u32,
    pub(crate) port: u16,
    pub(crate) data: PathBuf,
}

impl Home {
    /// The folder of this checkout.
    pub(crate) fn of(backend: Backend) -> Self {
        Self { backend, dir: crate::paths::services().join(backend.name()) }
    }

    /// The folder of another checkout whose server listens on this port of this machine.
    ///
    /// Without such a folder a server at one of our ports is a left-over whose data may be gone.
    pub(crate) fn of_neighbour(backend: Backend, port: u16) -> Option<(Self, State)> {
        for arguments in process::all_arguments() {
            for data in arguments
                .iter()
                .filter_map(|argument| Path::new(argument.trim_start_matches("--datadir=")).parent())
            {
                let home = Self { backend, dir: data.to_owned() };
                if data.file_name().is_some_and(|name| name == backend.name())
                    && let Some(state) = home.running()
                    && state.port == port
                {
                    return Some((home, state));
                }
            }
        }
        None
    }

    /// A folder for data which another account has to reach: that of a checkout may lie below a closed home folder.
    pub(crate) fn far_dir(&self) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        self.dir.hash(&mut hasher);
        std::env::temp_dir().join(format!("orm-services-{:016x}", hasher.finish()))
    }

    /// Everything that the server and its preparation print.
    pub(crate) fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// What was last started here. A folder that was copied tells of another checkout's server: that is not ours.
    pub(crate) fn read(&self) -> Option<State> {
        self.recorded()
            .filter(|state| state.data.starts_with(&self.dir) || state.data.starts_with(self.far_dir()))
    }

    fn recorded(&self) -> Option<State> {
        let text = fs::read_to_string(self.state_file()).ok()?;
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let (pid, port) = (field("pid")?.parse().ok()?, field("port")?.parse().ok()?);
        Some(State { pid, port, data: field("data")?.into() })
    }

    /// What was started here and still runs. A process number which now belongs to something else does not count.
    pub(crate) fn running(&self) -> Option<State> {
        self.read().filter(|state| process::is_server(state.pid, &state.data))
    }

    pub(crate) fn write(&self, state: &State) -> Result<()> {
        let State { pid, port, data } = state;
        let text = format!("pid={pid}\nport={port}\ndata={}\n", data.display());
        fs::write(self.state_file(), text).context("cannot write the state file")
    }

    pub(crate) fn clear(&self) -> Result<()> {
        remove(&self.state_file())
    }

    /// Whether the data folder was filled to the end.
    pub(crate) fn is_initialised(&self) -> bool {
        self.mark().exists()
    }

    pub(crate) fn set_initialised(&self, done: bool) -> Result<()> {
        if done { fs::write(self.mark(), "").context("cannot write the mark") } else { remove(&self.mark()) }
    }

    fn state_file(&self) -> PathBuf {
        self.dir.join("state")
    }

    fn mark(&self) -> PathBuf {
        self.dir.join("initialised")
    }
}

/// Removes a file or a folder; it need not exist.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
