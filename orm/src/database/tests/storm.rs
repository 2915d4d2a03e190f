//! Everything at once.

use std::time::Duration;

use crate::exec::testing::{TempFile, numbers, on};
use crate::{Database, Error, ErrorKind, atomic};

/// What may come of a database that others close and re-target all the time.
fn accept(error: &Error) {
    assert!(
        matches!(
            error.kind(),
            ErrorKind::NotInitialized | ErrorKind::PoolClosed | ErrorKind::UnknownDatabase { .. }
        ),
        "{error:?}"
    );
}

async fn churn(db: &'static Database, seed: usize, urls: [&str; 3]) {
    for round in 0..3 {
        let result = match (seed + round * 7) % 8 {
            0 => db.close().await.map(drop),
            1 => db.init_lazy(urls[round % 3]).await,
            2 | 3 => db.init(urls[(seed + round) % 3]).await,
            4 | 5 => db.ping().await,
            6 => numbers(on("storm"), "SELECT 1").await.map(|rows| assert_eq!(rows, [1])),
            _ => {
                let work = atomic(async |tx| numbers(on(&tx), "SELECT 2").await).using(db).read_only();
                work.await.map(|rows| assert_eq!(rows, [2]))
            }
        };
        if let Err(error) = result {
            accept(&error);
        }
        tokio::task::yield_now().await;
    }
}

#[test]
fn two_hundred_tasks_and_eight_threads_on_one_static() {
    static DB: Database = Database::deferred("storm");
    let (one, two) = (TempFile::new(), TempFile::new());
    let urls = [one.url(), two.url(), "sqlite::memory:".to_owned()];
    let urls = [urls[0].as_str(), urls[1].as_str(), urls[2].as_str()];

    let (done, finished) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let tasks = done.clone();
        let owned = urls.map(str::to_owned);
        scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let all: Vec<_> = (0..200)
                    .map(|seed| {
                        let urls = owned.clone();
                        tokio::spawn(
                            async move { churn(&DB, seed, urls.each_ref().map(String::as_str)).await },
                        )
                    })
                    .collect();
                for task in all {
                    task.await.expect("no panic");
                }
            });
            tasks.send(()).expect("somebody waits");
        });
        for seed in 0..8 {
            let done = done.clone();
            scope.spawn(move || {
                for round in 0..20 {
                    let result = match (seed + round) % 4 {
                        0 => DB.init(urls[round % 3]).blocking(),
                        1 => DB.ping().blocking(),
                        2 => DB.init_lazy(urls[seed % 3]).blocking(),
                        _ => DB.close().blocking().map(drop),
                    };
                    if let Err(error) = result {
                        accept(&error);
                    }
                }
                done.send(()).expect("somebody waits");
            });
        }
        for _ in 0..9 {
            finished.recv_timeout(Duration::from_secs(60)).expect("no deadlock");
        }
    });
    DB.init("sqlite::memory:").blocking().expect("still sound");
    DB.ping().blocking().expect("alive");
    DB.close().blocking().expect("closed");
    assert!(crate::db::get("storm").is_err());
}
