//! Databases for as long as a program serves.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use orm::prelude::*;
use orm::{ErrorKind, Settings};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, Sessions, TestDb, cases};

fn names(db: &TestDb) -> [String; 2] {
    ["one", "two"].map(|name| format!("{} {name}", db.handle().name()))
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

cases! {
    /// Opened before, all or none; closed after, however it ends; what still runs then may finish.
    async fn opened_and_closed(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let sessions = Sessions::of(db).await?;
        let (names, url) = (names(db), sessions.url());
        let [one, two] = &names;
        let databases = || names.iter().map(|name| (name.clone(), url.clone()));
        let closed = async || {
            assert!(names.iter().all(|name| db::get(name).is_err()));
            sessions.settle_at(0).await
        };

        let value = db::lifespan(databases()).run(async || {
            sessions.settle_at(2).await?;
            User::objects().using(one).create(NewUser::new("ann")).await?;
            Ok::<_, Failure>(User::objects().using(two).count().await?)
        }).await?;
        assert_eq!(value, 1);
        closed().await?;

        let error = db::lifespan(databases()).run(async || {
            User::objects().using(one).get(-1).await?;
            Ok::<_, orm::Error>(())
        }).await.unwrap_err();
        assert!(error.is_not_found());
        closed().await?;

        let panics = db::lifespan(databases()).run(async || {
            User::objects().using(one).create(NewUser::new("bob")).await?;
            if db::get(one).is_ok() { std::panic::resume_unwind(Box::new("the app")) }
            Ok::<_, orm::Error>(())
        });
        let panic = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the app"));
        closed().await?;

        // One that cannot be opened: the program does not run.
        let mut ran = false;
        let wrong = [(one.clone(), url.clone()), (two.clone(), "sqlite:////no/such/folder/x.db".to_owned())];
        let error = db::lifespan(wrong).run(async || {
            ran = true;
            Ok::<_, orm::Error>(())
        }).await.unwrap_err();
        assert_eq!((error.database(), ran), (Some(&**two), false));
        closed().await?;
        let none: orm::Result<()> = db::lifespan(Settings::new()).run(async || Ok(())).await;
        assert!(matches!(none.unwrap_err().kind(), ErrorKind::Config { .. }));

        // What the program leaves behind may finish; what does not is rolled back.
        let settings = databases().fold(Settings::new(), |settings, (name, url)| settings.database(name, url));
        let late = db::lifespan(settings.clone()).run(async || {
            let tx = orm::begin().using(one).await?;
            let name = one.clone();
            Ok::<_, orm::Error>(tokio::spawn(async move {
                User::objects().using(&tx).create(NewUser::new("late")).await?;
                while db::get(&name).is_ok() {
                    tokio::task::yield_now().await;
                }
                tx.commit().await
            }))
        });
        let late = tokio::time::timeout(Duration::from_secs(60), late).await??;
        late.await??;
        closed().await?;
        let lost = db::lifespan(settings.clone()).patience(Duration::ZERO).run(async || {
            let tx = orm::begin().using(one).await?;
            User::objects().using(&tx).create(NewUser::new("lost")).await?;
            Ok::<_, orm::Error>(tx)
        }).await?;
        assert!(lost.commit().await.is_err());
        closed().await?;

        // As a guard: stopped, or only dropped.
        let started = db::lifespan(settings.clone()).start().await?;
        User::objects().using(two).create(NewUser::new("cem")).await?;
        assert!(db::lifespan(settings.clone()).start().await.is_err(), "the names are taken");
        started.stop().await?;
        closed().await?;
        drop(db::lifespan(settings).start().await?);
        closed().await?;
        let found = db.oracle("SELECT username FROM users ORDER BY username").await?.concat();
        assert_eq!(found, ["ann", "bob", "cem", "late"].map(|name| Some(name.to_owned())));
        Ok(())
    }
}
