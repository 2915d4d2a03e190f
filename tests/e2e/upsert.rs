//! Upserts of one row: by each sort of key, what becomes of the row that is there, and which row is never touched.

use orm::ErrorKind;
use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// A page, by its address.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "up_page")]
pub(crate) struct Page {
    #[field(primary_key, max_length = 100)]
    pub url: String,
    #[field(check = Page::hits.ge(0))]
    pub hits: i64,
    #[field(max_length = 20)]
    pub title: String,
    pub note: Option<String>,
}

/// Somebody, by the key, by name or by address.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "up_member", new(Clone))]
pub(crate) struct Member {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(max_length = 40, unique)]
    pub name: String,
    #[field(max_length = 40, unique)]
    pub email: Option<String>,
    pub age: Option<i32>,
    #[field(default = 0)]
    pub visits: i32,
    #[field(auto_now_add)]
    pub made: DateTime<Utc>,
    #[field(auto_now)]
    pub changed: DateTime<Utc>,
}

/// What a member has of a page, by both.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "up_share", primary_key(page, member))]
pub(crate) struct Share {
    #[field(on_delete = cascade)]
    pub page: ForeignKey<Page>,
    #[field(on_delete = cascade)]
    pub member: ForeignKey<Member>,
    #[field(precision = 10, scale = 2)]
    pub amount: Decimal,
}

/// A remark on a share, one a day.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "up_remark", unique_together(share, day))]
pub(crate) struct Remark {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub share: ForeignKey<Share>,
    pub day: NaiveDate,
    pub text: String,
}

pub(crate) const TABLES: [&Table; 4] = [Page::TABLE, Member::TABLE, Share::TABLE, Remark::TABLE];

/// Every member in plain SQL.
async fn members(db: &TestDb) -> Result<Vec<Vec<Option<String>>>, Box<dyn std::error::Error + Send + Sync>> {
    db.oracle("SELECT id, name, email, age, visits FROM up_member ORDER BY id").await
}

pub(crate) async fn two_members(db: &TestDb) -> orm::Result<(Member, Member)> {
    db.handle().create_tables(&TABLES).await?;
    let on = Member::objects().using(db.handle());
    let ann = on.clone().create(NewMember::new("ann").email("a@").age(30)).await?;
    let bob = on.create(NewMember::new("bob").email("b@").age(40)).await?;
    Ok((ann, bob))
}

cases! {
    /// Inserted, then changed: by a natural key, a unique field, the primary key, and keys of several columns with
    /// foreign keys in them. What is given back is what the database holds.
    async fn by_every_key(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        for (round, hits) in [(1, 5), (2, 12)] {
            let page = Page::objects()
                .using(db.handle())
                .upsert(NewPage::new("/", 5, "Home"))
                .on_conflict(Page::url)
                .update((Page::hits.set(Page::hits + Page::hits.excluded() + 2), Page::note.set("again")))
                .await?;
            assert_eq!((page.hits, page.note.as_deref()), (hits, (round == 2).then_some("again")));
            assert_eq!(Page::objects().using(db.handle()).all().await?, [page]);

            let by_name = Member::objects()
                .using(db.handle())
                .upsert(NewMember::new("ann").age(round))
                .on_conflict(Member::name)
                .update((Member::age.set(Member::age.excluded()), Member::visits.set(Member::visits + 1)))
                .await?;
            assert_eq!((by_name.age, by_name.visits), (Some(round), round - 1));
            let by_key = Member::objects()
                .upsert(NewMember::new("not her name").id(by_name.id))
                .using(db.handle())
                .on_conflict(Member::id)
                .update(Member::email.set("a@"))
                .await?;
            assert_eq!(by_key, Member { email: Some("a@".to_owned()), changed: by_key.changed, ..by_name.clone() });

            let amount = Decimal::new(150, 2);
            let share = Share::objects()
                .upsert(NewShare::new("/", &by_name, amount))
                .on_conflict((Share::member, Share::page))
                .using(db.handle())
                .update(Share::amount.set(Share::amount + Share::amount.excluded()))
                .await?;
            assert_eq!(share.amount, amount * Decimal::from(round));
            let day = NaiveDate::from_ymd_opt(2026, 11, 20).ok_or("no day")?;
            let remark = Remark::objects()
                .using(db.handle())
                .upsert(NewRemark::new(&share, day, format!("round {round}")))
                .on_conflict((Remark::share, Remark::day))
                .update(Remark::text.set(Remark::text.excluded()))
                .await?;
            assert_eq!((remark.day, remark.text), (day, format!("round {round}")));
        }
        let counts = db.oracle(
            "SELECT (SELECT COUNT(*) FROM up_page), (SELECT COUNT(*) FROM up_member), (SELECT COUNT(*) FROM up_share), \
             (SELECT COUNT(*) FROM up_remark)",
        ).await?;
        assert_eq!(counts, [vec![Some("1".to_owned()); 4]]);
        Ok(())
    }

    /// Whether the row is new is told exactly, also where nothing was changed in fact.
    async fn created_or_not(db: &TestDb) -> Outcome {
        let (ann, _) = two_members(db).await?;
        let on = || Member::objects().using(db.handle());
        for (name, expected) in [("ann", false), ("cyd", true), ("cyd", false), ("ann", false)] {
            let (row, created) = on()
                .upsert(NewMember::new(name))
                .on_conflict(Member::name)
                .update(Member::visits.set(7))
                .created()
                .await?;
            assert_eq!((row.name.as_str(), created), (name, expected));
            assert_eq!(row.visits, if created { 0 } else { 7 });
        }
        for (name, expected) in [("ann", false), ("dan", true), ("dan", false)] {
            let (row, created) =
                on().upsert(NewMember::new(name).age(1)).on_conflict(Member::name).do_nothing().created().await?;
            assert_eq!((row.name.as_str(), created), (name, expected));
            assert_eq!(row.age, if name == "ann" { Some(30) } else { Some(1) });
        }
        // Where the program gives the key as well, and where the key is no number.
        for (id, expected) in [(ann.id, false), (1_000, true), (1_000, false), (i64::MAX, true), (i64::MAX, false)] {
            if id == i64::MAX && db.kind() == Kind::Sqlite {
                // It counts on from the greatest key, and there is none behind this one.
                continue;
            }
            let new = NewMember::new(format!("by key {id}")).id(id);
            let act = on().upsert(new).on_conflict(Member::id).update(Member::visits.set(9)).created();
            assert_eq!(act.await?.1, expected, "{id}");
        }
        for expected in [true, false, false] {
            let new = NewPage::new("/x", 1, "X");
            let act = Page::objects().using(db.handle()).upsert(new).on_conflict(Page::url);
            assert_eq!(act.update(Page::hits.set(1)).created().await?.1, expected);
        }
        Ok(())
    }

    /// A row that is in the way by another key is an error everywhere, and no row is changed.
    async fn another_key_in_the_way(db: &TestDb) -> Outcome {
        two_members(db).await?;
        let before = members(db).await?;
        let on = || Member::objects().using(db.handle());
        let new = || NewMember::new("cyd").email("a@");
        let by_name = || on().upsert(new()).on_conflict(Member::name);
        let set = || (Member::age.set(99), Member::email.set(Member::email.excluded()));
        let failures = [
            by_name().update(set()).await.map(drop),
            by_name().update(set()).filter(Member::age.gt(0)).await.map(drop),
            by_name().update(set()).created().await.map(drop),
            by_name().do_nothing().await.map(drop),
            by_name().do_nothing().created().await.map(drop),
            on().upsert(new().id(500)).on_conflict(Member::id).update(set()).await.map(drop),
            on().bulk_upsert([NewMember::new("new"), new()]).on_conflict(Member::name).update(set()).await.map(drop),
            on().bulk_upsert([NewMember::new("new"), new()]).on_conflict(Member::name).do_nothing().await.map(drop),
        ];
        for failure in failures {
            let error = failure.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
            assert_eq!(error.model(), Some("Member"));
            assert_eq!(members(db).await?, before);
        }
        // Inside of a block that failure breaks it like any other.
        let outcome: orm::Result<()> = orm::atomic(async |tx| {
            on().create(NewMember::new("eve")).await?;
            let nested: orm::Result<Member> = tx.atomic(async |_| by_name().update(set()).await).await;
            assert!(nested.is_err_and(|error| error.is_unique_violation()));
            by_name().update(set()).await.map(drop)
        })
        .using(db.handle())
        .await;
        assert!(outcome.is_err_and(|error| error.is_unique_violation()));
        assert_eq!(members(db).await?, before);
        Ok(())
    }

    /// Rows are in the way by two keys, two of them: that of the key is changed, the other is not.
    async fn two_rows_in_the_way(db: &TestDb) -> Outcome {
        let (ann, bob) = two_members(db).await?;
        let on = || Member::objects().using(db.handle());
        let by_name = || on().upsert(NewMember::new("ann").email("b@").age(1)).on_conflict(Member::name);
        let row = by_name().update(Member::age.set(Member::age + Member::age.excluded())).await?;
        assert_eq!(row, Member { age: Some(31), changed: row.changed, ..ann.clone() });
        let (row, created) = by_name().update(Member::age.set(Member::age + 1)).created().await?;
        assert_eq!((row.id, row.age, created), (ann.id, Some(32), false));
        assert_eq!(by_name().do_nothing().await?, row);
        let many = on().bulk_upsert([NewMember::new("ann").email("b@")]).on_conflict(Member::name);
        assert_eq!(many.update(Member::age.set(33)).await?, 1);
        assert_eq!(on().get(bob.id).await?, bob);
        // The change itself may be in the way of the other one.
        let before = members(db).await?;
        let error = by_name().update(Member::email.set(Member::email.excluded())).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(members(db).await?, before);
        Ok(())
    }

    /// Conditions look at both rows; a row that does not fulfil them is left, and given back.
    async fn conditions(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let put = |hits: i64, title: &str| {
            Page::objects()
                .using(db.handle())
                .upsert(NewPage::new("/", hits, title))
                .on_conflict(Page::url)
                .update((Page::hits.set(Page::hits.excluded()), Page::title.set(Page::title.excluded())))
                .filter(Page::hits.lt(Page::hits.excluded()))
        };
        assert_eq!(put(2, "two").await?.title, "two");
        assert_eq!(put(1, "one").await?.title, "two");
        assert_eq!(put(2, "other").await?.title, "two");
        assert_eq!(put(3, "three").await?.title, "three");
        let (row, created) = put(9, "nine").filter(Page::title.ne("three")).created().await?;
        assert_eq!((row.title.as_str(), row.hits, created), ("three", 3, false));
        let (row, created) = put(9, "nine").filter(Page::title.eq("three") & Page::note.is_null()).created().await?;
        assert_eq!((row.title.as_str(), row.hits, created), ("nine", 9, false));
        assert_eq!(db.oracle("SELECT hits, title FROM up_page").await?, [[Some("9".to_owned()), Some("nine".to_owned())]]);
        Ok(())
    }

    /// Conditions and values may look at other rows, as those of an update may; what a backend cannot do there it says
    /// before anything is sent.
    async fn over_other_rows(db: &TestDb) -> Outcome {
        two_members(db).await?;
        let ann = Member::objects().using(db.handle()).filter(Member::name.eq("ann")).one().await?;
        let page = Page::objects().using(db.handle()).create(NewPage::new("/", 5, "Home")).await?;
        let on = || Share::objects().using(db.handle());
        let put = || on().upsert(NewShare::new("/", &ann, Decimal::ONE)).on_conflict((Share::page, Share::member));
        let add = || Share::amount.set(Share::amount + Share::amount.excluded());
        for (hits, amount) in [(4, 1), (4, 2), (5, 2), (3, 3)] {
            let share = put().update(add()).filter(Share::page.to(Page::hits).gt(hits)).await?;
            assert_eq!(share.amount, Decimal::from(amount));
        }
        let many = on().bulk_upsert([NewShare::new("/", &ann, Decimal::TEN)]).on_conflict((Share::page, Share::member));
        assert_eq!(many.update(add()).filter(Share::member.to(Member::name).eq("bob")).await?, 0);
        let share = put().do_nothing().await?;
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).ok_or("no day")?;
        let put = || {
            let new = NewRemark::new(&share, day, "new");
            Remark::objects().using(db.handle()).upsert(new).on_conflict((Remark::day, Remark::share))
        };
        let title = || Remark::text.set(Remark::share.to(Share::page).to(Page::title));
        for text in ["new", &page.title] {
            match put().update(title()).await {
                Ok(remark) => {
                    assert_eq!(remark.text, text);
                    assert!(matches!(db.kind(), Kind::Sqlite | Kind::Postgres));
                }
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}");
                    assert!(matches!(db.kind(), Kind::MySql | Kind::MariaDb));
                    assert_eq!(db.oracle("SELECT COUNT(*) FROM up_remark").await?, [[Some("0".to_owned())]]);
                }
            }
        }
        Ok(())
    }

    /// What cannot be meant is refused before anything is sent, and the keys that there are are named.
    async fn refused_before_any_sql(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let log = StatementLog::start();
        let on = || Member::objects().using(db.handle());
        let new = || NewMember::new("ann");
        let error = on().upsert(new()).on_conflict(Member::age).update(Member::age.set(1)).await.unwrap_err();
        let ErrorKind::NotUnique { fields, keys } = error.kind() else { return Err(error.into()) };
        assert_eq!((fields.as_slice(), keys.as_slice()), (&["age"][..], &[vec!["id"], vec!["name"], vec!["email"]][..]));
        assert_eq!((error.model(), error.field()), (Some("Member"), Some("age")));
        assert_eq!(error.to_string(), "Member::age: `age` is no unique key: there are `id`, `name`, `email`");
        let error = on().upsert(new()).on_conflict((Member::name, Member::email)).do_nothing().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotUnique { .. }), "{error:?}");
        let shares = Share::objects().using(db.handle());
        let new_share = NewShare::new("/", 1, Decimal::ONE);
        let error = shares.clone().upsert(new_share).on_conflict(Share::page).do_nothing().await.unwrap_err();
        assert_eq!(error.to_string(), "Share::page: `page` is no unique key: there are `page` with `member`");
        let new_share = NewShare::new("/", 1, Decimal::ONE);
        let elsewhere = shares.bulk_upsert([new_share]).on_conflict((Share::page.to(Page::url), Share::member));
        let invalid = [
            elsewhere.do_nothing().await.map(drop),
            on().upsert(new()).on_conflict(Member::name).update(Member::name.set("bob")).await.map(drop),
            on().upsert(new()).on_conflict(Member::name).update(Vec::new()).await.map(drop),
            on().upsert(new()).on_conflict(Member::name).update(Member::id.set(Member::id.excluded())).await.map(drop),
            on().filter(Member::age.gt(1)).upsert(new()).on_conflict(Member::name).do_nothing().await.map(drop),
            on().limit(1).bulk_upsert([new()]).on_conflict(Member::name).do_nothing().await.map(drop),
            on().update_all(Member::age.set(Member::age.excluded())).await.map(drop),
            on().filter(Member::age.excluded().gt(1)).all().await.map(drop),
        ];
        for outcome in invalid {
            let error = outcome.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        }
        assert_eq!(log.take(), []);
        // A column of the key may be set to what it is.
        let same = (Member::name.set(Member::name.excluded()), Member::age.set(3));
        for _ in 0..2 {
            on().upsert(new()).on_conflict(Member::name).update(same.clone()).created().await?;
            on().upsert(new()).on_conflict(Member::name).update(same.clone()).await?;
        }
        assert_eq!(on().one().await?.age, Some(3));
        Ok(())
    }

    /// A key that is NULL, or that the database makes, is no other row's.
    async fn keys_of_nobody_else(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Member::objects().using(db.handle());
        for name in ["a", "b"] {
            let new = || NewMember::new(name);
            let (row, created) =
                on().upsert(new()).on_conflict(Member::email).update(Member::age.set(1)).created().await?;
            assert_eq!((row.name.as_str(), row.age, created), (name, None, true));
            let error = on().upsert(new()).on_conflict(Member::email).do_nothing().await.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
            let error = on().upsert(new()).on_conflict(Member::id).do_nothing().await.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
        }
        let row = on().upsert(NewMember::new("c")).on_conflict(Member::id).update(Member::age.set(1)).await?;
        assert_eq!((row.name.as_str(), row.age), ("c", None));
        assert_eq!(on().count().await?, 3);
        Ok(())
    }

    /// After a row with an explicit key, whether it was inserted or not, the next key is one behind it.
    async fn explicit_keys(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Member::objects().using(db.handle());
        let put = |id: i64| on().upsert(NewMember::new(format!("m{id}")).id(id)).on_conflict(Member::id);
        put(70).update(Member::age.set(1)).await?;
        assert!(on().create(NewMember::new("next")).await?.id > 70);
        put(5_000).update(Member::age.set(1)).created().await?;
        assert!(on().create(NewMember::new("next but one")).await?.id > 5_000);
        put(9_000).do_nothing().await?;
        on().bulk_upsert([NewMember::new("x").id(20_000), NewMember::new("y").id(3)]).on_conflict(Member::id).do_nothing().await?;
        assert!(on().upsert(NewMember::new("last")).on_conflict(Member::name).do_nothing().await?.id > 20_000);
        Ok(())
    }

    /// The new row has to be one that could be inserted, whether it is or not; and what is set fits or is refused.
    async fn rows_that_cannot_be(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Page::objects().using(db.handle());
        on().create(NewPage::new("/", 1, "Home")).await?;
        let put = |hits: i64, title: &str| on().upsert(NewPage::new("/", hits, title)).on_conflict(Page::url);
        for error in [
            put(-1, "x").update(Page::hits.set(5)).await.unwrap_err(),
            put(-1, "x").update(Page::hits.set(5)).created().await.unwrap_err(),
            put(1, "x").update(Page::hits.set(Page::hits - 2)).await.unwrap_err(),
            on().bulk_upsert([NewPage::new("/", -1, "x")]).on_conflict(Page::url).update(Page::hits.set(5)).await.unwrap_err(),
        ] {
            assert!(error.is_check_violation(), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Page"), Some("hits")));
        }
        let long = "x".repeat(21);
        for error in [
            put(1, &long).do_nothing().await.unwrap_err(),
            put(1, "x").update(Page::title.set(&long)).await.unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
            assert_eq!(error.field(), Some("title"));
        }
        assert_eq!(on().one().await?.hits, 1);
        Ok(())
    }

    /// The second run of each form builds nothing, with whatever values.
    async fn built_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let builds = orm::statistics::sql_builds_here;
        let on = || Member::objects().using(db.handle());
        let put = |n: i32| on().upsert(NewMember::new(format!("m{}", n % 2)).age(n).email(format!("{n}@"))).on_conflict(Member::name);
        let set = |n: i32| (Member::age.set(Member::age.excluded() + n), Member::visits.set(Member::visits + 1));
        let page = |n: i64| Page::objects().using(db.handle()).upsert(NewPage::new(format!("/{}", n % 2), n, "x")).on_conflict(Page::url);
        let mut warm = 0;
        for n in 0..4_i32 {
            put(n).update(set(n)).await?;
            put(n).update(set(n)).created().await?;
            put(n).update(set(n)).filter(Member::age.lt(Member::age.excluded())).await?;
            put(n).do_nothing().await?;
            page(n.into()).update(Page::hits.set(Page::hits + Page::hits.excluded())).await?;
            page(n.into()).do_nothing().created().await?;
            if n == 1 {
                warm = builds();
            }
        }
        assert_eq!(builds(), warm);
        assert!(warm > 0);
        Ok(())
    }
}
