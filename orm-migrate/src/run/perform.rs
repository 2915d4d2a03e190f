//! The steps of one migration, run.

use std::time::{Duration, Instant};

use orm::Backend;
use orm::migrate::Session;

use super::course::Known;
use super::{Event, MigrateOptions, is_busy, sqlite};
use crate::error::{Error, Result};
use crate::file::{Migration, digest};
use crate::ledger::{self, Course, Definitions, Half, Ledger, said};
use crate::render::{Group, Kind, MigrationStep, Server, Way, groups};

/// How often SQLite is asked again.
const PAUSE: Duration = Duration::from_millis(50);

/// A run, at one migration.
pub(super) struct Run<'r, 'f> {
    pub(super) known: &'r Known<'f>,
    pub(super) session: &'r mut Session,
    pub(super) options: &'r MigrateOptions,
    /// As it was when the migration was planned.
    pub(super) ledger: Ledger,
    pub(super) server: Server,
    pub(super) told: &'r mut (dyn FnMut(&Event) + Send),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done; whether it was taken back.
    Done(bool),
    /// Somebody else has been faster: things are to be looked at anew.
    Moved,
}

/// Why a group of steps came to no end.
enum Ended {
    Failed(Error),
    Moved,
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Whether definitions can be rolled back.
pub(super) fn rolls_back(backend: Backend) -> bool {
    !matches!(backend, Backend::MySql | Backend::MariaDb)
}

/// Begins a transaction. SQLite waits for whoever writes.
pub(super) async fn begin(session: &mut Session, checked: bool, patience: Duration) -> Result<()> {
    let begun = Instant::now();
    loop {
        match session.begin(checked).await {
            Err(error) if is_busy(&error) && begun.elapsed() < patience => tokio::time::sleep(PAUSE).await,
            Err(error) if is_busy(&error) => {
                return Err(Error::Locked { holder: "another connection writes all the time".to_owned() });
            }
            outcome => return outcome.map_err(said),
        }
    }
}

/// Whether so many steps have changed anything.
pub(super) fn changed(steps: &[MigrationStep], done: usize) -> bool {
    steps.iter().take(done).any(|step| !matches!(step.kind, Kind::Guard(_)))
}

/// Whether the ledger has a row for a migration that stands so, or will keep it.
pub(super) fn stands_half(steps: &[MigrationStep], now: &Half) -> bool {
    // What is taken back has had steps that are done.
    matches!(now.course, Course::Undone(_)) || changed(steps, now.done)
}

/// By which the same steps are known again.
pub(super) fn hash(steps: &[MigrationStep]) -> String {
    let mut text = String::new();
    for sql in steps.iter().flat_map(|step| &step.sql) {
        text.push_str(&format!("{}:{sql}", sql.len()));
    }
    digest(text.as_bytes())
}

/// The first words of SQL of the user's own, of which the rest may hold what is secret.
fn beginning(sql: &str) -> String {
    let words = sql.split_whitespace().take_while(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()));
    words.take(2).chain(["…"]).collect::<Vec<_>>().join(" ")
}

impl Run<'_, '_> {
    /// Runs the steps, or those that are left of a migration that stands half.
    pub(super) async fn perform(
        &mut self,
        migration: &Migration,
        course: Course,
        steps: &[MigrationStep],
        half: Option<&Half>,
    ) -> Result<Outcome> {
        let backend = self.server.backend;
        let groups = groups(steps, backend);
        let mut now = Half {
            id: migration.id.clone(),
            course,
            plan: half.map_or_else(|| hash(steps), |half| half.plan.clone()),
            done: half.map_or(0, |half| half.done),
            begun: None,
        };
        let mut ended = false;
        let done = now.done;
        for (at, group) in groups.iter().enumerate().filter(|(_, group)| group.steps.end > done) {
            let last = at + 1 == groups.len();
            let left = Group { steps: group.steps.start.max(done)..group.steps.end, ..group.clone() };
            match group.way {
                Way::Transaction { checked } => {
                    let group = &left;
                    begin(self.session, checked, self.options.patience).await?;
                    let half = stands_half(steps, &now);
                    match self.together(migration, steps, group, &mut now, last).await {
                        Ok(()) => self.commit(migration, half).await?,
                        Err(why) => {
                            self.session.rollback().await;
                            return match why {
                                Ended::Moved => Ok(Outcome::Moved),
                                Ended::Failed(error) => {
                                    self.forget_nothing(steps, &now).await;
                                    Err(error)
                                }
                            };
                        }
                    }
                    ended |= last;
                }
                Way::Locked => self.locked(migration, steps, group, &mut now).await?,
                Way::Alone => {
                    for step in steps.get(left.steps).unwrap_or_default() {
                        self.alone(migration, steps, step, &mut now).await?;
                    }
                    if backend == Backend::Sqlite {
                        self.ledger = ledger::read(self.session).await?;
                    }
                }
            }
        }
        if !ended {
            begin(self.session, true, self.options.patience).await?;
            let is_same = backend != Backend::Sqlite || ledger::read(self.session).await? == self.ledger;
            if !is_same {
                self.session.rollback().await;
                return Ok(Outcome::Moved);
            }
            if let Err(error) = self.note_end(&now).await {
                self.session.rollback().await;
                return Err(error);
            }
            self.session.commit().await.map_err(said)?;
        }
        Ok(Outcome::Done(course != Course::Forwards))
    }

    /// Steps that are one transaction, which has begun.
    async fn together(
        &mut self,
        migration: &Migration,
        steps: &[MigrationStep],
        group: &Group,
        now: &mut Half,
        last: bool,
    ) -> std::result::Result<(), Ended> {
        let sqlite = self.server.backend == Backend::Sqlite;
        if sqlite && ledger::read(self.session).await? != self.ledger {
            return Err(Ended::Moved);
        }
        let half = stands_half(steps, now);
        let unchecked = sqlite && group.way == (Way::Transaction { checked: false });
        let mut before = if unchecked { Some(sqlite::Dangling::read(self.session).await?) } else { None };
        for step in steps.get(group.steps.clone()).unwrap_or_default() {
            self.step(migration, step, half).await?;
            before.iter_mut().for_each(|before| before.follow(step));
        }
        if let Some(before) = before {
            before.refuse_more(self.session, migration).await?;
        }
        now.done = group.steps.end;
        if last {
            self.note_end(now).await?;
        } else {
            ledger::note(self.session, now).await?;
            self.ledger = ledger::read(self.session).await?;
        }
        Ok(())
    }

    async fn commit(&mut self, migration: &Migration, half: bool) -> Result<()> {
        self.session.commit().await.map_err(|cause| Error::Step {
            migration: migration.id.clone(),
            operation: "commit".to_owned(),
            sql: "COMMIT".to_owned(),
            half,
            cause,
        })
    }

    /// A step that no transaction can take back: that it begins is noted, and that it has ended.
    pub(super) async fn alone(
        &mut self,
        migration: &Migration,
        steps: &[MigrationStep],
        step: &MigrationStep,
        now: &mut Half,
    ) -> Result<()> {
        let definition = match rolls_back(self.server.backend) {
            true => String::new(),
            false => Definitions::read(self.session, &step.tables).await?.text(),
        };
        now.begun = Some(definition);
        ledger::note(self.session, now).await?;
        let outcome = self.step(migration, step, stands_half(steps, now)).await;
        now.begun = None;
        if let Err(error) = outcome {
            // It has no effect if the server is there to say so; else that is found out later.
            drop(ledger::note(self.session, now).await);
            self.forget_nothing(steps, now).await;
            return Err(error);
        }
        now.done += 1;
        ledger::note(self.session, now).await
    }

    /// After an error: a migration of which nothing was done does not stand half.
    pub(super) async fn forget_nothing(&mut self, steps: &[MigrationStep], now: &Half) {
        if !stands_half(steps, now) {
            drop(ledger::forget(self.session, &now.id).await);
        }
    }

    async fn note_end(&mut self, now: &Half) -> Result<()> {
        match now.course {
            Course::Forwards => {
                let hash = self.known.hash(&now.id).to_owned();
                ledger::insert(self.session, &now.id, &hash).await?;
            }
            Course::Backwards => ledger::remove(self.session, &now.id).await?,
            Course::Undone(_) => {}
        }
        ledger::forget(self.session, &now.id).await
    }

    pub(super) fn failed(
        &self,
        migration: &Migration,
        step: &MigrationStep,
        sql: &str,
        half: bool,
        cause: orm::Error,
    ) -> Error {
        Error::Step {
            migration: migration.id.clone(),
            operation: step.operation.clone(),
            sql: if step.kind == Kind::Own { beginning(sql) } else { sql.to_owned() },
            half,
            cause,
        }
    }

    pub(super) async fn step(
        &mut self,
        migration: &Migration,
        step: &MigrationStep,
        half: bool,
    ) -> Result<()> {
        (self.told)(&Event::StepBegun { operation: step.operation.clone() });
        if let Kind::Rebuild { table, columns, indexes, known, scratch } = &step.kind {
            let rebuild = sqlite::Rebuild { migration, step, table, columns, indexes, known, scratch, half };
            rebuild.run(self.session).await?;
            (self.told)(&Event::StepEnded { operation: step.operation.clone() });
            return Ok(());
        }
        if self.server.backend == Backend::Postgres {
            // Until the change behind it is committed too: else rows could come between.
            for table in &step.held {
                let table = ledger::quoted_table(self.server.backend, table);
                let lock = format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
                let outcome = self.session.batch(&lock).await;
                outcome.map_err(|cause| self.failed(migration, step, &lock, half, cause))?;
            }
        }
        if step.kind == Kind::Own {
            for sql in &step.sql {
                super::concurrent::clear(self.session, sql).await?;
            }
        }
        for sql in &step.sql {
            if let Kind::Guard(rows) = &step.kind {
                let count = self.session.count(sql).await;
                let count = count.map_err(|cause| self.failed(migration, step, sql, half, cause))?;
                if count > 0 {
                    return Err(Error::Rows {
                        migration: migration.id.clone(),
                        operation: step.operation.clone(),
                        count,
                        rows: rows.clone(),
                        half,
                    });
                }
            } else {
                let outcome = self.session.batch(sql).await;
                outcome.map_err(|cause| self.failed(migration, step, sql, half, cause))?;
            }
        }
        (self.told)(&Event::StepEnded { operation: step.operation.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_behind_the_beginning() {
        assert_eq!(beginning("CREATE USER a IDENTIFIED BY 's3cret'"), "CREATE USER …");
        assert_eq!(beginning("SET PASSWORD='s3cret'"), "SET …");
        assert_eq!(beginning("-- s3cret\nSELECT 1"), "…");
    }
}
