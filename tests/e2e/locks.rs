//! Locks on the rows that a query gives.

use orm::prelude::*;
use orm::{Backend, ErrorKind};
use orm_tests::{Kind, Outcome, TestDb, cases, listing};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lock_owners")]
struct Owner {
    #[field(primary_key, insertable)]
    id: i64,
    credit: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lock_tasks")]
struct Task {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(related_name = tasks)]
    owner: ForeignKey<Owner>,
    helper: Option<ForeignKey<Owner>>,
    done: bool,
}

async fn tables(db: &TestDb) -> orm::Result<()> {
    db.handle().create_tables(&[Owner::TABLE, Task::TABLE]).await?;
    Owner::objects().using(db.handle()).bulk_create((1..=2).map(|id| NewOwner::new(0).id(id))).await?;
    let task = |id: i64| NewTask::new(id % 2 + 1, false).id(id);
    Task::objects().using(db.handle()).bulk_create((1..=4).map(task)).await?;
    Ok(())
}

fn is_busy<T: std::fmt::Debug>(outcome: orm::Result<T>) {
    let error = outcome.expect_err("others have a lock");
    assert!(matches!(error.kind(), ErrorKind::Busy), "{error:?}");
    assert!(error.is_retryable() && error.model().is_some() && error.database().is_some(), "{error:?}");
}

fn reason<T: std::fmt::Debug>(outcome: orm::Result<T>) -> String {
    let error = outcome.expect_err("refused");
    match error.kind() {
        ErrorKind::InvalidQuery { reason } => {
            assert!(error.model().is_some(), "{error:?}");
            reason.clone()
        }
        other => panic!("{other:?}"),
    }
}

fn feature<T: std::fmt::Debug>(outcome: orm::Result<T>) -> &'static str {
    let error = outcome.expect_err("refused");
    match error.kind() {
        ErrorKind::Unsupported { feature, .. } => feature,
        other => panic!("{other:?}"),
    }
}

/// The same database for somebody else, whose transactions are not ours.
async fn elsewhere(db: &TestDb) -> orm::Result<Database> {
    Database::open("elsewhere", listing::url(db)).await
}

/// The tasks that somebody else can lock at once.
async fn free(others: &Database) -> orm::Result<Vec<i64>> {
    orm::atomic(async |_| {
        let tasks = Task::objects().using(others).order_by(Task::id);
        tasks.for_update().skip_locked().select(Task::id).all().await
    })
    .using(others)
    .await
}

/// The row, locked by somebody else.
async fn owner(others: &Database, id: i64) -> orm::Result<Owner> {
    orm::atomic(async |_| Owner::objects().using(others).for_update().nowait().get(id).await)
        .using(others)
        .await
}

cases! {
    #![needs(Server)]

    /// A locked row is left out by some, and an error for others, until the transaction ends.
    async fn rows_of_others(db: &TestDb) -> Outcome {
        tables(db).await?;
        let others = elsewhere(db).await?;
        let tasks = || Task::objects().using(db.handle());
        let theirs = || Task::objects().using(&others);
        orm::atomic(async |_| {
            let mine = tasks().order_by(Task::id).for_update().skip_locked().limit(2).all().await?;
            assert_eq!(mine.iter().map(|task| task.id).collect::<Vec<_>>(), [1, 2]);
            assert_eq!(free(&others).await?, [3, 4]);
            is_busy(orm::atomic(async |_| theirs().for_update().nowait().get(2).await).using(&others).await);
            is_busy(orm::atomic(async |_| theirs().for_share().nowait().get(1).await).using(&others).await);
            // Whoever locks nothing reads on.
            assert_eq!(theirs().count().await?, 4);
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        assert_eq!(free(&others).await?, [1, 2, 3, 4]);
        others.close().await?;
        Ok(())
    }

    /// Several may lock a row for reading; nobody may then change it.
    async fn shared(db: &TestDb) -> Outcome {
        tables(db).await?;
        let others = elsewhere(db).await?;
        let theirs = || Task::objects().using(&others);
        orm::atomic(async |_| {
            Task::objects().using(db.handle()).for_share().get(1).await?;
            orm::atomic(async |_| {
                assert_eq!(theirs().for_share().nowait().get(1).await?.id, 1);
                let all = theirs().for_share().skip_locked().order_by(Task::id).select(Task::id).all().await?;
                assert_eq!(all, [1, 2, 3, 4]);
                Ok::<_, orm::Error>(())
            })
            .using(&others)
            .await?;
            assert_eq!(free(&others).await?, [2, 3, 4]);
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        others.close().await?;
        Ok(())
    }

    /// Whoever waits for a row gets it as the others have left it, whatever the transaction has seen before.
    async fn rows_as_they_are_now(db: &TestDb) -> Outcome {
        tables(db).await?;
        let owners = || Owner::objects().using(db.handle());
        let rounds = 8;
        let add = || async {
            orm::atomic(async |_| {
                owners().count().await?;
                let owner = owners().for_update().get(1).await?;
                let credit = owner.credit + 1;
                owners().filter(Owner::id.eq(1)).update(Owner::credit.set(credit)).await
            })
            .using(db.handle())
            .await
        };
        let all = futures_util::future::join_all((0..rounds).map(|_| add())).await;
        for outcome in all {
            outcome?;
        }
        assert_eq!(owners().get(1).await?.credit, rounds);
        Ok(())
    }

    /// Rows of relations are locked where they are named, and else are not.
    async fn related_rows(db: &TestDb) -> Outcome {
        tables(db).await?;
        let tasks = || Task::objects().using(db.handle()).select_related(Task::owner);
        let others = elsewhere(db).await?;
        let own = orm::atomic(async |_| {
            tasks().for_update().get(1).await?;
            owner(&others, 2).await.map(|owner| owner.id)
        })
        .using(db.handle())
        .await;
        if db.kind() == Kind::MariaDb {
            assert_eq!(feature(own), "locks that leave out rows of joined tables");
            let more: orm::Result<Owner> = orm::atomic(async |_| {
                tasks().for_update().if_supported().get(1).await?;
                owner(&others, 2).await
            })
            .using(db.handle())
            .await;
            is_busy(more);
        } else {
            assert_eq!(own?, 2);
        }
        let named: orm::Result<Owner> = orm::atomic(async |_| {
            let (task, its) = tasks().for_update().lock_related(Task::owner).get(1).await?;
            assert_eq!((task.id, its.id), (1, 2));
            assert_eq!(owner(&others, 1).await?.id, 1);
            owner(&others, 2).await
        })
        .using(db.handle())
        .await;
        is_busy(named);
        // Not read, but joined for it.
        let unread: orm::Result<Owner> = orm::atomic(async |_| {
            Task::objects().using(db.handle()).for_update().lock_related(Task::owner).get(1).await?;
            owner(&others, 2).await
        })
        .using(db.handle())
        .await;
        is_busy(unread);
        let absent: orm::Result<Task> = orm::atomic(async |_| {
            Task::objects().using(db.handle()).for_update().lock_related(Task::helper).get(1).await
        })
        .using(db.handle())
        .await;
        match db.kind() {
            Kind::Postgres => assert_eq!(feature(absent), "locks on related rows that may be absent"),
            _ => assert_eq!(absent?.id, 1),
        }
        others.close().await?;
        Ok(())
    }

    /// The rows of a stream are locked as they are read.
    async fn in_a_stream(db: &TestDb) -> Outcome {
        tables(db).await?;
        let others = elsewhere(db).await?;
        orm::atomic(async |_| {
            let mut rows = Task::objects().using(db.handle()).order_by(Task::id).for_update().skip_locked().stream();
            let mut read = Vec::new();
            while let Some(task) = rows.try_next().await? {
                read.push(task.id);
            }
            assert_eq!(read, [1, 2, 3, 4]);
            drop(rows);
            assert_eq!(free(&others).await?, Vec::<i64>::new());
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        others.close().await?;
        listing::no_transaction(db).await?;
        Ok(())
    }
}

cases! {
    /// What no lock can be on, and a lock that nobody would have, are refused before anything is sent.
    async fn refused(db: &TestDb) -> Outcome {
        tables(db).await?;
        let tasks = || Task::objects().using(db.handle()).for_update().if_supported();
        assert_eq!(
            reason(tasks().all().await),
            "a lock outside of a transaction, which would end with the statement: use `orm::atomic`"
        );
        assert_eq!(reason(tasks().count().await), "`count` locks no rows: remove `for_update` or `for_share`");
        assert_eq!(reason(tasks().exists().await), "`exists` locks no rows: remove `for_update` or `for_share`");
        let many = reason(tasks().aggregate(count_rows()).await);
        assert_eq!(many, "`aggregate` locks no rows: remove `for_update` or `for_share`");
        for outcome in [
            reason(tasks().filter(Task::id.eq(1)).update(Task::done.set(true)).await),
            reason(tasks().filter(Task::id.eq(1)).delete().await),
        ] {
            assert_eq!(outcome, "a write, which locks what it changes, locks no rows: remove `for_update` or `for_share`");
        }
        assert!(reason(tasks().filter(Task::id.eq(1)).get_or_create(NewTask::new(1, true).id(9)).await).contains("lock"));
        orm::atomic(async |tx| {
            let distinct = reason(tasks().distinct().select(Task::done).all().await);
            assert!(distinct.starts_with("a query of distinct or grouped rows locks no rows"), "{distinct}");
            let inner = Owner::objects().using(db.handle()).filter(Owner::id.in_(tasks().select(Task::id)));
            assert!(reason(inner.all().await).starts_with("a query within another locks no rows"));
            let both = reason(tasks().skip_locked().nowait().all().await);
            assert_eq!(both, "`nowait` and `skip_locked` at once: remove one of them");
            let plain = || Task::objects().using(db.handle());
            for said in [plain().skip_locked(), plain().nowait(), plain().if_supported()] {
                let said = reason(said.all().await);
                assert_eq!(said, "what is said of a lock, without `for_update` or `for_share`");
            }
            // None of them was sent: the transaction goes on.
            assert_eq!(Task::objects().using(&tx).count().await?, 4);
            assert_eq!(tasks().order_by(Task::id).first().await?.map(|task| task.id), Some(1));
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        Ok(())
    }

    /// SQLite locks no rows, and says so.
    async fn without_row_locks(db: &TestDb) -> Outcome {
        tables(db).await?;
        let outcome: orm::Result<Vec<Task>> =
            orm::atomic(async |_| Task::objects().using(db.handle()).for_update().all().await).using(db.handle()).await;
        match db.kind() {
            Kind::Sqlite => assert_eq!(feature(outcome), "row locks"),
            _ => assert_eq!(outcome?.len(), 4),
        }
        Ok(())
    }

    /// Each backend has words of its own.
    async fn texts(db: &TestDb) -> Outcome {
        let tasks = || Task::objects();
        let end = |sql: String| sql.rsplit_once(" FOR ").or(sql.rsplit_once(" LOCK ")).map(|(_, end)| end.to_owned());
        let of = |backend: Backend| {
            let shared = tasks().for_share().skip_locked().to_sql(backend).map(end);
            let related = tasks().for_update().lock_related(Task::owner).nowait().to_sql(backend).map(end);
            (shared, related)
        };
        let (shared, related) = match db.kind() {
            Kind::Sqlite => {
                let (shared, related) = of(Backend::Sqlite);
                assert_eq!((feature(shared), feature(related)), ("row locks", "row locks"));
                let sql = tasks().for_update().if_supported().to_sql(Backend::Sqlite)?;
                assert!(!sql.contains(" FOR "), "{sql}");
                return Ok(());
            }
            Kind::Postgres => of(Backend::Postgres),
            Kind::MySql => of(Backend::MySql),
            Kind::MariaDb => of(Backend::MariaDb),
        };
        let (shared, related) = (shared?.unwrap_or_default(), related?.unwrap_or_default());
        let expected = match db.kind() {
            Kind::Postgres => ("SHARE OF \"t0\" SKIP LOCKED", "UPDATE OF \"t0\", \"t1\" NOWAIT"),
            Kind::MySql => ("SHARE OF `t0` SKIP LOCKED", "UPDATE OF `t0`, `t1` NOWAIT"),
            Kind::MariaDb | Kind::Sqlite => ("IN SHARE MODE SKIP LOCKED", "UPDATE NOWAIT"),
        };
        assert_eq!((shared.as_str(), related.as_str()), expected);
        Ok(())
    }
}
