//! One pool, many runtimes.

use std::sync::Arc;
use std::time::Duration;

use super::{pool, pool_with, secs};
use crate::pool::{PingPolicy, Pool, PoolOptions};

use super::fake::Fake;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Runs one statement; the connection panics in a runtime that is not its own. Gives its number.
async fn statement(pool: &Pool<Fake>) -> usize {
    let mut loan = pool.acquire().await.expect("a connection");
    loan.begin_use().work(Duration::ZERO).await;
    loan.end_use();
    loan.serial
}

#[test]
fn each_runtime_has_its_own_connections() {
    let (pool, fake) = pool(3);
    let (first, second) = (runtime(), runtime());
    assert_eq!(first.block_on(statement(&pool)), 0);
    assert_eq!(second.block_on(statement(&pool)), 1);
    assert_eq!(first.block_on(statement(&pool)), 0, "there is one of this runtime");
    assert_eq!(second.block_on(statement(&pool)), 1);
    assert_eq!((fake.attempts(), pool.stats().idle), (2, 2));
}

#[test]
fn a_connection_of_another_runtime_makes_room() {
    let (pool, fake) = pool(1);
    let (first, second) = (runtime(), runtime());
    assert_eq!(first.block_on(statement(&pool)), 0);
    assert_eq!(second.block_on(statement(&pool)), 1);
    assert_eq!((fake.open(), fake.most()), (1, 1), "closed before the other was opened");
    assert_eq!(pool.stats().retired, 1);
}

#[test]
fn connections_die_with_their_runtime() {
    let (pool, fake) = pool(4);
    let first = runtime();
    first.block_on(async {
        drop([pool.acquire().await, pool.acquire().await, pool.acquire().await]);
    });
    assert_eq!(fake.open(), 3);
    drop(first);
    assert_eq!(runtime().block_on(statement(&pool)), 3);
    assert_eq!((fake.open(), pool.stats().discarded), (1, 3), "dropped, not pinged");
    assert_eq!(fake.pings(), 0);
}

#[test]
fn a_loan_that_outlives_its_runtime_is_not_taken_back() {
    let (pool, fake) = pool(1);
    let first = runtime();
    let loan = first.block_on(pool.acquire()).expect("a connection");
    drop(first);
    drop(loan);
    assert_eq!((fake.open(), pool.stats().idle), (0, 0));
}

#[test]
fn fifty_runtimes_one_after_the_other() {
    let options = PoolOptions::new().max_connections(2).ping(PingPolicy::Always);
    let (pool, fake) = pool_with(options);
    for _ in 0..50 {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let tasks: Vec<_> = (0..6)
                .map(|_| {
                    let pool = pool.clone();
                    tokio::spawn(async move { statement(&pool).await })
                })
                .collect();
            for task in tasks {
                task.await.expect("no panic");
            }
        });
    }
    assert!(fake.most() <= 2, "{} at once", fake.most());
    assert!(fake.attempts() >= 50, "each runtime opened its own");
    assert_eq!(pool.stats().in_use, 0);
}

#[test]
fn waiters_are_woken_across_runtimes() {
    let (pool, fake) = pool_with(PoolOptions::new().max_connections(1).acquire_timeout(secs(60)));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let pool = pool.clone();
            std::thread::spawn(move || {
                let runtime = runtime();
                for _ in 0..50 {
                    runtime.block_on(async {
                        let mut loan = pool.acquire().await.expect("a connection");
                        tokio::task::yield_now().await;
                        loan.begin_use().work(Duration::from_micros(50)).await;
                        loan.end_use();
                    });
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert_eq!((fake.most(), pool.stats().timeouts), (1, 0));
}

#[test]
fn local_connections_go_anywhere() {
    let fake = Fake::default();
    fake.local(true);
    let pool = Pool::open(Arc::from("local"), &PoolOptions::new(), fake.clone()).expect("a pool");
    let loan = futures_util::FutureExt::now_or_never(pool.acquire()).expect("at once").expect("a connection");
    drop(loan);
    for _ in 0..3 {
        assert_eq!(runtime().block_on(statement(&pool)), 0);
    }
    assert_eq!(fake.attempts(), 1);
}

#[test]
fn close_reaches_the_connections_of_other_runtimes() {
    let (pool, fake) = pool(3);
    let (first, second) = (runtime(), runtime());
    first.block_on(statement(&pool));
    second.block_on(statement(&pool));
    assert_eq!(second.block_on(pool.close(None)), 0);
    assert_eq!((fake.open(), fake.goodbyes()), (0, 1), "a good-bye is said in one's own runtime");
}
