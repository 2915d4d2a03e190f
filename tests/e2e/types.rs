//! Every column type round-trips, or is refused with a typed error.

use chrono::TimeDelta;
use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::types::{EveryOption, EveryType, NewEveryOption, NewEveryType};
use orm_tests::{Kind, Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

fn at(year: i32, micros: i64) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
        + TimeDelta::microseconds(micros)
}

fn plain() -> NewEveryType {
    NewEveryType {
        truth: true,
        tiny: 0,
        small: 0,
        medium: 0,
        big: 0,
        unsigned_tiny: 0,
        unsigned_small: 0,
        unsigned_medium: 0,
        unsigned_big: 0,
        single: 0.0,
        double: 0.0,
        text: String::new(),
        short_text: String::new(),
        bytes: Vec::new(),
        date: NaiveDate::default(),
        time: NaiveTime::MIN,
        datetime: at(2000, 0),
        timestamp: at(2000, 0).and_utc(),
        uuid: Uuid::nil(),
        decimal: Decimal::ZERO,
        json: serde_json::Value::Null,
    }
}

/// The greatest `u64` that a backend holds.
fn most_u64(db: &TestDb) -> u64 {
    if db.kind() == Kind::Sqlite { i64::MAX.unsigned_abs() } else { u64::MAX }
}

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            any::<char>(),
            prop::sample::select(vec!['\'', '"', '\\', '%', '_', 'ä', '😀', '\n', '\u{feff}'])
        ],
        0..30,
    )
    .prop_map(|chars| chars.into_iter().filter(|c| *c != '\0').collect())
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        // Floats that are integers, of all sizes.
        (any::<i32>(), 0..300)
            .prop_map(|(digits, zeros)| Value::from(f64::from(digits) * 10_f64.powi(zeros))),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-zä]{0,5}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn rows(most: u64) -> impl Strategy<Value = NewEveryType> {
    let numbers = (
        any::<bool>(),
        any::<i8>(),
        any::<i16>(),
        any::<i32>(),
        any::<i64>(),
        any::<u8>(),
        any::<u16>(),
        any::<u32>(),
        0..=most,
    );
    let floats =
        (prop::num::f32::NORMAL | prop::num::f32::ZERO, prop::num::f64::NORMAL | prop::num::f64::ZERO);
    let times = (0..86_400_000_000_i64, 1..=9_999_i32, 0..365_i64, 0..86_400_000_000_i64);
    let rest = (
        texts(),
        "\\PC{0,20}",
        prop::collection::vec(any::<u8>(), 0..40),
        any::<u128>(),
        -99_999_999_999_999_i64..=99_999_999_999_999_i64,
        json(),
    );
    (numbers, floats, times, rest).prop_map(
        |(n, f, (micros, year, day, of_day), (text, short, bytes, uuid, decimal, json))| {
            let moment = at(year, day * 86_400_000_000 + of_day);
            let moment = if moment.date() > NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default() {
                at(9999, 0)
            } else {
                moment
            };
            NewEveryType {
                truth: n.0,
                tiny: n.1,
                small: n.2,
                medium: n.3,
                big: n.4,
                unsigned_tiny: n.5,
                unsigned_small: n.6,
                unsigned_medium: n.7,
                unsigned_big: n.8,
                single: f.0,
                double: f.1,
                text,
                short_text: short.chars().take(20).collect(),
                bytes,
                date: moment.date(),
                time: NaiveTime::MIN + TimeDelta::microseconds(micros),
                datetime: moment,
                timestamp: moment.and_utc(),
                uuid: Uuid::from_u128(uuid),
                decimal: Decimal::new(decimal, 4),
                json,
            }
        },
    )
}

/// The row as it must come back.
fn expected(new: &NewEveryType, id: i64) -> EveryType {
    EveryType {
        id,
        truth: new.truth,
        tiny: new.tiny,
        small: new.small,
        medium: new.medium,
        big: new.big,
        unsigned_tiny: new.unsigned_tiny,
        unsigned_small: new.unsigned_small,
        unsigned_medium: new.unsigned_medium,
        unsigned_big: new.unsigned_big,
        single: new.single,
        double: new.double,
        text: new.text.clone(),
        short_text: new.short_text.clone(),
        bytes: new.bytes.clone(),
        date: new.date,
        time: new.time,
        datetime: new.datetime,
        timestamp: new.timestamp,
        uuid: new.uuid,
        decimal: new.decimal,
        json: new.json.clone(),
    }
}

cases! {
    /// Random values of every type come back as they were, and are found by equality.
    async fn random_values(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryType::TABLE]).await?;
        let on = EveryType::objects().using(db.handle());
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 2_500 } else { 200 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]));
        let strategy = rows(most_u64(db));
        for _ in 0..cases {
            let new = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let wanted = expected(&new, 0);
            let created = on.clone().create(new).await.map_err(|error| format!("{wanted:?}: {error:?}"))?;
            assert_eq!(created, EveryType { id: created.id, ..wanted.clone() });
            let found = on.clone().filter(
                EveryType::id.eq(created.id) & EveryType::big.eq(wanted.big) & EveryType::unsigned_big.eq(wanted.unsigned_big)
                    & EveryType::single.eq(wanted.single) & EveryType::double.eq(wanted.double) & EveryType::text.eq(&wanted.text)
                    & EveryType::bytes.eq(&wanted.bytes) & EveryType::date.eq(wanted.date) & EveryType::time.eq(wanted.time)
                    & EveryType::datetime.eq(wanted.datetime) & EveryType::timestamp.eq(wanted.timestamp)
                    & EveryType::uuid.eq(wanted.uuid) & EveryType::decimal.eq(wanted.decimal),
            );
            assert_eq!(found.count().await?, 1, "{created:?}");
        }
        Ok(())
    }

    /// The same by `bulk_create`, which is arrays on PostgreSQL; and lists of values find what they find in Rust.
    async fn random_values_in_bulk(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryType::TABLE]).await?;
        let on = || EveryType::objects().using(db.handle());
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 20 } else { 2 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[12; 32]));
        let strategy = prop::collection::vec(rows(most_u64(db)), 40);
        for _ in 0..cases {
            on().delete_all().await?;
            let new = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let count = u64::try_from(new.len())?;
            assert_eq!(on().bulk_create(new.clone()).await?, count);
            let rows = on().order_by(EveryType::id.asc()).all().await?;
            let wanted: Vec<_> = new.iter().zip(&rows).map(|(new, row)| expected(new, row.id)).collect();
            assert_eq!(rows, wanted);
            macro_rules! lists {
                ($($field:ident)*) => {$(
                    let list: Vec<_> = rows.iter().step_by(3).map(|row| row.$field.clone()).collect();
                    let wanted: Vec<_> = rows.iter().filter(|row| list.contains(&row.$field)).map(|row| row.id).collect();
                    let found = on().filter(EveryType::$field.in_(&list)).order_by(EveryType::id.asc()).select(EveryType::id).all().await?;
                    assert_eq!(found, wanted, stringify!($field));
                    let left = on().filter(EveryType::$field.not_in(&list)).count().await?;
                    assert_eq!(left, count - u64::try_from(wanted.len())?, stringify!($field));
                )*};
            }
            lists!(truth tiny small medium big unsigned_tiny unsigned_small unsigned_medium unsigned_big single double text short_text
                bytes date time datetime timestamp uuid decimal);
        }
        Ok(())
    }

    /// The limits of each type.
    async fn limits(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryType::TABLE]).await?;
        let on = EveryType::objects().using(db.handle());
        let low = NewEveryType {
            tiny: i8::MIN, small: i16::MIN, medium: i32::MIN, big: i64::MIN, single: f32::MIN, double: f64::MIN_POSITIVE,
            date: NaiveDate::from_ymd_opt(1, 1, 1).ok_or("date")?, datetime: at(1, 0), timestamp: at(1, 0).and_utc(),
            decimal: Decimal::new(-999_999_999_999_999_999, 4), ..plain()
        };
        let last = at(10_000, -1);
        let high = NewEveryType {
            tiny: i8::MAX, small: i16::MAX, medium: i32::MAX, big: i64::MAX, unsigned_tiny: u8::MAX, unsigned_small: u16::MAX,
            unsigned_medium: u32::MAX, unsigned_big: most_u64(db), single: f32::MAX, double: f64::MAX, date: last.date(), time: last.time(),
            datetime: last, timestamp: last.and_utc(), decimal: Decimal::new(999_999_999_999_999_999, 4), uuid: Uuid::max(),
            text: "ä".repeat(100_000), short_text: "😀".repeat(20), bytes: vec![0; 100_000], ..plain()
        };
        for new in [low, high] {
            let wanted = expected(&new, 0);
            let created = on.clone().create(new).await?;
            assert_eq!(created, EveryType { id: created.id, ..wanted });
        }
        Ok(())
    }

    /// What a backend cannot hold is refused with a typed error, never changed.
    async fn refusals(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryType::TABLE]).await?;
        let on = EveryType::objects().using(db.handle());
        let mut wrong = vec![
            NewEveryType { text: "a\0b".to_owned(), ..plain() },
            NewEveryType { datetime: at(10_000, 0), ..plain() },
            NewEveryType { timestamp: at(0, 0).and_utc(), ..plain() },
            NewEveryType { date: NaiveDate::from_ymd_opt(-1, 1, 1).ok_or("date")?, ..plain() },
            NewEveryType { decimal: Decimal::new(1, 5), ..plain() },
        ];
        if db.kind() == Kind::Sqlite {
            wrong.push(NewEveryType { unsigned_big: u64::MAX, ..plain() });
            wrong.push(NewEveryType { double: f64::NAN, ..plain() });
        }
        if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
            wrong.push(NewEveryType { double: f64::NAN, ..plain() });
            wrong.push(NewEveryType { single: f32::INFINITY, ..plain() });
        }
        for (n, new) in wrong.into_iter().enumerate() {
            let error = on.clone().create(new).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{n}: {error:?}");
            assert_eq!(error.model(), Some("EveryType"));
        }
        // Refused by the column itself.
        for (n, new) in [
            NewEveryType { short_text: "x".repeat(21), ..plain() },
            NewEveryType { decimal: Decimal::new(1_000_000_000_000_000_000, 4), ..plain() },
        ]
        .into_iter()
        .enumerate()
        {
            let error = on.clone().create(new).await.unwrap_err();
            assert!(error.is_check_violation() || matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{n}: {error:?}");
        }
        on.clone().create(plain()).await?;
        for set in [EveryType::tiny.set(EveryType::tiny + 127 + 127), EveryType::unsigned_tiny.set(EveryType::unsigned_tiny - 1)] {
            let error = on.clone().update_all(set).await.unwrap_err();
            assert!(error.is_check_violation() || matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        }
        assert_eq!(on.count().await?, 1);
        Ok(())
    }

    /// Parts finer than a microsecond are cut, in writes and in filters alike.
    async fn microseconds(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryType::TABLE]).await?;
        let on = EveryType::objects().using(db.handle());
        for fine in [at(2024, 1) + TimeDelta::nanoseconds(999), at(1969, -1) - TimeDelta::nanoseconds(1)] {
            let created = on.clone().create(NewEveryType { datetime: fine, timestamp: fine.and_utc(), time: fine.time(), ..plain() }).await?;
            let cut = fine - TimeDelta::nanoseconds(i64::from(fine.and_utc().timestamp_subsec_nanos() % 1_000));
            assert_eq!((created.datetime, created.timestamp, created.time), (cut, cut.and_utc(), cut.time()));
            assert_eq!(on.clone().filter(EveryType::timestamp.eq(fine.and_utc()) & EveryType::id.eq(created.id)).count().await?, 1);
        }
        Ok(())
    }

    /// NULL of every type, told apart from the empty value.
    async fn nulls(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let on = EveryOption::objects().using(db.handle());
        let none = on.clone().create(NewEveryOption::new()).await?;
        assert_eq!((none.text.as_ref(), none.big, none.json.as_ref(), none.uuid), (None, None, None, None));
        let some = NewEveryOption::new().text(String::new()).bytes(Vec::new()).json(serde_json::Value::Null).truth(false);
        let some = on.clone().create(some).await?;
        assert_eq!((some.text.as_deref(), some.bytes.as_deref(), some.truth), (Some(""), Some(&[][..]), Some(false)));
        assert_eq!(some.json, Some(serde_json::Value::Null));
        assert_eq!(on.clone().filter(EveryOption::text.eq("")).count().await?, 1);
        assert_eq!(on.clone().filter(EveryOption::text.is_null() & EveryOption::json.is_null() & EveryOption::decimal.is_null()).count().await?, 1);
        assert_eq!(on.clone().filter(EveryOption::truth.eq(None)).count().await?, 1);
        assert_eq!(on.bulk_create((0..10).map(|n| NewEveryOption::new().big((n % 2 == 0).then_some(n)))).await?, 10);
        Ok(())
    }
}
