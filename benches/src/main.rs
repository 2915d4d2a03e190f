//! Runs ours, the drivers and another ORM on the same data, in turn, and prints medians and ratios. See `README.md`.

#[cfg(feature = "allocations")]
mod allocations;
mod by_hand;
mod data;
mod ours;
mod raw_sqlx;
mod report;
mod rusqlite;
#[cfg(feature = "sea-orm")]
mod sea_orm;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum as _};

use data::{BULK, Backend, Contender, Data, TASKS, Workload};
use report::{Report, Series};

/// Ours, the drivers and another ORM: the same work, on the same data, in turn.
#[derive(Debug, Clone, Parser)]
struct Arguments {
    /// How often everyone has a turn at each workload.
    #[arg(long, default_value_t = 15)]
    rounds: u32,
    /// Which backends; all that are there if none is named.
    #[arg(long)]
    backend: Vec<Backend>,
    /// Which workloads; all if none is named.
    #[arg(long)]
    workload: Vec<Workload>,
    /// Which contenders; all if none is named.
    #[arg(long)]
    contender: Vec<String>,
    /// How many milliseconds a turn takes, about.
    #[arg(long, default_value_t = 50)]
    turn: u64,
    /// How often a turn does the work, instead.
    #[arg(long)]
    times: Option<u32>,
    /// Ends with the ratios as a table in Markdown.
    #[arg(long)]
    markdown: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let backends = match &arguments.backend[..] {
        [] => Backend::value_variants().to_vec(),
        named => named.to_vec(),
    };
    for backend in backends {
        let Some(data) = Data::create(backend).await? else {
            println!("left out: {backend}");
            continue;
        };
        // On a thread of the runtime, where a program's queries are, and which polls the sockets itself.
        let arguments = arguments.clone();
        let (data, result) = tokio::spawn(async move {
            let result = compare(&data, &arguments).await;
            (data, result)
        })
        .await?;
        data.remove().await?;
        result?;
    }
    Ok(())
}

/// Everyone on one backend. The first is what the others are compared with.
async fn contenders(data: &Data) -> Result<Vec<Box<dyn Contender>>> {
    let mut all: Vec<Box<dyn Contender>> = Vec::new();
    match data.backend {
        Backend::Sqlite => {
            all.push(Box::new(rusqlite::Rusqlite::connect(data)?));
            all.push(Box::new(raw_sqlx::Sqlite::connect(data).await?));
        }
        Backend::Postgres => {
            all.push(Box::new(by_hand::Postgres::connect(data).await?));
            all.push(Box::new(raw_sqlx::Postgres::connect(data).await?));
        }
        Backend::MariaDb | Backend::MySql => {
            all.push(Box::new(by_hand::MySql::connect(data).await?));
            all.push(Box::new(raw_sqlx::MySql::connect(data).await?));
        }
    }
    #[cfg(feature = "sea-orm")]
    all.push(Box::new(sea_orm::SeaOrm::connect(data).await?));
    all.push(Box::new(ours::Ours::connect(data).await?));
    Ok(all)
}

async fn compare(data: &Data, arguments: &Arguments) -> Result<()> {
    let mut all = contenders(data).await?;
    if !arguments.contender.is_empty() {
        all.retain(|contender| arguments.contender.iter().any(|name| name == contender.name()));
    }
    let names: Vec<_> = all.iter().map(|contender| contender.name()).collect();
    println!(
        "\n{} {}, {} rounds: median time, and ratios to {} of time and of time on a processor (quartiles)",
        data.backend,
        data.version,
        arguments.rounds,
        names.first().copied().unwrap_or("nobody")
    );
    let workloads = match &arguments.workload[..] {
        [] => Workload::value_variants(),
        named => named,
    };
    let mut reports = Vec::new();
    for workload in workloads {
        let report = measure(data, &mut all, *workload, arguments).await?;
        report.print();
        reports.push(report);
    }
    if arguments.markdown {
        println!("\n| {} | {} |\n|---|{}", data.backend, names.join(" | "), "---|".repeat(names.len()));
        for report in reports {
            println!("{}", report.markdown(&names));
        }
    }
    Ok(())
}

/// Everyone at one workload.
async fn measure(
    data: &Data,
    all: &mut [Box<dyn Contender>],
    workload: Workload,
    arguments: &Arguments,
) -> Result<Report> {
    let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].can(workload)).collect();
    let mut series: Vec<_> =
        all.iter().map(|one| Series { name: one.name(), times: Vec::new(), work: Vec::new(), allocations: None }).collect();
    // Warm caches, and how often the first one does it in a turn.
    let mut times = 1;
    for at in &order {
        turn(data, &mut all[*at], workload, 3).await?;
        let Turn { time, .. } = turn(data, &mut all[*at], workload, 3).await?;
        if *at == order[0] {
            let wanted = Duration::from_millis(arguments.turn).as_nanos() * 3 / time.as_nanos().max(1);
            times = arguments.times.unwrap_or(u32::try_from(wanted.clamp(1, 100_000))?);
        }
    }
    let mut random = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(times);
    for _ in 0..arguments.rounds {
        shuffle(&mut order, &mut random);
        let mut expected = None;
        for at in &order {
            #[cfg(feature = "allocations")]
            let before = allocations::count();
            let Turn { time, work, sum } = turn(data, &mut all[*at], workload, times).await?;
            #[cfg(feature = "allocations")]
            {
                series[*at].allocations = Some((allocations::count() - before) as f64 / f64::from(times));
            }
            let name = series[*at].name;
            let (first, expected) = *expected.get_or_insert((name, sum));
            ensure!(sum == expected, "{workload}: {first} read something else than {name}");
            series[*at].times.push(time / times);
            series[*at].work.push(work / times);
        }
    }
    series.retain(|series| !series.times.is_empty());
    Ok(Report { workload, series })
}

struct Turn {
    time: Duration,
    /// How much of it this process was on a processor.
    work: Duration,
    sum: u64,
}

/// One turn of one contender.
async fn turn(data: &Data, contender: &mut Box<dyn Contender>, workload: Workload, times: u32) -> Result<Turn> {
    let (start, start_of_work) = (Instant::now(), on_processor());
    let sum = contender.run(workload, times).await?;
    let (mut time, mut work) = (start.elapsed(), on_processor().saturating_sub(start_of_work));
    let inserted = match workload {
        Workload::Insert => u64::from(times),
        Workload::Insert1000 => u64::from(times) * BULK.cast_unsigned(),
        Workload::Pool => {
            time /= TASKS;
            work /= TASKS;
            0
        }
        _ => 0,
    };
    if inserted > 0 {
        let found = data.clean().await?;
        ensure!(found == inserted, "{workload}: {} inserted {found} rows, not {inserted}", contender.name());
    }
    Ok(Turn { time, work, sum })
}

/// How long this process was on a processor so far, all threads together.
fn on_processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn shuffle(order: &mut [usize], random: &mut u64) {
    for at in (1..order.len()).rev() {
        // Xorshift.
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        order.swap(at, usize::try_from(*random >> 33).unwrap_or(0) % (at + 1));
    }
}
