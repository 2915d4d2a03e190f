//! Pages by number, and by what the last row was.

use std::future::IntoFuture as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use orm::prelude::*;
use orm::{CursorPage, ErrorKind, OrderBy, PageCursor};
use orm_tests::{Outcome, TestDb, cases};
use rust_decimal::Decimal;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native)]
enum PageSize {
    Small,
    Large,
    Medium,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "page_shops")]
struct Shop {
    #[field(primary_key, insertable)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "page_items")]
struct Item {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(related_name = items)]
    shop: ForeignKey<Shop>,
    #[field(max_length = 20)]
    name: String,
    rank: Option<i32>,
    #[field(precision = 12, scale = 2)]
    price: Option<Decimal>,
    at: Option<DateTime<Utc>>,
    day: NaiveDate,
    size: Option<PageSize>,
    big: u64,
    ratio: Option<f64>,
    single: f32,
    took: TimeDelta,
    open: bool,
    #[field(max_length = 20, sensitive)]
    pin: String,
    extra: serde_json::Value,
    note: Option<String>,
}

/// Rows of which many are alike in each column, and some are NULL.
async fn fill(db: &TestDb, rows: i64) -> orm::Result<()> {
    db.handle().create_tables(&[Shop::TABLE, Item::TABLE]).await?;
    Shop::objects().using(db.handle()).bulk_create((1..=3).map(|id| NewShop::new().id(id))).await?;
    Item::objects().using(db.handle()).bulk_create((1..=rows).map(item)).await?;
    Ok(())
}

fn item(id: i64) -> NewItem {
    let small = i32::try_from(id % 7).unwrap_or_default();
    let mut item = NewItem::new(
        id % 3 + 1,
        ["b", "a", "É", "z", "Z"][usize::try_from(id % 5).unwrap_or_default()],
        NaiveDate::from_ymd_opt(1969, 12, 30).unwrap_or_default() + TimeDelta::days(id % 4),
        (u64::MAX >> 1) - u64::try_from(id % 6).unwrap_or_default(),
        f32::from(i16::try_from(id % 5).unwrap_or_default()) / 3.0,
        TimeDelta::microseconds(1 - id % 4),
        id % 2 == 0,
        "1234",
        serde_json::json!({}),
    )
    .id(id);
    if id % 4 != 0 {
        item = item.rank(small - 3).ratio(f64::from(small) / 7.0);
    }
    if id % 5 != 1 {
        item = item.price(Decimal::new(i64::from(small) * 1_000_000_007 - 2_000_000_000, 2));
        item = item.at(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::microseconds(i64::from(small) - 3));
    }
    if id % 6 != 2 {
        item = item.size(
            [PageSize::Small, PageSize::Large, PageSize::Medium][usize::try_from(id % 3).unwrap_or_default()],
        );
    }
    item
}

type Orders = Vec<OrderBy<Item>>;

/// An order by each kind of column, in each direction.
fn orders() -> Vec<Orders> {
    macro_rules! both {
        ($($field:ident),*) => { vec![$(vec![Item::$field.asc()], vec![Item::$field.desc()]),*] };
    }
    let mut orders = both!(id, name, rank, price, at, day, size, big, ratio, single, took, open);
    orders.extend([
        vec![Item::rank.asc().nulls_last()],
        vec![Item::rank.desc().nulls_first(), Item::name.asc()],
        vec![Item::open.desc(), Item::at.asc().nulls_last(), Item::price.desc()],
        vec![(Item::rank + 1).desc(), Item::id.desc()],
        vec![(Item::single * 0.1).asc()],
        vec![(Item::ratio * 3.0 / 7.0).desc(), (Item::single / 3.0).desc()],
        vec![Item::shop.to(Shop::id).desc(), Item::size.asc()],
        Vec::new(),
    ]);
    orders
}

/// The pages from the first to the last, and back to the first again.
async fn there_and_back(
    db: &TestDb,
    order: &Orders,
    size: u64,
) -> orm::Result<(Vec<Vec<i64>>, Vec<Vec<i64>>)> {
    let page = |at: Option<PageCursor>| async move {
        // As a client has it.
        let at: Option<PageCursor> = at.map(|at| at.to_string().parse()).transpose()?;
        let query = Item::objects().using(db.handle()).order_by(order.clone()).select(Item::id);
        query.cursor_page(size, at.as_ref()).await
    };
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let mut last: CursorPage<i64> = page(None).await?;
    assert!(last.previous.is_none(), "before the first page there is nothing");
    loop {
        there.push(last.rows.clone());
        let Some(next) = last.next.clone() else { break };
        last = page(Some(next)).await?;
    }
    loop {
        back.push(last.rows.clone());
        let Some(previous) = last.previous.clone() else { break };
        last = page(Some(previous)).await?;
    }
    back.reverse();
    Ok((there, back))
}

fn reason<T: std::fmt::Debug>(outcome: orm::Result<T>) -> String {
    let error = outcome.expect_err("refused");
    assert_eq!(error.model(), Some("Item"), "{error:?}");
    match error.kind() {
        ErrorKind::InvalidQuery { reason } => reason.clone(),
        ErrorKind::InvalidCursor { reason } => (*reason).to_owned(),
        other => panic!("{other:?}"),
    }
}

cases! {
    /// Every row is on one page, in the order of the whole query, forwards and backwards, whatever the order is by.
    async fn every_row_once(db: &TestDb) -> Outcome {
        fill(db, 41).await?;
        for order in orders() {
            let query = Item::objects().using(db.handle()).order_by(order.clone()).order_by(Item::id);
            let all = query.select(Item::id).all().await?;
            assert_eq!(all.len(), 41);
            for size in [1, 4, 41, 50] {
                let (there, back) = there_and_back(db, &order, size).await?;
                assert_eq!(there.concat(), all, "{order:?} by {size}");
                assert!(there.iter().rev().skip(1).all(|page| page.len() as u64 == size), "{order:?} by {size}");
                // Whole pages from the end backwards: their borders lie elsewhere.
                assert_eq!(back.concat(), all, "{order:?} by {size}");
            }
        }
        Ok(())
    }

    /// The order is what Rust has for the same values: NULL first, text by code point.
    async fn in_the_order_of_rust(db: &TestDb) -> Outcome {
        fill(db, 41).await?;
        let mut rows = Item::objects().using(db.handle()).all().await?;
        rows.sort_by(|a, b| b.rank.cmp(&a.rank).then(a.name.cmp(&b.name)).then(a.id.cmp(&b.id)));
        let expected: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let (there, _) = there_and_back(db, &vec![Item::rank.desc(), Item::name.asc()], 7).await?;
        assert_eq!(there.concat(), expected);
        Ok(())
    }

    /// Rows that come and go between two pages move no others.
    async fn while_rows_come_and_go(db: &TestDb) -> Outcome {
        fill(db, 20).await?;
        let items = || Item::objects().using(db.handle());
        let page = |at: Option<PageCursor>| async move {
            items().order_by(Item::id.desc()).select(Item::id).cursor_page(5, at.as_ref()).await
        };
        let first = page(None).await?;
        assert_eq!(first.rows, [20, 19, 18, 17, 16]);
        // New ones at the front, and the row that the cursor was made at is gone.
        items().bulk_create((21..=30).map(item)).await?;
        items().filter(Item::id.in_([16, 14])).delete().await?;
        let second = page(first.next).await?;
        assert_eq!(second.rows, [15, 13, 12, 11, 10]);
        let back = page(second.previous).await?;
        assert_eq!(back.rows, [21, 20, 19, 18, 17]);
        assert!(back.previous.is_some() && back.next.is_some());
        items().filter(Item::id.gt(9)).delete().await?;
        let nothing = page(back.previous).await?;
        assert_eq!(nothing, page(nothing.next.clone()).await.map(|_| nothing.clone())?);
        assert!(nothing.rows.is_empty() && nothing.next.is_none() && nothing.previous.is_none());
        Ok(())
    }

    /// Related rows come with the rows of the page, and of no other.
    async fn with_related_rows(db: &TestDb) -> Outcome {
        fill(db, 12).await?;
        let page = |at: Option<PageCursor>| async move {
            Shop::objects()
                .using(db.handle())
                .order_by(Shop::id.desc())
                .prefetch_related(Shop::items.order_by(Item::id).limit(2))
                .cursor_page(2, at.as_ref())
                .await
        };
        let ids = |page: &CursorPage<(Shop, Vec<Item>)>| -> Vec<(i64, Vec<i64>)> {
            page.rows.iter().map(|(shop, items)| (shop.id, items.iter().map(|item| item.id).collect())).collect()
        };
        let first = page(None).await?;
        assert_eq!(ids(&first), [(3, vec![2, 5]), (2, vec![1, 4])]);
        let second = page(first.next).await?;
        assert_eq!(ids(&second), [(1, vec![3, 6])]);
        assert_eq!(ids(&page(second.previous).await?), [(3, vec![2, 5]), (2, vec![1, 4])]);
        let named = Item::objects().using(db.handle()).select_related(Item::shop).cursor_page(1, None).await?;
        assert_eq!(*named.rows[0].0.shop.key(), named.rows[0].1.id);
        assert_eq!(named.map(|(item, _)| item.id).rows, [1]);
        let count = Item::objects().using(db.handle()).filter(Item::id.gt(100)).cursor_page(5, None).await?;
        assert!(count.rows.is_empty() && count.next.is_none());
        Ok(())
    }

    /// A cursor that was changed, or made for something else, is told from ours; none of them changes what is asked.
    async fn what_is_no_cursor(db: &TestDb) -> Outcome {
        fill(db, 9).await?;
        let items = || Item::objects().using(db.handle());
        let made = items().order_by(Item::name).cursor_page(2, None).await?.next.ok_or("there are more")?;
        let text = made.to_string();
        assert_eq!(items().order_by(Item::name).cursor_page(2, Some(&text.parse()?)).await?.rows.len(), 2);
        for at in 0..text.len() {
            for other in ["A", "B", "_"] {
                let mut changed = text.clone();
                changed.replace_range(at..=at, other);
                if changed == text {
                    continue;
                }
                // The last character has bits that no byte is made of: then it is no text of ours to begin with.
                let Ok(changed) = changed.parse::<PageCursor>() else { continue };
                let told = reason(items().order_by(Item::name).cursor_page(2, Some(&changed)).await);
                assert_eq!(told, "it was changed, or made for another query, order or secret");
            }
        }
        for query in [
            items(),
            items().order_by(Item::name.desc()),
            items().order_by(Item::name.asc().nulls_last()),
            items().order_by((Item::name, Item::rank)),
        ] {
            let told = reason(query.cursor_page(2, Some(&made)).await);
            assert_eq!(told, "it was changed, or made for another query, order or secret");
        }
        for (made, other) in [
            ((Item::rank + 1).asc(), (Item::rank + 1000).asc()),
            (Item::name.lower().asc(), Item::name.upper().asc()),
            (Item::price.round(1).asc(), Item::price.round(0).asc()),
        ] {
            let cursor = items().order_by(made).cursor_page(2, None).await?.next.ok_or("there are more")?;
            let told = reason(items().order_by(other).cursor_page(2, Some(&cursor)).await);
            assert_eq!(told, "it was changed, or made for another query, order or secret");
        }
        for text in ["", "AAAA", "not base64!", &"A".repeat(30_000)] {
            match text.parse::<PageCursor>() {
                Ok(cursor) => assert_eq!(reason(items().cursor_page(2, Some(&cursor)).await), "it is none"),
                Err(error) => assert_eq!(error.to_string(), "the page cursor is not valid: it is none"),
            }
        }
        // There is a secret by now, which cannot be changed any more.
        let late = orm::set_page_secret(b"another one, of 16 bytes").expect_err("too late");
        assert!(matches!(late.kind(), ErrorKind::Config { .. }), "{late:?}");
        let short = orm::set_page_secret(b"short").expect_err("too short");
        assert!(matches!(short.kind(), ErrorKind::Config { .. }), "{short:?}");
        Ok(())
    }

    /// What has no pages is refused before anything is sent.
    async fn refused(db: &TestDb) -> Outcome {
        fill(db, 3).await?;
        let items = || Item::objects().using(db.handle());
        assert_eq!(reason(items().cursor_page(0, None).await), "a page of no rows");
        for query in [items().limit(3), items().offset(1), items().distinct()] {
            let told = reason(query.cursor_page(2, None).await);
            assert_eq!(told, "a page of a query with a limit or an offset, or of distinct rows");
        }
        let told = reason(items().order_by(Item::pin).cursor_page(2, None).await);
        assert_eq!(told, "a page cursor holds the values of the order, which has a sensitive field");
        assert!(reason(items().for_update().cursor_page(2, None).await).contains("lock"));
        let long = "x".repeat(13_000);
        items().filter(Item::id.eq(1)).update(Item::note.set(long)).await?;
        let told = reason(items().order_by(Item::note.desc()).cursor_page(1, None).await);
        assert!(told.contains("too long for a page cursor"), "{told}");
        let shops = Shop::objects().using(db.handle()).order_by(Shop::items.count().asc());
        let error = shops.cursor_page(1, None).await.expect_err("refused");
        assert!(error.to_string().contains("what other rows say"), "{error}");
        let told = reason(items().order_by(Item::extra).cursor_page(2, None).await);
        assert_eq!(told, "an order, or a primary key, by JSON, an array, a map or several columns at once has no page cursors");
        assert_eq!(reason(items().paginate(0, 5).await), "pages count from 1");
        assert_eq!(reason(items().paginate(1, 0).await), "a page of no rows");
        for query in [items().limit(3), items().offset(1)] {
            assert_eq!(reason(query.paginate(1, 5).await), "a page of a query with a limit or an offset");
        }
        Ok(())
    }

    /// Pages by number, with a total of all rows.
    async fn by_number(db: &TestDb) -> Outcome {
        fill(db, 23).await?;
        let items = || Item::objects().using(db.handle());
        let expected = items().order_by((Item::open.desc(), Item::id)).select(Item::id).all().await?;
        let mut read = Vec::new();
        for number in 1..=4 {
            let page = items().order_by(Item::open.desc()).select(Item::id).paginate(number, 7).await?;
            assert_eq!((page.number, page.size, page.total, page.pages()), (number, 7, 23, 4));
            assert_eq!((page.has_previous(), page.has_next()), (number > 1, number < 4));
            read.extend(page.rows);
        }
        assert_eq!(read, expected);
        for number in [5, u64::MAX] {
            let behind = items().paginate(number, 7).await?;
            assert_eq!((behind.rows.len(), behind.total, behind.has_next(), behind.has_previous()), (0, 23, false, true));
        }
        let none = items().filter(Item::id.gt(100)).paginate(1, 7).await?;
        assert_eq!((none.rows.len(), none.total, none.pages(), none.has_previous()), (0, 0, 0, false));
        let names = items().select(Item::name).distinct().paginate(1, 3).await?;
        assert_eq!((names.rows.len(), names.total), (3, 5));
        let shops = Shop::objects().using(db.handle()).prefetch_related(Shop::items).paginate(2, 2).await?;
        assert_eq!(shops.map(|(shop, items)| (shop.id, items.len())).rows, [(3, 8)]);
        Ok(())
    }

    /// On a connection of the caller's, in a transaction, and without a runtime.
    async fn wherever_queries_run(db: &TestDb) -> Outcome {
        fill(db, 5).await?;
        orm::atomic(async |tx| {
            Item::objects().using(&tx).filter(Item::id.eq(5)).delete().await?;
            let page = Item::objects().using(&tx).paginate(1, 2).await?;
            assert_eq!((page.rows.len(), page.total), (2, 4));
            let page = Item::objects().using(&tx).cursor_page(9, None).await?;
            assert_eq!(page.rows.len(), 4);
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        let on = db.handle().clone();
        let total = tokio::task::spawn(Item::objects().using(&on).paginate(1, 2).into_future()).await??.total;
        assert_eq!(total, 4);
        let blocking = std::thread::spawn(move || Item::objects().using(&on).cursor_page(3, None).blocking());
        let page = blocking.join().map_err(|_| "a panic")??;
        assert_eq!((page.rows.len(), page.next.is_some()), (3, true));
        Ok(())
    }
}
