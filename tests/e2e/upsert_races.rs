//! Upserts inside of transactions, and by many at the same moment.

use orm::prelude::*;
use orm::{ErrorKind, Isolation};
use orm_tests::{Kind, Outcome, cases};

use crate::upsert::{Member, NewMember, NewPage, Page, TABLES, two_members};

cases! {
    /// A transaction goes on after each of them; one that has seen the table before finds rows that are newer.
    async fn in_transactions(db: &TestDb) -> Outcome {
        two_members(db).await?;
        let on = || Member::objects().using(db.handle());
        let put = |name: &str| on().upsert(NewMember::new(name)).on_conflict(Member::name);
        orm::atomic(async |tx| {
            assert_eq!(on().count().await?, 2);
            if db.kind() != Kind::Sqlite {
                // Where there is more than one writer.
                for name in ["new", "newer", "left", "same", "told"] {
                    on().create(NewMember::new(name).age(1)).outside_transaction().await?;
                }
                // Set to what they are, or left alone, so that there is no version of them that is ours.
                let same = || (Member::visits.set(Member::visits), Member::changed.set(Member::changed));
                assert_eq!(put("left").do_nothing().await?.age, Some(1));
                assert_eq!(put("same").update(same()).await?.age, Some(1));
                assert!(!put("told").update(same()).created().await?.1);
                on().filter(Member::name.in_(["left", "same", "told"])).delete().await?;
            }
            for name in ["ann", "cyd", "new", "newer"] {
                let row = put(name).update(Member::visits.set(Member::visits + 1)).await?;
                assert_eq!(row.name, name);
                let (row, created) = put(name).update(Member::visits.set(Member::visits + 1)).created().await?;
                assert_eq!((row.name.as_str(), created), (name, false));
                assert_eq!(put(name).do_nothing().await?, row);
            }
            tx.atomic(async |_| put("dan").update(Member::visits.set(1)).created().await.map(drop)).await?;
            let undone: orm::Result<()> = tx.atomic(async |_| {
                put("eve").update(Member::visits.set(1)).await?;
                put("ann").update(Member::visits.set(100)).created().await?;
                on().get(-1).await.map(drop)
            }).await;
            assert!(undone.is_err_and(|error| error.is_not_found()));
            Ok::<_, orm::Error>(())
        })
        .using(db.handle())
        .await?;
        let visits = on().order_by(Member::name).select((Member::name, Member::visits)).all().await?;
        let visits: Vec<_> = visits.iter().map(|(name, visits)| (name.as_str(), *visits)).collect();
        let newer = if db.kind() == Kind::Sqlite { 1 } else { 2 };
        assert_eq!(visits, [("ann", 2), ("bob", 0), ("cyd", 1), ("dan", 0), ("new", newer), ("newer", newer)]);
        Ok(())
    }

    /// PostgreSQL above read committed does not change a row that the transaction cannot see: it says to begin anew.
    async fn rows_that_cannot_be_seen(db: &TestDb) -> Outcome {
        if db.kind() == Kind::Sqlite {
            return Ok(());
        }
        two_members(db).await?;
        let on = || Member::objects().using(db.handle());
        for (name, told) in [("x", false), ("y", true)] {
            let mut first = true;
            let outcome: orm::Result<Member> = orm::atomic(async |_| {
                assert!(on().count().await? >= 2);
                if std::mem::take(&mut first) {
                    on().create(NewMember::new(name)).outside_transaction().await?;
                }
                let put = on().upsert(NewMember::new(name)).on_conflict(Member::name).update(Member::age.set(5));
                if told { put.created().await.map(|(row, _)| row) } else { put.await }
            })
            .using(db.handle())
            .isolation(Isolation::RepeatableRead)
            .await;
            if db.kind() == Kind::Postgres {
                let error = outcome.unwrap_err();
                assert!(error.is_retryable() && *error.kind() == ErrorKind::Serialization, "{error:?}");
                assert_eq!(on().filter(Member::name.eq(name)).one().await?.age, None);
            } else if let Err(error) = outcome {
                // MariaDB may say so, too.
                assert!(error.is_retryable(), "{error:?}");
            } else {
                assert_eq!(on().filter(Member::name.eq(name)).one().await?.age, Some(5));
            }
        }
        Ok(())
    }

    /// Many at once: each counts, and one of them creates the row.
    async fn at_the_same_moment(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        const TASKS: i64 = 32;
        let handle = db.handle().clone();
        let tasks: Vec<_> = (0..TASKS).map(|n| {
            let handle = handle.clone();
            tokio::spawn(async move {
                let page = Page::objects()
                    .using(&handle)
                    .upsert(NewPage::new("/race", 1, "x"))
                    .on_conflict(Page::url)
                    .update(Page::hits.set(Page::hits + Page::hits.excluded()))
                    .await?;
                assert!(page.hits >= 1);
                let new = NewMember::new("ann").email("a@");
                let put = Member::objects().using(&handle).upsert(new).on_conflict(Member::name);
                let (_, created) = match n % 2 {
                    0 => put.update(Member::visits.set(Member::visits + 1)).created().await?,
                    _ => put.do_nothing().created().await?,
                };
                Ok::<_, orm::Error>((created, n % 2 == 0 && !created))
            })
        }).collect();
        let (mut created, mut visits) = (0, 0);
        for task in tasks {
            let (new, changed) = task.await??;
            created += i32::from(new);
            visits += i32::from(changed);
        }
        assert_eq!(created, 1);
        assert_eq!(Page::objects().using(&handle).one().await?.hits, TASKS);
        assert_eq!(Member::objects().using(&handle).one().await?.visits, visits);
        assert_eq!(handle.pool_stats().map(|stats| stats.in_use), Some(0));
        Ok(())
    }

    /// Several at once insert the same row, which is in the way by either of its keys: none of them takes the row of
    /// its own key for another one, whatever key the server looks at first.
    async fn by_two_keys_at_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        const TASKS: i64 = 8;
        let rounds = if std::env::var_os("ORM_TEST_FULL").is_some() { 200 } else { 25 };
        let handle = db.handle().clone();
        for round in 0..rounds {
            let start = std::sync::Arc::new(tokio::sync::Barrier::new(8));
            let tasks: Vec<_> = (0..TASKS).map(|n| {
                let (handle, start) = (handle.clone(), std::sync::Arc::clone(&start));
                tokio::spawn(async move {
                    let members = || Member::objects().using(&handle);
                    let new = || NewMember::new(format!("n{round}")).email(format!("e{round}"));
                    let more = || Member::visits.set(Member::visits + 1);
                    start.wait().await;
                    match n % 4 {
                        0 => members().upsert(new()).on_conflict(Member::name).update(more()).await.map(drop),
                        1 => members().upsert(new()).on_conflict(Member::name).do_nothing().await.map(drop),
                        2 => members().upsert(new()).on_conflict(Member::email).update(more()).created().await.map(drop),
                        _ => members().bulk_upsert([new()]).on_conflict(Member::email).update(more()).await.map(drop),
                    }
                })
            }).collect();
            for task in tasks {
                task.await?.map_err(|error| format!("round {round}: {error:?}"))?;
            }
        }
        assert_eq!(Member::objects().using(db.handle()).count().await?, rounds);
        Ok(())
    }
}
