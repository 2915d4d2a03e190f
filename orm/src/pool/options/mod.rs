//! What a user may say about a pool, and what it amounts to.
//!
//! One vocabulary for the builder and for URLs. Each option keeps what was said under which name (`said`), so that a
//! contradiction can name both sides; `limits` finds out whether everything fits together, `time` reads limits of
//! time, `profile` has the defaults, `url` the keys of a query.

mod limits;
mod profile;
mod said;
mod time;
mod url;

use std::fmt;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
pub(super) use limits::Limits;
pub(crate) use limits::TransactionLimits;
pub use profile::PoolProfile;
use said::Said;
pub use time::TimeLimit;
pub(super) use url::URL_KEYS;

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
/// Everything may be left out. By default 10 connections are kept, and 20 more opened when there is much to do, which
/// are closed as soon as they come back; none is used for longer than an hour.
///
/// Several options have more than one name, known from other frameworks. Two names may be given if they agree. Whether
/// the options fit together is checked when the database is opened: a contradiction is an error that names both sides.
/// A URL has the same options in its query, under the same names; what the program says about an option goes before
/// what the URL says, under whichever name, and a [profile](PoolProfile) stands behind both.
///
/// Limits of time are seconds, a [`Duration`], or `None`: see [`TimeLimit`].
///
/// A SQLite database in memory lives in its connection, so it has exactly one, which is kept until the
/// database is closed, whatever the options say.
///
/// # Examples
///
/// ```
/// use orm::PoolOptions;
///
/// let few = PoolOptions::new().pool_size(2).max_overflow(3).acquire_timeout(5);
/// let web = PoolOptions::web().max_lifetime(1800);
/// # let _ = (few, web);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PoolOptions {
    profile: Option<PoolProfile>,
    max: Said<usize>,
    min: Said<usize>,
    size: Said<usize>,
    overflow: Said<usize>,
    acquire: Said<TimeLimit>,
    connect: Said<TimeLimit>,
    idle: Said<TimeLimit>,
    lifetime: Said<TimeLimit>,
    transaction: Said<TimeLimit>,
    transaction_idle: Said<TimeLimit>,
    ping: Said<PingPolicy>,
    echo: Said<bool>,
}

impl PoolOptions {
    /// No options: 10 connections are kept, 30 are the most, all by default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the defaults of [`PoolProfile::Light`].
    #[must_use]
    pub fn light() -> Self {
        Self::new().profile(PoolProfile::Light)
    }

    /// With the defaults of [`PoolProfile::Medium`].
    #[must_use]
    pub fn medium() -> Self {
        Self::new().profile(PoolProfile::Medium)
    }

    /// With the defaults of [`PoolProfile::Heavy`].
    #[must_use]
    pub fn heavy() -> Self {
        Self::new().profile(PoolProfile::Heavy)
    }

    /// With the defaults of [`PoolProfile::Batch`].
    #[must_use]
    pub fn batch() -> Self {
        Self::new().profile(PoolProfile::Batch)
    }

    /// With the defaults of [`PoolProfile::Web`].
    #[must_use]
    pub fn web() -> Self {
        Self::new().profile(PoolProfile::Web)
    }

    /// With the defaults of [`PoolProfile::Worker`].
    #[must_use]
    pub fn worker() -> Self {
        Self::new().profile(PoolProfile::Worker)
    }

    /// With the defaults of [`PoolProfile::Sqlite`].
    #[must_use]
    pub fn sqlite() -> Self {
        Self::new().profile(PoolProfile::Sqlite)
    }

    /// With the defaults of [`PoolProfile::Production`].
    #[must_use]
    pub fn production() -> Self {
        Self::new().profile(PoolProfile::Production)
    }

    /// Takes the defaults of a kind of load. In a URL: `pool_profile=web`.
    #[must_use]
    pub fn profile(mut self, profile: PoolProfile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Limits how many connections may exist at once, and keeps as many, unless `pool_size` or `max_overflow` says
    /// otherwise. By default it is `pool_size` and `max_overflow` together: 30.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max.set("max_connections", connections);
        self
    }

    /// Opens this many connections when the database is opened and does not close them for being idle. 0 by
    /// default.
    #[must_use]
    pub fn min_connections(mut self, connections: usize) -> Self {
        self.min.set("min_connections", connections);
        self
    }

    /// Limits how many connections are kept, the soft limit. What is open beyond them is closed when it comes back and
    /// nobody waits for it. 10 by default, or `max_connections` where that is given.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.size.set("pool_size", connections);
        self
    }

    /// Says how many connections may be opened beyond `pool_size` when there is much to do. 20 by default, or what is
    /// left of `max_connections` where that is given.
    #[must_use]
    pub fn max_overflow(mut self, connections: usize) -> Self {
        self.overflow.set("max_overflow", connections);
        self
    }

    /// Limits how long a caller waits for a connection, the time to open one included. 30 seconds by default;
    /// `None` is for ever. Zero does not wait at all: it is `PoolExhausted` when all connections are in use, but opens
    /// one if there is room.
    #[must_use]
    pub fn acquire_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.acquire.set("acquire_timeout", limit.into());
        self
    }

    /// Means `acquire_timeout`.
    #[must_use]
    pub fn pool_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.acquire.set("pool_timeout", limit.into());
        self
    }

    /// Means `acquire_timeout`: zero is no time, not for ever.
    #[must_use]
    pub fn timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.acquire.set("timeout", limit.into());
        self
    }

    /// Limits how long one attempt to connect may take. 10 seconds by default. It cannot be `None`.
    #[must_use]
    pub fn connect_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.connect.set("connect_timeout", limit.into());
        self
    }

    /// Closes connections that were idle for longer, as soon as the pool is used again. 10 minutes by default;
    /// `None` keeps them.
    #[must_use]
    pub fn idle_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.idle.set("idle_timeout", limit.into());
        self
    }

    /// Means `idle_timeout`.
    #[must_use]
    pub fn stale_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.idle.set("stale_timeout", limit.into());
        self
    }

    /// Closes connections that are older, when they are handed out or come back. An hour by default; `None`
    /// keeps them.
    #[must_use]
    pub fn max_lifetime(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.lifetime.set("max_lifetime", limit.into());
        self
    }

    /// Means `max_lifetime`.
    #[must_use]
    pub fn pool_recycle(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.lifetime.set("pool_recycle", limit.into());
        self
    }

    /// Ends transactions that are open for longer, by rolling them back: whoever goes on with one, or commits it, gets
    /// `TransactionTimeout`. A statement that runs is not interrupted; the transaction ends behind it. `None`, the
    /// default, leaves them alone.
    #[must_use]
    pub fn transaction_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.transaction.set("transaction_timeout", limit.into());
        self
    }

    /// Ends transactions in which nothing was sent for longer, as `transaction_timeout` does. `None` by default.
    #[must_use]
    pub fn transaction_idle_timeout(mut self, limit: impl Into<TimeLimit>) -> Self {
        self.transaction_idle.set("transaction_idle_timeout", limit.into());
        self
    }

    /// Says whether every connection is pinged before it is handed out: true is [`PingPolicy::Always`], false
    /// [`PingPolicy::Never`].
    #[must_use]
    pub fn test_before_acquire(mut self, test: bool) -> Self {
        let policy = if test { PingPolicy::Always } else { PingPolicy::Never };
        self.ping.set("test_before_acquire", policy);
        self
    }

    /// Says when a connection is pinged before it is handed out.
    #[must_use]
    pub fn ping(mut self, policy: PingPolicy) -> Self {
        self.ping.set("ping", policy);
        self
    }

    /// Logs every statement at level info instead of debug, through `tracing`, target `orm::query`. Off by default.
    /// Values that are bound are never part of it.
    #[must_use]
    pub fn echo(mut self, echo: bool) -> Self {
        self.echo.set("echo", echo);
        self
    }

    /// What was set from text was no URL's.
    pub(super) fn is_of_the_program(&mut self) {
        for numbers in [&mut self.max, &mut self.min, &mut self.size, &mut self.overflow] {
            numbers.is_of_the_program();
        }
        for times in [
            &mut self.acquire,
            &mut self.connect,
            &mut self.idle,
            &mut self.lifetime,
            &mut self.transaction,
            &mut self.transaction_idle,
        ] {
            times.is_of_the_program();
        }
        self.ping.is_of_the_program();
        self.echo.is_of_the_program();
    }

    /// These options, and `other` where they say nothing, under whichever name.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            profile: self.profile.or(other.profile),
            max: self.max.or(other.max),
            min: self.min.or(other.min),
            size: self.size.or(other.size),
            overflow: self.overflow.or(other.overflow),
            acquire: self.acquire.or(other.acquire),
            connect: self.connect.or(other.connect),
            idle: self.idle.or(other.idle),
            lifetime: self.lifetime.or(other.lifetime),
            transaction: self.transaction.or(other.transaction),
            transaction_idle: self.transaction_idle.or(other.transaction_idle),
            ping: self.ping.or(other.ping),
            echo: self.echo.or(other.echo),
        }
    }
}

/// What was said, by the names that were used.
impl fmt::Debug for PoolOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("PoolOptions");
        if let Some(profile) = &self.profile {
            out.field("profile", profile);
        }
        self.max.show(&mut out);
        self.min.show(&mut out);
        self.size.show(&mut out);
        self.overflow.show(&mut out);
        self.acquire.show(&mut out);
        self.connect.show(&mut out);
        self.idle.show(&mut out);
        self.lifetime.show(&mut out);
        self.transaction.show(&mut out);
        self.transaction_idle.show(&mut out);
        self.ping.show(&mut out);
        self.echo.show(&mut out);
        out.finish()
    }
}

#[cold]
fn config(reason: String) -> Error {
    Error::new(ErrorKind::Config { reason })
}
