//! What a database refuses is told by the names of the model, and refused before it cannot be read again.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

const ODD: &str = "it's \"odd\" `x`";

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "measures",
    unique_together(left, right),
    unique_together(right, note, name = "right & note"),
    check(Self::small.ne(99), name = "it's \"odd\" `x`")
)]
pub(crate) struct Measure {
    #[field(primary_key, insertable)]
    id: i64,
    left: i32,
    #[field(column = "rhs")]
    right: i32,
    #[field(default = 1)]
    tiny: i8,
    #[field(default = 1)]
    small: i16,
    #[field(default = 1)]
    medium: i32,
    #[field(default = 1)]
    big: i64,
    #[field(default = 1)]
    unsigned_big: u64,
    #[field(default = 1.0)]
    single: f32,
    #[field(precision = 6, scale = 2, default = Decimal::ONE)]
    price: Decimal,
    #[field(max_length = 10)]
    note: Option<String>,
    #[field(unique)]
    tag: Option<i32>,
    json: Option<serde_json::Value>,
    own: Option<Json<Vec<serde_json::Value>>>,
}

fn of(error: orm::Error) -> (Option<&'static str>, ErrorKind) {
    assert_eq!(error.model(), Some("Measure"), "{error}");
    (error.field(), error.kind().clone())
}

/// So many arrays and objects within each other, by turns.
fn nested(depth: usize) -> serde_json::Value {
    (0..depth).fold(serde_json::json!("end"), |inner, at| match at % 2 {
        0 => serde_json::json!([inner]),
        _ => serde_json::json!({ "a": inner }),
    })
}

fn deepest(db: &TestDb) -> usize {
    match db.kind() {
        Kind::Sqlite | Kind::Postgres => 127,
        Kind::MySql => 100,
        Kind::MariaDb => 31,
    }
}

cases! {
    /// A unique key is known by its columns and its name, whichever of them the database says.
    async fn unique_keys(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Measure::TABLE]).await?;
        let all = || Measure::objects().using(db.handle());
        all().create(NewMeasure::new(1, 1).note("a").tag(5)).await?;
        let other = all().create(NewMeasure::new(2, 2).note("b")).await?;
        let row = || all().filter(Measure::id.eq(other.id));
        let refused = [
            (all().create(NewMeasure::new(1, 1)).await.err(), "measures_left_rhs_uq", vec!["left", "rhs"], None),
            (row().update((Measure::left.set(1), Measure::right.set(1))).await.err(), "measures_left_rhs_uq", vec!["left", "rhs"], None),
            (all().create(NewMeasure::new(3, 1).note("a")).await.err(), "right & note", vec!["rhs", "note"], None),
            (row().update(Measure::tag.set(5)).await.err(), "measures_tag_uq", vec!["tag"], Some("tag")),
        ];
        for (error, name, columns, field) in refused {
            let (named, kind) = of(error.expect(name));
            let ErrorKind::Constraint(violation) = kind else { panic!("{kind:?}") };
            assert_eq!(violation.constraint.as_deref(), Some(name));
            assert_eq!((violation.columns, violation.table.as_deref(), named), (columns.into_iter().map(str::to_owned).collect(), Some("measures"), field));
        }
        let again = all().create(NewMeasure::new(9, 9).id(other.id)).await.expect_err("the key is there");
        let (named, kind) = of(again);
        let ErrorKind::Constraint(violation) = kind else { panic!("{kind:?}") };
        assert_eq!((violation.columns, named), (vec!["id".to_owned()], Some("id")));
        Ok(())
    }

    /// A check may have any name.
    async fn check_with_an_odd_name(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Measure::TABLE]).await?;
        let all = || Measure::objects().using(db.handle());
        all().create(NewMeasure::new(1, 1)).await?;
        for error in [
            all().create(NewMeasure::new(2, 2).small(99)).await.err(),
            all().update_all(Measure::small.set(Measure::small + 98)).await.err(),
        ] {
            let (field, kind) = of(error.expect("the check"));
            let ErrorKind::Constraint(violation) = kind else { panic!("{kind:?}") };
            assert_eq!((violation.constraint.as_deref(), field), (Some(ODD), Some("small")));
        }
        Ok(())
    }

    /// A number that leaves the type of its field, in an update.
    async fn updates_out_of_range(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Measure::TABLE]).await?;
        let all = || Measure::objects().using(db.handle());
        all().create(NewMeasure::new(1, 1)).await?;
        let refused = [
            ("tiny", all().update_all(Measure::tiny.set(Measure::tiny + 127)).await.err()),
            ("small", all().update_all(Measure::small.set(Measure::small + 32_767)).await.err()),
            ("medium", all().update_all(Measure::medium.set(Measure::medium + 2_147_483_647)).await.err()),
            ("big", all().update_all(Measure::big.set(Measure::big + i64::MAX)).await.err()),
            ("unsigned_big", all().update_all(Measure::unsigned_big.set(Measure::unsigned_big - 2)).await.err()),
            ("single", all().update_all(Measure::single.set((Measure::single + f32::MAX) * 2.0)).await.err()),
            ("price", all().update_all(Measure::price.set(Measure::price * Decimal::from(100_000))).await.err()),
            ("medium", all().update_all((Measure::big.set(5), Measure::medium.set(Measure::medium + 2_147_483_647))).await.err()),
            ("medium", all().update_all((Measure::small.set(Measure::small + 1), Measure::medium.set(Measure::medium + 2_147_483_647))).await.err()),
        ];
        for (name, error) in refused {
            let (field, kind) = of(error.expect(name));
            let typed = match kind {
                ErrorKind::InvalidValue { .. } => true,
                ErrorKind::Constraint(violation) => violation.kind == orm::ConstraintKind::Check,
                _ => false,
            };
            assert!(typed && field == Some(name), "{name}: {field:?}");
        }
        let kept = all().one().await?;
        assert_eq!((kept.tiny, kept.small, kept.medium, kept.big), (1, 1, 1, 1));
        // It may be the condition that does not work, so no field is blamed.
        let error = all().filter((Measure::big + i64::MAX).gt(0)).update(Measure::small.set(Measure::small + 1)).await;
        assert_eq!(error.expect_err("the condition").field(), None);
        Ok(())
    }

    /// A sum that its type does not hold.
    async fn sums_out_of_range(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Measure::TABLE]).await?;
        let all = || Measure::objects().using(db.handle());
        let most = if db.kind() == Kind::Sqlite { u64::MAX / 2 } else { u64::MAX };
        for at in 0..3 {
            all().create(NewMeasure::new(at, at).unsigned_big(most).big(i64::MIN)).await?;
        }
        for error in [
            all().aggregate(sum(Measure::unsigned_big)).await.err(),
            all().aggregate(sum(Measure::big)).await.err(),
            all().group_by(Measure::tiny).annotate(sum(Measure::big)).all().await.err(),
            all().select(Measure::big - 1).all().await.err(),
        ] {
            let error = error.expect("too much");
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        }
        assert_eq!(all().filter(Measure::left.eq(0)).aggregate(sum(Measure::unsigned_big)).await?, Some(most));
        Ok(())
    }

    /// JSON that could not be read again is not written.
    async fn deep_json(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Measure::TABLE]).await?;
        let all = || Measure::objects().using(db.handle());
        let most = deepest(db);
        let held = all().create(NewMeasure::new(1, 1).json(nested(most)).own(vec![nested(most - 1)])).await?;
        assert_eq!(held.json, Some(nested(most)));
        assert_eq!(all().one().await?, held);
        let row = || all().filter(Measure::id.eq(held.id));
        let many = [NewMeasure::new(2, 2), NewMeasure::new(3, 3).json(nested(most + 1))];
        for (name, error) in [
            ("json", all().create(NewMeasure::new(2, 2).json(nested(most + 1))).await.err()),
            ("json", all().create(NewMeasure::new(2, 2).json(nested(500))).await.err()),
            ("own", all().create(NewMeasure::new(2, 2).own(vec![nested(most)])).await.err()),
            ("json", row().update(Measure::json.set(nested(most + 1))).await.err()),
            ("json", row().patch(MeasurePatch { json: Some(Some(nested(most + 1))), ..Default::default() }).await.err()),
            ("json", all().bulk_create(many).await.err()),
            ("json", all().upsert(NewMeasure::new(1, 1).json(nested(most + 1))).on_conflict((Measure::left, Measure::right)).do_nothing().await.err()),
        ] {
            let (field, kind) = of(error.expect(name));
            assert!(matches!(kind, ErrorKind::InvalidValue { .. }), "{kind:?}");
            assert_eq!(field, Some(name));
        }
        assert_eq!(all().all().await?, [held]);
        Ok(())
    }
}
