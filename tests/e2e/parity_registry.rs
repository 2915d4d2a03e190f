//! Databases by name: opened, found, registered, closed.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, Sessions, TestDb, cases};

/// A name that no other test has.
fn name(db: &TestDb, what: &str) -> String {
    format!("{} {what}", db.handle().name())
}

/// How many people there are, past the ORM.
async fn people(db: &TestDb) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let rows = db.oracle("SELECT count(*) FROM users").await?;
    rows.into_iter().flatten().flatten().next().ok_or_else(|| "no count".into())
}

fn is_unknown(error: &orm::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnknownDatabase { .. })
}

cases! {
    /// Two databases, each under its name: every kind of query goes to the one that is named, and to no other.
    async fn by_name(db: &TestDb) -> Outcome {
        let (here, there, beside) = (name(db, "here"), name(db, "there"), db.another().await?);
        db::init([(&here, db.url()), (&there, &beside)]).await?;
        for name in [&here, &there] {
            db::get(name)?.create_tables(&blog::TABLES).await?;
        }
        let users = User::objects().using(&here);
        let ann = users.clone().create(NewUser::new("ann").age(30)).await?;
        assert_eq!(users.clone().bulk_create([NewUser::new("bob"), NewUser::new("cem")]).await?, 2);
        assert_eq!(people(db).await?, "3");
        // At the beginning of the query, in the middle, and at the end.
        assert_eq!(User::objects().using(&*here).filter(User::age.ge(18)).all().await?, std::slice::from_ref(&ann));
        assert_eq!(User::objects().filter(User::age.ge(18)).using(here.clone()).count().await?, 1);
        assert_eq!(User::objects().all().using(&here).await?.len(), 3);
        assert_eq!(User::objects().get(ann.id).using(&*here).await?, ann);
        // By handles, of which each is the same database.
        assert_eq!(User::objects().using(&db::get(&here)?).count().await?, 3);
        assert!(User::objects().using(db::get(&here)?.clone()).exists().await?);
        assert_eq!(users.clone().filter(User::id.eq(ann.id)).update(User::age.set(31)).await?, 1);
        assert_eq!(db.oracle("SELECT age FROM users WHERE username = 'ann'").await?, [[Some("31".to_owned())]]);
        assert_eq!(users.clone().exclude(User::id.eq(ann.id)).delete().await?, 2);
        assert_eq!(people(db).await?, "1");
        assert_eq!(User::objects().using(&there).count().await?, 0);
        orm::atomic(async |_| User::objects().using(&there).create(NewUser::new("zoe")).await).using(&there).await?;
        assert_eq!(people(db).await?, "1");
        assert_eq!(User::objects().using(&there).select(User::username).all().await?, ["zoe"]);
        // A name that nobody has, and one that is taken.
        let error = User::objects().using("nobody at all").count().await.unwrap_err();
        let ErrorKind::UnknownDatabase { known } = error.kind() else { return Err(error.into()) };
        assert!(known.contains(&here) && known.contains(&there), "{known:?}");
        assert_eq!((error.database(), error.model()), (Some("nobody at all"), Some("User")));
        let error = db::connect(db.url()).name(&here).await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::AlreadyInitialized, Some(&*here)));
        assert!(db::names().contains(&here) && db::names().contains(&there));
        for name in [&here, &there] {
            assert!(db::get(name)?.close().await?);
            assert!(is_unknown(&User::objects().using(name).count().await.unwrap_err()));
            assert!(is_unknown(&db::get(name).unwrap_err()));
        }
        Ok(())
    }

    /// Several at once, with the same options for all; all or none, and nothing is left of those that were open already.
    async fn all_or_none(db: &TestDb) -> Outcome {
        let sessions = Sessions::of(db).await?;
        let names = [name(db, "one"), name(db, "two"), name(db, "three")];
        let with_options = |url: &str| DatabaseOptions::url(url).pool(PoolOptions::new().max_connections(3));
        db::init(names.iter().map(|name| (name, with_options(&sessions.url())))).await?;
        sessions.settle_at(3).await?;
        for name in &names {
            let open = db::get(name)?;
            assert_eq!(open.pool_stats().map(|stats| (stats.opened, stats.hard_limit)), Some((1, 3)));
            open.close().await?;
        }
        sessions.settle_at(0).await?;
        let [one, two, three] = &names;
        let url = sessions.url();
        for (bad, wanted) in [("sqlite:////no/such/folder/x.db", "Connect"), ("nosuch://x/y", "UnsupportedScheme"), ("postgres://u:hunter2@127.0.0.1:1/x", "Connect"), ("", "Config")] {
            let error = db::init([(one, url.as_str()), (two, bad), (three, url.as_str())]).await.unwrap_err();
            assert!(format!("{:?}", error.kind()).starts_with(wanted), "{bad}: {error:?}");
            assert_eq!(error.database(), Some(two.as_str()));
            assert!(!format!("{error:?}").contains("hunter2"));
            assert!(names.iter().all(|name| is_unknown(&db::get(name).unwrap_err())));
        }
        sessions.settle_at(0).await?;
        let error = db::init(Vec::<(String, String)>::new()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{error:?}");
        let error = db::init([(one, db.url()), (one, db.url())]).await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::AlreadyInitialized, Some(one.as_str())));
        let taken = db::connect(db.url()).name(two).await?;
        let error = db::init([(one, db.url()), (two, db.url())]).await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::AlreadyInitialized, Some(two.as_str())));
        assert!(is_unknown(&db::get(one).unwrap_err()));
        taken.close().await?;
        Ok(())
    }

    /// Open for as long as a block lasts, however it ends; what was not committed is rolled back.
    async fn for_a_block(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let sessions = Sessions::of(db).await?;
        let (name, url) = (name(db, "block"), sessions.url());
        {
            let guard = db::connect(&url).name(&name).await?;
            User::objects().using(&name).create(NewUser::new("ann")).await?;
            assert_eq!(User::objects().using(&guard).count().await?, 1);
            sessions.settle_at(1).await?;
            let open = orm::begin().using(&name).await?;
            User::objects().using(&open).create(NewUser::new("lost")).await?;
        }
        assert!(is_unknown(&User::objects().using(&name).count().await.unwrap_err()));
        sessions.settle_at(0).await?;
        assert_eq!(people(db).await?, "1");

        let made = db::connect(&url).name(&name).scope(async |open| {
            assert_eq!(db::get(&name)?, open);
            User::objects().using(&open).create(NewUser::new("bob")).await
        }).await?;
        assert_eq!(made.username, "bob");
        assert!(is_unknown(&db::get(&name).unwrap_err()));
        sessions.settle_at(0).await?;

        let failed: Result<(), String> = async {
            let scope = db::connect(&url).name(&name).scope(async |open| {
                User::objects().using(&open).create(NewUser::new("cem")).await?;
                let open = orm::begin().using(&open).await?;
                User::objects().using(&open).create(NewUser::new("lost")).await?;
                Err::<(), _>(Failed("the body".into()))
            });
            scope.await.map_err(|Failed(what)| what)
        }.await;
        assert_eq!(failed, Err("the body".into()));
        assert!(is_unknown(&db::get(&name).unwrap_err()));
        sessions.settle_at(0).await?;

        let panics = db::connect(&url).name(&name).scope(async |open| {
            User::objects().using(&open).create(NewUser::new("dan")).await?;
            if open.is_initialized() { std::panic::resume_unwind(Box::new("the body")) }
            Ok::<(), orm::Error>(())
        });
        assert!(AssertUnwindSafe(panics).catch_unwind().await.is_err());
        assert!(is_unknown(&db::get(&name).unwrap_err()));
        sessions.settle_at(0).await?;
        assert_eq!(people(db).await?, "4");
        Ok(())
    }

    /// Further names for a database: taken, given to another one, forgotten, and gone when it is closed.
    async fn registered(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (own, alias) = (name(db, "own"), name(db, "alias"));
        let one = Database::open(&own, db.url()).await?;
        assert!(is_unknown(&db::get(&own).unwrap_err()));
        db::register(&one)?;
        db::register(&one)?;
        db::register_as(&alias, &one)?;
        User::objects().using(&alias).create(NewUser::new("ann")).await?;
        assert_eq!(User::objects().using(&own).count().await?, 1);
        assert_eq!((db::get(&own)?, db::get(&alias)?), (one.clone(), one.clone()));
        // A transaction is one by every name, also while the database is closed under it.
        let closing = orm::atomic(async |_| {
            User::objects().using(&alias).create(NewUser::new("bob")).await?;
            let closed = one.clone();
            let closing = tokio::spawn(async move { closed.close().await });
            for _ in 0..10_000 {
                tokio::task::yield_now().await;
                if db::get(&alias).is_err() { break }
            }
            assert!(is_unknown(&db::get(&alias).unwrap_err()));
            assert_eq!(User::objects().using(&alias).count().await?, 2);
            Ok::<_, orm::Error>(closing)
        }).using(&own).await?;
        assert!(closing.await??);
        for name in [&own, &alias] {
            assert!(is_unknown(&db::get(name).unwrap_err()));
        }
        let error = db::register_as(&alias, &one).unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some(&*own)));

        one.init(db.url()).await?;
        assert!(is_unknown(&db::get(&alias).unwrap_err()), "names are those of one opening");
        db::register_as(&alias, &one)?;
        let two = Database::open("two", db.another().await?).await?;
        let error = db::register_as(&alias, &two).unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::AlreadyInitialized, Some(&*alias)));
        assert_eq!(db::replace(&alias, &two)?, Some(one.clone()));
        assert_eq!(db::replace(&alias, &two)?, None);
        assert!(one.is_initialized());
        assert_eq!(db::get(&alias)?, two);
        one.close().await?;
        assert_eq!(db::get(&alias)?, two, "it is not the name of what was closed any more");
        assert_eq!(db::unregister(&alias), Some(two.clone()));
        assert_eq!(db::unregister(&alias), None);
        two.ping().await?;
        two.close().await?;
        assert!(db::replace(&alias, &two).is_err());
        assert!(!db::names().contains(&alias));

        // The registry alone keeps it open.
        db::register_as(&alias, &Database::open(&own, db.url()).await?)?;
        assert_eq!(User::objects().using(&alias).count().await?, 2);
        let kept = db::unregister(&alias).ok_or("forgotten")?;
        kept.close().await?;
        Ok(())
    }

    /// A name that was taken away leads nowhere, also where a transaction is open on what it led to.
    async fn a_name_taken_away(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let name = name(db, "taken");
        let one = Database::deferred(Box::leak(name.clone().into_boxed_str()));
        one.init(db.url()).await?;
        orm::atomic(async |_| {
            assert_eq!(User::objects().using(&name).count().await?, 0);
            assert_eq!(db::unregister(&name), Some(one.clone()));
            let error = User::objects().using(&name).count().await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error}");
            Ok::<_, orm::Error>(())
        })
        .using(&one)
        .await?;
        one.close().await?;
        Ok(())
    }

    /// Explicitly or by the first query; whether something was opened or closed is told, and what was closed is not
    /// opened again silently.
    async fn connect_and_close(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let sessions = Sessions::of(db).await?;
        let (name, url) = (name(db, "late"), sessions.url());
        let late = Database::deferred(Box::leak(name.clone().into_boxed_str()));
        let too_early = |error: orm::Error| assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some(&*name)));
        too_early(late.connect().await.unwrap_err());
        assert!(!late.close().await?);
        late.init_lazy(&url).await?;
        assert_eq!(late.pool_stats().map(|stats| stats.opened), Some(0));
        sessions.settle_at(0).await?;
        assert!(late.connect().await?);
        assert!(!late.connect().await?);
        assert_eq!(late.pool_stats().map(|stats| stats.opened), Some(1));
        sessions.settle_at(1).await?;
        assert!(late.close().await?);
        assert!(!late.close().await?);
        sessions.settle_at(0).await?;
        too_early(late.connect().await.unwrap_err());
        too_early(User::objects().using(&late).count().await.unwrap_err());
        assert!(!late.is_initialized());
        // The first query connects.
        late.init_lazy(&url).await?;
        assert_eq!(User::objects().using(&name).count().await?, 0);
        assert!(!late.connect().await?);
        // Nobody listens: lazily that shows at the first query, else at once.
        let wrong = "postgres://nobody@127.0.0.1:1/none";
        for first in [late.connect().await.map(drop), late.ping().await] {
            first?;
        }
        assert!(late.init(wrong).await.is_err());
        assert_eq!(User::objects().using(&late).count().await?, 0);
        late.init_lazy(wrong).await?;
        for error in [late.connect().await.unwrap_err(), User::objects().using(&late).count().await.unwrap_err()] {
            assert!(matches!(error.kind(), ErrorKind::Connect { .. } | ErrorKind::PoolTimeout { .. }), "{error:?}");
            assert_eq!(error.database(), Some(&*name));
        }
        // Inside of a transaction it would wait for itself.
        late.init(db.url()).await?;
        orm::atomic(async |_| {
            let error = late.close().await.unwrap_err();
            assert_eq!((error.kind(), error.database()), (&ErrorKind::CloseInTransaction, Some(&*name)));
            User::objects().using(&late).create(NewUser::new("ann")).await
        }).using(&late).await?;
        assert_eq!(people(db).await?, "1");
        assert!(late.close().await?);
        Ok(())
    }
}

/// An error of the program's own.
struct Failed(String);

impl From<orm::Error> for Failed {
    fn from(error: orm::Error) -> Self {
        Self(error.to_string())
    }
}
