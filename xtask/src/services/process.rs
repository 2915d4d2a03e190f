//! Processes: short commands with a time limit, servers that outlive us, and how to end them.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a wait looks again.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// Runs a command to its end and returns what it printed, which is added to the log as well.
///
/// # Errors
/// It cannot be started, ends with a failure (told with the last line it printed), or takes too long.
pub(crate) fn run(command: &mut Command, limit: Duration, log: &Path) -> Result<String> {
    let name = name(command);
    let before = length(log);
    let output = append(log)?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
    let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > limit {
            signal(&format!("-{}", child.id()), "KILL")?;
            child.wait()?;
            bail!("{name} took longer than {} s; see {}", limit.as_secs(), log.display());
        }
        sleep(PAUSE);
    };
    let printed = logged_since(log, before);
    if !status.success() {
        bail!("{name} failed: {}", last_line(&printed));
    }
    Ok(printed)
}

/// Starts a server in a session of its own, so that it stays when we end. The process number is the server's.
pub(crate) fn spawn(command: &Command, account: Option<(u32, u32)>, log: &Path) -> Result<Child> {
    let output = append(log)?;
    // `setsid` replaces itself with the server.
    let mut detached = Command::new("setsid");
    detached.arg(command.get_program()).args(command.get_args()).current_dir("/");
    if let Some((user, group)) = account {
        detached.uid(user).gid(group);
    }
    detached.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    detached.spawn().with_context(|| format!("cannot start {}", name(command)))
}

/// How long a log is now.
pub(crate) fn length(log: &Path) -> u64 {
    fs::metadata(log).map_or(0, |file| file.len())
}

/// What a log gained since it had this length.
fn logged_since(log: &Path, length: u64) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let gained = usize::try_from(length).ok().and_then(|length| bytes.get(length..));
    String::from_utf8_lossy(gained.unwrap_or_default()).into_owned()
}

/// The line that matters of what a log gained since it had this length, for messages of one line.
pub(crate) fn last_logged(log: &Path, length: u64) -> String {
    last_line(&logged_since(log, length)).to_owned()
}

/// Whether the process runs and was given this data folder.
pub(crate) fn is_server(pid: u32, data: &Path) -> bool {
    // Of a process that has ended, and waits for its parent to notice, nothing is left to read.
    arguments(&format!("/proc/{pid}/cmdline"))
        .iter()
        .any(|argument| Path::new(argument.trim_start_matches("--datadir=")) == data)
}

/// The arguments of every process that we may look at.
pub(crate) fn all_arguments() -> Vec<Vec<String>> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    ids.map(|pid| arguments(&format!("/proc/{pid}/cmdline"))).collect()
}

/// Asks a server to end, insists after the limit, and returns when it is gone.
pub(crate) fn stop(pid: u32, data: &Path, polite: &str, limit: Duration) -> Result<()> {
    for (word, limit) in [(polite, limit), ("KILL", Duration::from_secs(10))] {
        if !is_server(pid, data) {
            return Ok(());
        }
        // It may end between the look and the signal; the wait below tells.
        let _ = signal(&pid.to_string(), word);
        let start = Instant::now();
        while start.elapsed() < limit {
            if !is_server(pid, data) {
                return Ok(());
            }
            sleep(PAUSE);
        }
    }
    bail!("process {pid} does not end")
}

fn arguments(file: &str) -> Vec<String> {
    let bytes = fs::read(file).unwrap_or_default();
    String::from_utf8_lossy(&bytes).split('\0').map(str::to_owned).collect()
}

fn signal(target: &str, word: &str) -> Result<()> {
    // The shell's own `kill` is everywhere; the program of that name is not.
    let script = format!("kill -{word} {target}");
    let status = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { bail!("cannot signal {target}") }
}

fn append(log: &Path) -> Result<File> {
    let opened = OpenOptions::new().create(true).append(true).open(log);
    opened.with_context(|| format!("cannot write {}", log.display()))
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The last line that tells of an error, or just the last one: hints and help often follow the error.
fn last_line(text: &str) -> &str {
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let is_error = |line: &&str| ["ERROR", "FATAL", "E: "].iter().any(|mark| line.contains(mark));
    let last = lines.clone().next().unwrap_or("it said nothing");
    lines.find(is_error).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{last_line, run};

    #[test]
    fn a_command_tells_what_it_printed_or_why_it_failed() -> anyhow::Result<()> {
        let log = std::env::temp_dir().join(format!("xtask-process-{}", std::process::id()));
        let limit = Duration::from_secs(5);
        assert_eq!(run(Command::new("echo").arg("one"), limit, &log)?, "one\n");
        assert_eq!(run(Command::new("echo").arg("two"), limit, &log)?, "two\n");
        let failed = run(Command::new("sh").args(["-c", "echo why; exit 3"]), limit, &log);
        assert_eq!(failed.map_err(|error| error.to_string()), Err("sh failed: why".to_owned()));
        let slow = run(Command::new("sleep").arg("60"), Duration::ZERO, &log);
        assert!(slow.is_err_and(|error| error.to_string().starts_with("sleep took longer")));
        Ok(std::fs::remove_file(log)?)
    }

    #[test]
    fn the_line_that_matters_is_found() {
        assert_eq!(last_line("ERROR: x\nFATAL: y\nHINT: z\n"), "FATAL: y");
        assert_eq!(last_line("a\n b \n\n"), "b");
        assert_eq!(last_line("\n"), "it said nothing");
    }
}
