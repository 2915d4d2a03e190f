//! Some rows at a time, by key.

use std::collections::BTreeSet;

use orm::prelude::*;
use orm::types::Decode;
use orm_tests::{Outcome, StatementLog, cases};

use super::{NewReading, NewShelf, Reading, Shelf, Station, TABLES, fill, reason};

cases! {
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

async fn sizes_of<M: Model, O: Decode, E: orm::Lend>(
    mut batches: orm::Batches<M, O, E>,
) -> orm::Result<Vec<usize>> {
    let mut sizes = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        sizes.push(batch.len());
    }
    Ok(sizes)
}
