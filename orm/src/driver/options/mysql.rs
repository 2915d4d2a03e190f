//! The options of a URL to MySQL or MariaDB.

use std::path::PathBuf;

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

use super::hosts::Places;
use super::{Params, capacity, config, hosts, spelt_once, tls, unknown, wrong};
use crate::driver::mysql::ConnectOptions;
use crate::driver::url::{Address, Host};
use crate::error::Result;

const KEYS: &[&str] =
    &["ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "socket", "charset", "statement_cache_capacity"];

/// Those that have more than one spelling: some people know them from the other servers.
const SPELLINGS: &[&[&str]] = &[
    &["ssl-mode", "sslmode"],
    &["ssl-ca", "sslca", "sslrootcert"],
    &["ssl-cert", "sslcert"],
    &["ssl-key", "sslkey"],
    &["statement_cache_capacity", "statement-cache-capacity"],
];

pub(super) fn options(address: &Address, params: &Params<'_>, others: &[&str]) -> Result<ConnectOptions> {
    let others: Vec<_> = hosts::KEYS.iter().chain(others).copied().collect();
    spelt_once(params, SPELLINGS)?;
    let places = hosts::places(address, params)?;
    check_socket(&places)?;
    let read = read(address, &places.rest, &others)?;
    let servers = places.hosts.iter().map(|host| at(read.sqlx.clone(), host)).collect();
    let options = ConnectOptions::several(servers, places.choice).with_files(read.files);
    Ok(match read.statement_cache {
        Some(statements) => options.with_statement_cache(statements),
        None => options,
    })
}

/// Whether the server is at one place: a socket is of this machine, and has no port.
///
/// # Errors
///
/// `Config` that names both.
fn check_socket(places: &Places<'_>) -> Result<()> {
    let is_here = |host: &Host| {
        host.port.is_none() && host.name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case("localhost"))
    };
    if places.rest.iter().all(|(key, _)| *key != "socket") || places.hosts.iter().all(is_here) {
        return Ok(());
    }
    let other = if places.hosts.iter().any(Host::is_socket) { "a socket as host" } else { "a host or port" };
    Err(config(format!(
        "the database has `socket` and {other}, which contradict each other: write one of them"
    )))
}

/// What the options say, but for the host.
struct Read {
    sqlx: MySqlConnectOptions,
    statement_cache: Option<usize>,
    files: Vec<(&'static str, PathBuf)>,
}

fn read(address: &Address, params: &Params<'_>, others: &[&str]) -> Result<Read> {
    let mut sqlx = MySqlConnectOptions::new().database(&address.database);
    if let Some(user) = &address.user {
        sqlx = sqlx.username(user);
    }
    if let Some(password) = &address.password {
        sqlx = sqlx.password(password);
    }
    let (mut statement_cache, mut files) = (None, Vec::new());
    for &(key, value) in params {
        sqlx = match key {
            "ssl-mode" | "sslmode" => sqlx.ssl_mode(ssl_mode(key, tls::mode(key, value)?)?),
            "ssl-ca" | "sslca" | "sslrootcert" => {
                files.extend(hosts::file("ssl-ca", value));
                sqlx.ssl_ca(value)
            }
            "ssl-cert" | "sslcert" => {
                files.extend(hosts::file("ssl-cert", value));
                sqlx.ssl_client_cert(value)
            }
            "ssl-key" | "sslkey" => {
                files.extend(hosts::file("ssl-key", value));
                sqlx.ssl_client_key(value)
            }
            "socket" => sqlx.socket(value),
            // Accepted because so many URLs carry it; every session speaks it anyway.
            "charset" if value.eq_ignore_ascii_case("utf8mb4") => sqlx,
            "charset" => return Err(wrong(key, "`utf8mb4`, or left out")),
            "statement_cache_capacity" | "statement-cache-capacity" => {
                statement_cache = Some(capacity(key, value)?);
                sqlx
            }
            _ => return Err(unknown(key, KEYS, others)),
        };
    }
    Ok(Read { sqlx, statement_cache, files })
}

/// At this host, or at this Unix socket.
fn at(options: MySqlConnectOptions, host: &Host) -> MySqlConnectOptions {
    let options = match &host.name {
        Some(path) if host.is_socket() => options.socket(path),
        Some(name) => options.host(name),
        None => options,
    };
    match host.port {
        Some(port) => options.port(port),
        None => options,
    }
}

fn ssl_mode(key: &str, mode: tls::Mode) -> Result<MySqlSslMode> {
    Ok(match mode {
        tls::Mode::Disable => MySqlSslMode::Disabled,
        tls::Mode::Allow => {
            return Err(config(format!("`{key}` cannot be `allow` for MySQL and MariaDB, write `prefer`")));
        }
        tls::Mode::Prefer => MySqlSslMode::Preferred,
        tls::Mode::Require => MySqlSslMode::Required,
        tls::Mode::VerifyCa => MySqlSslMode::VerifyCa,
        tls::Mode::VerifyFull => MySqlSslMode::VerifyIdentity,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::url::{DatabaseUrl, Target};
    use super::*;

    fn parse(url: &str) -> Result<MySqlConnectOptions> {
        let url = DatabaseUrl::parse(url)?;
        let Target::MySql(address) = url.target() else { panic!("another target") };
        let params: Vec<_> = url.params().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        options(address, &params, &["max_connections"]).map(|options| options.first().clone())
    }

    #[test]
    fn everything_reaches_sqlx() {
        let url = "mariadb+pool://a%40n:p%3Aw+@db.example.org:3307/shop?ssl-mode=VERIFY-CA&ssl-ca=/ca.pem\
                   &charset=utf8mb4";
        let options = parse(url).expect("a good URL");
        assert_eq!((options.get_username(), options.get_host()), ("a@n", "db.example.org"));
        assert_eq!((options.get_port(), options.get_database()), (3307, Some("shop")));
        assert!(matches!(options.get_ssl_mode(), MySqlSslMode::VerifyCa));
        let shown = format!("{options:?}");
        assert!(shown.contains("Some(\"p:w+\")") && shown.contains("/ca.pem"), "{shown}");
    }

    #[test]
    fn sockets() {
        for url in [
            "mysql://%2Frun%2Fmysql.sock/db",
            "mysql:///db?socket=/run/mysql.sock",
            "mysql://u@localhost/db?socket=/run/mysql.sock",
        ] {
            let options = parse(url).expect("a good URL");
            assert_eq!(options.get_socket().and_then(|path| path.to_str()), Some("/run/mysql.sock"), "{url}");
        }
    }

    #[test]
    fn a_socket_is_the_only_place() {
        for (url, other) in [
            ("mysql://db.example.org/db?socket=/run/mysql.sock", "a host or port"),
            ("mysql://localhost:3307/db?socket=/run/mysql.sock", "a host or port"),
            ("mysql:///db?host=one,two&socket=/run/mysql.sock", "a host or port"),
            ("mysql:///db?socket=/run/mysql.sock&port=3307", "a host or port"),
            ("mysql://%2Frun%2Fone.sock/db?socket=/run/mysql.sock", "a socket as host"),
            ("mysql:///db?host=/run/one.sock&socket=/run/mysql.sock", "a socket as host"),
        ] {
            let error = parse(url).expect_err(url).to_string();
            assert!(error.contains("`socket`") && error.contains(other), "{error}");
        }
    }

    #[test]
    fn unknown_and_wrong_options_are_named() {
        for (query, key) in [
            ("timezone=%2B01:00", "`timezone`"),
            ("charset=latin1", "`charset`"),
            ("ssl-mode=maybe", "`ssl-mode`"),
            ("ssl-mode=allow", "`prefer`"),
            ("target_session_attrs=main", "`target_session_attrs`"),
            ("statement_cache_capacity=x", "`statement_cache_capacity`"),
            ("ssl-mode=required&sslmode=disable", "`ssl-mode` and `sslmode`"),
            ("sslrootcert=a&sslca=a", "`sslrootcert` and `sslca`"),
            ("ssl-ca=a&sslrootcert=a", "`ssl-ca` and `sslrootcert`"),
            ("ssl-cert=a&sslcert=a", "`ssl-cert` and `sslcert`"),
            ("ssl-key=a&sslkey=a", "`ssl-key` and `sslkey`"),
            ("statement_cache_capacity=1&statement-cache-capacity=2", "`statement-cache-capacity`"),
        ] {
            let error = parse(&format!("mysql://h/db?{query}")).expect_err(query).to_string();
            assert!(error.contains(key), "{error}");
        }
    }
}
