//! The pool over real connections: SQLite always, servers where the environment names one.

use std::time::Duration;

use super::secs;
use crate::driver::{ConnectOptions, Statement};
use crate::error::{ErrorKind, Result};
use crate::pool::{Config, Pool, PoolOptions};

fn open(url: &str, options: PoolOptions) -> Pool<ConnectOptions> {
    let config = Config::parse(url).expect("a good URL");
    Pool::open("real".into(), &options.or(config.pool), config.connect).expect("the options fit together")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The servers that the environment names, with a statement that takes half a second.
fn servers() -> Vec<(String, &'static str)> {
    let known = [
        ("PostgreSQL", "ORM_TEST_POSTGRES_URL", "SELECT pg_sleep(0.5)", cfg!(feature = "postgres")),
        ("MariaDB", "ORM_TEST_MARIADB_URL", "SELECT SLEEP(0.5)", cfg!(feature = "mysql")),
        ("MySQL", "ORM_TEST_MYSQL_URL", "SELECT SLEEP(0.5)", cfg!(feature = "mysql")),
    ];
    let mut servers = Vec::new();
    for (name, variable, slow, compiled_in) in known {
        match std::env::var(variable) {
            Ok(url) if compiled_in => servers.push((url, slow)),
            _ => println!("left out: {name}"),
        }
    }
    servers
}

async fn run(pool: &Pool<ConnectOptions>, sql: &str) -> Result<()> {
    let mut loan = pool.acquire().await?;
    let outcome = loan.begin_use().run(Statement { sql: &sql.into(), args: &[], scales: &[] }, &mut ()).await;
    loan.end_use();
    outcome.map(drop)
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_memory_database_outlives_its_calls_and_its_runtime() {
    let pool = open("sqlite:///:memory:?max_connections=5&idle_timeout=0.001", PoolOptions::new());
    let other = open("sqlite:///:memory:", PoolOptions::new());
    assert_eq!((pool.server(), pool.stats().hard_limit), (None, 1));
    run(&pool, "CREATE TABLE t (x INTEGER)").await.expect("a table");
    run(&pool, "INSERT INTO t VALUES (1)").await.expect("a row");
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let pool = pool.clone();
        tasks.push(tokio::spawn(async move { run(&pool, "INSERT INTO t SELECT x FROM t LIMIT 1").await }));
    }
    for task in tasks {
        task.await.expect("no panic").expect("the table is there");
    }
    let elsewhere = pool.clone();
    tokio::task::spawn_blocking(move || runtime().block_on(run(&elsewhere, "SELECT x FROM t")))
        .await
        .expect("no panic")
        .expect("the table is there");
    run(&other, "SELECT x FROM t").await.expect_err("another handle, another database");
    assert_eq!((pool.stats().opened, pool.stats().discarded), (1, 0));
    assert_eq!(pool.close(Some(secs(5))).await, 0);
    assert_eq!(run(&pool, "SELECT 1").await.expect_err("closed").kind(), &ErrorKind::PoolClosed);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_transaction_left_behind_is_rolled_back_on_the_spot() {
    let pool = open(":memory:", PoolOptions::new());
    run(&pool, "CREATE TABLE t (x INTEGER UNIQUE)").await.expect("a table");
    let mut loan = pool.acquire().await.expect("the connection");
    loan.begin_use().batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").await.expect("a transaction");
    drop(loan);
    run(&pool, "INSERT INTO t VALUES (1)").await.expect("the other row was rolled back");
    assert_eq!((pool.stats().opened, pool.stats().discarded), (1, 0), "cleaned, not replaced");
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_file_has_several_connections_and_a_wrong_path_a_cause() {
    let folder = std::env::temp_dir().join(format!("orm-pool-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("a b.db");
    let pool = open(&format!("sqlite:{}", file.display()), PoolOptions::new());
    run(&pool, "CREATE TABLE t (x INTEGER)").await.expect("a table");
    let loans = [pool.acquire().await, pool.acquire().await, pool.acquire().await];
    assert!(loans.iter().all(Result::is_ok));
    drop(loans);
    assert_eq!(pool.stats().idle, 3);
    assert_eq!(pool.close(Some(secs(5))).await, 0);

    let nowhere = open(&format!("sqlite:{}/no/such/folder.db", folder.display()), PoolOptions::new());
    let error = nowhere.connect_now().await.expect_err("no such folder");
    assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    std::fs::remove_dir_all(&folder).expect("the folder is there");
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[tokio::test]
async fn a_port_where_nobody_listens_is_said_at_once() {
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://ann:Zq7x@127.0.0.1:1/db");
        let Ok(config) = Config::parse(&url) else { continue };
        let pool = Pool::open("real".into(), &PoolOptions::new(), config.connect).expect("a pool");
        let begun = std::time::Instant::now();
        let error = pool.connect_now().await.expect_err("nobody listens");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        assert!(begun.elapsed() < secs(5), "{:?}", begun.elapsed());
        assert!(
            !format!("{error} {error:?} {pool:?} {config:?}", config = Config::parse(&url)).contains("Zq7x")
        );
    }
}

#[test]
fn servers_stay_in_their_runtime_and_lose_what_was_given_up() {
    for (url, slow) in servers() {
        let pool = open(&url, PoolOptions::new().max_connections(2));
        let first = runtime();
        first.block_on(async {
            pool.connect_now().await.expect("the server is there");
            assert!(pool.server().is_some());
            let given_up = tokio::time::timeout(Duration::from_millis(50), run(&pool, slow)).await;
            assert!(given_up.is_err(), "{slow} takes longer");
            assert_eq!((pool.stats().size, pool.stats().discarded), (0, 1), "{url}");
            run(&pool, "SELECT 1").await.expect("a new connection");
            run(&pool, "SELECT nonsense FROM nowhere").await.expect_err("no such table");
            run(&pool, "SELECT 1").await.expect("an error of a statement costs no connection");
            assert_eq!(pool.stats().opened, 2, "{url}");
        });
        let second = runtime();
        second.block_on(run(&pool, "SELECT 1")).expect("a connection of its own");
        assert_eq!((pool.stats().opened, pool.stats().idle), (3, 2));
        drop(first);
        second.block_on(async {
            run(&pool, "SELECT 1").await.expect("the same");
            assert_eq!(pool.stats().opened, 3);
            assert_eq!(pool.close(Some(secs(5))).await, 0);
        });
    }
}

#[test]
fn fifty_runtimes_over_one_pool() {
    for (url, _) in servers() {
        let pool = open(&url, PoolOptions::new().max_connections(2).test_before_acquire(true));
        for _ in 0..50 {
            runtime().block_on(async {
                let both =
                    tokio::join!(run(&pool, "SELECT 1"), run(&pool, "SELECT 2"), run(&pool, "SELECT 3"));
                both.0.and(both.1).and(both.2).expect("statements run");
            });
        }
        assert_eq!(pool.stats().in_use, 0);
    }
}

#[test]
fn a_wrong_database_fails_with_its_cause() {
    for (url, _) in servers() {
        let (server, _) = url.rsplit_once('/').expect("a URL with a database");
        let pool = open(&format!("{server}/no_such_database_zq7x"), PoolOptions::new());
        let begun = std::time::Instant::now();
        let error = runtime().block_on(pool.connect_now()).expect_err("no such database");
        assert!(error.to_string().contains("no_such_database_zq7x"), "{error}");
        assert!(begun.elapsed() < secs(5));
    }
}
