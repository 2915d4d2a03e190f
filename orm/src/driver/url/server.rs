//! What a URL to a server says: who, where, which database.

use super::{config, decode, params, split_query};
use crate::error::Result;

/// Where a server's database is, and who asks for it.
#[derive(Clone, Default)]
pub(crate) struct Address {
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// In the order in which they are to be tried. None if it is not said.
    pub(crate) hosts: Vec<Host>,
    pub(crate) database: String,
}

/// One of the servers that have the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Host {
    /// A name, an IP address without brackets, or the folder of a Unix socket.
    pub(crate) name: Option<String>,
    pub(crate) port: Option<u16>,
}

impl Host {
    /// Whether it is the path of a socket.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn is_socket(&self) -> bool {
        self.name.as_ref().is_some_and(|name| name.starts_with('/'))
    }
}

impl Address {
    /// Whether anything could not be sent.
    ///
    /// # Errors
    ///
    /// `Config`.
    pub(super) fn check(&self) -> Result<()> {
        let names = self.hosts.iter().filter_map(|host| host.name.as_ref());
        let parts = [&self.user, &self.password].into_iter().flatten().chain(names).chain([&self.database]);
        match parts.into_iter().any(|part| part.contains('\0')) {
            true => Err(config("the database URL contains a NUL character")),
            false => Ok(()),
        }
    }
}

pub(super) fn parse(rest: &str, scheme: &str) -> Result<(Address, Vec<(String, String)>)> {
    let Some(rest) = rest.strip_prefix("//") else {
        return Err(config(format!("write two slashes after the colon: `{scheme}://user@host/database`")));
    };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if tail.contains('@') {
        // Either the user or the password holds a `/`, `?` or `#`, and all the parts are wrong; or it is harmless.
        return Err(config(
            "the database URL has an `@` too late: in user and password write `/` as `%2F`, `?` as `%3F`, `#` as \
             `%23`, and `@` everywhere else as `%40`",
        ));
    }
    let (path, query) = split_query(tail);
    if tail.contains('#') {
        return Err(config("the database URL has a `#`, which must be written `%23`"));
    }
    let mut address = Address::default();
    let host = match authority.rsplit_once('@') {
        Some((user_info, host)) => {
            let (user, password) = match user_info.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (user_info, None),
            };
            address.user = Some(decode(user)?).filter(|user| !user.is_empty());
            address.password = password.map(decode).transpose()?;
            host
        }
        None => authority,
    };
    if !host.is_empty() {
        address.hosts = host.split(',').map(host_and_port).collect::<Result<_>>()?;
    }
    if address.hosts.len() > 1 && address.hosts.iter().any(|host| host.name.is_none()) {
        return Err(config("the database URL has an empty name among its hosts"));
    }
    address.database = decode(path.strip_prefix('/').unwrap_or(path))?;
    if address.database.is_empty() {
        return Err(config(format!(
            "the URL names no database, write `{scheme}://user@host/database`; what follows the two slashes is \
             the host"
        )));
    }
    if path.strip_prefix('/').is_some_and(|path| path.contains('/')) {
        return Err(config("the URL has more than one `/` after the host, in a database's name write `%2F`"));
    }
    address.check()?;
    Ok((address, params(query)?))
}

fn host_and_port(text: &str) -> Result<Host> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let Some((host, rest)) = rest.split_once(']') else {
            return Err(config("the host of the database URL has `[` without `]`"));
        };
        if host.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(config("the host of the database URL is not an IPv6 address, though in brackets"));
        }
        match rest.strip_prefix(':') {
            Some(port) => (host, port),
            None if rest.is_empty() => (host, ""),
            None => return Err(config("the database URL has something between `]` and the port")),
        }
    } else {
        let (host, port) = text.split_once(':').unwrap_or((text, ""));
        if port.contains(':') {
            return Err(config(
                "the host of the database URL has several `:`, write an IPv6 address as `[::1]`",
            ));
        }
        (host, port)
    };
    let port = if port.is_empty() {
        None
    } else if port.bytes().all(|byte| byte.is_ascii_digit()) {
        let port = port.parse().map_err(|_| config("the port of the database URL is not in 0–65535"))?;
        Some(port)
    } else {
        return Err(config(
            "the port of the database URL is not a number; a `:`, `/`, `?`, `#` or `@` in a password must be \
             percent-encoded",
        ));
    };
    Ok(Host { name: Some(decode(host)?).filter(|host| !host.is_empty()), port })
}
