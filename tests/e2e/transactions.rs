//! All or nothing.

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
}
