//! The primary key of a `Meta`, which models take over that ask for it.

use orm::model::{Key, Table};
use orm::prelude::*;
use orm_tests::{Outcome, cases};
use orm_tests_registry::settings::{self, TenantMeta};

/// One of this crate, seen in it alone.
mod own {
    use orm::prelude::*;

    #[derive(Meta)]
    #[meta(table_prefix = "own_", primary_key(number))]
    pub(super) struct TenantMeta;
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = TenantMeta, primary_key = inherited, table = "orders", ordering(id))]
struct Order {
    tenant_id: i32,
    id: i64,
    #[field(max_length = 20)]
    note: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(primary_key = inherited, meta = settings::TenantMeta, table = "lines")]
struct Line {
    id: i64,
    tenant_id: i32,
    #[field(related_name = lines, on_delete = cascade)]
    order: ForeignKey<Order>,
}

/// It does not ask, and has a key of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = TenantMeta, table = "remarks")]
struct Note {
    #[field(primary_key)]
    id: i64,
    tenant_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = settings::beside::TenantMeta, primary_key = inherited, table = "coded")]
struct Coded {
    #[field(max_length = 10)]
    code: String,
    rank: i32,
}

/// A key of one integer counts up, as any does.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = own::TenantMeta, primary_key = inherited, table = "counted")]
struct Counted {
    name: Option<i32>,
    number: i64,
}

fn names(table: &'static Table) -> Vec<&'static str> {
    table.primary_key.iter().map(|field| field.name).collect()
}

fn key_of<M: Model<Key = K>, K: Key>(row: &M) -> K {
    row.key()
}

cases! {
    /// The key is that of the `Meta`, in its order, for the types, the tables and the relations.
    async fn models_take_it_over(db: &TestDb) -> Outcome {
        assert_eq!(names(Order::TABLE), ["tenant_id", "id"]);
        assert_eq!(names(Line::TABLE), ["tenant_id", "id"]);
        assert_eq!(names(Note::TABLE), ["id"]);
        assert_eq!(names(Coded::TABLE), ["code"]);
        assert_eq!((Order::TABLE.name, Coded::TABLE.name, Counted::TABLE.name), ("orders", "coded", "counted"));
        db.handle().create_tables(&[Order::TABLE, Line::TABLE, Note::TABLE, Coded::TABLE, Counted::TABLE]).await?;
        let orders = Order::objects().using(db.handle());
        for (tenant, id) in [(1, 1), (1, 2), (2, 1)] {
            orders.clone().create(NewOrder::new(tenant, id, format!("{tenant}/{id}"))).await?;
        }
        let twice = orders.clone().create(NewOrder::new(1, 2, "again")).await.unwrap_err();
        assert!(twice.is_unique_violation(), "{twice:?}");
        let second: Order = orders.clone().get((1, 2)).await?;
        assert_eq!((key_of(&second), &*second.note), ((1, 2), "1/2"));
        let line = Line::objects().using(db.handle()).create(NewLine::new(7, 1, &second)).await?;
        assert_eq!(key_of(&line), (1, 7));
        let of = Line::objects().using(db.handle()).filter(Line::order.to(Order::note).eq("1/2"));
        assert_eq!(of.all().await?, [line]);
        assert_eq!(orders.filter(Order::tenant_id.eq(1)).select(Order::id).all().await?, [1, 2]);
        let coded = Coded::objects().using(db.handle());
        coded.clone().create(NewCoded::new("x", 1)).await?;
        assert_eq!(coded.get("x").await?.rank, 1);
        let counted = Counted::objects().using(db.handle());
        let first = counted.clone().create(NewCounted::new()).await?;
        let next = counted.create(NewCounted::new().name(5)).await?;
        assert_eq!(next.number, first.number + 1);
        Ok(())
    }
}
