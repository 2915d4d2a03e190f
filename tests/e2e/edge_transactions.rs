//! Transactions that are dropped, panic, run side by side, or belong to somebody else.

use std::future::{Future, IntoFuture as _};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures_util::FutureExt as _;
use orm::prelude::*;
use orm::{ErrorKind, params};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, TestDb, cases};
use sqlx::Connection as _;

fn in_use(db: &TestDb) -> Option<usize> {
    db.handle().pool_stats().map(|stats| stats.in_use)
}

/// Polls once, and drops it if that was not enough.
async fn polled_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        Poll::Ready(match future.poll_unpin(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

cases! {
    /// Queries side by side in one block queue for its connection; what is spawned is not in it, unless told.
    async fn side_by_side(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        orm::atomic(async |tx| {
            let add = |name: &str| users.clone().create(NewUser::new(name)).into_future();
            let (a, b, c, n) = tokio::join!(add("a"), add("b"), add("c"), users.clone().count());
            assert!(a.is_ok() && b.is_ok() && c.is_ok() && n.is_ok());
            let nested = |name: &'static str| {
                let users = users.clone();
                tx.atomic(async move |_| {
                    users.clone().create(NewUser::new(name)).await?;
                    users.create(NewUser::new(if name == "e" { "a" } else { "f" })).await
                }).into_future()
            };
            let (d, e) = tokio::join!(nested("d"), nested("e"));
            assert!(d.is_ok() && e.is_err_and(|error| error.is_unique_violation()));
            let (handle, inside) = (db.handle().clone(), tx.clone());
            let seen = tokio::spawn(async move {
                let outside = User::objects().using(&handle).count().await?;
                Ok::<_, orm::Error>((outside, User::objects().using(inside).count().await?))
            });
            assert_eq!(seen.await.map_err(|error| error.to_string()).map(|seen| seen.ok()), Ok(Some((0, 5))));
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        let names = users.order_by(User::username).select(User::username).all().await?;
        assert_eq!(names, ["a", "b", "c", "d", "f"]);
        Ok(())
    }

    /// A statement given up in the middle: the block cannot be committed, and nothing of it stays.
    async fn a_statement_given_up(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let mut dropped = false;
        let outcome: orm::Result<()> = orm::atomic(async |_| {
            users.clone().create(NewUser::new("ann")).await?;
            let many = (0..5_000).map(|n| NewUser::new(format!("u{n}")));
            dropped = polled_once(users.clone().bulk_create(many).into_future()).await.is_none();
            Ok(())
        })
        .using(db.handle())
        .await;
        assert_eq!(outcome.is_err(), dropped, "{outcome:?}");
        if let Err(error) = outcome {
            assert_eq!(*error.kind(), ErrorKind::TransactionBroken);
        }
        assert_eq!(users.clone().count().await?, if dropped { 0 } else { 5_001 });
        assert!(dropped || db.kind() == Kind::Sqlite);
        assert_eq!(in_use(db), Some(0));
        Ok(())
    }

    /// A nested block given up between two statements: it alone is undone, and the block around it goes on.
    async fn a_nested_block_given_up(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        orm::atomic(async |tx| {
            users.clone().create(NewUser::new("ann")).await?;
            let nested = tx.atomic(async |_| {
                users.clone().create(NewUser::new("bob")).await?;
                tokio::time::sleep(std::time::Duration::from_secs(60)).await;
                Ok::<_, orm::Error>(())
            });
            let given_up = tokio::time::timeout(std::time::Duration::from_millis(300), nested.into_future()).await;
            assert!(given_up.is_err());
            users.clone().create(NewUser::new("cyd")).await?;
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        assert_eq!(users.order_by(User::id).select(User::username).all().await?, ["ann", "cyd"]);
        assert_eq!(in_use(db), Some(0));
        Ok(())
    }

    /// A panic inside of a block, and inside of a nested one: rolled back, and the connection is not lost.
    async fn a_panic_inside(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        for nested in [false, true] {
            let block = orm::atomic(async |tx| {
                users.clone().create(NewUser::new("ann")).await?;
                if nested {
                    tx.atomic(async |_| -> orm::Result<()> {
                        users.clone().create(NewUser::new("bob")).await?;
                        std::panic::resume_unwind(Box::new("stop"));
                    })
                    .await?;
                }
                std::panic::resume_unwind(Box::new("stop"));
                #[expect(unreachable_code, reason = "says the type")]
                Ok::<(), orm::Error>(())
            })
            .using(db.handle());
            assert!(AssertUnwindSafe(block.into_future()).catch_unwind().await.is_err());
            assert_eq!(users.clone().count().await?, 0);
            assert_eq!(in_use(db), Some(0));
        }
        Ok(())
    }

    /// What is to be done after the commit is done in order, and not for what was undone.
    async fn hooks_in_order(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let done: Arc<Mutex<Vec<u32>>> = Arc::default();
        let hook = |n: u32| {
            let done = Arc::clone(&done);
            move || done.lock().map(|mut done| done.push(n)).unwrap_or_default()
        };
        orm::atomic(async |tx| {
            tx.on_commit(hook(1));
            orm::atomic(async |inner| {
                inner.on_commit(hook(2));
                Ok::<_, orm::Error>(())
            }).using(db.handle()).await?;
            let undone: orm::Result<()> = tx.atomic(async |inner| {
                inner.on_commit(hook(3));
                inner.atomic(async |_| { orm::on_commit(hook(4)); Ok::<_, orm::Error>(()) }).await?;
                users.clone().get(-1).await.map(drop)
            }).await;
            assert!(undone.is_err());
            orm::on_commit(hook(5));
            assert_eq!(done.lock().map(|done| done.len()).unwrap_or(9), 0);
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        assert_eq!(done.lock().map(|done| done.clone()).unwrap_or_default(), [1, 2, 5]);
        let failed: orm::Result<()> = orm::atomic(async |tx| { tx.on_commit(hook(6)); users.clone().get(-1).await.map(drop) }).using(db.handle()).await;
        assert!(failed.is_err());
        orm::on_commit(hook(7));
        assert_eq!(done.lock().map(|done| done.clone()).unwrap_or_default(), [1, 2, 5, 7]);
        Ok(())
    }

    /// A commit that the database refuses.
    async fn a_refused_commit(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (users, posts) = (User::objects().using(db.handle()), Post::objects().using(db.handle()));
        let defer = match db.kind() {
            Kind::Postgres => "ALTER TABLE posts ALTER CONSTRAINT ",
            // SQLite can defer all of a transaction's checks, but not from outside; the others cannot.
            Kind::Sqlite | Kind::MariaDb | Kind::MySql => return Ok(()),
        };
        let named = db.oracle("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'posts'::regclass").await?;
        for name in named.into_iter().flatten().flatten() {
            db.oracle(&format!("{defer} {name} DEFERRABLE INITIALLY DEFERRED")).await?;
        }
        let hooked = Arc::new(Mutex::new(false));
        let called = Arc::clone(&hooked);
        let outcome: orm::Result<()> = orm::atomic(async |tx| {
            tx.on_commit(move || if let Ok(mut called) = called.lock() { *called = true; });
            users.clone().create(NewUser::new("ann")).await?;
            posts.clone().create(NewPost::new(99, "lost")).await?;
            Ok(())
        })
        .using(db.handle())
        .await;
        assert!(outcome.as_ref().is_err_and(orm::Error::is_foreign_key_violation), "{outcome:?}");
        assert_eq!((users.clone().count().await?, posts.clone().count().await?, in_use(db)), (0, 0, Some(0)));
        assert!(hooked.lock().is_ok_and(|called| !*called));
        // The same outside of a block: one statement, and several.
        assert!(posts.clone().create(NewPost::new(99, "lost")).await.unwrap_err().is_foreign_key_violation());
        let many = (0..25_000).map(|n| NewPost::new(99, format!("lost {n}")));
        assert!(posts.clone().bulk_create(many).await.unwrap_err().is_foreign_key_violation());
        assert_eq!((posts.count().await?, in_use(db)), (0, Some(0)));
        Ok(())
    }

    /// Two blocks that wait for each other: one is chosen, its nested block too, and is run again where asked.
    async fn blocks_that_wait_for_each_other(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        if db.kind() == Kind::Sqlite {
            return Ok(());
        }
        let users = User::objects().using(db.handle());
        let [a, b] = [users.clone().create(NewUser::new("a")).await?.id, users.clone().create(NewUser::new("b")).await?.id];
        let touch = |id: i64| users.clone().filter(User::id.eq(id)).update(User::age.set(1)).into_future();
        let gate = tokio::sync::Barrier::new(2);
        let swallow = |first: i64, second: i64| orm::atomic({
            let (gate, touch) = (&gate, &touch);
            async move |tx: Tx| -> orm::Result<bool> {
                touch(first).await?;
                gate.wait().await;
                let nested: orm::Result<()> = tx.atomic(async |_| touch(second).await.map(drop)).await;
                // Swallowed: the block around it must not be committed as if nothing had happened.
                Ok(nested.is_err())
            }
        }).using(db.handle()).into_future();
        let (one, other) = tokio::join!(swallow(a, b), swallow(b, a));
        let failed: Vec<_> = [&one, &other].into_iter().filter(|outcome| outcome.is_err()).collect();
        assert_eq!(failed.len(), 1, "{one:?} {other:?}");
        assert!(failed.iter().all(|outcome| outcome.as_ref().is_err_and(|error| *error.kind() == ErrorKind::TransactionBroken)));
        let again = |first: i64, second: i64| orm::atomic({
            let touch = &touch;
            async move |_| -> orm::Result<()> {
                touch(first).await?;
                tokio::time::sleep(std::time::Duration::from_millis(150)).await;
                touch(second).await?;
                Ok(())
            }
        }).using(db.handle()).retry(5).into_future();
        let (one, other) = tokio::join!(again(a, b), again(b, a));
        one?;
        other?;
        assert_eq!(in_use(db), Some(0));
        Ok(())
    }

    /// Another database inside of a block is not part of it.
    async fn another_database_inside(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let other = Database::open("other", db.url()).await?;
        let users = User::objects().using(db.handle());
        orm::atomic(async |_| {
            users.clone().create(NewUser::new("ann")).await?;
            assert_eq!(users.clone().count().await?, 1);
            assert_eq!(User::objects().using(&other).count().await?, 0);
            orm::atomic(async |_| User::objects().using(&other).count().await).using(&other).read_only().await
        })
        .using(db.handle())
        .await?;
        assert_eq!(User::objects().using(&other).count().await?, 1);
        let refused = orm::atomic(async |_| User::objects().using(&other).create(NewUser::new("bob")).await).using(&other).read_only().await;
        assert!(refused.is_err());
        User::objects().using(&other).create(NewUser::new("bob")).await?;
        other.close().await?;
        Ok(())
    }

    /// The guard: dropped, forgotten by an early return, ended twice over, used after its end.
    async fn guards(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let guard = orm::begin().using(db.handle()).await?;
        User::objects().using(&guard).create(NewUser::new("ann")).await?;
        assert_eq!(User::objects().using(&guard).count().await?, 1);
        drop(guard);
        assert_eq!(users.clone().count().await?, 0);
        let guard = orm::begin().using(db.handle()).await?;
        let tx = guard.tx();
        User::objects().using(&tx).create(NewUser::new("ann")).await?;
        let inner = orm::begin().using(&tx).await?;
        User::objects().using(&inner).create(NewUser::new("bob")).await?;
        drop(inner);
        User::objects().using(&guard).create(NewUser::new("cyd")).await?;
        guard.commit().await?;
        assert_eq!(*User::objects().using(&tx).count().await.unwrap_err().kind(), ErrorKind::TransactionClosed);
        assert_eq!(users.order_by(User::id).select(User::username).all().await?, ["ann", "cyd"]);
        assert_eq!(in_use(db), Some(0));
        Ok(())
    }

    /// Blocks, guards and bulk inserts on a thread without a runtime.
    async fn blocking(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let handle = db.handle().clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let handle = &handle;
            std::thread::scope(|scope| scope.spawn(|| {
                let users = User::objects().using(handle);
                let failed: orm::Result<()> = orm::atomic(async |_| {
                    users.clone().create(NewUser::new("ann")).await?;
                    users.clone().get(-1).await.map(drop)
                }).using(handle).blocking();
                assert!(failed.is_err_and(|error| error.is_not_found()));
                orm::atomic(async |tx| {
                    users.clone().create(NewUser::new("bob")).await?;
                    tx.atomic(async |_| users.clone().create(NewUser::new("cyd")).await).await
                }).using(handle).blocking()?;
                let guard = orm::begin().using(handle).blocking()?;
                User::objects().using(&guard).create(NewUser::new("dan")).blocking()?;
                guard.rollback().blocking()?;
                let many = (0..3_000).map(|n| NewUser::new(if n == 2_999 { "bob".to_owned() } else { format!("u{n}") }));
                assert!(users.clone().bulk_create(many).blocking().unwrap_err().is_unique_violation());
                users.order_by(User::id).select(User::username).all().blocking()
            }).join())
        })
        .await?;
        assert_eq!(outcome.map_err(|_| "panicked")??, ["bob", "cyd"]);
        let inside = User::objects().using(db.handle()).count().blocking();
        assert!(inside.is_err_and(|error| *error.kind() == ErrorKind::BlockingInsideRuntime));
        Ok(())
    }

    /// A connection and a transaction of the caller's own: used, never ended.
    async fn lent_connections(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        macro_rules! lent {
            ($connection:ty, $url:expr, $schema:expr) => {{
                let mut connection = <$connection>::connect($url).await?;
                if let Some(schema) = $schema {
                    sqlx::query(sqlx::AssertSqlSafe(schema)).execute(&mut connection).await?;
                }
                let count = async || User::objects().using(db.handle()).count().await;
                let made = User::objects().using(&mut connection).create(NewUser::new("ann")).await?;
                assert_eq!(made.username, "ann");
                let many = |from: i32| (from..from + 2_500).map(|n| NewUser::new(format!("u{n}")));
                assert_eq!(User::objects().using(&mut connection).bulk_create(many(0)).await?, 2_500);
                let refused = User::objects().using(&mut connection).bulk_create(many(-2_499)).await;
                assert!(refused.is_err_and(|error| error.is_unique_violation()));
                assert_eq!(count().await?, 2_501);
                let mut tx = connection.begin().await?;
                User::objects().using(&mut tx).create(NewUser::new("bob")).await?;
                User::objects().using(&mut tx).bulk_create(many(5_000)).await?;
                if db.kind() != Kind::Postgres {
                    // Only the bulk insert is undone; on PostgreSQL a failed statement ends the transaction.
                    let refused = User::objects().using(&mut tx).bulk_create(many(5_010)).await;
                    assert!(refused.is_err_and(|error| error.is_unique_violation()));
                }
                assert_eq!(User::objects().using(&mut tx).count().await?, 5_002);
                assert_eq!(count().await?, 2_501);
                tx.rollback().await?;
                assert_eq!(count().await?, 2_501);
                let mut tx = connection.begin().await?;
                User::objects().using(&mut tx).filter(User::username.ne("ann")).delete().await?;
                tx.commit().await?;
                assert_eq!(count().await?, 1);
                // A transaction that sqlx does not know of.
                sqlx::Executor::execute(&mut connection, sqlx::raw_sql("BEGIN")).await?;
                User::objects().using(&mut connection).bulk_create(many(0)).await?;
                if db.kind() != Kind::Postgres {
                    assert!(User::objects().using(&mut connection).bulk_create(many(10)).await.is_err());
                }
                assert_eq!(User::objects().using(&mut connection).count().await?, 2_501);
                // What is all or none is so in there, and ends nothing.
                let two = ["u0", "u1"].map(|name| params! { name });
                let delete = "DELETE FROM users WHERE username = :name";
                assert_eq!(orm::using(&mut connection).execute_many(delete, two).await?, 2);
                assert_eq!(User::objects().using(&mut connection).count().await?, 2_499);
                sqlx::Executor::execute(&mut connection, sqlx::raw_sql("ROLLBACK")).await?;
                assert_eq!(count().await?, 1);
            }};
        }
        match db.kind() {
            Kind::Sqlite => {
                let url = format!("sqlite://{}", db.path().ok_or("no file")?.display());
                lent!(sqlx::SqliteConnection, &url, None::<String>);
            }
            Kind::Postgres => {
                let (url, schema) = db.url().split_once("search_path%3D").map_or((db.url(), ""), |(_, schema)| (db.url(), schema));
                let url = url.split('?').next().unwrap_or(url);
                lent!(sqlx::PgConnection, url, Some(format!("SET search_path = {schema}")));
            }
            Kind::MariaDb | Kind::MySql => lent!(sqlx::MySqlConnection, db.url(), None::<String>),
        }
        Ok(())
    }
}
