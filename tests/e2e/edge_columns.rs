//! A column never comes to hold what its Rust type cannot read, whichever way a value takes.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::types::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Wider than a row of MySQL's and MariaDB's.
#[derive(Model, Debug)]
#[model(table = "wide_rows")]
struct Wide {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 4000)]
    a: String,
    #[field(max_length = 4000)]
    b: String,
    #[field(max_length = 4000)]
    c: String,
    #[field(max_length = 4000)]
    d: String,
    #[field(max_length = 4000)]
    e: String,
}

/// An index that MySQL and MariaDB do not have.
#[derive(Model, Debug)]
#[model(table = "indexed_json")]
struct Indexed {
    #[field(primary_key)]
    id: i64,
    #[field(index)]
    extra: serde_json::Value,
}

#[derive(Model, Debug)]
#[model(table = "whole_pairs", primary_key(a, b))]
struct Pair {
    a: i64,
    b: i64,
}

/// With a foreign key of two columns, or of none.
#[derive(Model, Debug)]
#[model(table = "halves")]
struct Half {
    #[field(primary_key)]
    id: i64,
    pair: Option<ForeignKey<Pair>>,
}

/// Refused as a value of the wrong kind, by a check, or by the column itself.
fn refused(error: &orm::Error) -> bool {
    error.is_check_violation()
        || matches!(error.kind(), ErrorKind::InvalidValue { .. } | ErrorKind::Constraint(_))
}

/// Makes the row, tries the update, and sees that it is refused and changed nothing.
async fn stays(db: &TestDb, new: NewEveryOption, set: orm::Set<EveryOption>, what: &str) -> Outcome {
    let on = || EveryOption::objects().using(db.handle());
    let row = on().create(new).await?;
    match on().filter(EveryOption::id.eq(row.id)).update(set).await {
        Ok(_) => return Err(format!("{what} was not refused: {:?}", on().get(row.id).await).into()),
        Err(error) => assert!(refused(&error), "{what}: {error:?}"),
    }
    assert_eq!(on().get(row.id).await?, row, "{what}");
    Ok(())
}

cases! {
    /// Integers of every width, below, above and far above what they hold.
    async fn integers(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        macro_rules! integers {
            ($($field:ident $ty:ty, $most:expr;)*) => {$(
                let (least, most): ($ty, $ty) = (<$ty>::MIN, $most);
                let column = EveryOption::$field;
                stays(db, NewEveryOption::new().$field(most), column.set(column + 1), concat!(stringify!($ty), " + 1")).await?;
                stays(db, NewEveryOption::new().$field(least), column.set(column - 1), concat!(stringify!($ty), " - 1")).await?;
                stays(db, NewEveryOption::new().$field(most), column.set(column * column), concat!(stringify!($ty), " squared")).await?;
            )*};
        }
        let most_u64 = if db.kind() == Kind::Sqlite { i64::MAX.unsigned_abs() } else { u64::MAX };
        integers! {
            tiny i8, i8::MAX;
            small i16, i16::MAX;
            medium i32, i32::MAX;
            big i64, i64::MAX;
            unsigned_tiny u8, u8::MAX;
            unsigned_small u16, u16::MAX;
            unsigned_medium u32, u32::MAX;
            unsigned_big u64, most_u64;
        }
        Ok(())
    }

    /// Decimals with more digits than the column.
    async fn decimals(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let most = Decimal::new(999_999_999_999_999_999, 4);
        let column = EveryOption::decimal;
        stays(db, NewEveryOption::new().decimal(most), column.set(column + Decimal::new(1, 4)), "one more").await?;
        stays(db, NewEveryOption::new().decimal(-most), column.set(column - Decimal::ONE), "one less").await?;
        stays(db, NewEveryOption::new().decimal(most), column.set(column * Decimal::TEN), "ten times").await?;
        // What has more digits behind the point than the column is not rounded but on demand.
        let on = || EveryOption::objects().using(db.handle());
        for (value, rounded) in [(10_001, 15_002), (-10_001, -15_002), (10_000, 15_000), (33_335, 50_003)] {
            let row = on().create(NewEveryOption::new().decimal(Decimal::new(value, 4))).await?;
            let this = || on().filter(EveryOption::id.eq(row.id));
            let half_more = column * Decimal::new(15, 1);
            for error in [
                this().update(column.set(half_more.clone())).await.unwrap_err(),
                this().update(column.set(column + Decimal::new(5, 5))).await.unwrap_err(),
            ] {
                assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
                assert_eq!((error.model(), error.field()), (Some("EveryOption"), Some("decimal")));
                assert!(error.to_string().contains("`.round(4)`"), "{error}");
            }
            assert_eq!(on().get(row.id).await?, row);
            let selected = this().select((half_more.clone().round(4), column.round(0), column.round(18))).one().await?;
            this().update(column.set(half_more.round(4))).await?;
            let rounded = Decimal::new(rounded, 4);
            assert_eq!(on().get(row.id).await?.decimal, Some(rounded));
            let whole = Decimal::new(value, 4).round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
            assert_eq!(selected, (Some(rounded), Some(whole), Some(Decimal::new(value, 4))));
        }
        let fine = || Decimal::new(12_345, 5);
        let called = orm::call("coalesce", (column, Decimal::ONE)).gives::<Option<Decimal>>();
        if db.kind() != Kind::Sqlite {
            let error = on().filter(EveryOption::id.gt(0)).update(column.set(called.clone())).await.unwrap_err();
            assert!(error.to_string().contains("nobody knows"), "{error}");
            on().filter(EveryOption::id.gt(0)).update(column.set(called.round(4))).await?;
        }
        for error in [
            on().create(NewEveryOption::new().decimal(fine())).await.unwrap_err(),
            on().bulk_create([NewEveryOption::new(), NewEveryOption::new().decimal(fine())]).await.unwrap_err(),
            on().filter(EveryOption::id.gt(0)).update(column.set(fine())).await.unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("EveryOption"), Some("decimal")));
        }
        Ok(())
    }

    /// Single precision is calculated as double, and what leaves it is not stored.
    async fn floats(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let on = || EveryOption::objects().using(db.handle());
        let column = EveryOption::single;
        stays(db, NewEveryOption::new().single(f32::MAX), column.set(column * 2.0), "f32 * 2").await?;
        stays(db, NewEveryOption::new().single(f32::MIN), column.set(column * f32::MAX), "f32 squared").await?;
        let row = on().create(NewEveryOption::new().single(f32::MAX)).await?;
        on().filter(EveryOption::id.eq(row.id)).update(column.set(column * 1.0)).await?;
        assert_eq!(on().get(row.id).await?.single, Some(f32::MAX));
        // Neither is what leaves double precision.
        let column = EveryOption::double;
        let most = || NewEveryOption::new().double(f64::MAX);
        stays(db, most(), column.set(column * 10.0), "f64 * 10").await?;
        stays(db, most(), column.set(column * 10.0 - column * 20.0), "no number").await?;
        stays(db, most(), column.set(column * 10.0 / 10.0), "back again").await?;
        stays(db, most(), column.set((column * 10.0 - column * 20.0) / 2.0), "no number, divided").await?;
        stays(db, most(), column.set(column * 10.0 * 0.0 / 2.0 + 1.0), "no number, in a sum").await?;
        stays(db, most(), column.set((column / 0.5 - 1.0) * 0.0), "a quotient beyond").await?;
        let row = on().create(NewEveryOption::new().double(1.5)).await?;
        let this = || on().filter(EveryOption::id.eq(row.id));
        assert_eq!(this().select(((column + 1.0) / 2.0, column / 0.0)).one().await?, (Some(1.25), None));
        if matches!(db.kind(), Kind::Sqlite | Kind::Postgres) {
            this().update(column.set(f64::INFINITY)).await?;
            let kept = this().select((column + 1.0, 1.0 - column, column * column)).one().await?;
            assert_eq!(kept, (Some(f64::INFINITY), Some(f64::NEG_INFINITY), Some(f64::INFINITY)));
        }
        this().update(column.set(None)).await?;
        assert_eq!(this().select((column * 2.0, 1.0 - column)).one().await?, (None, None));
        Ok(())
    }

    /// NaN and infinities, by every way in: kept, or refused with nothing written.
    async fn not_numbers(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let on = || EveryOption::objects().using(db.handle());
        let plain = on().create(NewEveryOption::new()).await?;
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let single = if value.is_nan() { f32::NAN } else if value > 0.0 { f32::INFINITY } else { f32::NEG_INFINITY };
            let kept = match db.kind() {
                Kind::Sqlite => !value.is_nan(),
                Kind::Postgres => true,
                Kind::MySql | Kind::MariaDb => false,
            };
            let new = || NewEveryOption::new().double(value).single(single);
            let this = || on().filter(EveryOption::id.eq(plain.id));
            if kept {
                let same = |row: &EveryOption| row.double.is_some_and(|d| d == value || d.is_nan() && value.is_nan()) && row.single.is_some_and(|s| s == single || s.is_nan() && single.is_nan());
                assert!(same(&on().create(new()).await?));
                on().bulk_create([new()]).await?;
                this().update((EveryOption::double.set(value), EveryOption::single.set(single))).await?;
                assert!(same(&on().get(plain.id).await?));
                assert_eq!(on().filter(EveryOption::double.eq(value) & EveryOption::single.in_([single])).count().await?, 3);
                continue;
            }
            let before = on().count().await?;
            for error in [
                on().create(new()).await.unwrap_err(),
                on().bulk_create([NewEveryOption::new(), new()]).await.unwrap_err(),
                this().update(EveryOption::double.set(value)).await.unwrap_err(),
                this().update(EveryOption::single.set(single)).await.unwrap_err(),
                on().filter(EveryOption::double.eq(value)).count().await.unwrap_err(),
                on().filter(EveryOption::single.in_([single])).count().await.unwrap_err(),
            ] {
                assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{value}: {error:?}");
            }
            assert_eq!(on().count().await?, before);
        }
        Ok(())
    }

    /// Text that another column holds, and this one does not.
    async fn texts(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        for long in ["x".repeat(21), "ä".repeat(21), format!("{} ", "x".repeat(20))] {
            let set = EveryOption::short_text.set(EveryOption::text);
            stays(db, NewEveryOption::new().text(long).short_text("before"), set, "a long text").await?;
        }
        Ok(())
    }

    /// What plain SQL writes past the ORM is kept out by the column, or is something that the type reads.
    async fn plain_sql(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        EveryOption::objects().using(db.handle()).create(NewEveryOption::new()).await?;
        let mut wrong = vec![
            "tiny = 128", "tiny = -129", "small = 32768", "medium = 2147483648", "unsigned_tiny = 256", "unsigned_tiny = -1",
            "unsigned_small = 65536", "unsigned_medium = 4294967296", "unsigned_medium = -1", "unsigned_big = -1",
            "short_text = 'xxxxxxxxxxxxxxxxxxxxx'", "json = '{'",
        ];
        match db.kind() {
            Kind::Sqlite => wrong.extend(["truth = 2", "big = 1.5", "big = 9223372036854775807 + 1", "single = 1e39", "text = x'00'", "uuid = x'00'", "decimal = 1.5", "double = 'x'", "bytes = 'x'",
                "date = 'garbage'", "date = '2024-02-30'", "date = '0000-01-01'", "date = '2024-1-01'", "date = '2024-01-01 00:00:00.000000'",
                "time = '25:00:00.000000'", "time = '24:00:00.000000'", "time = '12:00:00'", "time = '12:00'", "time = '2024-01-01 12:00:00.000000'",
                "datetime = '2024-02-30 00:00:00.000000'", "datetime = '2024-01-01T00:00:00.000000'", "datetime = '2024-01-01 00:00:00'",
                "datetime = '2024-01-01 24:00:00.000000'",
                "datetime = '0000-01-01 00:00:00.000000'", "timestamp = '2024-01-01 00:00:00.000000Z'", "timestamp = 'now'"]),
            Kind::Postgres => wrong.extend(["truth = 2", "big = 9223372036854775808", "single = 1e39", "uuid = 'x'", "unsigned_big = 18446744073709551616",
                "date = 'infinity'", "date = '10000-01-01'", "date = '0044-03-15 BC'", "time = '24:00'", "datetime = '-infinity'",
                "datetime = '10000-01-01'", "timestamp = 'infinity'", "timestamp = '10000-01-01 00:00:00+00'", "decimal = 'NaN'"]),
            Kind::MySql | Kind::MariaDb => wrong.extend(["truth = 2", "big = 9223372036854775808", "single = 1e39", "unsigned_big = 18446744073709551616",
                "date = '0000-01-01'", "date = '2024-02-30'", "time = '25:00:00'", "time = '-01:00:00'", "datetime = '0000-01-01 00:00:00'",
                "timestamp = '0000-01-01 00:00:00'"]),
        }
        let right = [
            "date = '0001-01-01'", "date = '9999-12-31'", "time = '00:00:00.000000'", "time = '23:59:59.999999'",
            "datetime = '0001-01-01 00:00:00.000000'", "datetime = '9999-12-31 23:59:59.999999'", "date = NULL", "time = NULL",
        ];
        for set in right {
            db.oracle(&format!("UPDATE every_option SET {set}")).await?;
            EveryOption::objects().using(db.handle()).one().await?;
        }
        for set in wrong {
            assert!(db.oracle(&format!("UPDATE every_option SET {set}")).await.is_err(), "{set}");
        }
        assert_eq!(EveryOption::objects().using(db.handle()).count().await?, 1);
        Ok(())
    }

    /// A value that no column can hold is an error about its field.
    async fn the_field_is_named(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let on = || EveryOption::objects().using(db.handle());
        let plain = on().create(NewEveryOption::new()).await?;
        let far = NaiveDate::from_ymd_opt(10_000, 1, 1).ok_or("a date")?;
        let mut wrong = vec![
            ("date", NewEveryOption::new().date(far), EveryOption::date.set(far)),
            ("datetime", NewEveryOption::new().datetime(NaiveDateTime::from(far)), EveryOption::datetime.set(NaiveDateTime::from(far))),
            ("timestamp", NewEveryOption::new().timestamp(NaiveDateTime::from(far).and_utc()), EveryOption::timestamp.set(NaiveDateTime::from(far).and_utc())),
            ("text", NewEveryOption::new().text("\0"), EveryOption::text.set("\0")),
        ];
        if db.kind() != Kind::Postgres {
            wrong.push(("double", NewEveryOption::new().double(f64::NAN), EveryOption::double.set(f64::NAN)));
            wrong.push(("single", NewEveryOption::new().single(f32::NAN), EveryOption::single.set(f32::NAN)));
        }
        if db.kind() == Kind::Sqlite {
            wrong.push(("unsigned_big", NewEveryOption::new().unsigned_big(u64::MAX), EveryOption::unsigned_big.set(u64::MAX)));
        }
        for (field, new, set) in wrong {
            for error in [
                on().create(new.clone()).await.unwrap_err(),
                on().bulk_create([NewEveryOption::new(), new]).await.unwrap_err(),
                on().filter(EveryOption::id.eq(plain.id)).update(set).await.unwrap_err(),
            ] {
                assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
                assert_eq!((error.model(), error.field()), (Some("EveryOption"), Some(field)), "{error:?}");
            }
        }
        if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
on().create(NewEveryOption::new().tiny(100)).await?;
            let error = on().update_all(EveryOption::tiny.set(EveryOption::tiny + 100)).await.unwrap_err();
            assert_eq!(error.field(), Some("tiny"), "{error:?}");
        }
        Ok(())
    }

    /// A table that the backend does not have is an error about its model.
    async fn tables_that_cannot_be(db: &TestDb) -> Outcome {
        let wide = db.handle().create_tables(&[Wide::TABLE]).await;
        let indexed = db.handle().create_tables(&[Indexed::TABLE]).await;
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => {
                wide?;
                indexed?;
            }
            Kind::MySql | Kind::MariaDb => {
                let error = wide.unwrap_err();
                assert_eq!((error.model(), error.database()), (Some("Wide"), Some(db.handle().name())), "{error:?}");
                let error = indexed.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
                assert_eq!((error.model(), error.field()), (Some("Indexed"), Some("extra")), "{error:?}");
            }
        }
        Ok(())
    }

    /// A foreign key of several columns is there, or is not: there is no half of one.
    async fn half_a_key(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Pair::TABLE, Half::TABLE]).await?;
        Pair::objects().using(db.handle()).create(NewPair::new(1, 2)).await?;
        Half::objects().using(db.handle()).create(NewHalf::new().pair((1, 2))).await?;
        for set in ["pair_a = NULL", "pair_b = NULL", "pair_a = 2"] {
            assert!(db.oracle(&format!("UPDATE halves SET {set}")).await.is_err(), "{set}");
        }
        db.oracle("UPDATE halves SET pair_a = NULL, pair_b = NULL").await?;
        assert_eq!(Half::objects().using(db.handle()).one().await?.pair.map(|pair| *pair.key()), None);
        assert!(db.oracle("UPDATE halves SET pair_b = 2").await.is_err());
        Ok(())
    }
}
