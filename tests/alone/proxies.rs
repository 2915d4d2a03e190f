//! Models on a stand-in for a database, which is chosen when the program runs.

use std::sync::{Arc, Mutex, PoisonError};

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Outcome, cases};

static CHOSEN: DatabaseProxy = DatabaseProxy::new();
static NEVER: DatabaseProxy = DatabaseProxy::new();
static HEARD: DatabaseProxy = DatabaseProxy::new();

#[derive(Meta)]
#[meta(database = CHOSEN)]
struct ChosenMeta;

/// By what the models have in common.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ChosenMeta, table = "proxy_note")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    text: String,
}

/// By itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(database = CHOSEN, table = "proxy_mark")]
struct Mark {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = marks)]
    note: ForeignKey<Note>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(database = NEVER, table = "proxy_early")]
struct Early {
    #[field(primary_key)]
    id: i64,
}

cases! {
    /// Chosen when the program runs, of any backend, and chosen anew.
    async fn chosen_at_run_time(db: &TestDb) -> Outcome {
        let testing = Database::open("testing", "sqlite::memory:").await?;
        // What is made before the choice is made follows it.
        let notes = Note::objects().order_by(Note::id);
        for (round, database) in [db.handle(), &testing, db.handle()].into_iter().enumerate() {
            CHOSEN.initialize(database).await?;
            assert_eq!(&CHOSEN.database()?, database);
            database.create_tables(&[Note::TABLE, Mark::TABLE]).await?;
            let note = Note::objects().create(NewNote::new(format!("round {round}"))).await?;
            Mark::objects().create(NewMark::new(&note)).await?;
            let last = notes.clone().last().await?.ok_or("no note")?;
            assert_eq!(last, note);
            assert_eq!(Note::objects().using(database).get(note.id).await?, note);
            let (_, marks) = Note::objects().prefetch_related(Note::marks).get(note.id).await?;
            assert_eq!(marks.len(), 1);
            orm::atomic(async |_| Note::objects().filter(Note::text.starts_with("round")).update(Note::text.set("done")).await).using(&CHOSEN).await?;
        }
        assert_eq!((notes.clone().count().await?, notes.clone().using(&testing).count().await?), (2, 1));
        assert_eq!(db.oracle("SELECT text FROM proxy_note ORDER BY id").await?, [[Some("done".to_owned())], [Some("done".to_owned())]]);
        // The database behind it is closed: it is not bound to another one by itself.
        CHOSEN.initialize(&testing).await?;
        testing.close().await?;
        let error = notes.count().await.unwrap_err();
        assert_eq!((error.kind(), error.database(), error.model()), (&ErrorKind::NotInitialized, Some("testing"), Some("Note")));
        Ok(())
    }

    /// Every time that it is bound; at once if it is bound already. What a callback does is done when `initialize` returns.
    async fn callbacks(db: &TestDb) -> Outcome {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let proxy = DatabaseProxy::new();
        let hear = |who: &'static str| {
            let heard = Arc::clone(&heard);
            move |database: Database| {
                let heard = Arc::clone(&heard);
                async move {
                    database.create_tables(&[Note::TABLE]).await?;
                    Note::objects().using(&database).create(NewNote::new(who)).await?;
                    heard.lock().unwrap_or_else(PoisonError::into_inner).push((who, database.name().to_owned()));
                    Ok(())
                }
            }
        };
        let testing = Database::open("testing", "sqlite::memory:").await?;
        proxy.on_initialize(hear("early")).await?;
        assert_eq!(heard.lock().unwrap_or_else(PoisonError::into_inner).len(), 0);
        proxy.initialize(db.handle()).await?;
        proxy.on_initialize(hear("late")).await?;
        proxy.initialize(&testing).await?;
        let own = db.handle().name().to_owned();
        let expected = [("early", own.clone()), ("late", own), ("early", "testing".to_owned()), ("late", "testing".to_owned())];
        assert_eq!(*heard.lock().unwrap_or_else(PoisonError::into_inner), expected);
        assert_eq!(db.oracle("SELECT text FROM proxy_note ORDER BY id").await?, [[Some("early".to_owned())], [Some("late".to_owned())]]);
        assert_eq!(Note::objects().using(&proxy).order_by(Note::id).select(Note::text).all().await?, ["early", "late"]);
        // One that fails is told, and the later ones are not called; the proxy is bound all the same.
        let fails = DatabaseProxy::new();
        fails.on_initialize(async |database: Database| Note::objects().using(&database).get(-1).await.map(drop)).await?;
        fails.on_initialize(hear("never")).await?;
        assert!(fails.initialize(db.handle()).await.unwrap_err().is_not_found());
        assert_eq!(&fails.database()?, db.handle());
        assert_eq!(Note::objects().using(&fails).filter(Note::text.eq("never")).count().await?, 0);
        testing.close().await?;
        Ok(())
    }
}

cases! {
    #![needs(Sqlite)]

    /// Before it is bound, each query is an error that names the model, and nothing is opened.
    async fn too_early(db: &TestDb) -> Outcome {
        let errors = [
            Early::objects().all().await.map(drop).unwrap_err(),
            Early::objects().create(NewEarly::new()).await.map(drop).unwrap_err(),
            Early::objects().delete_all().await.map(drop).unwrap_err(),
            Early::objects().get(1).await.map(drop).unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.kind(), error.model()), (&ErrorKind::ProxyUninitialized, Some("Early")));
            assert!(error.to_string().contains("initialize"), "{error}");
        }
        for error in [
            Early::objects().using(&HEARD).count().await.unwrap_err(),
            orm::atomic(async |_| Ok::<_, orm::Error>(())).using(&NEVER).await.unwrap_err(),
            NEVER.database().map(drop).unwrap_err(),
        ] {
            assert_eq!(error.kind(), &ErrorKind::ProxyUninitialized);
        }
        // Said explicitly, another database does.
        db.handle().create_tables(&[Early::TABLE]).await?;
        assert_eq!(Early::objects().using(db.handle()).count().await?, 0);
        Ok(())
    }
}
