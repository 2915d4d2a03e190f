//! Databases that are closed under their transactions.

use std::error::Error as _;
use std::future::IntoFuture as _;
use std::path::PathBuf;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::exec::testing::{Bench, execute, on};
use crate::transaction::begin;
use crate::{Database, Error, ErrorKind};

#[tokio::test]
async fn one_that_is_just_being_begun_does_not_escape() {
    let bench = Bench::sqlite().await;
    let url = bench.db.url().expect("open");
    let other = Database::open("other", url).await.expect("another way to the file");
    let lock = begin().using(&other).await.expect("the file is free");
    // It waits for the lock, and nobody knows of it yet.
    let mut begun = Box::pin(begin().using(&bench.db).into_future());
    let pending = std::future::poll_fn(|context| Poll::Ready(begun.poll_unpin(context).is_pending())).await;
    assert!(pending, "it waits");
    assert!(bench.db.close().patience(Duration::ZERO).await.expect("closed"));
    lock.rollback().await.expect("rolled back");
    let error = begun.await.expect_err("the database is closed");
    assert_eq!((error.kind(), error.database()), (&ErrorKind::PoolClosed, Some("bench")));
    // Nothing of it is left.
    let free = begin().using(&other).await.expect("the file is free");
    free.rollback().await.expect("rolled back");
    other.close().await.expect("closed");
}

#[tokio::test]
async fn a_file_is_closed_when_its_database_is() {
    let bench = Bench::sqlite().await;
    let url = bench.db.url().expect("open");
    let log = PathBuf::from(format!("{}-wal", url.strip_prefix("sqlite:").expect("a file")));
    let transaction = begin().using(&bench.db).await.expect("begun");
    execute(on(&transaction), &bench.insert(1)).await.expect("inserted");
    assert!(log.exists());
    bench.db.close().patience(Duration::ZERO).await.expect("closed");
    // The last connection takes it away when it is closed.
    assert!(!log.exists(), "it was only dropped");
    let error = transaction.commit().await.expect_err("it was ended");
    assert_eq!(error.kind(), &ErrorKind::TransactionBroken);
    let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("why");
    assert_eq!(source.kind(), &ErrorKind::PoolClosed);
}

#[tokio::test]
async fn why_it_was_ended_is_not_said_in_other_words() {
    for bench in Bench::all().await {
        let transaction = begin().using(&bench.db).await.expect("begun");
        let tx = &transaction.tx();
        execute(on(tx), &bench.insert(1)).await.expect("inserted");
        let said = execute(on(tx), &bench.insert(1)).await.expect_err("twice");
        tx.restate(&said, &said.clone().with_model("Number"));
        assert_eq!(tx.first_error().and_then(|error| error.model()), Some("Number"), "its own words");
        tx.core().end();
        tx.restate(&said, &said.clone().with_model("Number"));
        let first = tx.first_error().expect("it was ended");
        assert_eq!((first.kind(), first.model()), (&ErrorKind::PoolClosed, None));
        drop(transaction);
        bench.finish().await;
    }
}
