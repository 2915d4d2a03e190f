//! Another database for the models of a task.

use orm::prelude::*;
use orm::{ErrorKind, with_database};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, StatementLog, cases};

static CLOSED: Database = Database::deferred("with_database closed");

#[derive(Meta)]
#[meta(database = CLOSED)]
struct ClosedMeta;

/// A model whose own database is never open.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ClosedMeta, table = "with_notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    text: String,
}

/// The texts of the notes, past the ORM.
async fn notes(db: &orm_tests::TestDb) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let rows = db.oracle("SELECT text FROM with_notes ORDER BY id").await?;
    Ok(rows.into_iter().map(|row| row[0].clone().unwrap_or_default()).collect())
}

/// How many notes there are on a database.
async fn count(on: &Database) -> orm::Result<u64> {
    Note::objects().using(on).count().await
}

/// The error of a transaction that is undone on purpose.
fn on_purpose() -> orm::Error {
    orm::db::get("undone on purpose").unwrap_err()
}

fn is_on_purpose(error: &orm::Error) -> bool {
    error.database() == Some("undone on purpose")
}

cases! {
    /// Queries, writes and transactions follow; after the end, and in what is spawned, nothing of it is left.
    async fn models_follow(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Note::TABLE]).await?;
        let spawned = with_database(on, async {
            let note = Note::objects().create(NewNote::new("a")).await?;
            Note::objects().bulk_create([NewNote::new("b"), NewNote::new("c")]).await?;
            Note::objects().filter(Note::id.eq(note.id)).update((Note::text.set("A"),)).await?;
            Note::objects().filter(Note::text.eq("c")).delete().await?;
            orm::atomic(async |tx| {
                assert_eq!(tx.database(), on.name());
                Note::objects().create(NewNote::new("d")).await?;
                Ok::<_, orm::Error>(())
            })
            .await?;
            let failed = orm::atomic(async |_| {
                Note::objects().create(NewNote::new("undone")).await?;
                Err::<(), _>(on_purpose())
            })
            .await;
            assert!(is_on_purpose(&failed.unwrap_err()));
            let transaction = orm::begin().await?;
            Note::objects().using(&transaction).create(NewNote::new("e")).await?;
            transaction.commit().await?;
            assert_eq!(Note::objects().count().await?, 4);
            let spawned = tokio::spawn(async { Note::objects().count().await });
            Ok::<_, orm::Error>(spawned)
        })
        .await?;
        assert_eq!(notes(db).await?, ["A", "b", "d", "e"]);
        for error in [spawned.await?.unwrap_err(), Note::objects().count().await.unwrap_err()] {
            assert_eq!(*error.kind(), ErrorKind::NotInitialized);
            assert_eq!((error.database(), error.model()), (Some("with_database closed"), Some("Note")));
        }
        Ok(())
    }

    /// The inner one goes before the outer one, what a query says itself before both, an alias included.
    async fn what_is_nearer_wins(db: &TestDb) -> Outcome {
        let one = db.handle();
        let other = orm::db::connect(db.another().await?).name(format!("{} other", one.name())).await?;
        for on in [one, &*other] {
            on.create_tables(&[Note::TABLE]).await?;
        }
        with_database(one, async {
            Note::objects().create(NewNote::new("outer")).await?;
            with_database(&other, async {
                Note::objects().create(NewNote::new("inner")).await?;
                Note::objects().using(one).create(NewNote::new("said")).await?;
                let undone = orm::atomic(async |tx| {
                    // The transaction on the one is not joined by what is said to be on the other.
                    with_database(one, async { Note::objects().create(NewNote::new("beside")).await }).await?;
                    assert_eq!(tx.database(), other.name());
                    Err::<(), _>(on_purpose())
                });
                assert!(is_on_purpose(&undone.await.unwrap_err()));
                Ok::<_, orm::Error>(())
            })
            .await?;
            Note::objects().using(other.name()).create(NewNote::new("alias")).await?;
            Note::objects().create(NewNote::new("outer again")).await
        })
        .await?;
        assert_eq!(notes(db).await?, ["outer", "said", "beside", "outer again"]);
        assert_eq!(count(&other).await?, 2);
        let error = with_database("nobody knows it", async { Note::objects().count().await }).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error:?}");
        assert_eq!((error.database(), error.model()), (Some("nobody knows it"), Some("Note")));
        other.close().await?;
        Ok(())
    }

    /// Said for some models, the others stay where they are.
    async fn of_some_models(db: &TestDb) -> Outcome {
        let one = db.handle();
        let other = Database::open("of_some_models", db.another().await?).await?;
        one.create_tables(&[Note::TABLE]).await?;
        one.create_tables(&blog::TABLES).await?;
        other.create_tables(&[Note::TABLE]).await?;
        other.create_tables(&blog::TABLES).await?;
        with_database(one, async {
            let scoped = async {
                Note::objects().create(NewNote::new("there")).await?;
                User::objects().create(NewUser::new("here")).await?;
                // A transaction names no model.
                orm::atomic(async |tx| {
                    assert_eq!(tx.database(), one.name());
                    Note::objects().create(NewNote::new("there too")).await
                })
                .await?;
                let error = orm::atomic(async |_| {
                    User::objects().create(NewUser::new("undone")).await?;
                    Err::<(), _>(on_purpose())
                });
                assert!(is_on_purpose(&error.await.unwrap_err()));
                Ok::<_, orm::Error>(())
            };
            with_database(&other, scoped).models::<Note>().models::<(Post, Category)>().await
        })
        .await?;
        assert_eq!((count(one).await?, count(&other).await?), (0, 2));
        assert_eq!((User::objects().using(one).count().await?, User::objects().using(&other).count().await?), (1, 0));
        // Alone, it leaves the others where their `Meta` has them.
        let error = with_database(one, async { User::objects().count().await }).models::<(Note,)>().await.unwrap_err();
        assert_eq!((error.database(), error.model()), (Some("default"), Some("User")));
        other.close().await?;
        Ok(())
    }

    /// Related rows are read where the rows are.
    async fn related_rows(db: &TestDb) -> Outcome {
        let on = db.handle();
        let rows = with_database(on, async {
            on.create_tables(&blog::TABLES).await?;
            let ann = User::objects().create(NewUser::new("ann")).await?;
            Post::objects().create(NewPost::new(&ann, "first")).await?;
            let rows = User::objects().prefetch_related(User::posts).all().await?;
            assert_eq!(User::posts.load([&ann]).await?.concat().len(), 1);
            assert_eq!(Post::objects().filter(Post::author.to(User::username).eq("ann")).count().await?, 1);
            Ok::<_, orm::Error>(rows)
        })
        .await?;
        assert_eq!(rows.iter().map(|(user, posts)| (&*user.username, &*posts[0].title)).collect::<Vec<_>>(), [("ann", "first")]);
        Ok(())
    }

    /// A row remembers the database that it was read on, and goes back there from anywhere; one that remembers none follows
    /// the task.
    async fn tracked_rows(db: &TestDb) -> Outcome {
        let one = db.handle();
        let other = Database::open("tracked_rows", db.another().await?).await?;
        for on in [one, &other] {
            on.create_tables(&[Note::TABLE]).await?;
            Note::objects().using(on).create(NewNote::new("as it was")).await?;
        }
        let mut row = with_database(one, async { Note::objects().tracked().one().await }).await?;
        assert_eq!(row.database().as_ref(), Some(one));
        row.text = "saved".to_owned();
        with_database(&other, async {
            row.save().await?;
            let mut bare = orm::Tracked::new(Note::objects().one().await?);
            bare.text = "saved, too".to_owned();
            bare.save().await
        })
        .await?;
        assert_eq!(notes(db).await?, ["saved"]);
        assert_eq!(Note::objects().using(&other).select(Note::text).all().await?, ["saved, too"]);
        other.close().await?;
        Ok(())
    }

    /// A closure on a thread without a runtime; a transaction and a pool of the user's own.
    async fn blocking_and_transactions(db: &TestDb) -> Outcome {
        let on = db.handle().clone();
        on.create_tables(&[Note::TABLE]).await?;
        let handle = on.clone();
        let counts = tokio::task::spawn_blocking(move || {
            std::thread::spawn(move || {
                let inside = with_database(&handle, || {
                    Note::objects().create(NewNote::new("blocking")).blocking()?;
                    orm::atomic(async |_| Note::objects().create(NewNote::new("in a transaction")).await).blocking()?;
                    Note::objects().count().blocking()
                })
                .blocking();
                (inside, Note::objects().count().blocking())
            })
            .join()
        })
        .await?
        .map_err(|_| "the thread panicked")?;
        assert_eq!(counts.0?, 2);
        assert_eq!(*counts.1.unwrap_err().kind(), ErrorKind::NotInitialized);
        // A stand-in for a database, and a pool of the user's own.
        let proxy = DatabaseProxy::new();
        proxy.initialize(&on).await?;
        assert_eq!(with_database(&proxy, async { Note::objects().count().await }).await?, 2);
        if let Some(path) = db.path() {
            let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await?;
            let counts = with_database(&pool, async {
                Note::objects().create(NewNote::new("in a pool")).await?;
                orm::atomic(async |_| {
                    Note::objects().filter(Note::text.eq("in a pool")).delete().await?;
                    Note::objects().count().await
                })
                .await
            });
            assert_eq!(counts.await?, 2);
            // Tables are made on databases.
            let error = with_database(&pool, async { orm::db::create_all().await }).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            pool.close().await;
        }
        // What is spawned joins a transaction that it is told of.
        let transaction = orm::begin().using(&on).await?;
        let task = with_database(&transaction, async { Note::objects().create(NewNote::new("undone")).await });
        tokio::spawn(std::future::IntoFuture::into_future(task)).await??;
        transaction.rollback().await?;
        assert_eq!(count(&on).await?, 2);
        Ok(())
    }

    /// Many tasks at once, each with a database of its own, on one thread and on several.
    async fn tasks_side_by_side(db: &TestDb) -> Outcome {
        let one = db.handle().clone();
        let other = Database::open("side by side", db.another().await?).await?;
        for on in [&one, &other] {
            on.create_tables(&[Note::TABLE]).await?;
        }
        // Half of them on this thread, the others on four.
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
        let here = tokio::runtime::Handle::current();
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let on = if n % 2 == 0 { one.clone() } else { other.clone() };
                let runtime = if n % 4 < 2 { &here } else { threads.handle() };
                runtime.spawn(async move {
                    with_database(&on, async {
                        for _ in 0..3 {
                            Note::objects().create(NewNote::new(format!("{}", n % 2))).await?;
                            tokio::task::yield_now().await;
                        }
                        Ok::<_, orm::Error>(())
                    })
                    .await
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        threads.shutdown_background();
        for (on, text) in [(&one, "0"), (&other, "1")] {
            assert_eq!(count(on).await?, 60);
            assert_eq!(Note::objects().using(on).filter(Note::text.ne(text)).count().await?, 0);
        }
        other.close().await?;
        Ok(())
    }
}

cases! {
    #![needs(Sqlite)]

    /// A scope that is given up leaves nothing behind, and one that is made outside takes nothing along.
    async fn given_up(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Note::TABLE]).await?;
        let log = StatementLog::start();
        let (created, is_created) = tokio::sync::oneshot::channel();
        let mut waiting = Box::pin(std::future::IntoFuture::into_future(with_database(on, async {
            Note::objects().create(NewNote::new("a")).await?;
            let _ = created.send(());
            std::future::pending::<orm::Result<()>>().await
        })));
        tokio::select! {
            ended = &mut waiting => return Err(format!("{ended:?}").into()),
            told = is_created => told?,
        }
        assert_eq!(*Note::objects().count().await.unwrap_err().kind(), ErrorKind::NotInitialized);
        drop(waiting);
        assert_eq!(*Note::objects().count().await.unwrap_err().kind(), ErrorKind::NotInitialized);
        assert_eq!(log.take().len(), 1);
        // Made within, awaited elsewhere.
        let mut made = None;
        with_database(on, async {
            let inner = with_database(on, async { User::objects().count().await }).models::<Note>();
            made = Some(std::future::IntoFuture::into_future(inner));
        })
        .await;
        let error = made.ok_or("not made")?.await.unwrap_err();
        assert_eq!((error.database(), error.model()), (Some("default"), Some("User")));
        Ok(())
    }
}
