//! Brings in Debian packages where we may, and finds the account that a server runs as.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::process;

/// How long one call of the package manager may take.
const LIMIT: Duration = Duration::from_secs(600);

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Installs Debian packages, without those they only recommend.
///
/// # Errors
/// We are not root, this is no Debian, or the package manager fails.
pub(crate) fn packages(names: &[&str], log: &Path) -> Result<()> {
    let missing = format!("not installed: {}", names.join(", "));
    if crate::paths::executable("apt-get", &[]).is_none() {
        bail!("{missing}, and there is no apt-get");
    }
    if !is_root() {
        bail!("{missing}, and only root can install packages");
    }
    eprintln!("installing {}", names.join(", "));
    // The lists of packages may be missing or old: they are fetched only if it does not work without.
    let install = [&["install", "-y", "--no-install-recommends"], names].concat();
    if apt(&install, log).is_ok() {
        return Ok(());
    }
    apt(&["update"], log).and_then(|()| apt(&install, log)).context(missing)
}

fn apt(arguments: &[&str], log: &Path) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(["-o", "DPkg::Lock::Timeout=300"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::run(&mut command, LIMIT, log).map(drop)
}

/// The user and group numbers of the first of these accounts which exists.
pub(crate) fn account(names: &[&str]) -> Result<(u32, u32)> {
    let text = fs::read_to_string("/etc/passwd").context("cannot read the accounts")?;
    let find = |name: &&str| {
        let mut fields =
            text.lines().find_map(|line| line.strip_prefix(*name)?.strip_prefix(':'))?.split(':');
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    names.iter().find_map(find).with_context(|| format!("none of the accounts {} exists", names.join(", ")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn accounts_are_looked_up_by_their_whole_name() -> anyhow::Result<()> {
        assert_eq!(super::account(&["no-such-account", "root"])?, (0, 0));
        assert!(super::account(&["roo"]).is_err());
        Ok(())
    }
}
