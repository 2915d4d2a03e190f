//! Keys that hold a foreign key to a key of several columns, and foreign keys to such keys.

use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};

/// An order of a shop.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nested_order", primary_key(shop, no))]
pub(crate) struct Purchase {
    /// Which shop.
    #[field(max_length = 10)]
    pub shop: String,
    /// Its number there.
    pub no: i64,
}

/// A line of an order: its key has three columns, two of them of the order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nested_line", primary_key(purchase, n), many_to_many(tags: Tag, related_name = lines))]
pub(crate) struct Line {
    /// The order.
    #[field(on_delete = cascade, related_name = lines)]
    pub purchase: ForeignKey<Purchase>,
    /// Its number in the order.
    pub n: i32,
    /// How many.
    #[field(default = 1)]
    pub pieces: i64,
}

/// A word.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nested_tag")]
pub(crate) struct Tag {
    /// The key.
    #[field(primary_key, max_length = 10)]
    pub word: String,
}

/// What was sent for a line, and instead of one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nested_parcel", primary_key(line, part))]
pub(crate) struct Parcel {
    /// The line.
    #[field(on_delete = cascade, related_name = parcels)]
    pub line: ForeignKey<Line>,
    /// Its number of them.
    pub part: i16,
    /// The line that it was sent instead of.
    #[field(on_delete = set_null, related_name = replacements)]
    pub instead_of: Option<ForeignKey<Line>>,
}

/// A note about a parcel, whose key has four columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nested_note")]
pub(crate) struct Note {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The parcel.
    #[field(on_delete = cascade, related_name = notes)]
    pub parcel: ForeignKey<Parcel>,
}

fn at(shop: &str, no: i64, n: i32) -> ((String, i64), i32) {
    ((shop.to_owned(), no), n)
}

async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&[
        Purchase::TABLE,
        Line::TABLE,
        Tag::TABLE,
        LineTags::TABLE,
        Parcel::TABLE,
        Note::TABLE,
    ])
    .await?;
    for (shop, no, lines) in [("a", 1, 2), ("a", 2, 1), ("b", 1, 3)] {
        let order = Purchase::objects().using(on).create(NewPurchase::new(shop, no)).await?;
        for n in 1..=lines {
            Line::objects().using(on).create(NewLine::new(&order, n).pieces(i64::from(n) * 10)).await?;
        }
    }
    let line = Line::objects().using(on).get(at("b", 1, 2)).await?;
    Parcel::objects().using(on).create(NewParcel::new(&line, 1_i16).instead_of(at("a", 2, 1))).await?;
    Parcel::objects().using(on).create(NewParcel::new(at("b", 1, 2), 2_i16)).await?;
    let parcel = Parcel::objects().using(on).get((at("b", 1, 2), 2_i16)).await?;
    Note::objects().using(on).create(NewNote::new(&parcel)).await?;
    for word in ["red", "blue"] {
        Tag::objects().using(on).create(NewTag::new(word)).await?;
    }
    Ok(())
}

async fn rows(db: &TestDb, sql: &str) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let text = |row: Vec<Option<String>>| {
        row.into_iter().map(|cell| cell.unwrap_or_else(|| "-".into())).collect::<Vec<_>>()
    };
    Ok(db.oracle(sql).await?.into_iter().map(|row| text(row).join(" ")).collect())
}

cases! {
    /// Each foreign key has the columns of the key, one for one, and the names say where they come from.
    async fn columns(db: &TestDb) -> Outcome {
        fill(db).await?;
        let sql = "SELECT line_purchase_shop, line_purchase_no, line_n, part, instead_of_purchase_shop, \
                   instead_of_purchase_no, instead_of_n FROM nested_parcel ORDER BY part";
        assert_eq!(rows(db, sql).await?, ["b 1 2 1 a 2 1", "b 1 2 2 - - -"]);
        let sql = "SELECT parcel_line_purchase_shop, parcel_line_purchase_no, parcel_line_n, parcel_part FROM nested_note";
        assert_eq!(rows(db, sql).await?, ["b 1 2 2"]);
        let wrong = Parcel::objects().using(db.handle()).create(NewParcel::new(at("b", 1, 9), 1_i16)).await;
        assert!(wrong.unwrap_err().is_foreign_key_violation());
        Ok(())
    }

    /// Look-ups by the whole key, by parts of it, and along the keys.
    async fn looked_up(db: &TestDb) -> Outcome {
        fill(db).await?;
        let lines = || Line::objects().using(db.handle()).order_by((Line::purchase, Line::n));
        let parcels = || Parcel::objects().using(db.handle()).order_by(Parcel::part);
        assert_eq!(lines().get(at("a", 1, 2)).await?.pieces, 20);
        assert!(lines().get_or_none(at("a", 2, 2)).await?.is_none());
        let own = lines().filter(Line::primary_key().eq(at("b", 1, 3))).one().await?;
        assert_eq!((own.key(), own.pieces), (at("b", 1, 3), 30));
        let some = Line::primary_key().in_([at("b", 1, 3), at("a", 2, 1), at("x", 1, 1)]);
        assert_eq!(lines().filter(some).select(Line::pieces).all().await?, [10, 30]);
        assert_eq!(lines().filter(Line::primary_key().ne(at("b", 1, 3))).count().await?, 5);
        let numbers = |q: Q<Parcel>| parcels().filter(q).select(Parcel::part).all();
        assert_eq!(numbers(Parcel::line.eq(at("b", 1, 2))).await?, [1, 2]);
        assert_eq!(numbers(Parcel::instead_of.ne(at("a", 2, 1))).await?, [2]);
        assert_eq!(numbers(Parcel::instead_of.in_([at("a", 2, 1), at("a", 2, 9)])).await?, [1]);
        assert_eq!(numbers(Parcel::instead_of.to(Line::pieces).eq(10)).await?, [1]);
        // What the foreign key holds itself takes no join.
        let shop = parcels().filter(Parcel::line.to(Line::purchase).to(Purchase::shop).eq("b"));
        assert!(!shop.to_sql(orm::Backend::Sqlite)?.contains("JOIN"));
        assert_eq!(shop.count().await?, 2);
        assert_eq!(parcels().filter(Parcel::line.to(Line::n).eq(1)).count().await?, 0);
        let notes = Note::objects().using(db.handle());
        assert_eq!(notes.filter(Note::parcel.to(Parcel::line).to(Line::purchase).eq(("b".to_owned(), 1_i64))).count().await?, 1);
        let grouped = Parcel::objects().using(db.handle()).group_by(Parcel::instead_of).annotate(count_rows());
        let by_line: Vec<(Option<_>, i64)> = grouped.order_by(count_rows().asc()).all().await?;
        assert_eq!(by_line.len(), 2);
        assert!(by_line.contains(&(None, 1)) && by_line.contains(&(Some(at("a", 2, 1)), 1)), "{by_line:?}");
        assert_eq!(parcels().select((Parcel::line, Parcel::instead_of)).all().await?, [
            (at("b", 1, 2), Some(at("a", 2, 1))),
            (at("b", 1, 2), None),
        ]);
        Ok(())
    }

    /// Related rows in both directions, and batches by the key.
    async fn related(db: &TestDb) -> Outcome {
        fill(db).await?;
        let lines = || Line::objects().using(db.handle()).order_by((Line::purchase, Line::n));
        let found = lines().prefetch_related(Line::parcels).prefetch_related(Line::replacements).all().await?;
        let counts: Vec<_> = found.iter().map(|(line, parcels, instead)| (line.n, parcels.len(), instead.len())).collect();
        assert_eq!(counts, [(1, 0, 0), (2, 0, 0), (1, 0, 1), (1, 0, 0), (2, 2, 0), (3, 0, 0)]);
        let orders = Purchase::objects().using(db.handle()).order_by((Purchase::shop, Purchase::no));
        let nested = orders.prefetch_related(Purchase::lines.with(Line::parcels.with(Parcel::notes))).all().await?;
        let notes: usize = nested.iter().flat_map(|(_, lines)| lines).flat_map(|(_, parcels)| parcels).map(|(_, notes)| notes.len()).sum();
        assert_eq!((nested.len(), notes), (3, 1));
        let joined = Parcel::objects().using(db.handle()).order_by(Parcel::part).select_related(Parcel::line).select_related(Parcel::instead_of).all().await?;
        let pieces: Vec<_> = joined.iter().map(|(_, line, instead)| (line.pieces, instead.as_ref().map(|line| line.pieces))).collect();
        assert_eq!(pieces, [(20, Some(10)), (20, None)]);
        assert_eq!(lines().filter(Line::parcels.any(Parcel::part.eq(2))).select(Line::n).all().await?, [2]);
        let line = lines().get(at("b", 1, 2)).await?;
        assert_eq!(Line::parcels.of(&line).using(db.handle()).count().await?, 2);
        let mut batches = Line::objects().using(db.handle()).in_batches(2);
        let mut seen = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            seen.extend(batch.iter().map(Line::key));
        }
        assert_eq!(seen, [at("a", 1, 1), at("a", 1, 2), at("a", 2, 1), at("b", 1, 1), at("b", 1, 2), at("b", 1, 3)]);
        Ok(())
    }

    /// Writes: tracked rows, upserts, pairs, and what the database does to the keys.
    async fn written(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let lines = || Line::objects().using(on);
        let mut line = lines().tracked().get(at("b", 1, 2)).await?;
        line.pieces = 99;
        line.save().await?;
        assert_eq!(rows(db, "SELECT n FROM nested_line WHERE pieces = 99").await?, ["2"]);
        let new = NewLine::new(("b".to_owned(), 1), 2);
        let again = lines().upsert(new).on_conflict((Line::purchase, Line::n)).update(Line::pieces.set(Line::pieces + 1)).await?;
        assert_eq!((again.n, again.pieces), (2, 100));
        let made = lines().filter(Line::primary_key().eq(at("a", 2, 2))).get_or_create(NewLine::new(("a".to_owned(), 2), 2)).await?;
        assert!(made.1);
        Line::tags.of(&again).add(["red".to_owned(), "blue".to_owned()]).using(on).await?;
        Line::tags.of(&again).remove("red".to_owned()).using(on).await?;
        assert_eq!(rows(db, "SELECT line_purchase_shop, line_purchase_no, line_n, tag_id FROM nested_line_tags").await?, ["b 1 2 blue"]);
        let blue = Tag::objects().using(on).get("blue").await?;
        assert_eq!(Tag::lines.of(&blue).using(on).select(Line::pieces).all().await?, [100]);
        let tagged = lines().prefetch_related(Line::tags).all().await?;
        assert_eq!(tagged.iter().map(|(_, tags)| tags.len()).sum::<usize>(), 1);
        assert_eq!(lines().filter(Line::primary_key().in_([at("a", 2, 1), at("a", 1, 1)])).delete().await?, 2);
        assert_eq!(rows(db, "SELECT part FROM nested_parcel WHERE instead_of_n IS NULL ORDER BY part").await?, ["1", "2"]);
        // Along all keys.
        assert_eq!(Purchase::objects().using(on).filter(Purchase::shop.eq("b")).delete().await?, 1);
        let left = "SELECT (SELECT COUNT(*) FROM nested_line), (SELECT COUNT(*) FROM nested_parcel), \
                    (SELECT COUNT(*) FROM nested_note), (SELECT COUNT(*) FROM nested_line_tags)";
        assert_eq!(rows(db, left).await?, ["2 0 0 0"]);
        line.refresh().await.unwrap_err();
        Ok(())
    }
}
