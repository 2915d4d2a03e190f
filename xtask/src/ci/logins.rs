//! Logs in with passwords to private servers, which check them whatever the servers of the system do, and to a MySQL
//! that was just started: it has forgotten what makes a login quick.

use anyhow::Result;

use crate::cargo;
use crate::services::{self, Backend};

/// What is called, one after the other.
const CALLS: [&[&str]; 3] = [
    &["services", "up"],
    &["services", "restart", "mysql"],
    &[
        "test",
        "--require",
        "postgres,mariadb,mysql",
        "--",
        "-p",
        "orm-tests",
        "--test",
        "e2e",
        "--locked",
        "--",
        "logins",
    ],
];

/// Does so, and stops the servers that did not run before.
pub(super) fn run() -> Result<()> {
    let before = services::private();
    let done = CALLS.iter().try_for_each(|call| call_xtask(call));
    let mut started = services::private();
    started.retain(|backend| !before.contains(backend));
    done.and(services::down(&started))
}

/// In a process of its own, which sees no server but private ones.
fn call_xtask(arguments: &[&str]) -> Result<()> {
    let mut command = cargo::command([&["xtask"], arguments].concat());
    for backend in Backend::ALL {
        command.env(backend.url_variable(), "none").env_remove(backend.password_url_variable());
    }
    cargo::run(&mut command)
}
