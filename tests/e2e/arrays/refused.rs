//! What cannot be written or read is a typed error that names model and field.

use chrono::NaiveDate;
use orm::ErrorKind;
use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::{Comment, NewPost, Post};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_limits", new(Debug, Clone))]
struct Limits {
    #[field(primary_key)]
    id: i64,
    texts: Option<Vec<String>>,
    #[field(max_length = 3)]
    short: Option<Vec<String>>,
    #[field(precision = 6, scale = 2)]
    prices: Option<Vec<Decimal>>,
    days: Option<Vec<NaiveDate>>,
    floats: Option<Vec<Option<Json<f64>>>>,
    spans: Option<Vec<TimeDelta>>,
}

/// Unsigned and narrow integers, and an enum: what the types of the server are wider than.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_narrow", new(Debug, Clone))]
struct Narrow {
    #[field(primary_key)]
    id: i64,
    tinies: Vec<i8>,
    unsigned: Vec<u16>,
    wide: Vec<u64>,
    sizes: Vec<Size>,
    numbers: Vec<Option<Number>>,
    plain: Vec<i32>,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Small,
    Large,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(integer)]
#[repr(u8)]
enum Number {
    One = 1,
    Two = 2,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_secrets", new(Debug, Clone))]
struct Secret {
    #[field(primary_key)]
    id: i64,
    #[field(sensitive)]
    codes: Vec<String>,
    #[field(sensitive)]
    numbers: Option<Vec<i32>>,
}

fn says_what_to_do(error: &orm::Error, field: &str) {
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
    assert_eq!(error.field(), Some(field), "{error:?}");
    assert!(error.model().is_some(), "{error:?}");
    assert!(error.to_string().contains("Json<Vec<..>>"), "{error}");
}

/// The other backends have no arrays.
pub(super) async fn everywhere_but_on_postgres(db: &TestDb, table: &'static Table, field: &str) -> Outcome {
    says_what_to_do(&db.handle().create_tables(&[table]).await.unwrap_err(), field);
    assert!(orm_tests::catalog::tables(db).await?.is_empty());
    Ok(())
}

cases! {
    /// Elsewhere nothing is sent, whatever is asked for.
    async fn on_other_backends(db: &TestDb) -> Outcome {
        if db.kind() == Kind::Postgres {
            return Ok(());
        }
        everywhere_but_on_postgres(db, Post::TABLE, "tags").await?;
        let posts = || Post::objects().using(db.handle());
        let new = || NewPost::new(1, vec!["a".to_owned()], vec![]);
        for error in [
            posts().create(new()).await.unwrap_err(),
            posts().bulk_create([new(), new()]).await.unwrap_err(),
            posts().all().await.unwrap_err(),
            posts().filter(Post::id.eq(1)).update(Post::number.set(2)).await.unwrap_err(),
            posts().filter(Post::tags.has("a")).count().await.unwrap_err(),
            posts().filter(Post::tags.eq(["a"])).delete().await.unwrap_err(),
            posts().filter(Post::scores.is_null()).exists().await.unwrap_err(),
            posts().select(Post::tags.len()).all().await.unwrap_err(),
            Comment::objects().using(db.handle()).filter(Comment::post.to(Post::tags).contains(["a"])).all().await.unwrap_err(),
        ] {
            let field = if error.model() == Some("Comment") { "likes" } else { "tags" };
            says_what_to_do(&error, field);
        }
        Ok(())
    }

    /// A value that no array of the type holds, before anything is sent.
    async fn values(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return everywhere_but_on_postgres(db, Limits::TABLE, "texts").await;
        }
        db.handle().create_tables(&[Limits::TABLE]).await?;
        let limits = || Limits::objects().using(db.handle());
        let long_ago = NaiveDate::from_ymd_opt(-1, 1, 1).ok_or("a date")?;
        for (new, field) in [
            (NewLimits::new().texts(vec!["fine".to_owned(), "a\0b".to_owned()]), None),
            (NewLimits::new().short(vec!["abc".to_owned(), "abcd".to_owned()]), Some("short")),
            // Which the server would cut.
            (NewLimits::new().short(vec!["abc ".to_owned()]), Some("short")),
            (NewLimits::new().prices(vec![Decimal::ONE, Decimal::new(1, 3)]), None),
            (NewLimits::new().days(vec![long_ago]), None),
            (NewLimits::new().floats(vec![None, Some(Json(f64::NAN))]), Some("floats")),
            (NewLimits::new().spans(vec![TimeDelta::MAX]), None),
        ] {
            for error in [limits().create(new.clone()).await.unwrap_err(), limits().bulk_create([NewLimits::new(), new.clone()]).await.unwrap_err()] {
                assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
                assert_eq!(error.model(), Some("Limits"));
                assert!(field.is_none() || error.field() == field, "{error:?}");
            }
        }
        let error = limits().create(NewLimits::new().prices(vec![Decimal::new(10_000, 0)])).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        assert_eq!(limits().count().await?, 0);
        limits().create(NewLimits::new().short(vec!["äöü".to_owned()]).prices(vec![Decimal::new(999_999, 2)])).await?;
        let error = limits().update_all(Limits::short.set(vec!["abcd".to_owned()])).await.unwrap_err();
        assert_eq!((error.model(), error.field()), (Some("Limits"), Some("short")));
        // From another column too, and with nothing but blanks beyond the length.
        for (texts, fits) in [(vec!["abc "], false), (vec!["a", "abcd"], false), (vec!["abc", "äöü", ""], true), (vec![], true)] {
            let texts: Vec<_> = texts.into_iter().map(ToOwned::to_owned).collect();
            limits().update_all(Limits::texts.set(&texts)).await?;
            match limits().update_all(Limits::short.set(Limits::texts)).await {
                Ok(_) => assert!(fits, "{texts:?}"),
                Err(error) => assert!(!fits && matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{texts:?}: {error:?}"),
            }
            if fits {
                assert_eq!(limits().one().await?.short, Some(texts));
            }
        }
        Ok(())
    }

    /// What the Rust type could not read never gets into a column that `create_tables` made.
    async fn by_the_column(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return everywhere_but_on_postgres(db, Narrow::TABLE, "tinies").await;
        }
        db.handle().create_tables(&[Narrow::TABLE]).await?;
        let narrow = || Narrow::objects().using(db.handle());
        let whole = NewNarrow::new(
            vec![i8::MIN, i8::MAX], vec![0, u16::MAX], vec![0, u64::MAX], vec![Size::Large, Size::Small],
            vec![None, Some(Number::One), Some(Number::Two)], vec![1, 2],
        );
        let row = narrow().create(whole.clone()).await?;
        for fine in ["tinies = '{}'", "plain = '{3}'", "sizes = '{Large,Large}'", "numbers = '{NULL,2,NULL}'", "numbers = '{NULL}'"] {
            db.oracle(&format!("UPDATE array_narrow SET {fine}")).await.map_err(|error| format!("{fine}: {error}"))?;
            narrow().get(row.id).await?;
        }
        for wrong in [
            "tinies = '{1,128}'", "tinies = '{-129}'", "unsigned = '{-1}'", "unsigned = '{65536}'", "wide = '{0,-1}'",
            "wide = '{18446744073709551616}'", "sizes = '{Small,small}'", "sizes = '{\"\"}'", "numbers = '{3}'", "numbers = '{NULL,0}'",
            "plain = '{1,NULL}'", "sizes = '{NULL}'", "plain = '{{1,2},{3,4}}'", "plain = '[0:1]={1,2}'", "plain = NULL", "tinies = '{NULL}'",
            "wide = '{NaN}'",
        ] {
            assert!(db.oracle(&format!("UPDATE array_narrow SET {wrong}")).await.is_err(), "{wrong}");
        }
        let error = narrow().update_all(Narrow::plain.set(Narrow::plain)).await;
        assert_eq!(error?, 1);
        Ok(())
    }

    /// What is there nevertheless is an error that names the field, and not the value.
    async fn existing_tables(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return everywhere_but_on_postgres(db, Narrow::TABLE, "tinies").await;
        }
        db.oracle("CREATE TABLE array_narrow (id BIGINT, tinies INT[], unsigned INT[], wide NUMERIC[], sizes TEXT[], numbers INT[], plain INT[])").await?;
        let narrow = || Narrow::objects().using(db.handle());
        let wrong = |column: &str, value: &str| {
            let value = |name: &str, usual: &str| if name == column { value.to_owned() } else { usual.to_owned() };
            format!(
                "INSERT INTO array_narrow VALUES (1, '{}', '{}', '{}', '{}', '{}', '{}')",
                value("tinies", "{}"), value("unsigned", "{}"), value("wide", "{}"), value("sizes", "{}"), value("numbers", "{}"), value("plain", "{}"),
            )
        };
        for (column, value) in [
            ("tinies", "{1,300}"), ("unsigned", "{-1}"), ("wide", "{1.5}"), ("sizes", "{Small,Huge}"), ("numbers", "{NULL,99}"),
            ("plain", "{1,NULL}"), ("plain", "{{1},{2}}"),
        ] {
            db.oracle("DELETE FROM array_narrow").await?;
            db.oracle(&wrong(column, value)).await?;
            let error = narrow().one().await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Narrow"), Some(column)), "{error:?}");
            assert!(!error.to_string().contains("Huge") && !error.to_string().contains("300"), "{error}");
        }
        // Where an array begins does not matter to a `Vec`.
        db.oracle("DELETE FROM array_narrow").await?;
        db.oracle(&wrong("plain", "[0:1]={1,2}")).await?;
        assert_eq!(narrow().one().await?.plain, [1, 2]);
        Ok(())
    }

    /// Values of sensitive fields are in no message.
    async fn sensitive(db: &TestDb) -> Outcome {
        let row = Secret { id: 1, codes: vec!["hidden-code".to_owned()], numbers: Some(vec![98_765]) };
        let new = NewSecret::new(vec!["hidden-code".to_owned()]).numbers(vec![98_765]);
        assert!(!format!("{new:?}").contains("hidden-code") && !format!("{new:?}").contains("98765"));
        if db.kind() != Kind::Postgres {
            return everywhere_but_on_postgres(db, Secret::TABLE, "codes").await;
        }
        db.oracle("CREATE TABLE array_secrets (id BIGINT PRIMARY KEY, codes UUID[], numbers TEXT[])").await?;
        let secrets = || Secret::objects().using(db.handle());
        for error in [
            secrets().create(NewSecret::from(row)).await.unwrap_err(),
            secrets().filter(Secret::codes.eq(["hidden-code"])).all().await.unwrap_err(),
            secrets().filter(Secret::codes.has("hidden-code")).all().await.unwrap_err(),
        ] {
            assert!(!format!("{error} {error:?}").contains("hidden-code"), "{error:?}");
        }
        db.oracle("INSERT INTO array_secrets VALUES (1, '{}', '{98765}')").await?;
        let error = secrets().select(Secret::numbers).all().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("98765"), "{error:?}");
        Ok(())
    }
}
