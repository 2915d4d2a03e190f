//! Maps of text to text: fields of PostgreSQL alone, refused elsewhere.

use std::collections::BTreeMap;

use orm::model::Table;
use orm::prelude::*;
use orm::{ErrorKind, Hstore};
use orm_tests::{Kind, Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "hstore_products", new(Debug, Clone, PartialEq), index(details, method = "gin"))]
pub(crate) struct Product {
    #[field(primary_key)]
    id: i64,
    details: Hstore,
    extra: Option<Hstore>,
    #[field(max_length = 10)]
    wanted: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "hstore_checked",
    check(Self::details.has_key("na\"me\\")),
    check(Self::details.ne(Hstore::from([("a", Some("it's")), ("b", None)])))
)]
struct Checked {
    #[field(primary_key)]
    id: i64,
    details: Hstore,
    #[field(generated = Self::details.get("na\"me\\"))]
    name: Option<String>,
    #[field(db_default(postgres = "'a=>NULL, b=>c'"), validate = not_empty)]
    more: Hstore,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "hstore_secrets", new(Debug, Clone))]
struct Secret {
    #[field(primary_key)]
    id: i64,
    #[field(sensitive)]
    details: Hstore,
}

fn not_empty(map: &Hstore) -> Result<(), &'static str> {
    if map.is_empty() { Err("is empty") } else { Ok(()) }
}

fn texts() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec!['\'', '"', '\\', '=', '>', ',', ' ', '?', '$', 'ä', '😀', '\n']);
    let plain = any::<char>().prop_filter("no database holds it", |c| *c != '\0');
    let mixed = prop::collection::vec(prop_oneof![plain, special], 0..8).prop_map(String::from_iter);
    prop_oneof![8 => mixed, 1 => Just("NULL".to_owned()), 1 => Just(String::new())]
}

fn maps() -> impl Strategy<Value = Hstore> {
    prop::collection::btree_map(texts(), prop::option::weighted(0.8, texts()), 0..6).prop_map(Hstore)
}

/// Few keys and values, so that maps have much in common.
fn small() -> impl Strategy<Value = Hstore> {
    prop::collection::btree_map("[a-c]", prop::option::weighted(0.7, "[x-y]"), 0..3).prop_map(Hstore)
}

fn cases(usual: usize, full: usize) -> usize {
    if std::env::var_os("ORM_TEST_FULL").is_some() { full } else { usual }
}

fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

fn next<S: Strategy>(
    runner: &mut TestRunner,
    of: &S,
) -> Result<S::Value, Box<dyn std::error::Error + Send + Sync>> {
    Ok(of.new_tree(runner).map_err(|reason| reason.to_string())?.current())
}

/// The other backends have none.
async fn refused(db: &TestDb, table: &'static Table) -> Outcome {
    let error = db.handle().create_tables(&[table]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
    assert_eq!((error.model(), error.field()), (Some(table.model), Some("details")));
    assert!(error.to_string().contains("Json<BTreeMap<"), "{error}");
    Ok(())
}

/// A database without the extension, and a role that may make none there.
async fn bare(db: &TestDb, name: &str) -> Result<[String; 2], Box<dyn std::error::Error + Send + Sync>> {
    db.oracle(&format!("CREATE DATABASE {name}")).await?;
    db.oracle(&format!("CREATE ROLE {name} LOGIN PASSWORD 'secret'")).await?;
    let (start, _) = db.url().split_once('?').ok_or("a URL with options")?;
    let (server, _) = start.rsplit_once('/').ok_or("a URL with a database")?;
    let (scheme, place) = server.split_once("://").ok_or("a URL")?;
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    Ok([format!("{server}/{name}"), format!("{scheme}://{name}:secret@{place}/{name}")])
}

/// A condition, and what it means.
type Check<'c> = (Q<Product>, &'c dyn Fn(&Product) -> bool);

async fn without_the_extension(owner: &str, other: &str) -> Outcome {
    let plain = Database::open("bare_hstore_owner", owner).await?;
    let other = Database::open("bare_hstore_other", other).await?;
    let looked =
        Product::objects().using(&plain).filter(Product::details.has_key("a")).all().await.unwrap_err();
    let made = other.create_tables(&[Product::TABLE]).await.unwrap_err();
    for error in [&looked, &made] {
        assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
        assert!(error.to_string().contains("CREATE EXTENSION hstore"), "{error}");
        assert_eq!(error.model(), Some("Product"));
    }
    assert_eq!((made.field(), made.database()), (Some("details"), Some("bare_hstore_other")));
    // In a schema whose name is no plain word, and that nobody searches.
    let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(owner).await?;
    for sql in ["CREATE SCHEMA \"Else Where\"", "CREATE EXTENSION hstore SCHEMA \"Else Where\""] {
        sqlx::Executor::execute(&mut admin, sql).await?;
    }
    plain.create_tables(&[Product::TABLE]).await?;
    let row = Product::objects().using(&plain).create(NewProduct::new([("a", Some("b"))], "a")).await?;
    let found = Product::objects()
        .using(&plain)
        .filter(Product::details.get("a").eq("b") & Product::details.eq(&row.details))
        .one()
        .await?;
    assert_eq!(found, row);
    // Moved while a connection knows where it was: that is an error once.
    sqlx::Executor::execute(&mut admin, "ALTER EXTENSION hstore SET SCHEMA public").await?;
    let moved = || {
        Product::objects()
            .using(&plain)
            .filter(Product::details.get("a").eq("b") & Product::details.eq(&row.details))
            .one()
    };
    assert!(matches!(moved().await.unwrap_err().kind(), ErrorKind::Database { .. }));
    assert_eq!(moved().await?, row);
    plain.close().await?;
    other.close().await?;
    sqlx::Connection::close(admin).await?;
    Ok(())
}

cases! {
    /// Where the role may not make the extension, or it is somewhere else.
    async fn a_database_without_the_extension(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Product::TABLE).await;
        }
        let name = format!("orm_bare_{}", std::process::id());
        let [owner, other] = bare(db, &name).await?;
        let outcome = without_the_extension(&owner, &other).await;
        db.oracle(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        db.oracle(&format!("DROP ROLE {name}")).await?;
        outcome
    }

    /// Maps come back as they were, and are found by equality.
    async fn random_maps(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Product::TABLE).await;
        }
        db.handle().create_tables(&[Product::TABLE]).await?;
        db.handle().create_tables(&[Product::TABLE]).await?;
        let products = || Product::objects().using(db.handle());
        let mut runner = runner(41);
        let mut all = Vec::new();
        for _ in 0..cases(60, 1_000) {
            let new = NewProduct {
                details: next(&mut runner, &maps())?,
                extra: next(&mut runner, &prop::option::of(maps()))?,
                wanted: "a".to_owned(),
            };
            let row = products().create(new.clone()).await.map_err(|error| format!("{new:?}: {error:?}"))?;
            assert_eq!(NewProduct::from(row.clone()), new);
            let same = products().filter(Product::id.eq(row.id) & Product::details.eq(&new.details) & Product::extra.eq(new.extra.clone()));
            assert_eq!(same.one().await?, row);
            let other = products().filter(Product::id.eq(row.id) & (Product::details.ne(&new.details) | Product::extra.ne(new.extra.clone())));
            assert_eq!(other.count().await?, 0);
            all.push(new);
        }
        products().delete_all().await?;
        assert_eq!(products().bulk_create(all.clone()).await?, u64::try_from(all.len())?);
        let rows = products().order_by(Product::id.asc()).all().await?;
        assert_eq!(rows.iter().cloned().map(NewProduct::from).collect::<Vec<_>>(), all);
        for row in rows.iter().take(20) {
            let sql = format!("SELECT e.key, e.value FROM hstore_products, LATERAL public.each(details) e WHERE id = {}", row.id);
            let plain: BTreeMap<_, _> = db.oracle(&sql).await?.into_iter().map(|mut entry| (entry.remove(0).unwrap_or_default(), entry.remove(0))).collect();
            assert_eq!(plain, row.details.0);
        }
        Ok(())
    }

    /// Look-ups find what the same predicate finds in Rust.
    async fn as_in_rust(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Product::TABLE).await;
        }
        db.handle().create_tables(&[Product::TABLE]).await?;
        let products = || Product::objects().using(db.handle());
        let mut runner = runner(42);
        let new: Result<Vec<_>, _> = (0..80).map(|_| {
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(NewProduct {
                details: next(&mut runner, &small())?,
                extra: next(&mut runner, &prop::option::of(small()))?,
                wanted: next(&mut runner, &"[a-d]")?,
            })
        }).collect();
        products().bulk_create(new?).await?;
        let rows = products().order_by(Product::id.asc()).all().await?;
        let within = |part: &Hstore, map: &Hstore| part.iter().all(|(key, value)| map.0.get(key) == Some(value));
        for _ in 0..cases(20, 200) {
            let part = next(&mut runner, &small())?;
            let checks: [Check<'_>; 15] = [
                (Product::details.eq(&part), &|p| p.details == part),
                (Product::details.ne(&part), &|p| p.details != part),
                (Product::extra.eq(&part), &|p| p.extra.as_ref() == Some(&part)),
                (Product::extra.ne(&part), &|p| p.extra.as_ref() != Some(&part)),
                (!Product::extra.eq(&part), &|p| p.extra.as_ref() != Some(&part)),
                (Product::extra.ne(Product::details), &|p| p.extra.as_ref() != Some(&p.details)),
                (Product::details.contains(&part), &|p| within(&part, &p.details)),
                (Product::extra.contains(part.clone()), &|p| p.extra.as_ref().is_some_and(|extra| within(&part, extra))),
                (!Product::extra.contains(&part), &|p| !p.extra.as_ref().is_some_and(|extra| within(&part, extra))),
                (Product::details.contains(Product::extra), &|p| p.extra.as_ref().is_some_and(|extra| within(extra, &p.details))),
                (Product::details.has_key("a"), &|p| p.details.contains_key("a")),
                (!Product::extra.has_key("b"), &|p| !p.extra.as_ref().is_some_and(|extra| extra.contains_key("b"))),
                (Product::details.has_key(Product::wanted), &|p| p.details.contains_key(&p.wanted)),
                (Product::details.get("a").eq("x"), &|p| p.details.0.get("a").is_some_and(|value| value.as_deref() == Some("x"))),
                (Product::details.get(Product::wanted).is_null(), &|p| p.details.0.get(&p.wanted).is_none_or(Option::is_none)),
            ];
            for (number, (condition, predicate)) in checks.into_iter().enumerate() {
                let wanted: Vec<_> = rows.iter().filter(|row| predicate(row)).map(|row| row.id).collect();
                let found = products().filter(condition).order_by(Product::id.asc()).select(Product::id).all().await;
                assert_eq!(found.map_err(|error| format!("{number}: {error:?}"))?, wanted, "{number}: {part:?}");
            }
        }
        let values = products().order_by(Product::details.get("a").asc()).select((Product::details.get("a"), Product::extra.has_key("a"))).all().await?;
        assert!(values.is_sorted_by_key(|(value, _)| value.clone()));
        let lower = products().filter(Product::details.get("a").lower().starts_with("x")).count().await?;
        assert_eq!(lower, u64::try_from(values.iter().filter(|(value, _)| value.as_deref() == Some("x")).count())?);
        Ok(())
    }

    /// What orders and groups maps is refused, before anything is sent.
    async fn no_order(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Product::TABLE).await;
        }
        db.handle().create_tables(&[Product::TABLE]).await?;
        let products = || Product::objects().using(db.handle());
        let map = || Hstore::from([("a", Some("b"))]);
        for error in [
            products().order_by(Product::details.asc()).all().await.unwrap_err(),
            products().filter(Product::details.gt(map())).all().await.unwrap_err(),
            products().filter(Product::details.in_([map()])).all().await.unwrap_err(),
            products().group_by(Product::details).annotate(count_rows()).all().await.unwrap_err(),
            products().aggregate(max(Product::details)).await.unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
        }
        Ok(())
    }

    /// What cannot be written names the model; what was written changes as other columns do.
    async fn writes(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Product::TABLE).await;
        }
        db.handle().create_tables(&[Product::TABLE]).await?;
        let products = || Product::objects().using(db.handle());
        for wrong in [Hstore::from([("a\0", Some("b"))]), Hstore::from([("a", Some("\0"))])] {
            let new = NewProduct::new(wrong, "a".to_owned());
            for error in [products().create(new.clone()).await.unwrap_err(), products().bulk_create([new]).await.unwrap_err()] {
                assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
                assert_eq!(error.model(), Some("Product"));
            }
        }
        let row = products().create(NewProduct::new([("a", Some("b")), ("c", None)], "a").extra(Hstore::default())).await?;
        assert_eq!((row.details.len(), row.extra.clone()), (2, Some(Hstore::default())));
        products().update_all((Product::extra.set(Product::details), Product::details.set(Hstore::default()))).await?;
        let changed = products().get(row.id).await?;
        assert_eq!((changed.details, changed.extra), (Hstore::default(), Some(row.details)));
        products().update_all(Product::extra.set(None)).await?;
        assert_eq!(products().filter(Product::extra.is_null()).count().await?, 1);
        assert_eq!(products().bulk_create((0..2_500).map(|n| NewProduct::new([(n.to_string(), Some("x"))], "a"))).await?, 2_500);
        assert_eq!(products().filter(Product::details.has_key("1777")).count().await?, 1);
        Ok(())
    }

    /// Checks and generated columns over maps, and an index of method `gin`.
    async fn in_the_schema(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Checked::TABLE).await;
        }
        db.handle().create_tables(&[Checked::TABLE, Product::TABLE]).await?;
        let on = || Checked::objects().using(db.handle());
        let row = on().create(NewChecked::new([("na\"me\\", Some("ann"))])).await?;
        assert_eq!(row.name.as_deref(), Some("ann"));
        assert_eq!(row.more, Hstore::from([("a", None), ("b", Some("c"))]));
        let empty = on().create(NewChecked::new([("na\"me\\", Some("ann"))]).more(Hstore::default())).await.unwrap_err();
        assert_eq!((empty.field(), empty.invalid().len()), (Some("more"), 1));
        assert!(on().create(NewChecked::new(Hstore::default())).await.unwrap_err().is_check_violation());
        assert!(on().create(NewChecked::new([("a", Some("it's")), ("b", None)])).await.unwrap_err().is_check_violation());
        for condition in [Product::details.has_key("a"), Product::details.contains(Hstore::from([("a", Some("b"))]))] {
            let sql = Product::objects().filter(condition).to_sql(Backend::Postgres)?;
            assert!(!sql.contains("orm:"), "{sql}");
            let arguments = if sql.contains('?') { "(text) AS" } else { "(public.hstore) AS" };
            let plan = db
                .oracle(&format!(
                    "SELECT set_config('search_path', current_schema() || ', public', false); SET enable_seqscan = off; \
                     PREPARE q {arguments} {sql}; EXPLAIN EXECUTE q ('a=>b')"
                ))
                .await?;
            let plan: String = plan.into_iter().flatten().flatten().collect();
            assert!(plan.contains("hstore_products_details_ix"), "{plan}");
        }
        Ok(())
    }

    /// A transaction, a lent connection, a pool of the program's own: each finds the extension.
    async fn wherever_a_query_runs(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return refused(db, Product::TABLE).await;
        }
        db.handle().create_tables(&[Product::TABLE]).await?;
        let row = Product::objects().using(db.handle()).create(NewProduct::new([("a", Some("b"))], "a")).await?;
        let condition = || Product::details.has_key("a") & Product::details.get("a").eq("b");
        let mut lent = <sqlx::PgConnection as sqlx::Connection>::connect(db.url()).await?;
        assert_eq!(Product::objects().filter(condition()).using(&mut lent).one().await?, row);
        assert_eq!(Product::objects().filter(condition()).using(&mut lent).count().await?, 1);
        let pool = sqlx::PgPool::connect(db.url()).await?;
        assert_eq!(Product::objects().filter(condition()).using(&pool).one().await?, row);
        let (on, wanted) = (db.handle().clone(), row.clone());
        let inside = orm::atomic(|_| async move { Product::objects().filter(condition()).using(&on).one().await }).using(db.handle()).await?;
        assert_eq!(inside, wanted);
        Ok(())
    }

    /// Values of sensitive fields are in no message.
    async fn sensitive(db: &TestDb) -> Outcome {
        let new = NewSecret::new([("hidden-key", Some("hidden-value"))]);
        assert!(!format!("{new:?}").contains("hidden"));
        if db.kind() != Kind::Postgres {
            return refused(db, Secret::TABLE).await;
        }
        db.oracle("CREATE TABLE hstore_secrets (id BIGINT PRIMARY KEY, details JSONB)").await?;
        let error = Secret::objects().using(db.handle()).create(new).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
        Ok(())
    }
}
