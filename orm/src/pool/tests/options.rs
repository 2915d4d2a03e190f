//! Which options fit together.

use std::time::Duration;

use super::secs;
use crate::error::ErrorKind;
use crate::pool::{PingPolicy, PoolOptions, PoolProfile};

fn refusal(options: &PoolOptions) -> String {
    match options.limits().expect_err("the options contradict each other").kind() {
        ErrorKind::Config { reason } => reason.clone(),
        other => panic!("{other:?}"),
    }
}

fn sizes(options: &PoolOptions) -> (usize, usize) {
    let limits = options.limits().expect("the options fit together");
    (limits.keep, limits.max)
}

fn url(options: &[(&str, &str)]) -> PoolOptions {
    let mut url = PoolOptions::new();
    for (key, value) in options {
        assert!(url.set(key, value).expect("a good value"), "{key} is the pool's");
    }
    url
}

#[test]
fn defaults() {
    let limits = PoolOptions::new().limits().expect("the defaults fit together");
    assert_eq!((limits.max, limits.keep, limits.min), (30, 10, 0));
    assert_eq!(limits.acquire, Some(secs(30)));
    assert_eq!(limits.connect, secs(10));
    assert_eq!(limits.idle, Some(secs(600)));
    assert_eq!(limits.lifetime, Some(secs(3600)));
    assert_eq!(limits.ping, PingPolicy::IdleLongerThan(secs(30)));
    assert_eq!((limits.transaction.age, limits.transaction.idle), (None, None));
    assert!(!limits.echo);
}

#[test]
fn sizes_follow_from_each_other() {
    let new = PoolOptions::new;
    assert_eq!(sizes(&new().max_connections(4)), (4, 4));
    assert_eq!(sizes(&new().pool_size(4)), (4, 24));
    assert_eq!(sizes(&new().pool_size(4).max_overflow(0)), (4, 4));
    assert_eq!(sizes(&new().pool_size(4).max_overflow(6)), (4, 10));
    assert_eq!(sizes(&new().max_overflow(5)), (10, 15));
    assert_eq!(sizes(&new().max_connections(20).max_overflow(5)), (15, 20));
    assert_eq!(sizes(&new().max_connections(20).pool_size(5)), (5, 20));
    assert_eq!(sizes(&new().max_connections(20).pool_size(5).max_overflow(15)), (5, 20));
    assert_eq!(sizes(&new().max_connections(2).pool_size(0)), (0, 2), "a pool may keep nothing");
    assert_eq!(sizes(&new().pool_size(5).pool_size(6).max_overflow(1)), (6, 7), "the last one counts");
}

#[test]
fn profiles_are_other_defaults() {
    for (options, size, overflow, min, lifetime) in [
        (PoolOptions::light(), 5, 10, 0, 3600),
        (PoolOptions::medium(), 10, 20, 0, 1800),
        (PoolOptions::heavy(), 20, 30, 0, 900),
        (PoolOptions::batch(), 30, 50, 0, 600),
        (PoolOptions::web(), 50, 0, 10, 3600),
        (PoolOptions::worker(), 10, 0, 2, 3600),
        (PoolOptions::sqlite(), 1, 0, 0, 3600),
        (PoolOptions::production(), 10, 20, 0, 3600),
    ] {
        let limits = options.limits().expect("a profile fits together");
        assert_eq!((limits.keep, limits.max, limits.min), (size, size + overflow, min), "{options:?}");
        assert_eq!(limits.lifetime, Some(secs(lifetime)), "{options:?}");
    }
    let production = PoolOptions::production().limits().expect("a profile");
    assert_eq!((production.acquire, production.idle), (Some(secs(30)), Some(secs(300))));
    // Whatever is said goes before, here or in a URL, and nothing of a profile contradicts it.
    assert_eq!(sizes(&PoolOptions::web().max_connections(3)), (3, 3));
    assert_eq!(sizes(&PoolOptions::light().or(url(&[("pool_size", "7")]))), (7, 17));
    assert_eq!(sizes(&url(&[("pool_profile", "heavy")])), (20, 50));
    assert_eq!(
        sizes(&PoolOptions::new().profile(PoolProfile::Standard).or(url(&[("pool_profile", "heavy")]))),
        (10, 30)
    );
}

#[test]
fn contradictions_name_both_sides() {
    let new = PoolOptions::new;
    for (options, names) in [
        (new().max_connections(9).pool_size(5).max_overflow(5), ["pool_size", "max_connections"]),
        (new().max_connections(9).pool_size(5).max_overflow(5), ["max_overflow", "max_connections"]),
        (new().max_connections(3).pool_size(5), ["pool_size", "max_connections"]),
        (new().max_connections(3).max_overflow(5), ["max_overflow", "max_connections"]),
        (new().min_connections(5).max_connections(3), ["min_connections", "max_connections"]),
        (new().min_connections(5).pool_size(3), ["min_connections", "pool_size"]),
        (new().min_connections(11), ["min_connections", "pool_size"]),
        (new().acquire_timeout(1).pool_timeout(2), ["acquire_timeout", "pool_timeout"]),
        (new().acquire_timeout(None).pool_timeout(2), ["acquire_timeout", "pool_timeout"]),
        (new().pool_timeout(1).timeout(2), ["pool_timeout", "timeout"]),
        (new().idle_timeout(1).stale_timeout(2), ["idle_timeout", "stale_timeout"]),
        (new().max_lifetime(1).pool_recycle(None), ["max_lifetime", "pool_recycle"]),
        (new().test_before_acquire(true).ping(PingPolicy::Never), ["ping", "test_before_acquire"]),
    ] {
        let reason = refusal(&options);
        for name in names {
            assert!(reason.contains(&format!("`{name}`")), "{reason}");
        }
    }
}

#[test]
fn what_no_pool_can_have_is_refused_by_name() {
    let new = PoolOptions::new;
    for (options, name) in [
        (new().max_connections(0), "max_connections"),
        (new().pool_size(0).max_overflow(0), "max_overflow"),
        (new().max_connections(usize::MAX), "max_connections"),
        (new().pool_size(usize::MAX), "pool_size"),
        (new().connect_timeout(0), "connect_timeout"),
        (new().connect_timeout(None), "connect_timeout"),
        (new().idle_timeout(0), "idle_timeout"),
        (new().stale_timeout(Duration::ZERO), "stale_timeout"),
        (new().pool_recycle(0), "pool_recycle"),
        (new().transaction_timeout(0), "transaction_timeout"),
        (new().transaction_idle_timeout(-1), "transaction_idle_timeout"),
        (new().pool_recycle(-1), "pool_recycle"),
        (new().acquire_timeout(-0.5), "acquire_timeout"),
        (new().timeout(f64::NAN), "timeout"),
        (new().max_lifetime(f64::INFINITY), "max_lifetime"),
        (new().idle_timeout(chrono::TimeDelta::seconds(-3)), "idle_timeout"),
    ] {
        let reason = refusal(&options);
        assert!(reason.contains(&format!("`{name}`")), "{reason}");
    }
}

#[test]
fn both_names_may_say_the_same() {
    let options = PoolOptions::new()
        .acquire_timeout(secs(3))
        .pool_timeout(3.0)
        .timeout(3)
        .idle_timeout(None)
        .stale_timeout(None)
        .pool_recycle(60)
        .test_before_acquire(true)
        .ping(PingPolicy::Always)
        .echo(true);
    let limits = options.limits().expect("the options agree");
    assert_eq!(limits.acquire, Some(secs(3)));
    assert_eq!(limits.idle, None);
    assert_eq!(limits.lifetime, Some(secs(60)));
    assert_eq!(limits.ping, PingPolicy::Always);
    assert!(limits.echo);
}

#[test]
fn the_program_goes_before_the_url() {
    let there =
        url(&[("max_connections", "3"), ("pool_timeout", "250ms"), ("idle_timeout", "none"), ("echo", "on")]);
    assert!(!PoolOptions::new().set("sslmode", "require").expect("not the pool's"));
    let limits = PoolOptions::new().max_connections(7).or(there.clone()).limits().expect("they fit together");
    assert_eq!((limits.max, limits.acquire, limits.idle), (7, Some(Duration::from_millis(250)), None));
    assert!(limits.echo);
    // The same option under another name is the same option.
    let limits =
        PoolOptions::new().acquire_timeout(9).echo(false).or(there).limits().expect("they fit together");
    assert_eq!((limits.max, limits.acquire, limits.echo), (3, Some(secs(9)), false));
}

#[test]
fn program_and_url_may_contradict_each_other() {
    let reason = refusal(&PoolOptions::new().pool_size(8).or(url(&[("max_connections", "3")])));
    assert_eq!(reason, "`pool_size` 8 is more than `max_connections` 3 in the URL");
    let reason = refusal(&PoolOptions::new().max_connections(3).or(url(&[("min_connections", "4")])));
    assert_eq!(reason, "`min_connections` 4 in the URL is more than `max_connections` 3");
    let reason = refusal(&url(&[("timeout", "1"), ("pool_timeout", "2")]));
    assert!(
        reason.contains("`timeout`") && reason.contains("`pool_timeout`") && reason.contains("URL"),
        "{reason}"
    );
    let reason = refusal(&url(&[("pool_recycle", "0")]));
    assert!(reason.contains("`pool_recycle` in the URL"), "{reason}");
}

#[test]
fn shown_is_what_was_said() {
    let options = PoolOptions::web().pool_recycle(60).pool_size(3).acquire_timeout(None).timeout(-1);
    let shown = format!("{options:?}");
    assert_eq!(
        shown,
        "PoolOptions { profile: Web, pool_size: 3, acquire_timeout: None, timeout: (it is negative, no limit is said by \
         none), pool_recycle: 60s }"
    );
    assert_eq!(format!("{:?}", PoolOptions::new()), "PoolOptions");
}

#[test]
fn every_key_of_the_url_is_understood_and_checked() {
    for key in crate::pool::options::URL_KEYS {
        let mut options = PoolOptions::new();
        let good = ["1", "true", "web"];
        assert!(good.iter().any(|value| options.set(key, value).is_ok_and(|known| known)), "{key}");
        assert_ne!(options, PoolOptions::new(), "{key} does nothing");
        for bad in ["", "hunter2", "-1", "NaN", "1e300"] {
            let Err(error) = PoolOptions::new().set(key, bad) else { panic!("{key}={bad} is accepted") };
            assert!(error.to_string().contains(key), "{error}");
            assert!(bad.is_empty() || !error.to_string().contains("hunter2"), "{error}");
        }
    }
}
