//! Bulk inserts at their limits.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};

/// Nothing that a program gives.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ticket")]
pub(crate) struct Ticket {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
}

/// Nothing that a program has to give.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stamp")]
pub(crate) struct Stamp {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// When it was made.
    #[field(auto_now_add, insertable)]
    pub made: DateTime<Utc>,
}

/// A value of any size.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parcel")]
pub(crate) struct Parcel {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// The content.
    pub content: String,
    /// More of it.
    pub data: Option<Vec<u8>>,
}

macro_rules! wide {
    ($($column:ident)*) => {
        /// Very many columns.
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "edge_wide")]
        struct Wide {
            /// The key.
            #[field(primary_key)]
            pub id: i64,
            $(
                /// A number.
                #[field(default = 118)]
                pub $column: i32,
            )*
        }
    };
}
wide! {
    c000 c001 c002 c003 c004 c005 c006 c007 c008 c009 c010 c011 c012 c013 c014 c015 c016 c017 c018 c019
    c020 c021 c022 c023 c024 c025 c026 c027 c028 c029 c030 c031 c032 c033 c034 c035 c036 c037 c038 c039
    c040 c041 c042 c043 c044 c045 c046 c047 c048 c049 c050 c051 c052 c053 c054 c055 c056 c057 c058 c059
    c060 c061 c062 c063 c064 c065 c066 c067 c068 c069 c070 c071 c072 c073 c074 c075 c076 c077 c078 c079
    c080 c081 c082 c083 c084 c085 c086 c087 c088 c089 c090 c091 c092 c093 c094 c095 c096 c097 c098 c099
    c100 c101 c102 c103 c104 c105 c106 c107 c108 c109 c110 c111 c112 c113 c114 c115 c116 c117 c118 c119
}

const TABLES: [&Table; 3] = [Ticket::TABLE, Stamp::TABLE, Parcel::TABLE];

cases! {
    /// Rows of nothing but defaults, one and many.
    async fn rows_of_defaults(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let tickets = Ticket::objects().using(db.handle());
        let first = tickets.clone().create(NewTicket::new()).await?;
        assert_eq!(tickets.clone().bulk_create([NewTicket::new()]).await?, 1);
        assert_eq!(tickets.clone().bulk_create((0..7).map(|_| NewTicket::new())).await?, 7);
        let ids = tickets.order_by(Ticket::id).select(Ticket::id).all().await?;
        assert_eq!(ids, (first.id..first.id + 9).collect::<Vec<_>>());
        let stamps = Stamp::objects().using(db.handle());
        assert_eq!(stamps.clone().bulk_create((0..300).map(|_| NewStamp::new())).await?, 300);
        assert_eq!(stamps.count().await?, 300);
        Ok(())
    }

    /// The key zero is a key as any other.
    async fn the_key_zero(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let stamps = Stamp::objects().using(db.handle());
        assert_eq!(stamps.clone().create(NewStamp::new().id(0)).await?.id, 0);
        assert_eq!(stamps.clone().bulk_create([NewStamp::new().id(-5), NewStamp::new().id(7)]).await?, 2);
        let after = stamps.clone().create(NewStamp::new()).await?.id;
        assert_eq!(after, 8);
        assert_eq!(stamps.order_by(Stamp::id).select(Stamp::id).all().await?, [-5, 0, 7, 8]);
        Ok(())
    }

    /// More bytes than a server takes in one packet.
    async fn large_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let parcels = Parcel::objects().using(db.handle());
        let text = "x".repeat(200_000);
        let rows = (0..400).map(|n| NewParcel::new(format!("{n} {text}")).id(n + 1));
        assert_eq!(parcels.clone().bulk_create(rows).await?, 400);
        assert_eq!(parcels.clone().count().await?, 400);
        assert!(parcels.clone().get(400).await?.content.starts_with("399 xxx"));
        Ok(())
    }

    /// A megabyte of text and of bytes, alone.
    async fn a_large_value(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let parcels = Parcel::objects().using(db.handle());
        let text: String = (0..1 << 18).map(|n| char::from_u32(0x1F300 + n % 256).unwrap_or('x')).collect();
        let data: Vec<u8> = (0_u32..3 << 20).map(|n| n.to_le_bytes()[0]).collect();
        let made = parcels.clone().create(NewParcel::new(text.clone()).data(data.clone())).await?;
        assert!(made.content == text && made.data.as_ref() == Some(&data));
        assert_eq!(parcels.filter(Parcel::content.eq(&text) & Parcel::data.eq(&data)).count().await?, 1);
        Ok(())
    }

    /// Rows that give other fields than their neighbours, many of each kind, in one call.
    async fn rows_in_turn(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let new = |n: i64| {
            let new = NewUser::new(format!("u{n:04}")).age((n % 2 == 0).then_some(1));
            if n % 3 == 0 { new.id(10_000 + n) } else { new }
        };
        assert_eq!(users.clone().bulk_create((0..1_000).map(new)).await?, 1_000);
        let names = users.order_by(User::username).select((User::username, User::age)).all().await?;
        assert!(names.iter().zip(0..).all(|((name, age), n)| *name == format!("u{n:04}") && age.is_some() == (n % 2 == 0)));
        Ok(())
    }

    /// In a transaction, a refused row breaks the block, and a nested one alone.
    async fn within_a_transaction(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let many = |from: i32| (from..from + 2_500).map(|n| NewUser::new(format!("u{n}")));
        orm::atomic(async |tx| {
            users.clone().bulk_create(many(0)).await?;
            let inner: orm::Result<()> = tx.atomic(async |_| {
                users.clone().bulk_create(many(5_000)).await?;
                users.clone().bulk_create(many(2_400)).await?;
                Ok(())
            }).await;
            assert!(inner.unwrap_err().is_unique_violation());
            assert_eq!(users.clone().count().await?, 2_500);
            users.clone().bulk_create(many(10_000)).await?;
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        assert_eq!(users.clone().count().await?, 5_000);
        let broken: orm::Result<()> = orm::atomic(async |_| {
            let error = users.clone().bulk_create(many(9_000)).await.unwrap_err();
            assert!(error.is_unique_violation());
            assert_eq!(*users.clone().count().await.unwrap_err().kind(), orm::ErrorKind::TransactionBroken);
            Ok(())
        })
        .using(db.handle())
        .await;
        assert_eq!(*broken.unwrap_err().kind(), orm::ErrorKind::TransactionBroken);
        assert_eq!(users.count().await?, 5_000);
        Ok(())
    }

    /// A value that cannot be sent, in the last of many rows.
    async fn a_value_that_cannot_be_sent(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        let rows = (0..3_000).map(|n| NewUser::new(if n == 2_999 { "nul \0".to_owned() } else { format!("u{n}") }));
        let error = users.clone().bulk_create(rows).await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidValue { .. }), "{error:?}");
        assert_eq!(users.count().await?, 0);
        assert_eq!(db.handle().pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }

    /// Rows of more than a hundred columns, so many that the values do not fit one statement.
    async fn wide_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Wide::TABLE]).await?;
        let all = Wide::objects().using(db.handle());
        let new = |n: i32| { let mut new = NewWide::new(); new.c119 = n; new };
        assert_eq!(all.clone().bulk_create((0..1_500).map(new)).await?, 1_500);
        let rows = all.order_by(Wide::id).all().await?;
        assert!(rows.iter().zip(0..).all(|(row, n)| row.c119 == n && row.c118 == 118));
        Ok(())
    }

    /// Lists up to what a statement takes, and one item more.
    async fn long_lists(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let stamps = Stamp::objects().using(db.handle());
        stamps.clone().bulk_create((1..=100).map(|n| NewStamp::new().id(n))).await?;
        let most = match db.kind() { Kind::Sqlite => 32_766, _ => 65_535 };
        for length in [4_095, 4_096, 4_097, 28_672, 32_000, most - 1, most, most + 1, 70_000] {
            let ids = (1..=length).map(|n| 51 + n);
            let found = stamps.clone().filter(Stamp::id.in_(ids)).count().await;
            if length > most && db.kind() != Kind::Postgres {
                assert!(matches!(found.map_err(|error| error.kind().clone()), Err(orm::ErrorKind::InvalidQuery { .. })), "{length}");
            } else {
                assert_eq!(found?, 49, "{length}");
            }
        }
        assert_eq!(stamps.count().await?, 100);
        Ok(())
    }
}
