//! Automatic, explicit, natural and composite keys.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::scenario::shop::{self, *};
use orm_tests::{Kind, Outcome, cases};

cases! {
    /// After rows with explicit keys, the next key is behind them, and a lower explicit key changes nothing.
    async fn automatic_keys_follow_explicit_ones(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let first = users.clone().create(NewUser::new("first")).await?;
        users.clone().create(NewUser::new("near").id(first.id + 10)).await?;
        let next = users.clone().create(NewUser::new("next")).await?;
        assert_eq!(next.id, first.id + 11);
        users.clone().create(NewUser::new("far").id(1_000_000)).await?;
        users.clone().create(NewUser::new("back").id(500)).await?;
        assert_eq!(users.clone().create(NewUser::new("behind")).await?.id, 1_000_001);
        users.clone().bulk_create((0..50).map(|n| NewUser::new(format!("b{n}")).id(2_000_000 + n))).await?;
        assert_eq!(users.create(NewUser::new("last")).await?.id, 2_000_050);
        Ok(())
    }

    /// The key of a deleted last row does not come back.
    async fn keys_are_not_used_again(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let gone = users.clone().create(NewUser::new("gone")).await?;
        users.clone().delete_all().await?;
        assert!(users.create(NewUser::new("new")).await?.id > gone.id);
        Ok(())
    }

    /// Loaders that give explicit keys at once never move the sequence back.
    async fn concurrent_explicit_keys(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let handle = db.handle().clone();
        let tasks = (0..8_i64).map(|task| {
            let users = User::objects().using(handle.clone());
            async move {
                for n in 0..5 {
                    let id = 10_000 * (8 - task) + n * 1_500;
                    users.clone().create(NewUser::new(format!("{task}-{n}")).id(id)).await?;
                }
                Ok::<_, orm::Error>(())
            }
        });
        futures_util::future::try_join_all(tasks).await?;
        let users = User::objects().using(db.handle());
        let greatest = users.clone().aggregate(max(User::id)).await?.unwrap_or_default();
        assert!(users.create(NewUser::new("next")).await?.id > greatest);
        Ok(())
    }

    /// Composite and natural keys: create, get, filter, delete.
    async fn composite_and_natural_keys(db: &TestDb) -> Outcome {
        db.handle().create_tables(&shop::TABLES).await?;
        let on = db.handle();
        let price = Decimal::new(1999, 2);
        let tea = Product::objects().using(on).create(NewProduct::new("TEA-1", price)).await?;
        assert_eq!(Product::objects().using(on).get("TEA-1").await?, tea);
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).ok_or("no such day")?;
        let order = Order::objects().using(on).create(NewOrder::new("ann", day)).await?;
        for line in 1..=3 {
            let line = NewOrderLine::new(&order, line, &tea).quantity(4_000_000_000_u32);
            OrderLine::objects().using(on).create(line).await?;
        }
        let second = OrderLine::objects().using(on).get((order.id, 2)).await?;
        assert_eq!((second.line, second.quantity), (2, 4_000_000_000));
        assert_eq!(second.key(), (order.id, 2));
        assert!(OrderLine::objects().using(on).get((order.id, 9)).await.unwrap_err().is_not_found());
        assert_eq!(OrderLine::objects().using(on).first().await?.map(|line| line.line), Some(1));
        assert_eq!(OrderLine::objects().using(on).last().await?.map(|line| line.line), Some(3));
        assert_eq!(OrderLine::objects().using(on).filter(OrderLine::order.eq(&order) & OrderLine::line.gt(1)).delete().await?, 2);
        let twice = OrderLine::objects().using(on).create(NewOrderLine::new(&order, 1, &tea)).await.unwrap_err();
        assert!(twice.is_unique_violation(), "{twice:?}");
        Ok(())
    }
}

cases! {
    #![needs(Client)]

    /// The stock client reads what was written; on SQLite it finds the file sound.
    async fn the_stock_client_reads_it(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        User::objects().using(db.handle()).create(NewUser::new("ann").age(30)).await?;
        assert_eq!(db.client("SELECT username, age FROM users")?, "ann\t30\n");
        if db.kind() == Kind::Sqlite {
            assert_eq!(db.client("PRAGMA integrity_check; PRAGMA foreign_key_check")?, "ok\n");
        }
        Ok(())
    }

    /// The key as one expression: compared with keys and rows, listed, ordered by, selected, among those of a query.
    async fn the_key_as_one_expression(db: &TestDb) -> Outcome {
        db.handle().create_tables(&shop::TABLES).await?;
        let on = db.handle();
        Product::objects().using(on).create(NewProduct::new("p", Decimal::new(100, 2))).await?;
        for _ in 1..=3 {
            let order = Order::objects().using(on).create(NewOrder::new("x", NaiveDate::default())).await?;
            let lines = (1..=3).map(|line| NewOrderLine::new(&order, line, "p"));
            OrderLine::objects().using(on).bulk_create(lines).await?;
        }
        let key = OrderLine::primary_key;
        let found = |q: Q<OrderLine>| OrderLine::objects().using(on).filter(q).order_by(key().desc()).select(key()).all();
        assert_eq!(found(key().eq((2, 3))).await?, [(2, 3)]);
        assert_eq!(found(key().in_([(1, 2), (3, 1), (3, 9), (9, 1)])).await?, [(3, 1), (1, 2)]);
        assert_eq!(found(key().in_(Vec::<(i64, i32)>::new())).await?, []);
        assert_eq!(found(key().not_in([(1, 1), (1, 2), (1, 3)]) & key().not_in([(2, 2)])).await?, [(3, 3), (3, 2), (3, 1), (2, 3), (2, 1)]);
        assert_eq!(found(key().ge((3, 2))).await?, [(3, 3), (3, 2)]);
        let rows = OrderLine::objects().using(on).filter(OrderLine::line.eq(2)).all().await?;
        assert_eq!(found(key().in_(&rows)).await?, [(3, 2), (2, 2), (1, 2)]);
        assert_eq!(found(key().eq(&rows[0])).await?.len(), 1);
        let some = OrderLine::objects().filter(OrderLine::line.gt(1)).order_by((OrderLine::line.desc(), OrderLine::order)).limit(2);
        assert_eq!(found(key().in_(some)).await?, [(2, 3), (1, 3)]);
        // Many, in one statement of one shape for lists of similar length.
        let many: Vec<_> = (1..=1_500_i64).flat_map(|order| [(order, 1), (order, 2)]).collect();
        assert_eq!(found(key().in_(many)).await?.len(), 6);
        let sql = |length: i64| OrderLine::objects().filter(key().in_((0..length).map(|n| (n, 1)))).to_sql(Backend::MySql);
        assert_eq!(sql(5)?, sql(8)?);
        assert!(sql(2)?.contains(" IN (("), "{}", sql(2)?);
        // Of one field it is that field.
        let orders = Order::objects().using(on).filter(Order::primary_key().in_([1, 3, 7])).order_by(Order::primary_key().asc());
        assert_eq!(orders.select(Order::primary_key()).all().await?, [1, 3]);
        assert_eq!(OrderLine::objects().using(on).filter(key().in_([(1, 1), (2, 2)])).delete().await?, 2);
        Ok(())
    }
}
