//! Instants with an offset, and spans of time.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shifts", new(Debug, Clone))]
struct Shift {
    #[field(primary_key)]
    id: i64,
    start: DateTime<FixedOffset>,
    end: Option<DateTime<FixedOffset>>,
    #[field(auto_now_add, insertable)]
    made: DateTime<FixedOffset>,
    length: TimeDelta,
    rest: Option<TimeDelta>,
}

/// An instant as a key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "marks")]
struct Mark {
    #[field(primary_key)]
    at: DateTime<FixedOffset>,
    #[field(related_name = followers)]
    after: Option<ForeignKey<Mark>>,
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap_or_default()
}

fn micros(micros: i64) -> TimeDelta {
    TimeDelta::microseconds(micros)
}

cases! {
    /// The instant is kept; the offset that it is read back with is zero.
    async fn random_values(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Shift::TABLE]).await?;
        let shifts = || Shift::objects().using(on);
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 2_000 } else { 100 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[6; 32]));
        // From the year 2 to 9998, whose days are all in the years that a backend has.
        let strategy = (-62_000_000_000_i64..253_000_000_000, 0..1_000_000_u32, -86_399..86_400_i32, any::<i64>());
        for _ in 0..cases {
            let (seconds, of_second, offset, length) = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let utc = DateTime::from_timestamp(seconds, of_second * 1000).ok_or("an instant")?;
            let local = utc.with_timezone(&FixedOffset::east_opt(offset).ok_or("an offset")?);
            let row = shifts().create(NewShift::new(local, micros(length)).end(local).rest(micros(length))).await?;
            assert_eq!((row.start, row.end, row.length, row.rest), (local, Some(local), micros(length), Some(micros(length))));
            assert_eq!((row.start.offset().local_minus_utc(), row.start.naive_utc()), (0, utc.naive_utc()));
            let found = shifts().filter(Shift::id.eq(row.id) & Shift::start.eq(local) & Shift::end.in_([local]) & Shift::length.eq(micros(length)) & Shift::rest.in_([micros(length)]));
            assert_eq!(found.count().await?, 1);
        }
        Ok(())
    }

    /// What is stored, in plain SQL: the instant in UTC, and microseconds.
    async fn what_is_stored(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Shift::TABLE]).await?;
        let new = NewShift { made: Some(at("1969-12-31T23:59:59.999999-14:00")), ..NewShift::new(at("2024-02-29T00:30:00.000001+05:45"), micros(-90_000_001)) };
        Shift::objects().using(on).create(new).await?;
        let sql = match db.kind() {
            Kind::Sqlite => "SELECT start, made, CAST(length AS TEXT) FROM shifts",
            Kind::Postgres => "SELECT CAST(start AT TIME ZONE 'UTC' AS TEXT), CAST(made AT TIME ZONE 'UTC' AS TEXT), CAST(length AS TEXT) FROM shifts",
            _ => "SELECT CAST(start AS CHAR), CAST(made AS CHAR), CAST(length AS CHAR) FROM shifts",
        };
        let stored: Vec<String> = db.oracle(sql).await?.into_iter().flatten().flatten().collect();
        assert_eq!(stored, ["2024-02-28 18:45:00.000001", "1970-01-01 13:59:59.999999", "-90000001"]);
        Ok(())
    }

    /// Order, sums and averages agree with Rust; parts finer than a microsecond are cut, in filters too.
    async fn order_and_sums(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Shift::TABLE]).await?;
        let shifts = || Shift::objects().using(on);
        let lengths = [5, -7, 0, 3_600_000_000, -1, i64::from(i32::MAX) * 1_000];
        let starts = ["2000-01-01T00:00:00+01:00", "1999-12-31T22:30:00-00:30", "2000-01-01T09:00:00+10:00", "2000-01-01T00:00:00Z", "1999-12-31T12:00:00-11:00", "2100-01-01T00:00:00Z"];
        shifts().bulk_create(lengths.iter().zip(starts).map(|(length, start)| NewShift::new(at(start), micros(*length)))).await?;
        let mut sorted = lengths;
        sorted.sort_unstable();
        assert_eq!(shifts().order_by(Shift::length.asc()).select(Shift::length).all().await?, sorted.map(micros));
        let (least, most) = (micros(sorted[0]), micros(sorted[5]));
        let sum = micros(lengths.iter().sum());
        assert_eq!(shifts().aggregate((min(Shift::length), max(Shift::length), orm::sum(Shift::length), orm::sum(Shift::rest))).await?, (Some(least), Some(most), Some(sum), None));
        let mean = lengths.iter().sum::<i64>() as f64 / 6.0;
        assert_eq!(shifts().aggregate(avg(Shift::length)).await?, Some(mean));
        assert_eq!(shifts().filter(Shift::length.lt(TimeDelta::nanoseconds(-1))).count().await?, 1);
        assert_eq!(shifts().filter(Shift::length.eq(TimeDelta::nanoseconds(5_999))).count().await?, 1);
        let mut instants = starts.map(at);
        instants.sort_unstable();
        assert_eq!(shifts().order_by(Shift::start.asc()).select(Shift::start).all().await?, instants);
        assert_eq!(shifts().filter(Shift::start.eq(at("2000-01-01T01:00:00+02:00"))).count().await?, 4);
        assert_eq!(shifts().filter(Shift::start.gt(at("2000-01-01T01:00:00+02:00"))).count().await?, 2);
        let fine = shifts().create(NewShift::new(at("2024-01-01T00:00:00.000001999+03:00"), TimeDelta::nanoseconds(-1_500))).await?;
        assert_eq!((fine.start, fine.length), (at("2023-12-31T21:00:00.000001Z"), micros(-2)));
        Ok(())
    }

    /// What cannot be held is refused.
    async fn refusals(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Shift::TABLE]).await?;
        let shifts = || Shift::objects().using(on);
        let start = at("2024-01-01T00:00:00Z");
        for length in [micros(i64::MIN), micros(i64::MAX)] {
            assert_eq!(shifts().create(NewShift::new(start, length)).await?.length, length);
        }
        let beyond = DateTime::from_timestamp(253_402_300_800, 0).ok_or("an instant")?.fixed_offset();
        for new in [NewShift::new(start, TimeDelta::MAX), NewShift::new(start, TimeDelta::MIN), NewShift::new(start, micros(i64::MIN) - TimeDelta::nanoseconds(1)), NewShift::new(beyond, micros(0))] {
            for error in [shifts().create(new.clone()).await.unwrap_err(), shifts().bulk_create([new]).await.unwrap_err()] {
                assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
            }
        }
        assert_eq!(shifts().count().await?, 2);
        // A sum that does not fit is an error, and never another number.
        shifts().create(NewShift::new(start, micros(i64::MAX))).await?;
        assert!(shifts().filter(Shift::length.gt(micros(0))).aggregate(orm::sum(Shift::length)).await.is_err());
        Ok(())
    }

    /// Instants as keys: equal ones are the same, whatever their offsets.
    async fn keys(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Mark::TABLE]).await?;
        let marks = || Mark::objects().using(on);
        let first = marks().create(NewMark::new(at("2024-06-01T12:00:00+02:00"))).await?;
        let second = marks().create(NewMark::new(at("2024-06-02T12:00:00Z")).after(at("2024-06-01T10:00:00Z"))).await?;
        assert_eq!(marks().get(at("2024-06-01T05:00:00-05:00")).await?, first);
        assert_eq!(marks().filter(Mark::after.eq(first.at)).one().await?, second);
        assert_eq!(marks().filter(Mark::after.to(Mark::at).eq(at("2024-06-01T11:00:00+01:00"))).one().await?, second);
        assert!(marks().create(NewMark::new(at("2024-06-01T10:00:00Z"))).await.unwrap_err().is_unique_violation());
        Ok(())
    }
}
