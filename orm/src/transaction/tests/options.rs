//! Isolation and read-only.

use crate::exec::testing::{Bench, NONE, execute, numbers, on};
use crate::transaction::{Isolation, atomic, begin};
use crate::{Error, ErrorKind, Result};

#[tokio::test]
async fn read_only_refuses_writes_and_is_over_with_the_transaction() {
    for bench in Bench::all().await {
        execute(on(&bench.db), &bench.insert(1)).await.expect("inserted");
        for dropped in [false, true] {
            let transaction = begin().using(&bench.db).read_only().await.expect("begun");
            assert_eq!(numbers(on(&transaction), &bench.select()).await.expect("rows"), [1]);
            execute(on(&transaction), &bench.insert(2)).await.expect_err("read-only");
            if dropped {
                drop(transaction);
            } else {
                transaction.rollback().await.expect("rolled back");
            }
            // The same connection again, where it is kept.
            execute(on(&bench.db), &bench.insert(3)).await.expect("writable");
            execute(on(&bench.db), &format!("DELETE FROM {} WHERE n = 3", bench.table))
                .await
                .expect("deleted");
        }
        let read =
            atomic(async |tx| numbers(on(&tx), &bench.select()).await).using(&bench.db).read_only().await;
        assert_eq!(read.expect("rows"), [1]);
        execute(on(&bench.db), &bench.insert(4)).await.expect("writable");
        bench.finish().await;
    }
}

#[tokio::test]
async fn every_isolation_is_had() {
    for bench in Bench::all().await {
        for isolation in [
            Isolation::ReadUncommitted,
            Isolation::ReadCommitted,
            Isolation::RepeatableRead,
            Isolation::Serializable,
        ] {
            let seen = atomic(async |tx| -> Result<_> {
                let before = numbers(on(&tx), &bench.select()).await?;
                if bench.backend() == crate::Backend::Postgres {
                    let sql = "SELECT CASE current_setting('transaction_isolation') WHEN 'read uncommitted' THEN 0 \
                               WHEN 'read committed' THEN 1 WHEN 'repeatable read' THEN 2 ELSE 3 END::bigint";
                    let wanted = match isolation {
                        Isolation::ReadUncommitted => 0,
                        Isolation::ReadCommitted => 1,
                        Isolation::RepeatableRead => 2,
                        Isolation::Serializable => 3,
                    };
                    assert_eq!(numbers(on(&tx), sql).await?, [wanted]);
                }
                Ok(before)
            })
            .using(&bench.db)
            .isolation(isolation)
            .await;
            assert_eq!(seen.expect("begun"), NONE);
        }
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_nested_block_cannot_choose() {
    let bench = Bench::sqlite().await;
    atomic(async |tx| -> Result<()> {
        let nested = tx.atomic(async |_| Ok::<_, Error>(())).isolation(Isolation::Serializable).await;
        assert!(matches!(nested.expect_err("nested").kind(), ErrorKind::InvalidQuery { .. }));
        let nested = tx.atomic(async |_| Ok::<_, Error>(())).read_only().await;
        assert!(matches!(nested.expect_err("nested").kind(), ErrorKind::InvalidQuery { .. }));
        execute(on(&tx), &bench.insert(1)).await.map(drop)
    })
    .using(&bench.db)
    .await
    .expect("committed");
    assert_eq!(bench.committed().await, [1]);
    bench.finish().await;
}
