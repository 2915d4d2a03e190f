//! Everything at once for a bounded time, and then the books must balance: in plain SQL, in the pool, in memory.

mod ledger;
mod shapes;
mod work;

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use orm::model::Table;
use orm::prelude::*;
use orm::{Database, DatabaseOptions, PoolOptions};
use orm_tests::{Outcome, TestDb, cases};

use self::ledger::Ledger;
use self::work::{Course, Worker};
use crate::bounds::{self, PATIENCE};
use crate::report;
use crate::sessions::{self, Sessions};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Tasks of one runtime with two threads.
const TASKS: i32 = 6;
/// Threads without a runtime, which block.
const THREADS: i32 = 2;
const CONNECTIONS: usize = 5;
/// The memory of the process may grow by so much after it has warmed up: what is kept (a thousand texts of SQL, as
/// many statements a connection, the allocator's own reserves) is bounded, what leaks is not.
const GROWTH: u64 = 64 << 20;

/// Something written by a worker, who knows what it should say.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "entries", unique_together(worker, number))]
struct Entry {
    #[field(primary_key)]
    id: i64,
    worker: i32,
    number: i64,
    amount: i64,
    #[field(max_length = 60)]
    note: Option<String>,
    weight: Option<f64>,
    #[field(default = true)]
    open: bool,
}

/// Where money moves to and fro; there is always as much of it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "accounts")]
struct Account {
    #[field(primary_key, insertable)]
    id: i64,
    balance: i64,
    /// In how many transfers it took part.
    #[field(default = 0)]
    moves: i64,
}

static TABLES: [&Table; 2] = [Entry::TABLE, Account::TABLE];
const ACCOUNTS: u32 = 8;
const BALANCE: i64 = 1_000;

/// How much memory the process has, in bytes.
fn memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// How many connections to SQLite this process has: each is a thread of sqlx.
fn workers() -> Result<usize> {
    let mut workers = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        // A thread may end between the two looks.
        let name = std::fs::read_to_string(thread?.path().join("comm"));
        workers += usize::from(name.is_ok_and(|name| name.starts_with("sqlx-sqlite")));
    }
    Ok(workers)
}

/// Whether this process has the file open.
fn is_open(path: &std::path::Path) -> Result<bool> {
    let links = std::fs::read_dir("/proc/self/fd")?;
    Ok(links.filter_map(|link| std::fs::read_link(link.ok()?.path()).ok()).any(|link| link == path))
}

/// Runs all workers to their end, and gives their books, and how much memory they took when warm and in the end.
fn all_at_once(
    handle: &Database,
    options: &DatabaseOptions,
    seed: u64,
) -> Result<(Vec<Ledger>, [u64; 2], u64)> {
    let time = bounds::soak();
    let course = Arc::new(Course::until(Instant::now() + time));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let tasks: Vec<_> = (0..TASKS)
        .map(|worker| {
            let (worker, course) = (Worker::new(worker, seed, handle), Arc::clone(&course));
            runtime.spawn(async move { worker.work(&course).await })
        })
        .collect();
    let threads: Vec<_> = (TASKS..TASKS + THREADS)
        .map(|worker| {
            let (worker, course) = (Worker::new(worker, seed, handle), Arc::clone(&course));
            let (send, done) = mpsc::channel();
            std::thread::spawn(move || send.send(worker.block(&course)));
            done
        })
        .collect();
    let (renewed, options) = (handle.clone(), options.clone());
    let renewing = runtime.spawn({
        let course = Arc::clone(&course);
        async move {
            let mut times = 0;
            while course.goes_on() {
                tokio::time::sleep(Duration::from_millis(400)).await;
                renewed.init(options.clone()).await?;
                times += 1;
            }
            Ok::<u64, orm::Error>(times)
        }
    });
    std::thread::sleep(time / 2);
    let warm = memory()?;
    let mut ledgers = Vec::new();
    for task in tasks {
        let done = runtime.block_on(async { tokio::time::timeout(time + PATIENCE, task).await });
        ledgers.push(done.map_err(|_| "a task hangs")???);
    }
    for thread in threads {
        ledgers.push(thread.recv_timeout(time + PATIENCE).map_err(|_| "a thread hangs or panicked")??);
    }
    let renewals = runtime.block_on(renewing)??;
    Ok((ledgers, [warm, memory()?], renewals))
}

/// What is stored is what the books say.
async fn check_rows(db: &TestDb, ledgers: &[Ledger]) -> Outcome {
    let rows = db.oracle("SELECT worker, number, amount FROM entries ORDER BY worker, number").await?;
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        let cells: Vec<i64> =
            row.iter().flatten().map(|cell| cell.parse()).collect::<std::result::Result<_, _>>()?;
        let [worker, number, amount] = cells[..] else { return Err(format!("NULL in {row:?}").into()) };
        stored.push((worker, number, amount));
    }
    for ledger in ledgers {
        let mine = stored.iter().filter(|(worker, ..)| *worker == i64::from(ledger.worker()));
        ledger.compare(mine.map(|(_, number, amount)| (*number, *amount)))?;
    }
    let known = ledgers.iter().map(|ledger| i64::from(ledger.worker()));
    let known: Vec<i64> = known.collect();
    assert!(stored.iter().all(|(worker, ..)| known.contains(worker)), "rows of nobody");
    let sums = db.oracle("SELECT SUM(balance), SUM(moves) FROM accounts").await?;
    let cells: Vec<i64> =
        sums.iter().flatten().flatten().map(|cell| cell.parse()).collect::<std::result::Result<_, _>>()?;
    let [balance, moves] = cells[..] else { return Err("no sums".into()) };
    assert_eq!(balance, i64::from(ACCOUNTS) * BALANCE, "money came or went");
    let sure: i64 = ledgers.iter().map(|ledger| ledger.transfers).sum();
    let perhaps: i64 = ledgers.iter().map(|ledger| ledger.perhaps).sum();
    assert!(
        (2 * sure..=2 * (sure + perhaps)).contains(&moves),
        "{moves} moves of {sure} transfers, perhaps {perhaps} more"
    );
    Ok(())
}

/// Pool and server are at rest, and agree.
async fn check_rest(db: &TestDb, sessions: &Sessions<'_>, handle: &Database) -> Outcome {
    sessions::no_transaction(db).await?;
    let stats = handle.pool_stats().ok_or("no pool")?;
    assert_eq!((stats.in_use, stats.waiting, stats.size), (0, 0, stats.idle), "{stats:?}");
    assert!(stats.size <= CONNECTIONS, "{stats:?}");
    match db.path() {
        Some(path) => {
            assert_eq!(db.oracle("PRAGMA integrity_check").await?, [[Some("ok".to_owned())]]);
            let others = db.handle().pool_stats().ok_or("no pool")?.size;
            // sqlx's threads end a little later.
            let connections = stats.size + others;
            sessions::until("the pool's connections are left", async || Ok(workers()? == connections))
                .await?;
            // SQLite keeps files of closed connections for later ones, for as long as there is any.
            handle.close().await?;
            db.handle().close().await?;
            sessions::until("the file is closed", async || Ok(!is_open(&path)?)).await?;
        }
        None => {
            sessions.settle_at(stats.size).await?;
            handle.close().await?;
            sessions.settle_at(0).await?;
        }
    }
    Ok(())
}

cases! {
    /// Reads, writes, transactions, cancellations, re-initialization, blocking callers, and queries of more shapes
    /// than the cache of texts has room for.
    async fn everything_at_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        let accounts = (1..=i64::from(ACCOUNTS)).map(|id| NewAccount::new(BALANCE).id(id));
        Account::objects().using(db.handle()).bulk_create(accounts).await?;
        let sessions = Sessions::after_those_of(db).await?;
        let options = DatabaseOptions::url(sessions::url(db)).pool(PoolOptions::new().max_connections(CONNECTIONS));
        let handle = Database::open("soak", options.clone()).await?;
        let seed = bounds::seed();
        let (used, builds) = (handle.clone(), orm::statistics::sql_builds());
        let done = tokio::task::spawn_blocking(move || all_at_once(&used, &options, seed)).await?;
        let (ledgers, [warm, end], renewals) = done.map_err(|error| format!("{}: seed {seed}: {error}", db.kind()))?;
        let builds = orm::statistics::sql_builds() - builds;
        let operations: u64 = ledgers.iter().map(|ledger| ledger.operations).sum();
        report(&format!(
            "{}: seed {seed}, {operations} operations, {builds} texts built, {renewals} times bound anew, {} MiB when warm, {} MiB at the end",
            db.kind(), warm >> 20, end >> 20
        ));
        check_rest(db, &sessions, &handle).await?;
        check_rows(db, &ledgers).await?;
        assert!(end <= warm + GROWTH, "the process grew from {warm} to {end} bytes");
        assert!(renewals > 0 && builds > 0);
        Ok(())
    }
}
