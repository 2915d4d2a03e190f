//! The row that is found, or a new one: also where somebody else is faster.

use std::future::Future;
use std::task::Poll;

use orm::model::Table;
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, Isolation, PoolOptions};
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// A name for something.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "got_tag")]
pub(crate) struct Tag {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 40, unique)]
    pub name: String,
    #[field(max_length = 40, unique)]
    pub slug: Option<String>,
    #[field(default = 0)]
    pub uses: i32,
    #[field(auto_now_add)]
    pub made: DateTime<Utc>,
    #[field(auto_now)]
    pub changed: DateTime<Utc>,
}

/// What goes by a key of its own, and a foreign key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "got_note", primary_key(tag, number))]
pub(crate) struct Note {
    #[field(on_delete = cascade, related_name = notes)]
    pub tag: ForeignKey<Tag>,
    pub number: i32,
    #[field(max_length = 20)]
    pub text: String,
}

const TABLES: [&Table; 2] = [Tag::TABLE, Note::TABLE];

async fn uses(db: &TestDb) -> Result<Vec<Vec<Option<String>>>, Box<dyn std::error::Error + Send + Sync>> {
    db.oracle("SELECT name, uses FROM got_tag ORDER BY name").await
}

fn row(name: &str, uses: i32) -> Vec<Option<String>> {
    vec![Some(name.to_owned()), Some(uses.to_string())]
}

cases! {
    /// Got, created, updated: the row as the database holds it, and whether it is new.
    async fn got_or_created(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let named = |name: &str| Tag::objects().using(db.handle()).filter(Tag::name.eq(name));
        let (rust, created) = named("rust").get_or_create(NewTag::new("rust").uses(3)).await?;
        assert!(created);
        let log = StatementLog::start();
        let again = named("rust").get_or_create(NewTag::new("rust").uses(99)).await?;
        assert_eq!(log.take().len(), 1, "it is there, and that is all");
        assert_eq!(again, (rust.clone(), false));
        let bump = || Tag::uses.set(Tag::uses + Tag::uses.excluded());
        let (row, created) = named("rust").update_or_create(NewTag::new("rust").uses(10), bump()).await?;
        assert_eq!((row.uses, row.made, created), (13, rust.made, false));
        assert!(row.changed >= rust.changed);
        let (sql, created) = named("sql").update_or_create(NewTag::new("sql").uses(10), bump()).await?;
        assert_eq!((sql.uses, created), (10, true));
        assert_eq!(uses(db).await?, [self::row("rust", 13), self::row("sql", 10)]);
        // By a key of two columns, and by what another table says.
        let notes = || Note::objects().using(db.handle());
        let first = || notes().filter(Note::tag.eq(&rust) & Note::number.eq(1));
        for (text, created) in [("one", true), ("two", false)] {
            let got = first().get_or_create(NewNote::new(&rust, 1, text)).await?;
            assert_eq!((got.0.text.as_str(), got.1), ("one", created));
        }
        let of_rust = || notes().filter(Note::tag.to(Tag::name).eq("rust") & Note::number.eq(1));
        let (note, created) = of_rust().update_or_create(NewNote::new(&rust, 1, "new"), Note::text.set("set")).await?;
        assert_eq!((note.text.as_str(), created), ("set", false));
        assert_eq!(of_rust().get_or_create(NewNote::new(&rust, 1, "new")).await?, (note, false));
        Ok(())
    }

    /// The second run builds nothing.
    async fn built_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let builds = orm::statistics::sql_builds_here;
        let named = |name: &str| Tag::objects().using(db.handle()).filter(Tag::name.eq(name));
        let mut warm = 0;
        for round in 0..4_i32 {
            for again in [false, true] {
                let name = format!("a{round}");
                assert_eq!(named(&name).get_or_create(NewTag::new(&name)).await?.1, !again);
                let name = format!("b{round}");
                let set = Tag::uses.set(Tag::uses + round);
                assert_eq!(named(&name).update_or_create(NewTag::new(&name), set).await?.1, !again);
            }
            if round == 0 {
                warm = builds();
            }
        }
        assert_eq!(builds(), warm);
        Ok(())
    }

    /// What cannot be meant is refused; what is in the way by another key is the error that it is.
    async fn what_goes_wrong(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let tags = || Tag::objects().using(db.handle());
        for name in ["a", "b"] {
            tags().create(NewTag::new(name).slug(name)).await?;
        }
        let before = uses(db).await?;
        let new = || NewTag::new("c").slug("a");
        let nobody = || tags().filter(Tag::name.eq("c"));
        for error in [
            nobody().get_or_create(new()).await.unwrap_err(),
            nobody().update_or_create(new(), Tag::uses.set(1)).await.unwrap_err(),
        ] {
            assert!(error.is_unique_violation(), "{error:?}");
            assert_eq!(error.model(), Some("Tag"));
        }
        for error in [
            tags().filter(Tag::uses.eq(0)).get_or_create(new()).await.unwrap_err(),
            tags().filter(Tag::uses.eq(0)).update_or_create(new(), Tag::uses.set(1)).await.unwrap_err(),
        ] {
            assert_eq!(*error.kind(), ErrorKind::MultipleObjects);
        }
        let log = StatementLog::start();
        for error in [
            tags().get_or_create(new()).await.unwrap_err(),
            tags().filter_opt(None::<&str>, |name| Tag::name.eq(name)).get_or_create(new()).await.unwrap_err(),
            tags().filter(Q::all_of(Vec::<Q<Tag>>::new())).update_or_create(new(), Tag::uses.set(1)).await.unwrap_err(),
            nobody().limit(1).get_or_create(new()).await.unwrap_err(),
            nobody().update_or_create(new(), Tag::id.set(7)).await.unwrap_err(),
            nobody().update_or_create(new(), Vec::new()).await.unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            assert_eq!(error.model(), Some("Tag"));
        }
        assert_eq!(log.take(), []);
        let long = "x".repeat(41);
        let error = nobody().get_or_create(NewTag::new(&long)).await.unwrap_err();
        assert_eq!((matches!(error.kind(), ErrorKind::InvalidValue { .. }), error.field()), (true, Some("name")));
        assert_eq!(uses(db).await?, before);
        Ok(())
    }

    /// Many at once: one of them creates the row, all get it, and none fails.
    async fn one_creator(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        for round in 0..5 {
            let tasks: Vec<_> = (0..24).map(|_| {
                let handle = db.handle().clone();
                tokio::spawn(async move {
                    let name = format!("race {round}");
                    let named = Tag::objects().using(&handle).filter(Tag::name.eq(&name));
                    named.get_or_create(NewTag::new(&name).slug(name.as_str())).await
                })
            }).collect();
            let mut ids = Vec::new();
            let mut created = 0;
            for task in tasks {
                let (tag, new) = task.await??;
                ids.push(tag.id);
                created += i32::from(new);
            }
            ids.dedup();
            assert_eq!((ids.len(), created), (1, 1));
        }
        assert_eq!(Tag::objects().using(db.handle()).count().await?, 5);
        assert_eq!(db.handle().pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }

    /// The same with a change: every one that did not create has changed it, once.
    async fn one_creator_and_every_change(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        for round in 0..3 {
            let tasks: Vec<_> = (0..24).map(|_| {
                let handle = db.handle().clone();
                tokio::spawn(async move {
                    let name = format!("race {round}");
                    let named = Tag::objects().using(&handle).filter(Tag::name.eq(&name));
                    named.update_or_create(NewTag::new(&name).slug(name.as_str()), Tag::uses.set(Tag::uses + 1)).await
                })
            }).collect();
            let mut created = 0;
            for task in tasks {
                created += i32::from(task.await??.1);
            }
            assert_eq!(created, 1);
        }
        let expected: Vec<_> = (0..3).map(|round| row(&format!("race {round}"), 23)).collect();
        assert_eq!(uses(db).await?, expected);
        Ok(())
    }

    /// Inside of transactions, of which each has looked before: they go on, and one of them is the creator.
    async fn one_creator_among_transactions(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let tasks: Vec<_> = (0..12).map(|n| {
            let handle = db.handle().clone();
            tokio::spawn(async move {
                orm::atomic(async |_| {
                    let tags = || Tag::objects().using(&handle);
                    tags().count().await?;
                    let named = || tags().filter(Tag::name.eq("race"));
                    let (tag, mut created) = named().get_or_create(NewTag::new("race")).await?;
                    if n % 2 == 0 {
                        let bump = Tag::uses.set(Tag::uses + 1);
                        let (again, new) = named().update_or_create(NewTag::new("race"), bump).await?;
                        assert_eq!(again.id, tag.id);
                        created |= new;
                    }
                    // The transaction is as it was. (What comes before `race` may be locked by those who wait for it.)
                    tags().create(NewTag::new(format!("then {n}"))).await?;
                    Ok::<_, orm::Error>(created)
                })
                .using(&handle)
                .await
            })
        }).collect();
        let mut created = 0;
        for task in tasks {
            created += i32::from(task.await??);
        }
        assert_eq!(created, 1);
        let tags = Tag::objects().using(db.handle());
        assert_eq!(tags.clone().count().await?, 13);
        assert_eq!(tags.filter(Tag::name.eq("race")).one().await?.uses, 6);
        Ok(())
    }

    /// A transaction that has looked before finds the row of whoever was faster, or is told to begin anew.
    async fn somebody_was_faster(db: &TestDb) -> Outcome {
        if db.kind() == Kind::Sqlite {
            // Nobody is, while a transaction of ours may write.
            return Ok(());
        }
        db.handle().create_tables(&TABLES).await?;
        let tags = || Tag::objects().using(db.handle());
        for isolation in [Isolation::ReadCommitted, Isolation::RepeatableRead] {
            for change in [false, true] {
                let name = format!("{isolation:?} {change}");
                let outcome: orm::Result<(Tag, bool)> = orm::atomic(async |_| {
                    assert_eq!(tags().filter(Tag::name.eq(&name)).count().await?, 0);
                    tags().create(NewTag::new(&name).uses(7)).outside_transaction().await?;
                    let named = tags().filter(Tag::name.eq(&name));
                    let got = match change {
                        false => named.get_or_create(NewTag::new(&name)).await?,
                        true => named.update_or_create(NewTag::new(&name), Tag::uses.set(Tag::uses + 1)).await?,
                    };
                    tags().create(NewTag::new(format!("{name} after"))).await?;
                    Ok(got)
                })
                .using(db.handle())
                .isolation(isolation)
                .await;
                match (db.kind(), isolation) {
                    (Kind::Postgres, Isolation::RepeatableRead) => {
                        let error = outcome.unwrap_err();
                        assert!(error.is_retryable() && *error.kind() == ErrorKind::Serialization, "{error:?}");
                    }
                    // From version 11.6 on it may say the same.
                    (Kind::MariaDb, Isolation::RepeatableRead) if outcome.is_err() => {
                        assert_eq!(*outcome.unwrap_err().kind(), ErrorKind::Serialization);
                    }
                    _ => {
                        let (tag, created) = outcome?;
                        assert_eq!((tag.uses, created), (if change { 8 } else { 7 }, false));
                    }
                }
            }
        }
        Ok(())
    }

    /// Who creates the row gives it up again, now and then, while others wait for it: none of those fails.
    async fn creators_who_give_up(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let tasks: Vec<_> = (0..24).map(|n| {
            let handle = db.handle().clone();
            tokio::spawn(async move {
                let named = || Tag::objects().using(&handle).filter(Tag::name.eq("race"));
                let new = || NewTag::new("race").slug("race");
                match n % 4 {
                    0 => {
                        let given_up = orm::atomic(async |_| {
                            let (_, created) = named().get_or_create(new()).await?;
                            Tag::objects().using(&handle).get(-1).await?;
                            Ok::<_, orm::Error>(created)
                        }).using(&handle).await;
                        assert!(given_up.is_err_and(|error| error.is_not_found() || error.is_retryable()));
                        Ok(false)
                    }
                    1 => Ok(named().update_or_create(new(), Tag::uses.set(Tag::uses + 1)).await?.1),
                    2 => {
                        let put = Tag::objects().using(&handle).upsert(new()).on_conflict(Tag::name);
                        Ok(put.update(Tag::uses.set(Tag::uses + 1)).created().await?.1)
                    }
                    _ => named().get_or_create(new()).await.map(|(_, created)| created),
                }
            })
        }).collect();
        let mut created = 0;
        for task in tasks {
            let outcome: orm::Result<bool> = task.await?;
            created += i32::from(outcome?);
        }
        assert_eq!(created, 1);
        assert_eq!(db.handle().pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }

    /// On threads of their own and through pools of their own: one creator, and every change.
    async fn on_several_threads(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let url = db.url().to_owned();
        let outcome = tokio::task::spawn_blocking(move || {
            let threads: Vec<_> = (0..4).map(|n| {
                let url = url.clone();
                std::thread::spawn(move || -> Result<i32, String> {
                    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
                    runtime.map_err(|error| error.to_string())?.block_on(async move {
                        // Four pools beside those of other cases: a server has so many connections and no more.
                        let few = DatabaseOptions::url(url.as_str()).pool(PoolOptions::new().max_connections(10));
                        let own = Database::open(&format!("several threads {n}"), few).await.map_err(|e| e.to_string())?;
                        let tasks: Vec<_> = (0..40).map(|n| {
                            let own = own.clone();
                            tokio::spawn(async move {
                                let name = format!("race {}", n % 10);
                                let named = Tag::objects().using(&own).filter(Tag::name.eq(&name));
                                let bump = Tag::uses.set(Tag::uses + 1);
                                let (_, created) = named.update_or_create(NewTag::new(&name), bump).await?;
                                Ok::<_, orm::Error>(created)
                            })
                        }).collect();
                        let mut created = 0;
                        for task in tasks {
                            created += i32::from(task.await.map_err(|e| e.to_string())?.map_err(|e| format!("{e:?}"))?);
                        }
                        own.close().await.map_err(|e| e.to_string())?;
                        Ok(created)
                    })
                })
            }).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("panicked".to_owned()))).sum::<Result<i32, String>>()
        })
        .await?;
        assert_eq!(outcome?, 10);
        // Of 160 writes ten were inserts.
        assert_eq!(db.oracle("SELECT COUNT(*), SUM(uses) FROM got_tag").await?, [[Some("10".to_owned()), Some("150".to_owned())]]);
        Ok(())
    }

    /// Dropped at every poll: all of it or nothing, no connection is lost and nothing stays locked.
    async fn dropped_at_every_poll(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let tags = || Tag::objects().using(db.handle());
        let named = |name: &str| tags().filter(Tag::name.eq(name));
        let bump = || Tag::uses.set(Tag::uses + 1);
        let new = |name: &str| NewTag::new(name).uses(10);
        for name in ["alone", "beside"] {
            tags().create(NewTag::new(name)).await?;
        }
        // How often a future waits depends on the server: each way once, and then until there were enough.
        let least = if db.kind() == Kind::Sqlite { 0 } else { 40 };
        let (mut points, mut bumps, mut tried) = (0, 0, 0);
        for (turn, way) in (0..7).cycle().enumerate() {
            if turn >= 7 && points >= least {
                break;
            }
            assert!(turn < 700, "{points} points");
            for polls in 0..400 {
                let fresh = format!("{way} {turn} {polls}");
                let future: std::pin::Pin<Box<dyn Future<Output = orm::Result<()>>>> = match way {
                    0 => Box::pin(async { named(&fresh).get_or_create(new(&fresh)).await.map(drop) }),
                    1 => Box::pin(async { named("alone").update_or_create(new("alone"), bump()).await.map(drop) }),
                    2 => Box::pin(async { named(&fresh).update_or_create(new(&fresh), bump()).await.map(drop) }),
                    3 => Box::pin(async {
                        tags().upsert(new("alone")).on_conflict(Tag::name).update(bump()).created().await.map(drop)
                    }),
                    4 => Box::pin(async { tags().upsert(new(&fresh)).on_conflict(Tag::name).do_nothing().await.map(drop) }),
                    5 => Box::pin(async {
                        let rows = [new("beside"), new(&fresh).slug(fresh.as_str())];
                        tags().bulk_upsert(rows).on_conflict(Tag::name).update(bump()).await.map(drop)
                    }),
                    _ => Box::pin(async {
                        let rows = [new("alone"), new(&fresh)];
                        tags().bulk_create(rows).ignore_conflicts().await.map(drop)
                    }),
                };
                tried += i32::from(way == 1 || way == 3);
                if let Some(outcome) = polled(future, polls).await {
                    outcome?;
                    bumps += i32::from(way == 1 || way == 3);
                    points += polls;
                    break;
                }
            }
        }
        println!("{}: {points} points", db.kind());
        // Whether what was given up on its way took place, the server says, now or in a moment; a half does not.
        let rows = tags().select((Tag::name, Tag::uses)).all().await?;
        let uses = |wanted: &str| rows.iter().find(|(name, _)| name == wanted).map_or(-1, |(_, uses)| *uses);
        assert!((bumps..=tried).contains(&uses("alone")), "{bumps} {tried} {rows:?}");
        let beside = rows.iter().filter(|(name, _)| name.starts_with("5 ")).count();
        assert_eq!(usize::try_from(uses("beside"))?, beside, "{rows:?}");
        assert!(rows.iter().all(|(name, uses)| name.ends_with('e') || *uses == 10 ), "{rows:?}");
        assert_eq!(db.handle().pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }
}

/// The output, if it is there after so many polls; else the future is dropped.
async fn polled<T>(
    mut future: std::pin::Pin<Box<dyn Future<Output = T> + '_>>,
    mut left: usize,
) -> Option<T> {
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
