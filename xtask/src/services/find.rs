//! Finds servers that already run: named by a variable, at a default port, or started by another checkout.

use anyhow::{Context, Result, anyhow};

use super::probe::{Client, greet};
use super::setup;
use super::state::Home;
use super::url::{self, Address};
use super::{Backend, variable};

/// The value of a URL variable which hides the servers that something else started.
const NONE: &str = "none";

/// A server that answers.
pub(crate) struct Server {
    pub(crate) address: Address,
    /// The URL of a super user without a password, or what the environment said.
    pub(crate) url: String,
    /// The URL of a user with a password.
    pub(crate) password_url: Option<String>,
    pub(crate) version: String,
    pub(crate) origin: Origin,
}

/// Who started a server.
pub(crate) enum Origin {
    /// The environment names it. We create nothing in it.
    Environment,
    /// It listens at a default port.
    Found,
    /// We started it.
    Private { pid: u32 },
    /// We started it too, but from another checkout, which may stop it.
    Neighbour { pid: u32 },
}

impl Backend {
    /// Where distributions let the server listen.
    const fn default_ports(self) -> &'static [u16] {
        match self {
            Self::Postgres => &[5432],
            Self::Mariadb | Self::Mysql => &[3306],
        }
    }

    /// The first port that we try for a private server.
    pub(crate) const fn private_port(self) -> u16 {
        match self {
            Self::Postgres => 15432,
            Self::Mariadb => 13306,
            Self::Mysql => 33061,
        }
    }
}

/// What the environment says about a server.
pub(crate) enum Given {
    Url(String),
    /// Use a private server, whatever else runs.
    None,
    Nothing,
}

/// Reads the variable of this backend.
pub(crate) fn given(backend: Backend) -> Given {
    match variable(backend.url_variable()) {
        Some(value) if value == NONE => Given::None,
        Some(value) => Given::Url(value),
        None => Given::Nothing,
    }
}

/// The server which the tests would use now. Nothing is started or changed.
pub(crate) fn find(backend: Backend) -> Result<Option<Server>> {
    let given = given(backend);
    if let Given::Url(url) = &given {
        return check_given(backend, url).map(Some);
    }
    if let Some(state) = Home::of(backend).running() {
        let origin = Origin::Private { pid: state.pid };
        let server = setup::describe(backend, Address::local(state.port), origin, false);
        return server.map(Some).with_context(|| format!("our server, process {}, is not usable", state.pid));
    }
    if matches!(given, Given::None) {
        return Ok(None);
    }
    elsewhere(backend, false).map(Some).map_err(|tried| anyhow!("not running: {tried}"))
}

/// The server that the environment names.
pub(crate) fn check_given(backend: Backend, url: &str) -> Result<Server> {
    let check = || {
        let default_port = backend.default_ports().first().copied().unwrap_or_default();
        let parts = url::parse(url, default_port)?;
        let user = parts.user.as_deref().unwrap_or(backend.super_user());
        let version = if parts.has_password {
            greet(backend, &parts.address, user)?.unwrap_or_else(|| "unknown".to_owned())
        } else {
            Client::login(backend, &parts.address, user, parts.database.as_deref())?.version()
        };
        Ok(Server {
            address: parts.address,
            url: url.to_owned(),
            password_url: variable(backend.password_url_variable()),
            version,
            origin: Origin::Environment,
        })
    };
    check().map_err(|error: anyhow::Error| {
        anyhow!("{}={} is not usable: {error:#}", backend.url_variable(), url::redact(url))
    })
}

/// A server at a default port, or the private one of another checkout; otherwise what was tried.
pub(crate) fn elsewhere(backend: Backend, prepare: bool) -> Result<Server, String> {
    let mut tried = Vec::new();
    for &port in backend.default_ports() {
        match setup::describe(backend, Address::local(port), Origin::Found, prepare) {
            Ok(server) => return Ok(server),
            Err(error) => tried.push(format!("{port}: {error:#}")),
        }
    }
    let port = backend.private_port();
    if let Some((_, state)) = Home::of_neighbour(backend, port) {
        match setup::describe(backend, Address::local(port), Origin::Neighbour { pid: state.pid }, prepare) {
            Ok(server) => return Ok(server),
            Err(error) => tried.push(format!("{port}: {error:#}")),
        }
    }
    Err(tried.join("; "))
}
