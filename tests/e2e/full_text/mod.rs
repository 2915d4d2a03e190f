//! Full-text search finds the same rows on every backend.

mod characters;
mod indexes;
mod random;

use orm::ErrorKind;
use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// Who writes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ft_writers", full_text(about), new(Debug, Clone))]
pub struct Writer {
    #[field(primary_key)]
    pub id: i64,
    pub about: String,
}

/// Something written.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "ft_articles",
    full_text(title, body),
    full_text(title, name = "ft_titles", accessor = by_title),
    new(Debug, Clone)
)]
pub struct Article {
    #[field(primary_key, insertable)]
    pub id: i32,
    #[field(max_length = 200)]
    pub title: String,
    pub body: Option<String>,
    #[field(default = 0, index)]
    pub likes: i32,
    #[field(on_delete = cascade, related_name = articles)]
    pub writer: Option<ForeignKey<Writer>>,
}

pub(crate) const TABLES: [&Table; 2] = [Article::TABLE, Writer::TABLE];

const ARTICLES: [(&str, Option<&str>); 9] = [
    ("The black cat", Some("It sat on the mat. The cat's mat!")),
    ("Black holes", Some("A hole is black, and no cat is in it: cat-free.")),
    ("Über Straßen", Some("Ärger in der STRASSE; naïve cafés")),
    ("О кошках", Some("Чёрная кошка, и ещё одна КОШКА")),
    ("λόγος", Some("Ὁ ΛΌΓΟΣ")),
    ("3.14 and 2026-11-30", None),
    ("to be or not to be", Some("THAT is the question, about which who will say when")),
    ("हिन्दी में", Some("日本語 テスト")),
    ("", None),
];

pub(crate) async fn articles(db: &TestDb) -> Outcome {
    db.handle().create_tables(&TABLES).await?;
    let new = ARTICLES.map(|(title, body)| NewArticle::new(title).body(body.map(str::to_owned)));
    Article::objects().using(db.handle()).bulk_create(new).await?;
    Ok(())
}

async fn found(db: &TestDb, q: Q<Article>) -> orm::Result<Vec<i32>> {
    Article::objects().using(db.handle()).filter(q).order_by(Article::id).select(Article::id).all().await
}

cases! {
    /// Words are found whole, in any order and either column, whatever their case.
    async fn words(db: &TestDb) -> Outcome {
        articles(db).await?;
        for (words, ids) in [
            ("cat", &[1, 2][..]),
            ("CAT black", &[1, 2]),
            ("cats", &[]),
            ("ca", &[]),
            ("mat hole", &[]),
            ("hole free", &[2]),
            ("straße", &[]),
            ("straßen ÄRGER", &[3]),
            ("arger", &[]),
            ("naïve", &[3]),
            ("КОШКА чёрная", &[4]),
            ("черная", &[]),
            ("ΛΌΓΟΣ", &[5]),
            ("λόγος", &[5]),
            ("14", &[6]),
            ("2026/11", &[6]),
            ("202", &[]),
            // No word is too short or too common.
            ("a", &[2]),
            ("it", &[1, 2]),
            ("to be not or that which who about when", &[7]),
            ("the", &[1, 7]),
            ("s", &[1]),
            ("हिन्दी", &[8]),
            ("हिन", &[]),
            ("テスト 日本語", &[8]),
            ("日本", &[]),
            ("", &[]),
            (" -- * ", &[]),
        ] {
            assert_eq!(found(db, Article::full_text.matches(words)).await?, ids, "{words}");
        }
        assert_eq!(found(db, Article::by_title.matches("cat")).await?, [1]);
        assert_eq!(found(db, Article::by_title.matches("mat")).await?, [0; 0]);
        assert_eq!(found(db, Article::full_text.matches("b".repeat(81))).await?, [0; 0]);
        Ok(())
    }

    /// No character of what is looked for is an operator.
    async fn plain_text(db: &TestDb) -> Outcome {
        articles(db).await?;
        for (words, ids) in [
            ("-cat", &[1, 2][..]),
            ("black -cat", &[1, 2]),
            ("cat* ", &[1, 2]),
            ("ca*", &[]),
            ("\"cat", &[1, 2]),
            ("\"sat cat\"", &[1]),
            ("(cat", &[1, 2]),
            ("cat)", &[1, 2]),
            ("+cat ~mat <it >sat", &[1]),
            ("cat | hole", &[2]),
            ("cat OR hole", &[]),
            ("cat AND mat", &[]),
            ("cat NOT mat", &[]),
            ("cat & !mat", &[1]),
            ("title:cat", &[]),
            ("title : cat", &[]),
            ("cat:*", &[1, 2]),
            ("NEAR(cat mat)", &[]),
            ("cat <-> mat", &[1]),
            ("^cat", &[1, 2]),
            ("cat@5", &[]),
            ("'; DROP TABLE articles; --", &[]),
            ("cat' \\ \"", &[1, 2]),
            ("cat\0mat", &[1]),
            ("cat\u{fdd0}mat", &[1]),
            ("%", &[]),
            ("c_t", &[]),
            ("$1 ?", &[]),
            ("{x}", &[]),
        ] {
            assert_eq!(found(db, Article::full_text.matches(words)).await?, ids, "{words}");
            // Nothing of it breaks the other forms either.
            found(db, Article::full_text.phrase(words)).await?;
            found(db, Article::full_text.begins(words)).await?;
            Article::objects().using(db.handle()).select(Article::full_text.rank(words)).all().await?;
        }
        Ok(())
    }

    /// Words one behind the other, in one column.
    async fn phrases(db: &TestDb) -> Outcome {
        articles(db).await?;
        for (words, ids) in [
            ("black cat", &[1][..]),
            ("cat black", &[]),
            ("THE mat", &[1]),
            ("sat on the mat", &[1]),
            ("sat on mat", &[]),
            // Whatever stands between them.
            ("mat the cat s mat", &[1]),
            ("it cat free", &[2]),
            // From one column to the next.
            ("cat it", &[]),
            ("holes a", &[]),
            ("to be or not to be", &[7]),
            ("be to", &[]),
            ("be that", &[]),
            ("3 14 and", &[6]),
            ("cat", &[1, 2]),
            ("", &[]),
        ] {
            assert_eq!(found(db, Article::full_text.phrase(words)).await?, ids, "{words}");
        }
        Ok(())
    }

    /// The last word may be the beginning of one.
    async fn beginnings(db: &TestDb) -> Outcome {
        articles(db).await?;
        for (words, ids) in [
            ("c", &[1, 2, 3][..]),
            ("ca", &[1, 2, 3]),
            ("caf", &[3]),
            ("black ho", &[2]),
            ("ho black", &[]),
            ("bl ho", &[]),
            ("blac", &[1, 2]),
            ("ST", &[3]),
            ("кош", &[4]),
            ("हिन्", &[8]),
            ("日", &[8]),
            ("20", &[6]),
            ("2026-1", &[6]),
            ("be tha", &[7]),
            ("black cat", &[1, 2]),
            ("", &[]),
        ] {
            assert_eq!(found(db, Article::full_text.begins(words)).await?, ids, "{words}");
        }
        Ok(())
    }

    /// A search is a condition like any other, and can be selected and ordered by.
    async fn wherever_conditions_are(db: &TestDb) -> Outcome {
        articles(db).await?;
        let on = db.handle();
        let cat = || Article::full_text.matches("cat");
        assert_eq!(found(db, !cat()).await?, [3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(found(db, cat() & Article::full_text.matches("sat")).await?, [1]);
        assert_eq!(found(db, cat() | Article::id.eq(5) | Article::by_title.matches("to")).await?, [1, 2, 5, 7]);
        assert_eq!(found(db, !(cat() | Article::id.gt(4))).await?, [3, 4]);
        assert_eq!(found(db, !Article::full_text.matches("")).await?.len(), 9);
        let all = Article::objects().using(on).order_by(Article::id).limit(3);
        let rows = all.clone().select((Article::id, cat(), !Article::by_title.matches("black"))).all().await?;
        assert_eq!(rows, [(1, true, false), (2, true, false), (3, false, true)]);
        let rows = Article::objects().using(on).order_by((cat().asc(), Article::id.desc())).limit(3);
        assert_eq!(rows.select(Article::id).all().await?, [9, 8, 7]);
        assert_eq!(Article::objects().using(on).filter(cat()).count().await?, 2);
        assert!(Article::objects().using(on).filter(cat()).exists().await?);
        assert_eq!(Article::objects().using(on).filter(cat()).aggregate(max(Article::id)).await?, Some(2));
        let grouped = Article::objects().using(on).filter(cat()).group_by(Article::likes).annotate(count_rows());
        assert_eq!(grouped.all().await?, [(0, 2)]);

        let updated = Article::objects().using(on).filter(cat()).update((
            Article::likes.set(Article::likes + 1),
            Article::title.set("A dog"),
        ));
        assert_eq!(updated.await?, 2);
        assert_eq!(found(db, Article::likes.eq(1)).await?, [1, 2]);
        assert_eq!(found(db, Article::by_title.matches("dog")).await?, [1, 2]);
        assert_eq!(found(db, Article::full_text.matches("black")).await?, [2]);
        assert_eq!(Article::objects().using(on).filter(Article::full_text.matches("black")).delete().await?, 1);
        assert_eq!(found(db, cat()).await?, [1]);
        Ok(())
    }

    /// Greater is better, and nothing is what does not have the words; by whose measure is the backend's.
    async fn ranks(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let texts = ["a cat and a dog", "cat cat cat, and a cat", "a cat and a bird, and a fish, and a worm, and a mouse", "dogs", ""];
        let mut new: Vec<_> = texts.iter().map(|text| NewArticle::new(*text)).collect();
        new.extend((0..40).map(|number| NewArticle::new(format!("number {number}"))));
        Article::objects().using(db.handle()).bulk_create(new).await?;
        let all = || Article::objects().using(db.handle());
        let rank = || Article::full_text.rank("Cat");
        let rows = all().order_by((rank().desc(), Article::id)).select((Article::id, rank(), Article::full_text.matches("cat"))).all().await?;
        assert_eq!(rows.len(), 45);
        for (id, rank, found) in &rows {
            assert_eq!(*rank > 0.0, *found, "{id} {rank}");
        }
        let ids: Vec<_> = rows.iter().map(|row| row.0).collect();
        assert_eq!(ids[0], 2, "{rows:?}");
        assert_eq!(ids[3..], [&[4, 5], &(6..46).collect::<Vec<_>>()[..]].concat());
        let best = all().filter(Article::full_text.matches("cat")).order_by((rank().desc(), Article::id)).first().await?;
        assert_eq!(best.map(|article| article.id), Some(2));
        assert_eq!(all().filter(rank().gt(0.0)).count().await?, 3);
        let none = all().order_by(Article::id).limit(2).select(Article::full_text.rank(" - ")).all().await?;
        assert_eq!(none, [0.0, 0.0]);
        Ok(())
    }

    /// Rows that foreign keys lead to, and rows that lead here.
    async fn along_relations(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let ann = Writer::objects().using(on).create(NewWriter::new("writes about cats")).await?;
        let bob = Writer::objects().using(on).create(NewWriter::new("writes of dogs")).await?;
        let new = |title: &str| NewArticle::new(title);
        Article::objects().using(on).bulk_create([
            new("cats").writer(&ann), new("dogs").writer(&ann), new("dogs").writer(&bob), new("cats"),
        ]).await?;
        let writer = Writer::full_text.behind(Article::writer);
        assert_eq!(found(db, writer.matches("cats")).await?, [1, 2]);
        assert_eq!(found(db, !writer.matches("cats")).await?, [3, 4]);
        assert_eq!(found(db, writer.matches("cats") | Article::full_text.matches("cats")).await?, [1, 2, 4]);
        assert_eq!(found(db, writer.matches("writes") & Article::full_text.matches("dogs")).await?, [2, 3]);
        let rows = Article::objects().using(on).order_by(Article::id);
        assert_eq!(rows.clone().select(writer.matches("cats")).all().await?, [true, true, false, false]);
        let ranks = rows.clone().select(writer.rank("cats")).all().await?;
        assert_eq!(ranks.iter().map(|rank| *rank > 0.0).collect::<Vec<_>>(), [true, true, false, false]);
        let rows = rows.select_related(Article::writer).filter(Article::full_text.matches("dogs")).all().await?;
        assert_eq!(rows.iter().map(|(article, writer)| (article.id, writer.as_ref().map(|w| w.id))).collect::<Vec<_>>(), [(2, Some(1)), (3, Some(2))]);

        let writers = |q: Q<Writer>| Writer::objects().using(on).filter(q).order_by(Writer::id).select(Writer::id).all();
        assert_eq!(writers(Writer::articles.any(Article::full_text.matches("cats"))).await?, [1]);
        assert_eq!(writers(Writer::articles.all(Article::full_text.matches("dogs"))).await?, [2]);
        let counted = Writer::articles.filter(Article::full_text.matches("dogs")).count();
        assert_eq!(Writer::objects().using(on).order_by(Writer::id).select(counted).all().await?, [1, 1]);
        let both = Writer::objects().filter(Writer::full_text.matches("dogs")).select(Writer::id);
        assert_eq!(found(db, Article::writer.in_(both)).await?, [3]);
        Ok(())
    }

    /// Words that were written in the same transaction are found, but on InnoDB, which shows them when it is over.
    async fn in_a_transaction(db: &TestDb) -> Outcome {
        articles(db).await?;
        let on = db.handle();
        let inside = atomic(async |_| {
            Article::objects().using(on).create(NewArticle::new("a second cat")).await?;
            Article::objects().using(on).filter(Article::id.eq(1)).delete().await?;
            found(db, Article::full_text.matches("cat")).await
        }).using(on).await?;
        assert_eq!(found(db, Article::full_text.matches("cat")).await?, [2, 10]);
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => assert_eq!(inside, [2, 10]),
            Kind::MySql | Kind::MariaDb => assert_eq!(inside, [2]),
        }
        let undone: orm::Result<()> = atomic(async |_| {
            Article::objects().using(on).create(NewArticle::new("a third cat")).await?;
            Article::objects().using(on).filter(Article::id.eq(10)).update(Article::title.set("no pet")).await?;
            Article::objects().using(on).get(0).await.map(drop)
        }).using(on).await;
        assert!(matches!(undone.unwrap_err().kind(), ErrorKind::NotFound));
        assert_eq!(found(db, Article::full_text.matches("cat")).await?, [2, 10]);
        Ok(())
    }

    /// One text a shape, whatever is looked for, and another one where nothing is.
    async fn texts_are_kept(db: &TestDb) -> Outcome {
        articles(db).await?;
        for words in ["cat", "black cat", "hole"] {
            found(db, Article::full_text.matches(words)).await?;
        }
        let log = StatementLog::start();
        found(db, Article::full_text.matches("mat sat")).await?;
        found(db, Article::full_text.matches("black cat")).await?;
        let sent = log.take();
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].sql, sent[1].sql);
        assert!(!sent[0].sql.contains("mat"), "{}", sent[0].sql);
        Ok(())
    }
}
