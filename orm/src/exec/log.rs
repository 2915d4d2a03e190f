//! Reports each statement, before it is sent, to whoever listens through `tracing`.
//!
//! Target `orm::query`, level debug, or info where a database is told to echo, fields as OpenTelemetry's conventions for databases name them. Values that are
//! bound are not part of the text, and so never part of the report. Costs a comparison where nobody listens.

use crate::database::{counts, scope};
use crate::driver::{Backend, Server};
use crate::sql;

/// Reports one statement, on a connection of this pool if it is one of ours; at level info with `echo`.
pub(crate) fn statement(server: Server, pool: Option<usize>, sql: &str, echo: bool) {
    if scope::is_used()
        && let Some(pool) = pool
    {
        counts::note(pool, sql);
    }
    let system = match server.backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgresql",
        Backend::MySql => "mysql",
        Backend::MariaDb => "mariadb",
    };
    if echo {
        if tracing::enabled!(target: "orm::query", tracing::Level::INFO) {
            let sql = &*sql::shown(sql);
            tracing::event!(target: "orm::query", tracing::Level::INFO, { db.system.name = system, db.query.text = sql });
        }
    } else if tracing::enabled!(target: "orm::query", tracing::Level::DEBUG) {
        let sql = &*sql::shown(sql);
        tracing::event!(target: "orm::query", tracing::Level::DEBUG, { db.system.name = system, db.query.text = sql });
    }
}
