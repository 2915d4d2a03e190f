//! Replicas: what is read where, and what happens when one does not answer. Databases with different rows stand for a
//! primary and its replicas.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, ReadYourWrites, ReplicaPolicy, with_database};
use orm_tests::{Kind, Outcome, Proxy, StatementLog, TestDb, cases, nobody};

static PRIMARY: Database = Database::deferred("replicas primary");
static FIRST: Database = Database::deferred("replicas first");
static SECOND: Database = Database::deferred("replicas second");
static APART: Database = Database::deferred("replicas apart");

/// The statics are one for all backends: cases that bind them take turns.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[derive(Meta)]
#[meta(database = PRIMARY, replicas(FIRST, "replicas second"))]
struct ReplicatedMeta;

/// Of its own, the second alone.
#[derive(Meta)]
#[meta(extends = ReplicatedMeta, replicas(SECOND))]
struct SecondMeta;

/// A row that says where it is.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ReplicatedMeta, table = "replica_items", many_to_many(tags: Tag, table = "replica_item_tags"))]
struct Item {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 40)]
    place: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ReplicatedMeta, table = "replica_tags")]
struct Tag {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 40)]
    place: String,
}

macro_rules! same_table {
    ($($(#[$doc:meta])* $name:ident ($($settings:tt)*);)*) => {$(
        $(#[$doc])*
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "replica_items", managed = false, $($settings)*)]
        struct $name {
            #[field(primary_key)]
            id: i64,
            #[field(max_length = 40)]
            place: String,
        }
    )*};
}

same_table! {
    /// With the replica of the `Meta` in between.
    OfSecond(meta = SecondMeta);
    /// With none, though its `Meta` has some.
    OfPrimary(meta = ReplicatedMeta, replicas());
    /// On another database, whose replicas those of the `Meta` are not.
    OfApart(meta = ReplicatedMeta, database = APART);
    /// On a database that is not open, with a replica that is not open.
    OfNobody(database = PRIMARY, replicas("replicas nobody", FIRST));
    /// Without any of it.
    Anywhere();
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Makes the tables at a URL, with rows that say which place it is.
async fn place(url: &str, name: &str) -> Result<(), Failure> {
    let on = Database::open(name, url).await?;
    on.create_tables(&[Item::TABLE, Tag::TABLE, ItemTags::TABLE]).await?;
    Item::objects().using(&on).create(NewItem::new(name).id(1)).await?;
    Tag::objects().using(&on).create(NewTag::new(name).id(1)).await?;
    ItemTags::objects().using(&on).create(NewItemTags::new(1, 1)).await?;
    on.close().await?;
    Ok(())
}

/// A primary and two replicas.
async fn three(db: &TestDb) -> Result<[String; 3], Failure> {
    let urls = [db.url().to_owned(), db.another().await?, db.another().await?];
    for (url, name) in urls.iter().zip(["primary", "first", "second"]) {
        place(url, name).await?;
    }
    Ok(urls)
}

/// Opens the statics.
async fn open(db: &TestDb) -> Result<(), Failure> {
    let [primary, first, second] = three(db).await?;
    PRIMARY.init(primary.as_str()).await?;
    FIRST.init(first).await?;
    SECOND.init(second).await?;
    APART.init(primary).await?;
    Ok(())
}

async fn close() -> Outcome {
    for on in [&PRIMARY, &FIRST, &SECOND, &APART] {
        on.close().await?;
    }
    Ok(())
}

/// Where the row was read.
async fn read<M: Model>(
    query: impl std::future::IntoFuture<Output = orm::Result<M>>,
    place: fn(M) -> String,
) -> orm::Result<String> {
    query.await.map(place)
}

async fn item() -> orm::Result<String> {
    read(Item::objects().get(1), |item| item.place).await
}

async fn items(times: usize) -> orm::Result<Vec<String>> {
    let mut places = Vec::new();
    for _ in 0..times {
        places.push(item().await?);
    }
    Ok(places)
}

/// Where `Anywhere` is read, so many times, on a database with replicas of its own.
async fn anywhere(on: &Database, times: usize) -> orm::Result<BTreeMap<String, usize>> {
    with_database(on, async {
        let mut places = BTreeMap::new();
        for _ in 0..times {
            let row = Anywhere::objects().get(1).await?;
            *places.entry(row.place).or_default() += 1;
        }
        Ok(places)
    })
    .await
}

fn counts<const N: usize>(places: [(&str, usize); N]) -> BTreeMap<String, usize> {
    places.into_iter().map(|(place, count)| (place.to_owned(), count)).collect()
}

/// Reads until a row comes from there: at most a minute.
async fn until(on: &Database, wanted: &str) -> Outcome {
    let begun = Instant::now();
    while !anywhere(on, 1).await?.contains_key(wanted) {
        if begun.elapsed() > Duration::from_secs(60) {
            return Err(format!("`{wanted}` was not read within a minute").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

cases! {
    /// Reads go to the replicas in turn, from the first on; everything else goes to the primary.
    async fn in_turn(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        open(db).await?;
        let places = items(5).await?;
        let mut turns = ["first", "second"].repeat(3);
        if places[0] != "first" {
            // Whoever ran before has the first turn of the program.
            turns.rotate_left(1);
        }
        assert_eq!(places, turns[..5]);
        assert_eq!(Item::objects().filter(Item::place.eq("primary")).count().await?, 0);
        assert!(!Item::objects().filter(Item::place.eq("primary")).exists().await?);
        // Writes, and what reads in order to write.
        Item::objects().create(NewItem::new("created").id(2)).await?;
        Item::objects().bulk_create([NewItem::new("bulk").id(3)]).await?;
        assert_eq!(Item::objects().filter(Item::id.eq(2)).update((Item::place.set("updated"),)).await?, 1);
        assert_eq!(Item::objects().filter(Item::place.eq("first")).delete().await?, 0);
        let (found, created) = Item::objects().filter(Item::id.eq(2)).get_or_create(NewItem::new("again").id(2)).await?;
        assert_eq!((found.place.as_str(), created), ("updated", false));
        let upserted = Item::objects().upsert(NewItem::new("upserted").id(3)).on_conflict(Item::id).update((Item::place.set("upserted"),)).await?;
        assert_eq!(upserted.place, "upserted");
        assert_eq!(db.oracle("SELECT place FROM replica_items ORDER BY id").await?.concat(), ["primary", "updated", "upserted"].map(|place| Some(place.to_owned())));
        for on in [&FIRST, &SECOND] {
            assert_eq!(Item::objects().using(on).count().await?, 1);
        }
        // What a query says itself.
        assert_eq!(Item::objects().using(&PRIMARY).get(1).await?.place, "primary");
        assert_eq!(Item::objects().using("replicas second").get(1).await?.place, "second");
        assert_eq!(Item::objects().get(1).using(&FIRST).await?.place, "first");
        close().await
    }

    /// Inside a transaction everything is on the primary; one that is open on a replica has the reads of its models.
    async fn transactions(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        open(db).await?;
        orm::atomic(async |_| {
            assert_eq!(items(4).await?, ["primary"; 4]);
            orm::atomic(async |_| {
                assert_eq!(items(2).await?, ["primary"; 2]);
                Ok::<_, orm::Error>(())
            })
            .using(&PRIMARY)
            .await?;
            assert_ne!(Item::objects().get(1).outside_transaction().await?.place, "primary");
            assert_eq!(Item::objects().using(&FIRST).get(1).await?.place, "first");
            Ok::<_, orm::Error>(())
        })
        .using(&PRIMARY)
        .await?;
        for (on, place) in [(&FIRST, "first"), (&SECOND, "second")] {
            orm::atomic(async |_| {
                assert_eq!(items(3).await?, [place; 3]);
                Ok::<_, orm::Error>(())
            })
            .using(on)
            .read_only()
            .await?;
        }
        let transaction = orm::begin().using(&PRIMARY).await?;
        assert_eq!(Item::objects().using(&transaction).get(1).await?.place, "primary");
        transaction.rollback().await?;
        close().await
    }

    /// Related rows are read on the replica that the rows are read on.
    async fn related_rows(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        open(db).await?;
        let mut places = Vec::new();
        for _ in 0..4 {
            let (item, tags) = Item::objects().prefetch_related(Item::tags).get(1).await?;
            assert_eq!(item.place, tags[0].place);
            places.push(item.place.clone());
        }
        places.sort();
        assert_eq!(places, ["first", "first", "second", "second"]);
        let row = Item::objects().using(&PRIMARY).get(1).await?;
        assert_ne!(Item::tags.load([&row]).await?.concat()[0].place, "primary");
        let linked = Item::tags.of(&row).all().await?;
        assert_ne!(linked[0].place, "primary");
        // Links are changed on the primary.
        Item::tags.of(&row).clear().await?;
        assert_eq!(ItemTags::objects().using(&PRIMARY).count().await?, 0);
        assert_eq!(ItemTags::objects().count().await?, 1);
        close().await
    }

    /// A row that was read on a replica is written back to the primary.
    async fn tracked_rows(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        open(db).await?;
        for place in ["a", "b"] {
            let mut row = Item::objects().tracked().get(1).await?;
            assert_ne!(row.place, "primary");
            assert_eq!(row.database().as_ref(), Some(&PRIMARY));
            row.place = place.to_owned();
            row.save().await?;
            assert_eq!(Item::objects().using(&PRIMARY).get(1).await?.place, place);
        }
        for on in [&FIRST, &SECOND] {
            assert_eq!(Item::objects().using(on).filter(Item::place.in_(["a", "b"])).count().await?, 0);
        }
        close().await
    }

    /// A list of its own goes before that of the `Meta`, an empty one too; another database has none of it.
    async fn lists(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        open(db).await?;
        for _ in 0..3 {
            assert_eq!(read(OfSecond::objects().get(1), |row| row.place).await?, "second");
            assert_eq!(read(OfPrimary::objects().get(1), |row| row.place).await?, "primary");
            assert_eq!(read(OfApart::objects().get(1), |row| row.place).await?, "primary");
            // One that is not open is passed over.
            assert_eq!(read(OfNobody::objects().get(1), |row| row.place).await?, "first");
        }
        // What a task says has no replicas of the `Meta`.
        assert_eq!(with_database(&PRIMARY, items(3)).await?, ["primary"; 3]);
        FIRST.close().await?;
        assert_eq!(items(3).await?, ["second"; 3]);
        SECOND.close().await?;
        assert_eq!(items(3).await?, ["primary"; 3]);
        PRIMARY.close().await?;
        let error = item().await.unwrap_err();
        assert_eq!((error.kind(), error.database(), error.model()), (&ErrorKind::NotInitialized, Some("replicas primary"), Some("Item")));
        close().await
    }

    /// Replicas that a database was opened with: by each policy; `.using(..)` names the primary.
    async fn of_a_handle(db: &TestDb) -> Outcome {
        let [primary, first, second] = three(db).await?;
        let options = || DatabaseOptions::url(primary.as_str()).replica(first.as_str()).replica(second.as_str());
        let on = Database::open("of_a_handle", options()).await?;
        assert_eq!(anywhere(&on, 10).await?, counts([("first", 5), ("second", 5)]));
        assert_eq!(Anywhere::objects().using(&on).get(1).await?.place, "primary");
        let replicas = on.replicas();
        assert_eq!(replicas.iter().map(Database::name).collect::<Vec<_>>(), ["of_a_handle replica 1", "of_a_handle replica 2"]);
        assert_eq!(Anywhere::objects().using(&replicas[1]).get(1).await?.place, "second");
        let inside = with_database(&on, async {
            Anywhere::objects().filter(Anywhere::id.eq(1)).update((Anywhere::place.set("written"),)).await?;
            orm::atomic(async |_| Anywhere::objects().get(1).await).await
        });
        assert_eq!(inside.await?.place, "written");
        on.close().await?;
        assert!(replicas.iter().all(|replica| !replica.is_initialized()) && on.replicas().is_empty());
        // Bound anew without them, it has none.
        on.init(primary.as_str()).await?;
        assert_eq!(anywhere(&on, 3).await?, counts([("written", 3)]));
        on.init(options().replica_policy(ReplicaPolicy::Random)).await?;
        let places = anywhere(&on, 60).await?;
        assert_eq!(places.keys().collect::<Vec<_>>(), ["first", "second"]);
        on.init(options().replica_policy(ReplicaPolicy::LeastBusy)).await?;
        assert_eq!(anywhere(&on, 10).await?, counts([("first", 5), ("second", 5)]));
        let busy = orm::begin().using(&on.replicas()[0]).read_only().await?;
        assert_eq!(anywhere(&on, 10).await?, counts([("second", 10)]));
        busy.rollback().await?;
        on.close().await?;
        let wrong = Database::open("wrong", options().replica(options())).await.unwrap_err();
        assert!(matches!(wrong.kind(), ErrorKind::Config { .. }), "{wrong:?}");
        assert_eq!(wrong.database(), Some("wrong replica 3"));
        Ok(())
    }

    /// Threads and tasks at once share the turns evenly.
    async fn threads(db: &TestDb) -> Outcome {
        let [primary, first, second] = three(db).await?;
        let on = Database::open("threads", DatabaseOptions::url(primary).replica(first).replica(second)).await?;
        let threads: Vec<_> = (0..6)
            .map(|_| {
                let on = on.clone();
                std::thread::spawn(move || {
                    with_database(&on, || (0..20).map(|_| Anywhere::objects().get(1).blocking()).collect::<orm::Result<Vec<_>>>()).blocking()
                })
            })
            .collect();
        let beside = anywhere(&on, 20).await?;
        let rows = tokio::task::spawn_blocking(move || threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()).await?;
        let mut places = beside;
        for rows in rows {
            for row in rows.map_err(|_| "a thread panicked")?? {
                *places.entry(row.place).or_default() += 1;
            }
        }
        assert_eq!(places, counts([("first", 70), ("second", 70)]));
        on.close().await?;
        Ok(())
    }

    /// What was written is read from the primary for a while, in the same scope and on the same database alone.
    async fn own_writes(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        open(db).await?;
        let writes = ReadYourWrites::new(Duration::from_secs(600));
        writes
            .scope(async {
                assert!(!items(2).await?.contains(&"primary".to_owned()));
                // On another database.
                OfApart::objects().filter(OfApart::id.eq(-1)).delete().await?;
                assert!(!items(2).await?.contains(&"primary".to_owned()));
                Item::objects().filter(Item::id.eq(-1)).delete().await?;
                assert_eq!(items(3).await?, ["primary"; 3]);
                Ok::<_, orm::Error>(())
            })
            .await?;
        assert!(!items(2).await?.contains(&"primary".to_owned()));
        // Whoever has a clone remembers it, in another task too.
        let again = writes.clone();
        let spawned = tokio::spawn(async move { again.scope(items(2)).await });
        assert_eq!(spawned.await??, ["primary"; 2]);
        // The commit of a transaction counts, and what is inside another scope.
        let outer = ReadYourWrites::new(Duration::from_secs(600));
        let places = outer.scope(async {
            ReadYourWrites::new(Duration::ZERO)
                .scope(async {
                    let transaction = orm::begin().using(&PRIMARY).await?;
                    Item::objects().using(&transaction).create(NewItem::new("committed").id(2)).await?;
                    assert!(!items(2).await?.contains(&"primary".to_owned()));
                    transaction.commit().await
                })
                .await?;
            items(2).await
        });
        assert_eq!(places.await?, ["primary"; 2]);
        // A window that is over.
        let short = ReadYourWrites::new(Duration::ZERO);
        let places = short.scope(async {
            Item::objects().filter(Item::id.eq(-1)).delete().await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
            items(2).await
        });
        assert!(!places.await?.contains(&"primary".to_owned()));
        close().await
    }

    /// A replica that nobody finds fails no read, and is read as soon as it is found.
    async fn unreachable(db: &TestDb) -> Outcome {
        let [primary, first, second] = three(db).await?;
        let (gone, proxy) = if db.kind() == Kind::Sqlite {
            let folder = db.path().and_then(|path| path.parent().map(|path| path.join("later"))).ok_or("no folder")?;
            (format!("sqlite:///{}/replica.db", folder.display()), None)
        } else {
            let proxy = Proxy::new(&second)?;
            proxy.cut();
            (proxy.url().to_owned(), Some(proxy))
        };
        let on = Database::open("unreachable", DatabaseOptions::url(primary.as_str()).replica(gone.as_str()).replica(first)).await?;
        let error = on.replicas()[0].ping().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        assert_eq!(error.database(), Some("unreachable replica 1"));
        let log = StatementLog::of_replicas();
        assert_eq!(anywhere(&on, 8).await?, counts([("first", 8)]));
        let told = log.take();
        assert!(!told.is_empty() && told.len() <= 8, "{told:?}");
        for told in told {
            assert_eq!(told.database, "unreachable replica 1");
            assert!(told.error.contains("cannot connect: ") && told.error.contains("unreachable replica 1"), "{told:?}");
        }
        match &proxy {
            Some(proxy) => proxy.mend()?,
            None => {
                let folder = db.path().and_then(|path| path.parent().map(|path| path.join("later"))).ok_or("no folder")?;
                std::fs::create_dir(folder)?;
                place(&gone, "second").await?;
            }
        }
        until(&on, "second").await?;
        let told = log.take().pop().ok_or("nobody said that it is back")?;
        assert_eq!((told.database.as_str(), told.error.as_str()), ("unreachable replica 1", ""));
        assert_eq!(anywhere(&on, 8).await?, counts([("first", 4), ("second", 4)]));
        on.close().await?;
        // With none that answers, the primary does.
        let nobody = if db.kind() == Kind::Sqlite { gone.replace("later", "never") } else { nobody(&primary)? };
        let on = Database::open("nobody", DatabaseOptions::url(primary).replica(nobody.as_str()).replica(nobody)).await?;
        assert_eq!(anywhere(&on, 5).await?, counts([("primary", 5)]));
        on.close().await?;
        Ok(())
    }

    /// What has to do with the statement is an error as on the primary, of the replica that it was sent to.
    async fn errors_of_statements(db: &TestDb) -> Outcome {
        let [primary, first, _] = three(db).await?;
        let on = Database::open("statements", DatabaseOptions::url(primary).replica(first)).await?;
        let first = on.replicas().remove(0);
        first.drop_tables(&[ItemTags::TABLE, Item::TABLE]).await?;
        let error = anywhere(&on, 1).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
        assert_eq!((error.database(), error.model()), (Some("statements replica 1"), Some("Anywhere")));
        let error = with_database(&on, async { Tag::objects().get(7).await }).await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.database(), Some("statements replica 1"));
        on.close().await?;
        Ok(())
    }
}

cases! {
    #![needs(Server)]

    /// A replica that is killed in the middle: reads that meet it go elsewhere, and come back when it does.
    async fn killed(db: &TestDb) -> Outcome {
        let [primary, first, second] = three(db).await?;
        let proxy = Proxy::new(&first)?;
        let options = DatabaseOptions::url(primary.as_str()).replica(proxy.url()).replica(second.as_str());
        let on = Database::open("killed", options).await?;
        assert_eq!(anywhere(&on, 10).await?, counts([("first", 5), ("second", 5)]));
        // Several connections, all of which are lost at once.
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let on = on.clone();
                tokio::spawn(async move { anywhere(&on, 5).await })
            })
            .collect();
        tokio::task::yield_now().await;
        proxy.cut();
        for task in tasks {
            task.await??;
        }
        assert_eq!(anywhere(&on, 10).await?, counts([("second", 10)]));
        let rows = with_database(&on, async { Tag::objects().prefetch_related(Item::tags.reverse()).all().await }).await?;
        assert_eq!((rows[0].0.place.as_str(), rows[0].1[0].place.as_str()), ("second", "second"));
        proxy.mend()?;
        until(&on, "first").await?;
        assert_eq!(anywhere(&on, 10).await?, counts([("first", 5), ("second", 5)]));
        on.close().await?;
        Ok(())
    }

    /// A replica that is lost between two statements of one query: all of the query is begun anew elsewhere.
    async fn lost_on_the_way(db: &TestDb) -> Outcome {
        let [primary, first, second] = three(db).await?;
        let plain = |url: &str| {
            let mode = if db.kind() == Kind::Postgres { "sslmode=disable" } else { "ssl-mode=disabled" };
            format!("{url}{}{mode}", if url.contains('?') { '&' } else { '?' })
        };
        let proxy = Proxy::new(&plain(&first))?;
        let on = Database::open("on the way", DatabaseOptions::url(primary).replica(proxy.url()).replica(second)).await?;
        let query = || Item::objects().prefetch_related(Item::tags);
        let places = |rows: Vec<(Item, Vec<Tag>)>| rows.into_iter().map(|(item, tags)| (item.place, tags.into_iter().map(|tag| tag.place).collect())).collect::<Vec<(String, Vec<String>)>>();
        let place = |name: &str| vec![(name.to_owned(), vec![name.to_owned()])];
        assert_eq!(anywhere(&on, 2).await?, counts([("first", 1), ("second", 1)]));
        // That of the second statement, which is sent as text the first time.
        proxy.forbid(Some("replica_tags"));
        let rows = with_database(&on, async { query().all().await }).await?;
        assert_eq!(places(rows), place("second"));
        // Rows at hand keep their lists, whoever gives them.
        until(&on, "first").await?;
        let row = Item::objects().using(&on).get(1).await?;
        for _ in 0..2 {
            let tags = with_database(&on, async { Item::tags.load([&row, &row]).await }).await?;
            let tags: Vec<Vec<_>> = tags.iter().map(|tags| tags.iter().map(|tag| tag.place.as_str()).collect()).collect();
            assert_eq!(tags, [["second"]; 2]);
        }
        proxy.forbid(None);
        until(&on, "first").await?;
        on.close().await?;
        Ok(())
    }

    /// A replica that takes connections and never says a word keeps nobody for long.
    async fn silent(db: &TestDb) -> Outcome {
        let [primary, first, _] = three(db).await?;
        let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
        let proxy = Proxy::new(&first)?;
        let old = proxy.url().split("127.0.0.1:").nth(1).and_then(|rest| rest.split(['/', '?']).next()).ok_or("no port")?;
        let url = proxy.url().replace(old, &silent.local_addr()?.port().to_string());
        let on = Database::open("silent", DatabaseOptions::url(primary).replica(url)).await?;
        let reading = tokio::time::timeout(Duration::from_secs(60), anywhere(&on, 3));
        assert_eq!(reading.await??, counts([("primary", 3)]));
        on.close().await?;
        Ok(())
    }

    /// Without a primary, replicas are read all the same, and writes say what is the matter. Without anybody, reads do.
    async fn a_dead_primary(db: &TestDb) -> Outcome {
        let [primary, first, _] = three(db).await?;
        let (primary, first) = (Proxy::new(&primary)?, Proxy::new(&first)?);
        let options = DatabaseOptions::url(primary.url()).replica(first.url());
        let on = Database::open("dead", options).await?;
        assert_eq!(anywhere(&on, 2).await?, counts([("first", 2)]));
        primary.cut();
        assert_eq!(anywhere(&on, 5).await?, counts([("first", 5)]));
        let write = || with_database(&on, async { Anywhere::objects().filter(Anywhere::id.eq(1)).delete().await });
        let mut error = write().await.unwrap_err();
        if matches!(error.kind(), ErrorKind::ConnectionLost) {
            // On a connection that was open; the next has to be opened.
            error = write().await.unwrap_err();
        }
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        assert_eq!((error.database(), error.model()), (Some("dead"), Some("Anywhere")));
        first.cut();
        let error = anywhere(&on, 1).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect { .. } | ErrorKind::ConnectionLost), "{error:?}");
        assert_eq!((error.database(), error.model()), (Some("dead"), Some("Anywhere")));
        // It rests, but nobody else is there: whatever it says is the answer.
        first.mend()?;
        let error = with_database(&on, async { Anywhere::objects().get(77).await }).await.unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
        assert_eq!((error.database(), error.model()), (Some("dead replica 1"), Some("Anywhere")));
        assert_eq!(anywhere(&on, 1).await?, counts([("first", 1)]));
        on.close().await?;
        Ok(())
    }
}
