//! A private PostgreSQL, from the binaries of the distribution. It refuses to run as root.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::start::Recipe;
use super::state::Home;
use super::tls::Certificate;
use super::{install, process};

const PACKAGE: &str = "postgresql";
const LIMIT: Duration = Duration::from_secs(120);

/// The super user needs no password; everybody else does, so that passwords are really checked.
const ACCESS: &str = "local all all trust\n\
    host all postgres 127.0.0.1/32 trust\n\
    host replication postgres 127.0.0.1/32 trust\n\
    host all all 127.0.0.1/32 scram-sha-256\n";

/// Where the binaries and the data are, and who runs them.
pub(crate) struct Postgres {
    binaries: PathBuf,
    data: PathBuf,
    account: Option<(u32, u32)>,
    log: PathBuf,
}

impl Postgres {
    /// Finds the binaries, or installs them.
    pub(crate) fn obtain(home: &Home) -> Result<Self> {
        let log = home.log();
        let found = match binaries() {
            Some(found) => Some(found),
            None => {
                install::packages(&[PACKAGE], &log)?;
                binaries()
            }
        };
        let binaries = found.with_context(|| format!("package `{PACKAGE}` has no initdb"))?;
        let account =
            if install::is_root() { Some(install::account(&["postgres", "nobody"])?) } else { None };
        let mut data = home.dir.join("data");
        if let Some(account) = account
            && !can_enter(&home.dir, account)
        {
            data = home.far_dir().join("data");
        }
        Ok(Self { binaries, data, account, log })
    }

    fn tool(&self, name: &str) -> Command {
        Command::new(self.binaries.join(name))
    }
}

impl Recipe for Postgres {
    fn data(&self) -> &Path {
        &self.data
    }

    fn initialise(&self) -> Result<()> {
        fs::create_dir_all(&self.data)?;
        let mut initdb = self.tool("initdb");
        initdb.arg("-D").arg(&self.data).current_dir("/");
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        if let Some((user, group)) = self.account {
            chown(&self.data, Some(user), Some(group))?;
            initdb.uid(user).gid(group);
        }
        process::run(&mut initdb, LIMIT, &self.log)?;
        fs::write(self.data.join("pg_hba.conf"), ACCESS)?;
        if let Err(error) = Certificate::make(&self.data, &self.log) {
            eprintln!("postgres: without TLS: {error:#}");
        }
        if let (Some(files), Some((user, group))) = (Certificate::of(&self.data), self.account) {
            for file in [&files.certificate, &files.key] {
                chown(file, Some(user), Some(group))?;
            }
        }
        Ok(())
    }

    fn command(&self, port: u16) -> Command {
        let mut command = self.tool("postgres");
        command.arg("-D").arg(&self.data).args(["-p", &port.to_string()]);
        let mut set = |setting: String| {
            command.arg("-c").arg(setting);
        };
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_buffers=64MB",
        ] {
            set(setting.to_owned());
        }
        if let Some(files) = Certificate::of(&self.data) {
            set("ssl=on".to_owned());
            set(format!("ssl_cert_file={}", files.certificate.display()));
            set(format!("ssl_key_file={}", files.key.display()));
        }
        command
    }

    fn account(&self) -> Option<(u32, u32)> {
        self.account
    }
}

/// The folder of the newest server which Debian's packages installed, or of one in the search path.
fn binaries() -> Option<PathBuf> {
    let entries = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let versions = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let mut versions = versions.collect::<Vec<_>>();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let dirs = versions.iter().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let initdb = crate::paths::executable("initdb", &dirs.collect::<Vec<_>>())?;
    let dir = initdb.parent()?;
    dir.join("postgres").is_file().then(|| dir.to_owned())
}

/// Whether an account may go into this folder, which depends on every folder above it.
fn can_enter(dir: &Path, (user, group): (u32, u32)) -> bool {
    let mut look = Command::new("test");
    look.arg("-x").arg(dir).uid(user).gid(group).current_dir("/");
    look.status().is_ok_and(|status| status.success())
}
