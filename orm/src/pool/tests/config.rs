//! URLs as a whole, and what must not come out of them.

use std::error::Error as _;

use proptest::prelude::*;

use crate::error::{Error, ErrorKind};
use crate::pool::{Config, PoolOptions};

#[cfg(feature = "sqlite")]
fn refusal(url: &str) -> String {
    Config::parse(url).expect_err(url).to_string()
}

#[cfg(feature = "sqlite")]
#[test]
fn a_url_is_for_the_driver_and_for_the_pool() {
    let url = "sqlite:app.db?mode=ro&max_connections=3&pool_timeout=2.5&busy_timeout=100";
    let config = Config::parse(url).expect("a good URL");
    let limits = config.pool.limits().expect("good options");
    assert_eq!((limits.max, limits.acquire), (3, Some(std::time::Duration::from_millis(2500))));
    assert_eq!(config.url, "sqlite:app.db");
    assert!(!config.connect.is_memory() && !config.connect.needs_runtime());
    assert!(Config::parse(":memory:").expect("a good URL").connect.is_memory());
}

#[cfg(feature = "sqlite")]
#[test]
fn an_unknown_option_gets_the_list_of_both() {
    let error = refusal("sqlite:app.db?max_conections=3");
    for name in ["`max_conections`", "`max_connections`", "`busy_timeout`"] {
        assert!(error.contains(name), "{error}");
    }
    assert!(refusal("sqlite:app.db?timeout=5").contains("`busy_timeout`"), "it may mean two things");
    assert!(refusal("sqlite:app.db?max_connections=many").contains("`max_connections`"));
    assert!(!refusal("sqlite:app.db?what%20ever%0a=1").contains("ever"), "not the name of an option");
}

/// All that an error shows, to the end of its chain.
fn shown(error: &Error) -> String {
    let mut all = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        all.push_str(&format!(" {error} {error:?}"));
        source = error.source();
    }
    all
}

/// Secrets that begin with a word that nothing else contains, and hold whatever a URL is made of.
fn secret() -> impl Strategy<Value = String> {
    proptest::string::string_regex("Zq7x[a-zA-Z0-9:/?#@%&=+,;!\\[\\]{}<>\\\\'\" .~_-]{0,24}Zq7x")
        .expect("a pattern")
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn urls(password: &str) -> Vec<String> {
    [
        "postgres://ann:{}@host:5432/db",
        "postgres://ann:{}@host:port/db",
        "postgres://ann:{}@host",
        "postgresql+asyncpg://ann:{}@[::1/db",
        "postgres://ann:{}@host/db?sslmode=maybe",
        "postgres://ann:{}@host/db?unknown=1",
        "postgres://ann:{}@one,two/db",
        "mysql://ann:{}@host/db",
        "mysql://ann:{}@host/db?max_connections=x",
        "mariadb://:{}@host/db",
        "oracle://ann:{}@host/db",
        "//ann:{}@host/db",
        "mysql:ann:{}@host/db",
    ]
    .iter()
    .map(|url| url.replace("{}", password))
    .collect()
}

proptest! {
    #[test]
    fn no_password_is_ever_shown(secret in secret()) {
        for password in [secret.clone(), encoded(&secret)] {
            for url in urls(&password) {
                let shown = match Config::parse(&url) {
                    Ok(config) => format!("{config:?} {}", config.url),
                    Err(error) => shown(&error),
                };
                prop_assert!(!shown.contains("Zq7x"), "{url}: {shown}");
            }
        }
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn an_encoded_url_is_always_understood(user in "\\PC{1,12}", password in "\\PC{0,12}", db in "\\PC{1,12}") {
        let url = format!("postgres://{}:{}@h/{}", encoded(&user), encoded(&password), encoded(&db));
        let config = Config::parse(&url).expect("everything is encoded");
        prop_assert!(config.connect.needs_runtime());
        prop_assert!(config.url.contains(":***@h/"), "{}", config.url);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,60}", scheme in "(sqlite|postgres|mysql|)(:|://|:///|)") {
        let _ = Config::parse(&text);
        let _ = Config::parse(&format!("{scheme}{text}"));
    }
}

#[test]
fn an_error_of_the_options_names_the_database() {
    let fake = super::fake::Fake::default();
    let options = PoolOptions::new().max_connections(0);
    let error = crate::pool::Pool::open("shop".into(), &options, fake).expect_err("no room");
    assert!(matches!(error.kind(), ErrorKind::Config { .. }));
    assert_eq!(error.database(), Some("shop"));
}
