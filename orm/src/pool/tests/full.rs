//! A server that takes no more connections.

use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::fake::Fake;
use super::{pool, pool_with, secs};
use crate::error::{ConnectCause, Error, ErrorKind};
use crate::pool::{Pool, PoolOptions, Pooled};

fn assert_full(error: &Error) {
    assert!(matches!(error.kind(), ErrorKind::Connect { cause: ConnectCause::Full, .. }), "{error:?}");
    assert_eq!(error.database(), Some("test"));
}

/// So many connections to a server that takes no more.
async fn full(options: PoolOptions, most: usize) -> (Pool<Fake>, Fake, Vec<Pooled<Fake>>) {
    let (pool, fake) = pool_with(options);
    fake.takes(most);
    let mut loans = Vec::new();
    for _ in 0..most {
        loans.push(pool.acquire().await.expect("there is room"));
    }
    (pool, fake, loans)
}

#[tokio::test(start_paused = true)]
async fn one_of_the_pools_own_is_waited_for_in_order() {
    let (pool, fake, mut loans) = full(PoolOptions::new().max_connections(9), 2).await;
    let order = std::sync::Mutex::new(Vec::new());
    let wanted = |name: usize| {
        let (pool, order) = (&pool, &order);
        async move {
            let loan = pool.acquire().await.expect("one that came back");
            order.lock().expect("not poisoned").push((name, loan.serial));
            // Whoever is quick to ask again does not go before those who wait.
            drop(loan);
            drop(pool.acquire().await.expect("another time"));
        }
    };
    let back = async {
        tokio::time::sleep(secs(1)).await;
        assert_eq!((pool.stats().in_use, pool.stats().size, pool.stats().waiting), (2, 2, 3));
        drop(loans.remove(0));
    };
    let begun = Instant::now();
    tokio::join!(wanted(0), wanted(1), wanted(2), back);
    assert_eq!(begun.elapsed(), secs(1));
    assert_eq!(*order.lock().expect("not poisoned"), [(0, 0), (1, 0), (2, 0)]);
    assert_eq!((pool.stats().in_use, pool.stats().idle, pool.stats().opened, fake.most()), (1, 1, 2, 2));
    drop(loans);
    assert_eq!((pool.stats().in_use, pool.stats().idle, pool.stats().waiting), (0, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn if_none_comes_back_the_time_out_says_why() {
    let (pool, _fake, loans) = full(PoolOptions::new().max_connections(9).acquire_timeout(3), 2).await;
    let begun = Instant::now();
    let error = pool.acquire().await.expect_err("none is free");
    assert_eq!(begun.elapsed(), secs(3));
    let ErrorKind::PoolTimeout { in_use: 2, idle: 0, max: 9, last_connect_error: Some(said), .. } =
        error.kind()
    else {
        panic!("{error:?}");
    };
    assert_eq!(said, "cannot connect: too many clients");
    drop(loans);
    assert_eq!((pool.stats().in_use, pool.stats().idle), (0, 2));
}

/// The last look at the server may be too short for an answer: what it said before is what the caller is told.
#[tokio::test(start_paused = true)]
async fn a_last_look_without_an_answer_hides_nothing() {
    let options = PoolOptions::new().max_connections(9).acquire_timeout(secs(3));
    let (pool, fake, loans) = full(options, 2).await;
    let slow = async {
        tokio::time::sleep(secs(1)).await;
        fake.hangs(true);
    };
    let (error, ()) = tokio::join!(pool.acquire(), slow);
    let error = error.expect_err("none is free");
    let ErrorKind::PoolTimeout { last_connect_error: Some(said), .. } = error.kind() else {
        panic!("{error:?}");
    };
    assert_eq!(said, "cannot connect: too many clients");
    drop(loans);
}

/// Where every connection is pinged before use, so are those that are handed on.
#[tokio::test(start_paused = true)]
async fn what_is_handed_on_is_pinged_where_all_are() {
    let options = PoolOptions::new().max_connections(9).test_before_acquire(true);
    let (pool, fake, mut loans) = full(options, 2).await;
    let pings = fake.pings();
    let (waited, ()) = tokio::join!(pool.acquire(), async {
        tokio::time::sleep(secs(1)).await;
        drop(loans.remove(0));
    });
    assert_eq!((waited.expect("handed on").serial, fake.pings()), (0, pings + 1));
    // One that does not answer makes room for a new one.
    fake.deaf(true);
    let (waited, ()) = tokio::join!(pool.acquire(), async {
        tokio::time::sleep(secs(1)).await;
        drop(loans.remove(0));
    });
    let waited = waited.expect("a new one");
    assert!(waited.serial > 1, "{}", waited.serial);
    assert_eq!((pool.stats().discarded, pool.stats().opened), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn without_one_of_its_own_or_patience_it_fails_at_once() {
    let (pool, fake) = pool(9);
    fake.takes(0).latency(secs(1));
    let begun = Instant::now();
    let (one, other) = tokio::join!(pool.acquire(), pool.acquire());
    for outcome in [one, other] {
        assert_full(&outcome.expect_err("others have them all"));
    }
    assert_eq!((begun.elapsed(), pool.stats().in_use, fake.attempts()), (secs(1), 0, 2));

    let (pool, _fake, loans) = full(PoolOptions::new().max_connections(9).acquire_timeout(0), 2).await;
    assert_full(&pool.acquire().await.expect_err("no patience"));
    assert_full(&pool.warm_up(5).await.expect_err("nobody waits"));
    drop(loans);

    let (pool, fake) = pool_with(PoolOptions::new().max_connections(9).min_connections(3));
    fake.takes(2);
    assert_full(&pool.connect_now().await.expect_err("it has two of them in its hands"));
    assert_eq!((pool.stats().in_use, pool.stats().idle), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_lost_makes_room() {
    let (pool, fake, mut loans) = full(PoolOptions::new().max_connections(9).acquire_timeout(5), 2).await;
    let (opened, ()) = tokio::join!(pool.acquire(), async {
        tokio::time::sleep(secs(1)).await;
        loans[0].begin_use();
        drop(loans.remove(0));
    });
    let opened = opened.expect("a new one");
    assert_eq!((pool.stats().opened, pool.stats().discarded, pool.stats().in_use), (3, 1, 2));

    // The server has less room now: when the last one of the pool is lost, it may have again later, and does not.
    let begun = Instant::now();
    let lost = async {
        tokio::time::sleep(secs(1)).await;
        fake.takes(0);
        for mut loan in loans.drain(..).chain([opened]) {
            loan.begin_use();
        }
    };
    let (one, other, ()) = tokio::join!(pool.acquire(), pool.acquire(), lost);
    for outcome in [one, other] {
        let error = outcome.expect_err("none is left");
        let ErrorKind::PoolTimeout { last_connect_error: Some(said), .. } = error.kind() else {
            panic!("{error:?}");
        };
        assert_eq!(said, "cannot connect: too many clients");
    }
    assert_eq!((begun.elapsed(), pool.stats().in_use, pool.stats().size), (secs(5), 0, 0));
    // Who comes now is told at once; who waits while it has room again gets it.
    assert_full(&pool.acquire().await.expect_err("there is none to wait for"));
}

/// A server notices later than we do that a connection is gone, and room that somebody was given and did not use is not lost.
#[tokio::test(start_paused = true)]
async fn who_waits_looks_again() {
    let (pool, fake, mut loans) = full(PoolOptions::new().max_connections(9), 2).await;
    fake.takes(0);
    let late = async {
        tokio::time::sleep(secs(1)).await;
        loans[0].begin_use();
        drop(loans.remove(0));
        tokio::time::sleep(secs(1)).await;
        fake.takes(2);
    };
    let given_up = async {
        tokio::time::timeout(secs(1), pool.acquire()).await.expect_err("given up");
    };
    let (waited, (), ()) = tokio::join!(pool.acquire(), given_up, late);
    waited.expect("there is room at last");
    assert_eq!((pool.stats().in_use, pool.stats().idle), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_is_closed_tells_them_at_once() {
    let (pool, _fake, loans) = full(PoolOptions::new().max_connections(9), 2).await;
    let begun = Instant::now();
    let (outcome, left) = tokio::join!(pool.acquire(), async {
        tokio::task::yield_now().await;
        pool.close(Some(Duration::ZERO)).await
    });
    assert_eq!(outcome.expect_err("closed").kind(), &ErrorKind::PoolClosed);
    assert_eq!((begun.elapsed(), left), (Duration::ZERO, 2));
    drop(loans);
    assert_eq!(pool.stats().size, 0);
}

/// A connection that nobody there can use is closed to make room, but not for who has left.
#[tokio::test(start_paused = true)]
async fn nothing_is_closed_for_who_has_left() {
    let (pool, fake, mut loans) = full(PoolOptions::new().max_connections(9), 2).await;
    let elsewhere = std::thread::spawn({
        let pool = pool.clone();
        move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut gone = Box::pin(pool.acquire());
                assert!((&mut gone).now_or_never().is_none(), "it waits");
            });
        }
    });
    elsewhere.join().expect("no panic");
    drop(loans.remove(0));
    assert_eq!((pool.stats().idle, pool.stats().retired, fake.open()), (1, 0, 2));
}

/// What was handed to somebody who is gone is not lost.
#[tokio::test(start_paused = true)]
async fn whoever_gives_up_takes_nothing_along() {
    for lost in [false, true] {
        let (pool, fake, mut loans) = full(PoolOptions::new().max_connections(9), 2).await;
        let mut gone = Box::pin(pool.acquire());
        assert!((&mut gone).now_or_never().is_none(), "it waits");
        let mut next = Box::pin(pool.acquire());
        assert!((&mut next).now_or_never().is_none(), "it waits");
        let mut loan = loans.remove(0);
        if lost {
            loan.begin_use();
        }
        drop(loan);
        drop(gone);
        drop(next.await.expect("what was handed on"));
        assert_eq!((pool.stats().in_use, pool.stats().idle, fake.open()), (1, 1, 2), "{lost}");
        drop(loans);
        // All seats are there.
        fake.takes(9);
        let mut all = Vec::new();
        for _ in 0..9 {
            all.push(pool.acquire().now_or_never().expect("no waiting").expect("a seat"));
        }
    }
}
