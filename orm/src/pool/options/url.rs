//! The options of a pool in the query of a URL.

use super::profile::PoolProfile;
use super::{PingPolicy, PoolOptions, TimeLimit, config};
use crate::error::Result;

/// The options that a URL may carry, as in `?max_connections=20&acquire_timeout=5`.
pub(in crate::pool) const URL_KEYS: &[&str] = &[
    "max_connections",
    "min_connections",
    "pool_size",
    "max_overflow",
    "acquire_timeout",
    "pool_timeout",
    "timeout",
    "connect_timeout",
    "idle_timeout",
    "stale_timeout",
    "max_lifetime",
    "pool_recycle",
    "transaction_timeout",
    "transaction_idle_timeout",
    "test_before_acquire",
    "echo",
    "pool_profile",
];

impl PoolOptions {
    /// Takes one option of a URL: false if the key is none of the pool's. Times are seconds, with a fraction if
    /// need be, or have a unit (`500ms`, `30s`, `5m`, `1h`), or are `none`.
    ///
    /// # Errors
    ///
    /// `Config` that names the key, never the value.
    pub(in crate::pool) fn set(&mut self, key: &str, value: &str) -> Result<bool> {
        let Some(&name) = URL_KEYS.iter().find(|known| **known == key) else { return Ok(false) };
        match name {
            "max_connections" => self.max.set_in_url(name, count(name, value)?),
            "min_connections" => self.min.set_in_url(name, count(name, value)?),
            "pool_size" => self.size.set_in_url(name, count(name, value)?),
            "max_overflow" => self.overflow.set_in_url(name, count(name, value)?),
            "acquire_timeout" | "pool_timeout" | "timeout" => {
                self.acquire.set_in_url(name, time(name, value)?)
            }
            "connect_timeout" => self.connect.set_in_url(name, time(name, value)?),
            "idle_timeout" | "stale_timeout" => self.idle.set_in_url(name, time(name, value)?),
            "max_lifetime" | "pool_recycle" => self.lifetime.set_in_url(name, time(name, value)?),
            "transaction_timeout" => self.transaction.set_in_url(name, time(name, value)?),
            "transaction_idle_timeout" => self.transaction_idle.set_in_url(name, time(name, value)?),
            "test_before_acquire" => {
                let policy = if switch(name, value)? { PingPolicy::Always } else { PingPolicy::Never };
                self.ping.set_in_url(name, policy);
            }
            "echo" => self.echo.set_in_url(name, switch(name, value)?),
            "pool_profile" => self.profile = Some(profile(name, value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn count(key: &str, value: &str) -> Result<usize> {
    value.parse().map_err(|_| config(format!("`{key}` in the URL must be a whole number")))
}

fn switch(key: &str, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err(config(format!("`{key}` in the URL must be `true` or `false`"))),
    }
}

fn time(key: &str, value: &str) -> Result<TimeLimit> {
    let Some(limit) = TimeLimit::parse(value) else {
        return Err(config(format!(
            "`{key}` in the URL must be a number of seconds, such as `30` or `0.5`, or have a unit, such as `500ms` or \
             `5m`, or be `none`"
        )));
    };
    limit.get().map_err(|why| config(format!("`{key}` in the URL {why}")))?;
    Ok(limit)
}

fn profile(key: &str, value: &str) -> Result<PoolProfile> {
    PoolProfile::named(value).ok_or_else(|| {
        let known: Vec<_> = PoolProfile::ALL.iter().map(|(name, _)| format!("`{name}`")).collect();
        config(format!("`{key}` in the URL must be one of {}", known.join(", ")))
    })
}
