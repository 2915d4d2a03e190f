//! Opening ahead, and closing what is idle.

use std::time::Duration;

use futures_util::FutureExt as _;

use super::fake::refusal;
use super::{pool, pool_with, secs};
use crate::error::ErrorKind;
use crate::pool::PoolOptions;

#[tokio::test(start_paused = true)]
async fn warming_up_opens_what_is_missing_and_no_more_than_is_kept() {
    let (pool, fake) = pool_with(PoolOptions::new().pool_size(4).max_overflow(3));
    let busy = pool.acquire().await.expect("a connection");
    assert_eq!(pool.warm_up(3).await.expect("two more"), 2);
    assert_eq!((fake.open(), pool.stats().idle, pool.stats().in_use), (3, 2, 1));
    assert_eq!(pool.warm_up(3).await.expect("they are there"), 0);
    assert_eq!(pool.warm_up(100).await.expect("one more"), 1);
    assert_eq!(fake.open(), 4, "the soft limit");
    drop(busy);
    assert_eq!((pool.stats().idle, pool.stats().retired), (4, 0));
    fake.refuses(Some("too many clients"));
    assert_eq!(pool.warm_up(4).await.expect("nothing is missing"), 0);
    assert_eq!(pool.close_idle(None).await, 4);
    let error = pool.warm_up(2).await.expect_err("refused");
    assert_eq!((error.kind(), error.database()), (&refusal("too many clients"), Some("test")));
    assert_eq!(pool.stats().in_use, 0);
    pool.close(None).await;
    assert_eq!(pool.warm_up(2).await.expect_err("closed").kind(), &ErrorKind::PoolClosed);
}

#[tokio::test(start_paused = true)]
async fn two_that_warm_up_open_no_more_than_one() {
    let (pool, fake) = pool_with(PoolOptions::new().pool_size(6));
    fake.latency(secs(1));
    let (one, other) = tokio::join!(pool.warm_up(5), pool.warm_up(5));
    assert_eq!((one.expect("some") + other.expect("some"), fake.attempts(), fake.open()), (5, 5, 5));
}

/// What is closed as fast as it is opened will never be enough.
#[tokio::test(start_paused = true)]
async fn warming_up_ends() {
    let (pool, fake) = pool_with(PoolOptions::new().pool_size(4).idle_timeout(Duration::from_millis(1)));
    fake.latency(secs(1));
    assert_eq!(pool.warm_up(3).await.expect("three, one after the other"), 3);
    assert_eq!((fake.attempts(), fake.open()), (3, 1));

    let (pool, fake) = pool_with(PoolOptions::new().connect_timeout(3600).acquire_timeout(5));
    fake.hangs(true);
    let error = pool.warm_up(3).await.expect_err("nobody answers");
    assert!(matches!(error.kind(), ErrorKind::PoolTimeout { waited, .. } if *waited == secs(5)), "{error:?}");
}

#[test]
fn warming_up_a_server_needs_a_runtime() {
    let (pool, _fake) = pool(2);
    let error = pool.warm_up(1).now_or_never().expect("at once").expect_err("outside");
    assert_eq!(error.kind(), &ErrorKind::NoRuntime);
}

#[tokio::test(start_paused = true)]
async fn idle_ones_are_closed_and_those_at_work_are_not() {
    let (pool, fake) = pool(5);
    let loans = [pool.acquire().await, pool.acquire().await, pool.acquire().await];
    let busy = pool.acquire().await.expect("a connection");
    drop(loans);
    assert_eq!(pool.close_idle(None).await, 3);
    assert_eq!((fake.open(), fake.goodbyes(), pool.stats().idle, pool.stats().size), (1, 3, 0, 1));
    drop(busy);
    assert_eq!(pool.stats().idle, 1);
    // All seats are there again.
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(pool.acquire().now_or_never().expect("no waiting").expect("a seat"));
    }
}

#[tokio::test(start_paused = true)]
async fn stale_ones_are_those_that_came_back_long_ago() {
    let (pool, fake) = pool_with(PoolOptions::new().idle_timeout(None).max_lifetime(None));
    let mut loans = vec![pool.acquire().await, pool.acquire().await, pool.acquire().await];
    for _ in 0..3 {
        drop(loans.pop());
        tokio::time::sleep(secs(10)).await;
    }
    assert_eq!(pool.close_idle(Some(secs(15))).await, 2);
    assert_eq!((fake.open(), pool.stats().retired), (1, 2));
    assert_eq!(pool.close_idle(Some(secs(15))).await, 0);
}

#[tokio::test(start_paused = true)]
async fn after_closing_all_those_at_work_are_closed_when_they_come_back() {
    let (pool, fake) = pool(5);
    let busy = pool.acquire().await.expect("a connection");
    drop(pool.acquire().await.expect("a connection"));
    assert_eq!(pool.close_all().await, 1);
    assert_eq!(fake.open(), 1);
    let fresh = pool.acquire().await.expect("the pool is open");
    drop(busy);
    assert_eq!((fake.open(), pool.stats().idle, pool.stats().discarded), (1, 0, 0));
    drop(fresh);
    assert_eq!((fake.open(), pool.stats().idle), (1, 1), "the new one is kept");
}

#[tokio::test(start_paused = true)]
async fn after_closing_all_those_that_were_being_opened_are_closed_too() {
    let (pool, fake) = pool(5);
    fake.latency(secs(1));
    let (closed, opened) = tokio::join!(
        async {
            tokio::task::yield_now().await;
            pool.close_all().await
        },
        pool.acquire()
    );
    assert_eq!((closed, fake.open()), (0, 1));
    drop(opened.expect("the pool is open"));
    assert_eq!((fake.open(), pool.stats().retired), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn an_unwanted_connection_is_closed_when_it_comes_back() {
    let (pool, fake) = pool(5);
    let mut loan = pool.acquire().await.expect("a connection");
    loan.close_on_return();
    drop(loan);
    assert_eq!((fake.open(), pool.stats().retired, pool.stats().discarded), (0, 1, 0));
    drop(pool.acquire().await.expect("another"));
    assert_eq!(fake.open(), 1);
}

/// There are never more connections than there may be, not even while some say good-bye.
#[tokio::test(start_paused = true)]
async fn one_that_is_leaving_keeps_its_seat() {
    let (pool, fake) = pool(1);
    drop(pool.acquire().await.expect("a connection"));
    fake.goodbye_takes(Duration::from_millis(500));
    let (closed, next) = tokio::join!(pool.close_idle(None), async {
        tokio::task::yield_now().await;
        pool.acquire().await
    });
    assert_eq!((closed, fake.most()), (1, 1));
    drop(next.expect("once the other was gone"));

    // Given up in the middle, it loses neither the seat nor count.
    let given_up = tokio::time::timeout(Duration::from_millis(100), pool.close_idle(None)).await;
    assert!(given_up.is_err());
    assert_eq!((fake.open(), pool.stats().size), (0, 0));
    drop(pool.acquire().await.expect("there is room"));
}

#[tokio::test(start_paused = true)]
async fn a_database_in_memory_keeps_its_connection() {
    let (pool, fake) = {
        let fake = super::Fake::default();
        fake.memory(true).local(true);
        (crate::pool::Pool::open("memory".into(), &PoolOptions::new(), fake.clone()).expect("a pool"), fake)
    };
    assert_eq!(pool.warm_up(5).await.expect("the one"), 1);
    assert_eq!((pool.close_idle(None).await, pool.close_all().await), (0, 0));
    let mut loan = pool.acquire().await.expect("the connection");
    loan.close_on_return();
    drop(loan);
    assert_eq!((fake.open(), fake.attempts(), pool.stats().idle), (1, 1, 1));
}
