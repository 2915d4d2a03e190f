//! Related rows of other collations, and of other databases.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, StatementLog, cases};

/// A machine, by a name that is the same in upper and lower case.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "place_host")]
struct Host {
    #[field(
        primary_key,
        max_length = 20,
        collation(sqlite = "NOCASE", mysql = "utf8mb4_0900_ai_ci", mariadb = "utf8mb4_general_ci")
    )]
    name: String,
}

/// Something that runs on it, and names it in its own way.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "place_service", many_to_many(spares: Host, related_name = spare_for))]
struct Service {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = services)]
    host: ForeignKey<Host>,
}

/// The same tables, as a model that knows nothing of collations.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "place_host", managed = false)]
struct Plain {
    #[field(primary_key, max_length = 20)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "place_service", managed = false)]
struct PlainService {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = services)]
    host: ForeignKey<Plain>,
}

static HERE: Database = Database::deferred("place here");
static THERE: Database = Database::deferred("place there");

#[derive(Meta)]
#[meta(database = HERE)]
struct HereMeta;

#[derive(Meta)]
#[meta(database = THERE)]
struct ThereMeta;

/// Kept here.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HereMeta, table = "place_shop", many_to_many(firms: Firm, through = Supply))]
struct Shop {
    #[field(primary_key)]
    id: i64,
}

/// Kept here as well.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HereMeta, table = "place_firm")]
struct Firm {
    #[field(primary_key)]
    id: i64,
}

/// Here, by the name of the database.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(database = "place here", table = "place_desk")]
struct Desk {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = desks)]
    shop: ForeignKey<Shop>,
}

/// Kept elsewhere.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ThereMeta, table = "place_sale")]
struct Sale {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = sales)]
    shop: ForeignKey<Shop>,
    #[field(related_name = sales)]
    desk: Option<ForeignKey<Desk>>,
}

/// Pairs that are kept elsewhere.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ThereMeta, table = "place_supply", primary_key(shop, firm))]
struct Supply {
    shop: ForeignKey<Shop>,
    firm: ForeignKey<Firm>,
}

cases! {
    /// Where the database says that two texts are the same key, related rows go where it says; never are they lost.
    async fn keys_that_compare_otherwise(db: &TestDb) -> Outcome {
        if db.kind() == Kind::Postgres {
            // Its collations of that kind have to be made first, and foreign keys go by them too.
            db.oracle("CREATE COLLATION place_ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)").await?;
            db.oracle("CREATE TABLE place_host (name VARCHAR(20) COLLATE place_ci PRIMARY KEY)").await?;
            db.oracle("CREATE TABLE place_service (id BIGINT PRIMARY KEY, host_id VARCHAR(20) COLLATE place_ci NOT NULL REFERENCES place_host)").await?;
            db.oracle("INSERT INTO place_host VALUES ('Alpha'), ('beta')").await?;
            db.oracle("INSERT INTO place_service VALUES (1, 'Alpha'), (2, 'ALPHA'), (3, 'beta'), (4, 'alpha')").await?;
        } else {
            let on = db.handle();
            on.create_tables(&[Host::TABLE, Service::TABLE, ServiceSpares::TABLE]).await?;
            Host::objects().using(on).bulk_create(["Alpha", "beta"].map(NewHost::new)).await?;
            for name in ["Alpha", "ALPHA", "beta", "alpha"] {
                Service::objects().using(on).create(NewService::new(name)).await?;
            }
            let hosts = || Host::objects().using(on).order_by(Host::name);
            let ids = |services: &[Service]| services.iter().map(|service| service.id).collect::<Vec<_>>();
            let rows = hosts().prefetch_related(Host::services.order_by(Service::id)).all().await?;
            assert_eq!(rows.iter().map(|(host, services)| (host.name.as_str(), ids(services))).collect::<Vec<_>>(), [("Alpha", vec![1, 2, 4]), ("beta", vec![3])]);
            let rows = hosts().prefetch_related(Host::services.order_by(Service::id.desc()).limit(2)).all().await?;
            assert_eq!(ids(&rows[0].1), [4, 2]);
            let services = Service::objects().using(on).order_by(Service::id).all().await?;
            for (service, host) in [(0, "ALPHA"), (1, "alpha"), (2, "BETA")] {
                Service::spares.of(&services[service]).using(on).add(host).await?;
            }
            let rows = hosts().prefetch_related(Host::spare_for.order_by(Service::id)).all().await?;
            assert_eq!(rows.iter().map(|(_, services)| ids(services)).collect::<Vec<_>>(), [vec![1, 2], vec![3]]);
            let rows = Service::objects().using(on).order_by(Service::id).prefetch_related(Service::spares).all().await?;
            assert_eq!(rows.iter().map(|(_, hosts)| hosts.iter().map(|host| host.name.as_str()).collect()).collect::<Vec<Vec<_>>>(), [vec!["Alpha"], vec!["Alpha"], vec!["beta"], vec![]]);
        }
        let error = Plain::objects().using(db.handle()).prefetch_related(Plain::services).all().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Plain"), Some("name")));
        assert!(error.to_string().contains("collation"), "{error}");
        let beta = Plain::objects().using(db.handle()).filter(Plain::name.eq("beta"));
        assert_eq!(beta.prefetch_related(Plain::services).one().await?.1.len(), 1);
        Ok(())
    }

}

cases! {
    #![needs(Sqlite)]

    /// A relation to a model that says that another database is its own: an error before anything is sent, unless the
    /// query says where all of it is.
    async fn two_databases(db: &TestDb) -> Outcome {
        HERE.init("sqlite::memory:").await?;
        THERE.init("sqlite::memory:").await?;
        HERE.create_tables(&[Shop::TABLE, Firm::TABLE, Desk::TABLE]).await?;
        let shop = Shop::objects().create(NewShop::new()).await?;
        let log = StatementLog::start();
        let refused = |error: orm::Error, model: &str| {
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            assert_eq!((error.model(), error.database()), (Some(model), Some("place here")));
            assert!(error.to_string().contains("place there"), "{error}");
        };
        refused(Shop::objects().prefetch_related(Shop::sales).all().await.unwrap_err(), "Sale");
        refused(Shop::objects().prefetch_related(Shop::firms).first().await.unwrap_err(), "Supply");
        refused(Shop::objects().prefetch_related(Shop::desks.with(Desk::sales)).get(1).await.unwrap_err(), "Sale");
        refused(Shop::desks.with(Desk::sales).load([&shop]).await.unwrap_err(), "Sale");
        refused(Shop::firms.load([&shop]).await.unwrap_err(), "Supply");
        assert_eq!(log.take().len(), 0);
        // The same database by its handle and by its name.
        let rows = Shop::objects().prefetch_related(Shop::desks).all().await?;
        assert_eq!(rows, [(shop.clone(), vec![])]);
        // Each by itself, and all on the one that is named.
        db.oracle("CREATE TABLE place_sale (id INTEGER PRIMARY KEY, shop_id INTEGER, desk_id INTEGER)").await?;
        db.oracle("CREATE TABLE place_shop (id INTEGER PRIMARY KEY)").await?;
        db.oracle("INSERT INTO place_shop VALUES (1)").await?;
        db.oracle("INSERT INTO place_sale VALUES (5, 1, NULL)").await?;
        let rows = Shop::objects().using(db.handle()).prefetch_related(Shop::sales).all().await?;
        assert_eq!(rows[0].1.iter().map(|sale| sale.id).collect::<Vec<_>>(), [5]);
        THERE.close().await?;
        THERE.init(db.url()).await?;
        assert_eq!(Shop::sales.load([&shop]).await?.concat().len(), 1);
        assert_eq!(Shop::objects().prefetch_related(Shop::sales).using(&THERE).all().await?.len(), 1);
        let closed = Shop::objects().prefetch_related(Shop::sales);
        HERE.close().await?;
        refused(closed.clone().all().await.unwrap_err(), "Sale");
        THERE.close().await?;
        refused(closed.all().await.unwrap_err(), "Sale");
        Ok(())
    }
}
