//! How arrays are declared.

use orm::prelude::*;
use orm::{ErrorKind, Hstore};
use orm_tests::{Kind, Outcome, cases, catalog};

use super::every::{Every, Level, Mood, Priority};
use super::{NewPost, Post};

/// Columns of types that the program names itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_own", new(Debug, Clone), check(Self::tags.len().le(2)), check(Self::tags.contains(["it's \\"])))]
struct Own {
    #[field(primary_key)]
    id: i64,
    tags: Vec<String>,
    #[field(db_type(postgres = "varchar(5)[]"))]
    short: Vec<String>,
    #[field(db_type(postgres = "integer[]"))]
    narrow: Option<Vec<i64>>,
    #[field(generated = Self::tags.len())]
    count: i64,
}

/// Columns that models share.
#[derive(Embed, Debug, Clone, PartialEq)]
struct Labels {
    #[field(max_length = 8)]
    names: Vec<String>,
    weights: Vec<Option<i16>>,
    notes: Option<Hstore>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_embeds", new(Debug, Clone))]
struct Labelled {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    own: Labels,
    #[field(embed)]
    other: Option<Labels>,
}

/// With rules.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_rules", new(Debug, Clone))]
struct Ruled {
    #[field(primary_key)]
    id: i64,
    #[field(validate(length(min = 1, max = 3), custom(no_blank)))]
    tags: Vec<String>,
    #[field(validate = known)]
    marks: Option<Vec<Option<i32>>>,
}

fn no_blank(tags: &[String]) -> Result<(), &'static str> {
    if tags.iter().any(String::is_empty) { Err("has a blank tag") } else { Ok(()) }
}

fn known(marks: &[Option<i32>]) -> Result<(), &'static str> {
    if marks.contains(&None) { Err("has an unknown mark") } else { Ok(()) }
}

/// Filled in by the database.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_defaults", new(Debug, Clone))]
struct Defaults {
    #[field(primary_key)]
    id: i64,
    #[field(db_default = [])]
    none: Vec<String>,
    #[field(db_default = ["it's", "a \"b\", \\", ""], max_length = 9)]
    texts: Vec<String>,
    #[field(db_default = [-1, 127])]
    tinies: Vec<i8>,
    #[field(db_default = [1.5, -0.25], precision = 5, scale = 2)]
    prices: Option<Vec<Decimal>>,
    #[field(db_default = ["Sad", "it's, \"ok\""])]
    moods: Vec<Mood>,
    #[field(db_default = [300])]
    levels: Vec<Level>,
    #[field(db_default(sql = "ARRAY[1, NULL]"))]
    own: Vec<Option<i32>>,
}

cases! {
    /// In embedded structs, which are compared and set as a whole.
    async fn embedded(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Labelled::TABLE, "own.names").await;
        }
        db.handle().create_tables(&[Labelled::TABLE]).await?;
        let on = || Labelled::objects().using(db.handle());
        let labels = |name: &str| Labels { names: vec![name.to_owned()], weights: vec![None, Some(1)], notes: Some([("a", Some("b"))].into()) };
        let row = on().create(NewLabelled::new(labels("x"))).await?;
        assert_eq!((row.own.clone(), row.other.clone()), (labels("x"), None));
        assert_eq!(on().filter(Labelled::own.eq(labels("x")) & Labelled::other.is_null()).one().await?, row);
        assert_eq!(on().filter(Labelled::own.ne(labels("x"))).count().await?, 0);
        assert_eq!(on().filter(Labelled::own.to(Labels::names).has("x") & Labelled::own.to(Labels::notes).has_key("a")).one().await?, row);
        on().update_all((Labelled::other.set(labels("y")), Labelled::own.set(Labels { weights: vec![], ..labels("w") }))).await?;
        let row = on().one().await?;
        assert_eq!((row.own.weights.len(), row.other), (0, Some(labels("y"))));
        assert_eq!(on().bulk_create((0..5).map(|_| NewLabelled::new(labels("z")).other(labels("z")))).await?, 5);
        assert_eq!(on().filter(Labelled::own.eq(Labelled::other)).count().await?, 5);
        Ok(())
    }

    /// Rules look into arrays.
    async fn rules(db: &TestDb) -> Outcome {
        for (new, field, message) in [
            (NewRuled::new(vec![]), "tags", "lower than 1"),
            (NewRuled::new(vec!["a".to_owned(); 4]), "tags", "greater than 3"),
            (NewRuled::new(vec![String::new()]), "tags", "has a blank tag"),
            (NewRuled::new(vec!["a".to_owned()]).marks(vec![Some(1), None]), "marks", "has an unknown mark"),
        ] {
            let error = Ruled::objects().using(db.handle()).create(new).await.unwrap_err();
            assert_eq!((error.model(), error.field()), (Some("Ruled"), Some(field)));
            assert!(matches!(error.kind(), ErrorKind::Validation { .. }) && error.to_string().contains(message), "{error}");
        }
        if db.kind() == Kind::Postgres {
            db.handle().create_tables(&[Ruled::TABLE]).await?;
            Ruled::objects().using(db.handle()).create(NewRuled::new(vec!["a".to_owned()]).marks(vec![Some(1)])).await?;
        }
        Ok(())
    }

    /// Array literals as defaults of the database.
    async fn defaults(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Defaults::TABLE, "none").await;
        }
        db.handle().create_tables(&[Defaults::TABLE]).await?;
        let row = Defaults::objects().using(db.handle()).create(NewDefaults::new()).await?;
        assert_eq!(row, Defaults {
            id: row.id,
            none: vec![],
            texts: vec!["it's".to_owned(), "a \"b\", \\".to_owned(), String::new()],
            tinies: vec![-1, 127],
            prices: Some(vec![Decimal::new(150, 2), Decimal::new(-25, 2)]),
            moods: vec![Mood::Sad, Mood::Ok],
            levels: vec![Level(Priority::High)],
            own: vec![Some(1), None],
        });
        let given = Defaults::objects().using(db.handle()).create(NewDefaults::new().tinies(vec![]).prices(None)).await?;
        assert_eq!((given.tinies, given.prices), (vec![], None));
        Ok(())
    }

    /// Types are those of the elements, collation and digits included.
    async fn types(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Every::TABLE, "truths").await;
        }
        db.handle().create_tables(&[Every::TABLE]).await?;
        db.handle().create_tables(&[Every::TABLE]).await?;
        let table = catalog::table(db.kind(), &mut db.connect_oracle().await?, None, "every_array").await?;
        let types: Vec<_> = table.columns.iter().map(|column| (column.name.as_str(), column.ty.as_str(), column.collation.as_deref())).collect();
        let c = Some("C");
        assert_eq!(types, [
            ("id", "BIGINT", None), ("truths", "BOOLEAN[]", None), ("tinies", "SMALLINT[]", None), ("smalls", "SMALLINT[]", None),
            ("mediums", "INTEGER[]", None), ("bigs", "BIGINT[]", None), ("unsigned_smalls", "INTEGER[]", None),
            ("unsigned_mediums", "BIGINT[]", None), ("unsigned_bigs", "NUMERIC(20,0)[]", None), ("singles", "REAL[]", None),
            ("doubles", "DOUBLE PRECISION[]", None), ("texts", "TEXT[]", c), ("short_texts", "CHARACTER VARYING(12)[]", c),
            ("bytes", "BYTEA[]", None), ("dates", "DATE[]", None), ("times", "TIME WITHOUT TIME ZONE[]", None),
            ("moments", "TIMESTAMP WITHOUT TIME ZONE[]", None), ("instants", "TIMESTAMP WITH TIME ZONE[]", None),
            ("offsets", "TIMESTAMP WITH TIME ZONE[]", None), ("spans", "BIGINT[]", None), ("uuids", "UUID[]", None),
            ("decimals", "NUMERIC(18,4)[]", None), ("jsons", "JSONB[]", None), ("typed", "JSONB[]", None), ("statuses", "TEXT[]", c),
            ("priorities", "SMALLINT[]", None), ("moods", "MOOD_IN_AN_ARRAY[]", None), ("codes", "TEXT[]", c), ("levels", "SMALLINT[]", None),
        ]);
        assert!(table.columns.iter().all(|column| !column.nullable));
        db.handle().drop_tables(&[Every::TABLE]).await?;
        let left = db.oracle("SELECT typname FROM pg_type WHERE typname = 'mood_in_an_array' AND typnamespace = current_schema()::regnamespace").await?;
        assert!(left.is_empty());
        Ok(())
    }

    /// Types of the program's own, checks over arrays, generated columns.
    async fn of_the_programs_own(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Own::TABLE, "tags").await;
        }
        db.handle().create_tables(&[Own::TABLE]).await?;
        let own = || Own::objects().using(db.handle());
        let tags = || vec!["it's \\".to_owned(), "b".to_owned()];
        let row = own().create(NewOwn::new(tags(), vec!["short".to_owned()]).narrow(vec![1, 2])).await?;
        assert_eq!((row.count, row.narrow.clone()), (2, Some(vec![1, 2])));
        let same = own().filter(
            Own::short.eq(["short"]) & Own::narrow.contains([1_i64]) & Own::narrow.eq([1_i64, 2]) & Own::short.in_([["short"]]) & Own::short.has("short")
                & Own::tags.ne(Own::short) & Own::count.eq(Own::tags.len()),
        );
        assert_eq!(same.one().await?, row);
        for wrong in [vec![], vec!["b".to_owned()], [tags(), tags()].concat()] {
            assert!(own().create(NewOwn::new(wrong, vec![])).await.unwrap_err().is_check_violation());
        }
        assert_eq!(own().bulk_create([NewOwn::new(tags(), vec![]), NewOwn::new(tags(), vec![]).narrow(vec![])]).await?, 2);
        let too_wide = own().create(NewOwn::new(tags(), vec![]).narrow(vec![i64::MAX])).await.unwrap_err();
        assert!(matches!(too_wide.kind(), orm::ErrorKind::InvalidValue { .. }), "{too_wide:?}");
        Ok(())
    }

    /// A lent connection, a transaction, and a table that was changed meanwhile read arrays too.
    async fn on_other_connections(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Post::TABLE, "tags").await;
        }
        db.handle().create_tables(&[Post::TABLE]).await?;
        let new = NewPost::new(1, vec!["a".to_owned()], vec![]).marks(vec![None, Some(1)]);
        let row = Post::objects().using(db.handle()).create(new).await?;
        let mut lent = <sqlx::PgConnection as sqlx::Connection>::connect(db.url()).await?;
        let found = Post::objects().filter(Post::tags.has("a") & Post::marks.has(None)).using(&mut lent).one().await?;
        assert_eq!(found, row);
        db.oracle("ALTER TABLE array_posts ALTER COLUMN tags TYPE varchar(10)[]").await?;
        assert_eq!(Post::objects().using(db.handle()).get(row.id).await?, row);
        Ok(())
    }
}
