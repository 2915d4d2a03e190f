//! What is read, and that all that is wrong is told at once, without a value.

use super::Settings;
use crate::ErrorKind;

fn variables(variables: &[(&str, &str)]) -> Result<Settings, String> {
    Settings::from_variables("DATABASE", variables.iter().copied()).map_err(|error| match error.kind() {
        ErrorKind::Config { reason } => reason.clone(),
        kind => panic!("{kind:?}"),
    })
}

fn urls(settings: Result<Settings, String>) -> Vec<String> {
    let settings = settings.expect("nothing is wrong");
    let url = |name: &str| format!("{name} {:?}", settings.get(name));
    settings.names().map(url).collect()
}

#[test]
fn variables_of_several_databases() {
    let found = urls(variables(&[
        ("DATABASE_URL", "sqlite:///app.db"),
        ("DATABASE_READ_REPLICA_URL", "sqlite::memory:"),
        ("DATABASE_READ_REPLICA_POOL_SIZE", "3"),
        ("DATABASE_ACQUIRE_TIMEOUT", "500ms"),
        ("DATABASE_MAX_LIFETIME", "1h"),
        ("DATABASE_IDLE_TIMEOUT", "none"),
        ("OTHER_DATABASE_URL", "nonsense"),
        ("DATABASES", "nonsense"),
    ]));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("default ") && found[0].contains("500ms"), "{found:?}");
    assert!(found[0].contains("3600s") && found[0].contains("idle_timeout: None"), "{found:?}");
    assert!(found[1].starts_with("read_replica ") && found[1].contains("pool_size: 3"), "{found:?}");
}

#[cfg(feature = "postgres")]
#[test]
fn parts_become_a_url() {
    let parts = [("DB_USER", "me@home"), ("DB_PASSWORD", "s:/?#@%3"), ("DB_NAME", "a b")];
    let settings = Settings::from_variables("DB", parts).expect("nothing is missing");
    let shown = format!("{settings:?}");
    assert!(shown.contains("localhost") && shown.contains("a%20b"), "{shown}");
    assert!(!shown.contains("?#") && !shown.contains("%3A"), "{shown}");
    let more = [("DB_HOST", "::1"), ("DB_PORT", "6000"), ("DB_SCHEME", "postgresql+asyncpg")];
    let settings = Settings::from_variables("DB", parts.into_iter().chain(more)).expect("nothing is wrong");
    assert!(format!("{settings:?}").contains("[::1]:6000"), "{settings:?}");
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let reason = variables(&[
        ("DATABASE_USER", "s3cret"),
        ("DATABASE_PORT", "s3cret"),
        ("DATABASE_MAX_CONNECTIONS", "s3cret"),
        ("DATABASE_POOL_SIZE", "5s"),
        ("DATABASE_NONSENSE", "s3cret"),
        ("DATABASE_B_URL", ""),
        ("DATABASE_C_URL", "s3cret://x"),
        ("DATABASE_D_URL", "sqlite::memory:"),
        ("DATABASE_D_HOST", "s3cret"),
        ("DATABASE_D_ACQUIRE_TIMEOUT", "-5s"),
        ("DATABASE_E_POOL_TIMEOUT", "5"),
        ("DATABASE_F_URL", "sqlite::memory:"),
        ("DATABASE_F_POOL_TIMEOUT", "5"),
        ("DATABASE_F_ACQUIRE_TIMEOUT", "6"),
        ("DATABASE_G_URL", "sqlite::memory:"),
        ("DATABASE_G_URL", "sqlite:s3cret"),
    ])
    .expect_err("much is wrong");
    for told in [
        "`DATABASE_PASSWORD` is missing",
        "`DATABASE_NAME` is missing",
        "`DATABASE_PORT` must be a number",
        "`DATABASE_MAX_CONNECTIONS` must be a whole number",
        "`DATABASE_POOL_SIZE` must be a whole number",
        "`DATABASE_NONSENSE` means nothing",
        "database `b`: the database URL is empty",
        "database `c`: no support for",
        "`DATABASE_D_URL` and `DATABASE_D_HOST` say the same twice",
        "`DATABASE_D_ACQUIRE_TIMEOUT` is negative",
        "`DATABASE_E_URL` is missing, or instead of it `DATABASE_E_USER`, `DATABASE_E_PASSWORD`, `DATABASE_E_NAME`",
        "`acquire_timeout` and `pool_timeout`",
        "`DATABASE_G_URL` says what was said before",
    ] {
        assert!(reason.contains(told), "{told}: {reason}");
    }
    assert!(!reason.replace("no support for `s3cret`", "").contains("s3cret"), "{reason}");
    let reason = variables(&[]).expect_err("there is nothing");
    assert!(reason.starts_with("`DATABASE_URL` is missing"), "{reason}");
}

#[cfg(all(feature = "serde", feature = "json"))]
#[test]
fn the_same_from_serde() {
    let read = |text: &str| serde_json::from_str::<Settings>(text).map_err(|error| error.to_string());
    let found = urls(read(
        r#"{"default": "sqlite:///app.db", "b": {"url": "sqlite::memory:", "pool_size": 4, "idle_timeout": "2m",
            "max_lifetime": 1.5, "test_before_acquire": true, "max_overflow": null}}"#,
    ));
    assert!(
        found[0].starts_with("b ") && found[0].contains("pool_size: 4") && found[0].contains("120s"),
        "{found:?}"
    );
    assert!(found[0].contains("1.5s") && found[0].contains("test_before_acquire: Always"), "{found:?}");
    assert_eq!(urls(read(r#""sqlite::memory:""#)).len(), 1);
    let reason = read(
        r#"{"a": {"url": "sqlite::memory:", "max_conections": "s3cret", "pool_size": ["s3cret"]}, "b": 7, "b": "s3cret@x:",
            "c": ["s3cret"], "d": {}, "e": {"user": "s3cret", "url": null}, "f": {"scheme": "sqlite", "name": "f", "port": 1}}"#,
    )
    .expect_err("much is wrong");
    for told in [
        "`a.max_conections` means nothing",
        "`a.pool_size` must be a text or a number",
        "`b` is there twice",
        "`b` must be a URL",
        "`c` must be a URL",
        "`d.url` is missing",
        "`e.password` is missing",
        "`e.name` is missing",
        "`f.port` is not for a file",
    ] {
        assert!(reason.contains(told), "{told}: {reason}");
    }
    assert!(!reason.contains("s3cret"), "{reason}");
    for text in ["7", "null", "[\"s3cret\"]"] {
        let reason = read(text).expect_err("no databases");
        assert!(!reason.contains("s3cret"), "{reason}");
    }
}
