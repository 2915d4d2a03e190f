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

mod server;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::error::{Error, ErrorKind, Result};
pub(crate) use server::{Address, Host};

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
pub(crate) enum Target {
    /// An SQLite database in memory.
    Memory,
    /// An SQLite database in this file.
    File(String),
    /// A database on a PostgreSQL server.
    Postgres(Address),
    /// A database on a MySQL or MariaDB server.
    MySql(Address),
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
    /// `Config` or `UnsupportedScheme`.
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
                let (address, params) = server::parse(rest, name)?;
                (Target::Postgres(address), params)
            }
            Family::MySql => {
                let (address, params) = server::parse(rest, name)?;
                (Target::MySql(address), params)
            }
        };
        Ok(Self { scheme: name.to_owned(), target, params })
    }

    /// A database in memory.
    ///
    /// # Errors
    ///
    /// `UnsupportedScheme` if this build does not have SQLite.
    pub(crate) fn memory() -> Result<Self> {
        Self::sqlite(Target::Memory)
    }

    /// A file. Every path is one, `:memory:` too.
    ///
    /// # Errors
    ///
    /// `Config` for what cannot be a path; `UnsupportedScheme` if this build does not have SQLite.
    pub(crate) fn file(path: &Path) -> Result<Self> {
        match path.to_str() {
            None => Err(config("the path of the database is not UTF-8")),
            Some(path) if path.is_empty() || path.contains('\0') => {
                Err(config("the path of the database is empty or contains a NUL character"))
            }
            Some(path) => Self::sqlite(Target::File(path.to_owned())),
        }
    }

    fn sqlite(target: Target) -> Result<Self> {
        match Family::Sqlite.missing_feature() {
            Some(feature) => Err(unsupported("sqlite", Some(feature))),
            None => Ok(Self { scheme: "sqlite".to_owned(), target, params: Vec::new() }),
        }
    }

    /// A database on a server; `scheme` is one of a server's.
    ///
    /// # Errors
    ///
    /// `UnsupportedScheme` if this build does not have it, `Config` for what cannot be part of an address.
    pub(crate) fn server(scheme: &str, address: Address) -> Result<Self> {
        let family = Family::of(scheme).filter(|family| *family != Family::Sqlite);
        let Some(family) = family else { return Err(unsupported(scheme, None)) };
        if let Some(feature) = family.missing_feature() {
            return Err(unsupported(scheme, Some(feature)));
        }
        address.check()?;
        if address.database.is_empty() {
            return Err(config("the name of the database is empty"));
        }
        let target = match family {
            Family::Postgres => Target::Postgres(address),
            _ => Target::MySql(address),
        };
        Ok(Self { scheme: scheme.to_owned(), target, params: Vec::new() })
    }

    /// With these options, as in a query.
    ///
    /// # Errors
    ///
    /// `Config` for what cannot be sent, or be part of a path.
    pub(crate) fn with_params(self, params: Vec<(String, String)>) -> Result<Self> {
        if let Some((key, _)) = params.iter().find(|(key, value)| key.contains('\0') || value.contains('\0'))
        {
            return Err(config(format!("the database has an option {} with a NUL character", quoted(key))));
        }
        Ok(Self { params, ..self })
    }

    /// Whether it leads to a file or to memory.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.target, Target::Memory | Target::File(_))
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
const SHOWN: &AsciiSet =
    &CONTROLS.add(b' ').add(b',').add(b'%').add(b'/').add(b'?').add(b'#').add(b'@').add(b':');

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
        for (at, host) in address.hosts.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            match &host.name {
                Some(name) if name.contains(':') => write!(f, "[{name}]")?,
                Some(name) => write!(f, "{}", utf8_percent_encode(name, SHOWN))?,
                None => {}
            }
            if let Some(port) = host.port {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", utf8_percent_encode(&address.database, SHOWN))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
