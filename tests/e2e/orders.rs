//! Orders: the other way round, by chance, and the row at one end.

use std::collections::BTreeSet;

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};

/// Something that is dated or not.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ordered_notes", ordering(rank))]
pub(crate) struct Note {
    #[field(primary_key)]
    pub id: i64,
    pub rank: i32,
    pub day: Option<NaiveDate>,
}

async fn fill(db: &TestDb) -> Outcome {
    db.handle().create_tables(&[Note::TABLE]).await?;
    let days = [(3, Some(5)), (1, None), (2, Some(9)), (2, Some(5)), (5, Some(9))];
    let new = days
        .map(|(rank, day)| NewNote::new(rank).day(day.and_then(|day| NaiveDate::from_ymd_opt(2024, 5, day))));
    Note::objects().using(db.handle()).bulk_create(new).await?;
    Ok(())
}

cases! {
    /// Of an order, of that of the model, and of none; a limit counts from the other end.
    async fn reversed(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || Note::objects().using(db.handle());
        let forth = all().order_by(Note::day).order_by(Note::id).select(Note::id).all().await?;
        let mut back = all().order_by(Note::day).order_by(Note::id).reverse().select(Note::id).all().await?;
        back.reverse();
        assert_eq!(forth, back);
        assert_eq!(all().reverse().select(Note::id).all().await?, [5, 1, 4, 3, 2]);
        assert_eq!(all().unordered().reverse().limit(2).select(Note::id).all().await?, [5, 4]);
        assert_eq!(all().reverse().reverse().select(Note::id).all().await?, [2, 3, 4, 1, 5]);
        // NULLs go with the rest.
        let nulls = all().order_by(Note::day.asc().nulls_last()).reverse().select(Note::id).all().await?;
        assert_eq!(nulls[0], 2);
        Ok(())
    }

    /// The first and the last by a column, whatever the order; rows without it are none, and keys decide between equals.
    async fn earliest_and_latest(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || Note::objects().using(db.handle());
        let id = |note: Option<Note>| note.map(|note| note.id);
        assert_eq!(id(all().earliest(Note::day).await?), Some(1));
        assert_eq!(id(all().order_by(Note::rank).latest(Note::day).await?), Some(5));
        assert_eq!(id(all().latest((Note::day, Note::rank.desc())).await?), Some(3));
        assert_eq!(id(all().filter(Note::id.eq(2)).latest(Note::day).await?), None);
        assert_eq!(all().select(Note::rank).earliest(Note::rank).await?, Some(1));
        Ok(())
    }

    /// By chance: all rows, not always in the same order; no cursor of a page stands in it.
    async fn by_chance(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Note::TABLE]).await?;
        Note::objects().using(db.handle()).bulk_create((0..40).map(NewNote::new)).await?;
        let all = || Note::objects().using(db.handle()).order_random();
        let mut orders = BTreeSet::new();
        for _ in 0..5 {
            let mut ids = all().select(Note::id).all().await?;
            orders.insert(ids.clone());
            ids.sort_unstable();
            assert_eq!(ids, (1..=40).collect::<Vec<_>>());
        }
        // 40! orders: that five are one does not happen.
        assert!(orders.len() > 1);
        let refused = all().cursor_page(5, None).await;
        assert!(matches!(refused.as_ref().map_err(orm::Error::kind), Err(ErrorKind::InvalidQuery { .. })));
        Ok(())
    }
}
