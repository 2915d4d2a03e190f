//! Begin, nest, end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::exec::testing::{Bench, NONE, execute, numbers, on};
use crate::transaction::{atomic, begin};
use crate::{Error, ErrorKind, Result};

#[tokio::test]
async fn ok_commits_and_err_rolls_back() {
    for bench in Bench::all().await {
        let value = atomic(async |tx| -> Result<_> {
            execute(on(&tx), &bench.insert(1)).await?;
            assert_eq!(tx.database(), "bench");
            assert_eq!(bench.committed().await, NONE, "nobody else sees it yet");
            Ok(7)
        })
        .using(&bench.db)
        .await;
        assert_eq!(value.expect("committed"), 7);

        let refused: Result<(), String> = atomic(async |tx| {
            execute(on(&tx), &bench.insert(2)).await.map_err(|error| error.to_string())?;
            Err("mine".into())
        })
        .using(&bench.db)
        .await
        .map_err(|error: Mine| error.0);
        assert_eq!(refused.expect_err("rolled back"), "mine");
        assert_eq!(bench.committed().await, [1]);
        assert_eq!(bench.db.pool_stats().expect("open").in_use, 0);
        assert_eq!(bench.db.pool_stats().expect("open").discarded, 0);
        bench.finish().await;
    }
}

struct Mine(String);
impl From<Error> for Mine {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}
impl From<String> for Mine {
    fn from(error: String) -> Self {
        Self(error)
    }
}
impl From<&str> for Mine {
    fn from(error: &str) -> Self {
        Self(error.into())
    }
}

#[tokio::test]
async fn nested_blocks_are_savepoints() {
    for bench in Bench::all().await {
        atomic(async |tx| -> Result<()> {
            execute(on(&tx), &bench.insert(1)).await?;
            let inner = tx
                .atomic(async |inner| -> Result<()> {
                    assert_eq!(inner.depth(), 1);
                    execute(on(&inner), &bench.insert(2)).await?;
                    let deepest = inner
                        .atomic(async |deepest| -> Result<()> {
                            assert_eq!(deepest.depth(), 2);
                            execute(on(&deepest), &bench.insert(3)).await?;
                            Err(Error::new(ErrorKind::NotFound))
                        })
                        .await;
                    assert!(deepest.expect_err("refused").is_not_found());
                    execute(on(&inner), &bench.insert(4)).await?;
                    Ok(())
                })
                .await;
            inner?;
            let undone = tx
                .atomic(async |inner| -> Result<()> {
                    execute(on(&inner), &bench.insert(5)).await?;
                    inner
                        .atomic(async |deepest| execute(on(&deepest), &bench.insert(6)).await.map(drop))
                        .await?;
                    Err(Error::new(ErrorKind::NotFound))
                })
                .await;
            assert!(undone.is_err());
            assert_eq!(numbers(on(&tx), &bench.select()).await?, [1, 2, 4]);
            Ok(())
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(bench.committed().await, [1, 2, 4]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn statements_and_blocks_side_by_side_take_turns() {
    for bench in Bench::all().await {
        atomic(async |tx| -> Result<()> {
            let block = |n: i64, keep: bool| {
                let (tx, bench) = (tx.clone(), &bench);
                async move {
                    tx.atomic(async |inner| {
                        execute(on(&inner), &bench.insert(n)).await?;
                        tokio::task::yield_now().await;
                        execute(on(&inner), &bench.insert(n + 1)).await?;
                        if keep { Ok(()) } else { Err(Error::new(ErrorKind::NotFound)) }
                    })
                    .await
                }
            };
            let (a, b, c, d) = tokio::join!(
                block(10, true),
                execute(on(&tx), &bench.insert(1)),
                block(20, false),
                block(30, true)
            );
            a?;
            b?;
            assert!(c.is_err());
            d
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(bench.committed().await, [1, 10, 11, 30, 31]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_handle_is_useless_after_the_end() {
    for bench in Bench::all().await {
        let (kept, inner) = atomic(async |tx| -> Result<_> {
            let inner = tx.atomic(async |inner| Ok::<_, Error>(inner)).await?;
            let error = execute(on(&inner), &bench.insert(1)).await.expect_err("the block is over");
            assert!(matches!(error.kind(), ErrorKind::TransactionClosed), "{error}");
            Ok((tx, inner))
        })
        .using(&bench.db)
        .await
        .expect("committed");
        for tx in [kept, inner] {
            let error = execute(on(&tx), &bench.insert(1)).await.expect_err("the transaction is over");
            assert!(matches!(error.kind(), ErrorKind::TransactionClosed), "{error}");
            assert_eq!(error.database(), Some("bench"));
            let error = tx.atomic(async |_| Ok::<_, Error>(())).await.expect_err("the transaction is over");
            assert!(matches!(error.kind(), ErrorKind::TransactionClosed), "{error}");
        }
        assert_eq!(bench.committed().await, NONE);
        bench.finish().await;
    }
}

#[tokio::test]
async fn the_end_waits_for_statements_of_other_tasks() {
    for bench in Bench::all().await {
        let mut tasks = Vec::new();
        atomic(async |tx| -> Result<()> {
            for n in 0..20 {
                let (tx, sql) = (tx.clone(), bench.insert(n));
                tasks.push(tokio::spawn(async move { execute(on(&tx), &sql).await }));
            }
            tokio::task::yield_now().await;
            Ok(())
        })
        .using(&bench.db)
        .await
        .expect("committed");
        let mut written = Vec::new();
        for (n, task) in (0..).zip(tasks) {
            match task.await.expect("no panic") {
                Ok(_) => written.push(n),
                Err(error) => assert!(matches!(error.kind(), ErrorKind::TransactionClosed), "{error}"),
            }
        }
        assert_eq!(bench.committed().await, written, "an answer of Ok was committed, any other was not");
        bench.finish().await;
    }
}

#[tokio::test]
async fn the_guard_style() {
    for bench in Bench::all().await {
        let transaction = begin().using(&bench.db).await.expect("begun");
        execute(on(&transaction), &bench.insert(1)).await.expect("inserted");
        transaction.atomic(async |tx| execute(on(&tx), &bench.insert(2)).await).await.expect("nested");
        transaction.commit().await.expect("committed");
        assert_eq!(bench.committed().await, [1, 2]);

        let transaction = begin().using(&bench.db).await.expect("begun");
        execute(on(&transaction), &bench.insert(3)).await.expect("inserted");
        transaction.rollback().await.expect("rolled back");
        let transaction = begin().using(&bench.db).await.expect("begun");
        let tx = transaction.tx();
        execute(on(&transaction), &bench.insert(4)).await.expect("inserted");
        drop(transaction);
        let error = execute(on(&tx), &bench.insert(5)).await.expect_err("dropped");
        assert!(matches!(error.kind(), ErrorKind::TransactionClosed), "{error}");
        assert_eq!(bench.committed().await, [1, 2]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn hooks_run_once_after_the_outermost_commit() {
    for bench in Bench::all().await {
        let calls = Arc::new(AtomicU32::new(0));
        let hook = |bit: u32| {
            let calls = Arc::clone(&calls);
            move || _ = calls.fetch_add(bit, Ordering::SeqCst)
        };
        let kept = atomic(async |tx| -> Result<_> {
            tx.on_commit(hook(1));
            let inner = tx
                .atomic(async |inner| {
                    inner.on_commit(hook(10));
                    Ok::<_, Error>(inner)
                })
                .await?;
            inner.on_commit(hook(100));
            let undone = tx
                .atomic(async |inner| {
                    inner.on_commit(hook(10_000));
                    Err::<(), _>(Error::new(ErrorKind::NotFound))
                })
                .await;
            assert!(undone.is_err());
            crate::on_commit(hook(1_000));
            assert_eq!(calls.load(Ordering::SeqCst), 0, "not before the commit");
            Ok(tx)
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(calls.load(Ordering::SeqCst), 1_111);
        kept.on_commit(hook(100_000));
        assert_eq!(calls.load(Ordering::SeqCst), 101_111, "committed already");
        crate::on_commit(hook(1));
        assert_eq!(calls.load(Ordering::SeqCst), 101_112, "no transaction");
        bench.finish().await;
    }
}

#[test]
fn without_a_runtime_it_blocks() {
    let file = crate::exec::testing::TempFile::new();
    let db = crate::Database::open("blocking", file.url()).blocking().expect("open");
    let word = String::from("borrowed");
    let length = atomic(async |tx| {
        execute(on(&tx), "CREATE TABLE t (n INTEGER)").await?;
        Ok::<_, Error>(word.len())
    })
    .using(&db)
    .blocking()
    .expect("committed");
    assert_eq!(length, 8);
    let transaction = begin().using(&db).blocking().expect("begun");
    transaction.commit().blocking().expect("committed");
    db.close().blocking().expect("closed");
}

#[tokio::test]
async fn blocking_inside_a_runtime_is_an_error() {
    let bench = Bench::sqlite().await;
    let error = atomic(async |_| Ok::<_, Error>(())).using(&bench.db).blocking().expect_err("inside");
    assert!(matches!(error.kind(), ErrorKind::BlockingInsideRuntime));
    bench.finish().await;
}

#[tokio::test]
async fn a_guard_inside_of_a_transaction_is_a_savepoint_that_nobody_waits_for() {
    for bench in Bench::all().await {
        let kept = atomic(async |tx| -> Result<_> {
            execute(on(&bench.db), &bench.insert(1)).await?;
            let guard = begin().using(&bench.db).await?;
            assert_eq!(guard.tx().depth(), 1);
            execute(on(&guard), &bench.insert(2)).await?;
            // This task holds the guard: it would wait for itself.
            for error in [
                execute(on(&bench.db), &bench.insert(3)).await.expect_err("beside the guard"),
                execute(on(&tx), &bench.insert(3)).await.expect_err("beside the guard"),
                tx.atomic(async |_| Ok::<_, Error>(())).await.expect_err("beside the guard"),
            ] {
                assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error}");
            }
            guard.commit().await?;
            let guard = begin().using(&tx).await?;
            execute(on(&guard), &bench.insert(4)).await?;
            drop(guard);
            assert_eq!(numbers(on(&bench.db), &bench.select()).await?, [1, 2], "undone alone");
            Ok(())
        });
        kept.using(&bench.db).await.expect("committed");
        assert_eq!(bench.committed().await, [1, 2]);

        // Carried out of the body, which cannot be committed around it.
        let mut carried = None;
        let result = atomic(async |tx| -> Result<()> {
            let guard = begin().using(&tx).await?;
            execute(on(&guard), &bench.insert(5)).await?;
            carried = Some(guard);
            Ok(())
        })
        .using(&bench.db)
        .await;
        assert!(matches!(result.expect_err("still open").kind(), ErrorKind::InvalidQuery { .. }));
        let guard = carried.expect("begun");
        let error = execute(on(&guard), &bench.insert(6)).await.expect_err("over");
        assert!(matches!(error.kind(), ErrorKind::TransactionClosed), "{error}");
        guard.commit().await.expect_err("over");
        assert_eq!(bench.committed().await, [1, 2]);
        assert_eq!(bench.db.pool_stats().expect("open").in_use, 0);
        bench.finish().await;
    }
}
