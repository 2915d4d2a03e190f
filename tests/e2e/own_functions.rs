//! Functions, aggregates and collations of the program's own, and functions that a server has.

use std::collections::BTreeSet;
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::prelude::*;
use orm::{
    DatabaseOptions, ErrorKind, PoolOptions, SqliteFunctions, SqliteLock, SqliteValue, begin, call,
    call_aggregate,
};
use orm_tests::{Kind, Outcome, cases};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "own_function_thing")]
struct Thing {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 40)]
    name: String,
    weight: f64,
    parts: Option<i32>,
}

/// To be ordered in ways of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "own_function_word")]
struct Word {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "own_function_price")]
struct Price {
    #[field(primary_key)]
    id: i64,
    #[field(precision = 10, scale = 2)]
    amount: Decimal,
}

const THINGS: [(&str, f64, Option<i32>); 5] = [
    ("anna", 2.0, Some(3)),
    ("Otto", 0.5, None),
    ("it's", 4.0, Some(1)),
    ("über", -1.0, None),
    ("", 3.0, Some(2)),
];

async fn fill(on: &Database) -> orm::Result<()> {
    on.create_tables(&[Thing::TABLE]).await?;
    let things = THINGS.iter().zip(1..).map(|((name, weight, parts), id)| {
        let new = NewThing::new(*name, *weight).id(id);
        match parts {
            Some(parts) => new.parts(*parts),
            None => new,
        }
    });
    Thing::objects().using(on).bulk_create(things).await?;
    Ok(())
}

cases! {
    /// A function of the database is called by its name, in filters, orders, selections, groups and updates alike.
    async fn by_name(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on).await?;
        let things = || Thing::objects().using(on);
        let size = || call("abs", Thing::weight).gives::<f64>();
        let expected = |sql: &'static str| async move {
            let rows = db.oracle(sql).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(rows.into_iter().flatten().flatten().collect::<Vec<_>>())
        };
        let ids: Vec<i64> = things().filter(size().ge(2.0)).order_by((size().desc(), Thing::id)).select(Thing::id).all().await?;
        let asked = expected("SELECT id FROM own_function_thing WHERE abs(weight) >= 2.0 ORDER BY abs(weight) DESC, id").await?;
        assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), asked);
        assert_eq!(ids, [3, 5, 1]);
        let sizes: Vec<f64> = things().order_by(Thing::id).select(size()).all().await?;
        assert_eq!(sizes, [2.0, 0.5, 4.0, 1.0, 3.0]);
        // Several arguments, values among them; what gives NULL is false in a comparison, and its negation true.
        let parts = || call("coalesce", (Thing::parts, 7)).gives::<i32>();
        assert_eq!(things().filter(parts().eq(7)).count().await?, 2);
        let none = || call("nullif", (Thing::name, "anna")).gives::<Option<String>>();
        assert_eq!(things().filter(none().eq("Otto")).count().await?, 1);
        assert_eq!(things().filter(none().ne("Otto")).count().await?, 4);
        assert_eq!(things().filter(none().is_null()).count().await?, 1);
        // PostgreSQL looks for a function of just these types.
        let part = call("substr", (Thing::name, 2, 2)).gives::<String>();
        assert_eq!(things().filter(part.eq("nn")).count().await?, 1);
        let groups: Vec<(i32, i64)> =
            things().group_by(parts()).annotate(count(Thing::id)).order_by(key(parts()).asc()).all().await?;
        assert_eq!(groups, [(1, 1), (2, 1), (3, 1), (7, 2)]);
        things().filter(Thing::id.eq(4)).update(Thing::weight.set(size())).await?;
        assert_eq!(things().get(4).await?.weight, 1.0);
        // The same text for other values, another one for another function.
        assert_eq!(things().filter(call("abs", Thing::weight).gives::<f64>().lt(1.0)).count().await?, 1);
        assert_eq!(things().filter(call("lower", Thing::name).gives::<String>().eq("otto")).count().await?, 1);
        // An aggregate, with a filter too.
        let least = call_aggregate("min", Thing::weight).gives::<Option<f64>>();
        assert_eq!(things().aggregate(least).await?, Some(0.5));
        let none = call_aggregate("min", Thing::weight).gives::<Option<f64>>();
        assert_eq!(things().filter(Thing::id.gt(100)).aggregate(none).await?, None);
        Ok(())
    }

    /// A collation of the database, by its name: in orders and comparisons. Look-ups keep to code points.
    async fn collated(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Word::TABLE]).await?;
        for word in ["b", "A", "a", "B", "C"] {
            Word::objects().using(on).create(NewWord::new(word)).await?;
        }
        // Each does not mind case.
        let collation = match db.kind() {
            Kind::Sqlite => "NOCASE",
            Kind::Postgres => {
                db.oracle("CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)").await?;
                "any_case"
            }
            Kind::MariaDb | Kind::MySql => "utf8mb4_general_ci",
        };
        let text = || Word::text.collate(collation);
        let words = || Word::objects().using(on);
        let ordered: Vec<String> = words().order_by((text().asc(), Word::text)).select(Word::text).all().await?;
        assert_eq!(ordered, ["A", "a", "B", "b", "C"]);
        let by_code: Vec<String> = words().order_by(Word::text).select(Word::text).all().await?;
        assert_eq!(by_code, ["A", "B", "C", "a", "b"]);
        assert_eq!(words().filter(text().eq("A")).count().await?, 2);
        assert_eq!(words().filter(text().ne("A")).count().await?, 3);
        assert_eq!(words().filter(text().gt("a")).count().await?, 3);
        assert_eq!(words().filter(text().eq(Word::text)).count().await?, 5);
        assert_eq!(words().filter(text().starts_with("a")).count().await?, 1);
        assert_eq!(words().filter(text().iexact("c")).count().await?, 1);
        assert_eq!(words().group_by(text()).annotate(count(Word::id)).all().await?.len(), 3);
        for name in ["", "a b", "a\"b", "a;b", "ä", "a\0"] {
            let error = words().order_by(Word::text.collate(name).asc()).all().await.expect_err(name);
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{name:?}: {error:?}");
        }
        let error = words().order_by(Word::text.collate("nobody_has_this").asc()).all().await.expect_err("unknown");
        assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
        Ok(())
    }

    /// A name that is none never gets into a text; one that the database does not know is its error.
    async fn names_that_are_none(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on).await?;
        for name in ["", "a b", "abs(1); DROP TABLE own_function_thing; --", "1abs", "a.b.c", "ä", "\"abs\"", "abs\0"] {
            for result in [
                Thing::objects().using(on).filter(call(name, Thing::weight).gives::<f64>().gt(0.0)).count().await.map(drop),
                Thing::objects().using(on).aggregate(call_aggregate(name, Thing::weight).gives::<Option<f64>>()).await.map(drop),
            ] {
                let error = result.expect_err(name);
                assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{name:?}: {error:?}");
            }
        }
        let unknown = call("orm_tests_nobody_has_this", Thing::weight).gives::<f64>();
        let error = Thing::objects().using(on).filter(unknown.gt(0.0)).count().await.expect_err("unknown");
        assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
        assert_eq!(Thing::objects().using(on).count().await?, 5);
        Ok(())
    }

    /// A function made on the server, by its schema too, is called as others are. SQLite has none.
    async fn made_on_the_server(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on).await?;
        match db.kind() {
            Kind::Sqlite => return Ok(()),
            Kind::Postgres => {
                db.oracle("CREATE FUNCTION own_twice(x double precision) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN x * 2").await?;
                db.oracle("CREATE AGGREGATE own_product(double precision) (sfunc = float8mul, stype = double precision, initcond = 1)").await?;
            }
            Kind::MariaDb | Kind::MySql => {
                db.oracle("CREATE FUNCTION own_twice(x DOUBLE) RETURNS DOUBLE DETERMINISTIC RETURN x * 2").await?;
            }
        }
        let twice = || call("own_twice", Thing::weight).gives::<f64>();
        let doubled: Vec<f64> = Thing::objects().using(on).order_by(twice().asc()).select(twice()).all().await?;
        assert_eq!(doubled, [-2.0, 1.0, 4.0, 6.0, 8.0]);
        if db.kind() == Kind::Postgres {
            let product = call_aggregate("own_product", Thing::weight).gives::<Option<f64>>();
            assert_eq!(Thing::objects().using(on).aggregate(product).await?, Some(-12.0));
        }
        Ok(())
    }

    /// A lock of the whole file is of SQLite; servers have none, and say so instead of passing over it.
    async fn locks(db: &TestDb) -> Outcome {
        let on = db.handle();
        fill(on).await?;
        let locked = |lock| {
            orm::atomic(async move |tx: Tx| -> orm::Result<u64> {
                let before = Thing::objects().using(&tx).count().await?;
                Thing::objects().using(&tx).create(NewThing::new("more", 1.0).id(100 + i64::try_from(before).unwrap_or(0))).await?;
                Ok(before)
            })
            .lock(lock)
            .using(on)
        };
        if db.kind() != Kind::Sqlite {
            for result in [locked(SqliteLock::Immediate).await.map(drop), begin().lock(SqliteLock::Deferred).using(on).await.map(drop)] {
                let error = result.expect_err("a server");
                assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
                assert_eq!(error.database(), Some(on.name()));
            }
            assert_eq!(Thing::objects().using(on).count().await?, 5);
            return Ok(());
        }
        for (lock, before) in [(SqliteLock::Deferred, 5), (SqliteLock::Immediate, 6), (SqliteLock::Exclusive, 7)] {
            assert_eq!(locked(lock).await?, before);
        }
        // What each keeps others from doing, in a file without a log beside it.
        let quick = || PoolOptions::new().max_connections(4);
        let url = format!("{}?journal_mode=delete&busy_timeout=0", db.another().await?);
        let on = Database::open("locks", DatabaseOptions::url(url).pool(quick())).await?;
        fill(&on).await?;
        let reads = || async { Thing::objects().using(&on).count().outside_transaction().await.is_ok() };
        let writes = || async {
            let result = Thing::objects().using(&on).filter(Thing::id.eq(1)).update(Thing::weight.set(1.0)).await;
            result.map_err(|error| assert!(matches!(error.kind(), ErrorKind::Busy), "{error:?}")).is_ok()
        };
        let mut seen = Vec::new();
        for lock in [SqliteLock::Deferred, SqliteLock::Immediate, SqliteLock::Exclusive] {
            let tx = begin().lock(lock).using(&on).await?;
            seen.push((reads().await, writes().await));
            tx.rollback().await?;
        }
        assert_eq!(seen, [(true, true), (true, false), (false, false)]);
        // A deferred one that has read cannot write any more once somebody else has, and is told at once.
        let wal = Database::open("wal", DatabaseOptions::url(format!("{}?busy_timeout=0", db.another().await?)).pool(quick())).await?;
        fill(&wal).await?;
        let tx = begin().lock(SqliteLock::Deferred).using(&wal).await?;
        assert_eq!(Thing::objects().using(&tx).count().await?, 5);
        let change = |to: f64| Thing::objects().filter(Thing::id.eq(1)).update(Thing::weight.set(to));
        assert_eq!(change(7.0).using(&wal).await?, 1);
        let error = change(8.0).using(&tx).await.expect_err("somebody else wrote");
        assert!(matches!(error.kind(), ErrorKind::Busy), "{error:?}");
        tx.rollback().await?;
        wal.close().await?;
        // A nested block has that of the outermost one.
        let tx = begin().using(&on).await?;
        let error = tx.atomic(async |_| -> orm::Result<()> { Ok(()) }).lock(SqliteLock::Exclusive).await.expect_err("nested");
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        tx.rollback().await?;
        on.close().await?;
        Ok(())
    }
}

/// Everything that the cases call.
fn functions() -> SqliteFunctions {
    SqliteFunctions::new()
        .scalar("reversed", |text: String| text.chars().rev().collect::<String>())
        .scalar("plus", |a: i64, b: i64| a.checked_add(b).ok_or("too large"))
        .scalar("or_zero", |value: Option<i64>| value.unwrap_or(0))
        .scalar("absent", || Option::<i64>::None)
        .scalar("not_a_number", || f64::NAN)
        .scalar("panics", |id: i64| {
            assert!(id < 3, "a value that nobody must see: 4711");
            id
        })
        .scalar("same", |value: SqliteValue| value)
        .scalar("bytes", |bytes: Vec<u8>| bytes.into_iter().rev().collect::<Vec<u8>>())
        .scalar("is_even", |value: i64| value % 2 == 0)
        .variadic("how_many", |values: &[SqliteValue]| i64::try_from(values.len()).unwrap_or(-1))
        .aggregate("product", || 1.0, |product: &mut f64, factor: f64| *product *= factor, |product| product)
        .aggregate(
            "names",
            BTreeSet::new,
            |all: &mut BTreeSet<String>, name: String| {
                all.insert(name);
            },
            |all| all.into_iter().collect::<Vec<_>>().join(","),
        )
        .aggregate(
            "weighted",
            || 0.0,
            |sum: &mut f64, value: f64, weight: i32| *sum += value * f64::from(weight),
            |sum| sum,
        )
        .aggregate("rows", || 0_i64, |count: &mut i64| *count += 1, |count| count)
        .aggregate(
            "nulls",
            || 0,
            |count: &mut i64, value: Option<i64>| *count += i64::from(value.is_none()),
            |count| count,
        )
        .aggregate(
            "small",
            || 0,
            |sum: &mut i64, value: i64| {
                *sum += value;
                if *sum > 5 { Err("too large") } else { Ok(()) }
            },
            |sum| sum,
        )
        .collation("by_length", |a, b| a.chars().count().cmp(&b.chars().count()).then_with(|| a.cmp(b)))
}

async fn with_functions(url: &str) -> orm::Result<Database> {
    let on = Database::open("own functions", DatabaseOptions::url(url).functions(functions())).await?;
    fill(&on).await?;
    Ok(on)
}

cases! {
    #![needs(Sqlite)]

    /// Closures are functions of the database, on each of its connections.
    async fn closures(db: &TestDb) -> Outcome {
        let on = with_functions(db.url()).await?;
        let things = || Thing::objects().using(&on);
        let reversed = || call("reversed", Thing::name).gives::<String>();
        let names: Vec<String> = things().order_by(Thing::id).select(reversed()).all().await?;
        assert_eq!(names, THINGS.map(|(name, ..)| name.chars().rev().collect::<String>()));
        assert_eq!(things().filter(reversed().eq(Thing::name)).count().await?, 2, "anna and nothing");
        let sums: Vec<Option<i64>> = things().order_by(Thing::id).select(call("plus", (Thing::id, Thing::parts)).gives::<Option<i64>>()).all().await?;
        assert_eq!(sums, [Some(4), None, Some(4), None, Some(7)], "NULL makes NULL");
        let or_zero: Vec<i64> = things().order_by(Thing::id).select(call("or_zero", Thing::parts).gives::<i64>()).all().await?;
        assert_eq!(or_zero, [3, 0, 1, 0, 2], "but not where an `Option` is taken");
        assert_eq!(things().filter(call("is_even", Thing::id).gives::<bool>()).count().await?, 2);
        let none: Vec<Option<i64>> = things().limit(1).select(call("absent", ()).gives::<Option<i64>>()).all().await?;
        assert_eq!(none, [None]);
        // Any value, as it is.
        let mut commands = orm::using(&on);
        let (int, real, text, bytes, null): (i64, f64, String, Vec<u8>, Option<i64>) = commands
            .query_single("SELECT same(-9223372036854775808), same(0.1), same('a''\u{1F980}'), bytes(x'0001ff'), same(NULL)", ())
            .await?;
        assert_eq!((int, real, text.as_str(), bytes.as_slice(), null), (i64::MIN, 0.1, "a'\u{1F980}", &[255_u8, 1, 0][..], None));
        let counts: (i64, i64, i64) = commands.query_single("SELECT how_many(), how_many(1), how_many(1, NULL, 'x')", ()).await?;
        assert_eq!(counts, (0, 1, 3));
        // On connections that are opened later, too.
        let tx = begin().using(&on).await?;
        let other = things().filter(reversed().eq("annA")).count().outside_transaction();
        let here = things().using(&tx).filter(reversed().eq("anna")).count();
        assert_eq!((here.await?, other.await?), (1, 0));
        tx.rollback().await?;
        on.close().await?;
        Ok(())
    }

    /// What goes wrong in a closure fails the statement, which says where; the connection goes on.
    async fn closures_that_fail(db: &TestDb) -> Outcome {
        let on = with_functions(db.url()).await?;
        let mut commands = orm::using(&on);
        for (sql, expected) in [
            ("SELECT plus(9223372036854775807, 1)", "`plus`: too large"),
            ("SELECT plus('1', 1)", "`plus`: argument 1 is text, not an integer"),
            ("SELECT plus(1, x'00')", "`plus`: argument 2 is bytes, not an integer"),
            ("SELECT is_even(1.5)", "`is_even`: argument 1 is a real number, not an integer"),
            ("SELECT not_a_number()", "`not_a_number`: the result is not a number"),
            ("SELECT panics(id) FROM own_function_thing", "`panics`: it panicked"),
            ("SELECT small(id) FROM own_function_thing", "`small`: too large"),
            ("SELECT plus(1)", "wrong number of arguments"),
        ] {
            let error = commands.query::<Option<f64>>(sql, ()).await.expect_err(sql);
            assert!(error.to_string().contains(expected), "{sql}: {error}");
            assert!(!format!("{error:?}").contains("4711"), "{error:?}");
        }
        assert_eq!(Thing::objects().using(&on).count().await?, 5);
        let fine: Vec<i64> = commands.query("SELECT panics(id) FROM own_function_thing WHERE id < 3 ORDER BY id", ()).await?;
        assert_eq!(fine, [1, 2]);
        on.close().await?;
        Ok(())
    }

    /// A state for each group; one without rows gives what an untouched state does.
    async fn aggregates(db: &TestDb) -> Outcome {
        let on = with_functions(db.url()).await?;
        let things = || Thing::objects().using(&on);
        let product = || call_aggregate("product", Thing::weight).gives::<f64>();
        assert_eq!(things().aggregate(product()).await?, -12.0);
        assert_eq!(things().filter(Thing::id.gt(100)).aggregate(product()).await?, 1.0);
        let weighted = call_aggregate("weighted", (Thing::weight, Thing::parts)).gives::<f64>();
        assert_eq!(things().aggregate((weighted, call_aggregate("rows", ()).gives::<i64>())).await?, (16.0, 5));
        let even = || call("is_even", Thing::id).gives::<bool>();
        let groups: Vec<(bool, f64, String, i64)> = things()
            .group_by(even())
            .annotate((product(), call_aggregate("names", Thing::name).gives::<String>(), call_aggregate("nulls", Thing::parts).gives::<i64>()))
            .order_by(key(even()).asc())
            .all()
            .await?;
        assert_eq!(groups, [(false, 24.0, ",anna,it's".to_owned(), 0), (true, -0.5, "Otto,über".to_owned(), 2)]);
        on.close().await?;
        Ok(())
    }

    /// Texts in an order of one's own: in comparisons, orders, and whether they are the same.
    async fn collations(db: &TestDb) -> Outcome {
        let on = Database::open("words", DatabaseOptions::url(db.url()).functions(functions())).await?;
        on.create_tables(&[Word::TABLE]).await?;
        for word in ["ccc", "a", "bb", "", "dddd", "ää"] {
            Word::objects().using(&on).create(NewWord::new(word)).await?;
        }
        let text = || Word::text.collate("by_length");
        let words = |rows: Vec<Word>| rows.into_iter().map(|word| word.text).collect::<Vec<_>>();
        let all = || Word::objects().using(&on);
        assert_eq!(words(all().order_by(text().asc()).all().await?), ["", "a", "bb", "ää", "ccc", "dddd"]);
        assert_eq!(words(all().filter(text().gt("zz")).order_by(text().desc()).all().await?), ["dddd", "ccc", "ää"]);
        assert_eq!(words(all().order_by(text().desc()).limit(1).all().await?), ["dddd"]);
        let groups: Vec<(String, i64)> =
            all().group_by(text()).annotate(count(Word::id)).order_by(key(text()).asc()).limit(2).all().await?;
        assert_eq!(groups, [(String::new(), 1), ("a".to_owned(), 1)]);
        on.close().await?;
        // Who lacks it is told.
        let error = Word::objects().using(db.handle()).order_by(text().asc()).all().await.expect_err("no such collation");
        assert!(error.to_string().contains("by_length"), "{error}");
        Ok(())
    }

    /// What a closure holds is dropped with the database: one that is closed keeps its options, and may be opened again with them.
    async fn closures_are_dropped(db: &TestDb) -> Outcome {
        static HELD: AtomicUsize = AtomicUsize::new(0);
        struct Held;
        impl Drop for Held {
            fn drop(&mut self) {
                HELD.fetch_sub(1, Ordering::SeqCst);
            }
        }
        HELD.fetch_add(1, Ordering::SeqCst);
        let held = Arc::new(Held);
        let functions = SqliteFunctions::new()
            .scalar("holds", { let held = Arc::clone(&held); move || i64::from(Arc::strong_count(&held) > 0) })
            .aggregate("holds_too", { let held = Arc::clone(&held); move || Arc::clone(&held) }, |_: &mut Arc<Held>, _: i64| (), |_| 1)
            .collation("holds_as_well", { let held = Arc::clone(&held); move |a, b| { let _ = &held; a.cmp(b) } });
        drop(held);
        let on = Database::open("held", DatabaseOptions::url(db.url()).functions(functions)).await?;
        let sum: i64 = orm::using(&on).scalar("SELECT holds() + holds_too(1)", ()).await?;
        assert_eq!((sum, HELD.load(Ordering::SeqCst)), (2, 1));
        // Given up in the middle of a group.
        let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, holds_too(i) FROM n GROUP BY i";
        let mut commands = orm::using(&on);
        let mut rows = commands.stream::<(i64, i64)>(slow, ());
        assert!(rows.try_next().await?.is_some());
        drop(rows);
        drop(commands);
        on.close().await?;
        assert_eq!(HELD.load(Ordering::SeqCst), 1);
        on.scope(async |_| Ok::<_, orm::Error>(())).await?;
        drop(on);
        assert_eq!(HELD.load(Ordering::SeqCst), 0);
        Ok(())
    }

    /// Wrong names are refused when the database is opened, and so are functions for a server.
    async fn wrong_names(db: &TestDb) -> Outcome {
        let with = |functions| Database::open("wrong", DatabaseOptions::url(db.url()).functions(functions));
        for name in ["", "a b", "1a", "ä", "a\0b", "orm_lower", "ORM_x", "abs", "Lower", "sum"] {
            let error = with(SqliteFunctions::new().scalar(name, |x: i64| x)).await.expect_err(name);
            assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{name:?}: {error:?}");
            assert_eq!(error.database(), Some("wrong"), "{name:?}");
        }
        for name in ["binary", "NOCASE", "rtrim", "a-b"] {
            let error = with(SqliteFunctions::new().collation(name, |a, b| a.cmp(b))).await.expect_err(name);
            assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{name:?}: {error:?}");
        }
        let server = DatabaseOptions::url("postgres://localhost/nothing").functions(functions());
        let error = Database::open("server", server).await.expect_err("a server");
        assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{error:?}");
        Ok(())
    }

    /// What a primary has its replicas have too, for the queries are the same; unless they say something themselves.
    async fn on_replicas(db: &TestDb) -> Outcome {
        let other = SqliteFunctions::new().scalar("reversed", |_: String| "another one");
        let options = DatabaseOptions::url(db.url())
            .functions(functions())
            .replica(db.url())
            .replica(DatabaseOptions::sqlite(db.path().ok_or("a file")?))
            .replica(DatabaseOptions::url(db.url()).functions(other));
        let on = Database::open("copied", options).await?;
        fill(&on).await?;
        let reversed = |on: &Database| {
            let things = Thing::objects().using(on).filter(Thing::id.eq(3));
            things.select(call("reversed", Thing::name).gives::<String>()).one().into_future()
        };
        let mut found = Vec::new();
        for replica in on.replicas() {
            found.push(reversed(&replica).await?);
        }
        assert_eq!(found, ["s'ti", "s'ti", "another one"]);
        let read = orm::with_database(&on, async {
            Thing::objects().filter(call("is_even", Thing::id).gives::<bool>()).count().await
        });
        assert_eq!(read.await?, 2, "by the first of them");
        on.close().await?;
        Ok(())
    }

    /// Not in what a file holds, and no decimals, which are integers there.
    async fn where_they_may_not_be(db: &TestDb) -> Outcome {
        let on = with_functions(db.url()).await?;
        let mut commands = orm::using(&on);
        commands.execute("CREATE VIEW own_view AS SELECT reversed(name) AS name FROM own_function_thing", ()).await?;
        let error = commands.query::<String>("SELECT name FROM own_view", ()).await.expect_err("in a view");
        assert!(error.to_string().contains("reversed"), "{error}");
        on.create_tables(&[Price::TABLE]).await?;
        let prices = || Price::objects().using(&on);
        for result in [
            prices().filter(call("same", Price::amount).gives::<i64>().gt(0)).count().await,
            prices().filter(call("same", Price::id).gives::<Decimal>().gt(Decimal::ONE)).count().await,
        ] {
            let error = result.expect_err("a decimal");
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
        }
        on.close().await?;
        Ok(())
    }
}
