//! Structs that queries give instead of models.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, StatementLog, TestDb, cases};

/// What a list of posts shows of their authors.
#[derive(Projection, Debug, PartialEq)]
#[projection(model = User)]
struct Author {
    username: String,
    age: Option<i32>,
    #[projection(expr = User::posts.filter(Post::likes.gt(10)).count())]
    popular: i64,
}

/// Only what may be NULL.
#[derive(Projection, Debug, PartialEq)]
#[projection(model = Category)]
struct Above {
    parent: Option<i64>,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Category)]
struct Place {
    #[projection(expr = upper(Category::name))]
    title: String,
    #[projection(nested = Category::parent)]
    above: Option<Above>,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Post)]
struct Card {
    title: String,
    #[projection(expr = Post::likes * 2)]
    score: i32,
    #[projection(nested)]
    author: Author,
    #[projection(nested = Post::category)]
    place: Option<Place>,
    r#likes: i32,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Post, grouped)]
struct PerAuthor {
    #[projection(expr = key(Post::author))]
    author: i64,
    #[projection(expr = count_rows())]
    posts: i64,
    #[projection(expr = max(Post::likes))]
    best: Option<i32>,
}

/// With a whole row in it, of the way of two foreign keys.
#[derive(Projection, Debug, PartialEq)]
#[projection(model = Post)]
struct WithRows {
    id: i64,
    #[projection(nested)]
    author: User,
    #[projection(nested = Post::category.to(Category::parent))]
    above: Option<Category>,
}

/// Somebody, by the name that they have.
#[derive(Model, Debug)]
#[model(table = "projection_shops")]
pub(crate) struct Shop {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 10, unique)]
    pub code: String,
    pub floor: Option<i32>,
}

/// What refers to a shop by its code, which nothing enforces.
#[derive(Model, Debug)]
#[model(table = "projection_bills")]
pub(crate) struct Bill {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 10, references(Shop, code), relation = shop)]
    pub shop_code: Option<String>,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Shop)]
struct Location {
    code: String,
    floor: Option<i32>,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Bill)]
struct BillCard {
    id: i64,
    #[projection(nested = Bill::shop)]
    shop: Option<Location>,
}

/// What something costs.
#[derive(Model, Debug)]
#[model(table = "projection_prices")]
pub(crate) struct Price {
    #[field(primary_key)]
    pub id: i64,
    #[field(precision = 9, scale = 2)]
    pub amount: Decimal,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Price)]
struct Amount {
    amount: Decimal,
    #[projection(expr = Price::amount * Decimal::new(15, 1))]
    more: Decimal,
}

async fn fill(db: &TestDb) -> Outcome {
    let on = db.handle();
    on.create_tables(&blog::TABLES).await?;
    User::objects().using(on).create(NewUser::new("ann").id(1).age(30)).await?;
    User::objects().using(on).create(NewUser::new("bob").id(2)).await?;
    for (id, name, parent) in [(1, "all", None), (2, "tech", Some(1)), (3, "rust", Some(2))] {
        let parent = parent.map(ForeignKey::<Category>::from);
        Category::objects().using(on).create(NewCategory::new(name).id(id).parent(parent)).await?;
    }
    for (id, author, category, title, likes) in
        [(1, 1, None, "a", 5), (2, 1, Some(1), "b", 15), (3, 2, Some(3), "c", 25), (4, 1, Some(2), "d", 11)]
    {
        let category = category.map(ForeignKey::<Category>::from);
        let new = NewPost::new(author, title).id(id).category(category).likes(likes);
        Post::objects().using(on).create(new).await?;
    }
    Ok(())
}

fn author(id: i64) -> Author {
    match id {
        1 => Author { username: "ann".to_owned(), age: Some(30), popular: 2 },
        _ => Author { username: "bob".to_owned(), age: None, popular: 1 },
    }
}

fn place(title: &str, above: Option<Option<i64>>) -> Option<Place> {
    Some(Place { title: title.to_owned(), above: above.map(|parent| Above { parent }) })
}

cases! {
    /// Columns, expressions and rows behind foreign keys, in one statement, of the columns that are named.
    async fn columns_expressions_and_nested_rows(db: &TestDb) -> Outcome {
        fill(db).await?;
        let log = StatementLog::start();
        let cards: Vec<Card> =
            Post::objects().using(db.handle()).order_by(Post::id).select_as().all().await?;
        assert_eq!(log.take().len(), 1);
        let card = |title: &str, likes, by, place| {
            Card { title: title.to_owned(), score: likes * 2, author: author(by), place, likes }
        };
        // The parent of "all" is NULL; that of "tech" is there, and its own parent is NULL.
        let expected = [
            card("a", 5, 1, None),
            card("b", 15, 1, place("ALL", None)),
            card("c", 25, 2, place("RUST", Some(Some(1)))),
            card("d", 11, 1, place("TECH", Some(None))),
        ];
        assert_eq!(cards, expected);
        let query = Post::objects().using(db.handle()).select_as::<WithAuthor>();
        let sql = query.to_sql(db.handle().backend().ok_or("connected")?)?;
        assert!(!sql.contains("likes") && !sql.contains("created_at"), "{sql}");
        let names = query.order_by(Post::id).limit(1).one().await?;
        assert_eq!((names.title.as_str(), names.author.username.as_str()), ("a", "ann"));
        Ok(())
    }

    /// Everything that narrows, orders, counts and reads a query goes on with a projection.
    async fn with_everything_else(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || Post::objects().using(db.handle()).select_as::<Card>();
        let best = all().filter(Post::author.to(User::username).eq("ann")).order_by(Post::likes.desc()).first().await?;
        assert_eq!(best.map(|card| card.title), Some("b".to_owned()));
        assert_eq!(all().get(3).await?.author, author(2));
        assert_eq!(all().count().await?, 4);
        let (card, id) = all().annotate(Post::id).order_by(Post::id.desc()).limit(1).one().await?;
        assert_eq!((card.title.as_str(), id), ("d", 4));
        let related = all().select_related(Post::author).order_by(Post::id).all().await?;
        assert!(related.iter().all(|(card, user)| card.author.username == user.username));
        let distinct = Post::objects().using(db.handle()).select_as::<OnlyAuthor>().distinct().all().await?;
        assert_eq!(distinct.len(), 2);
        let mut rows = all().order_by(Post::id).stream();
        let mut streamed = Vec::new();
        while let Some(card) = rows.next().await {
            streamed.push(card?.title);
        }
        assert_eq!(streamed, ["a", "b", "c", "d"]);
        Ok(())
    }

    /// Groups give a struct of keys and aggregates.
    async fn of_groups(db: &TestDb) -> Outcome {
        fill(db).await?;
        let groups = Post::objects().using(db.handle()).group_by(Post::author).order_by(key(Post::author).asc());
        let rows = groups.select_as::<PerAuthor>().all().await?;
        let expected = [
            PerAuthor { author: 1, posts: 3, best: Some(15) },
            PerAuthor { author: 2, posts: 1, best: Some(25) },
        ];
        assert_eq!(rows, expected);
        Ok(())
    }

    /// A nested field may be the whole row, at the end of a way that may end before.
    async fn whole_rows(db: &TestDb) -> Outcome {
        fill(db).await?;
        let rows = Post::objects().using(db.handle()).order_by(Post::id).select_as::<WithRows>().all().await?;
        let got: Vec<_> = rows
            .iter()
            .map(|row| (row.id, row.author.username.as_str(), row.above.as_ref().map(|above| above.name.as_str())))
            .collect();
        assert_eq!(got, [(1, "ann", None), (2, "ann", None), (3, "bob", Some("tech")), (4, "ann", Some("all"))]);
        Ok(())
    }

    /// SQL of one's own is read by the names of the fields; a nested one by its own behind that of the field.
    async fn of_ones_own_sql(db: &TestDb) -> Outcome {
        fill(db).await?;
        let sql = "SELECT p.likes, p.title, p.likes + p.likes AS score, u.age AS author_age, u.username AS author_username, \
            (SELECT COUNT(*) FROM posts q WHERE q.author_id = u.id AND q.likes > 10) AS author_popular, \
            c.id IS NOT NULL AS place, UPPER(c.name) AS place_title, c.parent_id IS NOT NULL AS place_above, b.parent_id AS place_above_parent \
            FROM posts p JOIN users u ON u.id = p.author_id LEFT JOIN categories c ON c.id = p.category_id \
            LEFT JOIN categories b ON b.id = c.parent_id ORDER BY p.id";
        let own: Vec<Card> = orm::using(db.handle()).query(sql, ()).await?;
        let typed = Post::objects().using(db.handle()).order_by(Post::id).select_as::<Card>().all().await?;
        assert_eq!(own, typed);
        let lacks = orm::using(db.handle()).query::<Author>("SELECT username, 1 AS popular FROM users", ()).await;
        let error = lacks.expect_err("a column that is not there");
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { reason } if reason.contains("`Author`") && reason.contains("`age`")), "{error}");
        Ok(())
    }

    /// By a column that refers to a unique field too; a row that is not there is none, though something refers to it.
    async fn what_refers_and_what_dangles(db: &TestDb) -> Outcome {
        let on = db.handle();
        // Without the constraint, that something dangles.
        for sql in [
            "CREATE TABLE projection_shops (id INTEGER NOT NULL PRIMARY KEY, code VARCHAR(10) NOT NULL, floor INTEGER)",
            "CREATE TABLE projection_bills (id INTEGER NOT NULL PRIMARY KEY, shop_code VARCHAR(10))",
            "INSERT INTO projection_shops VALUES (1, 'a', NULL)",
            "INSERT INTO projection_bills VALUES (1, 'a'), (2, NULL), (3, 'gone')",
        ] {
            orm::using(on).execute(sql, ()).await?;
        }
        let cards = Bill::objects().using(on).order_by(Bill::id).select_as::<BillCard>().all().await?;
        let there = Location { code: "a".to_owned(), floor: None };
        let shops: Vec<_> = cards.into_iter().map(|card| card.shop).collect();
        assert_eq!(shops, [Some(there), None, None]);
        let counted = Bill::objects().using(on).select_as::<BillCard>().distinct().count().await?;
        assert_eq!(counted, 3);
        Ok(())
    }

    /// What cannot be read is an error about the field of the row that it is of.
    async fn errors_name_the_row_that_they_are_of(db: &TestDb) -> Outcome {
        let on = db.handle();
        for sql in [
            "CREATE TABLE projection_shops (id INTEGER NOT NULL PRIMARY KEY, code VARCHAR(10), floor INTEGER)",
            "CREATE TABLE projection_bills (id INTEGER NOT NULL PRIMARY KEY, shop_code VARCHAR(10))",
            "INSERT INTO projection_shops VALUES (1, NULL, NULL)",
            "INSERT INTO projection_bills VALUES (1, NULL)",
        ] {
            orm::using(on).execute(sql, ()).await?;
        }
        let error = Shop::objects().using(on).select_as::<Location>().all().await.expect_err("NULL in `code`");
        assert_eq!((error.model(), error.field()), (Some("Shop"), Some("code")));
        Ok(())
    }

    /// Two fields that would be read from one column of SQL of one's own are refused.
    async fn names_that_meet(db: &TestDb) -> Outcome {
        #[derive(Projection, Debug)]
        #[projection(model = Category)]
        struct Clash {
            #[projection(nested = Category::parent)]
            by: Option<Above>,
            #[projection(expr = Category::id)]
            by_parent: i64,
        }
        fill(db).await?;
        let rows = Category::objects().using(db.handle()).select_as::<Clash>().order_by(Category::id).all().await?;
        assert!(rows[0].by.is_none() && rows[0].by_parent == 1);
        let own = orm::using(db.handle()).query::<Clash>("SELECT 1 AS a, 2 AS by_parent", ()).await;
        assert!(matches!(own.as_ref().map_err(orm::Error::kind), Err(ErrorKind::InvalidQuery { reason }) if reason.contains("two fields")), "{own:?}");
        Ok(())
    }

    /// Decimals keep their digits, in SQL of one's own too.
    async fn decimals(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Price::TABLE]).await?;
        Price::objects().using(db.handle()).create(NewPrice::new(Decimal::new(1234, 2))).await?;
        let amount = Price::objects().using(db.handle()).select_as::<Amount>().one().await?;
        assert_eq!(amount, Amount { amount: Decimal::new(1234, 2), more: Decimal::new(18510, 3) });
        #[derive(Projection, Debug, PartialEq)]
        #[projection(model = Price)]
        struct Own {
            amount: Decimal,
        }
        let own: Own = orm::using(db.handle()).query_single("SELECT amount FROM projection_prices", ()).await?;
        assert_eq!(own.amount, Decimal::new(1234, 2));
        Ok(())
    }
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Post)]
struct OnlyAuthor {
    author: i64,
}

#[derive(Projection, Debug)]
#[projection(model = User)]
struct Name {
    username: String,
}

#[derive(Projection, Debug)]
#[projection(model = Post)]
struct WithAuthor {
    title: String,
    #[projection(nested)]
    author: Name,
}
