//! The indexes themselves: that they are used, kept up to date whoever writes, made for rows that are there, and removed.

use orm::ErrorKind;
use orm::model::IndexMethod;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases, catalog};

use super::{Article, NewArticle, NewWriter, TABLES, Writer, articles, found};

/// A key that is no number.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ft_leaves", full_text(text), new(Debug, Clone))]
pub struct Leaf {
    #[field(primary_key, max_length = 20)]
    pub name: String,
    pub text: String,
}

/// A column whose name FTS5 has for itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ft_ranked", full_text(rank), new(Debug, Clone))]
pub struct Ranked {
    #[field(primary_key)]
    pub id: i64,
    pub rank: String,
}

/// What keeps to what it is over, by the database's own word.
async fn is_sound(db: &TestDb) -> Outcome {
    if db.kind() == Kind::Sqlite {
        for index in ["ft_articles_title_body_ft", "ft_titles"] {
            // An error if it is not.
            db.oracle(&format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")).await?;
        }
        assert_eq!(db.oracle("PRAGMA integrity_check").await?, [[Some("ok".to_owned())]]);
    }
    Ok(())
}

cases! {
    /// What the ORM writes, what others write, and what the database does by itself.
    async fn kept_up_to_date(db: &TestDb) -> Outcome {
        articles(db).await?;
        let on = db.handle();
        let cat = || Article::full_text.matches("cat");
        is_sound(db).await?;
        db.oracle("INSERT INTO ft_articles (title, body, likes) VALUES ('a cat of others', NULL, 0)").await?;
        assert_eq!(found(db, cat()).await?, [1, 2, 10]);
        db.oracle("UPDATE ft_articles SET title = 'a dog of others' WHERE id = 10").await?;
        db.oracle("UPDATE ft_articles SET likes = 5 WHERE id = 2").await?;
        assert_eq!(found(db, cat()).await?, [1, 2]);
        db.oracle("DELETE FROM ft_articles WHERE id = 1").await?;
        assert_eq!(found(db, cat()).await?, [2]);
        is_sound(db).await?;

        Article::objects().using(on).upsert(NewArticle::new("a cat").id(10)).on_conflict(Article::id).update(Article::title.set(Article::title.excluded())).await?;
        assert_eq!(found(db, cat()).await?, [2, 10]);
        let mut row = Article::objects().using(on).tracked().get(10).await?;
        row.body = Some("and a mouse".to_owned());
        row.save().await?;
        assert_eq!(found(db, Article::full_text.matches("cat mouse")).await?, [10]);
        // A key that changes takes its words along.
        db.oracle("UPDATE ft_articles SET id = 77 WHERE id = 10").await?;
        assert_eq!(found(db, Article::full_text.matches("cat mouse")).await?, [77]);
        Article::objects().using(on).filter(Article::id.eq(77)).update(Article::body.set(None::<String>)).await?;
        assert_eq!(found(db, Article::full_text.matches("mouse")).await?, [0; 0]);

        let ann = Writer::objects().using(on).create(NewWriter::new("ann")).await?;
        Article::objects().using(on).create(NewArticle::new("cascades").writer(&ann)).await?;
        assert_eq!(found(db, Article::full_text.matches("cascades")).await?.len(), 1);
        Writer::objects().using(on).filter(Writer::id.eq(ann.id)).delete().await?;
        assert_eq!(found(db, Article::full_text.matches("cascades")).await?, [0; 0]);
        is_sound(db).await?;
        Article::objects().using(on).delete_all().await?;
        assert_eq!(found(db, cat()).await?, [0; 0]);
        is_sound(db).await
    }

    /// Of many rows, an index finds the one: the database says so itself.
    async fn are_used(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let new = (0..3000).map(|number| NewArticle::new(format!("number {number}")).body(Some("some words".to_owned())));
        Article::objects().using(db.handle()).bulk_create(new).await?;
        let query = Article::objects().filter(Article::full_text.matches("number 77")).select(Article::id);
        assert_eq!(query.clone().using(db.handle()).all().await?, [78]);
        let innodb = ["'+wordnumber +word77'", "' wordnumber '", "' word77 '"];
        let (backend, literals, explain) = match db.kind() {
            Kind::Sqlite => (Backend::Sqlite, &["'\"number\" \"77\"'"][..], "EXPLAIN QUERY PLAN"),
            Kind::Postgres => (Backend::Postgres, &["'''wnumber'' & ''w77'''"][..], "EXPLAIN"),
            Kind::MariaDb => (Backend::MariaDb, &innodb[..], "EXPLAIN"),
            Kind::MySql => (Backend::MySql, &innodb[..], "EXPLAIN FORMAT = TRADITIONAL"),
        };
        let place = if backend == Backend::Postgres { "$1" } else { "?" };
        let sql = literals.iter().fold(query.to_sql(backend)?, |sql, literal| sql.replacen(place, literal, 1));
        let mut oracle = db.connect_oracle().await?;
        if db.kind() == Kind::Postgres {
            oracle.ask("ANALYZE ft_articles").await?;
        }
        let plan: String = oracle.ask(&format!("{explain} {sql}")).await?.into_iter().flatten().flatten().collect::<Vec<_>>().join(" ");
        let sign = match db.kind() {
            Kind::Sqlite => "VIRTUAL TABLE INDEX",
            Kind::Postgres => "Bitmap Index Scan on ft_articles_title_body_ft",
            Kind::MariaDb | Kind::MySql => "fulltext",
        };
        assert!(plan.contains(sign), "{plan}");
        Ok(())
    }

    /// Made again they change nothing; rows that are there already get into them; and they go with their table.
    async fn come_and_go(db: &TestDb) -> Outcome {
        let on = db.handle();
        if matches!(db.kind(), Kind::Sqlite | Kind::Postgres) {
            // Before anybody looked for their words; elsewhere what is there stays as it is, with its indexes.
            let (backend, version) = match db.kind() {
                Kind::Sqlite => (Backend::Sqlite, (3, 40, 0)),
                _ => (Backend::Postgres, (15, 0, 0)),
            };
            let mut tables = orm::schema::of_models(&TABLES, &[backend])?;
            tables.iter_mut().for_each(|table| table.indexes.retain(|index| index.method != IndexMethod::FullText));
            let mut oracle = db.connect_oracle().await?;
            for statement in orm::schema::create(&tables, backend, version)? {
                oracle.ask(&statement).await?;
            }
            assert!(db.oracle("SELECT * FROM ft_titles").await.is_err());
        } else {
            on.create_tables(&TABLES).await?;
        }
        Article::objects().using(on).bulk_create([NewArticle::new("a cat"), NewArticle::new("a dog")]).await?;
        on.create_tables(&TABLES).await?;
        assert_eq!(found(db, Article::full_text.matches("cat")).await?, [1]);
        on.create_tables(&TABLES).await?;
        assert_eq!(found(db, Article::by_title.matches("dog")).await?, [2]);
        is_sound(db).await?;
        on.drop_tables(&TABLES).await?;
        assert!(catalog::tables(db).await?.is_empty());
        if db.kind() == Kind::Sqlite {
            assert_eq!(db.oracle("SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'").await?, [[Some("0".to_owned())]]);
        }
        on.create_tables(&TABLES).await?;
        assert_eq!(found(db, Article::full_text.matches("cat")).await?, [0; 0]);
        Ok(())
    }

    /// More words than PostgreSQL knows the places of; of different ones it keeps no more than a megabyte.
    async fn long_texts(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let mut text: String = (0..20_000).map(|number| format!("w{} ", number % 500)).collect();
        text.push_str("and a needle");
        Article::objects().using(on).create(NewArticle::new("long").body(text)).await?;
        assert_eq!(found(db, Article::full_text.matches("needle w499 long")).await?, [1]);
        assert_eq!(found(db, Article::full_text.phrase("w498 w499 w0")).await?, [1]);
        assert_eq!(found(db, Article::full_text.phrase("w499 and a needle")).await?, [1]);
        assert_eq!(found(db, Article::full_text.phrase("needle and")).await?, [0; 0]);
        assert_eq!(found(db, Article::full_text.matches("needles")).await?, [0; 0]);
        if db.kind() == Kind::Postgres {
            let different: String = (0..200_000).map(|number| format!("different{number} ")).collect();
            let error = Article::objects().using(on).create(NewArticle::new("many").body(different)).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Database { code, .. } if code.as_deref() == Some("54000")), "{error:?}");
        }
        Ok(())
    }

    /// Rows that are left, and the numbers that FTS5 knows them by, survive that SQLite makes its file small again.
    async fn after_a_vacuum(db: &TestDb) -> Outcome {
        articles(db).await?;
        Article::objects().using(db.handle()).filter(Article::id.in_([1, 3])).delete().await?;
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => drop(db.oracle("VACUUM").await?),
            Kind::MySql | Kind::MariaDb => drop(db.oracle("OPTIMIZE TABLE ft_articles").await?),
        }
        assert_eq!(found(db, Article::full_text.matches("cat")).await?, [2]);
        assert_eq!(found(db, Article::full_text.matches("question")).await?, [7]);
        is_sound(db).await
    }

    /// What SQLite lacks is refused before anything is sent.
    async fn refused(db: &TestDb) -> Outcome {
        let on = db.handle();
        if db.kind() != Kind::Sqlite {
            on.create_tables(&[Leaf::TABLE, Ranked::TABLE]).await?;
            Leaf::objects().using(on).create(NewLeaf::new("oak", "a leaf")).await?;
            Ranked::objects().using(on).create(NewRanked::new("a leaf")).await?;
            assert_eq!(Leaf::objects().using(on).filter(Leaf::full_text.matches("leaf")).count().await?, 1);
            assert_eq!(Ranked::objects().using(on).filter(Ranked::full_text.matches("leaf")).count().await?, 1);
            return Ok(());
        }
        let unsupported = |error: orm::Error| {
            assert!(matches!(error.kind(), ErrorKind::Unsupported { feature, .. } if feature.contains("one integer")), "{error}");
            assert_eq!(error.model(), Some("Leaf"));
        };
        unsupported(on.create_tables(&[Leaf::TABLE]).await.unwrap_err());
        unsupported(Leaf::objects().using(on).filter(Leaf::full_text.matches("leaf")).count().await.unwrap_err());
        let error = on.create_tables(&[Ranked::TABLE]).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error}");
        assert_eq!((error.model(), error.field()), (Some("Ranked"), Some("rank")));
        Ok(())
    }
}
