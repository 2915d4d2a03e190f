//! Queries that look alike to the cache of texts, and are not.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, TestDb, cases};

/// Ann has posts with 1 and 9 likes, Bob with 5; Cyd has none.
async fn fill(db: &TestDb) -> orm::Result<()> {
    db.handle().create_tables(&blog::TABLES).await?;
    for (name, likes) in [("ann", &[1, 9][..]), ("bob", &[5]), ("cyd", &[])] {
        let user = User::objects().using(db.handle()).create(NewUser::new(name)).await?;
        for like in likes {
            let post = NewPost::new(&user, format!("{name} {like}")).likes(*like);
            Post::objects().using(db.handle()).create(post).await?;
        }
    }
    Ok(())
}

cases! {
    /// A question about related rows that stands twice in a query, and then two different ones in its places.
    async fn one_question_twice_and_two_questions(db: &TestDb) -> Outcome {
        fill(db).await?;
        let users = || User::objects().using(db.handle()).order_by(User::id);
        let over = |likes: i32| User::posts.filter(Post::likes.gt(likes)).count();
        let pair = |a: Expr<User, i64>, b: Expr<User, i64>| users().select((a, b)).all();
        let shared = over(0);
        assert_eq!(pair(shared.clone(), shared).await?, [(2, 2), (1, 1), (0, 0)]);
        assert_eq!(pair(over(0), over(4)).await?, [(2, 1), (1, 1), (0, 0)]);
        assert_eq!(pair(over(8), over(0)).await?, [(1, 2), (0, 1), (0, 0)]);
        let shared = over(4);
        assert_eq!(pair(shared.clone(), shared).await?, [(1, 1), (1, 1), (0, 0)]);
        Ok(())
    }

    /// The same with a condition, and with one that is inside of another.
    async fn one_condition_twice_and_two_conditions(db: &TestDb) -> Outcome {
        fill(db).await?;
        let users = || User::objects().using(db.handle()).order_by(User::id);
        let wrote = |likes: i32| User::id.in_(Post::objects().filter(Post::likes.ge(likes)).select(Post::author));
        let both = |a: Q<User>, b: Q<User>| users().filter(a).exclude(b).select(User::username).all();
        let shared = wrote(5);
        assert_eq!(both(shared.clone(), shared.clone()).await?, Vec::<String>::new());
        assert_eq!(both(wrote(5), wrote(9)).await?, ["bob"]);
        assert_eq!(both(wrote(1), wrote(6)).await?, ["bob"]);
        let inside = |q: Q<User>| User::posts.any(Post::author.in_(User::objects().filter(q)));
        assert_eq!(both(inside(shared.clone()), shared).await?, Vec::<String>::new());
        assert_eq!(both(inside(wrote(5)), wrote(9)).await?, ["bob"]);
        let all = Post::likes.gt(3) & Post::id.gt(0);
        let any = User::posts.any(all.clone());
        assert_eq!(both(any.clone() | any.clone(), !any).await?, ["ann", "bob"]);
        assert_eq!(both(User::posts.any(all.clone()) | User::posts.any(all), User::posts.any(Post::likes.gt(8) & Post::id.gt(0))).await?, ["bob"]);
        Ok(())
    }

    /// What is absent, of another kind, or one more makes another text.
    async fn what_differs_makes_another_text(db: &TestDb) -> Outcome {
        fill(db).await?;
        let posts = || Post::objects().using(db.handle()).order_by(Post::id);
        for _ in 0..2 {
            assert_eq!(posts().all().await?.len(), 3);
            assert_eq!(posts().limit(1).all().await?.len(), 1);
            assert_eq!(posts().offset(1).all().await?.len(), 2);
            assert_eq!(posts().limit(1).offset(2).all().await?.len(), 1);
            assert_eq!(posts().limit(0).all().await?.len(), 0);
            assert_eq!(posts().filter(Post::likes.in_([1, 5, 9])).count().await?, 3);
            assert_eq!(posts().filter(Post::likes.in_([1, 5])).count().await?, 2);
            assert_eq!(posts().filter(Post::likes.in_([1])).count().await?, 1);
            assert_eq!(posts().filter(Post::likes.in_(Vec::<i32>::new())).count().await?, 0);
            assert_eq!(posts().filter(Post::likes.not_in(Vec::<i32>::new())).count().await?, 3);
            assert_eq!(posts().filter(Post::category.eq(None)).count().await?, 3);
            assert_eq!(posts().filter(Post::category.eq(1)).count().await?, 0);
            assert_eq!(posts().filter(Post::category.ne(None)).count().await?, 0);
            assert_eq!(posts().filter(Post::category.ne(1)).count().await?, 3);
            assert_eq!(posts().filter(Post::published_at.gt(None)).count().await?, 0);
            assert_eq!(posts().filter(Post::published_at.gt(Utc::now())).count().await?, 0);
            let names = |column| Post::objects().using(db.handle()).select(column).distinct().count();
            assert_eq!(names(Post::author.to(User::username)).await?, 2);
            assert_eq!(names(Post::title).await?, 3);
            assert_eq!(posts().select(Post::author).count().await?, 3);
            assert_eq!(posts().order_by(Post::likes.desc()).select(Post::likes).all().await?, [1, 9, 5]);
            let likes = |order| Post::objects().using(db.handle()).order_by(order).select(Post::likes).all();
            assert_eq!(likes(Post::likes.desc()).await?, [9, 5, 1]);
            assert_eq!(likes(Post::likes.asc()).await?, [1, 5, 9]);
        }
        Ok(())
    }

    /// Decimals of more digits than their column, before and after others.
    async fn decimals_of_other_scales(db: &TestDb) -> Outcome {
        use orm_tests::scenario::shop::{self, *};
        db.handle().create_tables(&shop::TABLES).await?;
        let products = || Product::objects().using(db.handle());
        for (sku, cents) in [("a", 100), ("b", 125), ("c", 150)] {
            products().create(NewProduct::new(sku, Decimal::new(cents, 2))).await?;
        }
        for _ in 0..2 {
            assert_eq!(products().filter(Product::price.gt(Decimal::new(1, 0))).count().await?, 2);
            assert_eq!(products().filter(Product::price.gt(Decimal::new(1_249, 3))).count().await?, 2);
            assert_eq!(products().filter(Product::price.gt(Decimal::new(12_500_001, 7))).count().await?, 1);
            assert_eq!(products().filter(Product::price.in_([Decimal::new(1, 0), Decimal::new(1_250, 3)])).count().await?, 2);
            assert_eq!(products().filter(Product::price.in_([Decimal::new(1, 0), Decimal::new(12_501, 4)])).count().await?, 1);
            assert_eq!(products().filter(Product::price.between(Decimal::new(1_001, 3), Decimal::new(15, 1))).count().await?, 2);
            assert_eq!(products().filter((Product::price * Decimal::new(2, 0)).eq(Decimal::new(25, 1))).count().await?, 1);
            assert_eq!(products().filter((Product::price * Decimal::new(15, 1)).eq(Decimal::new(1_875, 3))).count().await?, 1);
            assert_eq!(products().filter((Product::price + Decimal::new(1, 3)).eq(Decimal::new(1_251, 3))).count().await?, 1);
        }
        Ok(())
    }
}
