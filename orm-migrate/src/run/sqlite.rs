//! What SQLite needs beside statements: what users have put on a table stays when it is made anew.
//!
//! Indexes of their own go with a table, and have to be made again. Views and triggers, of other tables too, are taken
//! away meanwhile, whatever they are about: while a table is missing that one of them names, SQLite renames nothing. What
//! stands in the table itself and no migration knows is refused: `declared` finds it.

mod declared;

use std::collections::BTreeMap;

use declared::Declared;
use orm::migrate::{Session, quoted};
use orm::schema::TableName;
use orm::{Backend, Error as OrmError};

use crate::error::{Error, Result};
use crate::file::Migration;
use crate::ledger::{self, said};
use crate::render::{Kind, MigrationStep};

/// A table that is made anew.
pub(super) struct Rebuild<'s> {
    pub(super) migration: &'s Migration,
    pub(super) step: &'s MigrationStep,
    pub(super) table: &'s TableName,
    /// The columns that the migrations know.
    pub(super) columns: &'s [String],
    /// The indexes that the migrations know, and triggers that belong to them.
    pub(super) indexes: &'s [String],
    /// What makes the table as the migrations know it, under the name `scratch`.
    pub(super) known: &'s str,
    pub(super) scratch: &'s str,
    pub(super) half: bool,
}

/// Something that users have made, and the statement that makes it.
struct Kept {
    kind: String,
    name: String,
    sql: String,
    /// Whether a view can be read.
    reads: bool,
}

impl Rebuild<'_> {
    pub(super) async fn run(self, session: &mut Session) -> Result<()> {
        let there = ledger::columns(session, self.table).await?;
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let unknown = |name: &String| !self.columns.iter().any(|own| same(own, name));
        let lost: Vec<_> = there.into_iter().filter(unknown).collect();
        if !lost.is_empty() {
            return Err(Error::UnknownColumns {
                migration: self.migration.id.clone(),
                table: self.table.to_string(),
                columns: lost,
            });
        }
        self.refuse_loss(session).await?;
        let kept = self.kept(session).await?;
        for kind in ["trigger", "view"] {
            for one in kept.iter().filter(|kept| kept.kind == kind) {
                let sql = format!("DROP {} {}", kind.to_uppercase(), quoted(Backend::Sqlite, &one.name));
                self.batch(session, &sql).await?;
            }
        }
        for sql in &self.step.sql {
            self.batch(session, sql).await?;
        }
        for kind in ["index", "view", "trigger"] {
            for one in kept.iter().filter(|kept| kept.kind == kind) {
                self.batch(session, &one.sql).await?;
            }
        }
        for view in kept.iter().filter(|kept| kept.kind == "view" && kept.reads) {
            read(session, &view.name).await.map_err(|cause| self.failed(&view.sql, cause))?;
        }
        Ok(())
    }

    /// Refuses a table that says more than the migrations know: it would be lost without a word.
    async fn refuse_loss(&self, session: &mut Session) -> Result<()> {
        self.batch(session, self.known).await?;
        let known = Declared::read(session, self.scratch).await;
        let drop = format!("DROP TABLE {}", quoted(Backend::Sqlite, self.scratch));
        self.batch(session, &drop).await?;
        let parts = Declared::read(session, &self.table.name).await?.beyond(&known?);
        if parts.is_empty() {
            return Ok(());
        }
        Err(Error::UnknownParts {
            migration: self.migration.id.clone(),
            table: self.table.to_string(),
            parts,
        })
    }

    async fn kept(&self, session: &mut Session) -> Result<Vec<Kept>> {
        let table = orm::migrate::literal(Backend::Sqlite, &self.table.name);
        let sql = format!(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND (type IN ('view', 'trigger') \
             OR (type = 'index' AND tbl_name = {table} COLLATE NOCASE)) ORDER BY rowid"
        );
        let mut kept = Vec::new();
        for row in session.rows(&sql).await.map_err(said)? {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let [kind, name, sql] = std::array::from_fn(|_| cells.next().unwrap_or_default());
            if matches!(kind.as_str(), "index" | "trigger")
                && self.indexes.iter().any(|own| own.eq_ignore_ascii_case(&name))
            {
                continue;
            }
            let reads = kind == "view" && read(session, &name).await.is_ok();
            kept.push(Kept { kind, name, sql, reads });
        }
        Ok(kept)
    }

    async fn batch(&self, session: &mut Session, sql: &str) -> Result<()> {
        session.batch(sql).await.map_err(|cause| self.failed(sql, cause))
    }

    fn failed(&self, sql: &str, cause: OrmError) -> Error {
        Error::Step {
            migration: self.migration.id.clone(),
            operation: self.step.operation.clone(),
            sql: sql.to_owned(),
            half: self.half,
            cause,
        }
    }
}

async fn read(session: &mut Session, view: &str) -> orm::Result<()> {
    let sql = format!("SELECT '' FROM {} LIMIT 0", quoted(Backend::Sqlite, view));
    session.rows(&sql).await.map(drop)
}

/// How many rows of one table refer to rows of another that are not there.
#[derive(Debug)]
pub(super) struct Dangling(BTreeMap<(String, String), u64>);

impl Dangling {
    /// Those of now, in the whole file.
    pub(super) async fn read(session: &mut Session) -> Result<Self> {
        let sql =
            "SELECT \"table\", parent, CAST(COUNT(*) AS TEXT) FROM pragma_foreign_key_check GROUP BY 1, 2";
        let mut found = BTreeMap::new();
        for row in session.rows(sql).await.map_err(said)? {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let [own, other, count] = std::array::from_fn(|_| cells.next().unwrap_or_default());
            found.insert((own, other), count.parse().unwrap_or_default());
        }
        Ok(Self(found))
    }

    /// Takes notice of tables that get other names.
    pub(super) fn follow(&mut self, step: &MigrationStep) {
        let (Kind::Definition, [from, to]) = (&step.kind, step.tables.as_slice()) else { return };
        let now = |name: &String| if *name == from.name { to.name.clone() } else { name.clone() };
        self.0 = self.0.iter().map(|((own, other), count)| ((now(own), now(other)), *count)).collect();
    }

    /// Refuses rows that refer to rows that are not there, if they have become more: while tables are made anew nobody else
    /// minds. Those from before are no fault of a migration.
    pub(super) async fn refuse_more(self, session: &mut Session, migration: &Migration) -> Result<()> {
        let now = Self::read(session).await?;
        let is_more =
            |(pair, count): &(&(String, String), &u64)| self.0.get(*pair).is_none_or(|own| own < *count);
        let tables: Vec<_> = now.0.iter().filter(is_more).map(|(pair, _)| pair.clone()).collect();
        if tables.is_empty() {
            return Ok(());
        }
        Err(Error::Dangling { migration: migration.id.clone(), tables })
    }
}
