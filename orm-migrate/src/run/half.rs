//! A migration that stands half goes on, or is taken back.

use super::perform::{Outcome, Run, begin, changed, hash};
use super::{Event, Planned, Resume};
use orm::schema::Undo;

use crate::error::{Error, Result};
use crate::file::Migration;
use crate::ledger::{self, Became, Course, Definitions, Half};
use crate::render::{self, Kind, MigrationStep};
use crate::state::State;

impl Run<'_, '_> {
    /// Goes on with the migration, or takes back what was done of it if that is asked for.
    pub(super) async fn go_on(&mut self, mut half: Half) -> Result<Outcome> {
        let Some(migration) = self.known.files.get(&half.id) else {
            return Err(Error::NoFile { migrations: vec![half.id] });
        };
        let state = self.known.state_without(&self.ledger, &half.id)?;
        let steps = match half.course {
            Course::Backwards => {
                render::backwards_from(migration, &state, migration.operations.len(), self.server)?
            }
            _ => render::forwards(migration, &state, self.server)?,
        };
        let undo = self.options.rollback_partial;
        let course = half.course;
        let taken_back = match course {
            Course::Backwards if undo => {
                return Err(stands(
                    migration,
                    "it was being taken back: without `--rollback-partial` that goes on",
                ));
            }
            Course::Forwards if undo => {
                let done = self.settled(migration, &steps, hash(&steps), &half).await?;
                let back = self.undo(migration, &state, &steps, done)?;
                // As long as nothing is noted, it can still go forwards.
                for guard in back.iter().take_while(|step| matches!(step.kind, Kind::Guard(_))) {
                    self.look(migration, guard).await?;
                }
                let plan = both(&steps, &back);
                half = Half { course: Course::Undone(done), plan, done: 0, begun: None, ..half };
                ledger::note(self.session, &half).await?;
                self.ledger = ledger::read(self.session).await?;
                Some(back)
            }
            Course::Undone(done) if undo => Some(self.undo(migration, &state, &steps, done)?),
            Course::Undone(done) => {
                let back = self.undo(migration, &state, &steps, done)?;
                let untouched = half.begun.is_none() && !changed(&back, half.done);
                if !untouched || both(&steps, &back) != half.plan {
                    return Err(stands(
                        migration,
                        "what was done of it was being taken back: `--rollback-partial` goes on",
                    ));
                }
                half = Half { course: Course::Forwards, plan: hash(&steps), done, begun: None, ..half };
                ledger::note(self.session, &half).await?;
                self.ledger = ledger::read(self.session).await?;
                None
            }
            Course::Forwards | Course::Backwards => None,
        };
        let plan = taken_back.as_ref().map_or_else(|| hash(&steps), |back| both(&steps, back));
        let steps = taken_back.unwrap_or(steps);
        half.done = self.settled(migration, &steps, plan, &half).await?;
        half.begun = None;
        // Rows may have come since they were counted.
        let change = steps.get(half.done).map(|step| step.at);
        while let Some(before) = half.done.checked_sub(1)
            && steps.get(before).is_some_and(|step| {
                matches!(step.kind, Kind::Guard(_)) && change.is_none_or(|at| at == step.at)
            })
        {
            half.done = before;
        }
        let planned = Planned { id: half.id.clone(), backwards: half.course != Course::Forwards };
        (self.told)(&Event::Begun(planned.clone()));
        let outcome = Box::pin(self.perform(migration, half.course, &steps, Some(&half))).await?;
        if let Outcome::Done(_) = outcome {
            (self.told)(&Event::Ended(planned));
        }
        Ok(outcome)
    }

    /// Counts the rows that are in the way of the way back, without a change.
    async fn look(&mut self, migration: &Migration, guard: &MigrationStep) -> Result<()> {
        begin(self.session, true, self.options.patience).await?;
        let outcome = self.step(migration, guard, true).await;
        self.session.rollback().await;
        outcome
    }

    /// How many steps are done, of one that was begun too.
    async fn settled(
        &mut self,
        migration: &Migration,
        steps: &[MigrationStep],
        plan: String,
        half: &Half,
    ) -> Result<usize> {
        if plan != half.plan || half.done > steps.len() {
            return Err(stands(
                migration,
                "its steps are not those that it was begun with: go on with the files, and the version of the program, that \
                 were there then; or bring it to an end by hand, and say `--resume applied` or `--resume abandon`",
            ));
        }
        let (Some(before), Some(step)) = (&half.begun, steps.get(half.done)) else { return Ok(half.done) };
        let known = !super::perform::rolls_back(self.server.backend) && !step.tables.is_empty();
        let became = match Definitions::of_text(before).filter(|_| known) {
            Some(before) => {
                let now = Definitions::read(self.session, &step.tables).await?;
                Some(now.since(&before, &step.touched))
            }
            None => None,
        };
        let is_done = match became {
            Some(Became::Done) => true,
            Some(Became::Nothing) => false,
            _ => match self.options.resume {
                Some(Resume::Done) => true,
                Some(Resume::Again) => false,
                // What settles the whole migration comes before its steps are asked for.
                Some(Resume::Applied | Resume::Abandon) | None => {
                    // Which one it is, and not what it says: that may hold what is secret.
                    let before = steps.get(..half.done).unwrap_or_default();
                    let number = before.iter().filter(|own| own.at == step.at).count() + 1;
                    let reason = format!(
                        "it was interrupted, and nobody knows whether the statement {number} of its operation {} ({}) was \
                         done: look, and say `--resume done` or `--resume again`",
                        step.at + 1,
                        step.operation
                    );
                    return Err(stands(migration, &reason));
                }
            },
        };
        Ok(half.done + usize::from(is_done))
    }

    /// The steps that take back so many steps of a migration.
    fn undo(
        &self,
        migration: &Migration,
        state: &State,
        steps: &[MigrationStep],
        done: usize,
    ) -> Result<Vec<MigrationStep>> {
        let behind = done.checked_sub(1).and_then(|at| steps.get(at));
        let Some(last) = behind else { return Ok(Vec::new()) };
        let within = steps.get(done).is_some_and(|next| next.at == last.at);
        let mut back = Vec::new();
        if within {
            if last.kind == Kind::Own {
                return Err(stands(
                    migration,
                    "some of its own SQL was done and some was not, which only people can take back",
                ));
            }
            for step in steps.get(..done).unwrap_or_default().iter().rev().filter(|own| own.at == last.at) {
                let one = |undo: &Undo| MigrationStep {
                    sql: vec![undo.sql.clone()],
                    kind: Kind::Definition,
                    undo: Vec::new(),
                    touched: undo.touched.clone(),
                    held: Vec::new(),
                    ..step.clone()
                };
                back.extend(step.undo.iter().map(one));
            }
        }
        let whole = if within { last.first } else { last.at + 1 };
        back.extend(render::backwards_from(migration, state, whole, self.server)?);
        Ok(back)
    }
}

/// By which it is known that what was done, and what takes it back, are the same.
fn both(steps: &[MigrationStep], back: &[MigrationStep]) -> String {
    hash(&[steps, back].concat())
}

fn stands(migration: &Migration, reason: &str) -> Error {
    Error::Half { migration: migration.id.clone(), reason: reason.to_owned() }
}
