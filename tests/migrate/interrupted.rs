//! A run that ends at any point: the next goes on, or takes back what was done.

use std::sync::atomic::{AtomicUsize, Ordering};

use orm::Database;
use orm::model::Model as _;
use orm::schema::Texts;
use orm_migrate::{Event, Files, Migration, MigrationId, Operation, Standing, migrate, status};
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::changes::{APP, all_definitions, chain, files, to};
use super::models::{first, second};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Two migrations, of which the second has its own SQL between its other operations.
fn project(db: &TestDb) -> Result<Files> {
    let mut files = files(
        db,
        &[first::Shop::TABLE],
        &[second::Shop::TABLE, second::Good::TABLE],
        r#"{"fill:shops.city": {"fill": {"value": "Bern"}}}"#,
    )?;
    let second = files.iter().find(|own| own.id.name.starts_with("0002")).cloned().ok_or("two migrations")?;
    let mut operations = second.operations.clone();
    let texts = |text: &str| Texts::all(text);
    operations.insert(
        1,
        Operation::RunSql {
            sql: texts("INSERT INTO shops (id, name) SELECT MAX(id) + 1, 'own; sql' FROM shops"),
            reverse: Some(texts("DELETE FROM shops WHERE name = 'own; sql'")),
        },
    );
    files.insert(Migration { operations, ..second });
    Ok(files)
}

/// Runs until so many events have been told, and then ends without another word, as if the process were gone. Whether
/// it came to its end before.
pub(super) async fn until(db: &TestDb, files: &Files, event: usize) -> Result<bool> {
    let database = Database::open("interrupted", db.url()).await?;
    let files = files.clone();
    let run = tokio::spawn(async move {
        let seen = AtomicUsize::new(0);
        let mut told = |event_now: &Event| {
            let of_step = matches!(event_now, Event::StepBegun { .. } | Event::StepEnded { .. });
            if of_step && seen.fetch_add(1, Ordering::Relaxed) == event {
                // Without a word on standard error.
                std::panic::resume_unwind(Box::new("the end of the process"));
            }
        };
        let outcome = migrate(&files, &database, &to(""), &mut told).await;
        database.close().await.map(drop).expect("closed");
        outcome
    });
    match run.await {
        Ok(outcome) => {
            outcome?;
            Ok(true)
        }
        Err(error) if error.is_panic() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn rows(db: &TestDb, columns: &str) -> Result<Vec<String>> {
    let rows = db.oracle(&format!("SELECT {columns} FROM shops ORDER BY id")).await?;
    Ok(rows
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>().join("|"))
        .collect())
}

async fn prepared(db: &TestDb) -> Result<(Files, Vec<String>)> {
    let files = project(db)?;
    migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
    db.oracle("DELETE FROM shops").await?;
    db.oracle("INSERT INTO shops (id, name) VALUES (1, 'one'), (7, 'two')").await?;
    let definitions = all_definitions(db).await?;
    Ok((files, definitions))
}

const BEHIND: [&str; 3] = ["1|one|Bern", "7|two|Bern", "8|own; sql|Bern"];

cases! {
    /// Wherever it ends: the next run has the same outcome as one that was never interrupted, and nothing twice.
    async fn goes_on(db: &TestDb) -> Outcome {
        let (files, _) = prepared(db).await?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        let expected = all_definitions(db).await?;
        let mut ends = 0;
        loop {
            migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
            assert_eq!(rows(db, "id, name").await?, ["1|one", "7|two"]);
            let whole = until(db, &files, ends).await?;
            let half = status(&files, db.handle()).await?;
            let half = half.iter().any(|one| one.standing == Standing::Half);
            migrate(&files, db.handle(), &to(""), &mut |_| {}).await.map_err(|error| format!("{ends}: {}", chain(&error)))?;
            assert_eq!(all_definitions(db).await?, expected, "{ends}");
            assert_eq!(rows(db, "id, name, city").await?, BEHIND, "{ends}");
            assert!(db.oracle("SELECT name FROM orm_migration_steps").await?.is_empty());
            // What one transaction can hold is not there at all.
            if db.kind() == Kind::Postgres {
                assert!(!half);
            }
            if whole {
                break;
            }
            ends += 1;
        }
        assert!(ends >= 12, "{ends}");
        Ok(())
    }

    /// Wherever it ends: what was done of it can be taken back.
    async fn taken_back(db: &TestDb) -> Outcome {
        let (files, before) = prepared(db).await?;
        let mut ends = 0;
        while !until(db, &files, ends).await? {
            let mut options = to("");
            options.rollback_partial = true;
            migrate(&files, db.handle(), &options, &mut |_| {}).await.map_err(|error| format!("{ends}: {}", chain(&error)))?;
            assert_eq!(all_definitions(db).await?, before, "{ends}");
            assert_eq!(rows(db, "id, name").await?, ["1|one", "7|two"], "{ends}");
            let all = status(&files, db.handle()).await?;
            let second = MigrationId::new(APP, &all[1].id.name);
            assert!(all.iter().any(|one| one.id == second && one.standing == Standing::Open), "{all:?}");
            ends += 1;
        }
        assert_eq!(rows(db, "id, name, city").await?, BEHIND);
        Ok(())
    }
}
