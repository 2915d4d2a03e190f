//! Indexes over some rows, over expressions, of other methods: made as declared, or refused before any SQL.

use orm::prelude::*;
use orm::{ErrorKind, lower};
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Partial ones.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "partial_members",
    index(name, -joined, where = Self::left.is_null()),
    index(name, -joined, where = Self::active),
    index(joined, unique, where = Self::name.starts_with("o'\\ \u{e9}") & Self::active),
    unique_together(team, name, where = Self::left.is_null() & Self::active, name = "one_active_name")
)]
pub(crate) struct Partial {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 40)]
    pub name: String,
    pub team: i32,
    #[field(default = true)]
    pub active: bool,
    pub joined: NaiveDate,
    pub left: Option<NaiveDate>,
}

/// On expressions.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "functional_items",
    index(expr(Self::price * Self::count)),
    index(shop, -expr(Self::price / 2), name = "shop_half_price"),
    index(expr(Self::price.gt(100)), shop),
    index(expr(Self::count), name = "as_a_field"),
    unique_together(shop, expr(Self::weight + 1.5))
)]
pub(crate) struct Functional {
    #[field(primary_key)]
    pub id: i64,
    pub shop: i32,
    pub price: i32,
    pub count: Option<i32>,
    pub weight: Option<f64>,
}

/// On letters, whatever their case.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "functional_names", index(expr(lower(Self::email)), unique))]
pub(crate) struct Lowered {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 80)]
    pub email: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "functional_texts", index(expr(lower(Self::text))))]
pub(crate) struct LoweredText {
    #[field(primary_key)]
    pub id: i64,
    pub text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "method_things",
    index(name, method = "hash"),
    index(tags, method = "gin"),
    index(made, method = "brin", where = Self::name.ne("")),
    index(kind, method = "btree"),
    index(kind, -made, include(name, tags)),
    unique_together(name, kind, include(made))
)]
pub(crate) struct Methods {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20)]
    pub name: String,
    pub tags: serde_json::Value,
    pub kind: i32,
    pub made: NaiveDateTime,
}

/// Models of one index each, for the backends that lack it.
macro_rules! one_index {
    ($($model:ident $table:literal $index:meta)*) => {$(
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = $table, $index)]
        struct $model {
            #[field(primary_key)]
            id: i64,
            a: i32,
            b: i32,
        }
    )*};
}
one_index! {
    Classed "only_classed" index(a, opclass = "int4_ops")
    Hash "only_hash" index(a, method = "hash")
    Gin "only_gin" index(a, method = "gin")
    Gist "only_gist" index(a, method = "gist")
    SpGist "only_spgist" index(a, method = "spgist")
    Brin "only_brin" index(a, method = "brin")
    Tree "only_tree" index(a, method = "btree")
    Including "only_including" index(a, include(b))
    Picked "only_some" index(a, where = Picked::b.gt(0))
    SomeUnique "only_some_unique" unique_together(a, b, where = SomeUnique::b.gt(0))
    Computed "only_computed" index(expr(Computed::a + 1))
    ComputedUnique "only_computed_unique" index(expr(ComputedUnique::a + 1), unique)
    Counted "only_counted" index(expr(Counted::id + 1))
    Descending "only_descending" index(-a, b)
}

/// Name and definition of the indexes of a table, as the server writes them.
pub(crate) async fn definitions(
    db: &TestDb,
    table: &str,
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => format!(
            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL ORDER BY name"
        ),
        Kind::Postgres => format!(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = '{table}' ORDER BY indexname"
        ),
        Kind::MySql => format!(
            "SELECT CONCAT_WS(' ', index_name, non_unique, seq_in_index, column_name, collation, expression) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY index_name, seq_in_index"
        ),
        Kind::MariaDb => format!(
            "SELECT CONCAT_WS(' ', index_name, non_unique, seq_in_index, column_name, collation) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY index_name, seq_in_index"
        ),
    };
    Ok(db.oracle(&sql).await?.concat().into_iter().flatten().collect())
}

pub(crate) fn one<'a>(definitions: &'a [String], name: &str) -> &'a str {
    let found: Vec<_> = definitions.iter().filter(|text| text.contains(name)).collect();
    assert_eq!(found.len(), 1, "{name} in {definitions:#?}");
    found[0]
}

pub(crate) fn names(table: &'static orm::model::Table) -> Vec<String> {
    table.indexes.iter().map(|index| index.name_in(table)).collect()
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, day).expect("a day")
}

cases! {
    /// Rows outside of a partial unique key may repeat; backends without such keys refuse it, nothing is widened.
    async fn partial_keys(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[Partial::TABLE]).await;
        if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
            let error = made.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { feature: "partial indexes", .. }), "{error:?}");
            assert_eq!(error.model(), Some("Partial"));
            return Ok(());
        }
        made?;
        db.handle().create_tables(&[Partial::TABLE]).await?;
        let on = Partial::objects().using(db.handle());
        let ann = || NewPartial::new("ann", 1, day(1));
        on.clone().create(ann()).await?;
        let error = on.clone().create(ann()).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(error.model(), Some("Partial"));
        on.clone().create(ann().left(day(2))).await?;
        on.clone().create(ann().left(day(2))).await?;
        on.clone().create(ann().active(false)).await?;
        on.clone().create(NewPartial::new("ann", 2, day(1))).await?;
        on.clone().create(NewPartial::new("o'\\ \u{e9}!", 1, day(1))).await?;
        assert!(on.clone().create(NewPartial::new("o'\\ \u{e9}?", 1, day(1))).await.unwrap_err().is_unique_violation());
        on.clone().create(NewPartial::new("o' \u{e9}", 1, day(1))).await?;
        let found = definitions(db, "partial_members").await?;
        let [by_left, by_active, .., together] = &names(Partial::TABLE)[..] else { return Err("four indexes".into()) };
        assert_eq!((together.as_str(), by_left == by_active), ("one_active_name", false));
        let unique = one(&found, together);
        assert!(unique.contains("CREATE UNIQUE INDEX") && unique.contains("WHERE") && unique.contains("IS NULL"), "{unique}");
        let plain = one(&found, by_left);
        assert!(plain.contains("CREATE INDEX") && plain.contains("DESC") && plain.contains("WHERE"), "{plain}");
        one(&found, by_active);
        Ok(())
    }

    /// Indexes on expressions, which queries use.
    async fn keys_on_expressions(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[Functional::TABLE]).await;
        if db.kind() == Kind::MariaDb {
            let error = made.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { feature: "indexes on expressions", .. }), "{error:?}");
            assert_eq!(error.model(), Some("Functional"));
            return Ok(());
        }
        made?;
        db.handle().create_tables(&[Functional::TABLE]).await?;
        let on = Functional::objects().using(db.handle());
        on.clone().create(NewFunctional::new(1, 50).weight(2.0)).await?;
        on.clone().create(NewFunctional::new(2, 50).weight(2.0)).await?;
        for _ in 0..2 {
            on.clone().create(NewFunctional::new(1, 50)).await?;
        }
        let error = on.clone().create(NewFunctional::new(1, 7).weight(2.0)).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(error.model(), Some("Functional"));
        let found = definitions(db, "functional_items").await?;
        for name in names(Functional::TABLE) {
            assert!(found.iter().any(|text| text.contains(&name)), "{name} in {found:#?}");
        }
        let rows = (0..2_000).map(|n| NewFunctional::new(n + 10, n).count(3));
        on.clone().bulk_create(rows).await?;
        assert_eq!(on.clone().filter((Functional::price * Functional::count).eq(1_500)).count().await?, 1);
        assert_eq!(on.clone().filter(Functional::shop.eq(30) & (Functional::price / 2).eq(10)).count().await?, 1);
        if matches!(db.kind(), Kind::Sqlite | Kind::Postgres) {
            // The text of the query is that of the index.
            if db.kind() == Kind::Postgres {
                db.oracle("ANALYZE functional_items").await?;
            }
            let (backend, explain) = if db.kind() == Kind::Sqlite { (Backend::Sqlite, "EXPLAIN QUERY PLAN") } else { (Backend::Postgres, "EXPLAIN") };
            let sql = on.filter((Functional::price * Functional::count).eq(1_500)).all().to_sql(backend)?;
            let sql = sql.replace("$1", "CAST(1500 AS BIGINT)").replace('?', "1500");
            let plan: Vec<_> = db.oracle(&format!("{explain} {sql}")).await?.concat().into_iter().flatten().collect();
            assert!(plan.concat().contains(&names(Functional::TABLE)[0]), "{plan:?}");
        }
        Ok(())
    }

    /// `lower` is a function of this program on SQLite, so that no schema can hold it there.
    async fn keys_whatever_the_case(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[Lowered::TABLE]).await;
        match db.kind() {
            Kind::Sqlite | Kind::MariaDb => {
                let error = made.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
                assert_eq!(error.model(), Some("Lowered"));
            }
            Kind::Postgres | Kind::MySql => {
                made?;
                let on = Lowered::objects().using(db.handle());
                on.clone().create(NewLowered::new("\u{c4}nn@x")).await?;
                on.clone().create(NewLowered::new("ann@x")).await?;
                assert!(on.create(NewLowered::new("\u{e4}NN@X")).await.unwrap_err().is_unique_violation());
            }
        }
        let error = db.handle().create_tables(&[LoweredText::TABLE]).await;
        match db.kind() {
            Kind::Postgres => error?,
            Kind::MySql => assert!(matches!(error.unwrap_err().kind(), ErrorKind::Schema { .. })),
            _ => assert!(matches!(error.unwrap_err().kind(), ErrorKind::Unsupported { .. })),
        }
        Ok(())
    }

    /// Methods and columns beside the key, where there are any.
    async fn methods(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[Methods::TABLE]).await;
        if db.kind() != Kind::Postgres {
            assert!(matches!(made.unwrap_err().kind(), ErrorKind::Unsupported { .. }));
            return Ok(());
        }
        made?;
        db.handle().create_tables(&[Methods::TABLE]).await?;
        let found = definitions(db, "method_things").await?;
        for (at, wanted) in [(0, "USING hash (name)"), (1, "USING gin (tags)"), (2, "USING brin (made) WHERE"), (3, "USING btree (kind)"), (4, "(kind, made DESC) INCLUDE (name, tags)"), (5, "UNIQUE INDEX")] {
            let name = &names(Methods::TABLE)[at];
            let text = one(&found, &format!("INDEX {name} ON"));
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
        Ok(())
    }

    /// What a backend lacks, or would read and forget, is refused by name before any SQL; the rest is made.
    async fn what_each_backend_lacks(db: &TestDb) -> Outcome {
        let postgres = |feature: &'static str| [Some(feature), None, Some(feature), Some(feature)];
        let partial = [None, None, Some("partial indexes"), Some("partial indexes")];
        let computed = [None, None, None, Some("indexes on expressions")];
        let cases = [
            (Hash::TABLE, postgres("hash indexes")),
            (Brin::TABLE, postgres("BRIN indexes")),
            (Tree::TABLE, [None; 4]),
            (Classed::TABLE, postgres("operator classes of indexes")),
            (Including::TABLE, postgres("indexes that include other columns")),
            (Picked::TABLE, partial),
            (SomeUnique::TABLE, partial),
            (Computed::TABLE, computed),
            (ComputedUnique::TABLE, computed),
            (Counted::TABLE, [None, None, Some("indexes on expressions over keys that count up"), Some("indexes on expressions")]),
            (Descending::TABLE, [None; 4]),
        ];
        let at = match db.kind() {
            Kind::Sqlite => 0,
            Kind::Postgres => 1,
            Kind::MySql => 2,
            Kind::MariaDb => 3,
        };
        for (table, lacks) in cases {
            match (db.handle().create_tables(&[table]).await, lacks[at]) {
                (Err(error), Some(wanted)) => {
                    assert!(matches!(error.kind(), ErrorKind::Unsupported { feature, .. } if *feature == wanted), "{error:?}");
                    assert_eq!((error.model(), error.database()), (Some(table.model), Some(db.handle().name())));
                    assert!(db.oracle(&format!("SELECT * FROM {}", table.name)).await.is_err(), "nothing is made");
                }
                (Ok(()), None) => assert!(!definitions(db, table.name).await?.is_empty(), "{}", table.name),
                (outcome, lacks) => return Err(format!("{}: {outcome:?}, not {lacks:?}", table.model).into()),
            }
        }
        // The order of a part is that of the catalog.
        let descending = definitions(db, "only_descending").await?.join("\n");
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => assert!(descending.contains("DESC"), "{descending}"),
            Kind::MySql | Kind::MariaDb => assert!(descending.contains("1 a D") && descending.contains("2 b A"), "{descending}"),
        }
        Ok(())
    }
}

cases! {
    #![needs(Client)]
    /// The stock client reads and checks a file with all of it, and writes to it under its rules.
    async fn the_stock_client_knows_the_schema(db: &TestDb) -> Outcome {
        let tables: &[&orm::model::Table] = match db.kind() {
            Kind::Sqlite => &[Partial::TABLE, Functional::TABLE, crate::checks::RuledPost::TABLE, crate::generated::ComputedLine::TABLE, crate::generated::VirtualLine::TABLE],
            Kind::Postgres => &[Partial::TABLE, Functional::TABLE, Lowered::TABLE, crate::checks::RuledPost::TABLE, crate::generated::ComputedLine::TABLE],
            Kind::MySql => &[Functional::TABLE, Lowered::TABLE, crate::checks::RuledPost::TABLE, crate::generated::ComputedLine::TABLE, crate::generated::VirtualLine::TABLE],
            Kind::MariaDb => &[crate::checks::RuledPost::TABLE, crate::generated::ComputedLine::TABLE, crate::generated::VirtualLine::TABLE],
        };
        db.handle().create_tables(tables).await?;
        let insert = |likes: i32| format!("INSERT INTO ruled_posts (title, state, mood, likes, dislikes, age, \"odd `\"\"name\") VALUES ('t', 'draft', 0, {likes}, 0, 1, 100)");
        db.client(&insert(5))?;
        assert!(db.client(&insert(13)).is_err());
        assert_eq!(db.client("SELECT likes FROM ruled_posts")?.trim(), "5");
        if db.kind() == Kind::Sqlite {
            assert_eq!(db.client("PRAGMA integrity_check")?.trim(), "ok");
            assert!(!db.client(".dump")?.contains("orm_"));
        }
        Ok(())
    }
}
