//! Enums as columns: text, integers, and types of the database.

use orm::prelude::*;
use orm::{ErrorKind, types::Type};
use orm_tests::{Kind, Outcome, TestDb, cases};

/// Neither declared in the order of their names, nor of their values.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(rename_all = "snake_case")]
enum Status {
    Open,
    InReview,
    #[db_enum(rename = "a 'quoted', {x} \"word\" ä")]
    Quoted,
    Closed,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(integer)]
#[repr(i16)]
enum Priority {
    High = 300,
    Low = -7,
    Normal = 0,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(native, name = "mood_of_a_person")]
enum Mood {
    Sad,
    #[db_enum(rename = "it's ok")]
    Ok,
    Happy,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(native, rename_all = "UPPERCASE")]
enum Lang {
    Rust,
    C,
}

#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq)]
struct Tongue(Lang);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tickets", new(Debug, Clone))]
struct Ticket {
    #[field(primary_key)]
    id: i64,
    #[field(index, default = Status::Open)]
    status: Status,
    before: Option<Status>,
    #[field(default = Priority::Normal)]
    priority: Priority,
    urgency: Option<Priority>,
    #[field(default = Mood::Ok)]
    mood: Mood,
    wish: Option<Mood>,
}

/// Enums as keys.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "langs")]
struct Language {
    #[field(primary_key)]
    lang: Lang,
    #[field(unique)]
    status: Status,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "guides", primary_key(lang, priority))]
struct Guide {
    lang: ForeignKey<Language>,
    priority: Priority,
    tongue: Option<Tongue>,
}

const STATUSES: [Status; 4] = [Status::Open, Status::InReview, Status::Quoted, Status::Closed];
const PRIORITIES: [Priority; 3] = [Priority::High, Priority::Low, Priority::Normal];
const MOODS: [Mood; 3] = [Mood::Sad, Mood::Ok, Mood::Happy];

/// A ticket for each combination.
fn all() -> Vec<NewTicket> {
    let mut all = Vec::new();
    for (n, status) in STATUSES.into_iter().enumerate() {
        for priority in PRIORITIES {
            for mood in MOODS {
                let new = NewTicket::new().status(status).priority(priority).mood(mood);
                all.push(if n % 2 == 0 { new } else { new.before(status).urgency(priority).wish(mood) });
            }
        }
    }
    all
}

async fn filled(db: &TestDb) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    db.handle().create_tables(&[Ticket::TABLE]).await?;
    assert_eq!(Ticket::objects().using(db.handle()).bulk_create(all()).await?, 36);
    Ok(())
}

cases! {
    /// Every value comes back, by `create` and by `bulk_create`, and means in plain SQL what it says.
    async fn values_come_back(db: &TestDb) -> Outcome {
        filled(db).await?;
        let tickets = Ticket::objects().using(db.handle());
        let same = |row: &Ticket, new: &NewTicket| {
            (row.status, row.before, row.priority, row.urgency, row.mood, row.wish)
                == (new.status, new.before, new.priority, new.urgency, new.mood, new.wish)
        };
        let rows = tickets.clone().order_by(Ticket::id.asc()).all().await?;
        assert!(rows.iter().zip(all()).all(|(row, new)| same(row, &new)));
        for new in all() {
            assert!(same(&tickets.clone().create(new.clone()).await?, &new));
        }
        let text = match db.kind() {
            Kind::Postgres => "SELECT status, CAST(priority AS TEXT), CAST(mood AS TEXT) FROM tickets ORDER BY id LIMIT 25",
            _ => "SELECT status, CAST(priority AS CHAR), CAST(mood AS CHAR) FROM tickets ORDER BY id LIMIT 25",
        };
        let plain = db.oracle(text).await?;
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(plain[0], [text("open"), text("300"), text("Sad")]);
        assert_eq!(plain[13], [text("in_review"), text("-7"), text("it's ok")]);
        assert_eq!(plain[24][0], text("a 'quoted', {x} \"word\" ä"));
        Ok(())
    }

    /// Conditions find what the same predicate finds in Rust.
    async fn conditions(db: &TestDb) -> Outcome {
        filled(db).await?;
        let tickets = || Ticket::objects().using(db.handle());
        let rows = tickets().all().await?;
        let expect = |of: fn(&Ticket) -> bool| rows.iter().filter(|row| of(row)).count();
        let count = async |condition: Q<Ticket>| tickets().filter(condition).count().await.map(|n| usize::try_from(n).unwrap_or(0));
        assert_eq!(count(Ticket::status.eq(Status::Quoted)).await?, 9);
        assert_eq!(count(Ticket::mood.eq(Mood::Ok) & Ticket::priority.eq(Priority::Low)).await?, 4);
        assert_eq!(count(Ticket::wish.ne(Mood::Ok)).await?, expect(|t| t.wish != Some(Mood::Ok)));
        assert_eq!(count(Ticket::before.eq(None) & Ticket::urgency.eq(None) & Ticket::wish.is_null()).await?, 18);
        assert_eq!(count(Ticket::status.in_([Status::Open, Status::Closed])).await?, 18);
        assert_eq!(count(Ticket::mood.in_(MOODS)).await?, 36);
        assert_eq!(count(Ticket::wish.not_in([Mood::Sad, Mood::Happy])).await?, expect(|t| !matches!(t.wish, Some(Mood::Sad | Mood::Happy))));
        assert_eq!(count(Ticket::priority.in_(vec![Priority::High])).await?, 12);
        assert_eq!(count(Ticket::mood.eq(Ticket::wish)).await?, 18);
        assert_eq!(count(Ticket::status.in_(Ticket::objects().filter(Ticket::mood.eq(Mood::Sad)).select(Ticket::status))).await?, 36);
        assert_eq!(count(Ticket::mood.in_(Ticket::objects().filter(Ticket::priority.eq(Priority::Low)).select(Ticket::wish))).await?, 36);
        Ok(())
    }

    /// Text and native enums order by their text, integer ones by their number, alike on every backend.
    async fn order(db: &TestDb) -> Outcome {
        filled(db).await?;
        let tickets = || Ticket::objects().using(db.handle());
        let count = async |condition: Q<Ticket>| tickets().filter(condition).count().await;
        // "a 'quoted' …" < "closed" < "in_review" < "open"; "Happy" < "Sad" < "it's ok"; -7 < 0 < 300
        assert_eq!(count(Ticket::status.lt(Status::InReview)).await?, 18);
        assert_eq!(count(Ticket::status.between(Status::Closed, Status::InReview)).await?, 18);
        assert_eq!(count(Ticket::mood.lt(Mood::Ok)).await?, 24);
        assert_eq!(count(Ticket::mood.between(Mood::Sad, Mood::Ok)).await?, 24);
        assert_eq!(count(!Ticket::mood.ge(Mood::Sad)).await?, 12);
        assert_eq!(count(Ticket::priority.gt(Priority::Low)).await?, 24);
        assert_eq!(
            tickets().aggregate((min(Ticket::status), max(Ticket::status), min(Ticket::mood), max(Ticket::mood), min(Ticket::priority), max(Ticket::urgency))).await?,
            (Some(Status::Quoted), Some(Status::Open), Some(Mood::Happy), Some(Mood::Ok), Some(Priority::Low), Some(Priority::High))
        );
        let by_mood = tickets().order_by((Ticket::wish.asc(), Ticket::priority.desc(), Ticket::id.asc())).select((Ticket::wish, Ticket::priority)).all().await?;
        assert_eq!(by_mood.first(), Some(&(None, Priority::High)));
        assert_eq!(by_mood.get(18), Some(&(Some(Mood::Happy), Priority::High)));
        assert_eq!(by_mood.last(), Some(&(Some(Mood::Ok), Priority::Low)));
        let groups = tickets().group_by(Ticket::mood).annotate((count_rows(), max(Ticket::status))).order_by(key(Ticket::mood).asc()).all().await?;
        assert_eq!(groups, [(Mood::Happy, 12, Some(Status::Open)), (Mood::Sad, 12, Some(Status::Open)), (Mood::Ok, 12, Some(Status::Open))]);
        let distinct = tickets().select(Ticket::mood).distinct();
        assert_eq!(distinct.clone().all().await?.len(), 3);
        match (db.kind(), distinct.order_by(Ticket::mood.asc()).all().await) {
            (Kind::Sqlite, ordered) => assert_eq!(ordered?, [Mood::Happy, Mood::Sad, Mood::Ok]),
            (_, ordered) => assert!(matches!(ordered.unwrap_err().kind(), ErrorKind::Unsupported { .. })),
        }
        Ok(())
    }

    /// Updates by a value, by NULL, by another column.
    async fn updates(db: &TestDb) -> Outcome {
        filled(db).await?;
        let tickets = || Ticket::objects().using(db.handle());
        assert_eq!(tickets().filter(Ticket::mood.eq(Mood::Sad)).update((Ticket::mood.set(Mood::Happy), Ticket::wish.set(None), Ticket::status.set(Status::Closed))).await?, 12);
        assert_eq!(tickets().filter(Ticket::mood.eq(Mood::Happy)).count().await?, 24);
        tickets().filter(Ticket::wish.is_null()).update((Ticket::wish.set(Ticket::mood), Ticket::urgency.set(Priority::Low), Ticket::before.set(Ticket::status))).await?;
        let rows = tickets().all().await?;
        assert!(rows.iter().all(|row| row.wish.is_some() && row.urgency.is_some() && row.before.is_some()));
        assert!(rows.iter().filter(|row| row.urgency == Some(Priority::Low) && row.wish != Some(row.mood)).count() <= 6);
        let patch = TicketPatch { mood: Some(Mood::Sad), before: Some(None), ..TicketPatch::default() };
        assert_eq!(tickets().filter(Ticket::id.eq(rows[0].id)).patch(patch).await?, 1);
        let row = tickets().get(rows[0].id).await?;
        assert_eq!((row.mood, row.before), (Mood::Sad, None));
        Ok(())
    }

    /// Enums as keys, as parts of keys, and foreign keys to them.
    async fn keys(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Language::TABLE, Guide::TABLE]).await?;
        let languages = || Language::objects().using(on);
        let rust = languages().create(NewLanguage::new(Lang::Rust, Status::Open)).await?;
        languages().create(NewLanguage::new(Lang::C, Status::Closed)).await?;
        assert_eq!(languages().get(Lang::Rust).await?, rust);
        assert!(languages().create(NewLanguage::new(Lang::C, Status::Quoted)).await.unwrap_err().is_unique_violation());
        let guide = Guide::objects().using(on).create(NewGuide::new(Lang::Rust, Priority::Low).tongue(Tongue(Lang::C))).await?;
        Guide::objects().using(on).create(NewGuide::new(&rust, Priority::High)).await?;
        assert_eq!(Guide::objects().using(on).get((Lang::Rust, Priority::Low)).await?, guide);
        let found = Guide::objects().using(on).filter(Guide::lang.to(Language::status).eq(Status::Open) & Guide::tongue.eq(Tongue(Lang::C))).one().await?;
        assert_eq!(found, guide);
        assert_eq!(Guide::objects().using(on).filter(Guide::lang.in_([Lang::Rust, Lang::C]) & Guide::lang.eq(Lang::Rust)).count().await?, 2);
        assert_eq!(Guide::objects().using(on).filter(Guide::lang.in_(languages().select(Language::lang))).count().await?, 2);
        assert!(Guide::objects().using(on).first().await?.is_some());
        let rows = languages().order_by(Language::lang).prefetch_related(Guide::lang.reverse().order_by(Guide::priority)).all().await?;
        let found: Vec<_> = rows.iter().map(|(language, guides)| (language.lang, guides.iter().map(|guide| guide.priority).collect::<Vec<_>>())).collect();
        assert_eq!(found, [(Lang::C, vec![]), (Lang::Rust, vec![Priority::Low, Priority::High])]);
        let first = Guide::lang.reverse().limit(1).load([&rust]).using(on).await?;
        assert_eq!(first, [[guide.clone()]]);
        let some = Guide::objects().using(on).filter(Guide::primary_key().in_([(Lang::Rust, Priority::Low), (Lang::C, Priority::High)]));
        assert_eq!(some.all().await?, [guide]);
        languages().filter(Language::lang.eq(Lang::C)).delete().await?;
        let dangling = Guide::objects().using(on).create(NewGuide::new(Lang::C, Priority::Low)).await.unwrap_err();
        assert!(dangling.is_foreign_key_violation(), "{dangling:?}");
        Ok(())
    }

    /// The database takes no value that is none of the enum's.
    async fn others_are_refused_by_the_database(db: &TestDb) -> Outcome {
        filled(db).await?;
        for wrong in ["status = 'Open'", "status = 'open '", "status = ''", "priority = 1", "mood = 'happy'", "mood = ''", "before = 'x'"] {
            let wrong = wrong.replace("before", match db.kind() { Kind::MySql | Kind::MariaDb => "`before`", _ => "before" });
            assert!(db.oracle(&format!("UPDATE tickets SET {wrong}")).await.is_err(), "{wrong}");
        }
        Ok(())
    }

    /// A value that gets there nevertheless is an error that names the field and the values there are.
    async fn unknown_values(db: &TestDb) -> Outcome {
        let create = match db.kind() {
            Kind::MySql | Kind::MariaDb => "CREATE TABLE tickets (id BIGINT, status VARCHAR(40), `before` VARCHAR(40), priority INT, urgency INT, mood VARCHAR(40), wish VARCHAR(40))",
            _ => "CREATE TABLE tickets (id BIGINT, status TEXT, before TEXT, priority INT, urgency INT, mood TEXT, wish TEXT)",
        };
        db.oracle(create).await?;
        db.oracle("INSERT INTO tickets VALUES (1, 'open', NULL, 300, NULL, 'Sad', NULL), (2, 'Secret', NULL, 7, NULL, 'Sad', NULL)").await?;
        let tickets = Ticket::objects().using(db.handle());
        assert_eq!(tickets.clone().filter(Ticket::id.eq(1)).one().await?.status, Status::Open);
        for (error, field, allowed) in [
            (tickets.clone().all().await.unwrap_err(), "status", "`open`, `in_review`, `a 'quoted', {x} \"word\" ä`, `closed`"),
            (tickets.select(Ticket::priority).all().await.unwrap_err(), "priority", "300, -7, 0"),
        ] {
            assert!(matches!(error.kind(), ErrorKind::Decode { found, .. } if found.ends_with(allowed)), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Ticket"), Some(field)));
            assert!(!format!("{error} {error:?}").contains("Secret"));
        }
        Ok(())
    }

    /// Types of the database are made before the tables, kept while something needs them, and go with the last.
    async fn native_types_come_and_go(db: &TestDb) -> Outcome {
        let on = db.handle();
        let tables = [Ticket::TABLE, Language::TABLE, Guide::TABLE];
        on.create_tables(&tables).await?;
        on.create_tables(&tables).await?;
        let types = match db.kind() {
            Kind::Postgres => "SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = current_schema()::regnamespace ORDER BY 1",
            Kind::Sqlite => "SELECT 'x' WHERE 1 = 0",
            _ => "SELECT column_type FROM information_schema.columns WHERE data_type = 'enum' AND table_schema = database() ORDER BY table_name, ordinal_position",
        };
        let found = async || db.oracle(types).await.map(|rows| rows.into_iter().flatten().flatten().collect::<Vec<_>>());
        match db.kind() {
            Kind::Sqlite => {}
            Kind::Postgres => assert_eq!(found().await?, ["lang", "mood_of_a_person"]),
            _ => assert_eq!(found().await?, ["enum('RUST','C')", "enum('RUST','C')", "enum('RUST','C')", "enum('Sad','it''s ok','Happy')", "enum('Sad','it''s ok','Happy')"]),
        }
        on.drop_tables(&[Guide::TABLE]).await?;
        if db.kind() == Kind::Postgres {
            assert_eq!(found().await?, ["lang", "mood_of_a_person"]);
        }
        on.drop_tables(&tables).await?;
        assert!(found().await?.is_empty());
        on.create_tables(&tables).await?;
        Ok(())
    }

    /// The schema tells what the values are.
    async fn metadata(_db: &TestDb) -> Outcome {
        let Type::Enum(def) = Ticket::TABLE.fields[3].columns[0].ty else { return Err("no enum".into()) };
        assert_eq!((def.name, def.stored, def.native, def.variants.len()), ("Priority", Type::I16, None, 3));
        let Type::Enum(def) = Guide::TABLE.fields[2].columns[0].ty else { return Err("no enum".into()) };
        assert_eq!((def.name, def.native, def.variants[0].name), ("Lang", Some("lang"), "Rust"));
        Ok(())
    }
}
