//! Databases in memory, and how files are spelled.

use std::path::{Path, PathBuf};
use std::time::Duration;

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions, begin};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};

/// Every spelling of a database in memory.
const MEMORY: [&str; 12] = [
    ":memory:",
    "sqlite::memory:",
    "sqlite://:memory:",
    "sqlite:///:memory:",
    "sqlite:",
    "sqlite://",
    "sqlite:///",
    "sqlite+aiosqlite:///:memory:",
    "sqlite+pysqlite://",
    "sqlite3::memory:",
    "sqlite://?mode=memory",
    "sqlite:///named.db?mode=memory",
];

/// What nobody must make.
fn stray_files() -> Vec<PathBuf> {
    let places = [std::env::current_dir().expect("a folder"), PathBuf::from("/")];
    let names = [":memory:", "memory", "named.db", "?mode=memory", "sqlite", "sqlite:"];
    places
        .iter()
        .flat_map(|place| names.iter().map(|name| place.join(name)))
        .filter(|path| path.exists())
        .collect()
}

/// The path from the current folder to an absolute one.
fn relative(absolute: &Path) -> PathBuf {
    let here = std::env::current_dir().expect("a folder");
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    up.join(absolute.strip_prefix("/").expect("an absolute path"))
}

cases! {
    #![needs(Sqlite)]

    /// Every spelling is a database in memory, each time a new one, and none makes a file.
    async fn every_spelling_of_memory(_db: &TestDb) -> Outcome {
        for url in MEMORY {
            let (one, two) = (Database::open("one", url).await?, Database::open("two", url).await?);
            one.create_tables(&blog::TABLES).await?;
            two.create_tables(&blog::TABLES).await?;
            User::objects().using(&one).create(NewUser::new("ann")).await?;
            assert_eq!(User::objects().using(&one).count().await?, 1, "{url}");
            assert_eq!(User::objects().using(&two).count().await?, 0, "{url}");
            assert_eq!(one.url().as_deref(), Some("sqlite::memory:"), "{url}");
            one.close().await?;
            two.close().await?;
            assert_eq!(stray_files(), Vec::<PathBuf>::new(), "{url}");
        }
        Ok(())
    }

    /// Three slashes are relative, four absolute; a bare path is a file; all of them make it where they say.
    async fn every_spelling_of_a_file(_db: &TestDb) -> Outcome {
        let folder = tempfile::tempdir()?;
        let folder = folder.path().canonicalize()?;
        let (absolute, near) = (folder.display().to_string(), relative(&folder).display().to_string());
        for (name, url) in [
            ("a.db", format!("{near}/a.db")),
            ("b.db", format!("{absolute}/b.db")),
            ("c.db", format!("sqlite:{near}/c.db")),
            ("d.db", format!("sqlite://{near}/d.db")),
            ("e.db", format!("sqlite:///{near}/e.db")),
            ("f.db", format!("sqlite:{absolute}/f.db")),
            ("g.db", format!("sqlite:///{absolute}/g.db")),
            ("h.db", format!("SQLite+aiosqlite:///{absolute}/h.db")),
            ("i j.db", format!("sqlite:///{absolute}/i%20j.db?mode=rwc&busy_timeout=100")),
            ("k+l#m.db", format!("sqlite:///{absolute}/k+l#m.db")),
            ("n%.db", format!("{absolute}/n%.db")),
            (":memory:", format!("sqlite:///{absolute}/:memory:")),
        ] {
            let path = folder.join(name);
            assert!(!path.exists(), "{url}");
            let db = Database::open("file", url.as_str()).await?;
            db.create_tables(&blog::TABLES).await?;
            User::objects().using(&db).create(NewUser::new("ann")).await?;
            db.close().await?;
            assert!(path.exists(), "{url} is not {}", path.display());
            let again = Database::open("file", DatabaseOptions::sqlite(&path)).await?;
            assert_eq!(User::objects().using(&again).count().await?, 1, "{url}");
            again.close().await?;
        }
        assert_eq!(stray_files(), Vec::<PathBuf>::new());
        Ok(())
    }

    /// What has no rows in use stays all the same, however short a connection may be idle or live.
    async fn memory_survives_idling(_db: &TestDb) -> Outcome {
        let hasty = PoolOptions::new().pool_size(0).max_overflow(1).idle_timeout(0.01).max_lifetime(0.01).acquire_timeout(5);
        let db = Database::open("memory", DatabaseOptions::url("sqlite:///:memory:").pool(hasty)).await?;
        db.create_tables(&blog::TABLES).await?;
        User::objects().using(&db).create(NewUser::new("ann")).await?;
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(30)).await;
            assert_eq!(User::objects().using(&db).count().await?, 1);
            assert_eq!((db.clear_idle().await?, db.close_all().await?, db.close_stale(Duration::ZERO).await?), (0, 0, 0));
            let tx = begin().using(&db).await?;
            tx.tx().close_connection()?;
            tx.rollback().await?;
        }
        let stats = db.pool_stats().ok_or("open")?;
        assert_eq!((stats.opened, stats.size, stats.soft_limit, stats.hard_limit), (1, 1, 1, 1));
        // Many at once take turns.
        let many = (0..50).map(|n| {
            let users = User::objects().using(&db);
            async move { users.create(NewUser::new(format!("u{n}"))).await }
        });
        futures_util::future::try_join_all(many).await?;
        assert_eq!(User::objects().using(&db).count().await?, 51);
        db.close().await?;
        Ok(())
    }

    /// A query beside the transaction that has the only connection is an error at once, not a wait for itself.
    async fn a_transaction_does_not_wait_for_itself(_db: &TestDb) -> Outcome {
        for options in [DatabaseOptions::url(":memory:"), DatabaseOptions::memory().pool(PoolOptions::new().acquire_timeout(None)).into()] {
            let db = Database::open("memory", options).await?;
            db.create_tables(&blog::TABLES).await?;
            let users = || User::objects().using(&db);
            let refused = |error: orm::Error| {
                assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
                assert_eq!(error.database(), Some("memory"));
            };
            atomic(async |_| {
                users().create(NewUser::new("ann")).await?;
                refused(users().count().outside_transaction().await.expect_err("it has the only connection"));
                refused(db.ping().await.expect_err("it has the only connection"));
                // It goes on.
                users().create(NewUser::new("bob")).await.map(drop)
            })
            .using(&db)
            .await?;

            let guard = begin().using(&db).await?;
            User::objects().using(&guard).create(NewUser::new("eve")).await?;
            refused(users().count().await.expect_err("the guard has the only connection"));
            refused(begin().using(&db).await.expect_err("the guard has the only connection"));
            // Another task waits for its end.
            let waiting = tokio::spawn(users().count().into_future());
            while db.pool_stats().is_none_or(|stats| stats.waiting == 0) {
                tokio::task::yield_now().await;
            }
            guard.commit().await?;
            assert_eq!((waiting.await??, users().count().await?), (3, 3));

            // Side by side in one task they take turns.
            let block = atomic(async |_| users().create(NewUser::new("joe")).await).using(&db);
            let (made, count) = tokio::join!(block.into_future(), users().count());
            assert!(made.is_ok() && count? >= 3);
            db.close().await?;
        }
        Ok(())
    }

    /// The same on a thread without a runtime.
    async fn a_blocking_transaction_does_not_wait_for_itself(_db: &TestDb) -> Outcome {
        let thread = std::thread::spawn(|| -> orm::Result<()> {
            let db = Database::open("memory", ":memory:").blocking()?;
            db.create_tables(&blog::TABLES).blocking()?;
            let guard = begin().using(&db).blocking()?;
            let error = User::objects().using(&db).count().blocking().expect_err("the guard has the only connection");
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            guard.rollback().blocking()?;
            assert_eq!(User::objects().using(&db).count().blocking()?, 0);
            db.close().blocking().map(drop)
        });
        tokio::task::spawn_blocking(move || thread.join()).await?.map_err(|_| "the thread panicked")??;
        Ok(())
    }
}

/// On every backend, apart from the others.
mod drivers {
    use super::*;

    cases! {
        /// A driver in the scheme is of no consequence.
        async fn a_driver_in_the_scheme(db: &TestDb) -> Outcome {
            db.handle().create_tables(&blog::TABLES).await?;
            let ann = User::objects().using(db.handle()).create(NewUser::new("ann")).await?;
            let schemes: &[&str] = match db.kind() {
                Kind::Sqlite => &["sqlite", "sqlite3", "sqlite+aiosqlite", "sqlite+pysqlite"],
                Kind::Postgres => &[
                    "postgres", "postgresql", "PostgreSQL", "postgresql+asyncpg", "postgresql+psycopg2", "postgresql+psycopg",
                    "postgres+aiopg",
                ],
                Kind::MariaDb | Kind::MySql => {
                    &["mysql", "mariadb", "mysql+pymysql", "mysql+pool", "mysql+aiomysql", "mysql+asyncmy", "mariadb+mysqldb"]
                }
            };
            let (_, rest) = db.url().split_once(':').ok_or("no scheme")?;
            for scheme in schemes {
                let same = Database::open("scheme", format!("{scheme}:{rest}")).await?;
                assert_eq!(User::objects().using(&same).get(ann.id).await?, ann, "{scheme}");
                same.close().await?;
            }
            Ok(())
        }
    }
}
