//! Opening connections ahead, and closing them.

use std::time::Duration;

use orm::prelude::*;
use orm::{ErrorKind, PoolOptions, begin};
use orm_tests::listing::until;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};

use super::{Bench, give_back};

cases! {
    /// Idle connections are closed, those in use are left.
    async fn clearing_idle_ones(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let bench = Bench::open(db, PoolOptions::new().pool_size(5)).await?;
        let mut held = bench.hold(4).await?;
        give_back(held.split_off(1)).await?;
        bench.settles_at(4).await?;
        assert_eq!(bench.db.clear_idle().await?, 3);
        assert_eq!((bench.stats().idle, bench.stats().in_use), (0, 1));
        bench.settles_at(1).await?;
        assert_eq!(User::objects().using(&held[0]).count().await?, 0, "it goes on");
        give_back(held).await?;
        assert_eq!((bench.db.clear_idle().await?, bench.db.clear_idle().await?), (1, 0));
        bench.settles_at(0).await?;
        bench.db.ping().await?;
        bench.close().await
    }

    /// Connections are opened before they are needed, no more than are kept, and no more than are missing.
    async fn warming_up(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().pool_size(4).max_overflow(4)).await?;
        assert_eq!(bench.db.warmup(3).await?, 2);
        assert_eq!((bench.stats().idle, bench.stats().in_use), (3, 0));
        bench.settles_at(3).await?;
        assert_eq!(bench.db.warmup(3).await?, 0);
        assert_eq!(bench.db.warmup(2).await?, 0);
        let held = bench.hold(1).await?;
        assert_eq!(bench.db.warmup(50).await?, 1);
        bench.settles_at(4).await?;
        give_back(held).await?;
        // They are there: nothing is opened for those who need them.
        let opened = bench.stats().opened;
        give_back(bench.hold(4).await?).await?;
        assert_eq!(bench.stats().opened, opened);
        bench.close().await?;
        let error = Database::deferred("cold").warmup(1).await.expect_err("not bound");
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some("cold")));
        Ok(())
    }

    /// Those that nobody used for a while are closed.
    async fn closing_stale_ones(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().pool_size(5)).await?;
        give_back(bench.hold(3).await?).await?;
        assert_eq!(bench.db.close_stale(Duration::from_secs(600)).await?, 0);
        bench.settles_at(3).await?;
        let mut closed = 0;
        until("two are stale", async || {
            bench.db.ping().await?;
            closed += bench.db.close_stale(Duration::from_secs(1)).await?;
            Ok(closed == 2)
        })
        .await?;
        bench.settles_at(1).await?;
        bench.close().await
    }

    /// Every connection is closed, those in use when they come back; the database stays open.
    async fn closing_all(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let bench = Bench::open(db, PoolOptions::new().pool_size(5)).await?;
        let before = match &bench.sessions {
            Some(sessions) => sessions.ids().await?,
            None => Vec::new(),
        };
        let busy = begin().using(&bench.db).await?;
        User::objects().using(&busy).create(NewUser::new("ann")).await?;
        bench.db.warmup(3).await?;
        assert_eq!(bench.db.close_all().await?, 2);
        bench.settles_at(1).await?;
        busy.commit().await?;
        bench.settles_at(0).await?;
        assert_eq!(User::objects().using(&bench.db).count().await?, 1);
        bench.settles_at(1).await?;
        if let Some(sessions) = &bench.sessions {
            assert!(sessions.ids().await?.iter().all(|id| !before.contains(id)), "a new one");
        }
        bench.close().await?;
        assert_eq!(Database::deferred("none").close_all().await?, 0);
        Ok(())
    }

    /// A connection that its transaction wants closed is not given to anybody else, whether it commits or not.
    async fn closing_one(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let bench = Bench::open(db, PoolOptions::new().pool_size(5)).await?;
        let opened = bench.stats().opened;
        atomic(async |tx: Tx| {
            tx.close_connection()?;
            User::objects().using(&tx).create(NewUser::new("ann")).await
        })
        .using(&bench.db)
        .await?;
        bench.settles_at(0).await?;
        assert_eq!(User::objects().using(&bench.db).count().await?, 1);
        assert_eq!((bench.stats().opened, bench.stats().discarded), (opened + 1, 0));
        let guard = begin().using(&bench.db).await?;
        User::objects().using(&guard).create(NewUser::new("bob")).await?;
        let inner = guard.atomic(async |tx: Tx| tx.close_connection());
        inner.await?;
        let tx = guard.tx();
        guard.rollback().await?;
        bench.settles_at(0).await?;
        assert_eq!(tx.close_connection().expect_err("it is over").kind(), &ErrorKind::TransactionClosed);
        assert_eq!(User::objects().using(&bench.db).count().await?, 1);
        // Dropped, it is gone on a server anyhow; on SQLite it would be cleaned and kept.
        let guard = begin().using(&bench.db).await?;
        guard.tx().close_connection()?;
        drop(guard);
        bench.settles_at(0).await?;
        bench.close().await?;

        if db.kind() == Kind::Sqlite {
            let path = db.path().ok_or("a file")?;
            let theirs = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await?;
            let guard = begin().using(&theirs).await?;
            let error = guard.tx().close_connection().expect_err("it is not ours");
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            guard.rollback().await?;
            theirs.close().await;
        }
        Ok(())
    }
}
