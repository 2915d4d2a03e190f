//! Transactions that take too long.

use std::time::Duration;

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions, begin};
use orm_tests::listing::{self as sessions, until};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, TestDb, cases};

use super::Bench;

const LIMIT: Duration = Duration::from_millis(500);

fn timed_out(error: &orm::Error, idle: bool) {
    assert_eq!(error.kind(), &ErrorKind::TransactionTimeout { limit: LIMIT, idle }, "{error:?}");
    assert_eq!(error.database(), Some("pools"));
}

/// A pool whose transactions may take so long, in either way.
fn limits() -> [(PoolOptions, bool); 2] {
    let new = PoolOptions::new;
    [(new().transaction_timeout(LIMIT), false), (new().transaction_idle_timeout(0.5), true)]
}

/// Nothing of it is left: neither the connection nor a lock nor a row.
async fn is_gone(db: &TestDb, bench: &Bench<'_>, name: &str) -> Outcome {
    until("the connection is free", async || Ok(bench.stats().in_use == 0)).await?;
    sessions::no_transaction(db).await?;
    let users = User::objects().using(db.handle());
    assert_eq!(users.clone().filter(User::username.eq(name)).count().await?, 0);
    // It would wait for the lock on the key.
    users.create(NewUser::new(name)).await?;
    Ok(())
}

cases! {
    /// One that nobody ends is rolled back in time; whoever goes on with it later is told.
    async fn forgotten_ones(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        for (pool, idle) in limits() {
            let bench = Bench::open(db, pool).await?;
            let name = format!("ann {idle}");
            let guard = begin().using(&bench.db).await?;
            User::objects().using(&guard).create(NewUser::new(&name)).await?;
            is_gone(db, &bench, &name).await?;
            timed_out(&User::objects().using(&guard).count().await.expect_err("it is over"), idle);
            timed_out(&guard.commit().await.expect_err("it is over"), idle);
            // A nested block knows, too.
            let guard = begin().using(&bench.db).await?;
            let inner = guard.atomic(async |tx: Tx| {
                let _ = until("the connection is free", async || Ok(bench.stats().in_use == 0)).await;
                User::objects().using(&tx).count().await
            });
            timed_out(&inner.await.expect_err("it is over"), idle);
            drop(guard);
            bench.db.ping().await?;
            bench.close().await?;
        }
        Ok(())
    }

    /// Around a closure: what the closure gives is not committed.
    async fn around_a_closure(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        for (pool, idle) in limits() {
            let bench = Bench::open(db, pool).await?;
            let name = format!("ann {idle}");
            let outcome = atomic(async |tx: Tx| {
                User::objects().using(&tx).create(NewUser::new(&name)).await?;
                let _ = until("the connection is free", async || Ok(bench.stats().in_use == 0)).await;
                Ok::<_, orm::Error>("done")
            });
            timed_out(&outcome.using(&bench.db).await.expect_err("it took too long"), idle);
            is_gone(db, &bench, &name).await?;
            bench.close().await?;
        }
        Ok(())
    }

    /// One that always does something grows too old, but is never idle; those that are quick are left alone.
    async fn busy_ones(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let bench = Bench::open(db, PoolOptions::new().transaction_timeout(LIMIT)).await?;
        let guard = begin().using(&bench.db).await?;
        let mut said = None;
        while said.is_none() {
            said = User::objects().using(&guard).count().await.err();
        }
        timed_out(&said.ok_or("an error")?, false);
        timed_out(&guard.commit().await.expect_err("it is over"), false);
        bench.close().await?;

        let patient = PoolOptions::new().transaction_timeout(3600).transaction_idle_timeout(3600);
        let bench = Bench::open(db, patient).await?;
        for n in 0..20 {
            atomic(async |tx: Tx| User::objects().using(&tx).create(NewUser::new(format!("u{n}"))).await).using(&bench.db).await?;
        }
        assert_eq!(User::objects().using(db.handle()).count().await?, 20);
        assert_eq!(bench.stats().discarded, 0);
        bench.close().await
    }

    /// On a thread without a runtime, which does something else meanwhile.
    async fn on_a_thread(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let url = format!("{}{}transaction_timeout=500ms", db.url(), if db.url().contains('?') { '&' } else { '?' });
        let thread = std::thread::spawn(move || -> orm::Result<()> {
            let handle = Database::open("pools", DatabaseOptions::url(url)).blocking()?;
            let guard = begin().using(&handle).blocking()?;
            User::objects().using(&guard).create(NewUser::new("ann")).blocking()?;
            let start = std::time::Instant::now();
            while handle.pool_stats().is_some_and(|stats| stats.in_use > 0) {
                assert!(start.elapsed() < Duration::from_secs(60), "it is not ended");
                std::thread::sleep(Duration::from_millis(20));
            }
            timed_out(&guard.commit().blocking().expect_err("it is over"), false);
            assert_eq!(User::objects().using(&handle).count().blocking()?, 0);
            handle.close().blocking().map(drop)
        });
        tokio::task::spawn_blocking(move || thread.join()).await?.map_err(|_| "the thread panicked")??;
        Ok(())
    }
}
