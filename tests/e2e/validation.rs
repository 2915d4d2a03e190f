//! Rules of fields: what breaks one is not sent, and all of it is reported at once.

use orm::prelude::*;
use orm::{ErrorKind, Invalid};
use orm_tests::{Outcome, StatementLog, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const OLDEST: i32 = 150;

#[derive(Embed, Debug, Clone, PartialEq)]
struct Contact {
    #[field(max_length = 80, validate(email))]
    email: String,
    #[field(validate(url, prefix("https://")))]
    site: Option<String>,
}

/// Every rule, at least once.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "validated")]
struct Account {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40, validate(length(min = 3, max = 10), pattern("^[a-z]+$"), custom(not_reserved)))]
    name: String,
    #[field(validate(range(min = 18, max = OLDEST)))]
    age: Option<i32>,
    #[field(validate(range(max = 1.5)), default = 0.0)]
    ratio: f64,
    #[field(precision = 10, scale = 2, validate(range(min = Decimal::ZERO)), default = Decimal::ONE)]
    balance: Decimal,
    #[field(validate(range(min = NaiveDate::default())))]
    born: Option<NaiveDate>,
    #[field(validate(length(equal = 2)))]
    code: Option<Vec<u8>>,
    #[field(validate(ip))]
    any: Option<String>,
    #[field(validate(ipv4, suffix(".1")))]
    four: Option<String>,
    #[field(validate(ipv6, contains("::")))]
    six: Option<String>,
    #[field(validate(ascii, alphanumeric))]
    plain: Option<String>,
    #[field(validate = even)]
    number: Option<u64>,
    #[field(embed)]
    contact: Contact,
    #[field(embed, prefix = "other_")]
    other: Option<Contact>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "validated_team", many_to_many(people: Person, through = Member))]
struct Team {
    #[field(primary_key, auto = false)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "validated_person")]
struct Person {
    #[field(primary_key, auto = false)]
    id: i64,
}

/// Its default breaks its rule: a rank is to be given.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "validated_member", unique_together(team, person))]
struct Member {
    #[field(primary_key)]
    id: i64,
    team: ForeignKey<Team>,
    person: ForeignKey<Person>,
    #[field(default = 0, validate(range(min = 1)))]
    rank: i32,
}

/// Bounds of the column beside a rule.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "validated_order")]
struct Order {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 4)]
    code: String,
    #[field(max_length = 9, choices("open", "shut"))]
    state: Option<String>,
    #[field(choices(1, 2))]
    kind: i32,
    #[field(validate(range(min = 1)))]
    amount: i32,
}

fn not_reserved(name: &str) -> Result<(), &'static str> {
    if name == "admin" { Err("is reserved") } else { Ok(()) }
}

fn even(number: &u64) -> Result<(), String> {
    if number.is_multiple_of(2) { Ok(()) } else { Err("is odd".to_owned()) }
}

fn contact(email: &str) -> Contact {
    Contact { email: email.to_owned(), site: None }
}

fn good() -> NewAccount {
    NewAccount::new("ann", contact("ann@example.org"))
}

fn list(invalid: &[Invalid]) -> Vec<(usize, &str, usize)> {
    invalid.iter().map(|invalid| (invalid.row, invalid.field, invalid.messages.len())).collect()
}

cases! {
    /// Everything wrong in a row is in one error, nothing is sent, and no value is repeated.
    async fn all_at_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Account::TABLE]).await?;
        let accounts = Account::objects().using(db.handle());
        let bad = NewAccount {
            name: "X1".to_owned(),
            age: Some(7),
            ratio: 2.0,
            balance: Decimal::NEGATIVE_ONE,
            born: NaiveDate::from_ymd_opt(1969, 1, 1),
            code: Some(vec![1]),
            any: Some("secret".to_owned()),
            four: Some("::1".to_owned()),
            six: Some("127.0.0.2".to_owned()),
            plain: Some("é!".to_owned()),
            number: Some(3),
            contact: contact("secret"),
            other: Some(Contact { email: String::new(), site: Some("secret".to_owned()) }),
        };
        let log = StatementLog::start();
        let error = accounts.clone().create(bad).await.unwrap_err();
        assert_eq!(list(error.invalid()), [
            (0, "name", 2), (0, "age", 1), (0, "ratio", 1), (0, "balance", 1), (0, "born", 1), (0, "code", 1),
            (0, "any", 1), (0, "four", 2), (0, "six", 2), (0, "plain", 2), (0, "number", 1),
            (0, "contact.email", 1), (0, "other.email", 1), (0, "other.site", 2),
        ]);
        assert_eq!((error.model(), error.field()), (Some("Account"), None));
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        assert_eq!(error.invalid().first().map(|name| name.messages.as_slice()), Some(&["length is lower than 3".to_owned(), "does not match pattern /^[a-z]+$/".to_owned()][..]));
        assert_eq!(log.take(), []);
        assert_eq!(accounts.clone().count().await?, 0);
        let row = accounts.clone().create(good().age(18).ratio(1.5).number(2)).await?;
        assert_eq!((row.age, row.other), (Some(18), None));
        Ok(())
    }

    /// Rows of a bulk insert are told by their place; one wrong row refuses all of them.
    async fn many_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Account::TABLE]).await?;
        let accounts = Account::objects().using(db.handle());
        let rows = (0..3_000).map(|at| if at == 1_500 { good().age(1) } else if at == 2_999 { NewAccount::new("admin", contact("x")) } else { good() });
        let error = accounts.clone().bulk_create(rows).await.unwrap_err();
        assert_eq!(list(error.invalid()), [(1_500, "age", 1), (2_999, "name", 1), (2_999, "contact.email", 1)]);
        assert_eq!(accounts.clone().count().await?, 0);
        let error = accounts.clone().bulk_create([good().age(1), good(), good().age(2)]).await.unwrap_err();
        assert_eq!((error.field(), list(error.invalid())), (Some("age"), vec![(0, "age", 1), (2, "age", 1)]));
        assert_eq!(accounts.bulk_create([good(), good()]).await?, 2);
        Ok(())
    }

    /// Patches, and updates with values; what the database computes is its own.
    async fn changes(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Account::TABLE]).await?;
        let accounts = Account::objects().using(db.handle());
        let row = accounts.clone().create(good().age(20)).await?;
        let this = accounts.clone().filter(Account::id.eq(row.id));
        let patch = AccountPatch { age: Some(Some(3)), contact: Some(contact("y").into()), ..AccountPatch::default() };
        let error = this.clone().patch(patch).await.unwrap_err();
        assert_eq!(list(error.invalid()), [(0, "age", 1), (0, "contact.email", 1)]);
        let error = this.clone().update((Account::name.set("admin"), Account::contact.to(Contact::email).set("z"))).await.unwrap_err();
        assert_eq!(list(error.invalid()), [(0, "name", 1), (0, "contact.email", 1)]);
        let error = this.clone().update(Account::other.set(Some(contact("z")))).await.unwrap_err();
        assert_eq!(list(error.invalid()), [(0, "other.email", 1)]);
        assert!(matches!(error.kind(), ErrorKind::Validation { .. }));
        assert_eq!(accounts.clone().all().await?, [row]);
        assert_eq!(this.clone().update((Account::age.set(None), Account::other.set(None))).await?, 1);
        assert_eq!(this.clone().update(Account::age.set(Some(30))).await?, 1);
        assert_eq!(this.clone().update(Account::age.set(Account::age - 20)).await?, 1);
        assert_eq!(this.one().await?.age, Some(10));
        Ok(())
    }

    /// A link is a row too, with the defaults of the model between.
    async fn links(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Team::TABLE, Person::TABLE, Member::TABLE]).await?;
        let team = Team::objects().using(db.handle()).create(NewTeam::new(1)).await?;
        let person = Person::objects().using(db.handle()).create(NewPerson::new(1)).await?;
        let error = Team::people.of(&team).using(db.handle()).add(&person).await.unwrap_err();
        assert_eq!((error.model(), list(error.invalid())), (Some("Member"), vec![(0, "rank", 1)]));
        let members = Member::objects().using(db.handle());
        members.clone().create(NewMember::new(&team, &person).rank(1)).await?;
        assert_eq!(members.count().await?, 1);
        assert_eq!(Team::people.of(&team).using(db.handle()).remove(&person).await?, 1);
        Ok(())
    }

    /// With a broken rule, texts too long and values that are no choice are told too; alone they are errors as ever.
    async fn bounds_of_columns(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Order::TABLE]).await?;
        let orders = Order::objects().using(db.handle());
        let bad = |code: &str, amount| NewOrder { code: code.to_owned(), state: Some("secret".to_owned()), kind: 3, amount };
        let error = orders.clone().create(bad("secret", 0)).await.unwrap_err();
        assert_eq!(list(error.invalid()), [(0, "code", 1), (0, "state", 1), (0, "kind", 1), (0, "amount", 1)]);
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        let error = orders.clone().create(bad("secret", 1)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        let error = orders.clone().create(bad("four", 1)).await.unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
        assert_eq!(orders.clone().create(NewOrder::new("four", 2, 1).state("shut".to_owned())).await?.kind, 2);
        Ok(())
    }

    /// A rule refuses exactly what the same rule in Rust refuses.
    async fn rules_agree_with_rust(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Account::TABLE]).await?;
        let accounts = Account::objects().using(db.handle());
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 400 } else { 40 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let strategy = ("[a-zA-Z0-9ä]{0,12}", proptest::option::of(0..200_i32), proptest::option::of("[a-cä!]{0,3}"));
        let mut kept = 0;
        for _ in 0..cases {
            let (name, age, plain) = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let mut wrong = Vec::new();
            if !(3..=10).contains(&name.chars().count()) || !name.chars().all(|c| c.is_ascii_lowercase()) || name == "admin" {
                wrong.push("name");
            }
            if age.is_some_and(|age| !(18..=OLDEST).contains(&age)) {
                wrong.push("age");
            }
            if plain.as_ref().is_some_and(|plain| !plain.is_ascii() || !plain.chars().all(char::is_alphanumeric)) {
                wrong.push("plain");
            }
            let new = NewAccount { name: name.clone(), age, plain: plain.clone(), ..good() };
            let found = match accounts.clone().create(new).await {
                Ok(_) => Vec::new(),
                Err(error) => error.invalid().iter().map(|invalid| invalid.field).collect(),
            };
            assert_eq!(found, wrong, "{name:?} {age:?} {plain:?}");
            kept += u64::from(wrong.is_empty());
        }
        assert_eq!(accounts.count().await?, kept);
        Ok(())
    }
}
