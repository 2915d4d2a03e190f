//! Changes of MySQL and MariaDB that rows are counted for: the count and the change under one lock of the tables.
//!
//! A server that commits each change of a table by itself lets others write between two statements. So the tables are locked,
//! with those that foreign keys tie to them, which a change of a key needs too, and with the ledger's, in which the change is
//! noted meanwhile. Who writes waits until it is done. The lock belongs to the connection, and goes with it.

use orm::schema::TableName;

use super::perform::Run;
use crate::error::Result;
use crate::file::Migration;
use crate::ledger::{self, Half};
use crate::render::{Group, MigrationStep, is_of_rows};

impl Run<'_, '_> {
    /// The steps of the group. Those that count or fill rows are done again if it was begun before.
    pub(super) async fn locked(
        &mut self,
        migration: &Migration,
        steps: &[MigrationStep],
        group: &Group,
        now: &mut Half,
    ) -> Result<()> {
        let part = steps.get(group.steps.clone()).unwrap_or_default();
        let Some(first) = part.first() else { return Ok(()) };
        let lock = self.lock(&first.held);
        if let Err(cause) = self.session.batch(&lock).await {
            let half = super::perform::stands_half(steps, now);
            return Err(self.failed(migration, first, &lock, half, cause));
        }
        let outcome = Box::pin(self.under_lock(migration, steps, group, now)).await;
        if let Err(cause) = self.session.batch("UNLOCK TABLES").await {
            // What went wrong first says more.
            outcome?;
            return Err(ledger::said(cause));
        }
        outcome
    }

    fn lock(&self, tables: &[TableName]) -> String {
        let name = |table: &TableName| ledger::quoted_table(self.server.backend, table);
        let all = tables.iter().map(name).chain([ledger::of_half(self.session)]);
        let locks: Vec<_> = all.map(|name| format!("{name} WRITE")).collect();
        format!("LOCK TABLES {}", locks.join(", "))
    }

    async fn under_lock(
        &mut self,
        migration: &Migration,
        steps: &[MigrationStep],
        group: &Group,
        now: &mut Half,
    ) -> Result<()> {
        for at in group.steps.clone() {
            let Some(step) = steps.get(at) else { continue };
            if is_of_rows(step) {
                let half = super::perform::stands_half(steps, now);
                if let Err(error) = self.step(migration, step, half).await {
                    self.forget_nothing(steps, now).await;
                    return Err(error);
                }
            } else if at >= now.done {
                now.done = at;
                self.alone(migration, steps, step, now).await?;
            }
        }
        Ok(())
    }
}
