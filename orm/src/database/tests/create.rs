//! Tables from models, and errors that name the model.

use crate::database::create;
use crate::database::{Access, Database, DatabaseRef};
use crate::exec::choose;
use crate::exec::testing::{TempFile, auto, execute, numbers, on, servers, unique};
use crate::model::{ColumnDef, Field, MetaDef, Table};
use crate::{Backend, ErrorKind, Result, atomic};

static ID: [ColumnDef; 1] = [ColumnDef::of::<i64>("id")];
static FIELDS: [Field; 1] = [Field::new("id", &ID)];
static KEY: [&Field; 1] = [&FIELDS[0]];
static DB: Database = Database::deferred("create_models");

const fn table(model: &'static str, name: &'static str, meta: MetaDef) -> Table {
    Table {
        model,
        module: "orm::tests",
        package: "orm",
        version: "0.1.0",
        doc: "",
        name,
        meta,
        fields: &FIELDS,
        primary_key: &KEY,
        ..Table::EMPTY
    }
}

/// A table whose name no other test uses.
fn leaked(model: &'static str, name: String) -> &'static Table {
    Box::leak(Box::new(table(model, Box::leak(name.into_boxed_str()), MetaDef::EMPTY)))
}

async fn everywhere() -> Vec<(Database, Option<TempFile>)> {
    let file = TempFile::new();
    let mut all = vec![(Database::open("create", file.url()).await.expect("open"), Some(file))];
    for url in servers() {
        all.push((Database::open("create", url).await.expect("open"), None));
    }
    all
}

#[tokio::test]
async fn tables_are_created_where_they_are_missing() {
    for (db, _file) in everywhere().await {
        let hen = leaked("Hen", unique("create_hen"));
        let egg = leaked("Egg", unique("create_egg"));
        create::create(db.shared(), &[hen], &[]).await.expect("created");
        execute(on(&db), &format!("INSERT INTO {} VALUES (7)", hen.name)).await.expect("inserted");
        create::create(db.shared(), &[hen, egg], &[]).await.expect("the other one");
        assert_eq!(numbers(on(&db), &format!("SELECT id FROM {}", hen.name)).await.expect("rows"), [7]);
        for table in [hen, egg] {
            execute(on(&db), &format!("DROP TABLE {}", table.name)).await.expect("there");
        }
        assert_eq!(db.pool_stats().expect("open").in_use, 0);
        db.close().await.expect("closed");
    }
}

#[tokio::test]
async fn all_or_none_where_tables_can_be_rolled_back() {
    for (db, _file) in everywhere().await {
        let fine = leaked("Fine", unique("create_fine"));
        let transactional = matches!(db.backend(), Some(Backend::Sqlite | Backend::Postgres));
        let result = atomic(async |tx| -> Result<()> {
            create::create(db.shared(), &[fine], &[]).await?;
            numbers(on(&tx), &format!("SELECT id FROM {}", fine.name)).await?;
            Err(crate::Error::new(ErrorKind::NotFound))
        })
        .using(&db)
        .await;
        let error = result.expect_err("refused");
        if transactional {
            assert!(error.is_not_found(), "{error}");
        } else {
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "it would commit: {error}");
            assert_eq!(error.database(), Some("create"));
        }
        execute(on(&db), &format!("SELECT id FROM {}", fine.name)).await.expect_err("not there");

        if transactional {
            // Something else is in the way of the second table.
            let blocked = leaked("Blocked", unique("create_blocked"));
            if db.backend() == Some(Backend::Sqlite) {
                execute(on(&db), "CREATE TABLE owner (n INTEGER)").await.expect("created");
                let index = format!("CREATE INDEX {} ON owner (n)", blocked.name);
                execute(on(&db), &index).await.expect("created");
            } else {
                execute(on(&db), &format!("CREATE DOMAIN {} AS int", blocked.name)).await.expect("created");
            }
            create::create(db.shared(), &[fine, blocked], &[]).await.expect_err("it cannot be created");
            execute(on(&db), &format!("SELECT id FROM {}", fine.name)).await.expect_err("not there");
            if db.backend() == Some(Backend::Postgres) {
                execute(on(&db), &format!("DROP DOMAIN {}", blocked.name)).await.expect("dropped");
            }
        }
        assert_eq!(db.pool_stats().expect("open").in_use, 0);
        db.close().await.expect("closed");
    }
}

#[tokio::test]
async fn two_models_on_one_table() {
    let db = Database::open("twice", "sqlite::memory:").await.expect("open");
    static ONE: Table = table("One", "create_same", MetaDef::EMPTY);
    static TWO: Table = table("Two", "create_same", MetaDef::EMPTY);
    let error = create::create(db.shared(), &[&ONE, &TWO], &[]).await.expect_err("one table");
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error}");
    assert_eq!(error.database(), Some("twice"));
    execute(on(&db), "SELECT id FROM create_same").await.expect_err("nothing was created");
}

#[tokio::test]
async fn the_model_says_where_and_is_named() {
    static BY_HANDLE: Table = table("ByHandle", "t", MetaDef::EMPTY.database(|| DatabaseRef::from(&DB)));
    static BY_NAME: Table =
        table("ByName", "t", MetaDef::EMPTY.database(|| DatabaseRef::from("create_models")));
    static BY_DEFAULT: Table = table("ByDefault", "t", MetaDef::EMPTY);
    for (table, database) in
        [(&BY_HANDLE, "create_models"), (&BY_NAME, "create_models"), (&BY_DEFAULT, "default")]
    {
        let error = choose::lease(auto(), Some(table), Access::Select).await.expect_err("not open");
        assert!(matches!(error.kind(), ErrorKind::NotInitialized), "{error}");
        assert_eq!((error.model(), error.database()), (Some(table.model), Some(database)));
    }
    DB.init("sqlite::memory:").await.expect("bound");
    for table in [&BY_HANDLE, &BY_NAME] {
        let lease = choose::lease(auto(), Some(table), Access::Select).await.expect("leased");
        assert_eq!(lease.database(), "create_models");
        assert!(!lease.in_transaction());
    }
    atomic(async |_| -> Result<()> {
        assert!(choose::lease(auto(), Some(&BY_NAME), Access::Select).await?.in_transaction());
        // An explicit database goes before the model's.
        let other = Database::open("other", "sqlite::memory:").await?;
        assert_eq!(choose::lease(on(&other), Some(&BY_NAME), Access::Select).await?.database(), "other");
        Ok(())
    })
    .using(&DB)
    .await
    .expect("committed");
    DB.close().await.expect("closed");
}
