//! How long connections live, how long callers wait.

use std::time::Duration;

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions};
use orm_tests::listing::until;
use orm_tests::{Outcome, cases};

use super::{Bench, give_back, reason};

cases! {
    /// All connections are in use: an error at once, after a while, or none at all.
    async fn an_exhausted_pool(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().max_connections(2).acquire_timeout(Duration::ZERO)).await?;
        let held = bench.hold(2).await?;
        let error = bench.hold(1).await.expect_err("all are in use");
        assert_eq!(error.kind(), &ErrorKind::PoolExhausted { in_use: 2, idle: 0, max: 2, waiting: 0 });
        assert_eq!(error.to_string(), "all connections are in use: 2 in use, 0 idle, at most 2, 0 waiting (database `pools`)");
        assert!(error.is_retryable());
        give_back(held).await?;
        give_back(bench.hold(2).await?).await?;
        bench.close().await?;

        let bench = Bench::open(db, PoolOptions::new().max_connections(1).timeout(1.5)).await?;
        let held = bench.hold(1).await?;
        let error = bench.hold(1).await.expect_err("all are in use");
        assert!(matches!(error.kind(), ErrorKind::PoolTimeout { in_use: 1, max: 1, .. }), "{error:?}");
        give_back(held).await?;
        bench.close().await?;

        let bench = Bench::open(db, PoolOptions::new().max_connections(1).acquire_timeout(None)).await?;
        let held = bench.hold(1).await?;
        let waits = bench.hold(1);
        let gives = async {
            until("somebody waits", async || Ok(bench.stats().waiting == 1)).await?;
            give_back(held).await.map_err(Into::into)
        };
        let (waited, gave): (_, Outcome) = tokio::join!(waits, gives);
        gave?;
        give_back(waited?).await?;
        bench.close().await
    }

    /// A bound, and a time after which an idle connection is stale: those that nobody needs go, the one that is used
    /// again and again stays.
    async fn stale_connections(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().max_connections(3).stale_timeout(0.5)).await?;
        give_back(bench.hold(3).await?).await?;
        // The connection that came back last is lent first, so that the others grow stale.
        until("those that nobody needs are closed", async || {
            bench.db.ping().await?;
            Ok(bench.stats().size == 1)
        })
        .await?;
        assert!(bench.stats().retired >= 2, "{:?}", bench.stats());
        bench.settles_at(1).await?;
        bench.close().await
    }

    /// A connection that is too old is replaced when it would be lent, and closed when it comes back.
    async fn old_connections(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().max_connections(2).max_lifetime(0.3).idle_timeout(None)).await?;
        until("the idle one is replaced", async || {
            bench.db.ping().await?;
            Ok(bench.stats().opened >= 2)
        })
        .await?;
        assert_eq!(bench.stats().size, 1);
        // Whatever its age is when it comes back, one that is lent is never taken away; too old, it is not kept.
        until("one is closed when it comes back", async || {
            let held = bench.hold(1).await?;
            tokio::time::sleep(Duration::from_millis(350)).await;
            give_back(held).await?;
            Ok(bench.stats().size == 0)
        })
        .await?;
        bench.settles_at(0).await?;
        bench.close().await?;

        // An hour is not over so soon.
        let bench = Bench::open(db, PoolOptions::new().max_connections(2).pool_recycle(3600)).await?;
        for _ in 0..20 {
            bench.db.ping().await?;
        }
        assert_eq!((bench.stats().opened, bench.stats().retired), (1, 0));
        bench.close().await
    }

    /// The lower bound holds for idle connections, too.
    async fn the_lower_bound_stays(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().max_connections(4).min_connections(2).idle_timeout(0.2)).await?;
        give_back(bench.hold(4).await?).await?;
        until("two are left", async || {
            bench.db.ping().await?;
            Ok(bench.stats().size == 2)
        })
        .await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        bench.db.ping().await?;
        bench.settles_at(2).await?;
        bench.close().await
    }

    /// Times are seconds, spans or none; anything else is refused by name, before anything is opened.
    async fn times(db: &TestDb) -> Outcome {
        let new = PoolOptions::new;
        for options in [
            new().acquire_timeout(30.0).idle_timeout(600.0).max_lifetime(1800.0),
            new().acquire_timeout(30).idle_timeout(600).max_lifetime(1800),
            new().acquire_timeout(Duration::from_secs(30)).idle_timeout(None).max_lifetime(chrono::TimeDelta::minutes(30)),
        ] {
            let bench = Bench::open(db, options).await?;
            bench.db.ping().await?;
            bench.close().await?;
        }
        for (options, name) in [
            (new().acquire_timeout(-1), "acquire_timeout"),
            (new().pool_timeout(f64::NAN), "pool_timeout"),
            (new().idle_timeout(-0.5), "idle_timeout"),
            (new().stale_timeout(0), "stale_timeout"),
            (new().max_lifetime(f64::INFINITY), "max_lifetime"),
            (new().pool_recycle(-1), "pool_recycle"),
            (new().connect_timeout(0), "connect_timeout"),
        ] {
            let error = Database::open("wrong", DatabaseOptions::url(db.url()).pool(options)).await.expect_err(name);
            assert!(reason(&error).starts_with(&format!("`{name}` ")), "{error}");
            assert_eq!(error.database(), Some("wrong"));
        }
        Ok(())
    }
}
