//! Futures that are dropped, at every point where they can be.

use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::driver::Backend;
use crate::exec::testing::{Bench, NONE, execute, numbers, on};
use crate::transaction::{Tx, atomic, begin};
use crate::{Error, ErrorKind, Result};

/// Polls a future this often, with time in between for servers to answer. What it gave, if it came to an end.
async fn poll_times<F: Future>(future: F, times: u32, pause: Duration) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(output);
        }
        tokio::time::sleep(pause).await;
    }
    None
}

async fn work(bench: &Bench, tx: Tx) -> Result<()> {
    execute(on(&tx), &bench.insert(1)).await?;
    tokio::task::yield_now().await;
    tx.atomic(async |inner| {
        execute(on(&inner), &bench.insert(2)).await?;
        tokio::task::yield_now().await;
        execute(on(&inner), &bench.insert(3)).await
    })
    .await?;
    tokio::task::yield_now().await;
    Ok(())
}

#[tokio::test]
async fn a_transaction_dropped_at_any_poll_leaves_nothing_behind() {
    for bench in Bench::all().await {
        // A poll that comes while a server thinks changes nothing; many come between two of its answers.
        for (pause, step) in [(Duration::from_micros(50), 3), (Duration::from_millis(3), 1)] {
            let mut times = 0;
            loop {
                let transaction = atomic(async |tx| work(&bench, tx).await).using(&bench.db).into_future();
                let done = poll_times(transaction, times, pause).await;
                let stats = bench.db.pool_stats().expect("open");
                assert_eq!(stats.in_use, 0, "after {times} polls: {stats:?}");
                let committed = bench.committed().await;
                let ended = done.is_some();
                if let Some(done) = done {
                    done.expect("committed");
                    assert_eq!(committed, [1, 2, 3]);
                } else if !committed.is_empty() {
                    // Given up while the server was committing: all or nothing.
                    assert_eq!(committed, [1, 2, 3]);
                }
                // Nobody holds a lock. What is being committed at this moment is waited for, and goes too: a `DELETE` of
                // PostgreSQL would not see it, and the next attempt meet it.
                let delete = match bench.backend() {
                    Backend::Postgres => "TRUNCATE TABLE",
                    _ => "DELETE FROM",
                };
                let clean = tokio::time::timeout(
                    Duration::from_secs(5),
                    execute(on(&bench.db), &format!("{delete} {}", bench.table)).into_future(),
                );
                clean.await.expect("no lock is left").expect("deleted");
                if ended {
                    break;
                }
                times += step;
            }
            assert!(times > 3, "{times} polls are hardly all");
        }
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_nested_block_that_is_dropped_is_undone_alone() {
    for bench in Bench::all().await {
        atomic(async |tx| -> Result<()> {
            execute(on(&tx), &bench.insert(1)).await?;
            let given_up = tokio::time::timeout(
                Duration::from_millis(100),
                tx.atomic(async |inner| {
                    execute(on(&inner), &bench.insert(2)).await?;
                    inner.atomic(async |deepest| execute(on(&deepest), &bench.insert(3)).await).await?;
                    std::future::pending::<Result<()>>().await
                })
                .into_future(),
            )
            .await;
            assert!(given_up.is_err());
            assert_eq!(numbers(on(&tx), &bench.select()).await?, [1]);
            let given_up = tokio::time::timeout(
                Duration::from_millis(100),
                tx.atomic(async |inner| {
                    execute(on(&inner), &bench.insert(4)).await?;
                    inner
                        .atomic(async |deepest| {
                            execute(on(&deepest), &bench.insert(5)).await?;
                            std::future::pending::<Result<()>>().await
                        })
                        .await
                })
                .into_future(),
            )
            .await;
            assert!(given_up.is_err());
            // Nothing is sent after it but the commit.
            Ok(())
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(bench.committed().await, [1]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_statement_dropped_in_the_middle_breaks_the_transaction() {
    for bench in Bench::all().await {
        let Some(sleep) = crate::exec::testing::slow(bench.backend()) else {
            bench.finish().await;
            continue;
        };
        let begun = std::time::Instant::now();
        let result = atomic(async |tx| -> Result<()> {
            execute(on(&tx), &bench.insert(1)).await?;
            let nested = tx
                .atomic(async |inner| {
                    let slow = tokio::time::timeout(Duration::from_millis(100), execute(on(&inner), sleep));
                    assert!(slow.await.is_err());
                    let error = execute(on(&inner), &bench.insert(2)).await.expect_err("broken");
                    assert!(matches!(error.kind(), ErrorKind::TransactionBroken), "{error}");
                    Ok::<_, Error>(())
                })
                .await;
            assert!(nested.is_err());
            let error = execute(on(&tx), &bench.insert(3)).await.expect_err("broken");
            assert!(matches!(error.kind(), ErrorKind::TransactionBroken), "{error}");
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            assert!(source.contains("given up"), "{source}");
            Ok(())
        })
        .using(&bench.db)
        .await;
        assert!(matches!(result.expect_err("broken").kind(), ErrorKind::TransactionBroken));
        assert!(begun.elapsed() < Duration::from_secs(2), "nobody waited for the statement");
        assert_eq!(bench.committed().await, NONE);
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_wait_for_the_turn_can_be_given_up() {
    for bench in Bench::all().await {
        atomic(async |tx| -> Result<()> {
            let (release, wait) = tokio::sync::oneshot::channel::<()>();
            let holder = tx.atomic(async |inner| {
                execute(on(&inner), &bench.insert(1)).await?;
                let _ = wait.await;
                Ok::<_, Error>(())
            });
            let waiter = async {
                let waited =
                    tokio::time::timeout(Duration::from_millis(50), execute(on(&tx), &bench.insert(2)));
                assert!(waited.await.is_err(), "a block beside it is open");
                let _ = release.send(());
            };
            let (held, ()) = tokio::join!(holder.into_future(), waiter);
            held?;
            execute(on(&tx), &bench.insert(3)).await.map(drop)
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(bench.committed().await, [1, 3]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn guards_dropped_while_others_use_them() {
    for bench in Bench::all().await {
        for _ in 0..10 {
            let transaction = begin().using(&bench.db).await.expect("begun");
            let tasks: Vec<_> = (0..8)
                .map(|n| {
                    let (tx, sql) = (transaction.tx(), bench.insert(n));
                    tokio::spawn(async move { execute(on(&tx), &sql).await })
                })
                .collect();
            tokio::task::yield_now().await;
            drop(transaction);
            for task in tasks {
                let _ = task.await.expect("no panic");
            }
            assert_eq!(bench.db.pool_stats().expect("open").in_use, 0);
            assert_eq!(bench.committed().await, NONE);
        }
        bench.finish().await;
    }
}
