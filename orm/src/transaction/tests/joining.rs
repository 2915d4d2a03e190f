//! Which queries are part of the transaction around them.

use std::sync::Arc;

use crate::database::Database;
use crate::exec::testing::{Bench, NONE, TempFile, auto, execute, numbers, on, unique};
use crate::transaction::atomic;
use crate::{DatabaseProxy, Error, ErrorKind, Result, db};

#[tokio::test]
async fn queries_inside_join_and_those_outside_do_not() {
    for bench in Bench::all().await {
        let bench = Arc::new(bench);
        atomic(async |_| -> Result<()> {
            execute(on(&bench.db), &bench.insert(1)).await?;
            assert_eq!(numbers(on(&bench.db), &bench.select()).await?, [1], "the handle joins");
            assert_eq!(bench.committed().await, NONE, "unless it is told not to");
            let spawned = {
                let bench = Arc::clone(&bench);
                tokio::spawn(async move { numbers(on(&bench.db), &bench.select()).await })
            };
            assert_eq!(spawned.await.expect("no panic")?, NONE, "what is spawned does not");
            let (one, other) = tokio::join!(
                numbers(on(&bench.db), &bench.select()),
                numbers(on(&bench.db), &bench.select())
            );
            assert_eq!((one?, other?), (vec![1], vec![1]));
            Ok(())
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(bench.committed().await, [1]);
        Arc::into_inner(bench).expect("nobody else has it").finish().await;
    }
}

#[tokio::test]
async fn a_nested_block_takes_all_that_its_task_sends() {
    for bench in Bench::all().await {
        atomic(async |outer| -> Result<()> {
            let nested = atomic(async |inner| -> Result<()> {
                assert_eq!(inner.depth(), 1, "nested without being told");
                // To wait for the end of the block would be to wait for oneself.
                execute(on(&outer), &bench.insert(1)).await?;
                execute(on(&bench.db), &bench.insert(2)).await?;
                outer
                    .atomic(async |deepest| {
                        assert_eq!(deepest.depth(), 2);
                        execute(on(&outer), &bench.insert(3)).await
                    })
                    .await?;
                assert_eq!(numbers(on(&bench.db), &bench.select()).await?, [1, 2, 3]);
                Err(Error::new(ErrorKind::NotFound))
            })
            .using(&bench.db)
            .await;
            assert!(nested.expect_err("refused").is_not_found());
            assert_eq!(numbers(on(&outer), &bench.select()).await?, NONE);
            Ok(())
        })
        .using(&bench.db)
        .await
        .expect("committed");
        bench.finish().await;
    }
}

#[tokio::test]
async fn names_handles_and_proxies_join_alike() {
    let file = TempFile::new();
    let name = unique("joining");
    let connected = db::connect(file.url()).name(&name).await.expect("open");
    let proxy = DatabaseProxy::new();
    proxy.initialize(&connected).await.expect("bound");
    execute(on(name.as_str()), "CREATE TABLE t (n INTEGER)").await.expect("created");
    let sql = "INSERT INTO t VALUES (1)";
    let count = "SELECT COUNT(*) FROM t";
    let result = atomic(async |_| -> Result<()> {
        execute(on(name.as_str()), sql).await?;
        execute(on(&*connected), sql).await?;
        execute(on(&connected), sql).await?;
        execute(on(&proxy), sql).await?;
        assert_eq!(numbers(on(&proxy), count).await?, [4]);
        // `default` is another database, and is not open.
        let error = execute(auto(), sql).await.expect_err("not open");
        assert!(matches!(error.kind(), ErrorKind::NotInitialized), "{error}");
        assert_eq!(error.database(), Some("default"));
        // The transaction goes on where it began, whatever becomes of the name.
        connected.init("sqlite::memory:").await?;
        execute(on(name.as_str()), sql).await?;
        assert_eq!(numbers(on(&proxy), count).await?, [5]);
        let error = (*connected).close().await.expect_err("inside");
        assert!(matches!(error.kind(), ErrorKind::CloseInTransaction), "{error}");
        Ok(())
    })
    .using(&proxy)
    .await;
    result.expect("committed");
    drop(connected);
    let again = Database::open("again", file.url()).await.expect("open");
    assert_eq!(numbers(on(&again), count).await.expect("rows"), [5]);
    again.close().await.expect("closed");
}

#[tokio::test]
async fn transactions_on_two_databases_do_not_mix() {
    let (one, other) = (Bench::sqlite().await, Bench::sqlite().await);
    let result = atomic(async |first| -> Result<()> {
        let inner = atomic(async |second| -> Result<()> {
            assert_eq!((first.depth(), second.depth()), (0, 0));
            execute(on(&one.db), &one.insert(1)).await?;
            execute(on(&other.db), &other.insert(1)).await?;
            execute(on(&first), &one.insert(2)).await?;
            Ok(())
        })
        .using(&other.db)
        .await;
        inner?;
        assert_eq!(other.committed().await, [1], "a transaction of its own");
        Err(Error::new(ErrorKind::NotFound))
    })
    .using(&one.db)
    .await;
    assert!(result.expect_err("refused").is_not_found());
    assert_eq!(one.committed().await, NONE);
    one.finish().await;
    other.finish().await;
}
