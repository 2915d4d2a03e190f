//! What belongs to the user.

use sqlx::{Connection as _, Executor as _};

use crate::database::{Access, ForeignPool, Target};
use crate::exec::choose;
use crate::exec::testing::{NONE, TempFile, execute, numbers, on, servers, unique};
use crate::{Backend, Error, ErrorKind, Result, atomic};

/// Each backend's pool, with an empty table.
macro_rules! on_pool {
    ($pool:ident, $table:ident, $urls:expr, $type:ty, $body:block) => {
        for url in $urls {
            let $pool = <$type>::connect(&url).await.expect("a pool");
            let $table = unique("orm_borrowed");
            $pool.execute(sqlx::AssertSqlSafe(format!("CREATE TABLE {} (n BIGINT PRIMARY KEY)", $table))).await.expect("created");
            $body
            $pool.execute(sqlx::AssertSqlSafe(format!("DROP TABLE {}", $table))).await.expect("dropped");
            $pool.close().await;
        }
    };
}

macro_rules! on_every_pool {
    ($pool:ident, $table:ident, $body:block) => {
        let file = TempFile::new();
        on_pool!($pool, $table, [format!("{}?mode=rwc", file.url())], sqlx::SqlitePool, $body);
        let (postgres, mysql): (Vec<_>, Vec<_>) =
            servers().into_iter().partition(|url| url.starts_with("postgres"));
        on_pool!($pool, $table, postgres, sqlx::PgPool, $body);
        on_pool!($pool, $table, mysql, sqlx::MySqlPool, $body);
    };
}

fn insert(table: &str, n: i64) -> String {
    format!("INSERT INTO {table} VALUES ({n})")
}

fn select(table: &str) -> String {
    format!("SELECT n FROM {table} ORDER BY n")
}

#[tokio::test]
async fn pools_connections_and_transactions_of_sqlx() {
    on_every_pool!(pool, table, {
        execute(on(&pool), &insert(&table, 1)).await.expect("a pool by reference");
        execute(on(pool.clone()), &insert(&table, 2)).await.expect("a pool");
        let mut connection = pool.acquire().await.expect("a connection");
        execute(on(&mut connection), &insert(&table, 3)).await.expect("a pooled connection");
        execute(on(&mut *connection), &insert(&table, 4)).await.expect("a connection");
        drop(connection);

        let mut transaction = pool.begin().await.expect("begun");
        execute(on(&mut transaction), &insert(&table, 5)).await.expect("a transaction");
        assert_eq!(numbers(on(&mut transaction), &select(&table)).await.expect("rows"), [1, 2, 3, 4, 5]);
        transaction.rollback().await.expect("ours to end");
        assert_eq!(numbers(on(&pool), &select(&table)).await.expect("rows"), [1, 2, 3, 4]);

        let error = execute(on(&pool), &insert(&table, 1)).await.expect_err("twice");
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(error.database(), Some("(borrowed)"));
    });
}

#[tokio::test]
async fn transactions_of_ours_on_a_pool_of_theirs() {
    on_every_pool!(pool, table, {
        let result = atomic(async |tx| -> Result<()> {
            execute(on(&tx), &insert(&table, 1)).await?;
            execute(on(&pool), &insert(&table, 2)).await?;
            let nested = tx
                .atomic(async |_| {
                    execute(on(&pool), &insert(&table, 3)).await?;
                    Err::<(), _>(Error::new(ErrorKind::NotFound))
                })
                .await;
            assert!(nested.is_err());
            assert_eq!(numbers(on(&pool.clone()), &select(&table)).await?, [1, 2], "the pool joins");
            Ok(())
        })
        .using(&pool)
        .await;
        result.expect("committed");
        assert_eq!(numbers(on(&pool), &select(&table)).await.expect("rows"), [1, 2]);

        // Given up: the connection must not come back with an open transaction.
        let transaction = crate::begin().using(&pool).await.expect("begun");
        execute(on(&transaction), &insert(&table, 4)).await.expect("inserted");
        drop(transaction);
        assert_eq!(numbers(on(&pool), &select(&table)).await.expect("rows"), [1, 2]);
        execute(on(&pool), &insert(&table, 5)).await.expect("no lock is left");
    });
}

/// Two statements that count as one, and a third that fails if it is to.
async fn sequence(target: Target<'_>, table: &str, fail: bool) -> Result<()> {
    let mut lease = choose::lease(target, None, Access::Update).await?;
    lease.begin().await?;
    for n in [10, 11, if fail { 10 } else { 12 }] {
        if let Err(error) = lease.batch(&insert(table, n)).await {
            lease.rollback(&error).await;
            return Err(error);
        }
    }
    lease.commit().await
}

#[tokio::test]
async fn sequences_are_whole_on_whatever_is_lent() {
    on_every_pool!(pool, table, {
        let delete = format!("DELETE FROM {table} WHERE n >= 10");
        let clear = || execute(on(&pool), &delete);
        sequence(on(&pool), &table, true).await.expect_err("fails");
        assert_eq!(numbers(on(&pool), &select(&table)).await.expect("rows"), NONE);
        sequence(on(&pool), &table, false).await.expect("whole");
        assert_eq!(numbers(on(&pool), &select(&table)).await.expect("rows"), [10, 11, 12]);
        clear().await.expect("deleted");

        let mut connection = pool.acquire().await.expect("a connection");
        sequence(on(&mut connection), &table, true).await.expect_err("fails");
        assert_eq!(numbers(on(&mut connection), &select(&table)).await.expect("rows"), NONE);
        sequence(on(&mut connection), &table, false).await.expect("whole");
        assert_eq!(numbers(on(&mut connection), &select(&table)).await.expect("rows"), [10, 11, 12]);
        execute(on(&mut connection), &delete).await.expect("deleted");

        // Dropped in between: nothing of it stays.
        {
            let mut lease = choose::lease(on(&mut connection), None, Access::Update).await.expect("leased");
            lease.begin().await.expect("begun");
            lease.batch(&insert(&table, 20)).await.expect("inserted");
        }
        assert_eq!(numbers(on(&mut connection), &select(&table)).await.expect("rows"), NONE);

        // Their transaction, known to sqlx: never committed.
        let mut transaction = connection.begin().await.expect("begun");
        execute(on(&mut transaction), &insert(&table, 1)).await.expect("inserted");
        sequence(on(&mut transaction), &table, true).await.expect_err("fails");
        assert_eq!(numbers(on(&mut transaction), &select(&table)).await.expect("rows"), [1]);
        sequence(on(&mut transaction), &table, false).await.expect("whole");
        transaction.rollback().await.expect("theirs to end");
        assert_eq!(numbers(on(&mut connection), &select(&table)).await.expect("rows"), NONE);

        // Their transaction, begun in plain SQL: never committed either.
        connection.execute("BEGIN").await.expect("begun");
        execute(on(&mut connection), &insert(&table, 1)).await.expect("inserted");
        sequence(on(&mut connection), &table, true).await.expect_err("fails");
        assert_eq!(numbers(on(&mut connection), &select(&table)).await.expect("rows"), [1]);
        sequence(on(&mut connection), &table, false).await.expect("whole");
        connection.execute("ROLLBACK").await.expect("theirs to end");
        assert_eq!(numbers(on(&mut connection), &select(&table)).await.expect("rows"), NONE);
        drop(connection);
    });
}

#[tokio::test]
async fn the_server_is_asked_once_a_pool() {
    for url in servers().into_iter().filter(|url| url.starts_with("mysql")) {
        let options = sqlx::pool::PoolOptions::<sqlx::MySql>::new().max_connections(1);
        let pool = options.connect(&url).await.expect("a pool");
        let known = ForeignPool::MySql(pool.clone());
        let first = known.acquire().await.expect("a connection").server();
        assert!(matches!(first.backend, Backend::MySql | Backend::MariaDb));
        let sql = "SHOW SESSION STATUS LIKE 'Questions'";
        let questions = async |connection: &mut sqlx::MySqlConnection| -> u64 {
            let row = sqlx::query(sql).fetch_one(connection).await.expect("a row");
            sqlx::Row::get::<String, _>(&row, 1).parse().expect("a number")
        };
        let mut sent = Vec::new();
        for ours in [false, true] {
            let mut connection = pool.acquire().await.expect("the only connection");
            let before = questions(&mut connection).await;
            drop(connection);
            if ours {
                assert_eq!(known.acquire().await.expect("a connection").server(), first);
            } else {
                drop(pool.acquire().await.expect("the only connection"));
            }
            let mut connection = pool.acquire().await.expect("the only connection");
            sent.push(questions(&mut connection).await - before);
        }
        assert_eq!(sent[0], sent[1], "as many statements as without us");
        pool.close().await;
    }
}
