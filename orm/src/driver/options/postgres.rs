//! The options of a URL to PostgreSQL.

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{Params, capacity, config, unknown, wrong};
use crate::driver::postgres::ConnectOptions;
use crate::driver::url::Address;
use crate::error::{Error, ErrorKind, Result};

const KEYS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "application_name",
    "options",
    "host",
    "statement_cache_capacity",
];

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
) -> Result<(PgConnectOptions, Option<usize>)> {
    // What the URL leaves out comes from the variables that libpq reads: PGUSER, PGPASSWORD, PGHOST, …
    let mut sqlx = PgConnectOptions::new_without_pgpass().database(&address.database);
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
        sqlx = at(sqlx, host);
    }
    let mut cache = None;
    for &(key, value) in params {
        sqlx = match key {
            "sslmode" | "ssl-mode" => sqlx.ssl_mode(ssl_mode(key, value)?),
            "sslrootcert" | "ssl-ca" => sqlx.ssl_root_cert(value),
            "sslcert" | "ssl-cert" => sqlx.ssl_client_cert(value),
            "sslkey" | "ssl-key" => sqlx.ssl_client_key(value),
            "application_name" => sqlx.application_name(value),
            "options" => sqlx.options(settings(key, value)?),
            "host" if address.host.is_some() => {
                return Err(config("the database URL names a host twice, before the path and as `host`"));
            }
            "host" if value.contains(',') => {
                return Err(Error::new(ErrorKind::Unsupported {
                    feature: "way to use several hosts yet",
                    backend: "PostgreSQL",
                }));
            }
            "host" => at(sqlx, value),
            "target_session_attrs" => {
                return Err(Error::new(ErrorKind::Unsupported {
                    feature: "way to choose a host by `target_session_attrs` yet",
                    backend: "PostgreSQL",
                }));
            }
            "statement_cache_capacity" | "statement-cache-capacity" => {
                cache = Some(capacity(key, value)?);
                sqlx
            }
            _ => return Err(unknown(key, KEYS, others)),
        };
    }
    Ok((sqlx, cache))
}

/// The host, or the folder of the Unix socket.
fn at(options: PgConnectOptions, host: &str) -> PgConnectOptions {
    if host.starts_with('/') { options.socket(host) } else { options.host(host) }
}

fn ssl_mode(key: &str, value: &str) -> Result<PgSslMode> {
    let mode = match value {
        "disable" => PgSslMode::Disable,
        "allow" => PgSslMode::Allow,
        "prefer" => PgSslMode::Prefer,
        "require" => PgSslMode::Require,
        "verify-ca" => PgSslMode::VerifyCa,
        "verify-full" => PgSslMode::VerifyFull,
        _ => {
            return Err(wrong(
                key,
                "one of `disable`, `allow`, `prefer`, `require`, `verify-ca`, `verify-full`",
            ));
        }
    };
    if cfg!(not(feature = "tls"))
        && matches!(mode, PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull)
    {
        return Err(config(format!("`{key}` demands TLS: enable the feature `tls` of the crate `orm`")));
    }
    Ok(mode)
}

/// `-c name=value` and `--name=value`, as libpq takes them.
fn settings(key: &str, value: &str) -> Result<Vec<(String, String)>> {
    let bad =
        || wrong(key, "settings such as `-c search_path=app -c work_mem=64MB`, without spaces in values");
    let mut settings = Vec::new();
    let mut words = value.split_whitespace();
    while let Some(word) = words.next() {
        let setting = match (word, word.strip_prefix("--"), word.strip_prefix("-c")) {
            ("-c", ..) => words.next().ok_or_else(bad)?.to_owned(),
            (_, Some(long), _) => match long.split_once('=') {
                Some((name, value)) => format!("{}={value}", name.replace('-', "_")),
                None => return Err(bad()),
            },
            (_, None, Some(short)) => short.to_owned(),
            (_, None, None) => return Err(bad()),
        };
        match setting.split_once('=') {
            Some((name, value)) if !name.is_empty() && !setting.contains('\\') => {
                settings.push((name.to_owned(), value.to_owned()));
            }
            _ => return Err(bad()),
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::super::super::url::{DatabaseUrl, Target};
    use super::*;

    fn parse(url: &str) -> Result<PgConnectOptions> {
        let url = DatabaseUrl::parse(url)?;
        let Target::Postgres(address) = url.target() else { panic!("another target") };
        let params: Vec<_> = url.params().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        read(address, &params, &["max_connections"]).map(|(options, _)| options)
    }

    #[test]
    fn everything_reaches_sqlx() {
        let url = "postgresql+asyncpg://a%40n:p%3Aw+@[::1]:6543/my%20db?sslmode=disable&application_name=x+y\
                   &options=-c%20search_path%3Dapp&sslrootcert=/ca.pem";
        let options = parse(url).expect("a good URL");
        assert_eq!((options.get_username(), options.get_host(), options.get_port()), ("a@n", "::1", 6543));
        assert_eq!(options.get_database(), Some("my db"));
        assert_eq!(options.get_application_name(), Some("x y"));
        assert_eq!(options.get_options(), Some("-c search_path=app"));
        assert!(matches!(options.get_ssl_mode(), PgSslMode::Disable));
        let shown = format!("{options:?}");
        assert!(shown.contains("Some(\"p:w+\")") && shown.contains("/ca.pem"), "{shown}");
    }

    #[test]
    fn sockets() {
        for url in ["postgres://u@%2Fvar%2Frun/db", "postgres:///db?host=/var/run"] {
            let options = parse(url).expect("a good URL");
            assert_eq!(options.get_socket().and_then(|path| path.to_str()), Some("/var/run"), "{url}");
        }
        assert_eq!(parse("postgres:///db?host=example.org").expect("a good URL").get_host(), "example.org");
    }

    #[test]
    fn unknown_and_wrong_options_are_named() {
        for (query, key) in [
            ("ssl=true", "`ssl`"),
            ("sslmode=maybe", "`sslmode`"),
            ("options=search_path", "`options`"),
            ("statement_cache_capacity=0", "`statement_cache_capacity`"),
            ("target_session_attrs=any", "`target_session_attrs`"),
        ] {
            let error = parse(&format!("postgres://h/db?{query}")).expect_err(query).to_string();
            assert!(error.contains(key), "{error}");
        }
        let error = parse("postgres://h/db?ssl=true").expect_err("unknown").to_string();
        assert!(error.contains("`sslmode`") && error.contains("`max_connections`"), "{error}");
        assert!(parse("postgres://h/db?host=other").is_err(), "two hosts");
        assert!(parse("postgres:///db?host=a,b").is_err(), "two hosts");
    }

    #[test]
    fn settings_come_in_three_spellings() {
        let settings = settings("options", "-c search_path=app -cwork_mem=64MB --statement-timeout=5s");
        let expected = [("search_path", "app"), ("work_mem", "64MB"), ("statement_timeout", "5s")];
        let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(settings.expect("three settings"), expected);
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        for bad in ["search_path=app", "-c", "-c x", "--x", "-c =1", r"-c a=b\ c"] {
            assert!(settings("options", bad).is_err(), "{bad}");
        }
    }
}
