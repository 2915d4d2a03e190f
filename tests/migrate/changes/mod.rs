//! Changes of models, each applied to a database with rows and taken back again.
//!
//! The tables have to look as those that `create_tables` makes of the models before and behind, which plain SQL tells;
//! and the rows have to be what the table of changes says.

mod exact;
pub(super) use exact::all as all_definitions;
mod models;
mod table;

use orm::model::Table;
use orm_migrate::{
    Answers, Files, Made, MigrateOptions, MigrationId, Models, Options, Standing, Until, make, migrate,
    status,
};
use orm_tests::{Oracle, Outcome, TestDb, cases};

use super::create::backend;
use table::{Change, changes};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub(super) const APP: &str = "orm-tests";

/// Migrations that lead to `before`, and then to `after`; read again from their text.
pub(super) fn files(
    db: &TestDb,
    before: &[&'static Table],
    after: &[&'static Table],
    answers: &str,
) -> Result<Files> {
    let mut files = Files::new();
    for (tables, answers) in [(before, "{}"), (after, answers)] {
        let models = Models::of(tables, &[backend(db)])?;
        let mut options = Options::default();
        options.answers = Answers::from_json(answers)?;
        match make(&files, &models, &options)? {
            Made::Migrations(made) => {
                for migration in made {
                    let text = migration.text()?;
                    files.insert(orm_migrate::Migration::parse(migration.id.clone(), &text)?);
                }
            }
            other => return Err(format!("{other:#?}").into()),
        }
    }
    Ok(files)
}

pub(super) fn to(name: &str) -> MigrateOptions {
    let mut options = MigrateOptions::default();
    options.until = match name {
        "zero" => Until::Nothing(APP.to_owned()),
        "" => Until::Newest,
        name => Until::Named { app: APP.to_owned(), name: name.to_owned() },
    };
    options
}

/// All rows of a table, its columns by name.
async fn rows(oracle: &mut Oracle, tables: &[&'static Table]) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for table in tables {
        let mut names: Vec<_> = table.columns().map(|column| column.name).collect();
        names.sort_unstable();
        let list = names.join(", ");
        let rows =
            oracle.ask(&format!("SELECT {list} FROM {} ORDER BY {}", table.name, names.join(", "))).await?;
        let cells = |row: &Vec<Option<String>>| {
            (0..row.len()).map(|at| exact::text(row, at)).collect::<Vec<_>>().join("|")
        };
        all.extend(rows.iter().map(|row| format!("{}: {}", table.name, cells(row))));
    }
    Ok(all)
}

async fn of_models(db: &TestDb, tables: &[&'static Table]) -> Result<Vec<String>> {
    db.handle().create_tables(tables).await?;
    let found = exact::all(db).await?;
    db.handle().drop_tables(tables).await?;
    Ok(found)
}

async fn one(db: &TestDb, change: &Change) -> Result<()> {
    let (old, new) = (of_models(db, change.before).await?, of_models(db, change.after).await?);
    let files = files(db, change.before, change.after, change.answers)?;
    let run = |name: &'static str| {
        let files = &files;
        async move { migrate(files, db.handle(), &to(name), &mut |_| {}).await }
    };
    run("0001").await?;
    assert_eq!(exact::all(db).await?, old, "{}: before", change.name);
    let mut oracle = db.connect_oracle().await?;
    for sql in change.insert {
        oracle.ask(sql).await?;
    }
    let kept = rows(&mut oracle, change.before).await?;
    run("").await?;
    assert_eq!(exact::all(db).await?, new, "{}: behind", change.name);
    let found = oracle.ask(change.query).await?;
    let found: Vec<_> = found
        .iter()
        .map(|row| (0..row.len()).map(|at| exact::text(row, at)).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(found, change.rows, "{}: rows", change.name);
    let all = status(&files, db.handle()).await?;
    assert!(all.iter().all(|one| matches!(one.standing, Standing::Applied(_))), "{all:?}");

    run("0001").await?;
    assert_eq!(exact::all(db).await?, old, "{}: back", change.name);
    if change.comes_back {
        assert_eq!(rows(&mut oracle, change.before).await?, kept, "{}: rows back", change.name);
    }
    run("").await?;
    assert_eq!(exact::all(db).await?, new, "{}: again", change.name);
    run("zero").await?;
    assert_eq!(exact::all(db).await?, Vec::<String>::new(), "{}: nothing", change.name);
    assert!(oracle.ask("SELECT app FROM orm_migrations").await?.is_empty());
    assert!(oracle.ask("SELECT app FROM orm_migration_steps").await?.is_empty());
    assert!(files.get(&MigrationId::new(APP, "0001_initial")).is_some());
    Ok(())
}

/// Those whose number has this remainder: so that several go on at once. `ORM_TEST_CHANGE` is a part of the names of those
/// that are wanted.
async fn some(db: &TestDb, part: usize) -> Outcome {
    let wanted = std::env::var("ORM_TEST_CHANGE").unwrap_or_default();
    let changes = changes(db.kind());
    for (_, change) in
        changes.iter().enumerate().filter(|(at, change)| at % 4 == part && change.name.contains(&wanted))
    {
        one(db, change).await.map_err(|error| format!("{}: {}", change.name, chain(&*error)))?;
    }
    Ok(())
}

cases! {
    /// Forwards, back, forwards, and back to nothing.
    async fn every_change_1(db: &TestDb) -> Outcome {
        some(db, 0).await
    }

    async fn every_change_2(db: &TestDb) -> Outcome {
        some(db, 1).await
    }

    async fn every_change_3(db: &TestDb) -> Outcome {
        some(db, 2).await
    }

    async fn every_change_4(db: &TestDb) -> Outcome {
        some(db, 3).await
    }
}

pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
