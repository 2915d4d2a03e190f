//! Defaults: those of the database, of the program, and the time of a write.

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Every kind of default that a database fills in.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "filled", new(Debug, Clone))]
pub struct Filled {
    #[field(primary_key)]
    pub id: i64,
    #[field(db_default = -7)]
    pub small: i16,
    #[field(db_default = 9_000_000_000)]
    pub wide: u64,
    #[field(db_default = 1.5)]
    pub ratio: f64,
    #[field(db_default = true)]
    pub truth: bool,
    #[field(db_default = "it's \"a\\b\" – ü", max_length = 40)]
    pub state: String,
    #[field(db_default = "long")]
    pub text: String,
    #[field(db_default = -1.50, precision = 10, scale = 3)]
    pub price: Decimal,
    #[field(db_default = now)]
    pub at: DateTime<Utc>,
    #[field(db_default = now)]
    pub naive: NaiveDateTime,
    #[field(db_default = today)]
    pub day: NaiveDate,
    #[field(db_default = now)]
    pub time: NaiveTime,
    #[field(db_default = uuid)]
    pub token: Uuid,
    #[field(db_default = "none", max_length = 40)]
    pub note: Option<String>,
    #[field(db_default(sql = "1 + 2", postgres = "2 + 2"))]
    pub sum: i32,
}

/// A key that the database draws.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "drawn")]
pub struct Drawn {
    #[field(primary_key, db_default = uuid)]
    pub id: Uuid,
    #[field(max_length = 20)]
    pub name: String,
}

/// A key that the database always fills with the same.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fixed")]
pub struct Fixed {
    #[field(primary_key, db_default = "only", max_length = 20)]
    pub id: String,
}

/// A default that one backend has.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lone")]
pub struct Lone {
    #[field(primary_key)]
    pub id: i64,
    #[field(db_default(sqlite = "3"))]
    pub three: i32,
}

/// Keys that the program draws.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "own_keys")]
pub struct OwnKey {
    #[field(primary_key, default = Uuid::now_v7())]
    pub id: Uuid,
    #[field(default = Uuid::new_v4())]
    pub random: Uuid,
    pub refers: Option<ForeignKey<OwnKey>>,
}

/// The time of the last write, in each type.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "touched", patch(setters))]
pub struct Touched {
    #[field(primary_key)]
    pub id: i64,
    pub n: i32,
    #[field(auto_now)]
    pub at: DateTime<Utc>,
    #[field(auto_now)]
    pub naive: NaiveDateTime,
    #[field(auto_now)]
    pub day: NaiveDate,
    #[field(auto_now)]
    pub maybe: Option<NaiveTime>,
    #[field(auto_now_add)]
    pub made: DateTime<Utc>,
}

/// Whether two times are near each other, on a machine whose zone is far from the tests' one.
fn near(a: NaiveDateTime, b: NaiveDateTime) -> bool {
    (a - b).abs() < chrono::TimeDelta::minutes(10)
}

fn is_filled(row: &Filled, kind: Kind) {
    let now = Utc::now().naive_utc();
    assert_eq!((row.small, row.wide, row.truth), (-7, 9_000_000_000, true));
    assert!((row.ratio - 1.5).abs() < f64::EPSILON);
    assert_eq!((row.state.as_str(), row.text.as_str()), ("it's \"a\\b\" – ü", "long"));
    assert_eq!(row.price, Decimal::new(-150, 2));
    assert!(near(row.at.naive_utc(), now) && near(row.naive, now), "{row:?} {now}");
    assert_eq!(row.at.naive_utc(), row.naive, "one statement has one time");
    assert!(near(row.day.and_time(row.time), now), "{row:?} {now}");
    assert_eq!((row.token.get_version_num(), row.token.get_variant()), (4, uuid::Variant::RFC4122));
    assert_eq!(row.sum, if kind == Kind::Postgres { 4 } else { 3 });
}

/// The defaults in the catalog, by column.
async fn catalog(db: &TestDb) -> Result<Vec<Vec<Option<String>>>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => "SELECT name, dflt_value FROM pragma_table_info('filled')",
        Kind::Postgres => {
            "SELECT column_name, column_default FROM information_schema.columns \
             WHERE table_name = 'filled' AND table_schema = current_schema()"
        }
        _ => {
            "SELECT column_name, column_default FROM information_schema.columns \
             WHERE table_name = 'filled' AND table_schema = DATABASE()"
        }
    };
    db.oracle(sql).await
}

cases! {
    /// What is not given is filled in, and `create` gives what the database holds.
    async fn what_is_not_given_is_filled_in(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Filled::TABLE]).await?;
        let rows = Filled::objects().using(db.handle());
        let row = rows.clone().create(NewFilled::new()).await?;
        is_filled(&row, db.kind());
        assert_eq!(row.note.as_deref(), Some("none"));
        assert_eq!(rows.clone().get(row.id).await?, row);
        let other = rows.create(NewFilled::new()).await?;
        assert_ne!(row.token, other.token);
        for column in catalog(db).await? {
            let [Some(name), default] = &column[..] else { return Err("a column without a name".into()) };
            assert_eq!(default.is_some() && default.as_deref() != Some("NULL"), name != "id", "{name}: {default:?}");
        }
        Ok(())
    }

    /// Whatever the time zone of the session that inserts, times are UTC.
    async fn another_program_inserts(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Filled::TABLE]).await?;
        db.oracle(match db.kind() {
            Kind::Sqlite => "INSERT INTO filled DEFAULT VALUES",
            Kind::Postgres => "SET TIME ZONE 'Asia/Tokyo'; INSERT INTO filled DEFAULT VALUES",
            _ => "SET time_zone = '+09:00'; INSERT INTO filled () VALUES ()",
        }).await?;
        is_filled(&Filled::objects().using(db.handle()).one().await?, db.kind());
        Ok(())
    }

    /// What is given is used, NULL as well.
    async fn what_is_given_is_used(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Filled::TABLE]).await?;
        let rows = Filled::objects().using(db.handle());
        let at = DateTime::from_timestamp_micros(-1_234_567).ok_or("a time")?;
        let token = Uuid::new_v4();
        let new = NewFilled::new().small(1).wide(2_u64).ratio(2.5).truth(false).state("given").text("short")
            .price(Decimal::ONE).at(at).naive(at.naive_utc()).day(at.date_naive()).time(at.time())
            .token(token).note(None::<String>).sum(9);
        let row = rows.clone().create(new).await?;
        assert_eq!((row.small, row.wide, row.truth, row.sum), (1, 2, false, 9));
        assert_eq!((row.state.as_str(), row.note.clone(), row.at, row.token), ("given", None, at, token));
        assert_eq!(rows.clone().filter(Filled::note.is_null()).count().await?, 1);
        // A row is inserted elsewhere as it is.
        let copy = rows.clone().create(NewFilled { small: None, ..NewFilled::from(row.clone()) }).await?;
        assert_eq!((copy.small, copy.note, copy.at), (-7, None, at));
        Ok(())
    }

    /// Rows of one call that give different fields.
    async fn many_rows_some_of_which_give_it(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Filled::TABLE]).await?;
        let rows = Filled::objects().using(db.handle());
        let new = (0..300_i32).map(|n| match n % 3 {
            0 => NewFilled::new().sum(n + 100),
            1 => NewFilled::new(),
            _ => NewFilled::new().sum(n + 100).note("given"),
        });
        assert_eq!(rows.clone().bulk_create(new).await?, 300);
        let filled = if db.kind() == Kind::Postgres { 4 } else { 3 };
        assert_eq!(rows.clone().filter(Filled::sum.eq(filled)).count().await?, 100);
        assert_eq!(rows.clone().filter(Filled::note.eq("none")).count().await?, 200);
        assert_eq!(rows.filter(Filled::sum.gt(99) & Filled::small.eq(-7)).count().await?, 200);
        Ok(())
    }

    /// A key that the database draws is read back, on every backend.
    async fn keys_that_are_drawn(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Drawn::TABLE]).await?;
        let rows = Drawn::objects().using(db.handle());
        let one = rows.clone().create(NewDrawn::new("one")).await?;
        assert_eq!(one.id.get_version_num(), 4);
        let two = rows.clone().create(NewDrawn::new("two")).await?;
        assert_ne!(one.id, two.id);
        assert_eq!(rows.clone().get(one.id).await?, one);
        assert_eq!(rows.clone().bulk_create((0..20).map(|n| NewDrawn::new(format!("{n}")))).await?, 20);
        assert_eq!(rows.count().await?, 22);
        Ok(())
    }

    /// Any other default of a key is one that MySQL cannot tell of: refused before the insert.
    async fn keys_that_are_filled_in(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Fixed::TABLE]).await?;
        let rows = Fixed::objects().using(db.handle());
        match (db.kind(), rows.clone().create(NewFixed::new()).await) {
            (Kind::MySql, Err(error)) => {
                assert!(matches!(error.kind(), orm::ErrorKind::Unsupported { .. }), "{error:?}");
                assert_eq!((error.model(), error.field()), (Some("Fixed"), Some("id")));
                assert_eq!(rows.clone().count().await?, 0);
                assert_eq!(rows.clone().bulk_create([NewFixed::new()]).await?, 1);
            }
            (_, row) => assert_eq!(row?.id, "only"),
        }
        assert_eq!(rows.get("only").await?.id, "only");
        Ok(())
    }

    /// SQL for one backend is refused on the others.
    async fn sql_for_one_backend(db: &TestDb) -> Outcome {
        let created = db.handle().create_tables(&[Lone::TABLE]).await;
        if db.kind() == Kind::Sqlite {
            created?;
            assert_eq!(Lone::objects().using(db.handle()).create(NewLone::new()).await?.three, 3);
            return Ok(());
        }
        let error = created.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::Unsupported { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Lone"), Some("three")));
        Ok(())
    }

    /// Keys that the program draws, in order of time and at random.
    async fn keys_of_the_program(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[OwnKey::TABLE]).await?;
        let rows = OwnKey::objects().using(db.handle());
        let one = rows.clone().create(NewOwnKey::new()).await?;
        let two = rows.clone().create(NewOwnKey::new().refers(&one)).await?;
        assert_eq!((one.id.get_version_num(), one.random.get_version_num()), (7, 4));
        assert!(one.id < two.id);
        assert_eq!(rows.clone().order_by(OwnKey::id).select(OwnKey::id).all().await?, [one.id, two.id]);
        assert_eq!(rows.filter(OwnKey::refers.eq(&one)).one().await?, two);
        Ok(())
    }

    /// Every way to write moves `auto_now`, in each type; `auto_now_add` stays.
    async fn the_time_of_the_last_write(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Touched::TABLE]).await?;
        let rows = Touched::objects().using(db.handle());
        let row = rows.clone().create(NewTouched::new(1)).await?;
        rows.clone().bulk_create((0..3).map(NewTouched::new)).await?;
        assert_eq!(rows.clone().filter(Touched::naive.is_not_null() & Touched::maybe.is_not_null()).count().await?, 4);
        let recent = |row: &Touched| {
            let now = Utc::now().naive_utc();
            assert!(near(row.at.naive_utc(), now) && near(row.naive, now), "{row:?}");
            assert_eq!((row.naive.date(), row.maybe), (row.day, Some(row.naive.time())));
        };
        recent(&row);
        // Written back in time past the ORM, so that a write that does not move it would be seen.
        let old = "UPDATE touched SET at = '2001-01-01 00:00:00.000000', naive = '2001-01-01 00:00:00.000000', \
                   day = '2001-01-01', maybe = '00:00:00.000000', made = '2001-01-01 00:00:00.000000'";
        let one = || rows.clone().filter(Touched::id.eq(row.id));
        for way in 0..3 {
            db.oracle(old).await?;
            match way {
                0 => one().update(Touched::n.set(5)).await?,
                1 => one().patch(TouchedPatch::default().n(6)).await?,
                _ => rows.clone().update_all(Touched::n.set(Touched::n + 1)).await?,
            };
            let moved = one().one().await?;
            recent(&moved);
            assert!(moved.made.naive_utc() < moved.naive - chrono::TimeDelta::days(1));
        }
        // What is set is set.
        let at = DateTime::from_timestamp(0, 0).ok_or("a time")?;
        one().update(Touched::at.set(at)).await?;
        assert_eq!(one().one().await?.at, at);
        Ok(())
    }
}
