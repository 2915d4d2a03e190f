//! One handle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::exec::testing::{TempFile, auto, execute, numbers, on, servers};
use crate::{Backend, Database, DatabaseOptions, DatabaseProxy, ErrorKind, PoolOptions, begin};

#[tokio::test]
async fn a_static_and_its_clones_are_one_database() {
    static DB: Database = Database::deferred("handle_static");
    let clone = DB.clone();
    assert!(!DB.is_initialized());
    assert_eq!((DB.name(), clone.name()), ("handle_static", "handle_static"));
    assert_eq!((DB.url(), DB.backend(), DB.pool_stats()), (None, None, None));
    let error = DB.ping().await.expect_err("not bound");
    assert!(matches!(error.kind(), ErrorKind::NotInitialized), "{error}");
    assert_eq!(error.database(), Some("handle_static"));

    clone.init("sqlite::memory:").await.expect("bound");
    assert!(DB.is_initialized());
    assert_eq!(DB.backend(), Some(Backend::Sqlite));
    assert!(DB.server_version().expect("connected").0 >= 3);
    DB.ping().await.expect("alive");
    assert_eq!(DB, clone);

    DB.close().await.expect("closed");
    assert!(!clone.is_initialized());
    let error = execute(on(&clone), "SELECT 1").await.expect_err("closed");
    assert!(matches!(error.kind(), ErrorKind::NotInitialized), "{error}");
    DB.close().await.expect("again");
}

#[tokio::test]
async fn a_failed_init_changes_nothing() {
    let file = TempFile::new();
    let db = Database::open("failing", file.url()).await.expect("open");
    execute(on(&db), "CREATE TABLE t (n INTEGER)").await.expect("created");
    for (url, wanted) in [
        ("nonsense://me:s3cret@x/y", "UnsupportedScheme"),
        ("sqlite:///no/such/folder/at/all/x.db", "Connect"),
        ("", "Config"),
    ] {
        let error = db.init(url).await.expect_err(url);
        assert!(format!("{:?}", error.kind()).starts_with(wanted), "{url}: {error:?}");
        assert_eq!(error.database(), Some("failing"));
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
    execute(on(&db), "INSERT INTO t VALUES (1)").await.expect("still bound to the file");
    assert_eq!(db.pool_stats().expect("open").opened, 1, "to the same pool");
    db.close().await.expect("closed");
}

#[tokio::test]
async fn another_init_re_targets_while_the_old_pool_drains() {
    let (one, other) = (TempFile::new(), TempFile::new());
    let db = Database::open("moving", one.url()).await.expect("open");
    execute(on(&db), "CREATE TABLE t (n INTEGER)").await.expect("created");
    let running = begin().using(&db).await.expect("begun");
    execute(on(&running), "INSERT INTO t VALUES (1)").await.expect("inserted");

    db.init(other.url().as_str()).await.expect("re-targeted");
    assert_eq!(db.url(), Some(other.url()));
    execute(on(&db), "CREATE TABLE elsewhere (n INTEGER)").await.expect("the new place");
    execute(on(&db), "INSERT INTO t VALUES (2)").await.expect_err("not in the old one");

    execute(on(&running), "INSERT INTO t VALUES (3)").await.expect("what runs goes on");
    running.commit().await.expect("committed");
    let check = Database::open("check", one.url()).await.expect("open");
    assert_eq!(numbers(on(&check), "SELECT n FROM t").await.expect("rows"), [1, 3]);
    check.close().await.expect("closed");
    db.close().await.expect("closed");
}

#[tokio::test]
async fn whoever_waits_is_served_by_the_new_pool() {
    let db = Database::open("waiting", "sqlite::memory:").await.expect("open");
    let busy = begin().using(&db).await.expect("the only connection");
    let waiting = {
        let db = db.clone();
        tokio::spawn(async move { numbers(on(&db), "SELECT 7").await })
    };
    somebody_waits(&db).await;
    db.init("sqlite::memory:").await.expect("re-targeted");
    assert_eq!(waiting.await.expect("no panic").expect("served"), [7]);
    busy.rollback().await.expect("rolled back");

    let busy = begin().using(&db).await.expect("the only connection");
    let waiting = {
        let db = db.clone();
        tokio::spawn(async move { numbers(on(&db), "SELECT 7").await })
    };
    somebody_waits(&db).await;
    let closing = tokio::spawn(async move { db.close().await });
    let error = waiting.await.expect("no panic").expect_err("closed");
    assert!(matches!(error.kind(), ErrorKind::PoolClosed), "{error}");
    assert!(!closing.is_finished(), "it waits for what runs");
    busy.commit().await.expect("what runs goes on");
    closing.await.expect("no panic").expect("closed");
}

#[tokio::test]
async fn lazy_opens_nothing() {
    static DB: Database = Database::deferred("handle_lazy");
    let file = TempFile::new();
    DB.init_lazy(DatabaseOptions::from(file.url()).pool(PoolOptions::new().max_connections(3)))
        .await
        .expect("bound");
    let stats = DB.pool_stats().expect("bound");
    assert_eq!((stats.opened, stats.hard_limit), (0, 3));
    DB.ping().await.expect("alive");
    assert_eq!(DB.pool_stats().expect("bound").opened, 1);
    DB.close().await.expect("closed");
}

#[tokio::test]
async fn passwords_are_never_shown() {
    for url in ["postgres://me:s3cret@127.0.0.1:1/x", "mysql://me:s3cret@127.0.0.1:1/x"] {
        let options = DatabaseOptions::url(url);
        let mut shown = format!("{options:?}");
        static DB: Database = Database::deferred("handle_secret");
        match DB.init(options.clone()).await {
            Ok(()) => panic!("nobody listens there"),
            Err(error) => shown += &format!("{error} {error:?}"),
        }
        if DB.init_lazy(options).await.is_ok() {
            shown += &format!("{DB:?} {:?} {:?}", DB.url(), DB.shared());
            DB.close().await.expect("closed");
        }
        shown += &format!("{:?}", crate::db::connect(url));
        shown += &format!("{:?}", DatabaseOptions::url(format!("{url}%zz:s3cret")));
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[tokio::test]
async fn a_proxy_is_bound_and_bound_again() {
    static PROXY: DatabaseProxy = DatabaseProxy::new();
    let error = execute(on(&PROXY), "SELECT 1").await.expect_err("unbound");
    assert!(matches!(error.kind(), ErrorKind::ProxyUninitialized), "{error}");
    assert!(PROXY.database().is_err());

    let calls = Arc::new(AtomicU32::new(0));
    let callback = |add: u32| {
        let calls = Arc::clone(&calls);
        move |database: Database| {
            let calls = Arc::clone(&calls);
            async move {
                tokio::task::yield_now().await;
                execute(on(&database), "CREATE TABLE IF NOT EXISTS t (n INTEGER)").await?;
                calls.fetch_add(add, Ordering::SeqCst);
                Ok(())
            }
        }
    };
    PROXY.on_initialize(callback(1)).await.expect("kept for later");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let kept = crate::database::Using::executor(&PROXY);
    for (round, expected) in [(1, 1), (2, 12)] {
        let db = Database::open("behind", "sqlite::memory:").await.expect("open");
        PROXY.initialize(&db).await.expect("bound");
        assert_eq!(calls.load(Ordering::SeqCst), expected, "round {round}");
        assert_eq!(PROXY.database().expect("bound"), db);
        let target = crate::Executor::target(kept.clone());
        execute(target, "INSERT INTO t VALUES (1)").await.expect("a query made before the binding");
        assert_eq!(numbers(on(&db), "SELECT COUNT(*) FROM t").await.expect("rows"), [1]);
        if round == 1 {
            PROXY.on_initialize(callback(10)).await.expect("called now");
            assert_eq!(calls.load(Ordering::SeqCst), 11);
            calls.store(1, Ordering::SeqCst);
        }
    }
    PROXY.on_initialize(async |_| Err(crate::Error::new(ErrorKind::NotFound))).await.expect_err("its error");
}

#[tokio::test]
async fn servers_are_known() {
    for url in servers() {
        let db = Database::open("server", url.as_str()).await.expect("open");
        db.ping().await.expect("alive");
        let backend = db.backend().expect("connected");
        assert!(backend != Backend::Sqlite && db.server_version().expect("connected").0 > 0);
        db.close().await.expect("closed");
    }
}

#[tokio::test]
async fn the_default_is_not_there_by_itself() {
    let error = execute(auto(), "SELECT 1").await.expect_err("nobody opened it");
    assert!(matches!(error.kind(), ErrorKind::NotInitialized), "{error}");
    let error = execute(on("handle_nobody"), "SELECT 1").await.expect_err("nobody opened it");
    assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error}");
    assert_eq!(error.database(), Some("handle_nobody"));
}

#[test]
fn without_a_runtime_everything_blocks() {
    let file = TempFile::new();
    let db = Database::open("blocking", file.url()).blocking().expect("open");
    db.ping().blocking().expect("alive");
    let connected = crate::db::connect(file.url()).blocking().expect("open");
    connected.close().blocking().expect("closed");
    db.close().blocking().expect("closed");
}

/// Until a task is in the queue for a connection.
async fn somebody_waits(db: &Database) {
    while db.pool_stats().is_none_or(|stats| stats.waiting == 0) {
        tokio::task::yield_now().await;
    }
}
