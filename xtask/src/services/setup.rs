//! What the tests expect inside each server: a database, and a user who needs a password.

use anyhow::{Context, Result, bail};

use super::probe::Client;
use super::url::{Address, encode};
use super::{Backend, Origin, Server};

/// The database that test URLs name.
const DATABASE: &str = "orm_test";
/// The user who needs a password.
const USER: &str = "orm";
/// The user's password: every character of it that a URL gives a meaning has to be encoded.
const PASSWORD: &str = "p@ss:w/rd%";

impl Backend {
    /// The super user of servers which we start, and of those at a default port.
    pub(crate) const fn super_user(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mariadb | Self::Mysql => "root",
        }
    }

    /// The database a super user logs in to before ours exists.
    pub(crate) const fn first_database(self) -> Option<&'static str> {
        match self {
            Self::Postgres => Some("postgres"),
            Self::Mariadb | Self::Mysql => None,
        }
    }

    const fn scheme(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mariadb | Self::Mysql => "mysql",
        }
    }
}

/// Creates what is missing. Safe to repeat, and never changes what is there.
fn prepare(backend: Backend, client: &mut Client) -> Result<()> {
    match backend {
        Backend::Postgres => {
            if client.execute(&format!("SELECT 1 FROM pg_roles WHERE rolname = '{USER}'"))? == 0 {
                client.execute(&format!("CREATE ROLE {USER} LOGIN SUPERUSER PASSWORD '{PASSWORD}'"))?;
            }
            if client.execute(&database_row())? == 0 {
                client.execute(&format!("CREATE DATABASE {DATABASE}"))?;
            }
        }
        Backend::Mariadb | Backend::Mysql => {
            let plugin = if backend == Backend::Mysql { " WITH caching_sha2_password" } else { "" };
            client.execute(&format!(
                "CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED{plugin} BY '{PASSWORD}'"
            ))?;
            client.execute(&format!("GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'%' WITH GRANT OPTION"))?;
            client.execute(&format!("CREATE DATABASE IF NOT EXISTS {DATABASE}"))?;
        }
    }
    Ok(())
}

/// Whether the last thing which `prepare` creates is there.
fn check(backend: Backend, client: &mut Client) -> Result<()> {
    let found = match backend {
        Backend::Postgres => client.execute(&database_row())? == 1,
        Backend::Mariadb | Backend::Mysql => client.execute(&format!("USE {DATABASE}")).is_ok(),
    };
    if found { Ok(()) } else { bail!("it is not prepared") }
}

fn database_row() -> String {
    format!("SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
}

/// The URLs of a prepared server: the super user's, and that of the user with a password.
fn urls(backend: Backend, address: &Address) -> (String, String) {
    let (scheme, root) = (backend.scheme(), backend.super_user());
    let password = encode(PASSWORD);
    (
        format!("{scheme}://{root}@{address}/{DATABASE}"),
        format!("{scheme}://{USER}:{password}@{address}/{DATABASE}"),
    )
}

/// Logs in to a server as its super user and describes it; creates what the tests expect, or only checks for it.
pub(crate) fn describe(backend: Backend, address: Address, origin: Origin, create: bool) -> Result<Server> {
    let mut client = Client::login(backend, &address, backend.super_user(), backend.first_database())?;
    if create {
        prepare(backend, &mut client)?;
    } else {
        let hint = || format!("has no database `{DATABASE}`: `cargo xtask services up` creates it");
        check(backend, &mut client).with_context(hint)?;
    }
    let (url, password_url) = urls(backend, &address);
    Ok(Server { address, url, password_url: Some(password_url), version: client.version(), origin })
}
