//! One run at a time.
//!
//! Servers have locks that belong to a connection. It is the connection that runs the migration, which no pool hands to
//! anybody else: when it is lost, the server ends what runs on it before it gives the lock away, so that there are never
//! two at work. SQLite lets one transaction write at a time, and each begins by reading anew how far things are.

use std::time::{Duration, Instant};

use orm::Backend;
use orm::migrate::{Session, literal};

use super::said;
use crate::error::{Error, Result};

/// How often a server is asked again.
const PAUSE: Duration = Duration::from_millis(100);

/// The first of the two numbers of PostgreSQL, by which the lock is known as one of this crate.
const CLASS: i32 = 1_330_796_802;

/// What is locked. MySQL and MariaDB keep such locks for the whole server; PostgreSQL for a database, in which a tenant may
/// have a schema.
fn key(session: &Session) -> String {
    let place = literal(session.backend(), session.place().unwrap_or_default());
    match session.backend() {
        Backend::Postgres => format!("hashtext({place})"),
        _ => format!("CONCAT('orm_migrate_', LEFT(SHA2({place}, 256), 40))"),
    }
}

/// That nobody else migrates the database.
#[derive(Debug)]
pub(crate) struct Lock(());

/// Takes the lock, and waits so long for somebody who has it.
pub(crate) async fn lock(session: &mut Session, patience: Duration) -> Result<Lock> {
    let key = key(session);
    let sql = match session.backend() {
        Backend::Sqlite => return Ok(Lock(())),
        Backend::Postgres => format!("SELECT CAST(pg_try_advisory_lock({CLASS}, {key}) AS TEXT)"),
        _ => format!("SELECT CAST(GET_LOCK({key}, 0) AS CHAR)"),
    };
    let begun = Instant::now();
    loop {
        let rows = session.rows(&sql).await.map_err(said)?;
        let taken = rows
            .first()
            .and_then(|row| row.first())
            .is_some_and(|cell| cell.as_deref().is_some_and(|text| matches!(text, "true" | "t" | "1")));
        if taken {
            return Ok(Lock(()));
        }
        if begun.elapsed() >= patience {
            return Err(Error::Locked { holder: holder(session).await });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Lock {
    /// Gives it back.
    pub(crate) async fn release(self, session: &mut Session) -> Result<()> {
        let key = key(session);
        let sql = match session.backend() {
            Backend::Sqlite => return Ok(()),
            Backend::Postgres => format!("SELECT pg_advisory_unlock({CLASS}, {key})"),
            _ => format!("DO RELEASE_LOCK({key})"),
        };
        session.batch(&sql).await.map_err(said)
    }
}

/// Who has the lock, as far as the server tells.
async fn holder(session: &mut Session) -> String {
    let key = key(session);
    let sql = match session.backend() {
        // Locks of other databases of the server are listed too.
        Backend::Postgres => format!(
            "SELECT concat('process ', a.pid, ' of ', a.usename, ' from ', \
             COALESCE(host(a.client_addr), 'this machine'), ' ', a.application_name, ' since ', a.backend_start) \
             FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {CLASS} AND l.objsubid = 2 \
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND l.objid::bigint = ({key}::bigint & 4294967295) LIMIT 1"
        ),
        _ => format!(
            "SELECT CAST(CONCAT('connection ', id, ' of ', user, ' from ', host) AS CHAR) \
             FROM information_schema.processlist WHERE id = IS_USED_LOCK({key})"
        ),
    };
    let rows = session.rows(&sql).await.unwrap_or_default();
    let told = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten());
    told.unwrap_or_else(|| "the server does not tell who".to_owned())
}
