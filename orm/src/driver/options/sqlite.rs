//! The options of a URL to SQLite.

use std::time::Duration;

use super::{Params, capacity, config, spelt_once, unknown, wrong};
use crate::driver::sqlite::ConnectOptions;
use crate::error::{Error, ErrorKind, Result};

const KEYS: &[&str] = &[
    "mode",
    "cache",
    "immutable",
    "busy_timeout",
    "foreign_keys",
    "journal_mode",
    "synchronous",
    "cache_size",
    "mmap_size",
    "temp_store",
    "wal_autocheckpoint",
    "journal_size_limit",
    "statement_cache_capacity",
];

pub(super) fn options(path: Option<&str>, params: &Params<'_>, others: &[&str]) -> Result<ConnectOptions> {
    spelt_once(params, &[&["statement_cache_capacity", "statement-cache-capacity"]])?;
    let mut options = path.map_or_else(ConnectOptions::memory, ConnectOptions::file);
    for &(key, value) in params {
        match key {
            "mode" if path.is_none() => return Err(config("`mode` means nothing to a database in memory")),
            "mode" => {
                (options.create_if_missing, options.read_only) = match value {
                    "rwc" => (true, false),
                    "rw" => (false, false),
                    "ro" => (false, true),
                    _ => return Err(wrong(key, "`rwc`, `rw`, `ro` or `memory`")),
                };
            }
            "cache" => match value {
                "private" => {}
                "shared" => {
                    return Err(Error::new(ErrorKind::Unsupported {
                        feature: "shared cache here: its readers wait for its writers without limit",
                        backend: "SQLite",
                    }));
                }
                _ => return Err(wrong(key, "`private`")),
            },
            "immutable" => options.immutable = switch(key, value)? == "ON",
            "busy_timeout" => {
                let millis = value.parse().map_err(|_| wrong(key, "a whole number of milliseconds"))?;
                options.busy_timeout = Duration::from_millis(millis);
            }
            "foreign_keys" => options.pragmas.push((key.into(), switch(key, value)?.into())),
            "journal_mode" => {
                let allowed = ["DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL", "OFF"];
                options.pragmas.push((key.into(), one_of(key, value, &allowed)?));
            }
            "synchronous" => {
                let allowed = ["OFF", "NORMAL", "FULL", "EXTRA"];
                options.pragmas.push((key.into(), one_of(key, value, &allowed)?));
            }
            "temp_store" => {
                let allowed = ["DEFAULT", "FILE", "MEMORY"];
                options.pragmas.push((key.into(), one_of(key, value, &allowed)?));
            }
            "cache_size" | "mmap_size" | "wal_autocheckpoint" | "journal_size_limit" => {
                let number: i64 = value.parse().map_err(|_| wrong(key, "a whole number"))?;
                options.pragmas.push((key.into(), number.to_string()));
            }
            "statement_cache_capacity" | "statement-cache-capacity" => {
                options.statement_cache = capacity(key, value)?;
            }
            _ => return Err(unknown(key, KEYS, others)),
        }
    }
    Ok(options)
}

fn switch(key: &str, value: &str) -> Result<&'static str> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Ok("ON"),
        "false" | "off" | "no" | "0" => Ok("OFF"),
        _ => Err(wrong(key, "`on` or `off`")),
    }
}

fn one_of(key: &str, value: &str, allowed: &[&str]) -> Result<String> {
    let value = value.to_ascii_uppercase();
    if allowed.contains(&value.as_str()) {
        return Ok(value);
    }
    let allowed: Vec<_> = allowed.iter().map(|value| format!("`{}`", value.to_ascii_lowercase())).collect();
    Err(wrong(key, &format!("one of {}", allowed.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_reaches_the_driver() {
        let params = [
            ("mode", "rw"),
            ("busy_timeout", "250"),
            ("foreign_keys", "no"),
            ("journal_mode", "delete"),
            ("synchronous", "full"),
            ("cache_size", "-2000"),
            ("statement_cache_capacity", "7"),
        ];
        let options = options(Some("a b.db"), &params, &[]).expect("good options");
        assert!(!options.create_if_missing && !options.read_only && !options.immutable);
        assert_eq!((options.busy_timeout, options.statement_cache), (Duration::from_millis(250), 7));
        let pragmas: Vec<_> = options.pragmas.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            pragmas,
            ["foreign_keys=OFF", "journal_mode=DELETE", "synchronous=FULL", "cache_size=-2000"]
        );
    }

    #[test]
    fn modes() {
        let mode = |mode| {
            let options = options(Some("x"), &[("mode", mode)], &[]).expect("a mode");
            (options.create_if_missing, options.read_only)
        };
        assert_eq!((mode("rwc"), mode("rw"), mode("ro")), ((true, false), (false, false), (false, true)));
        assert!(options(Some("x"), &[], &[]).expect("no options").create_if_missing);
        assert!(options(Some("x"), &[("immutable", "1")], &[]).expect("immutable").immutable);
    }

    #[test]
    fn unknown_and_wrong_options_are_named() {
        for (key, value) in [
            ("mode", "fast"),
            ("cache", "big"),
            ("immutable", "perhaps"),
            ("busy_timeout", "5s"),
            ("foreign_keys", "1;DROP"),
            ("journal_mode", "wal; DROP TABLE x"),
            ("cache_size", "1e3"),
            ("vfs", "unix-dotfile"),
        ] {
            let error = options(Some("x"), &[(key, value)], &["max_connections"]).expect_err(key).to_string();
            assert!(error.contains(&format!("`{key}`")) && !error.contains(value), "{error}");
        }
        let error = options(None, &[("cache", "shared")], &[]).expect_err("shared cache");
        assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }));
    }
}
