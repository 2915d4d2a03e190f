//! Foreign keys over fields: of several tenants in one table, where all keys share the column that says whose row it is.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};

/// Whose rows they are.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shared_tenant")]
pub(crate) struct Tenant {
    /// The key.
    #[field(primary_key, auto = false)]
    pub id: i64,
}

/// A customer of a tenant.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shared_customer", primary_key(tenant, id))]
pub(crate) struct Customer {
    /// Whose.
    pub tenant: ForeignKey<Tenant>,
    /// Its number there.
    pub id: i64,
    /// What it is called.
    pub name: String,
}

/// A product of a tenant.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shared_product", primary_key(tenant, id), unique_together(tenant, code))]
pub(crate) struct Product {
    /// Whose.
    pub tenant: ForeignKey<Tenant>,
    /// Its number there.
    pub id: i64,
    /// What is written on it.
    #[field(max_length = 10)]
    pub code: String,
}

/// An order: its key and its foreign keys have a column in common.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "shared_order",
    primary_key(tenant, no),
    foreign_key(customer: Customer, fields(tenant, customer_id), on_delete = cascade, related_name = orders),
    foreign_key(product: Product, fields(tenant, product_id), related_name = orders),
    foreign_key(article: Product, fields(code, tenant), references(code, tenant), related_name = coded),
    patch(setters)
)]
pub(crate) struct Order {
    /// Whose.
    pub tenant: ForeignKey<Tenant>,
    /// Its number there.
    pub no: i64,
    /// Who ordered.
    #[field(column = "cust")]
    pub customer_id: i64,
    /// What, by number.
    pub product_id: Option<i64>,
    /// What, by code.
    #[field(max_length = 10)]
    pub code: Option<String>,
}

const TABLES: [&Table; 4] = [Tenant::TABLE, Customer::TABLE, Product::TABLE, Order::TABLE];

async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&TABLES).await?;
    for tenant in [1_i64, 2] {
        Tenant::objects().using(on).create(NewTenant::new(tenant)).await?;
        for id in [1_i64, 2] {
            let name = format!("c{tenant}{id}");
            Customer::objects().using(on).create(NewCustomer::new(tenant, id, name)).await?;
            let code = format!("p{id}");
            Product::objects().using(on).create(NewProduct::new(tenant, id, code)).await?;
        }
    }
    let orders = || Order::objects().using(on);
    orders().create(NewOrder::new(1, 1, 1).product_id(1)).await?;
    orders().create(NewOrder::new(1, 2, 1)).await?;
    orders().create(NewOrder::new(1, 3, 2).code("p2")).await?;
    orders().bulk_create([NewOrder::new(2, 1, 1).product_id(2).code("p1"), NewOrder::new(2, 2, 2)]).await?;
    Ok(())
}

async fn rows(db: &TestDb, sql: &str) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let text = |row: Vec<Option<String>>| {
        row.into_iter().map(|cell| cell.unwrap_or_else(|| "-".into())).collect::<Vec<_>>()
    };
    Ok(db.oracle(sql).await?.into_iter().map(|row| text(row).join(" ")).collect())
}

const ALL: &str = "SELECT tenant_id, no, cust, product_id, code FROM shared_order ORDER BY 1, 2";

cases! {
    /// Every column is there once, whatever shares it; and the database knows the foreign keys.
    async fn one_column_each(db: &TestDb) -> Outcome {
        fill(db).await?;
        assert_eq!(rows(db, ALL).await?, ["1 1 1 1 -", "1 2 1 - -", "1 3 2 - p2", "2 1 1 2 p1", "2 2 2 - -"]);
        let orders = || Order::objects().using(db.handle());
        for wrong in [
            NewOrder::new(1, 9, 7),
            NewOrder::new(1, 9, 1).product_id(7),
            NewOrder::new(1, 9, 1).code("p7"),
        ] {
            let error = orders().create(wrong).await.unwrap_err();
            assert!(error.is_foreign_key_violation(), "{error}");
            assert_eq!(error.model(), Some("Order"));
        }
        let order = orders().get((2, 1)).await?;
        assert_eq!(order, Order { tenant: 2.into(), no: 1, customer_id: 1, product_id: Some(2), code: Some("p1".into()) });
        Ok(())
    }

    /// Compared with rows, keys, lists, queries and each other; a key a part of which is NULL refers to nothing.
    async fn compared(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let orders = || Order::objects().using(on);
        let found = |q: Q<Order>| orders().filter(q).order_by((Order::tenant, Order::no)).select((Order::tenant, Order::no)).all();
        let customer = Customer::objects().using(on).get((1, 1)).await?;
        let product = Product::objects().using(on).get((1, 1)).await?;
        assert_eq!(found(Order::customer.eq(&customer)).await?, [(1, 1), (1, 2)]);
        assert_eq!(found(Order::customer.eq((1_i64, 2_i64))).await?, [(1, 3)]);
        assert_eq!(found(Order::customer.ne(&customer)).await?, [(1, 3), (2, 1), (2, 2)]);
        assert_eq!(found(Order::customer.in_([(1_i64, 2_i64), (2, 1), (3, 3)])).await?, [(1, 3), (2, 1)]);
        assert_eq!(found(Order::customer.not_in([(1_i64, 2_i64), (2, 1)])).await?, [(1, 1), (1, 2), (2, 2)]);
        let named = Customer::objects().filter(Customer::name.eq("c22"));
        assert_eq!(found(Order::customer.in_(named)).await?, [(2, 2)]);
        assert_eq!(found(Order::product.eq(&product)).await?, [(1, 1)]);
        assert_eq!(found(Order::product.ne(&product)).await?, [(1, 2), (1, 3), (2, 1), (2, 2)]);
        assert_eq!(found(Order::product.in_([&product])).await?, [(1, 1)]);
        assert_eq!(found(Order::product.not_in([&product])).await?, [(1, 2), (1, 3), (2, 1), (2, 2)]);
        for none in [Order::product.is_null(), Order::product.eq(None), !Order::product.is_not_null()] {
            assert_eq!(found(none).await?, [(1, 2), (1, 3), (2, 2)]);
        }
        for some in [Order::product.is_not_null(), Order::product.ne(None), !Order::product.is_null()] {
            assert_eq!(found(some).await?, [(1, 1), (2, 1)]);
        }
        assert_eq!(found(Order::article.eq(("p1".to_owned(), 2_i64))).await?, [(2, 1)]);
        assert_eq!(found(Order::article.is_null()).await?, [(1, 1), (1, 2), (2, 2)]);
        Ok(())
    }

    /// Followed and loaded in both directions. What is shared is no key by itself.
    async fn followed(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let orders = || Order::objects().using(on).order_by((Order::tenant, Order::no));
        let keys = |q: Q<Order>| orders().filter(q).select((Order::tenant, Order::no)).all();
        assert_eq!(keys(Order::customer.to(Customer::name).eq("c11")).await?, [(1, 1), (1, 2)]);
        assert_eq!(keys(Order::product.to(Product::code).eq("p2")).await?, [(2, 1)]);
        assert_eq!(keys(Order::article.to(Product::id).eq(2)).await?, [(1, 3)]);
        // The tenant is there in every order, its product is not.
        assert_eq!(orders().select(Order::product.to(Product::tenant)).all().await?, [Some(1), None, None, Some(2), None]);
        assert_eq!(orders().select(Order::product.to(Product::id)).all().await?, [Some(1), None, None, Some(2), None]);
        assert_eq!(orders().select(Order::customer.to(Customer::tenant)).all().await?, [1, 1, 1, 2, 2]);
        assert_eq!(orders().select(Order::customer).all().await?, [(1, 1), (1, 1), (1, 2), (2, 1), (2, 2)]);
        let joins = |sql: String| sql.matches(" JOIN ").count();
        assert_eq!(joins(orders().filter(Order::customer.to(Customer::tenant).eq(1)).to_sql(orm::Backend::Sqlite)?), 0);
        assert_eq!(joins(orders().filter(Order::product.to(Product::id).eq(1)).to_sql(orm::Backend::Sqlite)?), 0);
        let error = orders().select(Order::product).all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error}");
        assert_eq!((error.model(), error.field()), (Some("Order"), Some("product_id")));
        let error = Order::objects().using(on).group_by(Order::product).annotate(count_rows()).all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error}");

        let all = orders().select_related(Order::customer).select_related(Order::product).select_related(Order::article).all().await?;
        let names: Vec<_> = all.iter().map(|(order, customer, product, article)| {
            (order.no, customer.name.as_str(), product.as_ref().map(|p| p.code.as_str()), article.as_ref().map(|p| p.id))
        }).collect();
        assert_eq!(names, [
            (1, "c11", Some("p1"), None), (2, "c11", None, None), (3, "c12", None, Some(2)),
            (1, "c21", Some("p2"), Some(1)), (2, "c22", None, None),
        ]);

        let customers = || Customer::objects().using(on).order_by((Customer::tenant, Customer::id));
        let products = || Product::objects().using(on).order_by((Product::tenant, Product::id));
        assert_eq!(customers().select(Customer::orders.count()).all().await?, [2, 1, 1, 1]);
        assert_eq!(products().select((Product::orders.count(), Product::coded.count())).all().await?, [(1, 0), (0, 1), (0, 1), (1, 0)]);
        let some = customers().filter(Customer::orders.any(Order::product.is_not_null()));
        assert_eq!(some.select(Customer::name).all().await?, ["c11", "c21"]);
        let loaded = customers().prefetch_related(Customer::orders.every().order_by(Order::no)).all().await?;
        let numbers: Vec<Vec<_>> = loaded.iter().map(|(_, orders)| orders.iter().map(|order| order.no).collect()).collect();
        assert_eq!(numbers, [vec![1, 2], vec![3], vec![1], vec![2]]);
        let loaded = products().prefetch_related(Product::orders).prefetch_related(Product::coded).all().await?;
        let counts: Vec<_> = loaded.iter().map(|(_, orders, coded)| (orders.len(), coded.len())).collect();
        assert_eq!(counts, [(1, 0), (0, 1), (0, 1), (1, 0)]);
        let product = products().get((2, 2)).await?;
        assert_eq!(Product::orders.of(&product).using(on).select(Order::no).all().await?, [1]);
        let product = products().get((2, 1)).await?;
        assert_eq!(Product::coded.of(&product).using(on).select(Order::no).all().await?, [1]);
        let groups = Order::objects().using(on).group_by(Order::customer).annotate(count_rows()).order_by(key(Order::customer).asc()).all().await?;
        assert_eq!(groups, [(1, 1, 2), (1, 2, 1), (2, 1, 1), (2, 2, 1)]);
        Ok(())
    }

    /// Set as a whole, by columns, to nothing; a column is set once.
    async fn written(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let orders = || Order::objects().using(on);
        let second = || orders().filter(Order::primary_key().eq((1, 2)));
        let product = Product::objects().using(on).get((1, 2)).await?;
        assert_eq!(second().update(Order::product_id.set(2)).await?, 1);
        assert_eq!(second().one().await?.product_id, Some(2));
        assert_eq!(second().update(Order::product.set(None)).await?, 1);
        assert_eq!(rows(db, ALL).await?[1], "1 2 1 - -");
        assert_eq!(second().update(Order::product.set(&product)).await?, 1);
        assert_eq!(rows(db, ALL).await?[1], "1 2 1 2 -");
        let twice = second().update((Order::product.set(&product), Order::tenant.set(2))).await.unwrap_err();
        assert!(matches!(twice.kind(), orm::ErrorKind::InvalidQuery { .. }), "{twice}");
        assert_eq!(twice.field(), Some("tenant"));
        let contradicting = second().update((Order::product.set(&product), Order::customer.set((2_i64, 1_i64)))).await.unwrap_err();
        assert_eq!(contradicting.field(), Some("tenant"));
        assert_eq!(rows(db, ALL).await?[1], "1 2 1 2 -");

        let mut order = orders().tracked().get((1, 2)).await?;
        order.customer_id = 2;
        order.product_id = None;
        order.save().await?;
        assert_eq!(rows(db, ALL).await?[1], "1 2 2 - -");
        let patched = second().patch(OrderPatch::default().code("p1".to_owned())).await?;
        assert_eq!(patched, 1);
        assert_eq!(rows(db, ALL).await?[1], "1 2 2 - p1");
        let again = orders().upsert(NewOrder::new(1, 2, 1).product_id(1)).on_conflict((Order::tenant, Order::no)).update((
            Order::customer_id.set(Order::customer_id.excluded()),
            Order::product_id.set(Order::product_id.excluded()),
        )).await?;
        assert_eq!((again.customer_id, again.product_id, again.code.as_deref()), (1, Some(1), Some("p1")));
        let (_, made) = orders().filter(Order::primary_key().eq((2, 3))).get_or_create(NewOrder::new(2, 3, 1)).await?;
        assert!(made);

        // Of one tenant alone.
        assert_eq!(Customer::objects().using(on).filter(Customer::id.eq(1) & Customer::tenant.eq(1)).delete().await?, 1);
        assert_eq!(rows(db, ALL).await?, ["1 3 2 - p2", "2 1 1 2 p1", "2 2 2 - -", "2 3 1 - -"]);
        assert!(Product::objects().using(on).filter(Product::tenant.eq(2)).delete().await.unwrap_err().is_foreign_key_violation());
        let customer = Customer::objects().using(on).get((2, 1)).await?;
        assert_eq!(Customer::orders.of(&customer).using(on).delete().await?, 2);
        assert_eq!(rows(db, ALL).await?, ["1 3 2 - p2", "2 2 2 - -"]);
        Ok(())
    }

    /// Tables that refer to each other and to themselves, a key that is a foreign key, and one row at most at the far side.
    async fn of_all_kinds(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Tenant::TABLE, Part::TABLE, Seal::TABLE]).await?;
        Tenant::objects().using(on).create(NewTenant::new(1)).await?;
        let parts = || Part::objects().using(on);
        for (no, of) in [(1, None), (2, Some(1)), (3, Some(1))] {
            parts().create(NewPart::new(1, no).part_of(of)).await?;
        }
        let whole = parts().get((1, 1)).await?;
        assert_eq!(Part::parts.of(&whole).using(on).order_by(Part::no).select(Part::no).all().await?, [2, 3]);
        let seal = NewSeal::new(1, 2).label("l");
        Seal::objects().using(on).create(seal).await?;
        let sealed: Vec<(Part, Option<Seal>)> = parts().order_by(Part::no).select_related(Seal::part.reverse_one()).all().await?;
        let labels: Vec<_> = sealed.iter().map(|(_, seal)| seal.as_ref().map(|seal| seal.label.as_str())).collect();
        assert_eq!(labels, [None, Some("l"), None]);
        assert_eq!(rows(db, "SELECT ten, num, label FROM shared_seal").await?, ["1 2 l"]);
        assert_eq!(parts().filter(Part::no.eq(2)).delete().await?, 1);
        assert_eq!(Seal::objects().using(on).count().await?, 0);
        Ok(())
    }

    /// A primary key of eight fields, and a foreign key to it whose columns are named.
    async fn eight(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Eight::TABLE, OfEight::TABLE]).await?;
        let all = || Eight::objects().using(on);
        for h in ["x", "y"] {
            all().create(NewEight::new(1, 2_i16, 3_i64, true, 5_u8, 6_u32, 7_i8, h)).await?;
        }
        let key = (1, 2_i16, 3_i64, true, 5_u8, 6_u32, 7_i8, "y".to_owned());
        let row = all().get(key.clone()).await?;
        assert_eq!(row.key(), key);
        assert_eq!(all().filter(Eight::primary_key().in_([key.clone()])).count().await?, 1);
        let of = OfEight::objects().using(on).create(NewOfEight::new().eight(&row)).await?;
        OfEight::objects().using(on).create(NewOfEight::new()).await?;
        assert_eq!(of.eight.as_ref().map(ForeignKey::key), Some(&key));
        assert_eq!(rows(db, "SELECT a1, b1, c1, e1, f1, g1, h1 FROM shared_of_eight WHERE a1 IS NOT NULL").await?, ["1 2 3 5 6 7 y"]);
        let read = OfEight::objects().using(on).order_by(OfEight::id).select(OfEight::eight).all().await?;
        assert_eq!(read, [Some(key.clone()), None]);
        let loaded = all().order_by(Eight::h).prefetch_related(OfEight::eight.reverse().every()).all().await?;
        assert_eq!(loaded.iter().map(|(_, of)| of.len()).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(all().filter(Eight::h.eq("y")).delete().await?, 1);
        assert_eq!(OfEight::objects().using(on).count().await?, 1);
        Ok(())
    }
}

/// A part of a part.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "shared_part",
    primary_key(tenant, no),
    foreign_key(whole: Self, fields(tenant, part_of), related_name = parts)
)]
pub(crate) struct Part {
    /// Whose.
    pub tenant: ForeignKey<Tenant>,
    /// Its number.
    pub no: i32,
    /// The number of the part that it is a part of.
    pub part_of: Option<i32>,
}

/// A seal on a part, one at most: its key is that of the part.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "shared_seal",
    primary_key(tenant, no),
    foreign_key(part: Part, fields(tenant, no), on_delete = cascade)
)]
pub(crate) struct Seal {
    /// Whose.
    #[field(column = "ten")]
    pub tenant: i64,
    /// The number of the part.
    #[field(column = "num")]
    pub no: i32,
    /// What it says.
    #[field(default = "")]
    pub label: String,
}

/// A key of as many fields as one may have.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shared_eight", primary_key(a, b, c, d, e, f, g, h))]
pub(crate) struct Eight {
    /// 1
    pub a: i32,
    /// 2
    pub b: i16,
    /// 3
    pub c: i64,
    /// 4
    pub d: bool,
    /// 5
    pub e: u8,
    /// 6
    pub f: u32,
    /// 7
    pub g: i8,
    /// 8
    #[field(max_length = 5)]
    pub h: String,
}

/// What refers to it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shared_of_eight")]
pub(crate) struct OfEight {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The row.
    #[field(
        columns(h = "h1", a = "a1", b = "b1", c = "c1", d = "d1", e = "e1", f = "f1", g = "g1"),
        on_delete = cascade
    )]
    pub eight: Option<ForeignKey<Eight>>,
}
