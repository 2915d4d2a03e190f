//! A private MySQL: the system's own `mysqld` where that is not MariaDB's, or one from an extracted tree.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::mysql_tree::Tree;
use super::start::Recipe;
use super::state::Home;
use super::tls::Certificate;
use super::{install, process};

const LIMIT: Duration = Duration::from_secs(120);

/// Where the binary and the data are.
pub(crate) struct Mysql {
    binary: Binary,
    data: PathBuf,
    log: PathBuf,
}

enum Binary {
    System(PathBuf),
    Extracted(Tree),
}

impl Mysql {
    /// Finds the binary, or extracts it.
    pub(crate) fn obtain(home: &Home) -> Result<Self> {
        let (data, log) = (home.dir.join("data"), home.log());
        let binary = match system(&log) {
            Some(server) => Binary::System(server),
            None => Binary::Extracted(Tree::obtain(&home.dir.join("tree"), &log)?),
        };
        Ok(Self { binary, data, log })
    }

    fn server(&self) -> Command {
        let mut command = match &self.binary {
            Binary::System(server) => {
                let mut command = Command::new(server);
                command.arg("--no-defaults");
                command
            }
            Binary::Extracted(tree) => tree.server(),
        };
        command.arg(format!("--datadir={}", self.data.display()));
        if install::is_root() {
            command.arg("--user=root");
        }
        // Small from the start: the first start would have to shrink it.
        command.arg("--innodb-redo-log-capacity=32M");
        command
    }
}

impl Recipe for Mysql {
    fn data(&self) -> &Path {
        &self.data
    }

    fn initialise(&self) -> Result<()> {
        process::run(self.server().arg("--initialize-insecure"), LIMIT, &self.log)?;
        // `caching_sha2_password` sends passwords over TLS; MySQL makes its certificate while it initialises.
        if Certificate::of(&self.data).is_none() {
            Certificate::make(&self.data, &self.log)?;
        }
        if Certificate::of(&self.data).is_none() {
            bail!("there is no certificate for TLS");
        }
        Ok(())
    }

    fn command(&self, port: u16) -> Command {
        let mut command = self.server();
        command.args([
            &format!("--port={port}"),
            "--bind-address=127.0.0.1",
            "--socket=server.sock",
            "--pid-file=server.pid",
            "--mysqlx=OFF",
            "--max-connections=500",
            "--secure-file-priv=NULL",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=OFF",
            "--innodb-buffer-pool-size=64M",
        ]);
        command
    }
}

/// The system's MySQL: the name `mysqld` alone may as well be MariaDB's.
fn system(log: &Path) -> Option<PathBuf> {
    let server = crate::paths::executable("mysqld", &[])?;
    let version = process::run(Command::new(&server).arg("--version"), LIMIT, log).ok()?;
    (!version.contains("MariaDB")).then_some(server)
}
