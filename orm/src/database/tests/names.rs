//! Names and the functions on all databases.

use crate::exec::testing::{TempFile, execute, numbers, on, unique};
use crate::{Database, ErrorKind, db};

#[tokio::test]
async fn a_name_is_an_alias_from_init_to_close() {
    static DB: Database = Database::deferred("names_alias");
    assert!(matches!(db::get("names_alias").expect_err("closed").kind(), ErrorKind::UnknownDatabase { .. }));
    DB.init("sqlite::memory:").await.expect("bound");
    assert_eq!(db::get("names_alias").expect("open"), DB);
    assert!(db::names().contains(&"names_alias".to_owned()));
    execute(on("names_alias"), "CREATE TABLE t (n INTEGER)").await.expect("by name");
    execute(on(&DB), "INSERT INTO t VALUES (1)").await.expect("the same");

    static TWIN: Database = Database::deferred("names_alias");
    let error = TWIN.init("sqlite::memory:").await.expect_err("taken");
    assert!(matches!(error.kind(), ErrorKind::AlreadyInitialized), "{error}");
    assert_eq!(error.database(), Some("names_alias"));
    assert!(!TWIN.is_initialized());
    TWIN.close().await.expect("nothing to close");
    assert_eq!(db::get("names_alias").expect("still open"), DB);

    let unlisted = Database::open("names_alias", "sqlite::memory:").await.expect("no alias, no conflict");
    assert_eq!(db::get("names_alias").expect("still open"), DB);
    unlisted.close().await.expect("closed");

    DB.init("sqlite::memory:").await.expect("the same handle again");
    DB.close().await.expect("closed");
    let error = db::get("names_alias").expect_err("closed");
    assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error}");
    TWIN.init("sqlite::memory:").await.expect("free again");
    TWIN.close().await.expect("closed");
}

#[tokio::test]
async fn two_databases_at_once() {
    let names = [unique("names_one"), unique("names_two")];
    db::init(names.iter().map(|name| (name, "sqlite::memory:"))).await.expect("both");
    for (n, name) in (1..).zip(&names) {
        execute(on(name), "CREATE TABLE t (n INTEGER)").await.expect("created");
        execute(on(name), &format!("INSERT INTO t VALUES ({n})")).await.expect("inserted");
    }
    let select = "SELECT n FROM t";
    let (one, two) = tokio::join!(numbers(on(&names[0]), select), numbers(on(&names[1]), select));
    assert_eq!((one.expect("rows"), two.expect("rows")), (vec![1], vec![2]));
    for name in &names {
        db::get(name).expect("open").close().await.expect("closed");
    }
}

#[tokio::test]
async fn all_or_none() {
    let (fine, bad) = (unique("names_fine"), unique("names_bad"));
    let error = db::init([(&fine, "sqlite::memory:"), (&bad, "sqlite:///no/such/folder/at/all/x.db")])
        .await
        .expect_err("one cannot be opened");
    assert_eq!(error.database(), Some(bad.as_str()));
    assert!(db::get(&fine).is_err());

    let error = db::init([(&fine, "sqlite::memory:"), (&fine, "sqlite::memory:")]).await.expect_err("twice");
    assert!(matches!(error.kind(), ErrorKind::AlreadyInitialized), "{error}");
    assert!(db::get(&fine).is_err());

    let taken = db::connect("sqlite::memory:").name(&bad).await.expect("open");
    let error = db::init([(&fine, "sqlite::memory:"), (&bad, "sqlite::memory:")]).await.expect_err("taken");
    assert!(matches!(error.kind(), ErrorKind::AlreadyInitialized), "{error}");
    assert!(db::get(&fine).is_err());
    taken.close().await.expect("closed");
}

#[tokio::test]
async fn the_guard_closes_when_it_is_dropped() {
    let (file, name) = (TempFile::new(), unique("names_guard"));
    let guard = db::connect(file.url()).name(&name).await.expect("open");
    let handle = db::get(&name).expect("open");
    guard.ping().await.expect("it is a database");
    execute(on(&guard), "CREATE TABLE t (n INTEGER)").await.expect("created");
    drop(guard);
    assert!(!handle.is_initialized());
    assert!(db::get(&name).is_err());

    let guard = db::connect(file.url()).name(&name).await.expect("the name is free");
    // Not while the guard of the old one is dropped elsewhere, outside of any runtime.
    std::thread::spawn(move || drop(guard)).join().expect("no panic");
    assert!(db::get(&name).is_err());

    let nameless = db::connect("sqlite::memory:").await.expect("open");
    assert!(!db::names().contains(&nameless.name().to_owned()));
    nameless.close().await.expect("closed");
}
