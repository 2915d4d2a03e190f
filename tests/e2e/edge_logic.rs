//! Two-valued conditions over NULLs, wherever they stand.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};

/// A switch that may be neither on nor off.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_switch")]
pub struct Switch {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// On or off, or unknown.
    pub on: Option<bool>,
    /// A number, or none.
    pub n: Option<i32>,
    /// Another number, or none.
    pub m: Option<i32>,
    /// Text, or none.
    #[field(max_length = 20)]
    pub text: Option<String>,
    /// Another switch, or none.
    #[field(related_name = followers)]
    pub next: Option<ForeignKey<Switch>>,
}

const TABLES: [&Table; 1] = [Switch::TABLE];

/// Every combination of on, off and unknown, with numbers and text, each the next of another or of none.
async fn fill(db: &TestDb) -> orm::Result<Vec<Switch>> {
    db.handle().create_tables(&TABLES).await?;
    let all = Switch::objects().using(db.handle());
    let mut rows: Vec<Switch> = Vec::new();
    for on in [None, Some(false), Some(true)] {
        for n in [None, Some(1), Some(2)] {
            for m in [None, Some(2)] {
                let next = (rows.len() % 3 != 0).then(|| ForeignKey::from(&rows[rows.len() / 2]));
                let text = (rows.len() % 4 != 0).then(|| "ab".to_owned());
                let new = NewSwitch::new().on(on).n(n).m(m).text(text).next(next);
                rows.push(all.clone().create(new).await?);
            }
        }
    }
    Ok(rows)
}

fn follow<'r>(rows: &'r [Switch], row: &Switch) -> Option<&'r Switch> {
    row.next.as_ref().and_then(|next| rows.iter().find(|row| row.id == *next.key()))
}

fn lt(a: Option<i32>, b: Option<i32>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a < b)
}

/// A condition, and the same in Rust.
type Pair = (&'static str, Q<Switch>, fn(&[Switch], &Switch) -> bool);

fn pairs() -> Vec<Pair> {
    let next = Switch::next;
    vec![
        ("on", Q::always() & Switch::on, |_, s| s.on == Some(true)),
        ("on = true", Switch::on.eq(true), |_, s| s.on == Some(true)),
        ("on = false", Switch::on.eq(false), |_, s| s.on == Some(false)),
        ("on != true", Switch::on.ne(true), |_, s| s.on != Some(true)),
        ("n < m", Switch::n.lt(Switch::m), |_, s| lt(s.n, s.m)),
        ("n = m", Switch::n.eq(Switch::m), |_, s| s.n.is_some() && s.n == s.m),
        ("n != m", Switch::n.ne(Switch::m), |_, s| !(s.n.is_some() && s.n == s.m)),
        ("n between 1 and m", Switch::n.between(1, Switch::m), |_, s| {
            s.n.zip(s.m).is_some_and(|(n, m)| (1..=m).contains(&n))
        }),
        ("n between NULL and 2", Switch::n.between(None, 2), |_, _| false),
        ("n in (1, m)", Switch::n.in_([1]) | Switch::n.in_([Switch::m]), |_, s| {
            s.n == Some(1) || (s.n.is_some() && s.n == s.m)
        }),
        ("n in (1, NULL)", Switch::n.in_([Some(1), None]), |_, s| s.n == Some(1)),
        ("n not in (1, NULL)", Switch::n.not_in([Some(1), None]), |_, s| s.n != Some(1)),
        ("text starts", Switch::text.starts_with("a"), |_, s| s.text.is_some()),
        ("text contains", Switch::text.contains(""), |_, s| s.text.is_some()),
        ("text ends with itself", Switch::text.ends_with(Switch::text), |_, s| s.text.is_some()),
        ("next.n = 1", next.to(Switch::n).eq(1), |r, s| follow(r, s).is_some_and(|s| s.n == Some(1))),
        ("next.n != 1", next.to(Switch::n).ne(1), |r, s| follow(r, s).is_none_or(|s| s.n != Some(1))),
        ("next.on", Q::always() & next.to(Switch::on), |r, s| {
            follow(r, s).is_some_and(|s| s.on == Some(true))
        }),
        ("next.next.m is NULL", next.to(next).to(Switch::m).is_null(), |r, s| {
            follow(r, s).and_then(|s| follow(r, s)).is_none_or(|s| s.m.is_none())
        }),
        ("next.n < n", next.to(Switch::n).lt(Switch::n), |r, s| {
            follow(r, s).is_some_and(|next| lt(next.n, s.n))
        }),
        ("n + m > 3", (Switch::n + Switch::m).gt(3), |_, s| s.n.zip(s.m).is_some_and(|(n, m)| n + m > 3)),
        ("n / 0 != 1", (Switch::n / 0).ne(1), |_, _| true),
        ("any follower on", Switch::followers.any(Switch::on), |r, s| {
            r.iter().any(|f| f.next.as_ref().is_some_and(|next| *next.key() == s.id) && f.on == Some(true))
        }),
        ("all followers n < m", Switch::followers.all(Switch::n.lt(Switch::m)), |r, s| {
            r.iter().filter(|f| f.next.as_ref().is_some_and(|next| *next.key() == s.id)).all(|f| lt(f.n, f.m))
        }),
        ("none of the followers n != 1", Switch::followers.none(Switch::n.ne(1)), |r, s| {
            r.iter()
                .filter(|f| f.next.as_ref().is_some_and(|next| *next.key() == s.id))
                .all(|f| f.n == Some(1))
        }),
        ("sum of followers != 3", Switch::followers.aggregate(sum(Switch::n)).ne(3_i64), |r, s| {
            let of: Vec<i32> = r
                .iter()
                .filter(|f| f.next.as_ref().is_some_and(|next| *next.key() == s.id))
                .filter_map(|f| f.n)
                .collect();
            of.is_empty() || of.iter().sum::<i32>() != 3
        }),
        ("n in the m", Switch::n.in_(Switch::objects().select(Switch::m)), |_, s| s.n == Some(2)),
        ("n not in the m", Switch::n.not_in(Switch::objects().select(Switch::m)), |_, s| s.n != Some(2)),
        (
            "n in no m",
            Switch::n.in_(Switch::objects().filter(Switch::m.is_null()).select(Switch::m)),
            |_, _| false,
        ),
        ("next in those on", next.in_(Switch::objects().filter(Switch::on)), |r, s| {
            follow(r, s).is_some_and(|s| s.on == Some(true))
        }),
        ("(n > 1) = on", Switch::n.gt(1).eq(Switch::on), |_, s| {
            s.on.is_some_and(|on| on == s.n.is_some_and(|n| n > 1))
        }),
        ("(n > 1) != (m > 1)", Switch::n.gt(1).ne(Switch::m.gt(1)), |_, s| {
            s.n.is_some_and(|n| n > 1) != s.m.is_some_and(|m| m > 1)
        }),
    ]
}

cases! {
    /// Each condition, its negation, and pairs of them under every joint, as filter, as output and as a sum.
    async fn conditions_over_nulls(db: &TestDb) -> Outcome {
        let rows = fill(db).await?;
        let all = || Switch::objects().using(db.handle()).order_by(Switch::id);
        let pairs = pairs();
        let check = async |name: String, condition: Q<Switch>, holds: &dyn Fn(&Switch) -> bool| -> Outcome {
            let expected: Vec<i64> = rows.iter().filter(|row| holds(row)).map(|row| row.id).collect();
            let found = all().filter(condition.clone()).select(Switch::id).all().await.map_err(|error| format!("{name}: {error:?}"))?;
            assert_eq!(found, expected, "{name}");
            let outputs = all().select(condition.clone()).all().await.map_err(|error| format!("{name}: {error:?}"))?;
            assert_eq!(outputs, rows.iter().map(holds).collect::<Vec<_>>(), "{name} as output");
            let rest = all().exclude(condition).count().await?;
            assert_eq!(rest, (rows.len() - expected.len()) as u64, "{name} excluded");
            Ok(())
        };
        for (name, condition, holds) in &pairs {
            check((*name).to_owned(), condition.clone(), &|row| holds(&rows, row)).await?;
            check(format!("not {name}"), !condition.clone(), &|row| !holds(&rows, row)).await?;
            check(format!("not not {name}"), !!condition.clone(), &|row| holds(&rows, row)).await?;
        }
        for (at, (a, left, left_holds)) in pairs.iter().enumerate() {
            let (b, right, right_holds) = &pairs[(at * 7 + 3) % pairs.len()];
            let (l, r) = (|row: &Switch| left_holds(&rows, row), |row: &Switch| right_holds(&rows, row));
            check(format!("not ({a} and {b})"), !(left.clone() & right.clone()), &|row| !(l(row) && r(row))).await?;
            check(format!("not ({a} or {b})"), !(left.clone() | right.clone()), &|row| !(l(row) || r(row))).await?;
            check(format!("not (not ({a}) or {b})"), !(!left.clone() | right.clone()), &|row| l(row) && !r(row)).await?;
            check(format!("not ({a}) and not ({b} and {a})"), !left.clone() & !(right.clone() & left.clone()), &|row| !l(row)).await?;
        }
        Ok(())
    }

    /// Conditions on groups whose aggregates are NULL.
    async fn groups_of_nulls(db: &TestDb) -> Outcome {
        fill(db).await?;
        let groups = || Switch::objects().using(db.handle()).group_by(Switch::on).annotate((sum(Switch::n), count(Switch::m))).order_by(key(Switch::on).asc());
        assert_eq!(groups().all().await?, [(None, Some(6), 3), (Some(false), Some(6), 3), (Some(true), Some(6), 3)]);
        let nothing = || Switch::objects().using(db.handle()).filter(Switch::n.is_null()).group_by(Switch::m).annotate(sum(Switch::n));
        assert_eq!(nothing().having(sum(Switch::n).gt(0_i64)).count().await?, 0);
        assert_eq!(nothing().having(!sum(Switch::n).gt(0_i64)).count().await?, 2);
        assert_eq!(nothing().having(sum(Switch::n).ne(0_i64)).count().await?, 2);
        assert_eq!(nothing().having(sum(Switch::n).eq(None)).count().await?, 2);
        assert_eq!(groups().having(key(Switch::on).eq(true)).count().await?, 1);
        assert_eq!(groups().having(key(Switch::on).ne(true)).count().await?, 2);
        assert_eq!(groups().having(max(Switch::m).eq(2) & !count_rows().lt(6)).all().await?.len(), 3);
        Ok(())
    }
}
