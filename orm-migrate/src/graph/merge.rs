//! Branches of one app, joined.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::file::{Files, Migration, MigrationId};
use crate::make::checked;
use crate::state::State;

impl Files {
    /// For each app with several last migrations one without operations that follows all of them; of these apps, or of
    /// all if there are none. They are in no file yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unmergeable`] if it matters which of the branches runs first; [`Error::Unknown`] for an app that has no
    /// migrations, and for a name that no file could have; those of [`in_order`](Self::in_order).
    pub fn merged(&self, apps: &[String], name: Option<&str>) -> Result<Vec<Migration>> {
        let all: BTreeSet<&String> = self.all.keys().map(|id| &id.app).collect();
        if let Some(app) = apps.iter().find(|app| !all.contains(app)) {
            return Err(Error::Unknown { what: format!("app `{app}`") });
        }
        let name = checked(name.unwrap_or("merge"))?;
        let mut files = self.clone();
        let mut made = Vec::new();
        for app in all.into_iter().filter(|app| apps.is_empty() || apps.contains(app)) {
            let leaves = self.leaves(app);
            if leaves.len() < 2 {
                continue;
            }
            let id = MigrationId::new(app, format!("{:04}_{name}", self.next_number(app)));
            let parents = leaves.into_iter().map(|leaf| leaf.name.clone()).collect();
            let migration = Migration { id, parents, dependencies: Vec::new(), operations: Vec::new() };
            files.insert(migration.clone());
            made.push(migration);
        }
        for migration in &made {
            let unmergeable = |reason: String| Error::Unmergeable {
                app: migration.id.app.clone(),
                leaves: migration.parents.clone(),
                reason,
            };
            // A database may have any of the branches wholly, and nothing of the others.
            let mut known: Option<State> = None;
            for leaf in &migration.parents {
                let branch = files.with_its_needs(&MigrationId::new(&migration.id.app, leaf));
                let state = files.replayed(&branch).map_err(|error| match error {
                    Error::Conflict { .. } => unmergeable(error.to_string()),
                    other => other,
                })?;
                if known.as_ref().is_some_and(|known| *known != state) {
                    return Err(unmergeable("it matters which of them runs first".to_owned()));
                }
                known = Some(state);
            }
        }
        Ok(made)
    }

    /// What all come to, where these run first.
    fn replayed<'f>(&'f self, first: &BTreeSet<MigrationId>) -> Result<State> {
        let mut state = State::new();
        let mut next = |ready: &mut BTreeSet<&'f MigrationId>| -> Option<&'f MigrationId> {
            let id =
                ready.iter().copied().find(|id| first.contains(*id)).or_else(|| ready.first().copied())?;
            ready.take(id)
        };
        self.in_order_of(&mut next)?.into_iter().try_for_each(|migration| migration.apply(&mut state))?;
        Ok(state)
    }
}
