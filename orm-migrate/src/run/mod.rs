//! Migrations applied to a database, and taken back.
//!
//! `course` tells which come next, `perform` runs the steps of one, `locked` those that MySQL and MariaDB need a lock of
//! tables for, `half` goes on with one that was interrupted,
//! `settle` notes what people have brought to an end by hand, `concurrent` clears away what failed indexes leave, `sqlite` keeps what users have put on a table that is made anew. Each migration is planned from what the ledger says at
//! that moment: whoever was faster is noticed.

mod concurrent;
mod course;
mod half;
mod locked;
mod perform;
mod settle;
mod sqlite;

use std::time::Duration;

use orm::migrate::Session;
use orm::{Database, ErrorKind};

use course::Known;
use perform::{Outcome, Run};

use crate::error::{Error, Result};
use crate::file::{Files, MigrationId};
use crate::ledger::{self, Course, said};
use crate::operation::Operation;
use crate::render::{self, Server};

/// How far migrations are applied, or taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// To the newest of every app.
    #[default]
    Newest,
    /// To the newest of this app, with what it needs.
    NewestOf(String),
    /// To the one migration of this app whose name is this or begins so. If it is applied, those that need it are taken
    /// back.
    Named {
        /// The app.
        app: String,
        /// The name, or its beginning.
        name: String,
    },
    /// Until nothing of this app is applied, nor what needs it.
    Nothing(String),
}

/// What is to become of a step of which nobody knows whether it was done, or of the migration that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resume {
    /// It was done.
    Done,
    /// It was not, and is done again.
    Again,
    /// Somebody has brought the whole migration to its end by hand: it is noted as applied, if the tables have the columns
    /// that they have behind it. Nothing is run.
    Applied,
    /// Somebody has taken back by hand what was done of the migration: it is noted as not applied, if the tables have the
    /// columns that they had before it. Nothing is run.
    Abandon,
}

/// How migrations are run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MigrateOptions {
    /// How far.
    pub until: Until,
    /// Whether they are only noted, and nothing is run.
    pub fake: bool,
    /// Whether the first migration of an app is only noted if all that it makes is there.
    pub fake_initial: bool,
    /// Takes back what was done of a migration that stands half, and does nothing else.
    pub rollback_partial: bool,
    /// What is to become of a step of which nobody knows whether it was done, or of the migration that it is of.
    pub resume: Option<Resume>,
    /// How long to wait for somebody else who migrates the database.
    pub patience: Duration,
}

impl Default for MigrateOptions {
    fn default() -> Self {
        Self {
            until: Until::Newest,
            fake: false,
            fake_initial: false,
            rollback_partial: false,
            resume: None,
            patience: Duration::from_secs(60),
        }
    }
}

/// A migration that is to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// Which.
    pub id: MigrationId,
    /// Whether it is taken back.
    pub backwards: bool,
}

/// What is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A migration begins, or goes on.
    Begun(Planned),
    /// A step of it begins.
    StepBegun {
        /// The operation that it is for.
        operation: String,
    },
    /// A step has been done. What its transaction holds has an effect only when that is committed.
    StepEnded {
        /// The operation that it is for.
        operation: String,
    },
    /// It is done.
    Ended(Planned),
    /// It was only noted.
    Noted(Planned),
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migrated {
    /// The migrations, in the order in which they ended.
    pub migrations: Vec<Planned>,
}

/// How a migration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Which.
    pub id: MigrationId,
    /// How it stands.
    pub standing: Standing,
}

/// Whether a migration was applied. Times are in UTC, by the clock of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It was not.
    Open,
    /// It was, then.
    Applied(String),
    /// It was, and says something else now.
    Changed(String),
    /// It was, and there is no file of it.
    NoFile(String),
    /// In part.
    Half,
}

/// Applies migrations to a database, or takes them back, as [`MigrateOptions::until`] says.
///
/// One run at a time changes a database: others wait, and then find out what is left to do. On SQLite and PostgreSQL a
/// migration is one transaction, unless it holds SQL that cannot be in one, or has to be in one of its own. On MySQL and
/// MariaDB each step is one, and noted; a migration that was interrupted there goes on where it stood.
///
/// # Errors
///
/// Before anything is done: [`Error::Locked`], [`Error::NoFile`], [`Error::Changed`], [`Error::Inconsistent`],
/// [`Error::Unknown`], [`Error::Ambiguous`], [`Error::Half`], those of [`Files::state`]. Of a migration, with those before
/// it applied: [`Error::Refused`], [`Error::Irreversible`], [`Error::Step`], [`Error::Rows`], [`Error::Dangling`],
/// [`Error::UnknownColumns`], [`Error::UnknownParts`]. [`Error::Database`] at any time.
///
/// # Cancel safety
///
/// A drop is as good as the end of the process: what was one transaction has no effect, and the next run goes on.
///
/// # Examples
///
/// ```
/// use orm::Database;
/// use orm_migrate::{Files, MigrateOptions, migrate};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let database = Database::open("main", "sqlite::memory:").await?;
/// let files = Files::read("migrations".as_ref())?;
/// let migrated = migrate(&files, &database, &MigrateOptions::default(), &mut |_| {}).await?;
/// println!("{} migrations", migrated.migrations.len());
/// # Ok(())
/// # }
/// ```
pub async fn migrate(
    files: &Files,
    database: &Database,
    options: &MigrateOptions,
    told: &mut (dyn FnMut(&Event) + Send),
) -> Result<Migrated> {
    let known = Known::of(files)?;
    let mut session = Session::open(database).await.map_err(said)?;
    session.writes();
    let lock = ledger::lock(&mut session, options.patience).await?;
    let outcome = Box::pin(all(&known, &mut session, options, told)).await;
    let released = lock.release(&mut session).await;
    // What went wrong first says more.
    outcome.and_then(|migrated| released.map(|()| migrated))
}

/// What [`migrate`] would do, without doing anything: nothing is written, and nobody is waited for.
///
/// What stands half comes first.
///
/// # Errors
///
/// As for [`migrate`], before anything is done; not [`Error::Locked`].
///
/// # Cancel safety
///
/// Dropping the future loses nothing.
pub async fn plan(files: &Files, database: &Database, until: &Until) -> Result<Vec<Planned>> {
    let known = Known::of(files)?;
    let mut session = Session::open(database).await.map_err(said)?;
    let mut ledger = ledger::read(&mut session).await?;
    known.check(&ledger)?;
    let mut planned = Vec::new();
    // What stands half comes first, whatever is asked for; the rest is for what will be behind that.
    for half in &ledger.half {
        let backwards = half.course != Course::Forwards;
        planned.push(Planned { id: half.id.clone(), backwards });
        if backwards {
            ledger.applied.remove(&half.id);
        } else {
            let applied = ledger::Applied { hash: known.hash(&half.id).to_owned(), at: String::new() };
            ledger.applied.insert(half.id.clone(), applied);
        }
    }
    planned.extend(known.next(&ledger, until)?);
    Ok(planned)
}

/// How all migrations stand: those of files in the order in which they run, then those without one.
///
/// Writes nothing, and needs no right to; nothing has been applied where the tables of this crate are not there.
///
/// # Errors
///
/// Those of [`Files::in_order`]; [`Error::Database`].
///
/// # Cancel safety
///
/// Dropping the future loses nothing.
pub async fn status(files: &Files, database: &Database) -> Result<Vec<Status>> {
    let mut session = Session::open(database).await.map_err(said)?;
    let ledger = ledger::read(&mut session).await?;
    let mut all = Vec::new();
    for migration in files.in_order()? {
        let half = ledger.half.iter().any(|half| half.id == migration.id);
        let standing = match ledger.applied.get(&migration.id) {
            _ if half => Standing::Half,
            None => Standing::Open,
            Some(applied) if applied.hash != migration.hash() => Standing::Changed(applied.at.clone()),
            Some(applied) => Standing::Applied(applied.at.clone()),
        };
        all.push(Status { id: migration.id.clone(), standing });
    }
    let lost = ledger.applied.iter().filter(|(id, _)| files.get(id).is_none());
    all.extend(
        lost.map(|(id, applied)| Status { id: id.clone(), standing: Standing::NoFile(applied.at.clone()) }),
    );
    Ok(all)
}

/// One migration after the other, each as the ledger says.
async fn all(
    known: &Known<'_>,
    session: &mut Session,
    options: &MigrateOptions,
    told: &mut (dyn FnMut(&Event) + Send),
) -> Result<Migrated> {
    let server = Server { backend: session.backend(), version: session.version() };
    let mut migrated = Migrated::default();
    make_ledger(session, options).await?;
    loop {
        let ledger = ledger::read(session).await?;
        known.check(&ledger)?;
        let mut run = Run { known, session: &mut *session, options, ledger, server, told: &mut *told };
        if let Some(half) = run.ledger.half.first().cloned() {
            if options.fake {
                let reason = "with `--fake` nothing is run: go on with it, or take it back, first".to_owned();
                return Err(Error::Half { migration: half.id, reason });
            }
            if let Some(resume @ (Resume::Applied | Resume::Abandon)) = options.resume {
                let applied = resume == Resume::Applied;
                run.settle(&half, applied).await?;
                let planned = Planned { id: half.id, backwards: !applied };
                told(&Event::Noted(planned.clone()));
                migrated.migrations.push(planned);
                return Ok(migrated);
            }
            let planned = Planned { id: half.id.clone(), backwards: half.course != Course::Forwards };
            if let Outcome::Done(back) = Box::pin(run.go_on(half)).await? {
                migrated.migrations.push(Planned { backwards: back, ..planned });
            }
            if options.rollback_partial {
                return Ok(migrated);
            }
            continue;
        }
        if options.rollback_partial || matches!(options.resume, Some(Resume::Applied | Resume::Abandon)) {
            return Ok(migrated);
        }
        let Some(next) = known.next(&run.ledger, &options.until)?.into_iter().next() else {
            return Ok(migrated);
        };
        if let Outcome::Done(_) = Box::pin(run.one(&next)).await? {
            migrated.migrations.push(next);
        }
    }
}

async fn make_ledger(session: &mut Session, options: &MigrateOptions) -> Result<()> {
    if ledger::is_there(session).await? {
        return Ok(());
    }
    if perform::rolls_back(session.backend()) {
        perform::begin(session, true, options.patience).await?;
        if let Err(error) = ledger::create(session).await {
            session.rollback().await;
            return Err(error);
        }
        return session.commit().await.map_err(said);
    }
    ledger::create(session).await
}

impl Run<'_, '_> {
    /// Applies one migration, or takes it back.
    async fn one(&mut self, planned: &Planned) -> Result<Outcome> {
        let Some(migration) = self.known.files.get(&planned.id) else {
            return Err(Error::NoFile { migrations: vec![planned.id.clone()] });
        };
        let first = !planned.backwards && migration.parents.is_empty();
        let course = if planned.backwards { Course::Backwards } else { Course::Forwards };
        if self.options.fake || (self.options.fake_initial && first && self.is_there(migration).await?) {
            let outcome = Box::pin(self.perform(migration, course, &[], None)).await?;
            if let Outcome::Done(_) = outcome {
                (self.told)(&Event::Noted(planned.clone()));
            }
            return Ok(outcome);
        }
        let state = self.known.state_without(&self.ledger, &planned.id)?;
        let steps = match course {
            Course::Backwards => {
                render::backwards_from(migration, &state, migration.operations.len(), self.server)?
            }
            _ => render::forwards(migration, &state, self.server)?,
        };
        (self.told)(&Event::Begun(planned.clone()));
        let outcome = Box::pin(self.perform(migration, course, &steps, None)).await?;
        if let Outcome::Done(_) = outcome {
            (self.told)(&Event::Ended(planned.clone()));
        }
        Ok(outcome)
    }

    /// Whether the tables that a first migration makes are there, with all their columns.
    async fn is_there(&mut self, migration: &crate::Migration) -> Result<bool> {
        let mut made = false;
        for operation in &migration.operations {
            let Operation::CreateTable { table } = operation else { continue };
            made = true;
            let there = ledger::columns(self.session, &table.name).await?;
            if table.columns.iter().any(|column| !there.contains(&column.name)) {
                return Ok(false);
            }
        }
        Ok(made)
    }
}

/// Whether somebody else writes just now.
fn is_busy(error: &orm::Error) -> bool {
    matches!(error.kind(), ErrorKind::Busy)
}
