//! Which migrations come next.

use std::collections::{BTreeMap, BTreeSet};

use super::{Planned, Until};
use crate::error::{Error, Result};
use crate::file::{Files, Migration, MigrationId};
use crate::graph::needs;
use crate::ledger::Ledger;
use crate::state::State;

/// What is known of the migrations of a project.
#[derive(Debug)]
pub(super) struct Known<'f> {
    pub(super) files: &'f Files,
    order: Vec<&'f Migration>,
    hashes: BTreeMap<&'f MigrationId, String>,
}

impl<'f> Known<'f> {
    pub(super) fn of(files: &'f Files) -> Result<Self> {
        // That they fit each other is known before the first is run.
        files.state()?;
        let hashes = files.iter().map(|migration| (&migration.id, migration.hash())).collect();
        Ok(Self { files, order: files.in_order()?, hashes })
    }

    pub(super) fn hash(&self, id: &MigrationId) -> &str {
        self.hashes.get(id).map(String::as_str).unwrap_or_default()
    }

    /// Refuses a ledger that the files do not go with.
    pub(super) fn check(&self, ledger: &Ledger) -> Result<()> {
        let noted = ledger.applied.keys().chain(ledger.half.iter().map(|half| &half.id));
        let lost: BTreeSet<_> = noted.filter(|id| self.files.get(id).is_none()).cloned().collect();
        if !lost.is_empty() {
            return Err(Error::NoFile { migrations: lost.into_iter().collect() });
        }
        let applied = ledger.applied.iter();
        let changed: Vec<_> =
            applied.filter(|(id, applied)| self.hash(id) != applied.hash).map(|(id, _)| id.clone()).collect();
        if !changed.is_empty() {
            return Err(Error::Changed { migrations: changed });
        }
        for id in ledger.applied.keys() {
            let missing = self.files.get(id).into_iter().flat_map(needs);
            if let Some(needs) = missing.into_iter().find(|needs| !ledger.applied.contains_key(needs)) {
                return Err(Error::Inconsistent { migration: id.clone(), needs });
            }
        }
        Ok(())
    }

    /// What is left to do, in order.
    pub(super) fn next(&self, ledger: &Ledger, until: &Until) -> Result<Vec<Planned>> {
        let is_applied = |id: &MigrationId| ledger.applied.contains_key(id);
        let wanted = match until {
            Until::Newest => self.files.iter().map(|migration| migration.id.clone()).collect(),
            Until::NewestOf(app) => {
                let leaf = self.files.leaf(app)?.ok_or_else(|| unknown_app(app))?;
                self.files.with_its_needs(leaf)
            }
            Until::Named { app, name } => {
                let id = self.files.named(app, name)?;
                if is_applied(&id) {
                    return Ok(self.back(ledger, |other| {
                        other.id != id && self.files.with_its_needs(&other.id).contains(&id)
                    }));
                }
                self.files.with_its_needs(&id)
            }
            Until::Nothing(app) => {
                self.files.leaf(app)?.ok_or_else(|| unknown_app(app))?;
                return Ok(self.back(ledger, |other| {
                    self.files.with_its_needs(&other.id).iter().any(|id| id.app == *app)
                }));
            }
        };
        let open = self.order.iter().filter(|own| wanted.contains(&own.id) && !is_applied(&own.id));
        Ok(open.map(|migration| Planned { id: migration.id.clone(), backwards: false }).collect())
    }

    fn back(&self, ledger: &Ledger, is_of_them: impl Fn(&Migration) -> bool) -> Vec<Planned> {
        let applied = self.order.iter().rev().filter(|own| ledger.applied.contains_key(&own.id));
        let them = applied.filter(|own| is_of_them(own));
        them.map(|migration| Planned { id: migration.id.clone(), backwards: true }).collect()
    }

    /// The tables behind all that was applied, but for this one.
    pub(super) fn state_without(&self, ledger: &Ledger, id: &MigrationId) -> Result<State> {
        let mut state = State::new();
        let applied = self.order.iter().filter(|own| own.id != *id && ledger.applied.contains_key(&own.id));
        applied.copied().try_for_each(|migration| migration.apply(&mut state))?;
        Ok(state)
    }
}

fn unknown_app(app: &str) -> Error {
    Error::Unknown { what: format!("app `{app}`") }
}

impl Files {
    /// The one migration of the app whose name is this, or begins so.
    pub(crate) fn named(&self, app: &str, name: &str) -> Result<MigrationId> {
        let exact = MigrationId::new(app, name);
        if self.get(&exact).is_some() {
            return Ok(exact);
        }
        let own = self.iter().filter(|own| own.id.app == app && own.id.name.starts_with(name));
        let mut found: Vec<_> = own.map(|own| own.id.clone()).collect();
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Error::Unknown { what: format!("migration `{exact}`") }),
            _ => Err(Error::Ambiguous { name: exact.to_string(), migrations: found }),
        }
    }
}
