//! What a database says of its migrations: two tables that this crate makes in it.
//!
//! `orm_migrations` has a row for each that was applied, `orm_migration_steps` one for each that stands half: more than
//! one transaction was needed for it, and not all of them came to their end. `lock` lets one run at a time change
//! anything; `catalog` asks about other tables, `definition` tells by them whether a step was done.

mod catalog;
mod definition;
mod lock;

use std::collections::BTreeMap;

use catalog::has_table;
use orm::Backend;
use orm::migrate::{Session, literal, quoted};

pub(crate) use catalog::{columns, quoted_table};
pub(crate) use definition::{Became, Definitions};
pub(crate) use lock::lock;

use crate::error::{Error, Result};
use crate::file::MigrationId;

const APPLIED: &str = "orm_migrations";
const HALF: &str = "orm_migration_steps";

/// A migration that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The hash of its meaning at that time.
    pub hash: String,
    /// When, in UTC, by the clock of the database.
    pub at: String,
}

/// What is being done with a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// It is applied.
    Forwards,
    /// It was applied, and is taken back.
    Backwards,
    /// It was applied in part, so many of its steps, and is taken back.
    Undone(usize),
}

/// A migration that stands half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Half {
    pub(crate) id: MigrationId,
    pub(crate) course: Course,
    /// A hash of the steps, by which it is known whether the same are at hand.
    pub(crate) plan: String,
    /// How many of them are done.
    pub(crate) done: usize,
    /// Whether the next was begun outside of a transaction, and nothing was heard of its end; with the definition of
    /// its tables before it.
    pub(crate) begun: Option<String>,
}

/// What the two tables say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    pub(crate) applied: BTreeMap<MigrationId, Applied>,
    pub(crate) half: Vec<Half>,
}

/// The error of a database.
pub(crate) fn said(cause: orm::Error) -> Error {
    Error::Database(cause)
}

/// The table of what stands half, as it is named in SQL.
pub(crate) fn of_half(session: &Session) -> String {
    table(session, HALF)
}

/// A table of the ledger, where it was when the session was opened.
fn table(session: &Session, name: &str) -> String {
    match session.place() {
        Some(place) => format!("{}.{name}", quoted(session.backend(), place)),
        None => name.to_owned(),
    }
}

/// Whether the tables are there: nobody need be waited for to make them.
pub(crate) async fn is_there(session: &mut Session) -> Result<bool> {
    Ok(has_table(session, None, APPLIED).await? && has_table(session, None, HALF).await?)
}

/// Makes the tables, unless they are there.
pub(crate) async fn create(session: &mut Session) -> Result<()> {
    let backend = session.backend();
    let (short, long, int, text, end) = match backend {
        Backend::Sqlite => ("TEXT", "TEXT", "INTEGER", "TEXT", " STRICT"),
        Backend::Postgres => ("VARCHAR(100)", "VARCHAR(255)", "INTEGER", "TEXT", ""),
        _ => (
            "VARCHAR(100)",
            "VARCHAR(255)",
            "INTEGER",
            "LONGTEXT",
            " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        ),
    };
    if !has_table(session, None, APPLIED).await? {
        let table = table(session, APPLIED);
        let sql = format!(
            "CREATE TABLE {table} (\n  app {short} NOT NULL,\n  name {long} NOT NULL,\n  hash {short} NOT NULL,\n  \
             applied_at {short} NOT NULL,\n  PRIMARY KEY (app, name)\n){end}"
        );
        session.batch(&sql).await.map_err(said)?;
    }
    if !has_table(session, None, HALF).await? {
        let table = table(session, HALF);
        let sql = format!(
            "CREATE TABLE {table} (\n  app {short} NOT NULL,\n  name {long} NOT NULL,\n  course {short} NOT NULL,\n  \
             base {int} NOT NULL,\n  steps_hash {short} NOT NULL,\n  done {int} NOT NULL,\n  begun {text},\n  \
             changed_at {short} NOT NULL,\n  PRIMARY KEY (app, name)\n){end}"
        );
        session.batch(&sql).await.map_err(said)?;
    }
    Ok(())
}

/// Reads the tables; nothing has been applied where there are none. Writes nothing.
pub(crate) async fn read(session: &mut Session) -> Result<Ledger> {
    let mut ledger = Ledger::default();
    if has_table(session, None, APPLIED).await? {
        let table = table(session, APPLIED);
        let sql = format!("SELECT app, name, hash, applied_at FROM {table}");
        for row in session.rows(&sql).await.map_err(said)? {
            let [app, name, hash, at] = texts(row);
            ledger.applied.insert(MigrationId::new(app, name), Applied { hash, at });
        }
    }
    if has_table(session, None, HALF).await? {
        let text = if is_mysql(session.backend()) { "CHAR" } else { "TEXT" };
        let table = table(session, HALF);
        let sql = format!(
            "SELECT app, name, course, CAST(base AS {text}), steps_hash, CAST(done AS {text}), begun FROM {table} \
             ORDER BY app, name"
        );
        for row in session.rows(&sql).await.map_err(said)? {
            let begun = row.get(6).cloned().flatten();
            let [app, name, course, base, plan, done, _] = texts(row);
            let course = match course.as_str() {
                "forwards" => Course::Forwards,
                "backwards" => Course::Backwards,
                _ => Course::Undone(base.parse().unwrap_or_default()),
            };
            let done = done.parse().unwrap_or_default();
            ledger.half.push(Half { id: MigrationId::new(app, name), course, plan, done, begun });
        }
    }
    Ok(ledger)
}

fn texts<const N: usize>(row: Vec<Option<String>>) -> [String; N] {
    let mut row = row.into_iter();
    std::array::from_fn(|_| row.next().flatten().unwrap_or_default())
}

fn is_mysql(backend: Backend) -> bool {
    matches!(backend, Backend::MySql | Backend::MariaDb)
}

fn key(backend: Backend, id: &MigrationId) -> String {
    format!("app = {} AND name = {}", literal(backend, &id.app), literal(backend, &id.name))
}

fn now(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        Backend::Postgres => "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')",
        _ => "LEFT(CAST(UTC_TIMESTAMP(3) AS CHAR), 23)",
    }
}

/// Notes that a migration was applied.
pub(crate) async fn insert(session: &mut Session, id: &MigrationId, hash: &str) -> Result<()> {
    let backend = session.backend();
    let table = table(session, APPLIED);
    let sql = format!(
        "INSERT INTO {table} (app, name, hash, applied_at) VALUES ({}, {}, {}, {})",
        literal(backend, &id.app),
        literal(backend, &id.name),
        literal(backend, hash),
        now(backend)
    );
    session.batch(&sql).await.map_err(said)
}

/// Notes that a migration was taken back.
pub(crate) async fn remove(session: &mut Session, id: &MigrationId) -> Result<()> {
    let table = table(session, APPLIED);
    let sql = format!("DELETE FROM {table} WHERE {}", key(session.backend(), id));
    session.batch(&sql).await.map_err(said)
}

/// Notes how far a migration is.
pub(crate) async fn note(session: &mut Session, half: &Half) -> Result<()> {
    let backend = session.backend();
    let text = |text: &str| literal(backend, text);
    let (course, base) = match half.course {
        Course::Forwards => ("forwards", 0),
        Course::Backwards => ("backwards", 0),
        Course::Undone(base) => ("undone", base),
    };
    // One statement, so that it is one also where it is no transaction.
    let replace = match backend {
        Backend::Sqlite | Backend::Postgres => {
            " ON CONFLICT (app, name) DO UPDATE SET course = excluded.course, base = excluded.base, \
             steps_hash = excluded.steps_hash, done = excluded.done, begun = excluded.begun, \
             changed_at = excluded.changed_at"
        }
        _ => {
            " ON DUPLICATE KEY UPDATE course = VALUES(course), base = VALUES(base), steps_hash = VALUES(steps_hash), \
             done = VALUES(done), begun = VALUES(begun), changed_at = VALUES(changed_at)"
        }
    };
    let table = table(session, HALF);
    let sql = format!(
        "INSERT INTO {table} (app, name, course, base, steps_hash, done, begun, changed_at) \
         VALUES ({}, {}, {}, {base}, {}, {}, {}, {}){replace}",
        text(&half.id.app),
        text(&half.id.name),
        text(course),
        text(&half.plan),
        half.done,
        half.begun.as_deref().map_or_else(|| "NULL".to_owned(), text),
        now(backend)
    );
    session.batch(&sql).await.map_err(said)
}

/// Notes that a migration stands half no longer.
pub(crate) async fn forget(session: &mut Session, id: &MigrationId) -> Result<()> {
    let table = table(session, HALF);
    let sql = format!("DELETE FROM {table} WHERE {}", key(session.backend(), id));
    session.batch(&sql).await.map_err(said)
}
