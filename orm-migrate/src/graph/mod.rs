//! The order of migrations over all apps, and what they come to.

mod merge;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::file::{Files, Migration, MigrationId};
use crate::state::State;

impl Files {
    /// The migrations in the order in which they run: each behind its parents and dependencies, otherwise by app and
    /// name, so that it is the same wherever it is asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] for one that names another that is not there, [`Error::Circle`].
    pub fn in_order(&self) -> Result<Vec<&Migration>> {
        self.in_order_of(&mut BTreeSet::pop_first)
    }

    /// The same, where `next` takes one of those that could be next.
    fn in_order_of<'f>(
        &'f self,
        next: &mut dyn FnMut(&mut BTreeSet<&'f MigrationId>) -> Option<&'f MigrationId>,
    ) -> Result<Vec<&'f Migration>> {
        let mut waits: BTreeMap<&MigrationId, usize> = BTreeMap::new();
        let mut followers: BTreeMap<MigrationId, Vec<&MigrationId>> = BTreeMap::new();
        for migration in self.iter() {
            let needs: BTreeSet<_> = needs(migration).collect();
            for need in &needs {
                if self.get(need).is_none() {
                    return Err(Error::Missing { migration: migration.id.clone(), needs: need.clone() });
                }
            }
            waits.insert(&migration.id, needs.len());
            for need in needs {
                followers.entry(need).or_default().push(&migration.id);
            }
        }
        let mut ready: BTreeSet<&MigrationId> =
            waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
        let mut order = Vec::with_capacity(self.all.len());
        while let Some(id) = next(&mut ready) {
            waits.remove(id);
            order.extend(self.get(id));
            for follower in followers.get(id).into_iter().flatten() {
                if let Some(count) = waits.get_mut(follower) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(follower);
                    }
                }
            }
        }
        if waits.is_empty() {
            Ok(order)
        } else {
            Err(Error::Circle { migrations: waits.into_keys().cloned().collect() })
        }
    }

    /// The last migration of an app: the one that no other follows.
    ///
    /// # Errors
    ///
    /// [`Error::SeveralLeaves`].
    pub fn leaf(&self, app: &str) -> Result<Option<&MigrationId>> {
        let leaves = self.leaves(app);
        match leaves[..] {
            [] => Ok(None),
            [leaf] => Ok(Some(leaf)),
            _ => Err(Error::SeveralLeaves {
                app: app.to_owned(),
                leaves: leaves.into_iter().map(|id| id.name.clone()).collect(),
            }),
        }
    }

    /// The migration, and all that it needs.
    pub(crate) fn with_its_needs(&self, id: &MigrationId) -> BTreeSet<MigrationId> {
        let mut all = BTreeSet::new();
        let mut open = vec![id.clone()];
        while let Some(id) = open.pop() {
            if let Some(migration) = self.get(&id)
                && all.insert(id)
            {
                open.extend(needs(migration));
            }
        }
        all
    }

    /// The migrations of an app that no other of it follows.
    fn leaves(&self, app: &str) -> Vec<&MigrationId> {
        let own = || self.iter().filter(|migration| migration.id.app == app);
        let followed: BTreeSet<&String> = own().flat_map(|migration| &migration.parents).collect();
        own().map(|migration| &migration.id).filter(|id| !followed.contains(&id.name)).collect()
    }

    /// The tables behind all migrations.
    ///
    /// # Errors
    ///
    /// Those of [`in_order`](Self::in_order) and [`leaf`](Self::leaf); [`Error::Conflict`] for an operation that does
    /// not fit what is there, with its migration.
    pub fn state(&self) -> Result<State> {
        let apps: BTreeSet<_> = self.all.keys().map(|id| id.app.as_str()).collect();
        let order = self.in_order()?;
        for app in apps {
            self.leaf(app)?;
        }
        let mut state = State::new();
        order.into_iter().try_for_each(|migration| migration.apply(&mut state))?;
        Ok(state)
    }
}

pub(crate) fn needs(migration: &Migration) -> impl Iterator<Item = MigrationId> {
    let parents = migration.parents.iter().map(|name| MigrationId::new(&migration.id.app, name));
    parents.chain(migration.dependencies.iter().cloned())
}

impl Migration {
    /// Does to the tables what its operations say.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`], with the migration.
    pub fn apply(&self, state: &mut State) -> Result<()> {
        for operation in &self.operations {
            state.apply(operation, &self.id.app).map_err(|error| match error {
                Error::Conflict { migration: None, operation, reason } => {
                    Error::Conflict { migration: Some(self.id.clone()), operation, reason }
                }
                other => other,
            })?;
        }
        Ok(())
    }
}
