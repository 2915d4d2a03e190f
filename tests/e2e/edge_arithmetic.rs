//! Calculations over columns of different types and scales: the same everywhere, and as in Rust.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Something that is counted, weighed and paid.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_measure")]
struct Measure {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Two digits behind the point.
    #[field(precision = 10, scale = 2)]
    pub price: Decimal,
    /// Four of them.
    #[field(precision = 8, scale = 4)]
    pub rate: Option<Decimal>,
    /// None of them.
    #[field(precision = 6, scale = 0)]
    pub whole: Decimal,
    /// A small integer without a sign.
    pub tiny: u8,
    /// An integer without a sign.
    pub units: u32,
    /// A small integer.
    pub small: i16,
    /// A large integer without a sign.
    pub large: u64,
    /// Single precision.
    pub single: f32,
    /// Another of them.
    #[field(related_name = parts)]
    pub of: Option<ForeignKey<Measure>>,
}

const TABLES: [&Table; 1] = [Measure::TABLE];

async fn fill(db: &TestDb) -> orm::Result<Vec<Measure>> {
    db.handle().create_tables(&TABLES).await?;
    let all = Measure::objects().using(db.handle());
    let mut rows: Vec<Measure> = Vec::new();
    for n in 0_i16..24 {
        let i = i64::from(n);
        let rate = (n % 5 != 0).then(|| Decimal::new(12_345 * i - 100_000, 4));
        let of = (n % 4 != 0).then(|| ForeignKey::from(&rows[usize::try_from(n / 3).unwrap_or(0)]));
        let new = NewMeasure::new(
            Decimal::new(i * 1_237 - 9_999, 2),
            Decimal::from(i - 7),
            u8::try_from(n * 10).unwrap_or(255),
            u32::try_from(i * 178_956_970).unwrap_or(u32::MAX),
            n * 1_300 - 15_000,
            u64::try_from(i).unwrap_or(0) * 400_000_000_000_000_000 / 24,
            f32::from(n) / 3.0 - 2.0,
        );
        rows.push(all.clone().create(new.rate(rate).of(of)).await?);
    }
    Ok(rows)
}

cases! {
    /// Integers of every width, with results that leave it.
    async fn integers(db: &TestDb) -> Outcome {
        let rows = fill(db).await?;
        let all = || Measure::objects().using(db.handle()).order_by(Measure::id);
        let got = all().select((Measure::tiny - 200, Measure::units * 100, Measure::small * Measure::small)).all().await;
        // The type is that of the left side; what does not fit it is refused, not wrapped.
        assert!(got.is_err(), "{got:?}");
        let found = all().filter((Measure::tiny - 200).lt(0)).count().await?;
        assert_eq!(found, rows.iter().filter(|r| r.tiny < 200).count() as u64);
        let found = all().filter((Measure::units * 100).gt(u32::MAX)).count().await?;
        assert_eq!(found, rows.iter().filter(|r| u64::from(r.units) * 100 > u64::from(u32::MAX)).count() as u64);
        let found = all().filter((Measure::small * Measure::small).gt(i16::MAX)).count().await?;
        assert_eq!(found, rows.iter().filter(|r| i64::from(r.small) * i64::from(r.small) > i64::from(i16::MAX)).count() as u64);
        let found = all().filter((Measure::small / 7).eq(-3)).count().await?;
        assert_eq!(found, rows.iter().filter(|r| r.small / 7 == -3).count() as u64);
        let divided = all().select((Measure::small / 7, Measure::tiny / 3, Measure::large / 3)).all().await?;
        assert_eq!(divided, rows.iter().map(|r| (r.small / 7, r.tiny / 3, r.large / 3)).collect::<Vec<_>>());
        let sums = all().aggregate((sum(Measure::tiny), sum(Measure::units), sum(Measure::small), sum(Measure::large), avg(Measure::units), avg(Measure::large))).await?;
        let units: i64 = rows.iter().map(|r| i64::from(r.units)).sum();
        assert_eq!((sums.0, sums.1, sums.2), (Some(rows.iter().map(|r| i64::from(r.tiny)).sum()), Some(units), Some(rows.iter().map(|r| i64::from(r.small)).sum())));
        assert_eq!(sums.3, Some(rows.iter().map(|r| r.large).sum()));
        assert_eq!(sums.4, Some(units as f64 / 24.0));
        let (low, high) = all().aggregate((min(Measure::small), max(Measure::large))).await?;
        assert_eq!((low, high), (rows.iter().map(|r| r.small).min(), rows.iter().map(|r| r.large).max()));
        Ok(())
    }

    /// Decimals of different scales: compared, added, multiplied, summed, grouped, assigned.
    async fn decimals(db: &TestDb) -> Outcome {
        let rows = fill(db).await?;
        let all = || Measure::objects().using(db.handle()).order_by(Measure::id);
        let count = |q: Q<Measure>| all().filter(q).count();
        let holds = |f: &dyn Fn(&Measure) -> bool| rows.iter().filter(|r| f(r)).count() as u64;
        assert_eq!(count(Measure::price.lt(Measure::rate)).await?, holds(&|r| r.rate.is_some_and(|rate| r.price < rate)));
        assert_eq!(count(Measure::price.between(Measure::rate, Measure::whole)).await?, holds(&|r| r.rate.is_some_and(|rate| rate <= r.price && r.price <= r.whole)));
        assert_eq!(count((Measure::price + Measure::rate).gt(Measure::whole)).await?, holds(&|r| r.rate.is_some_and(|rate| r.price + rate > r.whole)));
        assert_eq!(count((Measure::price * Measure::rate).gt(Decimal::new(-33_333, 3))).await?, holds(&|r| r.rate.is_some_and(|rate| r.price * rate > Decimal::new(-33_333, 3))));
        assert_eq!(count(Measure::whole.in_(all().select(Measure::whole))).await?, 24);
        assert_eq!(count(Measure::of.to(Measure::price).gt(Measure::rate)).await?, holds(&|r| {
            let of = r.of.as_ref().and_then(|of| rows.iter().find(|row| row.id == *of.key()));
            of.zip(r.rate).is_some_and(|(of, rate)| of.price > rate)
        }));
        let got = all().select((Measure::price + Measure::rate, Measure::price * Measure::whole, Measure::whole - Measure::rate, Measure::price * Measure::rate * Measure::whole)).all().await?;
        let expected: Vec<_> = rows.iter().map(|r| (r.rate.map(|rate| r.price + rate), r.price * r.whole, r.rate.map(|rate| r.whole - rate), r.rate.map(|rate| r.price * rate * r.whole))).collect();
        assert_eq!(got, expected);
        let (total, weighted, mean) = all().aggregate((sum(Measure::price), sum(Measure::price * Measure::rate), avg(Measure::price))).await?;
        assert_eq!(total, Some(rows.iter().map(|r| r.price).sum()));
        assert_eq!(weighted, Some(rows.iter().filter_map(|r| Some(r.price * r.rate?)).sum()));
        let cents: Decimal = rows.iter().map(|r| r.price).sum();
        assert_eq!(mean.map(|mean| format!("{mean:.9}")), Some(format!("{:.9}", f64::try_from(cents)? / 24.0)));
        let parts = all().select((Measure::parts.aggregate(sum(Measure::rate)), Measure::parts.aggregate(max(Measure::price)))).all().await?;
        for (row, (rate, price)) in rows.iter().zip(parts) {
            let of: Vec<_> = rows.iter().filter(|r| r.of.as_ref().is_some_and(|of| *of.key() == row.id)).collect();
            assert_eq!(rate, of.iter().filter_map(|r| r.rate).reduce(|a, b| a + b));
            assert_eq!(price, of.iter().map(|r| r.price).max());
        }
        assert_eq!(count(Measure::parts.aggregate(sum(Measure::rate)).gt(Measure::price)).await?, holds(&|row| {
            rows.iter().filter(|r| r.of.as_ref().is_some_and(|of| *of.key() == row.id)).filter_map(|r| r.rate).reduce(|a, b| a + b).is_some_and(|sum| sum > row.price)
        }));
        let groups = Measure::objects().using(db.handle()).group_by(Measure::of).annotate((sum(Measure::price), min(Measure::rate))).having(sum(Measure::price).gt(Decimal::new(1, 3))).order_by(key(Measure::of).asc()).all().await?;
        for (of, price, rate) in &groups {
            let inside: Vec<_> = rows.iter().filter(|r| r.of.as_ref().map(|of| *of.key()) == *of).collect();
            assert_eq!(*price, Some(inside.iter().map(|r| r.price).sum()));
            assert_eq!(*rate, inside.iter().filter_map(|r| r.rate).min());
        }
        assert!(!groups.is_empty());
        let prices = Measure::objects().using(db.handle()).select(Measure::price).distinct();
        assert_eq!(prices.clone().order_by(Measure::price.desc()).count().await?, 24);
        assert_eq!(prices.clone().first().await?, rows.iter().map(|r| r.price).min());
        assert_eq!(prices.last().await?, rows.iter().map(|r| r.price).max());
        // Assigned to a column of fewer digits: rounded half away from zero, by each.
        #[expect(clippy::eq_op, reason = "the database subtracts")]
        let zero = Measure::price - Measure::price;
        all().filter(Measure::rate.is_not_null()).update(Measure::price.set(zero)).await?;
        all().filter(Measure::rate.is_not_null()).update(Measure::rate.set(Measure::price + Measure::rate)).await?;
        assert_eq!(all().select(Measure::rate).all().await?, rows.iter().map(|r| r.rate).collect::<Vec<_>>());
        Ok(())
    }

    /// Single precision is calculated as double.
    async fn floats(db: &TestDb) -> Outcome {
        let rows = fill(db).await?;
        let all = || Measure::objects().using(db.handle()).order_by(Measure::id);
        let total: f64 = rows.iter().map(|r| f64::from(r.single)).sum();
        let got = all().aggregate(sum(Measure::single)).await?;
        assert!(got.is_some_and(|got| (got - total).abs() < 1e-9), "{got:?} {total}");
        for row in &rows {
            assert_eq!(all().filter(Measure::single.eq(row.single)).count().await?, 1, "{}", row.single);
        }
        assert_eq!(all().filter((Measure::single / 0.0).is_null()).count().await?, 24);
        let _ = Kind::ALL;
        Ok(())
    }

    /// The order does not matter to an aggregate; a limit would, and is refused.
    async fn aggregates_of_ordered_and_limited_rows(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || Measure::objects().using(db.handle()).order_by(Measure::price);
        assert_eq!(all().aggregate(count_rows()).await?, 24);
        for limited in [all().limit(5), all().offset(5), all().distinct()] {
            let refused = limited.aggregate(count_rows()).await;
            assert!(refused.is_err_and(|error| matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. })));
        }
        Ok(())
    }

    /// Numbers that leave 64 bits are refused where they are read, on every backend.
    async fn overflow(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || Measure::objects().using(db.handle());
        let huge = all().select(Measure::small * 1_000 * 1_000).all().await;
        assert!(huge.is_err());
        let last = all().filter(Measure::large.gt(1)).update(Measure::large.set(Measure::large * 1_000_000)).await;
        assert!(last.is_err(), "{last:?}");
        assert!(all().update_all(Measure::tiny.set(Measure::tiny + 100)).await.is_err());
        assert!(all().update_all(Measure::tiny.set(Measure::tiny - 100)).await.is_err());
        assert!(all().update_all(Measure::small.set(Measure::small * 3)).await.is_err());
        assert_eq!(all().filter(Measure::tiny.eq(0)).count().await?, 1);
        Ok(())
    }

    /// Results that leave 64 bits on the way are refused, also where the last one would fit and wherever it is used.
    async fn overflow_on_the_way(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || Measure::objects().using(db.handle()).filter(Measure::id.gt(2));
        let huge = || Measure::id * i64::MAX;
        let nothing = || huge() - huge();
        let refused = |what: &str, error: Option<orm::Error>| {
            let refused = error.as_ref().is_some_and(|error| matches!(error.kind(), orm::ErrorKind::InvalidValue { .. }));
            assert!(refused, "{what}: {error:?}");
        };
        refused("selected", all().select(nothing()).all().await.err());
        refused("compared", all().filter(huge().gt(0)).count().await.err());
        refused("compared", all().filter(nothing().eq(0)).count().await.err());
        refused("ordered", all().order_by(nothing().asc()).all().await.err());
        refused("divided", all().filter((huge() / 8).gt(0)).count().await.err());
        refused("divides", all().filter((Measure::id / nothing()).is_null()).count().await.err());
        refused("multiplied", all().filter((huge() * 2).gt(0)).count().await.err());
        refused("added up", all().aggregate(sum(nothing())).await.err());
        refused("grouped", all().group_by(nothing()).annotate(count_rows()).all().await.err());
        let large = Measure::units * u32::MAX * u32::MAX;
        refused("assigned", all().update(Measure::units.set(large.clone() - large)).await.err());
        // What fits is as it was, to the last digit.
        let last = i64::MAX - Measure::id + Measure::id;
        assert_eq!(all().filter(last.eq(i64::MAX)).count().await?, 22);
        Ok(())
    }
}
