//! Rows that know where they came from and what they were.

use std::pin::Pin;
use std::task::Poll;

use orm::model::Table;
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, Tracked};
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

#[derive(Embed, Debug, Clone, PartialEq)]
struct Berth {
    #[field(max_length = 20)]
    pier: String,
    number: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[model(table = "tracked_harbour")]
struct Harbour {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40, unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tracked_ship", new(Debug, Clone))]
struct Ship {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 12, unique, validate(length(min = 2)))]
    name: String,
    crew: Option<i32>,
    #[field(default = 0.0)]
    draught: f64,
    #[field(related_name = ships, on_delete = cascade)]
    harbour: Option<ForeignKey<Harbour>>,
    #[field(embed)]
    berth: Berth,
    #[field(embed, prefix = "winter_")]
    winter: Option<Berth>,
}

/// What an update changes by itself, and what it may not change.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tracked_log")]
struct Entry {
    #[field(primary_key)]
    id: i64,
    #[field(write_once, max_length = 20)]
    author: String,
    #[field(read_only, db_default = 7)]
    level: i32,
    miles: i32,
    #[field(generated = Self::miles * 2)]
    double: i32,
    #[field(auto_now)]
    changed_at: DateTime<Utc>,
}

/// A key of two fields, which may both change.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tracked_place", primary_key(x, y))]
struct Place {
    x: i32,
    y: i32,
    #[field(max_length = 20)]
    what: String,
}

static OWN: Database = Database::deferred("tracked own");
/// It is that of the whole program: one case at a time.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[derive(Model, Debug, Clone, PartialEq)]
#[model(database = OWN, table = "tracked_buoy")]
struct Buoy {
    #[field(primary_key, insertable)]
    id: i64,
    light: i32,
}

const TABLES: [&Table; 4] = [Harbour::TABLE, Ship::TABLE, Entry::TABLE, Place::TABLE];

fn ship(name: &str) -> NewShip {
    NewShip::new(name, Berth { pier: "north".into(), number: Some(3) }).crew(5)
}

async fn stored(db: &TestDb, sql: &str) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let rows = db.oracle(sql).await?;
    Ok(rows.into_iter().flatten().map(|cell| cell.unwrap_or_else(|| "NULL".into())).collect())
}

fn is_gone(error: &orm::Error) -> bool {
    error.is_not_found() && error.model().is_some() && error.database().is_some()
}

cases! {
    /// What has changed is written and nothing else; without a change nothing is sent.
    async fn what_has_changed(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let ships = Ship::objects().using(db.handle());
        let plain = ships.clone().create(ship("ann")).await?;
        let mut ann = ships.clone().tracked().get(plain.id).await?;
        assert_eq!(ann, plain);
        assert_eq!((ann.name.as_str(), ann.changed()), ("ann", vec![]));
        let log = StatementLog::start();
        assert!(!ann.save().await?);
        ann.crew = Some(5);
        ann.name.push('x');
        ann.name.pop();
        assert!(ann.changed().is_empty());
        assert!(!ann.save().await?);
        assert_eq!(log.take().len(), 0);

        // Meanwhile somebody else changes another field, which stays changed.
        db.oracle(&format!("UPDATE tracked_ship SET draught = 2.5 WHERE id = {}", ann.id)).await?;
        ann.crew = None;
        ann.berth.number = Some(4);
        assert_eq!(ann.changed(), ["crew", "berth.number"]);
        assert!(ann.save().await?);
        let sent = log.take();
        let [sent] = &sent[..] else { return Err(format!("{sent:?}").into()) };
        assert!(sent.sql.starts_with("UPDATE") && sent.sql.contains("crew") && sent.sql.contains("berth_number"), "{}", sent.sql);
        assert!(!sent.sql.contains("draught") && !sent.sql.contains("pier") && !sent.sql.contains("name"), "{}", sent.sql);
        assert!(ann.changed().is_empty() && !ann.save().await?);
        assert_eq!(stored(db, "SELECT name, crew, draught, berth_pier, berth_number, winter_pier FROM tracked_ship").await?, ["ann", "NULL", "2.5", "north", "4", "NULL"]);
        assert_eq!(ann.draught, 0.0);
        ann.refresh().await?;
        assert_eq!((ann.draught, ann.changed().len()), (2.5, 0));

        // An embedded struct comes, changes, and goes.
        ann.winter = Some(Berth { pier: "south".into(), number: None });
        assert_eq!(ann.changed(), ["winter.pier"]);
        ann.save().await?;
        ann.winter = None;
        ann.save().await?;
        assert_eq!(ships.clone().get(ann.id).await?, ann.clone().into_inner());
        assert_eq!(ships.clone().filter(Ship::winter.is_null()).count().await?, 1);

        // What is not a number is the same as before, and what is refused stays to be saved.
        ann.draught = -0.0;
        assert_eq!(ann.changed(), ["draught"]);
        ann.draught = 2.5;
        ann.crew = Some(9);
        ann.name = "a name that is too long".into();
        let error = ann.save().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("Ship"), Some("name")));
        ann.name = "x".into();
        assert_eq!(ann.save().await.unwrap_err().invalid().len(), 1);
        ships.clone().create(ship("bob")).await?;
        ann.name = "bob".into();
        assert!(ann.save().await.unwrap_err().is_unique_violation());
        assert_eq!(ann.changed(), ["name", "crew"]);
        assert_eq!(stored(db, "SELECT name, crew FROM tracked_ship ORDER BY id").await?, ["ann", "NULL", "bob", "5"]);
        ann.name = "cem".into();
        assert!(ann.save().await?);
        assert_eq!(stored(db, "SELECT name, crew FROM tracked_ship ORDER BY id").await?, ["cem", "9", "bob", "5"]);
        Ok(())
    }

    /// Fields that an update changes by itself are read back with it; those that it may not change are an error.
    async fn fields_with_rules(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let entries = Entry::objects().using(db.handle());
        let mut entry = entries.clone().tracked().create(NewEntry::new("ann", 10)).await?;
        assert_eq!((entry.level, entry.double, entry.changed().len()), (7, 20, 0));
        let before = entry.changed_at;
        assert!(!entry.save().await?);
        db.oracle(&format!("UPDATE tracked_log SET level = 8 WHERE id = {}", entry.id)).await?;
        entry.miles = 11;
        assert!(entry.save().await?);
        assert_eq!((entry.double, entry.level), (22, 8));
        assert!(entry.changed_at > before && entry.changed().is_empty());
        assert_eq!(entries.clone().get(entry.id).await?, entry.clone().into_inner());

        for (field, change) in [("author", (|entry| entry.author = "eve".into()) as fn(&mut Tracked<Entry>)), ("level", |entry| entry.level = 1), ("double", |entry| entry.double = 1)] {
            let mut wrong = entry.clone();
            change(&mut wrong);
            wrong.miles = 99;
            let error = wrong.save().await.unwrap_err();
            assert_eq!((error.model(), error.field()), (Some("Entry"), Some(field)), "{error:?}");
            assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. } | ErrorKind::InvalidQuery { .. }), "{error:?}");
            assert_eq!(wrong.changed().len(), 2);
            wrong.refresh().await?;
            assert_eq!(wrong, entry);
        }
        // A time that was given is the one that is written.
        let given = DateTime::from_timestamp(1_000, 0).ok_or("no time")?;
        entry.changed_at = given;
        entry.save().await?;
        assert_eq!(entries.clone().get(entry.id).await?.changed_at, given);
        // In a transaction that is rolled back with it, the row knows what it wrote, and a refresh what is there.
        let rolled_back: orm::Result<()> = orm::atomic(async |_| {
            entry.miles = 50;
            entry.save().await?;
            assert_eq!(entry.double, 100);
            entries.clone().get(-1).await.map(drop)
        }).using(db.handle()).await;
        assert!(rolled_back.unwrap_err().is_not_found());
        entry.refresh().await?;
        assert_eq!((entry.miles, entry.double), (11, 22));
        Ok(())
    }

    /// A row is found by the key that it had; one that is gone is told.
    async fn keys_and_rows_that_are_gone(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let places = Place::objects().using(db.handle());
        places.clone().bulk_create([NewPlace::new(1, 2, "rock"), NewPlace::new(2, 1, "reef")]).await?;
        let mut rock = places.clone().tracked().get((1, 2)).await?;
        rock.y = 9;
        rock.what.push('s');
        assert_eq!(rock.changed(), ["y", "what"]);
        assert!(rock.save().await?);
        assert_eq!(stored(db, "SELECT x, y, what FROM tracked_place ORDER BY x").await?, ["1", "9", "rocks", "2", "1", "reef"]);
        rock.x = 2;
        rock.y = 1;
        assert!(rock.save().await.unwrap_err().is_unique_violation());
        // Before it is saved, it is still the other row.
        rock.refresh().await?;
        assert_eq!((rock.x, rock.y), (1, 9));
        rock.y = 1;
        assert!(rock.delete().await?);
        assert!(!rock.delete().await?);
        assert_eq!(stored(db, "SELECT what FROM tracked_place").await?, ["reef"]);
        assert!(is_gone(&rock.save().await.unwrap_err()));
        assert_eq!(rock.changed(), ["y"]);
        let before = rock.clone();
        assert!(is_gone(&rock.refresh().await.unwrap_err()));
        assert_eq!((&rock, rock.changed()), (&before, vec!["y"]));

        let mut entry = Entry::objects().using(db.handle()).tracked().create(NewEntry::new("ann", 1)).await?;
        let twin = entry.clone();
        twin.delete().await?;
        entry.miles = 2;
        assert!(is_gone(&entry.save().await.unwrap_err()));
        // Inside of a transaction that is no reason for it to fail.
        orm::atomic(async |_| {
            assert!(is_gone(&entry.save().await.unwrap_err()));
            Entry::objects().using(db.handle()).create(NewEntry::new("bob", 3)).await
        }).using(db.handle()).await?;
        assert_eq!(stored(db, "SELECT author FROM tracked_log").await?, ["bob"]);
        assert_eq!(db.handle().pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }

    /// A row goes back to where it came from: by alias, handle, proxy and transaction; what came over the user's own
    /// connection goes to the database of its model.
    async fn where_it_came_from(db: &TestDb) -> Outcome {
        let _alone = ONE_AT_A_TIME.lock().await;
        OWN.init(db.another().await?).await?;
        let (own, proxy) = (OWN.clone(), DatabaseProxy::new());
        proxy.initialize(&own).await?;
        let name = format!("{} origin", db.handle().name());
        let there = db::connect(db.url()).name(&name).await?;
        for database in [&own, &there] {
            database.create_tables(&[Buoy::TABLE]).await?;
            Buoy::objects().using(database).create(NewBuoy::new(0).id(1)).await?;
        }
        let lights = async || Ok::<_, orm::Error>((Buoy::objects().get(1).await?.light, Buoy::objects().using(&there).get(1).await?.light));
        let buoys = || Buoy::objects().tracked();
        let mut rows = [
            buoys().get(1).await?,
            buoys().using(&proxy).one().await?,
            buoys().using(&own).one().await?,
            buoys().get(1).using(&name).await?,
            buoys().using(&name).one().await?,
            Buoy::objects().using(&there).tracked().one().await?,
        ];
        for (light, row) in (1..).zip(&mut rows) {
            let is_own = light <= 3;
            assert_eq!(row.database(), Some(if is_own { own.clone() } else { (*there).clone() }));
            row.light = light;
            let before = lights().await?;
            row.save().await?;
            assert_eq!(lights().await?, if is_own { (light, before.1) } else { (before.0, light) });
        }
        assert_eq!(rows[3].database().map(|database| database.name().to_owned()), Some(name.clone()));

        // Said otherwise, it goes elsewhere once, and remembers where it came from.
        let mut row = buoys().using(&name).one().await?;
        row.light = 20;
        row.save().using(&own).await?;
        assert_eq!(lights().await?, (20, 6));
        row.refresh().await?;
        assert_eq!(row.light, 6);

        // The stand-in is bound anew: the row came from the other one.
        let mut row = buoys().using(&proxy).one().await?;
        proxy.initialize(&there).await?;
        row.light = 21;
        row.save().await?;
        assert_eq!(lights().await?, (21, 6));

        // The transaction around is joined; afterwards it is its database.
        let (mut kept, failed) = {
            let mut kept = None;
            let failed: orm::Result<()> = orm::atomic(async |_| {
                let mut row = buoys().using(&there).one().await?;
                row.light = 22;
                row.save().await?;
                assert_eq!(Buoy::objects().using(&there).get(1).outside_transaction().await?.light, 6);
                kept = Some(row);
                Buoy::objects().using(&there).get(-1).await.map(drop)
            }).using(&there).await;
            (kept.ok_or("no row")?, failed)
        };
        assert!(failed.unwrap_err().is_not_found());
        assert_eq!(lights().await?, (21, 6));
        kept.refresh().await?;
        assert_eq!(kept.light, 6);
        // One that is held by a guard is gone on with while it is open.
        let guard = orm::begin().using(&there).await?;
        let mut row = buoys().using(&guard).one().await?;
        assert_eq!(row.database(), Some((*there).clone()));
        row.light = 23;
        row.save().await?;
        guard.rollback().await?;
        assert_eq!(lights().await?, (21, 6));
        row.light = 24;
        row.save().await?;
        assert_eq!(lights().await?, (21, 24));
        // A row from outside joins the transaction around.
        let failed: orm::Result<()> = orm::atomic(async |_| {
            row.light = 25;
            row.save().await?;
            assert!(row.delete().await?);
            Buoy::objects().using(&there).get(-1).await.map(drop)
        }).using(&name).await;
        assert!(failed.is_err());
        assert_eq!(lights().await?, (21, 24));

        macro_rules! brought_along {
            ($connection:ty, $pool:ty) => {{
                let url = db.sqlx_url();
                let mut connection = <$connection as sqlx::Connection>::connect(&url).await?;
                let pool = <$pool>::connect(&url).await?;
                for mut row in [buoys().using(&mut connection).one().await?, buoys().using(&pool).one().await?] {
                    assert_eq!(row.light, 24);
                    assert_eq!(row.database(), None);
                    row.light = 30;
                    row.save().await?;
                    assert_eq!(lights().await?, (30, 24));
                    row.light = 31;
                    row.save().using(&mut connection).await?;
                    assert_eq!(lights().await?, (30, 31));
                    row.refresh().using(&pool).await?;
                    assert_eq!(row.light, 31);
                    row.light = 24;
                    row.save().using(&pool).await?;
                }
                sqlx::Connection::close(connection).await?;
                pool.close().await;
            }};
        }
        match db.kind() {
            Kind::Sqlite => brought_along!(sqlx::SqliteConnection, sqlx::SqlitePool),
            Kind::Postgres => brought_along!(sqlx::PgConnection, sqlx::PgPool),
            Kind::MariaDb | Kind::MySql => brought_along!(sqlx::MySqlConnection, sqlx::MySqlPool),
        }
        // A row at hand, from a database or from nowhere.
        let plain = Buoy::objects().using(&there).get(1).await?;
        let mut row = Tracked::new(plain.clone());
        assert_eq!(row.database(), None);
        row.light = 40;
        row.save().await?;
        let mut row = Tracked::new(plain).from_database(&there);
        row.light = 41;
        row.save().await?;
        assert_eq!(lights().await?, (40, 41));
        // Its database is closed: it goes nowhere else silently.
        there.close().await?;
        row.light = 42;
        let error = row.save().await.unwrap_err();
        assert_eq!((error.kind(), error.database(), error.model()), (&ErrorKind::NotInitialized, Some(&*name), Some("Buoy")));
        own.close().await?;
        Ok(())
    }

    /// A row of a transaction that is still open may go outside of it, if that is said.
    async fn outside_of_its_transaction(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Entry::TABLE]).await?;
        let entries = Entry::objects().using(db.handle());
        let id = entries.clone().create(NewEntry::new("ann", 1)).await?.id;
        let outcome: orm::Result<(i32, i32)> = orm::atomic(async |_| {
            let mut inside = Entry::objects().using(db.handle()).tracked().get(id).await?;
            inside.miles = 2;
            inside.save().await?;
            let within = inside.miles;
            inside.refresh().outside_transaction().await?;
            Ok((within, inside.miles))
        })
        .using(db.handle())
        .await;
        assert_eq!(outcome?, (2, 1), "nobody outside sees what is not committed");
        Ok(())
    }

    /// Rows of SQL of one's own are read by name, and know their database too.
    async fn of_ones_own_sql(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Place::TABLE]).await?;
        Place::objects().using(db.handle()).create(NewPlace::new(1, 2, "quay")).await?;
        let mut commands = orm::using(db.handle());
        let text = "SELECT what, y, x FROM tracked_place";
        let mut all: Vec<Tracked<Place>> = commands.query(text, ()).await?;
        let [place] = &mut *all else { return Err("one was made".into()) };
        assert_eq!((place.x, place.y), (1, 2));
        place.what = "pier".into();
        assert!(place.save().await?);
        assert_eq!(place.database().as_ref(), Some(db.handle()));
        assert_eq!(Place::objects().using(db.handle()).select(Place::what).all().await?, ["pier"]);
        let (again,): (Vec<Tracked<Place>>,) = commands.query_multiple([(text, orm::params! {})]).await?;
        assert_eq!(again[0].database().as_ref(), Some(db.handle()));
        let maybe: Vec<Option<Place>> = commands.query(text, ()).await?;
        assert_eq!(maybe, [Some(Place { x: 1, y: 2, what: "pier".into() })]);
        Ok(())
    }

    /// What was read from a replica is written to the primary.
    async fn from_a_replica(db: &TestDb) -> Outcome {
        let _alone = ONE_AT_A_TIME.lock().await;
        let other = db.another().await?;
        OWN.init(DatabaseOptions::url(db.url()).replica(other.as_str())).await?;
        let (primary, copy) = (OWN.clone(), Database::open("copy", other).await?);
        for (database, light) in [(&primary, 1), (&copy, 2)] {
            database.create_tables(&[Buoy::TABLE]).await?;
            Buoy::objects().using(database).create(NewBuoy::new(light).id(1)).await?;
        }
        let mut row = Buoy::objects().tracked().get(1).await?;
        assert_eq!((row.light, row.database()), (2, Some(primary.clone())));
        row.light = 3;
        row.save().await?;
        assert_eq!(Buoy::objects().using(&primary).get(1).await?.light, 3);
        assert_eq!(Buoy::objects().using(&copy).get(1).await?.light, 2);
        row.refresh().await?;
        assert_eq!(row.light, 3);
        assert!(row.delete().await?);
        assert_eq!(Buoy::objects().count().await?, 1);
        primary.close().await?;
        copy.close().await?;
        Ok(())
    }

    /// In lists, options, tuples, beside related rows and among them.
    async fn in_every_output(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = db.handle();
        let port = Harbour::objects().using(on).create(NewHarbour::new("port")).await?;
        for name in ["aa", "bb", "cc"] {
            Ship::objects().using(on).create(ship(name).harbour(&port)).await?;
        }
        let ships = || Ship::objects().using(on).order_by(Ship::name);
        let mut all: Vec<Tracked<Ship>> = ships().tracked().all().await?;
        for (crew, row) in (10..).zip(&mut all) {
            row.crew = Some(crew);
            row.save().await?;
        }
        let mut first = ships().tracked().first().await?.ok_or("no row")?;
        first.crew = Some(20);
        first.save().await?;
        let page: Vec<_> = ships().tracked().limit(1).offset(1).all().await?;
        assert_eq!((page[0].name.as_str(), page[0].crew, page[0].database()), ("bb", Some(11), Some(on.clone())));
        let (mut row, harbour): (Tracked<Ship>, Option<Harbour>) = ships().tracked().select_related(Ship::harbour).last().await?.ok_or("no row")?;
        assert_eq!(harbour, Some(port.clone()));
        row.crew = Some(30);
        row.save().await?;
        let (row, next): (Tracked<Ship>, Option<i32>) = ships().tracked().annotate(Ship::crew + 1).last().await?.ok_or("no row")?;
        assert_eq!((row.crew, next), (Some(30), Some(31)));

        type Found = Vec<(Tracked<Harbour>, Vec<Tracked<Ship>>)>;
        let mut found: Found = Harbour::objects().using(on).tracked().prefetch_related(Ship::harbour.reverse().order_by(Ship::name.desc()).tracked()).all().await?;
        let (harbour, rows) = &mut found[0];
        harbour.name.push('!');
        harbour.save().await?;
        for row in rows.iter_mut() {
            assert_eq!(row.database(), Some(on.clone()));
            row.berth.number = Some(100);
            row.save().await?;
        }
        let (_, rows) = Harbour::objects().using(on).prefetch_related(Harbour::ships.tracked()).one().await?;
        assert_eq!(rows.iter().map(|row| (row.crew, row.berth.number)).collect::<Vec<_>>(), [(Some(20), Some(100)), (Some(11), Some(100)), (Some(30), Some(100))]);
        let mut loaded = Harbour::ships.filter(Ship::name.eq("bb")).tracked().load([&*harbour]).using(on).await?.concat();
        loaded[0].harbour = None;
        loaded[0].save().await?;
        // A tracked row stands for its key, and is written as the row that it is.
        assert_eq!(serde_json::to_value(&*harbour)?, serde_json::json!({ "id": harbour.id, "name": "port!" }));
        assert_eq!(ships().filter(Ship::harbour.eq(ForeignKey::from(&*harbour))).count().await?, 2);
        assert_eq!(Ship::objects().using(on).get(&loaded[0]).await?.harbour, None);
        assert_eq!(stored(db, "SELECT name FROM tracked_harbour").await?, ["port!"]);
        assert!(!format!("{loaded:?}").is_empty() && loaded[0] == *loaded[0]);
        Ok(())
    }

    /// Without a runtime.
    async fn blocking(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let url = db.url().to_owned();
        let thread = std::thread::spawn(move || {
            let own = Database::open("blocking", url).blocking()?;
            let mut row = Ship::objects().using(&own).tracked().create(ship("ann")).blocking()?;
            row.crew = Some(8);
            assert!(row.save().blocking()?);
            row.crew = None;
            row.refresh().blocking()?;
            assert_eq!(row.crew, Some(8));
            row.crew = Some(9);
            assert!(row.save().using(&own).blocking()?);
            let other = Ship::objects().using(&own).tracked().create(ship("bob")).blocking()?;
            assert!(other.delete().blocking()?);
            own.close().blocking()
        });
        let closed = tokio::task::spawn_blocking(|| thread.join()).await?;
        assert!(closed.map_err(|_| "it panicked")??);
        assert_eq!(stored(db, "SELECT name, crew FROM tracked_ship").await?, ["ann", "9"]);
        let mut row = Ship::objects().using(db.handle()).tracked().one().await?;
        row.crew = None;
        assert!(matches!(row.save().blocking().unwrap_err().kind(), ErrorKind::BlockingInsideRuntime));
        assert_eq!(row.changed(), ["crew"]);
        Ok(())
    }

    /// Dropped at every poll: the row counts as changed as before, and is saved by the next try, once and for all.
    async fn dropped_at_every_poll(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let url = db.url();
        let own = Database::open("dropped", url).await?;
        let mut entry = Entry::objects().using(&own).tracked().create(NewEntry::new("ann", 0)).await?;
        let mut ship = Ship::objects().using(&own).tracked().create(ship("ann")).await?;
        let (mut saved, mut given_up) = (0, 0);
        for polls in 0..400 {
            let miles = polls + 1;
            entry.miles = miles;
            ship.crew = Some(miles);
            let left = usize::try_from(polls)?;
            let outcome = polled(Box::pin(std::future::IntoFuture::into_future(entry.save())), left).await;
            if outcome.is_none() {
                given_up += 1;
                assert_eq!((entry.miles, entry.changed().contains(&"miles")), (miles, true));
            } else {
                assert_eq!((entry.miles, entry.double, entry.changed()), (miles, miles * 2, vec![]));
            }
            let other = polled(Box::pin(std::future::IntoFuture::into_future(ship.save())), left).await;
            if other.is_none() {
                assert_eq!((ship.crew, ship.changed()), (Some(miles), vec!["crew"]));
            }
            if outcome.transpose()?.is_some() && other.transpose()?.is_some() {
                saved += 1;
                if saved == 3 { break }
            }
        }
        assert!(saved == 3 && given_up > 0, "{saved} {given_up}");
        // While somebody else has the row, and has to be waited for.
        let busy = orm::begin().using(db.handle()).await?;
        Ship::objects().using(&busy).filter(Ship::id.eq(ship.id)).update(Ship::draught.set(1.0)).await?;
        ship.crew = Some(1_000);
        let waiting = tokio::time::timeout(std::time::Duration::from_millis(50), ship.save());
        assert!(waiting.await.is_err(), "nobody waits for the other one");
        assert_eq!((ship.crew, ship.changed()), (Some(1_000), vec!["crew"]));
        busy.commit().await?;
        entry.save().await?;
        ship.save().await?;
        assert_eq!(Entry::objects().using(&own).get(entry.id).await?, *entry);
        ship.refresh().await?;
        assert_eq!((ship.crew, ship.draught), (Some(1_000), 1.0));
        assert_eq!(Ship::objects().using(&own).get(ship.id).await?, *ship);
        assert_eq!(own.pool_stats().map(|stats| stats.in_use), Some(0));
        own.close().await?;
        Ok(())
    }
}

/// The output, if it is there after so many polls; else the future is dropped.
async fn polled<T>(mut future: Pin<Box<dyn Future<Output = T> + '_>>, mut left: usize) -> Option<T> {
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
