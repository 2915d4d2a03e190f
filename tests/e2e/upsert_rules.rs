//! What a model says of its fields holds for upserts as well; and they run wherever queries run.

use orm::model::Table;
use orm::prelude::*;
use orm::{ErrorKind, Invalid};
use orm_tests::{Kind, Outcome, StatementLog, cases};
use sqlx::Connection as _;

/// Where something is.
#[derive(Embed, Debug, Clone, PartialEq)]
pub(crate) struct Place {
    #[field(max_length = 20)]
    pub city: String,
    pub floor: Option<i16>,
}

/// How far it is.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native, name = "ruled_state")]
pub(crate) enum State {
    /// Not begun.
    Open,
    /// Over.
    Done,
}

/// A field of each kind of rule, and of each kind of type.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ruled_task", new(Clone))]
pub(crate) struct Task {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20, unique)]
    pub code: String,
    #[field(write_once, max_length = 20)]
    pub author: String,
    #[field(read_only, db_default = 7)]
    pub rank: i32,
    #[field(db_default = "new", max_length = 20)]
    pub label: String,
    #[field(generated = Task::points + 1)]
    pub next: i64,
    #[field(validate(range(max = 100)))]
    pub points: i64,
    #[field(precision = 8, scale = 3)]
    pub cost: Decimal,
    pub state: State,
    #[field(embed)]
    pub place: Place,
    pub due: Option<DateTime<Utc>>,
    pub extra: Option<serde_json::Value>,
    pub token: Uuid,
    #[field(auto_now_add)]
    pub made: DateTime<Utc>,
    #[field(auto_now)]
    pub changed: DateTime<Utc>,
}

/// A secret by which rows are told apart.
#[derive(Model, Clone, PartialEq)]
#[model(table = "ruled_key", new(Debug, Clone))]
pub(crate) struct Secret {
    #[field(primary_key)]
    pub id: i64,
    #[field(sensitive, unique, max_length = 30)]
    pub token: String,
    #[field(unique, max_length = 30)]
    pub owner: String,
    #[field(sensitive, max_length = 10)]
    pub pin: Option<String>,
}

/// A table that somebody else made: with a unique key that the model does not know.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ruled_foreign", managed = false)]
pub(crate) struct Foreign {
    #[field(primary_key, auto = false)]
    pub id: i64,
    #[field(max_length = 20)]
    pub hidden: String,
    pub n: i32,
}

const TABLES: [&Table; 2] = [Task::TABLE, Secret::TABLE];

fn task(code: &str, points: i64) -> NewTask {
    let place = Place { city: "Rome".to_owned(), floor: Some(2) };
    NewTask::new(code, "ann", points, Decimal::new(1_500, 3), State::Open, place, Uuid::nil())
}

cases! {
    /// Clocks, and fields that are written once or never.
    async fn rules_of_fields(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let put = |points: i64| Task::objects().using(db.handle()).upsert(task("a", points)).on_conflict(Task::code);
        let first = put(1).update(Task::points.set(50)).await?;
        assert_eq!((first.rank, first.label.as_str(), first.next, first.points), (7, "new", 2, 1));
        let past = "2001-02-03 04:05:06.000000";
        db.oracle(&format!("UPDATE ruled_task SET made = '{past}', changed = '{past}', label = 'old'")).await?;
        let old = Task::objects().using(db.handle()).one().await?;
        let left = put(2).do_nothing().await?;
        assert_eq!(left, old);
        let left = put(2).update(Task::points.set(9)).filter(Task::points.gt(9)).await?;
        assert_eq!(left, old);
        for told in [false, true] {
            let run = put(3).update(Task::points.set(Task::points + Task::points.excluded()));
            let row = if told { run.created().await?.0 } else { run.await? };
            assert_eq!((row.made, row.label.as_str()), (old.made, "old"));
            assert!(Utc::now() - row.changed < chrono::TimeDelta::minutes(10) && row.changed > old.changed);
            assert_eq!(row.next, row.points + 1);
        }
        let own = Task::changed.set(old.changed);
        assert_eq!(put(1).update(own).await?.changed, old.changed);
        let refused = [
            (put(1).update(Task::author.set("eve")).await, "author"),
            (put(1).update(Task::rank.set(1)).await, "rank"),
            (put(1).update(Task::next.set(1)).await, "next"),
            (put(1).update(Task::label.set(Task::label.excluded())).await, "label"),
        ];
        for (outcome, field) in refused {
            let error = outcome.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. } | ErrorKind::InvalidQuery { .. }), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Task"), Some(field)));
        }
        Ok(())
    }

    /// Values of every sort come from the new row as they are, in one statement and in steps.
    async fn values_of_the_new_row(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Task::objects().using(db.handle());
        for (n, way) in ["whole", "steps", "many"].into_iter().enumerate() {
            on().create(task(way, 1)).await?;
            let due = DateTime::from_timestamp(1_700_000_000, 123_456_000).ok_or("no time")?;
            let extra = serde_json::json!({"a": [1, null, "é"], "n": n});
            let token = Uuid::from_u128(u128::MAX / 3);
            let new = NewTask {
                cost: Decimal::new(-12_345, 3),
                state: State::Done,
                place: Place { city: "Köln".to_owned(), floor: None },
                due: Some(due),
                extra: Some(extra.clone()),
                token,
                ..task(way, 40)
            };
            let set = (
                Task::cost.set(Task::cost + Task::cost.excluded()),
                Task::state.set(Task::state.excluded()),
                Task::place.set(Task::place.excluded()),
                Task::due.set(Task::due.excluded()),
                Task::extra.set(Task::extra.excluded()),
                Task::token.set(Task::token.excluded()),
                Task::points.set(Task::points.excluded() * 2 - Task::points),
            );
            match way {
                "whole" => drop(on().upsert(new).on_conflict(Task::code).update(set).await?),
                "steps" => drop(on().upsert(new).on_conflict(Task::code).update(set).created().await?),
                _ => drop(on().bulk_upsert([new]).on_conflict(Task::code).update(set).await?),
            }
            let row = on().filter(Task::code.eq(way)).one().await?;
            assert_eq!(row.cost, Decimal::new(-10_845, 3), "{way}");
            assert_eq!((row.state, row.place), (State::Done, Place { city: "Köln".to_owned(), floor: None }), "{way}");
            assert_eq!((row.due, row.extra, row.token, row.points), (Some(due), Some(extra), token, 79), "{way}");
        }
        // In conditions, with NULL on either side.
        let put = || on().upsert(task("whole", 1)).on_conflict(Task::code).update(Task::points.set(5));
        assert_eq!(put().filter(Task::due.gt(Task::due.excluded())).await?.points, 79);
        assert_eq!(put().filter(Task::place.eq(Task::place.excluded())).await?.points, 79);
        assert_eq!(put().filter(Task::place.ne(Task::place.excluded()) & Task::due.excluded().is_null()).await?.points, 5);
        Ok(())
    }

    /// Rules are looked at before anything is sent.
    async fn rules_of_values(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Task::objects().using(db.handle());
        let log = StatementLog::start();
        let named = || on().filter(Task::code.eq("a"));
        let failures = [
            on().upsert(task("a", 101)).on_conflict(Task::code).do_nothing().await.map(drop),
            on().upsert(task("a", 1)).on_conflict(Task::code).update(Task::points.set(101)).await.map(drop),
            on().bulk_upsert([task("a", 1), task("b", 101)]).on_conflict(Task::code).do_nothing().await.map(drop),
            on().bulk_create([task("a", 1), task("b", 101)]).ignore_conflicts().await.map(drop),
            named().get_or_create(task("a", 101)).await.map(drop),
            named().update_or_create(task("a", 1), Task::points.set(101)).await.map(drop),
        ];
        for failure in failures {
            let error = failure.unwrap_err();
            assert_eq!(error.invalid().iter().map(|invalid: &Invalid| invalid.field).collect::<Vec<_>>(), ["points"]);
        }
        assert_eq!(log.take(), []);
        Ok(())
    }

    /// No error shows what is sensitive.
    async fn secrets(db: &TestDb) -> Outcome {
        const SECRET: &str = "tr0ub4dor-and-3";
        db.handle().create_tables(&TABLES).await?;
        let on = || Secret::objects().using(db.handle());
        on().create(NewSecret::new(SECRET, "ann").pin("1234567")).await?;
        let new = || NewSecret::new(SECRET, "bob").pin("7654321");
        let set = || Secret::pin.set(Secret::pin.excluded());
        let failures = [
            on().upsert(new()).on_conflict(Secret::owner).update(set()).await.map(drop),
            on().upsert(new()).on_conflict(Secret::owner).update(set()).created().await.map(drop),
            on().bulk_upsert([new()]).on_conflict(Secret::owner).update(set()).await.map(drop),
            on().filter(Secret::owner.eq("bob")).get_or_create(new()).await.map(drop),
            on().filter(Secret::owner.eq("bob")).update_or_create(new(), set()).await.map(drop),
            on().upsert(new().pin("x".repeat(11))).on_conflict(Secret::token).update(set()).await.map(drop),
        ];
        for failure in failures {
            let error = failure.unwrap_err();
            let mut shown = format!("{error} {error:?} {:?}", error.kind());
            let mut source = std::error::Error::source(&error);
            while let Some(next) = source {
                shown.push_str(&format!("{next} {next:?}"));
                source = next.source();
            }
            assert!(!shown.contains(SECRET) && !shown.contains("7654321"), "{shown}");
        }
        let run = on().upsert(new()).on_conflict(Secret::token).update(set());
        assert!(!format!("{run:?}").contains(SECRET));
        assert_eq!(run.await?.pin.as_deref(), Some("7654321"));
        Ok(())
    }

    /// A table that is not ours may have keys that nobody told us of: no other row is changed by them.
    async fn keys_that_are_not_known(db: &TestDb) -> Outcome {
        db.oracle("CREATE TABLE ruled_foreign (id BIGINT PRIMARY KEY, hidden VARCHAR(20) NOT NULL UNIQUE, n INT NOT NULL)").await?;
        let on = || Foreign::objects().using(db.handle());
        on().create(NewForeign::new(1, "a", 10)).await?;
        let before = db.oracle("SELECT id, hidden, n FROM ruled_foreign").await?;
        let new = || NewForeign::new(2, "a", 20);
        let set = || Foreign::n.set(Foreign::n.excluded());
        for failure in [
            on().upsert(new()).on_conflict(Foreign::id).update(set()).await.map(drop),
            on().upsert(new()).on_conflict(Foreign::id).do_nothing().await.map(drop),
            on().bulk_upsert([NewForeign::new(3, "c", 1), new()]).on_conflict(Foreign::id).update(set()).await.map(drop),
        ] {
            assert!(failure.unwrap_err().is_unique_violation());
            assert_eq!(db.oracle("SELECT id, hidden, n FROM ruled_foreign").await?, before);
        }
        let row = on().upsert(NewForeign::new(1, "b", 5)).on_conflict(Foreign::id).update(set()).await?;
        assert_eq!((row.hidden.as_str(), row.n), ("a", 5));
        assert_eq!(on().bulk_create([new(), NewForeign::new(3, "c", 1)]).ignore_conflicts().await?, 1);
        Ok(())
    }

    /// Nor by those that somebody has added to a table that is ours.
    async fn keys_that_were_added(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let on = || Task::objects().using(db.handle());
        on().create(task("a", 1)).await?;
        let before = db.oracle("SELECT code, points FROM ruled_task").await?;
        db.oracle("CREATE UNIQUE INDEX added ON ruled_task (author)").await?;
        let new = || [task("a", 50), task("b", 50)];
        let set = || Task::points.set(Task::points.excluded());
        let failures = [
            on().upsert(task("b", 50)).on_conflict(Task::code).update(set()).await.map(drop),
            on().upsert(task("b", 50)).on_conflict(Task::code).do_nothing().await.map(drop),
            on().bulk_upsert(new()).on_conflict(Task::code).update(set()).await.map(drop),
            orm::atomic(async |_| on().bulk_upsert(new()).on_conflict(Task::code).update(set()).await.map(drop)).using(db.handle()).await,
        ];
        for failure in failures {
            let error = failure.unwrap_err();
            assert!(error.is_unique_violation(), "{error:?}");
            assert_eq!(error.model(), Some("Task"));
            assert_eq!(db.oracle("SELECT code, points FROM ruled_task").await?, before);
        }
        Ok(())
    }

    /// On a connection and in a transaction of the caller's own: used, never ended.
    async fn on_what_is_lent(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        macro_rules! lent {
            ($connection:ty, $url:expr, $schema:expr) => {{
                let mut connection = <$connection>::connect($url).await?;
                if let Some(schema) = $schema {
                    sqlx::query(sqlx::AssertSqlSafe(schema)).execute(&mut connection).await?;
                }
                let tasks = Task::objects;
                let set = || Task::points.set(Task::points + 1);
                for created in [true, false] {
                    let put = tasks().using(&mut connection).upsert(task("a", 1)).on_conflict(Task::code);
                    assert_eq!(put.update(set()).created().await?.1, created);
                    let named = tasks().filter(Task::code.eq("b")).using(&mut connection);
                    assert_eq!(named.get_or_create(task("b", 1)).await?.1, created);
                    let named = tasks().filter(Task::code.eq("c")).using(&mut connection);
                    assert_eq!(named.update_or_create(task("c", 1), set()).await?.1, created);
                }
                assert_eq!(Task::objects().using(db.handle()).count().await?, 3);
                let mut tx = connection.begin().await?;
                let put = tasks().upsert(task("d", 1)).using(&mut tx).on_conflict(Task::code);
                put.update(set()).await?;
                let named = tasks().filter(Task::code.eq("a")).using(&mut tx);
                assert_eq!(named.update_or_create(task("a", 1), set()).await?.0.points, 3);
                let many = ["a", "d", "e"].map(|code| task(code, 1));
                let put = tasks().bulk_upsert(many.clone()).using(&mut tx).on_conflict(Task::code);
                assert_eq!(put.update(set()).await?, 3);
                let put = tasks().using(&mut tx).bulk_create(many).ignore_conflicts();
                assert_eq!(put.await?, 0);
                assert_eq!(tasks().using(&mut tx).count().await?, 5);
                tx.rollback().await?;
                let points = Task::objects().using(db.handle()).order_by(Task::code).select(Task::points).all().await?;
                assert_eq!(points, [2, 1, 2]);
            }};
        }
        match db.kind() {
            Kind::Sqlite => {
                let url = format!("sqlite://{}", db.path().ok_or("no file")?.display());
                lent!(sqlx::SqliteConnection, &url, None::<String>);
            }
            Kind::Postgres => {
                let schema = db.url().split_once("search_path%3D").map_or("", |(_, schema)| schema);
                let url = db.url().split('?').next().unwrap_or(db.url());
                lent!(sqlx::PgConnection, url, Some(format!("SET search_path = {schema}")));
            }
            Kind::MariaDb | Kind::MySql => lent!(sqlx::MySqlConnection, db.url(), None::<String>),
        }
        Ok(())
    }

    /// The first statement is shown, with what it says of the key.
    async fn shown_as_sql(db: &TestDb) -> Outcome {
        let backend = match db.kind() {
            Kind::Sqlite => Backend::Sqlite,
            Kind::Postgres => Backend::Postgres,
            Kind::MariaDb => Backend::MariaDb,
            Kind::MySql => Backend::MySql,
        };
        let put = || Task::objects().upsert(task("a", 1)).on_conflict(Task::code);
        let sql = put().update(Task::points.set(Task::points + Task::points.excluded())).to_sql(backend)?;
        let many = Task::objects().bulk_upsert([task("a", 1)]).on_conflict(Task::code);
        let many = many.update(Task::points.set(Task::points.excluded())).to_sql(backend)?;
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => {
                assert!(sql.contains("ON CONFLICT (\"code\") DO UPDATE SET ") && sql.contains("\"excluded\".\"points\""), "{sql}");
                assert!(many.contains("ON CONFLICT (\"code\") DO UPDATE SET "), "{many}");
            }
            Kind::MariaDb | Kind::MySql => {
                assert!(sql.contains("ON DUPLICATE KEY UPDATE `code` = IF("), "{sql}");
                assert!(many.contains("`points` = VALUES(`points`)"), "{many}");
            }
        }
        let refused = Task::objects().upsert(task("a", 1)).on_conflict(Task::points).do_nothing().to_sql(backend);
        assert!(matches!(refused.unwrap_err().kind(), ErrorKind::NotUnique { .. }));
        Ok(())
    }
}
