//! What models inherit of a `Meta` beside its settings: an order, indexes, unique keys, checks.

use orm::model::{IndexOf, Table};
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use orm_tests_registry::settings::StockMeta;

use crate::introspection::differences;

/// All that the `Meta` of another crate says.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = StockMeta)]
struct Shelf {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 20)]
    kind: String,
    #[field(max_length = 20)]
    name: String,
    rank: i32,
    reserve: Option<i32>,
}

/// An order and an index of its own; the unique key and the check of the `Meta`, beside one of a field.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = StockMeta, ordering(id), index(name, rank))]
struct Own {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 20)]
    kind: String,
    #[field(max_length = 20)]
    name: String,
    #[field(check = Self::rank.lt(100))]
    rank: i32,
    reserve: Option<i32>,
}

/// Nothing of it, and so none of the fields.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = StockMeta,
    ordering(),
    index(),
    unique_together(),
    check(),
    many_to_many(shelves: Shelf)
)]
struct Bare {
    #[field(primary_key)]
    id: i64,
}

/// Another order, no check, and the rest as it was.
#[derive(Meta)]
#[meta(extends = StockMeta, ordering(name), check(), table_prefix = "cellar_")]
struct CellarMeta;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = CellarMeta)]
struct Barrel {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 20)]
    kind: String,
    #[field(max_length = 20)]
    name: String,
    rank: i64,
    #[field(embed)]
    place: Place,
}

#[derive(Embed, Debug, Clone, PartialEq)]
struct Place {
    room: i32,
    row: i32,
}

/// Fields of embedded structs.
#[derive(Meta)]
#[meta(ordering(-id), index(place.room, -place.row))]
struct PlacedMeta;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = PlacedMeta, table = "placed")]
struct Placed {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    place: Place,
}

/// What not every backend has.
#[derive(Meta)]
#[meta(
    index(kind, where = |gone: bool| !gone),
    index(rank, expr(|rank: i32, factor: i32| rank * factor)),
    unique_together(kind, rank, where = |rank: i32, gone: bool| rank.gt(3) & gone)
)]
struct SpecialMeta;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = SpecialMeta, table = "inherited_specials")]
struct Inherited {
    #[field(primary_key)]
    id: i64,
    kind: i32,
    #[field(column = "the_rank")]
    rank: i32,
    factor: i32,
    gone: bool,
}

/// The same, written on the model.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "inherited_specials",
    managed = false,
    unique_together(kind, rank, where = Self::rank.gt(3) & Self::gone),
    index(kind, where = !Self::gone),
    index(rank, expr(Self::rank * Self::factor))
)]
struct Written {
    #[field(primary_key)]
    id: i64,
    kind: i32,
    #[field(column = "the_rank")]
    rank: i32,
    factor: i32,
    gone: bool,
}

fn index_names(table: &'static Table) -> Vec<String> {
    table.indexes.iter().map(|index| index.name_in(table)).collect()
}

fn order(table: &'static Table) -> Vec<(&'static str, bool)> {
    table.ordering.iter().map(|part| (part.field.name, part.descending)).collect()
}

/// All that is said of an index.
fn told(table: &'static Table) -> Vec<String> {
    let parts = |index: &orm::model::Index| {
        let of = index.parts.iter().map(|part| match part.of {
            IndexOf::Field(field) => format!("{} {}", field.name, part.descending),
            IndexOf::Expression(expr) => format!("{expr:?} {}", part.descending),
        });
        of.collect::<Vec<_>>().join(", ")
    };
    let told = table.indexes.iter().map(|index| {
        format!("{} of {} ({}) where {:?}", index.unique, index.name_in(table), parts(index), index.condition)
    });
    told.collect()
}

cases! {
    /// What is said once holds for each model, and what a model says itself goes before it.
    async fn who_says_what(_db: &TestDb) -> Outcome {
        assert_eq!(order(Shelf::TABLE), [("rank", true), ("name", false)]);
        assert_eq!(index_names(Shelf::TABLE), ["stock_shelf_kind_name_uq", "stock_shelf_kind_rank_ix"]);
        assert_eq!(Shelf::TABLE.checks.len(), 1);
        assert_eq!(Shelf::TABLE.unique_keys().len(), 2);
        assert_eq!(order(Own::TABLE), [("id", false)]);
        assert_eq!(index_names(Own::TABLE), ["stock_own_name_rank_ix", "stock_own_kind_name_uq"]);
        assert_eq!(Own::TABLE.checks.len(), 2);
        for table in [Bare::TABLE, BareShelves::TABLE] {
            assert_eq!((order(table).len(), table.indexes.len(), table.checks.len()), (0, 0, 0), "{}", table.model);
            assert!(table.full_name().starts_with("stock_bare"), "{}", table.full_name());
        }
        assert_eq!(order(Barrel::TABLE), [("name", false)]);
        assert_eq!(index_names(Barrel::TABLE), ["cellar_barrel_kind_name_uq", "cellar_barrel_kind_rank_ix"]);
        assert_eq!(Barrel::TABLE.checks.len(), 0);
        assert_eq!(order(Placed::TABLE), [("id", true)]);
        assert_eq!(index_names(Placed::TABLE), ["placed_place_room_place_row_ix"]);
        // An expression says of a model's columns what it would say there.
        assert_eq!(told(Inherited::TABLE), told(Written::TABLE));
        Ok(())
    }

    /// The database has it, keeps to it, and queries follow it.
    async fn in_the_database(db: &TestDb) -> Outcome {
        let tables = [Shelf::TABLE, Own::TABLE, Bare::TABLE, BareShelves::TABLE, Barrel::TABLE, Placed::TABLE];
        db.handle().create_tables(&tables).await?;
        let lines = differences(db, &tables).await?;
        assert!(lines.is_empty(), "{}", lines.join("\n"));
        let shelves = Shelf::objects().using(db.handle());
        let shelf = |id: i64, name: &str, rank: i32| NewShelf::new("wood", name, rank).id(id);
        shelves.clone().bulk_create([shelf(1, "b", 1), shelf(2, "a", 2), shelf(3, "c", 2)]).await?;
        assert_eq!(shelves.clone().select(Shelf::id).all().await?, [2, 3, 1]);
        let oracle = db.oracle("SELECT id FROM stock_shelf ORDER BY rank DESC, name").await
            .or(db.oracle("SELECT id FROM stock_shelf ORDER BY `rank` DESC, name").await)?;
        assert_eq!(oracle.concat(), ["2", "3", "1"].map(|id| Some(id.to_owned())));
        assert!(shelves.clone().create(shelf(4, "a", 7)).await.unwrap_err().is_unique_violation());
        assert!(shelves.clone().create(shelf(4, "d", -1)).await.unwrap_err().is_check_violation());
        assert!(shelves.clone().create(shelf(4, "d", 3).reserve(4)).await.unwrap_err().is_check_violation());
        shelves.clone().create(shelf(4, "d", 3).reserve(3)).await?;
        // The unique key is one to the model, too.
        let upserted = shelves.clone().upsert(shelf(9, "d", 5)).on_conflict((Shelf::kind, Shelf::name)).update((Shelf::rank.set(5),)).await?;
        assert_eq!((upserted.id, upserted.rank), (4, 5));
        let own = Own::objects().using(db.handle());
        let row = |id: i64, rank: i32| NewOwn::new("wood", format!("{id}"), rank).id(id);
        own.clone().bulk_create([row(2, 1), row(1, 99)]).await?;
        assert_eq!(own.clone().select(Own::id).all().await?, [1, 2]);
        for rank in [-1, 100] {
            assert!(own.clone().create(row(3, rank)).await.unwrap_err().is_check_violation());
        }
        let barrels = Barrel::objects().using(db.handle());
        barrels.clone().create(NewBarrel::new("oak", "a", -7, Place { room: 1, row: 2 }).id(1)).await?;
        assert!(barrels.create(NewBarrel::new("oak", "a", 1, Place { room: 1, row: 2 }).id(2)).await.unwrap_err().is_unique_violation());
        Ok(())
    }

    /// Expressions and conditions, where the database has them.
    async fn expressions(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[Inherited::TABLE]).await;
        if matches!(db.kind(), Kind::MariaDb | Kind::MySql) {
            assert!(matches!(made.unwrap_err().kind(), orm::ErrorKind::Unsupported { .. }));
            return Ok(());
        }
        made?;
        let lines = differences(db, &[Inherited::TABLE]).await?;
        assert!(lines.is_empty(), "{}", lines.join("\n"));
        let rows = Inherited::objects().using(db.handle());
        for (rank, gone) in [(3, true), (3, true), (4, false), (4, false), (4, true)] {
            rows.clone().create(NewInherited::new(1, rank, 1, gone)).await?;
        }
        assert!(rows.create(NewInherited::new(1, 4, 1, true)).await.unwrap_err().is_unique_violation());
        Ok(())
    }
}
