//! A read on one of several replicas, and what is done when it does not answer.
//!
//! The replicas are asked in the order that was chosen, then the primary, and at last those that rest. A replica that cannot be
//! connected to, or loses the connection, rests for a while: 100 ms at first, twice as long each time up to 30 s, until one
//! caller finds that it answers again. What has to do with the statement fails as it would on the primary.

use std::sync::Arc;
use std::time::Duration;

use super::choose::{self, Place};
use super::collect::{Collect, Expect, Response};
use super::source::Source;
use super::{Job, Lease, perform, runtime};
use crate::database::{Advice, Shared, Spread};
use crate::error::{ConnectCause, Error, ErrorKind, Result};
use crate::model::Table;
use crate::types::Origin;

/// How long a connection of a replica is waited for before another one is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// A wait that is none.
const SHORT: Duration = Duration::from_millis(50);

/// What an error of a replica means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It is not there, or not open, or has no connection to give.
    Rests,
    /// It could not do this at this moment: a pool without patience is busy, or a standby gives up a statement that is in the
    /// way of what it follows.
    Elsewhere,
    /// The statement is at fault.
    Final,
}

fn verdict(error: &Error) -> Verdict {
    match error.kind() {
        // Nobody waits where the pool has no patience: it is busy, and nothing is known of the server.
        ErrorKind::PoolExhausted { .. } => Verdict::Elsewhere,
        ErrorKind::PoolTimeout { waited, last_connect_error: None, .. } if *waited < SHORT => {
            Verdict::Elsewhere
        }
        ErrorKind::Connect { .. }
        | ErrorKind::ConnectionLost
        | ErrorKind::PoolTimeout { .. }
        | ErrorKind::PoolClosed
        | ErrorKind::NotInitialized => Verdict::Rests,
        ErrorKind::Serialization => Verdict::Elsewhere,
        _ => Verdict::Final,
    }
}

/// Does a job that only reads.
pub(super) async fn perform(
    job: Job,
    spread: Spread,
    table: &'static Table,
    mut sink: Box<dyn Collect>,
    expect: Expect,
) -> Result<Response> {
    sink.begin(&|| origin(&spread.primary, table));
    let mut resting = Vec::new();
    for replica in &spread.replicas {
        let advice = replica.health.advice();
        if advice == Advice::PassOver {
            resting.push(replica);
            continue;
        }
        match on_replica(&job, replica, &mut *sink, expect).await {
            Ok(affected) => {
                answered(replica, &spread.primary);
                return Ok(done(sink, affected, &spread.primary, table));
            }
            Err(error) => match verdict(&error) {
                Verdict::Rests => {
                    failed(replica, &spread.primary, &error, advice == Advice::Try);
                    // Rows that somebody has cannot come again.
                    if sink.has_let_go() {
                        return Err(named(error, table));
                    }
                }
                Verdict::Elsewhere if sink.has_let_go() => return Err(named(error, table)),
                Verdict::Elsewhere => {}
                Verdict::Final => {
                    answered(replica, &spread.primary);
                    return Err(named(error, table));
                }
            },
        }
        forget(&job, &mut *sink);
    }
    let error = match attempt(&job, &spread.primary, &mut *sink, expect).await {
        Ok(affected) => return Ok(done(sink, affected, &spread.primary, table)),
        Err(error) if verdict(&error) == Verdict::Rests && !sink.has_let_go() => error,
        Err(error) => return Err(named(error, table)),
    };
    // Nobody else is there. Whoever rests may have come back meanwhile.
    for replica in resting {
        forget(&job, &mut *sink);
        match on_replica(&job, replica, &mut *sink, expect).await {
            Ok(affected) => {
                answered(replica, &spread.primary);
                return Ok(done(sink, affected, &spread.primary, table));
            }
            Err(error) if sink.has_let_go() => return Err(named(error, table)),
            Err(error) if verdict(&error) == Verdict::Final => {
                answered(replica, &spread.primary);
                return Err(named(error, table));
            }
            Err(_) => {}
        }
    }
    Err(named(error, table))
}

/// Where rows belong: where a router says that they are written, else to the primary.
fn origin(primary: &Arc<Shared>, table: &'static Table) -> Origin {
    let written = choose::written_by_router(table);
    Origin::new(Source::primary(written.as_ref().unwrap_or(primary)))
}

fn done(mut rows: Box<dyn Collect>, affected: u64, primary: &Arc<Shared>, table: &'static Table) -> Response {
    rows.trace(&|| origin(primary, table));
    Response { rows, affected }
}

fn named(error: Error, table: &'static Table) -> Error {
    error.with_model(table.model)
}

/// Makes the sink as it was: rows that came from a replica which then failed are not kept.
fn forget(job: &Job, sink: &mut dyn Collect) {
    // Lists of what is related to rows at hand are filled at the end, all at once.
    if !matches!(job, Job::Reached(_)) {
        sink.clear();
    }
}

async fn on_replica(job: &Job, replica: &Arc<Shared>, sink: &mut dyn Collect, expect: Expect) -> Result<u64> {
    let place = Place::Database(Arc::clone(replica));
    let held = match runtime::within(PATIENCE, place.acquire()).await {
        Some(held) => held?,
        None => {
            let reason = format!("no connection within {PATIENCE:?}");
            return Err(Error::new(ErrorKind::Connect { cause: ConnectCause::TimedOut, reason })
                .with_database(replica.name()));
        }
    };
    read(job, Lease::pooled(held, place), sink, expect).await
}

async fn attempt(job: &Job, primary: &Arc<Shared>, sink: &mut dyn Collect, expect: Expect) -> Result<u64> {
    let place = Place::Database(Arc::clone(primary));
    let lease = Lease::pooled(place.acquire().await?, place);
    read(job, lease, sink, expect).await
}

async fn read(job: &Job, mut lease: Lease<'_>, sink: &mut dyn Collect, expect: Expect) -> Result<u64> {
    if let Some(pause) = sink.pause() {
        lease.stream(&pause);
    }
    let outcome = match job {
        Job::Plan(plan) => {
            perform::execute(&mut lease, plan, &mut *sink).await.map(|outcome| outcome.affected)
        }
        Job::Tree(tree) => tree.load(&mut lease, &mut *sink, expect).await,
        Job::Reached(reached) => reached.load(&mut lease, &mut *sink).await,
        // What writes is not spread.
        _ => Err(Error::new(ErrorKind::InvalidQuery { reason: "a write on a replica".to_owned() })),
    };
    let outcome = outcome.and_then(|affected| expect.check(sink.count()).map(|()| affected));
    outcome.map_err(|error| error.with_database(lease.database()))
}

fn failed(replica: &Shared, primary: &Shared, error: &Error, probe: bool) {
    if let (ErrorKind::ConnectionLost, Some(open)) = (error.kind(), replica.open()) {
        // Those that are idle were opened to what is gone, too.
        open.pool.forget_idle();
    }
    if replica.health.failed(probe) {
        tracing::warn!(
            target: "orm::replica",
            {
                db.namespace = &**replica.name(),
                primary = &**primary.name(),
                error = %error,
                pause = ?replica.health.pause(),
            },
            "the replica does not answer, and rests"
        );
    }
}

fn answered(replica: &Shared, primary: &Shared) {
    if replica.health.answered() {
        tracing::info!(
            target: "orm::replica",
            { db.namespace = &**replica.name(), primary = &**primary.name() },
            "the replica answers again"
        );
    }
}
