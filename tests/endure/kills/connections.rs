//! Connections that the server ends: the loss has a name, its transaction is broken, and the pool goes on.

use std::cell::Cell;
use std::error::Error as _;

use futures_util::future::join_all;
use orm::prelude::*;
use orm::{Database, ErrorKind, PingPolicy, PoolOptions};
use orm_tests::{Outcome, TestDb, cases};

use super::victim::{NewPart, NewTally, Part, TABLES, Tally};
use crate::bounds::{self, PATIENCE};
use crate::dice::Dice;
use crate::report;
use crate::sessions::{self, Sessions};

/// One connection at a time, so that it is known which one is killed.
fn one() -> PoolOptions {
    PoolOptions::new().max_connections(1)
}

async fn prepare(db: &TestDb) -> Outcome {
    db.handle().create_tables(&TABLES).await?;
    Tally::objects().using(db.handle()).create(NewTally::new(0).id(1)).await?;
    Ok(())
}

/// Changes the one row that everybody wants.
async fn count_up(on: &Database) -> orm::Result<u64> {
    Tally::objects().using(on).filter(Tally::id.eq(1)).update(Tally::total.set(Tally::total + 1)).await
}

/// The pool holds nothing, and its next query works.
async fn recovered(handle: &Database) -> Outcome {
    let before = handle.pool_stats().ok_or("no pool")?;
    assert_eq!((before.in_use, before.waiting), (0, 0), "{before:?}");
    assert!(Part::objects().using(handle).count().await.is_ok(), "the pool did not recover");
    Ok(())
}

fn is_lost(error: &orm::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionLost)
}

/// Lost, or killed while it was still being opened: then there was none.
fn is_cut(error: &orm::Error) -> bool {
    is_lost(error) || matches!(error.kind(), ErrorKind::Connect { .. })
}

/// Broken, and by a lost connection.
fn is_broken_by_loss(error: &orm::Error) -> bool {
    matches!(error.kind(), ErrorKind::TransactionBroken)
        && error.source().and_then(|source| source.downcast_ref::<orm::Error>()).is_some_and(is_lost)
}

cases! {
    #![needs(Server)]

    /// Killed between two statements of a transaction, in a block and in one nested in it.
    async fn killed_in_a_transaction(db: &TestDb) -> Outcome {
        prepare(db).await?;
        let (sessions, handle) = Sessions::open(db, "killed", one()).await?;
        for nested in [false, true] {
            let outcome: orm::Result<()> = orm::atomic(async |tx| {
                let add = |number| Part::objects().using(&handle).create(NewPart::new(1, number, 9)).into_future();
                add(0).await?;
                // What was killed before may still be listed for a moment.
                sessions.settle_at(1).await.expect("one session");
                let ids = sessions.ids().await.expect("the sessions");
                let kill = async || {
                    sessions.kill(ids[0]).await.expect("killed");
                    sessions.gone(&ids).await.expect("gone");
                };
                if nested {
                    let inner: orm::Result<()> = tx.atomic(async |_| {
                        add(1).await?;
                        kill().await;
                        let lost = add(2).await.unwrap_err();
                        assert!(is_lost(&lost), "{lost:?}");
                        Err(lost)
                    }).await;
                    assert!(is_lost(&inner.unwrap_err()));
                } else {
                    kill().await;
                    let lost = add(1).await.unwrap_err();
                    assert!(is_lost(&lost), "{lost:?}");
                    assert_eq!((lost.database(), lost.model()), (Some("killed"), Some("Part")));
                }
                let broken = add(3).await.unwrap_err();
                assert!(is_broken_by_loss(&broken), "{broken:?}");
                Ok(())
            })
            .using(&handle)
            .await;
            assert!(is_broken_by_loss(outcome.as_ref().unwrap_err()), "{outcome:?}");
            recovered(&handle).await?;
            assert_eq!(db.oracle("SELECT COUNT(*) FROM parts").await?, [[Some("0".to_owned())]]);
        }
        // Killed before the commit: it is no success.
        let guard = orm::begin().using(&handle).await?;
        Part::objects().using(&guard).create(NewPart::new(1, 0, 1)).await?;
        let ids = sessions.ids().await?;
        sessions.kill(ids[0]).await?;
        sessions.gone(&ids).await?;
        let lost = guard.commit().await.unwrap_err();
        assert!(is_lost(&lost), "{lost:?}");
        recovered(&handle).await?;
        assert_eq!(db.oracle("SELECT COUNT(*) FROM parts").await?, [[Some("0".to_owned())]]);
        handle.close().await?;
        Ok(())
    }

    /// Killed while a statement waits for a lock, alone and in a transaction: nothing of it takes place.
    async fn killed_in_a_statement(db: &TestDb) -> Outcome {
        prepare(db).await?;
        let holder = orm::begin().using(db.handle()).await?;
        Tally::objects().using(&holder).filter(Tally::id.eq(1)).update(Tally::total.set(100)).await?;
        let (sessions, handle) = Sessions::open(db, "killed", one()).await?;
        let kill = async || {
            sessions::until("the statement waits", async || Ok(!sessions.waiting().await?.is_empty())).await?;
            for id in sessions.waiting().await? {
                sessions.kill(id).await?;
            }
            Outcome::Ok(())
        };
        let (alone, killed) = tokio::join!(count_up(&handle), kill());
        killed?;
        assert!(is_lost(alone.as_ref().unwrap_err()), "{alone:?}");
        recovered(&handle).await?;
        let block = orm::atomic(async |_| {
            Part::objects().using(&handle).create(NewPart::new(1, 0, 1)).await?;
            let lost = count_up(&handle).await.unwrap_err();
            assert!(is_lost(&lost), "{lost:?}");
            let broken = count_up(&handle).await.unwrap_err();
            assert!(is_broken_by_loss(&broken), "{broken:?}");
            Ok::<_, orm::Error>(())
        });
        let (block, killed) = tokio::join!(block.using(&handle).into_future(), kill());
        killed?;
        assert!(is_broken_by_loss(block.as_ref().unwrap_err()), "{block:?}");
        recovered(&handle).await?;
        holder.rollback().await?;
        sessions::no_transaction(db).await?;
        assert_eq!(db.oracle("SELECT total FROM tally").await?, [[Some("0".to_owned())]]);
        assert_eq!(db.oracle("SELECT COUNT(*) FROM parts").await?, [[Some("0".to_owned())]]);
        handle.close().await?;
        Ok(())
    }

    /// Killed while idle: each is a loss to one query at most, and to none if the pool asks before it hands out.
    async fn killed_while_idle(db: &TestDb) -> Outcome {
        prepare(db).await?;
        for (ping, most) in [(PingPolicy::Never, 4), (PingPolicy::Always, 0)] {
            let pool = PoolOptions::new().max_connections(4).ping(ping);
            let (sessions, handle) = Sessions::open(db, "killed", pool).await?;
            let guards = join_all((0..4).map(|_| orm::begin().using(&handle).into_future())).await;
            for guard in guards {
                guard?.rollback().await?;
            }
            let ids = sessions.ids().await?;
            assert_eq!(ids.len(), 4);
            for id in &ids {
                sessions.kill(*id).await?;
            }
            sessions.gone(&ids).await?;
            let mut lost = 0;
            for _ in 0..20 {
                if let Err(error) = Part::objects().using(&handle).count().await {
                    assert!(is_lost(&error), "{error:?}");
                    lost += 1;
                }
            }
            assert!(lost <= most, "{lost} losses with {ping:?}");
            recovered(&handle).await?;
            let stats = handle.pool_stats().ok_or("no pool")?;
            sessions.settle_at(stats.size).await?;
            handle.close().await?;
        }
        Ok(())
    }

    /// Many transactions while chance kills connections: each is there wholly or not at all, and those that said
    /// that they are there, are.
    async fn killed_at_random(db: &TestDb) -> Outcome {
        prepare(db).await?;
        let pool = PoolOptions::new().max_connections(4);
        let (sessions, handle) = Sessions::open(db, "killed", pool).await?;
        let (seed, kills) = (bounds::seed(), bounds::kills() * 2);
        let shown = format!("{}: seed {seed}", db.kind());
        let (done, lost) = (Cell::new(false), Cell::new(0_u32));
        let work = |writer: i64| {
            let (handle, done, lost, shown) = (&handle, &done, &lost, &shown);
            async move {
                let mut committed = Vec::new();
                for batch in (writer..).step_by(6) {
                    if done.get() {
                        break;
                    }
                    let block = orm::atomic(async |_| {
                        let parts = || Part::objects().using(handle);
                        parts().create(NewPart::new(batch, 0, 2)).await?;
                        count_up(handle).await?;
                        parts().create(NewPart::new(batch, 1, 2)).await?;
                        Ok::<_, orm::Error>(())
                    });
                    match block.using(handle).await {
                        Ok(()) => committed.push(batch),
                        Err(error) if is_cut(&error) => lost.set(lost.get() + 1),
                        Err(error) => assert!(error.is_retryable(), "{shown}: {error:?}"),
                    }
                }
                committed
            }
        };
        let mut writers = std::pin::pin!(join_all((0..6).map(work)));
        let killer = async {
            let mut dice = Dice::new(seed, 7);
            let mut killed = 0;
            while killed < kills {
                // Between two looks the writers go on for as long as the server takes to answer.
                if let Some(id) = dice.pick(&sessions.ids().await?) {
                    sessions.kill(*id).await?;
                    killed += 1;
                }
            }
            done.set(true);
            Outcome::Ok(())
        };
        tokio::select! {
            killed = killer => killed.map_err(|error| format!("{shown}: {error}"))?,
            _ = &mut writers => return Err(format!("{shown}: they ended too early").into()),
        }
        let committed = tokio::time::timeout(PATIENCE, writers).await.map_err(|_| format!("{shown}: it hangs"))?;
        let committed: Vec<i64> = committed.into_iter().flatten().collect();
        // What died idle is a loss to one query each; then all is well.
        for _ in 0..4 {
            if let Err(error) = Part::objects().using(&handle).count().await {
                assert!(is_lost(&error), "{shown}: {error:?}");
            }
        }
        recovered(&handle).await?;
        sessions::no_transaction(db).await?;
        sessions.settle_at(handle.pool_stats().ok_or("no pool")?.size).await?;
        let rows = db.oracle("SELECT batch, COUNT(*) FROM parts GROUP BY batch").await?;
        assert!(rows.iter().all(|row| row[1].as_deref() == Some("2")), "{shown}: half a transaction: {rows:?}");
        let stored: Vec<i64> = rows.iter().filter_map(|row| row[0].as_ref()?.parse().ok()).collect();
        assert!(committed.iter().all(|batch| stored.contains(batch)), "{shown}: a commit was lost");
        assert_eq!(db.oracle("SELECT total FROM tally").await?, [[Some(stored.len().to_string())]], "{shown}");
        report(&format!("{shown}, {kills} connections killed, {} transactions committed, {} lost", committed.len(), lost.get()));
        assert!(lost.get() > 0 && !committed.is_empty(), "nothing was killed in the middle");
        handle.close().await?;
        Ok(())
    }
}
