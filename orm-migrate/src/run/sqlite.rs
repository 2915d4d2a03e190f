//! What SQLite needs beside statements: what users have put on a table stays when it is made anew.
//!
//! Indexes of their own go with a table, and have to be made again. Views and triggers, of other tables too, are taken
//! away meanwhile, whatever they are about: while a table is missing that one of them names, SQLite renames nothing.

use orm::migrate::{Session, quoted};
use orm::schema::TableName;
use orm::{Backend, Error as OrmError};

use crate::error::{Error, Result};
use crate::file::Migration;
use crate::ledger::{self, said};
use crate::render::MigrationStep;

/// A table that is made anew.
pub(super) struct Rebuild<'s> {
    pub(super) migration: &'s Migration,
    pub(super) step: &'s MigrationStep,
    pub(super) table: &'s TableName,
    /// The columns that the migrations know.
    pub(super) columns: &'s [String],
    /// The indexes that the migrations know, and triggers that belong to them.
    pub(super) indexes: &'s [String],
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

/// Refuses rows that refer to rows that are not there: while tables are made anew nobody else minds.
pub(super) async fn references(session: &mut Session, migration: &Migration) -> Result<()> {
    let sql = "SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check ORDER BY 1, 2";
    let rows = session.rows(sql).await.map_err(said)?;
    if rows.is_empty() {
        return Ok(());
    }
    let pair = |row: Vec<Option<String>>| {
        let mut cells = row.into_iter().map(Option::unwrap_or_default);
        (cells.next().unwrap_or_default(), cells.next().unwrap_or_default())
    };
    Err(Error::Dangling { migration: migration.id.clone(), tables: rows.into_iter().map(pair).collect() })
}
