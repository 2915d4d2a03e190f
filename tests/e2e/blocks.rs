//! Blocks that open a database, commit in their middle, or commit every so often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::prelude::*;
use orm::{ErrorKind, Isolation};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, TestDb, cases};

/// The names of all people, past the ORM.
async fn names(db: &TestDb) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let rows = db.oracle("SELECT username FROM users ORDER BY username").await?;
    Ok(rows.concat().into_iter().flatten().collect())
}

async fn add(on: &Database, name: &str) -> orm::Result<()> {
    User::objects().using(on).create(NewUser::new(name)).await.map(drop)
}

/// An open database of the test's own, and closed.
async fn closed(db: &TestDb) -> orm::Result<Database> {
    db.handle().create_tables(&blog::TABLES).await?;
    let own = Database::open("of a block", db.url()).await?;
    own.close().await?;
    Ok(own)
}

fn is_refused(error: &orm::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidQuery { .. })
}

cases! {
    /// Opened by the block and closed by it, with a transaction in it, however it ends.
    async fn opens_and_closes(db: &TestDb) -> Outcome {
        let own = closed(db).await?;
        let depth = own.scope(async |tx| {
            add(&own, "ann").await?;
            assert!(own.is_initialized() && own.current_transaction().is_some());
            Ok::<_, orm::Error>(tx.depth())
        }).await?;
        assert_eq!((depth, own.is_initialized()), (0, false));
        assert_eq!(names(db).await?, ["ann"]);
        let error = own.scope(async |_| {
            add(&own, "bob").await?;
            add(&own, "ann").await
        }).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!((names(db).await?, own.is_initialized()), (vec!["ann".to_owned()], false));
        // Given up.
        let given_up = own.scope(async |_| {
            add(&own, "cem").await?;
            std::future::pending::<orm::Result<()>>().await
        });
        let began = async {
            while own.current_transaction().is_none() && !own.is_initialized() {
                tokio::task::yield_now().await;
            }
            own.ping().await
        };
        tokio::select! {
            _ = given_up.into_future() => return Err("it was pending".into()),
            result = began => drop(result),
        }
        assert!(!own.is_initialized());
        assert_eq!(names(db).await?, ["ann"]);
        Ok(())
    }

    /// The outermost of several closes; what was open before stays open.
    async fn only_the_outermost_closes(db: &TestDb) -> Outcome {
        let own = closed(db).await?;
        own.scope(async |_| {
            add(&own, "ann").await?;
            let inner = own.scope(async |tx| {
                assert_eq!(tx.depth(), 1);
                add(&own, "bob").await?;
                add(&own, "bob").await
            });
            assert!(inner.await.unwrap_err().is_unique_violation());
            assert!(own.is_initialized());
            add(&own, "cem").await
        }).await?;
        assert_eq!((names(db).await?, own.is_initialized()), (vec!["ann".to_owned(), "cem".to_owned()], false));
        // Side by side: many tasks, one opening, and closed behind the last.
        let opened = tokio::sync::Barrier::new(5);
        let one = async |at: usize| {
            own.scope(async |_| {
                opened.wait().await;
                match at {
                    0 => add(&own, "dan").await,
                    _ => User::objects().using(&own).count().await.map(drop),
                }
            }).await
        };
        if db.kind() != orm_tests::Kind::Sqlite {
            let all = tokio::join!(one(0), one(1), one(2), one(3), one(4));
            assert!([all.0, all.1, all.2, all.3, all.4].iter().all(Result::is_ok));
            assert_eq!(names(db).await?, ["ann", "cem", "dan"]);
        }
        assert!(!own.is_initialized());
        db.handle().scope(async |_| User::objects().using(db.handle()).count().await).await?;
        assert!(db.handle().is_initialized());
        // Bound anew inside: that is not the block's to close.
        own.scope(async |_| own.init(db.url()).await).await?;
        assert!(own.is_initialized());
        own.close().await?;
        let error = Database::deferred("never").scope(async |_| Ok::<_, orm::Error>(())).await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some("never")));
        let (elsewhere, url) = (own.clone(), db.url().to_owned());
        let on_a_thread = std::thread::spawn(move || {
            let done = elsewhere.scope(async |tx| Ok::<_, orm::Error>(tx.depth())).blocking();
            drop(url);
            done
        });
        assert_eq!(on_a_thread.join().map_err(|_| "a panic")??, 0);
        assert!(!own.is_initialized());
        Ok(())
    }

    /// What was done before the commit is there to stay, what comes after it is protected by the same block.
    async fn commits_in_the_middle(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let on = db.handle();
        let told = Arc::new(AtomicUsize::new(0));
        let tell = |tx: &Tx| {
            let told = Arc::clone(&told);
            tx.on_commit(move || _ = told.fetch_add(1, Ordering::SeqCst));
        };
        let error = orm::atomic(async |tx: Tx| {
            add(on, "ann").await?;
            tell(&tx);
            tx.commit_and_chain().await?;
            assert_eq!(told.load(Ordering::SeqCst), 1);
            add(on, "bob").await?;
            tell(&tx);
            tx.rollback_and_chain().await?;
            add(on, "cem").await?;
            tx.commit_and_chain().await?;
            add(on, "dan").await?;
            tell(&tx);
            add(on, "ann").await
        }).using(on).isolation(Isolation::Serializable).retry(3).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!((names(db).await?, told.load(Ordering::SeqCst)), (vec!["ann".to_owned(), "cem".to_owned()], 1));
        // A guard, and after a failure.
        let guard = orm::begin().using(on).await?;
        let users = User::objects().using(&guard);
        assert!(users.clone().create(NewUser::new("ann")).await.is_err());
        let error = guard.tx().commit_and_chain().await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TransactionBroken);
        guard.tx().rollback_and_chain().await?;
        users.clone().create(NewUser::new("eve")).await?;
        guard.commit().await?;
        assert_eq!(names(db).await?, ["ann", "cem", "eve"]);
        assert_eq!(on.pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }

    /// Each part has the isolation of the whole, and refuses writes if the whole does.
    async fn parts_are_as_the_whole(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let on = db.handle();
        let outcome = orm::atomic(async |tx: Tx| {
            User::objects().using(on).count().await?;
            tx.commit_and_chain().await?;
            add(on, "ann").await
        }).using(on).read_only().await;
        assert!(outcome.is_err());
        add(on, "bob").await?;
        assert_eq!(names(db).await?, ["bob"]);
        Ok(())
    }

    /// A part that cannot be ended by itself is not; the block around goes on.
    async fn refused_inside(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let on = db.handle();
        orm::atomic(async |tx: Tx| {
            add(on, "ann").await?;
            tx.atomic(async |inner: Tx| {
                assert!(is_refused(&inner.commit_and_chain().await.unwrap_err()));
                assert!(is_refused(&inner.rollback_and_chain().await.unwrap_err()));
                // It would wait for the block that it is called in.
                assert!(is_refused(&tx.commit_and_chain().await.unwrap_err()));
                Ok::<_, orm::Error>(())
            }).await?;
            let guard = orm::begin().using(&tx).await?;
            assert!(is_refused(&tx.commit_and_chain().await.unwrap_err()));
            guard.rollback().await?;
            tx.set_rollback(true)?;
            assert!(is_refused(&tx.commit_and_chain().await.unwrap_err()));
            tx.set_rollback(false)?;
            add(on, "bob").await
        }).using(on).await?;
        assert_eq!(names(db).await?, ["ann", "bob"]);
        let mut over = None;
        orm::atomic(async |tx: Tx| { over = Some(tx); Ok::<_, orm::Error>(()) }).using(on).await?;
        let error = over.ok_or("run")?.commit_and_chain().await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TransactionClosed);
        Ok(())
    }

    /// Every so many items are one transaction.
    async fn batches(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let on = db.handle();
        let commits = Arc::new(AtomicUsize::new(0));
        let users = User::objects().using(on);
        let each = |tx: Tx, name: String| {
            if name == "u0" || name == "u3" || name == "u6" {
                let commits = Arc::clone(&commits);
                tx.on_commit(move || _ = commits.fetch_add(1, Ordering::SeqCst));
            }
            let users = users.clone();
            async move { users.create(NewUser::new(name)).await.map(drop) }
        };
        let done = on.batch_commit((0..7).map(|n| format!("u{n}")), 3, each).await?;
        assert_eq!((done, commits.load(Ordering::SeqCst)), (7, 3));
        // One fails: those of its batch are undone, and no other is taken.
        let mut taken = 0;
        let more = ["a", "b", "c", "u1", "d"].into_iter().inspect(|_| taken += 1);
        let error = on.batch_commit(more, 2, async |_, name| add(on, name).await).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(taken, 4);
        assert_eq!(names(db).await?, ["a", "b", "u0", "u1", "u2", "u3", "u4", "u5", "u6"]);
        let none = async |_: Tx, _: i32| Ok::<_, orm::Error>(());
        assert_eq!(on.batch_commit([], 5, none).await?, 0);
        assert!(is_refused(&on.batch_commit([1], 0, none).await.unwrap_err()));
        let inside = orm::atomic(async |_| on.batch_commit([1], 1, none).await).using(on).await;
        assert!(is_refused(&inside.unwrap_err()));
        Ok(())
    }
}
