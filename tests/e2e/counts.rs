//! How many statements a task sends to a database.

use orm::QueryCount;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};

cases! {
    /// Each statement of the task on the database, and nothing else.
    async fn what_is_sent(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let other = Database::open("not counted", &*db.another().await?).await?;
        other.create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let sent = QueryCount::of(db.handle());
        let inner = QueryCount::of(db.handle());
        sent.scope(async {
            orm::atomic(async |tx: Tx| {
                users.clone().bulk_create([NewUser::new("ann"), NewUser::new("bob")]).await?;
                tx.atomic(async |_| users.clone().count().await).await
            }).using(db.handle()).await?;
            // Neither of the task, nor on the database.
            let alike = users.clone();
            tokio::spawn(async move { alike.count().await }).await.map_err(|_| "a panic")??;
            User::objects().using(&other).count().await?;
            inner.scope(async { users.clone().filter(User::username.eq("s3cret")).all().await }).await?;
            users.clone().filter(User::username.eq("cem")).update(User::active.set(false)).await?;
            // One that fails is sent too.
            assert!(orm::using(db.handle()).execute("SELECT nonsense", ()).await.is_err());
            Outcome::Ok(())
        }).await?;
        let words: Vec<_> = sent.statements().iter().map(|sql| sql.split(' ').next().map(str::to_owned)).collect();
        let words: Vec<_> = words.iter().flatten().map(String::as_str).collect();
        assert_eq!(words, ["INSERT", "SELECT", "SELECT", "UPDATE", "SELECT"]);
        assert_eq!((sent.total(), sent.selects(), inner.total()), (5, 3, 1));
        users.clone().count().await?;
        assert_eq!(sent.total(), 5, "the scope is over");
        let message = inner.check(7).unwrap_err();
        assert!(message.contains("7 queries") && message.contains("1. SELECT") && !message.contains("s3cret"), "{message}");
        assert!(inner.check(1).is_ok());
        other.close().await?;
        Ok(())
    }

    /// What is read ahead is one query, what is asked for each row is many; blocking code is counted as well.
    async fn asserted(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let ann = users.clone().create(NewUser::new("ann")).await?;
        for title in ["a", "b", "c"] {
            Post::objects().using(db.handle()).create(NewPost::new(&ann, title)).await?;
        }
        let posts = Post::objects().using(db.handle());
        let both = orm::assert_queries!(db.handle(), 1, { posts.clone().select_related(Post::author).all().await })?;
        assert_eq!(both.len(), 3);
        orm::assert_queries!(db.handle(), 4, {
            for post in posts.clone().all().await? {
                users.clone().get(*post.author.key()).await?;
            }
            Ok::<_, orm::Error>(())
        })?;
        let handle = db.handle().clone();
        let failed = tokio::spawn(async move {
            orm::assert_queries!(&handle, 2, { User::objects().using(&handle).count().await })
        });
        let panic = failed.await.unwrap_err().into_panic();
        let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(message.contains("2 queries") && message.contains("1 were sent") && message.contains("SELECT"), "{message}");
        let handle = db.handle().clone();
        let blocking = std::thread::spawn(move || {
            let sent = QueryCount::of(&handle);
            let result = sent.scope(|| User::objects().using(&handle).count().blocking()).blocking();
            result.map(|count| (count, sent.total()))
        });
        assert_eq!(blocking.join().map_err(|_| "a panic")??, (1, 1));
        Ok(())
    }
}
