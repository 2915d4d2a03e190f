//! Migrations that stand half: what is said of them, and what may be done.

use orm::Database;
use orm::migrate::Session;
use orm::model::Model as _;
use orm::schema::Texts;
use orm_migrate::{
    Error, Event, Files, Migration, MigrationId, Operation, Resume, Standing, Until, migrate, plan, status,
};
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::changes::{APP, chain, files, to};
use super::interrupted::until;
use super::models::{first, nameless, text};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A migration of one's own SQL behind that which makes `shops`, each operation with what takes it back.
pub(super) fn with_own(db: &TestDb, statements: &[(&str, &str)]) -> Result<Files> {
    let mut files = files(db, &[first::Shop::TABLE], &[first::Shop::TABLE], "{}")?;
    let parent = files.leaf(APP)?.ok_or("a last one")?.name.clone();
    let own = |(sql, reverse): &(&str, &str)| Operation::RunSql {
        sql: Texts::all(*sql),
        reverse: Some(Texts::all(*reverse)),
    };
    files.insert(Migration {
        id: MigrationId::new(APP, "0002_own"),
        parents: vec![parent],
        dependencies: Vec::new(),
        operations: statements.iter().map(own).collect(),
    });
    Ok(files)
}

async fn standing(db: &TestDb, files: &Files) -> Result<Standing> {
    Ok(status(files, db.handle()).await?[1].standing.clone())
}

/// A statement that no transaction of this backend holds, and a question whether it was done: 1 if so.
fn alone(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Sqlite => ("PRAGMA user_version = 1", "SELECT user_version FROM pragma_user_version"),
        Kind::Postgres => (
            "CREATE INDEX CONCURRENTLY secret ON shops (name)",
            "SELECT COUNT(*) FROM pg_indexes WHERE indexname = 'secret' AND schemaname = current_schema()",
        ),
        Kind::MariaDb | Kind::MySql => (
            "CREATE INDEX secret ON shops (name)",
            "SELECT COUNT(*) FROM information_schema.statistics WHERE index_name = 'secret' AND table_schema = DATABASE()",
        ),
    }
}

/// Runs until the first statement of the second migration has begun, and ends there without another word.
async fn until_begun(db: &TestDb, files: &Files) -> Result<()> {
    let database = Database::open("interrupted", db.url()).await?;
    let files = files.clone();
    let run = tokio::spawn(async move {
        let mut told = |event: &Event| {
            if let Event::StepBegun { .. } = event {
                std::panic::resume_unwind(Box::new("the end of the process"));
            }
        };
        let outcome = migrate(&files, &database, &to(""), &mut told).await;
        database.close().await.map(drop).expect("closed");
        outcome
    });
    assert!(run.await.is_err_and(|error| error.is_panic()));
    Ok(())
}

cases! {
    /// A step on the way back that fails leaves the migration as half as it was, and the next run takes it back.
    async fn the_way_back_fails(db: &TestDb) -> Outcome {
        let alone = if db.kind() == Kind::Sqlite { "VACUUM" } else { alone(db.kind()).0 };
        // Nothing takes back the second, so that the first to be taken back is what fails.
        let files = with_own(db, &[("CREATE TABLE extra (x INT)", "DROP TABLE nowhere"), (alone, ""), ("no SQL", "")])?;
        let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("no SQL");
        assert!(matches!(error, Error::Step { half: true, .. }), "{}", chain(&error));
        assert_eq!(standing(db, &files).await?, Standing::Half);

        let mut fake = to("");
        fake.fake = true;
        let error = migrate(&files, db.handle(), &fake, &mut |_| {}).await.expect_err("nothing is run with `--fake`");
        assert!(matches!(error, Error::Half { .. }), "{error:?}");
        assert_eq!(standing(db, &files).await?, Standing::Half);

        let mut back = to("");
        back.rollback_partial = true;
        let next = plan(&files, db.handle(), &Until::Newest).await?;
        assert_eq!(next.iter().map(|one| one.backwards).collect::<Vec<_>>(), [false]);
        for _ in 0..2 {
            let error = migrate(&files, db.handle(), &back, &mut |_| {}).await.expect_err("no such table");
            assert!(matches!(error, Error::Step { half: true, .. }), "{error:?}");
            assert_eq!(standing(db, &files).await?, Standing::Half);
            let next = plan(&files, db.handle(), &Until::Newest).await?;
            assert_eq!(next.iter().map(|one| one.backwards).collect::<Vec<_>>(), [true, false]);
            // Nothing of it was taken back yet: it may go forwards again, as far as that goes.
            let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("no SQL");
            assert!(matches!(&error, Error::Step { sql, .. } if sql == "no SQL …"), "{}", chain(&error));
            assert_eq!(standing(db, &files).await?, Standing::Half);
        }
        db.oracle("CREATE TABLE nowhere (x INT)").await?;
        migrate(&files, db.handle(), &back, &mut |_| {}).await?;
        assert_eq!(standing(db, &files).await?, Standing::Open);
        assert!(orm_tests::catalog::tables(db).await?.contains("extra"));
        Ok(())
    }

    /// Rows that are in the way back are counted before it is decided that there is one.
    async fn rows_in_the_way_back(db: &TestDb) -> Outcome {
        let mut files = files(db, &[first::Shop::TABLE], &[nameless::Shop::TABLE], "{}")?;
        let mut second = files.iter().nth(1).cloned().ok_or("two")?;
        let alone = if db.kind() == Kind::Sqlite { "VACUUM" } else { alone(db.kind()).0 };
        let alone = alone.replace("(name)", "(id)");
        for sql in [&*alone, "no SQL"] {
            second.operations.push(Operation::RunSql { sql: Texts::all(sql), reverse: Some(Texts::all("")) });
        }
        files.insert(second);
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        db.oracle("INSERT INTO shops (id, name) VALUES (1, 'one')").await?;
        let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("no SQL");
        assert!(matches!(error, Error::Step { half: true, .. }), "{}", chain(&error));
        let mut back = to("");
        back.rollback_partial = true;
        let error = migrate(&files, db.handle(), &back, &mut |_| {}).await.expect_err("a row without a name");
        assert!(matches!(error, Error::Rows { count: 1, half: true, .. }), "{}", chain(&error));
        let next = plan(&files, db.handle(), &Until::Newest).await?;
        assert_eq!(next.iter().map(|one| one.backwards).collect::<Vec<_>>(), [false], "it still goes forwards");
        db.oracle("DELETE FROM shops").await?;
        migrate(&files, db.handle(), &back, &mut |_| {}).await?;
        assert_eq!(standing(db, &files).await?, Standing::Open);
        assert!(db.oracle("SELECT name FROM shops").await?.is_empty());
        Ok(())
    }

    /// Only people know whether a statement of their own was done: they are asked, and told which, not what it says.
    async fn people_are_asked(db: &TestDb) -> Outcome {
        let (alone, question) = alone(db.kind());
        for (resume, times) in [(Resume::Again, "1"), (Resume::Done, "0")] {
            let files = with_own(db, &[(alone, "")])?;
            migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
            until_begun(db, &files).await?;
            let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("asked");
            let Error::Half { reason, .. } = &error else { panic!("{error:?}") };
            assert!(reason.contains("the statement 1 of its operation 1"), "{reason}");
            assert!(!chain(&error).contains(alone), "{error}");
            let mut options = to("");
            options.resume = Some(resume);
            migrate(&files, db.handle(), &options, &mut |_| {}).await?;
            assert!(matches!(standing(db, &files).await?, Standing::Applied(_)));
            let done = db.oracle(question).await?;
            assert_eq!(done[0][0].as_deref(), Some(times), "{resume:?}");
            migrate(&files, db.handle(), &to("zero"), &mut |_| {}).await?;
            if db.kind() == Kind::Sqlite {
                db.oracle("PRAGMA user_version = 0").await?;
            }
        }
        Ok(())
    }

    /// What begins or ends a transaction, or changes the session, is refused before anything of the migration is done.
    async fn statements_that_reach_further(db: &TestDb) -> Outcome {
        let refused: &[&str] = match db.kind() {
            Kind::Sqlite => &["BEGIN", "SAVEPOINT a", "PRAGMA foreign_keys = OFF", "ATTACH 'x' AS y"],
            Kind::Postgres => &["BEGIN", "SET search_path = pg_catalog", "SET LOCAL search_path = pg_catalog", "RESET ALL"],
            Kind::MariaDb | Kind::MySql => &["START TRANSACTION", "SET FOREIGN_KEY_CHECKS = 0", "USE mysql", "UNLOCK TABLES"],
        };
        for statement in refused.iter().chain(&["/* x */ COMMIT", "ROLLBACK"]) {
            let sql = format!("INSERT INTO shops (id, name) VALUES (2, 'two'); {statement}; DELETE FROM shops");
            let files = with_own(db, &[("INSERT INTO shops (id, name) VALUES (1, 'one')", ""), (&sql, "")])?;
            let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err(statement);
            let word = statement.trim_start_matches("/* x */ ").split(' ').next().unwrap_or_default();
            assert!(matches!(error, Error::Refused { .. }), "{error:?}");
            assert!(chain(&error).contains(&format!("`{word} ..`")), "{}", chain(&error));
            assert!(db.oracle("SELECT id FROM shops").await?.is_empty(), "{statement}");
            assert_eq!(standing(db, &files).await?, Standing::Open);
        }
        Ok(())
    }

    /// Where a function changes the session behind its back, the ledger stays where it is.
    async fn the_ledger_stays(db: &TestDb) -> Outcome {
        let sql = match db.kind() {
            Kind::Postgres => "SELECT set_config('search_path', 'pg_catalog', false); SET LOCAL lock_timeout = '7s'",
            _ => "SELECT 1",
        };
        let files = with_own(db, &[(sql, "")])?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await.map_err(|error| chain(&error))?;
        assert!(matches!(standing(db, &files).await?, Standing::Applied(_)));
        assert_eq!(db.oracle("SELECT name FROM orm_migrations").await?.len(), 2);
        Ok(())
    }

    /// Rows that came after they were counted are counted again, wherever the run ended.
    async fn rows_that_came_later(db: &TestDb) -> Outcome {
        let files = files(db, &[text::before::Entry::TABLE], &[text::after::Entry::TABLE], "{}")?;
        let mut counted = 0;
        for event in 0.. {
            migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
            if until(db, &files, event).await? {
                break;
            }
            db.oracle("INSERT INTO entries (id, code) VALUES (2, '007')").await?;
            let code = || async { Ok::<_, Box<dyn std::error::Error + Send + Sync>>(db.oracle("SELECT code FROM entries").await?[0][0].clone()) };
            if code().await?.as_deref() == Some("007") {
                let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("no number");
                assert!(matches!(error, Error::Rows { count: 1, half: false, .. }), "{event}: {}", chain(&error));
                assert_eq!(code().await?.as_deref(), Some("007"));
                counted += 1;
            }
            db.oracle("DELETE FROM entries").await?;
            migrate(&files, db.handle(), &to(""), &mut |_| {}).await.map_err(|error| format!("{event}: {}", chain(&error)))?;
        }
        assert!(counted >= 5, "{counted}");
        Ok(())
    }

    /// Who has brought a half migration to an end by hand says so, and the tables are looked at.
    async fn settled_by_hand(db: &TestDb) -> Outcome {
        let mut files = files(db, &[first::Shop::TABLE], &[nameless::Shop::TABLE], "{}")?;
        let mut second = files.iter().nth(1).cloned().ok_or("two")?;
        let alone = if db.kind() == Kind::Sqlite { "VACUUM" } else { alone(db.kind()).0 };
        for sql in [&alone.replace("(name)", "(id)"), "no SQL"] {
            second.operations.push(Operation::RunSql { sql: Texts::all(sql), reverse: Some(Texts::all("")) });
        }
        files.insert(second);
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("no SQL");
        assert_eq!(standing(db, &files).await?, Standing::Half);

        let settle = |resume| {
            let mut options = to("");
            options.resume = Some(resume);
            options
        };
        let error = migrate(&files, db.handle(), &settle(Resume::Abandon), &mut |_| {}).await.expect_err("no name");
        let Error::Half { reason, .. } = &error else { panic!("{error:?}") };
        assert!(reason.contains("`shops` has the columns id, and ought to have the columns id, name"), "{reason}");
        assert_eq!(standing(db, &files).await?, Standing::Half);
        // Its steps are no longer those that it was begun with, which is of no account.
        db.oracle("UPDATE orm_migration_steps SET steps_hash = 'another'").await?;
        let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("other steps");
        assert!(chain(&error).contains("--resume applied"), "{error}");
        migrate(&files, db.handle(), &settle(Resume::Applied), &mut |_| {}).await?;
        assert!(matches!(standing(db, &files).await?, Standing::Applied(_)));
        assert!(db.oracle("SELECT name FROM orm_migration_steps").await?.is_empty());

        db.oracle("DELETE FROM orm_migrations WHERE name <> '0001_initial'").await?;
        db.oracle(
            "INSERT INTO orm_migration_steps (app, name, course, base, steps_hash, done, changed_at) \
             SELECT app, '0002_shops', 'forwards', 0, 'another', 1, '' FROM orm_migrations",
        )
        .await?;
        let name = files.iter().nth(1).ok_or("two")?.id.name.clone();
        db.oracle(&format!("UPDATE orm_migration_steps SET name = '{name}'")).await?;
        let error = migrate(&files, db.handle(), &settle(Resume::Abandon), &mut |_| {}).await.expect_err("no name");
        assert!(matches!(error, Error::Half { .. }), "{error:?}");
        db.oracle("ALTER TABLE shops ADD COLUMN name TEXT").await?;
        let error = migrate(&files, db.handle(), &settle(Resume::Applied), &mut |_| {}).await.expect_err("a name");
        assert!(matches!(error, Error::Half { .. }), "{error:?}");
        migrate(&files, db.handle(), &settle(Resume::Abandon), &mut |_| {}).await?;
        assert_eq!(standing(db, &files).await?, Standing::Open);
        Ok(())
    }

    /// An index that failed while others could write is made anew by the next run.
    async fn a_failed_index(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return Ok(());
        }
        let files = with_own(db, &[("CREATE UNIQUE INDEX CONCURRENTLY Twice ON shops (name)", "DROP INDEX twice")])?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        db.oracle("INSERT INTO shops (id, name) VALUES (1, 'a'), (2, 'a')").await?;
        let valid = "SELECT CAST(indisvalid AS TEXT) FROM pg_index WHERE indexrelid = to_regclass('twice')";
        for _ in 0..2 {
            let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("two of a name");
            assert!(matches!(&error, Error::Step { cause, .. } if cause.is_unique_violation()), "{}", chain(&error));
            assert_eq!(db.oracle(valid).await?[0][0].as_deref(), Some("false"));
        }
        db.oracle("DELETE FROM shops WHERE id = 2").await?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await.map_err(|error| chain(&error))?;
        assert_eq!(db.oracle(valid).await?[0][0].as_deref(), Some("true"));
        Ok(())
    }

    /// A count that is none is an error, and no leave to go on.
    async fn counts(db: &TestDb) -> Outcome {
        let mut session = Session::open(db.handle()).await?;
        assert_eq!(session.count("SELECT COUNT(*) FROM (SELECT 1 UNION SELECT 2) x").await?, 2);
        for none in ["SELECT NULL", "SELECT 'x'", "SELECT -1", "SELECT 1 WHERE 1 = 0"] {
            let error = session.count(none).await.expect_err(none);
            assert!(matches!(error.kind(), orm::ErrorKind::Decode { .. }), "{none}: {error}");
        }
        Ok(())
    }
}
