//! The end.

use std::time::Duration;

use super::{pool, secs};
use crate::error::ErrorKind;

#[tokio::test(start_paused = true)]
async fn close_is_final_and_polite() {
    let (pool, fake) = pool(3);
    drop([pool.acquire().await, pool.acquire().await]);
    assert_eq!(pool.close(None).await, 0);
    assert_eq!((fake.open(), fake.goodbyes(), pool.stats().size), (0, 2, 0));
    let error = pool.acquire().await.expect_err("closed");
    assert_eq!((error.kind(), error.database()), (&ErrorKind::PoolClosed, Some("test")));
    assert_eq!(pool.close(None).await, 0, "again");
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_learn_it_at_once() {
    let (pool, _fake) = pool(1);
    let loan = pool.acquire().await.expect("a connection");
    let waiters: Vec<_> = (0..5)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.acquire().await.map(drop) })
        })
        .collect();
    tokio::task::yield_now().await;
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.close(Some(Duration::ZERO)).await, 1);
    for waiter in waiters {
        let error = waiter.await.expect("no panic").expect_err("closed");
        assert_eq!(error.kind(), &ErrorKind::PoolClosed);
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    drop(loan);
}

#[tokio::test(start_paused = true)]
async fn close_waits_for_what_is_out() {
    let (pool, fake) = pool(2);
    let mut loan = pool.acquire().await.expect("a connection");
    let _other = tokio::spawn({
        let pool = pool.clone();
        async move {
            let mut loan = pool.acquire().await.expect("a connection");
            loan.work(secs(7)).await;
        }
    });
    tokio::task::yield_now().await;
    let begun = tokio::time::Instant::now();
    let closing = tokio::spawn({
        let pool = pool.clone();
        async move { pool.close(None).await }
    });
    loan.work(secs(3)).await;
    drop(loan);
    assert_eq!(closing.await.expect("no panic"), 0);
    assert_eq!(begun.elapsed(), secs(7));
    assert_eq!((fake.open(), fake.goodbyes()), (0, 2), "those that came back were closed politely, too");
}

#[tokio::test(start_paused = true)]
async fn patience_ends() {
    let (pool, fake) = pool(2);
    let loan = pool.acquire().await.expect("a connection");
    drop(pool.acquire().await.expect("a connection"));
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.close(Some(secs(4))).await, 1);
    assert_eq!((begun.elapsed(), fake.open()), (secs(4), 1));
    drop(loan);
    assert_eq!(fake.open(), 0, "closed when it came back");
    assert_eq!(pool.close(None).await, 0);
}

/// Also what was in the middle of something, and was made to come back.
#[tokio::test(start_paused = true)]
async fn what_comes_back_in_the_end_is_closed_politely() {
    let (pool, fake) = pool(3);
    let mut loans = [pool.acquire().await, pool.acquire().await].map(|loan| loan.expect("a connection"));
    let kept = pool.acquire().await.expect("a connection");
    loans[0].begin_use();
    assert!(!kept.is_ended());
    let loans = std::cell::Cell::new(Some(loans));
    assert_eq!(pool.close_or(secs(2), || drop(loans.take())).await, 1);
    assert_eq!((fake.open(), fake.goodbyes(), pool.stats().discarded), (1, 2, 1));
    assert!(kept.is_ended());
    drop(kept);
    assert_eq!(fake.open(), 0, "closed when it came back");

    // One that is put in the place of another ends nothing.
    let (pool, _fake) = super::pool(1);
    let kept = pool.acquire().await.expect("a connection");
    pool.close(Some(Duration::ZERO)).await;
    assert!(!kept.is_ended());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_hear_the_goodbye_does_not_hold_us_up() {
    let (pool, fake) = pool(2);
    drop([pool.acquire().await, pool.acquire().await]);
    fake.mute(true);
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.close(None).await, 0);
    assert_eq!((begun.elapsed(), fake.open()), (secs(10), 0));
}

#[tokio::test(start_paused = true)]
async fn without_patience_there_is_time_for_a_goodbye() {
    let (pool, fake) = pool(2);
    drop([pool.acquire().await, pool.acquire().await]);
    fake.goodbye_takes(Duration::from_millis(300));
    assert_eq!(pool.close(Some(Duration::ZERO)).await, 0);
    assert_eq!((fake.open(), fake.goodbyes()), (0, 2));

    let (pool, fake) = super::pool(2);
    drop([pool.acquire().await, pool.acquire().await]);
    fake.goodbye_takes(secs(60));
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.close(Some(Duration::ZERO)).await, 0);
    assert_eq!((begun.elapsed(), fake.open(), fake.goodbyes()), (secs(1), 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_connection_opened_meanwhile_is_not_handed_out() {
    let (pool, fake) = pool(1);
    fake.latency(secs(2));
    let caller = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await.map(drop) }
    });
    tokio::task::yield_now().await;
    assert_eq!(pool.close(None).await, 0);
    let error = caller.await.expect("no panic").expect_err("closed");
    assert_eq!((error.kind(), fake.open()), (&ErrorKind::PoolClosed, 0));
}
