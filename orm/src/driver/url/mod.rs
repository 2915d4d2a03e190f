//! The grammar of database URLs: text in, its parts out. What the parts mean to a driver is in options.rs.
//!
//! One grammar serves all the spellings that people bring along:
//!
//! | written | meant |
//! |---|---|
//! | `sqlite::memory:`, `sqlite://:memory:`, `sqlite:///:memory:`, `:memory:`, `sqlite://`, `sqlite:///`, `?mode=memory` | a database in memory, private to its handle |
//! | `app.db`, `sqlite:app.db`, `sqlite://app.db`, `sqlite:///app.db` | a file, from the current directory |
//! | `/data/app.db`, `sqlite:/data/app.db`, `sqlite:////data/app.db` | a file, from the root |
//! | `sqlite:///C:/app.db`, `C:\app.db` | a file on Windows |
//! | `postgres://`, `postgresql://`, `mysql://`, `mariadb://` and `user:password@host:port/database?key=value` | a server |
//!
//! A scheme may name a driver, `postgresql+asyncpg://`, which is ignored. Parts are percent-decoded once, after
//! they were told apart. In the query `+` is a space, elsewhere it is itself. A bare path is taken literally.
//!
//! No error repeats what stands in the URL, except for its scheme and the names of query keys: whatever else is
//! wrong, the wrong part might be a piece of a password that was not encoded.

#[cfg(test)]
mod tests;

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::error::{Error, ErrorKind, Result};

/// A database URL, taken apart. `Debug` and `Display` show neither the password nor the query.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    /// As written, without the driver, in lower case.
    scheme: String,
    target: Target,
    params: Vec<(String, String)>,
}

/// What a URL points to.
#[derive(Clone)]
pub(super) enum Target {
    /// An SQLite database in memory.
    Memory,
    /// An SQLite database in this file.
    File(String),
    /// A database on a PostgreSQL server.
    Postgres(Address),
    /// A database on a MySQL or MariaDB server.
    MySql(Address),
}

/// Where a server's database is, and who asks for it.
#[derive(Clone, Default)]
pub(super) struct Address {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// A name, an IP address without brackets, or the folder of a Unix socket.
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) database: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Sqlite,
    Postgres,
    MySql,
}

impl Family {
    fn of(scheme: &str) -> Option<Self> {
        match scheme {
            "sqlite" | "sqlite3" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::MySql),
            _ => None,
        }
    }

    /// The cargo feature that it takes, unless this build has it.
    fn missing_feature(self) -> Option<&'static str> {
        match self {
            Self::Sqlite if cfg!(not(feature = "sqlite")) => Some("sqlite"),
            Self::Postgres if cfg!(not(feature = "postgres")) => Some("postgres"),
            Self::MySql if cfg!(not(feature = "mysql")) => Some("mysql"),
            Self::Sqlite | Self::Postgres | Self::MySql => None,
        }
    }
}

impl DatabaseUrl {
    /// Takes a URL apart.
    ///
    /// # Errors
    ///
    /// `Config`, `UnsupportedScheme`, or `Unsupported` for several hosts.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(config(
                "the database URL is empty, for a database in memory write `sqlite::memory:`",
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(config("the database URL contains a control character"));
        }
        let Some((scheme, rest)) = split_scheme(text)? else {
            return bare_path(text);
        };
        let scheme = scheme.to_ascii_lowercase();
        let name = scheme.split_once('+').map_or(scheme.as_str(), |(name, _driver)| name);
        let Some(family) = Family::of(name) else {
            return Err(unsupported(name, None));
        };
        if let Some(feature) = family.missing_feature() {
            return Err(unsupported(name, Some(feature)));
        }
        let (target, params) = match family {
            Family::Sqlite => sqlite(rest)?,
            Family::Postgres => {
                let (address, params) = server(rest, name, "PostgreSQL")?;
                (Target::Postgres(address), params)
            }
            Family::MySql => {
                let (address, params) = server(rest, name, "MySQL")?;
                (Target::MySql(address), params)
            }
        };
        Ok(Self { scheme: name.to_owned(), target, params })
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// The query, decoded, in the order of the URL. No key comes twice.
    pub(crate) fn params(&self) -> &[(String, String)] {
        &self.params
    }
}

/// The scheme and what follows its colon. None if the text is a path.
fn split_scheme(text: &str) -> Result<Option<(&str, &str)>> {
    if text.starts_with("//") && text.contains('@') {
        return Err(config("the database URL begins with `//`, write the scheme before it: `postgres://…`"));
    }
    let Some((scheme, rest)) = text.split_once(':') else { return Ok(None) };
    let mut chars = scheme.chars();
    let valid = chars.next().is_some_and(|first| first.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if valid && scheme.len() > 1 {
        return Ok(Some((scheme, rest)));
    }
    if rest.starts_with("//") {
        return Err(config(
            "the database URL does not begin with a scheme such as `postgres://` or `sqlite:`",
        ));
    }
    // One letter is a drive of Windows; anything else a strange but possible path, `:memory:` above all.
    Ok(None)
}

fn bare_path(text: &str) -> Result<DatabaseUrl> {
    let target = if text == ":memory:" {
        Target::Memory
    } else if text.contains('?') {
        return Err(config("a bare path cannot have options, write `sqlite:path?key=value`"));
    } else {
        Target::File(text.to_owned())
    };
    let sqlite = Family::Sqlite.missing_feature();
    if sqlite.is_some() {
        return Err(unsupported("sqlite", sqlite));
    }
    Ok(DatabaseUrl { scheme: "sqlite".to_owned(), target, params: Vec::new() })
}

fn sqlite(rest: &str) -> Result<(Target, Vec<(String, String)>)> {
    let (path, query) = split_query(rest);
    // `sqlite:///x` is relative and `sqlite:////x` absolute, as in SQLAlchemy and Peewee; `sqlite:/x` is as it looks.
    let path = match path.strip_prefix("//") {
        Some(path) => path.strip_prefix('/').unwrap_or(path),
        None => path,
    };
    let mut params = params(query)?;
    let memory = params.iter().position(|(key, value)| key == "mode" && value == "memory");
    if let Some(position) = memory {
        params.remove(position);
    }
    if memory.is_some() || path.is_empty() || path == ":memory:" {
        return Ok((Target::Memory, params));
    }
    let path = decode(path)?;
    if path.contains('\0') {
        return Err(config("the path of the database contains a NUL character"));
    }
    Ok((Target::File(path), params))
}

fn server(rest: &str, scheme: &str, backend: &'static str) -> Result<(Address, Vec<(String, String)>)> {
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
    (address.host, address.port) = host_and_port(host, backend)?;
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
    for part in [&address.user, &address.password, &address.host, &Some(address.database.clone())] {
        if part.as_ref().is_some_and(|part| part.contains('\0')) {
            return Err(config("the database URL contains a NUL character"));
        }
    }
    Ok((address, params(query)?))
}

fn host_and_port(text: &str, backend: &'static str) -> Result<(Option<String>, Option<u16>)> {
    if text.contains(',') {
        return Err(Error::new(ErrorKind::Unsupported { feature: "way to use several hosts yet", backend }));
    }
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
    Ok((Some(decode(host)?).filter(|host| !host.is_empty()), port))
}

fn split_query(text: &str) -> (&str, &str) {
    text.split_once('?').unwrap_or((text, ""))
}

fn params(query: &str) -> Result<Vec<(String, String)>> {
    let mut params: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(config("an option of the database URL has no `=`, write `?key=value&key=value`"));
        };
        let (key, value) = (decode(&key.replace('+', " "))?, decode(&value.replace('+', " "))?);
        if value.contains('\0') {
            return Err(config("the database URL contains a NUL character"));
        }
        if params.iter().any(|(other, _)| *other == key) {
            return Err(config(format!("the database URL has the option {} twice", quoted(&key))));
        }
        params.push((key, value));
    }
    Ok(params)
}

/// Decodes `%41` and the like, once.
fn decode(text: &str) -> Result<String> {
    let bytes = text.as_bytes();
    let encoded = |window: &[u8]| matches!(window, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'%' && !bytes.get(at..).is_some_and(encoded) {
            return Err(config(
                "the database URL has a `%` that begins no code such as `%41`, write it as `%25`",
            ));
        }
    }
    match percent_encoding::percent_decode(bytes).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(config("a percent-encoded part of the database URL is not UTF-8")),
    }
}

/// The name of an option, for an error message: only what can be a name, in case that it is not one.
pub(super) fn quoted(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if key.len() <= 40 && key.chars().all(plain) {
        format!("`{key}`")
    } else {
        "with a strange name".to_owned()
    }
}

#[cold]
pub(super) fn config(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config { reason: reason.into() })
}

#[cold]
fn unsupported(scheme: &str, feature: Option<&'static str>) -> Error {
    let hint = match feature {
        Some(feature) => format!("enable the feature `{feature}` of the crate `orm`"),
        None => {
            let known = [
                ("`sqlite`", Family::Sqlite),
                ("`postgres`, `postgresql`", Family::Postgres),
                ("`mysql`, `mariadb`", Family::MySql),
            ];
            let known: Vec<_> = known
                .iter()
                .filter(|(_, family)| family.missing_feature().is_none())
                .map(|(names, _)| *names)
                .collect();
            format!("this build supports {}", known.join(", "))
        }
    };
    Error::new(ErrorKind::UnsupportedScheme { scheme: scheme.to_owned(), hint })
}

/// What cannot stand for itself in the shown form of a URL.
const SHOWN: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'/').add(b'?').add(b'#').add(b'@').add(b':');

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = match &self.target {
            Target::Memory => return f.write_str("sqlite::memory:"),
            Target::File(path) => return write!(f, "sqlite:{path}"),
            Target::Postgres(address) | Target::MySql(address) => address,
        };
        write!(f, "{}://", self.scheme)?;
        if let Some(user) = &address.user {
            write!(f, "{}", utf8_percent_encode(user, SHOWN))?;
        }
        if address.password.is_some() {
            f.write_str(":***")?;
        }
        if address.user.is_some() || address.password.is_some() {
            f.write_str("@")?;
        }
        if let Some(host) = &address.host {
            match host.contains(':') {
                true => write!(f, "[{host}]")?,
                false => write!(f, "{}", utf8_percent_encode(host, SHOWN))?,
            }
        }
        if let Some(port) = address.port {
            write!(f, ":{port}")?;
        }
        write!(f, "/{}", utf8_percent_encode(&address.database, SHOWN))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
