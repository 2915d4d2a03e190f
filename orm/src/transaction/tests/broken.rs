//! What a failed statement breaks.

use std::error::Error as _;
use std::future::IntoFuture as _;

use crate::driver::Backend;
use crate::exec::testing::{Bench, NONE, execute, numbers, on};
use crate::transaction::{atomic, begin};
use crate::{Error, ErrorKind, Result};

fn assert_broken(error: &Error) {
    assert!(matches!(error.kind(), ErrorKind::TransactionBroken), "{error}");
    let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("the first error");
    assert!(source.is_unique_violation(), "{source}");
    assert_eq!(error.database(), Some("bench"));
}

#[tokio::test]
async fn a_failure_breaks_its_block_and_its_end() {
    for bench in Bench::all().await {
        let result = atomic(async |tx| -> Result<()> {
            execute(on(&tx), &bench.insert(1)).await?;
            let first = execute(on(&tx), &bench.insert(1)).await.expect_err("twice");
            assert!(first.is_unique_violation(), "{first}");
            assert_broken(&execute(on(&tx), &bench.insert(2)).await.expect_err("broken"));
            assert_broken(&numbers(on(&tx), &bench.select()).await.expect_err("broken"));
            assert_broken(&tx.atomic(async |_| Ok::<_, Error>(())).await.expect_err("broken"));
            Ok(())
        })
        .using(&bench.db)
        .await;
        assert_broken(&result.expect_err("cannot be committed"));
        assert_eq!(bench.committed().await, NONE);

        let transaction = begin().using(&bench.db).await.expect("begun");
        execute(on(&transaction), &bench.insert(1)).await.expect("inserted");
        execute(on(&transaction), &bench.insert(1)).await.expect_err("twice");
        assert_broken(&transaction.commit().await.expect_err("broken"));
        assert_eq!(bench.committed().await, NONE);
        assert_eq!(bench.db.pool_stats().expect("open").in_use, 0);
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_nested_failure_leaves_the_block_around_it() {
    for bench in Bench::all().await {
        atomic(async |tx| -> Result<()> {
            execute(on(&tx), &bench.insert(1)).await?;
            let nested = tx
                .atomic(async |inner| {
                    execute(on(&inner), &bench.insert(2)).await?;
                    execute(on(&inner), &bench.insert(1)).await.expect_err("twice");
                    // Swallowed, and still not committed.
                    Ok::<_, Error>(())
                })
                .await;
            assert_broken(&nested.expect_err("broken"));
            execute(on(&tx), &bench.insert(3)).await?;
            Ok(())
        })
        .using(&bench.db)
        .await
        .expect("committed");
        assert_eq!(bench.committed().await, [1, 3]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_lost_connection_breaks_every_block() {
    for bench in Bench::all().await {
        let (own, kill): (_, fn(i64) -> String) = match bench.backend() {
            Backend::Postgres => {
                ("SELECT pg_backend_pid()::bigint", |id| format!("SELECT pg_terminate_backend({id})"))
            }
            Backend::MySql | Backend::MariaDb => {
                ("SELECT CAST(connection_id() AS SIGNED)", |id| format!("KILL {id}"))
            }
            Backend::Sqlite => {
                bench.finish().await;
                continue;
            }
        };
        let result = atomic(async |tx| -> Result<()> {
            execute(on(&tx), &bench.insert(1)).await?;
            let id = numbers(on(&tx), own).await?[0];
            let nested = tx
                .atomic(async |inner| {
                    execute(on(&bench.db).outside_transaction(), &kill(id)).await?;
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    let lost = execute(on(&inner), &bench.insert(2)).await.expect_err("killed");
                    assert!(matches!(lost.kind(), ErrorKind::ConnectionLost), "{lost:?}");
                    Err::<(), _>(lost)
                })
                .await;
            assert!(nested.is_err());
            let outer = execute(on(&tx), &bench.insert(3)).await.expect_err("lost");
            assert!(matches!(outer.kind(), ErrorKind::TransactionBroken), "{outer}");
            Ok(())
        })
        .using(&bench.db)
        .await;
        assert!(matches!(result.expect_err("lost").kind(), ErrorKind::TransactionBroken));
        assert_eq!(bench.committed().await, NONE);
        assert_eq!(bench.db.pool_stats().expect("open").in_use, 0);
        bench.finish().await;
    }
}

#[tokio::test]
async fn what_sqlite_ends_by_itself_is_noticed() {
    let bench = Bench::sqlite().await;
    let result = atomic(async |tx| -> Result<()> {
        execute(on(&tx), &bench.insert(1)).await?;
        let nested = tx
            .atomic(async |inner| {
                execute(on(&inner), &bench.insert(2)).await?;
                let sql = bench.insert(1).replace("INSERT", "INSERT OR ROLLBACK");
                Err::<(), _>(execute(on(&inner), &sql).await.expect_err("rolls everything back"))
            })
            .await;
        assert!(nested.expect_err("refused").is_unique_violation());
        // In autocommit this would stay.
        let error = execute(on(&tx), &bench.insert(3)).await.expect_err("the transaction is gone");
        assert_broken(&error);
        Ok(())
    })
    .using(&bench.db)
    .await;
    assert_broken(&result.expect_err("gone"));
    assert_eq!(bench.committed().await, NONE);
    bench.finish().await;
}

#[tokio::test]
async fn a_deadlock_breaks_every_block_and_is_retryable() {
    for bench in Bench::all().await {
        if bench.backend() == Backend::Sqlite {
            bench.finish().await;
            continue;
        }
        execute(on(&bench.db), &bench.insert(1)).await.expect("inserted");
        execute(on(&bench.db), &bench.insert(2)).await.expect("inserted");
        let lock = |n: i64| format!("UPDATE {} SET n = n WHERE n = {n}", bench.table);
        let both = tokio::sync::Barrier::new(2);
        let cross = |first: i64, second: i64| {
            let (lock, both, bench) = (&lock, &both, &bench);
            atomic(async move |tx| {
                // MySQL locks a row that is found, whether or not it changes.
                execute(on(&tx), &format!("SELECT n FROM {} WHERE n = {first} FOR UPDATE", bench.table))
                    .await?;
                both.wait().await;
                let nested = tx.atomic(async |inner| execute(on(&inner), &lock(second)).await).await;
                if nested.is_err() {
                    let error = execute(on(&tx), &bench.insert(first + 10)).await.expect_err("all is gone");
                    assert!(matches!(error.kind(), ErrorKind::TransactionBroken), "{error}");
                }
                nested
            })
            .using(&bench.db)
        };
        let (a, b) = tokio::join!(cross(1, 2).into_future(), cross(2, 1).into_future());
        let error = match (a, b) {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
            other => panic!("one is the victim: {other:?}"),
        };
        assert!(matches!(error.kind(), ErrorKind::Deadlock), "{error:?}");
        assert!(error.is_retryable());
        assert_eq!(bench.committed().await, [1, 2]);
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_refused_commit_is_rolled_back() {
    let bench = Bench::sqlite().await;
    let table = format!("{}_child", bench.table);
    let create = format!(
        "CREATE TABLE {table} (n BIGINT REFERENCES {} (n) DEFERRABLE INITIALLY DEFERRED)",
        bench.table
    );
    execute(on(&bench.db), &create).await.expect("created");
    let result = atomic(async |tx| -> Result<()> {
        execute(on(&tx), &format!("INSERT INTO {table} VALUES (99)")).await.map(drop)
    })
    .using(&bench.db)
    .await;
    assert!(result.expect_err("no such row").is_foreign_key_violation());
    assert_eq!(numbers(on(&bench.db), &format!("SELECT n FROM {table}")).await.expect("rows"), NONE);
    // SQLite keeps a transaction open that it refuses to commit.
    execute(on(&bench.db), &bench.insert(1)).await.expect("nothing holds the lock");
    execute(on(&bench.db), &format!("DROP TABLE {table}")).await.expect("dropped");
    bench.finish().await;
}
