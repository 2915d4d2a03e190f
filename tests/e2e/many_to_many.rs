//! Many-to-many relations: models between that are made, models between of one's own, both sides, any key.

use std::collections::BTreeSet;

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// A word that articles go by.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m2m_tag")]
pub(crate) struct Tag {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
    /// The word.
    #[field(max_length = 40, unique)]
    pub name: String,
}

/// Somebody who writes, with a natural key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m2m_author", many_to_many(follows: Author, related_name = followers))]
pub(crate) struct Author {
    /// The name.
    #[field(primary_key, max_length = 40)]
    pub name: String,
}

/// A place to publish, with a key of two columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m2m_issue", primary_key(magazine, number))]
pub(crate) struct Issue {
    /// The magazine.
    #[field(max_length = 20)]
    pub magazine: String,
    /// The number.
    pub number: i32,
}

/// Something to read.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "m2m_article",
    many_to_many(tags: Tag, related_name = articles),
    many_to_many(issues: Issue, related_name = articles),
    many_to_many(authors: Author, through = Credit, related_name = articles),
    many_to_many(unsure: Tag, through = Unsure),
    many_to_many(reviewers: Author, through = Review, through_fields(article, reviewer), related_name = reviewed)
)]
pub(crate) struct Article {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
    /// How many like it.
    #[field(default = 0)]
    pub likes: i32,
}

/// Who wrote what, and as the how manieth.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m2m_credit", unique_together(article, author))]
pub(crate) struct Credit {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The article.
    #[field(on_delete = cascade, related_name = credits)]
    pub article: ForeignKey<Article>,
    /// The author.
    #[field(on_delete = cascade, related_name = credits)]
    pub author: ForeignKey<Author>,
    /// The rank.
    #[field(default = 1)]
    pub rank: i32,
    /// When it was given.
    #[field(auto_now_add)]
    pub given: DateTime<Utc>,
}

/// Who reviewed what, for whom; several times, perhaps.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m2m_review")]
pub(crate) struct Review {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The article.
    #[field(on_delete = cascade)]
    pub article: ForeignKey<Article>,
    /// Who read it.
    #[field(on_delete = cascade)]
    pub reviewer: ForeignKey<Author>,
    /// Who asked for it.
    #[field(on_delete = cascade)]
    pub editor: ForeignKey<Author>,
    /// The mark.
    pub mark: i32,
}

const TABLES: [&Table; 9] = [
    ArticleTags::TABLE,
    Review::TABLE,
    Tag::TABLE,
    Article::TABLE,
    AuthorFollows::TABLE,
    ArticleIssues::TABLE,
    Credit::TABLE,
    Issue::TABLE,
    Author::TABLE,
];

async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&TABLES).await?;
    for (id, name) in [(1, "rust"), (2, "sql"), (3, "orm"), (4, "tea")] {
        Tag::objects().using(on).create(NewTag::new(id, name)).await?;
    }
    for name in ["ann", "bob", "cyd"] {
        Author::objects().using(on).create(NewAuthor::new(name)).await?;
    }
    for (magazine, number) in [("M", 1), ("M", 2), ("N", 1)] {
        Issue::objects().using(on).create(NewIssue::new(magazine, number)).await?;
    }
    for (id, likes) in [(1, 10), (2, 20), (3, 30), (4, 40)] {
        Article::objects().using(on).create(NewArticle::new(id).likes(likes)).await?;
    }
    Ok(())
}

/// The links of a row in plain SQL.
async fn links(db: &TestDb, article: i64) -> Result<Vec<i64>, Box<dyn std::error::Error + Send + Sync>> {
    let rows = db
        .oracle(&format!("SELECT tag_id FROM m2m_article_tags WHERE article_id = {article} ORDER BY 1"))
        .await?;
    rows.concat().into_iter().flatten().map(|id| Ok(id.parse()?)).collect()
}

cases! {
    /// Links are added, removed, set and cleared, by rows, keys, slices and iterators; the number of changes is told.
    async fn links_of_a_row(db: &TestDb) -> Outcome {
        fill(db).await?;
        let tags = Tag::objects().using(db.handle()).order_by(Tag::id).all().await?;
        let first = Article::objects().using(db.handle()).get(1).await?;
        let of = || Article::tags.of(&first).using(db.handle());
        assert_eq!(of().add(&tags[0]).await?, 1);
        assert_eq!(of().add(&tags[0]).await?, 0);
        assert_eq!(of().add(2).await?, 1);
        assert_eq!(of().add([1, 2, 3, 3]).await?, 1);
        assert_eq!(of().add(&tags[..]).await?, 1);
        assert_eq!(of().add(tags.iter().filter(|tag| tag.id > 1)).await?, 0);
        assert_eq!(of().add(Vec::<Tag>::new()).await?, 0);
        assert_eq!(of().add(ForeignKey::<Tag>::from(4)).await?, 0);
        assert_eq!(links(db, 1).await?, [1, 2, 3, 4]);
        assert_eq!(of().remove(&tags[1]).await?, 1);
        assert_eq!(of().remove(2).await?, 0);
        assert_eq!(of().remove([2, 3, 4]).await?, 2);
        let chosen = vec![3_i64, 1];
        assert_eq!(of().set(&chosen).await?, 1);
        assert_eq!(links(db, 1).await?, [1, 3]);
        assert_eq!(of().set(tags.clone()).await?, 2);
        assert_eq!(of().set([4]).await?, 3);
        assert_eq!(links(db, 1).await?, [4]);
        assert_eq!(of().set(Vec::<i64>::new()).await?, 1);
        assert_eq!(of().add(1..=4).await?, 4);
        assert_eq!(of().clear().await?, 4);
        assert_eq!(of().clear().await?, 0);
        // The rows themselves stay.
        assert_eq!(Tag::objects().using(db.handle()).count().await?, 4);
        Ok(())
    }

    /// The same from the other side, and read back as a query.
    async fn both_sides(db: &TestDb) -> Outcome {
        fill(db).await?;
        let rust = Tag::objects().using(db.handle()).get(1).await?;
        assert_eq!(Tag::articles.of(&rust).using(db.handle()).add([1, 3]).await?, 2);
        assert_eq!(Article::tags.reverse().of(&rust).using(db.handle()).count().await?, 2);
        let third = Article::objects().using(db.handle()).get(3).await?;
        let of = || Article::tags.of(&third).using(db.handle());
        of().add([2, 4]).await?;
        assert_eq!(of().order_by(Tag::name).select(Tag::name).all().await?, ["rust", "sql", "tea"]);
        assert_eq!(of().filter(Tag::name.lt("s")).all().await?, std::slice::from_ref(&rust));
        assert_eq!(of().exclude(Tag::name.lt("s")).count().await?, 2);
        assert!(of().exists().await?);
        assert_eq!(of().get_or_none(3).await?, None);
        assert_eq!(of().get(4).await?.name, "tea");
        assert_eq!(of().aggregate(max(Tag::id)).await?, Some(4));
        assert_eq!(of().first().await?, Some(rust));
        // Rows found by their links can be changed and deleted like others.
        assert_eq!(of().filter(Tag::name.eq("tea")).update(Tag::name.set("mate")).await?, 1);
        assert_eq!(of().filter(Tag::name.eq("mate")).delete().await?, 1);
        assert_eq!(links(db, 3).await?, [1, 2]);
        Ok(())
    }

    /// Questions about the other side are one `EXISTS` each and multiply nothing.
    async fn questions(db: &TestDb) -> Outcome {
        fill(db).await?;
        for (article, tags) in [(1_i64, &[1_i64, 2, 3][..]), (2, &[2, 4]), (3, &[])] {
            let article = Article::objects().using(db.handle()).get(article).await?;
            Article::tags.of(&article).using(db.handle()).set(tags).await?;
        }
        let ids = |q: Q<Article>| Article::objects().using(db.handle()).filter(q).order_by(Article::id).select(Article::id).all();
        assert_eq!(ids(Article::tags.any(Tag::name.in_(["rust", "sql", "orm"]))).await?, [1, 2]);
        assert_eq!(ids(Article::tags.all(Tag::id.le(3))).await?, [1, 3, 4]);
        assert_eq!(ids(Article::tags.none(Tag::name.eq("tea"))).await?, [1, 3, 4]);
        assert_eq!(ids(Article::tags.exists()).await?, [1, 2]);
        assert_eq!(ids(!Article::tags.exists()).await?, [3, 4]);
        assert_eq!(ids(Article::tags.count().ge(3)).await?, [1]);
        assert_eq!(ids(Article::tags.filter(Tag::id.gt(1)).count().eq(2)).await?, [1, 2]);
        assert_eq!(ids(Article::tags.any(Tag::articles.any(Article::likes.eq(20)))).await?, [1, 2]);
        let rows: Vec<(i64, i64, Option<i64>)> = Article::objects()
            .using(db.handle()).order_by(Article::id)
            .select((Article::id, Article::tags.count(), Article::tags.aggregate(sum(Tag::id)))).all().await?;
        assert_eq!(rows, [(1, 3, Some(6)), (2, 2, Some(6)), (3, 0, None), (4, 0, None)]);
        let plain = db.oracle("SELECT t.id, COUNT(p.article_id) FROM m2m_tag t LEFT JOIN m2m_article_tags p ON p.tag_id = t.id GROUP BY t.id ORDER BY t.id").await?;
        let counted: Vec<(i64, i64)> = Tag::objects().using(db.handle()).order_by(Tag::id).select((Tag::id, Tag::articles.count())).all().await?;
        let counted: Vec<_> = counted.iter().map(|(id, count)| vec![Some(id.to_string()), Some(count.to_string())]).collect();
        assert_eq!(plain, counted);
        Ok(())
    }

    /// A relation of a model to itself has two sides that are told apart.
    async fn a_model_and_itself(db: &TestDb) -> Outcome {
        fill(db).await?;
        let authors = Author::objects().using(db.handle()).order_by(Author::name).all().await?;
        let [ann, bob, cyd] = &authors[..] else { return Err("three".into()) };
        assert_eq!(Author::follows.of(ann).using(db.handle()).add([bob, cyd]).await?, 2);
        assert_eq!(Author::followers.of(ann).using(db.handle()).add("cyd").await?, 1);
        assert_eq!(Author::follows.of(bob).using(db.handle()).add(bob).await?, 1);
        let plain = db.oracle("SELECT from_id, to_id FROM m2m_author_follows ORDER BY 1, 2").await?;
        let pair = |from: &str, to: &str| vec![Some(from.to_owned()), Some(to.to_owned())];
        assert_eq!(plain, [pair("ann", "bob"), pair("ann", "cyd"), pair("bob", "bob"), pair("cyd", "ann")]);
        let names = |q: Q<Author>| Author::objects().using(db.handle()).filter(q).order_by(Author::name).select(Author::name).all();
        assert_eq!(names(Author::followers.any(Author::name.eq("ann"))).await?, ["bob", "cyd"]);
        assert_eq!(names(Author::follows.any(Author::name.eq("ann"))).await?, ["cyd"]);
        // Who follows somebody that follows Ann.
        assert_eq!(names(Author::follows.any(Author::follows.any(Author::name.eq("ann")))).await?, ["ann"]);
        Ok(())
    }

    /// Keys of several columns.
    async fn composite_keys(db: &TestDb) -> Outcome {
        fill(db).await?;
        let first = Article::objects().using(db.handle()).get(1).await?;
        let of = || Article::issues.of(&first).using(db.handle());
        let issue = Issue::objects().using(db.handle()).get(("M".to_owned(), 2)).await?;
        assert_eq!(of().add(&issue).await?, 1);
        assert_eq!(of().add([("M".to_owned(), 2), ("N".to_owned(), 1)]).await?, 1);
        assert_eq!(of().order_by(Issue::number).all().await?.iter().map(|issue| issue.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(of().set([("M".to_owned(), 1), ("N".to_owned(), 1)]).await?, 2);
        assert_eq!(of().remove(("N".to_owned(), 1)).await?, 1);
        assert_eq!(Issue::objects().using(db.handle()).filter(Issue::articles.exists()).select(Issue::number).all().await?, [1]);
        assert_eq!(Issue::objects().using(db.handle()).filter(Issue::articles.none(Article::id.eq(1))).count().await?, 2);
        assert_eq!(Article::issues.of(&first).using(db.handle()).filter(Issue::number.eq(1)).one().await?.magazine, "M");
        Ok(())
    }

    /// A model between of one's own keeps what else it holds; new rows get its defaults.
    async fn a_model_between_of_ones_own(db: &TestDb) -> Outcome {
        fill(db).await?;
        let first = Article::objects().using(db.handle()).get(1).await?;
        let of = || Article::authors.of(&first).using(db.handle());
        Credit::objects().using(db.handle()).create(NewCredit::new(&first, "bob").rank(7)).await?;
        assert_eq!(of().add(["ann", "bob"]).await?, 1);
        assert_eq!(of().set(["bob", "cyd"]).await?, 2);
        let ranks = Credit::objects().using(db.handle()).order_by(Credit::author).select((Credit::author, Credit::rank)).all().await?;
        assert_eq!(ranks, [("bob".to_owned(), 7), ("cyd".to_owned(), 1)]);
        // Conditions on the model between go by its own relation.
        let high = Article::objects().using(db.handle()).filter(Article::credits.any(Credit::rank.gt(5) & Credit::author.eq("bob")));
        assert_eq!(high.count().await?, 1);
        let authors = Author::objects().using(db.handle()).filter(Author::articles.any(Article::likes.lt(20))).order_by(Author::name);
        assert_eq!(authors.select(Author::name).all().await?, ["bob", "cyd"]);
        // Twice in the model between is one related row.
        for mark in [1, 2] {
            Review::objects().using(db.handle()).create(NewReview::new(&first, "ann", "bob", mark)).await?;
        }
        assert_eq!(Article::reviewers.of(&first).using(db.handle()).count().await?, 1);
        let counted: Vec<i64> = Article::objects().using(db.handle()).order_by(Article::id).limit(1).select(Article::reviewers.count()).all().await?;
        assert_eq!(counted, [1]);
        assert_eq!(Article::reviewers.of(&first).using(db.handle()).remove("ann").await?, 2);
        Ok(())
    }

    /// A row that is not there is an error, and then nothing is added.
    async fn what_is_not_there(db: &TestDb) -> Outcome {
        fill(db).await?;
        let first = Article::objects().using(db.handle()).get(1).await?;
        let of = || Article::tags.of(&first).using(db.handle());
        of().add(1).await?;
        let error = of().add([2, 99]).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        assert_eq!(links(db, 1).await?, [1]);
        let error = of().set([2, 99]).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        assert_eq!(links(db, 1).await?, [1]);
        // Deleting either row removes its links.
        of().add([2, 3]).await?;
        assert_eq!(Tag::objects().using(db.handle()).filter(Tag::id.eq(2)).delete().await?, 1);
        assert_eq!(links(db, 1).await?, [1, 3]);
        assert_eq!(Article::objects().using(db.handle()).filter(Article::id.eq(1)).delete().await?, 1);
        assert_eq!(links(db, 1).await?, Vec::<i64>::new());
        Ok(())
    }

    /// They join the transaction around them, and one that is given.
    async fn in_transactions(db: &TestDb) -> Outcome {
        fill(db).await?;
        let first = &Article::objects().using(db.handle()).get(1).await?;
        let outcome: orm::Result<()> = atomic(async |_| {
            assert_eq!(Article::tags.of(first).using(db.handle()).set([1, 2]).await?, 2);
            assert_eq!(Article::tags.of(first).using(db.handle()).set([2, 3]).await?, 2);
            assert_eq!(Article::tags.of(first).using(db.handle()).count().await?, 2);
            Tag::objects().using(db.handle()).get(-1).await.map(drop)
        })
        .using(db.handle())
        .await;
        assert!(outcome.unwrap_err().is_not_found());
        assert_eq!(links(db, 1).await?, Vec::<i64>::new());
        atomic(async |tx: Tx| Article::tags.of(first).using(&tx).set([1, 2]).await).using(db.handle()).await?;
        assert_eq!(links(db, 1).await?, [1, 2]);
        Ok(())
    }

    /// Everybody adds the same at the same moment, from both sides: each link is there once, and nobody fails.
    async fn everybody_at_once(db: &TestDb) -> Outcome {
        fill(db).await?;
        let articles = Article::objects().using(db.handle()).order_by(Article::id).all().await?;
        let tags = Tag::objects().using(db.handle()).order_by(Tag::id).all().await?;
        for _ in 0..5 {
            let tasks = (0..12_usize).map(|task| {
                let (article, tag, handle) = (articles[task % 2].clone(), tags[task % 3].clone(), db.handle().clone());
                async move {
                    if task % 3 == 2 {
                        Tag::articles.of(&tag).using(handle).add([2, 1]).await
                    } else {
                        Article::tags.of(&article).using(handle).add([4, 3, 2, 1]).await
                    }
                }
            });
            futures_util::future::try_join_all(tasks).await?;
            assert_eq!((links(db, 1).await?, links(db, 2).await?), (vec![1, 2, 3, 4], vec![1, 2, 3, 4]));
            for article in &articles {
                Article::tags.of(article).using(db.handle()).clear().await?;
            }
        }
        Ok(())
    }

    /// Many at once: more than one statement takes, all or none.
    async fn many_links(db: &TestDb) -> Outcome {
        fill(db).await?;
        let new = (5..=3_000).map(|id| NewTag::new(id, format!("t{id}")));
        Tag::objects().using(db.handle()).bulk_create(new).await?;
        let first = Article::objects().using(db.handle()).get(1).await?;
        let of = || Article::tags.of(&first).using(db.handle());
        assert_eq!(of().add(1..=2_000).await?, 2_000);
        let error = of().add(1_500..=3_001).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        assert_eq!(of().count().await?, 2_000);
        assert_eq!(of().set(1_001..=3_000).await?, 2_000);
        assert_eq!(of().remove(1..=2_500).await?, 1_500);
        let left: BTreeSet<i64> = links(db, 1).await?.into_iter().collect();
        assert_eq!(left, (2_501..=3_000).collect());
        Ok(())
    }

    /// The statements that are sent: one to add or to remove; what stays is not written again.
    async fn the_statements(db: &TestDb) -> Outcome {
        fill(db).await?;
        let first = Article::objects().using(db.handle()).get(1).await?;
        let of = || Article::tags.of(&first).using(db.handle());
        let log = StatementLog::start();
        of().add([1, 2]).await?;
        let added = log.take();
        let wanted = if matches!(db.kind(), Kind::MySql | Kind::MariaDb) { 2 } else { 1 };
        assert_eq!(added.len(), wanted, "{added:?}");
        of().set([1, 2]).await?;
        let same = log.take();
        assert!(!same.iter().any(|sent| sent.sql.starts_with("INSERT") || sent.sql.starts_with("DELETE")), "{same:?}");
        Ok(())
    }

    /// What a model between cannot do is said before anything is sent.
    async fn refusals(db: &TestDb) -> Outcome {
        let first = Article { id: 1, likes: 0 };
        let outcome = Article::unsure.of(&first).using(db.handle()).add(1).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert!(error.to_string().contains("unique_together(article, tag)"), "{error}");
        Ok(())
    }

    /// The tables that are made: their names, keys and actions, as the catalogue has them.
    async fn the_table_between(db: &TestDb) -> Outcome {
        fill(db).await?;
        let table = ArticleTags::TABLE;
        assert_eq!((table.full_name().as_str(), table.model), ("m2m_article_tags", "ArticleTags"));
        assert!(orm::model::tables().iter().any(|known| std::ptr::eq(*known, table)));
        let columns: Vec<_> = table.columns().map(|column| column.name).collect();
        assert_eq!(columns, ["article_id", "tag_id"]);
        let keys = match db.kind() {
            Kind::Sqlite => "SELECT \"table\", on_delete FROM pragma_foreign_key_list('m2m_article_tags') ORDER BY 1",
            Kind::Postgres => "SELECT confrelid::regclass::text, CASE confdeltype WHEN 'c' THEN 'CASCADE' END FROM pg_constraint WHERE conrelid = 'm2m_article_tags'::regclass AND contype = 'f' ORDER BY 1",
            Kind::MySql | Kind::MariaDb => "SELECT referenced_table_name, delete_rule FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() AND table_name = 'm2m_article_tags' ORDER BY 1",
        };
        let row = |table: &str| vec![Some(table.to_owned()), Some("CASCADE".to_owned())];
        assert_eq!(db.oracle(keys).await?, [row("m2m_article"), row("m2m_tag")]);
        db.handle().drop_tables(&TABLES).await?;
        Ok(())
    }
}

/// A model between whose pairs may be there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "m2m_unsure")]
pub(crate) struct Unsure {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The article.
    pub article: ForeignKey<Article>,
    /// The tag.
    pub tag: ForeignKey<Tag>,
}
