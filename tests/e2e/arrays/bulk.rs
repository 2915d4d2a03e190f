//! Many rows at once: not by UNNEST, which would take arrays of arrays apart, but as ever all or none.

use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};

use super::{NewPost, Post};

fn post(number: i32) -> NewPost {
    let tags = (0..number % 4).map(|tag| format!("tag {tag}, {number}")).collect::<Vec<_>>();
    let new = NewPost::new(number, tags, vec![]);
    match number % 3 {
        0 => new,
        1 => new.scores(vec![number; usize::try_from(number % 7).unwrap_or(0)]),
        _ => new.marks(vec![None, Some(number)]).category("odd".to_owned()),
    }
}

cases! {
    /// More rows than one statement takes, of different lengths, with NULLs and without.
    async fn many(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        db.handle().create_tables(&[Post::TABLE]).await?;
        let posts = || Post::objects().using(db.handle());
        assert_eq!(posts().bulk_create((0..5_000).map(post)).await?, 5_000);
        let rows = posts().order_by(Post::number.asc()).all().await?;
        assert!(rows.iter().zip(0..).all(|(row, number)| row.number == number && row.tags == post(number).tags
            && row.scores == post(number).scores && row.marks == post(number).marks && row.category == post(number).category));
        let plain = db.oracle("SELECT count(*), sum(cardinality(tags)), sum(cardinality(marks)) FROM array_posts").await?;
        let tags: usize = (0..5_000).map(|number| post(number).tags.len()).sum();
        let marks: usize = (0..5_000).filter_map(|number| post(number).marks).map(|marks| marks.len()).sum();
        assert_eq!(plain, [[Some("5000".to_owned()), Some(tags.to_string()), Some(marks.to_string())]]);
        Ok(())
    }

    /// A row that is refused takes all others with it, those of earlier statements too.
    async fn all_or_none(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        db.handle().create_tables(&[Post::TABLE]).await?;
        let posts = || Post::objects().using(db.handle());
        let twice = (0..3_000).chain([7]).map(post);
        let error = posts().bulk_create(twice).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(posts().count().await?, 0);
        // Large ones, a few to a statement.
        let large = |number| NewPost::new(number, vec!["x".repeat(1_000); 1_000], vec![]);
        assert_eq!(posts().bulk_create((0..5).map(large)).await?, 5);
        assert_eq!(posts().filter(Post::tags.len().eq(1_000)).count().await?, 5);
        Ok(())
    }
}
