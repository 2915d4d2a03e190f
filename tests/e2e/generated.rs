//! Columns that the database computes.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// A line of an order, with what follows from it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "computed_lines", index(total), unique_together(code, dear), check(Self::total.lt(Decimal::new(1_000_000, 2))), new(Debug, Clone))]
pub(crate) struct ComputedLine {
    #[field(primary_key)]
    pub id: i64,
    pub code: i32,
    #[field(precision = 12, scale = 2)]
    pub price: Decimal,
    #[field(precision = 6, scale = 3)]
    pub count: Decimal,
    /// With more digits than it keeps.
    #[field(precision = 12, scale = 2, generated = Self::price * Self::count)]
    pub total: Decimal,
    #[field(generated = Self::price.gt(Decimal::new(1_000, 2)))]
    pub dear: bool,
    #[field(generated = Self::code * 1_000 + 7, unique)]
    pub number: i32,
    pub age: Option<i32>,
    #[field(generated = Self::age - 1)]
    pub younger: Option<i32>,
    #[field(max_length = 20)]
    pub name: String,
    #[field(max_length = 20, generated = Self::name)]
    pub copy: String,
    #[field(generated = Self::at)]
    pub same_time: NaiveDateTime,
    pub at: NaiveDateTime,
    pub small: u8,
    #[field(generated = Self::small + 200)]
    pub large: u8,
}

/// Computed whenever it is read.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "virtual_lines")]
pub(crate) struct VirtualLine {
    #[field(primary_key)]
    pub id: i64,
    pub a: i32,
    pub b: Option<i32>,
    #[field(generated(Self::a * 2, virtual))]
    pub double: i32,
    #[field(generated(Self::a + Self::b, virtual))]
    pub both: Option<i32>,
    #[field(generated(Self::a + 1, stored))]
    pub next: i32,
}

/// Computed in 64 bits.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "wide_lines", check((Self::a * 2 - Self::a).eq(Self::a)))]
pub(crate) struct WideLine {
    #[field(primary_key)]
    pub id: i64,
    pub a: i64,
    #[field(generated = Self::b + 1)]
    pub next: i64,
    pub b: i64,
}

fn new(code: i32) -> NewComputedLine {
    let at = day().and_hms_micro_opt(1, 2, 3, 456_789).expect("a time");
    NewComputedLine::new(code, Decimal::new(333, 2), Decimal::new(1_500, 3), "n\u{e4}me", at, 5)
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, 1).expect("a day")
}

/// The same in Rust; `total` is rounded half away from zero.
fn expected(line: &ComputedLine) -> ComputedLine {
    let line = line.clone();
    ComputedLine {
        total: (line.price * line.count)
            .round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero),
        dear: line.price > Decimal::from(10),
        number: line.code * 1_000 + 7,
        younger: line.age.map(|age| age - 1),
        copy: line.name.clone(),
        same_time: line.at,
        large: line.small + 200,
        ..line
    }
}

/// Column, its expression or nothing, whether it is stored: from the catalog.
async fn catalog(
    db: &TestDb,
    table: &str,
) -> Result<Vec<(String, bool)>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => format!(
            "SELECT name, CASE hidden WHEN 3 THEN 'S' ELSE 'V' END FROM pragma_table_xinfo('{table}') WHERE hidden IN (2, 3) ORDER BY cid"
        ),
        Kind::Postgres => format!(
            "SELECT attname, 'S' FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attgenerated = 's' ORDER BY attnum"
        ),
        Kind::MySql | Kind::MariaDb => format!(
            "SELECT column_name, CASE WHEN extra LIKE '%STORED%' THEN 'S' ELSE 'V' END FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '{table}' AND generation_expression IS NOT NULL AND generation_expression <> '' ORDER BY ordinal_position"
        ),
    };
    let rows = db.oracle(&sql).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row[0].clone().unwrap_or_default(), row[1].as_deref() == Some("S")))
        .collect())
}

cases! {
    /// What leaves 64 bits is refused, by checks too, and on the way.
    async fn what_leaves_the_integers(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[WideLine::TABLE]).await?;
        let all = || WideLine::objects().using(db.handle());
        let row = all().create(NewWideLine::new(i64::MAX / 2, i64::MAX - 1)).await?;
        assert_eq!(row.next, i64::MAX);
        for (a, b) in [(i64::MAX, 1), (1, i64::MAX)] {
            let refused = all().create(NewWideLine::new(a, b)).await;
            // MySQL finds that the check does not hold.
            let refused_by = |kind: &ErrorKind| matches!(kind, ErrorKind::InvalidValue { .. } | ErrorKind::Constraint(_));
            assert!(refused.as_ref().is_err_and(|error| refused_by(error.kind())), "{refused:?}");
        }
        assert_eq!(all().count().await?, 1);
        Ok(())
    }

    /// What the database computes is what the same expression gives in Rust, after an insert and after an update.
    async fn computed_and_read_back(db: &TestDb) -> Outcome {
        for _ in 0..2 {
            db.handle().create_tables(&[ComputedLine::TABLE]).await?;
        }
        let on = ComputedLine::objects().using(db.handle());
        let line = on.clone().create(new(1).age(8)).await?;
        assert_eq!(line, expected(&line));
        assert_eq!((line.total, line.number, line.younger), (Decimal::new(500, 2), 1_007, Some(7)));
        let negative = on.clone().create(NewComputedLine { price: Decimal::new(-333, 2), small: 55, ..new(2) }).await?;
        assert_eq!(negative, expected(&negative));
        assert_eq!((negative.total, negative.younger, negative.large), (Decimal::new(-500, 2), None, 255));
        on.clone().bulk_create((3..50).map(new)).await?;
        on.clone().filter(ComputedLine::code.gt(10)).update((ComputedLine::price.set(ComputedLine::price * Decimal::from(4)), ComputedLine::code.set(ComputedLine::code + 100))).await?;
        for line in on.clone().all().await? {
            assert_eq!(line, expected(&line));
        }
        assert_eq!(on.clone().filter(ComputedLine::dear).count().await?, 39);
        assert_eq!(on.clone().filter(ComputedLine::number.eq(149_007) & ComputedLine::total.gt(Decimal::from(19))).count().await?, 1);
        let patched = on.clone().filter(ComputedLine::id.eq(line.id)).patch(ComputedLinePatch { age: Some(None), ..Default::default() }).await?;
        assert_eq!((patched, on.clone().get(line.id).await?.younger), (1, None));
        // A row goes elsewhere without what is computed.
        let again: NewComputedLine = on.clone().get(line.id).await?.into();
        on.clone().filter(ComputedLine::id.eq(line.id)).delete().await?;
        let again = on.clone().create(again).await?;
        assert_eq!(again, expected(&again));
        // Constraints hold for them.
        assert!(on.clone().create(new(2)).await.unwrap_err().is_unique_violation());
        let large = NewComputedLine { price: Decimal::new(1_000_000, 2), ..new(200) };
        assert!(on.clone().create(large).await.unwrap_err().is_check_violation());
        // 256 is no `u8`.
        let error = on.clone().create(NewComputedLine { small: 56, ..new(201) }).await.unwrap_err();
        assert!(error.is_check_violation() || matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        let names: Vec<_> = catalog(db, "computed_lines").await?;
        let wanted = ["total", "dear", "number", "younger", "copy", "same_time", "large"].map(|name| (name.to_owned(), true));
        assert_eq!(names, wanted);
        Ok(())
    }

    /// A value for what is computed is refused before any SQL, with model and field.
    async fn never_given(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[ComputedLine::TABLE]).await?;
        let on = ComputedLine::objects().using(db.handle());
        on.clone().create(new(1)).await?;
        let sent = orm_tests::StatementLog::start();
        let error = on.clone().update_all(ComputedLine::number.set(5)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("ComputedLine"), Some("number")));
        assert!(error.to_string().contains("generated"), "{error}");
        assert_eq!(sent.take(), []);
        drop(sent);
        assert_eq!(on.one().await?.number, 1_007);
        Ok(())
    }

    /// Stored or not, where the backend has both.
    async fn virtual_columns(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[VirtualLine::TABLE]).await;
        if db.kind() == Kind::Postgres {
            let error = made.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { feature: "virtual generated columns", .. }), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("VirtualLine"), Some("double")));
            return Ok(());
        }
        made?;
        let on = VirtualLine::objects().using(db.handle());
        let line = on.clone().create(NewVirtualLine::new(4).b(3)).await?;
        assert_eq!((line.double, line.both, line.next), (8, Some(7), 5));
        on.clone().update_all(VirtualLine::b.set(None)).await?;
        assert_eq!(on.filter(VirtualLine::double.eq(8)).one().await?.both, None);
        let wanted = [("double", false), ("both", false), ("next", true)].map(|(name, stored)| (name.to_owned(), stored));
        assert_eq!(catalog(db, "virtual_lines").await?, wanted);
        Ok(())
    }
}

/// What no two backends agree on.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "chained_lines")]
struct Chained {
    #[field(primary_key)]
    id: i64,
    a: i32,
    #[field(generated = Self::a + 1)]
    b: i32,
    #[field(generated = Self::b + 1)]
    c: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "from_key_lines")]
struct FromKey {
    #[field(primary_key)]
    id: i64,
    #[field(generated = Self::id + 1)]
    next: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "from_foreign_lines")]
struct FromForeign {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = cascade)]
    line: ForeignKey<FromKey>,
    #[field(generated = Self::line.eq(7))]
    seventh: bool,
}

cases! {
    /// What a backend cannot compute is refused by name, before any SQL.
    async fn what_cannot_be_computed(db: &TestDb) -> Outcome {
        let error = db.handle().create_tables(&[Chained::TABLE]).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Chained"), Some("c")));
        let made = db.handle().create_tables(&[FromKey::TABLE]).await;
        if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
            let error = made.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { feature: "generated columns over keys that count up", .. }), "{error:?}");
            let error = db.handle().create_tables(&[FromForeign::TABLE]).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { feature: "stored generated columns over foreign keys with actions", .. }), "{error:?}");
            assert_eq!(error.model(), Some("FromForeign"));
            return Ok(());
        }
        made?;
        db.handle().create_tables(&[FromForeign::TABLE]).await?;
        let key = FromKey::objects().using(db.handle()).create(NewFromKey::new()).await?;
        assert_eq!(key.next, key.id + 1);
        assert!(!FromForeign::objects().using(db.handle()).create(NewFromForeign::new(&key)).await?.seventh);
        Ok(())
    }
}
