//! All databases at once: closed, and asked how they are.

use std::error::Error as _;
use std::time::Duration;

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, Sessions, cases};

cases! {
    /// Closes all connections of all databases. What runs may finish; what does not is rolled back first.
    async fn closed(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let sessions = Sessions::of(db).await?;
        let url = sessions.url();
        db::init([("default", url.as_str()), ("second", url.as_str())]).await?;
        let third = Database::open("third", &url).await?;
        db::register_as("third too", &third)?;
        db::register_as("and again", &third)?;
        let unnamed = Database::open("unnamed", db.url()).await?;
        sessions.settle_at(if db.kind() == Kind::Postgres { 3 } else { 4 }).await?;

        // A transaction that ends in time is committed.
        let quick = orm::begin().using("default").await?;
        User::objects().using(&quick).create(NewUser::new("quick")).await?;
        let (closed, committed) = tokio::join!(db::close(), quick.commit());
        assert_eq!(closed?, 3);
        committed?;
        assert_eq!(db::names(), [""; 0]);
        sessions.settle_at(usize::from(db.kind() != Kind::Postgres)).await?;
        for name in ["default", "second", "third too", "and again"] {
            let error = User::objects().using(name).count().await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error:?}");
        }
        assert!(!third.is_initialized() && unnamed.is_initialized());
        assert_eq!(User::objects().using(&unnamed).count().await?, 1);
        unnamed.close().await?;
        assert_eq!(db::close().await?, 0);

        // Those that do not are rolled back: a forgotten one, and one that is in the middle of its work.
        db::init([("default", url.as_str()), ("second", url.as_str())]).await?;
        let forgotten = orm::begin().using("default").await?;
        User::objects().using(&forgotten).create(NewUser::new("lost")).await?;
        let kept = orm::begin().using(db.handle());
        let ended = db::close().patience(Duration::ZERO).await?;
        assert_eq!(ended, 2);
        sessions.settle_at(0).await?;
        let error = User::objects().using(&forgotten).count().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::TransactionBroken);
        let source = error.source().and_then(|source| source.downcast_ref::<orm::Error>()).ok_or("no source")?;
        assert_eq!((source.kind(), source.database()), (&ErrorKind::PoolClosed, Some("default")));
        assert_eq!(forgotten.commit().await.unwrap_err().kind(), &ErrorKind::TransactionBroken);
        // Nobody holds a lock any more, or this would wait.
        let kept = kept.await?;
        User::objects().using(&kept).create(NewUser::new("lost")).await?;
        kept.commit().await?;

        db::init([("default", url.as_str())]).await?;
        let working: orm::Result<()> = orm::atomic(async |tx| {
            User::objects().create(NewUser::new("lost too")).await?;
            let closing = tokio::spawn(async { db::close().patience(Duration::from_millis(50)).await });
            assert_eq!(closing.await.expect("no panic")?, 1);
            let error = User::objects().using(&tx).count().await.unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::TransactionBroken);
            Ok(())
        }).await;
        assert_eq!(working.unwrap_err().kind(), &ErrorKind::TransactionBroken);
        let names = db.oracle("SELECT username FROM users ORDER BY username").await?;
        assert_eq!(names.concat(), [Some("lost".to_owned()), Some("quick".to_owned())]);
        assert_eq!(db.oracle("SELECT count(*) FROM users").await?, [[Some("2".to_owned())]]);

        // Inside of a transaction that one stays, the others are closed.
        db::init([("default", db.url()), ("second", db.url())]).await?;
        orm::atomic(async |_| {
            let error = db::close().await.unwrap_err();
            assert_eq!((error.kind(), error.database()), (&ErrorKind::CloseInTransaction, Some("default")));
            assert_eq!(db::names(), ["default"]);
            User::objects().create(NewUser::new("late")).await
        }).await?;
        assert_eq!(db::close().await?, 1);
        assert_eq!(db.oracle("SELECT count(*) FROM users").await?, [[Some("3".to_owned())]]);
        Ok(())
    }

    /// Asks all of them at once: each is told by itself, with its pool, and one that is away or busy hides no other.
    async fn checked(db: &TestDb) -> Outcome {
        assert!(db::check().await.is_empty());
        let one = DatabaseOptions::url(db.url()).pool(PoolOptions::new().max_connections(1));
        db::init([("well", DatabaseOptions::url(db.url())), ("busy", one)]).await?;
        db::register_as("also well", &db::get("well")?)?;
        let away = Database::deferred("away");
        away.init_lazy("postgres://nobody:hunter2@127.0.0.1:1/none").await?;
        // It listens, and says nothing.
        let ear = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let mute = Database::deferred("mute");
        mute.init_lazy(format!("postgres://nobody:hunter2@{}/none", ear.local_addr()?)).await?;
        let busy = orm::begin().using("busy").await?;
        let found = db::check().within(Duration::from_secs(2)).await;
        assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
        let names: Vec<_> = found.iter().map(|one| one.names.join(" ")).collect();
        assert_eq!(names, ["also well well", "away", "busy", "mute"]);
        let [well, gone, full, mute] = &found[..] else { return Err("four".into()) };
        assert!(well.is_ok() && well.backend == db.handle().backend() && well.url == db.handle().url());
        assert_eq!(well.pool.map(|pool| (pool.size, pool.in_use)), Some((1, 0)));
        let error = gone.result.clone().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect { .. } | ErrorKind::PoolTimeout { .. }), "{error:?}");
        assert_eq!((error.database(), gone.backend, gone.pool.map(|pool| pool.size)), (Some("away"), None, Some(0)));
        let error = full.result.clone().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::PoolTimeout { in_use: 1, idle: 0, max: 1, .. }), "{error:?}");
        assert_eq!(error.database(), Some("busy"));
        assert_eq!(full.backend, db.handle().backend());
        let error = mute.result.clone().unwrap_err();
        let ErrorKind::PoolTimeout { last_connect_error: Some(said), .. } = error.kind() else {
            return Err(format!("{error:?}").into());
        };
        assert!(said.contains(&ear.local_addr()?.to_string()) && said.contains("timed out"), "{said}");
        busy.rollback().await?;
        assert!(db::check().await.iter().filter(|one| one.names != ["away"] && one.names != ["mute"]).all(|one| one.is_ok()));
        assert_eq!(db::close().await?, 4);
        // Without a runtime too.
        let url = db.url().to_owned();
        let asked = std::thread::spawn(move || {
            db::init([("well", url)]).blocking()?;
            let found = db::check().blocking()?;
            db::close().blocking()?;
            Ok::<_, orm::Error>(found.len())
        });
        let asked = tokio::task::spawn_blocking(|| asked.join()).await?;
        assert_eq!(asked.map_err(|_| "it panicked")??, 1);
        assert!(matches!(db::check().blocking().unwrap_err().kind(), ErrorKind::BlockingInsideRuntime));
        Ok(())
    }
}
