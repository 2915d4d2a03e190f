//! One handle under many runtimes, and blocking beside asynchronous callers.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};

cases! {
    /// Fifty runtimes, one after the other, share one handle: no connection of a dead runtime is handed out.
    async fn fifty_runtimes(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let handle = db.handle().clone();
        let names = tokio::task::spawn_blocking(move || {
            for n in 0..50 {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let users = User::objects().using(&handle);
                runtime.block_on(async { users.create(NewUser::new(format!("u{n}"))).await })?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(handle)
        })
        .await?
        .map_err(|error| error.to_string())?;
        assert_eq!(User::objects().using(&names).count().await?, 50);
        Ok(())
    }

    /// Threads without a runtime block while tasks await, on one handle.
    async fn blocking_beside_async(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let handle = db.handle().clone();
                std::thread::spawn(move || {
                    for n in 0..10 {
                        User::objects().using(&handle).create(NewUser::new(format!("{thread} {n}"))).blocking()?;
                    }
                    Ok::<_, orm::Error>(())
                })
            })
            .collect();
        for n in 0..20 {
            User::objects().using(db.handle()).create(NewUser::new(format!("async {n}"))).await?;
        }
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()).await?;
        for outcome in joined {
            outcome.map_err(|_| "a thread panicked")??;
        }
        assert_eq!(User::objects().using(db.handle()).count().await?, 60);
        Ok(())
    }

    /// Blocking inside of a runtime is an error, not a deadlock.
    async fn blocking_inside_a_runtime(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let error = User::objects().using(db.handle()).count().blocking().unwrap_err();
        assert_eq!(*error.kind(), orm::ErrorKind::BlockingInsideRuntime);
        Ok(())
    }
}
