//! Structs of one field as column types.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct OwnerId(i32);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Code(String);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Price(Decimal);

#[derive(DbType, Debug, Clone, Copy, PartialEq)]
struct Huge(u64);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Blob(Vec<u8>);

#[derive(DbType, Debug, Clone, Copy, PartialEq)]
struct Token(Uuid);

/// An address that was looked at.
#[derive(DbType, Debug, Clone, PartialEq)]
#[db_type(try_from)]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.contains('@') { Ok(Self(text)) } else { Err(text) }
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "owners", new(Debug))]
struct Owner {
    #[field(primary_key, auto)]
    id: OwnerId,
    email: Email,
    second: Option<Email>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "goods", new(Debug))]
struct Good {
    #[field(primary_key, max_length = 12)]
    code: Code,
    #[field(related_name = goods)]
    owner: ForeignKey<Owner>,
    buyer: Option<ForeignKey<Owner>>,
    #[field(precision = 8, scale = 2)]
    price: Price,
    huge: Option<Huge>,
    blob: Blob,
    #[field(unique)]
    token: Token,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "reviews", primary_key(good, owner))]
struct Review {
    good: ForeignKey<Good>,
    owner: ForeignKey<Owner>,
    stars: i16,
}

const TABLES: [&orm::model::Table; 3] = [Owner::TABLE, Good::TABLE, Review::TABLE];

fn good(code: &str, owner: OwnerId, cents: i64) -> NewGood {
    NewGood::new(
        Code(code.into()),
        owner,
        Price(Decimal::new(cents, 2)),
        Blob(vec![0, 255]),
        Token(Uuid::from_u128(cents.unsigned_abs().into())),
    )
}

cases! {
    /// Keys, foreign keys to them, conditions, lists, orders, aggregates, updates.
    async fn a_newtype_is_what_is_in_it(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let ann = Owner::objects().using(on).create(NewOwner::new(Email("ann@x".into()))).await?;
        let bob = Owner::objects().using(on).create(NewOwner::new(Email("bob@y".into())).second(Email("b@z".into()))).await?;
        assert!(bob.id > ann.id);
        assert_eq!(Owner::objects().using(on).get(bob.id).await?, bob);
        let email = Email("ann@x".into());
        assert_eq!(Owner::objects().using(on).filter(Owner::email.eq(&email)).one().await?, ann);
        assert_eq!(Owner::objects().using(on).filter(Owner::email.ends_with("@y") & Owner::second.contains("@")).one().await?, bob);
        assert_eq!(Owner::objects().using(on).filter(Owner::second.eq(None)).one().await?, ann);
        assert_eq!(Owner::objects().using(on).filter(Owner::id.in_([ann.id, bob.id, OwnerId(-5)])).count().await?, 2);
        assert_eq!(Owner::objects().using(on).aggregate((min(Owner::id), max(Owner::id))).await?, (Some(ann.id), Some(bob.id)));
        assert_eq!(Owner::objects().using(on).order_by(Owner::id.desc()).select(Owner::id).all().await?, [bob.id, ann.id]);

        let goods = Good::objects().using(on);
        let first = goods.clone().create(good("B-1", ann.id, 1050).buyer(bob.id).huge(Huge(7))).await?;
        assert_eq!(first.price, Price(Decimal::new(1050, 2)));
        let more = (0..20).map(|n| good(&format!("C-{n}"), if n % 2 == 0 { ann.id } else { bob.id }, n));
        assert_eq!(goods.clone().bulk_create(more).await?, 20);
        assert_eq!(goods.clone().get(Code("B-1".into())).await?, first);
        assert_eq!(goods.clone().filter(Good::owner.eq(ann.id) & Good::code.starts_with("C-")).count().await?, 10);
        assert_eq!(goods.clone().filter(Good::buyer.in_([bob.id])).one().await?, first);
        assert_eq!(goods.clone().filter(Good::owner.to(Owner::email).eq(email) & Good::price.gt(Price(Decimal::TEN))).one().await?, first);
        assert_eq!(goods.clone().filter(Good::owner.in_(Owner::objects().filter(Owner::id.lt(bob.id)).select(Owner::id))).count().await?, 11);
        assert_eq!(goods.clone().filter(Good::blob.eq(Blob(vec![0, 255])) & Good::token.eq(first.token)).one().await?, first);
        assert_eq!(goods.clone().filter(Good::huge.ge(Huge(7))).one().await?, first);
        assert_eq!(Owner::objects().using(on).filter(Owner::goods.any(Good::price.eq(Price(Decimal::new(1050, 2))))).one().await?, ann);
        assert_eq!(goods.clone().group_by(Good::owner).annotate(max(Good::price)).all().await?.len(), 2);

        goods.clone().filter(Good::code.eq(Code("C-1".into()))).update((Good::owner.set(ann.id), Good::price.set(Price(Decimal::ONE)), Good::buyer.set(None))).await?;
        let changed = goods.clone().get(Code("C-1".into())).await?;
        assert_eq!((changed.owner, &changed.price), (ForeignKey::from(ann.id), &Price(Decimal::ONE)));

        let review = Review::objects().using(on).create(NewReview::new(&changed, bob.id, 5_i16)).await?;
        assert_eq!(Review::objects().using(on).get((Code("C-1".into()), bob.id)).await?, review);
        let dangling = goods.create(good("D", OwnerId(99_999), 77)).await.unwrap_err();
        assert!(dangling.is_foreign_key_violation(), "{dangling:?}");
        Ok(())
    }

    /// The columns are those of what is in it.
    async fn the_columns_are_the_same(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let sql = match db.kind() {
            Kind::Sqlite => "SELECT lower(type) FROM pragma_table_info('goods') ORDER BY cid",
            Kind::Postgres => "SELECT format_type(atttypid, atttypmod) FROM pg_attribute \
                WHERE attrelid = 'goods'::regclass AND attnum > 0 ORDER BY attnum",
            _ => "SELECT CAST(column_type AS CHAR) FROM information_schema.columns \
                WHERE table_schema = database() AND table_name = 'goods' ORDER BY ordinal_position",
        };
        let types: Vec<String> = db.oracle(sql).await?.into_iter().flatten().flatten().collect();
        let expected: [&str; 7] = match db.kind() {
            Kind::Sqlite => ["text", "integer", "integer", "integer", "integer", "blob", "blob"],
            Kind::Postgres => ["character varying(12)", "integer", "integer", "numeric(8,2)", "numeric(20,0)", "bytea", "uuid"],
            Kind::MySql => ["varchar(12)", "int", "int", "decimal(8,2)", "bigint unsigned", "longblob", "binary(16)"],
            Kind::MariaDb => ["varchar(12)", "int(11)", "int(11)", "decimal(8,2)", "bigint(20) unsigned", "longblob", "binary(16)"],
        };
        assert_eq!(types, expected);
        Ok(())
    }

    /// What `TryFrom` refuses is an error that names the field, and not the value.
    async fn what_does_not_convert_is_not_read(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Owner::TABLE]).await?;
        let ann = Owner::objects().using(on).create(NewOwner::new(Email("ann@x".into()))).await?;
        db.oracle("UPDATE owners SET second = 'secret'").await?;
        for query in [Owner::objects().using(on).select(Owner::second).all().await.map(drop), Owner::objects().using(on).get(ann.id).await.map(drop)] {
            let error = query.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Decode { expected: "Email", .. }), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Owner"), Some("second")));
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        Ok(())
    }

    /// What the inner type cannot hold is refused as before.
    async fn limits_are_those_of_the_inner_type(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let ann = Owner::objects().using(on).create(NewOwner::new(Email("ann@x".into()))).await?;
        let goods = Good::objects().using(on);
        let long = goods.clone().create(good("more than twelve", ann.id, 1)).await.unwrap_err();
        assert!(matches!(long.kind(), ErrorKind::InvalidValue { .. }), "{long:?}");
        assert_eq!(long.field(), Some("code"));
        let fine = NewGood { price: Price(Decimal::new(1, 3)), ..good("A", ann.id, 1) };
        assert!(matches!(goods.clone().create(fine).await.unwrap_err().kind(), ErrorKind::InvalidValue { .. }));
        let huge = goods.create(good("A", ann.id, 1).huge(Huge(u64::MAX))).await;
        match db.kind() {
            Kind::Sqlite => assert!(matches!(huge.unwrap_err().kind(), ErrorKind::InvalidValue { .. })),
            _ => assert_eq!(huge?.huge, Some(Huge(u64::MAX))),
        }
        Ok(())
    }

    /// Random values come back as they went, by each way in, and are found by what they are.
    async fn random_values(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let ann = Owner::objects().using(on).create(NewOwner::new(Email("ann@x".into()))).await?;
        let most = if db.kind() == Kind::Sqlite { i64::MAX.unsigned_abs() } else { u64::MAX };
        let strategy = (
            -99_999_999_i64..=99_999_999,
            proptest::option::of(0..=most),
            proptest::collection::vec(any::<u8>(), 0..40),
            any::<u128>(),
            "[^\x00]{0,8}",
        );
        let cases = if std::env::var_os("ORM_TEST_FULL").is_some() { 1_000 } else { 60 };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let goods = Good::objects().using(on);
        for case in 0..cases {
            let (cents, huge, bytes, token, text) = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let wanted = Good {
                // The number keeps the keys apart.
                code: Code(format!("{case}{text}").chars().take(12).collect()),
                owner: ForeignKey::from(&ann),
                buyer: huge.map(|_| ForeignKey::from(&ann)),
                price: Price(Decimal::new(cents, 2)),
                huge: huge.map(Huge),
                blob: Blob(bytes),
                token: Token(Uuid::from_u128(token)),
            };
            if case % 2 == 0 {
                assert_eq!(goods.clone().create(NewGood::from(wanted.clone())).await?, wanted);
            } else {
                goods.clone().bulk_create([NewGood::from(wanted.clone())]).await?;
            }
            let found = goods.clone().filter(
                Good::code.eq(&wanted.code) & Good::price.eq(&wanted.price) & Good::huge.eq(wanted.huge)
                    & Good::blob.eq(&wanted.blob) & Good::token.in_([wanted.token]) & Good::buyer.eq(wanted.buyer),
            );
            assert_eq!(found.one().await?, wanted);
        }
        Ok(())
    }
}
