//! A database that lives in its connection.

use super::fake::Fake;
use super::secs;
use crate::error::ErrorKind;
use crate::pool::{PingPolicy, Pool, PoolOptions};

fn memory() -> (Pool<Fake>, Fake) {
    let fake = Fake::default();
    fake.memory(true).local(true);
    // Everything that closes connections, to be ignored.
    let options = PoolOptions::new()
        .max_connections(10)
        .pool_size(0)
        .idle_timeout(secs(1))
        .max_lifetime(secs(1))
        .ping(PingPolicy::Always);
    let pool = Pool::open("memory".into(), &options, fake.clone()).expect("a pool");
    (pool, fake)
}

#[tokio::test(start_paused = true)]
async fn it_has_one_connection_that_stays() {
    let (pool, fake) = memory();
    assert_eq!(pool.stats().hard_limit, 1);
    for _ in 0..5 {
        let mut loan = pool.acquire().await.expect("the connection");
        assert_eq!(loan.serial, 0);
        tokio::time::sleep(secs(10_000)).await;
        loan.begin_use();
        drop(loan);
        tokio::time::sleep(secs(10_000)).await;
    }
    assert_eq!((fake.open(), fake.attempts(), fake.pings()), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn who_holds_it_in_a_guard_does_not_wait_for_it() {
    let (pool, _fake) = memory();
    let loan = pool.acquire().await.expect("the connection");
    loan.guard();
    let error = pool.acquire().await.expect_err("it would wait for itself");
    assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
    assert_eq!(error.database(), Some("memory"));
    // Another task does wait, and gets it.
    let other = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await.map(drop) }
    });
    tokio::task::yield_now().await;
    drop(loan);
    other.await.expect("no panic").expect("the connection");
    drop(pool.acquire().await.expect("the connection"));
}

#[tokio::test(start_paused = true)]
async fn an_empty_database_never_takes_its_place() {
    let (pool, fake) = memory();
    pool.connect_now().await.expect("a database");
    // It comes back in the middle of something, and cannot be cleaned.
    fake.local(false);
    pool.acquire().await.expect("the connection").begin_use();
    let error = pool.acquire().await.expect_err("its data are gone");
    assert_eq!((error.kind(), error.database()), (&ErrorKind::ConnectionLost, Some("memory")));
    assert_eq!(fake.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_loses_nothing() {
    let (pool, fake) = memory();
    fake.refuses(Some("out of memory"));
    pool.acquire().await.expect_err("refused");
    fake.refuses(None);
    drop(pool.acquire().await.expect("nothing was lost"));
}
