//! Limits of time, where something else breaks the transaction first.

use std::error::Error as _;
use std::time::{Duration, Instant};

use super::retry::deadlock;
use crate::exec::testing::{Bench, execute, on};
use crate::transaction::begin;
use crate::{Database, DatabaseOptions, Error, ErrorKind, PoolOptions};

/// On several threads: who looks after the transaction must not be able to keep the test from failing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_one_is_ended_in_time_too() {
    for bench in Bench::all().await {
        let url = bench.db.url().expect("open");
        let pool = PoolOptions::new().transaction_timeout(Duration::from_millis(200));
        let db = Database::open("limited", DatabaseOptions::url(url).pool(pool)).await.expect("open");
        let transaction = begin().using(&db).await.expect("begun");
        execute(on(&transaction), &bench.insert(1)).await.expect("inserted");
        deadlock(&transaction.tx());
        let start = Instant::now();
        while db.pool_stats().expect("open").in_use > 0 {
            assert!(start.elapsed() < Duration::from_secs(30), "it keeps its connection");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Its locks are free.
        execute(on(&bench.db), &bench.insert(1)).await.expect("inserted");
        let error = transaction.commit().await.expect_err("broken");
        assert_eq!(error.kind(), &ErrorKind::TransactionBroken);
        let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("why");
        assert_eq!(source.kind(), &ErrorKind::Deadlock, "the first reason counts");
        db.close().await.expect("closed");
        bench.finish().await;
    }
}
