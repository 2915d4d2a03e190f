//! Foreign keys of several columns, schemas, prefixes, and sequences that are not there.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

/// A thing to buy.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_product")]
pub(crate) struct Product {
    /// The article number.
    #[field(primary_key, max_length = 20)]
    pub sku: String,
}

/// An order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_order")]
pub(crate) struct Order {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Who ordered.
    pub by: String,
}

/// A line of an order, with a key of two columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_line", primary_key(order, line))]
pub(crate) struct OrderLine {
    /// The order.
    #[field(on_delete = cascade, related_name = lines)]
    pub order: ForeignKey<Order>,
    /// Its number in the order.
    pub line: i32,
    /// What was bought.
    #[field(related_name = lines)]
    pub product: ForeignKey<Product>,
    /// How many.
    #[field(default = 1)]
    pub quantity: u32,
}

/// What was sent for a line of an order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shipment")]
pub(crate) struct Shipment {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The line.
    #[field(on_delete = cascade, related_name = shipments)]
    pub line: ForeignKey<OrderLine>,
    /// The line that it was sent instead of.
    #[field(on_delete = set_null, related_name = replacements)]
    pub instead_of: Option<ForeignKey<OrderLine>>,
    /// How many.
    pub pieces: i32,
}

const TABLES: [&Table; 4] = [Product::TABLE, Order::TABLE, OrderLine::TABLE, Shipment::TABLE];

/// Two orders of three lines.
async fn fill(db: &TestDb) -> orm::Result<Vec<OrderLine>> {
    db.handle().create_tables(&TABLES).await?;
    let on = db.handle();
    let mut lines = Vec::new();
    for sku in ["tea", "cup"] {
        let product = Product::objects().using(on).create(NewProduct::new(sku)).await?;
        let order = Order::objects().using(on).create(NewOrder::new(sku)).await?;
        for line in 1..=3 {
            lines.push(
                OrderLine::objects().using(on).create(NewOrderLine::new(&order, line, &product)).await?,
            );
        }
    }
    Ok(lines)
}

cases! {
    /// A foreign key of two columns: created, read, filtered, followed, ordered, grouped, updated, deleted.
    async fn a_foreign_key_of_two_columns(db: &TestDb) -> Outcome {
        let lines = fill(db).await?;
        let shipments = || Shipment::objects().using(db.handle());
        let first = shipments().create(NewShipment::new(&lines[0], 1)).await?;
        assert_eq!((first.line.key(), first.instead_of.as_ref()), (&lines[0].key(), None));
        let second = shipments().create(NewShipment::new(&lines[4], 2).instead_of(&lines[1])).await?;
        assert_eq!(second.instead_of.as_ref().map(|line| *line.key()), Some(lines[1].key()));
        let new = |n: usize| NewShipment::new(&lines[n % 6], 3).instead_of((n.is_multiple_of(2)).then(|| ForeignKey::from(&lines[5])));
        assert_eq!(shipments().bulk_create((0..300).map(new)).await?, 300);

        let count = |q: Q<Shipment>| shipments().filter(q).count();
        assert_eq!(count(Shipment::line.eq(&lines[0])).await?, 51);
        assert_eq!(count(Shipment::line.eq(lines[0].key())).await?, 51);
        assert_eq!(count(Shipment::line.ne(&lines[0])).await?, 251);
        assert_eq!(count(Shipment::line.in_([&lines[0], &lines[1]])).await?, 101);
        assert_eq!(count(Shipment::line.not_in([&lines[0], &lines[1]])).await?, 201);
        assert_eq!(count(Shipment::instead_of.eq(&lines[5])).await?, 150);
        assert_eq!(count(Shipment::instead_of.ne(&lines[5])).await?, 152);
        assert_eq!(count(!Shipment::instead_of.eq(&lines[5])).await?, 152);
        assert_eq!(count(Shipment::instead_of.is_null()).await?, 151);
        assert_eq!(count(Shipment::instead_of.eq(None)).await?, 151);
        assert_eq!(count(Shipment::instead_of.ne(None)).await?, 151);
        assert_eq!(count(Shipment::instead_of.not_in([&lines[5]])).await?, 152);
        assert_eq!(count(Shipment::instead_of.eq(Shipment::line)).await?, 0);
        assert_eq!(count(Shipment::instead_of.ne(Shipment::line)).await?, 302);

        let sku = Shipment::line.to(OrderLine::product).to(Product::sku);
        assert_eq!(count(sku.eq("tea")).await?, 151);
        assert_eq!(count(Shipment::line.to(OrderLine::line).eq(2)).await?, 101);
        assert_eq!(count(Shipment::line.to(OrderLine::order).to(Order::by).eq("cup")).await?, 151);
        assert_eq!(count(Shipment::instead_of.to(OrderLine::line).eq(3)).await?, 150);
        assert_eq!(count(Shipment::instead_of.to(OrderLine::quantity).eq(1)).await?, 151);

        let (read, line, instead) = shipments().select_related(Shipment::line).select_related(Shipment::instead_of).order_by(Shipment::id).offset(1).first().await?.ok_or("none")?;
        assert_eq!((read, line, instead.as_ref()), (second.clone(), lines[4].clone(), Some(&lines[1])));
        let keys = shipments().order_by((Shipment::line.desc(), Shipment::id)).select((Shipment::line, Shipment::instead_of)).all().await?;
        assert_eq!(keys[0].0, lines[5].key());
        assert!(keys.is_sorted_by(|a, b| a.0 >= b.0));
        assert!(keys.iter().any(|key| key.1 == Some(lines[5].key())));

        let groups = shipments().group_by(Shipment::line).annotate((count_rows(), sum(Shipment::pieces))).order_by(key(Shipment::line).asc()).all().await?;
        assert_eq!(groups.len(), 6);
        assert_eq!(groups[0], (lines[0].key().0, 1, 51, Some(151)));

        let asked = OrderLine::objects().using(db.handle()).order_by((OrderLine::order, OrderLine::line));
        assert_eq!(asked.clone().filter(OrderLine::replacements.exists()).count().await?, 2);
        assert_eq!(asked.select(OrderLine::shipments.count()).all().await?, [51, 50, 50, 50, 51, 50]);

        let one = || shipments().filter(Shipment::id.eq(first.id));
        assert_eq!(one().update(Shipment::instead_of.set(lines[2].key())).await?, 1);
        assert_eq!(shipments().get(first.id).await?.instead_of.map(|line| *line.key()), Some(lines[2].key()));
        assert_eq!(one().update(Shipment::instead_of.set(Shipment::line)).await?, 1);
        assert_eq!(shipments().get(first.id).await?.instead_of.map(|line| *line.key()), Some(lines[0].key()));
        assert_eq!(one().update(Shipment::instead_of.set(None)).await?, 1);
        assert_eq!(shipments().get(first.id).await?.instead_of, None);
        assert_eq!(shipments().filter(Shipment::line.to(OrderLine::product).to(Product::sku).eq("tea")).update(Shipment::pieces.set(Shipment::pieces + 1)).await?, 151);
        assert!(shipments().create(NewShipment::new((99_i64, 1_i32), 1)).await.unwrap_err().is_foreign_key_violation());

        let gone = OrderLine::objects().using(db.handle()).filter(OrderLine::line.eq(1)).limit(1).order_by(OrderLine::order.desc()).delete().await?;
        assert_eq!(gone, 1);
        assert!(OrderLine::objects().using(db.handle()).get(lines[3].key()).await.unwrap_err().is_not_found());
        assert_eq!(shipments().count().await?, 302 - 50);
        Ok(())
    }

    /// A query of models with a key of two columns as a list.
    async fn a_query_of_composite_keys_as_a_list(db: &TestDb) -> Outcome {
        let lines = fill(db).await?;
        let shipments = || Shipment::objects().using(db.handle());
        shipments().bulk_create(lines.iter().map(|line| NewShipment::new(line, 1))).await?;
        let second = OrderLine::objects().filter(OrderLine::line.eq(2));
        assert_eq!(shipments().filter(Shipment::line.in_(second.clone())).count().await?, 2);
        assert_eq!(shipments().filter(Shipment::line.not_in(second.clone())).count().await?, 4);
        assert_eq!(shipments().filter(Shipment::instead_of.in_(second.clone())).count().await?, 0);
        assert_eq!(shipments().filter(Shipment::instead_of.not_in(second.clone())).count().await?, 6);
        let one = second.order_by(OrderLine::order.desc()).limit(1);
        let found = shipments().filter(Shipment::line.in_(one.clone())).select(Shipment::line).all().await?;
        assert_eq!(found, [lines[4].key()]);
        assert_eq!(shipments().filter(Shipment::line.in_(one)).delete().await?, 1);
        Ok(())
    }

    /// A composite key that nobody has, and the order of a composite key's parts.
    async fn composite_keys(db: &TestDb) -> Outcome {
        let lines = fill(db).await?;
        let all = OrderLine::objects().using(db.handle());
        assert_eq!(all.clone().get((lines[0].key().0, 3)).await?, lines[2]);
        assert_eq!(all.clone().get_or_none((77, 3)).await?, None);
        assert_eq!(all.clone().offset(2).limit(2).order_by((OrderLine::order, OrderLine::line)).update_all(OrderLine::quantity.set(9_u32)).await?, 2);
        assert_eq!(all.filter(OrderLine::quantity.eq(9)).order_by(OrderLine::order).all().await?.iter().map(OrderLine::key).collect::<Vec<_>>(), [lines[2].key(), lines[3].key()]);
        Ok(())
    }

    /// Tables of others: keys without a sequence, sequences with another start and step.
    async fn tables_of_others(db: &TestDb) -> Outcome {
        let key = match db.kind() {
            Kind::Sqlite => "INTEGER PRIMARY KEY",
            Kind::Postgres => "BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 10) PRIMARY KEY",
            Kind::MariaDb | Kind::MySql => "BIGINT AUTO_INCREMENT PRIMARY KEY",
        };
        db.oracle(&format!("CREATE TABLE note (id {key}, text VARCHAR(20) NOT NULL)")).await?;
        let notes = Note::objects().using(db.handle());
        for id in [5, 40, 3_000] {
            assert_eq!(notes.clone().create(NewNote::new("x").id(id)).await?.id, id);
        }
        assert!(notes.clone().create(NewNote::new("y")).await?.id > 3_000);
        db.oracle("DROP TABLE note").await?;
        db.oracle("CREATE TABLE note (id BIGINT PRIMARY KEY, text VARCHAR(20) NOT NULL)").await?;
        for id in [5, 40, 3_000] {
            assert_eq!(notes.clone().create(NewNote::new("x").id(id)).await?.id, id);
        }
        db.oracle("DROP TABLE note").await?;
        for new in [NewNote::new("x"), NewNote::new("x").id(1)] {
            let error = notes.clone().create(new).await.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::Database { .. }), "{error:?}");
        }
        Ok(())
    }

    /// Schemas, prefixes and quotes in names: keys are counted there too.
    async fn schemas_and_prefixes(db: &TestDb) -> Outcome {
        if db.kind() == Kind::Sqlite {
            let error = Far::objects().using(db.handle()).create(NewFar::new("x")).await.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::Unsupported { .. }), "{error:?}");
            return Ok(());
        }
        let quote = if db.kind() == Kind::Postgres { '"' } else { '`' };
        let drop = if db.kind() == Kind::Postgres { "CASCADE" } else { "" };
        db.oracle(&format!("DROP SCHEMA IF EXISTS {quote}orm test's{quote} {drop}")).await?;
        db.oracle(&format!("CREATE SCHEMA {quote}orm test's{quote}")).await?;
        let outcome = async {
            db.handle().create_tables(&[Far::TABLE]).await?;
            let all = Far::objects().using(db.handle());
            for id in [3, 5_000] {
                all.clone().create(NewFar::new("x").id(id)).await?;
            }
            let last = all.clone().create(NewFar::new("y")).await?;
            assert_eq!(last.id, 5_001);
            assert_eq!(all.clone().filter(Far::name.eq("y")).update(Far::parent.set(3)).await?, 1);
            let rows = all.clone().order_by(Far::id).prefetch_related(Far::children.limit(1)).prefetch_related(Far::children).all().await?;
            assert_eq!(rows.iter().map(|(row, some, all)| (row.id, some.len(), all.len())).collect::<Vec<_>>(), [(3, 1, 1), (5_000, 0, 0), (5_001, 0, 0)]);
            assert_eq!(all.clone().filter(Far::parent.to(Far::name).eq("x")).limit(1).delete().await?, 1);
            assert_eq!(all.count().await?, 2);
            Ok::<_, orm::Error>(())
        }
        .await;
        db.oracle(&format!("DROP SCHEMA {quote}orm test's{quote} {drop}")).await?;
        Ok(outcome?)
    }
}

/// A table that others made.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "note")]
pub(crate) struct Note {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// The text.
    #[field(max_length = 20)]
    pub text: String,
}

/// A table in a schema of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "it's \"far`", schema = "orm test's", table_prefix = "$1?")]
pub(crate) struct Far {
    /// The key.
    #[field(primary_key, insertable, column = "id's \"$orm`?")]
    pub id: i64,
    /// The name.
    #[field(max_length = 20, index)]
    pub name: String,
    /// Another one.
    #[field(related_name = children)]
    pub parent: Option<ForeignKey<Far>>,
}
