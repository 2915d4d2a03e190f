//! Names and aliases: one table many times in a statement, long names, names that mean something else.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, TestDb, cases};

/// Names as long as PostgreSQL takes them, and words of SQL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "table_with_a_name_of_sixty_three_bytes_which_is_the_longest_one",
    index(select, -long),
    unique_together(select, long)
)]
pub struct Long {
    /// The key.
    #[field(primary_key, insertable, column = "where")]
    pub id: i64,
    /// A word of SQL.
    #[field(max_length = 30, unique)]
    pub select: String,
    /// A long name.
    #[field(column = "column_with_a_name_of_sixty_three_bytes_which_is_the_longest_on", index)]
    pub long: i32,
    /// Another one, that differs in its last byte.
    #[field(column = "column_with_a_name_of_sixty_three_bytes_which_is_the_longest_om", index)]
    pub longer: Option<i32>,
    /// A long name of a key.
    #[field(column = "order_with_a_name_of_sixty_three_bytes_which_is_the_longest_one", related_name = followers)]
    pub order: Option<ForeignKey<Long>>,
    /// What our own aliases look like.
    pub t0: i32,
    /// Placeholders.
    #[field(column = "a?b$1%s`c\"d\\e{x}")]
    pub odd: String,
}

const TABLES: [&Table; 1] = [Long::TABLE];

/// a, with b and c in it; d in b, e in d.
async fn tree(db: &TestDb) -> orm::Result<Vec<Category>> {
    db.handle().create_tables(&blog::TABLES).await?;
    let mut rows: Vec<Category> = Vec::new();
    for (name, parent) in [("a", None), ("b", Some(0)), ("c", Some(0)), ("d", Some(1)), ("e", Some(3))] {
        let parent = parent.and_then(|at: usize| rows.get(at)).map(ForeignKey::from);
        rows.push(
            Category::objects().using(db.handle()).create(NewCategory::new(name).parent(parent)).await?,
        );
    }
    Ok(rows)
}

cases! {
    /// A table joined with itself, in the filter, the order and the output.
    async fn one_table_many_times(db: &TestDb) -> Outcome {
        let rows = tree(db).await?;
        let all = || Category::objects().using(db.handle());
        let parent = Category::parent;
        let two_up = parent.to(Category::parent);
        let found = all()
            .filter(two_up.to(Category::name).eq("a") | parent.to(Category::name).eq("d"))
            .order_by((two_up.to(Category::name).desc(), Category::name))
            .select_related(parent)
            .select_related(two_up)
            .all()
            .await?;
        let names: Vec<_> = found.iter().map(|(row, up, two)| (row.name.as_str(), up.as_ref().map(|up| up.name.as_str()), two.as_ref().map(|up| up.name.as_str()))).collect();
        assert_eq!(names, [("e", Some("d"), Some("b")), ("d", Some("b"), Some("a"))]);
        let names = |q: Q<Category>| all().filter(q).order_by(Category::name).select(Category::name).all();
        assert_eq!(names(Category::children.any(Category::children.any(Category::name.eq("d")))).await?, ["a"]);
        assert_eq!(names(Category::children.all(Category::children.exists()) & Category::children.exists()).await?, ["b"]);
        assert_eq!(names(Category::children.any(Category::parent.to(Category::name).eq("a") & Category::children.any(Category::parent.to(Category::name).eq("b")))).await?, ["a"]);
        assert_eq!(names(Category::children.count().eq(2) | Category::id.in_(all().filter(Category::children.count().eq(0)).select(Category::id))).await?, ["a", "c", "e"]);
        let depth = all().order_by(Category::name).select((Category::children.count(), Category::children.aggregate(max(Category::id)), two_up.to(Category::parent).to(Category::name))).all().await?;
        assert_eq!(depth[4], (0, None, Some("a".to_owned())));
        assert_eq!(depth[0], (2, Some(rows[2].id), None));
        Ok(())
    }

    /// Updates and deletes that ask the table they write to.
    async fn writes_that_ask_their_own_table(db: &TestDb) -> Outcome {
        let rows = tree(db).await?;
        let all = || Category::objects().using(db.handle());
        let renamed = || all().filter(Category::name.eq("x")).order_by(Category::id).select(Category::id).all();
        let x = || Category::name.set("x");
        assert_eq!(all().filter(Category::children.any(Category::name.eq("d"))).update(x()).await?, 1);
        assert_eq!(renamed().await?, [rows[1].id]);
        assert_eq!(all().filter(Category::parent.to(Category::parent).to(Category::name).eq("x")).update(x()).await?, 1);
        assert_eq!(all().order_by(Category::id.desc()).limit(1).offset(1).update_all(x()).await?, 1);
        assert_eq!(renamed().await?, [rows[1].id, rows[3].id, rows[4].id]);
        assert_eq!(all().filter(Category::id.in_(all().filter(Category::children.exists()).select(Category::id))).update(x()).await?, 3);
        assert_eq!(all().filter(Category::id.not_in(all().filter(Category::name.eq("x")).select(Category::parent))).filter(Category::parent.to(Category::name).eq("x")).order_by(Category::id.desc()).limit(1).delete().await?, 1);
        assert!(all().get(rows[4].id).await.unwrap_err().is_not_found());
        assert_eq!(all().filter(Category::children.none(Category::name.eq("x")) & Category::parent.ne(None)).delete().await?, 2);
        assert_eq!(all().count().await?, 2);
        Ok(())
    }

    /// Long names, words of SQL and placeholders as names; tables made twice.
    async fn long_and_odd_names(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        db.handle().create_tables(&TABLES).await?;
        let all = || Long::objects().using(db.handle());
        let first = all().create(NewLong::new("a", 1, 7, "o?dd $1")).await?;
        all().bulk_create((2..200).map(|n| NewLong::new(format!("b{n}"), n, n, "x").longer(n).order(&first).id(1_000 + i64::from(n)))).await?;
        assert_eq!(all().filter(Long::odd.contains("?dd $") & Long::odd.starts_with("o?") & Long::odd.ends_with("$1")).count().await?, 1);
        assert_eq!(all().filter(Long::order.to(Long::odd).starts_with("o") & Long::long.in_([2, 3]) & Long::t0.ne(3)).count().await?, 1);
        assert_eq!(all().filter(Long::followers.any(Long::longer.gt(Long::t0 - 1))).update((Long::longer.set(Long::t0 + Long::long), Long::odd.set("new"))).await?, 1);
        assert_eq!(all().get(first.id).await?.longer, Some(8));
        let sums = all().group_by(Long::order).annotate((sum(Long::longer), avg(Long::t0))).order_by(key(Long::order).asc()).all().await?;
        assert_eq!(sums.len(), 2);
        assert!(all().create(NewLong::new("a", 1, 1, "x")).await.unwrap_err().is_unique_violation());
        assert!(all().create(NewLong::new("z", 1, 1, "x").order(77)).await.unwrap_err().is_foreign_key_violation());
        assert!(all().create(NewLong::new("z", 1, 1, "x")).await?.id >= 1_200);
        assert_eq!(all().filter(Long::order.eq(&first)).delete().await?, 198);
        Ok(())
    }
}
