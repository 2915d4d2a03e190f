//! The bound holds, whatever happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{pool_with, secs};
use crate::pool::{PingPolicy, PoolOptions};

/// 200 tasks at once, some of which are cancelled, some give back a dirty connection, some discard theirs,
/// while pings fail now and then.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_tasks() {
    let options = PoolOptions::new().pool_size(3).max_overflow(4).ping(PingPolicy::Always);
    let (pool, fake) = pool_with(options.acquire_timeout(secs(60)));
    let inside = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..200_usize)
        .map(|task| {
            let (pool, fake, inside) = (pool.clone(), fake.clone(), Arc::clone(&inside));
            tokio::spawn(async move {
                for turn in 0..20_usize {
                    let chance = (task * 31 + turn * 17) % 23;
                    if chance == 1 {
                        let _ = tokio::time::timeout(Duration::from_micros(300), pool.acquire()).await;
                        continue;
                    }
                    fake.deaf(chance == 2);
                    let mut loan = pool.acquire().await.expect("a connection");
                    let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                    assert!(now <= 7, "{now} at once");
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    match chance {
                        3 => drop(loan.begin_use()),
                        _ => {
                            loan.begin_use();
                            loan.end_use();
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    let stats = pool.stats();
    assert!(fake.most() <= 7, "{} open at once", fake.most());
    assert_eq!((stats.in_use, stats.waiting, stats.timeouts), (0, 0, 0), "{stats:?}");
    assert_eq!((stats.size, stats.idle), (fake.open(), fake.open()));
    assert!(stats.size <= 3, "no more than the soft limit stay: {stats:?}");
    // All seats are there again.
    let mut all = Vec::new();
    for _ in 0..7 {
        all.push(pool.acquire().await.expect("a seat"));
    }
    assert_eq!(pool.stats().in_use, 7);
}
