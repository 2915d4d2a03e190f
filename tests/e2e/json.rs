//! Types of the program's own, kept as JSON.

use std::collections::BTreeMap;

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Unit,
    Circle { radius: f64 },
    Line(i64, u64),
    Named(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    #[serde(rename = "the 'theme'")]
    theme: String,
    shapes: Vec<Shape>,
    nested: BTreeMap<String, Option<f64>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "documents", new(Debug, Clone))]
struct Document {
    #[field(primary_key)]
    id: i64,
    settings: Json<Settings>,
    /// NULL of SQL, or a value.
    maybe: Option<Json<Vec<i32>>>,
    /// A value, which may be `null`.
    null: Json<Option<i32>>,
    plain: serde_json::Value,
}

/// What serde, or JSON, does not have.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "odd", new(Clone))]
struct Odd {
    #[field(primary_key)]
    id: i64,
    map: Option<Json<BTreeMap<(i32, i32), i32>>>,
    float: Option<Json<Vec<Option<f32>>>>,
    wide: Option<Json<u128>>,
    text: Option<Json<String>>,
}

fn settings() -> impl Strategy<Value = Settings> {
    let text = || {
        prop::collection::vec(any::<char>().prop_filter("NUL", |c| *c != '\0'), 0..12)
            .prop_map(String::from_iter)
    };
    // On PostgreSQL the numbers of JSON have no negative zero.
    let float = || {
        (prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::POSITIVE)
            .prop_filter("finite", |f| f.is_finite())
    };
    let shape = prop_oneof![
        Just(Shape::Unit),
        float().prop_map(|radius| Shape::Circle { radius }),
        (any::<i64>(), any::<u64>()).prop_map(|(a, b)| Shape::Line(a, b)),
        text().prop_map(Shape::Named),
    ];
    (
        text(),
        prop::collection::vec(shape, 0..5),
        prop::collection::btree_map(text(), prop::option::of(float()), 0..4),
    )
        .prop_map(|(theme, shapes, nested)| Settings { theme, shapes, nested })
}

fn simple() -> Settings {
    Settings {
        theme: "dark".to_owned(),
        shapes: vec![Shape::Unit, Shape::Line(-1, u64::MAX)],
        nested: BTreeMap::new(),
    }
}

fn new() -> NewDocument {
    NewDocument::new(simple(), None, serde_json::Value::Null)
}

cases! {
    /// Random values come back as they were.
    async fn random_values(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Document::TABLE]).await?;
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 2_000 } else { 100 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]));
        let strategy = settings();
        for n in 0..cases {
            let settings = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let new = NewDocument { settings: Json(settings.clone()), maybe: (n % 2 == 0).then(|| Json(vec![n])), ..new() };
            let created = Document::objects().using(on).create(new).await.map_err(|error| format!("{settings:?}: {error:?}"))?;
            assert_eq!(*created.settings, settings);
            let found = Document::objects().using(on).get(created.id).await?;
            assert_eq!(found, created);
        }
        Ok(())
    }

    /// `null` is a value, and not NULL.
    async fn null_is_not_null(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Document::TABLE]).await?;
        let documents = || Document::objects().using(on);
        let row = documents().create(new().maybe(vec![1, 2])).await?;
        assert_eq!((row.null, &row.plain, row.maybe.clone()), (Json(None), &serde_json::Value::Null, Some(Json(vec![1, 2]))));
        documents().create(NewDocument { null: Json(Some(3)), ..new() }).await?;
        assert_eq!(documents().filter(Document::maybe.is_null()).count().await?, 1);
        assert_eq!(documents().filter(Document::null.is_null()).count().await?, 0);
        let text = match db.kind() {
            Kind::Postgres => "SELECT \"null\"::text, plain::text, maybe::text FROM documents ORDER BY id",
            Kind::Sqlite => "SELECT \"null\", plain, maybe FROM documents ORDER BY id",
            _ => "SELECT CAST(`null` AS CHAR), CAST(plain AS CHAR), CAST(maybe AS CHAR) FROM documents ORDER BY id",
        };
        let rows = db.oracle(text).await?;
        let compact: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|cell| cell.as_ref().map(|text| text.replace(' ', ""))).collect()).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(compact, [[some("null"), some("null"), some("[1,2]")], [some("3"), some("null"), None]]);
        documents().filter(Document::id.eq(row.id)).update((Document::maybe.set(None), Document::null.set(Json(Some(-1))), Document::settings.set(Json(simple())))).await?;
        let row = documents().get(row.id).await?;
        assert_eq!((row.maybe, row.null), (None, Json(Some(-1))));
        assert_eq!(documents().bulk_create((0..5).map(|n| NewDocument { null: Json(Some(n)), ..new() })).await?, 5);
        Ok(())
    }

    /// What cannot be written is an error that names the field, and nothing is sent.
    async fn what_cannot_be_written(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Odd::TABLE]).await?;
        let odd = || Odd::objects().using(on);
        for (new, field) in [
            (NewOdd::new().map(BTreeMap::from([((1, 2), 3)])), "map"),
            (NewOdd::new().float(vec![None, Some(f32::NAN)]), "float"),
            (NewOdd::new().float(vec![Some(f32::INFINITY)]), "float"),
            (NewOdd::new().wide(u128::MAX), "wide"),
        ] {
            for error in [odd().create(new.clone()).await.unwrap_err(), odd().bulk_create([NewOdd::new(), new]).await.unwrap_err()] {
                assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
                assert_eq!((error.model(), error.field()), (Some("Odd"), Some(field)));
            }
        }
        let nul = odd().create(NewOdd::new().text("a\0b".to_owned())).await.unwrap_err();
        assert!(matches!(nul.kind(), ErrorKind::InvalidValue { .. }), "{nul:?}");
        assert_eq!(odd().count().await?, 0);
        let row = odd().create(NewOdd::new().float(vec![None, Some(0.1)]).wide(u128::from(u64::MAX))).await?;
        assert_eq!((row.float, row.wide), (Some(Json(vec![None, Some(0.1)])), Some(Json(u64::MAX.into()))));
        let error = odd().update_all(Odd::wide.set(Json(u128::MAX))).await.unwrap_err();
        assert_eq!((error.model(), error.field()), (Some("Odd"), Some("wide")));
        Ok(())
    }

    /// What cannot be read is an error that names the field, and not the value.
    async fn what_cannot_be_read(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Document::TABLE]).await?;
        let row = Document::objects().using(on).create(new()).await?;
        db.oracle("UPDATE documents SET settings = '{\"theme\": \"secret\"}'").await?;
        for error in [Document::objects().using(on).get(row.id).await.unwrap_err(), Document::objects().using(on).select(Document::settings).all().await.unwrap_err()] {
            assert!(matches!(error.kind(), ErrorKind::Decode { expected, .. } if expected.ends_with("Settings")), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Document"), Some("settings")));
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        let broken = db.oracle("UPDATE documents SET settings = '{'").await;
        assert!(broken.is_err(), "the column takes nothing but JSON");
        Ok(())
    }

    /// Comparisons are what they are for a `serde_json::Value`.
    async fn comparisons(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Document::TABLE]).await?;
        Document::objects().using(on).create(new()).await?;
        let same = Document::objects().using(on).filter(Document::settings.eq(Json(simple())) & Document::null.ne(Json(Some(1)))).count().await;
        match db.kind() {
            Kind::Postgres => assert_eq!(same?, 1),
            _ => assert!(matches!(same.unwrap_err().kind(), ErrorKind::Unsupported { .. })),
        }
        Ok(())
    }
}
