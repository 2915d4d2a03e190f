//! Database URLs: taking apart those given to us, composing and redacting our own.

use std::fmt;

use anyhow::{Context, Result, bail};

/// Where a server listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Address {
    /// A port of this machine's loopback address.
    pub(crate) fn local(port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The parts of a URL that a probe needs.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Parts {
    pub(crate) user: Option<String>,
    pub(crate) has_password: bool,
    pub(crate) address: Address,
    pub(crate) database: Option<String>,
}

/// Takes a URL apart. A host in brackets (IPv6) and a list of hosts are not understood.
pub(crate) fn parse(url: &str, default_port: u16) -> Result<Parts> {
    let (_, rest) = url.split_once("://").context("not a URL: no `://`")?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (account, place) =
        authority.rsplit_once('@').map_or((None, authority), |(account, place)| (Some(account), place));
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, port.parse().with_context(|| format!("bad port `{port}`"))?),
        None => (place, default_port),
    };
    if host.is_empty() {
        bail!("the URL names no host");
    }
    let (user, password) = match account {
        Some(account) => account.split_once(':').unwrap_or((account, "")),
        None => ("", ""),
    };
    Ok(Parts {
        user: not_empty(decode(user)),
        has_password: !password.is_empty(),
        address: Address { host: host.to_owned(), port },
        database: not_empty(decode(database)),
    })
}

fn not_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The text with everything but letters, digits and `-._~` percent-encoded.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The URL with its password, if it has one, replaced.
pub(crate) fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let Some(at) = rest.get(..end).and_then(|authority| authority.rfind('@')) else { return url.to_owned() };
    let (account, place) = rest.split_at(at);
    match account.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***{place}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, encode, parse, redact};

    #[test]
    fn a_url_comes_apart() -> anyhow::Result<()> {
        let parts = parse("mysql://o%72m:p%40ss@db:3307/app?ssl-mode=required", 3306)?;
        assert_eq!(parts.user.as_deref(), Some("orm"));
        assert!(parts.has_password);
        assert_eq!(parts.address, Address { host: "db".to_owned(), port: 3307 });
        assert_eq!(parts.database.as_deref(), Some("app"));
        let parts = parse("postgres://localhost", 5432)?;
        assert_eq!((parts.user, parts.has_password, parts.database), (None, false, None));
        assert_eq!(parts.address.port, 5432);
        Ok(())
    }

    #[test]
    fn bad_urls_are_refused() {
        for url in ["localhost:3306", "mysql://", "mysql://host:port/db", "mysql:///db"] {
            assert!(parse(url, 3306).is_err(), "{url}");
        }
    }

    #[test]
    fn passwords_are_encoded_and_hidden() {
        assert_eq!(encode("p@ss:w/rd%"), "p%40ss%3Aw%2Frd%25");
        assert_eq!(redact("mysql://orm:p%40@h:1/d@e"), "mysql://orm:***@h:1/d@e");
        assert_eq!(redact("mysql://root@h:1/d"), "mysql://root@h:1/d");
        assert_eq!(redact("mysql://h:1/d"), "mysql://h:1/d");
    }
}
