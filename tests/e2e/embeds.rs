//! Embedded structs: their columns are the model's, wherever a column can stand.

use std::cmp::Ordering;

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use orm_tests_registry::parts::{NewStamps, Stamps};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(Embed, Debug, Clone, Copy, PartialEq)]
struct Place {
    lat: i32,
    #[field(column = "lng")]
    lon: Option<i32>,
}

#[derive(Embed, Debug, Clone, PartialEq)]
struct Address {
    street: Option<String>,
    #[field(max_length = 40, index)]
    city: String,
    #[field(on_delete = set_null)]
    country: Option<ForeignKey<Country>>,
    #[field(embed)]
    place: Place,
}

#[derive(Embed, Debug, Clone, PartialEq)]
#[embed(new(Debug))]
struct Price {
    #[field(precision = 12, scale = 2)]
    amount: Decimal,
    #[field(max_length = 3, default = "CHF")]
    currency: String,
}

/// One field, which may be NULL: absent and empty are the same only where the struct is no `Option`.
#[derive(Embed, Debug, Clone, PartialEq)]
struct Note {
    text: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "embed_countries")]
struct Country {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40, unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "embed_customers",
    index(billing.city, -name),
    unique_together(name, credit.currency, shipping.place.lat),
    patch(setters)
)]
struct Customer {
    #[field(embed)]
    billing: Address,
    #[field(primary_key)]
    id: i64,
    #[field(embed, prefix = "to_", accessor = ships_to)]
    shipping: Option<Address>,
    #[field(max_length = 40)]
    name: String,
    #[field(embed, prefix = "", default)]
    stamps: Stamps,
    #[field(embed)]
    credit: Price,
    #[field(embed)]
    note: Note,
    #[field(default = true)]
    active: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "embed_orders")]
struct Order {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = orders)]
    customer: ForeignKey<Customer>,
    gift_for: Option<ForeignKey<Customer>>,
    #[field(embed)]
    to: Place,
}

const TABLES: [&Table; 3] = [Country::TABLE, Customer::TABLE, Order::TABLE];

fn address(city: &str, lat: i32) -> Address {
    Address { street: None, city: city.to_owned(), country: None, place: Place { lat, lon: None } }
}

fn price(cents: i64) -> Price {
    Price { amount: Decimal::new(cents, 2), currency: "EUR".to_owned() }
}

fn note() -> Note {
    Note { text: None }
}

async fn two(db: &TestDb) -> orm::Result<(Customer, Customer)> {
    db.handle().create_tables(&TABLES).await?;
    let country = Country::objects().using(db.handle()).create(NewCountry::new("Suisse")).await?;
    let bern = Address {
        street: Some("Gasse".to_owned()),
        country: Some((&country).into()),
        place: Place { lat: 1, lon: Some(2) },
        ..address("Bern", 0)
    };
    let customers = Customer::objects().using(db.handle());
    let ann = customers
        .clone()
        .create(NewCustomer::new(bern, "ann", NewPrice::new(Decimal::new(150, 2)), note()))
        .await?;
    let bob = NewCustomer::new(address("Chur", 3), "bob", price(2), note()).shipping(address("Bern", 4));
    Ok((ann, customers.create(bob).await?))
}

/// The columns of a table, in order, and whether each may be NULL, as the database itself says.
async fn columns(
    db: &TestDb,
    table: &str,
) -> Result<Vec<(String, bool)>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => format!(
            "SELECT name, CASE \"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END FROM pragma_table_info('{table}') ORDER BY cid"
        ),
        Kind::Postgres => format!(
            "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = current_schema() ORDER BY ordinal_position"
        ),
        Kind::MariaDb | Kind::MySql => format!(
            "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = DATABASE() ORDER BY ordinal_position"
        ),
    };
    let rows = db.oracle(&sql).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mut row = row.into_iter().flatten();
            Some((row.next()?, row.next()? == "YES"))
        })
        .collect())
}

/// The names of the indexes of a table, as the database itself says.
async fn indexes(db: &TestDb, table: &str) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => format!("SELECT name FROM pragma_index_list('{table}')"),
        Kind::Postgres => format!(
            "SELECT indexname FROM pg_indexes WHERE tablename = '{table}' AND schemaname = current_schema()"
        ),
        Kind::MariaDb | Kind::MySql => format!(
            "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_name = '{table}' AND table_schema = DATABASE()"
        ),
    };
    Ok(db.oracle(&sql).await?.into_iter().flatten().flatten().collect())
}

/// Addresses that often have parts in common, and often nothing where nothing may be.
fn any_address() -> impl Strategy<Value = Address> {
    let street = prop_oneof![Just(None), Just(Some(String::new())), Just(Some("a".to_owned()))];
    let place = (0..2_i32, prop_oneof![Just(None), (0..2_i32).prop_map(Some)]);
    (street, prop_oneof![Just("A"), Just("B")], place).prop_map(|(street, city, (lat, lon))| Address {
        street,
        city: city.to_owned(),
        country: None,
        place: Place { lat, lon },
    })
}

fn runs() -> usize {
    if std::env::var_os("ORM_TEST_FULL").is_some() { 300 } else { 12 }
}

/// The same as a condition, in Rust.
type Oracle<'a> = Box<dyn Fn(&Customer) -> bool + 'a>;

/// How two places compare where nothing is NULL.
fn order(a: &Place, b: &Place) -> Option<Ordering> {
    match a.lat.cmp(&b.lat) {
        Ordering::Equal => Some(a.lon?.cmp(&b.lon?)),
        differ => Some(differ),
    }
}

cases! {
    /// The columns are there, in order, with prefixes, nullable where the struct is an `Option`.
    async fn the_schema(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let found = columns(db, "embed_customers").await?;
        let expected = [
            ("billing_street", true), ("billing_city", false), ("billing_country_id", true),
            ("billing_place_lat", false), ("billing_place_lng", true), ("id", false), ("to_street", true),
            ("to_city", true), ("to_country_id", true), ("to_place_lat", true), ("to_place_lng", true),
            ("name", false), ("created_at", false), ("touched_at", false), ("credit_amount", false),
            ("credit_currency", false), ("note_text", true), ("active", false),
        ];
        assert_eq!(found, expected.map(|(name, null)| (name.to_owned(), null)));
        let names = indexes(db, "embed_customers").await?;
        for wanted in [
            "embed_customers_billing_city_name_ix", "embed_customers_billing_city_ix", "embed_customers_to_city_ix",
        ] {
            assert!(names.iter().any(|name| name == wanted), "{wanted} in {names:?}");
        }
        let fields: Vec<_> = Customer::TABLE.fields.iter().map(|field| (field.position, field.name)).collect();
        assert_eq!((fields[3], fields[5], fields[17]), ((3, "billing.place.lat"), (5, "id"), (17, "active")));
        assert_eq!(format!("{:?} {:?}", Customer::ships_to.to(Address::place), Customer::billing.to(Address::place).to(Place::lon)), "shipping.place billing.place.lon");
        Ok(())
    }

    /// What is inserted comes back, and stands in its columns; what nobody gives is filled.
    async fn rows_come_back(db: &TestDb) -> Outcome {
        let (ann, bob) = two(db).await?;
        assert_eq!((ann.credit.currency.as_str(), ann.shipping.clone(), ann.active), ("CHF", None, true));
        assert_eq!(bob.shipping, Some(address("Bern", 4)));
        assert!(ann.stamps.created_at <= ann.stamps.touched_at && ann.stamps.created_at <= bob.stamps.created_at);
        let customers = Customer::objects().using(db.handle());
        assert_eq!(customers.clone().order_by(Customer::id).all().await?, [ann.clone(), bob.clone()]);
        let rows = db.oracle("SELECT billing_city, billing_place_lng, to_city, to_place_lat, credit_currency FROM embed_customers ORDER BY id").await?;
        let row = |cells: [Option<&str>; 5]| cells.map(|cell| cell.map(str::to_owned)).to_vec();
        assert_eq!(rows, [row([Some("Bern"), Some("2"), None, None, Some("CHF")]), row([Some("Chur"), None, Some("Bern"), Some("4"), Some("EUR")])]);
        let more = ["c", "d", "e"].map(|name| {
            NewCustomer::new(address(name, 9), name, price(1), note()).shipping((name == "d").then(|| address("x", 1)).map(Into::into))
        });
        assert_eq!(customers.clone().bulk_create(more).await?, 3);
        let copied = NewCustomer { name: "copy".to_owned(), ..NewCustomer::from(bob.clone()) };
        let copy = customers.clone().create(copied).await?;
        assert_eq!((copy.billing, copy.shipping, copy.credit), (bob.billing, bob.shipping, bob.credit));
        assert_eq!(customers.filter(Customer::ships_to.is_null()).count().await?, 3);
        Ok(())
    }

    /// Filters, orders, groups and selections of inner columns and of the whole.
    async fn questions(db: &TestDb) -> Outcome {
        let (ann, bob) = two(db).await?;
        let customers = Customer::objects().using(db.handle());
        let names = |q: Q<Customer>| customers.clone().filter(q).order_by(Customer::name).select(Customer::name).all();
        let (billing, shipping) = (Customer::billing, Customer::ships_to);
        assert_eq!(names(billing.to(Address::city).starts_with("B")).await?, ["ann"]);
        assert_eq!(names(billing.to(Address::place).to(Place::lat).gt(2)).await?, ["bob"]);
        assert_eq!(names(billing.to(Address::place.to(Place::lon)).is_null()).await?, ["bob"]);
        assert_eq!(names(billing.to(Address::country.to(Country::name)).eq("Suisse")).await?, ["ann"]);
        assert_eq!(names(shipping.to(Address::city).eq("Bern")).await?, ["bob"]);
        assert_eq!(names(shipping.to(Address::city).ne("Bern")).await?, ["ann"]);
        assert_eq!(names(shipping.is_not_null()).await?, ["bob"]);
        assert_eq!(names(shipping.eq(None)).await?, ["ann"]);
        assert_eq!(names(billing.eq(&ann.billing)).await?, ["ann"]);
        assert_eq!(names(billing.ne(ann.billing.clone())).await?, ["bob"]);
        assert_eq!(names(shipping.eq(address("Bern", 4))).await?, ["bob"]);
        assert_eq!(names(shipping.ne(address("Bern", 4))).await?, ["ann"]);
        assert_eq!(names(billing.in_([address("Chur", 3), address("x", 3)])).await?, ["bob"]);
        assert_eq!(names(billing.not_in([address("Chur", 3)])).await?, ["ann"]);
        assert_eq!(names(Customer::note.eq(note())).await?, ["ann", "bob"]);
        assert_eq!(names(Customer::note.in_([note()])).await?, ["ann", "bob"]);
        assert_eq!(names(Customer::credit.eq(price(2))).await?, ["bob"]);
        assert_eq!(names(Customer::credit.to(Price::amount).between(Decimal::ONE, Decimal::TWO)).await?, ["ann"]);

        let all = customers.clone().order_by(billing.to(Address::city).desc()).select((billing, shipping, Customer::id)).all().await?;
        assert_eq!(all, [(bob.billing.clone(), bob.shipping.clone(), bob.id), (ann.billing.clone(), None, ann.id)]);
        let whole: Vec<Place> = customers.clone().order_by(billing.to(Address::place).desc()).select(billing.to(Address::place)).all().await?;
        assert_eq!(whole, [bob.billing.place, ann.billing.place]);
        let groups: Vec<(Note, i64)> = customers.clone().group_by(Customer::note).annotate(count(Customer::id)).all().await?;
        assert_eq!(groups, [(note(), 2)]);
        let groups: Vec<(Place, i64)> = customers.clone().group_by(billing.to(Address::place)).order_by(key(billing.to(Address::place)).asc()).annotate(count(Customer::id)).all().await?;
        assert_eq!(groups, [(ann.billing.place, 1), (bob.billing.place, 1)]);
        let some: Vec<Place> = customers.clone().group_by(billing.to(Address::place)).having(key(billing.to(Address::place)).eq(bob.billing.place)).all().await?;
        assert_eq!(some, [bob.billing.place]);
        let greatest = customers.clone().aggregate(max(billing.to(Address::place).to(Place::lat))).await?;
        assert_eq!(greatest, Some(3));
        let cities: Vec<Option<String>> = customers.clone().distinct().order_by(shipping.to(Address::city)).select(shipping.to(Address::city)).all().await?;
        assert_eq!(cities, [None, Some("Bern".to_owned())]);
        let places = customers.clone().distinct().order_by(billing.to(Address::place)).select(billing.to(Address::place)).all().await?;
        assert_eq!(places, [ann.billing.place, bob.billing.place]);
        let error = customers.clone().aggregate(count(billing)).await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
        Ok(())
    }

    /// One inner column, the whole, a patch: what is set is set, and the clock goes on.
    async fn changes(db: &TestDb) -> Outcome {
        let (ann, bob) = two(db).await?;
        let customers = Customer::objects().using(db.handle());
        let (billing, shipping) = (Customer::billing, Customer::ships_to);
        let of = |row: &Customer| customers.clone().filter(Customer::id.eq(row.id));
        assert_eq!(of(&ann).update((billing.to(Address::city).set("Genf"), billing.to(Address::place).to(Place::lon).set(None))).await?, 1);
        let now = of(&ann).one().await?;
        assert_eq!((now.billing.city.as_str(), now.billing.place), ("Genf", Place { lat: 1, lon: None }));
        assert_eq!((now.billing.street.as_deref(), now.stamps.created_at), (Some("Gasse"), ann.stamps.created_at));
        assert!(now.stamps.touched_at > ann.stamps.touched_at);
        of(&ann).update((billing.set(address("Thun", 7)), shipping.set(Some(address("Biel", 8))))).await?;
        let now = of(&ann).one().await?;
        assert_eq!((now.billing, now.shipping), (address("Thun", 7), Some(address("Biel", 8))));
        of(&ann).update((shipping.set(billing), Customer::credit.set(price(77)))).await?;
        let now = of(&ann).one().await?;
        assert_eq!((now.shipping, now.credit), (Some(address("Thun", 7)), price(77)));
        of(&ann).update(shipping.set(None)).await?;
        assert_eq!(of(&ann).one().await?.shipping, None);
        assert_eq!(db.oracle("SELECT COUNT(*) FROM embed_customers WHERE to_street IS NULL AND to_city IS NULL AND to_place_lat IS NULL").await?, [[Some("1".to_owned())]]);

        assert_eq!(of(&bob).patch(CustomerPatch { billing: Some(address("Olten", 5).into()), shipping: Some(None), stamps: Some(NewStamps {}.into()), ..CustomerPatch::default() }).await?, 1);
        let now = of(&bob).one().await?;
        assert_eq!((now.billing, now.shipping, now.credit), (address("Olten", 5), None, price(2)));
        assert!(now.stamps.touched_at > bob.stamps.touched_at && now.stamps.created_at == bob.stamps.created_at);
        of(&bob).patch(CustomerPatch::default().shipping(address("Bern", 4)).credit(NewPrice::new(Decimal::TWO))).await?;
        let now = of(&bob).one().await?;
        assert_eq!((now.shipping, now.credit.currency.as_str()), (Some(address("Bern", 4)), "CHF"));
        let stamps = Stamps { created_at: bob.stamps.touched_at, touched_at: bob.stamps.created_at };
        of(&bob).update(Customer::stamps.set(stamps.clone())).await?;
        assert_eq!(of(&bob).one().await?.stamps, stamps);
        Ok(())
    }

    /// An optional struct is there or it is not: what would leave half of one is refused by the database.
    async fn no_half_structs(db: &TestDb) -> Outcome {
        let (ann, bob) = two(db).await?;
        let customers = Customer::objects().using(db.handle());
        let of = |row: &Customer| customers.clone().filter(Customer::id.eq(row.id));
        let city = Customer::ships_to.to(Address::city);
        for change in [of(&bob).update(city.set(None)), of(&ann).update(city.set("Bern"))] {
            let error = change.await.unwrap_err();
            assert_eq!(error.constraint().map(|violation| violation.kind), Some(orm::ConstraintKind::Check), "{error:?}");
        }
        let street = Customer::ships_to.to(Address::street);
        assert_eq!(of(&bob).update((city.set("Chur"), street.set(None))).await?, 1);
        let all = customers.clone().order_by(Customer::id).select(Customer::ships_to).all().await?;
        assert_eq!(all, [None, Some(address("Chur", 4))]);
        Ok(())
    }

    /// A foreign key within does what it says when its target goes.
    async fn foreign_keys_within(db: &TestDb) -> Outcome {
        let (ann, bob) = two(db).await?;
        let customers = Customer::objects().using(db.handle());
        let suisse = ann.billing.country.ok_or("no country")?;
        let here = customers.clone().filter(Customer::billing.to(Address::country).eq(suisse));
        assert_eq!(here.clone().count().await?, 1);
        let wrong = customers.clone().filter(Customer::id.eq(bob.id)).update(Customer::billing.to(Address::country).set(77_i64));
        assert!(wrong.await.unwrap_err().constraint().is_some());
        Country::objects().using(db.handle()).filter(Country::id.eq(*suisse.key())).delete().await?;
        assert_eq!(here.count().await?, 0);
        assert_eq!(customers.filter(Customer::id.eq(ann.id)).one().await?.billing, Address { country: None, ..ann.billing });
        Ok(())
    }

    /// Along foreign keys to models that embed, nullable or not, and from within embedded structs.
    async fn along_relations(db: &TestDb) -> Outcome {
        let (ann, bob) = two(db).await?;
        let orders = Order::objects().using(db.handle());
        let place = Place { lat: 1, lon: Some(2) };
        orders.clone().create(NewOrder::new(&ann, place)).await?;
        orders.clone().create(NewOrder::new(&bob, Place { lat: 0, lon: None }).gift_for(&ann)).await?;
        let found: Vec<(Order, Customer, Option<Customer>)> = orders.clone().order_by(Order::id).select_related(Order::customer).select_related(Order::gift_for).all().await?;
        assert_eq!(found.iter().map(|(_, by, gift)| (by.clone(), gift.clone())).collect::<Vec<_>>(), [(ann.clone(), None), (bob.clone(), Some(ann.clone()))]);
        let countries = Customer::objects().using(db.handle()).order_by(Customer::id).select_related(Customer::billing.to(Address::country)).all().await?;
        assert_eq!(countries.iter().map(|(_, country)| country.as_ref().map(|country| country.name.as_str())).collect::<Vec<_>>(), [Some("Suisse"), None]);
        // The other direction of a key that is within an embedded struct, and of a way over one.
        let back = Customer::billing.to(Address::country).reverse();
        let over = Order::customer.to(Customer::billing.to(Address::country)).reverse();
        let rows = Country::objects().using(db.handle()).prefetch_related(back.with(Customer::orders)).prefetch_related(over.limit(1)).one().await?;
        assert_eq!((&rows.1[0].0, rows.1[0].1.len(), rows.2.len(), rows.2[0].to), (&ann, 1, 1, place));
        let ids = |q: Q<Order>| orders.clone().filter(q).select(Order::customer).all();
        assert_eq!(ids(Order::customer.to(Customer::billing).to(Address::city).eq("Bern")).await?, [ann.id]);
        assert_eq!(ids(Order::customer.to(Customer::billing.to(Address::country)).to(Country::name).eq("Suisse")).await?, [ann.id]);
        assert_eq!(ids(Order::gift_for.to(Customer::billing.to(Address::place)).eq(place)).await?, [bob.id]);
        assert_eq!(ids(Order::customer.to(Customer::billing.to(Address::place)).eq(Order::to)).await?, [ann.id]);
        assert_eq!(ids(Order::gift_for.to(Customer::billing.to(Address::place)).is_null()).await?, [ann.id]);
        let gifts: Vec<Option<Address>> = orders.clone().order_by(Order::id).select(Order::gift_for.to(Customer::billing)).all().await?;
        assert_eq!(gifts, [None, Some(ann.billing.clone())]);
        let asked = Customer::objects().using(db.handle()).filter(Customer::orders.any(Order::to.to(Place::lat).eq(1))).select(Customer::name).all().await?;
        assert_eq!(asked, ["ann"]);
        let error = orders.clone().filter(Order::to.in_(Customer::objects().select(Customer::billing.to(Address::place)))).count().await.unwrap_err();
        assert_eq!((error.field(), matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. })), (Some("to.lon"), true));
        Ok(())
    }

    /// The second run of a shape builds nothing.
    async fn shapes_are_cached(db: &TestDb) -> Outcome {
        let (ann, _) = two(db).await?;
        let customers = Customer::objects().using(db.handle());
        let mut built = 0;
        for (round, city) in ["a", "b"].into_iter().enumerate() {
            let before = orm::statistics::sql_builds_here();
            let new = NewCustomer::new(address(city, 1), city, price(1), note()).shipping(address(city, 2));
            let row = customers.clone().create(new).await?;
            customers.clone().filter(Customer::billing.eq(&row.billing)).order_by(Customer::billing).count().await?;
            customers.clone().filter(Customer::id.eq(ann.id)).update(Customer::ships_to.set(Some(row.billing))).await?;
            let of_round = orm::statistics::sql_builds_here() - before;
            assert!(if round == 0 { of_round > 0 } else { of_round == 0 }, "{of_round} in round {round}");
            built += of_round;
        }
        assert!(built > 0);
        Ok(())
    }

    /// Comparisons of whole structs say what Rust says of the same values.
    async fn comparisons_are_those_of_rust(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let customers = Customer::objects().using(db.handle());
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let mut rows = Vec::new();
        for number in 0..runs() {
            let (billing, other) = (any_address(), any_address())
                .new_tree(&mut runner)
                .map_err(|reason| reason.to_string())?
                .current();
            // Nothing, the same, or another one.
            let shipping = [None, Some(billing.clone()), Some(other)].into_iter().nth(number % 3).flatten();
            let new = NewCustomer::new(billing, format!("{number}"), price(1), note()).shipping(shipping.map(Into::into));
            rows.push(customers.clone().create(new).await?);
        }
        let (billing, shipping) = (Customer::billing, Customer::ships_to);
        let place = billing.to(Address::place);
        for _ in 0..runs() {
            let wanted = any_address().new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let (address, at) = (wanted.clone(), wanted.place);
            let holds: Vec<(Q<Customer>, Oracle<'_>)> = vec![
                (billing.eq(&address), Box::new(|row| row.billing == address)),
                (billing.ne(&address), Box::new(|row| row.billing != address)),
                (shipping.eq(&address), Box::new(|row| row.shipping.as_ref() == Some(&address))),
                (shipping.ne(&address), Box::new(|row| row.shipping.as_ref() != Some(&address))),
                (billing.eq(shipping), Box::new(|row| row.shipping.as_ref() == Some(&row.billing))),
                (shipping.eq(billing), Box::new(|row| row.shipping.as_ref() == Some(&row.billing))),
                (shipping.in_([&address]), Box::new(|row| row.shipping.as_ref() == Some(&address))),
                (shipping.not_in([&address]), Box::new(|row| row.shipping.as_ref() != Some(&address))),
                (place.lt(at), Box::new(move |row| order(&row.billing.place, &at) == Some(Ordering::Less))),
                (place.ge(at), Box::new(move |row| matches!(order(&row.billing.place, &at), Some(Ordering::Greater | Ordering::Equal)))),
            ];
            for (number, (condition, oracle)) in holds.into_iter().enumerate() {
                let found = customers.clone().filter(condition).order_by(Customer::id).select(Customer::id).all().await?;
                let expected: Vec<i64> = rows.iter().filter(|row| oracle(row)).map(|row| row.id).collect();
                assert_eq!(found, expected, "condition {number} with {wanted:?}");
            }
        }
        Ok(())
    }
}
