//! Numbers are written without a suffix wherever a field tells which they are.

use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "literal_shelves", patch(setters))]
pub(crate) struct Shelf {
    #[field(primary_key, auto = false)]
    id: u16,
    #[field(max_length = 20, default = "oak")]
    wood: String,
}

/// Required, with a default, from the database, and nullable: each a parameter of another kind.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "boxes", patch(setters))]
pub(crate) struct Parcel {
    #[field(primary_key)]
    id: i64,
    tiny: i8,
    small: i16,
    big: i64,
    unsigned_tiny: u8,
    unsigned_small: u16,
    unsigned_medium: u32,
    unsigned_big: u64,
    single: f32,
    sealed: bool,
    name: String,
    shelf: ForeignKey<Shelf>,
    #[field(default = 3)]
    layers: u8,
    #[field(db_default = 4)]
    corners: u16,
    #[field(db_default = 5)]
    sides: Option<u32>,
    depth: Option<i16>,
    weight: Option<u64>,
    width: Option<f32>,
    other: Option<ForeignKey<Shelf>>,
}

pub(crate) static TABLES: [&orm::model::Table; 2] = [Shelf::TABLE, Parcel::TABLE];

async fn made(db: &TestDb) -> orm::Result<Parcel> {
    let on = db.handle();
    on.create_tables(&TABLES).await?;
    Shelf::objects().using(on).create(NewShelf::new(65_535)).await?;
    let new = NewParcel::new(
        -128,
        -32_768,
        3_000_000_000,
        255,
        65_535,
        4_294_967_295,
        9_223_372_036_854_775_807,
        0.1,
        true,
        "first",
        65_535,
    );
    let new =
        new.layers(200).corners(60_000).sides(4_000_000_000).depth(-300).weight(300).width(2.5).other(65_535);
    Parcel::objects().using(on).create(new).await
}

cases! {
    /// In a new row.
    async fn in_new_rows(db: &TestDb) -> Outcome {
        let parcel = made(db).await?;
        let expected = Parcel {
            id: parcel.id,
            tiny: -128,
            small: -32_768,
            big: 3_000_000_000,
            unsigned_tiny: 255,
            unsigned_small: 65_535,
            unsigned_medium: 4_294_967_295,
            unsigned_big: 9_223_372_036_854_775_807,
            single: 0.1,
            sealed: true,
            name: "first".to_owned(),
            shelf: 65_535.into(),
            layers: 200,
            corners: 60_000,
            sides: Some(4_000_000_000),
            depth: Some(-300),
            weight: Some(300),
            width: Some(2.5),
            other: Some(65_535.into()),
        };
        assert_eq!(parcel, expected);
        assert_eq!(Parcel::objects().using(db.handle()).get(parcel.id).await?, expected);
        let plain = db.oracle("SELECT tiny, small, big, unsigned_tiny, unsigned_small, unsigned_medium, unsigned_big, layers, corners, sides, depth, weight, shelf_id FROM boxes").await?;
        let wanted = ["-128", "-32768", "3000000000", "255", "65535", "4294967295", "9223372036854775807", "200", "60000", "4000000000", "-300", "300", "65535"];
        assert_eq!(plain, [wanted.map(|text| Some(text.to_owned())).to_vec()]);
        Ok(())
    }

    /// In conditions, lists, arithmetic, assignments and keys.
    async fn in_queries(db: &TestDb) -> Outcome {
        let parcel = made(db).await?;
        let all = || Parcel::objects().using(db.handle());
        for found in [
            Parcel::tiny.lt(0),
            Parcel::small.eq(-32_768),
            Parcel::big.gt(2_999_999_999),
            Parcel::unsigned_tiny.ge(18),
            Parcel::unsigned_small.between(18, 65_535),
            Parcel::unsigned_medium.in_([1, 4_294_967_295]),
            Parcel::unsigned_big.not_in([1, 2]),
            Parcel::layers.ne(18),
            Parcel::corners.le(60_000),
            Parcel::sides.eq(4_000_000_000),
            Parcel::depth.eq(Some(-300)),
            Parcel::weight.ne(18),
            Parcel::single.eq(0.1),
            Parcel::shelf.eq(65_535),
            Parcel::other.in_([1, 65_535]),
            (Parcel::layers + 1).eq(201),
            (2 * Parcel::depth).eq(-600),
        ] {
            assert_eq!(all().filter(found.clone()).count().await?, 1, "{found:?}");
        }
        let set = (
            Parcel::tiny.set(1),
            Parcel::unsigned_tiny.set(Parcel::layers - 10),
            Parcel::corners.set(7),
            Parcel::weight.set(None),
            Parcel::depth.set(8),
        );
        assert_eq!(all().filter(Parcel::id.eq(parcel.id)).update(set).await?, 1);
        let read = all().get(parcel.id).await?;
        assert_eq!((read.tiny, read.unsigned_tiny, read.corners, read.weight, read.depth), (1, 190, 7, None, Some(8)));
        assert_eq!(Shelf::objects().using(db.handle()).get(65_535).await?.wood, "oak");
        assert_eq!(Shelf::objects().using(db.handle()).get_or_none(1).await?, None);
        Ok(())
    }

    /// In a patch, as a struct and by setters.
    async fn in_patches(db: &TestDb) -> Outcome {
        let parcel = made(db).await?;
        let one = || Parcel::objects().using(db.handle()).filter(Parcel::id.eq(parcel.id));
        let patch = ParcelPatch { unsigned_small: Some(18), weight: Some(Some(19)), ..Default::default() };
        assert_eq!(one().patch(patch).await?, 1);
        let patch = ParcelPatch::default().tiny(-5).unsigned_big(6).layers(9).depth(-7).sides(None).single(1.5).shelf(65_535);
        assert_eq!(one().patch(patch).await?, 1);
        let read = one().one().await?;
        assert_eq!((read.tiny, read.unsigned_small, read.unsigned_big, read.layers), (-5, 18, 6, 9));
        assert_eq!((read.depth, read.weight, read.sides, read.single), (Some(-7), Some(19), None, 1.5));
        Ok(())
    }
}
