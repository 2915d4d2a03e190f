//! Branches of one app, joined.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::file::{Files, Migration, MigrationId};
use crate::state::State;

impl Files {
    /// For each app with several last migrations one without operations that follows all of them; of these apps, or of
    /// all if there are none. They are in no file yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unmergeable`] if it matters which of the branches runs first; those of [`in_order`](Self::in_order).
    pub fn merged(&self, apps: &[String], name: Option<&str>) -> Result<Vec<Migration>> {
        let all: BTreeSet<&String> = self.all.keys().map(|id| &id.app).collect();
        let mut files = self.clone();
        let mut made = Vec::new();
        for app in all.into_iter().filter(|app| apps.is_empty() || apps.contains(app)) {
            let leaves = self.leaves(app);
            if leaves.len() < 2 {
                continue;
            }
            let id =
                MigrationId::new(app, format!("{:04}_{}", self.next_number(app), name.unwrap_or("merge")));
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
            let one = files.replayed(BTreeSet::pop_first);
            let other = files.replayed(BTreeSet::pop_last);
            match (one, other) {
                (Ok(one), Ok(other)) if one == other => {}
                (Ok(_), Ok(_)) => return Err(unmergeable("it matters which of them runs first".to_owned())),
                (Err(error @ Error::Conflict { .. }), _) | (_, Err(error @ Error::Conflict { .. })) => {
                    return Err(unmergeable(error.to_string()));
                }
                (Err(error), _) | (_, Err(error)) => return Err(error),
            }
        }
        Ok(made)
    }

    fn replayed<'f>(
        &'f self,
        next: fn(&mut BTreeSet<&'f MigrationId>) -> Option<&'f MigrationId>,
    ) -> Result<State> {
        let mut state = State::new();
        self.in_order_of(next)?.into_iter().try_for_each(|migration| migration.apply(&mut state))?;
        Ok(state)
    }
}
