//! Waiting, connecting, pinging, growing old.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::fake::refusal;
use super::{pool, pool_with, secs};
use crate::error::{ConnectCause, ErrorKind};
use crate::pool::{PingPolicy, PoolOptions};

#[tokio::test(start_paused = true)]
async fn a_returned_connection_is_lent_again() {
    let (pool, fake) = pool(2);
    assert_eq!(pool.server(), None);
    for _ in 0..10 {
        let mut loan = pool.acquire().await.expect("a connection");
        loan.begin_use().work(secs(1)).await;
        loan.end_use();
    }
    assert_eq!((fake.attempts(), fake.open(), fake.pings()), (1, 1, 0));
    assert_eq!(pool.server().map(|server| server.version), Some((15, 4, 0)));
    let stats = pool.stats();
    assert_eq!((stats.size, stats.idle, stats.in_use, stats.opened), (1, 1, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn opening_a_pool_does_nothing_and_connect_now_connects() {
    let (pool, fake) = pool_with(PoolOptions::new().min_connections(3));
    assert_eq!(fake.attempts(), 0);
    pool.connect_now().await.expect("connections");
    assert_eq!((fake.open(), pool.stats().idle), (3, 3));
    fake.refuses(Some("password authentication failed"));
    pool.connect_now().await.expect("they are there already");
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_fails_at_once_with_its_cause() {
    let (pool, fake) = pool(2);
    fake.refuses(Some("connection refused"));
    let begun = tokio::time::Instant::now();
    let error = pool.connect_now().await.expect_err("refused");
    assert_eq!(error.kind(), &refusal("connection refused"));
    assert_eq!(error.database(), Some("test"));
    assert_eq!((begun.elapsed(), fake.attempts()), (Duration::ZERO, 1));
    let stats = pool.stats();
    assert_eq!((stats.size, stats.connect_errors), (0, 1));

    fake.refuses(None);
    drop(pool.acquire().await.expect("the server is back"));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_to_connect_has_its_own_limit() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(1).connect_timeout(secs(2)));
    fake.hangs(true);
    let begun = tokio::time::Instant::now();
    let error = pool.acquire().await.expect_err("nobody answers");
    assert_eq!(
        error.kind(),
        &ErrorKind::Connect { cause: ConnectCause::TimedOut, reason: "timed out after 2s".into() }
    );
    assert_eq!(begun.elapsed(), secs(2));
    fake.hangs(false);
    drop(pool.acquire().await.expect("the seat is free again"));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_says_why() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(2).acquire_timeout(secs(5)));
    let first = pool.acquire().await.expect("a connection");
    fake.refuses(Some("too many clients"));
    pool.acquire().await.expect_err("refused");
    fake.refuses(None).hangs(true);
    // One waits for the server; this one, behind it, for a seat.
    let other = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await.map(drop) }
    });
    tokio::time::sleep(secs(1)).await;
    let error = pool.acquire().await.expect_err("all are in use");
    let ErrorKind::PoolTimeout { waited, in_use, idle, max, waiting, last_connect_error } = error.kind()
    else {
        panic!("{error:?}");
    };
    assert_eq!(*waited, secs(5));
    assert_eq!((*idle, *max, *waiting), (0, 2, 0));
    // The other gave up a second before, and its seat went to this caller, who has given it up, too.
    assert_eq!(*in_use, 1);
    assert_eq!(last_connect_error.as_deref(), Some("cannot connect: timed out after 1s"));
    let other = other.await.expect("no panic").expect_err("nobody answered");
    let ErrorKind::PoolTimeout { last_connect_error, .. } = other.kind() else { panic!("{other:?}") };
    assert_eq!(last_connect_error.as_deref(), Some("cannot connect: timed out after 5s"));
    assert!(error.is_retryable());
    assert_eq!(pool.stats().timeouts, 2);
    drop(first);
}

#[tokio::test(start_paused = true)]
async fn the_last_error_is_in_a_timeout_until_a_connection_succeeds() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(1).acquire_timeout(secs(1)));
    fake.refuses(Some("no route to host"));
    pool.acquire().await.expect_err("refused");
    fake.refuses(None);
    let loan = pool.acquire().await.expect("a connection");
    let error = pool.acquire().await.expect_err("in use");
    let ErrorKind::PoolTimeout { in_use: 1, last_connect_error: None, .. } = error.kind() else {
        panic!("{error:?}");
    };
    drop(loan);
}

#[tokio::test(start_paused = true)]
async fn zero_does_not_wait_but_connects() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(1).acquire_timeout(Duration::ZERO));
    fake.latency(secs(3));
    let loan = pool.acquire().await.expect("there is room");
    let begun = tokio::time::Instant::now();
    let error = pool.acquire().await.expect_err("in use");
    assert_eq!(error.kind(), &ErrorKind::PoolExhausted { in_use: 1, idle: 0, max: 1, waiting: 0 });
    assert!(error.is_retryable() && error.to_string().contains("1 in use"), "{error}");
    assert_eq!(pool.stats().timeouts, 1);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    drop(loan);
    drop(pool.acquire().await.expect("it is back"));
}

#[tokio::test(start_paused = true)]
async fn none_waits_for_ever() {
    let (pool, _fake) = pool_with(PoolOptions::new().max_connections(1).acquire_timeout(None));
    let loan = pool.acquire().await.expect("a connection");
    let waiter = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await.map(drop) }
    });
    tokio::time::sleep(secs(1_000_000)).await;
    assert_eq!(pool.stats().waiting, 1);
    drop(loan);
    waiter.await.expect("no panic").expect("a connection");
}

#[tokio::test(start_paused = true)]
async fn callers_are_served_in_the_order_they_came() {
    let (pool, _fake) = pool(2);
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut callers = Vec::new();
    for number in 0..50 {
        let (pool, order) = (pool.clone(), Arc::clone(&order));
        callers.push(tokio::spawn(async move {
            let mut loan = pool.acquire().await.expect("a connection");
            order.lock().expect("not poisoned").push(number);
            loan.work(Duration::from_millis(10)).await;
        }));
        tokio::task::yield_now().await;
    }
    for caller in callers {
        caller.await.expect("no panic");
    }
    assert_eq!(*order.lock().expect("not poisoned"), (0..50).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_ping_comes_only_after_a_while() {
    let (pool, fake) = pool(1);
    drop(pool.acquire().await.expect("a connection"));
    tokio::time::sleep(secs(30)).await;
    drop(pool.acquire().await.expect("a connection"));
    assert_eq!(fake.pings(), 0);
    tokio::time::sleep(secs(31)).await;
    drop(pool.acquire().await.expect("a connection"));
    assert_eq!((fake.pings(), fake.attempts()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dead_connection_is_replaced() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(3).ping(PingPolicy::Always));
    let loans = [pool.acquire().await, pool.acquire().await, pool.acquire().await];
    drop(loans);
    fake.deaf(true);
    let loan = pool.acquire().await.expect("a new connection, which nobody pings");
    assert_eq!((loan.serial, fake.pings(), fake.open()), (3, 3, 1));
    assert_eq!(pool.stats().discarded, 3);
    drop(loan);

    fake.deaf(false).mute(true);
    let begun = tokio::time::Instant::now();
    let loan = pool.acquire().await.expect("a new connection");
    assert_eq!((loan.serial, begun.elapsed()), (4, secs(10)), "a ping without answer ends");
}

#[tokio::test(start_paused = true)]
async fn pings_count_in_the_time_to_wait() {
    let options = PoolOptions::new().max_connections(3).ping(PingPolicy::Always).acquire_timeout(secs(4));
    let (pool, fake) = pool_with(options);
    drop(pool.acquire().await.expect("a connection"));
    fake.mute(true).hangs(true);
    let begun = tokio::time::Instant::now();
    let error = pool.acquire().await.expect_err("no time left");
    assert!(matches!(error.kind(), ErrorKind::PoolTimeout { in_use: 0, idle: 0, .. }), "{error:?}");
    assert_eq!((begun.elapsed(), fake.open()), (secs(4), 0));
}

#[tokio::test(start_paused = true)]
async fn no_ping_at_all_if_told_so() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(1).test_before_acquire(false));
    drop(pool.acquire().await.expect("a connection"));
    tokio::time::sleep(secs(500)).await;
    drop(pool.acquire().await.expect("a connection"));
    assert_eq!((fake.pings(), fake.attempts()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn old_connections_are_retired_when_lent_and_when_they_come_back() {
    let options = PoolOptions::new().max_connections(2).max_lifetime(secs(60)).idle_timeout(None);
    let (pool, fake) = pool_with(options);
    drop(pool.acquire().await.expect("a connection"));
    tokio::time::sleep(secs(61)).await;
    let loan = pool.acquire().await.expect("a connection");
    assert_eq!((loan.serial, fake.open()), (1, 1));
    tokio::time::sleep(secs(61)).await;
    drop(loan);
    assert_eq!(fake.open(), 0, "too old to be kept");
    assert_eq!((pool.stats().retired, pool.stats().discarded), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn idle_connections_are_retired_down_to_the_minimum() {
    let options = PoolOptions::new().max_connections(4).min_connections(1).idle_timeout(secs(60));
    let (pool, fake) = pool_with(options.max_lifetime(None).test_before_acquire(false));
    let loans = [pool.acquire().await, pool.acquire().await, pool.acquire().await];
    drop(loans);
    tokio::time::sleep(secs(61)).await;
    let loan = pool.acquire().await.expect("a connection");
    assert_eq!((loan.serial, fake.open(), pool.stats().retired), (2, 1, 2), "one is kept, and lent");
}

#[tokio::test(start_paused = true)]
async fn the_surplus_is_closed_when_it_comes_back_unless_someone_waits() {
    let (pool, fake) = pool_with(PoolOptions::new().pool_size(1).max_overflow(2));
    let first = pool.acquire().await.expect("a connection");
    let second = pool.acquire().await.expect("a connection");
    let third = pool.acquire().await.expect("a connection");
    let waiter = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await }
    });
    tokio::task::yield_now().await;
    drop(first);
    let first = waiter.await.expect("no panic").expect("the one that came back");
    assert_eq!((first.serial, fake.attempts()), (0, 3));
    drop(second);
    assert_eq!(fake.open(), 2);
    drop(third);
    assert_eq!(fake.open(), 1);
    drop(first);
    assert_eq!((fake.open(), pool.stats().idle, pool.stats().retired), (1, 1, 2));
}

#[test]
fn a_server_needs_a_runtime() {
    let (pool, fake) = pool(1);
    let error = futures_util::FutureExt::now_or_never(pool.acquire()).expect("at once").expect_err("outside");
    assert_eq!((error.kind(), error.database()), (&ErrorKind::NoRuntime, Some("test")));

    // SQLite does not, until somebody has to wait with a limit.
    fake.local(true);
    let loan = futures_util::FutureExt::now_or_never(pool.acquire()).expect("at once").expect("a connection");
    let error = futures_util::FutureExt::now_or_never(pool.acquire()).expect("at once").expect_err("in use");
    assert_eq!(error.kind(), &ErrorKind::NoRuntime);
    drop(loan);
}

#[test]
fn debug_shows_the_books_alone() {
    let (pool, _fake) = pool(1);
    let shown = format!("{pool:?}");
    assert!(shown.contains("\"test\"") && shown.contains("PoolStats"), "{shown}");
}
