//! How many connections there are.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions, begin};
use orm_tests::listing as sessions;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};

use super::{Bench, give_back, reason};

cases! {
    /// What an engine is made of elsewhere: a URL, what is kept, what comes on top, patience, age.
    async fn an_engine(db: &TestDb) -> Outcome {
        let pool = PoolOptions::new().pool_size(2).max_overflow(1).pool_timeout(2).pool_recycle(3600).echo(false);
        let bench = Bench::open(db, pool).await?;
        bench.settles_at(1).await?;
        let held = bench.hold(3).await?;
        bench.settles_at(3).await?;
        let error = bench.hold(1).await.expect_err("all are in use");
        let ErrorKind::PoolTimeout { waited, in_use, idle, max, waiting, last_connect_error } = error.kind() else {
            return Err(format!("{error:?}").into());
        };
        assert!(*waited >= Duration::from_secs(2), "{waited:?}");
        assert_eq!((*in_use, *idle, *max, *waiting, last_connect_error), (3, 0, 3, 0, &None));
        assert_eq!(error.database(), Some("pools"));
        give_back(held).await?;
        // What came on top is closed when it comes back.
        bench.settles_at(2).await?;
        bench.close().await
    }

    /// The same engine for code that blocks.
    async fn an_engine_that_blocks(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let url = sessions::url(db);
        let thread = std::thread::spawn(move || -> orm::Result<()> {
            let pool = PoolOptions::new().pool_size(2).max_overflow(1).pool_timeout(2).pool_recycle(3600).echo(false);
            let engine = Database::open("blocking", DatabaseOptions::url(url).pool(pool)).blocking()?;
            User::objects().using(&engine).create(NewUser::new("ann")).blocking()?;
            let mut held = Vec::new();
            for _ in 0..3 {
                held.push(begin().using(&engine).read_only().blocking()?);
            }
            let error = User::objects().using(&engine).count().blocking().expect_err("all are in use");
            assert!(matches!(error.kind(), ErrorKind::PoolTimeout { in_use: 3, max: 3, .. }), "{error:?}");
            for transaction in held {
                transaction.rollback().blocking()?;
            }
            let stats = engine.pool_stats().expect("open");
            assert_eq!((stats.size, stats.soft_limit, stats.hard_limit), (2, 2, 3));
            assert_eq!(engine.warmup(2).blocking()?, 0);
            assert_eq!(engine.clear_idle().blocking()?, 2);
            assert_eq!(User::objects().using(&engine).count().blocking()?, 1);
            engine.close().blocking().map(drop)
        });
        tokio::task::spawn_blocking(move || thread.join()).await?.map_err(|_| "the thread panicked")??;
        Ok(())
    }

    /// Without options: ten are kept, twenty more are opened when they are needed.
    async fn without_options(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new()).await?;
        let stats = bench.stats();
        assert_eq!((stats.soft_limit, stats.hard_limit), (10, 30));
        let held = bench.hold(12).await?;
        bench.settles_at(12).await?;
        give_back(held).await?;
        bench.settles_at(10).await?;
        bench.close().await
    }

    /// The numbers of a pool, whatever it is doing.
    async fn numbers(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().pool_size(3).max_overflow(2)).await?;
        let numbers = |bench: &Bench<'_>| {
            let stats = bench.stats();
            (stats.size, stats.in_use, stats.idle, stats.soft_limit, stats.hard_limit)
        };
        assert_eq!(numbers(&bench), (1, 0, 1, 3, 5));
        let mut held = bench.hold(4).await?;
        assert_eq!(numbers(&bench), (4, 4, 0, 3, 5));
        give_back(held.split_off(3)).await?;
        assert_eq!(numbers(&bench), (3, 3, 0, 3, 5));
        give_back(held.split_off(1)).await?;
        assert_eq!(numbers(&bench), (3, 1, 2, 3, 5));
        bench.settles_at(3).await?;
        drop(held);
        // Dropped, a transaction is rolled back: a server's connection is closed for that.
        assert_eq!(numbers(&bench), if db.kind() == Kind::Sqlite { (3, 0, 3, 3, 5) } else { (2, 0, 2, 3, 5) });
        // Many at once, who look while they run.
        let busy = (0..40).map(|_| async {
            bench.db.ping().await?;
            bench.stats();
            Ok::<_, orm::Error>(())
        });
        futures_util::future::try_join_all(busy).await?;
        assert!(bench.stats().size <= 3, "{:?}", bench.stats());
        let closed = bench.db.clone();
        bench.close().await?;
        assert_eq!(closed.pool_stats(), None);
        Ok(())
    }

    /// One connection that threads share.
    async fn one_connection_for_threads(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let bench = Bench::open(db, PoolOptions::new().max_connections(1)).await?;
        let start = Arc::new(Barrier::new(8));
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let (handle, start) = (bench.db.clone(), Arc::clone(&start));
                std::thread::spawn(move || -> orm::Result<()> {
                    start.wait();
                    for n in 0..10 {
                        let users = User::objects().using(&handle);
                        let made = users.clone().create(NewUser::new(format!("{thread} {n}"))).blocking()?;
                        assert_eq!(users.get(made.id).blocking()?.username, made.username);
                    }
                    Ok(())
                })
            })
            .collect();
        let joined = tokio::task::spawn_blocking(|| threads.into_iter().map(std::thread::JoinHandle::join).collect::<Vec<_>>());
        for outcome in joined.await? {
            outcome.map_err(|_| "a thread panicked")??;
        }
        assert_eq!(User::objects().using(db.handle()).count().await?, 80);
        let stats = bench.stats();
        assert_eq!((stats.size, stats.hard_limit, stats.timeouts), (1, 1, 0));
        if db.kind() == Kind::Sqlite {
            assert_eq!(stats.opened, 1);
        }
        bench.close().await
    }

    /// Bounds from above and below; what cannot be is refused by the names of both.
    async fn bounds(db: &TestDb) -> Outcome {
        let bench = Bench::open(db, PoolOptions::new().max_connections(4).min_connections(3)).await?;
        bench.settles_at(3).await?;
        assert_eq!(bench.stats().idle, 3);
        let held = bench.hold(4).await?;
        bench.settles_at(4).await?;
        give_back(held).await?;
        bench.settles_at(4).await?;
        bench.close().await?;
        // A fifth there is not, however long one waits.
        let bench = Bench::open(db, PoolOptions::new().max_connections(4).acquire_timeout(0)).await?;
        let held = bench.hold(4).await?;
        let error = bench.hold(1).await.expect_err("a fifth");
        assert_eq!(error.kind(), &ErrorKind::PoolExhausted { in_use: 4, idle: 0, max: 4, waiting: 0 });
        bench.settles_at(4).await?;
        give_back(held).await?;
        bench.close().await?;

        let new = PoolOptions::new;
        for (options, names) in [
            (new().min_connections(5).max_connections(3), ["min_connections", "max_connections"]),
            (new().pool_size(5).max_connections(3), ["pool_size", "max_connections"]),
            (new().pool_size(5).max_overflow(5).max_connections(9), ["max_overflow", "max_connections"]),
            (new().acquire_timeout(1).timeout(2), ["acquire_timeout", "timeout"]),
            (new().idle_timeout(1).stale_timeout(2), ["idle_timeout", "stale_timeout"]),
            (new().max_lifetime(1).pool_recycle(2), ["max_lifetime", "pool_recycle"]),
        ] {
            let error = Database::open("wrong", DatabaseOptions::url(db.url()).pool(options)).await.expect_err("it cannot be");
            assert_eq!(error.database(), Some("wrong"));
            for name in names {
                assert!(reason(&error).contains(&format!("`{name}`")), "{error}");
            }
        }
        Ok(())
    }

    /// The same options in the query of a URL; the program goes before them, and both together may not fit.
    async fn options_in_a_url(db: &TestDb) -> Outcome {
        let url = sessions::url(db);
        let with = |options: &str| format!("{url}{}{options}", if url.contains('?') { '&' } else { '?' });
        let bench = Bench::open_at(db, &with("pool_size=1&max_overflow=1&pool_timeout=2s&stale_timeout=5m"), PoolOptions::new()).await?;
        assert_eq!((bench.stats().soft_limit, bench.stats().hard_limit), (1, 2));
        let held = bench.hold(2).await?;
        let error = bench.hold(1).await.expect_err("all are in use");
        assert!(matches!(error.kind(), ErrorKind::PoolTimeout { in_use: 2, max: 2, .. }), "{error:?}");
        give_back(held).await?;
        bench.settles_at(1).await?;
        bench.close().await?;

        let mine = PoolOptions::new().acquire_timeout(0);
        let bench = Bench::open_at(db, &with("max_connections=1&pool_timeout=3600"), mine).await?;
        let held = bench.hold(1).await?;
        let error = bench.hold(1).await.expect_err("all are in use");
        assert!(matches!(error.kind(), ErrorKind::PoolExhausted { .. }), "the program's patience: {error:?}");
        give_back(held).await?;
        bench.close().await?;

        let options = DatabaseOptions::url(with("max_connections=3")).pool(PoolOptions::new().pool_size(8));
        let error = Database::open("wrong", options).await.expect_err("they do not fit");
        assert_eq!(reason(&error), "`pool_size` 8 is more than `max_connections` 3 in the URL");
        for wrong in ["max_connections=-1", "pool_timeout=-1", "idle_timeout=NaN", "max_lifetime=soon", "echo=maybe", "pool_profile=huge"] {
            let error = Database::open("wrong", with(wrong)).await.expect_err(wrong);
            let (key, value) = wrong.split_once('=').ok_or("no option")?;
            assert!(reason(&error).contains(key) && !reason(&error).contains(&format!("={value}")), "{error}");
        }
        Ok(())
    }

    /// Each database has settings of its own.
    async fn two_databases(db: &TestDb) -> Outcome {
        let url = sessions::url(db);
        let main = DatabaseOptions::url(&url).pool(PoolOptions::new().max_connections(2).acquire_timeout(0));
        let reports = DatabaseOptions::url(&url).pool(PoolOptions::new().max_connections(1).acquire_timeout(0));
        let (main, reports) = (Database::open("main", main).await?, Database::open("reports", reports).await?);
        let hold = |db: &Database| begin().using(db).read_only();
        let (one, two, three) = (hold(&main).await?, hold(&main).await?, hold(&reports).await?);
        for (full, max) in [(&main, 2), (&reports, 1)] {
            let error = hold(full).await.expect_err("all are in use");
            assert_eq!(error.kind(), &ErrorKind::PoolExhausted { in_use: max, idle: 0, max, waiting: 0 });
            assert_eq!(error.database(), Some(full.name()));
        }
        give_back(vec![one, two, three]).await?;
        main.close().await?;
        reports.close().await?;
        Ok(())
    }
}
