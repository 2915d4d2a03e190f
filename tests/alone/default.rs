//! Queries that name no database.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};

static ELSEWHERE: Database = Database::deferred("elsewhere");

/// Says that another database is its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(database = ELSEWHERE, table = "alone_remote")]
struct Remote {
    #[field(primary_key)]
    id: i64,
}

cases! {
    /// A model that names no database has its rows in the one named `default`; one that names another, there.
    async fn the_default(db: &TestDb) -> Outcome {
        let error = User::objects().all().await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some("default")));
        db::init([("default", db.url())]).await?;
        ELSEWHERE.init(db.another().await?).await?;
        db::get("default")?.create_tables(&blog::TABLES).await?;
        ELSEWHERE.create_tables(&[Remote::TABLE]).await?;

        let ann = User::objects().create(NewUser::new("ann").age(30)).await?;
        let post = Post::objects().create(NewPost::new(&ann, "Hello")).await?;
        assert_eq!(db.oracle("SELECT username FROM users").await?, [[Some("ann".to_owned())]]);
        assert_eq!(User::objects().all().await?, std::slice::from_ref(&ann));
        assert_eq!(User::objects().using("default").get(ann.id).await?, ann);
        let (found, author) = Post::objects().select_related(Post::author).get(post.id).await?;
        assert_eq!((found, author), (post, ann.clone()));
        assert_eq!(User::objects().prefetch_related(User::posts).one().await?.1.len(), 1);
        let inside: orm::Result<()> = orm::atomic(async |_| {
            User::objects().filter(User::id.eq(ann.id)).update(User::age.set(31)).await?;
            assert_eq!(User::objects().get(ann.id).await?.age, Some(31));
            User::objects().get(-1).await.map(drop)
        }).await;
        assert!(inside.unwrap_err().is_not_found());
        assert_eq!(db.oracle("SELECT age FROM users").await?, [[Some("30".to_owned())]]);

        let remote = Remote::objects().create(NewRemote::new()).await?;
        assert_eq!(Remote::objects().using(&ELSEWHERE).get(remote.id).await?, remote);
        assert!(db.oracle("SELECT id FROM alone_remote").await.is_err(), "it is not here");

        assert_eq!(db::close().await?, 2);
        let error = User::objects().all().await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some("default")));
        Ok(())
    }
}
