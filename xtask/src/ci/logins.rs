//! Logs in with passwords to private servers, which check them whatever the servers of the system do, and to a MySQL
//! that was just started: it has forgotten what makes a login quick.

use anyhow::Result;

use crate::services::{self, Backend};
use crate::test::{self, Required};

/// Does so, and stops the servers that did not run before.
pub(super) fn run() -> Result<()> {
    services::with_private(&Backend::ALL, |servers| {
        services::restart(Backend::Mysql)?;
        let extra = ["-p", "orm-tests", "--test", "e2e", "--locked", "--", "logins"];
        let options = test::Options {
            require: vec![Required::Postgres, Required::Mariadb, Required::Mysql],
            no_services: true,
            extra: extra.map(str::to_owned).to_vec(),
            variables: Vec::new(),
        };
        test::run_on(&options, servers)
    })
}
