//! Rows one by one.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _};
use orm::prelude::*;
use orm::types::Decode;
use orm::{Cursor, DatabaseOptions, ErrorKind, PoolOptions, with_database};
use orm_tests::{Kind, Outcome, Proxy, Sessions, StatementLog, cases};
use sqlx::Connection as _;

use super::{ROWS, Reading, Station, fill, reason};

/// Counts how often one is read from a row.
struct Counted;

static READ: AtomicUsize = AtomicUsize::new(0);

impl Decode for Counted {
    fn decode(row: &mut Cursor<'_>) -> orm::Result<Self> {
        READ.fetch_add(1, Ordering::SeqCst);
        row.i64()?;
        Ok(Self)
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> orm::Result<Option<Self>> {
        Self::decode(row).map(Some)
    }
}

/// One case at a time counts.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

cases! {
    /// The rows of a stream are those of `all`, whatever the query gives, in the same order.
    async fn the_same_rows_as_all(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 1000).await?;
        let warm = || Reading::objects().using(on).filter(Reading::celsius.gt(300.0)).order_by(Reading::id.desc());
        let rows: Vec<Reading> = warm().stream().try_collect().await?;
        assert_eq!(rows.len(), 701);
        assert_eq!(rows, warm().all().await?);
        let asked = db.oracle("SELECT id FROM stream_reading WHERE celsius > 300 ORDER BY id DESC").await?;
        let asked: Vec<i64> = asked.into_iter().flatten().flatten().map(|id| id.parse().expect("a number")).collect();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), asked);

        let parts: Vec<(i64, f64)> = warm().select((Reading::id, Reading::celsius)).limit(40).stream().try_collect().await?;
        assert_eq!(parts, warm().select((Reading::id, Reading::celsius)).limit(40).all().await?);
        let joined: Vec<(Reading, Option<Station>)> = warm().select_related(Reading::station).stream().try_collect().await?;
        assert_eq!(joined, warm().select_related(Reading::station).all().await?);
        let counted = || Reading::objects().using(on).group_by(Reading::station).annotate(count(Reading::id)).order_by(key(Reading::station).asc());
        let groups: Vec<_> = counted().stream().try_collect().await?;
        assert_eq!(groups.len(), 4);
        assert_eq!(groups, counted().all().await?);
        // The order of the model.
        let mut stations = Station::objects().using(on).stream();
        assert_eq!(stations.try_next().await?.map(|station| station.id), Some(3));
        assert_eq!(stations.next().await.transpose()?.map(|station| station.id), Some(2));
        assert_eq!(stations.try_next().await?.map(|station| station.id), Some(1));
        for _ in 0..3 {
            assert_eq!(stations.try_next().await?, None);
        }
        // None at all.
        let mut none = Reading::objects().using(on).filter(Reading::id.lt(0)).stream();
        assert!(none.try_next().await?.is_none());
        // SQL of one's own, read by name.
        let mut commands = orm::using(on);
        let own: Vec<Reading> = commands
            .stream("SELECT celsius, id, station_id FROM stream_reading WHERE celsius > :low ORDER BY id DESC", [("low", 300.0)])
            .try_collect()
            .await?;
        assert_eq!(own, rows);
        Ok(())
    }

    /// Nothing is sent before a row is asked for; the statement is one.
    async fn it_is_lazy(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 100).await?;
        let log = StatementLog::start();
        let mut rows = Reading::objects().using(on).stream();
        assert_eq!(log.take().len(), 0);
        assert!(rows.try_next().await?.is_some());
        let rest: Vec<Reading> = rows.try_collect().await?;
        assert_eq!((rest.len(), log.take().len()), (99, 1));
        Ok(())
    }

    /// The database waits for whoever takes the rows: few of them are read ahead.
    async fn few_rows_are_read_ahead(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        let on = db.handle();
        fill(on, ROWS).await?;
        READ.store(0, Ordering::SeqCst);
        let mut commands = orm::using(on);
        let mut rows = commands.stream::<Counted>("SELECT id FROM stream_reading", ());
        for taken in 1..=1000 {
            assert!(rows.next().await.is_some_and(|row| row.is_ok()));
            let ahead = READ.load(Ordering::SeqCst) - taken;
            assert!(ahead <= 64, "{ahead} rows were read ahead of the {taken}th");
        }
        drop(rows);
        assert!(READ.load(Ordering::SeqCst) <= 1064);
        Ok(())
    }

    /// Dropped after a row of many it leaves no statement on the server, no connection that is taken, and nothing for the next
    /// one to read.
    async fn a_drop_leaves_nothing(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        let sessions = Sessions::of(db).await?;
        let one = PoolOptions::new().max_connections(1);
        let on = Database::open("one", DatabaseOptions::url(sessions.url()).pool(one)).await?;
        for _ in 0..3 {
            let mut rows = Reading::objects().using(&on).stream();
            assert!(rows.try_next().await?.is_some());
            assert_eq!(on.pool_stats().map(|stats| stats.in_use), Some(1));
            drop(rows);
            assert_eq!(on.pool_stats().map(|stats| stats.in_use), Some(0));
            assert_eq!(Reading::objects().using(&on).count().await?, u64::try_from(ROWS)?);
            // At its end the connection is back before the last rows are taken.
            let mut all = Reading::objects().using(&on).limit(40).stream();
            for _ in 0..39 {
                assert!(all.try_next().await?.is_some());
            }
            assert_eq!(Station::objects().using(&on).count().await?, 3);
            assert!(all.try_next().await?.is_some());
            assert!(all.try_next().await?.is_none());
        }
        on.close().await?;
        sessions.settle_at(0).await?;
        Ok(())
    }

    /// What fails at one row: the rows before it come, then the error, then nothing more.
    async fn an_error_in_the_middle(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 200).await?;
        let mut commands = orm::using(on);
        let mut ids = commands.stream::<i64>("SELECT CASE WHEN id = 101 THEN NULL ELSE id END FROM stream_reading ORDER BY stream_reading.id", ());
        for expected in 1..=100 {
            assert_eq!(ids.try_next().await?, Some(expected));
        }
        let error = ids.try_next().await.expect_err("a NULL");
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error:?}");
        assert_eq!(ids.try_next().await?, None);
        drop(ids);
        assert_eq!(Reading::objects().using(on).count().await?, 200);
        // Before the first row.
        let mut none = commands.stream::<i64>("SELECT id FROM stream_nothing", ());
        let error = none.try_next().await.expect_err("no such table");
        assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
        assert_eq!(none.try_next().await?, None);
        Ok(())
    }

    /// Who takes rows one by one is told of an error when it comes to it, not when all the others have come.
    async fn an_error_before_many_rows(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        let one = PoolOptions::new().max_connections(1);
        let on = Database::open("one", DatabaseOptions::url(db.url()).pool(one)).await?;
        let mut commands = orm::using(&on);
        let mut ids = commands.stream::<i64>("SELECT CASE WHEN id = 3 THEN NULL ELSE id END FROM stream_reading ORDER BY stream_reading.id", ());
        assert_eq!((ids.try_next().await?, ids.try_next().await?), (Some(1), Some(2)));
        ids.try_next().await.expect_err("a NULL");
        assert_eq!(ids.try_next().await?, None);
        // A server's connection is not kept, with the rows that are still on their way.
        let idle = on.pool_stats().map(|stats| stats.idle);
        assert_eq!(idle, Some(usize::from(db.kind() == Kind::Sqlite)));
        drop(ids);
        assert_eq!(Reading::objects().using(&on).count().await?, u64::try_from(ROWS)?);
        on.close().await?;
        // In a transaction it breaks the block, as elsewhere, and the next one is as it should be.
        let result = orm::atomic(async |tx: Tx| -> orm::Result<()> {
            let mut commands = orm::using(&tx);
            let mut ids = commands.stream::<i64>("SELECT CASE WHEN id = 3 THEN NULL ELSE id END FROM stream_reading ORDER BY stream_reading.id", ());
            while ids.try_next().await.is_ok_and(|id| id.is_some()) {}
            drop(ids);
            let error = Station::objects().using(&tx).count().await.expect_err("broken");
            assert!(matches!(error.kind(), ErrorKind::TransactionBroken), "{error:?}");
            Ok(())
        })
        .using(db.handle())
        .await;
        assert!(matches!(result.expect_err("broken").kind(), ErrorKind::TransactionBroken));
        assert_eq!(Station::objects().using(db.handle()).count().await?, 3);
        Ok(())
    }

    /// As an iterator, on a thread without a runtime.
    async fn blocking(db: &TestDb) -> Outcome {
        fill(db.handle(), 300).await?;
        let on = db.handle().clone();
        let (ids, batches) = tokio::task::spawn_blocking(move || {
            std::thread::scope(|scope| {
                let here = scope.spawn(|| -> orm::Result<(Vec<i64>, Vec<usize>)> {
                    let rows = Reading::objects().using(&on).order_by(Reading::id).select(Reading::id).stream();
                    let ids = rows.blocking().collect::<orm::Result<Vec<i64>>>()?;
                    let batches = Reading::objects().using(&on).in_batches(130).blocking();
                    let batches = batches.map(|batch| batch.map(|rows| rows.len())).collect::<orm::Result<_>>()?;
                    Ok((ids, batches))
                });
                here.join().expect("no panic")
            })
        })
        .await??;
        assert_eq!(ids, (1..=300).collect::<Vec<i64>>());
        assert_eq!(batches, [130, 130, 40]);
        let mut inside = Reading::objects().using(db.handle()).stream().blocking();
        let error = inside.next().expect("an error").expect_err("inside of a runtime");
        assert!(matches!(error.kind(), ErrorKind::BlockingInsideRuntime));
        assert!(inside.next().is_none());
        Ok(())
    }

    /// Rows that remember where they came from do so in a stream, too.
    async fn tracked_rows(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 10).await?;
        let rows: Vec<_> = Station::objects().using(on).tracked().stream().try_collect().await?;
        assert_eq!(rows.len(), 3);
        for mut station in rows {
            station.name = format!("new {}", station.id);
            station.save().await?;
        }
        let names = db.oracle("SELECT name FROM stream_station ORDER BY id").await?;
        assert_eq!(names, [["new 1"], ["new 2"], ["new 3"]].map(|row| row.map(|name| Some(name.to_owned()))));
        Ok(())
    }

    /// From a pool of the user's: on SQLite the connection, which may be all of a database in memory, stays.
    async fn of_a_pool_of_the_users(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        macro_rules! on {
            ($pool:ty, $url:expr) => {{
                let pool = <$pool>::connect($url).await?;
                let mut rows = Reading::objects().using(&pool).stream();
                assert!(rows.try_next().await?.is_some());
                drop(rows);
                assert_eq!(Station::objects().using(&pool).count().await?, 3);
                pool.close().await;
            }};
        }
        match db.kind() {
            Kind::Sqlite => {
                on!(sqlx::SqlitePool, db.url());
                let memory = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
                let rows = "CREATE TABLE stream_station (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
                            INSERT INTO stream_station VALUES (1, 'a'), (2, 'b'), (3, 'c')";
                sqlx::Executor::execute(&memory, sqlx::raw_sql(rows)).await?;
                let mut stations = Station::objects().using(&memory).stream();
                assert!(stations.try_next().await?.is_some());
                drop(stations);
                assert_eq!(Station::objects().using(&memory).count().await?, 3);
                memory.close().await;
            }
            Kind::Postgres => on!(sqlx::PgPool, db.url()),
            Kind::MariaDb | Kind::MySql => on!(sqlx::MySqlPool, db.url()),
        }
        Ok(())
    }

    /// On a connection of the user's, which can be used for other things afterwards.
    async fn on_a_lent_connection(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        macro_rules! on {
            ($connection:ty) => {{
                let mut connection = <$connection>::connect(db.url()).await?;
                let mut rows = Reading::objects().using(&mut connection).stream();
                assert!(rows.try_next().await?.is_some());
                drop(rows);
                assert_eq!(Station::objects().using(&mut connection).count().await?, 3);
                let batch = Station::objects().using(&mut connection).in_batches(2).try_next().await?;
                assert_eq!(batch.map(|rows| rows.len()), Some(2));
                connection.close().await?;
            }};
        }
        match db.kind() {
            Kind::Sqlite => on!(sqlx::SqliteConnection),
            Kind::Postgres => on!(sqlx::PgConnection),
            Kind::MariaDb | Kind::MySql => on!(sqlx::MySqlConnection),
        }
        Ok(())
    }
}

cases! {
    #![needs(Sqlite)]

    /// A loop over the rows of a stream lets other tasks of its thread run: SQLite itself never waits.
    async fn others_get_their_turn(_db: &TestDb) -> Outcome {
        let thread = std::thread::spawn(|| -> Result<(usize, usize), orm::Error> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let on = Database::open("memory", "sqlite::memory:").await?;
                fill(&on, ROWS).await?;
                let turns = std::sync::Arc::new(AtomicUsize::new(0));
                let other = tokio::spawn({
                    let turns = std::sync::Arc::clone(&turns);
                    async move {
                        loop {
                            turns.fetch_add(1, Ordering::SeqCst);
                            tokio::task::yield_now().await;
                        }
                    }
                });
                let mut rows = Reading::objects().using(&on).stream();
                let mut taken = 0;
                while rows.try_next().await?.is_some() {
                    taken += 1;
                }
                other.abort();
                on.close().await?;
                Ok((taken, turns.load(Ordering::SeqCst)))
            })
        });
        let (taken, turns) = tokio::task::spawn_blocking(move || thread.join()).await?.expect("no panic")?;
        assert_eq!(i64::try_from(taken)?, ROWS);
        assert!(turns >= 10, "{turns} turns in {taken} rows");
        Ok(())
    }

    /// A long stream reads each page once: it does not fill the cache of the connection with them, and leaves its size as it was.
    async fn the_cache_is_as_before(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        let one = PoolOptions::new().max_connections(1);
        let url = format!("{}?cache_size=5000", db.url());
        let on = Database::open("one", DatabaseOptions::url(url).pool(one)).await?;
        let size = || async { orm::using(&on).scalar::<i64>("SELECT cache_size FROM pragma_cache_size", ()).await };
        let before = size().await?;
        assert_eq!(before, 5000);
        for taken in [10, 5000, usize::MAX] {
            let mut rows = Reading::objects().using(&on).stream();
            for _ in 0..taken {
                if rows.try_next().await?.is_none() {
                    break;
                }
            }
            drop(rows);
            assert_eq!(size().await?, before, "after {taken} rows");
        }
        on.close().await?;
        Ok(())
    }

    /// A database in memory has one connection: who streams from it and asks it for something else is told.
    async fn of_a_database_in_memory(_db: &TestDb) -> Outcome {
        let on = Database::open("memory", "sqlite::memory:").await?;
        fill(&on, 100).await?;
        let mut rows = Reading::objects().using(&on).stream();
        assert!(rows.try_next().await?.is_some());
        let error = Station::objects().using(&on).count().await.expect_err("the stream has the connection");
        assert!(reason(&error).contains("stream"), "{error}");
        let rest: Vec<Reading> = rows.collect::<Vec<_>>().await.into_iter().collect::<orm::Result<_>>()?;
        assert_eq!(rest.len(), 99);
        assert_eq!(Station::objects().using(&on).count().await?, 3);
        // Between batches it is free.
        let mut batches = Reading::objects().using(&on).in_batches(30);
        let mut read = 0;
        while let Some(batch) = batches.try_next().await? {
            read += batch.len();
            Station::objects().using(&on).count().await?;
        }
        assert_eq!(read, 100);
        on.close().await?;
        Ok(())
    }
}

cases! {
    #![needs(Server)]

    /// A replica that is lost in the middle: the rows that were given cannot come again, so the stream ends with the error, and
    /// the next read is somewhere else.
    async fn of_a_replica_that_is_lost(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        let proxy = Proxy::new(db.url())?;
        let on = Database::open("primary", DatabaseOptions::url(db.url()).replica(proxy.url())).await?;
        with_database(&on, async {
            // Far less than the rows take.
            proxy.let_back(Some(1 << 16));
            let mut rows = Reading::objects().order_by(Reading::id).stream();
            assert_eq!(rows.try_next().await?.map(|row| row.id), Some(1));
            let mut last = 1;
            let error = loop {
                match rows.try_next().await {
                    Ok(Some(row)) => {
                        assert_eq!(row.id, last + 1, "no row comes twice");
                        last = row.id;
                    }
                    Ok(None) => panic!("all rows came"),
                    Err(error) => break error,
                }
            };
            assert!(matches!(error.kind(), ErrorKind::ConnectionLost), "{error:?}");
            assert_eq!(error.model(), Some("Reading"));
            assert!(rows.try_next().await?.is_none());
            proxy.cut();
            // Before the first row it goes elsewhere without a word.
            let mut rows = Reading::objects().order_by(Reading::id).limit(2).stream();
            assert_eq!(rows.try_next().await?.map(|row| row.id), Some(1));
            Ok::<_, orm::Error>(())
        })
        .await?;
        on.close().await?;
        Ok(())
    }
}
