//! Streams in transactions.

use std::future::IntoFuture as _;

use futures_util::TryStreamExt as _;
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions, begin};
use orm_tests::{Kind, Outcome, cases};

use super::{NewStation, ROWS, Reading, Station, fill, reason};

cases! {
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

    /// Given up while its rows still come, one by one: the transaction goes on, wherever the stream stands.
    async fn given_up_among_slow_rows(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on, 200).await?;
        // Rows so wide that each is sent by itself.
        let sql = match db.kind() {
            Kind::Sqlite => "SELECT id, printf('%.20000c', 'x') FROM stream_reading LIMIT 60",
            Kind::Postgres => "SELECT id, repeat('x', 20000) || pg_sleep(0.01)::text FROM stream_reading LIMIT 60",
            Kind::MariaDb | Kind::MySql => "SELECT id, CONCAT(REPEAT('x', 20000), SLEEP(0.01)) FROM stream_reading LIMIT 60",
        };
        for taken in [1, 2, 31, 32, 33, 40] {
            orm::atomic(async |tx: Tx| -> orm::Result<()> {
                Station::objects().using(&tx).create(NewStation::new("late").id(100 + taken)).await?;
                let mut commands = orm::using(&tx);
                let mut rows = commands.stream::<(i64, String)>(sql, ());
                for _ in 0..taken {
                    assert!(rows.try_next().await?.is_some_and(|(_, text)| text.len() >= 20_000));
                }
                drop(rows);
                assert_eq!(Reading::objects().using(&tx).count().await?, 200);
                Ok(())
            })
            .using(on)
            .await?;
        }
        assert_eq!(db.oracle("SELECT count(*) FROM stream_station").await?, [[Some("9".to_owned())]]);
        Ok(())
    }
}
