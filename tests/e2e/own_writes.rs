//! Reading one's own writes: what counts as one. Databases with different rows stand for a primary and its replica.

use std::future::{Future, IntoFuture};
use std::time::Duration;

use futures_util::FutureExt as _;
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, ReadYourWrites, with_database};
use orm_tests::{Kind, Outcome, Proxy, TestDb, cases};

/// A row that says where it is.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "own_writes")]
struct Row {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 40)]
    place: String,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A database with one replica, reached by this URL.
async fn open(db: &TestDb, primary: &str) -> Result<Database, Failure> {
    let replica = db.another().await?;
    for (url, place) in [(db.url(), "primary"), (replica.as_str(), "replica")] {
        let on = Database::open(place, url).await?;
        on.create_tables(&[Row::TABLE]).await?;
        Row::objects().using(&on).create(NewRow::new(place).id(1)).await?;
        on.close().await?;
    }
    Ok(Database::open("own writes", DatabaseOptions::url(primary).replica(replica)).await?)
}

fn memory() -> ReadYourWrites {
    ReadYourWrites::new(Duration::from_secs(600))
}

/// Where the row is read.
async fn place() -> orm::Result<String> {
    Row::objects().get(1).await.map(|row| row.place)
}

/// The same for somebody who remembers.
async fn read(writes: &ReadYourWrites) -> orm::Result<String> {
    writes.scope(place()).await
}

async fn create(id: i64) -> orm::Result<()> {
    Row::objects().create(NewRow::new("new").id(id)).await.map(drop)
}

/// Begins it, and gives it up at the first point where it waits, if there is one.
fn give_up(future: impl Future) {
    drop(Box::pin(future).now_or_never());
}

/// The error of a transaction that is undone on purpose.
fn on_purpose() -> orm::Error {
    orm::db::get("undone on purpose").unwrap_err()
}

cases! {
    /// A write that is given up counts, since nobody knows how far it came; also if all of its scope is given up.
    async fn given_up(db: &TestDb) -> Outcome {
        let on = open(db, db.url()).await?;
        with_database(&on, async {
            let (inside, whole, raw) = (memory(), memory(), memory());
            inside
                .scope(async {
                    assert_eq!(place().await?, "replica");
                    give_up(create(2));
                    assert_eq!(place().await?, "primary");
                    Ok::<_, orm::Error>(())
                })
                .await?;
            assert_eq!(read(&whole).await?, "replica");
            give_up(whole.scope(create(3)).into_future());
            assert_eq!(read(&whole).await?, "primary");
            give_up(raw.scope(orm::using(&on).execute("DELETE FROM own_writes WHERE id = 9", ()).into_future()).into_future());
            assert_eq!(read(&raw).await?, "primary");
            // A read is none.
            let reads = memory();
            give_up(reads.scope(Row::objects().count().into_future()).into_future());
            assert_eq!(read(&reads).await?, "replica");
            Ok::<_, orm::Error>(())
        })
        .await?;
        on.close().await?;
        Ok(())
    }

    /// A transaction is a write if something was written in it and it was committed, whoever commits it.
    async fn transactions(db: &TestDb) -> Outcome {
        let on = open(db, db.url()).await?;
        with_database(&on, async {
            let reads = memory();
            reads.scope(orm::atomic(async |_| Row::objects().get(1).await).read_only().into_future()).await?;
            reads.scope(orm::atomic(async |tx| orm::using(&tx).scalar::<i64>("SELECT COUNT(*) FROM own_writes", ()).await).read_only().into_future()).await?;
            reads.scope(orm::atomic(async |_| Row::objects().get(1).await).into_future()).await?;
            assert_eq!(read(&reads).await?, "replica");
            let undone = memory();
            let error = undone.scope(orm::atomic(async |_| {
                create(2).await?;
                Err::<(), _>(on_purpose())
            }).into_future());
            assert_eq!(error.await.unwrap_err().database(), Some("undone on purpose"));
            assert_eq!(read(&undone).await?, "replica");
            // Written inside, committed outside; and the other way around.
            let (writer, committer) = (memory(), memory());
            let transaction = orm::begin().await?;
            writer.scope(Row::objects().using(&transaction).create(NewRow::new("new").id(2)).into_future()).await?;
            assert_eq!((read(&writer).await?, read(&committer).await?), ("replica".to_owned(), "replica".to_owned()));
            committer.scope(transaction.commit().into_future()).await?;
            assert_eq!((read(&writer).await?, read(&committer).await?), ("primary".to_owned(), "primary".to_owned()));
            let nested = memory();
            orm::atomic(async |tx| nested.scope(tx.atomic(async |_| create(3).await).into_future()).await).await?;
            assert_eq!(read(&nested).await?, "primary");
            // A replica lags behind with tables, too.
            let tables = memory();
            tables.scope(on.create_tables(&[Row::TABLE]).into_future()).await?;
            assert_eq!(read(&tables).await?, "primary");
            Ok::<_, orm::Error>(())
        })
        .await?;
        on.close().await?;
        Ok(())
    }
}

cases! {
    #![needs(Server)]

    /// A commit of which nobody knows whether it was done counts; one that the server refuses does not.
    async fn lost_commits(db: &TestDb) -> Outcome {
        let mode = if db.kind() == Kind::Postgres { "sslmode=disable" } else { "ssl-mode=disabled" };
        let plain = format!("{}{}{mode}", db.url(), if db.url().contains('?') { '&' } else { '?' });
        let proxy = Proxy::new(&plain)?;
        let on = open(db, proxy.url()).await?;
        with_database(&on, async {
            let (lost, given_up) = (memory(), memory());
            proxy.forbid(Some("COMMIT"));
            let error = lost.scope(orm::atomic(async |_| create(2).await).into_future()).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::ConnectionLost), "{error:?}");
            proxy.forbid(None);
            assert_eq!(read(&lost).await?, "primary");
            let transaction = orm::begin().await?;
            Row::objects().using(&transaction).create(NewRow::new("new").id(3)).await?;
            give_up(given_up.scope(transaction.commit().into_future()).into_future());
            assert_eq!(read(&given_up).await?, "primary");
            if db.kind() == Kind::Postgres {
                let ddl = "CREATE TABLE later (id bigint REFERENCES own_writes (id) DEFERRABLE INITIALLY DEFERRED)";
                orm::using(&on).execute(ddl, ()).await?;
                let refused = memory();
                let insert = async |tx| orm::using(&tx).execute("INSERT INTO later VALUES (77)", ()).await;
                let error = refused.scope(orm::atomic(insert).into_future()).await.unwrap_err();
                assert!(error.is_foreign_key_violation(), "{error:?}");
                assert_eq!(read(&refused).await?, "replica");
            }
            Ok::<_, orm::Error>(())
        })
        .await?;
        on.close().await?;
        Ok(())
    }
}
