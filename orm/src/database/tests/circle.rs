//! Tables that refer to each other in a circle, removed from SQLite: its foreign keys are off for that long, and no
//! longer.

use std::future::{Future, IntoFuture, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::exec::testing::{TempFile, execute, numbers, on};
use crate::model::{Action, ColumnDef, Field, Reference, Table};
use crate::{Database, ErrorKind, Result, atomic};

/// A foreign key that may be NULL.
const fn key(
    name: &'static str,
    columns: &'static [ColumnDef],
    target: fn() -> &'static Table,
    on_delete: Action,
) -> Field {
    let reference = Reference { target, path: "", to: None, on_delete, on_update: Action::NoAction };
    Field::new(name, columns).reference(reference)
}

const fn table(model: &'static str, name: &'static str, fields: &'static [Field]) -> Table {
    Table { model, module: "orm::tests", package: "orm", version: "0.1.0", name, fields, ..Table::EMPTY }
}

static ID: [ColumnDef; 1] = [ColumnDef::of::<i64>("id")];
static HUB_ID: [ColumnDef; 1] = [ColumnDef::of::<Option<i64>>("hub_id")];
static SPOKE_ID: [ColumnDef; 1] = [ColumnDef::of::<Option<i64>>("spoke_id")];
static RIM_ID: [ColumnDef; 1] = [ColumnDef::of::<Option<i64>>("rim_id")];

static HUB_FIELDS: [Field; 3] = [
    Field::new("id", &ID),
    key("spoke", &SPOKE_ID, || &SPOKE, Action::Cascade),
    key("rim", &RIM_ID, || &RIM, Action::Restrict),
];
static HUB: Table = Table { primary_key: &[&HUB_FIELDS[0]], ..table("Hub", "hub", &HUB_FIELDS) };
static SPOKE_FIELDS: [Field; 2] = [Field::new("id", &ID), key("hub", &HUB_ID, || &HUB, Action::Cascade)];
static SPOKE: Table = Table { primary_key: &[&SPOKE_FIELDS[0]], ..table("Spoke", "spoke", &SPOKE_FIELDS) };
static RIM_FIELDS: [Field; 2] = [Field::new("id", &ID), key("hub", &HUB_ID, || &HUB, Action::Cascade)];
static RIM: Table = Table { primary_key: &[&RIM_FIELDS[0]], ..table("Rim", "rim", &RIM_FIELDS) };

const TABLES: [&Table; 3] = [&HUB, &SPOKE, &RIM];

/// The tables, with a row each that refers to the next.
async fn filled(url: &str) -> Result<Database> {
    let db = Database::open("circle", url).await?;
    db.create_tables(&TABLES).await?;
    execute(on(&db), "INSERT INTO hub VALUES (1, NULL, NULL)").await?;
    execute(on(&db), "INSERT INTO spoke VALUES (1, 1)").await?;
    execute(on(&db), "INSERT INTO rim VALUES (1, 1)").await?;
    execute(on(&db), "UPDATE hub SET spoke_id = 1, rim_id = 1").await?;
    Ok(db)
}

/// How many of the tables there are.
async fn tables(db: &Database) -> Result<Vec<i64>> {
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('hub', 'spoke', 'rim')";
    numbers(on(db), sql).await
}

/// Whether the connection enforces foreign keys: what it says, and what it does.
async fn enforced(db: &Database) -> Result<bool> {
    execute(on(db), "CREATE TABLE IF NOT EXISTS probe (a INTEGER PRIMARY KEY, b REFERENCES probe)").await?;
    let refused = execute(on(db), "INSERT INTO probe VALUES (1, 2)").await.is_err();
    execute(on(db), "DROP TABLE probe").await?;
    assert_eq!(numbers(on(db), "PRAGMA foreign_keys").await?, [i64::from(refused)]);
    Ok(refused)
}

#[tokio::test]
async fn it_is_removed_in_whatever_order() -> Result<()> {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]] {
        let db = filled("sqlite::memory:").await?;
        db.drop_tables(&order.map(|at: usize| TABLES[at])).await?;
        assert_eq!(tables(&db).await?, [0]);
        assert!(enforced(&db).await?);
        db.drop_tables(&TABLES).await?;
    }
    Ok(())
}

#[tokio::test]
async fn foreign_keys_that_were_off_stay_off() -> Result<()> {
    let db = filled("sqlite::memory:?foreign_keys=off").await?;
    db.drop_tables(&TABLES).await?;
    assert_eq!(tables(&db).await?, [0]);
    assert!(!enforced(&db).await?);
    Ok(())
}

#[tokio::test]
async fn after_an_error_all_is_as_before() -> Result<()> {
    let db = filled("sqlite::memory:").await?;
    execute(on(&db), "CREATE TABLE other (a REFERENCES hub (id))").await?;
    let error = db.drop_tables(&TABLES).await.expect_err("another one refers to it");
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error}");
    assert_eq!(tables(&db).await?, [3]);
    assert!(enforced(&db).await?);

    execute(on(&db), "DROP TABLE other").await?;
    // SQLite itself refuses the last of the statements.
    for sql in [
        "PRAGMA foreign_keys = OFF",
        "DROP TABLE hub",
        "PRAGMA foreign_keys = ON",
        "CREATE VIEW hub AS SELECT 1",
    ] {
        execute(on(&db), sql).await?;
    }
    let error = db.drop_tables(&TABLES).await.expect_err("a view is no table");
    assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error}");
    assert_eq!(tables(&db).await?, [2]);
    assert!(enforced(&db).await?);
    Ok(())
}

/// Inside of a transaction SQLite would pass over the wish, and what comes of it depends on the order.
#[tokio::test]
async fn inside_of_a_transaction_it_is_refused() -> Result<()> {
    let db = filled("sqlite::memory:").await?;
    let result: Result<()> = atomic(async |_| db.drop_tables(&TABLES).await).using(&db).await;
    let error = result.expect_err("refused");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
    assert_eq!(tables(&db).await?, [3]);
    assert!(enforced(&db).await?);
    Ok(())
}

/// Given up while it waits for another writer, with foreign keys off already.
#[tokio::test]
async fn given_up_half_way() -> Result<()> {
    let file = TempFile::new();
    let db = filled(&file.url()).await?;
    let other = Database::open("other", file.url()).await?;
    let writer = crate::begin().using(&other).await?;
    {
        let mut removal = pin!(db.drop_tables(&TABLES).into_future());
        let first = poll_fn(|context| Poll::Ready(removal.as_mut().poll(context))).await;
        assert!(first.is_pending(), "{first:?}");
        assert_eq!(db.pool_stats().expect("open").in_use, 1);
    }
    writer.rollback().await?;
    assert!(enforced(&db).await?);
    assert_eq!(tables(&db).await?, [3]);
    let stats = db.pool_stats().expect("open");
    // The connection that was given up has been asked, no other.
    assert_eq!((stats.opened, stats.discarded, stats.in_use), (1, 0, 0));
    db.drop_tables(&TABLES).await?;
    assert_eq!(tables(&db).await?, [0]);
    other.close().await?;
    db.close().await?;
    Ok(())
}
