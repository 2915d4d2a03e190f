//! Databases said without a URL.

use std::time::Duration;

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions, ServerOptions, SqliteOptions, begin};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, TestDb, cases};

use crate::wire::{Result, address, somewhere};

/// The database of the test, in parts.
fn server(db: &TestDb) -> Result<ServerOptions> {
    let (host, port) = address(db)?;
    Ok(somewhere(db)?.host(host).port(port))
}

fn file(db: &TestDb) -> Result<SqliteOptions> {
    Ok(DatabaseOptions::sqlite(db.path().ok_or("a file")?))
}

/// A pragma as a table with one row.
macro_rules! pragmas {
    ($($model:ident $field:ident $table:literal)*) => {$(
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = $table, managed = false)]
        struct $model {
            #[field(primary_key)]
            $field: i64,
        }
    )*};
}

pragmas! {
    ForeignKeys foreign_keys "pragma_foreign_keys"
    Synchronous synchronous "pragma_synchronous"
    CacheSize cache_size "pragma_cache_size"
    TempStore temp_store "pragma_temp_store"
}

/// Foreign keys, synchronous, cache and temporary files, as each of four connections of the pool has them.
async fn set_to(handle: &Database) -> Result<Vec<(i64, i64, i64, i64)>> {
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(begin().using(handle).read_only().await?);
    }
    let mut all = Vec::new();
    for on in &held {
        all.push((
            ForeignKeys::objects().using(on).select(ForeignKeys::foreign_keys).one().await?,
            Synchronous::objects().using(on).select(Synchronous::synchronous).one().await?,
            CacheSize::objects().using(on).select(CacheSize::cache_size).one().await?,
            TempStore::objects().using(on).select(TempStore::temp_store).one().await?,
        ));
    }
    for on in held {
        on.rollback().await?;
    }
    Ok(all)
}

cases! {
    /// The name of a database and what else is known of it, each by its own method, reach the server.
    async fn without_a_url(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let pool = PoolOptions::new().max_connections(2);
        let options: DatabaseOptions = match db.kind() {
            Kind::Sqlite => file(db)?.pool(pool).into(),
            Kind::Postgres => server(db)?.option("application_name", db.handle().name()).pool(pool).into(),
            _ => server(db)?.pool(pool).into(),
        };
        let shown = options.clone();
        let parts = Database::open("parts", options).await?;
        let ann = User::objects().using(&parts).create(NewUser::new("ann")).await?;
        assert_eq!(User::objects().using(db.handle()).get(ann.id).await?, ann, "the same database");
        assert_eq!(parts.pool_stats().map(|stats| stats.hard_limit), Some(2));
        let url = parts.url().ok_or("open")?;
        assert!(format!("{shown:?}").contains(&url), "{shown:?} {url}");
        if db.kind() == Kind::Postgres {
            let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{}'", db.handle().name());
            assert_eq!(db.oracle(&sql).await?, [[Some("1".to_owned())]]);
        }
        parts.close().await?;
        Ok(())
    }

    /// What cannot be is refused by its name, before anything is sent, and nothing shows the password.
    async fn wrong_parts(db: &TestDb) -> Outcome {
        let open = async |options: DatabaseOptions| {
            let shown = format!("{options:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
            let error = Database::open("wrong", options).await.expect_err("it cannot be");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            assert_eq!(error.database(), Some("wrong"));
            error
        };
        let options: Vec<(DatabaseOptions, &str)> = match db.kind() {
            Kind::Sqlite => vec![
                (DatabaseOptions::memory().option("no_such", "hunter2").into(), "`no_such`"),
                (DatabaseOptions::memory().pragma("no_such", "hunter2").into(), "`no_such`"),
                (DatabaseOptions::memory().pragma("cache_size", "1; DROP TABLE x").into(), "`cache_size`"),
                (DatabaseOptions::memory().pragma("journal_mode; DROP", "x").into(), "pragma"),
                (DatabaseOptions::memory().read_only().into(), "memory"),
                (DatabaseOptions::sqlite("").into(), "empty"),
                (DatabaseOptions::sqlite("a\0b").into(), "NUL"),
                (DatabaseOptions::memory().option("cache_size", "1\0").into(), "`cache_size` with a NUL"),
            ],
            _ => {
                let known = || server(db).map(|known| known.password("hunter2"));
                let named = match db.kind() {
                    Kind::Postgres => DatabaseOptions::postgres,
                    _ => DatabaseOptions::mysql,
                };
                vec![
                    (known()?.option("no_such", "hunter2").into(), "`no_such`"),
                    (known()?.option("sslmode", "hunter2").into(), "`sslmode`"),
                    (known()?.option("max_connections", "hunter2").into(), "`max_connections`"),
                    (known()?.user("a\0b").into(), "NUL"),
                    (known()?.tls_root("hunter2\0").into(), "`sslrootcert` with a NUL"),
                    (known()?.tls(orm::TlsMode::Require).option("ssl-mode", "prefer").into(), "`sslmode` and `ssl-mode`"),
                    (named("").password("hunter2").into(), "empty"),
                ]
            }
        };
        for (options, word) in options {
            let error = open(options).await;
            assert!(matches!(error.kind(), ErrorKind::Config { .. }) && error.to_string().contains(word), "{word}: {error:?}");
        }
        Ok(())
    }

    /// Every connection of a pool to SQLite is set to the same, by default and as it is said.
    async fn pragmas_on_every_connection(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Sqlite {
            return Ok(());
        }
        let plain = Database::open("plain", file(db)?).await?;
        assert_eq!(set_to(&plain).await?, [(1, 1, 10_000, 0); 4]);
        assert_eq!(db.oracle("PRAGMA journal_mode").await?, [[Some("wal".to_owned())]]);
        plain.close().await?;

        let options = file(db)?.pragma("foreign_keys", false).pragma("synchronous", "FULL").pragma("cache_size", -2000);
        let tuned = Database::open("tuned", options.pragma("temp_store", 1).pragma("temp_store", 2)).await?;
        assert_eq!(set_to(&tuned).await?, [(0, 2, -2000, 2); 4]);
        tuned.close().await?;

        let url = format!("{}?synchronous=off&cache_size=77&foreign_keys=off", db.url());
        let by_url = Database::open("by_url", url).await?;
        assert_eq!(set_to(&by_url).await?, [(0, 0, 77, 0); 4]);
        by_url.close().await?;
        Ok(())
    }

    /// How a file of SQLite is opened: read only, only if it is there, with patience for locks or without.
    async fn files_of_sqlite(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Sqlite {
            return Ok(());
        }
        db.handle().create_tables(&blog::TABLES).await?;
        let reader = Database::open("reader", file(db)?.read_only()).await?;
        assert_eq!(User::objects().using(&reader).count().await?, 0);
        let error = User::objects().using(&reader).create(NewUser::new("ann")).await.expect_err("it only reads");
        assert!(error.to_string().contains("readonly") || error.to_string().contains("read-only"), "{error}");
        reader.close().await?;

        let missing = db.path().ok_or("a file")?.with_file_name("missing.db");
        let error = Database::open("missing", DatabaseOptions::sqlite(&missing).create_if_missing(false)).await.expect_err("no file");
        assert!(matches!(error.kind(), ErrorKind::Connect { cause: orm::ConnectCause::NoDatabase, .. }), "{error:?}");
        assert!(!missing.exists());
        Database::open("missing", DatabaseOptions::sqlite(&missing)).await?.close().await?;
        assert!(missing.exists());

        let hasty = Database::open("hasty", file(db)?.busy_timeout(Duration::ZERO)).await?;
        let writer = begin().using(db.handle()).await?;
        User::objects().using(&writer).create(NewUser::new("ann")).await?;
        let error = User::objects().using(&hasty).create(NewUser::new("bob")).await.expect_err("locked");
        assert_eq!(error.kind(), &ErrorKind::Busy);
        writer.commit().await?;
        User::objects().using(&hasty).create(NewUser::new("bob")).await?;
        hasty.close().await?;
        Ok(())
    }

    /// `:memory:` is a database in memory here too, each a new one.
    async fn memory(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Sqlite {
            return Ok(());
        }
        let one = Database::open("one", DatabaseOptions::memory()).await?;
        let two = Database::open("two", DatabaseOptions::sqlite(":memory:")).await?;
        one.create_tables(&blog::TABLES).await?;
        User::objects().using(&one).create(NewUser::new("ann")).await?;
        assert!(User::objects().using(&two).count().await.is_err(), "no table here");
        assert_eq!((one.url(), two.url()), (Some("sqlite::memory:".into()), Some("sqlite::memory:".into())));
        assert!(!std::path::Path::new(":memory:").exists());
        one.close().await?;
        two.close().await?;
        Ok(())
    }
}
