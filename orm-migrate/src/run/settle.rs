//! A migration that stands half, and that somebody has brought to an end by hand: the ledger is told.
//!
//! Nothing of it is run, so neither its steps nor the version of the program are asked for. What is looked at is whether the
//! tables that it is about have the columns that they are to have.

use std::collections::BTreeSet;

use orm::Backend;
use orm::schema::TableName;

use super::perform::{Run, begin};
use crate::error::{Error, Result};
use crate::file::Migration;
use crate::ledger::{self, Course, Half, said};
use crate::state::State;

impl Run<'_, '_> {
    /// Notes the migration as applied, or as not applied.
    pub(super) async fn settle(&mut self, half: &Half, applied: bool) -> Result<()> {
        let Some(migration) = self.known.files.get(&half.id) else {
            return Err(Error::NoFile { migrations: vec![half.id.clone()] });
        };
        let before = self.known.state_without(&self.ledger, &half.id)?;
        let mut after = before.clone();
        migration.apply(&mut after)?;
        let wanted = if applied { &after } else { &before };
        self.looks_so(migration, &before, &after, wanted).await?;
        begin(self.session, true, self.options.patience).await?;
        let outcome = self.note_settled(half, applied).await;
        if outcome.is_err() {
            self.session.rollback().await;
            return outcome;
        }
        self.session.commit().await.map_err(said)
    }

    async fn note_settled(&mut self, half: &Half, applied: bool) -> Result<()> {
        let was = half.course == Course::Backwards;
        match (was, applied) {
            (false, true) => {
                let hash = self.known.hash(&half.id).to_owned();
                ledger::insert(self.session, &half.id, &hash).await?;
            }
            (true, false) => ledger::remove(self.session, &half.id).await?,
            _ => {}
        }
        ledger::forget(self.session, &half.id).await
    }

    /// Refuses tables that do not have the columns of this state, of those that the migration is about.
    async fn looks_so(
        &mut self,
        migration: &Migration,
        before: &State,
        after: &State,
        wanted: &State,
    ) -> Result<()> {
        let names: BTreeSet<TableName> =
            before.tables().chain(after.tables()).map(|stored| stored.table.name.clone()).collect();
        let concerns = |name: &TableName| before.table(name) != after.table(name);
        let mut differs = Vec::new();
        for name in names.into_iter().filter(concerns) {
            let mut there = ledger::columns(self.session, &name).await?;
            let mut known: Vec<String> = match wanted.table(&name) {
                Some(table) => table.columns.iter().map(|column| column.name.clone()).collect(),
                None => Vec::new(),
            };
            // A full-text index of a server is a column too, and has the name of the index.
            let indexes = wanted.table(&name).into_iter().flat_map(|table| &table.indexes);
            if self.server.backend != Backend::Sqlite {
                let indexes: Vec<_> = indexes.map(|index| &index.name).collect();
                there.retain(|column| known.contains(column) || !indexes.contains(&column));
            }
            there.sort();
            known.sort();
            if there != known {
                let list = |names: &[String]| match names {
                    [] => "not to be there".to_owned(),
                    names => format!("the columns {}", names.join(", ")),
                };
                let is = if there.is_empty() {
                    "is not there".to_owned()
                } else {
                    format!("has {}", list(&there))
                };
                let ought = if known.is_empty() { list(&known) } else { format!("to have {}", list(&known)) };
                differs.push(format!("the table `{name}` {is}, and ought {ought}"));
            }
        }
        if differs.is_empty() {
            return Ok(());
        }
        let reason = format!("{}: bring it there by hand, and say it again", differs.join("; "));
        Err(Error::Half { migration: migration.id.clone(), reason })
    }
}
