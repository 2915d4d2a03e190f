//! MySQL out of Debian sid's packages, extracted into a folder of ours and run with its own libraries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{install, process, state};

/// The release which has MySQL; stable ones have only MariaDB.
const RELEASE: &str = "sid";
/// The server, and what makes the tree's loader work.
const PACKAGES: &str = "mysql-server-core,libc-bin";
/// How long fetching and extracting some 300 MiB may take.
const LIMIT: Duration = Duration::from_secs(600);

/// An extracted tree and the files in it that matter.
pub(crate) struct Tree {
    root: PathBuf,
    loader: PathBuf,
    libraries: PathBuf,
}

impl Tree {
    /// Takes the tree that is there, or extracts one.
    pub(crate) fn obtain(root: &Path, log: &Path) -> Result<Self> {
        if let Ok(tree) = Self::open(root) {
            return Ok(tree);
        }
        if crate::paths::executable("mmdebstrap", &[]).is_none() {
            install::packages(&["mmdebstrap"], log)?;
        }
        eprintln!("extracting MySQL");
        // Under another name until it is complete, so that an interrupted run leaves no half tree.
        let partial = root.with_extension("partial");
        state::remove(&partial)?;
        state::remove(root)?;
        let mode = if install::is_root() { "--mode=root" } else { "--mode=auto" };
        let mut command = Command::new("mmdebstrap");
        command.args([mode, "--variant=extract", "--aptopt=Acquire::Check-Valid-Until \"false\""]);
        command.arg(format!("--include={PACKAGES}")).arg(RELEASE).arg(&partial);
        process::run(&mut command, LIMIT, log).context("MySQL cannot be extracted")?;
        fs::rename(&partial, root)?;
        Self::open(root)
    }

    fn open(root: &Path) -> Result<Self> {
        fs::metadata(root.join("usr/sbin/mysqld")).context("the tree has no mysqld")?;
        let libraries = entry(&root.join("usr/lib"), |name| name.ends_with("-linux-gnu"))
            .context("the tree has no libraries")?;
        let loader = [root.join("usr/lib64"), root.join("usr/lib"), libraries.clone()]
            .iter()
            .find_map(|dir| entry(dir, |name| name.starts_with("ld-linux")))
            .context("the tree has no loader")?;
        Ok(Self { root: root.to_owned(), loader, libraries })
    }

    /// The server's command: its own loader and libraries take the place of the system's, which may be older.
    pub(crate) fn server(&self) -> Command {
        let usr = self.root.join("usr");
        let mut libraries = self.libraries.clone().into_os_string();
        libraries.push(":");
        libraries.push(usr.join("lib/mysql/private"));
        let mut command = Command::new(&self.loader);
        command.arg("--library-path").arg(libraries).arg(usr.join("sbin/mysqld")).arg("--no-defaults");
        for (option, path) in [
            ("basedir", usr.clone()),
            ("lc-messages-dir", usr.join("share/mysql")),
            ("character-sets-dir", usr.join("share/mysql/charsets")),
            ("plugin-dir", usr.join("lib/mysql/plugin")),
        ] {
            command.arg(format!("--{option}={}", path.display()));
        }
        command
    }
}

/// The first entry of a folder whose name fits.
fn entry(dir: &Path, fits: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let entries = fs::read_dir(dir).ok()?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path())).collect::<Vec<_>>();
    paths.sort();
    paths.into_iter().find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(&fits))
}
