//! Runs that meet each other, ledgers that do not fit, and what is only noted.

use orm::Database;
use orm::model::Model as _;
use orm::schema::Texts;
use orm_migrate::{
    Error, Event, Files, Migration, MigrationId, Operation, Standing, Until, migrate, plan, status,
};
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::changes::{APP, all_definitions, files, to};
use super::models::{first, second};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn project(db: &TestDb) -> Result<Files> {
    let answers = r#"{"fill:shops.city": {"fill": {"value": "Bern"}}}"#;
    files(db, &[first::Shop::TABLE], &[second::Shop::TABLE, second::Good::TABLE], answers)
}

fn id(files: &Files, number: &str) -> Result<MigrationId> {
    let found = files.iter().find(|own| own.id.name.starts_with(number));
    Ok(found.ok_or("no such migration")?.id.clone())
}

/// Its own SQL as a migration behind all others.
fn with_sql(files: &mut Files, sql: Texts, reverse: Option<Texts>) -> Result<MigrationId> {
    let parent = files.leaf(APP)?.ok_or("a last one")?.name.clone();
    let id = MigrationId::new(APP, format!("{:04}_sql", files.next_number(APP)));
    files.insert(Migration {
        id: id.clone(),
        parents: vec![parent],
        dependencies: Vec::new(),
        operations: vec![Operation::RunSql { sql, reverse }],
    });
    Ok(id)
}

async fn refused(files: &Files, db: &TestDb, name: &str) -> Error {
    migrate(files, db.handle(), &to(name), &mut |_| {}).await.expect_err("refused")
}

cases! {
    /// One of them does it, the others find it done.
    async fn at_once(db: &TestDb) -> Outcome {
        let mut files = project(db)?;
        for at in 0..3 {
            let sql = format!("INSERT INTO shops (id, name, city) VALUES ({at}, 'x', 'y')");
            with_sql(&mut files, Texts::all(sql), None)?;
        }
        let mut runs = Vec::new();
        for _ in 0..3 {
            let (files, database) = (files.clone(), Database::open("one of three", db.url()).await?);
            runs.push(tokio::spawn(async move {
                let migrated = migrate(&files, &database, &to(""), &mut |_| {}).await.expect("migrated");
                database.close().await.expect("closed");
                migrated.migrations.len()
            }));
        }
        let mut sum = 0;
        for run in runs {
            sum += run.await?;
        }
        assert_eq!(sum, 5);
        assert_eq!(db.oracle("SELECT id FROM shops").await?.len(), 3);
        Ok(())
    }

    /// On SQLite two may have planned the same before one of them gets to write.
    async fn planned_twice(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Sqlite {
            return Ok(());
        }
        let files = project(db)?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        let mut writer = db.connect_oracle().await?;
        writer.ask("BEGIN IMMEDIATE").await?;
        let (send, mut planned) = tokio::sync::mpsc::unbounded_channel();
        let mut runs = Vec::new();
        for _ in 0..2 {
            let (files, send) = (files.clone(), send.clone());
            let database = Database::open("one of two", db.url()).await?;
            runs.push(tokio::spawn(async move {
                let mut told = |event: &Event| {
                    if let Event::Begun(_) = event {
                        send.send(()).expect("somebody waits");
                    }
                };
                let migrated = migrate(&files, &database, &to(""), &mut told).await.expect("migrated");
                database.close().await.expect("closed");
                migrated.migrations.len()
            }));
        }
        for _ in 0..2 {
            planned.recv().await.ok_or("both plan it")?;
        }
        writer.ask("COMMIT").await?;
        let mut sum = 0;
        for run in runs {
            sum += run.await?;
        }
        assert_eq!(sum, 1);
        Ok(())
    }

    /// Whoever waits for too long is told who has the lock.
    async fn locked(db: &TestDb) -> Outcome {
        let files = project(db)?;
        let mut other = db.connect_oracle().await?;
        let lock = match db.kind() {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "SELECT pg_advisory_lock(1330796802, hashtext(current_schema()))::text",
            Kind::MariaDb | Kind::MySql => {
                "SELECT GET_LOCK(CONCAT('orm_migrate_', LEFT(SHA2(DATABASE(), 256), 40)), 5)"
            }
        };
        other.ask(lock).await?;
        let mut options = to("");
        options.patience = std::time::Duration::ZERO;
        let error = migrate(&files, db.handle(), &options, &mut |_| {}).await.expect_err("locked");
        let Error::Locked { holder } = &error else { panic!("{error:?}") };
        match db.kind() {
            Kind::Sqlite => {}
            Kind::Postgres => assert!(holder.contains("process ") && holder.contains("postgres"), "{holder}"),
            Kind::MariaDb | Kind::MySql => assert!(holder.contains("of root"), "{holder}"),
        }
        drop(other);
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        Ok(())
    }

    /// What was applied and what the files say have to go together.
    async fn ledger_and_files(db: &TestDb) -> Outcome {
        let files = project(db)?;
        // Nothing is written by those who only look.
        assert!(status(&files, db.handle()).await?.iter().all(|one| one.standing == Standing::Open));
        assert_eq!(plan(&files, db.handle(), &Until::Newest).await?.len(), 2);
        assert!(orm_tests::catalog::tables(db).await?.is_empty());

        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        let (one, two) = (id(&files, "0001")?, id(&files, "0002")?);
        let mut changed = files.clone();
        let mut migration = changed.get(&two).ok_or("there")?.clone();
        migration.operations.push(Operation::RunSql { sql: Texts::all("SELECT 1"), reverse: None });
        changed.insert(migration);
        assert!(matches!(refused(&changed, db, "").await, Error::Changed { migrations } if migrations == [two.clone()]));
        assert!(matches!(&status(&changed, db.handle()).await?[1].standing, Standing::Changed(_)));

        let mut fewer = Files::new();
        fewer.insert(files.get(&one).ok_or("there")?.clone());
        let error = refused(&fewer, db, "").await;
        assert!(error.to_string().contains(&two.to_string()), "{error}");
        assert!(matches!(error, Error::NoFile { migrations } if migrations == [two.clone()]));
        assert!(matches!(&status(&fewer, db.handle()).await?[1].standing, Standing::NoFile(_)));

        assert!(matches!(refused(&files, db, "00").await, Error::Ambiguous { migrations, .. } if migrations.len() == 2));
        assert!(matches!(refused(&files, db, "7").await, Error::Unknown { .. }));

        db.oracle(&format!("DELETE FROM orm_migrations WHERE name = '{}'", one.name)).await?;
        assert!(matches!(refused(&files, db, "").await, Error::Inconsistent { needs, .. } if needs == one));
        Ok(())
    }

    /// For tables that are there already.
    async fn only_noted(db: &TestDb) -> Outcome {
        let files = project(db)?;
        db.handle().create_tables(&[first::Shop::TABLE]).await?;
        let mut options = to("");
        options.fake_initial = true;
        migrate(&files, db.handle(), &options, &mut |_| {}).await?;
        let definitions = all_definitions(db).await?;
        // The second one was run.
        let mut options = to("zero");
        options.fake = true;
        migrate(&files, db.handle(), &options, &mut |_| {}).await?;
        assert!(status(&files, db.handle()).await?.iter().all(|one| one.standing == Standing::Open));
        assert_eq!(all_definitions(db).await?, definitions);
        let error = refused(&files, db, "").await;
        assert!(matches!(error, Error::Step { half: false, .. }), "{error:?}");
        assert!(db.oracle("SELECT app FROM orm_migration_steps").await?.is_empty());
        Ok(())
    }

    /// Rows that are in the way are counted before anything changes.
    async fn rows_in_the_way(db: &TestDb) -> Outcome {
        let answers = r#"{"fill:shops.city": "none"}"#;
        let files = files(db, &[first::Shop::TABLE], &[second::Shop::TABLE, second::Good::TABLE], answers)?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        db.oracle("INSERT INTO shops (id, name) VALUES (1, 'one')").await?;
        let before = all_definitions(db).await?;
        let error = refused(&files, db, "").await;
        let on_mysql = matches!(db.kind(), Kind::MySql | Kind::MariaDb);
        let Error::Rows { count: 1, rows, half, .. } = &error else { panic!("{error:?}") };
        assert_eq!((rows.as_str(), *half), ("rows of shops with NULL in city", on_mysql), "{error}");
        if on_mysql {
            db.oracle("UPDATE shops SET city = 'Bern'").await?;
        } else {
            assert_eq!(all_definitions(db).await?, before);
            db.oracle("DELETE FROM shops").await?;
        }
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        Ok(())
    }

    /// One's own SQL, which is not taken back unless somebody says how; on PostgreSQL what no transaction holds.
    async fn own_sql(db: &TestDb) -> Outcome {
        let mut files = project(db)?;
        let mut sql = Texts::all("INSERT INTO shops (id, name, city) VALUES (1, 'a;b', 'c'); DELETE FROM shops WHERE id = 2;");
        sql.set(orm::Backend::Postgres, "CREATE INDEX CONCURRENTLY own_index ON shops (open); INSERT INTO shops (id, name, city) VALUES (1, 'a;b', 'c')");
        let mut reverse = Texts::all("DELETE FROM shops");
        reverse.set(orm::Backend::Postgres, "DELETE FROM shops; DROP INDEX own_index");
        let sql = with_sql(&mut files, sql, Some(reverse))?;
        with_sql(&mut files, Texts::all("UPDATE shops SET city = 'x'"), None)?;
        migrate(&files, db.handle(), &to("0003"), &mut |_| {}).await?;
        assert_eq!(db.oracle("SELECT name FROM shops").await?, [[Some("a;b".to_owned())]]);
        migrate(&files, db.handle(), &to("0002"), &mut |_| {}).await?;
        assert!(db.oracle("SELECT name FROM shops").await?.is_empty());
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        let error = refused(&files, db, "0002").await;
        assert!(matches!(error, Error::Irreversible { .. }), "{error:?}");
        assert_eq!(files.sql(&sql, super::create::backend(db), false)?.len(), 2);
        Ok(())
    }
}
