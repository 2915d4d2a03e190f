//! Running a body again.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::exec::testing::{Bench, execute, on};
use crate::transaction::{Tx, atomic};
use crate::{Error, ErrorKind, Result};

/// Fails as a deadlock would.
pub(super) fn deadlock(tx: &Tx) -> Error {
    let error = Error::new(ErrorKind::Deadlock);
    tx.core().lose(error.clone());
    error
}

#[tokio::test]
async fn the_body_runs_again_from_fresh_captures() {
    for bench in Bench::all().await {
        let runs = AtomicU32::new(0);
        let (bench, runs) = (&bench, &runs);
        let mut fresh = vec![0];
        let result = atomic(async move |tx: Tx| -> Result<_> {
            fresh.push(1);
            let run = runs.fetch_add(1, Ordering::SeqCst);
            execute(on(&tx), &bench.insert(i64::from(run))).await?;
            if run < 2 { Err(deadlock(&tx)) } else { Ok(fresh.len()) }
        })
        .using(&bench.db)
        .retry(2)
        .await;
        assert_eq!(result.expect("the third time"), 2, "nothing is left of the attempts before");
        assert_eq!(bench.committed().await, [2]);
        assert_eq!(bench.db.pool_stats().expect("open").in_use, 0);
    }
}

#[tokio::test]
async fn it_gives_up_in_the_end_and_at_once_if_it_is_no_use() {
    let bench = Bench::sqlite().await;
    let runs = AtomicU32::new(0);
    let result = atomic(async |tx| -> Result<()> {
        runs.fetch_add(1, Ordering::SeqCst);
        Err(deadlock(&tx))
    })
    .using(&bench.db)
    .retry(3)
    .await;
    assert!(matches!(result.expect_err("always").kind(), ErrorKind::Deadlock));
    assert_eq!(runs.swap(0, Ordering::SeqCst), 4, "once, and three times again");

    let result = atomic(async |_| -> Result<()> {
        runs.fetch_add(1, Ordering::SeqCst);
        // What the body says counts for nothing: no statement failed.
        Err(Error::new(ErrorKind::Deadlock))
    })
    .using(&bench.db)
    .retry(3)
    .await;
    assert!(result.is_err());
    assert_eq!(runs.swap(0, Ordering::SeqCst), 1);

    let result = atomic(async |tx: Tx| -> Result<()> {
        let nested = tx
            .atomic(async |inner| {
                runs.fetch_add(1, Ordering::SeqCst);
                Err::<(), _>(deadlock(&inner))
            })
            .retry(3)
            .await;
        assert!(nested.is_err());
        Ok(())
    })
    .using(&bench.db)
    .retry(1)
    .await;
    assert!(matches!(result.expect_err("broken").kind(), ErrorKind::TransactionBroken));
    assert_eq!(runs.load(Ordering::SeqCst), 2, "the outermost block alone runs again");
    bench.finish().await;
}
