//! What options amount to, once it is known that they fit together.

use std::time::Duration;

use tokio::sync::Semaphore;

use super::profile::Defaults;
use super::said::Said;
use super::{PingPolicy, PoolOptions, TimeLimit, config};
use crate::error::Result;

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const PING_AFTER: Duration = Duration::from_secs(30);

/// How long a transaction may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TransactionLimits {
    /// From its beginning.
    pub(crate) age: Option<Duration>,
    /// Without a statement.
    pub(crate) idle: Option<Duration>,
}

/// Options that were found to fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pool) struct Limits {
    /// The most connections.
    pub(in crate::pool) max: usize,
    /// More than these are closed when they come back and nobody waits.
    pub(in crate::pool) keep: usize,
    /// So many are not closed for being idle.
    pub(in crate::pool) min: usize,
    /// How long a caller waits; none for ever.
    pub(in crate::pool) acquire: Option<Duration>,
    /// How long an attempt to connect, or a ping, may take.
    pub(in crate::pool) connect: Duration,
    pub(in crate::pool) idle: Option<Duration>,
    pub(in crate::pool) lifetime: Option<Duration>,
    pub(in crate::pool) ping: PingPolicy,
    pub(in crate::pool) transaction: TransactionLimits,
    /// Whether statements are shown to whoever listens at level info.
    pub(in crate::pool) echo: bool,
}

impl Limits {
    /// The limits of a database that lives in its only connection: it must never be closed before its time.
    pub(in crate::pool) fn single(self) -> Self {
        Self { max: 1, keep: 1, min: 1, idle: None, lifetime: None, ping: PingPolicy::Never, ..self }
    }
}

impl PoolOptions {
    /// What the options amount to.
    ///
    /// # Errors
    ///
    /// `Config` if they contradict each other, or if one is no number or time that it can have.
    pub(in crate::pool) fn limits(&self) -> Result<Limits> {
        let defaults = self.profile.unwrap_or_default().defaults();
        let (keep, max) = self.sizes(&defaults)?;
        let idle = time(
            &self.idle,
            Some(defaults.idle),
            Zero::Refused("to keep no connection, set `pool_size` to 0"),
        )?;
        let lifetime = time(
            &self.lifetime,
            Some(defaults.lifetime),
            Zero::Refused("to use each connection once, set `pool_size` to 0"),
        )?;
        let connect =
            time(&self.connect, Some(CONNECT_TIMEOUT), Zero::Refused("nothing connects in no time"))?;
        let Some(connect) = connect else {
            return Err(config("`connect_timeout` needs a limit, for a patient one say an hour".to_owned()));
        };
        let transaction = TransactionLimits {
            age: time(&self.transaction, None, Zero::Refused("no transaction ends in no time"))?,
            idle: time(&self.transaction_idle, None, Zero::Refused("no transaction is without any pause"))?,
        };
        let ping = self.ping.agreed()?;
        Ok(Limits {
            max,
            keep,
            min: self.min(&defaults, keep)?,
            acquire: time(&self.acquire, Some(ACQUIRE_TIMEOUT), Zero::Allowed)?,
            connect,
            idle,
            lifetime,
            ping: ping.map_or(PingPolicy::IdleLongerThan(PING_AFTER), |ping| ping.value),
            transaction,
            echo: self.echo.agreed()?.is_some_and(|echo| echo.value),
        })
    }

    /// How many connections are kept, and how many there may be.
    fn sizes(&self, defaults: &Defaults) -> Result<(usize, usize)> {
        let (size, overflow, max) = (self.size.agreed()?, self.overflow.agreed()?, self.max.agreed()?);
        let (keep, most) = match (size, overflow, max) {
            (size, overflow, None) => {
                let size = size.map_or(defaults.size, |size| size.value);
                (size, size.saturating_add(overflow.map_or(defaults.overflow, |overflow| overflow.value)))
            }
            (None, None, Some(max)) => (max.value, max.value),
            (None, Some(overflow), Some(max)) => match max.value.checked_sub(overflow.value) {
                Some(size) => (size, max.value),
                None => return Err(config(format!("{overflow} is more than {max}"))),
            },
            (Some(size), None, Some(max)) if size.value <= max.value => (size.value, max.value),
            (Some(size), None, Some(max)) => return Err(config(format!("{size} is more than {max}"))),
            (Some(size), Some(overflow), Some(max))
                if size.value.checked_add(overflow.value) == Some(max.value) =>
            {
                (size.value, max.value)
            }
            (Some(size), Some(overflow), Some(max)) => {
                return Err(config(format!("{size} and {overflow} do not add up to {max}")));
            }
        };
        if most == 0 {
            let said =
                if max.is_some() { "`max_connections` is 0" } else { "`pool_size` and `max_overflow` are 0" };
            return Err(config(format!(
                "a pool needs room for one connection: {said}, which is not without limit"
            )));
        }
        if most > Semaphore::MAX_PERMITS {
            return Err(config(format!(
                "`max_connections`, or `pool_size` with `max_overflow`, cannot be more than {}",
                Semaphore::MAX_PERMITS
            )));
        }
        Ok((keep, most))
    }

    fn min(&self, defaults: &Defaults, keep: usize) -> Result<usize> {
        let Some(min) = self.min.agreed()? else { return Ok(defaults.min.min(keep)) };
        if min.value <= keep {
            return Ok(min.value);
        }
        Err(config(match (self.size.agreed()?, self.max.agreed()?) {
            (Some(size), _) => format!("{min} is more than {size}"),
            (None, Some(max)) => format!("{min} is more than {max}"),
            (None, None) => format!("{min} is more than the {keep} of `pool_size`"),
        }))
    }
}

/// What zero means to a limit of time.
enum Zero {
    Allowed,
    /// Nothing, and what to do instead.
    Refused(&'static str),
}

fn time(said: &Said<TimeLimit>, default: Option<Duration>, zero: Zero) -> Result<Option<Duration>> {
    let Some(spoken) = said.agreed()? else { return Ok(default) };
    let limit = spoken.value.get().map_err(|why| config(format!("{} {why}", spoken.name())))?;
    match (limit, zero) {
        (Some(Duration::ZERO), Zero::Refused(hint)) => {
            Err(config(format!("{} must be more than 0: {hint}", spoken.name())))
        }
        (limit, _) => Ok(limit),
    }
}
