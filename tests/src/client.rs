//! The database's own client: the most independent oracle there is.

use std::process::{Command, Stdio};

use crate::{Kind, TestDb};

fn program(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "sqlite3",
        Kind::Postgres => "psql",
        // It speaks to MySQL as well, whose own client is not in every distribution.
        Kind::MariaDb | Kind::MySql => "mariadb",
    }
}

/// Why the client cannot be used.
pub(crate) fn missing(kind: Kind) -> Option<String> {
    let program = program(kind);
    let runs = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match runs {
        Ok(_) => None,
        Err(error) => Some(format!("the client `{program}`: {error}")),
    }
}

impl TestDb {
    /// What the database's own client prints for some SQL: a line a row, tabs between cells, ANSI quotes.
    ///
    /// # Errors
    ///
    /// What the client says.
    pub fn client(&self, sql: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut command = Command::new(program(self.kind()));
        match self.kind() {
            Kind::Sqlite => {
                // A connection that closes tidies the log up, which locks the file for a moment.
                command.args(["-cmd", ".timeout 30000", "-tabs"]);
                command.arg(self.path().ok_or("no file")?).arg(sql);
            }
            Kind::Postgres => {
                command.args(["-At", "-F", "\t", "-c", sql]).arg(self.url());
            }
            Kind::MySql | Kind::MariaDb => {
                let rest = self.url().split_once("://").map_or(self.url(), |(_, rest)| rest);
                let (authority, name) = rest.split_once('/').ok_or("no database")?;
                let (user, host) = authority.split_once('@').ok_or("no user")?;
                let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                command.args(["--batch", "--raw", "--skip-column-names", "--protocol=tcp"]);
                command.args(["--default-character-set=utf8mb4", "-h", host, "-P", port, "-u", user]);
                command.args(["-D", name.split('?').next().unwrap_or(name)]).env("MYSQL_PWD", password);
                let quotes = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')";
                command.args(["-e", &format!("{quotes}; {sql}")]);
            }
        }
        let output = command.output()?;
        if output.status.success() {
            Ok(String::from_utf8(output.stdout)?)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
        }
    }
}
