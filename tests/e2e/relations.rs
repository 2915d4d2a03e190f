//! Foreign keys followed, and questions about related rows.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, StatementLog, TestDb, cases};

/// What somebody was given; the model of people is of another crate.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "relations_badge")]
pub(crate) struct Badge {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Whose it is.
    pub owner: ForeignKey<User>,
    /// Who gave it.
    pub given_by: Option<ForeignKey<User>>,
    /// What it is.
    #[field(max_length = 20)]
    pub name: String,
}

/// Where somebody sits: a key that is a foreign key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "relations_desk")]
pub(crate) struct Desk {
    /// Whose it is.
    #[field(primary_key)]
    pub user: ForeignKey<User>,
    /// The room.
    pub room: i32,
}

/// Three people, a tree of categories, seven posts.
async fn fill(db: &TestDb) -> Outcome {
    let on = db.handle();
    on.create_tables(&blog::TABLES).await?;
    for (id, name) in [(1, "ann"), (2, "bob"), (3, "cyd")] {
        User::objects().using(on).create(NewUser::new(name).id(id)).await?;
    }
    for (id, name, parent) in [(1, "all", None), (2, "tech", Some(1)), (3, "rust", Some(2))] {
        let parent = parent.map(ForeignKey::<Category>::from);
        Category::objects().using(on).create(NewCategory::new(name).id(id).parent(parent)).await?;
    }
    let posts = [
        (1, 1, None, "a", 5),
        (2, 1, Some(1), "b", 15),
        (3, 1, Some(3), "c", 25),
        (4, 2, Some(2), "d", 0),
        (5, 2, Some(3), "e", 50),
        (6, 2, None, "f", 3),
        (7, 2, None, "g", 4),
    ];
    for (id, author, category, title, likes) in posts {
        let category = category.map(ForeignKey::<Category>::from);
        let new = NewPost::new(author, title).id(id).category(category).likes(likes);
        Post::objects().using(on).create(new).await?;
    }
    Ok(())
}

cases! {
    /// A row with several related rows is one row, also where the first rows are left out. (SQLite 3.51 counts it several times.)
    async fn first_rows_left_out(db: &TestDb) -> Outcome {
        fill(db).await?;
        let writers = || User::objects().using(db.handle()).filter(User::posts.exists()).order_by(User::id);
        assert_eq!(writers().select(User::id).all().await?, [1, 2]);
        assert_eq!(writers().offset(1).select(User::id).all().await?, [2]);
        assert_eq!(writers().offset(1).count().await?, 1);
        assert!(!writers().offset(2).exists().await?);
        let liked = User::posts.any(Post::likes.gt(10)) & User::posts.any(Post::category.is_not_null());
        assert_eq!(writers().filter(liked).offset(1).limit(5).select(User::id).all().await?, [2]);
        let posts = Post::objects().using(db.handle()).filter(Post::author.in_(writers().offset(1).select(User::id)));
        assert_eq!(posts.count().await?, 4);
        Ok(())
    }

    /// Paths of one to three steps, through nullable keys and through the same table twice.
    async fn paths(db: &TestDb) -> Outcome {
        fill(db).await?;
        let posts = || Post::objects().using(db.handle()).order_by(Post::id);
        let ids = |condition: Q<Post>| posts().filter(condition).select(Post::id).all();
        assert_eq!(ids(Post::author.to(User::username).eq("ann")).await?, [1, 2, 3]);
        assert_eq!(ids(Post::author.to(User::id).eq(2)).await?, [4, 5, 6, 7]);
        assert_eq!(ids(Post::category.to(Category::name).eq("rust")).await?, [3, 5]);
        let grandparent = Post::category.to(Category::parent).to(Category::parent).to(Category::name);
        assert_eq!(ids(grandparent.eq("all")).await?, [3, 5]);
        assert_eq!(ids(grandparent.is_null()).await?, [1, 2, 4, 6, 7]);
        assert_eq!(ids(grandparent.ne("all")).await?, [1, 2, 4, 6, 7]);
        // A condition under OR, or negated, must not drop rows whose key is NULL.
        assert_eq!(ids(Post::category.to(Category::name).eq("rust") | Post::likes.lt(4)).await?, [3, 4, 5, 6]);
        assert_eq!(ids(!Post::category.to(Category::name).eq("rust")).await?, [1, 2, 4, 6, 7]);
        let plain = db.oracle("SELECT p.id FROM posts p JOIN categories c ON c.id = p.category_id JOIN categories q ON q.id = c.parent_id WHERE q.name = 'tech' ORDER BY p.id").await?;
        let parent = ids(Post::category.to(Category::parent).to(Category::name).eq("tech")).await?;
        assert_eq!(plain.concat(), parent.iter().map(|id| Some(id.to_string())).collect::<Vec<_>>());
        // Selected through a nullable key: an `Option`.
        let names: Vec<(String, Option<String>)> =
            posts().limit(2).select((Post::author.to(User::username), Post::category.to(Category::name))).all().await?;
        assert_eq!(names, [("ann".to_owned(), None), ("ann".to_owned(), Some("all".to_owned()))]);
        Ok(())
    }

    /// Foreign keys compare with rows, keys and lists of both.
    async fn foreign_keys_compare(db: &TestDb) -> Outcome {
        fill(db).await?;
        let ann = User::objects().using(db.handle()).get(1).await?;
        let count = |condition: Q<Post>| Post::objects().using(db.handle()).filter(condition).count();
        assert_eq!(count(Post::author.eq(&ann)).await?, 3);
        assert_eq!(count(Post::author.eq(1)).await?, 3);
        assert_eq!(count(Post::author.ne(&ann)).await?, 4);
        assert_eq!(count(Post::author.in_([1, 2])).await?, 7);
        assert_eq!(count(Post::author.in_([&ann])).await?, 3);
        assert_eq!(count(Post::category.eq(None)).await?, 3);
        assert_eq!(count(Post::category.ne(3)).await?, 5);
        assert_eq!(count(Post::author.in_(User::objects().filter(User::username.gt("ann")))).await?, 4);
        let selected: Vec<(i64, Option<i64>)> =
            Post::objects().using(db.handle()).filter(Post::id.le(2)).order_by(Post::id).select((Post::author, Post::category)).all().await?;
        assert_eq!(selected, [(1, None), (1, Some(1))]);
        Ok(())
    }

    /// `any`, `all`, `none`, `count`, `exists` and aggregates never multiply rows.
    async fn quantifiers(db: &TestDb) -> Outcome {
        fill(db).await?;
        let names = |condition: Q<User>| User::objects().using(db.handle()).filter(condition).order_by(User::id).select(User::username).all();
        assert_eq!(names(User::posts.any(Post::likes.gt(3))).await?, ["ann", "bob"]);
        assert_eq!(names(User::posts.all(Post::likes.gt(3))).await?, ["ann", "cyd"]);
        assert_eq!(names(User::posts.none(Post::likes.gt(40))).await?, ["ann", "cyd"]);
        assert_eq!(names(!User::posts.exists()).await?, ["cyd"]);
        assert_eq!(names(User::posts.count().gt(3)).await?, ["bob"]);
        assert_eq!(names(User::posts.filter(Post::likes.lt(5)).count().eq(3)).await?, ["bob"]);
        assert_eq!(names(User::posts.any(Post::category.to(Category::name).eq("all"))).await?, ["ann"]);
        // `all` is true for NULLs in no case: a post without a category has not the category "rust".
        assert_eq!(names(User::posts.all(Post::category.to(Category::name).eq("rust"))).await?, ["cyd"]);
        let rows: Vec<(String, i64, Option<i32>)> = User::objects()
            .using(db.handle())
            .order_by(User::id)
            .select((User::username, User::posts.count(), User::posts.aggregate(max(Post::likes))))
            .all()
            .await?;
        assert_eq!(rows, [("ann".to_owned(), 3, Some(25)), ("bob".to_owned(), 4, Some(50)), ("cyd".to_owned(), 0, None)]);
        // A relation inside of a relation, and one of a table to itself.
        let parents = Category::objects().using(db.handle()).filter(Category::children.any(Category::posts.any(Post::likes.gt(20)))).select(Category::name).all().await?;
        assert_eq!(parents, ["tech"]);
        let bob = User::objects().using(db.handle()).get(2).await?;
        assert_eq!(User::posts.of(&bob).filter(Post::likes.gt(3)).using(db.handle()).count().await?, 2);
        Ok(())
    }

    /// `select_related` loads in the same statement, `None` where the key is NULL.
    async fn select_related(db: &TestDb) -> Outcome {
        fill(db).await?;
        let log = StatementLog::start();
        let rows: Vec<(Post, User, Option<Category>, Option<Category>)> = Post::objects()
            .using(db.handle())
            .select_related(Post::author)
            .select_related(Post::category)
            .select_related(Post::category.to(Category::parent))
            .order_by(Post::id)
            .all()
            .await?;
        let statements = log.take();
        assert_eq!(statements.len(), 1, "{statements:?}");
        let names: Vec<_> = rows
            .iter()
            .map(|(post, user, category, parent)| {
                (post.id, user.username.as_str(), category.as_ref().map(|c| c.name.as_str()), parent.as_ref().map(|c| c.name.as_str()))
            })
            .collect();
        assert_eq!(names[0], (1, "ann", None, None));
        assert_eq!(names[1], (2, "ann", Some("all"), None));
        assert_eq!(names[4], (5, "bob", Some("rust"), Some("tech")));
        let annotated: Vec<(Post, i32, User)> = Post::objects()
            .using(db.handle()).annotate(Post::likes + 1).select_related(Post::author).order_by(Post::id).limit(1).all().await?;
        assert_eq!((annotated[0].1, annotated[0].2.id), (6, 1));
        Ok(())
    }

    /// `reverse` is the other side of a foreign key without a `related_name`: also of a model of another crate, and
    /// of a way of several foreign keys.
    async fn reversed_foreign_keys(db: &TestDb) -> Outcome {
        const BADGES: Relation<User, Badge> = Badge::owner.reverse();
        fill(db).await?;
        let on = db.handle();
        on.create_tables(&[User::TABLE, Badge::TABLE]).await?;
        for (owner, given_by, name) in [(1, Some(2), "gold"), (1, None, "tin"), (3, Some(1), "lead")] {
            let given_by = given_by.map(ForeignKey::<User>::from);
            Badge::objects().using(on).create(NewBadge::new(owner, name).given_by(given_by)).await?;
        }
        let names = |condition: Q<User>| User::objects().using(on).filter(condition).order_by(User::id).select(User::username).all();
        assert_eq!(names(BADGES.any(Badge::name.eq("gold"))).await?, ["ann"]);
        assert_eq!(names(BADGES.none(Badge::name.eq("gold"))).await?, ["bob", "cyd"]);
        assert_eq!(names(BADGES.count().ge(1)).await?, ["ann", "cyd"]);
        assert_eq!(names(Badge::given_by.reverse().exists()).await?, ["ann", "bob"]);
        let ann = User::objects().using(on).get(1).await?;
        assert_eq!(BADGES.of(&ann).using(on).order_by(Badge::name).select(Badge::name).all().await?, ["gold", "tin"]);
        assert_eq!(Badge::given_by.reverse().of(&ann).using(on).count().await?, 1);
        // The posts of categories whose parent it is.
        let below = Post::category.to(Category::parent).reverse();
        let categories = Category::objects().using(on).order_by(Category::id);
        assert_eq!(categories.clone().select(below.count()).all().await?, [1, 2, 0]);
        assert_eq!(categories.filter(below.any(Post::likes.gt(20))).select(Category::id).all().await?, [2]);
        let all = Category::objects().using(on).get(1).await?;
        assert_eq!(below.of(&all).using(on).select(Post::id).all().await?, [4]);
        assert_eq!(below.of(&all).using(on).delete().await?, 1);
        Ok(())
    }

    /// The far side of a one-to-one: its columns are NULL where there is no such row.
    async fn one_to_one(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        on.create_tables(&[User::TABLE, Desk::TABLE]).await?;
        Desk::objects().using(on).create(NewDesk::new(2, 7)).await?;
        let room = Desk::user.reverse_one().to(Desk::room);
        let users = || User::objects().using(on).order_by(User::id);
        assert_eq!(users().select(room.clone()).all().await?, [None, Some(7), None]);
        assert_eq!(users().filter(room.is_null()).count().await?, 2);
        assert_eq!(users().filter(Desk::user.reverse_one().exists()).select(User::id).all().await?, [2]);
        let bob = users().clone().get(2).await?;
        assert_eq!(Desk::user.reverse_one().of(&bob).using(on).one().await?.room, 7);
        // Joined, and loaded with rows at hand.
        let log = StatementLog::start();
        let rows: Vec<(User, Option<Desk>)> = users().select_related(Desk::user.reverse_one()).all().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(rows.iter().map(|(user, desk)| (user.id, desk.as_ref().map(|desk| desk.room))).collect::<Vec<_>>(), [(1, None), (2, Some(7)), (3, None)]);
        let posts: Vec<(Post, User, Option<Category>)> = Post::objects().using(on).order_by(Post::id).select_related(Post::author).select_related(Post::category).limit(1).all().await?;
        let both = users().select_related(Desk::user.reverse_one()).annotate(User::posts.count()).select_related(Desk::user.reverse_one()).prefetch_related(User::posts.limit(1));
        type Both = (User, Option<Desk>, i64, Option<Desk>, Vec<Post>);
        let both: Vec<Both> = both.all().await?;
        assert_eq!((both[1].1.is_some(), both[1].2, both[1].3.is_some(), both[0].4.len()), (true, 4, true, 1));
        assert_eq!(both[0].4[0], posts[0].0);
        let count = users().select_related(Desk::user.reverse_one()).filter(Desk::user.reverse_one().exists());
        assert_eq!((count.clone().count().await?, count.get(2).await?.1.is_some()), (1, true));
        let error = users().select_related(Post::author.reverse_one()).all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Post"), Some("author")));
        // Several posts may have one author.
        let error = users().select(Post::author.reverse_one().to(Post::title)).all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert_eq!(error.field(), Some("author"));
        Ok(())
    }

    /// The database deletes and clears as the model says.
    async fn foreign_key_actions(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        assert_eq!(User::objects().using(on).filter(User::id.eq(1)).delete().await?, 1);
        assert_eq!(Post::objects().using(on).count().await?, 4);
        assert_eq!(Category::objects().using(on).filter(Category::id.eq(2)).delete().await?, 1);
        assert_eq!(Category::objects().using(on).count().await?, 1);
        assert_eq!(Post::objects().using(on).filter(Post::category.is_not_null()).count().await?, 0);
        let orphan = Post::objects().using(on).create(NewPost::new(99, "orphan")).await.unwrap_err();
        assert!(orphan.is_foreign_key_violation(), "{orphan:?}");
        Ok(())
    }
}
