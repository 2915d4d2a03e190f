//! The options of a URL to MySQL or MariaDB.

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

use super::{Params, capacity, config, unknown, wrong};
use crate::driver::mysql::ConnectOptions;
use crate::driver::url::Address;
use crate::error::Result;

const KEYS: &[&str] =
    &["ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "socket", "charset", "statement_cache_capacity"];

pub(super) fn options(address: &Address, params: &Params<'_>, others: &[&str]) -> Result<ConnectOptions> {
    let (sqlx, statement_cache) = read(address, params, others)?;
    let options = ConnectOptions::from_sqlx(sqlx);
    Ok(match statement_cache {
        Some(statements) => options.with_statement_cache(statements),
        None => options,
    })
}

/// The options as sqlx takes them, and how many statements to keep prepared.
fn read(
    address: &Address,
    params: &Params<'_>,
    others: &[&str],
) -> Result<(MySqlConnectOptions, Option<usize>)> {
    let mut sqlx = MySqlConnectOptions::new().database(&address.database);
    if let Some(user) = &address.user {
        sqlx = sqlx.username(user);
    }
    if let Some(password) = &address.password {
        sqlx = sqlx.password(password);
    }
    if let Some(port) = address.port {
        sqlx = sqlx.port(port);
    }
    if let Some(host) = &address.host {
        sqlx = if host.starts_with('/') { sqlx.socket(host) } else { sqlx.host(host) };
    }
    let mut cache = None;
    for &(key, value) in params {
        sqlx = match key {
            "ssl-mode" | "sslmode" => sqlx.ssl_mode(ssl_mode(key, value)?),
            "ssl-ca" | "sslca" | "sslrootcert" => sqlx.ssl_ca(value),
            "ssl-cert" | "sslcert" => sqlx.ssl_client_cert(value),
            "ssl-key" | "sslkey" => sqlx.ssl_client_key(value),
            "socket" if address.host.as_ref().is_some_and(|host| host.starts_with('/')) => {
                return Err(config("the database URL names a socket twice, as host and as `socket`"));
            }
            "socket" => sqlx.socket(value),
            // Accepted because so many URLs carry it; every session speaks it anyway.
            "charset" if value.eq_ignore_ascii_case("utf8mb4") => sqlx,
            "charset" => return Err(wrong(key, "`utf8mb4`, or left out")),
            "statement_cache_capacity" | "statement-cache-capacity" => {
                cache = Some(capacity(key, value)?);
                sqlx
            }
            _ => return Err(unknown(key, KEYS, others)),
        };
    }
    Ok((sqlx, cache))
}

fn ssl_mode(key: &str, value: &str) -> Result<MySqlSslMode> {
    Ok(match value.to_ascii_lowercase().replace('-', "_").as_str() {
        "disabled" | "disable" => MySqlSslMode::Disabled,
        "preferred" | "prefer" => MySqlSslMode::Preferred,
        "required" | "require" => MySqlSslMode::Required,
        "verify_ca" => MySqlSslMode::VerifyCa,
        "verify_identity" => MySqlSslMode::VerifyIdentity,
        _ => {
            return Err(wrong(
                key,
                "one of `disabled`, `preferred`, `required`, `verify_ca`, `verify_identity`",
            ));
        }
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
        read(address, &params, &["max_connections"]).map(|(options, _)| options)
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
        for url in ["mysql://%2Frun%2Fmysql.sock/db", "mysql:///db?socket=/run/mysql.sock"] {
            let options = parse(url).expect("a good URL");
            assert_eq!(options.get_socket().and_then(|path| path.to_str()), Some("/run/mysql.sock"), "{url}");
        }
    }

    #[test]
    fn unknown_and_wrong_options_are_named() {
        for (query, key) in [
            ("timezone=%2B01:00", "`timezone`"),
            ("charset=latin1", "`charset`"),
            ("ssl-mode=maybe", "`ssl-mode`"),
            ("statement_cache_capacity=x", "`statement_cache_capacity`"),
        ] {
            let error = parse(&format!("mysql://h/db?{query}")).expect_err(query).to_string();
            assert!(error.contains(key), "{error}");
        }
    }
}
