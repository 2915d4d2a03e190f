//! Which options fit together.

use std::time::Duration;

use super::secs;
use crate::error::ErrorKind;
use crate::pool::{PingPolicy, PoolOptions};

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

#[test]
fn defaults() {
    let limits = PoolOptions::new().limits().expect("the defaults fit together");
    assert_eq!((limits.max, limits.keep, limits.min), (10, 10, 0));
    assert_eq!(limits.acquire, Some(secs(30)));
    assert_eq!(limits.connect, secs(10));
    assert_eq!(limits.idle, Some(secs(600)));
    assert_eq!(limits.lifetime, Some(secs(1800)));
    assert_eq!(limits.ping, PingPolicy::IdleLongerThan(secs(30)));
}

#[test]
fn sizes_follow_from_each_other() {
    let new = PoolOptions::new;
    assert_eq!(sizes(&new().max_connections(4)), (4, 4));
    assert_eq!(sizes(&new().pool_size(4)), (4, 4));
    assert_eq!(sizes(&new().pool_size(4).max_overflow(6)), (4, 10));
    assert_eq!(sizes(&new().max_overflow(5)), (10, 15));
    assert_eq!(sizes(&new().max_connections(20).max_overflow(5)), (15, 20));
    assert_eq!(sizes(&new().max_connections(20).pool_size(5)), (5, 20));
    assert_eq!(sizes(&new().max_connections(20).pool_size(5).max_overflow(15)), (5, 20));
    assert_eq!(sizes(&new().max_connections(2).pool_size(0)), (0, 2), "a pool may keep nothing");
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
        (new().acquire_timeout(secs(1)).pool_timeout(secs(2)), ["acquire_timeout", "pool_timeout"]),
        (new().acquire_timeout(None).pool_timeout(secs(2)), ["acquire_timeout", "pool_timeout"]),
        (new().idle_timeout(secs(1)).stale_timeout(secs(2)), ["idle_timeout", "stale_timeout"]),
        (new().max_lifetime(secs(1)).pool_recycle(None), ["max_lifetime", "pool_recycle"]),
        (new().test_before_acquire(true).ping(PingPolicy::Never), ["ping", "test_before_acquire"]),
    ] {
        let reason = refusal(&options);
        for name in names {
            assert!(reason.contains(&format!("`{name}`")), "{reason}");
        }
    }
    assert!(refusal(&new().max_connections(0)).contains("`max_connections`"));
    assert!(refusal(&new().max_connections(usize::MAX)).contains("`max_connections`"));
    assert!(refusal(&new().connect_timeout(Duration::ZERO)).contains("`connect_timeout`"));
}

#[test]
fn both_names_may_say_the_same() {
    let options = PoolOptions::new()
        .acquire_timeout(secs(3))
        .pool_timeout(secs(3))
        .idle_timeout(None)
        .stale_timeout(None)
        .pool_recycle(secs(60))
        .test_before_acquire(true)
        .ping(PingPolicy::Always);
    let limits = options.limits().expect("the options agree");
    assert_eq!(limits.acquire, Some(secs(3)));
    assert_eq!(limits.idle, None);
    assert_eq!(limits.lifetime, Some(secs(60)));
    assert_eq!(limits.ping, PingPolicy::Always);
}

#[test]
fn the_program_goes_before_the_url() {
    let mut url = PoolOptions::new();
    for (key, value) in [("max_connections", "3"), ("acquire_timeout", "0.25"), ("idle_timeout", "none")] {
        assert!(url.set(key, value).expect("a good value"), "{key} is the pool's");
    }
    assert!(!url.set("sslmode", "require").expect("not the pool's"));
    let limits = PoolOptions::new().max_connections(7).or(url).limits().expect("the options fit together");
    assert_eq!((limits.max, limits.acquire, limits.idle), (7, Some(Duration::from_millis(250)), None));
}

#[test]
fn every_key_of_the_url_is_understood_and_checked() {
    for key in crate::pool::options::URL_KEYS {
        let mut options = PoolOptions::new();
        assert!(["1", "true"].iter().any(|value| options.set(key, value).is_ok_and(|known| known)), "{key}");
        assert_ne!(options, PoolOptions::new(), "{key} does nothing");
        for bad in ["", "hunter2", "-1", "NaN", "1e300"] {
            let Err(error) = PoolOptions::new().set(key, bad) else { panic!("{key}={bad} is accepted") };
            assert!(error.to_string().contains(key), "{error}");
            assert!(bad.is_empty() || !error.to_string().contains("hunter2"), "{error}");
        }
    }
}
