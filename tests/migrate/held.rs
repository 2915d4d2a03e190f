//! What others may not do to a table while a migration changes it, and what they may.

use orm::Database;
use orm::model::Model as _;
use orm_migrate::{Event, Files, Standing, migrate, status};
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::changes::{all_definitions, chain, files, to};
use super::models::{first, second, text};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Runs on a thread of its own, which is stopped at the first event of this kind until `meanwhile` is done.
async fn stopped<F: Future<Output = Result<()>>>(
    db: &TestDb,
    files: &Files,
    at: impl Fn(&Event) -> bool + Send + 'static,
    meanwhile: F,
) -> Result<std::result::Result<(), orm_migrate::Error>> {
    let (send, mut there) = tokio::sync::mpsc::unbounded_channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let (files, database) = (files.clone(), Database::open("stopped", db.url()).await?);
    let run = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut told = move |event: &Event| {
            if at(event) {
                let _ = send.send(());
                let _ = may_go.recv();
            }
        };
        runtime.block_on(migrate(&files, &database, &to(""), &mut told)).map(drop)
    });
    there.recv().await.ok_or("it comes as far")?;
    let outcome = meanwhile.await;
    drop(go);
    let ended = tokio::task::spawn_blocking(|| run.join()).await?.map_err(|_| "a panic")?;
    outcome.map(|()| ended)
}

/// Runs until this step has begun or ended, and ends there without another word.
async fn gone(db: &TestDb, files: &Files, at: impl Fn(&Event) -> bool + Send + Sync + 'static) -> Result<()> {
    let (files, database) = (files.clone(), Database::open("gone", db.url()).await?);
    let run = tokio::spawn(async move {
        let mut told = |event: &Event| {
            if at(event) {
                std::panic::resume_unwind(Box::new("the end of the process"));
            }
        };
        migrate(&files, &database, &to(""), &mut told).await.map(drop)
    });
    assert!(run.await.is_err_and(|error| error.is_panic()));
    Ok(())
}

fn is_mysql(db: &TestDb) -> bool {
    matches!(db.kind(), Kind::MySql | Kind::MariaDb)
}

cases! {
    /// Nobody writes to a table between the count of its rows and its change.
    async fn counted_rows_stay(db: &TestDb) -> Outcome {
        let files = files(db, &[text::before::Entry::TABLE], &[text::after::Entry::TABLE], "{}")?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        let mut other = db.connect_oracle().await?;
        let patience = match db.kind() {
            Kind::Sqlite => "PRAGMA busy_timeout = 0",
            Kind::Postgres => "SET lock_timeout = '100ms'",
            Kind::MariaDb | Kind::MySql => "SET SESSION lock_wait_timeout = 1",
        };
        other.ask(patience).await?;
        let ended = |event: &Event| matches!(event, Event::StepEnded { .. });
        let meanwhile = async {
            let refused = other.ask("INSERT INTO entries (id, code) VALUES (1, 'no number')").await;
            refused.err().map(drop).ok_or_else(|| "a row came between".into())
        };
        stopped(db, &files, ended, meanwhile).await??;
        assert!(db.oracle("SELECT id FROM entries").await?.is_empty());
        assert!(matches!(status(&files, db.handle()).await?[1].standing, Standing::Applied(_)));
        Ok(())
    }

    /// A row without a value that comes behind the fill of a column is filled before the column must have one.
    async fn filled_again(db: &TestDb) -> Outcome {
        if !is_mysql(db) {
            // The whole is one transaction, which has the table.
            return Ok(());
        }
        let answers = r#"{"fill:shops.city": {"fill": {"value": "Bern"}}}"#;
        let files = files(db, &[first::Shop::TABLE], &[second::Shop::TABLE, second::Good::TABLE], answers)?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        db.oracle("INSERT INTO shops (id, name) VALUES (1, 'one')").await?;
        let filled = |event: &Event| {
            matches!(event, Event::StepEnded { operation } if operation.contains("fill"))
        };
        let done = std::sync::atomic::AtomicBool::new(false);
        let filled = move |event: &Event| {
            filled(event) && !done.swap(true, std::sync::atomic::Ordering::Relaxed)
        };
        gone(db, &files, filled).await?;
        db.oracle("INSERT INTO shops (id, name) VALUES (2, 'two')").await?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await.map_err(|error| chain(&error))?;
        let cities = db.oracle("SELECT city FROM shops ORDER BY id").await?;
        assert_eq!(cities, [[Some("Bern".to_owned())], [Some("Bern".to_owned())]]);
        Ok(())
    }

    /// What somebody else changes in a table while a migration stands half is no sign that its change was done.
    async fn changed_by_others(db: &TestDb) -> Outcome {
        let files = files(db, &[text::before::Entry::TABLE], &[text::after::Entry::TABLE], "{}")?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        let expected = all_definitions(db).await?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        // Of two counts and a change the last begins third.
        let seen = std::sync::atomic::AtomicUsize::new(0);
        let third = move |event: &Event| {
            matches!(event, Event::StepBegun { .. }) && seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2
        };
        gone(db, &files, third).await?;
        if is_mysql(db) {
            assert!(db.oracle("SELECT begun FROM orm_migration_steps").await?[0][0].is_some());
        }
        db.oracle("ALTER TABLE entries ADD COLUMN mine INT").await?;
        if db.kind() == Kind::Sqlite {
            return Ok(());
        }
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await.map_err(|error| chain(&error))?;
        db.oracle("ALTER TABLE entries DROP COLUMN mine").await?;
        assert_eq!(all_definitions(db).await?, expected);
        Ok(())
    }
}
