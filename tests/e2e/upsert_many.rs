//! Upserts of many rows, and inserts that leave conflicts out.

use orm::ErrorKind;
use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// What a shop has of an item.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "many_stock", primary_key(shop, item))]
pub(crate) struct Stock {
    pub shop: i32,
    #[field(max_length = 20)]
    pub item: String,
    #[field(check = Stock::amount.ge(0))]
    pub amount: i64,
    #[field(precision = 10, scale = 2)]
    pub price: Decimal,
    pub seen: Option<DateTime<Utc>>,
}

/// A label, by a key that is counted or by its text.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "many_label")]
pub(crate) struct Label {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(max_length = 20, unique)]
    pub text: String,
    #[field(max_length = 20, unique)]
    pub short: Option<String>,
    #[field(default = 0)]
    pub uses: i32,
}

/// What a label is on.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "many_sticker", unique_together(label, number))]
pub(crate) struct Sticker {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub label: ForeignKey<Label>,
    #[field(check = Sticker::number.gt(0))]
    pub number: i32,
}

/// A row with a text.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "many_needed")]
pub(crate) struct Needed {
    #[field(primary_key, auto = false)]
    pub id: i64,
    pub text: String,
}

/// The same row for somebody who knows it less well.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "many_needed", managed = false)]
pub(crate) struct Careless {
    #[field(primary_key, auto = false)]
    pub id: i64,
    pub text: Option<String>,
}

const TABLES: [&Table; 4] = [Label::TABLE, Stock::TABLE, Sticker::TABLE, Needed::TABLE];

fn stock(shop: i32, item: i64, amount: i64) -> NewStock {
    NewStock::new(shop, format!("item {item}"), amount, Decimal::new(amount, 2))
}

type Rows = Result<Vec<Vec<Option<String>>>, Box<dyn std::error::Error + Send + Sync>>;

async fn labels(db: &TestDb) -> Rows {
    db.oracle("SELECT text, short, uses FROM many_label ORDER BY text").await
}

fn label(text: &str, short: Option<&str>, uses: i32) -> Vec<Option<String>> {
    vec![Some(text.to_owned()), short.map(str::to_owned), Some(uses.to_string())]
}

cases! {
    /// Thousands of rows, half of them there already, in few statements; the sums are right.
    async fn thousands_of_rows(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Stock::objects().using(db.handle());
        on().bulk_create((0..2_000).map(|item| stock(1, item, 10))).await?;
        let log = StatementLog::start();
        let set = (
            Stock::amount.set(Stock::amount + Stock::amount.excluded()),
            Stock::price.set(Stock::price + Stock::price.excluded()),
            Stock::seen.set(Stock::seen.excluded()),
        );
        let put = (1_000..3_000).map(|item| stock(1, item, item));
        assert_eq!(on().bulk_upsert(put).on_conflict((Stock::item, Stock::shop)).update(set).await?, 2_000);
        let statements = log.take();
        let most = match db.kind() { Kind::Sqlite => 32, _ => 12 };
        assert!(statements.len() <= most, "{} statements", statements.len());
        let sums = db.oracle("SELECT COUNT(*), SUM(amount) FROM many_stock").await?;
        let sum = 2_000 * 10 + (1_000..3_000).sum::<i64>();
        assert_eq!(sums, [[Some("3000".to_owned()), Some(sum.to_string())]]);
        let row = on().get((1, "item 1500".to_owned())).await?;
        assert_eq!((row.amount, row.price), (1_510, Decimal::new(1_510, 2)));
        Ok(())
    }

    /// Rows with the same key follow each other, and keys are the same where the database says so.
    async fn the_same_key_twice(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Stock::objects().using(db.handle());
        let put = || on().bulk_upsert([stock(1, 1, 1), stock(1, 2, 5), stock(1, 1, 10), stock(1, 1, 100)]);
        let key = || (Stock::shop, Stock::item);
        let add = || Stock::amount.set(Stock::amount + Stock::amount.excluded());
        assert_eq!(put().on_conflict(key()).update(add()).await?, 4);
        let amounts = || on().order_by(Stock::item).select(Stock::amount).all();
        assert_eq!(amounts().await?, [111, 5]);
        // The last one wins, and only where it is greater.
        let last = || (Stock::amount.set(Stock::amount.excluded()), Stock::seen.set(Utc::now()));
        let written = put().on_conflict(key()).update(last()).filter(Stock::amount.lt(Stock::amount.excluded())).await?;
        assert_eq!((written, amounts().await?), (0, vec![111, 5]));
        let more = [stock(1, 1, 200), stock(1, 1, 150), stock(1, 1, 300), stock(9, 9, 9)];
        let more = on().bulk_upsert(more).on_conflict(key()).update(last()).filter(Stock::amount.lt(Stock::amount.excluded()));
        assert_eq!((more.await?, amounts().await?), (3, vec![300, 5, 9]));
        assert_eq!(put().on_conflict(key()).do_nothing().await?, 0);
        let some = [stock(1, 1, 1), stock(2, 2, 2), stock(2, 2, 3)];
        assert_eq!(on().bulk_upsert(some).on_conflict(key()).do_nothing().await?, 1);
        assert_eq!(on().get((2, "item 2".to_owned())).await?.amount, 2);
        assert_eq!(on().bulk_upsert(Vec::<NewStock>::new()).on_conflict(key()).update(add()).await?, 0);
        Ok(())
    }

    /// Rows are given back as they are then: inserted, changed or left, with keys that nobody knew before, each once.
    async fn given_back(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Stock::objects().using(db.handle());
        on().bulk_create((0..300).map(|item| stock(1, item, 10))).await?;
        let log = StatementLog::start();
        let put = || (200..1_000).map(|item| stock(1, item, item));
        let key = || (Stock::shop, Stock::item);
        let add = || Stock::amount.set(Stock::amount + Stock::amount.excluded());
        let rows = on().bulk_upsert(put()).on_conflict(key()).update(add()).returning().await?;
        let statements = log.take().len();
        let most = match db.kind() { Kind::Sqlite => 20, _ => 16 };
        assert!(statements <= most, "{statements} statements");
        let by_item = |mut rows: Vec<Stock>| {
            rows.sort_by(|one, other| one.item.cmp(&other.item));
            rows
        };
        let stored = || on().filter(Stock::item.in_((200..1_000).map(|item| format!("item {item}")))).order_by(Stock::item).all();
        assert_eq!(by_item(rows), stored().await?);
        assert_eq!(on().get((1, "item 250".to_owned())).await?.amount, 260);
        let rows = on().bulk_upsert(put().chain(put())).on_conflict(key()).do_nothing().returning().await?;
        assert_eq!(by_item(rows), stored().await?);
        let only = on().bulk_upsert(put()).on_conflict(key()).update(add()).filter(Stock::item.eq("item 250"));
        assert_eq!(by_item(only.returning().await?), stored().await?);
        assert_eq!(on().get((1, "item 250".to_owned())).await?.amount, 510);
        let none = on().bulk_upsert(Vec::<NewStock>::new()).on_conflict(key()).do_nothing();
        assert_eq!(none.returning().await?, []);

        let on = || Label::objects().using(db.handle());
        on().create(NewLabel::new("there").id(5)).await?;
        for round in 0..2 {
            let put = [NewLabel::new(format!("a{round}")), NewLabel::new("there").id(5), NewLabel::new(format!("b{round}"))];
            let rows = on().bulk_upsert(put).on_conflict(Label::id).update(Label::uses.set(Label::uses + 1)).returning().await?;
            let mut names: Vec<_> = rows.iter().map(|row| row.text.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, [format!("a{round}"), format!("b{round}"), "there".to_owned()]);
            assert!(rows.iter().all(|row| (row.id == 5) == (row.text == "there") && row.id != 0));
            let put = [NewLabel::new("there").uses(9), NewLabel::new(format!("c{round}"))];
            let rows = on().bulk_upsert(put).on_conflict(Label::text).do_nothing().returning().await?;
            assert_eq!(rows.iter().map(|row| row.uses).max(), Some(round + 1));
            assert_eq!(rows.len(), 2);
        }
        // What fails gives nothing, and leaves nothing.
        let put = [NewLabel::new("z"), NewLabel::new("y").short("s"), NewLabel::new("x").short("s")];
        let error = on().bulk_upsert(put).on_conflict(Label::text).do_nothing().returning().await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(on().filter(Label::text.in_(["x", "y", "z"])).count().await?, 0);
        Ok(())
    }

    /// A row that is refused takes all others with it, changed ones too.
    async fn all_or_none(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Stock::objects().using(db.handle());
        on().bulk_create((0..10).map(|item| stock(1, item, 10))).await?;
        let key = || (Stock::shop, Stock::item);
        let take = Stock::amount.set(Stock::amount - Stock::amount.excluded());
        let put = (0..3_000).map(|item| stock(1, item, if item == 7 { 11 } else { 1 }));
        let error = on().bulk_upsert(put).on_conflict(key()).update(take).await.unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Stock"), Some("amount")));
        let sums = db.oracle("SELECT COUNT(*), SUM(amount) FROM many_stock").await?;
        assert_eq!(sums, [[Some("10".to_owned()), Some("100".to_owned())]]);
        Ok(())
    }

    /// By a key beside which there is another: each row finds its own, and the statements are built once.
    async fn beside_another_key(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Label::objects().using(db.handle());
        let new = |n: i32| NewLabel::new(format!("label {n}")).short(format!("l{n}")).uses(n);
        let add = || (Label::uses.set(Label::uses + Label::uses.excluded()), Label::short.set(Label::short.excluded()));
        on().bulk_create((0..3).map(new)).await?;
        let mut warm = 0;
        for round in 0..3_i64 {
            let put = on().bulk_upsert((0..6).map(new)).on_conflict(Label::text);
            assert_eq!(put.update(add()).await?, 6);
            if round == 0 {
                assert_eq!(labels(db).await?[2..4], [label("label 2", Some("l2"), 4), label("label 3", Some("l3"), 3)]);
            }
            let put = on().bulk_upsert([new(0), new(7 + i32::try_from(round)?)]).on_conflict(Label::text);
            assert_eq!(put.do_nothing().await?, 1);
            if round == 1 {
                warm = orm::statistics::sql_builds_here();
            }
        }
        assert_eq!(orm::statistics::sql_builds_here(), warm);
        // Changing two to what the other one had is in the way of the other one.
        let swap = [NewLabel::new("label 0").short("l1"), NewLabel::new("label 1").short("l0")];
        let before = labels(db).await?;
        let error = on().bulk_upsert(swap).on_conflict(Label::text).update(Label::short.set(Label::short.excluded())).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(labels(db).await?, before);
        Ok(())
    }

    /// Rows with and without explicit keys, by the key.
    async fn some_with_a_key(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Label::objects().using(db.handle());
        let put = || [NewLabel::new("a").id(50), NewLabel::new("b").id(3)];
        let set = || Label::uses.set(Label::uses + 1);
        assert_eq!(on().bulk_upsert(put()).on_conflict(Label::id).update(set()).await?, 2);
        let more = [NewLabel::new("x"), NewLabel::new("a again").id(50), NewLabel::new("y")];
        assert_eq!(on().bulk_upsert(more).on_conflict(Label::id).update(set()).await?, 3);
        assert_eq!(labels(db).await?, [label("a", None, 1), label("b", None, 0), label("x", None, 0), label("y", None, 0)]);
        assert!(on().filter(Label::text.in_(["x", "y"]) & Label::id.le(50)).count().await? == 0);
        Ok(())
    }

    /// Conflicts are left out, by whichever key and among the rows themselves; how many were inserted is told.
    async fn conflicts_are_left_out(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Label::objects().using(db.handle());
        let tags = ["rust", "sql", "rust", "orm"].map(NewLabel::new);
        assert_eq!(on().bulk_create(tags).ignore_conflicts().await?, 3);
        let id = on().filter(Label::text.eq("sql")).select(Label::id).one().await?;
        let mixed = [
            NewLabel::new("tea"),
            NewLabel::new("by its key").id(id),
            NewLabel::new("sql").uses(9),
            NewLabel::new("short").short("s"),
            NewLabel::new("short, too").short("s"),
            NewLabel::new("far").id(7_000),
        ];
        assert_eq!(on().bulk_create(mixed).ignore_conflicts().await?, 3);
        assert_eq!(on().bulk_create(Vec::<NewLabel>::new()).ignore_conflicts().await?, 0);
        let names = on().order_by(Label::text).select(Label::text).all().await?;
        assert_eq!(names, ["far", "orm", "rust", "short", "sql", "tea"]);
        assert!(on().create(NewLabel::new("next")).await?.id > 7_000);
        let many = || (0..5_000).map(|n| NewLabel::new(format!("n{n}")));
        on().bulk_create(many().step_by(2)).await?;
        let log = StatementLog::start();
        assert_eq!(on().bulk_create(many()).ignore_conflicts().await?, 2_500);
        let statements = log.take().len();
        let most = match db.kind() { Kind::Sqlite => 60, _ => 24 };
        assert!(statements <= most, "{statements} statements");
        let counted = db.oracle("SELECT COUNT(*) FROM many_label WHERE text LIKE 'n%' AND text <> 'next'").await?;
        assert_eq!(counted, [[Some("5000".to_owned())]]);
        Ok(())
    }

    /// Whatever else is wrong is still an error, and nothing is inserted then.
    async fn other_errors_stay(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let label = Label::objects().using(db.handle()).create(NewLabel::new("one")).await?;
        let on = || Sticker::objects().using(db.handle());
        on().create(NewSticker::new(&label, 1)).await?;
        let put = |rows: [NewSticker; 3]| on().bulk_create(rows).ignore_conflicts();
        let of = |id: i64, number: i32| NewSticker::new(id, number);
        let error = put([of(label.id, 1), of(label.id, 2), of(-5, 3)]).await.unwrap_err();
        assert!(error.is_foreign_key_violation(), "{error:?}");
        let error = put([of(label.id, 1), of(label.id, 2), of(label.id, 0)]).await.unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Sticker"), Some("number")));
        let long = [NewLabel::new("two"), NewLabel::new("x".repeat(21))];
        let error = Label::objects().using(db.handle()).bulk_create(long).ignore_conflicts().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        assert_eq!(error.field(), Some("text"));
        let careless = |text: &str| NewCareless::new(i64::try_from(text.len()).unwrap_or(0)).text((text != "null").then(|| text.to_owned()));
        let needed = || Careless::objects().using(db.handle());
        assert_eq!(needed().bulk_create([careless("a"), careless("bc")]).ignore_conflicts().await?, 2);
        let error = needed().bulk_create([careless("d"), careless("efg"), careless("null")]).ignore_conflicts().await.unwrap_err();
        assert!(error.is_not_null_violation(), "{error:?}");
        assert_eq!(needed().count().await?, 2);
        let counts = db.oracle("SELECT (SELECT COUNT(*) FROM many_label), (SELECT COUNT(*) FROM many_sticker)").await?;
        assert_eq!(counts, [[Some("1".to_owned()), Some("1".to_owned())]]);
        assert_eq!(put([of(label.id, 1), of(label.id, 2), of(label.id, 2)]).await?, 1);
        Ok(())
    }

    /// Inside of a transaction they are part of it, and it goes on.
    async fn in_a_transaction(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Label::objects().using(db.handle());
        let tags = || ["a", "b", "c"].map(NewLabel::new);
        let undone: orm::Result<()> = orm::atomic(async |_| {
            assert_eq!(on().bulk_create(tags()).ignore_conflicts().await?, 3);
            assert_eq!(on().bulk_create(tags()).ignore_conflicts().await?, 0);
            assert_eq!(on().bulk_upsert(tags()).on_conflict(Label::text).update(Label::uses.set(Label::uses + 1)).await?, 3);
            assert_eq!(on().filter(Label::uses.eq(1)).count().await?, 3);
            on().get(-1).await.map(drop)
        })
        .using(db.handle())
        .await;
        assert!(undone.is_err_and(|error| error.is_not_found()));
        assert_eq!(on().count().await?, 0);
        Ok(())
    }

    /// Many who write the same rows in different orders wait for each other, and nobody is chosen to fail.
    async fn in_different_orders(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let handle = db.handle().clone();
        let tasks: Vec<_> = (0..8_i64).map(|n| {
            let handle = handle.clone();
            tokio::spawn(async move {
                let rows: Vec<_> = (0..40).map(|item| stock(1, (item * (2 * n + 1)) % 64, 1)).collect();
                let put = Stock::objects().using(&handle).bulk_upsert(rows).on_conflict((Stock::shop, Stock::item));
                put.update(Stock::amount.set(Stock::amount + Stock::amount.excluded())).await
            })
        }).collect();
        for task in tasks {
            assert_eq!(task.await??, 40);
        }
        assert_eq!(db.oracle("SELECT SUM(amount) FROM many_stock").await?, [[Some("320".to_owned())]]);
        Ok(())
    }
}
