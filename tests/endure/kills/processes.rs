//! A process that is killed in the middle of its work leaves whole transactions or none, and nothing locked.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::victim::{self, DONE, NewTally, TABLES, Tally};
use crate::bounds::{self, PATIENCE};
use crate::dice::Dice;
use crate::report;
use crate::sessions;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Batches of one round are numbered from here times the round.
const ROUND: u64 = 1_000_000;
const SIGKILL: i32 = 9;

/// What the victims said.
#[derive(Debug, Default)]
struct Told {
    begun: BTreeSet<i64>,
    committed: BTreeSet<i64>,
}

impl Told {
    fn hear(&mut self, line: &str) -> Result<()> {
        let (word, batch) = line.split_once(' ').ok_or_else(|| format!("half a line: {line}"))?;
        match word {
            "begun" => self.begun.insert(batch.parse()?),
            "committed" => self.committed.insert(batch.parse()?),
            _ => return Err(format!("an unknown line: {line}").into()),
        };
        Ok(())
    }
}

/// Runs a victim for a while and kills it.
fn kill_one(url: &str, round: u64, dice: &mut Dice, told: &mut Told) -> Result<()> {
    let mut child = Command::new(std::env::current_exe()?)
        .env(victim::URL, url)
        .env(victim::SEED, dice.below(u32::MAX).to_string())
        .env(victim::FIRST, (round * ROUND).to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let (send, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    // So many lines, and then some hundredths of a millisecond: any point of a transaction may be hit.
    let mut heard = Ok(());
    for _ in 0..dice.below(40) {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => heard = heard.and(told.hear(&line)),
            Err(_) => break,
        }
    }
    std::thread::sleep(Duration::from_micros(u64::from(dice.below(5_000))));
    child.kill()?;
    let status = child.wait()?;
    if status.signal() != Some(SIGKILL) {
        let mut why = String::new();
        child.stderr.take().ok_or("no errors")?.read_to_string(&mut why)?;
        return Err(format!("the victim was to be killed, but: {status}: {why}").into());
    }
    reader.join().map_err(|_| "the reader panicked")?;
    // Each line was written at once, so the last one is whole.
    for line in lines {
        heard = heard.and(told.hear(&line));
    }
    heard
}

/// What is stored is what was told, up to transactions under way: those are there wholly or not at all.
async fn check(db: &TestDb, told: &Told) -> Outcome {
    let sql = format!(
        "SELECT batch, COUNT(*), MIN(size), MAX(size), MIN(number), MAX(number), \
         SUM(CASE WHEN note = '{DONE}' THEN 1 ELSE 0 END) FROM parts GROUP BY batch ORDER BY batch"
    );
    let (mut stored, mut parts) = (BTreeSet::new(), 0);
    for row in db.oracle(&sql).await? {
        let cells: Vec<i64> =
            row.iter().flatten().map(|cell| cell.parse()).collect::<std::result::Result<_, _>>()?;
        let [batch, count, least, most, first, last, done] = cells[..] else {
            return Err(format!("NULL in {row:?}").into());
        };
        assert_eq!(
            (least, most, first, last, done),
            (count, count, 0, count - 1, count),
            "half of batch {batch}"
        );
        stored.insert(batch);
        parts += count;
    }
    let lost: Vec<_> = told.committed.difference(&stored).collect();
    assert!(lost.is_empty(), "committed, and not there: {lost:?}");
    let unknown: Vec<_> = stored.difference(&told.begun).collect();
    assert!(unknown.is_empty(), "never begun, and there: {unknown:?}");
    let total = db.oracle("SELECT total FROM tally").await?;
    assert_eq!(total, [[Some(parts.to_string())]], "the tally counts other parts than there are");
    Ok(())
}

/// Nothing is locked, and the file is sound, to SQLite and to its own client.
async fn check_the_rest(db: &TestDb, client_first: bool) -> Outcome {
    let integrity = "PRAGMA integrity_check";
    // Who comes first recovers the log or the journal.
    if db.kind() == Kind::Sqlite {
        if client_first {
            assert_eq!(db.client(integrity)?.trim(), "ok");
        }
        assert_eq!(db.oracle(integrity).await?, [[Some("ok".to_owned())]]);
    }
    sessions::no_transaction(db).await?;
    let free = db.oracle("UPDATE tally SET total = total WHERE id = 1");
    tokio::time::timeout(PATIENCE, free).await.map_err(|_| "a row is still locked")??;
    let told = db.oracle("SELECT COUNT(*) FROM parts").await?;
    let told = told.into_iter().flatten().flatten().next().ok_or("no count")?;
    assert_eq!(db.client("SELECT COUNT(*) FROM parts")?.trim(), told, "the client counts otherwise");
    Ok(())
}

cases! {
    #![needs(Client)]

    /// Killed with SIGKILL, again and again, at points that chance chooses.
    async fn a_process_killed(db: &TestDb) -> Outcome {
        db.handle().create_tables(&TABLES).await?;
        Tally::objects().using(db.handle()).create(NewTally::new(0).id(1)).await?;
        // Without us nobody holds the file of SQLite open: who comes next after a kill has to recover it.
        db.handle().close().await?;
        let (seed, rounds) = (bounds::seed(), bounds::kills());
        let mut dice = Dice::new(seed, 0);
        let mut told = Told::default();
        for round in 1..=rounds {
            let mut url = sessions::url(db);
            if db.kind() == Kind::Sqlite {
                url.push_str(if round % 2 == 0 { "?journal_mode=delete" } else { "?journal_mode=wal" });
            }
            let shown = || format!("{}: seed {seed}, round {round}", db.kind());
            kill_one(&url, round, &mut dice, &mut told).map_err(|error| format!("{}: {error}", shown()))?;
            check_the_rest(db, round % 3 == 0).await.map_err(|error| format!("{}: {error}", shown()))?;
            check(db, &told).await.map_err(|error| format!("{}: {error}", shown()))?;
        }
        let cut = told.begun.difference(&told.committed).count();
        report(&format!("{}: seed {seed}, {rounds} processes killed, {} batches committed, {cut} cut", db.kind(), told.committed.len()));
        assert!(!told.committed.is_empty() && cut > 0, "nothing was killed in the middle");
        Ok(())
    }
}
