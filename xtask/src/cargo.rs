//! Calls cargo on this workspace, with a time limit.

use std::env;
use std::process::{Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// No single step may take longer: a test that hangs is a failure, not a wait.
pub(crate) const LIMIT: Duration = Duration::from_secs(40 * 60);

/// The same cargo that runs us, in the workspace's root.
pub(crate) fn command<I: AsRef<str>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::paths::root());
    for argument in arguments {
        command.arg(argument.as_ref());
    }
    command
}

/// Runs a command to its end.
///
/// # Errors
/// It cannot be started, fails, or exceeds the limit.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = wait(&mut command.spawn()?)?;
    if status.success() { Ok(()) } else { bail!("`{}` failed: {status}", line(command)) }
}

/// Waits for a process, and ends it at the limit.
pub(crate) fn wait(child: &mut std::process::Child) -> Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            bail!("stopped after {} min", LIMIT.as_secs() / 60);
        }
        sleep(Duration::from_millis(50));
    }
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    ["cargo".to_owned()].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}
