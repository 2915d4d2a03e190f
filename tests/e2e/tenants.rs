//! A database for each tenant.

use std::future::IntoFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, PoolOptions, TenantPools};
use orm_tests::{Kind, Outcome, TestDb, cases, nobody};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tenant_notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    text: String,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The URLs of tenants, and how often each was looked up.
#[derive(Clone)]
struct Directory {
    urls: Arc<Vec<String>>,
    asked: Arc<Mutex<Vec<usize>>>,
}

impl Directory {
    /// So many databases with a table, empty.
    async fn new(db: &TestDb, tenants: usize) -> Result<Self, Failure> {
        let mut urls = Vec::new();
        for _ in 0..tenants {
            let url = db.another().await?;
            let on = Database::open("directory", url.as_str()).await?;
            on.create_tables(&[Note::TABLE]).await?;
            on.close().await?;
            urls.push(url);
        }
        Ok(Self { urls: Arc::new(urls), asked: Arc::default() })
    }

    fn url(&self, tenant: usize) -> &str {
        &self.urls[tenant % self.urls.len()]
    }

    /// Pools of two connections each.
    fn pools(&self) -> TenantPools<usize> {
        let this = self.clone();
        TenantPools::new(move |tenant: usize| {
            let this = this.clone();
            async move {
                this.asked.lock().unwrap().push(tenant);
                tokio::task::yield_now().await;
                let pool = PoolOptions::new().max_connections(2);
                Ok(DatabaseOptions::url(this.url(tenant)).pool(pool))
            }
        })
        .named(|tenant| format!("tenant_{tenant}"))
    }

    /// Who was looked up, in order.
    fn asked(&self) -> Vec<usize> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn write(tenants: &TenantPools<usize>, tenant: usize) -> orm::Result<()> {
    let on = tenants.get(&tenant).await?;
    Note::objects().using(&on).create(NewNote::new(on.name())).await.map(drop)
}

cases! {
    /// Each tenant has its own database, opened when it is first asked for, and anew after it was closed.
    async fn each_its_own(db: &TestDb) -> Outcome {
        let directory = Directory::new(db, 2).await?;
        let tenants = directory.pools();
        assert!(directory.asked().is_empty());
        for tenant in [0, 1, 1] {
            write(&tenants, tenant).await?;
        }
        assert_eq!(directory.asked(), [0, 1]);
        assert_eq!(Note::objects().using(&tenants.get(&0).await?).select(Note::text).all().await?, ["tenant_0"]);
        assert_eq!(Note::objects().using(&tenants.get(&1).await?).select(Note::text).all().await?, ["tenant_1"; 2]);
        let stats = tenants.stats();
        assert_eq!((stats.open, stats.in_use, stats.opening, stats.opened, stats.evicted), (2, 0, 0, 2, 0));
        let held = tenants.get(&0).await?;
        assert_eq!(tenants.stats().in_use, 1);
        // The names are no aliases.
        assert!(orm::db::get("tenant_0").is_err());
        tenants.close(&1).await?;
        assert_eq!(tenants.stats().open, 1);
        tenants.close_all().await?;
        assert_eq!((tenants.stats().open, held.is_initialized()), (0, false));
        let error = Note::objects().using(&held).count().await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some("tenant_0")));
        assert_eq!(Note::objects().using(&tenants.get(&0).await?).count().await?, 1);
        assert_eq!(directory.asked(), [0]);
        // One whose handle was closed is opened anew, too.
        tenants.get(&0).await?.close().await?;
        assert_eq!(Note::objects().using(&tenants.get(&0).await?).count().await?, 1);
        tenants.clone().close_all().await?;
        // On a thread without a runtime.
        let blocking = tenants.clone();
        let count = tokio::task::spawn_blocking(move || {
            std::thread::spawn(move || {
                let count = Note::objects().using(&blocking.get(&1).blocking()?).count().blocking();
                blocking.close_all().blocking()?;
                count
            })
            .join()
        });
        assert_eq!(count.await?.map_err(|_| "the thread panicked")??, 2);
        Ok(())
    }

    /// Callers at once open a tenant once; a failure is that of all of them, and of nobody afterwards.
    async fn opened_once(db: &TestDb) -> Outcome {
        let directory = Directory::new(db, 1).await?;
        let wrong = if db.kind() == Kind::Sqlite { "sqlite:///nowhere/at/all/tenant.db".to_owned() } else { nobody(directory.url(0))? };
        let (calls, right) = (Arc::new(AtomicUsize::new(0)), directory.url(0).to_owned());
        // Shut until all have asked.
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let tenants = TenantPools::new({
            let (calls, gate) = (Arc::clone(&calls), Arc::clone(&gate));
            move |_: &'static str| {
                let url = if calls.fetch_add(1, Ordering::SeqCst) == 0 { wrong.clone() } else { right.clone() };
                let gate = Arc::clone(&gate);
                async move {
                    drop(gate.acquire().await);
                    Ok(url)
                }
            }
        });
        let all = || futures_util::future::join_all((0..20).map(|_| tenants.get(&"acme").into_future()));
        let (failed, ()) = tokio::join!(all(), async { gate.add_permits(1) });
        let failed: Vec<_> = failed.into_iter().map(Result::unwrap_err).collect();
        for error in &failed {
            assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
            assert_eq!(error.to_string(), failed[0].to_string());
            assert_eq!(error.database(), Some("(tenant)"));
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        let opened = all().await.into_iter().collect::<orm::Result<Vec<_>>>()?;
        assert_eq!(calls.load(Ordering::SeqCst), 2);
        assert!(opened.iter().all(|tenant| **tenant == *opened[0]));
        let stats = tenants.stats();
        assert_eq!((stats.open, stats.in_use, stats.opened, stats.failed), (1, 1, 1, 1));
        drop(opened);
        // What the function itself says.
        let refused = TenantPools::new(|_: u8| async { Err::<String, _>(orm::db::get("nobody knows it").unwrap_err()) });
        let error = refused.get(&1).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error:?}");
        assert_eq!((refused.stats().open, refused.stats().opening), (0, 0));
        tenants.close_all().await?;
        Ok(())
    }

    /// Where there is no room, the tenant goes that was unused for longest; never one that is in use.
    async fn room_for_others(db: &TestDb) -> Outcome {
        let directory = Directory::new(db, 3).await?;
        let tenants = directory.pools().max_open(2).open_timeout(Duration::ZERO);
        for tenant in [0, 1, 0, 2, 0, 1] {
            write(&tenants, tenant).await?;
            assert!(tenants.stats().open <= 2);
        }
        assert_eq!(directory.asked(), [0, 1, 2, 1]);
        assert_eq!(tenants.stats().evicted, 2);
        // Held, by a guard, a clone, a query or a transaction.
        let refused = |error: orm::Error| {
            let ErrorKind::TenantLimit { open, connections, .. } = error.kind() else { panic!("{error:?}") };
            assert_eq!((*open, *connections, error.database()), (2, None, Some("tenant_2")));
        };
        let (guard, clone) = (tenants.get(&0).await?, Database::clone(&*tenants.get(&1).await?));
        refused(tenants.get(&2).await.unwrap_err());
        drop(clone);
        let query = Note::objects().using(&tenants.get(&1).await?);
        refused(tenants.get(&2).await.unwrap_err());
        assert_eq!(query.count().await?, 2);
        let transaction = orm::begin().using(&*tenants.get(&1).await?).await?;
        refused(tenants.get(&2).await.unwrap_err());
        transaction.commit().await?;
        // Now only the one that is held is left alone.
        tenants.get(&2).await?;
        assert!(guard.is_initialized());
        assert_eq!(Note::objects().using(&guard).count().await?, 3);
        drop(guard);
        tenants.close_all().await?;
        Ok(())
    }

    /// Who finds no room waits until somebody lets go, in the order in which they came.
    async fn waiting(db: &TestDb) -> Outcome {
        let directory = Directory::new(db, 2).await?;
        let tenants = directory.pools().max_open(1).open_timeout(Duration::from_secs(60));
        let held = tenants.get(&0).await?;
        let other = tenants.clone();
        let waiting = tokio::spawn(async move { write(&other, 1).await });
        while tenants.stats().waiting == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!((tenants.stats().open, tenants.stats().in_use), (1, 1));
        drop(held);
        waiting.await??;
        assert_eq!((tenants.stats().open, tenants.stats().waiting, tenants.stats().evicted), (1, 0, 1));
        // A query that is held lets go without telling anybody.
        let query = Note::objects().using(&tenants.get(&1).await?);
        let other = tenants.clone();
        let waiting = tokio::spawn(async move { write(&other, 0).await });
        while tenants.stats().waiting == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(query.count().await?, 1);
        waiting.await??;
        tenants.close_all().await?;
        // At last it is an error, with how long that was.
        let impatient = directory.pools().max_open(1).open_timeout(Duration::from_millis(20));
        let held = impatient.get(&0).await?;
        let error = impatient.get(&1).await.unwrap_err();
        let ErrorKind::TenantLimit { waited, .. } = error.kind() else { return Err(format!("{error:?}").into()) };
        assert!(*waited >= Duration::from_millis(20));
        drop(held);
        impatient.close_all().await?;
        Ok(())
    }

    /// All tenants together have so many connections.
    async fn connections_of_all(db: &TestDb) -> Outcome {
        let directory = Directory::new(db, 3).await?;
        let tenants = directory.pools().max_connections(5).open_timeout(Duration::ZERO);
        let first = tenants.get(&0).await?;
        let second = tenants.get(&1).await?;
        let error = tenants.get(&2).await.unwrap_err();
        let ErrorKind::TenantLimit { connections, .. } = error.kind() else { return Err(format!("{error:?}").into()) };
        assert_eq!(*connections, Some(5));
        drop(second);
        let third = tenants.get(&2).await?;
        let stats = tenants.stats();
        assert_eq!((stats.open, stats.in_use, stats.max_connections), (2, 2, Some(5)));
        assert!(stats.connections <= 4, "{stats:?}");
        drop((first, third));
        tenants.close_all().await?;
        let few = directory.pools().max_connections(1);
        let error = few.get(&0).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{error:?}");
        assert_eq!(few.stats().open, 0);
        Ok(())
    }

    /// Who gives up takes nothing from others, and leaves nothing behind.
    async fn given_up(db: &TestDb) -> Outcome {
        let directory = Directory::new(db, 2).await?;
        let tenants = directory.pools().max_open(1).open_timeout(Duration::from_secs(60));
        // At every point of opening, one after the other.
        for polls in 1..=12 {
            let mut getting = Box::pin(tenants.get(&0).into_future());
            for _ in 0..polls {
                if (&mut getting).now_or_never().is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            drop(getting);
            assert_eq!(tenants.stats().opening, 0);
            write(&tenants, 1).await?;
        }
        // The first gives up, the others get it.
        let mut first = Box::pin(tenants.get(&0).into_future());
        assert!((&mut first).now_or_never().is_none());
        let mut second = Box::pin(tenants.get(&0).into_future());
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert_eq!(second.await?.name(), "tenant_0");
        // What is being opened is not kept when all are closed.
        let mut opening = Box::pin(tenants.get(&1).into_future());
        assert!((&mut opening).now_or_never().is_none());
        tenants.close_all().await?;
        assert_eq!(*opening.await.unwrap_err().kind(), ErrorKind::PoolClosed);
        assert_eq!(tenants.stats().open, 0);
        write(&tenants, 1).await?;
        tenants.close_all().await?;
        Ok(())
    }

    /// Many tasks, many tenants, little room: no query meets a database that was closed under it.
    async fn storm(db: &TestDb) -> Outcome {
        const TASKS: usize = 30;
        const ROUNDS: usize = 6;
        const TENANTS: usize = 7;
        let directory = Directory::new(db, TENANTS).await?;
        let tenants = directory.pools().max_open(3).open_timeout(Duration::from_secs(300));
        // A third of them on this thread, the others on four.
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
        let here = tokio::runtime::Handle::current();
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let tenants = tenants.clone();
                let runtime = if task % 3 == 0 { &here } else { threads.handle() };
                runtime.spawn(async move {
                    for round in 0..ROUNDS {
                        let tenant = (task * 5 + round * 3) % TENANTS;
                        write(&tenants, tenant).await?;
                        let rows = Note::objects().using(&tenants.get(&tenant).await?).count().await?;
                        assert!(rows > 0);
                        assert!(tenants.stats().open <= 3);
                        if round % 3 == 2 {
                            // Gives up in the middle, now and then.
                            let mut given_up = Box::pin(tenants.get(&((tenant + 1) % TENANTS)).into_future());
                            let _ = (&mut given_up).now_or_never();
                        }
                    }
                    Ok::<_, orm::Error>(())
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        threads.shutdown_background();
        let mut rows = 0;
        for tenant in 0..TENANTS {
            let on = tenants.get(&tenant).await?;
            rows += Note::objects().using(&on).count().await?;
            assert_eq!(Note::objects().using(&on).filter(Note::text.ne(format!("tenant_{tenant}"))).count().await?, 0);
        }
        assert_eq!(rows, (TASKS * ROUNDS) as u64);
        let stats = tenants.stats();
        assert!(stats.evicted > 0 && stats.waiting == 0 && stats.opening == 0, "{stats:?}");
        tenants.close_all().await?;
        assert_eq!(tenants.stats().connections, 0);
        Ok(())
    }
}
