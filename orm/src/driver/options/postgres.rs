//! The options of a URL to PostgreSQL.

use std::path::PathBuf;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{Params, capacity, config, hosts, spelt_once, tls, unknown, wrong};
use crate::driver::postgres::ConnectOptions;
use crate::driver::url::{Address, Host};
use crate::error::Result;

const KEYS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "application_name",
    "options",
    "statement_cache_capacity",
];

/// Those that have more than one spelling: some people know them from the other servers.
const SPELLINGS: &[&[&str]] = &[
    &["sslmode", "ssl-mode"],
    &["sslrootcert", "ssl-ca"],
    &["sslcert", "ssl-cert"],
    &["sslkey", "ssl-key"],
    &["statement_cache_capacity", "statement-cache-capacity"],
];

pub(super) fn options(address: &Address, params: &Params<'_>, others: &[&str]) -> Result<ConnectOptions> {
    let others: Vec<_> = hosts::KEYS.iter().chain(others).copied().collect();
    spelt_once(params, SPELLINGS)?;
    let places = hosts::places(address, params)?;
    let read = read(address, &places.rest, &others)?;
    let servers = places.hosts.iter().map(|host| at(read.sqlx.clone(), host)).collect();
    let mut options = ConnectOptions::several(servers, places.choice).with_files(read.files);
    if read.allow {
        options = options.allowing_tls();
    }
    Ok(match read.statement_cache {
        Some(statements) => options.with_statement_cache(statements),
        None => options,
    })
}

/// What the options say, but for the host.
struct Read {
    sqlx: PgConnectOptions,
    statement_cache: Option<usize>,
    /// TLS is to be tried if it does not work without.
    allow: bool,
    files: Vec<(&'static str, PathBuf)>,
}

fn read(address: &Address, params: &Params<'_>, others: &[&str]) -> Result<Read> {
    // What the URL leaves out comes from the variables that libpq reads: PGUSER, PGPASSWORD, PGHOST, …
    let mut sqlx = PgConnectOptions::new_without_pgpass().database(&address.database);
    if let Some(user) = &address.user {
        sqlx = sqlx.username(user);
    }
    if let Some(password) = &address.password {
        sqlx = sqlx.password(password);
    }
    let (mut statement_cache, mut allow, mut files) = (None, false, Vec::new());
    for &(key, value) in params {
        sqlx = match key {
            "sslmode" | "ssl-mode" => {
                let mode = tls::mode(key, value)?;
                allow = mode == tls::Mode::Allow;
                sqlx.ssl_mode(ssl_mode(key, mode)?)
            }
            "sslrootcert" | "ssl-ca" => {
                files.extend(hosts::file("sslrootcert", value));
                sqlx.ssl_root_cert(value)
            }
            "sslcert" | "ssl-cert" => {
                files.extend(hosts::file("sslcert", value));
                sqlx.ssl_client_cert(value)
            }
            "sslkey" | "ssl-key" => {
                files.extend(hosts::file("sslkey", value));
                sqlx.ssl_client_key(value)
            }
            "application_name" => sqlx.application_name(value),
            "options" => sqlx.options(settings(key, value)?),
            "statement_cache_capacity" | "statement-cache-capacity" => {
                statement_cache = Some(capacity(key, value)?);
                sqlx
            }
            _ => return Err(unknown(key, KEYS, others)),
        };
    }
    Ok(Read { sqlx, statement_cache, allow, files })
}

/// At this host, or in the folder of this Unix socket.
fn at(options: PgConnectOptions, host: &Host) -> PgConnectOptions {
    let options = match &host.name {
        Some(folder) if host.is_socket() => options.socket(folder),
        Some(name) => options.host(name),
        None => options,
    };
    match host.port {
        Some(port) => options.port(port),
        None => options,
    }
}

fn ssl_mode(key: &str, mode: tls::Mode) -> Result<PgSslMode> {
    let mode = match mode {
        tls::Mode::Disable => PgSslMode::Disable,
        tls::Mode::Allow => PgSslMode::Allow,
        tls::Mode::Prefer => PgSslMode::Prefer,
        tls::Mode::Require => PgSslMode::Require,
        tls::Mode::VerifyCa => PgSslMode::VerifyCa,
        tls::Mode::VerifyFull => PgSslMode::VerifyFull,
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

    fn parse_all(url: &str) -> Result<ConnectOptions> {
        let url = DatabaseUrl::parse(url)?;
        let Target::Postgres(address) = url.target() else { panic!("another target") };
        let params: Vec<_> = url.params().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        options(address, &params, &["max_connections"])
    }

    fn parse(url: &str) -> Result<PgConnectOptions> {
        parse_all(url).map(|options| options.first().clone())
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
            ("target_session_attrs=main", "`target_session_attrs`"),
            ("load_balance_hosts=yes", "`load_balance_hosts`"),
            ("port=1,2", "`port`"),
            ("port=x", "`port`"),
            ("sslmode=require&ssl-mode=disable", "`sslmode` and `ssl-mode`"),
            ("ssl-mode=require&sslmode=require", "`ssl-mode` and `sslmode`"),
            ("sslrootcert=a&ssl-ca=a", "`sslrootcert` and `ssl-ca`"),
            ("sslcert=a&ssl-cert=a", "`sslcert` and `ssl-cert`"),
            ("sslkey=a&ssl-key=a", "`sslkey` and `ssl-key`"),
            ("statement_cache_capacity=1&statement-cache-capacity=2", "`statement-cache-capacity`"),
        ] {
            let error = parse(&format!("postgres://h/db?{query}")).expect_err(query).to_string();
            assert!(error.contains(key), "{error}");
        }
        let error = parse("postgres://h/db?ssl=true").expect_err("unknown").to_string();
        assert!(error.contains("`sslmode`") && error.contains("`max_connections`"), "{error}");
        assert!(parse("postgres://h/db?host=other").is_err(), "two hosts");
        assert!(parse("postgres://h:1/db?port=2").is_err(), "two ports");
        assert!(parse("postgres://:1/db?host=a&port=2").is_err(), "two ports");
        assert!(parse("postgres:///db?host=a,,b").is_err(), "a host without a name");
        assert!(parse("postgres:///db?host=a,b&port=1,2,3").is_err(), "three ports");
    }

    #[test]
    fn several_hosts_come_in_two_spellings() {
        for (url, expected) in [
            ("postgres://u@a:1,b,[::1]:3/db", ["a:1", "b:5432", "::1:3"]),
            ("postgres://u@/db?host=a,b,::1&port=1,5432,3", ["a:1", "b:5432", "::1:3"]),
            ("postgres://u@a,b,c/db?port=7", ["a:7", "b:7", "c:7"]),
            ("postgres://u@:7/db?host=a,b,c", ["a:7", "b:7", "c:7"]),
        ] {
            let options = parse_all(url).expect("a good URL");
            let found: Vec<_> =
                options.all().map(|one| format!("{}:{}", one.get_host(), one.get_port())).collect();
            assert_eq!(found, expected, "{url}");
        }
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
