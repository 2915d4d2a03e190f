//! One run at a time.
//!
//! Servers have locks that belong to a connection. It is the connection that runs the migration, which no pool hands to
//! anybody else: when it is lost, the server ends what runs on it before it gives the lock away, so that there are never
//! two at work. SQLite lets one transaction write at a time, and each begins by reading anew how far things are.

use std::time::{Duration, Instant};

use orm::Backend;
use orm::migrate::Session;

use super::said;
use crate::error::{Error, Result};

/// How often a server is asked again.
const PAUSE: Duration = Duration::from_millis(100);

/// MySQL and MariaDB keep such locks for the whole server.
const MYSQL: &str = "CONCAT('orm_migrate_', LEFT(SHA2(COALESCE(DATABASE(), ''), 256), 40))";
/// PostgreSQL keeps them for a database, in which a tenant may have a schema.
const POSTGRES: &str = "1330796802, hashtext(COALESCE(current_schema(), ''))";

/// That nobody else migrates the database.
#[derive(Debug)]
pub(crate) struct Lock(());

/// Takes the lock, and waits so long for somebody who has it.
pub(crate) async fn lock(session: &mut Session, patience: Duration) -> Result<Lock> {
    let sql = match session.backend() {
        Backend::Sqlite => return Ok(Lock(())),
        Backend::Postgres => format!("SELECT CAST(pg_try_advisory_lock({POSTGRES}) AS TEXT)"),
        _ => format!("SELECT CAST(GET_LOCK({MYSQL}, 0) AS CHAR)"),
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
        let sql = match session.backend() {
            Backend::Sqlite => return Ok(()),
            Backend::Postgres => format!("SELECT pg_advisory_unlock({POSTGRES})"),
            _ => format!("DO RELEASE_LOCK({MYSQL})"),
        };
        session.batch(&sql).await.map_err(said)
    }
}

/// Who has the lock, as far as the server tells.
async fn holder(session: &mut Session) -> String {
    let sql = match session.backend() {
        Backend::Postgres => "SELECT concat('process ', a.pid, ' of ', a.usename, ' from ', \
             COALESCE(host(a.client_addr), 'this machine'), ' ', a.application_name, ' since ', a.backend_start) \
             FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1330796802 \
             AND l.objid::bigint = (hashtext(COALESCE(current_schema(), ''))::bigint & 4294967295) LIMIT 1"
            .to_owned(),
        _ => format!(
            "SELECT CAST(CONCAT('connection ', id, ' of ', user, ' from ', host) AS CHAR) \
             FROM information_schema.processlist WHERE id = IS_USED_LOCK({MYSQL})"
        ),
    };
    let rows = session.rows(&sql).await.unwrap_or_default();
    let told = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten());
    told.unwrap_or_else(|| "the server does not tell who".to_owned())
}
