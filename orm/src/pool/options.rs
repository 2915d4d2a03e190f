//! What a user may say about a pool, and what it amounts to.

use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::{Error, ErrorKind, Result};

/// The most connections, where nothing else is said.
const MAX_CONNECTIONS: usize = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
const MAX_LIFETIME: Duration = Duration::from_secs(1800);
const PING_AFTER: Duration = Duration::from_secs(30);

/// When a connection is asked for a sign of life before it is handed out. A ping costs one round trip.
///
/// A ping may take as long as an attempt to connect (`connect_timeout`). Connections to SQLite databases in
/// memory are never pinged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PingPolicy {
    /// Never: a connection that was lost while idle is found out by the first statement on it.
    Never,
    /// Every time.
    Always,
    /// If it was idle for longer than this. The default, with 30 seconds.
    IdleLongerThan(Duration),
}

/// How many connections a database keeps, and for how long.
///
/// Everything may be left out. Several options have a second name, known from other frameworks; both names
/// may be given if they agree. Whether the options fit together is checked when the database is opened: a
/// contradiction is an error that names both sides.
///
/// A SQLite database in memory lives in its connection, so it has exactly one, which is kept until the
/// database is closed, whatever the options say.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let options = orm::PoolOptions::new().max_connections(20).acquire_timeout(Duration::from_secs(5));
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolOptions {
    max_connections: Option<usize>,
    min_connections: Option<usize>,
    pool_size: Option<usize>,
    max_overflow: Option<usize>,
    acquire_timeout: Option<Span>,
    pool_timeout: Option<Span>,
    connect_timeout: Option<Duration>,
    idle_timeout: Option<Span>,
    stale_timeout: Option<Span>,
    max_lifetime: Option<Span>,
    pool_recycle: Option<Span>,
    test_before_acquire: Option<bool>,
    ping: Option<PingPolicy>,
}

/// A duration or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Endless,
    Limited(Duration),
}

impl From<Option<Duration>> for Span {
    fn from(limit: Option<Duration>) -> Self {
        limit.map_or(Self::Endless, Self::Limited)
    }
}

impl Span {
    fn limit(self) -> Option<Duration> {
        match self {
            Self::Endless => None,
            Self::Limited(limit) => Some(limit),
        }
    }
}

/// Options that were found to fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// The most connections.
    pub(super) max: usize,
    /// More than these are closed when they come back and nobody waits.
    pub(super) keep: usize,
    /// So many are not closed for being idle.
    pub(super) min: usize,
    /// How long a caller waits; none for ever.
    pub(super) acquire: Option<Duration>,
    /// How long an attempt to connect, or a ping, may take.
    pub(super) connect: Duration,
    pub(super) idle: Option<Duration>,
    pub(super) lifetime: Option<Duration>,
    pub(super) ping: PingPolicy,
}

impl PoolOptions {
    /// No options: 10 connections at most, all by default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits how many connections may exist at once. 10 by default, or `pool_size` and `max_overflow` together.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = Some(connections);
        self
    }

    /// Opens this many connections when the database is opened and does not close them for being idle. 0 by
    /// default.
    #[must_use]
    pub fn min_connections(mut self, connections: usize) -> Self {
        self.min_connections = Some(connections);
        self
    }

    /// Limits how many connections are kept. What is open beyond them is closed when it comes back and nobody
    /// waits for it. `max_connections` by default.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool_size = Some(connections);
        self
    }

    /// Says how many connections may be opened beyond `pool_size` when there is much to do. 0 by default.
    #[must_use]
    pub fn max_overflow(mut self, connections: usize) -> Self {
        self.max_overflow = Some(connections);
        self
    }

    /// Limits how long a caller waits for a connection, the time to open one included. 30 seconds by default;
    /// `None` is for ever. Zero does not wait at all: it fails when all connections are in use, but opens one
    /// if there is room.
    #[must_use]
    pub fn acquire_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.acquire_timeout = Some(limit.into().into());
        self
    }

    /// Means `acquire_timeout`.
    #[must_use]
    pub fn pool_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.pool_timeout = Some(limit.into().into());
        self
    }

    /// Limits how long one attempt to connect may take. 10 seconds by default.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Closes connections that were idle for longer, as soon as the pool is used again. 10 minutes by default;
    /// `None` keeps them.
    #[must_use]
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = Some(limit.into().into());
        self
    }

    /// Means `idle_timeout`.
    #[must_use]
    pub fn stale_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.stale_timeout = Some(limit.into().into());
        self
    }

    /// Closes connections that are older, when they are handed out or come back. 30 minutes by default; `None`
    /// keeps them.
    #[must_use]
    pub fn max_lifetime(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = Some(limit.into().into());
        self
    }

    /// Means `max_lifetime`.
    #[must_use]
    pub fn pool_recycle(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.pool_recycle = Some(limit.into().into());
        self
    }

    /// Says whether every connection is pinged before it is handed out: true is [`PingPolicy::Always`], false
    /// [`PingPolicy::Never`].
    #[must_use]
    pub fn test_before_acquire(mut self, test: bool) -> Self {
        self.test_before_acquire = Some(test);
        self
    }

    /// Says when a connection is pinged before it is handed out.
    #[must_use]
    pub fn ping(mut self, policy: PingPolicy) -> Self {
        self.ping = Some(policy);
        self
    }

    /// These options, and `other` where they say nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            max_connections: self.max_connections.or(other.max_connections),
            min_connections: self.min_connections.or(other.min_connections),
            pool_size: self.pool_size.or(other.pool_size),
            max_overflow: self.max_overflow.or(other.max_overflow),
            acquire_timeout: self.acquire_timeout.or(other.acquire_timeout),
            pool_timeout: self.pool_timeout.or(other.pool_timeout),
            connect_timeout: self.connect_timeout.or(other.connect_timeout),
            idle_timeout: self.idle_timeout.or(other.idle_timeout),
            stale_timeout: self.stale_timeout.or(other.stale_timeout),
            max_lifetime: self.max_lifetime.or(other.max_lifetime),
            pool_recycle: self.pool_recycle.or(other.pool_recycle),
            test_before_acquire: self.test_before_acquire.or(other.test_before_acquire),
            ping: self.ping.or(other.ping),
        }
    }

    /// What the options amount to.
    ///
    /// # Errors
    ///
    /// `Config` if they contradict each other.
    pub(super) fn limits(&self) -> Result<Limits> {
        let (keep, max) = self.sizes()?;
        let min = self.min_connections.unwrap_or(0);
        if min > keep {
            let limit = if self.pool_size.is_some() { "pool_size" } else { "max_connections" };
            return Err(config(format!("`min_connections` {min} is more than `{limit}` {keep}")));
        }
        let span = |a, b, default| agreed(a, b).map(|span| span.map_or(Some(default), Span::limit));
        let connect = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        if connect.is_zero() {
            return Err(config("`connect_timeout` must be more than 0".into()));
        }
        let tested = self.test_before_acquire.map(|test| match test {
            true => PingPolicy::Always,
            false => PingPolicy::Never,
        });
        let ping = agreed(("ping", self.ping), ("test_before_acquire", tested))?;
        Ok(Limits {
            max,
            keep,
            min,
            acquire: span(
                ("acquire_timeout", self.acquire_timeout),
                ("pool_timeout", self.pool_timeout),
                ACQUIRE_TIMEOUT,
            )?,
            connect,
            idle: span(
                ("idle_timeout", self.idle_timeout),
                ("stale_timeout", self.stale_timeout),
                IDLE_TIMEOUT,
            )?,
            lifetime: span(
                ("max_lifetime", self.max_lifetime),
                ("pool_recycle", self.pool_recycle),
                MAX_LIFETIME,
            )?,
            ping: ping.unwrap_or(PingPolicy::IdleLongerThan(PING_AFTER)),
        })
    }

    /// How many connections are kept, and how many there may be.
    fn sizes(&self) -> Result<(usize, usize)> {
        let (keep, max) = match (self.pool_size, self.max_overflow, self.max_connections) {
            (None, None, max) => {
                let max = max.unwrap_or(MAX_CONNECTIONS);
                (max, max)
            }
            (Some(size), overflow, None) => (size, size.saturating_add(overflow.unwrap_or(0))),
            (None, Some(overflow), None) => (MAX_CONNECTIONS, MAX_CONNECTIONS.saturating_add(overflow)),
            (None, Some(overflow), Some(max)) => match max.checked_sub(overflow) {
                Some(size) => (size, max),
                None => {
                    return Err(config(format!(
                        "`max_overflow` {overflow} is more than `max_connections` {max}"
                    )));
                }
            },
            (Some(size), None, Some(max)) if size <= max => (size, max),
            (Some(size), None, Some(max)) => {
                return Err(config(format!("`pool_size` {size} is more than `max_connections` {max}")));
            }
            (Some(size), Some(overflow), Some(max)) if size.checked_add(overflow) == Some(max) => (size, max),
            (Some(size), Some(overflow), Some(max)) => {
                return Err(config(format!(
                    "`pool_size` {size} and `max_overflow` {overflow} do not add up to `max_connections` {max}"
                )));
            }
        };
        if max == 0 {
            return Err(config("a pool needs room for one connection: `max_connections` is 0".into()));
        }
        if max > Semaphore::MAX_PERMITS {
            return Err(config(format!("`max_connections` cannot be more than {}", Semaphore::MAX_PERMITS)));
        }
        Ok((keep, max))
    }
}

impl Limits {
    /// The limits of a database that lives in its only connection: it must never be closed before its time.
    pub(super) fn single(self) -> Self {
        Self { max: 1, keep: 1, min: 1, idle: None, lifetime: None, ping: PingPolicy::Never, ..self }
    }
}

/// What two names for one option say.
fn agreed<T: PartialEq + Copy>(a: (&str, Option<T>), b: (&str, Option<T>)) -> Result<Option<T>> {
    match (a.1, b.1) {
        (Some(x), Some(y)) if x != y => {
            Err(config(format!("`{}` and `{}` mean the same but have different values", a.0, b.0)))
        }
        (x, y) => Ok(x.or(y)),
    }
}

#[cold]
fn config(reason: String) -> Error {
    Error::new(ErrorKind::Config { reason })
}

/// The options that a URL may carry, as in `?max_connections=20&acquire_timeout=5`.
pub(super) const URL_KEYS: &[&str] = &[
    "max_connections",
    "min_connections",
    "pool_size",
    "max_overflow",
    "acquire_timeout",
    "pool_timeout",
    "connect_timeout",
    "idle_timeout",
    "stale_timeout",
    "max_lifetime",
    "pool_recycle",
    "test_before_acquire",
];

impl PoolOptions {
    /// Takes one option of a URL: false if the key is none of the pool's. Times are seconds, with a fraction if
    /// need be, or `none`.
    ///
    /// # Errors
    ///
    /// `Config` that names the key, never the value.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<bool> {
        match key {
            "max_connections" => self.max_connections = Some(count(key, value)?),
            "min_connections" => self.min_connections = Some(count(key, value)?),
            "pool_size" => self.pool_size = Some(count(key, value)?),
            "max_overflow" => self.max_overflow = Some(count(key, value)?),
            "acquire_timeout" => self.acquire_timeout = Some(span(key, value)?),
            "pool_timeout" => self.pool_timeout = Some(span(key, value)?),
            "connect_timeout" => self.connect_timeout = Some(seconds(key, value)?),
            "idle_timeout" => self.idle_timeout = Some(span(key, value)?),
            "stale_timeout" => self.stale_timeout = Some(span(key, value)?),
            "max_lifetime" => self.max_lifetime = Some(span(key, value)?),
            "pool_recycle" => self.pool_recycle = Some(span(key, value)?),
            "test_before_acquire" => {
                self.test_before_acquire = Some(match value {
                    "true" | "1" | "on" => true,
                    "false" | "0" | "off" => false,
                    _ => return Err(config(format!("`{key}` in the URL must be `true` or `false`"))),
                });
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn count(key: &str, value: &str) -> Result<usize> {
    value.parse().map_err(|_| config(format!("`{key}` in the URL must be a whole number")))
}

fn span(key: &str, value: &str) -> Result<Span> {
    if value == "none" { Ok(Span::Endless) } else { seconds(key, value).map(Span::Limited) }
}

fn seconds(key: &str, value: &str) -> Result<Duration> {
    value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or_else(|| {
        config(format!("`{key}` in the URL must be a number of seconds, such as `30` or `0.5`"))
    })
}
