//! Create, read, update, delete.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};

cases! {
    /// `create` gives the row as the database holds it.
    async fn create_gives_the_stored_row(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let before = Utc::now();
        let ann = User::objects().using(db.handle()).create(NewUser::new("ann").age(30)).await?;
        assert_eq!((ann.username.as_str(), ann.age, ann.active), ("ann", Some(30), true));
        assert!(ann.created_at.timestamp_micros() >= before.timestamp_micros());
        let again = User::objects().using(db.handle()).get(ann.id).await?;
        assert_eq!(again, ann);
        let plain = db.oracle("SELECT username, age FROM users").await?;
        assert_eq!(plain, [[Some("ann".to_owned()), Some("30".to_owned())]]);
        Ok(())
    }

    /// `get`, `one` and their relatives say what they found.
    async fn look_ups(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        for (name, age) in [("ann", Some(30)), ("bob", None), ("cyd", Some(17))] {
            users.clone().create(NewUser::new(name).age(age)).await?;
        }
        let bob = users.clone().filter(User::username.eq("bob")).one().await?;
        assert_eq!(users.clone().get(&bob).await?, bob);
        assert_eq!(users.clone().get_or_none(bob.id).await?, Some(bob.clone()));
        assert_eq!(users.clone().get_or_none(-1).await?, None);
        let missing = users.clone().get(-1).await.unwrap_err();
        assert!(missing.is_not_found());
        assert_eq!(missing.model(), Some("User"));
        let several = users.clone().one().await.unwrap_err();
        assert_eq!(*several.kind(), orm::ErrorKind::MultipleObjects);
        assert!(users.clone().filter(User::age.gt(99)).one().await.unwrap_err().is_not_found());
        assert_eq!(users.clone().filter(User::age.gt(99)).one_or_none().await?, None);
        let names = |rows: Vec<User>| rows.into_iter().map(|user| user.username).collect::<Vec<_>>();
        assert_eq!(names(users.clone().order_by(User::username.desc()).all().await?), ["cyd", "bob", "ann"]);
        assert_eq!(names(users.clone().order_by(User::id).offset(1).limit(1).all().await?), ["bob"]);
        assert_eq!(names(users.clone().order_by(User::id).offset(1).all().await?), ["bob", "cyd"]);
        assert_eq!(users.clone().first().await?.map(|user| user.username).as_deref(), Some("ann"));
        assert_eq!(users.clone().last().await?.map(|user| user.username).as_deref(), Some("cyd"));
        assert_eq!(users.clone().order_by(User::age).first().await?, Some(bob));
        assert_eq!(users.clone().count().await?, 3);
        assert!(users.clone().filter(User::age.lt(18)).exists().await?);
        assert!(!users.filter(User::age.lt(8)).exists().await?);
        Ok(())
    }

    /// An update counts the rows that it matched, changed or not, and touches `auto_now`.
    async fn update_counts_matched_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let ann = users.clone().create(NewUser::new("ann").age(30)).await?;
        users.clone().create(NewUser::new("bob")).await?;
        assert_eq!(users.clone().filter(User::id.eq(ann.id)).update(User::age.set(30)).await?, 1);
        assert_eq!(users.clone().filter(User::age.gt(0)).update((User::age.set(User::age + 1), User::active.set(false))).await?, 1);
        let changed = users.clone().get(ann.id).await?;
        assert_eq!((changed.age, changed.active, changed.created_at), (Some(31), false, ann.created_at));
        assert!(changed.updated_at >= ann.updated_at);
        assert_eq!(users.clone().filter(User::username.eq("bob")).update(User::age.set(None)).await?, 1);
        let patch = UserPatch { age: Some(None), ..UserPatch::default() };
        assert_eq!(users.clone().filter(User::id.eq(ann.id)).patch(patch).await?, 1);
        assert_eq!(users.clone().get(ann.id).await?.age, None);
        assert_eq!(users.update_all(User::age.set(5)).await?, 2);
        Ok(())
    }

    /// Without a filter, an update or delete has to say that it means every row; nothing is sent.
    async fn unfiltered_writes_are_refused(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().create(NewUser::new("ann")).await?;
        let none: Option<i32> = None;
        for error in [
            users.clone().delete().await.unwrap_err(),
            users.clone().filter_opt(none, |age| User::age.eq(age)).delete().await.unwrap_err(),
            users.clone().filter(Q::all_of(Vec::<Q<User>>::new())).delete().await.unwrap_err(),
            users.clone().filter(Q::always()).update(User::age.set(1)).await.unwrap_err(),
        ] {
            assert_eq!(*error.kind(), orm::ErrorKind::UnfilteredWrite);
            assert_eq!(error.model(), Some("User"));
        }
        assert_eq!(users.clone().count().await?, 1);
        assert_eq!(users.delete_all().await?, 1);
        Ok(())
    }

    /// Updates and deletes through relations hit the same rows as a read would.
    async fn writes_through_relations(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let posts = Post::objects().using(db.handle());
        let ann = users.clone().create(NewUser::new("ann")).await?;
        let bob = users.clone().create(NewUser::new("bob")).await?;
        for (author, title, likes) in [(&ann, "a", 1), (&ann, "b", 20), (&bob, "c", 20)] {
            posts.clone().create(NewPost::new(author, title).likes(likes)).await?;
        }
        let of_ann = Post::author.to(User::username).eq("ann");
        assert_eq!(posts.clone().filter(of_ann.clone()).update(Post::likes.set(Post::likes * 2)).await?, 2);
        assert_eq!(posts.clone().filter(of_ann & Post::likes.gt(10)).delete().await?, 1);
        assert_eq!(users.clone().filter(User::posts.any(Post::likes.gt(10))).update(User::age.set(1)).await?, 1);
        assert_eq!(users.clone().filter(User::age.eq(1)).one().await?.username, "bob");
        // A condition on other rows of the same table.
        let twins = Category::objects().using(db.handle());
        let root = twins.clone().create(NewCategory::new("root")).await?;
        twins.clone().create(NewCategory::new("leaf").parent(ForeignKey::from(&root))).await?;
        assert_eq!(twins.clone().filter(Category::children.exists()).update(Category::name.set("trunk")).await?, 1);
        assert_eq!(twins.clone().filter(Category::parent.to(Category::name).eq("trunk")).delete().await?, 1);
        assert_eq!(twins.count().await?, 1);
        Ok(())
    }

    /// A limited write changes the first rows of the order, no more.
    async fn limited_writes(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().bulk_create((1..=5).map(|age| NewUser::new(format!("u{age}")).age(age))).await?;
        assert_eq!(users.clone().order_by(User::age.desc()).limit(2).delete_all().await?, 2);
        let left: Vec<Option<i32>> = users.order_by(User::age).select(User::age).all().await?;
        assert_eq!(left, [Some(1), Some(2), Some(3)]);
        Ok(())
    }
}
