//! Futures that are dropped wherever they can be.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use super::{pool, pool_with, secs};
use crate::pool::{PingPolicy, Pool, PoolOptions};

use super::fake::Fake;

/// Polls a call `polls` times, letting time pass in between, and drops it. True if it ended before.
async fn give_up_after(polls: usize, call: impl Future) -> bool {
    let mut call = Box::pin(call);
    for _ in 0..polls {
        if call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    false
}

/// All seats are free, and whatever is open is idle.
async fn assert_nothing_is_lost(pool: &Pool<Fake>, fake: &Fake) {
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.waiting), (0, 0), "{stats:?}");
    assert_eq!((stats.idle, stats.size), (fake.open(), fake.open()), "{stats:?}");
    let mut all = Vec::new();
    for _ in 0..stats.hard_limit {
        all.push(pool.acquire().await.expect("a seat"));
    }
}

#[tokio::test(start_paused = true)]
async fn at_every_await_of_connecting() {
    let mut ended = false;
    for polls in 0..10 {
        let (pool, fake) = pool(2);
        fake.latency(std::time::Duration::from_millis(3));
        ended |= give_up_after(polls, pool.acquire()).await;
        assert_nothing_is_lost(&pool, &fake).await;
    }
    assert!(ended, "the loop went through the whole call");
}

#[tokio::test(start_paused = true)]
async fn at_every_await_of_a_ping() {
    let mut ended = false;
    for polls in 0..10 {
        let (pool, fake) = pool_with(PoolOptions::new().max_connections(2).ping(PingPolicy::Always));
        drop(pool.acquire().await.expect("a connection"));
        fake.deaf(true).latency(std::time::Duration::from_millis(2));
        ended |= give_up_after(polls, pool.acquire()).await;
        fake.deaf(false);
        assert_nothing_is_lost(&pool, &fake).await;
    }
    assert!(ended, "the loop went through the whole call");
}

#[tokio::test(start_paused = true)]
async fn while_waiting_for_a_seat() {
    for polls in 1..5 {
        let (pool, fake) = pool(1);
        let loan = pool.acquire().await.expect("a connection");
        // The first in the line gives up; the one behind it must get the seat.
        let mut first = Box::pin(pool.acquire());
        for _ in 0..polls {
            assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        let second = tokio::spawn({
            let pool = pool.clone();
            async move { pool.acquire().await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert_eq!(pool.stats().waiting, 2);
        // In one half of the cases the seat was given to the first already when it gives up.
        if polls % 2 == 0 {
            drop(first);
            drop(loan);
        } else {
            drop(loan);
            drop(first);
        }
        second.await.expect("no panic").expect("a connection");
        assert_nothing_is_lost(&pool, &fake).await;
    }
}

#[tokio::test(start_paused = true)]
async fn in_the_middle_of_a_statement() {
    let (pool, fake) = pool(1);
    let mut statement = Box::pin(async {
        let mut loan = pool.acquire().await.expect("a connection");
        loan.begin_use().work(secs(1)).await;
        loan.end_use();
    });
    assert!(matches!(statement.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    drop(statement);
    assert_eq!((fake.open(), pool.stats().discarded), (0, 1), "nobody gets it as it is");
    let loan = pool.acquire().await.expect("a connection");
    assert_eq!(loan.serial, 1);
    drop(loan);

    // A connection that can be cleaned on the spot is kept.
    fake.local(true);
    let (pool, fake) = (Pool::open("local".into(), &PoolOptions::new(), fake.clone()).expect("a pool"), fake);
    let mut loan = pool.acquire().await.expect("a connection");
    loan.begin_use();
    let serial = loan.serial;
    drop(loan);
    assert_eq!(pool.acquire().await.expect("the same").serial, serial);
    assert_eq!((fake.open(), pool.stats().discarded), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_cancellation() {
    let (pool, fake) = pool(1);
    let task = tokio::spawn({
        let pool = pool.clone();
        async move {
            let mut loan = pool.acquire().await.expect("a connection");
            loan.begin_use();
            panic!("in the middle of a statement");
        }
    });
    task.await.expect_err("it panicked");
    assert_eq!(fake.open(), 0);
    assert_nothing_is_lost(&pool, &fake).await;
}

#[tokio::test(start_paused = true)]
async fn while_closing() {
    let (pool, fake) = pool(3);
    let loans = [pool.acquire().await, pool.acquire().await, pool.acquire().await];
    fake.mute(true);
    assert!(!give_up_after(2, pool.close(None)).await, "three are out");
    drop(loans);
    assert_eq!((fake.open(), pool.stats().size), (0, 0), "nobody waits to close them politely");
    assert!(give_up_after(1, pool.close(None)).await);
}
