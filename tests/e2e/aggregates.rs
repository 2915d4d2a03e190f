//! Aggregates, groups, and counting what `all` would give.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::scenario::shop::{self, *};
use orm_tests::{Outcome, TestDb, cases};

async fn fill(db: &TestDb) -> Outcome {
    db.handle().create_tables(&blog::TABLES).await?;
    for (id, name) in [(1, "ann"), (2, "bob"), (3, "cyd")] {
        User::objects()
            .using(db.handle())
            .create(NewUser::new(name).id(id).age((id != 2).then_some(20)))
            .await?;
    }
    let posts = [(1, 5), (1, 15), (1, 15), (1, 0), (2, 10), (2, -3)];
    let new = posts
        .iter()
        .zip(0..)
        .map(|((author, likes), n)| NewPost::new(*author, format!("p{n}")).likes(*likes));
    Post::objects().using(db.handle()).bulk_create(new).await?;
    Ok(())
}

cases! {
    /// Over all rows, over none, filtered and distinct.
    async fn over_all_rows(db: &TestDb) -> Outcome {
        fill(db).await?;
        let posts = || Post::objects().using(db.handle());
        let all = posts()
            .aggregate((count_rows(), sum(Post::likes), avg(Post::likes), min(Post::likes), max(Post::title)))
            .await?;
        assert_eq!(all, (6, Some(42), Some(7.0), Some(-3), Some("p5".to_owned())));
        let more = posts()
            .aggregate((count_distinct(Post::likes), count(Post::id).filter(Post::likes.gt(5)), sum(Post::likes).filter(Post::author.eq(1)), count(Post::category)))
            .await?;
        assert_eq!(more, (5, 3, Some(35), 0));
        let none = posts().filter(Post::likes.gt(100)).aggregate((count_rows(), sum(Post::likes), avg(Post::likes), min(Post::likes))).await?;
        assert_eq!(none, (0, None, None, None));
        let third = posts().filter(Post::likes.in_([0, 5, 15])).filter(Post::author.eq(1)).aggregate(avg(Post::likes)).await?;
        assert_eq!(third, Some(8.75));
        Ok(())
    }

    /// Keys come first, `having` filters groups, `select` chooses freely.
    async fn groups(db: &TestDb) -> Outcome {
        fill(db).await?;
        let posts = || Post::objects().using(db.handle());
        let per_author: Vec<(i64, i64, Option<f64>)> = posts()
            .group_by(Post::author)
            .having(count(Post::id).gt(1))
            .annotate((count(Post::id), avg(Post::likes)))
            .order_by(key(Post::author).asc())
            .all()
            .await?;
        assert_eq!(per_author, [(1, 4, Some(8.75)), (2, 2, Some(3.5))]);
        let by_name: Vec<(Option<i64>, String)> = posts()
            .group_by(Post::author.to(User::username))
            .having(sum(Post::likes).gt(10) & key(Post::author.to(User::username)).ne("zoe"))
            .select((sum(Post::likes), key(Post::author.to(User::username))))
            .all()
            .await?;
        assert_eq!(by_name, [(Some(35), "ann".to_owned())]);
        let by_age: Vec<(Option<i32>, i64)> =
            User::objects().using(db.handle()).group_by(User::age).annotate(count_rows()).order_by(key(User::age).asc()).all().await?;
        assert_eq!(by_age, [(None, 1), (Some(20), 2)]);
        let by_tens: Vec<(i32, i64)> = posts()
            .group_by(Post::likes / 10)
            .annotate(count_rows())
            .order_by((count_rows().desc(), key(Post::likes / 10).asc()))
            .all()
            .await?;
        assert_eq!(by_tens, [(0, 3), (1, 3)]);
        let plain = db.oracle("SELECT author_id, COUNT(*), SUM(likes) FROM posts GROUP BY author_id ORDER BY author_id").await?;
        let typed: Vec<(i64, i64, Option<i64>)> =
            posts().group_by(Post::author).annotate((count_rows(), sum(Post::likes))).order_by(key(Post::author).asc()).all().await?;
        let typed: Vec<Vec<Option<String>>> =
            typed.iter().map(|(a, n, s)| vec![Some(a.to_string()), Some(n.to_string()), s.map(|s| s.to_string())]).collect();
        assert_eq!(plain, typed);
        Ok(())
    }

    /// A key that was not grouped is an error before anything is sent.
    async fn keys_must_be_grouped(db: &TestDb) -> Outcome {
        fill(db).await?;
        let log = orm_tests::StatementLog::start();
        let error = Post::objects().using(db.handle()).group_by(Post::author).select((key(Post::title), count(Post::id))).all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert!(error.to_string().contains("title"), "{error}");
        assert_eq!(log.take(), []);
        Ok(())
    }

    /// `count` is the length of what `all` gives.
    async fn count_is_the_length_of_all(db: &TestDb) -> Outcome {
        fill(db).await?;
        let posts = || Post::objects().using(db.handle());
        let limited = posts().order_by(Post::id).limit(4).offset(3);
        assert_eq!(limited.clone().count().await?, limited.all().await?.len() as u64);
        let distinct = posts().select(Post::likes).distinct();
        assert_eq!(distinct.clone().count().await?, 5);
        assert_eq!(distinct.all().await?.len(), 5);
        let grouped = posts().group_by(Post::author).annotate(count_rows());
        assert_eq!(grouped.clone().count().await?, 2);
        assert_eq!(grouped.having(count_rows().gt(2)).count().await?, 1);
        assert!(posts().offset(5).exists().await?);
        assert!(!posts().order_by(Post::id).offset(6).exists().await?);
        Ok(())
    }

    /// Decimals are exact: sums, comparisons between the column's digits, order.
    async fn decimals(db: &TestDb) -> Outcome {
        db.handle().create_tables(&shop::TABLES).await?;
        let products = || Product::objects().using(db.handle());
        let new = (0..1_000_i64).map(|n| NewProduct::new(format!("p{n:04}"), Decimal::new(n, 2)).weight(Decimal::new(n, 3)));
        products().bulk_create(new).await?;
        let (total, least, most, mean) = products().aggregate((sum(Product::price), min(Product::price), max(Product::price), avg(Product::price))).await?;
        assert_eq!((total, least, most), (Some(Decimal::new(499_500, 2)), Some(Decimal::ZERO), Some(Decimal::new(999, 2))));
        assert!((mean.unwrap_or_default() - 4.995).abs() < 1e-9, "{mean:?}");
        let count = |condition: Q<Product>| products().filter(condition).count();
        assert_eq!(count(Product::price.gt(Decimal::new(5_005, 3))).await?, 499);
        assert_eq!(count(Product::price.ge(Decimal::new(500, 2))).await?, 500);
        assert_eq!(count(Product::price.eq(Decimal::new(5, 0))).await?, 1);
        assert_eq!(count(Product::price.eq(Decimal::new(5_001, 3))).await?, 0);
        assert_eq!(count(Product::price.in_([Decimal::new(1, 0), Decimal::new(15, 1)])).await?, 2);
        // Columns of different digits: 0.009 < 0.01.
        assert_eq!(count(Product::weight.lt(Product::price)).await?, 999);
        assert_eq!(count((Product::price + Product::weight).gt(Decimal::new(10_988, 3))).await?, 1);
        let first = products().order_by(Product::price.desc()).select((Product::price, Product::price + Decimal::new(1, 1), Product::price * Decimal::new(15, 1))).first().await?;
        assert_eq!(first, Some((Decimal::new(999, 2), Decimal::new(1009, 2), Decimal::new(14_985, 3))));
        let finer = products().create(NewProduct::new("finer", Decimal::new(1_001, 3))).await.unwrap_err();
        assert!(matches!(finer.kind(), orm::ErrorKind::InvalidValue { .. }), "{finer:?}");
        Ok(())
    }
}
