//! Values in a schema are written out: they mean what the same values mean when they are bound.

use std::sync::Mutex as StdMutex;

use chrono::TimeDelta;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The values that the checks of `Held` are about, while a case makes its table; none are those of other tests.
static WANTED: StdMutex<Option<NewHeld>> = StdMutex::new(None);

/// One case at a time has them.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn wanted() -> NewHeld {
    WANTED.lock().expect("no case panics here").clone().unwrap_or_default()
}

/// Each column must hold what the schema says, or NULL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "held", new(Debug, Clone, PartialEq, Default))]
pub(crate) struct Held {
    #[field(primary_key)]
    pub id: i64,
    #[field(check = Self::truth.eq(wanted().truth) | Self::truth.is_null())]
    pub truth: Option<bool>,
    #[field(check = Self::tiny.eq(wanted().tiny) | Self::tiny.is_null())]
    pub tiny: Option<i8>,
    #[field(check = Self::big.eq(wanted().big) | Self::big.is_null())]
    pub big: Option<i64>,
    #[field(check = Self::unsigned.eq(wanted().unsigned) | Self::unsigned.is_null())]
    pub unsigned: Option<u64>,
    #[field(check = Self::single.eq(wanted().single) | Self::single.is_null())]
    pub single: Option<f32>,
    #[field(check = Self::double.eq(wanted().double) | Self::double.is_null())]
    pub double: Option<f64>,
    #[field(check = Self::text.eq(wanted().text) | Self::text.is_null())]
    pub text: Option<String>,
    #[field(max_length = 60, check = Self::short.in_([wanted().short.unwrap_or_default(), "'\\\u{e4}".to_owned()]) | Self::short.is_null())]
    pub short: Option<String>,
    #[field(check = Self::bytes.eq(wanted().bytes) | Self::bytes.is_null())]
    pub bytes: Option<Vec<u8>>,
    #[field(check = Self::date.eq(wanted().date) | Self::date.is_null())]
    pub date: Option<NaiveDate>,
    #[field(check = Self::time.eq(wanted().time) | Self::time.is_null())]
    pub time: Option<NaiveTime>,
    #[field(check = Self::datetime.eq(wanted().datetime) | Self::datetime.is_null())]
    pub datetime: Option<NaiveDateTime>,
    #[field(check = Self::timestamp.eq(wanted().timestamp) | Self::timestamp.is_null())]
    pub timestamp: Option<DateTime<Utc>>,
    #[field(check = Self::uuid.eq(wanted().uuid) | Self::uuid.is_null())]
    pub uuid: Option<Uuid>,
    #[field(precision = 18, scale = 4, check = Self::decimal.eq(wanted().decimal) | Self::decimal.is_null())]
    pub decimal: Option<Decimal>,
    #[field(check = Self::starts.starts_with(wanted().starts.unwrap_or_default()) | Self::starts.is_null())]
    pub starts: Option<String>,
}

fn text() -> BoxedStrategy<String> {
    let odd = proptest::sample::select(vec![
        "'",
        "''",
        "\\",
        "\\'",
        "\"",
        "`",
        "\u{e9}",
        "\u{1f600}",
        "\n",
        "\r",
        "\t",
        "\u{1}",
        "$1",
        "?",
        ":a",
        "%",
        "_",
        "x'",
        "--",
        ";",
        "\u{fffd}",
        "E'",
        "\u{1a}",
    ]);
    let any = any::<char>().prop_filter("no NUL", |c| *c != '\0').prop_map(String::from);
    proptest::collection::vec(
        prop_oneof![3 => odd.prop_map(str::to_owned), 1 => any, 1 => "[a-z ]{1,3}"],
        0..12,
    )
    .prop_map(|parts| parts.concat())
    .boxed()
}

fn moments() -> impl Strategy<Value = NaiveDateTime> {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a time");
    (0..3_652_058_i64, 0..86_400_000_000_i64)
        .prop_map(move |(days, micros)| first + TimeDelta::days(days) + TimeDelta::microseconds(micros))
}

fn rows(kind: Kind) -> impl Strategy<Value = NewHeld> {
    let most = if kind == Kind::Sqlite { u64::MAX / 2 } else { u64::MAX };
    let double = prop_oneof![
        2 => any::<f64>().prop_filter("finite", |number| number.is_finite()),
        1 => (-1_000_000_i32..1_000_000, 0..6_i32).prop_map(|(number, places)| f64::from(number) / 10_f64.powi(places)),
        1 => proptest::sample::select(vec![0.0, -0.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 0.1, 1e22, 1e23, 1e-8]),
    ];
    let big = prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), -3_i64..3];
    let single = any::<f32>().prop_filter("finite", |number| number.is_finite());
    let numbers = (any::<bool>(), any::<i8>(), big, prop_oneof![0..=most, Just(most)], single, double);
    let decimal =
        (-999_999_999_999_999_999_i64..=999_999_999_999_999_999).prop_map(|digits| Decimal::new(digits, 4));
    let others =
        (proptest::collection::vec(any::<u8>(), 0..9), moments(), moments(), any::<[u8; 16]>(), decimal);
    (numbers, others, text(), text(), text()).prop_map(|(numbers, others, text, short, starts)| NewHeld {
        truth: Some(numbers.0),
        tiny: Some(numbers.1),
        big: Some(numbers.2),
        unsigned: Some(numbers.3),
        single: Some(numbers.4),
        double: Some(numbers.5),
        text: Some(text),
        short: Some(short.chars().take(60).collect()),
        bytes: Some(others.0),
        date: Some(others.1.date()),
        time: Some(others.1.time()),
        datetime: Some(others.1),
        timestamp: Some(others.2.and_utc()),
        uuid: Some(Uuid::from_bytes(others.3)),
        decimal: Some(others.4),
        starts: Some(starts),
    })
}

/// One row a column, in which that column alone has the value of `row`.
fn singles(row: &NewHeld) -> Vec<(&'static str, NewHeld)> {
    macro_rules! alone {
        ($($field:ident)*) => { vec![$((stringify!($field), NewHeld { $field: row.$field.clone(), ..NewHeld::default() })),*] };
    }
    alone!(truth tiny big unsigned single double text short bytes date time datetime timestamp uuid decimal starts)
}

/// The table anew, with checks for these values; the server reads them again from what it has written.
async fn make(db: &TestDb, values: &NewHeld) -> Outcome {
    *WANTED.lock().expect("no case panics here") = Some(values.clone());
    db.handle().drop_tables(&[Held::TABLE]).await?;
    db.handle().create_tables(&[Held::TABLE]).await?;
    if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
        db.oracle("FLUSH TABLES held").await?;
    }
    Ok(())
}

cases! {
    /// A check for equality takes the value it was made with, bound as an argument, and no other.
    async fn literals_mean_what_bound_values_mean(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 400 } else { 12 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[29; 32]));
        let strategy = rows(db.kind());
        let on = Held::objects().using(db.handle());
        let mut next = || Ok::<_, String>(strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current());
        let mut other = next()?;
        for _ in 0..cases {
            let row = next()?;
            make(db, &row).await?;
            for (column, new) in singles(&row) {
                on.clone().create(new.clone()).await.map_err(|error| format!("{column} of {new:?}: {error:?}"))?;
            }
            for ((column, wrong), (_, right)) in singles(&other).into_iter().zip(singles(&row)) {
                let prefix = column == "starts" && wrong.starts.as_ref().zip(row.starts.as_ref()).is_some_and(|(text, start)| text.starts_with(start));
                // Zero and its negative are equal.
                if wrong != right && !prefix {
                    let error = on.clone().create(wrong.clone()).await.err().ok_or_else(|| format!("{column}: {wrong:?} beside {right:?}"))?;
                    assert!(error.is_check_violation(), "{column} of {wrong:?}: {error:?}");
                }
            }
            other = row;
        }
        Ok(())
    }

    /// What a backend cannot hold is refused as an argument and as a literal.
    async fn what_a_backend_cannot_hold(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        let mut wrong = vec![NewHeld::new().text("a\0b")];
        if db.kind() == Kind::Sqlite {
            wrong.push(NewHeld::new().unsigned(u64::MAX));
        }
        if db.kind() != Kind::Postgres {
            wrong.push(NewHeld::new().double(f64::NAN));
        }
        for values in wrong {
            let error = make(db, &values).await.unwrap_err();
            let error = error.downcast_ref::<orm::Error>().ok_or("an error of the ORM")?;
            assert!(matches!(error.kind(), orm::ErrorKind::Schema { .. }), "{error:?}");
            assert_eq!(error.model(), Some("Held"));
        }
        let infinite = make(db, &NewHeld::new().double(f64::NEG_INFINITY).single(f32::INFINITY)).await;
        if matches!(db.kind(), Kind::Sqlite | Kind::Postgres) {
            infinite?;
            let on = Held::objects().using(db.handle());
            on.clone().create(NewHeld::new().double(f64::NEG_INFINITY).single(f32::INFINITY)).await?;
            assert!(on.create(NewHeld::new().double(f64::INFINITY)).await.unwrap_err().is_check_violation());
        } else {
            assert!(infinite.is_err());
        }
        Ok(())
    }
}
