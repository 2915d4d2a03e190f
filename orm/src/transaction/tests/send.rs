//! What can be spawned.

use std::future::IntoFuture;
use std::sync::Arc;

use crate::database::{Access, Database, Target};
use crate::driver::Statement;
use crate::exec::testing::{Bench, execute, on};
use crate::exec::{choose, lease::Lease};
use crate::transaction::{Transaction, Tx, atomic, begin};
use crate::{DatabaseProxy, Error, Result, db};

fn send<T: Send>(value: T) -> T {
    value
}

fn send_sync<T: Send + Sync>() {}

#[test]
fn handles_can_be_shared() {
    send_sync::<Tx>();
    send_sync::<Database>();
    send_sync::<DatabaseProxy>();
    send_sync::<Error>();
    send_sync::<crate::DatabaseRef>();
    send_sync::<crate::Connected>();
    send::<Option<Transaction>>(None);
    send::<Option<Lease<'static>>>(None);
    send::<Option<Target<'static>>>(None);
}

/// Never called: that it compiles is all.
#[expect(dead_code, reason = "compiled only")]
fn futures(database: &Database, target: Target<'_>, sql: Vec<Arc<str>>, tx: &Tx, transaction: Transaction) {
    drop(send(async move {
        let mut lease = choose::lease(target, None, Access::Update).await?;
        lease.begin().await?;
        for sql in &sql {
            let statement = Statement { sql, args: &[], scales: &[] };
            if let Err(error) = lease.run(statement, &mut ()).await {
                lease.rollback(&error).await;
            }
            lease.batch(sql).await?;
        }
        lease.commit().await
    }));
    drop(send(tx.atomic(async |_: Tx| Ok::<_, Error>(())).into_future()));
    drop(send(atomic(async |_: Tx| Ok::<_, Error>(())).retry(1).into_future()));
    drop(send(transaction.commit().into_future()));
    drop(send(database.init("sqlite::memory:").into_future()));
    drop(send(database.close().into_future()));
    drop(send(database.ping().into_future()));
    drop(send(database.create_all().into_future()));
    drop(send(db::init([("a", "b")]).into_future()));
    drop(send(db::connect("a").into_future()));
    drop(send(db::create_all().into_future()));
    drop(send(begin().into_future()));
}

#[tokio::test]
async fn a_transaction_can_be_spawned_nested_and_with_borrows() {
    let bench = Arc::new(Bench::sqlite().await);
    let spawned = Arc::clone(&bench);
    tokio::spawn(async move {
        let local = String::from("borrowed");
        let local = &local;
        atomic(async |tx: Tx| -> Result<()> {
            execute(on(&tx), &spawned.insert(1)).await?;
            tx.atomic(async |inner: Tx| {
                execute(on(&inner), &spawned.insert(i64::try_from(local.len()).unwrap_or(0))).await
            })
            .await?;
            Ok(())
        })
        .using(&spawned.db)
        .await
    })
    .await
    .expect("no panic")
    .expect("committed");
    assert_eq!(bench.committed().await, [1, 8]);
    Arc::into_inner(bench).expect("nobody else has it").finish().await;
}

#[tokio::test]
async fn a_body_that_is_not_send_runs_where_nothing_is_spawned() {
    let bench = Bench::sqlite().await;
    let local = std::rc::Rc::new(3);
    let result = atomic(async |tx| {
        execute(on(&tx), &bench.insert(*local)).await?;
        Ok::<_, Error>(std::rc::Rc::clone(&local))
    })
    .using(&bench.db)
    .await;
    assert_eq!(*result.expect("committed"), 3);
    bench.finish().await;
}
