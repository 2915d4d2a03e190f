//! The databases' own clients, with which the tests compare answers.

use std::path::Path;

use super::install;

/// The program of each backend, and the Debian package that has it.
const CLIENTS: [(&str, &str); 3] =
    [("sqlite3", "sqlite3"), ("psql", "postgresql-client"), ("mariadb", "mariadb-client-core")];

/// Installs the clients that are missing, and says which cannot be had and why.
pub(crate) fn install(log: &Path) -> Vec<String> {
    let missing = CLIENTS.iter().filter(|(program, _)| crate::paths::executable(program, &[]).is_none());
    missing
        .filter_map(|(program, package)| {
            let error = install::packages(&[package], log).err()?;
            Some(format!("without the client {program}: {error:#}"))
        })
        .collect()
}
