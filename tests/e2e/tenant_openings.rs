//! The opening of a tenant belongs to all who wait for it, and to none of them.

use std::future::IntoFuture;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};
use orm::prelude::*;
use orm::{DatabaseOptions, ErrorKind, TenantPools, with_database};
use orm_tests::{Outcome, cases};

/// Where tenants are looked up.
static DIRECTORY: Database = Database::deferred("tenant directory");

/// The static is one for all backends: cases that bind it take turns.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tenant_entries", database = DIRECTORY)]
struct Entry {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 400)]
    url: String,
}

/// A key that counts its copies.
#[derive(Debug, Clone)]
struct Counted(Arc<usize>);

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

fn panicked(error: &orm::Error) -> bool {
    matches!(error.kind(), ErrorKind::Panicked { .. })
}

cases! {
    /// A function that panics is an error for all who wait, and for nobody afterwards.
    async fn panics(db: &TestDb) -> Outcome {
        let (calls, url) = (Arc::new(AtomicUsize::new(0)), db.url().to_owned());
        // Closed until all wait: whoever comes after the panic would begin anew.
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let tenants = TenantPools::new({
            let (calls, gate) = (Arc::clone(&calls), Arc::clone(&gate));
            move |_: u8| {
                let call = calls.fetch_add(1, Ordering::SeqCst);
                assert_ne!(call, 0, "at once");
                let (url, gate) = (url.clone(), Arc::clone(&gate));
                async move {
                    let _open = gate.acquire().await.expect("the gate is never closed");
                    assert_ne!(call, 1, "later");
                    Ok(url)
                }
            }
        });
        // At once there is one caller, and later there are three.
        for (told, callers) in [(1, 1), (2, 3)] {
            let all = join_all((0..callers).map(|_| tenants.get(&7).into_future()));
            let (all, ()) = join(all, async { gate.add_permits(callers - 1) }).await;
            for error in all.into_iter().map(Result::unwrap_err) {
                assert!(panicked(&error), "{error:?}");
                assert_eq!(error.to_string(), "the opening of a tenant panicked (database `(tenant)`)");
            }
            let stats = tenants.stats();
            assert_eq!((stats.opening, stats.open, stats.failed), (0, 0, told));
        }
        tenants.get(&7).await?.ping().await?;
        tenants.close_all().await?;
        let url = db.url().to_owned();
        let nameless = TenantPools::new(move |_: u8| {
            let url = url.clone();
            async move { Ok(url) }
        })
        .named(|tenant| if *tenant == 0 { panic!("no name") } else { "named".to_owned() });
        let error = nameless.get(&0).await.unwrap_err();
        assert!(panicked(&error), "{error:?}");
        assert_eq!(nameless.get(&1).await?.name(), "named");
        nameless.close_all().await?;
        Ok(())
    }

    /// Inside a transaction on a tenant it cannot be closed, and stays open; the others are closed.
    async fn closed_inside_a_transaction(db: &TestDb) -> Outcome {
        let url = db.url().to_owned();
        let tenants = TenantPools::new(move |_: u8| {
            let url = url.clone();
            async move { Ok(url) }
        })
        .named(|tenant| format!("tenant_{tenant}"));
        let (inside, beside) = (tenants.get(&0).await?, tenants.get(&1).await?);
        orm::atomic(async |_| {
            for error in [tenants.close(&0).await.unwrap_err(), tenants.close_all().await.unwrap_err()] {
                assert_eq!((error.kind(), error.database()), (&ErrorKind::CloseInTransaction, Some("tenant_0")));
                assert!(inside.is_initialized());
            }
            assert!(!beside.is_initialized());
            assert_eq!((tenants.stats().open, tenants.stats().in_use), (1, 1));
            Ok::<_, orm::Error>(())
        })
        .using(&inside)
        .await?;
        assert_eq!(*tenants.get(&0).await?, *inside);
        tenants.close(&0).await?;
        assert_eq!((tenants.stats().open, inside.is_initialized()), (0, false));
        Ok(())
    }

    /// Of what was given up nothing is kept, not even the key.
    async fn nothing_is_left(db: &TestDb) -> Outcome {
        let url = db.url().to_owned();
        let tenants = TenantPools::new(move |key: Counted| {
            let url = url.clone();
            async move {
                drop(key);
                tokio::task::yield_now().await;
                Ok(url)
            }
        });
        let keys: Vec<_> = (0..50).map(|key| Counted(Arc::new(key))).collect();
        let copies = || keys.iter().map(|key| Arc::strong_count(&key.0) - 1).sum::<usize>();
        let mut begun: Vec<_> = keys.iter().map(|key| Box::pin(tenants.get(key).into_future())).collect();
        begun.iter_mut().for_each(|getting| assert!(getting.now_or_never().is_none()));
        assert_eq!(tenants.stats().opening, 50);
        assert!(copies() >= 50);
        drop(begun);
        assert_eq!((tenants.stats().opening, copies()), (0, 0));
        tenants.get(&keys[3]).await?;
        assert_eq!(copies(), 1);
        tenants.close_all().await?;
        assert_eq!(copies(), 0);
        Ok(())
    }

    /// It runs outside of the transactions of whoever drives it, and of what is said for their tasks.
    async fn nobodys(db: &TestDb) -> Outcome {
        let _turn = TURN.lock().await;
        DIRECTORY.init(db.url()).await?;
        let elsewhere = Database::open("elsewhere", db.another().await?).await?;
        for on in [&DIRECTORY, &elsewhere] {
            on.create_tables(&[Entry::TABLE]).await?;
        }
        Entry::objects().create(NewEntry::new(db.url()).id(1)).await?;
        let tenants = TenantPools::new(|tenant: i64| async move {
            let entry = Entry::objects().get(tenant).await?;
            Ok(DatabaseOptions::url(entry.url))
        });
        with_database(&elsewhere, async {
            assert_eq!(Entry::objects().count().await?, 0);
            tenants.get(&1).await?.ping().await?;
            assert_eq!(Entry::objects().count().await?, 0);
            Ok::<_, orm::Error>(())
        })
        .await?;
        orm::atomic(async |_| {
            Entry::objects().create(NewEntry::new(db.url()).id(2)).await?;
            assert!(tenants.get(&2).await.unwrap_err().is_not_found());
            assert_eq!(Entry::objects().count().await?, 2);
            Ok::<_, orm::Error>(())
        })
        .using(&DIRECTORY)
        .await?;
        tenants.get(&2).await?.ping().await?;
        tenants.close_all().await?;
        elsewhere.close().await?;
        DIRECTORY.close().await?;
        Ok(())
    }

    /// Callers on several runtimes depend on each other in nothing: one that is not driven holds up no other, and all get
    /// what was opened first.
    async fn on_several_runtimes(db: &TestDb) -> Outcome {
        let (calls, url) = (Arc::new(AtomicUsize::new(0)), db.url().to_owned());
        // Closed for the first call of each pair.
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let tenants = TenantPools::new({
            let (calls, gate) = (Arc::clone(&calls), Arc::clone(&gate));
            move |_: u8| {
                let is_first = calls.fetch_add(1, Ordering::SeqCst) % 2 == 0;
                let (url, gate) = (url.clone(), Arc::clone(&gate));
                async move {
                    if is_first {
                        let _open = gate.acquire().await.expect("the gate is never closed");
                    }
                    Ok(url)
                }
            }
        })
        .named(|tenant| format!("tenant_{tenant}"));
        for (tenant, so_far) in [(1, 0), (2, 2)] {
            let (there, asked) = (tenants.clone(), Arc::clone(&calls));
            let begun = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let getting = runtime.spawn(there.get(&tenant).into_future());
                // Driven until it has asked, and no more.
                runtime.block_on(async {
                    while asked.load(Ordering::SeqCst) == so_far {
                        tokio::task::yield_now().await;
                    }
                });
                Ok::<_, std::io::Error>((runtime, getting))
            });
            let begun = tokio::task::spawn_blocking(|| begun.join()).await?;
            let (runtime, getting) = begun.map_err(|_| "the thread panicked")??;
            assert_eq!((tenants.stats().opening, tenants.stats().open), (1, so_far / 2));
            let opening = tokio::time::timeout(std::time::Duration::from_secs(60), tenants.get(&tenant));
            let here = opening.await.map_err(|_| "it waits for a runtime that nobody drives")??;
            here.ping().await?;
            assert_eq!((calls.load(Ordering::SeqCst), tenants.stats().opening), (so_far + 2, 0));
            if tenant == 2 {
                // Now it may open another one, which is too late.
                gate.add_permits(1);
            }
            let late = std::thread::spawn(move || {
                let tenant = runtime.block_on(getting)??;
                runtime.block_on(tenant.ping().into_future())?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(tenant)
            });
            let late = tokio::task::spawn_blocking(|| late.join()).await?.map_err(|_| "the thread panicked")??;
            assert_eq!(*late, *here);
            let stats = tenants.stats();
            assert_eq!((stats.opening, stats.open, stats.in_use, stats.failed), (0, so_far / 2 + 1, 1, 0));
            assert_eq!(stats.opened, u64::from(tenant));
        }
        tenants.close_all().await?;
        Ok(())
    }

    /// A close that is given up, or has no more patience, frees no room that is still taken.
    async fn closing_given_up(db: &TestDb) -> Outcome {
        let url = db.url().to_owned();
        let tenants = TenantPools::new(move |_: u8| {
            let options = DatabaseOptions::url(&url).pool(orm::PoolOptions::new().max_connections(1));
            async move { Ok(options) }
        })
        .max_open(1)
        .open_timeout(std::time::Duration::ZERO);
        for all in [false, true] {
            let at_work = orm::begin().using(&*tenants.get(&0).await?).await?;
            let closing = if all { tenants.close_all() } else { tenants.close(&0) };
            let mut closing = closing.into_future();
            assert!((&mut closing).now_or_never().is_none());
            for given_up in [None, Some(closing)] {
                drop(given_up);
                for tenant in [0, 1] {
                    let error = tenants.get(&tenant).await.unwrap_err();
                    assert!(matches!(error.kind(), ErrorKind::TenantLimit { open: 1, .. }), "{error:?}");
                }
                let stats = tenants.stats();
                assert_eq!((stats.open, stats.connections), (0, 1));
            }
            at_work.commit().await?;
            assert_eq!(tenants.stats().connections, 0);
            // Nobody told of it, and the room is there.
            tenants.get(&1).await?.ping().await?;
            tenants.close(&1).await?;
        }
        Ok(())
    }
}
