//! Conditions are two-valued, and the same on every backend.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A condition, and the same as a Rust predicate: the oracle.
#[derive(Debug, Clone)]
enum Wanted {
    Age(Comparison, Option<i32>),
    AgeIn(Vec<i32>),
    AgeNotIn(Vec<i32>),
    AgeBetween(i32, i32),
    NameStarts(String),
    NameContains(String),
    NameEnds(String),
    Active,
    Not(Box<Wanted>),
    All(Vec<Wanted>),
    Any(Vec<Wanted>),
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Wanted {
    fn condition(&self) -> Q<User> {
        match self {
            Self::Age(Comparison::Eq, age) => User::age.eq(*age),
            Self::Age(Comparison::Ne, age) => User::age.ne(*age),
            Self::Age(Comparison::Lt, age) => User::age.lt(*age),
            Self::Age(Comparison::Le, age) => User::age.le(*age),
            Self::Age(Comparison::Gt, age) => User::age.gt(*age),
            Self::Age(Comparison::Ge, age) => User::age.ge(*age),
            Self::AgeIn(ages) => User::age.in_(ages),
            Self::AgeNotIn(ages) => User::age.not_in(ages),
            Self::AgeBetween(low, high) => User::age.between(*low, *high),
            Self::NameStarts(text) => User::username.starts_with(text),
            Self::NameContains(text) => User::username.contains(text),
            Self::NameEnds(text) => User::username.ends_with(text),
            Self::Active => User::active.eq(true),
            Self::Not(wanted) => !wanted.condition(),
            Self::All(wanted) => Q::all_of(wanted.iter().map(Self::condition)),
            Self::Any(wanted) => Q::any_of(wanted.iter().map(Self::condition)),
        }
    }

    fn holds(&self, user: &User) -> bool {
        let both = |age: Option<i32>, f: fn(i32, i32) -> bool| {
            user.age.zip(age).is_some_and(|(left, right)| f(left, right))
        };
        match self {
            Self::Age(Comparison::Eq, age) => user.age == *age,
            Self::Age(Comparison::Ne, age) => user.age != *age,
            Self::Age(Comparison::Lt, age) => both(*age, |a, b| a < b),
            Self::Age(Comparison::Le, age) => both(*age, |a, b| a <= b),
            Self::Age(Comparison::Gt, age) => both(*age, |a, b| a > b),
            Self::Age(Comparison::Ge, age) => both(*age, |a, b| a >= b),
            Self::AgeIn(ages) => user.age.is_some_and(|age| ages.contains(&age)),
            Self::AgeNotIn(ages) => !user.age.is_some_and(|age| ages.contains(&age)),
            Self::AgeBetween(low, high) => user.age.is_some_and(|age| (*low..=*high).contains(&age)),
            Self::NameStarts(text) => user.username.starts_with(text.as_str()),
            Self::NameContains(text) => user.username.contains(text.as_str()),
            Self::NameEnds(text) => user.username.ends_with(text.as_str()),
            Self::Active => user.active,
            Self::Not(wanted) => !wanted.holds(user),
            Self::All(wanted) => wanted.iter().all(|wanted| wanted.holds(user)),
            Self::Any(wanted) => wanted.iter().any(|wanted| wanted.holds(user)),
        }
    }
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let comparison = prop_oneof![
        Just(Comparison::Eq),
        Just(Comparison::Ne),
        Just(Comparison::Lt),
        Just(Comparison::Le),
        Just(Comparison::Gt),
        Just(Comparison::Ge),
    ];
    let text = prop::sample::select(vec!["", "a", "A", "%", "_", "\\", "ä", "ab", "'", "\"", "😀", "%b"]);
    let leaf = prop_oneof![
        (comparison, prop::option::of(0..6)).prop_map(|(op, age)| Wanted::Age(op, age)),
        prop::collection::vec(0..6, 0..5).prop_map(Wanted::AgeIn),
        prop::collection::vec(0..6, 0..5).prop_map(Wanted::AgeNotIn),
        (0..6, 0..6).prop_map(|(low, high)| Wanted::AgeBetween(low, high)),
        text.clone().prop_map(|text| Wanted::NameStarts(text.to_owned())),
        text.clone().prop_map(|text| Wanted::NameContains(text.to_owned())),
        text.prop_map(|text| Wanted::NameEnds(text.to_owned())),
        Just(Wanted::Active),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|wanted| Wanted::Not(Box::new(wanted))),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Wanted::All),
            prop::collection::vec(inner, 0..3).prop_map(Wanted::Any),
        ]
    })
}

const NAMES: [&str; 12] =
    ["a", "A", "ab", "%b", "a%b", "_x", "x_", "back\\slash", "ärger", "it's \"so\"", "😀 smile", "Ab_%\\"];

cases! {
    /// Random conditions over random rows find what the same predicate finds in Rust.
    async fn filters_agree_with_rust(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let rows = NAMES.iter().zip(0_i32..).map(|(name, n)| {
            NewUser::new(*name).age((n % 3 != 0).then_some(n % 6)).active(n % 2 == 0)
        });
        users.clone().bulk_create(rows).await?;
        let all = users.clone().order_by(User::id).all().await?;
        assert_eq!(all.len(), NAMES.len());

        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 2_500 } else { 300 };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = wanted();
        let mut found = 0;
        for _ in 0..cases {
            let wanted = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let query = users.clone().filter(wanted.condition()).order_by(User::id);
            let got = query.clone().all().await.map_err(|error| format!("{wanted:?}: {error:?}"))?;
            let expected: Vec<&User> = all.iter().filter(|user| wanted.holds(user)).collect();
            assert_eq!(got.iter().collect::<Vec<_>>(), expected, "{wanted:?}\n{:?}", query.to_sql(Backend::Sqlite));
            assert_eq!(users.clone().exclude(wanted.condition()).count().await?, (all.len() - got.len()) as u64, "{wanted:?}");
            found += usize::from(!got.is_empty() && got.len() < all.len());
        }
        // The conditions must be ones that tell rows apart, or nothing is shown.
        assert!(found * 3 > cases, "only {found} of {cases} conditions tell rows apart");
        Ok(())
    }

    /// A selected condition is never NULL.
    async fn selected_conditions_are_true_or_false(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().create(NewUser::new("ann").age(30)).await?;
        users.clone().create(NewUser::new("bob")).await?;
        let rows = users.order_by(User::id).select((User::age.gt(18), User::age.ne(30), !User::age.gt(18))).all().await?;
        assert_eq!(rows, [(true, false, false), (false, true, true)]);
        Ok(())
    }

    /// Text is ordered by code point, NULL is smallest unless said otherwise.
    async fn order(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let names = ["b", "B", "a", "ä", "Z", "a b", "ab", "_", "😀", "\u{ffff}", "é", "e"];
        users.clone().bulk_create(names.iter().zip(0_i32..).map(|(name, n)| NewUser::new(*name).age((n > 3).then_some(n)))).await?;
        let mut expected: Vec<String> = names.iter().map(ToString::to_string).collect();
        expected.sort();
        assert_eq!(users.clone().order_by(User::username).select(User::username).all().await?, expected);
        expected.reverse();
        assert_eq!(users.clone().order_by(User::username.desc()).select(User::username).all().await?, expected);

        let ages = |order| users.clone().order_by((order, User::id.asc())).select(User::age).all();
        let nulls = |ages: Vec<Option<i32>>| ages.iter().position(Option::is_none);
        assert_eq!(nulls(ages(User::age.asc()).await?), Some(0));
        assert_eq!(nulls(ages(User::age.desc()).await?), Some(8));
        assert_eq!(nulls(ages(User::age.asc().nulls_last()).await?), Some(8));
        assert_eq!(nulls(ages(User::age.desc().nulls_first()).await?), Some(0));
        Ok(())
    }

    /// Lists beyond any padding, NULLs in sub-queries, and empty lists.
    async fn lists(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().bulk_create((0..100).map(|n| NewUser::new(format!("u{n}")).age((n % 10 != 0).then_some(n)))).await?;
        for n in [0_i32, 1, 2, 3, 5, 8, 9, 33, 100, 2_000] {
            let ages: Vec<i32> = (0..n).collect();
            let expected = (0..n.min(100)).filter(|n| n % 10 != 0).count() as u64;
            assert_eq!(users.clone().filter(User::age.in_(&ages)).count().await?, expected, "{n}");
            assert_eq!(users.clone().filter(User::age.not_in(&ages)).count().await?, 100 - expected, "{n}");
        }
        let ages = User::objects().filter(User::id.gt(50)).select(User::age);
        let within = users.clone().filter(User::age.in_(ages.clone())).count().await?;
        let without = users.clone().filter(User::age.not_in(ages)).count().await?;
        assert!(within > 0 && without > 0);
        assert_eq!(within + without, 100);
        Ok(())
    }

    /// Integer arithmetic is Rust's: truncating division, and no value for a division by zero.
    async fn arithmetic(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().create(NewUser::new("ann").age(-7)).await?;
        users.clone().create(NewUser::new("bob")).await?;
        let rows = users
            .order_by(User::id)
            .select((User::age + 1, User::age - 1, User::age * 3, User::age / 2, 100 - User::age, User::age * (User::age + 1)))
            .all()
            .await?;
        assert_eq!(rows[0], (Some(-6), Some(-8), Some(-21), Some(-3), Some(107), Some(42)));
        assert_eq!(rows[1], (None, None, None, None, None, None));
        Ok(())
    }
}
