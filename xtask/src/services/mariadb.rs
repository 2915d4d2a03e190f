//! A private MariaDB, from the binaries of the distribution.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::start::Recipe;
use super::state::Home;
use super::tls::Certificate;
use super::{install, process};

/// The server, and what `mariadb-install-db` calls; neither brings a service that would start by itself.
const PACKAGES: [&str; 2] = ["mariadb-server-core", "mariadb-client-core"];
const LIMIT: Duration = Duration::from_secs(120);

/// Where the binaries and the data are.
pub(crate) struct Mariadb {
    server: PathBuf,
    installer: PathBuf,
    data: PathBuf,
    log: PathBuf,
}

impl Mariadb {
    /// Finds the binaries, or installs them.
    pub(crate) fn obtain(home: &Home) -> Result<Self> {
        let log = home.log();
        let find = || {
            let executable = |name| crate::paths::executable(name, &[]);
            executable("my_print_defaults")?;
            Some((executable("mariadbd")?, executable("mariadb-install-db")?))
        };
        let found = match find() {
            Some(found) => Some(found),
            None => {
                install::packages(&PACKAGES, &log)?;
                find()
            }
        };
        let (server, installer) = found.context("the packages have no mariadbd")?;
        Ok(Self { server, installer, data: home.dir.join("data"), log })
    }

    fn defaults(&self) -> Vec<String> {
        let mut options = vec!["--no-defaults".to_owned(), format!("--datadir={}", self.data.display())];
        if install::is_root() {
            options.push("--user=root".to_owned());
        }
        options
    }
}

impl Recipe for Mariadb {
    fn data(&self) -> &Path {
        &self.data
    }

    fn initialise(&self) -> Result<()> {
        fs::create_dir_all(&self.data)?;
        let mut command = Command::new(&self.installer);
        command.args(self.defaults()).args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        process::run(&mut command, LIMIT, &self.log)?;
        if let Err(error) = Certificate::make(&self.data, &self.log) {
            eprintln!("mariadb: without TLS: {error:#}");
        }
        Ok(())
    }

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new(&self.server);
        command.args(self.defaults()).args([
            &format!("--port={port}"),
            "--bind-address=127.0.0.1",
            "--socket=server.sock",
            "--pid-file=server.pid",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
            "--max-connections=500",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=OFF",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=32M",
        ]);
        if let Some(files) = Certificate::of(&self.data) {
            command.arg(format!("--ssl-cert={}", files.certificate.display()));
            command.arg(format!("--ssl-key={}", files.key.display()));
        }
        command
    }
}
