//! Every type as an element.

use std::collections::BTreeMap;

use chrono::FixedOffset;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use proptest::prelude::*;

use super::{Random, cases as number_of, texts};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(rename_all = "snake_case")]
pub(crate) enum Status {
    Open,
    #[db_enum(rename = "a 'quoted', {x} \"word\" ä")]
    Quoted,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(integer)]
#[repr(i16)]
pub(crate) enum Priority {
    High = 300,
    Low = -7,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(native, name = "mood_in_an_array")]
pub(crate) enum Mood {
    Sad,
    #[db_enum(rename = "it's, \"ok\"")]
    Ok,
}

#[derive(DbType, Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code(String);

#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(pub(super) Priority);

/// Moments in the years that every backend has.
fn moments() -> impl Strategy<Value = NaiveDateTime> {
    // From the year 1 to the year 9999, in microseconds from 1970 on.
    (-62_135_596_800_000_000_i64..253_402_300_800_000_000)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc())
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        Just(serde_json::Value::Null),
        any::<i64>().prop_map(serde_json::Value::from),
        texts().prop_map(serde_json::Value::from),
        prop::collection::vec(texts(), 0..3).prop_map(serde_json::Value::from),
    ]
}

/// A model with an array of each type, and one of which each array and each element may be NULL.
macro_rules! every {
    ($($(#[$attribute:meta])* $name:ident: $ty:ty = $strategy:expr;)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "every_array", new(Debug, Clone, PartialEq))]
        pub(crate) struct Every {
            #[field(primary_key)]
            id: i64,
            $($(#[$attribute])* $name: Vec<$ty>,)*
        }

        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "every_array_of_options", new(Debug, Clone, PartialEq))]
        struct Optional {
            #[field(primary_key)]
            id: i64,
            $($(#[$attribute])* $name: Option<Vec<Option<$ty>>>,)*
        }

        impl NewEvery {
            fn random(random: &mut Random) -> Result<Self, super::Failure> {
                Ok(Self { $($name: random.next(&prop::collection::vec($strategy, 0..5))?),* })
            }

            fn empty() -> Self {
                Self { $($name: Vec::new()),* }
            }
        }

        impl NewOptional {
            fn random(random: &mut Random) -> Result<Self, super::Failure> {
                Ok(Self {
                    $($name: random.next(&prop::option::weighted(
                        0.8,
                        prop::collection::vec(prop::option::weighted(0.7, $strategy), 0..5),
                    ))?),*
                })
            }
        }

        /// Finds each row by each of its arrays, by equality, and in a list.
        async fn find_each(db: &orm_tests::TestDb, rows: &[Every]) -> Result<(), super::Failure> {
            let on = || Every::objects().using(db.handle());
            for row in rows {
                let whole = Q::all_of([$(Every::$name.eq(&row.$name)),*]);
                let found = on().filter(whole).select(Every::id).all().await?;
                let wanted: Vec<_> = rows.iter().filter(|other| $(other.$name == row.$name)&&*).map(|row| row.id).collect();
                assert_eq!(found, wanted);
            }
            $({
                let list: Vec<_> = rows.iter().step_by(3).map(|row| row.$name.clone()).collect();
                let wanted: Vec<_> = rows.iter().filter(|row| list.contains(&row.$name)).map(|row| row.id).collect();
                let count = rows.len() - wanted.len();
                if stringify!($name) != "jsons" && stringify!($name) != "typed" {
                    let found = on().filter(Every::$name.in_(&list)).order_by(Every::id.asc()).select(Every::id).all().await?;
                    assert_eq!(found, wanted, stringify!($name));
                    assert_eq!(on().filter(Every::$name.not_in(&list)).count().await?, u64::try_from(count)?, stringify!($name));
                }
                for row in rows.iter().step_by(7) {
                    let wanted = rows.iter().filter(|other| other.$name != row.$name).count();
                    assert_eq!(on().filter(Every::$name.ne(&row.$name)).count().await?, u64::try_from(wanted)?, stringify!($name));
                    let wanted = rows.iter().filter(|other| row.$name.iter().all(|item| other.$name.contains(item))).count();
                    assert_eq!(on().filter(Every::$name.contains(&row.$name)).count().await?, u64::try_from(wanted)?, stringify!($name));
                    if let Some(item) = row.$name.first() {
                        let wanted = rows.iter().filter(|other| other.$name.contains(item)).count();
                        assert_eq!(on().filter(Every::$name.has(item)).count().await?, u64::try_from(wanted)?, stringify!($name));
                    }
                }
            })*
            Ok(())
        }
    };
}

every! {
    truths: bool = any::<bool>();
    tinies: i8 = any::<i8>();
    smalls: i16 = any::<i16>();
    mediums: i32 = any::<i32>();
    bigs: i64 = any::<i64>();
    unsigned_smalls: u16 = any::<u16>();
    unsigned_mediums: u32 = any::<u32>();
    unsigned_bigs: u64 = any::<u64>();
    singles: f32 = prop::num::f32::NORMAL | prop::num::f32::ZERO | prop::num::f32::INFINITE;
    doubles: f64 = prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::INFINITE;
    texts: String = texts();
    #[field(max_length = 12)]
    short_texts: String = texts();
    bytes: Vec<u8> = prop::collection::vec(any::<u8>(), 0..9);
    dates: NaiveDate = moments().prop_map(|moment| moment.date());
    times: NaiveTime = moments().prop_map(|moment| moment.time());
    moments: NaiveDateTime = moments();
    instants: DateTime<Utc> = moments().prop_map(|moment| moment.and_utc());
    offsets: DateTime<FixedOffset> = moments().prop_map(|moment| moment.and_utc().fixed_offset());
    spans: TimeDelta = any::<i64>().prop_map(TimeDelta::microseconds);
    uuids: Uuid = any::<u128>().prop_map(Uuid::from_u128);
    #[field(precision = 18, scale = 4)]
    decimals: Decimal = (-999_999_999_999_999_999_i64..=999_999_999_999_999_999).prop_map(|digits| Decimal::new(digits, 4));
    jsons: serde_json::Value = json();
    typed: Json<BTreeMap<String, i32>> = prop::collection::btree_map("[a-z\"]{0,3}", any::<i32>(), 0..3).prop_map(Json);
    statuses: Status = prop::sample::select(vec![Status::Open, Status::Quoted]);
    priorities: Priority = prop::sample::select(vec![Priority::High, Priority::Low]);
    moods: Mood = prop::sample::select(vec![Mood::Sad, Mood::Ok]);
    codes: Code = texts().prop_map(Code);
    levels: Level = prop::sample::select(vec![Level(Priority::High), Level(Priority::Low)]);
}

cases! {
    /// Arrays of every type come back as they were, by `create` and by `bulk_create`, and are found again.
    async fn random_arrays(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Every::TABLE, "truths").await;
        }
        db.handle().create_tables(&[Every::TABLE]).await?;
        let on = || Every::objects().using(db.handle());
        let mut random = Random::new(21);
        let mut all = Vec::new();
        for _ in 0..number_of(40, 600) {
            let new = NewEvery::random(&mut random)?;
            let row = on().create(new.clone()).await.map_err(|error| format!("{new:?}: {error:?}"))?;
            assert_eq!(NewEvery::from(row.clone()), new);
            assert_eq!(on().get(row.id).await?, row);
            all.push(new);
        }
        all.push(NewEvery::empty());
        on().delete_all().await?;
        assert_eq!(on().bulk_create(all.clone()).await?, u64::try_from(all.len())?);
        let rows = on().order_by(Every::id.asc()).all().await?;
        assert_eq!(rows.iter().cloned().map(NewEvery::from).collect::<Vec<_>>(), all);
        find_each(db, &rows).await
    }

    /// The same where an array may be NULL, and each of its elements.
    async fn random_arrays_with_nulls(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Optional::TABLE, "truths").await;
        }
        db.handle().create_tables(&[Optional::TABLE]).await?;
        let on = || Optional::objects().using(db.handle());
        let mut random = Random::new(22);
        let mut all = vec![NewOptional::new()];
        for _ in 0..number_of(40, 600) {
            let new = NewOptional::random(&mut random)?;
            let row = on().create(new.clone()).await.map_err(|error| format!("{new:?}: {error:?}"))?;
            assert_eq!(NewOptional::from(row.clone()), new);
            let by_text = on().filter(Optional::id.eq(row.id) & Optional::texts.eq(new.texts.clone()) & Optional::moods.eq(new.moods.clone()));
            assert_eq!(by_text.one().await?, row);
            all.push(new);
        }
        on().delete_all().await?;
        assert_eq!(on().bulk_create(all.clone()).await?, u64::try_from(all.len())?);
        let rows = on().order_by(Optional::id.asc()).all().await?;
        assert_eq!(rows.into_iter().map(NewOptional::from).collect::<Vec<_>>(), all);
        Ok(())
    }

    /// Each element is in the database what the server itself says that it is.
    async fn what_plain_sql_says(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Every::TABLE, "truths").await;
        }
        db.handle().create_tables(&[Every::TABLE]).await?;
        let mut random = Random::new(23);
        let mut oracle = db.connect_oracle().await?;
        for _ in 0..number_of(15, 200) {
            let row = Every::objects().using(db.handle()).create(NewEvery::random(&mut random)?).await?;
            let hex = |bytes: &Vec<u8>| format!("\\x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            let mood = |mood: &Mood| match mood { Mood::Sad => "Sad", Mood::Ok => "it's, \"ok\"" }.to_owned();
            let columns: [(&str, Vec<String>); 12] = [
                ("tinies", row.tinies.iter().map(ToString::to_string).collect()),
                ("mediums", row.mediums.iter().map(ToString::to_string).collect()),
                ("unsigned_mediums", row.unsigned_mediums.iter().map(ToString::to_string).collect()),
                ("unsigned_bigs", row.unsigned_bigs.iter().map(ToString::to_string).collect()),
                ("texts", row.texts.clone()),
                ("short_texts", row.short_texts.clone()),
                ("bytes", row.bytes.iter().map(hex).collect()),
                ("dates", row.dates.iter().map(ToString::to_string).collect()),
                ("uuids", row.uuids.iter().map(ToString::to_string).collect()),
                ("decimals", row.decimals.iter().map(ToString::to_string).collect()),
                ("moods", row.moods.iter().map(mood).collect()),
                ("codes", row.codes.iter().map(|code| code.0.clone()).collect()),
            ];
            for (name, wanted) in columns {
                let sql = format!("SELECT e::text FROM every_array, unnest({name}) WITH ORDINALITY AS u(e, n) WHERE id = {} ORDER BY n", row.id);
                let found: Vec<_> = oracle.ask(&sql).await?.into_iter().map(|mut row| row.remove(0).unwrap_or_default()).collect();
                assert_eq!(found, wanted, "{name}");
                let length = oracle.ask(&format!("SELECT coalesce(array_length({name}, 1), 0) FROM every_array WHERE id = {}", row.id)).await?;
                assert_eq!(length, [[Some(wanted.len().to_string())]], "{name}");
            }
        }
        Ok(())
    }

    /// The ends of every type.
    async fn limits(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return super::refused::everywhere_but_on_postgres(db, Every::TABLE, "truths").await;
        }
        db.handle().create_tables(&[Every::TABLE]).await?;
        let first = NaiveDate::from_ymd_opt(1, 1, 1).ok_or("a date")?.and_time(NaiveTime::MIN);
        let last = NaiveDate::from_ymd_opt(10_000, 1, 1).ok_or("a date")?.and_time(NaiveTime::MIN) - TimeDelta::microseconds(1);
        let new = NewEvery {
            truths: vec![true; 50_000],
            tinies: vec![i8::MIN, i8::MAX], smalls: vec![i16::MIN, i16::MAX], mediums: vec![i32::MIN, i32::MAX], bigs: vec![i64::MIN, i64::MAX],
            unsigned_smalls: vec![0, u16::MAX], unsigned_mediums: vec![0, u32::MAX], unsigned_bigs: vec![0, 1 << 63, u64::MAX],
            singles: vec![f32::MIN, f32::MAX, f32::MIN_POSITIVE, -0.0], doubles: vec![f64::MIN, f64::MAX, f64::MIN_POSITIVE, -0.0],
            texts: vec!["ä".repeat(100_000), String::new(), "NULL".to_owned(), "{\"a\",b}".to_owned()], short_texts: vec!["😀".repeat(12)],
            bytes: vec![vec![0; 100_000], Vec::new()], dates: vec![first.date(), last.date()], times: vec![NaiveTime::MIN, last.time()],
            moments: vec![first, last], instants: vec![first.and_utc(), last.and_utc()], offsets: vec![first.and_utc().fixed_offset()],
            spans: vec![TimeDelta::microseconds(i64::MIN), TimeDelta::microseconds(i64::MAX)], uuids: vec![Uuid::nil(), Uuid::max()],
            decimals: vec![Decimal::new(999_999_999_999_999_999, 4), Decimal::new(-999_999_999_999_999_999, 4), Decimal::new(0, 4)],
            jsons: vec![serde_json::Value::Null], typed: vec![Json(BTreeMap::new())],
            ..NewEvery::empty()
        };
        let row = Every::objects().using(db.handle()).create(new.clone()).await?;
        assert_eq!(NewEvery::from(row), new);
        // NaN is no number that equals itself.
        let row = Every::objects().using(db.handle()).create(NewEvery { doubles: vec![f64::NAN, 1.0], ..new }).await?;
        assert!(row.doubles[0].is_nan() && row.doubles[1] == 1.0);
        Ok(())
    }
}
