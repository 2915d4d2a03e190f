//! Routers: which database a model is on, by what it is and by what is done.

use std::sync::{Arc, Mutex};

use orm::model::Table;
use orm::prelude::*;
use orm::{Access, DatabaseRef, ErrorKind, Router, with_database, with_router};
use orm_tests::{Outcome, cases};

/// What belongs to another database.
mod analytics {
    use orm::prelude::*;

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "router_visits", app = "router analytics")]
    pub(super) struct Visit {
        #[field(primary_key, insertable)]
        pub(super) id: i64,
        #[field(max_length = 40, unique)]
        pub(super) page: String,
    }
}

use analytics::{NewVisit, Visit};

/// What belongs to none in particular.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "router_pages", app = "router pages")]
struct Page {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    title: String,
}

/// Models of one module to a database.
struct ByModule(&'static str, Database);

impl ByModule {
    fn answer(&self, model: &Table) -> Option<DatabaseRef> {
        model.module.starts_with(self.0).then(|| self.1.clone().into())
    }
}

impl Router for ByModule {
    fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
        self.answer(model)
    }

    fn write(&self, model: &'static Table, _: Access) -> Option<DatabaseRef> {
        self.answer(model)
    }
}

/// Reads on one, writes on the other, and what it was asked.
#[derive(Clone)]
struct Apart {
    read: String,
    write: String,
    asked: Arc<Mutex<Vec<Option<Access>>>>,
}

impl Apart {
    fn new(read: &Database, write: &Database) -> Self {
        Self { read: read.name().to_owned(), write: write.name().to_owned(), asked: Arc::default() }
    }

    fn asked(&self) -> Vec<Option<Access>> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Router for Apart {
    fn read(&self, _: &'static Table) -> Option<DatabaseRef> {
        self.asked.lock().unwrap().push(None);
        Some(self.read.clone().into())
    }

    fn write(&self, _: &'static Table, access: Access) -> Option<DatabaseRef> {
        self.asked.lock().unwrap().push(Some(access));
        Some(self.write.clone().into())
    }
}

/// Tables of one app on one database, and of no others.
struct Only(&'static str, String);

impl Router for Only {
    fn allow_migrate(&self, database: &str, model: &'static Table) -> Option<bool> {
        Some(model.app() == self.0 && database == self.1)
    }
}

/// Always the same database.
struct Always(&'static str);

impl Router for Always {
    fn read(&self, _: &'static Table) -> Option<DatabaseRef> {
        Some(self.0.into())
    }

    fn write(&self, _: &'static Table, _: Access) -> Option<DatabaseRef> {
        Some(self.0.into())
    }
}

const TABLES: [&Table; 2] = [Visit::TABLE, Page::TABLE];

/// Two databases with names, with the tables on both.
async fn two(
    db: &orm_tests::TestDb,
) -> Result<(orm::db::Connected, orm::db::Connected), Box<dyn std::error::Error + Send + Sync>> {
    let name = db.handle().name();
    let one = orm::db::connect(db.url()).name(format!("{name} one")).await?;
    let other = orm::db::connect(db.another().await?).name(format!("{name} other")).await?;
    for on in [&one, &other] {
        on.create_tables(&TABLES).await?;
    }
    Ok((one, other))
}

/// The pages of visits on a database.
async fn visits(on: &Database) -> orm::Result<Vec<String>> {
    Visit::objects().using(on).order_by(Visit::page).select(Visit::page).all().await
}

/// The error of a transaction that is undone on purpose.
fn on_purpose() -> orm::Error {
    orm::db::get("undone on purpose").unwrap_err()
}

fn is_on_purpose(error: &orm::Error) -> bool {
    error.database() == Some("undone on purpose")
}

cases! {
    /// The module of a model decides; the first answer of a chain wins; without one, the `Meta` does.
    async fn by_module(db: &TestDb) -> Outcome {
        let (one, other) = two(db).await?;
        let module = module_path!();
        let chain = || (
            ByModule("orm_tests_elsewhere", one.clone()),
            vec![
                Box::new(ByModule(Visit::TABLE.module, other.clone())) as Box<dyn Router>,
                Box::new(ByModule(module, one.clone())),
            ],
        );
        assert_eq!(Visit::TABLE.module, format!("{module}::analytics"));
        with_router(chain(), async {
            Visit::objects().create(NewVisit::new("/").id(1)).await?;
            Page::objects().create(NewPage::new("home")).await?;
            assert_eq!(Visit::objects().count().await?, 1);
            assert_eq!(Page::objects().count().await?, 1);
            Ok::<_, orm::Error>(())
        })
        .await?;
        assert_eq!((visits(&one).await?.len(), visits(&other).await?.len()), (0, 1));
        assert_eq!((Page::objects().using(&one).count().await?, Page::objects().using(&other).count().await?), (1, 0));
        // No answer, and nothing of it is left.
        let error = with_router([ByModule("nowhere", one.clone())], async { Page::objects().count().await }).await.unwrap_err();
        assert_eq!((error.database(), error.model()), (Some("default"), Some("Page")));
        assert_eq!(Page::objects().count().await.unwrap_err().database(), Some("default"));
        // On a thread without a runtime.
        let (router, handle) = (chain(), one.clone());
        let found = tokio::task::spawn_blocking(move || {
            std::thread::spawn(move || with_router(router, || Visit::objects().count().blocking()).blocking()).join()
        });
        assert_eq!(found.await?.map_err(|_| "the thread panicked")??, 1);
        drop(handle);
        one.close().await?;
        other.close().await?;
        Ok(())
    }

    /// Reads go to the one, writes to the other; `.using(..)` and `with_database` ask no router.
    async fn reads_and_writes(db: &TestDb) -> Outcome {
        let (replica, primary) = two(db).await?;
        Visit::objects().using(&*replica).create(NewVisit::new("replica").id(1)).await?;
        let router = Apart::new(&replica, &primary);
        with_router(router.clone(), async {
            Visit::objects().create(NewVisit::new("primary").id(2)).await?;
            Visit::objects().bulk_create([NewVisit::new("bulk").id(3)]).await?;
            assert_eq!(router.asked(), [Some(Access::Insert), Some(Access::Insert)]);
            assert_eq!(Visit::objects().count().await?, 1);
            assert_eq!(Visit::objects().get(1).await?.page, "replica");
            assert!(!Visit::objects().filter(Visit::page.eq("primary")).exists().await?);
            assert_eq!(router.asked(), [None, None, None]);
            Visit::objects().filter(Visit::page.eq("bulk")).update((Visit::page.set("updated"),)).await?;
            Visit::objects().filter(Visit::page.eq("replica")).delete().await?;
            assert_eq!(router.asked(), [Some(Access::Update), Some(Access::Delete)]);
            assert_eq!(Visit::objects().using(&*primary).count().await?, 2);
            with_database(&*primary, async { Visit::objects().count().await }).await?;
            assert_eq!(router.asked(), []);
            Ok::<_, orm::Error>(())
        })
        .await?;
        assert_eq!(visits(&replica).await?, ["replica"]);
        assert_eq!(visits(&primary).await?, ["primary", "updated"]);
        replica.close().await?;
        primary.close().await?;
        Ok(())
    }

    /// Inside a transaction on the database of the writes, reads stay on it.
    async fn inside_transactions(db: &TestDb) -> Outcome {
        let (replica, primary) = two(db).await?;
        let router = Apart::new(&replica, &primary);
        let outcome = with_router(router.clone(), async {
            orm::atomic(async |_| {
                Visit::objects().create(NewVisit::new("undone").id(1)).await?;
                assert_eq!(Visit::objects().get(1).await?.page, "undone");
                assert_eq!(Visit::objects().count().outside_transaction().await?, 0);
                assert_eq!(Visit::objects().using(&*replica).count().await?, 0);
                let spawned = with_router(router.clone(), async { Visit::objects().count().await });
                let spawned = tokio::spawn(std::future::IntoFuture::into_future(spawned)).await;
                assert_eq!(spawned.ok().and_then(Result::ok), Some(0));
                Err::<(), _>(on_purpose())
            })
            .using(&*primary)
            .await
        });
        assert!(is_on_purpose(&outcome.await.unwrap_err()));
        // On another database: the model is where the router says.
        with_router(router, async {
            orm::atomic(async |_| Visit::objects().create(NewVisit::new("kept").id(2)).await).using(&*replica).await
        })
        .await?;
        assert_eq!((visits(&replica).await?.len(), visits(&primary).await?), (0, vec!["kept".to_owned()]));
        replica.close().await?;
        primary.close().await?;
        Ok(())
    }

    /// A row that was read elsewhere is written back to where its model is written.
    async fn tracked_rows(db: &TestDb) -> Outcome {
        let (replica, primary) = two(db).await?;
        for on in [&*replica, &*primary] {
            Visit::objects().using(on).create(NewVisit::new(on.name()).id(1)).await?;
        }
        with_router(Apart::new(&replica, &primary), async {
            let mut row = Visit::objects().tracked().get(1).await?;
            assert_eq!(row.page, replica.name());
            assert_eq!(row.database().as_ref(), Some(&*primary));
            row.page = "saved".to_owned();
            row.save().await?;
            // What a query says itself stays what it is.
            let row = Visit::objects().using(&*replica).tracked().get(1).await?;
            assert_eq!(row.database().as_ref(), Some(&*replica));
            Ok::<_, orm::Error>(())
        })
        .await?;
        assert_eq!((visits(&replica).await?, visits(&primary).await?), (vec![replica.name().to_owned()], vec!["saved".to_owned()]));
        replica.close().await?;
        primary.close().await?;
        Ok(())
    }

    /// The same of a row that was read on a replica of the database that a router reads.
    async fn tracked_rows_of_replicas(db: &TestDb) -> Outcome {
        let (third, primary) = two(db).await?;
        let url = db.another().await?;
        let read = orm::db::connect(orm::DatabaseOptions::url(url).replica(db.url())).name(format!("{} read", db.handle().name())).await?;
        for (on, page) in [(&*third, "replica"), (&*primary, "primary")] {
            Visit::objects().using(on).create(NewVisit::new(page).id(1)).await?;
        }
        with_router(Apart::new(&read, &primary), async {
            let mut row = Visit::objects().tracked().get(1).await?;
            assert_eq!(row.page, "replica");
            assert_eq!(row.database().as_ref(), Some(&*primary));
            row.page = "saved".to_owned();
            row.save().await?;
            Ok::<_, orm::Error>(())
        })
        .await?;
        assert_eq!((visits(&third).await?, visits(&primary).await?), (vec!["replica".to_owned()], vec!["saved".to_owned()]));
        read.close().await?;
        third.close().await?;
        primary.close().await?;
        Ok(())
    }

    /// A name that no database has is an error that says which there are, and of which model.
    async fn unknown_names(db: &TestDb) -> Outcome {
        let named = orm::db::connect(db.url()).name(format!("{} known", db.handle().name())).await?;
        let error = with_router(Always("router nowhere"), async { Page::objects().count().await }).await.unwrap_err();
        let ErrorKind::UnknownDatabase { known } = error.kind() else { return Err(format!("{error:?}").into()) };
        assert!(known.iter().any(|name| name == named.name()), "{known:?}");
        assert_eq!((error.database(), error.model()), (Some("router nowhere"), Some("Page")));
        let error = with_router(Always("router nowhere"), async { Page::objects().create(NewPage::new("a")).await });
        assert_eq!(error.await.unwrap_err().model(), Some("Page"));
        named.close().await?;
        Ok(())
    }

    /// Tables are made where a router allows them, and nowhere else.
    async fn tables(db: &TestDb) -> Outcome {
        let (on, other) = (db.handle(), Database::open("tables other", db.another().await?).await?);
        let only = || Only("router pages", on.name().to_owned());
        with_router(only(), async {
            // Of all models of the program this one alone, whatever database is open of the others.
            with_database(on, async { orm::db::create_all().await }).await?;
            with_database(&other, async { orm::db::create_all().await }).await?;
            other.create_all().await
        })
        .await?;
        assert_eq!(Page::objects().using(on).count().await?, 0);
        assert!(Visit::objects().using(on).count().await.is_err());
        assert!(Page::objects().using(&other).count().await.is_err());
        with_router(Only("router analytics", "tables other".to_owned()), async { other.create_all().await }).await?;
        assert_eq!(Visit::objects().using(&other).count().await?, 0);
        assert!(Page::objects().using(&other).count().await.is_err());
        other.close().await?;
        Ok(())
    }
}

/// A model that the installed router knows.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "router_installed")]
struct Installed {
    #[field(primary_key)]
    id: i64,
}

struct ForInstalled;

impl ForInstalled {
    fn answer(model: &Table) -> Option<DatabaseRef> {
        (model.name == "router_installed").then(|| "router installed".into())
    }
}

impl Router for ForInstalled {
    fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
        Self::answer(model)
    }

    fn write(&self, model: &'static Table, _: Access) -> Option<DatabaseRef> {
        Self::answer(model)
    }
}

cases! {
    #![needs(Sqlite)]

    /// Installed once, a router holds for every task; in a test another one may stand in its place.
    async fn installed(db: &TestDb) -> Outcome {
        orm::db::install_router(ForInstalled)?;
        let error = orm::db::install_router(ForInstalled).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{error:?}");
        let on = orm::db::connect(db.url()).name("router installed").await?;
        on.create_tables(&[Installed::TABLE]).await?;
        Installed::objects().create(NewInstalled::new()).await?;
        assert_eq!(tokio::spawn(async { Installed::objects().count().await }).await??, 1);
        let error = with_router((), async { Installed::objects().count().await }).await.unwrap_err();
        assert_eq!(error.database(), Some("default"));
        assert_eq!(Installed::objects().count().await?, 1);
        on.close().await?;
        Ok(())
    }
}
