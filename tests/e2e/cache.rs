//! The second run of a shape builds nothing.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, StatementLog, cases};

cases! {
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
