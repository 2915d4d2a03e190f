//! How long something may take: a span of time, or no limit.

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;

/// A limit of time, as the options of a pool take it: a [`Duration`], a number of seconds, or `None` for no limit.
///
/// What is no span of time (a negative number, or one that is no number) is an error when the database is opened,
/// which names the option.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use orm::{PoolOptions, TimeLimit};
///
/// let half = PoolOptions::new().acquire_timeout(0.5).max_lifetime(3600).idle_timeout(None);
/// assert_eq!(half, PoolOptions::new().acquire_timeout(Duration::from_millis(500)).max_lifetime(3600).idle_timeout(None));
/// assert_eq!(TimeLimit::from(90), TimeLimit::from(Duration::from_secs(90)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TimeLimit(Limit);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    None,
    Some(Duration),
    /// It is no span of time, and why.
    Wrong(&'static str),
}

impl TimeLimit {
    /// The span, none without a limit, or what is wrong with it.
    pub(super) fn get(self) -> Result<Option<Duration>, &'static str> {
        match self.0 {
            Limit::None => Ok(None),
            Limit::Some(limit) => Ok(Some(limit)),
            Limit::Wrong(why) => Err(why),
        }
    }

    /// Reads `30`, `0.5`, `500ms`, `30s`, `5m`, `1h` or `none`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "none" {
            return Some(Self(Limit::None));
        }
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let scale = match text.get(digits.len()..)? {
            "" | "s" => 1.0,
            "ms" => 0.001,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        // Written as people write numbers: no `inf`, no exponent.
        if !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
            return None;
        }
        digits.parse().ok().map(|number: f64| Self::seconds(number * scale))
    }

    fn seconds(seconds: f64) -> Self {
        Self(match Duration::try_from_secs_f64(seconds) {
            Ok(limit) => Limit::Some(limit),
            Err(_) if seconds.is_nan() => Limit::Wrong("is not a number"),
            Err(_) if seconds < 0.0 => Limit::Wrong("is negative, no limit is said by none"),
            Err(_) => Limit::Wrong("is more than can be counted, no limit is said by none"),
        })
    }
}

impl fmt::Debug for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Limit::None => f.write_str("None"),
            Limit::Some(limit) => write!(f, "{limit:?}"),
            Limit::Wrong(why) => write!(f, "(it {why})"),
        }
    }
}

impl From<Duration> for TimeLimit {
    fn from(limit: Duration) -> Self {
        Self(Limit::Some(limit))
    }
}

impl From<Option<Duration>> for TimeLimit {
    fn from(limit: Option<Duration>) -> Self {
        Self(limit.map_or(Limit::None, Limit::Some))
    }
}

impl From<TimeDelta> for TimeLimit {
    fn from(limit: TimeDelta) -> Self {
        Self(limit.to_std().map_or(Limit::Wrong("is negative, no limit is said by none"), Limit::Some))
    }
}

impl From<u64> for TimeLimit {
    /// Seconds.
    fn from(seconds: u64) -> Self {
        Self(Limit::Some(Duration::from_secs(seconds)))
    }
}

impl From<u32> for TimeLimit {
    /// Seconds.
    fn from(seconds: u32) -> Self {
        Self::from(u64::from(seconds))
    }
}

impl From<i64> for TimeLimit {
    /// Seconds.
    fn from(seconds: i64) -> Self {
        match u64::try_from(seconds) {
            Ok(seconds) => Self::from(seconds),
            Err(_) => Self::seconds(-1.0),
        }
    }
}

impl From<i32> for TimeLimit {
    /// Seconds.
    fn from(seconds: i32) -> Self {
        Self::from(i64::from(seconds))
    }
}

impl From<f64> for TimeLimit {
    /// Seconds, with a fraction.
    fn from(seconds: f64) -> Self {
        Self::seconds(seconds)
    }
}

impl From<f32> for TimeLimit {
    /// Seconds, with a fraction.
    fn from(seconds: f32) -> Self {
        Self::seconds(f64::from(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_spans_are_the_same() {
        let half = TimeLimit::from(Duration::from_millis(500));
        assert!(
            [TimeLimit::from(0.5), 0.5_f32.into(), TimeDelta::milliseconds(500).into()]
                .iter()
                .all(|t| *t == half)
        );
        let minute = TimeLimit::from(Duration::from_secs(60));
        assert!(
            [TimeLimit::from(60_i32), 60_i64.into(), 60_u32.into(), 60_u64.into()]
                .iter()
                .all(|t| *t == minute)
        );
        assert_eq!(TimeLimit::from(None), TimeLimit(Limit::None));
        assert_eq!(TimeLimit::from(Some(Duration::ZERO)), TimeLimit::from(0));
    }

    #[test]
    fn what_is_no_span_says_why() {
        for (limit, why) in [
            (TimeLimit::from(-1), "negative"),
            (TimeLimit::from(i64::MIN), "negative"),
            (TimeLimit::from(-0.001), "negative"),
            (TimeLimit::from(TimeDelta::seconds(-1)), "negative"),
            (TimeLimit::from(f64::NAN), "not a number"),
            (TimeLimit::from(f64::INFINITY), "more than can be counted"),
            (TimeLimit::from(1e300), "more than can be counted"),
        ] {
            assert!(limit.get().is_err_and(|said| said.contains(why)), "{limit:?}");
        }
        assert_eq!(TimeLimit::from(-0.0).get(), Ok(Some(Duration::ZERO)));
    }

    #[test]
    fn text_has_units() {
        for (text, millis) in [
            ("30", 30_000),
            ("0.5", 500),
            ("500ms", 500),
            ("30s", 30_000),
            ("5m", 300_000),
            ("5min", 300_000),
            ("1h", 3_600_000),
        ] {
            assert_eq!(TimeLimit::parse(text), Some(Duration::from_millis(millis).into()), "{text}");
        }
        assert_eq!(TimeLimit::parse("none"), Some(None.into()));
        for text in ["", "s", "ms", "soon", "1e3", "NaN", "inf", "5d", "5 s", "+5", "1.2.3", "5µs", "--1"] {
            assert_eq!(TimeLimit::parse(text), None, "{text}");
        }
        assert!(TimeLimit::parse("-1").is_some_and(|limit| limit.get().is_err()));
    }
}
