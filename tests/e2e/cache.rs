//! The second run of a shape builds nothing.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, StatementLog, cases};

cases! {
    /// Whatever is asked with other values is built once: reads, counts, writes.
    async fn a_hit_builds_nothing(db: &TestDb) -> Outcome {
        // Of this thread: other cases build on theirs.
        let builds = orm::statistics::sql_builds_here;
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let posts = Post::objects().using(db.handle());
        let before = builds();
        let mut warm = before;
        for (round, id) in (0..).zip([7_i64, 8, 1_000_000]) {
            users.clone().create(NewUser::new(format!("user {id}")).id(id)).await?;
            posts.clone().bulk_create([NewPost::new(id, format!("a {id}")), NewPost::new(id, "b")]).await?;
            let ours = users.clone().filter(User::id.eq(id) & User::username.contains(format!("{id}")));
            assert_eq!(ours.clone().count().await?, 1);
            assert!(ours.clone().exists().await?);
            assert_eq!(ours.clone().update(User::age.set(round)).await?, 1);
            let written = posts.clone().filter(Post::author.to(User::age).eq(round)).order_by(Post::title);
            assert_eq!(written.clone().select_related(Post::author).all().await?.len(), 2);
            let authors = ours.clone().prefetch_related(User::posts.filter(Post::likes.ge(-round)).limit(2));
            assert_eq!(authors.all().await?[0].1.len(), 2);
            let per_author = posts.clone().filter(Post::likes.ge(-round)).group_by(Post::author);
            assert!(!per_author.annotate(count(Post::id)).all().await?.is_empty());
            assert_eq!(posts.clone().filter(Post::title.eq(format!("a {id}"))).delete().await?, 1);
            if round == 0 {
                warm = builds();
                assert!(warm > before, "the first round builds");
            }
        }
        assert_eq!(builds(), warm);
        Ok(())
    }

    /// Values, numbers of list items within a padding, and pages do not make a new text; NULL does.
    async fn a_shape_is_built_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let log = StatementLog::start();
        let users = User::objects().using(db.handle());
        let query = |age: i32, name: &str, ids: Vec<i64>, page: u64| {
            users.clone()
                .filter(User::age.gt(age) & User::username.starts_with(name) & User::id.in_(ids))
                .order_by(User::id)
                .limit(page)
                .offset(page)
                .all()
        };
        query(1, "a", vec![1, 2, 3], 10).await?;
        query(2, "bcd", vec![7, 8, 9, 10], 20).await?;
        query(3, "", vec![5, 6, 7], 1).await?;
        let texts: Vec<String> = log.take().into_iter().map(|statement| statement.sql).collect();
        assert_eq!(texts.len(), 3);
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
        users.clone().filter(User::age.eq(None)).all().await?;
        users.clone().filter(User::age.eq(3)).all().await?;
        let texts = log.take();
        assert_ne!(texts[0].sql, texts[1].sql);
        for name in ["x", "y"] {
            users.clone().create(NewUser::new(name)).await?;
        }
        Ok(())
    }
}
