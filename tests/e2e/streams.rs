//! Rows one by one, and some at a time.

use std::collections::BTreeSet;
use std::future::IntoFuture as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _};
use orm::model::Table;
use orm::prelude::*;
use orm::types::Decode;
use orm::{Cursor, DatabaseOptions, ErrorKind, PoolOptions, begin, with_database};
use orm_tests::{Kind, Outcome, Proxy, Sessions, StatementLog, cases};
use sqlx::Connection as _;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stream_station", ordering(-id))]
struct Station {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stream_reading", new(Debug, Clone))]
struct Reading {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(related_name = readings, on_delete = cascade)]
    station: Option<ForeignKey<Station>>,
    celsius: f64,
}

/// A key of two parts, of which one is text.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stream_shelf", primary_key(room, place))]
struct Shelf {
    #[field(max_length = 10)]
    room: String,
    place: i32,
    books: i32,
}

const TABLES: [&Table; 3] = [Station::TABLE, Reading::TABLE, Shelf::TABLE];

/// More than any buffer on the way holds.
const ROWS: i64 = 20_000;

async fn fill(on: &Database, rows: i64) -> orm::Result<()> {
    on.create_tables(&TABLES).await?;
    Station::objects()
        .using(on)
        .bulk_create((1..=3).map(|id| NewStation::new(format!("station {id}")).id(id)))
        .await?;
    // A row in five is of no station.
    let reading = |id: i64| {
        let new = NewReading::new(0.5 + f64::from(i32::try_from(id).unwrap_or(0))).id(id);
        if id % 5 == 4 { new } else { new.station(id % 3 + 1) }
    };
    Reading::objects().using(on).bulk_create((1..=rows).map(reading)).await?;
    Ok(())
}

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

fn reason(error: &orm::Error) -> &str {
    match error.kind() {
        ErrorKind::InvalidQuery { reason } => reason,
        other => panic!("{other:?}"),
    }
}

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

    /// In a transaction it sees what the transaction did; given up in the middle the transaction goes on.
    async fn in_a_transaction(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, ROWS).await?;
        let seen = orm::atomic(async |tx: Tx| -> orm::Result<usize> {
            Reading::objects().using(&tx).filter(Reading::id.gt(ROWS / 2)).delete().await?;
            let rows: Vec<i64> = Reading::objects().using(&tx).select(Reading::id).stream().try_collect().await?;
            let mut first = Reading::objects().using(&tx).stream();
            assert!(first.try_next().await?.is_some());
            drop(first);
            Station::objects().using(&tx).create(NewStation::new("late").id(9)).await?;
            // Inside a block of its own, too.
            tx.atomic(async |inner: Tx| -> orm::Result<()> {
                let mut rows = Reading::objects().using(&inner).stream();
                assert!(rows.try_next().await?.is_some());
                drop(rows);
                Station::objects().using(&inner).create(NewStation::new("later").id(10)).await?;
                Ok(())
            })
            .await?;
            Ok(rows.len())
        })
        .using(on)
        .await?;
        assert_eq!(i64::try_from(seen)?, ROWS / 2);
        let asked = db.oracle("SELECT (SELECT count(*) FROM stream_reading), (SELECT count(*) FROM stream_station)").await?;
        assert_eq!(asked, [[Some((ROWS / 2).to_string()), Some("5".to_owned())]]);
        Ok(())
    }

    /// A statement that would wait for a stream of its own task is refused at once, and so are a block and the commit; one of
    /// another task waits.
    async fn nobody_waits_for_itself(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 500).await?;
        orm::atomic(async |tx: Tx| -> orm::Result<()> {
            let mut rows = Reading::objects().using(&tx).stream();
            assert!(rows.try_next().await?.is_some());
            let error = Reading::objects().using(&tx).count().await.expect_err("the stream has the connection");
            assert!(reason(&error).contains("stream"), "{error}");
            assert_eq!((error.model(), error.database()), (Some("Reading"), Some(on.name())));
            let nested = tx.atomic(async |_| -> orm::Result<()> { Ok(()) }).await;
            assert!(reason(&nested.expect_err("the stream has the connection")).contains("stream"));
            // It is whole all the same.
            let mut taken = 1;
            while rows.try_next().await?.is_some() {
                taken += 1;
            }
            assert_eq!(taken, 500);
            assert_eq!(Reading::objects().using(&tx).count().await?, 500);

            let mut rows = Reading::objects().using(&tx).stream();
            assert!(rows.try_next().await?.is_some());
            let other = tx.clone();
            let waits = tokio::spawn(async move { Station::objects().using(&other).count().await });
            tokio::task::yield_now().await;
            let rest: Vec<Reading> = rows.try_collect().await?;
            assert_eq!(rest.len(), 499);
            assert_eq!(waits.await.expect("no panic")?, 3);
            Ok(())
        })
        .using(on)
        .await?;

        // A stream that outlives its transaction.
        let mut kept = None;
        let tx = begin().using(on).await?;
        Station::objects().using(&tx).create(NewStation::new("lost").id(9)).await?;
        let rows = kept.insert(Reading::objects().using(&tx).stream());
        assert!(rows.try_next().await?.is_some());
        let error = tx.commit().await.expect_err("the stream has the connection");
        assert!(reason(&error).contains("stream"), "{error}");
        drop(kept);
        assert_eq!(Station::objects().using(on).count().await?, 3, "rolled back");
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

    /// Polled at once in one task: whoever comes after the stream is told, whoever came before is waited for.
    async fn at_once_in_one_task(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, ROWS).await?;
        orm::atomic(async |tx: Tx| -> orm::Result<()> {
            let count = || Station::objects().using(&tx).count().into_future();
            let mut rows = Reading::objects().using(&tx).stream();
            let (before, row, after) = tokio::join!(count(), rows.next(), count());
            assert_eq!(before?, 3);
            assert!(row.is_some_and(|row| row.is_ok()));
            assert!(reason(&after.expect_err("it comes after the stream")).contains("stream"));
            drop(rows);
            assert_eq!(count().await?, 3);
            Ok(())
        })
        .using(on)
        .await?;
        Ok(())
    }

    /// A stream that stands still is idle: limits of the transaction end it, and so does a close of the database.
    async fn ended_in_a_pause(db: &TestDb) -> Outcome {
        fill(db.handle(), ROWS).await?;
        let limited = PoolOptions::new().max_connections(2).transaction_idle_timeout(0.05);
        let on = Database::open("limited", DatabaseOptions::url(db.url()).pool(limited)).await?;
        let tx = begin().using(&on).await?;
        let mut rows = Reading::objects().using(&tx).stream();
        assert!(rows.try_next().await?.is_some());
        // Longer than the limit, however long that is.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let mut taken = 1;
        let error = loop {
            match rows.try_next().await {
                Ok(Some(_)) => taken += 1,
                Ok(None) => panic!("all {taken} rows were given"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error.kind(), ErrorKind::TransactionTimeout { idle: true, .. }), "{error:?}");
        assert!(taken < 1000, "{taken} rows were given after the end");
        drop((rows, tx));
        assert_eq!(on.pool_stats().map(|stats| stats.in_use), Some(0));

        let tx = begin().using(&on).await?;
        let mut rows = Reading::objects().using(&tx).stream();
        assert!(rows.try_next().await?.is_some());
        on.close().patience(std::time::Duration::ZERO).await?;
        let ended: Result<Vec<Reading>, _> = rows.try_collect().await;
        let error = ended.expect_err("closed");
        assert!(matches!(error.kind(), ErrorKind::TransactionBroken), "{error:?}");
        drop(tx);
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

    /// Related rows are read behind the last one, which a stream never has: in batches they come.
    async fn with_related_rows(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 90).await?;
        let stations = || Station::objects().using(on).prefetch_related(Station::readings.order_by(Reading::id));
        let error = stations().stream().try_next().await.expect_err("refused");
        assert!(reason(&error).contains("in_batches"), "{error}");
        assert_eq!(error.model(), Some("Station"));
        let mut batches = stations().in_batches(2);
        let mut all = Vec::new();
        while let Some(mut batch) = batches.try_next().await? {
            all.append(&mut batch);
        }
        let mut expected = stations().all().await?;
        expected.reverse();
        assert_eq!(all, expected);
        assert_eq!(all.iter().map(|(_, readings)| readings.len()).sum::<usize>(), 72);
        Ok(())
    }

    /// Batches go by key: each row once, also when rows come and go meanwhile.
    async fn in_batches(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 100).await?;
        let log = StatementLog::start();
        let mut batches = Reading::objects().using(on).filter(Reading::id.gt(10)).in_batches(25);
        let mut seen = Vec::new();
        let mut sizes = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            sizes.push(batch.len());
            // Behind it, before it, and in it.
            if sizes.len() == 1 {
                Reading::objects().using(on).filter(Reading::id.in_([5, 20, 60])).delete().await?;
                Reading::objects().using(on).create(NewReading::new(0.0).id(1000)).await?;
            }
            seen.extend(batch.iter().map(|row| row.id));
        }
        assert_eq!(sizes, [25, 25, 25, 15]);
        let expected: Vec<i64> = (11..=100).filter(|id| *id != 60).chain([1000]).collect();
        assert_eq!(seen, expected);
        assert!(batches.try_next().await?.is_none());
        let batches = log.take().into_iter().filter(|sent| sent.sql.contains("LIMIT")).count();
        assert_eq!(batches, 4, "a statement a batch");
        // So many in all that the last batch is full: one more statement finds nothing.
        let full: Vec<usize> = sizes_of(Station::objects().using(on).in_batches(3)).await?;
        assert_eq!((full, log.take().len()), (vec![3], 2));
        // With a limit for all of them.
        assert_eq!(sizes_of(Reading::objects().using(on).limit(60).in_batches(25)).await?, [25, 25, 10]);
        assert_eq!(sizes_of(Reading::objects().using(on).limit(50).in_batches(25)).await?, [25, 25]);
        assert_eq!(sizes_of(Reading::objects().using(on).limit(0).in_batches(25)).await?, [0; 0]);
        // What else a row gives.
        let mut names = Station::objects().using(on).select((Station::name, Station::id)).in_batches(2);
        assert_eq!(names.try_next().await?, Some(vec![("station 1".to_owned(), 1), ("station 2".to_owned(), 2)]));
        assert_eq!(names.next().await.transpose()?, Some(vec![("station 3".to_owned(), 3)]));
        Ok(())
    }

    /// Keys of several parts, one of them text of any case and script: a row is behind another as the database sorts them.
    async fn batches_by_a_key_of_parts(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let rooms = ["a", "A", "b", "Ä", "ä", "z", "é", "🦀", ""];
        let shelves = rooms.iter().flat_map(|room| (0..7).map(|place| NewShelf::new(*room, place - 3, place)));
        Shelf::objects().using(on).bulk_create(shelves).await?;
        for size in [1, 2, 5, 7, 62, 63, 64] {
            let mut batches = Shelf::objects().using(on).filter(Shelf::books.ne(100)).in_batches(size);
            let mut seen = Vec::new();
            while let Some(batch) = batches.try_next().await? {
                assert!(batch.len() <= size && !batch.is_empty());
                seen.extend(batch.into_iter().map(|shelf| (shelf.room, shelf.place)));
            }
            assert_eq!(seen.len(), 63, "batches of {size}");
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect::<Vec<_>>(), seen);
        }
        Ok(())
    }

    /// What has no batches says so.
    async fn batches_that_cannot_be(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 5).await?;
        let readings = || Reading::objects().using(on);
        let refused = [
            (readings().in_batches(0).try_next().await, "no rows"),
            (readings().order_by(Reading::celsius).in_batches(5).try_next().await, "order"),
            (readings().offset(1).in_batches(5).try_next().await, "offset"),
            (readings().distinct().in_batches(5).try_next().await, "distinct"),
        ];
        for (result, word) in refused {
            let error = result.expect_err(word);
            assert!(reason(&error).contains(word), "{error}");
            assert_eq!(error.model(), Some("Reading"));
        }
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
            let mut rows = Reading::objects().order_by(Reading::id).stream();
            assert_eq!(rows.try_next().await?.map(|row| row.id), Some(1));
            proxy.cut();
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

async fn sizes_of<M: Model, O: Decode, E: orm::Lend>(
    mut batches: orm::Batches<M, O, E>,
) -> orm::Result<Vec<usize>> {
    let mut sizes = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        sizes.push(batch.len());
    }
    Ok(sizes)
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
