//! Everything at once: one static database that is bound, used, re-targeted and closed from everywhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use orm::prelude::*;
use orm::{Error, ErrorKind, db};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, Sessions, cases};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

static DB: Database = Database::deferred("storm");

const TASKS: usize = 200;
const THREADS: usize = 8;
/// Pools that tasks open at one time: there has to be room for all at the server.
const OPENING: usize = 8;
/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(240);

/// What all of them know.
struct Storm {
    /// Two ways to one database, so that it is re-targeted between them.
    urls: [String; 2],
    opening: Semaphore,
    /// Rows whose writers were told that they are there.
    written: AtomicU64,
}

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

impl Storm {
    fn url(&self, number: usize) -> &str {
        &self.urls[number % 2]
    }

    fn wrote(&self, _: User) {
        self.written.fetch_add(1, Ordering::SeqCst);
    }

    async fn task(&self, seed: usize) {
        for round in 0..3 {
            let new = NewUser::new(format!("task {seed} {round}"));
            let users = User::objects().using("storm");
            let result = match (seed + round * 7) % 8 {
                0 => DB.close().await.map(drop),
                1 => DB.init_lazy(self.url(round)).await,
                2 | 3 => {
                    let _turn = self.opening.acquire().await.expect("never closed");
                    DB.init(self.url(seed + round)).await
                }
                4 => DB.ping().await,
                5 => users.count().await.map(drop),
                6 => users.create(new).await.map(|user| self.wrote(user)),
                _ => {
                    let work = atomic(async move |tx: Tx| User::objects().using(&tx).create(new).await);
                    work.using(&DB).await.map(|user| self.wrote(user))
                }
            };
            if let Err(error) = result {
                accept(&error);
            }
            tokio::task::yield_now().await;
        }
    }

    fn thread(&self, seed: usize) {
        for round in 0..20 {
            let result = match (seed + round) % 5 {
                0 => DB.init(self.url(round)).blocking(),
                1 => DB.ping().blocking(),
                2 => DB.init_lazy(self.url(seed)).blocking(),
                3 => {
                    let new = NewUser::new(format!("thread {seed} {round}"));
                    User::objects().using(&DB).create(new).blocking().map(|user| self.wrote(user))
                }
                _ => DB.close().blocking().map(drop),
            };
            if let Err(error) = result {
                accept(&error);
            }
        }
    }

    /// Begins all of it; each tells when it is done.
    fn begin(self: &Arc<Self>) -> mpsc::Receiver<()> {
        let (done, finished) = mpsc::channel();
        for thread in 0..=THREADS {
            let (storm, done) = (Arc::clone(self), done.clone());
            std::thread::spawn(move || {
                match thread {
                    THREADS => storm.tasks(),
                    seed => storm.thread(seed),
                }
                // Whoever waited may have given up.
                let _ = done.send(());
            });
        }
        finished
    }

    fn tasks(self: &Arc<Self>) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let task = |seed| {
                let storm = Arc::clone(self);
                tokio::spawn(async move { storm.task(seed).await })
            };
            for task in (0..TASKS).map(task).collect::<Vec<_>>() {
                task.await.expect("no panic");
            }
        });
    }
}

cases! {
    /// 200 tasks and 8 threads that initialise, query, re-target and close it: no deadlock, no query that is lost, and in
    /// the end no pool that nobody closes.
    async fn one_static(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let sessions = Sessions::of(db).await?;
        let url = sessions.url();
        let patient = if db.kind() == Kind::Sqlite { "&busy_timeout=60000" } else { "" };
        let mark = if url.contains('?') { '&' } else { '?' };
        let urls = [2, 3].map(|most| format!("{url}{mark}max_connections={most}{patient}"));
        let storm = Arc::new(Storm { urls, opening: Semaphore::new(OPENING), written: AtomicU64::new(0) });
        let finished = storm.begin();
        spawn_blocking(move || (0..=THREADS).try_for_each(|_| finished.recv_timeout(PATIENCE)))
            .await?
            .map_err(|error| format!("a deadlock, or a panic: {error}"))?;

        DB.init(storm.url(0)).await?;
        let written = storm.written.load(Ordering::SeqCst);
        assert!(written > 0);
        assert_eq!(User::objects().using("storm").count().await?, written);
        assert!(DB.close().await?);
        assert!(db::get("storm").is_err());
        sessions.settle_at(0).await
    }
}
