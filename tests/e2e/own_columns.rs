//! What a model says of a column or table itself: comments, types, collations, names from before.

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// A shelf of 'things',
/// with a \ in it.
///
/// This paragraph is not part of the comment.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves", renamed_from = "Rack")]
pub struct Shelf {
    #[field(primary_key)]
    pub id: i64,
    /// The name; it's "quoted".
    #[field(max_length = 40, unique)]
    pub name: String,
    /// Not this one.
    #[field(comment = "in metres; 😀")]
    pub width: f64,
    /// Nothing is said of it.
    #[field(comment = "", renamed_from = "colour")]
    pub color: Option<i32>,
    /// The shelf above.
    #[field(on_delete = set_null)]
    pub above: Option<ForeignKey<Shelf>>,
}

/// Long comments.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "prefix_talk",
    table_prefix = "a'b_",
    comment = "\
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 ä12345678 \
    end"
)]
pub struct Talk {
    #[field(primary_key, comment = "the key")]
    pub id: i64,
}

/// In a schema of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart", schema = "orm_attributes_of_a_schema")]
pub struct Apart {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    #[field(db_default = now)]
    pub at: DateTime<Utc>,
}

/// Types of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "typed")]
pub struct Typed {
    #[field(
        primary_key,
        max_length = 30,
        db_type(postgres = "VARCHAR(30)", mysql = "VARCHAR(33)", mariadb = "VARCHAR(31)", sqlite = "ANY")
    )]
    pub id: String,
    #[field(db_type(postgres = "inet", mysql = "TINYTEXT", mariadb = "TINYTEXT"))]
    pub text: String,
    #[field(db_type(postgres = "NUMERIC(10, 0)", sqlite = "INT"))]
    pub number: i64,
    pub refers: Option<ForeignKey<Typed>>,
}

/// A type that does not hold what is bound.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mistyped")]
pub struct Mistyped {
    #[field(primary_key)]
    pub id: i64,
    #[field(db_type(sqlite = "BLOB"))]
    pub text: String,
}

/// Text that compares by its own rules.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sorted")]
pub struct Sorted {
    #[field(
        primary_key,
        max_length = 20,
        collation(
            sqlite = "NOCASE",
            postgres = "und-x-icu",
            mysql = "utf8mb4_0900_ai_ci",
            mariadb = "utf8mb4_general_ci"
        )
    )]
    pub name: String,
    #[field(max_length = 20)]
    pub plain: String,
    pub twin: Option<ForeignKey<Sorted>>,
}

/// One query of the catalog, as the backend asks it; nothing where there is none.
async fn catalog(
    db: &TestDb,
    postgres: &str,
    mysql: &str,
) -> Result<Vec<(String, String)>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => return Ok(Vec::new()),
        Kind::Postgres => postgres,
        Kind::MySql | Kind::MariaDb => mysql,
    };
    let pair = |row: Vec<Option<String>>| {
        let mut row = row.into_iter().map(Option::unwrap_or_default);
        (row.next().unwrap_or_default(), row.next().unwrap_or_default())
    };
    Ok(db.oracle(sql).await?.into_iter().map(pair).collect())
}

/// The comments of a table: its own first, then those of its columns.
async fn comments(
    db: &TestDb,
    schema: &str,
    table: &str,
) -> Result<Vec<(String, String)>, Box<dyn std::error::Error + Send + Sync>> {
    let table = table.replace('\'', "''");
    let postgres = format!(
        "SELECT coalesce(a.attname, ''), d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid \
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0 \
         WHERE c.relname = '{table}' AND c.relnamespace = {schema}::regnamespace ORDER BY d.objsubid"
    );
    let mysql = format!(
        "SELECT * FROM (SELECT '' AS n, table_comment AS c, 0 AS o FROM information_schema.tables \
         WHERE table_name = '{table}' AND table_schema = {schema} UNION ALL \
         SELECT column_name, column_comment, ordinal_position FROM information_schema.columns \
         WHERE table_name = '{table}' AND table_schema = {schema}) AS x WHERE c <> '' ORDER BY o"
    );
    catalog(db, &postgres, &mysql).await
}

fn schema_of(db: &TestDb) -> &'static str {
    if db.kind() == Kind::Postgres { "current_schema()" } else { "DATABASE()" }
}

cases! {
    /// Comments come from the doc comments, and are said once.
    async fn comments_of_tables_and_columns(db: &TestDb) -> Outcome {
        for _ in 0..2 {
            db.handle().create_tables(&[Shelf::TABLE]).await?;
        }
        let rows = Shelf::objects().using(db.handle());
        rows.clone().create(NewShelf::new("a", 1.5)).await?;
        assert_eq!(rows.count().await?, 1);
        let smile = if db.kind() == Kind::Postgres { "in metres; 😀" } else { "in metres; \u{FFFD}" };
        let expected = [
            ("", "A shelf of 'things', with a \\ in it."),
            ("name", "The name; it's \"quoted\"."),
            ("width", smile),
            ("above_id", "The shelf above."),
        ];
        let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let found = comments(db, schema_of(db), "shelves").await?;
        assert_eq!(found, if db.kind() == Kind::Sqlite { Vec::new() } else { expected });
        assert_eq!(Shelf::TABLE.renamed_from, Some("Rack"));
        assert_eq!(Shelf::TABLE.field("color").and_then(|field| field.renamed_from), Some("colour"));
        Ok(())
    }

    /// A comment that somebody has written meanwhile stays, and another user's table is left alone.
    async fn comments_are_not_said_again(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Shelf::TABLE]).await?;
        if db.kind() == Kind::Postgres {
            db.oracle("COMMENT ON TABLE shelves IS 'other'").await?;
            db.handle().create_tables(&[Shelf::TABLE]).await?;
            assert_eq!(comments(db, "current_schema()", "shelves").await?.first().map(|(_, text)| text.as_str()), Some("other"));
        }
        Ok(())
    }

    /// Names that need quotes, and a text that is longer than MySQL takes.
    async fn long_comments_are_cut(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Talk::TABLE]).await?;
        let whole = Talk::TABLE.comment.unwrap_or_default();
        let found = comments(db, schema_of(db), "a'b_prefix_talk").await?;
        match db.kind() {
            Kind::Sqlite => assert!(found.is_empty()),
            Kind::Postgres => assert_eq!(found[0].1, whole),
            Kind::MySql | Kind::MariaDb => assert_eq!(found[0].1, whole.chars().take(2048).collect::<String>()),
        }
        assert_eq!(found.get(1).map(|(_, text)| text.as_str()), (db.kind() != Kind::Sqlite).then_some("the key"));
        Ok(())
    }

    /// In a schema of its own: comments and defaults find the table.
    async fn a_table_in_a_schema(db: &TestDb) -> Outcome {
        if db.kind() == Kind::Sqlite {
            let error = db.handle().create_tables(&[Apart::TABLE]).await.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::Unsupported { .. }), "{error:?}");
            return Ok(());
        }
        if db.kind() != Kind::Postgres {
            db.oracle("DROP DATABASE IF EXISTS orm_attributes_of_a_schema").await?;
            db.oracle("CREATE DATABASE orm_attributes_of_a_schema").await?;
        } else {
            db.oracle("DROP SCHEMA IF EXISTS orm_attributes_of_a_schema CASCADE").await?;
        }
        db.handle().create_tables(&[Apart::TABLE]).await?;
        Apart::objects().using(db.handle()).create(NewApart::new()).await?;
        let found = comments(db, "'orm_attributes_of_a_schema'", "apart").await?;
        let expected = [("", "In a schema of its own."), ("id", "The key.")];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let what = if db.kind() == Kind::Postgres { "SCHEMA orm_attributes_of_a_schema CASCADE" } else { "DATABASE orm_attributes_of_a_schema" };
        db.oracle(&format!("DROP {what}")).await?;
        Ok(())
    }

    /// A type of its own, and the foreign key to it likewise.
    async fn types_of_its_own(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Typed::TABLE]).await?;
        let found = match db.kind() {
            Kind::Sqlite => db.oracle("SELECT name, type FROM pragma_table_info('typed')").await?.into_iter()
                .map(|row| (row[0].clone().unwrap_or_default(), row[1].clone().unwrap_or_default())).collect(),
            _ => catalog(
                db,
                "SELECT attname::text, format_type(atttypid, atttypmod) || coalesce(' ' || nullif(collname, 'default'), '') \
                 FROM pg_attribute LEFT JOIN pg_collation c ON c.oid = attcollation \
                 WHERE attrelid = 'typed'::regclass AND attnum > 0 ORDER BY attnum",
                "SELECT column_name, column_type FROM information_schema.columns \
                 WHERE table_name = 'typed' AND table_schema = DATABASE() ORDER BY ordinal_position",
            ).await?,
        };
        let expected = match db.kind() {
            Kind::Sqlite => ["ANY", "TEXT", "INT", "ANY"],
            Kind::Postgres => ["character varying(30) C", "inet", "numeric(10,0)", "character varying(30) C"],
            Kind::MySql => ["varchar(33)", "tinytext", "bigint", "varchar(33)"],
            Kind::MariaDb => ["varchar(31)", "tinytext", "bigint(20)", "varchar(31)"],
        };
        let expected: Vec<_> = ["id", "text", "number", "refers_id"].into_iter().zip(expected)
            .map(|(name, ty)| (name.to_owned(), ty.to_owned())).collect();
        assert_eq!(found, expected);
        Ok(())
    }

    /// On SQLite the type must hold what is bound.
    async fn types_that_do_not_hold_the_values(db: &TestDb) -> Outcome {
        let created = db.handle().create_tables(&[Mistyped::TABLE]).await;
        if db.kind() != Kind::Sqlite {
            return Ok(created?);
        }
        let error = created.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::Schema { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Mistyped"), Some("text")));
        Ok(())
    }

    /// A collation of its own decides what is equal and what comes first; look-ups of parts stay exact.
    async fn collations_of_its_own(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Sorted::TABLE]).await?;
        let rows = Sorted::objects().using(db.handle());
        for name in ["b", "A", "c", "B2"] {
            rows.clone().create(NewSorted::new(name, name)).await?;
        }
        let names = || rows.clone().order_by(Sorted::name).select(Sorted::name).all();
        assert_eq!(names().await?, ["A", "b", "B2", "c"]);
        let plain = rows.clone().order_by(Sorted::plain).select(Sorted::name).all().await?;
        assert_eq!(plain, ["A", "B2", "b", "c"]);
        // PostgreSQL's collations tell all texts apart, unless made otherwise.
        let folds = db.kind() != Kind::Postgres;
        assert_eq!(rows.clone().filter(Sorted::name.eq("a")).count().await?, u64::from(folds));
        assert_eq!(rows.clone().filter(Sorted::plain.eq("a")).count().await?, 0);
        assert_eq!(rows.clone().filter(Sorted::name.in_(["a", "C"])).count().await?, if folds { 2 } else { 0 });
        assert_eq!(rows.clone().filter(Sorted::name.ge("B")).count().await?, if folds { 3 } else { 2 });
        // The left side decides where two columns do not agree.
        rows.clone().filter(Sorted::name.eq("A")).update(Sorted::plain.set("a")).await?;
        assert_eq!(rows.clone().filter(Sorted::name.eq(Sorted::plain)).count().await?, if folds { 4 } else { 3 });
        assert_eq!(rows.clone().filter(Sorted::plain.eq(Sorted::name)).count().await?, 3);
        for part in [Sorted::name.contains("a"), Sorted::name.starts_with("a"), Sorted::name.ends_with("a")] {
            assert_eq!(rows.clone().filter(part).count().await?, 0);
        }
        assert_eq!(rows.clone().filter(Sorted::name.starts_with("B")).count().await?, 1);
        // A foreign key compares as the key does.
        rows.clone().create(NewSorted::new("d", "d").twin("A")).await?;
        assert_eq!(rows.clone().filter(Sorted::twin.eq("a")).count().await?, u64::from(folds));
        assert_eq!(rows.clone().filter(Sorted::twin.to(Sorted::plain).eq("a")).count().await?, 1);
        Ok(())
    }
}
