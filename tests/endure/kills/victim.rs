//! The process that is killed: it writes batches in transactions until somebody ends it, and says how far it is.

use std::process::ExitCode;

use orm::model::Table;
use orm::prelude::*;
use orm::{Database, DatabaseOptions, PoolOptions};

use crate::dice::Dice;

/// Names the database to write to; makes this binary a victim.
pub(crate) const URL: &str = "ORM_TEST_VICTIM_URL";
/// What chance begins with in a victim.
pub(crate) const SEED: &str = "ORM_TEST_VICTIM_SEED";
/// The number of the first batch.
pub(crate) const FIRST: &str = "ORM_TEST_VICTIM_FIRST";

/// What a part says once its whole batch was written.
pub(crate) const DONE: &str = "done";
/// As many transactions are under way at once.
const WRITERS: i64 = 2;

/// A part of a batch; all parts of one are written in one transaction.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parts", unique_together(batch, number))]
pub(crate) struct Part {
    #[field(primary_key)]
    pub(crate) id: i64,
    pub(crate) batch: i64,
    /// From 0; below it is one that must never be seen.
    pub(crate) number: i32,
    /// How many parts the batch has.
    pub(crate) size: i32,
    #[field(max_length = 20)]
    pub(crate) note: Option<String>,
}

/// One row: how many parts there are.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tally")]
pub(crate) struct Tally {
    #[field(primary_key, insertable)]
    pub(crate) id: i64,
    pub(crate) total: i64,
}

pub(crate) static TABLES: [&Table; 2] = [Part::TABLE, Tally::TABLE];

/// Writes until it is killed; returns only if something fails.
#[expect(clippy::print_stderr, reason = "the parent reads it")]
pub(crate) fn run(url: &str) -> ExitCode {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    let (seed, first) = (number(SEED), number(FIRST));
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(write(url, seed, first)).map_err(|error| format!("{error:?}")));
    eprintln!("the victim ended by itself: {outcome:?}");
    ExitCode::FAILURE
}

async fn write(url: &str, seed: u64, first: u64) -> orm::Result<()> {
    let pool = PoolOptions::new().max_connections(3);
    let db = Database::open("victim", DatabaseOptions::url(url).pool(pool)).await?;
    let first = i64::try_from(first).unwrap_or(1);
    let writers = (0..WRITERS).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut dice = Dice::new(seed, writer.unsigned_abs());
            let mut batch = first + writer;
            loop {
                write_batch(&db, batch, &mut dice).await?;
                batch += WRITERS;
            }
        })
    });
    for writer in futures_util::future::join_all(writers).await {
        writer.unwrap_or(Ok(()))?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the parent reads it")]
async fn write_batch(db: &Database, batch: i64, dice: &mut Dice) -> orm::Result<()> {
    let size = i32::try_from(1 + dice.below(6)).unwrap_or(1);
    let nested = dice.below(3) == 0;
    println!("begun {batch}");
    loop {
        let block = orm::atomic(move |tx| async move {
            let parts = || Part::objects().using(&tx);
            parts().create(NewPart::new(batch, 0, size)).await?;
            Tally::objects()
                .using(&tx)
                .filter(Tally::id.eq(1))
                .update(Tally::total.set(Tally::total + i64::from(size)))
                .await?;
            if nested {
                let undone: orm::Result<()> = tx
                    .atomic(move |inner| async move {
                        let hidden = || Part::objects().using(&inner).create(NewPart::new(batch, -1, size));
                        hidden().await?;
                        hidden().await.map(drop)
                    })
                    .await;
                match undone {
                    Err(error) if error.is_unique_violation() => {}
                    other => return other,
                }
            }
            parts().bulk_create((1..size).map(|number| NewPart::new(batch, number, size))).await?;
            parts().filter(Part::batch.eq(batch)).update(Part::note.set(DONE)).await?;
            Ok::<_, orm::Error>(())
        });
        match block.using(db).await {
            Err(error) if error.is_retryable() => {}
            other => {
                other?;
                println!("committed {batch}");
                return Ok(());
            }
        }
    }
}
