//! Expressions that give one of several values: as the same choice among the rows in Rust, for every type.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::{ErrorKind, Expr};
use orm_tests::scenario::types::{EveryOption, NewEveryOption};
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Bought at one of several prices.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "choice_item")]
struct Item {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    /// Compared without regard to case, where the database is asked alone.
    #[field(
        max_length = 20,
        collation(sqlite = "NOCASE", mysql = "utf8mb4_general_ci", mariadb = "utf8mb4_general_ci")
    )]
    label: Option<String>,
    stock: i32,
    wanted: Option<i32>,
    #[field(precision = 10, scale = 2)]
    price: Decimal,
    #[field(precision = 10, scale = 4)]
    offer: Option<Decimal>,
    parent: Option<ForeignKey<Item>>,
}

async fn fill(db: &TestDb) -> orm::Result<Vec<Item>> {
    db.handle().create_tables(&[Item::TABLE]).await?;
    let mut rows = Vec::new();
    for n in 0_i32..16 {
        let mut new = NewItem::new(
            ["b", "B", "a", "é", ""][usize::try_from(n).unwrap_or(0) % 5],
            n - 8,
            Decimal::new(i64::from(n) * 333, 2),
        );
        if n % 3 != 0 {
            new = new.label(["a", "A", "b", "É"][usize::try_from(n).unwrap_or(0) % 4]).wanted(5 - n);
        }
        if n % 2 == 0 {
            new = new.offer(Decimal::new(i64::from(n) * 41_111, 4));
        }
        if n % 4 == 1 {
            new = new.parent(&rows[0]);
        }
        rows.push(Item::objects().using(db.handle()).create(new).await?);
    }
    Ok(rows)
}

fn greater<T: PartialOrd>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

fn smaller<T: PartialOrd>(a: T, b: T) -> T {
    if b < a { b } else { a }
}

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default()
}

fn time(micros: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(23, 59, 1, micros).unwrap_or_default()
}

cases! {
    /// Every type: selected, compared, ordered; beside columns, beside values, beside NULL.
    async fn every_type(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        macro_rules! check {
            ($field:ident, $low:expr, $high:expr) => {{
                let (low, high) = ($low, $high);
                let column = EveryOption::$field;
                let all = || EveryOption::objects().using(db.handle()).order_by(EveryOption::id);
                all().delete_all().await?;
                for new in [NewEveryOption::new(), NewEveryOption::new().$field(low.clone()), NewEveryOption::new().$field(high.clone())] {
                    all().create(new).await?;
                }
                let what = stringify!($field);
                let rows = [None, Some(low.clone()), Some(high.clone())];
                let with = |f: &dyn Fn(Option<_>) -> _| rows.iter().cloned().map(f).collect::<Vec<_>>();

                let got = all().select(column.coalesce(high.clone())).all().await?;
                assert_eq!(got, with(&|r| r.unwrap_or_else(|| high.clone())), "coalesce {what}");
                let got = all().select(column.greatest(low.clone())).all().await?;
                assert_eq!(got, with(&|r| r.map_or_else(|| low.clone(), |r| greater(r, low.clone()))), "greatest {what}");
                let got = all().select(column.least(high.clone())).all().await?;
                assert_eq!(got, with(&|r| r.map_or_else(|| high.clone(), |r| smaller(r, high.clone()))), "least {what}");

                let with = |f: &dyn Fn(Option<_>) -> Option<_>| rows.iter().cloned().map(f).collect::<Vec<Option<_>>>();
                let got = all().select(column.greatest(column)).all().await?;
                assert_eq!(got, with(&|r| r), "greatest of columns {what}");
                let got = all().select(column.least(None).greatest(column)).all().await?;
                assert_eq!(got, with(&|r| r), "NULL among them {what}");
                let got = all().select(column.null_if(low.clone())).all().await?;
                assert_eq!(got, with(&|r| r.filter(|r| *r != low)), "null_if {what}");
                let got = all().select(column.null_if(None)).all().await?;
                assert_eq!(got, with(&|r| r), "null_if NULL {what}");
                let swapped = case().when(column.eq(low.clone()), high.clone()).when(column.eq(high.clone()), low.clone());
                let got = all().select(swapped.clone().end()).all().await?;
                assert_eq!(got, with(&|r| r.map(|r| if r == low { high.clone() } else { low.clone() })), "case {what}");
                let got = all().select(swapped.otherwise(column.coalesce(low.clone()))).all().await?;
                let expected: Vec<_> = rows.iter().cloned().map(|r| r.map_or_else(|| low.clone(), |r| if r == low { high.clone() } else { low.clone() })).collect();
                assert_eq!(got, expected, "case with all {what}");

                assert_eq!(all().filter(column.coalesce(high.clone()).eq(high.clone())).count().await?, 2, "filter {what}");
                assert_eq!(all().filter(column.greatest(low.clone()).gt(low.clone())).count().await?, 1, "filter {what}");
                assert_eq!(all().filter(column.null_if(high.clone()).is_null()).count().await?, 2, "filter {what}");
                assert_eq!(all().filter(column.null_if(high.clone()).ne(low.clone())).count().await?, 2, "filter {what}");
                let ids = EveryOption::objects().using(db.handle()).order_by((column.coalesce(high.clone()).desc(), EveryOption::id.desc()));
                let ordered = ids.select(column).all().await?;
                assert_eq!(ordered, [Some(high.clone()), None, Some(low.clone())], "order {what}");
                let groups = EveryOption::objects().using(db.handle()).group_by(column.coalesce(low.clone())).annotate(count_rows()).all().await?;
                let mut sizes: Vec<i64> = groups.into_iter().map(|(_, size)| size).collect();
                sizes.sort_unstable();
                assert_eq!(sizes, [1, 2], "groups {what}");
                all().filter(column.is_null()).update(column.set(column.coalesce(low.clone()))).await?;
                assert_eq!(all().filter(column.eq(low.clone())).count().await?, 2, "update {what}");
            }};
        }
        check!(truth, false, true);
        check!(tiny, i8::MIN, i8::MAX);
        check!(small, i16::MIN, i16::MAX);
        check!(medium, i32::MIN, i32::MAX);
        check!(big, i64::MIN, i64::MAX);
        check!(unsigned_tiny, 0_u8, u8::MAX);
        check!(unsigned_small, 0_u16, u16::MAX);
        check!(unsigned_medium, 0_u32, u32::MAX);
        check!(unsigned_big, 9_u64, if db.kind() == Kind::Sqlite { 1 << 62 } else { u64::MAX });
        check!(single, -1.5_f32, 0.1_f32);
        check!(double, -1e300, 0.1);
        check!(text, "B".to_owned(), "a \u{1F600}".to_owned());
        check!(short_text, "".to_owned(), "é ".to_owned());
        check!(bytes, vec![0_u8, 255], vec![0x80_u8]);
        check!(date, day(1), day(9999));
        check!(time, time(1), time(999_999));
        check!(datetime, day(1001).and_time(time(0)), day(9998).and_time(time(999_999)));
        check!(timestamp, day(1001).and_time(time(7)).and_utc(), day(9998).and_time(time(0)).and_utc());
        check!(uuid, Uuid::from_u128(9), Uuid::from_u128(u128::MAX - 5));
        check!(decimal, Decimal::new(-12, 1), Decimal::new(99_999_999_999_999_999, 4));
        Ok(())
    }

    /// Columns of different scales, widths and collations beside each other, and calculations with what comes out.
    async fn of_several_columns(db: &TestDb) -> Outcome {
        let rows = fill(db).await?;
        let all = || Item::objects().using(db.handle()).order_by(Item::id);

        let best = Item::price.least(Item::offer);
        let got = all().select((best.clone(), best.clone() * Decimal::new(15, 1))).all().await?;
        let best_of = |r: &Item| r.offer.map_or(r.price, |offer| offer.min(r.price));
        assert_eq!(got, rows.iter().map(|r| (best_of(r), best_of(r) * Decimal::new(15, 1))).collect::<Vec<_>>());
        for row in &rows {
            let alike = rows.iter().filter(|r| best_of(r) == best_of(row)).count() as u64;
            assert_eq!(all().filter(best.clone().eq(best_of(row))).count().await?, alike);
        }

        let name = Item::label.coalesce(Item::name);
        let name_of = |r: &Item| r.label.clone().unwrap_or_else(|| r.name.clone());
        assert_eq!(all().select(name.clone()).all().await?, rows.iter().map(name_of).collect::<Vec<_>>());
        for (word, kept) in [("a", 0), ("A", 1), ("b", 2), ("É", 3)] {
            let expected = rows.iter().filter(|r| name_of(r) == word).count() as u64;
            assert_eq!(all().filter(name.clone().eq(word)).count().await?, expected, "{word} {kept}");
            let expected = rows.iter().filter(|r| r.name.as_str().max(r.label.as_deref().unwrap_or("")) == word).count() as u64;
            assert_eq!(all().filter(Item::name.greatest(Item::label).eq(word)).count().await?, expected, "{word}");
        }
        let mut sorted: Vec<String> = rows.iter().map(name_of).collect();
        sorted.sort();
        let ordered = Item::objects().using(db.handle()).order_by(name.clone().asc()).select(name.clone()).all().await?;
        assert_eq!(ordered, sorted);
        let mut groups: BTreeMap<String, i64> = BTreeMap::new();
        rows.iter().for_each(|r| *groups.entry(name_of(r)).or_default() += 1);
        let got = Item::objects().using(db.handle()).group_by(name).annotate(count_rows()).all().await?;
        assert_eq!(got.into_iter().collect::<BTreeMap<_, _>>(), groups);

        // Wider than the columns.
        let square = Item::stock.greatest(Item::wanted).coalesce(0) * 1_000_000_000;
        let most = rows.iter().filter(|r| i64::from(r.stock.max(r.wanted.unwrap_or(i32::MIN))) * 1_000_000_000 > 2_147_483_647).count() as u64;
        assert_eq!(all().filter(square.gt(i32::MAX)).count().await?, most);

        let parent = Item::parent.coalesce(&rows[3]);
        assert_eq!(all().filter(parent.eq(&rows[3])).count().await?, 12);
        Ok(())
    }

    /// Conditions that are NULL are not true, the first true one counts, and values that are NULL stay so.
    async fn cases_in_order(db: &TestDb) -> Outcome {
        let rows = fill(db).await?;
        let all = || Item::objects().using(db.handle()).order_by(Item::id);
        let kind = case()
            .when(Item::wanted.gt(3), "much")
            .when(!Item::wanted.gt(-3), "little")
            .when(Item::label.starts_with("a") | Item::stock.gt(2), Item::label)
            .otherwise(Item::name);
        let kind_of = |r: &Item| match r.wanted {
            Some(wanted) if wanted > 3 => Some("much".to_owned()),
            wanted if wanted.is_none_or(|wanted| wanted <= -3) => Some("little".to_owned()),
            _ if r.label.as_deref().is_some_and(|label| label.starts_with('a')) || r.stock > 2 => r.label.clone(),
            _ => Some(r.name.clone()),
        };
        assert_eq!(all().select(kind).all().await?, rows.iter().map(kind_of).collect::<Vec<_>>());

        // As a condition, negated too: what is NULL is not true.
        let known: Expr<Item, Option<bool>> = case().when(Item::wanted.gt(0), true).when(Item::wanted.lt(0), false).end();
        let is = |r: &Item| r.wanted.is_some_and(|wanted| wanted > 0);
        assert_eq!(all().filter(known.clone()).count().await?, rows.iter().filter(|r| is(r)).count() as u64);
        assert_eq!(all().exclude(known).count().await?, rows.iter().filter(|r| !is(r)).count() as u64);

        // Nothing but values, and NULL first.
        let sign = case().when(Item::stock.lt(0), None::<i64>).when(Item::stock.eq(0), 0).otherwise(1);
        let signs = rows.iter().map(|r| (r.stock >= 0).then_some(i64::from(r.stock > 0))).collect::<Vec<_>>();
        assert_eq!(all().select(sign).all().await?, signs);

        // Over groups, in `having` and inside of aggregates.
        let counted = sum(case().when(Item::stock.lt(0), 1).otherwise(0));
        let negative = i64::try_from(rows.iter().filter(|r| r.stock < 0).count())?;
        assert_eq!(all().aggregate(counted).await?, Some(negative));
        let size = case().when(count_rows().gt(3), "many").otherwise("few");
        let groups = Item::objects().using(db.handle()).group_by(Item::name).annotate(size.clone()).having(size.ne("none")).all().await?;
        for (name, size) in groups {
            let is_many = rows.iter().filter(|r| r.name == name).count() > 3;
            assert_eq!(size, if is_many { "many" } else { "few" }, "{name}");
        }

        // One statement that gives each row another value.
        let doubled = case().when(Item::stock.lt(0), Item::stock * 2).otherwise(Item::stock);
        all().update_all(Item::stock.set(doubled)).await?;
        let stocks = rows.iter().map(|r| if r.stock < 0 { r.stock * 2 } else { r.stock }).collect::<Vec<_>>();
        assert_eq!(all().select(Item::stock).all().await?, stocks);
        Ok(())
    }

    /// What is refused says so before anything is sent.
    async fn refused(db: &TestDb) -> Outcome {
        fill(db).await?;
        db.handle().create_tables(&[EveryOption::TABLE]).await?;
        let json = EveryOption::objects().using(db.handle()).select(EveryOption::json.coalesce(EveryOption::json)).all().await;
        assert!(json.is_err_and(|error| matches!(error.kind(), ErrorKind::Unsupported { .. })));
        // Each within the other, so that they cannot be one call.
        let mut nested = Item::wanted.greatest(1);
        for n in 0..6 {
            nested = nested.least(n).greatest(-n);
        }
        let deep = Item::objects().using(db.handle()).select(nested).all().await;
        match db.kind() {
            Kind::Postgres => assert_eq!(deep?.len(), 16),
            _ => assert!(deep.is_err_and(|error| matches!(error.kind(), ErrorKind::Unsupported { .. }))),
        }
        // A column keeps no more digits than it has.
        let fine = Item::objects().using(db.handle()).update_all(Item::price.set(Item::price.least(Item::offer))).await;
        assert!(fine.is_err_and(|error| matches!(error.kind(), ErrorKind::InvalidQuery { .. })));
        Ok(())
    }
}
