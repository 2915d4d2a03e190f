//! All or nothing.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};

cases! {
    /// Commit on `Ok`, roll back on `Err`; queries inside join without being told.
    async fn commit_and_rollback(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let count = orm::atomic(async |_tx| {
            users.clone().create(NewUser::new("ann")).await?;
            users.clone().count().await
        })
        .using(db.handle())
        .await?;
        assert_eq!(count, 1);
        let failed: orm::Result<()> = orm::atomic(async |tx| {
            users.clone().create(NewUser::new("bob")).await?;
            User::objects().using(&tx).create(NewUser::new("cyd")).await?;
            users.clone().get(-1).await?;
            Ok(())
        })
        .using(db.handle())
        .await;
        assert!(failed.unwrap_err().is_not_found());
        assert_eq!(users.count().await?, 1);
        Ok(())
    }

    /// An inner block is a savepoint: it alone is undone.
    async fn nesting(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        orm::atomic(async |tx| {
            users.clone().create(NewUser::new("outer")).await?;
            let inner: orm::Result<()> = tx
                .atomic(async |_| {
                    users.clone().create(NewUser::new("inner")).await?;
                    users.clone().create(NewUser::new("inner")).await?;
                    Ok(())
                })
                .await;
            assert!(inner.unwrap_err().is_unique_violation());
            users.clone().create(NewUser::new("after")).await?;
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        let names = users.order_by(User::id).select(User::username).all().await?;
        assert_eq!(names, ["outer", "after"]);
        Ok(())
    }

    /// A failed statement breaks its block, on every backend; nothing of the block stays.
    async fn a_failed_statement_breaks_its_block(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let outcome: orm::Result<()> = orm::atomic(async |_| {
            users.clone().create(NewUser::new("ann")).await?;
            let first = users.clone().create(NewUser::new("ann")).await.unwrap_err();
            assert!(first.is_unique_violation());
            let second = users.clone().create(NewUser::new("bob")).await.unwrap_err();
            assert_eq!(*second.kind(), orm::ErrorKind::TransactionBroken);
            Ok(())
        })
        .using(db.handle())
        .await;
        assert!(outcome.is_err());
        assert_eq!(users.count().await?, 0);
        Ok(())
    }

    /// A handle that escapes is refused; nothing runs in autocommit.
    async fn a_handle_does_not_outlive_its_transaction(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let escaped = orm::atomic(async |tx| Ok::<_, orm::Error>(tx)).using(db.handle()).await?;
        let error = User::objects().using(&escaped).create(NewUser::new("ann")).await.unwrap_err();
        assert_eq!(*error.kind(), orm::ErrorKind::TransactionClosed);
        assert_eq!(User::objects().using(db.handle()).count().await?, 0);
        Ok(())
    }

    /// Dropping the future at each poll leaves all of it or nothing: no half, no lock, no lost connection.
    async fn dropped_at_every_poll(db: &TestDb) -> Outcome {
        use std::future::{Future, IntoFuture};
        use std::task::Poll;
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let mut completed = None;
        for polls in 0..200 {
            let body = || async {
                users.clone().create(NewUser::new(format!("{polls} first")).age(polls)).await?;
                users.clone().filter(User::age.eq(polls)).update(User::active.set(false)).await?;
                users.clone().create(NewUser::new(format!("{polls} second")).age(polls)).await?;
                Ok::<_, orm::Error>(())
            };
            let mut future = Box::pin(orm::atomic(async |_| body().await).using(db.handle()).into_future());
            let mut left = polls;
            let done = std::future::poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(None);
                }
                left -= 1;
                future.as_mut().poll(context).map(Some)
            })
            .await;
            drop(future);
            if let Some(outcome) = done {
                outcome?;
                completed = Some(polls);
                break;
            }
        }
        let completed = completed.ok_or("two hundred polls were not enough")?;
        assert!(completed >= 1);
        // Whether a commit that was given up on its way took place is the server's to say; a half is not.
        let per_run: Vec<(Option<i32>, i64)> =
            users.clone().group_by(User::age).annotate(count_rows()).order_by(key(User::age).asc()).all().await?;
        assert!(per_run.iter().all(|(_, rows)| *rows == 2), "{per_run:?}");
        assert_eq!(per_run.last(), Some(&(Some(completed), 2)));
        let stats = db.handle().pool_stats().ok_or("no pool")?;
        assert_eq!(stats.in_use, 0, "{stats:?}");
        Ok(())
    }

    /// A block that is marked is rolled back without an error, it alone, and what was to follow its commit never does.
    async fn rolled_back_on_purpose(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = || User::objects().using(db.handle());
        let add = |name: &str| users().create(NewUser::new(name)).into_future();
        let called = Arc::new(AtomicUsize::new(0));
        let hook = || {
            let called = Arc::clone(&called);
            move || {
                called.fetch_add(1, Ordering::SeqCst);
            }
        };
        let dry = orm::atomic(async |tx: Tx| {
            tx.set_rollback(true)?;
            tx.on_commit(hook());
            add("dry").await?;
            users().count().await
        });
        assert_eq!(dry.using(db.handle()).await?, 1);
        assert_eq!((users().count().await?, called.load(Ordering::SeqCst)), (0, 0));
        // Taken back.
        let kept = orm::atomic(async |tx: Tx| {
            tx.set_rollback(true)?;
            tx.on_commit(hook());
            add("ann").await?;
            tx.set_rollback(false)
        });
        kept.using(db.handle()).await?;
        assert_eq!((users().count().await?, called.load(Ordering::SeqCst)), (1, 1));
        // Of blocks in each other.
        let nested = orm::atomic(async |tx: Tx| {
            add("outer").await?;
            let inside = tx.atomic(async |inner: Tx| {
                inner.on_commit(hook());
                inner.set_rollback(true)?;
                inner.atomic(async |_| add("innermost").await).await?;
                users().count().await
            });
            assert_eq!(inside.await?, 3);
            assert_eq!(users().count().await?, 2);
            add("after").await
        });
        nested.using(db.handle()).await?;
        let undone = orm::atomic(async |tx: Tx| {
            tx.atomic(async |_| add("inner").await).await?;
            tx.set_rollback(true)
        });
        undone.using(db.handle()).await?;
        // A statement that fails is no less a failure.
        let failed = orm::atomic(async |tx: Tx| {
            tx.set_rollback(true)?;
            assert!(add("ann").await.is_err_and(|error| error.is_unique_violation()));
            Ok::<_, orm::Error>(())
        });
        assert_eq!(*failed.using(db.handle()).await.unwrap_err().kind(), ErrorKind::TransactionBroken);
        // Nobody takes a guard for committed that was not.
        for nested in [false, true] {
            let outer = if nested { Some(orm::begin().using(db.handle()).await?) } else { None };
            let guard = match &outer {
                Some(outer) => orm::begin().using(outer).await?,
                None => orm::begin().using(db.handle()).await?,
            };
            User::objects().using(&guard).filter(User::username.eq("ann")).update(User::age.set(9)).await?;
            let tx = guard.tx();
            tx.set_rollback(true)?;
            let error = guard.commit().await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            assert_eq!(error.database(), Some(db.handle().name()));
            assert_eq!(*tx.set_rollback(false).unwrap_err().kind(), ErrorKind::TransactionClosed);
            if let Some(outer) = outer {
                outer.commit().await?;
            }
        }
        let names = db.oracle("SELECT username FROM users WHERE age IS NULL ORDER BY id").await?;
        let names: Vec<_> = names.into_iter().flatten().flatten().collect();
        assert_eq!((names, called.load(Ordering::SeqCst)), (["ann", "outer", "after"].map(str::to_owned).to_vec(), 1));
        Ok(())
    }

    /// The transaction around a task is known to its database, the innermost block of it, and to no other.
    async fn the_one_around(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (on, other) = (db.handle(), Database::open("other", db.url()).await?);
        let depth = |database: &Database| database.current_transaction().map(|tx| tx.depth());
        assert_eq!(depth(on), None);
        let over = orm::atomic(async |tx: Tx| {
            let found = on.clone().current_transaction().expect("it is open");
            User::objects().using(&found).create(NewUser::new("ann")).await?;
            assert_eq!((found.database(), depth(on), depth(&other)), (on.name(), Some(0), None));
            let inner = tx.atomic(async |_| Ok::<_, orm::Error>(depth(on)));
            assert_eq!((inner.await?, depth(on)), (Some(1), Some(0)));
            let beside = orm::atomic(async |_| Ok::<_, orm::Error>((depth(on), depth(&other))));
            assert_eq!(beside.using(&other).read_only().await?, (Some(0), Some(0)));
            let spawned = on.clone();
            let spawned = tokio::spawn(async move { spawned.current_transaction().is_none() });
            assert!(spawned.await.expect("no panic"));
            Ok::<_, orm::Error>(found)
        });
        let over = over.using(on).await?;
        assert_eq!(depth(on), None);
        assert_eq!(*User::objects().using(&over).count().await.unwrap_err().kind(), ErrorKind::TransactionClosed);
        let guard = orm::begin().using(on).await?;
        assert_eq!(depth(on), None, "nobody joins a guard");
        guard.rollback().await?;
        assert_eq!(depth(&Database::deferred("never bound")), None);
        assert_eq!(db.oracle("SELECT count(*) FROM users").await?, [[Some("1".to_owned())]]);
        other.close().await?;
        Ok(())
    }
}
