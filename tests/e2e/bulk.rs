//! Many rows at once: all or none, in few statements.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, StatementLog, cases};

cases! {
    /// Thousands of rows arrive whole, in few statements, with values as given.
    async fn thousands_of_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let log = StatementLog::start();
        let new = |n: i32| NewUser::new(format!("user {n}")).age((n % 7 != 0).then_some(n)).active(n % 2 == 0);
        assert_eq!(users.clone().bulk_create((0..5_000).map(new)).await?, 5_000);
        let statements = log.take().len();
        let most = match db.kind() { Kind::Sqlite => 60, _ => 20 };
        assert!(statements <= most, "{statements} statements");
        let rows = users.order_by(User::id).select((User::username, User::age, User::active)).all().await?;
        let expected: Vec<_> = (0..5_000).map(|n| (format!("user {n}"), (n % 7 != 0).then_some(n), n % 2 == 0)).collect();
        assert_eq!(rows, expected);
        Ok(())
    }

    /// A row that is refused takes all others with it.
    async fn all_or_none(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let mut names: Vec<String> = (0..3_000).map(|n| format!("user {n}")).collect();
        names.push("user 1".to_owned());
        let error = users.clone().bulk_create(names.into_iter().map(NewUser::new)).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(users.clone().count().await?, 0);
        users.create(NewUser::new("after")).await?;
        Ok(())
    }

    /// Nothing to insert sends nothing.
    async fn no_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let log = StatementLog::start();
        assert_eq!(User::objects().using(db.handle()).bulk_create(Vec::<NewUser>::new()).await?, 0);
        assert_eq!(log.take(), []);
        Ok(())
    }

    /// Rows with and without explicit keys in one call keep their order.
    async fn mixed_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let new = [NewUser::new("a").id(10), NewUser::new("b"), NewUser::new("c").id(30), NewUser::new("d")];
        assert_eq!(users.clone().bulk_create(new).await?, 4);
        let rows = users.clone().order_by(User::username).select(User::id).all().await?;
        assert_eq!((rows[0], rows[2]), (10, 30));
        assert!(users.create(NewUser::new("e")).await?.id > 30);
        Ok(())
    }
}
