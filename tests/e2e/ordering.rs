//! The order that a model gives its queries, and views.

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Rows with an order of their own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "articles", ordering(-rank, title))]
pub struct Article {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(max_length = 20)]
    pub title: String,
    pub rank: Option<i32>,
    pub section: Option<ForeignKey<Section>>,
}

/// What rows refer to, with an order as well.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sections", ordering(-id))]
pub struct Section {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(max_length = 20)]
    pub name: String,
}

/// A view, which somebody else makes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ranked", managed = false, ordering(title))]
pub struct Ranked {
    #[field(primary_key, auto = false, read_only)]
    pub id: i64,
    #[field(max_length = 20, read_only)]
    pub title: String,
    #[field(read_only)]
    pub doubled: i64,
    #[field(read_only)]
    pub section: Option<ForeignKey<Section>>,
}

async fn fill(db: &TestDb) -> Outcome {
    db.handle().create_tables(&[Article::TABLE, Section::TABLE]).await?;
    let sections = Section::objects().using(db.handle());
    sections.clone().bulk_create([NewSection::new("x").id(1), NewSection::new("y").id(2)]).await?;
    let article = |id: i64, title: &str, rank: Option<i32>| {
        NewArticle::new(title).id(id).rank(rank).section(id % 2 + 1)
    };
    let rows = [
        article(1, "c", Some(1)),
        article(2, "b", Some(3)),
        article(3, "a", None),
        article(4, "a", Some(3)),
        article(5, "a", Some(3)),
        article(6, "z", Some(2)),
    ];
    Article::objects().using(db.handle()).bulk_create(rows).await?;
    Ok(())
}

fn ids(rows: &[Article]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}

cases! {
    /// Queries that name no order have that of the model, in whatever shape.
    async fn the_order_of_a_model(db: &TestDb) -> Outcome {
        fill(db).await?;
        let rows = Article::objects().using(db.handle());
        let expected = db.oracle("SELECT title FROM articles ORDER BY rank IS NULL, rank DESC, title").await
            .or(db.oracle("SELECT title FROM articles ORDER BY `rank` IS NULL, `rank` DESC, title").await)?;
        let expected: Vec<String> = expected.concat().into_iter().flatten().collect();
        for _ in 0..2 {
            assert_eq!(rows.clone().select(Article::title).all().await?, expected);
            // By another order, and by none: other texts.
            assert_eq!(ids(&rows.clone().order_by(Article::id).all().await?), [1, 2, 3, 4, 5, 6]);
            let mut any = ids(&rows.clone().unordered().all().await?);
            any.sort_unstable();
            assert_eq!(any, [1, 2, 3, 4, 5, 6]);
        }
        let with = rows.clone().filter(Article::id.ne(4)).select_related(Article::section).all().await?;
        assert_eq!(with.iter().map(|(row, _)| row.id).collect::<Vec<_>>(), [5, 2, 6, 1, 3]);
        let more = rows.clone().filter(Article::id.ne(4)).annotate(Article::rank + 1).limit(2).all().await?;
        assert_eq!(more.iter().map(|(row, rank)| (row.id, *rank)).collect::<Vec<_>>(), [(5, Some(4)), (2, Some(4))]);
        let sections = Section::objects().using(db.handle());
        assert_eq!(sections.clone().select(Section::id).all().await?, [2, 1]);
        assert!(rows.to_sql(Backend::Sqlite)?.contains("ORDER BY"));
        assert!(!sections.unordered().to_sql(Backend::Postgres)?.contains("ORDER BY"));
        Ok(())
    }

    /// `first` and `last` go by it, and by key where it does not tell rows apart.
    async fn first_and_last_of_it(db: &TestDb) -> Outcome {
        fill(db).await?;
        let rows = Article::objects().using(db.handle());
        let id = |row: Option<Article>| row.map(|row| row.id);
        assert_eq!(id(rows.clone().first().await?), Some(4));
        assert_eq!(id(rows.clone().last().await?), Some(3));
        assert_eq!(id(rows.clone().filter(Article::title.eq("a") & Article::rank.eq(3)).last().await?), Some(5));
        assert_eq!(id(rows.clone().unordered().first().await?), Some(1));
        assert_eq!(id(rows.clone().unordered().last().await?), Some(6));
        assert_eq!(id(rows.clone().order_by(Article::title.desc()).first().await?), Some(6));
        assert_eq!(rows.clone().select(Article::title).distinct().first().await?.as_deref(), Some("a"));
        Ok(())
    }

    /// What has no order is not touched by it; what is limited is.
    async fn where_it_does_not_matter(db: &TestDb) -> Outcome {
        fill(db).await?;
        let rows = Article::objects().using(db.handle());
        assert_eq!((rows.clone().count().await?, rows.clone().exists().await?), (6, true));
        assert_eq!(rows.clone().aggregate(max(Article::rank)).await?, Some(3));
        let mut groups = rows.clone().group_by(Article::title).annotate(count(Article::id)).all().await?;
        groups.sort();
        assert_eq!(groups.len(), 4);
        let mut titles = rows.clone().select(Article::title).distinct().all().await?;
        titles.sort();
        assert_eq!(titles, ["a", "b", "c", "z"]);
        let both = rows.clone().select((Article::title, Article::rank)).distinct().all().await?;
        assert_eq!(both[0], ("a".to_owned(), Some(3)));
        // The rows of a limited list are those that come first.
        let top = Article::objects().limit(2).select(Article::id);
        let mut found = ids(&rows.clone().filter(Article::id.in_(top)).all().await?);
        found.sort_unstable();
        assert_eq!(found, [4, 5]);
        assert_eq!(rows.clone().filter(Article::rank.eq(3)).update(Article::title.set("n")).await?, 3);
        assert_eq!(rows.delete_all().await?, 6);
        Ok(())
    }

    /// A model of a view: never made, never removed, asked like any other.
    async fn models_of_views(db: &TestDb) -> Outcome {
        fill(db).await?;
        let quote = if matches!(db.kind(), Kind::MySql | Kind::MariaDb) { "`rank`" } else { "\"rank\"" };
        let view = format!(
            "CREATE VIEW ranked AS SELECT id, title, {quote} * 2 AS doubled, section_id FROM articles WHERE {quote} IS NOT NULL"
        );
        let view = match db.kind() {
            Kind::Postgres => view.replace("* 2", "* 2::bigint"),
            _ => view,
        };
        // Nothing is made, nor is anything in the way.
        db.handle().create_tables(&[Ranked::TABLE]).await?;
        db.oracle(&view).await?;
        let tables = [Ranked::TABLE, Article::TABLE, Section::TABLE];
        db.handle().create_tables(&tables).await?;
        let rows = Ranked::objects().using(db.handle());
        assert_eq!(rows.clone().select(Ranked::doubled).all().await?.len(), 5);
        assert_eq!(rows.clone().get(6).await?.doubled, 4);
        let with = rows.clone().filter(Ranked::section.to(Section::name).eq("x") & Ranked::doubled.gt(4))
            .select_related(Ranked::section).all().await?;
        assert_eq!(with.iter().map(|(row, section)| (row.id, section.as_ref().map(|s| s.id))).collect::<Vec<_>>(),
            [(4, Some(1)), (2, Some(1))]);
        assert_eq!(rows.clone().first().await?.map(|row| row.title), Some("a".to_owned()));
        db.handle().drop_tables(&[Ranked::TABLE]).await?;
        assert_eq!(rows.count().await?, 5);
        Ok(())
    }
}
